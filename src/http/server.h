/* server: HTTP/1.1, bounded in every direction.
 * SPDX-License-Identifier: Apache-2.0
 *
 * It speaks plain HTTP: what faces a network stands behind a proxy that does TLS.
 * Few threads of the network hold every connection; a slow client costs memory and no
 * thread. With `workers`, handlers run on a bounded pool and may wait for a database; the
 * queue before it is bounded too, and who finds it full is told to come again (503).
 * Without, they run on the network's threads and must be quick.
 *
 * A site with functions of its own (http_site.handle) is also served strictly: requests
 * that two programs could read differently are refused (400), see shape.h.
 * libmicrohttpd is seen by server*.c alone.
 */
#ifndef QY_HTTP_SERVER_H
#define QY_HTTP_SERVER_H

#include "base/world.h"
#include "http/http.h"

/* Zero stands for the default behind each. */
struct http_conf {
	/* "127.0.0.1:8080", "[::1]:0", "unix:/run/x.sock"; other addresses ("0.0.0.0:80")
	 * with any_address only. Required unless has_listener. */
	const char *listen;
	bool any_address;
	/* Instead: a listening socket from whoever started us (systemd, the process that
	 * hands over). Becomes the server's. */
	bool has_listener;
	int listener;
	unsigned unix_mode; /* 0660: permissions of a unix socket's file */

	size_t body_max;          /* 64 KiB; more is 413 */
	size_t header_max;        /* 16 KiB for request line and headers; more is 431 */
	unsigned target_max;      /* 4096 octets of path and query; more is 414 */
	unsigned connections_max; /* 64; the next one waits or is closed */
	unsigned idle_s;          /* 10: a connection on which nothing moves */
	unsigned head_s;          /* total_s: until the headers are there */
	unsigned total_s;         /* 30: a request from its first octet to the end of
				     the answer, however busily it drips */
	unsigned threads;         /* 1 */
	unsigned workers;         /* none: handlers run on the network's threads */
	unsigned queue_max;       /* 256 requests waiting for a worker; more is 503 */
	unsigned retry_after_s;   /* 2: what a 503 says */
	unsigned events_max;      /* 1000 streams of events; more is 503 */
	unsigned heartbeat_s;     /* 15: a comment on silent streams of events */
	/* The other end is our proxy when it comes by a unix socket or from loopback, and
	 * its X-Real-IP (or the last of X-Forwarded-For) and X-Forwarded-Proto count. */
	bool trust_proxy;
	struct world *world; /* world_system(): ids of requests, latencies */
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
 * outlive the server. ERR_USAGE: no address, or not a loopback address without
 * any_address; ERR_BUSY: the port is taken; ERR_DENIED: it may not be taken; else ERR_IO.
 */
MUST_USE bool http_serve(struct http_server **out, const struct http_conf *conf,
	const struct http_site *site, struct err *e);

/* The port it took: the one asked for, or what the system gave for 0. */
unsigned http_server_port(const struct http_server *s);

/* A duplicate of the listening socket, to hand to the process that takes over. */
MUST_USE bool http_server_listener(const struct http_server *s, int *fd, struct err *e);

/* Takes no connection more; the listening socket stays open (another process may have
 * it), what is connected goes on being served. */
void http_server_quiesce(struct http_server *s);

/* Quiesces, ends streams of events, answers every request from now with Connection:
 * close, and waits at most seconds until nobody was connected for a second; true: nobody
 * is. */
bool http_server_drain(struct http_server *s, unsigned seconds);

enum { HTTP_LATENCIES = 12 };
/* Upper bounds of the steps of the histogram, in microseconds; the last step has none. */
extern const int64_t http_latency_bounds[HTTP_LATENCIES];

/* Counts since the start, and what is now. */
struct http_stats {
	uint64_t answers[6];    /* by class: [2] is 2xx */
	uint64_t refused_shape; /* 400 and the like, before any handler */
	uint64_t refused_busy;  /* 503: the queue or the streams are full */
	uint64_t cut;           /* connections that took too long */
	uint64_t latency[HTTP_LATENCIES + 1], latency_sum_us;
	unsigned connections, in_flight, queued, busy_workers, events;
};
struct http_stats http_server_stats(struct http_server *s);

/* Closes the port and every connection, waits for handlers, frees. */
void http_server_free(struct http_server *s);
AUTO_DEFINE(http_server);

#endif
