/* ess: the signed attribute signing-certificate-v2 (RFC 5035): which certificate a
 * signer meant.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef QY_DOC_ESS_H
#define QY_DOC_ESS_H

#include "pki/cert.h"

/* Writes SigningCertificateV2 with one ESSCertIDv2: the digest of the certificate's DER.
 * Its algorithm is left out for SHA-256, the default, and written for every other. */
void ess_put_signing_certificate(
	struct writer *w, struct bytes cert_der, enum digest_alg alg);

/* Does SigningCertificateV2 (whole) name this certificate first? False too when it cannot
 * be read or uses a digest that proves nothing. */
bool ess_names(struct bytes signing_certificate, const struct cert *c);

#endif
