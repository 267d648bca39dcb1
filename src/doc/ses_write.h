/* ses_write: making seals, and sealing with them (GB/T 38540-2020, GM/T 0031-2025).
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef QY_DOC_SES_WRITE_H
#define QY_DOC_SES_WRITE_H

#include "crypto/key.h"
#include "doc/ses.h"
#include "doc/stamper.h"
#include "pki/cert.h"

/* Kinds of seals in property.type: business-defined; these are the usual two. */
enum ses_type { SES_TYPE_ORGANIZATION = 1, SES_TYPE_PERSON = 2 };

struct ses_make_spec {
	enum ses_version version; /* SES_V4 or SES_V5 */
	const char *id;           /* unique, 1 … 64 ASCII characters */
	const char *vendor;       /* ASCII */
	enum ses_type type;
	const char *name;          /* UTF-8 */
	const struct bytes *certs; /* of those who may seal with it, DER */
	size_t cert_count;
	bool by_digest; /* list digests (SM3) instead of certificates */
	int64_t created, valid_from, valid_to;
	struct ses_picture picture;
	struct key *maker;
	struct bytes maker_cert;
};

/* Makes a seal; DER in the arena. ERR_KEY_MISMATCH, ERR_SIGNER for the maker; ERR_USAGE
 * for what cannot stand in a seal. */
MUST_USE bool ses_make(struct arena *a, struct bytes *out, struct world *w,
	const struct ses_make_spec *spec, struct err *e);

struct ses_sign_spec {
	struct bytes seal;       /* SESeal, DER */
	const uint8_t *data_sm3; /* SM3 of what is protected */
	struct bytes property;   /* ASCII; in OFD the path of Signature.xml */
	int64_t time;
	struct bytes order_digest; /* empty: without */
	struct key *key;
	struct bytes cert; /* must stand in the seal's list */
	/* null: without; else its token over the signature value goes in as timeStamp,
	 * and its errors are passed up */
	const struct stamper *stamper;
};

/* Seals: checks first that the seal reads, is in its validity at `time`, that its maker's
 * signature holds, and that the certificate is of the key, may sign and stands in the
 * list (ERR_SIGNER, ERR_KEY_MISMATCH, ERR_DENIED). DER in the arena. */
MUST_USE bool ses_sign(struct arena *a, struct bytes *out, struct world *w,
	const struct ses_sign_spec *spec, struct err *e);

/* Is the maker's signature over the seal right? (The check seal.value, for those who only
 * want to know.) */
bool ses_seal_value_holds(const struct ses_seal *s);

/* Does the certificate stand in the seal's list? */
bool ses_seal_lists(const struct ses_seal *s, struct bytes cert_der);

/* May the holder of a certificate use this seal at `time`? Reads it into *seal;
 * ERR_DENIED: its maker's signature does not hold, or it is not in its validity;
 * ERR_SIGNER: it does not list the certificate; ERR_UNSUPPORTED: a seal of GM/T 0031. */
MUST_USE bool ses_seal_allows(struct ses_seal *seal, struct bytes seal_der,
	struct bytes cert_der, int64_t time, struct err *e);

#endif
