/* What stands in the head of a request: targets, cookies, preferences, dates, lengths.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "http/asset.h"
#include "http/router.h"
#include "http/shape.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

static bool nothing(struct route_call *call, struct err *e)
{
	(void)call;
	(void)e;
	return true;
}

static const struct route table[] = {
	{.method = HTTP_GET, .path = "/", .handle = nothing},
	{.method = HTTP_GET, .path = "/a/:id", .handle = nothing},
	{.method = HTTP_POST, .path = "/a/:id/b/:other", .handle = nothing},
	{.method = HTTP_GET, .path = "/c/:file…", .handle = nothing},
	{0},
};

static void demand(bool holds)
{
	if (!holds)
		abort();
}

static void try_target(struct http_request *req, const char *text)
{
	struct route_match m;

	req->target = text;
	m = router_match(table, req);
	demand((m.status == 200) == (m.route != NULL));
	for (size_t i = 0; m.route && i < req->param_count; i++) {
		demand(utf8_is_valid(req->params[i].value) && req->params[i].value.n);
		demand(bytes_find(req->params[i].value, BYTES("..")) == SIZE_MAX ||
			req->params[i].value.n > 2);
	}
}

/* The text as the value of each header that is looked into. */
static void try_headers(struct http_request *req, const char *text)
{
	static const char *const names[] = {"Host", "Content-Length", "Transfer-Encoding",
		"X-Forwarded-For", "X-Real-IP", "Expect"};
	struct shape shape = {.version = "HTTP/1.1", .target_max = 4096};

	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		req->method = HTTP_POST;
		req->target = "/a?b";
		req->headers[0] = (struct http_header){names[i], text};
		req->headers[1] = (struct http_header){"Host", "x"};
		req->header_count = i ? 2 : 1;
		if (shape_check(req, &shape) == 0)
			(void)shape_length(req);
		if (shape_client(req, true))
			demand(strlen(req->client.text) < sizeof req->client.text);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	AUTO(arena) a = arena_new();
	const char *text = arena_str(a, bytes_make(p, n));
	struct http_request req = {.arena = a,
		.method = HTTP_GET,
		.headers = {{"Cookie", text}},
		.header_count = 1};
	int64_t t;
	struct err e;

	(void)http_cookie(&req, "sid");
	(void)http_language(text);
	(void)http_prefers(text, "text/html", "application/json");
	if (http_date_read(bytes_str(text), &t, &e))
		demand(strcmp(http_date(a, t), text) == 0);
	try_target(&req, text);
	try_headers(&req, text);
	return 0;
}
