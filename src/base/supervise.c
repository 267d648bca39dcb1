/* supervise: see supervise.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "base/supervise.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { PAUSE_FIRST_MS = 100, PAUSE_MAX_MS = 30000, GREET_MS = 5000, END_MS = 100 };

enum state {
	DOWN,     /* no process; channels closed */
	STARTING, /* one thread starts and greets it */
	UP,
	DYING /* killed; channels are closed when the last call has left */
};

struct hand {
	enum state state;
	pid_t pid;
	int fds[CHILD_CHANNELS_MAX];
	unsigned busy;      /* a bit for each channel in use */
	unsigned calls;     /* it answered */
	bool stale;         /* to be started anew when idle */
	unsigned failures;  /* since it last answered */
	int64_t not_before; /* wire_clock_ms: when it may be started */
};

struct supervise {
	struct supervise_spec spec;
	pthread_mutex_t lock;
	pthread_cond_t changed;
	struct hand hands[SUPERVISE_CHILDREN_MAX];
	struct supervise_state told;
};

struct supervise *supervise_new(const struct supervise_spec *spec)
{
	struct supervise *s = NEW(struct supervise);
	pthread_condattr_t attributes;

	s->spec = *spec;
	if (!s->spec.pause_max_ms)
		s->spec.pause_max_ms = PAUSE_MAX_MS;
	if (!s->spec.start_ms)
		s->spec.start_ms = GREET_MS;
	(void)pthread_mutex_init(&s->lock, NULL);
	(void)pthread_condattr_init(&attributes);
	(void)pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	(void)pthread_cond_init(&s->changed, &attributes);
	(void)pthread_condattr_destroy(&attributes);
	return s;
}

/* --- one process; the lock is held unless said otherwise */

static void hand_close(const struct supervise *s, struct hand *h)
{
	for (unsigned i = 0; i < s->spec.channels; i++)
		(void)close(h->fds[i]);
	h->state = DOWN;
	h->stale = false;
	h->calls = 0;
}

/* Closed channels end an honest process; END_MS later it is killed. */
static void hand_end(const struct supervise *s, struct hand *h)
{
	static const struct timespec nap = {0, 2000000};
	int64_t end = wire_clock_ms() + END_MS;

	if (h->state == UP)
		hand_close(s, h);
	while (child_is_running(&h->pid) && wire_clock_ms() < end)
		(void)nanosleep(&nap, NULL);
	child_kill(&h->pid);
}

static void hand_failed(struct supervise *s, struct hand *h, const struct err *e)
{
	int64_t pause = 0;

	if (h->state == UP || h->state == STARTING) {
		child_kill(&h->pid);
		s->told.failures++;
		(void)snprintf(
			s->told.last, sizeof s->told.last, "%.110s", e ? e->text : "");
		/* The first restart is at once: one crash costs one file. */
		if (h->failures++)
			pause = (int64_t)PAUSE_FIRST_MS
				<< (h->failures < 12 ? h->failures - 2 : 10);
		if (pause > s->spec.pause_max_ms)
			pause = s->spec.pause_max_ms;
		h->not_before = wire_clock_ms() + pause;
		if (h->state == UP)
			/* Wakes those who wait on its other channels. */
			for (unsigned i = 0; i < s->spec.channels; i++)
				(void)shutdown(h->fds[i], SHUT_RDWR);
		h->state = h->state == UP ? DYING : DOWN;
	}
	(void)pthread_cond_broadcast(&s->changed);
}

/* Gives the lock up while the process starts. */
static bool hand_start(struct supervise *s, struct hand *h, struct err *e)
{
	int64_t end = wire_clock_ms() + s->spec.start_ms;
	int fds[CHILD_CHANNELS_MAX];
	pid_t pid = 0;
	bool spawned, ok;

	h->state = STARTING;
	s->told.starts++;
	(void)pthread_mutex_unlock(&s->lock);
	spawned = child_spawn(&pid, fds, s->spec.channels, s->spec.gift, s->spec.argv, e);
	ok = spawned && (!s->spec.greet || s->spec.greet(s->spec.ctx, fds[0], end, e));
	(void)pthread_mutex_lock(&s->lock);
	h->pid = pid;
	memcpy(h->fds, fds, sizeof fds);
	if (!ok) {
		for (unsigned i = 0; spawned && i < s->spec.channels; i++)
			(void)close(fds[i]);
		hand_failed(s, h, e);
		return err_in(e, "%s", s->spec.name);
	}
	h->state = UP;
	h->busy = 0;
	(void)pthread_cond_broadcast(&s->changed);
	return true;
}

/* Ends one whose time is over; notices one that is dead. Those with calls under way are
 * left to them. */
static void hand_check(struct supervise *s, struct hand *h)
{
	static const struct err dead = {.text = "it died"};

	if (h->state != UP || h->busy)
		return;
	if (h->stale) {
		hand_end(s, h);
	} else if (!child_is_running(&h->pid)) {
		hand_failed(s, h, &dead);
		hand_close(s, h);
	}
}

/* --- calls */

/* An idle channel of a process that runs: its number, or -1. */
static int hand_take(struct supervise *s, struct hand *h)
{
	if (h->state != UP || h->stale)
		return -1;
	for (unsigned i = 0; i < s->spec.channels; i++)
		if (!(h->busy & 1u << i)) {
			h->busy |= 1u << i;
			return (int)i;
		}
	return -1;
}

