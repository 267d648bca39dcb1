/* digest: SM3 and SHA-2, whole or in pieces, and the identification of algorithms by OID.
 * SPDX-License-Identifier: Apache-2.0
 *
 * SHA-1 and MD5 are known by name only, so that a verdict can say what a file relies on;
 * they are never computed as proof.
 */
#ifndef QY_CRYPTO_DIGEST_H
#define QY_CRYPTO_DIGEST_H

#include "base/err.h"
#include "base/mem.h"

enum digest_alg { DIGEST_SM3, DIGEST_SHA256, DIGEST_SHA384, DIGEST_SHA512, DIGEST_COUNT };
enum { DIGEST_MAX = 64, SM3_SIZE = 32, SHA256_SIZE = 32 };

/* 32, 48 or 64 octets. */
size_t digest_size(enum digest_alg alg);
/* "SM3", "SHA-256" … */
const char *digest_name(enum digest_alg alg);

struct digest;

struct digest *digest_new(enum digest_alg alg);
void digest_free(struct digest *d);
AUTO_DEFINE(digest);
void digest_put(struct digest *d, struct bytes data);
/* Writes digest_size() octets; the object may then only be freed. */
void digest_finish(struct digest *d, uint8_t *out);
enum digest_alg digest_which(const struct digest *d);

/* In one go. */
void digest_of(enum digest_alg alg, struct bytes data, uint8_t *out);
void sm3_of(struct bytes data, uint8_t out[SM3_SIZE]);

#endif
