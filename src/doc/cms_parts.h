/* cms_parts: what signing and enveloping write alike. For src/doc/cms_*.c only.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef QY_DOC_CMS_PARTS_H
#define QY_DOC_CMS_PARTS_H

#include "crypto/key.h"
#include "pki/cert.h"

enum oid cms_digest_oid(enum digest_alg alg);

/* IssuerAndSerialNumber of a certificate. */
void cms_put_id(struct writer *w, const struct cert *c);

/* SignerInfo; attrs is the SET OF that was signed, or empty for none. */
void cms_put_signer(struct writer *w, const struct cert *cert, enum sig_alg alg, bool gm,
	struct bytes attrs, struct bytes value);

/* The same with a time stamp token over the value as unsigned attribute; empty: without.
 */
void cms_put_signer_stamped(struct writer *w, const struct cert *cert, enum sig_alg alg,
	bool gm, struct bytes attrs, struct bytes value, struct bytes token);

/* The parts of a SignedData with one signer. */
struct cms_message {
	bool gm; /* identifiers of GB/T 35275 */
	enum oid type;
	enum sig_alg alg;
	const struct cert *cert;
	const struct bytes *others; /* further certificates */
	size_t others_count;
	bool attached;
	struct bytes content; /* when attached */
	struct bytes attrs;   /* the SET OF that was signed */
	struct bytes value;
	struct bytes token; /* time stamp over the value; empty: without */
};

/* Octets that cms_put_message needs at most. */
size_t cms_message_size(const struct cms_message *m);
MUST_USE bool cms_put_message(
	struct writer *w, const struct cms_message *m, struct err *e);

/* Does the key belong to the certificate, and may it sign? ERR_KEY_MISMATCH, ERR_SIGNER.
 */
MUST_USE bool cms_check_key(const struct cert *cert, struct key *key, struct err *e);

#endif
