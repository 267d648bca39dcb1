/* Forms: what is read, what is the user's mistake, and what no user sends.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "base/text.h"
#include "base/time.h"
#include "http/form.h"
#include "torture.h"
#include "unit.h"

static const struct field_choice kinds[] = {{"goods", 1, MSG_ERR_BUSY},
	{"works", 2, MSG_ERR_BUSY}, {"services", 4, MSG_ERR_BUSY}, {0}};

static const struct field fields[] = {
	{.name = "title", .type = FIELD_TEXT, .min = 2, .max = 5, .required = true},
	{.name = "note", .type = FIELD_LINES},
	{.name = "count", .type = FIELD_INT, .min = -3, .max = 300},
	{.name = "sum", .type = FIELD_MONEY, .min = 1, .max = 10000000},
	{.name = "day", .type = FIELD_DATE},
	{.name = "hour", .type = FIELD_TIME},
	{.name = "agree", .type = FIELD_BOOL},
	{.name = "kind", .type = FIELD_CHOICE, .choices = kinds},
	{.name = "kinds", .type = FIELD_SET, .choices = kinds},
	{.name = "password", .type = FIELD_SECRET, .min = 8},
	{.name = "mail", .type = FIELD_EMAIL},
	{.name = "digest", .type = FIELD_HEX, .min = 2, .max = 2},
	{.name = "order", .type = FIELD_BASE64},
	{.name = "id", .type = FIELD_ID},
};
static const struct form form = FORM("tender", fields);

static struct form_values v;

static bool read_it(struct arena *a, const char *body, struct err *e)
{
	form_fini(&v);
	return form_read(a, &form, bytes_str(body), &v, e);
}

static bool read_json(struct arena *a, const char *body, struct err *e)
{
	form_fini(&v);
	return form_read_json(a, &form, bytes_str(body), &v, e);
}

static void every_type_is_parsed(void **state)
{
	AUTO(arena) a = arena_new();
	struct err e;

	(void)state;
	assert_true(read_it(a,
		"title=+%E9%92%A4%E5%8D%B0+&note=a%0D%0Ab%0Dc&count=-3&sum=12%2C345.6"
		"&day=2026-11-22&hour=2026-11-22T16%3A30&agree=on&kind=works"
		"&kinds=goods&kinds=services&password=+p%26ss%3Dw+%E5%8F%A3"
		"&mail=a.b%2Bc@example.cn&digest=0aFF&order=AAEC&_csrf=tok&_once=1"
		"&id=0192f0c1d2e37abc8def001122334455&_back=/desk?x=1",
		&e));
	assert_int_equal(v.wrong, 0);
	assert_bytes(form_bytes(&v, "title"), BYTES("钤印"));
	assert_bytes(form_get(&v, "title")->typed, BYTES(" 钤印 "));
	assert_bytes(form_bytes(&v, "note"), BYTES("a\nb\nc"));
	assert_int_equal(form_number(&v, "count"), -3);
	assert_int_equal(form_number(&v, "sum"), 1234560);
	assert_string_equal(time_iso(a, form_number(&v, "day")), "2026-11-22T00:00:00Z");
	assert_string_equal(time_iso(a, form_number(&v, "hour")), "2026-11-22T08:30:00Z");
	assert_int_equal(form_number(&v, "agree"), 1);
	assert_int_equal(form_number(&v, "kind"), 2);
	assert_int_equal(form_number(&v, "kinds"), 5);
	assert_bytes(form_bytes(&v, "password"), BYTES(" p&ss=w 口"));
	assert_int_equal(form_get(&v, "password")->typed.n, 0);
	assert_bytes(form_bytes(&v, "mail"), BYTES("a.b+c@example.cn"));
	assert_bytes(form_bytes(&v, "digest"), BYTES("\x0a\xff"));
	assert_bytes(form_bytes(&v, "order"), BYTES("\x00\x01\x02"));
	assert_int_equal(form_bytes(&v, "id").n, 16);
	assert_bytes(v.csrf, BYTES("tok"));
	assert_bytes(v.once, BYTES("1"));
	assert_bytes(v.back, BYTES("/desk?x=1"));
	form_fini(&v);
	assert_null(v.secrets);
}

static void json_gives_the_same(void **state)
{
	AUTO(arena) a = arena_new();
	struct err e;

	(void)state;
	assert_true(read_json(a,
		"{\"title\":\"钤印\",\"count\":7,\"sum\":250,\"agree\":true,\"kind\":"
		"\"goods\","
		"\"kinds\":[\"works\",\"services\"],\"password\":\"pass\\u0077ord\","
		"\"note\":null}",
		&e));
	assert_int_equal(v.wrong, 0);
	assert_bytes(form_bytes(&v, "title"), BYTES("钤印"));
	assert_int_equal(form_number(&v, "count"), 7);
	assert_int_equal(form_number(&v, "sum"), 250);
	assert_int_equal(form_number(&v, "agree"), 1);
	assert_int_equal(form_number(&v, "kinds"), 6);
	assert_bytes(form_bytes(&v, "password"), BYTES("password"));
	assert_false(form_get(&v, "note")->given);
	assert_true(read_json(a, "{\"title\":\"ab\",\"sum\":\"2.50\"}", &e));
	assert_int_equal(form_number(&v, "sum"), 250);
	form_fini(&v);
}

/* The user's mistakes: the form is read, the field has a sentence. */
static void mistakes_are_of_their_field(void **state)
{
	static const struct {
		const char *body, *field;
		enum msg msg;
	} cases[] = {
		{"", "title", MSG_FORM_REQUIRED},
		{"title=+", "title", MSG_FORM_REQUIRED},
		{"title=a", "title", MSG_FORM_TOO_SHORT},
		{"title=%E9%92%A4", "title", MSG_FORM_TOO_SHORT},
		{"title=abcdef", "title", MSG_FORM_TOO_LONG},
		{"title=ab&count=x", "count", MSG_FORM_NOT_NUMBER},
		{"title=ab&count=1.5", "count", MSG_FORM_NOT_NUMBER},
		{"title=ab&count=99999999999999999999", "count", MSG_FORM_NOT_NUMBER},
		{"title=ab&count=-4", "count", MSG_FORM_TOO_SMALL},
		{"title=ab&count=301", "count", MSG_FORM_TOO_LARGE},
		{"title=ab&sum=1.234", "sum", MSG_FORM_NOT_MONEY},
		{"title=ab&sum=0.00", "sum", MSG_FORM_TOO_SMALL},
		{"title=ab&sum=100000.01", "sum", MSG_FORM_TOO_LARGE},
		{"title=ab&day=2026-02-30", "day", MSG_FORM_NOT_DATE},
		{"title=ab&day=2026-02-03T00:00:00Z", "day", MSG_FORM_NOT_DATE},
		{"title=ab&hour=2026-02-03", "hour", MSG_FORM_NOT_TIME},
		{"title=ab&hour=2026-02-03T24:00", "hour", MSG_FORM_NOT_TIME},
		{"title=ab&kind=other", "kind", MSG_FORM_NOT_CHOICE},
		{"title=ab&kinds=goods&kinds=other", "kinds", MSG_FORM_NOT_CHOICE},
		{"title=ab&password=short", "password", MSG_FORM_TOO_SHORT},
		{"title=ab&mail=a@b", "mail", MSG_FORM_NOT_EMAIL},
		{"title=ab&mail=@b.cn", "mail", MSG_FORM_NOT_EMAIL},
		{"title=ab&mail=a..b@b.cn", "mail", MSG_FORM_NOT_EMAIL},
		{"title=ab&mail=a@b.cn,c@d.cn", "mail", MSG_FORM_NOT_EMAIL},
		{"title=ab&mail=a+b@c.cn", "mail", MSG_FORM_NOT_EMAIL},
		{"title=ab&digest=0", "digest", MSG_FORM_NOT_HEX},
		{"title=ab&digest=00", "digest", MSG_FORM_TOO_SHORT},
		{"title=ab&digest=000000", "digest", MSG_FORM_TOO_LONG},
		{"title=ab&order=A", "order", MSG_FORM_NOT_BASE64},
		{"title=ab&id=12", "id", MSG_FORM_NOT_CHOICE},
	};
	AUTO(arena) a = arena_new();
	struct err e;

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const char *sentence;

		if (!read_it(a, cases[i].body, &e))
			fail_msg("%s: %s", cases[i].body, e.text);
		assert_int_equal(v.wrong, 1);
		assert_int_equal(
			form_get(&v, cases[i].field)->wrong, (unsigned)cases[i].msg + 1);
		sentence = form_wrong(a, LANG_EN, form_get(&v, cases[i].field));
		assert_non_null(sentence);
		assert_null(strchr(sentence, '{'));
	}
	form_fini(&v);
}

