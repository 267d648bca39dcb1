/* Amounts and dates in words and figures, by the rules for bills of exchange and for
 * official documents. SPDX-License-Identifier: Apache-2.0
 */
#include "doc/typeset_words.h"

#include "unit.h"

//= 支付结算办法 附一: 正确填写票据和结算凭证的基本规定
static void amounts_are_written_in_words_as_the_rules_say(void **state)
{
	static const struct {
		int64_t fen;
		const char *words;
	} cases[] = {
		/* the rule's own examples */
		{140950, "壹仟肆佰零玖元伍角整"},
		{600714, "陆仟零柒元壹角肆分"},
		{168032, "壹仟陆佰捌拾元叁角贰分"},
		{10700053, "壹拾万柒仟元伍角叁分"},
		{1640902, "壹万陆仟肆佰零玖元零贰分"},
		{32504, "叁佰贰拾伍元零肆分"},
		/* small ones */
		{0, "零元整"},
		{1, "壹分"},
		{10, "壹角整"},
		{15, "壹角伍分"},
		{100, "壹元整"},
		{101, "壹元零壹分"},
		{110, "壹元壹角整"},
		{1000, "壹拾元整"},
		{1001, "壹拾元零壹分"},
		{100500, "壹仟零伍元整"},
		{-12345, "负壹佰贰拾叁元肆角伍分"},
		/* zeros between groups */
		{1000000, "壹万元整"},
		{1000100, "壹万零壹元整"},
		{1100000, "壹万壹仟元整"},
		{10010000, "壹拾万零壹佰元整"},
		{1001000000, "壹仟零壹万元整"},
		{1000000100, "壹仟万零壹元整"},
		{128000000, "壹佰贰拾捌万元整"},
		{12345678900, "壹亿贰仟叁佰肆拾伍万陆仟柒佰捌拾玖元整"},
		/* the boundaries of 亿 */
		{9999999999, "玖仟玖佰玖拾玖万玖仟玖佰玖拾玖元玖角玖分"},
		{10000000000, "壹亿元整"},
		{10000000001, "壹亿元零壹分"},
		{10000000100, "壹亿零壹元整"},
		{10001000000, "壹亿零壹万元整"},
		{10000100000, "壹亿零壹仟元整"},
		{10010000000, "壹亿零壹拾万元整"},
		{11000000000, "壹亿壹仟万元整"},
		{100000000000000, "壹万亿元整"},
		{100000000000100, "壹万亿零壹元整"},
		{120000000000000, "壹万贰仟亿元整"},
		{100010000000000, "壹万零壹亿元整"},
		{MONEY_MAX, "玖仟玖佰玖拾玖万玖仟玖佰玖拾玖亿玖仟玖佰玖拾玖万玖仟玖佰玖拾"
			    "玖元玖角玖"
			    "分"},
	};
	AUTO(arena) a = arena_new();
	struct err e;
	char *words;

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		assert_true(money_words(a, cases[i].fen, &words, &e));
		assert_string_equal(words, cases[i].words);
	}
}

static void amounts_are_written_in_figures_with_commas(void **state)
{
	static const struct {
		int64_t fen;
		const char *figures;
	} cases[] = {
		{0, "0.00"},
		{5, "0.05"},
		{99999, "999.99"},
		{100000, "1,000.00"},
		{123456789, "1,234,567.89"},
		{-123456, "-1,234.56"},
		{MONEY_MAX, "9,999,999,999,999,999.99"},
	};
	AUTO(arena) a = arena_new();
	struct err e;
	char *figures;

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		assert_true(money_figures(a, cases[i].fen, &figures, &e));
		assert_string_equal(figures, cases[i].figures);
	}
}

static void amounts_beyond_sixteen_digits_are_refused(void **state)
{
	static const int64_t beyond[] = {
		MONEY_MAX + 1, -MONEY_MAX - 1, INT64_MAX, INT64_MIN};
	AUTO(arena) a = arena_new();
	struct err e;
	char *text;

	(void)state;
	for (size_t i = 0; i < sizeof beyond / sizeof *beyond; i++) {
		assert_false(money_words(a, beyond[i], &text, &e));
		assert_int_equal(e.code, ERR_USAGE);
		assert_false(money_figures(a, beyond[i], &text, &e));
		assert_int_equal(e.code, ERR_USAGE);
	}
}

//= GB/T 9704-2012 §7.3.5.4: figures, the year in full, no 0 before month and day
static void dates_are_written_in_figures_and_in_words(void **state)
{
	static const struct {
		const char *iso, *figures, *words;
	} cases[] = {
		{"2026-11-22", "2026年11月22日", "二〇二六年十一月二十二日"},
		{"2000-01-01", "2000年1月1日", "二〇〇〇年一月一日"},
		{"2024-02-29", "2024年2月29日", "二〇二四年二月二十九日"},
		{"2026-10-10", "2026年10月10日", "二〇二六年十月十日"},
		{"2026-12-20", "2026年12月20日", "二〇二六年十二月二十日"},
		{"2026-09-30", "2026年9月30日", "二〇二六年九月三十日"},
		{"2026-03-31", "2026年3月31日", "二〇二六年三月三十一日"},
	};
	AUTO(arena) a = arena_new();
	struct err e;
	char *text;

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		assert_true(date_figures(a, bytes_str(cases[i].iso), &text, &e));
		assert_string_equal(text, cases[i].figures);
		assert_true(date_words(a, bytes_str(cases[i].iso), &text, &e));
		assert_string_equal(text, cases[i].words);
	}
}

static void what_is_no_date_is_refused(void **state)
{
	static const char *const bad[] = {"", "2026-02-30", "2026-13-01", "2026-11-2",
		"2026/11/22", "2026-11-22T00:00:00Z", "20261122", "2026-11-22 "};
	AUTO(arena) a = arena_new();
	struct err e;
	char *text;

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		assert_false(date_figures(a, bytes_str(bad[i]), &text, &e));
		assert_int_equal(e.code, ERR_USAGE);
		assert_false(date_words(a, bytes_str(bad[i]), &text, &e));
		assert_int_equal(e.code, ERR_USAGE);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(amounts_are_written_in_words_as_the_rules_say),
		cmocka_unit_test(amounts_are_written_in_figures_with_commas),
		cmocka_unit_test(amounts_beyond_sixteen_digits_are_refused),
		cmocka_unit_test(dates_are_written_in_figures_and_in_words),
		cmocka_unit_test(what_is_no_date_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
