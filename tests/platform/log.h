/* log: a ledger as a platform keeps one, small and in memory, with two witnesses and a
 * clock that can be set: for tests, until the real one exists.
 * SPDX-License-Identifier: Apache-2.0
 *
 * It can also misbehave, since that is what its readers are tested with: leaves go in
 * with any time, at any place, and witnesses may be left out.
 */
#ifndef QY_TESTS_LOG_H
#define QY_TESTS_LOG_H

#include "doc/ledger_closing.h"
#include "doc/ledger_receipt.h"

enum { LOG_LEAVES_MAX = 4096, LOG_WITNESSES = 2, LOG_ACTS_MAX = 2048 };

/* An act in the sealed stream. */
struct log_act {
	struct bytes leaf;
	uint32_t place;
	bool placed;
	size_t index;        /* of the leaf of the stream */
	struct stream *tree; /* it stands in */
};

struct log {
	struct arena *a;
	struct world *w;
	struct world *placing; /* draws places in the stream; w unless changed */
	struct bytes platform;
	struct key *key, *receipt_key, *witness_keys[LOG_WITNESSES]; /* borrowed */
	struct ledger_witness witnesses[LOG_WITNESSES];
	uint8_t epoch[STREAM_KEY];
	uint8_t digests[LOG_LEAVES_MAX][SM3_SIZE];
	struct bytes leaves[LOG_LEAVES_MAX];
	struct ledger_field waiting[LOG_LEAVES_MAX]; /* of leaves of the stream */
	size_t count;
	struct log_act acts[LOG_ACTS_MAX]; /* in the order they came */
	size_t act_count;
	uint64_t number;                         /* of the last checkpoint */
	struct bytes checkpoint;                 /* the last one, signed by the log */
	struct bytes last_signed[LOG_WITNESSES]; /* checkpoint; empty: none yet */
};

/* A log with these keys; w tells the time. */
void log_init(struct log *l, struct arena *a, struct world *w, struct bytes platform,
	struct key *key, struct key *receipt_key,
	struct key *const witness_keys[LOG_WITNESSES]);
/* What a reader of it configures, with both witnesses demanded. */
struct ledger_view log_view(const struct log *l);

/* Puts a leaf behind the last one; gives its index. */
size_t log_add(struct log *l, struct bytes leaf);
/* Receives an act for the sealed stream; gives its number among the acts. */
size_t log_receive(struct log *l, struct bytes leaf);
/* Ends the interval at `time`: one leaf of the stream, whatever is waiting. */
MUST_USE bool log_tick(struct log *l, int64_t time, struct err *e);
/* Signs a checkpoint over all leaves, at the present time, and lets witness k sign it
 * where witnessed & 1 << k. A checkpoint file. */
MUST_USE bool log_checkpoint(
	struct log *l, unsigned witnessed, struct bytes *out, struct err *e);

/* Of a leaf, among the first `size`. */
void log_inclusion(
	const struct log *l, struct ledger_inclusion *out, size_t index, size_t size);
/* Of an act that was placed. */
void log_act_inclusion(
	const struct log *l, struct ledger_inclusion *out, size_t act, size_t size);
/* The closing of a tender with the checkpoint given. */
MUST_USE bool log_closing(const struct log *l, struct bytes *out, struct bytes tender,
	int64_t deadline, struct bytes checkpoint_file, struct err *e);

/* The leaf of a received bid and the fields it opens with. */
MUST_USE bool log_bid_leaf(struct log *l, struct bytes *leaf,
	struct ledger_field fields[RECEIPT_BID_FIELDS], const struct receipt_bid *bid,
	int64_t time, struct err *e);

#endif
