/* router: from a request to its row of the one table of routes.
 * SPDX-License-Identifier: Apache-2.0
 *
 * A table is an array of struct route that ends with {0}. A path is "/" or segments:
 *     /tenders            exact
 *     /tenders/:id/bids   ":id" stands for one segment, which is not empty
 *     /assets/:file…      the same, last only, for one or more segments
 * Left to right, an exact segment goes before a parameter and that before a tail.
 * Segments are decoded after the path is cut. A path with an empty segment (a slash at
 * the end too), "." or "..", a decoded slash or backslash, control characters or octets
 * that are not UTF-8 has no route.
 *
 * `who`, `rules` and struct route_call are the table maker's (web): nothing here looks at
 * them.
 */
#ifndef QY_HTTP_ROUTER_H
#define QY_HTTP_ROUTER_H

#include "http/http.h"

struct form;
struct route_call; /* defined by who makes the table */

enum { ROUTE_SEGMENTS_MAX = 16, ROUTE_SEGMENT_MAX = 256, ROUTES_MAX = 1024 };

struct route {
	unsigned method;  /* one enum http_method; GET takes HEAD too */
	const char *path; /* null ends the table */
	uint32_t who, rules;
	const struct form *form; /* of the body; of the query for GET; may be null */
	/* Fills the response of its call. False: e says why, and the caller shows it. */
	bool (*handle)(struct route_call *call, struct err *e);
	const struct http_stream *stream; /* the body is taken as a stream; else null */
	uint64_t body_max;                /* 0: that of the server */
	const char *name; /* for OpenAPI and the reference ("tender_show"); may be null */
};

struct route_match {
	const struct route *route; /* null: none */
	unsigned status;           /* 200, or 400 (a wrong escape), 404, 405 */
	unsigned allowed;          /* methods this path has: for Allow (http_methods) */
};

/* Looks up req->method and req->target; fills req->path and req->params (in its arena)
 * when the status is 200. */
struct route_match router_match(const struct route *table, struct http_request *req);

/* Is the table sane: paths well-formed, one known method a row, a handler, no two rows
 * with the same method that can take the same path unless one is exact where the other
 * has a parameter and never the other way round; parameter names unique in a row?
 * ERR_USAGE names the row. For a unit test and the start of the server. */
MUST_USE bool router_check(const struct route *table, struct err *e);

#endif
