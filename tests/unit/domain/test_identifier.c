/* test_identifier: id numbers, names, phones, regions, addresses of mail.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "base/text.h"
#include "base/time.h"
#include "domain/identifier.h"
#include "fakes.h"
#include "unit.h"

static const int64_t now = 1800000000 * TIME_SECOND; /* January 2027 */

static bool number(const char *text, char out[19])
{
	struct err e = {0};
	bool good = id_number_read(out, bytes_str(text), now, &e);

	assert_true(good || (e.code == ERR_MALFORMED && e.say));
	/* what was typed is in no message */
	assert_true(good || strlen(text) < 6 || !strstr(e.text, text));
	return good;
}

static void id_numbers(void **state)
{
	AUTO(arena) a = arena_new();
	char out[19];

	(void)state;
	/* the standard's own examples */
	assert_true(number("11010519491231002X", out));
	assert_string_equal(out, "11010519491231002X");
	assert_true(number("440524188001010014", out));
	assert_true(number(" 11010519491231002x\n", out));
	assert_string_equal(out, "11010519491231002X");
	assert_true(number("１１０１０５１９４９１２３１００２Ｘ", out));
	assert_string_equal(out, "11010519491231002X");
	assert_string_equal(id_number_mask(a, out), "1101**********002X");
	assert_string_equal(id_number_mask(a, ""), "");
	assert_string_equal(id_number_mask(a, "12345"), "");
	for (unsigned n = 0; n < 3000; n++) {
		fake_id_number(out, n);
		assert_true(number(out, out));
	}
}

static void id_numbers_refused(void **state)
{
	static const char *const bad[] = {"", "1", "11010519491231002",
		"11010519491231002XX", "110105194912310021", /* check digit */
		"110105194902300024",                        /* 30 February */
		"11010519491331002X",                        /* month 13 */
		"01010519491231002X",                        /* no region */
		"11010529491231002X",                        /* not born yet */
		"1101051949123100XX", "11010519491231 02X", "11010519491231002Y",
		"110105 19491231002X", "' OR 1=1 -- 0123456", "\xff\xfe",
		"110105491231002"}; /* of the first generation */
	char out[19];

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		assert_false(number(bad[i], out));
}

/* Any one digit changed is found: what the check digit is for. */
static void one_wrong_digit(void **state)
{
	char right[19], out[19];

	(void)state;
	fake_id_number(right, 77);
	for (size_t i = 0; i < 18; i++)
		for (char c = '0'; c <= '9'; c++) {
			char text[19];

			memcpy(text, right, sizeof text);
			text[i] = c;
			assert_int_equal(number(text, out), right[i] == c);
		}
}

static bool name(struct arena *a, const char *text, const char **out)
{
	struct err e = {0};
	bool good = name_read(a, bytes_str(text), out, &e);

	assert_true(good || (e.code == ERR_MALFORMED && e.say));
	return good;
}

static void names(void **state)
{
	static const char *const good[] = {"王小明", "𠮷野家", "𬴊", "㛃",
		"\xf0\xb0\xbb\x9e", "买买提·阿不都", "欧阳　娜娜", "O'Brien",
		"José Núñez", "张三（佛山）有限公司", "Robert'); DROP TABLE person;--",
		"<b>", "{{x}}", "=1+1", "%_"};
	AUTO(arena) a = arena_new();
	const char *out;

	(void)state;
	for (size_t i = 0; i < sizeof good / sizeof *good; i++)
		assert_true(name(a, good[i], &out));
	assert_true(name(a, "  欧阳 \t", &out) == false); /* a tab is a control */
	assert_true(name(a, " 　欧阳   娜娜 ", &out));
	assert_string_equal(out, "欧阳 娜娜");
	assert_true(name(a, "𠮷", &out));
	assert_string_equal(out, "𠮷");
}

