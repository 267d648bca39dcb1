/* sm2_scalar: numbers modulo the order n of the SM2 group, in constant time. Internal to
 * crypto/. SPDX-License-Identifier: Apache-2.0
 *
 * A big-number library strips leading zeros and branches on comparisons; nonces and
 * private scalars leak through both. Here every operation runs the same instructions
 * whatever the numbers are. Only sm2_scalar_read's and the predicates' answers are meant
 * to be branched on.
 */
#ifndef QY_CRYPTO_SM2_SCALAR_H
#define QY_CRYPTO_SM2_SCALAR_H

#include "crypto/sm2.h"

struct sm2_scalar {
	uint64_t v[4]; /* the least significant first; below n unless said otherwise */
};

/* Reads 32 octets big endian. Returns whether the number is below n; it is stored either
 * way. */
bool sm2_scalar_read(struct sm2_scalar *out, const uint8_t be[SM2_SCALAR]);
void sm2_scalar_write(uint8_t be[SM2_SCALAR], const struct sm2_scalar *a);

/* be mod n. */
void sm2_scalar_reduce(struct sm2_scalar *out, struct bytes be);
/* be mod (n - 1 - less) + 1, with less 0 or 1: a nonce in [1, n-1] or a private scalar in
 * [1, n-2] from octets enough that the bias does not matter (48 or more). */
void sm2_scalar_wide(struct sm2_scalar *out, struct bytes be, unsigned less);

bool sm2_scalar_is_zero(const struct sm2_scalar *a);
/* Is 1 <= a <= n-2? //= GB/T 32918.1-2016 §6.1 */
bool sm2_scalar_is_private(const struct sm2_scalar *a);

void sm2_scalar_add(
	struct sm2_scalar *out, const struct sm2_scalar *a, const struct sm2_scalar *b);
void sm2_scalar_sub(
	struct sm2_scalar *out, const struct sm2_scalar *a, const struct sm2_scalar *b);
void sm2_scalar_mul(
	struct sm2_scalar *out, const struct sm2_scalar *a, const struct sm2_scalar *b);
/* a^-1 mod n by Fermat; 0 for 0. */
void sm2_scalar_inverse(struct sm2_scalar *out, const struct sm2_scalar *a);

#endif
