/* door: who may speak to the agent, before anything they say is read (protocols §3).
 * SPDX-License-Identifier: Apache-2.0
 *
 * Whoever may not gets no answer at all: a page that is not paired cannot even tell that
 * an agent runs here.
 */
#include <string.h>

#include "agent/agent.h"
#include "base/text.h"

enum { ORDER_BODY_MAX = BATCH_MAX + 1024, WINDOW_BODY_MAX = 4096 };

/* "127.0.0.1:PORT" and "[::1]:PORT", never a name: that is what a rebound name sends. */
//= Protocols §3: Host is exactly the agent's address and port
static bool host_is_ours(const struct agent *a, const char *host, struct arena *arena)
{
	return host &&
	       (strcmp(host, arena_printf(arena, "127.0.0.1:%u", a->port)) == 0 ||
		       strcmp(host, arena_printf(arena, "[::1]:%u", a->port)) == 0);
}

static bool header_is(const struct http_request *req, const char *name, const char *value)
{
	const char *said = http_header(req, name);

	return said && strcmp(said, value) == 0;
}

bool door_is_window(struct bytes target)
{
	return bytes_equal(target, BYTES("/")) || bytes_starts(target, BYTES("/window"));
}

/* A header that stands twice is nobody's: which one counts would be a matter of taste. */
static bool stands_once(const struct http_request *req, const char *name)
{
	size_t n = 0;

	for (size_t i = 0; i < req->header_count; i++)
		n += ascii_equal_nocase(bytes_str(req->headers[i].name), bytes_str(name));
	return n <= 1;
}

/* Our own window: opened by us, its requests from its own origin, never framed, never
 * fetched by a page. */
static bool admit_window(const struct http_request *req)
{
	const char *origin = http_header(req, "Origin");
	const char *site = http_header(req, "Sec-Fetch-Site");

	if (site && strcmp(site, "none") != 0 && strcmp(site, "same-origin") != 0)
		return false;
	if (req->method != HTTP_POST)
		return !origin && !header_is(req, "Sec-Fetch-Dest", "iframe");
	return origin && strcmp(origin, arena_printf(req->arena, "http://%s",
						http_header(req, "Host"))) == 0;
}

bool door_admit(void *ctx, const struct http_request *req, size_t *body_max)
{
	const struct agent *a = ctx;
	struct bytes target = bytes_str(req->target);

	/* No path of ours has an escape: one is only ever a disguise. */
	if (bytes_find(target, BYTES("%")) != SIZE_MAX)
		return false;
	if (!stands_once(req, "Host") || !stands_once(req, "Origin") ||
		!host_is_ours(a, http_header(req, "Host"), req->arena))
		return false;
	//= Protocols §3: the peer socket's uid must be the agent's own
	if (!peer_is_own(req->peer, a->port))
		return false;
	if (door_is_window(target)) {
		*body_max = WINDOW_BODY_MAX;
		return admit_window(req);
	}
	*body_max = bytes_find(target, BYTES("/documents/")) != SIZE_MAX
			    ? JOB_DOCUMENT_MAX
			    : ORDER_BODY_MAX;
	//= Protocols §3: Origin must be present and paired
	return home_pairing(a->home, bytes_str(http_header(req, "Origin"))) != NULL;
}

void door_headers(
	const struct agent *a, const struct http_request *req, struct http_response *resp)
{
	const char *origin = http_header(req, "Origin");

	(void)a;
	http_set(resp, "Access-Control-Allow-Origin", origin);
	http_set(resp, "Vary", "Origin");
	http_set(resp, "Cross-Origin-Resource-Policy", "cross-origin");
	if (req->method != HTTP_OPTIONS)
		return;
	http_set(resp, "Access-Control-Allow-Methods", "GET, POST");
	http_set(resp, "Access-Control-Allow-Headers", "Content-Type");
	/* Older browsers ask by this name before they let a page reach this machine. */
	http_set(resp, "Access-Control-Allow-Private-Network", "true");
	http_set(resp, "Access-Control-Max-Age", "600");
}
