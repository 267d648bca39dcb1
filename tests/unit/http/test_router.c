/* The table of routes: who takes a path, who does not, and which tables are refused.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "http/router.h"

#include <string.h>

#include "torture.h"
#include "unit.h"

static bool nothing(struct route_call *call, struct err *e)
{
	(void)call;
	(void)e;
	return true;
}

enum { SHOW = 1, NEW_PAGE, CREATE, BID, ASSET, HOME, REMOVE };

static const struct route table[] = {
	{.method = HTTP_GET, .path = "/", .handle = nothing, .who = HOME},
	{.method = HTTP_GET, .path = "/tenders/:id", .handle = nothing, .who = SHOW},
	{.method = HTTP_GET, .path = "/tenders/new", .handle = nothing, .who = NEW_PAGE},
	{.method = HTTP_POST, .path = "/tenders", .handle = nothing, .who = CREATE},
	{.method = HTTP_DELETE, .path = "/tenders/:id", .handle = nothing, .who = REMOVE},
	{.method = HTTP_POST,
		.path = "/tenders/:id/bids/:lot",
		.handle = nothing,
		.who = BID},
	{.method = HTTP_GET, .path = "/assets/:file…", .handle = nothing, .who = ASSET},
	{0},
};

static struct http_request req;

static struct route_match ask(
	struct arena *a, enum http_method method, const char *target)
{
	req = (struct http_request){.arena = a, .method = method, .target = target};
	return router_match(table, &req);
}

static unsigned who(struct arena *a, enum http_method method, const char *target)
{
	struct route_match m = ask(a, method, target);

	return m.route ? m.route->who : 1000 + m.status;
}

static void a_path_leads_to_its_route(void **state)
{
	AUTO(arena) a = arena_new();

	(void)state;
	assert_int_equal(who(a, HTTP_GET, "/"), HOME);
	assert_int_equal(who(a, HTTP_HEAD, "/"), HOME);
	assert_int_equal(who(a, HTTP_GET, "/tenders/new"), NEW_PAGE);
	assert_int_equal(who(a, HTTP_GET, "/tenders/n%65w"), NEW_PAGE);
	assert_int_equal(who(a, HTTP_GET, "/tenders/newer"), SHOW);
	assert_bytes(http_param(&req, "id"), BYTES("newer"));
	assert_int_equal(who(a, HTTP_DELETE, "/tenders/new"), REMOVE);
	assert_int_equal(who(a, HTTP_POST, "/tenders/a%20b/bids/%E9%92%A4"), BID);
	assert_bytes(http_param(&req, "id"), BYTES("a b"));
	assert_bytes(http_param(&req, "lot"), BYTES("钤"));
	assert_int_equal(http_param(&req, "other").n, 0);
	assert_int_equal(who(a, HTTP_GET, "/assets/css/x.css"), ASSET);
	assert_bytes(http_param(&req, "file"), BYTES("css/x.css"));
	assert_bytes(req.path, BYTES("/assets/css/x.css"));
}

static void a_strange_path_leads_nowhere(void **state)
{
	static const char *const nowhere[] = {"", "x", "*", "//", "/tenders/",
		"/tenders//", "//tenders/new", "/tenders/../x", "/tenders/%2e%2e",
		"/tenders/.", "/tenders/a%2Fb", "/tenders/a%5Cb", "/tenders/a%0Ab",
		"/tenders/%FF", "/tenders/%ED%A0%80", "/assets/", "/assets",
		"/assets/a/../b", "/assets/a%2F..%2Fb", "/Tenders/new", "/tenders/x/bids",
		"/1/2/3/4/5/6/7/8/9/10/11/12/13/14/15/16/17", "http://host/tenders/new"};
	static const char *const wrong[] = {
		"/tenders/%", "/tenders/%4", "/tenders/%zz", "/tenders/%00"};
	AUTO(arena) a = arena_new();
	char *longest = arena_alloc(a, 400);

	(void)state;
	for (size_t i = 0; i < sizeof nowhere / sizeof *nowhere; i++)
		assert_int_equal(who(a, HTTP_GET, nowhere[i]), 1404);
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
		assert_int_equal(who(a, HTTP_GET, wrong[i]), 1400);
	memcpy(longest, "/tenders/", 9);
	memset(longest + 9, 'x', ROUTE_SEGMENT_MAX);
	assert_int_equal(who(a, HTTP_GET, longest), SHOW);
	longest[9 + ROUTE_SEGMENT_MAX] = 'x';
	assert_int_equal(who(a, HTTP_GET, longest), 1404);
}

static void another_method_is_told_which_there_are(void **state)
{
	AUTO(arena) a = arena_new();
	struct route_match m = ask(a, HTTP_PUT, "/tenders/1");

	(void)state;
	assert_int_equal(m.status, 405);
	assert_null(m.route);
	assert_string_equal(http_methods(a, m.allowed), "GET, HEAD, DELETE");
	m = ask(a, HTTP_GET, "/tenders");
	assert_int_equal(m.status, 405);
	assert_string_equal(http_methods(a, m.allowed), "POST");
	assert_int_equal(ask(a, HTTP_POST, "/nothing").status, 404);
}

static void the_table_is_sane(void **state)
{
	struct err e;

	(void)state;
	assert_true(router_check(table, &e));
}

static void refused(const char *one, const char *two)
{
	struct route rows[] = {{.method = HTTP_GET, .path = one, .handle = nothing},
		{.method = HTTP_GET, .path = two, .handle = nothing}, {0}};
	struct err e;

	assert_false(router_check(rows, &e));
	assert_int_equal(e.code, ERR_USAGE);
	if (two) {
		rows[1].method = HTTP_POST;
		assert_true(router_check(rows, &e));
	}
}

static void tables_that_leave_a_doubt_are_refused(void **state)
{
	struct route odd[] = {
		{.method = HTTP_GET | HTTP_POST, .path = "/a", .handle = nothing}, {0}};
	struct err e;

	(void)state;
	refused("/a/:x", "/a/:y");
	refused("/a/b", "/a/b");
	refused("/a/:x/c", "/:y/b/c");
	refused("/a/:x…", "/:y/b");
	refused("/:x/b", "/a/:y…");
	refused("a", NULL);
	refused("/a/", NULL);
	refused("/a//b", NULL);
	refused("/:", NULL);
	refused("/:A", NULL);
	refused("/:x/:x", NULL);
	refused("/:x…/b", NULL);
	refused("/a%20b", NULL);
	refused("/../b", NULL);
	refused("/:a/:b/:c/:d/:e/:f/:g", NULL);
	assert_false(router_check(odd, &e));
	odd[0].method = HTTP_GET;
	assert_true(router_check(odd, &e));
	odd[0].handle = NULL;
	assert_false(router_check(odd, &e));
}

static void any(struct bytes altered, const struct alteration *what, void *ctx)
{
	AUTO(arena) a = arena_new();
	struct route_match m = ask(a, HTTP_POST, arena_str(a, altered));

	(void)what;
	(void)ctx;
	assert_true(m.status == 200 ? m.route != NULL : !m.route);
}

static void altered_paths_do_no_harm(void **state)
{
	(void)state;
	torture_each(BYTES("/tenders/a%20b/bids/%E9%92%A4"), TORTURE_ALL, any, NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_path_leads_to_its_route),
		cmocka_unit_test(a_strange_path_leads_nowhere),
		cmocka_unit_test(another_method_is_told_which_there_are),
		cmocka_unit_test(the_table_is_sane),
		cmocka_unit_test(tables_that_leave_a_doubt_are_refused),
		cmocka_unit_test(altered_paths_do_no_harm),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
