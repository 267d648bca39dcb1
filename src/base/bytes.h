/* bytes: a borrowed run of octets, the currency of every parser here.
 * SPDX-License-Identifier: Apache-2.0
 *
 * A `struct bytes` owns nothing: it points into memory that somebody else keeps alive,
 * and is passed by value. The empty run may have a null pointer.
 */
#ifndef QY_BASE_BYTES_H
#define QY_BASE_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define MUST_USE __attribute__((warn_unused_result))

struct bytes {
	const uint8_t *p;
	size_t n;
};

/* The octets of a string literal without its final NUL; literals may contain NULs. */
#define BYTES(literal) \
	((struct bytes){(const uint8_t *)("" literal), sizeof(literal) - 1})
/* The whole of an array. */
#define BYTES_OF(array) ((struct bytes){(const uint8_t *)(array), sizeof(array)})

static inline struct bytes bytes_make(const void *p, size_t n)
{
	return (struct bytes){(const uint8_t *)p, n};
}

/* The octets of a NUL-terminated string; a null pointer gives the empty run. */
struct bytes bytes_str(const char *s);

/* Equality, for public data: returns at the first difference. Secrets use secret_equal().
 */
bool bytes_equal(struct bytes a, struct bytes b);

/* Lexicographic order, a shorter run before its extensions: <0, 0, >0. */
int bytes_compare(struct bytes a, struct bytes b);

/* b without its first n octets; all of it gone when n is larger. */
struct bytes bytes_from(struct bytes b, size_t n);

/* The first n octets of b, or all of b when it is shorter. */
struct bytes bytes_head(struct bytes b, size_t n);

bool bytes_starts(struct bytes b, struct bytes prefix);
bool bytes_ends(struct bytes b, struct bytes suffix);

/* Offset of the first occurrence of needle, or SIZE_MAX. */
size_t bytes_find(struct bytes hay, struct bytes needle);

#endif
