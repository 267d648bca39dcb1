/* Moments: the calendar there and back, and the one notation read from outside.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "base/time.h"
#include "unit.h"

static void every_day_of_four_centuries_round_trips(void **state)
{
	struct civil from = {.year = 1900, .month = 1, .day = 1};
	int64_t t = time_of_civil(&from);

	(void)state;
	for (int i = 0; i < 146097; i++, t += TIME_DAY) {
		struct civil c = civil_of_time(t);

		assert_true(civil_is_valid(&c));
		assert_true(time_of_civil(&c) == t);
	}
	assert_int_equal(civil_of_time(t).year, 2300);
}

static void impossible_dates_are_refused(void **state)
{
	static const char *const wrong[] = {"2026-02-29", "1900-02-29", "2026-13-01",
		"2026-00-10", "2026-11-31", "2026-11-22T24:00:00Z",
		"2026-11-22T08:30:60Z", "2026-11-22T08:30:00", "2026-11-22 08:30:00Z",
		"2026-1-22", "2026-11-22Z", ""};
	int64_t t;
	struct err e;

	(void)state;
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
		assert_false(time_parse_iso(bytes_str(wrong[i]), &t, &e));
}

static void notations_agree(void **state)
{
	AUTO(arena) a = arena_new();
	char generalized[16];
	int64_t t;
	struct err e;

	(void)state;
	assert_true(time_parse_iso(BYTES("2024-02-29T23:59:59Z"), &t, &e));
	assert_true(t == INT64_C(1709251199) * TIME_SECOND);
	assert_string_equal(time_iso(a, t), "2024-02-29T23:59:59Z");
	assert_string_equal(time_beijing(a, t), "2024-03-01 07:59:59 +08:00");
	time_generalized(generalized, t);
	assert_string_equal(generalized, "20240229235959Z");
	assert_string_equal(time_iso(a, -1), "1969-12-31T23:59:59Z");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_day_of_four_centuries_round_trips),
		cmocka_unit_test(impossible_dates_are_refused),
		cmocka_unit_test(notations_agree),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