static void what_no_user_sends_is_refused_whole(void **state)
{
	static const char *const wrong[] = {"title", "=x", "title=ab&", "&title=ab",
		"title=ab&&count=1", "title=%", "title=%4", "title=%zz", "title=a%00b",
		"title=a%0Ab", "title=a%1Bb", "title=a%7Fb", "title=a%C2%85b",
		"title=ab%E2%80%AE", "title=%FF%FE", "title=%ED%A0%80", "title=a b",
		"title=a\tb", "title=\xe9\x92\xa4", "title=ab&title=ab",
		"title=ab&other=1", "title=ab&Title=ab",
		"title=ab&kinds=goods&kinds=goods", "title=ab&agree=maybe",
		"title=ab&_csrf=1&_csrf=1", "title=ab&__csrf=1",
		"title=ab&password=a%0Ab"};
	AUTO(arena) a = arena_new();
	struct err e;

	(void)state;
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
		if (read_it(a, wrong[i], &e))
			fail_msg("%s was read", wrong[i]);
		assert_int_equal(e.code, ERR_MALFORMED);
	}
	form_fini(&v);
}

static void json_of_another_shape_is_refused(void **state)
{
	static const char *const wrong[] = {"", "[]", "1", "{", "{} {}", "{\"title\":1}",
		"{\"title\":\"ab\",\"title\":\"ab\"}", "{\"title\":\"ab\",\"x\":1}",
		"{\"title\":\"ab\",\"count\":\"1\"}", "{\"title\":\"ab\",\"count\":1.0}",
		"{\"title\":\"ab\",\"agree\":\"on\"}",
		"{\"title\":\"ab\",\"kinds\":\"goods\"}",
		"{\"title\":\"ab\",\"kinds\":[1]}", "{\"title\":\"a\\nb\"}",
		"{\"title\":{\"a\":1}}", "{\"title\":\"ab\",\"_csrf\":\"x\"}"};
	AUTO(arena) a = arena_new();
	struct err e;

	(void)state;
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
		if (read_json(a, wrong[i], &e))
			fail_msg("%s was read", wrong[i]);
		assert_int_equal(e.code, ERR_MALFORMED);
	}
	form_fini(&v);
}

