/* events: what the server tells a page while it happens (server-sent events).
 * SPDX-License-Identifier: Apache-2.0
 *
 * One struct http_events is one listening page. A handler makes it, keeps it where what
 * happens is told (http_events_send, from any thread), and puts it into its response; no
 * thread waits for it. It has two owners, the maker and the server: each releases it.
 * Text a slow client does not fetch is kept up to a bound; beyond, the stream is closed,
 * and the browser asks again by itself, with Last-Event-ID.
 */
#ifndef QY_HTTP_EVENTS_H
#define QY_HTTP_EVENTS_H

#include "base/err.h"
#include "base/mem.h"

struct http_events;

/* A stream that keeps at most queue_max octets (0: 64 KiB) for its client. The maker's;
 * to give it to a response, set resp->events = http_events_share(ev). */
struct http_events *http_events_new(size_t queue_max);
struct http_events *http_events_share(struct http_events *ev);

/* Tells one event. name and id may be null; they have no line ends (aborts). data is
 * text; its lines become data lines. False: nobody listens any more, release it. */
bool http_events_send(
	struct http_events *ev, const char *name, const char *id, struct bytes data);

/* Is the client gone, too slow, or the stream closed? */
bool http_events_is_over(struct http_events *ev);

/* Ends the stream once what is kept was fetched. */
void http_events_close(struct http_events *ev);

/* An owner's last call. */
void http_events_free(struct http_events *ev);
AUTO_DEFINE(http_events);

/* --- for the server
 * --------------------------------------------------------------------- */

/* Wakes the sleeping reader; called with the stream locked, at most once for each sleep.
 */
void http_events_attach(struct http_events *ev, void (*wake)(void *ctx), void *ctx);
/* The client is gone: nobody is woken any more. */
void http_events_detach(struct http_events *ev);
/* Up to max octets for the client. 0: none now, and sleep(ctx) was called with the stream
 * locked; -1: the end. */
long http_events_take(
	struct http_events *ev, void *p, size_t max, void (*sleep)(void *ctx));
/* A comment, when nothing else is kept. */
void http_events_beat(struct http_events *ev);

#endif
