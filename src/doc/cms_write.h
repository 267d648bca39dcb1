/* cms_write: signing and enveloping in the standard form of GB/T 35275-2017, and in that
 * of RFC 5652 for keys that are not SM2.
 * SPDX-License-Identifier: Apache-2.0
 *
 * Written is only the form with signed attributes (protocols §3): contentType,
 * messageDigest, signingTime, and the digest of the signing order where there is one.
 */
#ifndef QY_DOC_CMS_WRITE_H
#define QY_DOC_CMS_WRITE_H

#include "base/source.h"
#include "crypto/key.h"
#include "doc/cms_read.h"
#include "doc/stamper.h"
#include "pki/cert.h"

enum cms_profile {
	CMS_PLAIN, /* GB/T 35275 for SM2 keys, RFC 5652 for others */
	/* What PDF signatures hold: RFC 5652 for SM2 too, detached, content plain data,
	 * signing-certificate-v2 always, signing_time ignored (EN 319 142-1). */
	CMS_PADES
};

struct cms_sign_spec {
	enum cms_profile profile;
	struct source *content; /* what is signed */
	bool attached;          /* content goes inside; then at most CMS_MAX octets */
	enum oid content_type;  /* OID_UNKNOWN: plain data of the family */
	struct key *key;
	struct bytes cert;          /* of the key, DER */
	const struct bytes *others; /* further certificates to carry */
	size_t others_count;
	int64_t signing_time;      /* TIME_NONE: without */
	struct bytes order_digest; /* empty: without */
	/* User id of SM2 for messages of a kind of its own; empty: the default. Readers
	 * of documents know only the default. */
	struct bytes sm2_id;
	/* null: without; else its token over the signature value goes in as the unsigned
	 * attribute signature-time-stamp, and its errors are passed up */
	const struct stamper *stamper;
};

/* Signs; DER in the arena. CMS_PLAIN: SM2 keys give GB/T 35275, others RFC 5652 with
 * signing-certificate-v2. ERR_USAGE for PAdES attached, ERR_KEY_MISMATCH when key and
 * certificate differ, ERR_SIGNER when the certificate may not sign. */
MUST_USE bool cms_sign(struct arena *a, struct bytes *out, struct world *w,
	const struct cms_sign_spec *spec, struct err *e);

struct cms_seal_spec {
	struct bytes content;
	const struct bytes *recipients; /* certificates, DER: SM2, may encrypt */
	size_t recipient_count;
	struct key *signer; /* null: EnvelopedData, which nothing authenticates */
	struct bytes signer_cert;
	bool escrow; /* an escrowed key: SM4-ECB without padding (standards §3) */
};

/* EnvelopedData, or SignedAndEnvelopedData when there is a signer: SM4-CBC under a fresh
 * key, wrapped by SM2 to each recipient. ERR_SIGNER when a certificate may not encrypt,
 * ERR_UNSUPPORTED for recipients that are not SM2. */
MUST_USE bool cms_envelope(struct arena *a, struct bytes *out, struct world *w,
	const struct cms_seal_spec *spec, struct err *e);

/* What came out of an envelope. */
struct cms_opened {
	struct secret *content;
	bool is_signed; /* SignedAndEnvelopedData: the signers can be judged over content
			 */
};

/* Opens an envelope with a key: tries the recipients that name cert first (may be null),
 * then all. Accepts the variants of standards §1. One error, ERR_DECRYPT, for every
 * failure. The caller frees out->content. */
MUST_USE bool cms_open(struct cms_opened *out, struct bytes der, struct key *key,
	const struct cert *cert, struct err *e);

#endif
