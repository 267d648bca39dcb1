/* Errors: code, text, what is put before it, and the tables of codes and sentences.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "base/err.h"

#include <errno.h>
#include <string.h>

#include "base/i18n.h"
#include "unit.h"

static void setting_returns_false_and_fills_both(void **state)
{
	struct err e;

	(void)state;
	assert_false(err_set(&e, ERR_MALFORMED, "octet %d", 7));
	assert_int_equal(e.code, ERR_MALFORMED);
	assert_string_equal(e.text, "octet 7");
}

static void context_stands_before_and_the_code_stays(void **state)
{
	struct err e;

	(void)state;
	(void)err_set(&e, ERR_TOO_LARGE, "9 octets");
	assert_false(err_in(&e, "tbs%s", "Certificate"));
	assert_string_equal(e.text, "tbsCertificate: 9 octets");
	assert_int_equal(e.code, ERR_TOO_LARGE);
}

static void long_texts_are_cut_and_end(void **state)
{
	struct err e;
	char text[1000];

	(void)state;
	memset(text, 'x', sizeof text - 1);
	text[sizeof text - 1] = 0;
	(void)err_set(&e, ERR_IO, "%s", text);
	assert_int_equal(strlen(e.text), sizeof e.text - 1);
	for (int i = 0; i < 20; i++)
		(void)err_in(&e, "%s", text);
	assert_true(strlen(e.text) < sizeof e.text);
}

static void a_hostile_text_is_no_format(void **state)
{
	struct err e;

	(void)state;
	(void)err_set(&e, ERR_IO, "%s", "%n%s%s");
	(void)err_in(&e, "%s", "%d%n");
	assert_string_equal(e.text, "%d%n: %n%s%s");
}

static void the_system_is_quoted(void **state)
{
	struct err e;

	(void)state;
	errno = ENOSPC;
	assert_false(err_system(&e, ERR_WRITE, "out.ofd"));
	assert_int_equal(e.code, ERR_WRITE);
	assert_string_equal(e.text, "out.ofd: No space left on device");
}

static void every_code_has_status_exit_code_and_sentences(void **state)
{
	AUTO(arena) a = arena_new();

	(void)state;
	for (int code = ERR_NONE + 1; code < ERR_COUNT; code++) {
		struct err e = {.code = (enum err_code)code};

		assert_true(err_http(e.code) >= 400 && err_http(e.code) < 600);
		assert_true(err_exit(e.code) >= 64 && err_exit(e.code) <= 78);
		assert_true(strlen(err_name(e.code)) > 0);
		assert_string_not_equal(err_say(a, LANG_ZH, &e), err_say(a, LANG_EN, &e));
		assert_true(strlen(err_say(a, LANG_ZH, &e)) > 0);
	}
	assert_int_equal(err_exit(ERR_NONE), 0);
	assert_int_equal(err_exit(ERR_COUNT), 74);
	assert_int_equal(err_http(ERR_COUNT), 500);
	assert_string_equal(err_name(ERR_COUNT), "unknown");
}

static void names_are_lower_case_as_promised(void **state)
{
	(void)state;
	assert_string_equal(err_name(ERR_MALFORMED), "malformed");
	assert_string_equal(err_name(ERR_KEY_MISMATCH), "key_mismatch");
}

static void exit_codes_are_those_of_the_design(void **state)
{
	(void)state;
	assert_int_equal(err_exit(ERR_USAGE), 64);
	assert_int_equal(err_exit(ERR_MALFORMED), 65);
	assert_int_equal(err_exit(ERR_UNSUPPORTED), 65);
	assert_int_equal(err_exit(ERR_NO_INPUT), 66);
	assert_int_equal(err_exit(ERR_WRITE), 73);
	assert_int_equal(err_exit(ERR_IO), 74);
	assert_int_equal(err_exit(ERR_BUSY), 75);
	assert_int_equal(err_exit(ERR_DENIED), 77);
	assert_int_equal(err_exit(ERR_PASSWORD), 77);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(setting_returns_false_and_fills_both),
		cmocka_unit_test(context_stands_before_and_the_code_stays),
		cmocka_unit_test(long_texts_are_cut_and_end),
		cmocka_unit_test(a_hostile_text_is_no_format),
		cmocka_unit_test(the_system_is_quoted),
		cmocka_unit_test(every_code_has_status_exit_code_and_sentences),
		cmocka_unit_test(names_are_lower_case_as_promised),
		cmocka_unit_test(exit_codes_are_those_of_the_design),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
