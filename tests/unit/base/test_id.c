/* Names of rows: their form, their order, and what is no name.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "base/id.h"

#include <string.h>

#include "base/text.h"
#include "unit.h"

static int64_t at;

static int64_t told(struct world *w)
{
	(void)w;
	return at;
}

static void ones(struct world *w, void *p, size_t n)
{
	(void)w;
	memset(p, 0xff, n);
}

static struct world world = {told, ones};

//= RFC 9562 §5.7: unix_ts_ms, version 7, variant 10, the rest random
static void has_the_form_of_version_7(void **state)
{
	AUTO(arena) a = arena_new();

	(void)state;
	at = INT64_C(0x0123456789ab) * 1000 + 999;
	assert_string_equal(
		id_text(a, id_new(&world)), "0123456789ab7fffbfffffffffffffff");
}

static void later_ones_sort_behind(void **state)
{
	AUTO(arena) a = arena_new();
	struct id first, second;

	(void)state;
	at = 1000000;
	first = id_new(world_system());
	at = 2000000;
	assert_true(memcmp(id_new(&world).b, first.b, ID_SIZE) < 0);
	second = id_new(&world);
	at = 2001000;
	assert_true(strcmp(id_text(a, second), id_text(a, id_new(&world))) < 0);
	assert_false(id_equal(first, second));
}

static void reads_what_it_writes_and_nothing_else(void **state)
{
	static const char *const wrong[] = {"", "0", "0123456789AB7fffbfffffffffffffff",
		"0123456789ab7fffbffffffffffffff", "0123456789ab7fffbfffffffffffffff0",
		"0123456789ab7fffbffffffffffffffg", "01234567-89ab-7fff-bfff-ffffffff"};
	AUTO(arena) a = arena_new();
	struct id id = id_new(world_system()), back;
	struct err e;

	(void)state;
	assert_true(id_parse(&back, bytes_str(id_text(a, id)), &e));
	assert_true(id_equal(id, back));
	assert_false(id_is_none(back));
	assert_true(id_is_none((struct id){{0}}));
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
		assert_false(id_parse(&back, bytes_str(wrong[i]), &e));
		assert_int_equal(e.code, ERR_NOT_FOUND);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(has_the_form_of_version_7),
		cmocka_unit_test(later_ones_sort_behind),
		cmocka_unit_test(reads_what_it_writes_and_nothing_else),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
