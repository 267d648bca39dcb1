/* From a request to its route, in memory.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "base/mem.h"
#include "http/http.h"
#include "unit.h"

#include <string.h>

static void hello(void *ctx, const struct http_request *req, struct http_response *resp)
{
	*(struct bytes *)ctx = req->path;
	resp->status = 200;
	resp->content_type = "text/plain";
	resp->body = BYTES("hello");
}

static void silent(void *ctx, const struct http_request *req, struct http_response *resp)
{
	(void)ctx;
	(void)req;
	(void)resp;
}

static void cached(void *ctx, const struct http_request *req, struct http_response *resp)
{
	hello(ctx, req, resp);
	http_set(resp, "cache-control", "max-age=60");
}

static const struct http_route routes[] = {
	{HTTP_GET, "/hello", hello},
	{HTTP_POST, "/hello/post", hello},
	{HTTP_GET, "/silent", silent},
	{HTTP_GET, "/cached", cached},
	{HTTP_GET | HTTP_POST, "/tree/…", hello},
};

struct asked {
	struct arena *a;
	struct bytes path;
	struct http_request req;
	struct http_response resp;
};

static void ask(struct asked *q, enum http_method method, const char *target)
{
	struct http_site site = {.routes = routes,
		.count = sizeof routes / sizeof *routes,
		.ctx = &q->path};

	q->req.arena = q->a;
	q->req.method = method;
	q->req.target = target;
	q->path = BYTES("(not reached)");
	http_dispatch(&site, &q->req, &q->resp);
}

static const char *said(const struct http_response *resp, const char *name)
{
	for (size_t i = 0; i < resp->header_count; i++)
		if (strcasecmp(resp->headers[i].name, name) == 0)
			return resp->headers[i].value;
	return "(nothing)";
}

static void a_route_is_reached_by_its_path_and_method_only(void **state)
{
	AUTO(arena) a = arena_new();
	struct asked q = {.a = a};

	(void)state;
	ask(&q, HTTP_GET, "/hello");
	assert_int_equal(q.resp.status, 200);
	assert_bytes(q.resp.body, BYTES("hello"));
	ask(&q, HTTP_HEAD, "/hello");
	assert_int_equal(q.resp.status, 200);
	ask(&q, HTTP_POST, "/hello");
	assert_int_equal(q.resp.status, 405);
	assert_string_equal(said(&q.resp, "Allow"), "GET, HEAD");
	assert_bytes(q.path, BYTES("(not reached)"));
	ask(&q, HTTP_GET, "/hello/post");
	assert_int_equal(q.resp.status, 405);
	assert_string_equal(said(&q.resp, "Allow"), "POST");
	ask(&q, HTTP_GET, "/hello/");
	assert_int_equal(q.resp.status, 404);
	ask(&q, HTTP_GET, "/");
	assert_int_equal(q.resp.status, 404);
}

static void a_tree_takes_everything_below_it(void **state)
{
	AUTO(arena) a = arena_new();
	struct asked q = {.a = a};

	(void)state;
	ask(&q, HTTP_GET, "/tree/a/b%2Fc%2b=");
	assert_int_equal(q.resp.status, 200);
	assert_bytes(q.path, BYTES("/tree/a/b/c+="));
	ask(&q, HTTP_POST, "/tree/");
	assert_int_equal(q.resp.status, 200);
	ask(&q, HTTP_GET, "/tree");
	assert_int_equal(q.resp.status, 404);
}

static void wrong_escapes_and_nul_are_a_bad_request(void **state)
{
	static const char *const wrong[] = {"/tree/%", "/tree/%2", "/tree/%g0",
		"/tree/%0g", "/tree/a%00b", "/tree/%%20"};
	AUTO(arena) a = arena_new();

	(void)state;
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
		struct asked q = {.a = a};

		ask(&q, HTTP_GET, wrong[i]);
		assert_int_equal(q.resp.status, 400);
		assert_bytes(q.path, BYTES("(not reached)"));
	}
}

static void a_handler_that_says_nothing_is_a_server_error(void **state)
{
	AUTO(arena) a = arena_new();
	struct asked q = {.a = a};

	(void)state;
	ask(&q, HTTP_GET, "/silent");
	assert_int_equal(q.resp.status, 500);
}

static void answers_are_not_stored_unless_the_handler_says_so(void **state)
{
	AUTO(arena) a = arena_new();
	struct asked q = {.a = a};

	(void)state;
	ask(&q, HTTP_GET, "/hello");
	assert_string_equal(said(&q.resp, "Cache-Control"), "no-store");
	assert_string_equal(said(&q.resp, "X-Content-Type-Options"), "nosniff");
	ask(&q, HTTP_GET, "/cached");
	assert_string_equal(said(&q.resp, "Cache-Control"), "max-age=60");
}

static void the_media_type_is_compared_without_parameters(void **state)
{
	struct http_request req = {
		.headers = {{"content-TYPE", " application/OCSP-request ; q=1"}},
		.header_count = 1};

	(void)state;
	assert_true(http_has_type(&req, "application/ocsp-request"));
	assert_false(http_has_type(&req, "application/ocsp-response"));
	req.header_count = 0;
	assert_false(http_has_type(&req, "application/ocsp-request"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_route_is_reached_by_its_path_and_method_only),
		cmocka_unit_test(a_tree_takes_everything_below_it),
		cmocka_unit_test(wrong_escapes_and_nul_are_a_bad_request),
		cmocka_unit_test(a_handler_that_says_nothing_is_a_server_error),
		cmocka_unit_test(answers_are_not_stored_unless_the_handler_says_so),
		cmocka_unit_test(the_media_type_is_compared_without_parameters),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
