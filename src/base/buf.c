/* buf: doubling up to a limit.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "base/buf.h"

#include <string.h>

struct buf buf_make(size_t max)
{
	return (struct buf){.max = max};
}

void buf_fini(struct buf *b)
{
	mem_free(b->p);
	*b = (struct buf){.max = b->max};
}

uint8_t *buf_room(struct buf *b, size_t n, struct err *e)
{
	size_t want, cap;

	if (n > b->max - b->n) {
		err_set(e, ERR_TOO_LARGE, "more than %zu octets", b->max);
		return NULL;
	}
	want = b->n + n;
	/* Null means failure, so even nothing gets an address. */
	if (want > b->cap || !b->p) {
		cap = b->cap < b->max / 2 ? b->cap * 2 : b->max;
		cap = cap < want ? want : cap;
		b->p = mem_resize(b->p, b->cap, cap);
		b->cap = cap;
	}
	return b->p + b->n;
}

bool buf_put(struct buf *b, struct bytes data, struct err *e)
{
	uint8_t *p;

	if (!data.n)
		return true;
	p = buf_room(b, data.n, e);
	if (!p)
		return false;
	memcpy(p, data.p, data.n);
	b->n += data.n;
	return true;
}
