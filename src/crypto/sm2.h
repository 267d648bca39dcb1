/* sm2: the mathematics of GB/T 32918: points, signatures, public-key encryption.
 * SPDX-License-Identifier: Apache-2.0
 *
 * Numbers are 32 octets big endian; a point is x || y without the leading 04. Private
 * scalars and nonces are handled in constant time. DER forms are in crypto/sm2_der.h;
 * whole keys in crypto/key.h.
 */
#ifndef QY_CRYPTO_SM2_H
#define QY_CRYPTO_SM2_H

#include "base/world.h"
#include "crypto/digest.h"
#include "crypto/secret.h"

enum { SM2_SCALAR = 32, SM2_POINT = 64, SM2_SIG = 64 };

/* The user id that applies unless agreed otherwise: GB/T 35276-2017 §10. */
#define SM2_DEFAULT_ID BYTES("1234567812345678")

/* Is xy a point of the curve other than infinity, with both coordinates below p? */
bool sm2_point_is_valid(const uint8_t xy[SM2_POINT]);

/* P = [d]G; ERR_MALFORMED unless 1 <= d <= n-2. */
MUST_USE bool sm2_public_of(
	uint8_t xy[SM2_POINT], const uint8_t d[SM2_SCALAR], struct err *e);

/* A fresh private scalar with its public point. */
struct secret *sm2_generate(struct world *w, uint8_t xy[SM2_POINT]);

/* Z of GB/T 32918.2 §5.5; ERR_TOO_LARGE for an id of more than 8191 octets. */
MUST_USE bool sm2_z(
	uint8_t z[SM3_SIZE], struct bytes id, const uint8_t xy[SM2_POINT], struct err *e);

/* Does r || s sign the digest e = SM3(Z || M) under the point? False also for r or s
 * outside [1, n-1], r + s = 0 mod n and an invalid point. */
bool sm2_verify(const uint8_t xy[SM2_POINT], const uint8_t digest[SM3_SIZE],
	const uint8_t rs[SM2_SIG]);

/* Signs a digest with a hedged nonce (protocols §6): a broken random source alone does
 * not reveal the key. */
MUST_USE bool sm2_sign(uint8_t rs[SM2_SIG], struct world *w, const uint8_t d[SM2_SCALAR],
	const uint8_t digest[SM3_SIZE], struct err *e);

/* The same with a given nonce, for the examples of the standard; refuses k outside [1,
 * n-1] and a k that gives r = 0, r + k = n or s = 0 (ERR_CRYPTO). */
MUST_USE bool sm2_sign_with(uint8_t rs[SM2_SIG], const uint8_t d[SM2_SCALAR],
	const uint8_t k[SM2_SCALAR], const uint8_t digest[SM3_SIZE], struct err *e);

/* The parts of a ciphertext: C1 = point, C3 = hash, C2 as long as the message. */
struct sm2_cipher {
	uint8_t c1[SM2_POINT];
	uint8_t c3[SM3_SIZE];
	struct bytes c2;
};

/* Encrypts 1 … 2^20 octets; c2 gets message.n octets of the caller's. */
MUST_USE bool sm2_encrypt(struct sm2_cipher *out, uint8_t *c2, struct world *w,
	const uint8_t xy[SM2_POINT], struct bytes message, struct err *e);

/* With a given ephemeral scalar (ERR_CRYPTO when its key stream is all zero). */
MUST_USE bool sm2_encrypt_with(struct sm2_cipher *out, uint8_t *c2,
	const uint8_t xy[SM2_POINT], const uint8_t k[SM2_SCALAR], struct bytes message,
	struct err *e);

/* Decrypts into out (in->c2.n octets). ERR_DECRYPT for every cause: C1 not on the curve,
 * all-zero key stream, wrong C3; out is then wiped. */
MUST_USE bool sm2_decrypt(uint8_t *out, const uint8_t d[SM2_SCALAR],
	const struct sm2_cipher *in, struct err *e);

#endif
