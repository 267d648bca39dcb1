/* sig: signature algorithms and verifying, see pubkey.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <openssl/err.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include "crypto/openssl.h"
#include "crypto/pubkey.h"

static const struct {
	const char *name;
	enum digest_alg digest;
	enum key_kind kind; /* KEY_P256 stands for both NIST curves */
} algs[SIG_COUNT] = {
	[SIG_SM2_SM3] = {"SM2-with-SM3", DIGEST_SM3, KEY_SM2},
	[SIG_RSA_SHA256] = {"RSA-with-SHA-256", DIGEST_SHA256, KEY_RSA},
	[SIG_RSA_SHA384] = {"RSA-with-SHA-384", DIGEST_SHA384, KEY_RSA},
	[SIG_RSA_SHA512] = {"RSA-with-SHA-512", DIGEST_SHA512, KEY_RSA},
	[SIG_ECDSA_SHA256] = {"ECDSA-with-SHA-256", DIGEST_SHA256, KEY_P256},
	[SIG_ECDSA_SHA384] = {"ECDSA-with-SHA-384", DIGEST_SHA384, KEY_P256},
	[SIG_ECDSA_SHA512] = {"ECDSA-with-SHA-512", DIGEST_SHA512, KEY_P256},
};

enum digest_alg sig_digest(enum sig_alg alg)
{
	return algs[alg].digest;
}

bool sig_fits(enum sig_alg alg, enum key_kind kind)
{
	return algs[alg].kind == (kind == KEY_P384 ? KEY_P256 : kind);
}

const char *sig_name(enum sig_alg alg)
{
	return algs[alg].name;
}

enum sig_alg sig_default(enum key_kind kind)
{
	static const enum sig_alg best[] = {
		[KEY_SM2] = SIG_SM2_SM3,
		[KEY_RSA] = SIG_RSA_SHA256,
		[KEY_P256] = SIG_ECDSA_SHA256,
		[KEY_P384] = SIG_ECDSA_SHA384,
	};

	return best[kind];
}

bool sig_begin(struct digest **out, const struct pubkey *key, enum sig_alg alg,
	struct bytes sm2_id, struct err *e)
{
	AUTO(digest) d = NULL;
	uint8_t z[SM3_SIZE];

	/* A key that could not be read is all zero and has no point. */
	if (!sig_fits(alg, key->kind) || (key->kind == KEY_SM2 && !key->point.n))
		return err_set(e, ERR_UNSUPPORTED, "%s: not with a key of this kind",
			sig_name(alg));
	if (key->kind == KEY_SM2 && !sm2_z(z, sm2_id, key->point.p, e))
		return false;
	d = digest_new(sig_digest(alg));
	if (key->kind == KEY_SM2)
		digest_put(d, BYTES_OF(z));
	*out = digest_move(&d);
	return true;
}

static bool verify_sm2(const struct pubkey *key, const uint8_t *digest,
	struct bytes value, enum sm2_sig_form *form)
{
	enum sm2_sig_form found;
	uint8_t rs[SM2_SIG];
	struct err e;

	if (!sm2_sig_read(rs, &found, value, &e))
		return false;
	if (form)
		*form = found;
	return sm2_verify(key->point.p, digest, rs);
}

/* RSA and ECDSA. The key was checked when it was read; libcrypto refuses ECDSA values
 * that are not DER. */
static bool verify_evp(const struct pubkey *key, enum sig_alg alg, const uint8_t *digest,
	struct bytes value)
{
	const unsigned char *p = key->spki.p;
	EVP_PKEY *pkey = d2i_PUBKEY(NULL, &p, (long)key->spki.n);
	EVP_PKEY_CTX *ctx = pkey ? EVP_PKEY_CTX_new(pkey, NULL) : NULL;
	bool ok = ctx && EVP_PKEY_verify_init(ctx) == 1;

	if (ok && key->kind == KEY_RSA)
		ok = EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_PKCS1_PADDING) == 1;
	ok = ok && EVP_PKEY_CTX_set_signature_md(ctx, digest_evp(sig_digest(alg))) == 1 &&
	     EVP_PKEY_verify(
		     ctx, value.p, value.n, digest, digest_size(sig_digest(alg))) == 1;
	EVP_PKEY_CTX_free(ctx);
	EVP_PKEY_free(pkey);
	ERR_clear_error();
	return ok;
}

bool pubkey_verify(const struct pubkey *key, enum sig_alg alg, const uint8_t *digest,
	struct bytes value, enum sm2_sig_form *form)
{
	if (!sig_fits(alg, key->kind) || !value.n)
		return false;
	if (key->kind == KEY_SM2)
		return verify_sm2(key, digest, value, form);
	return verify_evp(key, alg, digest, value);
}

bool pubkey_verify_message(const struct pubkey *key, enum sig_alg alg,
	struct bytes message, struct bytes value)
{
	uint8_t digest[DIGEST_MAX];
	AUTO(digest) d = NULL;
	struct err e;

	if (!sig_begin(&d, key, alg, SM2_DEFAULT_ID, &e))
		return false;
	digest_put(d, message);
	digest_finish(d, digest);
	return pubkey_verify(key, alg, digest, value, NULL);
}
