/* ledger_closing: the closing checkpoint of a tender, and who was in time (protocols §2).
 * SPDX-License-Identifier: Apache-2.0
 *
 * The closing checkpoint is the first fixed one that covers the leaf of the sealed stream
 * of the interval holding the deadline, and every leaf that carries overflow acknowledged
 * before it. A bid is in time if and only if the time in its own leaf is before the
 * deadline and that leaf lies under the closing checkpoint.
 *
 * That it is the first, its witnesses say: each names the size of the last checkpoint it
 * signed. Leaves behind the last one named here count for nobody, so that a checkpoint
 * that covers more lets nobody in.
 */
#ifndef QY_DOC_LEDGER_CLOSING_H
#define QY_DOC_LEDGER_CLOSING_H

#include "doc/ledger_stream.h"

enum {
	CLOSING_STREAMS_MAX = 360, /* an hour of overflow */
	CLOSING_MAX = 1 << 20
};

/* One leaf of the stream, and how many acts waited when it was made. */
struct closing_stream {
	struct ledger_inclusion inclusion; /* not sealed: of the leaf itself */
	struct ledger_field waiting;
};

struct closing {
	struct bytes tender;
	int64_t deadline; /* whole seconds */
	struct checkpoint_file checkpoint;
	/* From the interval that holds the deadline to the first after which nothing
	 * waits; at least 1. */
	const struct closing_stream *streams;
	size_t stream_count;
};

/* DER in the arena. ERR_USAGE for what the reader refuses. */
MUST_USE bool closing_write(
	struct arena *a, struct bytes *out, const struct closing *c, struct err *e);
/* Reads one, and whether its leaves are those of the rule, one after the other, all under
 * the checkpoint: ERR_MALFORMED names what is not. Who signed is asked below. */
MUST_USE bool closing_read(
	struct closing *out, struct arena *a, struct bytes der, struct err *e);

/* Leaves of the ledger that count: the index of the last stream leaf, and one. */
uint64_t closing_covered(const struct closing *c);

enum closing_first {
	CLOSING_FIRST_UNKNOWN, /* unwitnessed, or the witnesses do not exclude another */
	CLOSING_FIRST
};
/* Is it known to be the first fixed one? */
enum closing_first closing_first_of(
	const struct closing *c, const struct ledger_view *view);

enum closing_answer {
	CLOSING_IN_TIME,
	CLOSING_NOT_UNDER, /* the leaf does not lie under it */
	CLOSING_LATE       /* the time in the leaf is not before the deadline */
};
/* "in-time", "not-under", "late" */
const char *closing_answer_name(enum closing_answer answer);

/* The rule, for the leaf that this inclusion is about. */
enum closing_answer closing_answer_of(
	const struct closing *c, struct arena *a, const struct ledger_inclusion *leaf);

#endif
