/* arena: a list of blocks, each filled from its front.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "base/arena.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BLOCK_SIZE = 16 * 1024, ALIGNMENT = 16 };

struct block {
	struct block *next;
	size_t used, size;
	_Alignas(ALIGNMENT) uint8_t data[];
};

struct arena {
	struct block *blocks;
	size_t used;
};

struct arena *arena_new(void)
{
	return NEW(struct arena);
}

void arena_free(struct arena *a)
{
	struct block *b, *next;

	if (!a)
		return;
	for (b = a->blocks; b; b = next) {
		next = b->next;
		mem_free(b);
	}
	mem_free(a);
}

/* A large request gets a block of its own behind the current one, which stays in use. */
static struct block *block_add(struct arena *a, size_t n)
{
	size_t size = n > BLOCK_SIZE / 4 ? n : BLOCK_SIZE;
	struct block *b = mem_alloc(sizeof *b + size);

	b->size = size;
	if (size == n && a->blocks) {
		b->next = a->blocks->next;
		a->blocks->next = b;
	} else {
		b->next = a->blocks;
		a->blocks = b;
	}
	return b;
}

void *arena_alloc(struct arena *a, size_t n)
{
	struct block *b = a->blocks;
	void *p;

	if (n > SIZE_MAX / 2)
		abort();
	n = (n + ALIGNMENT - 1) & ~(size_t)(ALIGNMENT - 1);
	if (!b || b->size - b->used < n)
		b = block_add(a, n);
	p = b->data + b->used;
	b->used += n;
	a->used += n;
	return p;
}

void *arena_array(struct arena *a, size_t n, size_t size)
{
	size_t total;

	if (__builtin_mul_overflow(n, size, &total))
		abort();
	return arena_alloc(a, total);
}

struct bytes arena_dup(struct arena *a, struct bytes b)
{
	return bytes_make(arena_str(a, b), b.n);
}

char *arena_str(struct arena *a, struct bytes b)
{
	char *p = arena_alloc(a, b.n + 1);

	if (b.n)
		memcpy(p, b.p, b.n);
	return p;
}

char *arena_printf(struct arena *a, const char *fmt, ...)
{
	va_list ap, again;
	char *p;
	int n;

	va_start(ap, fmt);
	va_copy(again, ap);
	n = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	p = arena_alloc(a, (size_t)(n < 0 ? 0 : n) + 1);
	if (n > 0)
		(void)vsnprintf(p, (size_t)n + 1, fmt, again);
	va_end(again);
	return p;
}

size_t arena_used(const struct arena *a)
{
	return a->used;
}
