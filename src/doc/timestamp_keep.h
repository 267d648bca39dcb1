/* timestamp_keep: a time stamp token with what its judgement needs put inside.
 * SPDX-License-Identifier: Apache-2.0
 *
 * Before a token is stamped in its turn, the chain and the status of its authority are
 * put beside its signature, where no signature covers them and the next stamp does
 * (RFC 4998 §5.2).
 */
#ifndef QY_DOC_TIMESTAMP_KEEP_H
#define QY_DOC_TIMESTAMP_KEEP_H

#include "base/arena.h"
#include "base/err.h"

enum { TIMESTAMP_KEPT_MAX = 200 }; /* of each kind, those inside already counted */

struct timestamp_kept {
	const struct bytes *certs; /* DER */
	size_t cert_count;
	const struct bytes *crls; /* CertificateList, DER */
	size_t crl_count;
	const struct bytes *ocsps; /* OCSPResponse, DER */
	size_t ocsp_count;
};

/* The token with these certificates, lists and answers besides its own, in the arena;
 * what it has already is not added again. ERR_MALFORMED when it is no SignedData,
 * ERR_TOO_LARGE beyond TIMESTAMP_KEPT_MAX. */
MUST_USE bool timestamp_keep(struct arena *a, struct bytes *out, struct bytes token,
	const struct timestamp_kept *kept, struct err *e);

#endif
