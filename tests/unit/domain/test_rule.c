/* test_rule: rows are read strictly, and the row in force answers.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "domain/rule.h"
#include "torture.h"
#include "unit.h"

#define ROW(id, region, from, to, parameters)                                             \
	"{\"id\":\"" id "\",\"title\":{\"zh\":\"甲\",\"en\":\"a\"},\"article\":\"x 1\"," \
	"\"region\":\"" region "\",\"from\":\"" from "\",\"to\":" to                      \
	",\"to_confirm\":false,\"parameters\":" parameters "}"
#define FILE_OF(rows) "{\"format\":\"qianyin-rules\",\"version\":1,\"rules\":[" rows "]}"

static int64_t day(const char *text)
{
	struct err e;
	int64_t t;

	assert_true(time_parse_iso(bytes_str(text), &t, &e));
	return t;
}

static struct rules *read_one(const char *text)
{
	struct rules_file f = {"test.json", bytes_str(text)};
	struct rules *r;
	struct err e;

	if (!rules_read(&r, &f, 1, &e))
		fail_msg("%s", e.text);
	return r;
}

static int64_t value(const struct rules *r, const char *region, int64_t at)
{
	struct err e;
	int64_t v;

	if (!rule_int(r, "a.b", region, at, "days", &v, &e)) {
		assert_int_equal(e.code, ERR_NOT_FOUND);
		return -1;
	}
	return v;
}

static void the_row_of_the_day(void **state)
{
	AUTO(rules) r = read_one(FILE_OF(
		ROW("a.b", "000000", "2022-01-01", "null", "{\"days\":2}") "," ROW("a.b",
			"000000", "2021-01-01", "\"2021-12-31\"", "{\"days\":1}")));
	int64_t turn = day("2021-12-31T16:00:00Z"); /* midnight in Beijing */

	(void)state;
	assert_int_equal(rules_count(r), 2);
	assert_int_equal(value(r, "440000", day("2020-12-31T15:59:59Z")), -1);
	assert_int_equal(value(r, "440000", day("2020-12-31T16:00:00Z")), 1);
	assert_int_equal(value(r, "440000", turn - 1), 1);
	assert_int_equal(value(r, "440000", turn), 2);
	assert_int_equal(value(r, "000000", day("9000-01-01")), 2);
	/* rows come out in order, whatever order they stood in */
	assert_true(rules_row(r, 0)->from < rules_row(r, 1)->from);
	assert_null(rules_row(r, 2));
}

static void the_most_specific_region(void **state)
{
	AUTO(rules) r = read_one(FILE_OF(
		ROW("a.b", "000000", "2021-01-01", "null", "{\"days\":1}") "," ROW("a.b",
			"440000", "2021-01-01", "null", "{\"days\":2}") "," ROW("a.b",
			"440600", "2022-01-01", "null", "{\"days\":3}") "," ROW("a.b",
			"440604", "2021-01-01", "\"2021-06-30\"", "{\"days\":4}")));
	int64_t early = day("2021-03-01"), late = day("2022-03-01");

	(void)state;
	assert_int_equal(value(r, "110000", late), 1);
	assert_int_equal(value(r, "440100", late), 2);
	assert_int_equal(value(r, "440600", early), 2);
	assert_int_equal(value(r, "440600", late), 3);
	assert_int_equal(value(r, "440604", early), 4);
	assert_int_equal(value(r, "440604", late), 3);
	assert_int_equal(value(r, "000000", late), 1);
}

static void no_guesses(void **state)
{
	AUTO(rules) r = read_one(FILE_OF(ROW("a.b", "440000", "2021-01-01", "null",
		"{\"text\":\"x\",\"days\":7}") "," ROW("two", "440000", "2021-01-01",
		"null", "{\"hours\":1,\"days\":7}")));
	struct err e;
	int64_t v = 42;

	(void)state;
	/* another region, another rule, another name, a text, no region */
	assert_int_equal(value(r, "110000", day("2022-01-01")), -1);
	assert_false(rule_int(r, "a.c", "440000", day("2022-01-01"), "days", &v, &e));
	assert_non_null(strstr(e.text, "a.c"));
	assert_false(rule_int(r, "a.b", "440000", day("2022-01-01"), "hours", &v, &e));
	assert_false(rule_int(r, "a.b", "440000", day("2022-01-01"), "text", &v, &e));
	assert_false(rule_int(r, "a.b", "44", day("2022-01-01"), "days", &v, &e));
	assert_int_equal(e.code, ERR_USAGE);
	assert_false(rule_span(r, "two", "440000", day("2022-01-01"), &v, &e));
	assert_int_equal(v, 42);
	assert_true(rule_span(r, "a.b", "440000", day("2022-01-01"), &v, &e));
	assert_true(v == 7 * TIME_DAY);
}

