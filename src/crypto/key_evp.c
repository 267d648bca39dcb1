/* key_evp: RSA and NIST-curve keys in memory, over libcrypto.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>
#include <string.h>

#include "crypto/key_memory.h"
#include "crypto/openssl.h"

enum { RSA_NEW_BITS = 3072, RSA_OCTETS_MAX = 1024 };

struct key_evp {
	struct key head;
	EVP_PKEY *pkey;
	struct secret *pkcs8;
	uint8_t *spki;
};

static void evp_key_free(struct key *k)
{
	struct key_evp *v = (struct key_evp *)(void *)k;

	EVP_PKEY_free(v->pkey);
	secret_free(v->pkcs8);
	mem_free(v->spki);
	mem_free(v);
}

static bool evp_key_sign(struct key *k, struct world *w, enum sig_alg alg,
	const uint8_t *digest, struct writer *out, struct err *e)
{
	struct key_evp *v = (struct key_evp *)(void *)k;
	EVP_PKEY_CTX *ctx;
	uint8_t value[SIG_VALUE_MAX];
	size_t n = sizeof value;
	bool ok;

	(void)w; /* RSA needs none; libcrypto hedges its own ECDSA nonces */
	if (!sig_fits(alg, k->pub.kind))
		return err_set(
			e, ERR_UNSUPPORTED, "%s: not with this key", sig_name(alg));
	ctx = EVP_PKEY_CTX_new(v->pkey, NULL);
	ok = ctx && EVP_PKEY_sign_init(ctx) == 1 &&
	     (k->pub.kind != KEY_RSA ||
		     EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_PKCS1_PADDING) == 1) &&
	     EVP_PKEY_CTX_set_signature_md(ctx, digest_evp(sig_digest(alg))) == 1 &&
	     EVP_PKEY_sign(ctx, value, &n, digest, digest_size(sig_digest(alg))) == 1;
	EVP_PKEY_CTX_free(ctx);
	if (!ok)
		return err_openssl(e, sig_name(alg));
	write_bytes(out, bytes_make(value, n));
	return true;
}

/* One error for every cause, and nothing of a failed decryption is left: but PKCS#1 v1.5
 * tells good padding from bad, so no caller may let a stranger ask often. */
static bool evp_key_unwrap(struct key *k, bool oaep, struct bytes in, uint8_t *out,
	size_t cap, size_t *n, struct err *e)
{
	struct key_evp *v = (struct key_evp *)(void *)k;
	AUTO(secret) plain = secret_new(RSA_OCTETS_MAX);
	size_t got = RSA_OCTETS_MAX;
	EVP_PKEY_CTX *ctx;
	bool ok;

	if (k->pub.kind != KEY_RSA)
		return err_set(e, ERR_UNSUPPORTED, "RSA decryption with a curve's key");
	ctx = EVP_PKEY_CTX_new(v->pkey, NULL);
	ok = ctx && EVP_PKEY_decrypt_init(ctx) == 1 &&
	     EVP_PKEY_CTX_set_rsa_padding(
		     ctx, oaep ? RSA_PKCS1_OAEP_PADDING : RSA_PKCS1_PADDING) == 1 &&
	     EVP_PKEY_decrypt(ctx, secret_data(plain), &got, in.p, in.n) == 1 &&
	     got <= cap;
	EVP_PKEY_CTX_free(ctx);
	ERR_clear_error();
	if (!ok)
		return err_set(e, ERR_DECRYPT, "RSA: the ciphertext does not open");
	if (got)
		memcpy(out, secret_view(plain), got);
	*n = got;
	return true;
}

static const struct key_ops evp_ops = {
	.sign = evp_key_sign,
	.unwrap_rsa = evp_key_unwrap,
	.free = evp_key_free,
};

const struct secret *key_evp_pkcs8(const struct key *k)
{
	if (k->ops != &evp_ops)
		return NULL;
	return ((const struct key_evp *)(const void *)k)->pkcs8;
}

/* The encodings of a key that stay beside it. */
static bool encode(struct key_evp *k, struct err *e)
{
	PKCS8_PRIV_KEY_INFO *info = EVP_PKEY2PKCS8(k->pkey);
	unsigned char *private = NULL, *public = NULL;
	int n = info ? i2d_PKCS8_PRIV_KEY_INFO(info, &private) : -1;
	int m = i2d_PUBKEY(k->pkey, &public);
	bool ok = n > 0 && m > 0;

	if (ok) {
		k->pkcs8 = secret_of(private, (size_t)n);
		k->spki = mem_dup(bytes_make(public, (size_t)m));
	}
	if (n > 0)
		OPENSSL_clear_free(private, (size_t)n);
	OPENSSL_free(public);
	PKCS8_PRIV_KEY_INFO_free(info);
	return ok ? pubkey_read(&k->head.pub, bytes_make(k->spki, (size_t)m), e)
		  : err_openssl(e, "encoding a key");
}

