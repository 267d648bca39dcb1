/* bench_crypto: SM2, SM3 and SM4 through our face, beside OpenSSL's EVP in the same
 * process (what `openssl speed` measures) and libgcrypt called directly.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <gcrypt.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <string.h>

#include "bench.h"
#include "crypto/block.h"
#include "crypto/sm2_der.h"
#include "crypto/sm4.h"

enum { PIECE = 16 << 10, WHOLE = 1 << 20, MESSAGE = 32 };

/* What one side needs to do one kind of work. */
struct job {
	const uint8_t *in;
	uint8_t *out;
	size_t n;
	EVP_CIPHER_CTX *evp;
	EVP_PKEY_CTX *pkey;
	gcry_cipher_hd_t gcry;
	int mode; /* of libgcrypt */
	gcry_sexp_t key, data;
};

static uint8_t d[SM2_SCALAR], xy[SM2_POINT], digest[SM3_SIZE], rs[SM2_SIG];
static uint8_t sm4_key[SM4_KEY], iv[SM4_BLOCK];
static uint8_t evp_sig[128], evp_cipher[256];
static size_t evp_sig_n = sizeof evp_sig, evp_cipher_n = sizeof evp_cipher;
static struct sm2_cipher sealed;
static uint8_t sealed_c2[MESSAGE];

static void must(bool ok, const char *what)
{
	if (ok)
		return;
	(void)fprintf(stderr, "bench_crypto: %s failed\n", what);
	exit(1);
}

static void sm2_sign_ours(void *ctx, size_t times)
{
	uint8_t sig[SM2_SIG];
	struct err e;

	(void)ctx;
	while (times--)
		must(sm2_sign(sig, world_system(), d, digest, &e), "sm2_sign");
}

static void sm2_verify_ours(void *ctx, size_t times)
{
	(void)ctx;
	while (times--)
		must(sm2_verify(xy, digest, rs), "sm2_verify");
}

static void sm2_encrypt_ours(void *ctx, size_t times)
{
	struct sm2_cipher c;
	uint8_t c2[MESSAGE];
	struct err e;

	(void)ctx;
	while (times--)
		must(sm2_encrypt(&c, c2, world_system(), xy, BYTES_OF(digest), &e),
			"sm2_encrypt");
}

static void sm2_decrypt_ours(void *ctx, size_t times)
{
	uint8_t out[MESSAGE];
	struct err e;

	(void)ctx;
	while (times--)
		must(sm2_decrypt(out, d, &sealed, &e), "sm2_decrypt");
}

static void sm2_sign_evp(void *ctx, size_t times)
{
	struct job *j = ctx;

	while (times--) {
		uint8_t sig[128];
		size_t n = sizeof sig;

		must(EVP_PKEY_sign(j->pkey, sig, &n, digest, sizeof digest) == 1,
			"EVP_PKEY_sign");
	}
}

static void sm2_verify_evp(void *ctx, size_t times)
{
	struct job *j = ctx;

	while (times--)
		must(EVP_PKEY_verify(
			     j->pkey, evp_sig, evp_sig_n, digest, sizeof digest) == 1,
			"EVP_PKEY_verify");
}

static void sm2_encrypt_evp(void *ctx, size_t times)
{
	struct job *j = ctx;

	while (times--) {
		uint8_t out[256];
		size_t n = sizeof out;

		must(EVP_PKEY_encrypt(j->pkey, out, &n, digest, MESSAGE) == 1,
			"EVP_PKEY_encrypt");
	}
}

static void sm2_decrypt_evp(void *ctx, size_t times)
{
	struct job *j = ctx;

	while (times--) {
		uint8_t out[256];
		size_t n = sizeof out;

		must(EVP_PKEY_decrypt(j->pkey, out, &n, evp_cipher, evp_cipher_n) == 1,
			"EVP_PKEY_decrypt");
	}
}

static void sm2_sign_gcry(void *ctx, size_t times)
{
	struct job *j = ctx;

	while (times--) {
		gcry_sexp_t sig = NULL;

		must(gcry_pk_sign(&sig, j->data, j->key) == 0, "gcry_pk_sign");
		gcry_sexp_release(sig);
	}
}

