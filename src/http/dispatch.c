/* dispatch: from a request to its route; see http.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "http/http.h"

const char *http_header(const struct http_request *req, const char *name)
{
	for (size_t i = 0; i < req->header_count; i++)
		if (ascii_equal_nocase(bytes_str(req->headers[i].name), bytes_str(name)))
			return req->headers[i].value;
	return NULL;
}

void http_set(struct http_response *resp, const char *name, const char *value)
{
	if (resp->header_count == HTTP_RESPONSE_HEADERS_MAX)
		abort();
	resp->headers[resp->header_count++] = (struct http_header){name, value};
}

bool http_has_type(const struct http_request *req, const char *type)
{
	struct bytes value = bytes_str(http_header(req, "Content-Type"));
	size_t end = bytes_find(value, BYTES(";"));

	if (end != SIZE_MAX)
		value = bytes_head(value, end);
	return ascii_equal_nocase(text_trim(value), bytes_str(type));
}

static const struct {
	unsigned status;
	const char *text;
} plain[] = {
	{400, "Bad Request"},
	{403, "Forbidden"},
	{404, "Not Found"},
	{405, "Method Not Allowed"},
	{409, "Conflict"},
	{413, "Content Too Large"},
	{415, "Unsupported Media Type"},
	{431, "Request Header Fields Too Large"},
	{503, "Service Unavailable"},
};

void http_plain(struct http_response *resp, unsigned status)
{
	const char *text = "Internal Server Error";

	for (size_t i = 0; i < sizeof plain / sizeof *plain; i++)
		if (plain[i].status == status)
			text = plain[i].text;
	resp->status = status;
	resp->content_type = "text/plain; charset=utf-8";
	resp->body = bytes_str(text);
}

static int digit(uint8_t c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

bool http_decode(struct arena *a, struct bytes text, struct bytes *out, struct err *e)
{
	uint8_t *to = arena_alloc(a, text.n);
	size_t n = 0;

	for (size_t i = 0; i < text.n; i++) {
		uint8_t c = text.p[i];

		if (c == '%') {
			int high = i + 2 < text.n ? digit(text.p[i + 1]) : -1;
			int low = i + 2 < text.n ? digit(text.p[i + 2]) : -1;

			if (high < 0 || low < 0)
				return err_set(e, ERR_MALFORMED, "percent escape");
			c = (uint8_t)(high << 4 | low);
			i += 2;
		}
		if (!c)
			return err_set(e, ERR_MALFORMED, "NUL in a path");
		to[n++] = c;
	}
	*out = bytes_make(to, n);
	return true;
}

static bool route_matches(const struct http_route *route, struct bytes path)
{
	struct bytes pattern = bytes_str(route->path);

	if (!bytes_ends(pattern, BYTES("…")))
		return bytes_equal(pattern, path);
	return bytes_starts(path, bytes_head(pattern, pattern.n - BYTES("…").n));
}

static const char *allowed(struct arena *a, unsigned methods)
{
	const char *get = methods & HTTP_GET ? "GET, HEAD" : "";
	const char *post = methods & HTTP_POST ? "POST" : "";
	const char *options = methods & HTTP_OPTIONS ? ", OPTIONS" : "";

	return arena_printf(a, "%s%s%s%s", get, *get && *post ? ", " : "", post, options);
}

static void route(const struct http_site *site, struct http_request *req,
	struct http_response *resp)
{
	unsigned asked = req->method == HTTP_HEAD ? HTTP_GET : req->method, others = 0;

	for (size_t i = 0; i < site->count; i++) {
		if (!route_matches(&site->routes[i], req->path))
			continue;
		if (site->routes[i].methods & asked) {
			site->routes[i].handle(site->ctx, req, resp);
			return;
		}
		others |= site->routes[i].methods;
	}
	http_plain(resp, others ? 405 : 404);
	if (others)
		http_set(resp, "Allow", allowed(req->arena, others));
}

static bool says(const struct http_response *resp, const char *name)
{
	for (size_t i = 0; i < resp->header_count; i++)
		if (ascii_equal_nocase(bytes_str(resp->headers[i].name), bytes_str(name)))
			return true;
	return false;
}

void http_dispatch(const struct http_site *site, struct http_request *req,
	struct http_response *resp)
{
	struct err e;

	*resp = (struct http_response){0};
	if (!http_decode(req->arena, bytes_str(req->target), &req->path, &e))
		http_plain(resp, 400);
	else
		route(site, req, resp);
	if (!resp->status)
		http_plain(resp, 500);
	if (!says(resp, "X-Content-Type-Options"))
		http_set(resp, "X-Content-Type-Options", "nosniff");
	if (!says(resp, "Cache-Control"))
		http_set(resp, "Cache-Control", "no-store");
}
