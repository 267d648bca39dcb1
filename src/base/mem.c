/* mem: allocation that aborts, wiping that stays.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "base/mem.h"

#include <stdlib.h>
#include <string.h>

void *mem_alloc(size_t n)
{
	void *p = calloc(1, n ? n : 1);

	if (!p)
		abort();
	return p;
}

void *mem_resize(void *p, size_t n_old, size_t n_new)
{
	uint8_t *q = realloc(p, n_new ? n_new : 1);

	if (!q)
		abort();
	if (n_new > n_old)
		memset(q + n_old, 0, n_new - n_old);
	return q;
}

uint8_t *mem_dup(struct bytes b)
{
	uint8_t *p = mem_alloc(b.n + 1);

	if (b.n)
		memcpy(p, b.p, b.n);
	return p;
}

char *mem_str(const char *s)
{
	return (char *)mem_dup(bytes_str(s));
}

void mem_free(void *p)
{
	free(p);
}

void mem_wipe(void *p, size_t n)
{
	if (n)
		explicit_bzero(p, n);
}
