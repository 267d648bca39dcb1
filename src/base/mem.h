/* mem: zeroed memory that is there or the process is not, and owners that clean up after
 * themselves.
 * SPDX-License-Identifier: Apache-2.0
 *
 * Sizes are bounded at the door of each parser, so running out of memory means a machine
 * in trouble and not a hostile file: allocation failure aborts. mem_alloc carries no
 * malloc attribute on purpose (docs/adr/0004): the analyzers of gcc 12 and clang 14 do
 * not follow `cleanup` and would report every AUTO local as a leak.
 */
#ifndef QY_BASE_MEM_H
#define QY_BASE_MEM_H

#include "base/bytes.h"

/* n zeroed octets, never null; freed with mem_free. */
void *mem_alloc(size_t n);

/* Grows or shrinks p (may be null) from n_old to n_new octets; new octets are zero. */
void *mem_resize(void *p, size_t n_old, size_t n_new);

/* A copy of b with one NUL octet behind it that is not counted. */
uint8_t *mem_dup(struct bytes b);

/* A copy of the string s. */
char *mem_str(const char *s);

void mem_free(void *p);

/* Overwrites n octets in a way the compiler may not remove. */
void mem_wipe(void *p, size_t n);

#define NEW(type) ((type *)mem_alloc(sizeof(type)))

/* AUTO_DEFINE(noun) after the declaration of noun_free(struct noun *) gives AUTO(noun), a
 * local owner that is freed at the end of its scope, and noun_move(&local), which gives
 * it away. */
#define AUTO_DEFINE(noun)                                       \
	static inline void noun##_auto(struct noun **p)         \
	{                                                       \
		noun##_free(*p);                                \
	}                                                       \
	static inline struct noun *noun##_move(struct noun **p) \
	{                                                       \
		struct noun *q = *p;                            \
		*p = NULL;                                      \
		return q;                                       \
	}                                                       \
	struct noun

#define AUTO(noun) __attribute__((cleanup(noun##_auto))) struct noun *

/* AUTO_MEM char *s = …: freed with mem_free at the end of its scope. */
static inline void mem_auto(void *p)
{
	mem_free(*(void **)p);
}
#define AUTO_MEM __attribute__((cleanup(mem_auto)))

#endif
