/* sm4: the block cipher GB/T 32907 in ECB, CBC, CTR, GCM and CCM.
 * SPDX-License-Identifier: Apache-2.0
 *
 * Keys are 16 octets. in and out have the same length and may be the same memory. ECB and
 * CBC work on whole blocks without padding: padding belongs to the format that uses it.
 */
#ifndef QY_CRYPTO_SM4_H
#define QY_CRYPTO_SM4_H

#include "base/err.h"

enum { SM4_KEY = 16, SM4_BLOCK = 16, SM4_TAG = 16, SM4_GCM_NONCE = 12 };

MUST_USE bool sm4_ecb_encrypt(
	const uint8_t key[SM4_KEY], struct bytes in, uint8_t *out, struct err *e);
MUST_USE bool sm4_ecb_decrypt(
	const uint8_t key[SM4_KEY], struct bytes in, uint8_t *out, struct err *e);
MUST_USE bool sm4_cbc_encrypt(const uint8_t key[SM4_KEY], const uint8_t iv[SM4_BLOCK],
	struct bytes in, uint8_t *out, struct err *e);
MUST_USE bool sm4_cbc_decrypt(const uint8_t key[SM4_KEY], const uint8_t iv[SM4_BLOCK],
	struct bytes in, uint8_t *out, struct err *e);
/* Encryption and decryption are the same; the whole block counts, big endian. */
MUST_USE bool sm4_ctr(const uint8_t key[SM4_KEY], const uint8_t counter[SM4_BLOCK],
	struct bytes in, uint8_t *out, struct err *e);
MUST_USE bool sm4_gcm_seal(const uint8_t key[SM4_KEY], const uint8_t nonce[SM4_GCM_NONCE],
	struct bytes aad, struct bytes in, uint8_t *out, uint8_t tag[SM4_TAG],
	struct err *e);
/* ERR_DECRYPT when the tag is wrong; out is then wiped. */
MUST_USE bool sm4_gcm_open(const uint8_t key[SM4_KEY], const uint8_t nonce[SM4_GCM_NONCE],
	struct bytes aad, struct bytes in, const uint8_t tag[SM4_TAG], uint8_t *out,
	struct err *e);
/* RFC 8998: nonce of 12 octets, tag of 16. */
MUST_USE bool sm4_ccm_seal(const uint8_t key[SM4_KEY], const uint8_t nonce[SM4_GCM_NONCE],
	struct bytes aad, struct bytes in, uint8_t *out, uint8_t tag[SM4_TAG],
	struct err *e);
MUST_USE bool sm4_ccm_open(const uint8_t key[SM4_KEY], const uint8_t nonce[SM4_GCM_NONCE],
	struct bytes aad, struct bytes in, const uint8_t tag[SM4_TAG], uint8_t *out,
	struct err *e);

#endif
