/* sm2_point: points of the SM2 curve times numbers. Internal to crypto/; the one file
 * that a faster kernel replaces. SPDX-License-Identifier: Apache-2.0
 */
#ifndef QY_CRYPTO_SM2_POINT_H
#define QY_CRYPTO_SM2_POINT_H

#include "crypto/sm2.h"

/* [k]G, or [k]P when p is given; k secret, in [1, n-1], 32 octets big endian: constant
 * time. p must be valid (ERR_MALFORMED). */
MUST_USE bool sm2_point_mul(uint8_t xy[SM2_POINT], const uint8_t k[SM2_SCALAR],
	const uint8_t p[SM2_POINT], struct err *e);

/* The x coordinate of [s]G + [t]P, for verification: everything public, variable time.
 * False for an invalid P and for the point at infinity. */
bool sm2_point_check(uint8_t x[SM2_SCALAR], const uint8_t s[SM2_SCALAR],
	const uint8_t t[SM2_SCALAR], const uint8_t p[SM2_POINT]);

/* a, b, xG, yG in this order, as Z hashes them. */
extern const uint8_t sm2_curve[4 * SM2_SCALAR];

#endif
