/* supervise: processes of ours that answer requests, kept alive; many threads ask them.
 * SPDX-License-Identifier: Apache-2.0
 *
 * A call takes an idle channel of a process that runs, starting one where it must, and
 * has a deadline for everything: waiting for the channel, asking, the answer. A process
 * that dies, hangs or talks nonsense is killed, counted and started anew by a later call
 * or supervise_tend, after a pause that doubles while it keeps failing. The others go on.
 */
#ifndef QY_BASE_SUPERVISE_H
#define QY_BASE_SUPERVISE_H

#include "base/channel.h"

enum { SUPERVISE_CHILDREN_MAX = 16 };

struct supervise_spec {
	const char *name; /* for errors: "keeper" */
	/* Program (a path) and arguments, null at the end; outlive it. No secret among
	 * them. */
	char *const *argv;
	unsigned children;     /* 1 … SUPERVISE_CHILDREN_MAX */
	unsigned channels;     /* to each, 1 … CHILD_CHANNELS_MAX */
	int gift;              /* a descriptor each gets behind its channels; -1: none */
	unsigned calls_max;    /* a process is replaced after so many; 0: never */
	unsigned pause_max_ms; /* of the pause before a restart; 0: 30 s */
	/* Each new process is told this first, before it is asked anything else; may be
	 * null. False: it is not fit, and counts as failed. */
	bool (*greet)(void *ctx, int fd, int64_t end, struct err *e);
	void *ctx;
	int start_ms; /* that starting and greeting may take; 0: 5 s */
};

struct supervise;

/* Nothing is started yet. */
struct supervise *supervise_new(const struct supervise_spec *spec);
/* No call may be under way. Closes the channels and, after a moment, ends what still
 * runs. */
void supervise_free(struct supervise *s);
AUTO_DEFINE(supervise);

/* Asks one of the processes, see channel_ask. ERR_BUSY: none could be had in time; ERR_IO
 * and ERR_MALFORMED with *broken: the one asked died or talked nonsense over this
 * request, or hung (ERR_BUSY and *broken). broken may be null. */
MUST_USE bool supervise_call(struct supervise *s, const struct bytes *pieces,
	size_t count, const struct channel_room *room, int timeout_ms,
	struct reader *fields, bool *broken, struct err *e);

/* Starts what does not run and may, and greets it: at start, and then every few seconds,
 * so that nobody waits for a start. */
void supervise_tend(struct supervise *s, int timeout_ms);

/* From now on processes are given the new greeting: each is ended when idle, and started
 * anew. */
void supervise_renew(struct supervise *s);

struct supervise_state {
	unsigned running, wanted;
	uint64_t starts;   /* of processes */
	uint64_t failures; /* that died, hung or talked nonsense */
	uint64_t calls;
	pid_t pids[SUPERVISE_CHILDREN_MAX]; /* 0: not running */
	char last[120];                     /* why the last one failed; "" */
};
void supervise_look(struct supervise *s, struct supervise_state *out);

#endif
