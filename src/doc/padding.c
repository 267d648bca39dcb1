/* padding: see padding.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "doc/padding.h"

#include "crypto/sm4.h"

size_t padding_size(size_t n)
{
	return SM4_BLOCK - n % SM4_BLOCK;
}

void padding_put(uint8_t *p, size_t n)
{
	size_t pad = padding_size(n);

	for (size_t i = 0; i < pad; i++)
		p[n + i] = (uint8_t)pad;
}

size_t padding_strip(const uint8_t *p, size_t n)
{
	unsigned pad, bad;

	if (n == 0 || n % SM4_BLOCK)
		return SIZE_MAX;
	pad = p[n - 1];
	bad = (pad == 0) | (pad > SM4_BLOCK);
	for (unsigned i = 1; i <= SM4_BLOCK; i++)
		bad |= (unsigned)(i <= pad) & (unsigned)(p[n - i] != pad);
	return bad ? SIZE_MAX : n - pad;
}
