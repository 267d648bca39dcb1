/* key_id: the bits of a public key and the identifiers made of them.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef QY_PKI_KEY_ID_H
#define QY_PKI_KEY_ID_H

#include "crypto/pubkey.h"

enum { KEY_ID_SIZE = 20 };

/* The content of subjectPublicKey, without the octet of unused bits; empty when spki is
 * no SubjectPublicKeyInfo. */
struct bytes key_bits(struct bytes spki);

/* The identifier this project gives to keys: the first 20 octets of SM3 over key_bits.
 * RFC 5280 §4.2.1.2 leaves the method open; RFC 7093 §2 does the same with SHA-256. */
void key_id_of(uint8_t out[KEY_ID_SIZE], struct bytes spki);

#endif
