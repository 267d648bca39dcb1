/* envelope_key: SM2EnvelopedKey, how a CA hands a subscriber the private key of the
 * encryption certificate. SPDX-License-Identifier: Apache-2.0
 *
 * A fresh SM4 key encrypts the private scalar and is itself encrypted to the subscriber's
 * signing key. The structure carries no authentication: whoever opens it compares the
 * public key inside with the certificate.
 */
#ifndef QY_PKI_ENVELOPE_KEY_H
#define QY_PKI_ENVELOPE_KEY_H

#include "crypto/key.h"

enum { ENVELOPE_KEY_MAX = 4096 };

/* Envelopes an SM2 key made in memory to an SM2 signing key. DER in the arena.
 * ERR_UNSUPPORTED for other kinds of keys. //= GB/T 35276-2017 §7.4 */
MUST_USE bool envelope_key_write(struct arena *a, struct bytes *out, struct world *w,
	const struct pubkey *signing_pub, struct key *encryption_key, struct err *e);

/* Opens one of at most ENVELOPE_KEY_MAX octets with the signing key. Accepts the private
 * key as 32 octets, and as 64 of which the first 32 are zero. ERR_DECRYPT when it does
 * not open, ERR_KEY_MISMATCH when the private key is not that of the public key inside.
 */
MUST_USE bool envelope_key_open(
	struct key **out, struct key *signing_key, struct bytes der, struct err *e);

#endif
