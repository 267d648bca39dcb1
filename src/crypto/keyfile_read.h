/* keyfile_read: the forms a key file may have, one function each. Internal to crypto/.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef QY_CRYPTO_KEYFILE_READ_H
#define QY_CRYPTO_KEYFILE_READ_H

#include "crypto/keyfile.h"
#include "crypto/pbe.h"

/* Each fills key and certs of an empty `out`; on failure the caller calls keyfile_fini.
 */

/* EncryptedPrivateKeyInfo, also inside a PKCS#12. */
MUST_USE bool keyfile_open_pkcs8(struct key **out, struct bytes der,
	const struct secret *password, struct pbe_budget *budget, struct err *e);
MUST_USE bool keyfile_read_pkcs12(struct keyfile *out, struct arena *a, struct bytes file,
	const struct secret *password, struct err *e);

/* The SubjectPublicKeyInfo of a certificate; the rest of it is pki's to judge. */
MUST_USE bool keyfile_cert_spki(struct bytes *spki, struct bytes cert, struct err *e);

/* Is the certificate's key this key's? False also for what is no certificate. */
bool keyfile_cert_fits(struct bytes cert, const struct key *k);

MUST_USE bool keyfile_add_cert(struct keyfile *out, struct bytes cert, struct err *e);

#endif
