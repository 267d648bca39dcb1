/* jobs: see jobs.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "server/jobs.h"

#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/log.h"
#include "base/mem.h"
#include "domain/blob_use.h"
#include "domain/challenge.h"
#include "domain/credential.h"
#include "domain/device.h"
#include "domain/lease.h"
#include "domain/outbox.h"
#include "domain/recovery.h"
#include "domain/session.h"

enum { TEND_MS = 5000, ROUNDS_EVERY = 6, SEND_AT_ONCE = 20, SEND_LEASE_S = 120 };

#define LEASE_NAME "jobs"
#define LEASE_SPAN (2 * TIME_MINUTE)

struct jobs {
	struct host *host;
	pthread_t thread;
	bool running;
	int stop_fd;
	pthread_mutex_t lock; /* of the state */
	struct jobs_state state;
	int64_t swept_at; /* blobs; 0: not since the start */
};

/* --- what is to be sent ------------------------------------------------------------ */

static bool send_webhook(
	struct host *h, struct arena *a, const struct outbox_item *item, struct err *e)
{
	const struct courier_request r = {.url = item->address,
		.content_type = "application/json",
		.body = bytes_str(item->body),
		.answer_max = 64 * 1024};
	struct courier_answer answer;

	if (!courier_client_fetch(h->couriers, a, &r, &answer, e))
		return false;
	if (answer.status < 200 || answer.status > 299)
		return err_set(e, ERR_BUSY, "it answered %u", answer.status);
	return true;
}

static bool send_item(
	struct host *h, struct arena *a, const struct outbox_item *item, struct err *e)
{
	if (!h->couriers)
		return err_set(e, ERR_UNSUPPORTED,
			"nothing may be sent: courier_allow names no address");
	if (strcmp(item->channel, OUTBOX_MAIL) == 0)
		return courier_client_mail(
			h->couriers, &item->address, 1, bytes_str(item->body), 0, e);
	return send_webhook(h, a, item, e);
}

static bool job_send(struct host *h, struct err *e)
{
	AUTO(arena) a = arena_new();
	struct outbox_item *items;
	size_t count;
	struct err why;

	if (!outbox_take(&h->app, a, SEND_AT_ONCE, SEND_LEASE_S, &items, &count, e))
		return false;
	for (size_t i = 0; i < count; i++) {
		if (send_item(h, a, &items[i], &why)) {
			if (!outbox_sent(&h->app, items[i].id, e))
				return false;
			continue;
		}
		LOG(WARN, "outbox.failed",
			LOG_TEXT("channel", items[i].channel)
				LOG_INT("tries", items[i].tries) LOG_ERR(&why));
		if (!outbox_failed(&h->app, items[i].id, why.text, e))
			return false;
	}
	return true;
}

/* --- a round ----------------------------------------------------------------------- */

static bool job_credentials(struct host *h, struct err *e)
{
	size_t bound, reminded;

	return credential_advance(&h->app, &bound, e) &&
	       credential_remind(&h->app, &reminded, e);
}

static bool job_recoveries(struct host *h, struct err *e)
{
	size_t done;

	return recovery_advance(&h->app, &done, e);
}

static bool job_tidy(struct host *h, struct err *e)
{
	return challenge_tidy(&h->app, e) && session_tidy(&h->app, e) &&
	       device_tidy(&h->app, e);
}

/* What no row names any more; young ones may be waiting for theirs. Not by the jobs of
 * each round: it asks for every blob there is. */
static bool sweep(struct host *h, struct err *e)
{
	unsigned removed;

	if (!blob_tidy(h->blobs, &removed, e) ||
		!blob_sweep(h->blobs, TIME_DAY, blob_is_used, &h->app, &removed, e))
		return false;
	if (removed)
		LOG(INFO, "blobs.swept", LOG_INT("removed", removed));
	return true;
}

static const struct {
	const char *name;
	bool (*run)(struct host *h, struct err *e);
} all[] = {{"credentials", job_credentials}, {"recoveries", job_recoveries},
	{"send", job_send}, {"tidy", job_tidy}};

/* One that fails keeps no other from its turn; the first failure is told. */
bool jobs_round(struct host *h, struct err *e)
{
	bool good = true;
	struct err why;

	for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
		if (all[i].run(h, &why))
			continue;
		LOG(WARN, "job.failed", LOG_TEXT("job", all[i].name) LOG_ERR(&why));
		if (good) {
			*e = why;
			(void)err_in(e, "%s", all[i].name);
		}
		good = false;
	}
	return good;
}

/* --- the thread -------------------------------------------------------------------- */

static void note(struct jobs *j, bool mine, bool ran, bool good, const struct err *e)
{
	(void)pthread_mutex_lock(&j->lock);
	j->state.is_ours = mine;
	if (ran) {
		j->state.ran_at = j->host->world->now(j->host->world);
		j->state.rounds++;
	}
	j->state.failures += !good;
	(void)snprintf(
		j->state.problem, sizeof j->state.problem, "%s", good ? "" : e->text);
	(void)pthread_mutex_unlock(&j->lock);
}

static void turn(struct jobs *j)
{
	bool mine = false, good;
	int64_t epoch, now = j->host->world->now(j->host->world);
	struct err e;

	good = lease_hold(&j->host->app, LEASE_NAME, j->host->process, LEASE_SPAN, &mine,
		&epoch, &e);
	if (!good)
		LOG(WARN, "lease.failed", LOG_ERR(&e));
	if (good && mine)
		good = jobs_round(j->host, &e);
	if (good && mine && now - j->swept_at >= TIME_DAY) {
		j->swept_at = now;
		good = sweep(j->host, &e);
		if (!good)
			LOG(WARN, "sweep.failed", LOG_ERR(&e));
	}
	note(j, mine, mine, good, &e);
}

static void *work(void *arg)
{
	struct jobs *j = arg;
	struct pollfd stop = {.fd = j->stop_fd, .events = POLLIN};
	unsigned n = 0;

	do {
		host_tend(j->host);
		if (n++ % ROUNDS_EVERY == 0)
			turn(j);
	} while (poll(&stop, 1, TEND_MS) <= 0);
	return NULL;
}

bool jobs_start(struct jobs **out, struct host *h, struct err *e)
{
	struct jobs *j = NEW(struct jobs);

	j->host = h;
	j->state.ran_at = TIME_NONE;
	(void)pthread_mutex_init(&j->lock, NULL);
	j->stop_fd = eventfd(0, EFD_CLOEXEC);
	if (j->stop_fd < 0 || pthread_create(&j->thread, NULL, work, j) != 0) {
		jobs_free(j);
		return err_set(e, ERR_IO, "no thread for jobs");
	}
	j->running = true;
	*out = j;
	return true;
}

void jobs_free(struct jobs *j)
{
	uint64_t one = 1;
	struct err none;

	if (!j)
		return;
	if (j->running) {
		(void)!write(j->stop_fd, &one, sizeof one);
		(void)pthread_join(j->thread, NULL);
		(void)!lease_release(&j->host->app, LEASE_NAME, j->host->process, &none);
	}
	if (j->stop_fd >= 0)
		(void)close(j->stop_fd);
	(void)pthread_mutex_destroy(&j->lock);
	mem_free(j);
}

void jobs_look(struct jobs *j, struct jobs_state *out)
{
	(void)pthread_mutex_lock(&j->lock);
	*out = j->state;
	(void)pthread_mutex_unlock(&j->lock);
}
