/* dispatch: from a request to its route; see http.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "base/text.h"
#include "http/http.h"

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
		http_set(resp, "Allow", http_methods(req->arena, others));
}

static bool says(const struct http_response *resp, const char *name)
{
	for (size_t i = 0; i < resp->header_count; i++)
		if (ascii_equal_nocase(bytes_str(resp->headers[i].name), bytes_str(name)))
			return true;
	return false;
}

void http_complete(struct http_response *resp)
{
	if (!resp->status)
		http_plain(resp, 500);
	if (!says(resp, "X-Content-Type-Options"))
		http_set(resp, "X-Content-Type-Options", "nosniff");
	if (!says(resp, "Cache-Control"))
		http_set(resp, "Cache-Control", "no-store");
}

void http_dispatch(const struct http_site *site, struct http_request *req,
	struct http_response *resp)
{
	struct err e;

	*resp = (struct http_response){0};
	if (site->handle)
		site->handle(site->ctx, req, resp);
	else if (!http_decode(req->arena, bytes_str(req->target), &req->path, &e))
		http_plain(resp, 400);
	else
		route(site, req, resp);
	http_complete(resp);
}
