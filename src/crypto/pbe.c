/* pbe: PBES2 and the cipher schemes of PKCS#12; the derivation of the latter is in
 * pbe_pkcs12.c. SPDX-License-Identifier: Apache-2.0
 */
#include "crypto/pbe.h"

#include <openssl/err.h>
#include <string.h>

#include "asn1/der.h"
#include "crypto/block.h"
#include "crypto/openssl.h"

enum { WRITE_ITERATIONS = 100000, WRITE_SALT = 16, PRF_OCTETS_MIN = 20 };

struct pbes2 {
	struct bytes salt;
	uint32_t iterations;
	enum oid prf;
	enum block_alg alg;
	struct bytes iv;
};

static bool salt_read(
	struct bytes *in, struct bytes *salt, uint32_t *iterations, struct err *e)
{
	if (!der_take(in, DER_OCTET_STRING, salt, e) ||
		!der_small(in, DER_INTEGER, UINT32_MAX, iterations, e))
		return false;
	if (salt->n > PBE_SALT_MAX)
		return err_set(e, ERR_TOO_LARGE, "salt of %zu octets", salt->n);
	if (*iterations == 0)
		return err_set(e, ERR_MALFORMED, "no iterations");
	return true;
}

//= RFC 8018 appendix A.2
static bool pbkdf2_read(struct pbes2 *p, struct bytes params, struct err *e)
{
	struct bytes in, oid, prf_params;
	uint32_t length;

	if (!der_only(params, DER_SEQUENCE, &in, e))
		return err_in(e, "PBKDF2");
	if (der_peek(in) != DER_OCTET_STRING)
		return err_set(e, ERR_UNSUPPORTED, "PBKDF2 with a salt from elsewhere");
	if (!salt_read(&in, &p->salt, &p->iterations, e))
		return err_in(e, "PBKDF2");
	/* The key's length follows from the cipher; one that says otherwise is wrong. */
	if (der_peek(in) == DER_INTEGER) {
		if (!der_small(&in, DER_INTEGER, BLOCK_KEY_MAX, &length, e))
			return err_in(e, "PBKDF2");
		if (length != block_key_size(p->alg))
			return err_set(
				e, ERR_MALFORMED, "PBKDF2: key of %u octets", length);
	}
	p->prf = OID_HMAC_SHA1;
	if (in.n) {
		if (!der_algorithm(&in, &oid, &prf_params, e) || !der_end(in, e))
			return err_in(e, "PBKDF2");
		if (!der_params_empty(prf_params))
			return err_set(
				e, ERR_MALFORMED, "PBKDF2: parameters of the HMAC");
		p->prf = oid_find(oid);
	}
	return true;
}

static bool cipher_of(enum block_alg *alg, enum oid oid, struct err *e)
{
	switch ((int)oid) {
	case OID_SM4_CBC:
	case OID_SM4:
		*alg = BLOCK_SM4;
		return true;
	case OID_AES128_CBC:
		*alg = BLOCK_AES128;
		return true;
	case OID_AES192_CBC:
		*alg = BLOCK_AES192;
		return true;
	case OID_AES256_CBC:
		*alg = BLOCK_AES256;
		return true;
	case OID_DES3_CBC:
		*alg = BLOCK_DES3;
		return true;
	default:
		return err_set(e, ERR_UNSUPPORTED, "key file: another cipher");
	}
}

static bool pbes2_read(struct pbes2 *p, struct bytes params, struct err *e)
{
	struct bytes in, kdf, kdf_params, cipher, iv;

	if (!der_only(params, DER_SEQUENCE, &in, e) ||
		!der_algorithm(&in, &kdf, &kdf_params, e) ||
		!der_algorithm(&in, &cipher, &iv, e) || !der_end(in, e))
		return err_in(e, "PBES2");
	if (!oid_is(kdf, OID_PBKDF2))
		return err_set(e, ERR_UNSUPPORTED, "PBES2 without PBKDF2");
	if (!cipher_of(&p->alg, oid_find(cipher), e))
		return false;
	if (!der_only(iv, DER_OCTET_STRING, &p->iv, e) || p->iv.n != block_size(p->alg))
		return err_set(e, ERR_MALFORMED, "PBES2: initialization vector");
	return pbkdf2_read(p, kdf_params, e);
}

