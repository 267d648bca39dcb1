/* ledger_checkpoint: the log as of a moment, signed by the platform's log key, and signed
 * again by witnesses who saw it grow. SPDX-License-Identifier: Apache-2.0
 *
 * A checkpoint is *fixed* when the number of witnesses that the reader configured, of
 * different legal persons and none the operator, signed it too. Without witnesses
 * configured it stays *unwitnessed*: used, and told as such.
 */
#ifndef QY_DOC_LEDGER_CHECKPOINT_H
#define QY_DOC_LEDGER_CHECKPOINT_H

#include "doc/ledger.h"

enum { CHECKPOINT_FILE_MAX = 64 * 1024 };

struct checkpoint {
	struct bytes platform;   /* its id */
	uint8_t log[SM3_SIZE];   /* the name of the log key (ledger_key_name) */
	uint64_t number;         /* one more than the last one's, from 1 */
	uint64_t size;           /* leaves it covers */
	uint8_t root[SM3_SIZE];  /* over them */
	int64_t time;            /* whole seconds */
	struct ledger_signed as; /* reading; as.sm3 is how it is called elsewhere */
};

/* Signs; log is filled in from the key. DER in the arena. ERR_USAGE for what the reader
 * refuses. */
MUST_USE bool checkpoint_sign(struct arena *a, struct bytes *out, struct world *w,
	const struct checkpoint *c, struct key *key, struct err *e);
MUST_USE bool checkpoint_read(
	struct checkpoint *out, struct arena *a, struct bytes der, struct err *e);
/* Is it this platform's log, signed with this key? */
bool checkpoint_holds(const struct checkpoint *c, const struct ledger_view *view);

/* A witness: I saw this checkpoint, it continues the last one I signed, and my clock
 * agrees with its time. */
struct cosignature {
	uint8_t checkpoint[SM3_SIZE]; /* SM3 of its content */
	uint8_t key[SM3_SIZE];        /* name of the witness's key */
	uint64_t last;                /* size of the last one it signed; 0: none */
	int64_t time;                 /* by its own clock, whole seconds */
	struct ledger_signed as;
};

/* What a witness does: checks and signs. `before` is the last checkpoint it signed (null:
 * none), path the consistency between them. ERR_SIGNER: not signed by the log;
 * ERR_ROLLBACK: smaller, older or a lower number than before, or the same size with
 * another root; ERR_MALFORMED: no consistency; ERR_DENIED: its clock disagrees. */
MUST_USE bool cosignature_sign(struct arena *a, struct bytes *out, struct world *w,
	const struct ledger_view *view, const struct checkpoint *before,
	const struct checkpoint *c, const struct merkle_path *path, struct key *key,
	struct err *e);
MUST_USE bool cosignature_read(
	struct cosignature *out, struct arena *a, struct bytes der, struct err *e);
/* Is it about c, signed with this key, with a time that fits? */
bool cosignature_holds(const struct cosignature *s, const struct checkpoint *c,
	const struct pubkey *witness);

/* A checkpoint with what witnesses said to it: a file of its own, and part of others. */
struct checkpoint_file {
	struct checkpoint checkpoint;
	const struct cosignature *cosignatures; /* in rising order of their keys */
	size_t count;
};

/* Puts papers that were signed before into one; DER in the arena. ERR_USAGE when two are
 * of one key, or one is about another checkpoint. */
MUST_USE bool checkpoint_file_make(struct arena *a, struct bytes *out,
	struct bytes checkpoint, const struct bytes *cosignatures, size_t count,
	struct err *e);
MUST_USE bool checkpoint_file_read(
	struct checkpoint_file *out, struct arena *a, struct bytes der, struct err *e);
void checkpoint_file_put(struct writer *w, const struct checkpoint_file *f);

enum checkpoint_standing {
	CHECKPOINT_FORGED,      /* not signed by the log of this view */
	CHECKPOINT_PENDING,     /* too few of the reader's witnesses */
	CHECKPOINT_UNWITNESSED, /* the reader has no witnesses */
	CHECKPOINT_FIXED
};
/* "forged", "pending", "unwitnessed", "fixed" */
const char *checkpoint_standing_name(enum checkpoint_standing s);

/* How it stands for this reader; *count (null: not wanted) of different legal persons
 * among its witnesses signed. What others signed counts nothing. */
enum checkpoint_standing checkpoint_standing_of(
	const struct checkpoint_file *f, const struct ledger_view *view, unsigned *count);
bool checkpoint_is_fixed(const struct checkpoint_file *f, const struct ledger_view *view);

/* Could a checkpoint of `size` leaves or more have been fixed before this one? False when
 * so many of the reader's witnesses say here that the last one they signed was smaller,
 * that too few others remain. */
bool checkpoint_may_have_earlier(
	const struct checkpoint_file *f, const struct ledger_view *view, uint64_t size);

#endif
