/* pool: threads that take jobs in the order they came; see pool.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "http/pool.h"

#include <pthread.h>

struct pool {
	pthread_mutex_t lock;
	pthread_cond_t more, idle;
	struct job *first, **last;
	unsigned taken, max; /* places; a job gives its own back when it begins */
	unsigned queued, busy;
	bool ending;
	pthread_t *threads;
	unsigned count;
};

/* The next job, or null at the end. */
static struct job *take(struct pool *p)
{
	struct job *job;

	pthread_mutex_lock(&p->lock);
	while (!p->first && !p->ending)
		pthread_cond_wait(&p->more, &p->lock);
	job = p->first;
	if (job) {
		p->first = job->next;
		if (!p->first)
			p->last = &p->first;
		p->queued--;
		p->busy++;
	}
	pthread_mutex_unlock(&p->lock);
	return job;
}

static void *worker(void *arg)
{
	struct pool *p = arg;
	struct job *job;

	while ((job = take(p))) {
		job->run(job);
		pthread_mutex_lock(&p->lock);
		p->busy--;
		if (!p->busy && !p->first)
			pthread_cond_broadcast(&p->idle);
		pthread_mutex_unlock(&p->lock);
	}
	return NULL;
}

bool pool_new(struct pool **out, unsigned workers, unsigned queue_max, struct err *e)
{
	AUTO(pool) p = NEW(struct pool);

	pthread_mutex_init(&p->lock, NULL);
	pthread_cond_init(&p->more, NULL);
	pthread_cond_init(&p->idle, NULL);
	p->last = &p->first;
	p->max = queue_max;
	p->threads = mem_alloc(workers * sizeof *p->threads);
	for (; p->count < workers; p->count++)
		if (pthread_create(&p->threads[p->count], NULL, worker, p) != 0)
			return err_set(e, ERR_IO, "no thread");
	*out = pool_move(&p);
	return true;
}

void pool_free(struct pool *p)
{
	if (!p)
		return;
	pthread_mutex_lock(&p->lock);
	p->ending = true;
	pthread_cond_broadcast(&p->more);
	pthread_mutex_unlock(&p->lock);
	for (unsigned i = 0; i < p->count; i++)
		(void)pthread_join(p->threads[i], NULL);
	pthread_cond_destroy(&p->more);
	pthread_cond_destroy(&p->idle);
	pthread_mutex_destroy(&p->lock);
	mem_free(p->threads);
	mem_free(p);
}

bool pool_reserve(struct pool *p)
{
	bool free_place;

	pthread_mutex_lock(&p->lock);
	/* An idle thread is a place too: a queue of none still serves. */
	free_place = p->queued + p->taken < p->max + (p->count - p->busy);
	if (free_place)
		p->taken++;
	pthread_mutex_unlock(&p->lock);
	return free_place;
}

static void push(struct pool *p, struct job *job, bool reserved)
{
	pthread_mutex_lock(&p->lock);
	if (reserved)
		p->taken--;
	job->next = NULL;
	*p->last = job;
	p->last = &job->next;
	p->queued++;
	pthread_cond_signal(&p->more);
	pthread_mutex_unlock(&p->lock);
}

void pool_push(struct pool *p, struct job *job)
{
	push(p, job, true);
}

void pool_push_always(struct pool *p, struct job *job)
{
	push(p, job, false);
}

void pool_idle(struct pool *p)
{
	pthread_mutex_lock(&p->lock);
	while (p->busy || p->first)
		pthread_cond_wait(&p->idle, &p->lock);
	pthread_mutex_unlock(&p->lock);
}

void pool_count(struct pool *p, unsigned *queued, unsigned *busy)
{
	pthread_mutex_lock(&p->lock);
	*queued = p->queued;
	*busy = p->busy;
	pthread_mutex_unlock(&p->lock);
}
