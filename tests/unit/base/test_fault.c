/* test_fault: the armed place fails once, and only in its own thread.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "base/fault.h"
#include "unit.h"

static bool three_steps(unsigned *done, struct err *e)
{
	*done = 0;
	if (FAULT("one", e))
		return false;
	++*done;
	if (FAULT("two", e))
		return false;
	++*done;
	if (FAULT("three", e))
		return false;
	++*done;
	return true;
}

static void fails_where_armed(void **state)
{
	static const char *const names[] = {"one", "two", "three"};
	unsigned done;
	struct err e;

	(void)state;
	for (unsigned n = 1; n <= 3; n++) {
		fault_arm(n);
		assert_false(three_steps(&done, &e));
		assert_int_equal(done, n - 1);
		assert_int_equal(e.code, ERR_IO);
		assert_string_equal(fault_failed(), names[n - 1]);
		/* once */
		assert_true(three_steps(&done, &e));
	}
	fault_arm(4);
	assert_true(three_steps(&done, &e));
	assert_int_equal(fault_passed(), 3);
	assert_null(fault_failed());
	fault_arm(0);
	assert_true(three_steps(&done, &e));
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(fails_where_armed)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
