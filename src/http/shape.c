/* shape: the checks of shape.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "http/shape.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>

#include "base/text.h"

enum { HOST_MAX = 255, LENGTH_DIGITS = 18 };

static bool is_alnum(uint8_t c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

//= RFC 9110 §5.6.2: token
static bool is_token(const char *s)
{
	if (!*s)
		return false;
	for (; *s; s++)
		if (!is_alnum((uint8_t)*s) && !strchr("!#$%&'*+-.^_`|~", *s))
			return false;
	return true;
}

static bool is_value(const char *s)
{
	for (; *s; s++)
		if (((uint8_t)*s < ' ' && *s != '\t') || *s == 0x7f)
			return false;
	return true;
}

static size_t count_of(const struct http_request *req, const char *name)
{
	size_t n = 0;

	for (size_t i = 0; i < req->header_count; i++)
		n += ascii_equal_nocase(bytes_str(req->headers[i].name), bytes_str(name));
	return n;
}

/* The library (0.9.75) ends lines at a bare LF, joins folded ones, and tells nobody. But
 * it works in the buffer the request came in: where each line ended in CR LF, two zeros
 * stand behind each value, and the next name behind those. */
static bool lines_are_whole(const struct http_request *req, const struct shape *shape)
{
	const char *end = shape->version + strlen(shape->version);

	for (size_t i = 0; i < req->header_count; i++) {
		if (end[1] || req->headers[i].name != end + 2)
			return false;
		end = req->headers[i].value + strlen(req->headers[i].value);
	}
	/* CR LF, and once more for the empty line. */
	return shape->head_end == end + 4;
}

static bool headers_are_sane(const struct http_request *req)
{
	static const char *const once[] = {"Host", "Content-Length", "Transfer-Encoding",
		"Content-Type", "Authorization", "Expect", "Origin", "Range", "X-Real-IP",
		"X-Forwarded-For", "X-Forwarded-Proto"};

	for (size_t i = 0; i < req->header_count; i++)
		if (!is_token(req->headers[i].name) || !is_value(req->headers[i].value))
			return false;
	for (size_t i = 0; i < sizeof once / sizeof *once; i++)
		if (count_of(req, once[i]) > 1)
			return false;
	return true;
}

//= RFC 9110 §7.2: Host is uri-host and an optional port
static bool is_host(struct bytes b)
{
	bool v6 = bytes_starts(b, BYTES("["));
	size_t end = v6 ? bytes_find(b, BYTES("]")) : bytes_find(b, BYTES(":"));
	struct bytes name = bytes_head(b, end), port;
	uint64_t n;
	struct err e;

	if (!name.n || b.n > HOST_MAX || (v6 && end == SIZE_MAX))
		return false;
	port = end == SIZE_MAX ? (struct bytes){0} : bytes_from(b, end + v6);
	for (size_t i = v6; i < name.n; i++)
		if (!is_alnum(name.p[i]) &&
			!(v6 ? name.p[i] == ':'
			     : name.p[i] == '.' || name.p[i] == '-' || name.p[i] == '_'))
			return false;
	return !port.n ||
	       (port.p[0] == ':' && decimal_u64(bytes_from(port, 1), 65535, &n, &e));
}

/* Where the body ends must be beyond doubt. */
static bool framing_is_clear(const struct http_request *req, bool is_1_1)
{
	const char *coding = http_header(req, "Transfer-Encoding");
	struct bytes length = bytes_str(http_header(req, "Content-Length"));
	bool says_length = http_header(req, "Content-Length") != NULL;
	bool may = req->method & (HTTP_POST | HTTP_PUT | HTTP_PATCH);

	if (coding)
		return is_1_1 && may && !says_length &&
		       ascii_equal_nocase(bytes_str(coding), BYTES("chunked"));
	if (!says_length)
		return true;
	if (!length.n || length.n > LENGTH_DIGITS)
		return false;
	for (size_t i = 0; i < length.n; i++)
		if (length.p[i] < '0' || length.p[i] > '9')
			return false;
	return may || bytes_equal(length, BYTES("0"));
}

uint64_t shape_length(const struct http_request *req)
{
	uint64_t n = 0;

	if (http_header(req, "Transfer-Encoding"))
		return UINT64_MAX;
	for (const char *p = http_header(req, "Content-Length"); p && *p; p++)
		n = n * 10 + (uint64_t)(*p - '0');
	return n;
}

static unsigned target_check(struct http_request *req, size_t max)
{
	char *cut, *query;

	if (strlen(req->target) > max)
		return 414;
	if (req->target[0] != '/')
		return 400;
	for (const char *p = req->target; *p; p++)
		if ((uint8_t)*p <= ' ' || (uint8_t)*p >= 0x7f || *p == '#')
			return 400;
	cut = arena_str(req->arena, bytes_str(req->target));
	query = strchr(cut, '?');
	if (query)
		*query++ = 0;
	req->target = cut;
	req->query = query;
	return 0;
}

unsigned shape_check(struct http_request *req, const struct shape *shape)
{
	bool is_1_1 = strcmp(shape->version, "HTTP/1.1") == 0;
	const char *expect = http_header(req, "Expect");

	if (!is_1_1 && strcmp(shape->version, "HTTP/1.0") != 0)
		return 505;
	if (shape->head_end && !lines_are_whole(req, shape))
		return 400;
	if (!headers_are_sane(req) || !framing_is_clear(req, is_1_1))
		return 400;
	req->host = http_header(req, "Host");
	if (!req->host || !is_host(bytes_str(req->host)))
		return 400;
	if (expect && !ascii_equal_nocase(bytes_str(expect), BYTES("100-continue")))
		return 417;
	return target_check(req, shape->target_max);
}

/* --- who asks
 * --------------------------------------------------------------------------- */

static bool client_read(struct http_client *c, struct bytes text)
{
	static const uint8_t v4[12] = {[10] = 0xff, [11] = 0xff};
	char copy[INET6_ADDRSTRLEN];

	if (!text.n || text.n >= sizeof copy)
		return false;
	memcpy(copy, text.p, text.n);
	copy[text.n] = 0;
	if (inet_pton(AF_INET, copy, c->address + 12) == 1)
		memcpy(c->address, v4, sizeof v4);
	else if (inet_pton(AF_INET6, copy, c->address) != 1)
		return false;
	/* Written again by us: one form for one address. */
	if (bytes_equal(bytes_make(c->address, 12), BYTES_OF(v4)))
		return inet_ntop(AF_INET, c->address + 12, c->text, sizeof c->text) !=
		       NULL;
	return inet_ntop(AF_INET6, c->address, c->text, sizeof c->text) != NULL;
}

bool shape_client(struct http_request *req, bool trusted)
{
	const char *real = http_header(req, "X-Real-IP");
	const char *list = http_header(req, "X-Forwarded-For");
	const char *proto = http_header(req, "X-Forwarded-Proto");
	struct http_client said = {0};
	struct bytes last = bytes_str(real ? real : list);
	size_t comma;

	if (!trusted || (!real && !list && !proto))
		return true;
	/* The last of the list is who spoke to the proxy; what is before it may be lies.
	 */
	while (!real && (comma = bytes_find(last, BYTES(","))) != SIZE_MAX)
		last = bytes_from(last, comma + 1);
	if ((real || list) && !client_read(&said, text_trim(last)))
		return false;
	if (!real && !list)
		said = req->client;
	said.secure = proto && ascii_equal_nocase(bytes_str(proto), BYTES("https"));
	req->client = said;
	return true;
}
