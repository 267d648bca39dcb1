/* arena: memory with one lifetime, that of a request, a document or a command.
 * SPDX-License-Identifier: Apache-2.0
 *
 * Everything allocated from an arena lives until arena_free and must not be kept by an
 * object that lives longer. Nothing secret is put here: keys, PINs and plaintext bids
 * have `struct secret`.
 */
#ifndef QY_BASE_ARENA_H
#define QY_BASE_ARENA_H

#include "base/mem.h"

struct arena;

struct arena *arena_new(void);
void arena_free(struct arena *a);
AUTO_DEFINE(arena);

/* n zeroed octets, aligned for any type, never null. */
void *arena_alloc(struct arena *a, size_t n);

/* A zeroed array of n elements of a type; the product is checked, overflow aborts. */
void *arena_array(struct arena *a, size_t n, size_t size);

/* A copy of b, NUL behind it (not counted). */
struct bytes arena_dup(struct arena *a, struct bytes b);

/* A NUL-terminated copy of b; NULs inside b end what string functions see. */
char *arena_str(struct arena *a, struct bytes b);

char *arena_printf(struct arena *a, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/* Octets handed out so far, for tests that bound memory. */
size_t arena_used(const struct arena *a);

#define ARENA_NEW(a, type)      ((type *)arena_alloc((a), sizeof(type)))
#define ARENA_ARRAY(a, n, type) ((type *)arena_array((a), (n), sizeof(type)))

#endif
