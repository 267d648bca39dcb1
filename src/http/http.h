/* http: a request, a response, and the table that leads from one to the other.
 * SPDX-License-Identifier: Apache-2.0
 *
 * Nothing here knows the library that talks to the network: http_dispatch works in
 * memory, and tests call it so. Everything belonging to one request lives in its arena.
 */
#ifndef QY_HTTP_HTTP_H
#define QY_HTTP_HTTP_H

#include "base/arena.h"
#include "base/err.h"

enum { HTTP_HEADERS_MAX = 64, HTTP_RESPONSE_HEADERS_MAX = 16 };

/* Bits, so that a route can name several. Other methods never reach a handler. */
enum http_method {
	HTTP_GET = 1 << 0,
	HTTP_HEAD = 1 << 1,
	HTTP_POST = 1 << 2,
	HTTP_OPTIONS = 1 << 3
};

struct http_header {
	const char *name, *value;
};

/* The other end of the connection, on the loopback address of one family. */
struct http_peer {
	bool v6;
	bool loopback; /* exactly 127.0.0.1 or ::1, no other address of this machine */
	uint16_t port;
};

struct http_request {
	struct arena *arena;
	struct http_peer peer; /* port 0: not known */
	enum http_method method;
	const char *target; /* path as received, percent escapes and all, without query */
	struct bytes path;  /* filled by http_dispatch: the target decoded */
	struct http_header headers[HTTP_HEADERS_MAX];
	size_t header_count;
	struct bytes body; /* of POST; empty for the others */
};

struct http_response {
	unsigned status;
	const char *content_type; /* null when there is no body */
	struct bytes body; /* HEAD: what GET would have sent; the server omits it */
	struct http_header headers[HTTP_RESPONSE_HEADERS_MAX];
	size_t header_count;
	bool silent; /* no answer at all: the connection is closed */
};

struct http_route {
	unsigned methods; /* enum http_method; GET allows HEAD */
	/* "/status": this path; "/ocsp/…": whatever begins with "/ocsp/". */
	const char *path;
	void (*handle)(
		void *ctx, const struct http_request *req, struct http_response *resp);
};

/* A table of routes, tried in order, and what their handlers are given. */
struct http_site {
	const struct http_route *routes;
	size_t count;
	void *ctx;
};

/* The value of the first header with this name (any case), or null. */
const char *http_header(const struct http_request *req, const char *name);

/* Sets a header of the response; beyond HTTP_RESPONSE_HEADERS_MAX a bug, aborts. */
void http_set(struct http_response *resp, const char *name, const char *value);

/* Is the media type of the body this one ("application/ocsp-request"), whatever
 * parameters stand behind it? */
bool http_has_type(const struct http_request *req, const char *type);

/* A short plain-text answer: the status and its name. */
void http_plain(struct http_response *resp, unsigned status);

/* Percent escapes taken out, in the arena. ERR_MALFORMED for a wrong escape and for NUL.
 */
MUST_USE bool http_decode(
	struct arena *a, struct bytes text, struct bytes *out, struct err *e);

/* Answers one request: 400 for a target that cannot be decoded, 404 without a route, 405
 * (with Allow) for a method no route of that path takes, else what the handler says. Puts
 * nosniff and, unless the handler said otherwise, no-store. */
void http_dispatch(const struct http_site *site, struct http_request *req,
	struct http_response *resp);

#endif
