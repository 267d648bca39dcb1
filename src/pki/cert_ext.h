/* cert_ext: the extensions of a certificate, read once while it is parsed.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef QY_PKI_CERT_EXT_H
#define QY_PKI_CERT_EXT_H

#include "pki/cert.h"

enum { CERT_EXTENSIONS_MAX = 64 };

struct extension {
	struct bytes oid, value; /* content octets; content of the OCTET STRING */
	bool critical;
};

/* Takes the next Extension of certificates, CRLs and OCSP answers alike. */
MUST_USE bool extension_next(struct bytes *in, struct extension *out, struct err *e);

/* Fills what c->extensions says into c. Unreadable content of an extension that we
 * process, one extension twice, and more than CERT_EXTENSIONS_MAX are ERR_MALFORMED. */
MUST_USE bool cert_read_extensions(struct cert *c, struct err *e);

/* The text of an extension of the Chinese profile: a character string of any type, or
 * raw text without DER around it. */
bool extension_text(struct arena *a, struct bytes value, struct bytes *utf8);

#endif