static void sm2_verify_gcry(void *ctx, size_t times)
{
	struct job *j = ctx;
	gcry_sexp_t sig = NULL;

	must(gcry_sexp_build(&sig, NULL, "(sig-val (sm2 (r %b)(s %b)))", SM2_SCALAR, rs,
		     SM2_SCALAR, rs + SM2_SCALAR) == 0,
		"gcry_sexp_build");
	while (times--)
		must(gcry_pk_verify(sig, j->data, j->key) == 0, "gcry_pk_verify");
	gcry_sexp_release(sig);
}

static void sm3_ours(void *ctx, size_t times)
{
	struct job *j = ctx;
	uint8_t out[SM3_SIZE];

	while (times--)
		sm3_of(bytes_make(j->in, j->n), out);
}

static void sm3_evp(void *ctx, size_t times)
{
	struct job *j = ctx;
	uint8_t out[SM3_SIZE];

	while (times--)
		must(EVP_Digest(j->in, j->n, out, NULL, EVP_sm3(), NULL) == 1,
			"EVP_Digest");
}

static void sm3_gcry(void *ctx, size_t times)
{
	struct job *j = ctx;
	uint8_t out[SM3_SIZE];

	while (times--)
		gcry_md_hash_buffer(GCRY_MD_SM3, out, j->in, j->n);
}

static void cbc_ours(void *ctx, size_t times)
{
	struct job *j = ctx;
	struct err e;

	while (times--)
		must(sm4_cbc_encrypt(sm4_key, iv, bytes_make(j->in, j->n), j->out, &e),
			"sm4_cbc_encrypt");
}

static void cbc_decrypt_ours(void *ctx, size_t times)
{
	struct job *j = ctx;
	struct err e;

	while (times--)
		must(sm4_cbc_decrypt(sm4_key, iv, bytes_make(j->in, j->n), j->out, &e),
			"sm4_cbc_decrypt");
}

static void ctr_ours(void *ctx, size_t times)
{
	struct job *j = ctx;
	struct err e;

	while (times--)
		must(sm4_ctr(sm4_key, iv, bytes_make(j->in, j->n), j->out, &e),
			"sm4_ctr");
}

static void gcm_ours(void *ctx, size_t times)
{
	struct job *j = ctx;
	uint8_t tag[SM4_TAG];
	struct err e;

	while (times--)
		must(sm4_gcm_seal(sm4_key, iv, BYTES(""), bytes_make(j->in, j->n), j->out,
			     tag, &e),
			"sm4_gcm_seal");
}

/* The key is set each time, as our face does and as messages need. */
static void cipher_evp(void *ctx, size_t times)
{
	struct job *j = ctx;
	int n;

	while (times--)
		must(EVP_CipherInit_ex2(j->evp, NULL, sm4_key, iv, -1, NULL) == 1 &&
				EVP_CipherUpdate(j->evp, j->out, &n, j->in, (int)j->n) ==
					1,
			"EVP_CipherUpdate");
}

static void cipher_gcry(void *ctx, size_t times)
{
	struct job *j = ctx;

	while (times--) {
		must(gcry_cipher_reset(j->gcry) == 0 &&
				gcry_cipher_setkey(j->gcry, sm4_key, SM4_KEY) == 0,
			"gcry_cipher_setkey");
		must((j->mode == GCRY_CIPHER_MODE_CTR
				     ? gcry_cipher_setctr(j->gcry, iv, SM4_BLOCK)
				     : gcry_cipher_setiv(j->gcry, iv,
					       j->mode == GCRY_CIPHER_MODE_GCM
						       ? SM4_GCM_NONCE
						       : SM4_BLOCK)) == 0,
			"gcry_cipher_setiv");
		must(gcry_cipher_encrypt(j->gcry, j->out, j->n, j->in, j->n) == 0,
			"gcry_cipher_encrypt");
	}
}

/* --- keys of the peers, of the same numbers as ours ----------------------------- */

