/* serve: see serve.h.
 * SPDX-License-Identifier: Apache-2.0
 *
 * USR2 hands over: a new process of the same command gets the listening socket, says when
 * it serves, and only then this one stops taking connections, answers what it has, and
 * ends. No connection is refused in between.
 */
#include "server/serve.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "base/log.h"
#include "base/text.h"
#include "http/server.h"
#include "server/jobs.h"
#include "server/notify.h"
#include "server/pages.h"

enum { DRAIN_S = 5, READY_MS = 30000, FD_LISTENER = 3, FD_READY = 4, BUSY_MAX = 512 };

#define HANDOVER "QIANYIND_HANDOVER"

extern char **environ;

struct serving {
	struct host *host;
	struct jobs *jobs;
	struct pages *pages;
	struct http_server *server;
	char **argv;
	const char *self; /* our program, by the path it had when we started */
	int signals;
};

/* --- where we listen --------------------------------------------------------------- */

/* From systemd (LISTEN_FDS), or from the process before us. */
static bool inherited(bool *handed_over)
{
	const char *fds = getenv("LISTEN_FDS"), *pid = getenv("LISTEN_PID");
	char own[24];

	*handed_over = getenv(HANDOVER) != NULL;
	(void)snprintf(own, sizeof own, "%ld", (long)getpid());
	return *handed_over ||
	       (fds && pid && strcmp(fds, "1") == 0 && strcmp(pid, own) == 0);
}

static void library_says(void *ctx, const char *line)
{
	(void)ctx;
	LOG(DEBUG, "http.library", LOG_TEXT("says", line));
}

static bool listen_and_serve(struct serving *s, bool *handed_over, struct err *e)
{
	const struct server_conf *c = &s->host->conf;
	bool given = inherited(handed_over);
	struct http_conf conf = {.listen = c->listen,
		.any_address = true,
		.has_listener = given,
		.listener = FD_LISTENER,
		.body_max = (size_t)c->body_max,
		.connections_max = (unsigned)c->connections,
		.total_s = (unsigned)c->request_time,
		.threads = 2,
		.workers = (unsigned)c->threads,
		.queue_max = BUSY_MAX,
		.trust_proxy = c->proxy,
		.world = s->host->world,
		.log = library_says};

	return http_serve(&s->server, &conf, pages_site(s->pages), e);
}

/* --- hand-over --------------------------------------------------------------------- */

/* Waits for the byte of a process that serves. */
static bool is_ready(int fd)
{
	struct pollfd p = {.fd = fd, .events = POLLIN};
	char byte;

	return poll(&p, 1, READY_MS) == 1 && read(fd, &byte, 1) == 1;
}

static bool spawn_next(struct serving *s, int listener, int ready, pid_t *pid)
{
	posix_spawn_file_actions_t files;
	posix_spawnattr_t attr;
	sigset_t none;
	int code;

	(void)posix_spawn_file_actions_init(&files);
	(void)posix_spawnattr_init(&attr);
	(void)sigemptyset(&none);
	(void)posix_spawnattr_setsigmask(&attr, &none);
	(void)posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETSIGMASK);
	/* Above both places first: neither may be overwritten by the other. */
	(void)posix_spawn_file_actions_adddup2(&files, listener, 100);
	(void)posix_spawn_file_actions_adddup2(&files, ready, 101);
	(void)posix_spawn_file_actions_adddup2(&files, 100, FD_LISTENER);
	(void)posix_spawn_file_actions_adddup2(&files, 101, FD_READY);
	(void)posix_spawn_file_actions_addclose(&files, 100);
	(void)posix_spawn_file_actions_addclose(&files, 101);
	(void)setenv(HANDOVER, "1", 1);
	code = posix_spawn(pid, s->self, &files, &attr, s->argv, environ);
	(void)unsetenv(HANDOVER);
	(void)posix_spawn_file_actions_destroy(&files);
	(void)posix_spawnattr_destroy(&attr);
	return code == 0;
}

