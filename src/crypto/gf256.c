/* gf256: octets as polynomials over GF(2), eight of them in a word; see gf256.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "crypto/gf256.h"

#include <string.h>

#define LOW_BITS  UINT64_C(0x0101010101010101)
#define HIGH_BITS UINT64_C(0x8080808080808080)

/* Each of the eight octets times x: shifted, and reduced where a bit fell out. */
static uint64_t times_x(uint64_t v)
{
	uint64_t out = (v & HIGH_BITS) >> 7;

	return ((v & ~HIGH_BITS) << 1) ^ (out * 0x1b);
}

/* Each of the eight octets times y: the same instructions whatever the numbers are. */
static uint64_t times(uint64_t v, uint8_t y)
{
	uint64_t sum = 0;

	for (unsigned bit = 0; bit < 8; bit++) {
		sum ^= v & (uint64_t)(0 - (uint64_t)(y >> bit & 1));
		v = times_x(v);
	}
	return sum;
}

static uint64_t load(const uint8_t *p, size_t n)
{
	uint64_t v = 0;

	memcpy(&v, p, n);
	return v;
}

uint8_t gf256_mul(uint8_t a, uint8_t b)
{
	return (uint8_t)(times(a, b) & 0xff);
}

/* a^254: 254 = 11111110b. */
uint8_t gf256_inverse(uint8_t a)
{
	uint8_t square = a, product = 1;

	for (int bit = 1; bit < 8; bit++) {
		square = gf256_mul(square, square);
		product = gf256_mul(product, square);
	}
	return product;
}

void gf256_scale(uint8_t *acc, uint8_t x, size_t n)
{
	for (size_t i = 0; i < n; i += 8) {
		size_t some = n - i < 8 ? n - i : 8;
		uint64_t v = times(load(acc + i, some), x);

		memcpy(acc + i, &v, some);
	}
}

void gf256_add_scaled(uint8_t *acc, const uint8_t *a, uint8_t x, size_t n)
{
	for (size_t i = 0; i < n; i += 8) {
		size_t some = n - i < 8 ? n - i : 8;
		uint64_t v = load(acc + i, some) ^ times(load(a + i, some), x);

		memcpy(acc + i, &v, some);
	}
}