/* Takes pkey over, null included. */
static bool wrap(struct key **out, EVP_PKEY *pkey, struct err *e)
{
	struct key_evp *k;
	bool ok;

	if (!pkey)
		return err_openssl(e, "private key");
	k = NEW(struct key_evp);
	k->head.ops = &evp_ops;
	k->pkey = pkey;
	ok = encode(k, e);
	if (ok)
		*out = &k->head;
	else
		evp_key_free(&k->head);
	return ok;
}

static EVP_PKEY *pkey_of(const char *type, OSSL_PARAM *params)
{
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, type, NULL);
	EVP_PKEY *pkey = NULL;

	if (!ctx || EVP_PKEY_fromdata_init(ctx) != 1 ||
		EVP_PKEY_fromdata(ctx, &pkey, EVP_PKEY_KEYPAIR, params) != 1)
		pkey = NULL;
	EVP_PKEY_CTX_free(ctx);
	return pkey;
}

/* A number in the machine's own order at room, padded to n octets, as a parameter. */
static OSSL_PARAM number_param(
	const char *name, const BIGNUM *v, uint8_t *room, size_t n, bool *ok)
{
	*ok &= BN_bn2nativepad(v, room, (int)n) == (int)n;
	return OSSL_PARAM_construct_BN(name, room, n);
}

/* The point of d with its 04, by the ladder; false for d outside [1, n-1]. */
static bool nist_point(uint8_t *point, size_t n, int nid, const BIGNUM *d)
{
	EC_GROUP *g = EC_GROUP_new_by_curve_name(nid);
	EC_POINT *p = g ? EC_POINT_new(g) : NULL;
	bool ok = p && !BN_is_zero(d) && BN_cmp(d, EC_GROUP_get0_order(g)) < 0 &&
		  EC_POINT_mul(g, p, d, NULL, NULL, NULL) == 1 &&
		  EC_POINT_point2oct(
			  g, p, POINT_CONVERSION_UNCOMPRESSED, point, n, NULL) == n;

	EC_POINT_free(p);
	EC_GROUP_free(g);
	return ok;
}

bool key_of_nist(struct key **out, enum key_kind kind, const uint8_t *d, struct err *e)
{
	size_t size = kind == KEY_P384 ? 48 : 32;
	char group[] = "P-256";
	char group384[] = "P-384";
	uint8_t point[1 + 2 * 48];
	AUTO(secret) native = secret_new(size);
	BIGNUM *v = BN_bin2bn(d, (int)size, NULL);
	OSSL_PARAM params[4];
	bool ok = v != NULL;

	if (ok) {
		BN_set_flags(v, BN_FLG_CONSTTIME);
		ok = nist_point(point, 1 + 2 * size,
			kind == KEY_P384 ? NID_secp384r1 : NID_X9_62_prime256v1, v);
	}
	if (!ok) {
		BN_clear_free(v);
		ERR_clear_error();
		return err_set(e, ERR_MALFORMED, "the private key is out of range");
	}
	params[0] = OSSL_PARAM_construct_utf8_string(
		OSSL_PKEY_PARAM_GROUP_NAME, kind == KEY_P384 ? group384 : group, 0);
	params[1] = OSSL_PARAM_construct_octet_string(
		OSSL_PKEY_PARAM_PUB_KEY, point, 1 + 2 * size);
	params[2] =
		number_param(OSSL_PKEY_PARAM_PRIV_KEY, v, secret_data(native), size, &ok);
	params[3] = OSSL_PARAM_construct_end();
	BN_clear_free(v);
	return wrap(out, ok ? pkey_of("EC", params) : NULL, e);
}

/* x * y = 1 mod (p - 1), or mod p when `less` is 0. */
static bool inverse_mod(
	const BIGNUM *x, const BIGNUM *y, const BIGNUM *p, BN_ULONG less, BN_CTX *ctx)
{
	BIGNUM *m = BN_dup(p), *t = BN_new();
	bool ok = m && t && BN_sub_word(m, less) && BN_mod_mul(t, x, y, m, ctx) &&
		  BN_is_one(t);

	BN_clear_free(m);
	BN_clear_free(t);
	return ok;
}

