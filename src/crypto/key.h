/* key: a private key, wherever it is, behind one face.
 * SPDX-License-Identifier: Apache-2.0
 *
 * What signs or unwraps takes a `struct key *` and does not ask where the key lives. Keys
 * held in memory are made here; keys in a token will bring their own `struct key_ops`.
 */
#ifndef QY_CRYPTO_KEY_H
#define QY_CRYPTO_KEY_H

#include "base/world.h"
#include "crypto/pubkey.h"

struct key;

enum { SIG_VALUE_MAX = 1024 };

struct key_ops {
	/* Signs a digest made through sig_begin; writes DER (SM2, ECDSA) or the RSA
	 * value. */
	bool (*sign)(struct key *k, struct world *w, enum sig_alg alg,
		const uint8_t *digest, struct writer *out, struct err *e);
	/* Decrypts what was encrypted to the public key with SM2 (out: in->c2.n octets) …
	 */
	bool (*unwrap_sm2)(
		struct key *k, const struct sm2_cipher *in, uint8_t *out, struct err *e);
	/* … or with RSA PKCS#1 v1.5 or OAEP; sets *n. A null member: ERR_UNSUPPORTED. */
	bool (*unwrap_rsa)(struct key *k, bool oaep, struct bytes in, uint8_t *out,
		size_t cap, size_t *n, struct err *e);
	/* Signs a message whole; set where a token computes Z and SM3 itself and takes no
	 * digest. May be null: sign does. */
	bool (*sign_message)(struct key *k, struct world *w, enum sig_alg alg,
		struct bytes message, struct writer *out, struct err *e);
	/* Takes the 16-octet SM4 key inside the envelope `in` and decrypts whole blocks
	 * with it (ECB; out: sealed.n octets): what a token does by ImportSessionKey and
	 * Decrypt. May be null: unwrap_sm2 does. */
	bool (*unwrap_blocks)(struct key *k, const struct sm2_cipher *in,
		struct bytes sealed, uint8_t *out, struct err *e);
	void (*free)(struct key *k);
};

/* The head of every implementation. */
struct key {
	const struct key_ops *ops;
	struct pubkey pub; /* valid while the key lives */
};

void key_free(struct key *k);
AUTO_DEFINE(key);

/* An SM2 key in memory from its private scalar (a copy is taken). */
MUST_USE bool key_of_sm2(struct key **out, const uint8_t d[SM2_SCALAR], struct err *e);

/* Any key this project uses, from the DER of a PKCS#8 PrivateKeyInfo. ERR_KEY_MISMATCH
 * when it holds another key's public key; ERR_MALFORMED for a scalar out of range and for
 * RSA numbers that do not fit each other. */
MUST_USE bool key_of_pkcs8(struct key **out, struct bytes der, struct err *e);

/* The unencrypted PrivateKeyInfo of a key made here; ERR_UNSUPPORTED for keys elsewhere.
 */
MUST_USE bool key_to_pkcs8(struct secret **out, struct key *k, struct err *e);

/* The private scalar of an SM2 key made here, for enveloping it to its owner. */
MUST_USE bool key_sm2_scalar(struct secret **out, struct key *k, struct err *e);

/* A new key: SM2, P-256, P-384 (these from the world's randomness), or RSA of 3072 bits
 * (from libcrypto's). */
MUST_USE bool key_generate(
	struct key **out, struct world *w, enum key_kind kind, struct err *e);

/* The SM4 key in an SM2 envelope, used at once: decrypts sealed (1 … 64 whole blocks)
 * under it. The portable way of SKF tokens, which never give that key out.
 * ERR_DECRYPT for every cause in the envelope, out is then wiped; ERR_UNSUPPORTED for
 * keys that are not SM2 or cannot unwrap; ERR_USAGE for anything but whole blocks. */
MUST_USE bool key_unwrap_blocks(struct key *k, const struct sm2_cipher *in,
	struct bytes sealed, uint8_t *out, struct err *e);

/* Signs a message, by ops->sign_message where the key has it, else by sig_begin, put,
 * ops->sign. What can hold the message in memory signs so: some tokens take no digest.
 */
MUST_USE bool key_sign_message(struct key *k, struct world *w, enum sig_alg alg,
	struct bytes message, struct writer *out, struct err *e);

#endif
