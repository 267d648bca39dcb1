/* pbe_pkcs12: the password hashing of RFC 7292 appendix B, and its MAC.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <openssl/err.h>
#include <openssl/hmac.h>
#include <string.h>

#include "base/text.h"
#include "crypto/openssl.h"
#include "crypto/pbe.h"

enum { HASH_BLOCK_MAX = 128, HASH_MAX = 64 };

static const char *hash_name(enum oid hash)
{
	switch ((int)hash) {
	case OID_SHA1:
		return "SHA1";
	case OID_SHA256:
		return "SHA2-256";
	case OID_SHA384:
		return "SHA2-384";
	case OID_SHA512:
		return "SHA2-512";
	case OID_SM3:
	case OID_SM3_KEYLESS:
		return "SM3";
	default:
		return NULL;
	}
}

static bool hash_fetch(EVP_MD **md, enum oid hash, struct err *e)
{
	const char *name = hash_name(hash);

	if (!name)
		return err_set(e, ERR_UNSUPPORTED, "PKCS#12: another hash");
	*md = EVP_MD_fetch(NULL, name, NULL);
	return *md ? true : err_openssl(e, "PKCS#12");
}

bool pbe_password_bmp(struct secret **out, const struct secret *utf8, struct err *e)
{
	struct bytes in = bytes_make(secret_view(utf8), secret_size(utf8));
	AUTO(secret) room = secret_new(2 * in.n + 2);
	uint8_t *p = secret_data(room);
	size_t n = 0;

	if (!utf8_is_valid(in))
		return err_set(e, ERR_PASSWORD, "the password is not UTF-8");
	while (in.n) {
		uint32_t c = utf8_next(&in);

		if (c > 0xffff) {
			uint32_t high = 0xd800 + ((c - 0x10000) >> 10);

			p[n++] = (uint8_t)(high >> 8);
			p[n++] = (uint8_t)high;
			c = 0xdc00 + ((c - 0x10000) & 0x3ff);
		}
		p[n++] = (uint8_t)(c >> 8);
		p[n++] = (uint8_t)c;
	}
	*out = secret_of(p, n + 2);
	return true;
}

/* What is hashed again and again. */
struct mill {
	const EVP_MD *md;
	EVP_MD_CTX *ctx;
	size_t u, v;      /* octets of the hash, and of its block */
	struct secret *i; /* salt and password, each repeated to whole blocks */
	uint8_t d[HASH_BLOCK_MAX];
};

static size_t whole_blocks(size_t n, size_t v)
{
	return (n + v - 1) / v * v;
}

static void repeat(uint8_t *out, size_t n, const uint8_t *p, size_t size)
{
	for (size_t i = 0; i < n; i++)
		out[i] = p[i % size];
}

/* A = H^r(D || I). */
static bool mill_turn(struct mill *m, uint8_t a[HASH_MAX], uint32_t iterations)
{
	bool ok = EVP_DigestInit_ex2(m->ctx, m->md, NULL) == 1 &&
		  EVP_DigestUpdate(m->ctx, m->d, m->v) == 1 &&
		  EVP_DigestUpdate(m->ctx, secret_view(m->i), secret_size(m->i)) == 1 &&
		  EVP_DigestFinal_ex(m->ctx, a, NULL) == 1;

	for (uint32_t r = 1; ok && r < iterations; r++)
		ok = EVP_DigestInit_ex2(m->ctx, NULL, NULL) == 1 &&
		     EVP_DigestUpdate(m->ctx, a, m->u) == 1 &&
		     EVP_DigestFinal_ex(m->ctx, a, NULL) == 1;
	return ok;
}

/* Each block of I becomes I + B + 1 mod 2^(8v), B being A repeated. */
static void mill_stir(struct mill *m, const uint8_t a[HASH_MAX])
{
	uint8_t b[HASH_BLOCK_MAX], *i = secret_data(m->i);

	repeat(b, m->v, a, m->u);
	for (size_t at = 0; at < secret_size(m->i); at += m->v) {
		unsigned carry = 1;

		for (size_t j = m->v; j-- > 0;) {
			carry += (unsigned)i[at + j] + b[j];
			i[at + j] = (uint8_t)carry;
			carry >>= 8;
		}
	}
	mem_wipe(b, sizeof b);
}

static bool mill_run(struct mill *m, uint8_t *out, size_t n, uint32_t iterations)
{
	uint8_t a[HASH_MAX];
	bool ok = true;

	for (size_t done = 0; ok && done < n; done += m->u) {
		ok = mill_turn(m, a, iterations);
		if (ok) {
			memcpy(out + done, a, n - done < m->u ? n - done : m->u);
			mill_stir(m, a);
		}
	}
	mem_wipe(a, sizeof a);
	return ok;
}

bool pbe_pkcs12_kdf(uint8_t *out, size_t n, enum oid hash, uint8_t id,
	const struct secret *bmp, struct bytes salt, uint32_t iterations,
	struct pbe_budget *budget, struct err *e)
{
	AUTO(secret) i = NULL;
	struct mill m = {0};
	EVP_MD *md;
	size_t salted;
	uint64_t cost;
	bool ok;

	if (!hash_fetch(&md, hash, e))
		return false;
	m.md = md;
	m.u = (size_t)EVP_MD_get_size(md);
	m.v = (size_t)EVP_MD_get_block_size(md);
	cost = (uint64_t)iterations * ((n + m.u - 1) / m.u);
	if (cost > budget->left) {
		EVP_MD_free(md);
		return err_set(e, ERR_TOO_LARGE, "PKCS#12: %u iterations", iterations);
	}
	budget->left -= (uint32_t)cost;
	salted = whole_blocks(salt.n, m.v);
	i = secret_new(salted + whole_blocks(secret_size(bmp), m.v));
	if (salt.n)
		repeat(secret_data(i), salted, salt.p, salt.n);
	repeat(secret_data(i) + salted, secret_size(i) - salted, secret_view(bmp),
		secret_size(bmp));
	m.i = i;
	memset(m.d, id, sizeof m.d);
	m.ctx = EVP_MD_CTX_new();
	ok = m.ctx && mill_run(&m, out, n, iterations);
	EVP_MD_CTX_free(m.ctx);
	EVP_MD_free(md);
	return ok ? true : err_openssl(e, "PKCS#12 key derivation");
}

bool pbe_pkcs12_mac(uint8_t out[64], size_t *n, enum oid hash, const struct secret *bmp,
	struct bytes salt, uint32_t iterations, struct bytes content,
	struct pbe_budget *budget, struct err *e)
{
	AUTO(secret) key = secret_new(HASH_MAX);
	unsigned written = 0;
	EVP_MD *md;
	size_t u;
	bool ok;

	if (!hash_fetch(&md, hash, e))
		return false;
	u = (size_t)EVP_MD_get_size(md);
	ok = pbe_pkcs12_kdf(
		secret_data(key), u, hash, 3, bmp, salt, iterations, budget, e);
	if (ok &&
		!HMAC(md, secret_view(key), (int)u, content.p, content.n, out, &written))
		ok = err_openssl(e, "PKCS#12 MAC");
	EVP_MD_free(md);
	*n = written;
	return ok;
}