static struct hand *seat_find(struct supervise *s, int *channel)
{
	for (unsigned i = 0; i < s->spec.children; i++) {
		struct hand *h = &s->hands[i];

		hand_check(s, h);
		*channel = hand_take(s, h);
		if (*channel >= 0)
			return h;
	}
	return NULL;
}

static struct hand *startable(struct supervise *s)
{
	for (unsigned i = 0; i < s->spec.children; i++)
		if (s->hands[i].state == DOWN &&
			s->hands[i].not_before <= wire_clock_ms())
			return &s->hands[i];
	return NULL;
}

/* Is there one that a caller may wait for? Those in their pause are none. */
static bool somebody_comes(const struct supervise *s)
{
	for (unsigned i = 0; i < s->spec.children; i++)
		if (s->hands[i].state != DOWN)
			return true;
	return false;
}

static struct timespec clock_of_ms(int64_t ms)
{
	return (struct timespec){(time_t)(ms / 1000), (long)(ms % 1000) * 1000000};
}

/* Waits for an idle channel, or starts a process that does not run. Null with e set. */
static struct hand *seat_take(
	struct supervise *s, int *channel, int64_t end, struct err *e)
{
	struct timespec until = clock_of_ms(end);

	for (;;) {
		struct hand *h = seat_find(s, channel);

		if (h)
			return h;
		h = startable(s);
		if (h) {
			if (!hand_start(s, h, e) && !somebody_comes(s)) {
				e->code = ERR_BUSY;
				return NULL;
			}
			continue;
		}
		if (!somebody_comes(s))
			(void)err_set(e, ERR_BUSY, "%s is down: %.110s", s->spec.name,
				s->told.last);
		else if (pthread_cond_timedwait(&s->changed, &s->lock, &until) != 0)
			(void)err_set(e, ERR_BUSY, "%s is busy", s->spec.name);
		else
			continue;
		return NULL;
	}
}

/* Back from a call. */
static void seat_give(struct supervise *s, struct hand *h, int channel, bool broken,
	const struct err *e)
{
	h->busy &= ~(1u << (unsigned)channel);
	if (broken)
		hand_failed(s, h, e);
	/* One that answered may come back last to a process that failed another. */
	if (h->state == DYING && !h->busy)
		hand_close(s, h);
	if (h->state == UP) {
		h->failures = 0;
		h->stale |= s->spec.calls_max && ++h->calls >= s->spec.calls_max;
	}
	hand_check(s, h);
	(void)pthread_cond_broadcast(&s->changed);
}

bool supervise_call(struct supervise *s, const struct bytes *pieces, size_t count,
	const struct channel_room *room, int timeout_ms, struct reader *fields,
	bool *broken, struct err *e)
{
	int64_t end = wire_clock_ms() + timeout_ms;
	bool ok, bad = false;
	struct hand *h;
	int channel, fd;

	if (broken)
		*broken = false;
	(void)pthread_mutex_lock(&s->lock);
	h = seat_take(s, &channel, end, e);
	if (!h) {
		(void)pthread_mutex_unlock(&s->lock);
		return false;
	}
	s->told.calls++;
	fd = h->fds[channel];
	(void)pthread_mutex_unlock(&s->lock);
	ok = channel_ask(fd, pieces, count, room, end, fields, &bad, e);
	(void)pthread_mutex_lock(&s->lock);
	seat_give(s, h, channel, bad, e);
	(void)pthread_mutex_unlock(&s->lock);
	if (broken)
		*broken = bad;
	return ok || err_in(e, "%s", s->spec.name);
}

/* --- keeping house */

void supervise_tend(struct supervise *s, int timeout_ms)
{
	int64_t end = wire_clock_ms() + timeout_ms;
	struct err e;

	(void)pthread_mutex_lock(&s->lock);
	for (unsigned i = 0; i < s->spec.children; i++) {
		struct hand *h = &s->hands[i];

		hand_check(s, h);
		if (h->state == DOWN && h->not_before <= wire_clock_ms() &&
			wire_clock_ms() < end)
			(void)!hand_start(s, h, &e);
	}
	(void)pthread_mutex_unlock(&s->lock);
}

void supervise_renew(struct supervise *s)
{
	(void)pthread_mutex_lock(&s->lock);
	for (unsigned i = 0; i < s->spec.children; i++) {
		s->hands[i].stale =
			s->hands[i].state == UP || s->hands[i].state == STARTING;
		hand_check(s, &s->hands[i]);
	}
	(void)pthread_cond_broadcast(&s->changed);
	(void)pthread_mutex_unlock(&s->lock);
}

void supervise_look(struct supervise *s, struct supervise_state *out)
{
	(void)pthread_mutex_lock(&s->lock);
	*out = s->told;
	out->wanted = s->spec.children;
	for (unsigned i = 0; i < s->spec.children; i++) {
		out->pids[i] = s->hands[i].state == UP ? s->hands[i].pid : 0;
		out->running += out->pids[i] != 0;
	}
	(void)pthread_mutex_unlock(&s->lock);
}

void supervise_free(struct supervise *s)
{
	if (!s)
		return;
	for (unsigned i = 0; i < s->spec.children; i++)
		if (s->hands[i].state == UP)
			hand_close(s, &s->hands[i]);
	for (unsigned i = 0; i < s->spec.children; i++)
		hand_end(s, &s->hands[i]);
	(void)pthread_cond_destroy(&s->changed);
	(void)pthread_mutex_destroy(&s->lock);
	mem_free(s);
}
