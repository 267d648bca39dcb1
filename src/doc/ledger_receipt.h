/* ledger_receipt: what somebody who files a bid gets: a promise at once, and a proof when
 * its checkpoint is fixed. SPDX-License-Identifier: Apache-2.0
 *
 * The promise holds the leaf and the openings of its fields, so that its holder
 * recomputes the leaf. A promise whose leaf does not lie under the closing checkpoint is
 * by itself proof of misbehaviour. The proof is a ledger_proof of the same leaf.
 */
#ifndef QY_DOC_LEDGER_RECEIPT_H
#define QY_DOC_LEDGER_RECEIPT_H

#include "base/i18n.h"
#include "doc/ledger_closing.h"

struct receipt {
	struct bytes platform;
	struct bytes leaf; /* DER */
	const struct ledger_field *fields;
	size_t field_count;
	/* reading */
	struct ledger_leaf as_leaf;
	struct ledger_signed as;
};

/* What is received of a bid, as fields of its leaf (kind LEAF_BID). */
struct receipt_bid {
	struct bytes tender;
	uint8_t bid[32];
	uint8_t root[SM3_SIZE];   /* of the file's outer part */
	uint8_t header[SM3_SIZE]; /* of the header, which the keeper has read */
};
enum { RECEIPT_BID_FIELDS = 4 };
/* The fields, salted by the bidder's key in the ledger; values in the arena. */
void receipt_bid_fields(struct arena *a, struct ledger_field out[RECEIPT_BID_FIELDS],
	const struct receipt_bid *bid, struct bytes party_key, const uint8_t id[32]);
/* ERR_MALFORMED: not the fields of a received bid. */
MUST_USE bool receipt_bid_of(struct receipt_bid *out, struct bytes kind,
	const struct ledger_field *fields, size_t count, struct err *e);

/* Signs the promise for a leaf over these fields; DER in the arena. */
MUST_USE bool receipt_sign(struct arena *a, struct bytes *out, struct world *w,
	const struct receipt *r, struct key *key, struct err *e);
/* ERR_MALFORMED also when the fields are not those of the leaf. */
MUST_USE bool receipt_read(
	struct receipt *out, struct arena *a, struct bytes der, struct err *e);
bool receipt_holds(
	const struct receipt *r, struct bytes platform, const struct pubkey *key);

/* Is this the proof of what was promised: the same leaf, leading to the checkpoint? How
 * that stands, checkpoint_standing_of says. */
bool receipt_is_kept(const struct receipt *r, const struct ledger_proof *proof);

/* What a promise is worth, in words. */
const char *receipt_meaning(enum lang lang);

#endif
