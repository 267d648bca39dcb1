/* router: cutting a path, weighing patterns, checking the table; see router.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "http/router.h"

#include <string.h>

#include "base/text.h"

/* A path cut at its slashes, decoded. */
struct path {
	struct bytes segment[ROUTE_SEGMENTS_MAX];
	struct bytes tail[ROUTE_SEGMENTS_MAX]; /* from this segment on, decoded whole */
	size_t count;
};

/* How well a pattern fits one segment. */
enum fit { FIT_NONE, FIT_TAIL, FIT_PARAM, FIT_EXACT };

/* Takes one segment off the front of what follows a slash. */
static struct bytes segment_next(struct bytes *rest)
{
	size_t end = bytes_find(*rest, BYTES("/"));
	struct bytes s = bytes_head(*rest, end);

	*rest = end == SIZE_MAX ? (struct bytes){0} : bytes_from(*rest, end + 1);
	return s;
}

static bool is_plain(struct bytes s)
{
	if (!s.n || s.n > ROUTE_SEGMENT_MAX || !utf8_is_valid(s))
		return false;
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] < ' ' || s.p[i] == 0x7f || s.p[i] == '/' || s.p[i] == '\\')
			return false;
	return !bytes_equal(s, BYTES(".")) && !bytes_equal(s, BYTES(".."));
}

/* 200, or 400 for escapes that are none, 404 for what no route has. */
static unsigned path_cut(struct arena *a, struct bytes target, struct path *path)
{
	struct bytes rest;
	struct err e;

	if (!bytes_starts(target, BYTES("/")))
		return 404;
	rest = bytes_from(target, 1);
	if (bytes_ends(target, BYTES("/")))
		return rest.n ? 404 : 200;
	while (rest.n) {
		if (path->count == ROUTE_SEGMENTS_MAX)
			return 404;
		if (!http_decode(a, rest, &path->tail[path->count], &e) ||
			!http_decode(
				a, segment_next(&rest), &path->segment[path->count], &e))
			return 400;
		if (!is_plain(path->segment[path->count++]))
			return 404;
	}
	return 200;
}

static enum fit fit_of(struct bytes pattern)
{
	if (!bytes_starts(pattern, BYTES(":")))
		return FIT_EXACT;
	return bytes_ends(pattern, BYTES("…")) ? FIT_TAIL : FIT_PARAM;
}

/* Fits each segment; false when the pattern does not take the path. */
static bool route_fits(
	const char *pattern, const struct path *path, enum fit fits[ROUTE_SEGMENTS_MAX])
{
	struct bytes rest = bytes_from(bytes_str(pattern), 1);
	size_t i = 0;

	for (; rest.n; i++) {
		struct bytes p = segment_next(&rest);

		if (i == path->count)
			return false;
		fits[i] = fit_of(p);
		if (fits[i] == FIT_TAIL)
			return true;
		if (fits[i] == FIT_EXACT && !bytes_equal(p, path->segment[i]))
			return false;
	}
	return i == path->count;
}

/* Left to right, the first segment that differs decides. */
static bool is_better(const enum fit *a, const enum fit *b, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (a[i] != b[i])
			return a[i] > b[i];
	return false;
}

/* A parameter's name without its signs. */
static struct bytes param_name(struct bytes pattern)
{
	pattern = bytes_from(pattern, 1);
	return bytes_ends(pattern, BYTES("…"))
		       ? bytes_head(pattern, pattern.n - BYTES("…").n)
		       : pattern;
}

static void params_fill(
	struct http_request *req, const char *pattern, const struct path *path)
{
	struct bytes rest = bytes_from(bytes_str(pattern), 1);

	req->param_count = 0;
	for (size_t i = 0; rest.n; i++) {
		struct bytes p = segment_next(&rest);
		enum fit fit = fit_of(p);

		if (fit == FIT_EXACT || req->param_count == HTTP_PARAMS_MAX)
			continue;
		req->params[req->param_count++] = (struct http_param){
			.name = arena_str(req->arena, param_name(p)),
			.value = fit == FIT_TAIL ? path->tail[i] : path->segment[i],
		};
	}
}

struct route_match router_match(const struct route *table, struct http_request *req)
{
	unsigned asked = req->method == HTTP_HEAD ? HTTP_GET : req->method;
	enum fit fits[ROUTE_SEGMENTS_MAX], best[ROUTE_SEGMENTS_MAX] = {0};
	struct route_match m = {.status = 404};
	struct path path = {0};
	struct err e;

