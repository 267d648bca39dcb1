/* Problems and assets: what is told, what is kept back, what is not sent again.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "base/time.h"
#include "http/asset.h"
#include "http/problem.h"
#include "torture.h"
#include "unit.h"

static const char *problem(
	struct arena *a, const struct err *e, struct http_response *resp)
{
	struct http_request req = {.arena = a, .target = "/x", .id = "0123456789abcdef"};
	struct problem p = problem_of(&req, LANG_EN, e);

	*resp = (struct http_response){0};
	problem_send(&req, &p, LANG_EN, resp);
	return arena_str(a, resp->body);
}

static void a_refusal_has_its_sentence_and_its_rule(void **state)
{
	AUTO(arena) a = arena_new();
	struct http_response resp;
	struct err e = {0};
	const char *json;

	(void)state;
	(void)err_refuse(&e, ERR_DENIED, MSG_FORM_REQUIRED, "login.lock", "because");
	json = problem(a, &e, &resp);
	assert_int_equal(resp.status, 403);
	assert_string_equal(resp.content_type, "application/problem+json");
	assert_non_null(strstr(json, "\"type\":\"/problems/denied\""));
	assert_non_null(strstr(json, "\"status\":403"));
	assert_non_null(strstr(json, "\"rule\":\"login.lock\""));
	assert_non_null(
		strstr(json, "\"instance\":\"urn:qianyin:request:0123456789abcdef\""));
	assert_non_null(strstr(json, msg_text(LANG_EN, MSG_FORM_REQUIRED)));
	assert_null(strstr(json, "\"cure\""));
}

static void faults_of_ours_tell_nothing_technical(void **state)
{
	AUTO(arena) a = arena_new();
	struct http_response resp;
	struct err e = {0};

	(void)state;
	(void)err_set(&e, ERR_IO, "/var/lib/secret.db: disk I/O error");
	assert_null(strstr(problem(a, &e, &resp), "secret.db"));
	assert_int_equal(resp.status, 500);
	(void)err_set(&e, ERR_MALFORMED, "line 7 \"quoted\"");
	assert_non_null(strstr(problem(a, &e, &resp), "line 7 \\\"quoted\\\""));
	assert_int_equal(resp.status, 422);
}

static bool wants_json(const char *target, const char *accept)
{
	struct http_request req = {.target = target,
		.headers = {{"Accept", accept}},
		.header_count = accept != NULL};

	return problem_wants_json(&req);
}

static void programs_get_json_and_browsers_a_page(void **state)
{
	(void)state;
	assert_true(wants_json("/api/v1/x", "text/html"));
	assert_true(wants_json("/x", "application/json"));
	assert_true(wants_json("/x", "application/problem+json, text/html;q=0.5"));
	assert_false(wants_json("/x", NULL));
	assert_false(wants_json("/apix", "text/html,application/xhtml+xml,*/*;q=0.8"));
	assert_false(wants_json("/x", "*/*"));
}

static unsigned asset(const char *name, const char *value, enum http_method method)
{
	AUTO(arena) a = arena_new();
	static const struct asset css = {.type = "text/css",
		.octets = {(const uint8_t *)"p{}", 3},
		.etag = "\"abc\"",
		.modified = 784111777 * TIME_SECOND + 5};
	struct http_request req = {.arena = a,
		.method = method,
		.headers = {{name, value}},
		.header_count = value != NULL};
	struct http_response resp = {0};

	asset_send(&req, &css, &resp);
	assert_int_equal(resp.body.n, resp.status == 200 ? 3 : 0);
	return resp.status;
}

static void what_the_client_has_is_not_sent_again(void **state)
{
	const char *tag = "If-None-Match", *since = "If-Modified-Since";

	(void)state;
	assert_int_equal(asset(tag, NULL, HTTP_GET), 200);
	assert_int_equal(asset(tag, "\"abc\"", HTTP_GET), 304);
	assert_int_equal(asset(tag, "\"x\", W/\"abc\"", HTTP_HEAD), 304);
	assert_int_equal(asset(tag, "*", HTTP_GET), 304);
	assert_int_equal(asset(tag, "abc", HTTP_GET), 200);
	assert_int_equal(asset(tag, "\"abd\"", HTTP_GET), 200);
	assert_int_equal(asset(tag, "\"abc\"", HTTP_POST), 200);
	assert_int_equal(asset(since, "Sun, 06 Nov 1994 08:49:37 GMT", HTTP_GET), 304);
	assert_int_equal(asset(since, "Sun, 06 Nov 1994 08:49:36 GMT", HTTP_GET), 200);
	assert_int_equal(asset(since, "yesterday", HTTP_GET), 200);
}

static void dates_are_read_in_one_form(void **state)
{
	static const char *const wrong[] = {"", "Mon, 06 Nov 1994 08:49:37 GMT",
		"Sun, 06 Nov 1994 08:49:37 CST", "Sunday, 06-Nov-94 08:49:37 GMT",
		"Sun, 31 Feb 1994 08:49:37 GMT", "Sun, 06 nov 1994 08:49:37 GMT",
		"Sun, 06 Nov 1994 24:49:37 GMT", "Sun, 06 anF 1994 08:49:37 GMT"};
	AUTO(arena) a = arena_new();
	int64_t t;
	struct err e;

	(void)state;
	assert_true(http_date_read(BYTES("Sun, 06 Nov 1994 08:49:37 GMT"), &t, &e));
	assert_int_equal(t, 784111777 * TIME_SECOND);
	assert_string_equal(http_date(a, t), "Sun, 06 Nov 1994 08:49:37 GMT");
	assert_string_equal(http_date(a, 0), "Thu, 01 Jan 1970 00:00:00 GMT");
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
		assert_false(http_date_read(bytes_str(wrong[i]), &t, &e));
}

static void any(struct bytes altered, const struct alteration *what, void *ctx)
{
	int64_t t;
	struct err e;

	(void)what;
	(void)ctx;
	(void)!http_date_read(altered, &t, &e);
}

static void altered_dates_do_no_harm(void **state)
{
	(void)state;
	torture_each(BYTES("Sun, 06 Nov 1994 08:49:37 GMT"), TORTURE_ALL, any, NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_refusal_has_its_sentence_and_its_rule),
		cmocka_unit_test(faults_of_ours_tell_nothing_technical),
		cmocka_unit_test(programs_get_json_and_browsers_a_page),
		cmocka_unit_test(what_the_client_has_is_not_sent_again),
		cmocka_unit_test(dates_are_read_in_one_form),
		cmocka_unit_test(altered_dates_do_no_harm),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
