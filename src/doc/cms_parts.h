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

/* Does the key belong to the certificate, and may it sign? ERR_KEY_MISMATCH, ERR_SIGNER.
 */
MUST_USE bool cms_check_key(const struct cert *cert, struct key *key, struct err *e);

#endif
