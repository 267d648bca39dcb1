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
#include "base/i18n.h"

enum {
	HTTP_HEADERS_MAX = 64,
	HTTP_RESPONSE_HEADERS_MAX = 24,
	HTTP_PARAMS_MAX = 6,
	HTTP_ID = 16 /* digits of the id of a request */
};

/* Bits, so that a route can name several. Other methods never reach a handler. */
enum http_method {
	HTTP_GET = 1 << 0,
	HTTP_HEAD = 1 << 1,
	HTTP_POST = 1 << 2,
	HTTP_OPTIONS = 1 << 3,
	HTTP_PUT = 1 << 4,
	HTTP_PATCH = 1 << 5,
	HTTP_DELETE = 1 << 6
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

/* Who asks, for limits and for the log: the other end of the connection or, where that is
 * the configured proxy, what the proxy says. */
struct http_client {
	uint8_t address[16]; /* IPv6; IPv4 as ::ffff:a.b.c.d; zero: a unix socket */
	char text[46];       /* "203.0.113.7", "2001:db8::1", "unix" */
	bool secure;         /* came by TLS, as the proxy says (X-Forwarded-Proto) */
};

/* What stood at ":name" of the route's path, decoded; see router.h. */
struct http_param {
	const char *name;
	struct bytes value;
};

struct http_request {
	struct arena *arena;
	struct http_peer peer; /* port 0: not known */
	enum http_method method;
	const char *target; /* path as received, percent escapes and all, without query */
	const char
		*query; /* behind "?" as received, or null; read with form_read_query */
	struct bytes path; /* filled by http_dispatch: the target decoded */
	struct http_param params[HTTP_PARAMS_MAX]; /* filled by router_match */
	size_t param_count;
	struct http_client client;
	char id[HTTP_ID + 1]; /* names this request in the log; "" outside a server */
	const char *host;     /* the one Host, checked; null outside a server */
	struct http_header headers[HTTP_HEADERS_MAX];
	size_t header_count;
	struct bytes body; /* of POST, PUT, PATCH; empty for the others and for streams */
};

struct http_events; /* events.h */

struct http_response {
	unsigned status;
	const char *content_type; /* null when there is no body */
	struct bytes body; /* HEAD: what GET would have sent; the server omits it */
	struct http_header headers[HTTP_RESPONSE_HEADERS_MAX];
	size_t header_count;
	bool silent; /* no answer at all: the connection is closed */
	/* Instead of body: `file_size` octets of a regular file from `file_at`. The
	 * descriptor becomes the server's, which closes it. */
	bool is_file;
	int file;
	uint64_t file_at, file_size;
	/* Instead of body: events, as they come (events.h). Becomes the server's. */
	struct http_events *events;
};

struct http_route {
	unsigned methods; /* enum http_method; GET allows HEAD */
	/* "/status": this path; "/ocsp/…": whatever begins with "/ocsp/". */
	const char *path;
	void (*handle)(
		void *ctx, const struct http_request *req, struct http_response *resp);
};

/* A body taken as it comes, in constant memory. All on a worker thread, never two at a
 * time for one request; ctx is the site's. Where one returns false, resp says what is
 * answered, and the rest of the body is not read. */
struct http_stream {
	/* Before the first octet. *upload is the callee's own and given to the others. */
	bool (*begin)(void *ctx, struct http_request *req, void **upload,
		struct http_response *resp);
	/* The next octets, never empty, at most HTTP_PART_MAX. */
	bool (*put)(void *ctx, struct http_request *req, void *upload, struct bytes part,
		struct http_response *resp);
	/* Called exactly once after a begin that returned true, and releases the upload.
	 * whole: every octet came, and resp is to be filled; else put refused, the client
	 * went away or took too long, and resp is not looked at. */
	void (*end)(void *ctx, struct http_request *req, void *upload, bool whole,
		struct http_response *resp);
};

enum { HTTP_PART_MAX = 128 * 1024 };

/* What is to become of a request, decided when its headers are there. */
struct http_plan {
	uint64_t body_max; /* preset with http_conf.body_max; more is 413 */
	const struct http_stream *stream; /* null: the body is gathered in memory */
	unsigned total_s; /* preset with http_conf.total_s; uploads need more */
	bool at_once;     /* the handler never waits: run it on the network's thread */
};

/* A site: a table of routes tried in order, or functions of its own, and what they are
 * given. */
struct http_site {
	const struct http_route *routes; /* when handle is null */
	size_t count;
	void *ctx;
	/* On the network's thread, must not wait: changes the plan. False: resp is the
	 * answer, without reading a body. May be null. req lives until the answer. */
	bool (*plan)(void *ctx, struct http_request *req, struct http_plan *plan,
		struct http_response *resp);
	/* Answers a request whose body is there; on a worker thread unless planned
	 * otherwise. */
	void (*handle)(void *ctx, struct http_request *req, struct http_response *resp);
};

/* The value of the first header with this name (any case), or null. */
const char *http_header(const struct http_request *req, const char *name);

/* The value of a cookie in the arena, or null: not there, there twice (two sites of one
 * registrable domain may set it: nobody can say whose it is), or no cookie octets. The
 * value is as sent, without quotes. */
const char *http_cookie(const struct http_request *req, const char *name);

/* The parameter of that name, or the empty run. */
struct bytes http_param(const struct http_request *req, const char *name);

enum http_cookie_flag {
	HTTP_COOKIE_SECURE = 1, /* demanded by names that begin with "__Host-" */
	HTTP_COOKIE_STRICT = 2, /* SameSite=Strict instead of Lax */
};

/* Sets a cookie for the whole host, never readable by scripts; max_age_s 0: until the
 * browser closes; negative: removes it. value: cookie octets only, anything else aborts
 * (tokens are hexadecimal or base64url). */
void http_set_cookie(struct arena *a, struct http_response *resp, const char *name,
	const char *value, int64_t max_age_s, unsigned flags);

/* Is it an address of this site: "/…" in printable ASCII, and not one that a browser
 * takes for another site's ("//host", "/\host")? */
bool http_is_path(struct bytes path);

/* Answers 303 to a path of this site; aborts where http_is_path is false. */
void http_see_other(struct arena *a, struct http_response *resp, const char *path);

/* "GET, HEAD, POST" of these bits, in the arena; GET brings HEAD. */
const char *http_methods(struct arena *a, unsigned methods);
/* The bit of a method's name as it stands in a request, or 0. */
unsigned http_method_of(const char *name);
const char *http_method_name(enum http_method method);
/* The reason phrase: "Not Found"; "Unknown" for numbers nobody uses here. */
const char *http_status_text(unsigned status);

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

/* What every answer has: 500 where the handler said nothing, nosniff, and no-store unless
 * the handler said otherwise. The server does it for answers that are not dispatched. */
void http_complete(struct http_response *resp);

/* Answers one request: by the site's own function where it has one, else 400 for a target
 * that cannot be decoded, 404 without a route, 405 (with Allow) for a method no route of
 * that path takes, else what the handler says. Puts nosniff and, unless the handler said
 * otherwise, no-store. */
void http_dispatch(const struct http_site *site, struct http_request *req,
	struct http_response *resp);

/* The first language of Accept-Language that there is, by its weights; null and anything
 * unreadable: Chinese. At most 256 octets are looked at. */
enum lang http_language(const char *accept_language);

/* Does Accept (null: anything) take this media type at least as gladly as the other? */
bool http_prefers(const char *accept, const char *type, const char *other);

#endif
