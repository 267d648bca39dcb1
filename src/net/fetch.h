/* fetch: one request over HTTP and its answer, as those who need something from the
 * network see it. SPDX-License-Identifier: Apache-2.0
 *
 * The implementation is handed down as this vtable, so that tests bring their own and
 * layers that read hostile octets never hold a socket.
 */
#ifndef QY_NET_FETCH_H
#define QY_NET_FETCH_H

#include "base/arena.h"
#include "base/err.h"

struct fetch_request {
	const char *url;          /* http or https, with its host */
	const char *content_type; /* of the body; null: GET */
	struct bytes body;        /* POST, when there is a content type */
	size_t answer_max;        /* octets of body taken; required */
};

struct fetch_answer {
	unsigned status;          /* of HTTP */
	const char *content_type; /* media type in lower case without parameters; "" */
	struct bytes body;
};

struct fetch {
	void *ctx;
	/* Asks and fills *out, all in the arena. Any status is an answer. ERR_USAGE: not
	 * such a URL; ERR_BUSY: no connection, no name, or not done by the deadline;
	 * ERR_DENIED: the server's TLS certificate does not hold, or it sends us where we
	 * do not go; ERR_TOO_LARGE; ERR_MALFORMED: that was no HTTP. */
	bool (*run)(void *ctx, struct arena *a, const struct fetch_request *r,
		struct fetch_answer *out, struct err *e);
};

/* Does this look like "http://host…" or "https://host…", ASCII without blanks? */
bool fetch_url_is_plausible(struct bytes url);

#endif
