/* Hexadecimal, base64, decimal, UTF-8: what is exactly the notation passes, all else is
 * refused. SPDX-License-Identifier: Apache-2.0
 */
#include "base/text.h"
#include "unit.h"

static void base64_round_trips_every_length(void **state)
{
	AUTO(arena) a = arena_new();
	uint8_t data[64];
	struct err e;

	(void)state;
	for (size_t i = 0; i < sizeof data; i++)
		data[i] = (uint8_t)(i * 37 + 11);
	for (size_t n = 0; n <= sizeof data; n++) {
		struct bytes back;

		assert_true(base64_decode(
			a, bytes_str(base64_encode(a, bytes_make(data, n))), &back, &e));
		assert_bytes(back, bytes_make(data, n));
	}
}

static void base64_refuses_what_is_not_base64(void **state)
{
	static const char *const wrong[] = {"A", "AA", "AAA", "AA=", "A===", "====",
		"AA==AA==", "AB==", "AAB=", "AA*=", "AAAA=", "=AAA", "AAA-", "AA=A"};
	AUTO(arena) a = arena_new();
	struct bytes out;
	struct err e;

	(void)state;
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
		assert_false(base64_decode(a, bytes_str(wrong[i]), &out, &e));
	assert_true(base64_decode(a, BYTES("A A\nA="), &out, &e));
	assert_int_equal(out.n, 2);
}

static void hexadecimal_is_strict(void **state)
{
	AUTO(arena) a = arena_new();
	struct bytes out;
	struct err e;

	(void)state;
	assert_true(hex_decode(a, BYTES("00fFa9"), &out, &e));
	assert_bytes(out, BYTES("\x00\xff\xa9"));
	assert_string_equal(hex_encode(a, out), "00ffa9");
	assert_false(hex_decode(a, BYTES("0"), &out, &e));
	assert_false(hex_decode(a, BYTES("0g"), &out, &e));
	assert_false(hex_decode(a, BYTES("00 1"), &out, &e));
}

static void decimal_refuses_signs_zeros_and_overflow(void **state)
{
	uint64_t v;
	struct err e;

	(void)state;
	assert_true(decimal_u64(BYTES("0"), 10, &v, &e));
	assert_true(decimal_u64(BYTES("18446744073709551615"), UINT64_MAX, &v, &e));
	assert_true(v == UINT64_MAX);
	assert_false(decimal_u64(BYTES("18446744073709551616"), UINT64_MAX, &v, &e));
	assert_false(decimal_u64(BYTES("11"), 10, &v, &e));
	assert_false(decimal_u64(BYTES("01"), 10, &v, &e));
	assert_false(decimal_u64(BYTES("-1"), 10, &v, &e));
	assert_false(decimal_u64(BYTES(""), 10, &v, &e));
	assert_false(decimal_u64(BYTES("1 "), 10, &v, &e));
}

static void utf8_follows_the_table_of_well_formed_sequences(void **state)
{
	(void)state;
	assert_true(utf8_is_valid(BYTES("钤印 \xf0\xa0\x80\x80 \xf4\x8f\xbf\xbf")));
	assert_false(utf8_is_valid(BYTES("\xc0\xaf")));         /* longer than needed */
	assert_false(utf8_is_valid(BYTES("\xe0\x80\xaf")));     /* longer than needed */
	assert_false(utf8_is_valid(BYTES("\xed\xa0\x80")));     /* surrogate */
	assert_false(utf8_is_valid(BYTES("\xf4\x90\x80\x80"))); /* beyond U+10FFFF */
	assert_false(utf8_is_valid(BYTES("\xe9\x92")));         /* cut */
	assert_false(utf8_is_valid(BYTES("\x80")));
}

static void printable_text_hides_what_could_deceive(void **state)
{
	AUTO(arena) a = arena_new();

	(void)state;
	assert_string_equal(text_printable(a, BYTES("a\x1b[31mb"), 20), "a?[31mb");
	assert_string_equal(text_printable(a, BYTES("\xe2\x80\xaegpj"), 20), "?gpj");
	assert_string_equal(text_printable(a, BYTES("合同合同"), 6), "合同…");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(base64_round_trips_every_length),
		cmocka_unit_test(base64_refuses_what_is_not_base64),
		cmocka_unit_test(hexadecimal_is_strict),
		cmocka_unit_test(decimal_refuses_signs_zeros_and_overflow),
		cmocka_unit_test(utf8_follows_the_table_of_well_formed_sequences),
		cmocka_unit_test(printable_text_hides_what_could_deceive),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
