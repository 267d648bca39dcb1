/* buf: octets that grow, up to a limit fixed when it is made.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef QY_BASE_BUF_H
#define QY_BASE_BUF_H

#include "base/err.h"
#include "base/mem.h"

struct buf {
	uint8_t *p;
	size_t n, cap, max;
};

/* An empty buffer that never holds more than max octets. Needs no memory yet. */
struct buf buf_make(size_t max);
void buf_fini(struct buf *b);
#define AUTO_BUF __attribute__((cleanup(buf_fini))) struct buf

/* Appends; fails with ERR_TOO_LARGE, and appends nothing, beyond the limit. */
MUST_USE bool buf_put(struct buf *b, struct bytes data, struct err *e);

/* Room for n more octets at the end, to be filled by the caller and counted with b->n +=
 * n; null (ERR_TOO_LARGE) beyond the limit. */
uint8_t *buf_room(struct buf *b, size_t n, struct err *e);

static inline struct bytes buf_bytes(const struct buf *b)
{
	return bytes_make(b->p, b->n);
}

#endif
