/* pool: a fixed number of threads and a bounded queue before them.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef QY_HTTP_POOL_H
#define QY_HTTP_POOL_H

#include "base/err.h"
#include "base/mem.h"

/* Lies inside what is to be done; nothing is allocated to queue it. */
struct job {
	struct job *next;
	void (*run)(struct job *job);
};

struct pool;

MUST_USE bool pool_new(
	struct pool **out, unsigned workers, unsigned queue_max, struct err *e);
/* Finishes what is queued, ends the threads. */
void pool_free(struct pool *p);
AUTO_DEFINE(pool);

/* Takes a place in the queue, to be used by pool_push; false: it is full. */
bool pool_reserve(struct pool *p);
/* Queues a job at a place taken before; it may run at once, on another thread. */
void pool_push(struct pool *p, struct job *job);
/* Queues one that cannot be refused (cleaning up), beyond the bound. */
void pool_push_always(struct pool *p, struct job *job);

/* Waits until nothing is queued and nobody works; more may be pushed later. */
void pool_idle(struct pool *p);

/* How many wait, how many threads work. */
void pool_count(struct pool *p, unsigned *queued, unsigned *busy);

#endif