static EVP_PKEY *evp_key(void)
{
	OSSL_PARAM_BLD *build = OSSL_PARAM_BLD_new();
	EVP_PKEY_CTX *c = EVP_PKEY_CTX_new_from_name(NULL, "SM2", NULL);
	BIGNUM *private = BN_bin2bn(d, sizeof d, NULL);
	uint8_t point[1 + SM2_POINT] = {4};
	EVP_PKEY *key = NULL;
	OSSL_PARAM *params;

	for (size_t i = 0; i < SM2_POINT; i++)
		point[1 + i] = xy[i];
	must(OSSL_PARAM_BLD_push_utf8_string(
		     build, OSSL_PKEY_PARAM_GROUP_NAME, "SM2", 0) &&
			OSSL_PARAM_BLD_push_BN(
				build, OSSL_PKEY_PARAM_PRIV_KEY, private) &&
			OSSL_PARAM_BLD_push_octet_string(
				build, OSSL_PKEY_PARAM_PUB_KEY, point, sizeof point),
		"OSSL_PARAM_BLD");
	params = OSSL_PARAM_BLD_to_param(build);
	must(EVP_PKEY_fromdata_init(c) == 1 &&
			EVP_PKEY_fromdata(c, &key, EVP_PKEY_KEYPAIR, params) == 1,
		"EVP_PKEY_fromdata");
	OSSL_PARAM_free(params);
	OSSL_PARAM_BLD_free(build);
	EVP_PKEY_CTX_free(c);
	BN_free(private);
	return key;
}

static struct job evp_job(EVP_PKEY *key, int (*init)(EVP_PKEY_CTX *))
{
	struct job j = {.pkey = EVP_PKEY_CTX_new(key, NULL)};

	must(init(j.pkey) == 1, "EVP_PKEY init");
	return j;
}

static struct job gcry_job(void)
{
	struct job j = {0};
	uint8_t point[1 + SM2_POINT] = {4};

	for (size_t i = 0; i < SM2_POINT; i++)
		point[1 + i] = xy[i];
	must(gcry_sexp_build(&j.key, NULL,
		     "(private-key (ecc (curve sm2p256v1)(flags sm2)(q %b)(d %b)))",
		     (int)sizeof point, point, (int)sizeof d, d) == 0 &&
			gcry_sexp_build(&j.data, NULL, "(data (flags sm2)(hash sm3 %b))",
				(int)sizeof digest, digest) == 0,
		"gcry_sexp_build");
	return j;
}

/* --- the rows -------------------------------------------------------------------- */

static void row(const char *what, size_t n, void (*ours)(void *, size_t), void *our_job,
	const char *peer, void (*theirs)(void *, size_t), void *their_job)
{
	(void)bench_row(what, n, (struct side){"qianyin", ours, our_job},
		(struct side){peer, theirs, their_job});
}

static void sm2_rows(void)
{
	EVP_PKEY *key;
	struct job sign, verify, encrypt, decrypt, gcry;
	struct secret *secret = sm2_generate(world_system(), xy);
	struct err e;

	for (size_t i = 0; i < SM2_SCALAR; i++)
		d[i] = secret_view(secret)[i];
	secret_free(secret);
	sm3_of(BYTES("a contract"), digest);
	must(sm2_sign(rs, world_system(), d, digest, &e), "sm2_sign");
	must(sm2_encrypt(&sealed, sealed_c2, world_system(), xy, BYTES_OF(digest), &e),
		"sm2_encrypt");
	key = evp_key();
	sign = evp_job(key, EVP_PKEY_sign_init);
	verify = evp_job(key, EVP_PKEY_verify_init);
	encrypt = evp_job(key, EVP_PKEY_encrypt_init);
	decrypt = evp_job(key, EVP_PKEY_decrypt_init);
	gcry = gcry_job();
	must(EVP_PKEY_sign(sign.pkey, evp_sig, &evp_sig_n, digest, sizeof digest) == 1 &&
			EVP_PKEY_encrypt(encrypt.pkey, evp_cipher, &evp_cipher_n, digest,
				MESSAGE) == 1,
		"EVP_PKEY");
	row("SM2 sign", 0, sm2_sign_ours, NULL, "OpenSSL", sm2_sign_evp, &sign);
	row("SM2 sign", 0, sm2_sign_ours, NULL, "libgcrypt", sm2_sign_gcry, &gcry);
	row("SM2 verify", 0, sm2_verify_ours, NULL, "OpenSSL", sm2_verify_evp, &verify);
	row("SM2 verify", 0, sm2_verify_ours, NULL, "libgcrypt", sm2_verify_gcry, &gcry);
	row("SM2 encrypt 32 octets", 0, sm2_encrypt_ours, NULL, "OpenSSL",
		sm2_encrypt_evp, &encrypt);
	row("SM2 decrypt 32 octets", 0, sm2_decrypt_ours, NULL, "OpenSSL",
		sm2_decrypt_evp, &decrypt);
}

