/* The torturer itself: that it leaves nothing out and hands over what it says.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "torture.h"

#include <string.h>

#include "base/mem.h"
#include "unit.h"

struct seen {
	struct bytes seed;
	size_t cuts, flips;
	uint8_t *met; /* one bit for each bit of the seed */
};

static void look(struct bytes altered, const struct alteration *what, void *ctx)
{
	struct seen *s = ctx;
	size_t wrong = 0;

	if (what->kind == TORTURE_CUT) {
		s->cuts++;
		assert_bytes(altered, bytes_head(s->seed, what->at));
		return;
	}
	s->flips++;
	assert_int_equal(altered.n, s->seed.n);
	for (size_t i = 0; i < altered.n; i++)
		wrong += altered.p[i] != s->seed.p[i];
	assert_int_equal(wrong, 1);
	assert_int_equal(altered.p[what->at] ^ s->seed.p[what->at], 1 << what->bit);
	s->met[what->at] |= (uint8_t)(1u << what->bit);
}

static void a_small_seed_is_altered_everywhere(void **state)
{
	uint8_t met[6] = {0};
	struct seen s = {.seed = BYTES("abc\0\xff!"), .met = met};

	(void)state;
	assert_int_equal(torture_each(s.seed, TORTURE_ALL, look, &s), 6 + 48);
	assert_int_equal(s.cuts, 6);
	assert_int_equal(s.flips, 48);
	for (size_t i = 0; i < sizeof met; i++)
		assert_int_equal(met[i], 0xff);
}

static void the_empty_seed_has_nothing_to_alter(void **state)
{
	struct seen s = {0};

	(void)state;
	assert_int_equal(torture_each(s.seed, TORTURE_ALL, look, &s), 0);
}

static void a_large_seed_is_altered_at_two_thousand_places(void **state)
{
	static uint8_t data[9000], met[9000];
	struct seen s = {.seed = BYTES_OF(data), .met = met};
	size_t places = 0;

	(void)state;
	assert_int_equal(torture_each(s.seed, TORTURE_ALL, look, &s), 4000);
	assert_int_equal(s.flips, 2000);
	for (size_t i = 0; i < sizeof met; i++)
		places += met[i] != 0;
	assert_true(places > 1500);
}

static void a_range_is_altered_everywhere_whatever_the_size(void **state)
{
	static uint8_t data[9000], met[9000];
	struct seen s = {.seed = BYTES_OF(data), .met = met};

	(void)state;
	assert_int_equal(torture_range(s.seed, 8900, 500, TORTURE_FLIP, look, &s), 800);
	for (size_t i = 0; i < sizeof met; i++)
		assert_int_equal(met[i], i >= 8900 ? 0xff : 0);
	assert_int_equal(torture_range(s.seed, SIZE_MAX, 1, TORTURE_ALL, look, &s), 0);
}

static void what_is_heavy_is_thinned_but_meets_every_bit(void **state)
{
	static uint8_t data[4096], met[4096];
	struct seen s = {.seed = BYTES_OF(data), .met = met};
	AUTO_MEM char *was = getenv("TORTURE") ? mem_str(getenv("TORTURE")) : NULL;
	uint8_t all = 0;
	size_t n;

	(void)state;
	assert_int_equal(unsetenv("TORTURE"), 0);
	n = torture_each(s.seed, TORTURE_FLIP | TORTURE_HEAVY, look, &s);
	assert_true(n >= 500 && n < sizeof data * 8 / 16);
	for (size_t i = 0; i < sizeof met; i++)
		all |= met[i];
	assert_int_equal(all, 0xff);
	assert_int_equal(setenv("TORTURE", "1", 1), 0);
	assert_true(torture_is_full());
	assert_int_equal(
		torture_range(s.seed, 0, 100, TORTURE_FLIP | TORTURE_HEAVY, look, &s),
		800);
	assert_int_equal(was ? setenv("TORTURE", was, 1) : unsetenv("TORTURE"), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_small_seed_is_altered_everywhere),
		cmocka_unit_test(the_empty_seed_has_nothing_to_alter),
		cmocka_unit_test(a_large_seed_is_altered_at_two_thousand_places),
		cmocka_unit_test(a_range_is_altered_everywhere_whatever_the_size),
		cmocka_unit_test(what_is_heavy_is_thinned_but_meets_every_bit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