static const char *prf_name(enum oid prf)
{
	switch ((int)prf) {
	case OID_HMAC_SHA1:
		return "SHA1";
	case OID_HMAC_SHA256:
		return "SHA2-256";
	case OID_HMAC_SHA512:
		return "SHA2-512";
	case OID_HMAC_SM3:
		return "SM3";
	default:
		return NULL;
	}
}

static bool pbkdf2(uint8_t *key, size_t n, const struct pbes2 *p,
	const struct secret *password, struct err *e)
{
	const char *name = prf_name(p->prf);
	EVP_MD *md;
	bool ok;

	if (!name)
		return err_set(e, ERR_UNSUPPORTED, "PBKDF2 with another HMAC");
	md = EVP_MD_fetch(NULL, name, NULL);
	ok = md && PKCS5_PBKDF2_HMAC((const char *)secret_view(password),
			   (int)secret_size(password), p->salt.p, (int)p->salt.n,
			   (int)p->iterations, md, (int)n, key) == 1;
	EVP_MD_free(md);
	return ok ? true : err_openssl(e, "PBKDF2");
}

/* Iterations times output blocks, the shortest hash assumed. */
static bool charge(struct pbe_budget *budget, const struct pbes2 *p, struct err *e)
{
	uint64_t blocks = (block_key_size(p->alg) + PRF_OCTETS_MIN - 1) / PRF_OCTETS_MIN;

	if (p->prf != OID_HMAC_SHA1)
		blocks = 1;
	if (blocks * p->iterations > budget->left)
		return err_set(
			e, ERR_TOO_LARGE, "key file: %u iterations", p->iterations);
	budget->left -= (uint32_t)(blocks * p->iterations);
	return true;
}

bool pbe_unpad(struct secret **out, struct bytes padded, size_t block, struct err *e)
{
	uint8_t last = padded.n ? padded.p[padded.n - 1] : 0;
	bool ok = padded.n && padded.n % block == 0 && last >= 1 && last <= block;

	for (size_t i = 0; ok && i < last; i++)
		ok = padded.p[padded.n - 1 - i] == last;
	if (!ok)
		return err_set(e, ERR_PASSWORD, "wrong password, or an altered file");
	*out = secret_of(padded.p, padded.n - last);
	return true;
}

static bool cbc_open(struct secret **out, enum block_alg alg, const uint8_t *key,
	const uint8_t *iv, struct bytes cipher, struct err *e)
{
	AUTO(secret) plain = secret_new(cipher.n);

	return block_cbc(alg, false, key, iv, cipher, secret_data(plain), e) &&
	       pbe_unpad(
		       out, bytes_make(secret_view(plain), cipher.n), block_size(alg), e);
}

static bool pbes2_decrypt(struct secret **out, struct bytes params, struct bytes cipher,
	const struct secret *password, struct pbe_budget *budget, struct err *e)
{
	AUTO(secret) key = secret_new(BLOCK_KEY_MAX);
	struct pbes2 p;

	return pbes2_read(&p, params, e) && charge(budget, &p, e) &&
	       pbkdf2(secret_data(key), block_key_size(p.alg), &p, password, e) &&
	       cbc_open(out, p.alg, secret_view(key), p.iv.p, cipher, e);
}

//= RFC 7292 appendix C
static bool pkcs12_decrypt(struct secret **out, enum block_alg alg, struct bytes params,
	struct bytes cipher, const struct secret *password, struct pbe_budget *budget,
	struct err *e)
{
	AUTO(secret) key = secret_new(BLOCK_KEY_MAX);
	AUTO(secret) bmp = NULL;
	uint8_t iv[BLOCK_SIZE_MAX];
	struct bytes in, salt;
	uint32_t iterations;

