/* asset: files that come with the program, asked for again only when they changed.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef QY_HTTP_ASSET_H
#define QY_HTTP_ASSET_H

#include "http/http.h"

struct asset {
	const char *type; /* "text/css; charset=utf-8" */
	struct bytes octets;
	const char *etag;   /* "\"5d41402a\"", quotes and all; strong */
	int64_t modified;   /* TIME_NONE: not told */
	unsigned max_age_s; /* 0: asked for each time (no-cache) */
};

/* Answers 200 with the asset, or 304 when If-None-Match (or, without it,
 * If-Modified-Since) says that the client has it. */
void asset_send(const struct http_request *req, const struct asset *asset,
	struct http_response *resp);

/* Has the client this one already? For answers that are no assets. */
bool http_has_current(const struct http_request *req, const char *etag, int64_t modified);

/* "Sun, 06 Nov 1994 08:49:37 GMT" */
char *http_date(struct arena *a, int64_t t);
/* Reads exactly that form. */
MUST_USE bool http_date_read(struct bytes text, int64_t *t, struct err *e);

#endif
