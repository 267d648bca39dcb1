/* Sentences: the language, the places, what is put in them.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "base/i18n.h"

#include <string.h>

#include "base/text.h"
#include "unit.h"

static void chinese_is_what_is_spoken_unless_english_is_asked_for(void **state)
{
	static const char *const chinese[] = {
		NULL, "", "C", "POSIX", "C.UTF-8", "zh", "zh_CN.UTF-8", "fr_FR", "e"};

	(void)state;
	for (size_t i = 0; i < sizeof chinese / sizeof *chinese; i++)
		assert_int_equal(lang_of(chinese[i]), LANG_ZH);
	assert_int_equal(lang_of("en"), LANG_EN);
	assert_int_equal(lang_of("en_GB.UTF-8"), LANG_EN);
	assert_string_equal(lang_name(LANG_ZH), "zh");
	assert_string_equal(lang_name(LANG_EN), "en");
}

static void places_are_filled_in_both_languages(void **state)
{
	AUTO(arena) a = arena_new();

	(void)state;
	assert_string_equal(say(a, LANG_ZH, MSG_ERR_WITH_DETAIL, "打不开", "open"),
		"打不开（技术细节：open）");
	assert_non_null(
		strstr(say(a, LANG_EN, MSG_ERR_WITH_DETAIL, "Closed", "open"), "Closed"));
}

static void a_place_without_a_string_stays_empty(void **state)
{
	AUTO(arena) a = arena_new();

	(void)state;
	assert_string_equal(
		say(a, LANG_ZH, MSG_ERR_WITH_DETAIL, "打不开"), "打不开（技术细节：）");
	assert_string_equal(say(a, LANG_ZH, MSG_ERR_WITH_DETAIL), "（技术细节：）");
}

static void what_is_put_in_is_not_read_for_places(void **state)
{
	AUTO(arena) a = arena_new();

	(void)state;
	assert_string_equal(say(a, LANG_ZH, MSG_ERR_WITH_DETAIL, "{2}{1}", "%s{"),
		"{2}{1}（技术细节：%s{）");
}

static void strings_too_many_are_passed_over(void **state)
{
	AUTO(arena) a = arena_new();

	(void)state;
	assert_string_equal(say(a, LANG_ZH, MSG_ERR_USAGE, "1", "2", "3", "4", "5", "6",
				    "7", "8", "9"),
		msg_text(LANG_ZH, MSG_ERR_USAGE));
}

static void an_error_is_a_sentence_and_then_its_detail(void **state)
{
	AUTO(arena) a = arena_new();
	struct err e = {.code = ERR_NO_INPUT};

	(void)state;
	assert_string_equal(err_say(a, LANG_ZH, &e), msg_text(LANG_ZH, MSG_ERR_NO_INPUT));
	(void)err_set(&e, ERR_NO_INPUT, "x.ofd: No such file or directory");
	assert_non_null(strstr(err_say(a, LANG_ZH, &e), "打不开输入文件"));
	assert_non_null(strstr(err_say(a, LANG_ZH, &e), "x.ofd"));
	assert_non_null(strstr(err_say(a, LANG_EN, &e), "x.ofd"));
	/* A code that is none must not be looked up. */
	e.code = ERR_COUNT;
	assert_string_equal(err_say(a, LANG_ZH, &e), e.text);
}

static void every_sentence_is_there_and_well_formed(void **state)
{
	(void)state;
	for (int msg = 0; msg < MSG_COUNT; msg++)
		for (int lang = 0; lang < LANG_COUNT; lang++) {
			struct bytes text =
				bytes_str(msg_text((enum lang)lang, (enum msg)msg));

			assert_true(text.n > 0);
			assert_true(utf8_is_valid(text));
		}
}

static void a_sentence_is_found_by_its_key(void **state)
{
	static const char *const strangers[] = {
		"", "err", "err.", "err.busyx", "ERR.BUSY", "zzz", "a"};
	enum msg msg = MSG_COUNT;

	(void)state;
	assert_true(msg_find("err.busy", &msg));
	assert_int_equal(msg, MSG_ERR_BUSY);
	assert_true(msg_find("err.with_detail", &msg));
	assert_int_equal(msg, MSG_ERR_WITH_DETAIL);
	for (size_t i = 0; i < sizeof strangers / sizeof *strangers; i++)
		assert_false(msg_find(strangers[i], &msg));
	assert_int_equal(msg, MSG_ERR_WITH_DETAIL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(chinese_is_what_is_spoken_unless_english_is_asked_for),
		cmocka_unit_test(places_are_filled_in_both_languages),
		cmocka_unit_test(a_place_without_a_string_stays_empty),
		cmocka_unit_test(what_is_put_in_is_not_read_for_places),
		cmocka_unit_test(strings_too_many_are_passed_over),
		cmocka_unit_test(an_error_is_a_sentence_and_then_its_detail),
		cmocka_unit_test(a_sentence_is_found_by_its_key),
		cmocka_unit_test(every_sentence_is_there_and_well_formed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
