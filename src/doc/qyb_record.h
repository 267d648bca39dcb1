/* qyb_record: the papers around a sealed bid: values given for an opening, envelopes for
 * a renewed certificate, and what an opening found (docs/formats/qyb.md).
 * SPDX-License-Identifier: Apache-2.0
 *
 * Each is DER inside an attached SignedData with a content type of its own. A value is
 * further encrypted to the key of the opening: nobody else learns it.
 */
#ifndef QY_DOC_QYB_RECORD_H
#define QY_DOC_QYB_RECORD_H

#include "doc/qyb_open.h"

enum { QYB_RECORD_MAX = 1 << 20 };

/* Who signs a record. */
struct qyb_signer {
	struct key *key;
	struct bytes cert; /* DER */
	int64_t time;
};

/* A value somebody gives for one part. */
struct qyb_share {
	uint8_t header[SM3_SIZE];
	struct bytes part;
	struct lockbox_value value;
	uint8_t checkpoint[SM3_SIZE]; /* of the closing checkpoint; zero: none was asked
				       */
	struct cert signer;           /* reading: who gave it; the mathematics held */
};

/* Writes a value, signed, encrypted to `to`; DER in the arena. */
MUST_USE bool qyb_share_write(struct bytes *out, struct arena *a, struct world *w,
	const struct qyb_share *share, const struct qyb_signer *signer,
	const struct cert *to, struct err *e);
/* Decrypts with the opening key and checks the signature. ERR_DECRYPT: not for this key;
 * ERR_SIGNER: not signed as it says. Whether it was asked for, and whether the signer is
 * that trustee, is the caller's question. */
MUST_USE bool qyb_share_read(struct qyb_share *out, struct arena *a, struct bytes file,
	struct key *opening, struct err *e);

/* Envelopes for a renewed certificate, all parts that the old key opened. */
struct qyb_rewrap {
	uint8_t header[SM3_SIZE];
	uint16_t i; /* the recipient whose place it takes */
	struct cert cert;
	struct bytes parts[QYB_PARTS_MAX];
	struct lockbox_envelope envelopes[QYB_PARTS_MAX];
	size_t count;
	struct cert signer; /* reading */
};

/* Takes every part's value out of party's envelope with the old key and wraps it to the
 * new certificate. ERR_DECRYPT: the key opens it no more. ERR_DENIED: the dealing is not
 * honest, or the certificate may not encrypt. That it belongs to the same legal person
 * is the caller's check. */
MUST_USE bool qyb_rewrap_make(struct qyb_rewrap *out, struct world *w,
	const struct qyb *q, size_t party, struct key *key, struct bytes cert,
	struct err *e);
MUST_USE bool qyb_rewrap_write(struct bytes *out, struct arena *a, struct world *w,
	const struct qyb_rewrap *r, const struct qyb_signer *signer, struct err *e);
/* ERR_SIGNER unless it is signed; ERR_MALFORMED. */
MUST_USE bool qyb_rewrap_read(
	struct qyb_rewrap *out, struct arena *a, struct bytes file, struct err *e);
/* The value for a part, by the new key. committed as in qyb_take, against the header. */
MUST_USE bool qyb_rewrap_take(struct lockbox_value *out, bool *committed,
	const struct qyb *q, size_t part, const struct qyb_rewrap *r, struct key *key,
	struct err *e);

/* By which way a part was opened. */
enum qyb_path {
	QYB_PATH_NONE,
	QYB_PATH_OWNER,
	QYB_PATH_REWRAPPED, /* the owner's renewed key */
	QYB_PATH_TRUSTEES,
	QYB_PATH_BOTH
};
const char *qyb_path_name(enum qyb_path p);
/* "opens", "undecided", "party-lied", "dealer-lied" */
const char *qyb_verdict_name(enum qyb_verdict v);

struct qyb_opened_part {
	struct bytes id;
	struct qyb_finding finding;
	enum qyb_path path;
	uint16_t givers[LOCKBOX_PARTIES_MAX]; /* whose values were given */
	size_t giver_count;
	bool authentic; /* the chunks were those signed; only after QYB_OPENS */
	/* The proof that anyone replays against the header: ρ. Only where the dealer lied
	 * and it is known; all zero otherwise. */
	uint8_t rho[LOCKBOX_SECRET];
};

struct qyb_opening {
	uint8_t header[SM3_SIZE];
	int64_t time;
	uint8_t checkpoint[SM3_SIZE]; /* zero: opened without one, which it says */
	struct qyb_opened_part parts[QYB_PARTS_MAX];
	size_t count;
	struct cert signer; /* reading */
};

MUST_USE bool qyb_opening_write(struct bytes *out, struct arena *a, struct world *w,
	const struct qyb_opening *o, const struct qyb_signer *signer, struct err *e);
MUST_USE bool qyb_opening_read(
	struct qyb_opening *out, struct arena *a, struct bytes file, struct err *e);
/* Replays the proof of a lying dealer against the header: true in *holds when ρ does
 * match COM and the dealing does differ. */
MUST_USE bool qyb_opening_replay(bool *holds, const struct qyb *q,
	const struct qyb_opened_part *part, struct err *e);

#endif
