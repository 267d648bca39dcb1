/* channel: requests and answers between the server and a process of ours that holds what
 * the server may not: keys, hostile files, the network.
 * SPDX-License-Identifier: Apache-2.0
 *
 * What a process does stands in one table: each message with its number, its largest size
 * and the phases in which it may come. The size is looked at before the message is read.
 * A request is, as a message of base/wire.h, its number and fields; an answer 0 and
 * fields, or the code of an error (enum err_code) and its text. One request, one answer.
 */
#ifndef QY_BASE_CHANNEL_H
#define QY_BASE_CHANNEL_H

#include "base/child.h"
#include "base/wire.h"

/* What a process is doing, as bits. */
enum channel_phase {
	CHANNEL_LOCKED = 1 << 0,   /* it has not got what it needs */
	CHANNEL_SERVING = 1 << 1,  /* as it should be */
	CHANNEL_DRAINING = 1 << 2, /* no new work; it ends when the channels are closed */
	CHANNEL_ALWAYS = CHANNEL_LOCKED | CHANNEL_SERVING | CHANNEL_DRAINING
};
/* "locked", "serving", "draining" */
const char *channel_phase_name(enum channel_phase phase);

struct channel_call {
	struct arena *arena; /* of this call; nothing secret in it */
	struct reader in;    /* fields of the request */
	struct writer *out;  /* fields of the answer */
	void *ctx;
};

/* Fields that are missing, too long or of another kind set in.short_read, and the call
 * fails whatever `act` says: it must do nothing lasting before it has looked. */
struct channel_message {
	const char *name;
	uint8_t number;    /* from 1 */
	uint32_t size_max; /* octets of a request, its number among them */
	unsigned phases;   /* enum channel_phase */
	bool (*act)(struct channel_call *call, struct err *e);
};

struct channel_server {
	const struct channel_message *messages;
	size_t count;
	void *ctx;
	enum channel_phase phase; /* the process's own to change */
	const char *why;          /* it is not serving, for the answer; or null */
	unsigned channels;        /* descriptors 3, 4, … */
	/* A call that takes longer ends the process (SIGALRM), also when nobody is left
	 * to end it; 0: never. */
	unsigned call_s;
	/* Rooms of the caller's: the largest request, the largest answer. Both are wiped
	 * after each call as far as they were used. */
	uint8_t *in, *out;
	size_t in_size, out_size;
};

/* Serves until all channels are closed (true) or a peer breaks the form: an unknown
 * number, a length beyond the table's (ERR_MALFORMED). */
MUST_USE bool channel_serve(struct channel_server *s, struct err *e);

/* Answers one request that lies in memory, as channel_serve does: for tests and fuzzing.
 * False: it breaks the form. */
MUST_USE bool channel_answer(struct channel_server *s, struct bytes request,
	struct bytes *answer, struct err *e);

/* Where the octets of an answer go: room for n, or null when that is too many. */
struct channel_room {
	uint8_t *(*take)(void *ctx, size_t n);
	void *ctx;
	size_t max;
};
/* Room in an arena, for at most max octets. */
struct channel_room channel_room_arena(struct arena *a, size_t max);

/* The other side: sends a request in pieces (the first begins with the number) and takes
 * the answer, before `end` (wire_clock_ms). fields points into the room. False with
 * *broken set: the channel is of no more use (ERR_BUSY: not in time; ERR_IO: gone;
 * ERR_MALFORMED: nonsense); false without: the process answered with an error. */
MUST_USE bool channel_ask(int fd, const struct bytes *pieces, size_t count,
	const struct channel_room *room, int64_t end, struct reader *fields, bool *broken,
	struct err *e);

#endif