static void names_refused(void **state)
{
	static const char *const bad[] = {"", " ", "　", "a\nb", "a\x01",
		"\xe2\x80\xae"
		"abc",
		"a\xe2\x80\x8b"
		"b",
		"\xef\xbb\xbf"
		"a",
		"\xed\xa0\x80", "\xc0\xaf", "\xff", "\xee\x80\x80", "\xf3\xa0\x80\x81",
		"\xef\xbf\xbe", "\xf0\x9f\xbf\xbf", "a\xe2\x81\xa6", "\xe3\x85\xa4",
		"a\xef\xb8\x8f"};
	AUTO(arena) a = arena_new();
	struct bytes nul = BYTES("a\0b");
	const char *out;
	struct err e;
	char *long_name = arena_alloc(a, 400);

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		assert_false(name(a, bad[i], &out));
	assert_false(name_read(a, nul, &out, &e));
	for (size_t i = 0; i < 100; i++)
		memcpy(long_name + 3 * i, "王", 3);
	assert_true(name(a, long_name, &out));
	memcpy(long_name + 300, "王", 3);
	assert_false(name(a, long_name, &out));
	assert_true(line_read(a, BYTES(""), &out, &e));
	assert_string_equal(out, "");
	assert_false(line_read(a, BYTES("a\nb"), &out, &e));
}

static void folding(void **state)
{
	AUTO(arena) a = arena_new();

	(void)state;
	assert_string_equal(
		name_fold(a, BYTES(" ＡＢＣ　(佛山)  Ltd ")), "abc (佛山) ltd");
	assert_string_equal(name_fold(a, BYTES("（甲）")), "(甲)");
	assert_string_equal(name_fold(a, BYTES("买买提•阿不都")), "买买提·阿不都");
	assert_string_equal(name_fold(a, BYTES("买买提・阿不都")), "买买提·阿不都");
	assert_string_equal(name_fold(a, BYTES("𠮷")), "𠮷");
	assert_string_equal(name_fold(a, BYTES("\xff")), "");
	assert_string_equal(like_anywhere(a, BYTES("50%_a!")), "%50!%!_a!!%");
	assert_string_equal(like_anywhere(a, BYTES("")), "%%");
}

static void phones(void **state)
{
	static const char *const bad[] = {"", "1234", "12a45", "123456789012345678901",
		"+", "1+23456", "１３８００００１２３４", "tel:13800001234", "'--12345"};
	AUTO(arena) a = arena_new();
	const char *out;
	struct err e = {0};

	(void)state;
	assert_true(phone_read(a, BYTES(" 138-0000 1234 "), &out, &e));
	assert_string_equal(out, "13800001234");
	assert_string_equal(phone_mask(a, out), "138****1234");
	assert_true(phone_read(a, BYTES("+86 20 8888 7777"), &out, &e));
	assert_string_equal(out, "+862088887777");
	assert_string_equal(phone_mask(a, "12345678"), "12****78");
	assert_string_equal(phone_mask(a, "95588"), "9****8");
	assert_string_equal(phone_mask(a, ""), "");
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		assert_false(phone_read(a, bytes_str(bad[i]), &out, &e));
		assert_true(e.say);
	}
}

static void regions_and_mail(void **state)
{
	static const char *const bad[] = {"a", "@", "a@", "a@b", "@b.c", "a@b..c",
		"a@.b.c", "a@b.c.", "a b@c.d", "a@b@c.d", "a@b.c\r\nBcc: x@y.z",
		"<a@b.c>", "a,b@c.d", "甲@b.c"};
	AUTO(arena) a = arena_new();
	const char *out;
	struct err e = {0};

	(void)state;
	assert_true(region_code_is_valid(BYTES("440000")));
	assert_true(region_code_is_valid(BYTES("440604")));
	assert_true(region_code_is_valid(BYTES("440600")));
	assert_false(region_code_is_valid(BYTES("000000")));
	assert_false(region_code_is_valid(BYTES("440004")));
	assert_false(region_code_is_valid(BYTES("44060")));
	assert_false(region_code_is_valid(BYTES("44060a")));
	assert_true(email_read(a, BYTES(" zhang.san+x@mail.example.cn "), &out, &e));
	assert_string_equal(out, "zhang.san+x@mail.example.cn");
	assert_true(email_read(a, BYTES(""), &out, &e));
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		assert_false(email_read(a, bytes_str(bad[i]), &out, &e));
		assert_true(e.say);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(id_numbers),
		cmocka_unit_test(id_numbers_refused), cmocka_unit_test(one_wrong_digit),
		cmocka_unit_test(names), cmocka_unit_test(names_refused),
		cmocka_unit_test(folding), cmocka_unit_test(phones),
		cmocka_unit_test(regions_and_mail)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
