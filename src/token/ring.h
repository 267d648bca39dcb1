/* ring: the libraries and their children, as token.c and token_key.c share them. Internal
 * to token/. SPDX-License-Identifier: Apache-2.0
 */
#ifndef QY_TOKEN_RING_H
#define QY_TOKEN_RING_H

#include <pthread.h>

#include "base/child.h"
#include "token/protocol.h"
#include "token/token.h"

struct ring_library {
	enum token_kind kind;
	char *path;
	struct child child;
	bool hashes_itself; /* learnt: ECCSignData wants the message, not its digest */
};

struct token_ring {
	char *host;
	int timeout_ms;
	pthread_mutex_t lock; /* one call at a time */
	struct ring_library libraries[TOKEN_LIBRARIES_MAX];
	size_t count;
	struct secret *room; /* WIRE_MAX, for what comes in */
	struct secret *sent; /* for what goes out */
};

/* Sends a request to a library's child, starting it if need be, and waits for the answer.
 * fields points into the ring's room until the next call. A child that does not answer,
 * ends or talks nonsense is killed, and e says which (ERR_BUSY, ERR_IO, ERR_MALFORMED).
 * The caller holds the lock. */
MUST_USE bool ring_call(struct token_ring *r, struct ring_library *l,
	struct bytes request, enum wire_answer *answer, struct reader *fields,
	struct err *e);

/* Ends a child, its token's security state with it. */
void ring_stop(struct ring_library *l);

/* From now on the key owns its ring: both are freed together. */
void token_key_own(struct key *key);

/* "2:device": the library a token's id names, and the device's name. ERR_NOT_FOUND. */
MUST_USE bool ring_find(struct ring_library **out, struct bytes *device,
	struct token_ring *r, const char *id, struct err *e);

/* What an answer other than WIRE_OK means to callers; returns false. */
bool ring_refused(enum wire_answer answer, struct reader *fields, struct err *e);

#endif
