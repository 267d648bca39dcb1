/* digest: libcrypto's hashes behind the face of digest.h.
 * SPDX-License-Identifier: Apache-2.0
 *
 * Hashing cannot fail on valid arguments; a failure is a broken library or no memory, and
 * going on would mean signing nonsense: the process stops.
 */
#include "crypto/digest.h"

#include <pthread.h>
#include <stdlib.h>

#include "crypto/openssl.h"

struct digest {
	enum digest_alg alg;
	EVP_MD_CTX *ctx;
};

static const struct {
	const char *name, *evp;
	size_t size;
} algs[DIGEST_COUNT] = {
	[DIGEST_SM3] = {"SM3", "SM3", 32},
	[DIGEST_SHA256] = {"SHA-256", "SHA2-256", 32},
	[DIGEST_SHA384] = {"SHA-384", "SHA2-384", 48},
	[DIGEST_SHA512] = {"SHA-512", "SHA2-512", 64},
};

static EVP_MD *fetched[DIGEST_COUNT];
static pthread_once_t fetch_once = PTHREAD_ONCE_INIT;

static void fetch_all(void)
{
	for (size_t i = 0; i < DIGEST_COUNT; i++) {
		fetched[i] = EVP_MD_fetch(NULL, algs[i].evp, NULL);
		if (!fetched[i])
			abort();
	}
}

const EVP_MD *digest_evp(enum digest_alg alg)
{
	pthread_once(&fetch_once, fetch_all);
	return fetched[alg];
}

size_t digest_size(enum digest_alg alg)
{
	return algs[alg].size;
}

const char *digest_name(enum digest_alg alg)
{
	return algs[alg].name;
}

struct digest *digest_new(enum digest_alg alg)
{
	struct digest *d = NEW(struct digest);

	d->alg = alg;
	d->ctx = EVP_MD_CTX_new();
	if (!d->ctx || !EVP_DigestInit_ex2(d->ctx, digest_evp(alg), NULL))
		abort();
	return d;
}

void digest_free(struct digest *d)
{
	if (!d)
		return;
	EVP_MD_CTX_free(d->ctx);
	mem_free(d);
}

void digest_put(struct digest *d, struct bytes data)
{
	if (data.n && !EVP_DigestUpdate(d->ctx, data.p, data.n))
		abort();
}

void digest_finish(struct digest *d, uint8_t *out)
{
	if (!EVP_DigestFinal_ex(d->ctx, out, NULL))
		abort();
}

enum digest_alg digest_which(const struct digest *d)
{
	return d->alg;
}

void digest_of(enum digest_alg alg, struct bytes data, uint8_t *out)
{
	AUTO(digest) d = digest_new(alg);

	digest_put(d, data);
	digest_finish(d, out);
}

void sm3_of(struct bytes data, uint8_t out[SM3_SIZE])
{
	digest_of(DIGEST_SM3, data, out);
}
