/* secret: keys, PINs and plaintext bids: locked in memory, wiped when freed, never
 * printed. SPDX-License-Identifier: Apache-2.0
 */
#ifndef QY_CRYPTO_SECRET_H
#define QY_CRYPTO_SECRET_H

#include "base/mem.h"

struct secret;

/* n zero octets in memory that is kept out of swap and core dumps where the system
 * allows. */
struct secret *secret_new(size_t n);
/* A copy of n octets; the caller wipes the original. */
struct secret *secret_of(const void *p, size_t n);
/* Wipes, then frees. */
void secret_free(struct secret *s);
AUTO_DEFINE(secret);

size_t secret_size(const struct secret *s);
/* The octets, valid while the secret lives. Never log them, never compare them with
 * memcmp. */
uint8_t *secret_data(struct secret *s);
const uint8_t *secret_view(const struct secret *s);

/* Equality of n octets in constant time. */
bool secret_equal(const void *a, const void *b, size_t n);

#endif
