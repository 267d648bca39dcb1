/* test_http_client: what our client of HTTP takes from servers good, slow and bad.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "net/http_client.h"
#include "server_kit.h"

enum { DEADLINE_MS = 700, ANSWER_MAX = 1000 };

/* Asks `url` (with the port put in) of a server that says `say`. */
static enum err_code try_url(struct server *s, struct arena *a, const char *scheme,
	bool post, struct fetch_answer *out)
{
	struct http_client_conf conf = {.deadline_ms = DEADLINE_MS};
	AUTO(http_client) c = NULL;
	struct fetch_request r = {
		.url = arena_printf(a, "%s://127.0.0.1:%u/tsa", scheme, s->port),
		.content_type = post ? "application/timestamp-query" : NULL,
		.body = BYTES("question"),
		.answer_max = ANSWER_MAX};
	struct fetch f;
	struct err e = {0};

	assert_true(http_client_new(&c, &conf, &e));
	f = http_client_fetch(c);
	if (f.run(f.ctx, a, &r, out, &e))
		return ERR_NONE;
	assert_true(e.code != ERR_NONE && e.text[0]);
	return e.code;
}

static void a_post_brings_status_type_and_body(void **state)
{
	AUTO(arena) a = arena_new();
	struct fetch_answer out;
	struct server s;

	(void)state;
	server_begin(&s,
		"HTTP/1.1 503 No\r\nContent-Type: Application/Timestamp-Reply; x=y"
		"\r\nContent-Length: 6\r\n\r\nanswer");
	assert_int_equal(try_url(&s, a, "http", true, &out), ERR_NONE);
	server_end(&s);
	assert_int_equal(out.status, 503);
	assert_string_equal(out.content_type, "application/timestamp-reply");
	assert_bytes(out.body, BYTES("answer"));
	assert_non_null(strstr(s.heard, "POST /tsa HTTP/1.1\r\n"));
	assert_non_null(strstr(s.heard, "Content-Type: application/timestamp-query\r\n"));
	assert_non_null(strstr(s.heard, "\r\n\r\nquestion"));
}

