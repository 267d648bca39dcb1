/* hex: octets from hexadecimal text in tests.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef QY_TESTS_CRYPTO_HEX_H
#define QY_TESTS_CRYPTO_HEX_H

#include "base/text.h"
#include "unit.h"

/* The octets of text, in the arena; the test fails when it is not hexadecimal. */
static inline struct bytes hex(struct arena *a, const char *text)
{
	struct bytes out;
	struct err e;

	assert_true(hex_decode(a, bytes_str(text), &out, &e));
	return out;
}

#endif
