/* shamir: shares of a 32-octet secret, octet by octet over GF(2^8), in constant time.
 * SPDX-License-Identifier: Apache-2.0
 *
 * Who deals, with which coefficients, and how a dealing is proved honest, is
 * doc/lockbox.h's matter: here is the polynomial alone.
 */
#ifndef QY_CRYPTO_SHAMIR_H
#define QY_CRYPTO_SHAMIR_H

#include "base/err.h"

enum { SHAMIR_SECRET = 32, SHAMIR_SHARES_MAX = 255 };

/* f(x) with f = a_0 + a_1 x + … + a_{t-1} x^(t-1), 1 <= x <= 255; a holds the t
 * coefficients one after the other, the secret first. */
void shamir_share(uint8_t out[SHAMIR_SECRET], const uint8_t *a, size_t t, uint8_t x);

/* f(0) of the polynomial of degree t-1 through t points; shares holds their values one
 * after the other. Any points give some secret: that it is the right one shows
 * elsewhere. ERR_USAGE for t outside 1 … 255, an x of 0 or one that stands twice. */
MUST_USE bool shamir_combine(uint8_t out[SHAMIR_SECRET], const uint8_t *x,
	const uint8_t *shares, size_t t, struct err *e);

#endif