static void limits_hold(void **state)
{
	AUTO(arena) a = arena_new();
	char *body = arena_alloc(a, FORM_BODY_MAX + 2);
	struct err e;

	(void)state;
	memset(body, 'a', FORM_BODY_MAX + 1);
	assert_false(read_it(a, body, &e));
	assert_int_equal(e.code, ERR_TOO_LARGE);
	assert_false(read_json(a, body, &e));
	assert_int_equal(e.code, ERR_TOO_LARGE);
	memcpy(body, "title=ab&note=", 14);
	body[14 + FORM_TEXT_MAX] = 0;
	assert_true(read_it(a, body, &e));
	assert_int_equal(v.wrong, 0);
	body[14 + FORM_TEXT_MAX] = 'a';
	body[15 + FORM_TEXT_MAX] = 0;
	assert_true(read_it(a, body, &e));
	assert_int_equal(v.wrong, 1);
	for (size_t i = 0; i <= FORM_PAIRS_MAX; i++)
		memcpy(body + 9 * i, "kinds=zz&", 9);
	body[9 * (FORM_PAIRS_MAX + 1) - 1] = 0;
	assert_false(read_it(a, body, &e));
	assert_int_equal(e.code, ERR_TOO_LARGE);
	form_fini(&v);
}

static void a_query_is_a_form_without_secrets(void **state)
{
	static const struct field search[] = {{.name = "q", .type = FIELD_TEXT}};
	static const struct form list = FORM("list", search);
	AUTO(arena) a = arena_new();
	struct err e;

	(void)state;
	assert_true(form_read_query(a, &list, NULL, &v, &e));
	assert_false(form_get(&v, "q")->given);
	assert_true(form_read_query(a, &list, "q=a%26b", &v, &e));
	assert_bytes(form_bytes(&v, "q"), BYTES("a&b"));
	assert_false(form_read_query(a, &list, "_csrf=1", &v, &e));
	assert_true(form_read_query(a, &list, "_back=//evil", &v, &e));
	assert_int_equal(v.back.n, 0);
	assert_false(form_read_query(a, &form, "title=ab", &v, &e));
	assert_int_equal(e.code, ERR_USAGE);
}

