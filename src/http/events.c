/* events: a bounded queue of text between those who tell and one client; see events.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "http/events.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"

enum { QUEUE_DEFAULT = 64 * 1024 };

struct http_events {
	pthread_mutex_t lock;
	unsigned owners;
	struct buf kept;
	size_t taken; /* octets of kept that the client has */
	bool over;    /* no event more */
	bool asleep;
	void (*wake)(void *ctx);
	void *ctx;
};

struct http_events *http_events_new(size_t queue_max)
{
	struct http_events *ev = NEW(struct http_events);

	pthread_mutex_init(&ev->lock, NULL);
	ev->owners = 1;
	ev->kept = buf_make(queue_max ? queue_max : QUEUE_DEFAULT);
	return ev;
}

struct http_events *http_events_share(struct http_events *ev)
{
	pthread_mutex_lock(&ev->lock);
	ev->owners++;
	pthread_mutex_unlock(&ev->lock);
	return ev;
}

void http_events_free(struct http_events *ev)
{
	unsigned left;

	if (!ev)
		return;
	pthread_mutex_lock(&ev->lock);
	left = --ev->owners;
	pthread_mutex_unlock(&ev->lock);
	if (left)
		return;
	pthread_mutex_destroy(&ev->lock);
	buf_fini(&ev->kept);
	mem_free(ev);
}

/* Locked. */
static void wake(struct http_events *ev)
{
	if (!ev->asleep || !ev->wake)
		return;
	ev->asleep = false;
	ev->wake(ev->ctx);
}

static bool put(struct http_events *ev, struct bytes b)
{
	struct err e;

	return buf_put(&ev->kept, b, &e);
}

static bool put_line(struct http_events *ev, struct bytes name, struct bytes value)
{
	return put(ev, name) && put(ev, value) && put(ev, BYTES("\n"));
}

static void demand_one_line(const char *text)
{
	if (text && strpbrk(text, "\r\n"))
		abort();
}

/* A stray CR would end a line as well. */
static bool put_data(struct http_events *ev, struct bytes data)
{
	do {
		size_t end = bytes_find(data, BYTES("\n"));
		struct bytes line = bytes_head(data, end);

		if (bytes_find(line, BYTES("\r")) != SIZE_MAX)
			line = bytes_head(line, bytes_find(line, BYTES("\r")));
		if (!put_line(ev, BYTES("data: "), line))
			return false;
		data = end == SIZE_MAX ? (struct bytes){0} : bytes_from(data, end + 1);
	} while (data.n);
	return put(ev, BYTES("\n"));
}

/* Room of what was fetched already. */
static void compact(struct http_events *ev)
{
	if (!ev->taken)
		return;
	memmove(ev->kept.p, ev->kept.p + ev->taken, ev->kept.n - ev->taken);
	ev->kept.n -= ev->taken;
	ev->taken = 0;
}

bool http_events_send(
	struct http_events *ev, const char *name, const char *id, struct bytes data)
{
	bool ok;

	demand_one_line(name);
	demand_one_line(id);
	pthread_mutex_lock(&ev->lock);
	compact(ev);
	ok = !ev->over;
	if (ok) {
		size_t before = ev->kept.n;

		ok = (!name || put_line(ev, BYTES("event: "), bytes_str(name))) &&
		     (!id || put_line(ev, BYTES("id: "), bytes_str(id))) &&
		     put_data(ev, data);
		if (!ok) {
			ev->kept.n = before; /* whole events only */
			ev->over = true;
		}
		wake(ev);
	}
	pthread_mutex_unlock(&ev->lock);
	return ok;
}

void http_events_beat(struct http_events *ev)
{
	pthread_mutex_lock(&ev->lock);
	if (!ev->over && ev->kept.n == ev->taken)
		(void)put(ev, BYTES(":\n\n"));
	wake(ev);
	pthread_mutex_unlock(&ev->lock);
}

bool http_events_is_over(struct http_events *ev)
{
	bool over;

	pthread_mutex_lock(&ev->lock);
	over = ev->over;
	pthread_mutex_unlock(&ev->lock);
	return over;
}

void http_events_close(struct http_events *ev)
{
	pthread_mutex_lock(&ev->lock);
	ev->over = true;
	wake(ev);
	pthread_mutex_unlock(&ev->lock);
}

void http_events_attach(struct http_events *ev, void (*wake_it)(void *ctx), void *ctx)
{
	pthread_mutex_lock(&ev->lock);
	ev->wake = wake_it;
	ev->ctx = ctx;
	pthread_mutex_unlock(&ev->lock);
}

void http_events_detach(struct http_events *ev)
{
	pthread_mutex_lock(&ev->lock);
	ev->wake = NULL;
	ev->over = true;
	ev->asleep = false;
	pthread_mutex_unlock(&ev->lock);
}

long http_events_take(
	struct http_events *ev, void *p, size_t max, void (*sleep)(void *ctx))
{
	bool ended;
	size_t n;

	pthread_mutex_lock(&ev->lock);
	n = ev->kept.n - ev->taken;
	n = n < max ? n : max;
	if (n) {
		memcpy(p, ev->kept.p + ev->taken, n);
		ev->taken += n;
		if (ev->taken == ev->kept.n)
			ev->taken = ev->kept.n = 0;
	} else if (!ev->over) {
		ev->asleep = true;
		sleep(ev->ctx);
	}
	ended = !n && ev->over;
	pthread_mutex_unlock(&ev->lock);
	return ended ? -1 : (long)n;
}
