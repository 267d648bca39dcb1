/* token_key: a key in a token, as token_key.c and token_sign.c share it. Internal to
 * token/.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef QY_TOKEN_TOKEN_KEY_H
#define QY_TOKEN_TOKEN_KEY_H

#include "token/ring.h"

enum { TOKEN_VALUE_MAX = 1024 }; /* what a library writes as a signature, or decrypts */

struct token_key {
	struct key head;
	struct token_ring *ring;
	struct ring_library *library;
	char *key_id;
	uint8_t *cert;
	enum token_use use;
	bool owns; /* the ring is freed with the key */
};

static inline struct token_key *token_key_of(struct key *k)
{
	return (struct token_key *)(void *)k;
}

/* key_ops of SM2 keys: the form a library writes is found by verifying. */
bool token_sm2_sign(struct key *k, struct world *w, enum sig_alg alg,
	const uint8_t *digest, struct writer *out, struct err *e);
bool token_sm2_sign_message(struct key *k, struct world *w, enum sig_alg alg,
	struct bytes message, struct writer *out, struct err *e);
/* … of RSA and ECDSA keys. */
bool token_plain_sign(struct key *k, struct world *w, enum sig_alg alg,
	const uint8_t *digest, struct writer *out, struct err *e);

#endif
