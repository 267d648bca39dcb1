/* pubkey: a public key and what it can verify: SM2, RSA, ECDSA on P-256 and P-384.
 * SPDX-License-Identifier: Apache-2.0
 *
 * To check a signature over a message: sig_begin gives a digest that already holds Z
 * where the algorithm wants it, the caller puts the message in, and pubkey_verify
 * compares. A signature that does not verify is an answer (false), not an error.
 */
#ifndef QY_CRYPTO_PUBKEY_H
#define QY_CRYPTO_PUBKEY_H

#include "crypto/sm2_der.h"

enum key_kind { KEY_SM2, KEY_RSA, KEY_P256, KEY_P384 };

/* Borrowed: the slices point into the SubjectPublicKeyInfo they were read from. */
struct pubkey {
	enum key_kind kind;
	struct bytes spki;  /* the whole SubjectPublicKeyInfo, DER */
	struct bytes point; /* x || y, for the curves */
};

/* Reads a SubjectPublicKeyInfo: id-ecPublicKey with SM2, P-256 or P-384 named and an
 * uncompressed point on the curve; rsaEncryption of 2048 … 8192 bits with an odd exponent
 * of at most 64 bits. ERR_UNSUPPORTED for other algorithms, ERR_MALFORMED for the rest.
 */
MUST_USE bool pubkey_read(struct pubkey *out, struct bytes spki, struct err *e);

/* Writes the SubjectPublicKeyInfo of an SM2 point. */
void pubkey_write_sm2(struct writer *w, const uint8_t xy[SM2_POINT]);

/* Are these the same key? */
bool pubkey_equal(const struct pubkey *a, const struct pubkey *b);

enum sig_alg {
	SIG_SM2_SM3,
	SIG_RSA_SHA256, /* PKCS#1 v1.5 */
	SIG_RSA_SHA384,
	SIG_RSA_SHA512,
	SIG_ECDSA_SHA256,
	SIG_ECDSA_SHA384,
	SIG_ECDSA_SHA512,
	SIG_COUNT
};

enum digest_alg sig_digest(enum sig_alg alg);
/* The kind of key that can make it (for ECDSA: KEY_P256, which stands for both curves).
 */
bool sig_fits(enum sig_alg alg, enum key_kind kind);
/* "SM2-with-SM3", "RSA-with-SHA-256" … */
const char *sig_name(enum sig_alg alg);
/* The algorithm this project writes for a kind of key. */
enum sig_alg sig_default(enum key_kind kind);

/* A digest to put the message into; for SM2 it starts with Z of the id (SM2_DEFAULT_ID
 * unless agreed otherwise). ERR_UNSUPPORTED when key and algorithm do not fit. */
MUST_USE bool sig_begin(struct digest **out, const struct pubkey *key, enum sig_alg alg,
	struct bytes sm2_id, struct err *e);

/* Does `value` sign the digest (digest_size(sig_digest(alg)) octets)? For SM2 the value
 * may be DER or raw r || s; ECDSA is DER only; `form`, if not null, is set for SM2. */
bool pubkey_verify(const struct pubkey *key, enum sig_alg alg, const uint8_t *digest,
	struct bytes value, enum sm2_sig_form *form);

/* sig_begin with SM2_DEFAULT_ID, put, pubkey_verify in one; false also when they do not
 * fit. */
bool pubkey_verify_message(const struct pubkey *key, enum sig_alg alg,
	struct bytes message, struct bytes value);

#endif