static void sm3_rows(const uint8_t *data)
{
	struct job piece = {.in = data, .n = PIECE}, whole = {.in = data, .n = WHOLE};

	row("SM3, 16 KB", PIECE, sm3_ours, &piece, "OpenSSL", sm3_evp, &piece);
	row("SM3, 16 KB", PIECE, sm3_ours, &piece, "libgcrypt", sm3_gcry, &piece);
	row("SM3, 1 MB", WHOLE, sm3_ours, &whole, "OpenSSL", sm3_evp, &whole);
	row("SM3, 1 MB", WHOLE, sm3_ours, &whole, "libgcrypt", sm3_gcry, &whole);
}

static struct job evp_cipher_job(const char *name, int encrypt, struct job j)
{
	EVP_CIPHER *cipher = EVP_CIPHER_fetch(NULL, name, NULL);

	j.evp = NULL;
	if (!cipher)
		return j;
	j.evp = EVP_CIPHER_CTX_new();
	must(EVP_CipherInit_ex2(j.evp, cipher, sm4_key, iv, encrypt, NULL) == 1 &&
			EVP_CIPHER_CTX_set_padding(j.evp, 0) == 1,
		"EVP_CipherInit_ex2");
	EVP_CIPHER_free(cipher);
	return j;
}

static struct job gcry_cipher_job(int mode, struct job j)
{
	j.mode = mode;
	must(gcry_cipher_open(&j.gcry, GCRY_CIPHER_SM4, mode, 0) == 0,
		"gcry_cipher_open");
	return j;
}

static void sm4_rows(const uint8_t *in, uint8_t *out)
{
	struct job ours = {.in = in, .out = out, .n = PIECE};
	struct job evp = evp_cipher_job("SM4-CBC", 1, ours);
	struct job open = evp_cipher_job("SM4-CBC", 0, ours);
	struct job ctr = evp_cipher_job("SM4-CTR", 1, ours);
	struct job gcm = evp_cipher_job("SM4-GCM", 1, ours);
	struct job gcry_cbc = gcry_cipher_job(GCRY_CIPHER_MODE_CBC, ours);
	struct job gcry_ctr = gcry_cipher_job(GCRY_CIPHER_MODE_CTR, ours);
	struct job gcry_gcm = gcry_cipher_job(GCRY_CIPHER_MODE_GCM, ours);

	row("SM4-CBC encrypt, 16 KB", PIECE, cbc_ours, &ours, "OpenSSL", cipher_evp,
		&evp);
	row("SM4-CBC encrypt, 16 KB", PIECE, cbc_ours, &ours, "libgcrypt", cipher_gcry,
		&gcry_cbc);
	row("SM4-CBC decrypt, 16 KB", PIECE, cbc_decrypt_ours, &ours, "OpenSSL",
		cipher_evp, &open);
	row("SM4-CTR, 16 KB", PIECE, ctr_ours, &ours, "OpenSSL", cipher_evp, &ctr);
	row("SM4-CTR, 16 KB", PIECE, ctr_ours, &ours, "libgcrypt", cipher_gcry,
		&gcry_ctr);
	/* OpenSSL 3.0 has no SM4-GCM (3.1 brought it). */
	row("SM4-GCM, 16 KB", PIECE, gcm_ours, &ours,
		gcm.evp ? "OpenSSL" : "not in OpenSSL", gcm.evp ? cipher_evp : NULL,
		&gcm);
	row("SM4-GCM, 16 KB", PIECE, gcm_ours, &ours, "libgcrypt", cipher_gcry,
		&gcry_gcm);
}

int main(void)
{
	uint8_t *in = calloc(1, WHOLE), *out = calloc(1, WHOLE);

	must(in && out, "calloc");
	gcrypt_ready();
	world_system()->random(world_system(), in, WHOLE);
	world_system()->random(world_system(), sm4_key, sizeof sm4_key);
	sm2_rows();
	sm3_rows(in);
	sm4_rows(in, out);
	free(in);
	free(out);
	return 0;
}
