/* ledger_stream: the sealed stream: every ten seconds one leaf, whatever happened.
 * SPDX-License-Identifier: Apache-2.0
 *
 * The leaf (kind "stream") is the root of a tree of 1 024 places. Acts take random ones,
 * the keeper fills the rest with HMAC-SM3(epoch key, time ‖ place); what finds no place
 * waits for the next. How many wait is a second commitment of the leaf, opened when a
 * tender closes. Size, growth, length of proofs and neighbours tell the time and nothing
 * else (protocols §2).
 */
#ifndef QY_DOC_LEDGER_STREAM_H
#define QY_DOC_LEDGER_STREAM_H

#include "doc/ledger_proof.h"

enum { STREAM_KEY = 32 };

/* The end of the interval that holds t: the time of its leaf. */
int64_t stream_time_of(int64_t t);

/* A tree being filled for the interval that ends at `time`. */
struct stream {
	int64_t time;
	uint8_t (*places)[SM3_SIZE]; /* STREAM_WIDTH, in the arena */
	bool taken[STREAM_WIDTH];
	unsigned free;
};

/* All places filled for the keeper. ERR_USAGE: not the end of an interval. */
MUST_USE bool stream_begin(struct stream *out, struct arena *a,
	const uint8_t key[STREAM_KEY], int64_t time, struct err *e);
/* Gives an act (DER of its leaf) a random free place. ERR_BUSY: none is free, it waits;
 * ERR_USAGE: the act is not from before the end of the interval. */
MUST_USE bool stream_put(struct stream *s, struct arena *a, struct world *w,
	struct bytes leaf, uint32_t *place, struct err *e);
/* How many acts wait, as a field of the leaf. */
void stream_waiting(struct arena *a, struct ledger_field *out,
	const uint8_t key[STREAM_KEY], int64_t time, uint32_t waiting);
/* The leaf: DER in the arena. */
MUST_USE bool stream_leaf(struct arena *a, struct bytes *out, const struct stream *s,
	const struct ledger_field *waiting, struct err *e);
/* The part of an inclusion that is inside the tree. */
void stream_inclusion(struct ledger_inclusion *out, const struct stream *s,
	struct bytes leaf, uint32_t place, struct bytes stream_leaf);

/* A leaf of the stream, as read. */
struct stream_leaf {
	int64_t time;
	uint8_t root[SM3_SIZE], waiting[SM3_SIZE];
};
MUST_USE bool stream_leaf_read(
	struct stream_leaf *out, struct arena *a, struct bytes der, struct err *e);

#endif
