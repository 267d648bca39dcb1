/* ledger: what all papers of the ledger share: how they are signed, and their maxima
 * (protocols §2, docs/formats/ledger.md).
 * SPDX-License-Identifier: Apache-2.0
 *
 * The ledger is a tree of leaves in the shape of RFC 6962 with SM3. The platform signs
 * checkpoints of it, witnesses of other houses sign them too, and then they are fixed. A
 * paper is SEQUENCE { content, signature }: content begins with its type and version, the
 * signature is SM2 over the octets of content under a user id of its own, so that no
 * paper is ever taken for another. Log and witnesses are known by their keys. Every
 * reader demands the one encoding that the writer gives.
 */
#ifndef QY_DOC_LEDGER_H
#define QY_DOC_LEDGER_H

#include "asn1/oid.h"
#include "base/reader.h"
#include "base/time.h"
#include "crypto/key.h"
#include "crypto/merkle.h"

enum {
	LEDGER_VERSION = 1,
	LEDGER_TEXT_MAX = 256, /* octets of platform, kind, names of fields, ids */
	LEDGER_FIELDS_MAX = 64,
	LEDGER_VALUE_MAX = 16 * 1024, /* octets of the value of a field */
	LEDGER_LEAF_MAX = 4096,
	LEDGER_PATH_MAX = 49, /* digests of a path */
	LEDGER_WITNESSES_MAX = 16,
	LEDGER_SIGNED_MAX = 8192, /* octets of one signed paper */
	LEDGER_SIGNATURE_MAX = SM2_SIG_DER_MAX
};
/* Leaves, and numbers of checkpoints, stay below. */
#define LEDGER_SIZE_MAX (UINT64_C(1) << 48)
/* A witness signs only what its own clock agrees with so far. */
#define LEDGER_CLOCK (5 * TIME_SECOND)

#define CHECKPOINT_SM2_ID  BYTES("qianyin/checkpoint/1")
#define COSIGNATURE_SM2_ID BYTES("qianyin/cosignature/1")
#define RECEIPT_SM2_ID     BYTES("qianyin/receipt/1")
#define STANDING_SM2_ID    BYTES("qianyin/standing/1")

/* A signed paper as it came. */
struct ledger_signed {
	struct bytes whole, content, signature; /* borrowed */
	uint8_t sm3[SM3_SIZE]; /* of content: what other papers call it by */
};

/* Signs content (a whole SEQUENCE); DER in the arena. The signature is verified before it
 * is given. ERR_UNSUPPORTED: the key is not SM2, or lives in a token that computes Z
 * itself. */
MUST_USE bool ledger_sign(struct arena *a, struct bytes *out, struct world *w,
	struct bytes content, struct bytes sm2_id, struct key *key, struct err *e);
/* Takes one signed paper off the front. ERR_MALFORMED, ERR_TOO_LARGE. */
MUST_USE bool ledger_signed_take(
	struct bytes *in, struct ledger_signed *out, struct err *e);
void ledger_signed_put(struct writer *w, const struct ledger_signed *s);
/* Is it signed with this key under this user id? */
bool ledger_signed_holds(
	const struct ledger_signed *s, const struct pubkey *key, struct bytes sm2_id);

/* How a log, a witness is named in papers: SM3 of the SubjectPublicKeyInfo. */
void ledger_key_name(uint8_t out[SM3_SIZE], const struct pubkey *key);

/* Somebody who watches the log, from the reader's own configuration. */
struct ledger_witness {
	struct bytes name, credit_code; /* of the legal person */
	struct pubkey key;
};

/* Whom a reader believes: never taken from what is to be judged. */
struct ledger_view {
	struct bytes platform; /* its id */
	struct pubkey log;
	struct bytes operator_code; /* credit code of the operator; may be empty */
	const struct ledger_witness *witnesses;
	size_t witness_count;
	/* How many of different legal persons fix a checkpoint; 0 only without any
	 * witness: then nothing is ever fixed, and everything is told as unwitnessed. */
	unsigned needed;
};

/* --- inside doc/ledger* ------------------------------------------------------------ */

/* Opens content and writes type and version; ledger_content ends it. */
size_t ledger_open(struct writer *w, enum oid type);
/* Takes the body of a content of this type. ERR_MALFORMED; ERR_UNSUPPORTED: another
 * version. */
MUST_USE bool ledger_take(
	struct bytes content, enum oid type, struct bytes *body, struct err *e);
MUST_USE bool ledger_take_text(struct bytes *in, struct bytes *out, struct err *e);
/* A number of at most LEDGER_SIZE_MAX. */
MUST_USE bool ledger_take_number(struct bytes *in, uint64_t *out, struct err *e);
void ledger_put_number(struct writer *w, uint64_t n);
MUST_USE bool ledger_take_digest(struct bytes *in, uint8_t out[SM3_SIZE], struct err *e);
void ledger_put_digest(struct writer *w, const uint8_t digest[SM3_SIZE]);
MUST_USE bool ledger_take_path(struct bytes *in, struct merkle_path *out, struct err *e);
void ledger_put_path(struct writer *w, const struct merkle_path *path);
/* Was written what was read? ERR_MALFORMED. */
MUST_USE bool ledger_is_canonical(
	const struct writer *written, struct bytes read, struct err *e);
/* Whole seconds. */
bool ledger_time_is_whole(int64_t t);
bool ledger_text_is_sane(struct bytes text);
bool ledger_same(const uint8_t a[SM3_SIZE], const uint8_t b[SM3_SIZE]);

#endif