static void blame_comes_from_outside_too(void **state)
{
	AUTO(arena) a = arena_new();
	struct err e;

	(void)state;
	assert_true(read_it(a, "title=ab", &e));
	assert_null(form_wrong(a, LANG_ZH, form_get(&v, "title")));
	form_blame(&v, "title", MSG_ERR_BUSY);
	form_blame(&v, "title", MSG_ERR_BUSY);
	assert_int_equal(v.wrong, 1);
	assert_string_equal(form_wrong(a, LANG_ZH, form_get(&v, "title")),
		msg_text(LANG_ZH, MSG_ERR_BUSY));
	form_fini(&v);
}

static void tables_are_checked(void **state)
{
	static const struct field_choice odd[] = {{"a", 3, 0}, {0}};
	struct field f[2] = {
		{.name = "a", .type = FIELD_TEXT}, {.name = "b", .type = FIELD_TEXT}};
	struct form two = {"two", f, 2};
	struct err e;

	(void)state;
	assert_true(form_check(&form, &e));
	assert_true(form_check(&two, &e));
	f[1].name = "a";
	assert_false(form_check(&two, &e));
	f[1].name = "_b";
	assert_false(form_check(&two, &e));
	f[1] = (struct field){.name = "b", .type = FIELD_CHOICE};
	assert_false(form_check(&two, &e));
	f[1] = (struct field){.name = "b", .type = FIELD_SET, .choices = odd};
	assert_false(form_check(&two, &e));
	f[1] = (struct field){.name = "b", .type = FIELD_INT, .min = 5, .max = 4};
	assert_false(form_check(&two, &e));
}

static void money_is_fen(void **state)
{
	static const struct {
		const char *text;
		int64_t fen;
	} good[] = {{"0", 0}, {"0.5", 50}, {"12", 1200}, {"1,234.56", 123456},
		{"1234.56", 123456}, {"-1.01", -101},
		{"999,999,999,999,999.99", INT64_C(99999999999999999)}};
	static const char *const bad[] = {"", "-", ".", ".5", "5.", "1.234", "1,23",
		"12,34.00", ",123", "1,234,56", "1234,567", "01", "0,123", "1 234", "+1",
		"1e3", "1000000000000000", "--1", "1.-1", "１"};
	AUTO(arena) a = arena_new();
	int64_t fen;
	struct err e;

	(void)state;
	for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
		assert_true(money_read(bytes_str(good[i].text), &fen, &e));
		assert_int_equal(fen, good[i].fen);
	}
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		assert_false(money_read(bytes_str(bad[i]), &fen, &e));
	assert_string_equal(money_text(a, 123456789), "1,234,567.89");
	assert_string_equal(money_text(a, -5), "-0.05");
	assert_string_equal(money_text(a, 100000), "1,000.00");
	assert_string_equal(money_text(a, INT64_MIN), "-92,233,720,368,547,758.08");
}

static void any(struct bytes altered, const struct alteration *what, void *ctx)
{
	AUTO(arena) a = arena_new();
	AUTO_FORM values = {0};
	struct err e;
	bool ok = *(bool *)ctx ? form_read_json(a, &form, altered, &values, &e)
			       : form_read(a, &form, altered, &values, &e);

	(void)what;
	for (size_t i = 0; ok && i < form.count; i++)
		assert_true(utf8_is_valid(values.v[i].typed));
}

static void altered_bodies_do_no_harm(void **state)
{
	bool json = false;

	(void)state;
	torture_each(
		BYTES("title=%E9%92%A4%E5%8D%B0&count=-3&sum=1%2C234.5&day=2026-11-22"
		      "&kinds=goods&kinds=works&password=12345678&mail=a@b.cn&order="
		      "AAEC"),
		TORTURE_ALL, any, &json);
	json = true;
	torture_each(BYTES("{\"title\":\"ab\",\"count\":-3,\"kinds\":[\"goods\"],"
			   "\"agree\":true,"
			   "\"password\":\"12345678\"}"),
		TORTURE_ALL, any, &json);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_type_is_parsed),
		cmocka_unit_test(json_gives_the_same),
		cmocka_unit_test(mistakes_are_of_their_field),
		cmocka_unit_test(what_no_user_sends_is_refused_whole),
		cmocka_unit_test(json_of_another_shape_is_refused),
		cmocka_unit_test(limits_hold),
		cmocka_unit_test(a_query_is_a_form_without_secrets),
		cmocka_unit_test(blame_comes_from_outside_too),
		cmocka_unit_test(tables_are_checked),
		cmocka_unit_test(money_is_fen),
		cmocka_unit_test(altered_bodies_do_no_harm),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
