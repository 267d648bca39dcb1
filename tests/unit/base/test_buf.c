/* A growing buffer: its limit, its memory, nothing at all.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "base/buf.h"
#include "unit.h"

static void it_grows_to_its_limit_and_no_further(void **state)
{
	AUTO_BUF b = buf_make(1000);
	struct err e;

	(void)state;
	for (size_t i = 0; i < 1000; i++) {
		uint8_t octet = (uint8_t)i;

		assert_true(buf_put(&b, bytes_make(&octet, 1), &e));
	}
	assert_false(buf_put(&b, BYTES("x"), &e));
	assert_int_equal(e.code, ERR_TOO_LARGE);
	assert_int_equal(b.n, 1000);
	assert_true(b.cap <= 1000);
	for (size_t i = 0; i < 1000; i++)
		assert_int_equal(buf_bytes(&b).p[i], (uint8_t)i);
}

static void what_does_not_fit_is_not_appended_in_part(void **state)
{
	AUTO_BUF b = buf_make(4);
	struct err e;

	(void)state;
	assert_true(buf_put(&b, BYTES("ab"), &e));
	assert_false(buf_put(&b, BYTES("cde"), &e));
	assert_bytes(buf_bytes(&b), BYTES("ab"));
	assert_true(buf_put(&b, BYTES("cd"), &e));
	assert_bytes(buf_bytes(&b), BYTES("abcd"));
	assert_null(buf_room(&b, SIZE_MAX, &e));
	assert_int_equal(e.code, ERR_TOO_LARGE);
}

static void nothing_can_be_appended_to_nothing(void **state)
{
	AUTO_BUF b = buf_make(0);
	struct err e;

	(void)state;
	assert_true(buf_put(&b, BYTES(""), &e));
	assert_int_equal(buf_bytes(&b).n, 0);
	assert_false(buf_put(&b, BYTES("x"), &e));
}

static void room_is_counted_by_the_caller(void **state)
{
	AUTO_BUF b = buf_make(100);
	struct err e;
	uint8_t *p = buf_room(&b, 3, &e);

	(void)state;
	assert_non_null(p);
	assert_int_equal(b.n, 0);
	p[0] = 'x';
	b.n += 1;
	assert_true(buf_put(&b, BYTES("y"), &e));
	assert_bytes(buf_bytes(&b), BYTES("xy"));
}

static void an_emptied_buffer_serves_again(void **state)
{
	AUTO_BUF b = buf_make(10);
	struct err e;

	(void)state;
	assert_true(buf_put(&b, BYTES("0123456789"), &e));
	buf_fini(&b);
	assert_int_equal(buf_bytes(&b).n, 0);
	assert_true(buf_put(&b, BYTES("again"), &e));
	assert_bytes(buf_bytes(&b), BYTES("again"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(it_grows_to_its_limit_and_no_further),
		cmocka_unit_test(what_does_not_fit_is_not_appended_in_part),
		cmocka_unit_test(nothing_can_be_appended_to_nothing),
		cmocka_unit_test(room_is_counted_by_the_caller),
		cmocka_unit_test(an_emptied_buffer_serves_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
