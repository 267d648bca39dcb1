/* ledger_proof: that a leaf stands in the ledger, and that one checkpoint continues
 * another. SPDX-License-Identifier: Apache-2.0
 *
 * An act that is secret for a time stands in a sealed stream: not among the leaves of the
 * ledger but in a tree of 1 024 places whose root one leaf carries. Its proof then leads
 * over that leaf.
 */
#ifndef QY_DOC_LEDGER_PROOF_H
#define QY_DOC_LEDGER_PROOF_H

#include "doc/ledger_checkpoint.h"
#include "doc/ledger_leaf.h"

enum { STREAM_WIDTH = 1024, STREAM_DEPTH = 10, LEDGER_PROOF_MAX = 16 * 1024 };
/* One leaf of the stream for each, whatever happened. */
#define STREAM_INTERVAL (10 * TIME_SECOND)

struct ledger_inclusion {
	struct bytes leaf;         /* DER of the act's leaf */
	bool sealed;               /* the next three count */
	uint32_t place;            /* below STREAM_WIDTH */
	struct merkle_path places; /* STREAM_DEPTH digests */
	struct bytes stream;       /* DER of the leaf that carries the tree */
	/* Of `leaf`, or of `stream` where it is sealed, in the ledger. */
	uint64_t index, size;
	struct merkle_path path;
};

/* DER in the arena; ERR_USAGE for what the reader refuses. */
MUST_USE bool ledger_inclusion_write(struct arena *a, struct bytes *out,
	const struct ledger_inclusion *p, struct err *e);
/* Borrowing. ERR_MALFORMED, ERR_UNSUPPORTED, ERR_TOO_LARGE. */
MUST_USE bool ledger_inclusion_read(
	struct ledger_inclusion *out, struct arena *a, struct bytes der, struct err *e);
/* Does it lead to this root over its size, and is the act of a sealed leaf from before
 * that leaf's interval ended? Both leaves must read. */
bool ledger_inclusion_holds(
	const struct ledger_inclusion *p, const uint8_t root[SM3_SIZE], uint64_t size);

struct ledger_consistency {
	uint64_t old_size, size;
	struct merkle_path path;
};
MUST_USE bool ledger_consistency_write(struct arena *a, struct bytes *out,
	const struct ledger_consistency *p, struct err *e);
MUST_USE bool ledger_consistency_read(
	struct ledger_consistency *out, struct arena *a, struct bytes der, struct err *e);
bool ledger_consistency_holds(const struct ledger_consistency *p,
	const struct checkpoint *older, const struct checkpoint *newer);

/* A leaf under a checkpoint, as one file: what an act's party keeps, with the openings of
 * its fields. */
struct ledger_proof {
	struct ledger_inclusion inclusion;
	struct checkpoint_file checkpoint;
	const struct ledger_field *fields; /* opened; none when they are not told */
	size_t field_count;
	struct ledger_leaf leaf; /* reading: inclusion.leaf */
};
MUST_USE bool ledger_proof_write(struct arena *a, struct bytes *out,
	const struct ledger_inclusion *inclusion, struct bytes checkpoint_file,
	const struct ledger_field *fields, size_t count, struct err *e);
/* ERR_MALFORMED also when fields are told and are not those of the leaf. Whether it leads
 * to the checkpoint's root, and how that stands, the reader asks. */
MUST_USE bool ledger_proof_read(
	struct ledger_proof *out, struct arena *a, struct bytes der, struct err *e);

#endif
