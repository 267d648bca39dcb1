/* pbe: encryption under a password, as key files have it: PBES2 (RFC 8018) and the older
 * schemes of PKCS#12 (RFC 7292). Internal to crypto/. SPDX-License-Identifier: Apache-2.0
 */
#ifndef QY_CRYPTO_PBE_H
#define QY_CRYPTO_PBE_H

#include "asn1/oid.h"
#include "base/err.h"
#include "base/reader.h"
#include "base/world.h"
#include "crypto/secret.h"

/* How many more hash iterations a file may cost us. One budget serves all its parts, and
 * is charged before the work. */
struct pbe_budget {
	uint32_t left;
};

enum { PBE_SALT_MAX = 1024, PBE_PASSWORD_MAX = 1024 };

/* Decrypts what an AlgorithmIdentifier (oid and params) protects and takes the padding
 * off. The password is UTF-8. ERR_PASSWORD when it is missing or the result is not
 * padded as it must be, ERR_TOO_LARGE beyond the budget. */
MUST_USE bool pbe_decrypt(struct secret **out, struct bytes oid, struct bytes params,
	struct bytes cipher, const struct secret *password, struct pbe_budget *budget,
	struct err *e);

/* Encrypts under PBES2 with PBKDF2-HMAC-SHA-256 and SM4-CBC and writes the
 * AlgorithmIdentifier to `alg`; *cipher is in the arena. */
MUST_USE bool pbe_encrypt(struct writer *alg, struct bytes *cipher, struct arena *a,
	struct world *w, struct bytes plain, const struct secret *password,
	struct err *e);

/* The password as PKCS#12 hashes it: UTF-16 big endian with two zero octets behind. */
MUST_USE bool pbe_password_bmp(
	struct secret **out, const struct secret *utf8, struct err *e);

/* The key derivation of RFC 7292 appendix B.2; id 1 key, 2 initialization vector, 3 MAC.
 * hash is OID_SHA1, OID_SHA256, OID_SHA384, OID_SHA512 or OID_SM3 (ERR_UNSUPPORTED). */
MUST_USE bool pbe_pkcs12_kdf(uint8_t *out, size_t n, enum oid hash, uint8_t id,
	const struct secret *bmp, struct bytes salt, uint32_t iterations,
	struct pbe_budget *budget, struct err *e);

/* The MAC over a PKCS#12's contents; writes and returns the size of the hash in *n. */
MUST_USE bool pbe_pkcs12_mac(uint8_t out[64], size_t *n, enum oid hash,
	const struct secret *bmp, struct bytes salt, uint32_t iterations,
	struct bytes content, struct pbe_budget *budget, struct err *e);

/* Takes the padding of RFC 5652 §6.3 off; ERR_PASSWORD when it is not there. */
MUST_USE bool pbe_unpad(
	struct secret **out, struct bytes padded, size_t block, struct err *e);

#endif