static void strict_reading(void **state)
{
	static const char *const bad[] = {"", "{}", "[]", "null", "{", FILE_OF("{}"),
		FILE_OF(ROW("A", "000000", "2021-01-01", "null", "{}")),
		FILE_OF(ROW("", "000000", "2021-01-01", "null", "{}")),
		FILE_OF(ROW("a b", "000000", "2021-01-01", "null", "{}")),
		FILE_OF(ROW("a", "00000", "2021-01-01", "null", "{}")),
		FILE_OF(ROW("a", "44000x", "2021-01-01", "null", "{}")),
		FILE_OF(ROW("a", "000000", "2021-02-30", "null", "{}")),
		FILE_OF(ROW("a", "000000", "2021-01-01T00:00:00Z", "null", "{}")),
		FILE_OF(ROW("a", "000000", "2021-01-02", "\"2021-01-01\"", "{}")),
		FILE_OF(ROW("a", "000000", "2021-01-01", "7", "{}")),
		FILE_OF(ROW("a", "000000", "2021-01-01", "null", "{\"days\":-1}")),
		FILE_OF(ROW("a", "000000", "2021-01-01", "null", "{\"days\":1.5}")),
		FILE_OF(ROW("a", "000000", "2021-01-01", "null", "{\"days\":1e3}")),
		FILE_OF(ROW(
			"a", "000000", "2021-01-01", "null", "{\"days\":9999999999999}")),
		FILE_OF(ROW("a", "000000", "2021-01-01", "null", "{\"days\":\"\"}")),
		FILE_OF(ROW("a", "000000", "2021-01-01", "null", "{\"days\":true}")),
		FILE_OF(ROW("a", "000000", "2021-01-01", "null", "{\"days\":[1]}")),
		FILE_OF(ROW(
			"a", "000000", "2021-01-01", "null", "{\"days\":1,\"days\":2}")),
		FILE_OF(ROW(
			"a", "000000", "2021-01-01", "null", "{\"x\":\"a\\u202eb\"}")),
		FILE_OF(ROW(
			"a", "000000", "2021-01-01", "null", "{\"x\":\"a\\u0000b\"}")),
		FILE_OF(ROW("a", "000000", "2021-01-01", "null", "{}") "," ROW(
			"a", "000000", "2021-06-01", "null", "{}")),
		FILE_OF(ROW("a", "000000", "2021-01-01", "\"2021-06-01\"", "{}") "," ROW(
			"a", "000000", "2021-06-01", "null", "{}")),
		"{\"format\":\"other\",\"version\":1,\"rules\":[]}",
		"{\"format\":\"qianyin-rules\",\"version\":2,\"rules\":[]}",
		"{\"format\":\"qianyin-rules\",\"version\":1,\"rules\":[],\"x\":1}",
		"{\"format\":\"qianyin-rules\",\"version\":1,\"rules\":{}}"};
	struct rules *r = NULL;

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		struct rules_file f = {"bad.json", bytes_str(bad[i])};
		struct err e = {0};

		if (rules_read(&r, &f, 1, &e))
			fail_msg("was read: %s", bad[i]);
		assert_non_null(strstr(e.text, "bad.json"));
		assert_null(r);
	}
}

static void names_file_and_row(void **state)
{
	struct rules_file files[] = {{"one.json", bytes_str(FILE_OF(ROW("a", "000000",
							  "2021-01-01", "null", "{}")))},
		{"two.json",
			bytes_str(FILE_OF(ROW("b", "000000", "2021-01-01", "null",
				"{}") "," ROW("c", "0", "2021-01-01", "null", "{}")))}};
	struct rules *r;
	struct err e;

	(void)state;
	assert_false(rules_read(&r, files, 2, &e));
	assert_non_null(strstr(e.text, "two.json: row 2: 'region'"));
}

