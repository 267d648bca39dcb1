/* statement: a short structure of ours, signed: what platform, trustee or witness says.
 * SPDX-License-Identifier: Apache-2.0
 *
 * One form only: SignedData (cms_write.h, CMS_PLAIN) with the content inside under a
 * content type of ours, one signer with attributes, its certificate and no other, nothing
 * unsigned. Reading demands that writing the same parts again gives the same octets, so
 * that a digest over the whole names one statement.
 */
#ifndef QY_DOC_STATEMENT_H
#define QY_DOC_STATEMENT_H

#include "base/world.h"
#include "crypto/key.h"
#include "pki/cert.h"

struct statement_spec {
	enum oid type;
	struct bytes sm2_id; /* user id of SM2 for this kind (protocols §6); empty: the
				default, for the keys of users */
	struct bytes content;
	struct key *key;
	struct bytes cert; /* of the key, DER */
	int64_t time;      /* signing-time; TIME_NONE: without */
};

/* DER in the arena. Errors as cms_sign; ERR_UNSUPPORTED: a user id for a key that
 * computes Z itself. */
MUST_USE bool statement_sign(struct arena *a, struct bytes *out, struct world *w,
	const struct statement_spec *spec, struct err *e);

struct statement {
	struct bytes whole, content; /* borrowed from what was read */
	struct cert cert;
	int64_t time;          /* TIME_NONE: without */
	uint8_t sm3[SM3_SIZE]; /* of whole */
	bool holds;            /* digest and value are right for cert */
};

/* Reads one of at most max octets. That the value is wrong is an answer (`holds`); who
 * the signer is, is for the caller to judge. ERR_MALFORMED: not this form, another
 * content type. */
MUST_USE bool statement_read(struct statement *out, struct arena *a, struct bytes der,
	enum oid type, struct bytes sm2_id, size_t max, struct err *e);

#endif
