/* qyb_pipe: see qyb_pipe.h. Each thread has one chunk of its own; who is done waits for
 * its turn. SPDX-License-Identifier: Apache-2.0
 */
#include "doc/qyb_pipe.h"

#include <pthread.h>
#include <unistd.h>

struct run {
	const struct qyb_pipe *pipe;
	pthread_mutex_t lock;
	pthread_cond_t moved;
	uint32_t next, turn;
	bool failed;
	struct err error;
};

/* Waits until chunk j is next to be put; false when an earlier one failed. */
static bool wait_turn(struct run *r, uint32_t j)
{
	bool ok;

	(void)pthread_mutex_lock(&r->lock);
	while (r->turn != j && !r->failed)
		(void)pthread_cond_wait(&r->moved, &r->lock);
	ok = !r->failed;
	(void)pthread_mutex_unlock(&r->lock);
	return ok;
}

static void end_turn(struct run *r, bool ok, const struct err *e)
{
	(void)pthread_mutex_lock(&r->lock);
	if (ok) {
		r->turn++;
	} else {
		r->failed = true;
		r->error = *e;
	}
	(void)pthread_cond_broadcast(&r->moved);
	(void)pthread_mutex_unlock(&r->lock);
}

static bool take_chunk(struct run *r, uint32_t *j)
{
	bool ok;

	(void)pthread_mutex_lock(&r->lock);
	ok = !r->failed && r->next < r->pipe->count;
	if (ok)
		*j = r->next++;
	(void)pthread_mutex_unlock(&r->lock);
	return ok;
}

static void *work(void *of)
{
	struct run *r = of;
	const struct qyb_pipe *p = r->pipe;
	AUTO(secret) room = secret_new(QYB_PIPE_ROOM);
	uint32_t j;

	while (take_chunk(r, &j)) {
		struct err e;
		size_t n = 0;
		bool ok = p->work(p->ctx, j, secret_data(room), &n, &e);

		/* A failure waits for its turn too, so that the first one is told. */
		if (!wait_turn(r, j))
			break;
		ok = ok && p->put(p->ctx, j, bytes_make(secret_view(room), n), &e);
		end_turn(r, ok, &e);
	}
	return NULL;
}

static unsigned threads_of(const struct qyb_pipe *p)
{
	long cores = p->threads ? (long)p->threads : sysconf(_SC_NPROCESSORS_ONLN);

	if (cores > QYB_PIPE_THREADS_MAX)
		cores = QYB_PIPE_THREADS_MAX;
	if (cores > (long)p->count)
		cores = p->count;
	return cores < 1 ? 1 : (unsigned)cores;
}

bool qyb_pipe_run(const struct qyb_pipe *p, struct err *e)
{
	struct run r = {.pipe = p,
		.lock = PTHREAD_MUTEX_INITIALIZER,
		.moved = PTHREAD_COND_INITIALIZER};
	pthread_t others[QYB_PIPE_THREADS_MAX];
	unsigned wanted = threads_of(p), n = 0;

	/* This thread works too: where no other can be had it does everything. */
	while (n + 1 < wanted && pthread_create(&others[n], NULL, work, &r) == 0)
		n++;
	(void)work(&r);
	for (unsigned i = 0; i < n; i++)
		(void)pthread_join(others[i], NULL);
	if (r.failed)
		*e = r.error;
	return !r.failed;
}