static void limits(void **state)
{
	AUTO(arena) a = arena_new();
	char *big = arena_alloc(a, RULES_FILE_MAX + 2);
	struct rules_file f = {"big.json", bytes_make(big, RULES_FILE_MAX + 1)};
	struct rules_file many[RULES_FILES_MAX + 1];
	struct rules *r;
	struct err e;

	(void)state;
	memset(big, ' ', RULES_FILE_MAX + 1);
	assert_false(rules_read(&r, &f, 1, &e));
	assert_int_equal(e.code, ERR_TOO_LARGE);
	for (size_t i = 0; i <= RULES_FILES_MAX; i++)
		many[i] = (struct rules_file){"x.json", bytes_str(FILE_OF(""))};
	assert_true(rules_read(&r, many, RULES_FILES_MAX, &e));
	rules_free(r);
	assert_false(rules_read(&r, many, RULES_FILES_MAX + 1, &e));
	assert_int_equal(e.code, ERR_TOO_LARGE);
	/* nested deeper than any reader should go */
	memset(big, '[', 100000);
	f.text.n = 100000;
	assert_false(rules_read(&r, &f, 1, &e));
}

static void altered(struct bytes text, const struct alteration *what, void *ctx)
{
	struct rules_file f = {"torn.json", text};
	struct rules *r = NULL;
	struct err e = {0};

	(void)ctx;
	if (rules_read(&r, &f, 1, &e))
		/* a flip may make another good text; a cut never */
		assert_int_equal(what->kind, TORTURE_FLIP);
	else
		assert_true(e.code != ERR_NONE && e.text[0]);
	rules_free(r);
}

static void torn_files(void **state)
{
	struct bytes seed = bytes_str(FILE_OF(ROW("a.b", "440600", "2021-01-01",
		"\"2021-12-31\"", "{\"days\":7,\"text\":\"乙\"}")));

	(void)state;
	assert_true(torture_each(seed, TORTURE_ALL, altered, NULL) >= 9 * seed.n);
}

/* What the program has inside, and the folder it was made from. */
static void the_rows_of_the_house(void **state)
{
	AUTO(arena) a = arena_new();
	struct rules *inside, *folder;
	struct err e;
	int64_t v;

	(void)state;
	if (!rules_load(&inside, NULL, &e) ||
		!rules_load(&folder, source_path(a, "rules"), &e))
		fail_msg("%s", e.text);
	assert_int_equal(rules_count(inside), rules_count(folder));
	for (size_t i = 0; i < rules_count(inside); i++)
		assert_string_equal(rules_row(inside, i)->id, rules_row(folder, i)->id);
	if (!rules_complete(inside, day("2026-12-01"), &e))
		fail_msg("%s", e.text);
	/* before the notice came into force there was nothing */
	assert_false(rules_complete(inside, day("2021-01-01"), &e));
	assert_true(rule_span(
		inside, RULE_RECOVERY_COOL_OFF, "440000", day("2026-12-01"), &v, &e));
	assert_true(v == 72 * TIME_HOUR);
	assert_true(rule_span(inside, RULE_RECOVERY_CREDENTIAL_AGE, "440000",
		day("2026-12-01"), &v, &e));
	assert_true(v == 30 * TIME_DAY);
	rules_free(inside);
	rules_free(folder);
	assert_false(rules_load(&inside, source_path(a, "no-such-folder"), &e));
	assert_int_equal(e.code, ERR_NO_INPUT);
	assert_false(rules_load(&inside, source_path(a, "po"), &e));
	assert_int_equal(e.code, ERR_NO_INPUT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(the_row_of_the_day),
		cmocka_unit_test(the_most_specific_region), cmocka_unit_test(no_guesses),
		cmocka_unit_test(strict_reading), cmocka_unit_test(names_file_and_row),
		cmocka_unit_test(limits), cmocka_unit_test(torn_files),
		cmocka_unit_test(the_rows_of_the_house)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