/* True: another process serves, and this one may end. */
static bool hand_over(struct serving *s)
{
	int listener = -1, ready[2] = {-1, -1};
	struct err e = {0};
	pid_t pid = 0;
	bool good = http_server_listener(s->server, &listener, &e) && pipe(ready) == 0 &&
		    spawn_next(s, listener, ready[1], &pid);

	if (ready[1] >= 0)
		(void)close(ready[1]);
	good = good && is_ready(ready[0]);
	if (ready[0] >= 0)
		(void)close(ready[0]);
	if (listener >= 0)
		(void)close(listener);
	if (!good) {
		if (pid > 0)
			(void)kill(pid, SIGTERM);
		LOG(ERROR, "handover.failed",
			LOG_INT("pid", pid) LOG_TEXT("why", e.text));
		return false;
	}
	LOG(INFO, "handover.done", LOG_INT("pid", pid));
	return true;
}

/* --- at work ----------------------------------------------------------------------- */

static bool block_signals(int *fd, struct err *e)
{
	sigset_t set;

	(void)sigemptyset(&set);
	(void)sigaddset(&set, SIGTERM);
	(void)sigaddset(&set, SIGINT);
	(void)sigaddset(&set, SIGUSR2);
	if (pthread_sigmask(SIG_BLOCK, &set, NULL) != 0)
		return err_set(e, ERR_IO, "signals");
	*fd = signalfd(-1, &set, SFD_CLOEXEC);
	return *fd >= 0 || err_system(e, ERR_IO, "signalfd");
}

static void wait_for_the_end(struct serving *s)
{
	struct signalfd_siginfo told;

	for (;;) {
		ssize_t n = read(s->signals, &told, sizeof told);

		if (n < 0 && errno == EINTR)
			continue;
		if (n != sizeof told)
			return;
		if (told.ssi_signo != SIGUSR2) {
			LOG(INFO, "server.ends", LOG_INT("signal", told.ssi_signo));
			return;
		}
		notify_reloading(s->host->world);
		if (hand_over(s))
			return;
		notify_ready(getpid());
	}
}

static void tell_ready(struct serving *s, bool handed_over)
{
	if (handed_over) {
		(void)!write(FD_READY, "!", 1);
		(void)close(FD_READY);
	}
	notify_ready(getpid());
	LOG(INFO, "server.serves",
		LOG_TEXT("listen", s->host->conf.listen) LOG_TEXT(
			"origin", s->host->conf.origin) LOG_INT("pid", getpid()));
}

static void serving_fini(struct serving *s)
{
	http_server_free(s->server);
	pages_free(s->pages);
	jobs_free(s->jobs);
	host_free(s->host);
	if (s->signals >= 0)
		(void)close(s->signals);
}

static bool start(struct serving *s, struct world *world, const char *conf_path,
	bool *handed_over, struct err *e)
{
	enum log_level level;

	if (!host_open(&s->host, world, conf_path, HOST_ALL, e))
		return false;
	if (!log_level_of(s->host->conf.log_level, &level))
		return err_set(
			e, ERR_USAGE, "log_level must be error, warn, info or debug");
	log_begin(STDERR_FILENO, level, getenv("JOURNAL_STREAM") != NULL, world);
	host_tend(s->host);
	return pages_new(&s->pages, s->host, e) && jobs_start(&s->jobs, s->host, e) &&
	       pages_serve_jobs(s->pages, s->jobs) && listen_and_serve(s, handed_over, e);
}

bool serve(struct world *world, const char *conf_path, char **argv, struct err *e)
{
	AUTO(arena) a = arena_new();
	struct serving s = {.argv = argv, .signals = -1};
	bool handed_over = false, good;
	char self[4096];
	ssize_t n = readlink("/proc/self/exe", self, sizeof self - 1);

	s.self = n > 0 ? arena_str(a, bytes_make(self, (size_t)n)) : argv[0];
	/* Before any thread: they inherit the mask. */
	good = block_signals(&s.signals, e) &&
	       start(&s, world, conf_path, &handed_over, e);
	if (good) {
		pages_serve_stats(s.pages, s.server);
		tell_ready(&s, handed_over);
		wait_for_the_end(&s);
		notify_stopping();
		(void)!http_server_drain(s.server, DRAIN_S);
	}
	serving_fini(&s);
	return good;
}
