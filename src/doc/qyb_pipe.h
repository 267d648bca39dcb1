/* qyb_pipe: chunks worked on by all cores and put in their order, in bounded memory.
 * Internal to doc/qyb*. SPDX-License-Identifier: Apache-2.0
 */
#ifndef QY_DOC_QYB_PIPE_H
#define QY_DOC_QYB_PIPE_H

#include "doc/lockbox.h"

enum { QYB_PIPE_THREADS_MAX = 8, QYB_PIPE_ROOM = LOCKBOX_CHUNK + SM4_TAG };

struct qyb_pipe {
	uint32_t count; /* of chunks */
	unsigned
		threads; /* 0: as many as there are cores, at most QYB_PIPE_THREADS_MAX */
	void *ctx;
	/* Works on chunk j in room (QYB_PIPE_ROOM octets, wiped in the end) and says in
	 * *n how much of it is to be put. On any thread, several at a time. */
	bool (*work)(void *ctx, uint32_t j, uint8_t *room, size_t *n, struct err *e);
	/* Takes the chunks in their order, one at a time. */
	bool (*put)(void *ctx, uint32_t j, struct bytes b, struct err *e);
};

/* Runs all chunks through. The error is that of the first chunk that failed, and nothing
 * behind it was put. */
MUST_USE bool qyb_pipe_run(const struct qyb_pipe *p, struct err *e);

#endif