	m.status = path_cut(req->arena, bytes_str(req->target), &path);
	if (m.status != 200)
		return m;
	for (const struct route *r = table; r->path; r++) {
		memset(fits, 0, sizeof fits);
		if (!route_fits(r->path, &path, fits))
			continue;
		m.allowed |= r->method;
		if (!(r->method & asked))
			continue;
		if (!m.route || is_better(fits, best, path.count)) {
			memcpy(best, fits, sizeof best);
			m.route = r;
		}
	}
	m.status = m.route ? 200 : m.allowed ? 405 : 404;
	if (!m.route)
		return m;
	params_fill(req, m.route->path, &path);
	if (!http_decode(req->arena, bytes_str(req->target), &req->path, &e))
		m = (struct route_match){.status = 400};
	return m;
}

/* --- the table
 * ------------------------------------------------------------------------- */

static bool is_name(struct bytes name)
{
	for (size_t i = 0; i < name.n; i++)
		if (!(name.p[i] >= 'a' && name.p[i] <= 'z') && name.p[i] != '_')
			return false;
	return name.n && name.n <= 32;
}

static bool param_is_used(struct bytes before, struct bytes name)
{
	struct bytes rest = bytes_from(before, 1);

	while (rest.n) {
		struct bytes p = segment_next(&rest);

		if (fit_of(p) != FIT_EXACT && bytes_equal(param_name(p), name))
			return true;
	}
	return false;
}

static bool pattern_check(const char *pattern, struct err *e)
{
	struct bytes all = bytes_str(pattern), rest = bytes_from(all, 1);
	size_t segments = 0, params = 0;

	if (!bytes_starts(all, BYTES("/")) || (all.n > 1 && bytes_ends(all, BYTES("/"))))
		return err_set(e, ERR_USAGE, "a path begins, and does not end, with /");
	while (rest.n) {
		struct bytes before = bytes_head(all, (size_t)(rest.p - all.p));
		struct bytes p = segment_next(&rest);
		enum fit fit = fit_of(p);

		if (++segments > ROUTE_SEGMENTS_MAX || !is_plain(p))
			return err_set(e, ERR_USAGE, "segment %zu", segments);
		if (fit == FIT_EXACT && bytes_find(p, BYTES("%")) != SIZE_MAX)
			return err_set(e, ERR_USAGE, "paths are written decoded");
		if (fit == FIT_TAIL && rest.n)
			return err_set(e, ERR_USAGE, "a tail is the last segment");
		if (fit == FIT_EXACT)
			continue;
		if (++params > HTTP_PARAMS_MAX || !is_name(param_name(p)) ||
			param_is_used(before, param_name(p)))
			return err_set(
				e, ERR_USAGE, "parameter of segment %zu", segments);
	}
	return true;
}

/* Can one path be taken by both patterns with neither the more exact one throughout? */
static bool is_ambiguous(const char *one, const char *two)
{
	struct bytes a = bytes_from(bytes_str(one), 1);
	struct bytes b = bytes_from(bytes_str(two), 1);
	bool a_wins = false, b_wins = false;

	while (a.n && b.n) {
		struct bytes p = segment_next(&a), q = segment_next(&b);
		enum fit fp = fit_of(p), fq = fit_of(q);

		if (fp == FIT_EXACT && fq == FIT_EXACT && !bytes_equal(p, q))
			return false;
		a_wins = a_wins || fp > fq;
		b_wins = b_wins || fq > fp;
		if (fp == FIT_TAIL || fq == FIT_TAIL)
			return a_wins == b_wins;
	}
	return !a.n && !b.n && a_wins == b_wins;
}

static bool row_check(const struct route *table, const struct route *r, struct err *e)
{
	if (!(r->method & (HTTP_GET | HTTP_POST | HTTP_PUT | HTTP_PATCH | HTTP_DELETE |
				  HTTP_OPTIONS)) ||
		(r->method & (r->method - 1)))
		return err_set(e, ERR_USAGE, "not one method");
	if (!r->handle)
		return err_set(e, ERR_USAGE, "no handler");
	if (r->stream && r->form)
		return err_set(e, ERR_USAGE, "a stream has no form");
	if (!pattern_check(r->path, e))
		return false;
	for (const struct route *before = table; before < r; before++)
		if (before->method == r->method && is_ambiguous(before->path, r->path))
			return err_set(
				e, ERR_USAGE, "who takes it, this or %s?", before->path);
	return true;
}

bool router_check(const struct route *table, struct err *e)
{
	for (const struct route *r = table; r->path; r++) {
		if (r - table >= ROUTES_MAX)
			return err_set(e, ERR_USAGE, "more than %d routes", ROUTES_MAX);
		if (!row_check(table, r, e))
			return err_in(e, "%s %s",
				http_method_name((enum http_method)r->method), r->path);
	}
	return true;
}
