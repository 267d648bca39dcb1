/* secret: pages of their own, locked and left out of core dumps; see secret.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "crypto/secret.h"

#include <openssl/crypto.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

struct secret {
	size_t n, mapped;
	uint8_t data[];
};

struct secret *secret_new(size_t n)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	size_t mapped = (sizeof(struct secret) + n + page - 1) / page * page;
	struct secret *s;

	if (n > SIZE_MAX / 2)
		abort();
	s = mmap(
		NULL, mapped, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (s == MAP_FAILED)
		abort();
	/* Both are best effort: a low RLIMIT_MEMLOCK must not stop a user from signing.
	 */
	(void)mlock(s, mapped);
	(void)madvise(s, mapped, MADV_DONTDUMP);
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
	mem_wipe(s, mapped);
	munmap(s, mapped);
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