static void a_get_has_no_body(void **state)
{
	AUTO(arena) a = arena_new();
	struct fetch_answer out;
	struct server s;

	(void)state;
	server_begin(&s, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
	assert_int_equal(try_url(&s, a, "http", false, &out), ERR_NONE);
	server_end(&s);
	assert_int_equal(out.status, 200);
	assert_string_equal(out.content_type, "");
	assert_int_equal(out.body.n, 0);
	assert_non_null(strstr(s.heard, "GET /tsa HTTP/1.1\r\n"));
	assert_null(strstr(s.heard, "question"));
}

static void what_servers_do_wrong_has_a_code(void **state)
{
	static const struct {
		const char *say, *scheme;
		bool post, drip;
		enum err_code code;
	} cases[] = {
		{"this is no HTTP at all\r\n\r\n", "http", true, false, ERR_MALFORMED},
		{"", "http", true, false, ERR_BUSY},
		{"HTTP/1.1 200 OK\r\nContent-Length: 90\r\n\r\ncut", "http", true, false,
			ERR_BUSY},
		{"HTTP/1.1 200 OK\r\n\r\n0123456789", "https", true, false, ERR_BUSY},
		/* Slow: an octet now and then is no progress. */
		{"HTTP/1.1 200 OK\r\n\r\n", "http", true, true, ERR_BUSY},
		{"HTTP/1.1 200 OK\r\nX: ", "http", true, true, ERR_BUSY},
		{"HTTP/1.1 302 There\r\nLocation: ftp://127.0.0.1/x\r\nContent-Length: "
		 "0\r\n\r\n",
			"http", false, false, ERR_DENIED},
		{"HTTP/1.1 302 There\r\nLocation: "
		 "https://127.0.0.1:%u/x\r\nContent-Length: 0\r\n\r\n",
			"http", false, false, ERR_DENIED},
		{"HTTP/1.1 302 There\r\nLocation: "
		 "file:///etc/hostname\r\nContent-Length: 0\r\n\r\n",
			"http", false, false, ERR_DENIED},
		{"HTTP/1.1 302 There\r\nLocation: "
		 "http://127.0.0.1:%u/x\r\nContent-Length: 0\r\n\r\n",
			"http", false, false, ERR_DENIED}, /* round and round */
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		AUTO(arena) a = arena_new();
		struct fetch_answer out;
		struct server s;
		enum err_code code;

		server_begin(&s, cases[i].say);
		s.drip = cases[i].drip;
		code = try_url(&s, a, cases[i].scheme, cases[i].post, &out);
		server_end(&s);
		if (code != cases[i].code)
			fail_msg("case %zu: %s", i, err_name(code));
	}
}

static void a_post_is_not_sent_elsewhere(void **state)
{
	AUTO(arena) a = arena_new();
	struct fetch_answer out;
	struct server s;

	(void)state;
	server_begin(&s, "HTTP/1.1 307 There\r\nLocation: http://127.0.0.1:%u/other\r\n"
			 "Content-Length: 0\r\n\r\n");
	assert_int_equal(try_url(&s, a, "http", true, &out), ERR_NONE);
	server_end(&s);
	assert_int_equal(out.status, 307);
	assert_int_equal(s.served, 1);
}

static void an_answer_has_a_largest_size(void **state)
{
	AUTO(arena) a = arena_new();
	char say[2000] = "HTTP/1.1 200 OK\r\n\r\n";
	struct fetch_answer out;
	struct server s;
	size_t head = strlen(say);

	(void)state;
	memset(say + head, 'x', ANSWER_MAX);
	server_begin(&s, say);
	assert_int_equal(try_url(&s, a, "http", true, &out), ERR_NONE);
	assert_int_equal(out.body.n, ANSWER_MAX);
	server_end(&s);
	say[head + ANSWER_MAX] = 'x';
	server_begin(&s, say);
	assert_int_equal(try_url(&s, a, "http", true, &out), ERR_TOO_LARGE);
	server_end(&s);
}

static void nobody_there_means_busy(void **state)
{
	AUTO(arena) a = arena_new();
	struct fetch_answer out;
	struct server s;

	(void)state;
	server_begin(&s, "");
	server_end(&s);
	assert_int_equal(try_url(&s, a, "http", true, &out), ERR_BUSY);
}

static void a_proxy_of_the_environment_is_not_asked(void **state)
{
	AUTO(arena) a = arena_new();
	struct fetch_answer out;
	struct server s;

	(void)state;
	assert_int_equal(setenv("http_proxy", "http://127.0.0.1:1", 1), 0);
	assert_int_equal(setenv("ALL_PROXY", "http://127.0.0.1:1", 1), 0);
	server_begin(&s, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
	assert_int_equal(try_url(&s, a, "http", true, &out), ERR_NONE);
	server_end(&s);
	(void)unsetenv("http_proxy");
	(void)unsetenv("ALL_PROXY");
}

static void only_urls_of_http_are_taken(void **state)
{
	static const char *const good[] = {
		"http://a", "https://tsa.example.cn/x?y=z", "http://[::1]:8080/"};
	static const char *const bad[] = {"", "http://", "https:///x", "ftp://a/",
		"file:///x", "//a", "a", "http://a b", "http://a\r\nX: y", "http://:80/",
		"HTTP", "http://\xe4\xbd\xa0"};
	struct http_client_conf conf = {0};
	AUTO(http_client) c = NULL;
	AUTO(arena) a = arena_new();
	struct fetch f;
	struct err e;

	(void)state;
	for (size_t i = 0; i < sizeof good / sizeof *good; i++)
		assert_true(fetch_url_is_plausible(bytes_str(good[i])));
	assert_true(http_client_new(&c, &conf, &e));
	f = http_client_fetch(c);
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		struct fetch_request r = {.url = bad[i], .answer_max = 10};
		struct fetch_answer out;

		assert_false(fetch_url_is_plausible(bytes_str(bad[i])));
		assert_false(f.run(f.ctx, a, &r, &out, &e));
		assert_int_equal(e.code, ERR_USAGE);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_post_brings_status_type_and_body),
		cmocka_unit_test(a_get_has_no_body),
		cmocka_unit_test(what_servers_do_wrong_has_a_code),
		cmocka_unit_test(a_post_is_not_sent_elsewhere),
		cmocka_unit_test(an_answer_has_a_largest_size),
		cmocka_unit_test(nobody_there_means_busy),
		cmocka_unit_test(a_proxy_of_the_environment_is_not_asked),
		cmocka_unit_test(only_urls_of_http_are_taken),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
