/* message: what a request says and an answer carries; see http.h.
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

struct bytes http_param(const struct http_request *req, const char *name)
{
	for (size_t i = 0; i < req->param_count; i++)
		if (strcmp(req->params[i].name, name) == 0)
			return req->params[i].value;
	return (struct bytes){0};
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
} statuses[] = {
	{200, "OK"},
	{201, "Created"},
	{202, "Accepted"},
	{204, "No Content"},
	{206, "Partial Content"},
	{303, "See Other"},
	{304, "Not Modified"},
	{307, "Temporary Redirect"},
	{308, "Permanent Redirect"},
	{400, "Bad Request"},
	{401, "Unauthorized"},
	{403, "Forbidden"},
	{404, "Not Found"},
	{405, "Method Not Allowed"},
	{406, "Not Acceptable"},
	{408, "Request Timeout"},
	{409, "Conflict"},
	{410, "Gone"},
	{411, "Length Required"},
	{412, "Precondition Failed"},
	{413, "Content Too Large"},
	{414, "URI Too Long"},
	{415, "Unsupported Media Type"},
	{416, "Range Not Satisfiable"},
	{417, "Expectation Failed"},
	{421, "Misdirected Request"},
	{422, "Unprocessable Content"},
	{428, "Precondition Required"},
	{429, "Too Many Requests"},
	{431, "Request Header Fields Too Large"},
	{500, "Internal Server Error"},
	{501, "Not Implemented"},
	{503, "Service Unavailable"},
	{505, "HTTP Version Not Supported"},
	{507, "Insufficient Storage"},
};

const char *http_status_text(unsigned status)
{
	for (size_t i = 0; i < sizeof statuses / sizeof *statuses; i++)
		if (statuses[i].status == status)
			return statuses[i].text;
	return "Unknown";
}

void http_plain(struct http_response *resp, unsigned status)
{
	resp->status = status;
	resp->content_type = "text/plain; charset=utf-8";
	resp->body = bytes_str(http_status_text(status));
}

/* In the order in which Allow names them. */
static const struct {
	enum http_method method;
	const char *name;
} methods[] = {{HTTP_GET, "GET"}, {HTTP_HEAD, "HEAD"}, {HTTP_POST, "POST"},
	{HTTP_PUT, "PUT"}, {HTTP_PATCH, "PATCH"}, {HTTP_DELETE, "DELETE"},
	{HTTP_OPTIONS, "OPTIONS"}};

unsigned http_method_of(const char *name)
{
	for (size_t i = 0; i < sizeof methods / sizeof *methods; i++)
		if (strcmp(methods[i].name, name) == 0)
			return methods[i].method;
	return 0;
}

const char *http_method_name(enum http_method method)
{
	for (size_t i = 0; i < sizeof methods / sizeof *methods; i++)
		if (methods[i].method == method)
			return methods[i].name;
	return "?";
}

const char *http_methods(struct arena *a, unsigned bits)
{
	const char *list = "";

	if (bits & HTTP_GET)
		bits |= HTTP_HEAD;
	for (size_t i = 0; i < sizeof methods / sizeof *methods; i++)
		if (bits & methods[i].method)
			list = arena_printf(
				a, "%s%s%s", list, *list ? ", " : "", methods[i].name);
	return list;
}

bool http_is_path(struct bytes path)
{
	if (!bytes_starts(path, BYTES("/")) || bytes_starts(path, BYTES("//")))
		return false;
	for (size_t i = 0; i < path.n; i++)
		if (path.p[i] <= ' ' || path.p[i] >= 0x7f || path.p[i] == '\\')
			return false;
	return true;
}

void http_see_other(struct arena *a, struct http_response *resp, const char *path)
{
	if (!http_is_path(bytes_str(path)))
		abort();
	resp->status = 303;
	resp->content_type = NULL;
	resp->body = (struct bytes){0};
	http_set(resp, "Location", arena_str(a, bytes_str(path)));
}

/* --- what the client prefers
 * ------------------------------------------------------------- */

enum { PREFERENCE_MAX = 256, PREFERENCE_ITEMS = 16 };

/* Takes one item off a list with commas: its name and its weight in thousandths. */
static struct bytes item_next(struct bytes *list, unsigned *weight)
{
	size_t comma = bytes_find(*list, BYTES(",")), semicolon, q;
	struct bytes item = bytes_head(*list, comma), rest;

	*list = comma == SIZE_MAX ? (struct bytes){0} : bytes_from(*list, comma + 1);
	*weight = 1000;
	semicolon = bytes_find(item, BYTES(";"));
	if (semicolon == SIZE_MAX)
		return text_trim(item);
	q = bytes_find(item, BYTES("q="));
	if (q != SIZE_MAX && q > semicolon) {
		unsigned unit = 1000, value = 0;

		rest = text_trim(bytes_from(item, q + 2));
		for (size_t i = 0; i < rest.n && i < 5 && unit; i++) {
			if (rest.p[i] == '.')
				continue;
			if (rest.p[i] < '0' || rest.p[i] > '9')
				break;
			value += (unsigned)(rest.p[i] - '0') * unit;
			unit /= 10;
		}
		*weight = value < 1000 ? value : 1000;
	}
	return text_trim(bytes_head(item, semicolon));
}

enum lang http_language(const char *accept_language)
{
	struct bytes list = bytes_head(bytes_str(accept_language), PREFERENCE_MAX);
	unsigned best = 0, weight;
	enum lang lang = LANG_ZH;

	for (int i = 0; list.n && i < PREFERENCE_ITEMS; i++) {
		struct bytes item = item_next(&list, &weight);
		struct bytes primary = bytes_head(item, bytes_find(item, BYTES("-")));
		bool zh = ascii_equal_nocase(primary, BYTES("zh"));

		if ((zh || ascii_equal_nocase(primary, BYTES("en"))) && weight > best) {
			lang = zh ? LANG_ZH : LANG_EN;
			best = weight;
		}
	}
	return lang;
}

/* The weight of a media type in Accept: the most exact item counts. */
static unsigned weight_of(struct bytes list, struct bytes type)
{
	struct bytes group = bytes_head(type, bytes_find(type, BYTES("/")));
	unsigned result = 0, weight;
	int exactness = 0;

	for (int i = 0; list.n && i < PREFERENCE_ITEMS; i++) {
		struct bytes item = item_next(&list, &weight);
		int exact = ascii_equal_nocase(item, type)    ? 3
			    : bytes_equal(item, BYTES("*/*")) ? 1
							      : 0;

		if (bytes_ends(item, BYTES("/*")) && item.n == group.n + 2 &&
			ascii_equal_nocase(bytes_head(item, group.n), group))
			exact = 2;
		if (exact > exactness) {
			exactness = exact;
			result = weight;
		}
	}
	return result;
}

bool http_prefers(const char *accept, const char *type, const char *other)
{
	struct bytes list = bytes_head(bytes_str(accept), PREFERENCE_MAX);
	unsigned weight;

	if (!accept || !list.n)
		return true;
	weight = weight_of(list, bytes_str(type));
	return weight && weight >= weight_of(list, bytes_str(other));
}