	if (!der_only(params, DER_SEQUENCE, &in, e) ||
		!salt_read(&in, &salt, &iterations, e) || !der_end(in, e))
		return err_in(e, "pkcs-12PbeParams");
	return pbe_password_bmp(&bmp, password, e) &&
	       pbe_pkcs12_kdf(secret_data(key), block_key_size(alg), OID_SHA1, 1, bmp,
		       salt, iterations, budget, e) &&
	       pbe_pkcs12_kdf(iv, block_size(alg), OID_SHA1, 2, bmp, salt, iterations,
		       budget, e) &&
	       cbc_open(out, alg, secret_view(key), iv, cipher, e);
}

bool pbe_decrypt(struct secret **out, struct bytes oid, struct bytes params,
	struct bytes cipher, const struct secret *password, struct pbe_budget *budget,
	struct err *e)
{
	if (!password)
		return err_set(e, ERR_PASSWORD, "the key file wants a password");
	if (secret_size(password) > PBE_PASSWORD_MAX)
		return err_set(
			e, ERR_PASSWORD, "password of %zu octets", secret_size(password));
	switch ((int)oid_find(oid)) {
	case OID_PBES2:
		return pbes2_decrypt(out, params, cipher, password, budget, e);
	case OID_PBE_SHA1_DES3:
		return pkcs12_decrypt(
			out, BLOCK_DES3, params, cipher, password, budget, e);
	case OID_PBE_SHA1_RC2_40:
		return pkcs12_decrypt(
			out, BLOCK_RC2_40, params, cipher, password, budget, e);
	default:
		return err_set(e, ERR_UNSUPPORTED, "key file: another encryption scheme");
	}
}

static void pbes2_write(struct writer *w, const struct pbes2 *p)
{
	size_t alg = der_open(w, DER_SEQUENCE), params, kdf, inner, cipher;

	der_put_oid(w, OID_PBES2);
	params = der_open(w, DER_SEQUENCE);
	kdf = der_open(w, DER_SEQUENCE);
	der_put_oid(w, OID_PBKDF2);
	inner = der_open(w, DER_SEQUENCE);
	der_put(w, DER_OCTET_STRING, p->salt);
	der_put_small(w, DER_INTEGER, p->iterations);
	der_put_algorithm(w, p->prf, true);
	der_close(w, inner);
	der_close(w, kdf);
	cipher = der_open(w, DER_SEQUENCE);
	der_put_oid(w, OID_SM4_CBC);
	der_put(w, DER_OCTET_STRING, p->iv);
	der_close(w, cipher);
	der_close(w, params);
	der_close(w, alg);
}

bool pbe_encrypt(struct writer *alg, struct bytes *cipher, struct arena *a,
	struct world *w, struct bytes plain, const struct secret *password, struct err *e)
{
	size_t pad = BLOCK_SIZE_MAX - plain.n % BLOCK_SIZE_MAX, n = plain.n + pad;
	AUTO(secret) padded = secret_new(n);
	AUTO(secret) key = secret_new(BLOCK_KEY_MAX);
	uint8_t salt[WRITE_SALT], iv[BLOCK_SIZE_MAX], *out = arena_alloc(a, n);
	struct pbes2 p = {.salt = BYTES_OF(salt),
		.iterations = WRITE_ITERATIONS,
		.prf = OID_HMAC_SHA256,
		.alg = BLOCK_SM4,
		.iv = BYTES_OF(iv)};

	if (secret_size(password) > PBE_PASSWORD_MAX)
		return err_set(e, ERR_USAGE, "the password is too long");
	w->random(w, salt, sizeof salt);
	w->random(w, iv, sizeof iv);
	if (plain.n)
		memcpy(secret_data(padded), plain.p, plain.n);
	memset(secret_data(padded) + plain.n, (int)pad, pad);
	if (!pbkdf2(secret_data(key), block_key_size(p.alg), &p, password, e) ||
		!block_cbc(p.alg, true, secret_view(key), iv,
			bytes_make(secret_view(padded), n), out, e))
		return false;
	pbes2_write(alg, &p);
	*cipher = bytes_make(out, n);
	return true;
}
