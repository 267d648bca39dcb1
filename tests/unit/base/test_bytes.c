/* Runs of octets: comparing, cutting, finding, the empty run among them.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "base/bytes.h"
#include "unit.h"

static void the_empty_run_equals_itself_wherever_it_points(void **state)
{
	(void)state;
	assert_true(bytes_equal(BYTES(""), bytes_make(NULL, 0)));
	assert_int_equal(bytes_str(NULL).n, 0);
	assert_false(bytes_equal(BYTES(""), BYTES("\0")));
	assert_int_equal(bytes_find(BYTES(""), BYTES("")), 0);
	assert_true(bytes_starts(BYTES(""), BYTES("")));
	assert_true(bytes_ends(bytes_make(NULL, 0), BYTES("")));
}

static void literals_keep_their_nuls(void **state)
{
	static const uint8_t array[] = {1, 2, 3};

	(void)state;
	assert_int_equal(BYTES("a\0b").n, 3);
	assert_int_equal(BYTES_OF(array).n, 3);
	assert_bytes(bytes_str("a\0b"), BYTES("a"));
}

static void order_is_that_of_octets_and_a_prefix_comes_first(void **state)
{
	(void)state;
	assert_true(bytes_compare(BYTES("a"), BYTES("ab")) < 0);
	assert_true(bytes_compare(BYTES("ab"), BYTES("a")) > 0);
	assert_true(bytes_compare(BYTES("\x7f"), BYTES("\x80")) < 0);
	assert_true(bytes_compare(BYTES(""), BYTES("a")) < 0);
	assert_int_equal(bytes_compare(BYTES("same"), BYTES("same")), 0);
	assert_int_equal(bytes_compare(BYTES(""), BYTES("")), 0);
}

static void cutting_never_leaves_the_run(void **state)
{
	struct bytes b = BYTES("abc");

	(void)state;
	assert_bytes(bytes_from(b, 1), BYTES("bc"));
	assert_int_equal(bytes_from(b, 3).n, 0);
	assert_int_equal(bytes_from(b, SIZE_MAX).n, 0);
	assert_bytes(bytes_head(b, 2), BYTES("ab"));
	assert_bytes(bytes_head(b, SIZE_MAX), b);
}

static void ends_and_places_are_found_exactly(void **state)
{
	struct bytes b = BYTES("abcabc");

	(void)state;
	assert_true(bytes_starts(b, BYTES("abc")));
	assert_false(bytes_starts(b, BYTES("abd")));
	assert_false(bytes_starts(BYTES("ab"), BYTES("abc")));
	assert_true(bytes_ends(b, BYTES("cabc")));
	assert_false(bytes_ends(b, BYTES("ab")));
	assert_false(bytes_ends(BYTES("bc"), BYTES("abc")));
	assert_int_equal(bytes_find(b, BYTES("ca")), 2);
	assert_true(bytes_find(b, BYTES("cb")) == SIZE_MAX);
	assert_true(bytes_find(BYTES("a"), BYTES("ab")) == SIZE_MAX);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_empty_run_equals_itself_wherever_it_points),
		cmocka_unit_test(literals_keep_their_nuls),
		cmocka_unit_test(order_is_that_of_octets_and_a_prefix_comes_first),
		cmocka_unit_test(cutting_never_leaves_the_run),
		cmocka_unit_test(ends_and_places_are_found_exactly),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
