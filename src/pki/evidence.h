/* evidence: what is known about the state of certificates: CRLs and OCSP answers, and
 * helper certificates, gathered from files, from signatures and from the trust store.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef QY_PKI_EVIDENCE_H
#define QY_PKI_EVIDENCE_H

#include "pki/cert.h"

enum { EVIDENCE_CERTS_MAX = 10000, EVIDENCE_CRLS_MAX = 1000, EVIDENCE_OCSP_MAX = 1000 };

struct evidence;

/* Everything put in must outlive it. */
struct evidence *evidence_new(struct arena *a);

/* Adds a certificate, CRL (full or delta) or OCSP response, DER. What cannot be read is
 * ERR_MALFORMED and not added; beyond the maximum ERR_TOO_LARGE. Duplicates are dropped.
 */
MUST_USE bool evidence_add_cert(struct evidence *ev, struct bytes der, struct err *e);
MUST_USE bool evidence_add_crl(struct evidence *ev, struct bytes der, struct err *e);
MUST_USE bool evidence_add_ocsp(struct evidence *ev, struct bytes der, struct err *e);
/* A file of any of these kinds, PEM (several blocks) or DER. */
MUST_USE bool evidence_add_file(struct evidence *ev, struct bytes file, struct err *e);

#endif
