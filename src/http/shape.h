/* shape: requests that two programs could read differently are no requests.
 * SPDX-License-Identifier: Apache-2.0
 *
 * A proxy in front and this server must agree where a request ends and whom it is for.
 * Refused: both Transfer-Encoding and Content-Length, either twice, a coding other than
 * chunked, a length that is no plain number; no Host, two of them, or one that is no
 * host; targets that do not begin with "/" or hold what must be escaped; folded lines,
 * lines that do not end in CR LF; names that are no tokens, values with control
 * characters; bodies where the method has none.
 */
#ifndef QY_HTTP_SHAPE_H
#define QY_HTTP_SHAPE_H

#include "http/http.h"

/* What http_request does not say. */
struct shape {
	const char *version;  /* "HTTP/1.1" as it stands in the buffer */
	const char *head_end; /* in that buffer, behind the empty line; null: names and
				 values do not lie in the buffer they came in */
	size_t target_max;
};

/* The target may have its query behind "?". 0: fine, and req->host and req->query are
 * filled, req->target cut before the query; else the status of the refusal. */
unsigned shape_check(struct http_request *req, const struct shape *shape);

/* The length its Content-Length says; UINT64_MAX: chunked; 0: no body. */
uint64_t shape_length(const struct http_request *req);

/* Fills req->client: from what the proxy says where `trusted`, else from the peer as it
 * is in req->client already. False: the proxy's word is no address. */
bool shape_client(struct http_request *req, bool trusted);

#endif
