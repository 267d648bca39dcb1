/* kdf: HMAC-SM3, HKDF over it (RFC 5869), the KDF of GB/T 32918.4, PBKDF2.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef QY_CRYPTO_KDF_H
#define QY_CRYPTO_KDF_H

#include "crypto/digest.h"

/* HMAC-SM3 (RFC 2104 with SM3) of the concatenation of `count` runs. */
void hmac_sm3(
	struct bytes key, const struct bytes *runs, size_t count, uint8_t out[SM3_SIZE]);

/* HKDF-Extract and HKDF-Expand; n <= 255 * 32. */
void hkdf_sm3_extract(struct bytes salt, struct bytes ikm, uint8_t prk[SM3_SIZE]);
void hkdf_sm3_expand(
	const uint8_t prk[SM3_SIZE], struct bytes info, uint8_t *out, size_t n);

/* KDF(Z, n) of GB/T 32918.4-2016 §5.4.3: SM3(Z || ct) for ct = 1, 2, … big endian. */
void sm2_kdf(struct bytes z, uint8_t *out, size_t n);

#endif
