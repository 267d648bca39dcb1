/* shamir: evaluation by Horner, interpolation at 0 by Lagrange; see shamir.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "crypto/shamir.h"

#include <string.h>

#include "base/mem.h"
#include "crypto/gf256.h"

void shamir_share(uint8_t out[SHAMIR_SECRET], const uint8_t *a, size_t t, uint8_t x)
{
	memset(out, 0, SHAMIR_SECRET);
	for (size_t k = t; k-- > 0;) {
		gf256_scale(out, x, SHAMIR_SECRET);
		gf256_add_scaled(out, a + k * SHAMIR_SECRET, 1, SHAMIR_SECRET);
	}
}

static bool points_check(const uint8_t *x, size_t t, struct err *e)
{
	bool seen[SHAMIR_SHARES_MAX + 1] = {true};

	if (!t || t > SHAMIR_SHARES_MAX)
		return err_set(e, ERR_USAGE, "1 to %d shares", SHAMIR_SHARES_MAX);
	for (size_t i = 0; i < t; i++) {
		if (seen[x[i]])
			return err_set(e, ERR_USAGE, "share %u: twice, or none", x[i]);
		seen[x[i]] = true;
	}
	return true;
}

bool shamir_combine(uint8_t out[SHAMIR_SECRET], const uint8_t *x, const uint8_t *shares,
	size_t t, struct err *e)
{
	if (!points_check(x, t, e))
		return false;
	memset(out, 0, SHAMIR_SECRET);
	for (size_t i = 0; i < t; i++) {
		uint8_t above = 1, below = 1;

		for (size_t j = 0; j < t; j++) {
			if (j == i)
				continue;
			above = gf256_mul(above, x[j]);
			below = gf256_mul(below, x[j] ^ x[i]);
		}
		gf256_add_scaled(out, shares + i * SHAMIR_SECRET,
			gf256_mul(above, gf256_inverse(below)), SHAMIR_SECRET);
	}
	return true;
}