/* x = d mod (p - 1). */
static bool remainder_fits(const BIGNUM *x, const BIGNUM *d, const BIGNUM *p, BN_CTX *ctx)
{
	BIGNUM *m = BN_dup(p), *t = BN_new();
	bool ok = m && t && BN_sub_word(m, 1) && BN_mod(t, d, m, ctx) && !BN_cmp(t, x);

	BN_clear_free(m);
	BN_clear_free(t);
	return ok;
}

/* Whether p and q are prime is not asked: it takes seconds for large numbers, and a key
 * that lies there harms its holder only. */
static bool rsa_fits(BIGNUM *const v[RSA_NUMBERS])
{
	BN_CTX *ctx = BN_CTX_new();
	BIGNUM *n = BN_new();
	bool ok = ctx && n && BN_is_odd(v[RSA_P]) && BN_is_odd(v[RSA_Q]) &&
		  !BN_is_one(v[RSA_P]) && !BN_is_one(v[RSA_Q]) &&
		  BN_cmp(v[RSA_D], v[RSA_N]) < 0 && BN_cmp(v[RSA_QI], v[RSA_P]) < 0 &&
		  BN_mul(n, v[RSA_P], v[RSA_Q], ctx) && !BN_cmp(n, v[RSA_N]) &&
		  inverse_mod(v[RSA_D], v[RSA_E], v[RSA_P], 1, ctx) &&
		  inverse_mod(v[RSA_D], v[RSA_E], v[RSA_Q], 1, ctx) &&
		  remainder_fits(v[RSA_DP], v[RSA_D], v[RSA_P], ctx) &&
		  remainder_fits(v[RSA_DQ], v[RSA_D], v[RSA_Q], ctx) &&
		  inverse_mod(v[RSA_QI], v[RSA_Q], v[RSA_P], 0, ctx);

	BN_clear_free(n);
	BN_CTX_free(ctx);
	ERR_clear_error();
	return ok;
}

static EVP_PKEY *rsa_pkey(BIGNUM *const v[RSA_NUMBERS])
{
	static const char *const names[RSA_NUMBERS] = {OSSL_PKEY_PARAM_RSA_N,
		OSSL_PKEY_PARAM_RSA_E, OSSL_PKEY_PARAM_RSA_D, OSSL_PKEY_PARAM_RSA_FACTOR1,
		OSSL_PKEY_PARAM_RSA_FACTOR2, OSSL_PKEY_PARAM_RSA_EXPONENT1,
		OSSL_PKEY_PARAM_RSA_EXPONENT2, OSSL_PKEY_PARAM_RSA_COEFFICIENT1};
	AUTO(secret) room = secret_new(RSA_NUMBERS * RSA_OCTETS_MAX);
	OSSL_PARAM params[RSA_NUMBERS + 1];
	uint8_t *at = secret_data(room);
	bool ok = true;

	for (size_t i = 0; i < RSA_NUMBERS; i++) {
		size_t n = (size_t)BN_num_bytes(v[i]);

		params[i] = number_param(names[i], v[i], at, n, &ok);
		at += n;
	}
	params[RSA_NUMBERS] = OSSL_PARAM_construct_end();
	return ok ? pkey_of("RSA", params) : NULL;
}

bool key_of_rsa(struct key **out, const struct bytes numbers[RSA_NUMBERS], struct err *e)
{
	BIGNUM *v[RSA_NUMBERS] = {NULL};
	bool ok = true;

	for (size_t i = 0; ok && i < RSA_NUMBERS; i++) {
		ok = numbers[i].n <= RSA_OCTETS_MAX &&
		     (v[i] = BN_bin2bn(numbers[i].p, (int)numbers[i].n, NULL)) != NULL &&
		     !BN_is_zero(v[i]);
		if (ok)
			BN_set_flags(v[i], BN_FLG_CONSTTIME);
	}
	ok = ok && rsa_fits(v);
	ok = ok ? wrap(out, rsa_pkey(v), e)
		: err_set(e, ERR_MALFORMED, "RSA: the numbers of the key do not fit");
	for (size_t i = 0; i < RSA_NUMBERS; i++)
		BN_clear_free(v[i]);
	return ok;
}

bool key_generate_rsa(struct key **out, struct err *e)
{
	return wrap(out, EVP_RSA_gen(RSA_NEW_BITS), e);
}
