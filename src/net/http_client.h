/* http_client: fetching over HTTP and HTTPS, bounded in time and size.
 * SPDX-License-Identifier: Apache-2.0
 *
 * TLS certificates are verified, against the system's authorities unless others are
 * named. A POST follows no redirect, a GET at most three and never to another scheme.
 * Proxies of the environment, cookies, passwords in .netrc and compressed answers are not
 * used. libcurl is seen by files of net/ alone.
 */
#ifndef QY_NET_HTTP_CLIENT_H
#define QY_NET_HTTP_CLIENT_H

#include "base/mem.h"
#include "net/fetch.h"

struct http_client_conf {
	unsigned deadline_ms; /* for the whole of a request; 0: 20 seconds */
	const char
		*ca_file; /* PEM of those who may vouch for servers; null: the system's */
	const char *
		proxy; /* "http://host:port"; null: none, whatever the environment says */
	/* May a GET be sent on to this URL? Null: as said above. */
	bool (*may_go)(void *ctx, const char *url);
	void *ctx;
};

struct http_client;

/* Several threads may each have one. The strings of conf outlive it. ERR_UNSUPPORTED when
 * there is no libcurl. */
MUST_USE bool http_client_new(
	struct http_client **out, const struct http_client_conf *conf, struct err *e);
void http_client_free(struct http_client *c);
AUTO_DEFINE(http_client);

/* What to hand down; valid while the client lives. */
struct fetch http_client_fetch(struct http_client *c);

#endif
