/* key_memory: keys held in memory, behind key.h. Internal to crypto/.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef QY_CRYPTO_KEY_MEMORY_H
#define QY_CRYPTO_KEY_MEMORY_H

#include "crypto/key.h"

/* A P-256 or P-384 key from its scalar (32 or 48 octets big endian); ERR_MALFORMED unless
 * it is in [1, n-1]. */
MUST_USE bool key_of_nist(
	struct key **out, enum key_kind kind, const uint8_t *d, struct err *e);

/* The numbers of an RSA private key, big endian, in the order of RSAPrivateKey. */
enum rsa_number {
	RSA_N,
	RSA_E,
	RSA_D,
	RSA_P,
	RSA_Q,
	RSA_DP,
	RSA_DQ,
	RSA_QI,
	RSA_NUMBERS
};
/* ERR_MALFORMED when they do not fit each other: n = pq, d inverse to e, the CRT values.
 */
MUST_USE bool key_of_rsa(
	struct key **out, const struct bytes numbers[RSA_NUMBERS], struct err *e);

MUST_USE bool key_generate_rsa(struct key **out, struct err *e);

/* The PrivateKeyInfo of a key made by the three above; null for any other. */
const struct secret *key_evp_pkcs8(const struct key *k);

/* A bare ECPrivateKey (RFC 5915) or RSAPrivateKey (RFC 8017), as OpenSSL's older PEM
 * kinds hold them. */
MUST_USE bool key_of_ec_private(struct key **out, struct bytes der, struct err *e);
MUST_USE bool key_of_rsa_private(struct key **out, struct bytes der, struct err *e);

#endif
