/* The system's world: a clock that is about now, octets that differ.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "base/world.h"

#include <string.h>

#include "base/time.h"
#include "unit.h"

static void the_clock_goes_forward_from_this_century(void **state)
{
	struct world *w = world_system();
	int64_t first = w->now(w);

	(void)state;
	assert_true(civil_of_time(first).year >= 2026);
	assert_true(civil_of_time(first).year < 2200);
	assert_true(w->now(w) >= first);
}

static void random_octets_fill_all_and_differ(void **state)
{
	static uint8_t one[4096], two[4096];
	struct world *w = world_system();
	size_t zeros = 0;

	(void)state;
	w->random(w, one, sizeof one);
	w->random(w, two, sizeof two);
	w->random(w, NULL, 0);
	assert_int_not_equal(memcmp(one, two, sizeof one), 0);
	for (size_t i = 0; i < sizeof one; i++)
		zeros += one[i] == 0;
	assert_true(zeros < 100);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_clock_goes_forward_from_this_century),
		cmocka_unit_test(random_octets_fill_all_and_differ),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
