/* gf256: arithmetic in GF(2^8) modulo x^8 + x^4 + x^3 + x + 1, in constant time.
 * SPDX-License-Identifier: Apache-2.0
 *
 * Addition is XOR. No tables: an index into one would tell the secret to whoever shares
 * the cache. Whole runs are worked on eight octets at a time.
 */
#ifndef QY_CRYPTO_GF256_H
#define QY_CRYPTO_GF256_H

#include "base/bytes.h"

uint8_t gf256_mul(uint8_t a, uint8_t b);

/* 1/a; 0 for 0. */
uint8_t gf256_inverse(uint8_t a);

/* acc = acc * x, octet by octet. */
void gf256_scale(uint8_t *acc, uint8_t x, size_t n);

/* acc = acc + a * x, octet by octet; a and acc do not overlap. */
void gf256_add_scaled(uint8_t *acc, const uint8_t *a, uint8_t x, size_t n);

#endif
