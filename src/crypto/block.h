/* block: the block ciphers of key files in CBC, over libgcrypt. Internal to crypto/.
 * SPDX-License-Identifier: Apache-2.0
 *
 * RC2 and 3DES are here because key files of other makers are still protected with them;
 * nothing is written with them.
 */
#ifndef QY_CRYPTO_BLOCK_H
#define QY_CRYPTO_BLOCK_H

#include "base/err.h"

enum block_alg {
	BLOCK_SM4,
	BLOCK_AES128,
	BLOCK_AES192,
	BLOCK_AES256,
	BLOCK_DES3,
	BLOCK_RC2_40,
	BLOCK_COUNT
};

enum { BLOCK_KEY_MAX = 32, BLOCK_SIZE_MAX = 16 };

size_t block_key_size(enum block_alg alg);
size_t block_size(enum block_alg alg);

/* Whole blocks, forth or back; out may be in. */
MUST_USE bool block_cbc(enum block_alg alg, bool forth, const uint8_t *key,
	const uint8_t *iv, struct bytes in, uint8_t *out, struct err *e);

/* Makes libgcrypt ready, once in the process, from any thread. */
void gcrypt_ready(void);

#endif
