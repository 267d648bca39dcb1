/* ledger_leaf: a leaf of the ledger: what kind of act, when, and a commitment for each of
 * its fields. SPDX-License-Identifier: Apache-2.0
 *
 * A leaf shows no value. Who was given the openings (name, value, salt) shows a value to
 * whom it likes; who erases a party's key leaves the leaf as it is and no way back to the
 * value (protocols §2).
 */
#ifndef QY_DOC_LEDGER_LEAF_H
#define QY_DOC_LEDGER_LEAF_H

#include "doc/ledger.h"

/* Kinds that this program makes or asks for. */
#define LEAF_STREAM   BYTES("stream")       /* ledger_stream.h */
#define LEAF_BID      BYTES("bid.received") /* fields: bid, header, root, tender */
#define LEAF_WITHDRAW BYTES("bid.withdrawn")

struct ledger_leaf {
	struct bytes kind;
	int64_t time; /* whole seconds */
	const uint8_t (*commitments)[SM3_SIZE];
	size_t count; /* at most LEDGER_FIELDS_MAX */
};

/* One field, opened. */
struct ledger_field {
	struct bytes name, value;
	uint8_t salt[SM3_SIZE];
};

/* salt = HMAC-SM3(key of the party the field is about, leaf id ‖ name); the leaf id is 32
 * random octets that the keeper keeps beside the leaf. */
void ledger_salt(uint8_t out[SM3_SIZE], struct bytes party_key, const uint8_t id[32],
	struct bytes name);
/* SM3("qy/1 field" ‖ 00 ‖ salt ‖ DER(name, value)) */
void ledger_commit(uint8_t out[SM3_SIZE], const struct ledger_field *f);

/* DER in the arena. ERR_USAGE for what the reader refuses. */
MUST_USE bool ledger_leaf_write(struct arena *a, struct bytes *out,
	const struct ledger_leaf *leaf, struct err *e);
/* Commitments are copied into the arena, the kind is borrowed. */
MUST_USE bool ledger_leaf_read(
	struct ledger_leaf *out, struct arena *a, struct bytes der, struct err *e);
/* A leaf over fields, which stand in rising order of their names (ERR_USAGE). */
MUST_USE bool ledger_leaf_make(struct arena *a, struct bytes *out, struct bytes kind,
	int64_t time, const struct ledger_field *fields, size_t count, struct err *e);
/* As it stands in the tree: SM3(00 ‖ DER). */
void ledger_leaf_digest(uint8_t out[SM3_SIZE], struct bytes der);

/* Are these all the fields of the leaf, each under its commitment, no name twice? */
bool ledger_leaf_is_opened(
	const struct ledger_leaf *leaf, const struct ledger_field *fields, size_t count);
/* The value of a name among opened fields; false: not there. */
bool ledger_field_find(const struct ledger_field *fields, size_t count, struct bytes name,
	struct bytes *value);

void ledger_put_fields(struct writer *w, const struct ledger_field *fields, size_t count);
MUST_USE bool ledger_take_fields(struct arena *a, struct bytes *in,
	const struct ledger_field **out, size_t *count, struct err *e);

#endif
