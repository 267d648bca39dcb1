/* server: a small HTTP server on the loopback address, bounded in every direction.
 * SPDX-License-Identifier: Apache-2.0
 *
 * It binds 127.0.0.1 or [::1] and nothing else: what faces a network stands behind a
 * proxy that does TLS. Handlers run on the server's own threads, one at a time unless
 * `threads` says otherwise. libmicrohttpd is seen by server.c alone.
 */
#ifndef QY_HTTP_SERVER_H
#define QY_HTTP_SERVER_H

#include "http/http.h"

/* Zero stands for the default behind each. */
struct http_conf {
	const char *listen;       /* "127.0.0.1:8080", "[::1]:0"; required */
	size_t body_max;          /* 64 KiB; more is 413 */
	size_t header_max;        /* 16 KiB for request line and headers; more is 431 */
	unsigned connections_max; /* 64; the next one waits or is closed */
	unsigned idle_s;          /* 10: a connection on which nothing moves */
	unsigned total_s;         /* 30: a request from its first octet to the end of
				     the answer, however busily it drips */
	unsigned threads;         /* 1 */
	/* Asked as soon as the headers are there, with the context of the site: may this
	 * request go on, and how long may its body be? *body_max is that of above and may
	 * be lowered. False: the connection is closed without an answer. Null: all may.
	 */
	bool (*admit)(void *ctx, const struct http_request *req, size_t *body_max);
	/* What the HTTP library has to say; null: nobody listens. Never on stderr. */
	void (*log)(void *ctx, const char *line);
};

struct http_server;

/* Starts serving; returns when the port takes connections. site and what it points to
 * outlive the server. ERR_USAGE: not a loopback address; ERR_BUSY: the port is taken;
 * ERR_DENIED: it may not be taken; else ERR_IO. */
MUST_USE bool http_serve(struct http_server **out, const struct http_conf *conf,
	const struct http_site *site, struct err *e);

/* The port it took: the one asked for, or what the system gave for 0. */
unsigned http_server_port(const struct http_server *s);

/* Closes the port and every connection, waits for handlers, frees. */
void http_server_free(struct http_server *s);
AUTO_DEFINE(http_server);

#endif
