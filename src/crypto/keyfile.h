/* keyfile: private keys and their certificates in files: PKCS#8, PKCS#12, CFCA's `.sm2`;
 * PEM or DER. SPDX-License-Identifier: Apache-2.0
 */
#ifndef QY_CRYPTO_KEYFILE_H
#define QY_CRYPTO_KEYFILE_H

#include "crypto/key.h"

enum { KEYFILE_MAX = 1 << 20, KEYFILE_CERTS_MAX = 64, KEYFILE_ITERATIONS_MAX = 1000000 };

enum keyfile_kind { KEYFILE_PKCS8, KEYFILE_PKCS8_ENCRYPTED, KEYFILE_PKCS12, KEYFILE_SM2 };

struct keyfile {
	enum keyfile_kind kind;
	struct key *key;
	/* Certificates found beside the key, DER, in the arena given and not checked; the
	 * one with the key's public key first (of several the one with its PKCS#12
	 * localKeyId). When none has it, cert_count may still be above 0. */
	struct bytes certs[KEYFILE_CERTS_MAX];
	size_t cert_count;
};

/* Reads one private key (the first, where there are several) from a file of at most
 * KEYFILE_MAX octets; the form is found by looking: PKCS#8, also with a password; the
 * bare ECPrivateKey and RSAPrivateKey of older PEM (told as KEYFILE_PKCS8); PKCS#12 in
 * DER or BER; CFCA's .sm2, also as bare base64. password (UTF-8) may be null for what is
 * not encrypted. ERR_PASSWORD when it is wrong or missing, or the file was altered: that
 * cannot be told apart. ERR_KEY_MISMATCH when a public key beside the private one is
 * another's. ERR_TOO_LARGE when all parts of the file together want more than
 * KEYFILE_ITERATIONS_MAX hash iterations, about a second: a file must not keep us busy.
 */
MUST_USE bool keyfile_read(struct keyfile *out, struct arena *a, struct bytes file,
	const struct secret *password, struct err *e);
void keyfile_fini(struct keyfile *k);

/* An encrypted PKCS#8 in PEM (PBES2: PBKDF2 with HMAC-SHA-256 and 100 000 iterations,
 * SM4-CBC, which openssl 3.0 reads), or plain when password is null. */
MUST_USE bool keyfile_write_pkcs8(struct secret **out, struct world *w, struct key *k,
	const struct secret *password, struct err *e);

/* A PKCS#12 with the key, its certificate first, and further certificates, encrypted as
 * above, with a MAC of HMAC-SHA-256. ERR_USAGE without a password, or for a name beyond
 * 256 octets or not UTF-8. */
MUST_USE bool keyfile_write_pkcs12(struct secret **out, struct world *w, struct key *k,
	const char *name, const struct bytes *certs, size_t count,
	const struct secret *password, struct err *e);

/* The first PEM block of a kind ("CERTIFICATE") in text, decoded into the arena; *rest is
 * what follows it. ERR_NOT_FOUND when there is none. */
MUST_USE bool pem_next(struct arena *a, struct bytes *rest, const char *kind,
	struct bytes *der, struct err *e);
char *pem_encode(struct arena *a, const char *kind, struct bytes der);

#endif
