/* pem: PEM blocks with secrets in them; those without are read by keyfile.h's pem_next.
 * Internal to crypto/. SPDX-License-Identifier: Apache-2.0
 */
#ifndef QY_CRYPTO_PEM_H
#define QY_CRYPTO_PEM_H

#include "base/err.h"
#include "crypto/secret.h"

/* The next block of any kind: its kind and what stands between its lines, as slices.
 * ERR_NOT_FOUND when no block begins, ERR_MALFORMED when it does not end. */
MUST_USE bool pem_block(
	struct bytes *rest, struct bytes *kind, struct bytes *body, struct err *e);

/* Base64 with white space into memory for secrets. */
MUST_USE bool pem_decode(struct secret **out, struct bytes base64, struct err *e);

/* A whole block, lines of 64. */
struct secret *pem_encode_secret(const char *kind, struct bytes der);

#endif
