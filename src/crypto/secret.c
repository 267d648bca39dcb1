/* secret: a small pool of locked pages, and pages of their own for what is larger; see
 * secret.h. SPDX-License-Identifier: Apache-2.0
 *
 * Mapping and unmapping a page costs about 80 us, a third of a signature: keys, PINs and
 * derived keys come from a pool that is mapped once.
 */
#include "crypto/secret.h"

#include <openssl/crypto.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { SLOT = 1024, SLOTS = 64 };

struct secret {
	size_t n;
	size_t mapped; /* 0: a slot of the pool */
	uint8_t data[];
};

static uint8_t *pool;
static uint64_t pool_used; /* a bit a slot */
static pthread_mutex_t pool_lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_once_t pool_once = PTHREAD_ONCE_INIT;

static void *pages_map(size_t n)
{
	void *p;

	/* cppcheck-suppress invalidFunctionArg; no file goes with anonymous memory */
	p = mmap(NULL, n, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (p == MAP_FAILED)
		abort();
	/* Both are best effort: a low RLIMIT_MEMLOCK must not stop a user from signing.
	 */
	(void)mlock(p, n);
	(void)madvise(p, n, MADV_DONTDUMP);
	return p;
}

static void pool_make(void)
{
	pool = pages_map((size_t)SLOT * SLOTS);
}

/* A free slot, zeroed, or null. */
static void *pool_take(void)
{
	void *p = NULL;

	pthread_once(&pool_once, pool_make);
	pthread_mutex_lock(&pool_lock);
	if (~pool_used) {
		int i = __builtin_ctzll(~pool_used);

		pool_used |= UINT64_C(1) << i;
		p = pool + (size_t)i * SLOT;
	}
	pthread_mutex_unlock(&pool_lock);
	return p;
}

/* The slot has been wiped. */
static void pool_give(const void *p)
{
	size_t i = (size_t)((const uint8_t *)p - pool) / SLOT;

	pthread_mutex_lock(&pool_lock);
	pool_used &= ~(UINT64_C(1) << i);
	pthread_mutex_unlock(&pool_lock);
}

struct secret *secret_new(size_t n)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE), whole = sizeof(struct secret) + n;
	struct secret *s = NULL;
	size_t mapped = 0;

	if (n > SIZE_MAX / 2)
		abort();
	if (whole <= SLOT)
		s = pool_take();
	if (!s) {
		mapped = (whole + page - 1) / page * page;
		s = pages_map(mapped);
	}
	s->n = n;
	s->mapped = mapped;
	return s;
}

struct secret *secret_of(const void *p, size_t n)
{
	struct secret *s = secret_new(n);

	if (n)
		memcpy(s->data, p, n);
	return s;
}

void secret_free(struct secret *s)
{
	size_t mapped;

	if (!s)
		return;
	mapped = s->mapped;
	mem_wipe(s, mapped ? mapped : SLOT);
	if (mapped)
		munmap(s, mapped);
	else
		pool_give(s);
}

size_t secret_size(const struct secret *s)
{
	return s->n;
}

uint8_t *secret_data(struct secret *s)
{
	return s->data;
}

const uint8_t *secret_view(const struct secret *s)
{
	return s->data;
}

bool secret_equal(const void *a, const void *b, size_t n)
{
	return !CRYPTO_memcmp(a, b, n);
}
