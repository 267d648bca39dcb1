/* Cookies, languages, what a client accepts: read strictly, set safely.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "http/http.h"
#include "torture.h"
#include "unit.h"

static const char *cookie(struct arena *a, const char *header, const char *second)
{
	struct http_request req = {.arena = a,
		.headers = {{"cookie", header}, {"X", "sid=no"}, {"Cookie", second}},
		.header_count = second ? 3 : 2};

	return http_cookie(&req, "sid");
}

static void a_cookie_is_found_by_its_whole_name(void **state)
{
	AUTO(arena) a = arena_new();

	(void)state;
	assert_string_equal(cookie(a, "sid=abc", NULL), "abc");
	assert_string_equal(cookie(a, "a=b; sid=abc; c=d", NULL), "abc");
	assert_string_equal(cookie(a, "a=b", "sid=1"), "1");
	assert_string_equal(cookie(a, "sid=", NULL), "");
	assert_string_equal(cookie(a, "sid=a=b", NULL), "a=b");
	assert_null(cookie(a, "xsid=abc; sidx=1; sid", NULL));
	assert_null(cookie(a, "SID=abc", NULL));
	assert_null(cookie(a, "", NULL));
}

static void a_cookie_that_stands_twice_is_nobodys(void **state)
{
	AUTO(arena) a = arena_new();

	(void)state;
	assert_null(cookie(a, "sid=abc; sid=abd", NULL));
	assert_null(cookie(a, "sid=abc", "sid=abd"));
	assert_null(cookie(a, "sid=a b", NULL));
	assert_null(cookie(a, "sid=\"abc\"", NULL));
	assert_null(cookie(a, "sid=a,b", NULL));
	assert_null(cookie(a, "sid=\xe9\x92\xa4", NULL));
}

static void cookies_are_set_out_of_reach_of_scripts(void **state)
{
	AUTO(arena) a = arena_new();
	struct http_response resp = {0};

	(void)state;
	http_set_cookie(a, &resp, "__Host-sid", "abc", 60,
		HTTP_COOKIE_SECURE | HTTP_COOKIE_STRICT);
	assert_string_equal(resp.headers[0].value,
		"__Host-sid=abc; Path=/; HttpOnly; SameSite=Strict; Max-Age=60; Secure");
	http_set_cookie(a, &resp, "sid", "", -1, 0);
	assert_string_equal(
		resp.headers[1].value, "sid=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0");
}

static void only_paths_of_this_site_are_paths(void **state)
{
	static const char *const no[] = {"", "a", "//host", "/\\host", "/a b",
		"/a\r\nX: y", "/\x7f", "https://host/", "/钤", "javascript:1"};

	(void)state;
	assert_true(http_is_path(BYTES("/")));
	assert_true(http_is_path(BYTES("/a/b?c=%20d#e")));
	for (size_t i = 0; i < sizeof no / sizeof *no; i++)
		assert_false(http_is_path(bytes_str(no[i])));
	assert_false(http_is_path(BYTES("/a\0b")));
}

static void the_language_is_the_gladdest_there_is(void **state)
{
	(void)state;
	assert_int_equal(http_language(NULL), LANG_ZH);
	assert_int_equal(http_language(""), LANG_ZH);
	assert_int_equal(http_language("fr, de;q=0.9"), LANG_ZH);
	assert_int_equal(http_language("en"), LANG_EN);
	assert_int_equal(http_language("en-GB,en;q=0.9"), LANG_EN);
	assert_int_equal(http_language("zh-CN,zh;q=0.9,en;q=0.8"), LANG_ZH);
	assert_int_equal(http_language("zh;q=0.2, EN ; q=0.35"), LANG_EN);
	assert_int_equal(http_language("en;q=0"), LANG_ZH);
	assert_int_equal(http_language("english"), LANG_ZH);
	assert_int_equal(http_language("*,,;q=,en;q=x"), LANG_ZH);
}

static void what_is_accepted_is_weighed(void **state)
{
	const char *json = "application/json", *html = "text/html";

	(void)state;
	assert_true(http_prefers(NULL, html, json));
	assert_true(
		http_prefers("text/html,application/xhtml+xml,*/*;q=0.8", html, json));
	assert_false(http_prefers("text/html,*/*;q=0.8", json, html));
	assert_true(http_prefers("application/json", json, html));
	assert_false(http_prefers("application/json", html, json));
	assert_false(http_prefers("text/html;q=0", html, json));
	assert_true(http_prefers("text/*;q=0.3, */*;q=0.1", html, json));
	assert_false(http_prefers("image/png", html, json));
}

static void statuses_and_methods_have_names(void **state)
{
	AUTO(arena) a = arena_new();

	(void)state;
	assert_string_equal(http_status_text(429), "Too Many Requests");
	assert_string_equal(http_status_text(299), "Unknown");
	assert_int_equal(http_method_of("PATCH"), HTTP_PATCH);
	assert_int_equal(http_method_of("get"), 0);
	assert_int_equal(http_method_of("TRACE"), 0);
	assert_string_equal(http_methods(a, HTTP_GET | HTTP_POST | HTTP_OPTIONS),
		"GET, HEAD, POST, OPTIONS");
}

static void any(struct bytes altered, const struct alteration *what, void *ctx)
{
	AUTO(arena) a = arena_new();
	const char *text = arena_str(a, altered), *value = cookie(a, text, NULL);

	(void)what;
	(void)ctx;
	assert_true(!value || strlen(value) <= altered.n);
	(void)http_language(text);
	(void)http_prefers(text, "text/html", "application/json");
}

static void altered_headers_do_no_harm(void **state)
{
	(void)state;
	torture_each(BYTES("a=b; sid=abc; c=d"), TORTURE_ALL, any, NULL);
	torture_each(BYTES("zh;q=0.25,text/*;q=0.3,*/*;q=0.1"), TORTURE_ALL, any, NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_cookie_is_found_by_its_whole_name),
		cmocka_unit_test(a_cookie_that_stands_twice_is_nobodys),
		cmocka_unit_test(cookies_are_set_out_of_reach_of_scripts),
		cmocka_unit_test(only_paths_of_this_site_are_paths),
		cmocka_unit_test(the_language_is_the_gladdest_there_is),
		cmocka_unit_test(what_is_accepted_is_weighed),
		cmocka_unit_test(statuses_and_methods_have_names),
		cmocka_unit_test(altered_headers_do_no_harm),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
