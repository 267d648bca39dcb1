/* poppler_child: fork, shut the door, execute, listen with an eye on the clock.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "doc/poppler_child.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/text.h"
#include "doc/poppler_filter.h"

enum { FILES_MAX = 64, COMPLAINT_MAX = 400, PIECE = 65536, EXIT_NO_SANDBOX = 126 };
enum { FD_ERR = 2, FD_FIRST = 3 };

struct child {
	pid_t pid;
	int out, complaint; /* what we read; -1 when closed */
	int64_t deadline_ms;
	char said[COMPLAINT_MAX]; /* the start of what it complained */
	size_t said_n;
};

static int64_t now_ms(void)
{
	struct timespec t;

	/* allow clock_gettime: how long a child runs is not a time of the world's */
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static void fd_close(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

/* Only in the child, async-signal-safe. */
static bool limit_set(int which, rlim_t v)
{
	struct rlimit l = {v, v};

	return setrlimit((__rlimit_resource_t)which, &l) == 0;
}

static bool sandbox_enter(struct child_limits limits)
{
	/* Namespaces of its own where the system permits it; the filter holds anyway.
	 * Root needs no namespace of users for that, and in one could no longer open
	 * again what it was handed when that belongs to somebody else. */
	int spaces = CLONE_NEWNET | CLONE_NEWIPC;

	if (unshare(geteuid() == 0 ? spaces : spaces | CLONE_NEWUSER) != 0)
		errno = 0;
	return limit_set(RLIMIT_CPU, limits.seconds) &&
	       limit_set(RLIMIT_AS, limits.memory) && limit_set(RLIMIT_FSIZE, 0) &&
	       limit_set(RLIMIT_NOFILE, FILES_MAX) && limit_set(RLIMIT_CORE, 0) &&
	       filter_enter();
}

/* Moves fd to `to`, open across exec. */
static bool fd_place(int fd, int to)
{
	if (fd == to)
		return fcntl(fd, F_SETFD, 0) == 0;
	return dup2(fd, to) == to;
}

static void signals_reset(void)
{
	sigset_t none;

	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	sigaction(SIGPIPE, &(const struct sigaction){.sa_handler = SIG_DFL}, NULL);
}

static bool child_prepare(const int fds[3], struct child_limits limits)
{
	setpgid(0, 0);
	signals_reset();
	if (!fd_place(fds[0], 0) || !fd_place(fds[1], 1) || !fd_place(fds[2], FD_ERR))
		return false;
	if (close_range(FD_FIRST, ~0u, 0) != 0)
		return false;
	return sandbox_enter(limits);
}

/* Pipes whose ends lie above 2, so that placing one never covers another. */
static bool pipe_high(int ends[2], struct err *e)
{
	int low[2];

	if (pipe2(low, O_CLOEXEC) != 0)
		return err_system(e, ERR_IO, "pipe");
	for (int i = 0; i < 2; i++)
		ends[i] = fcntl(low[i], F_DUPFD_CLOEXEC, FD_FIRST);
	close(low[0]);
	close(low[1]);
	if (ends[0] >= 0 && ends[1] >= 0)
		return true;
	fd_close(&ends[0]);
	fd_close(&ends[1]);
	return err_system(e, ERR_IO, "pipe");
}

struct task {
	const char *path; /* to be executed, or */
	const char *const *args;
	int (*act)(void *); /* to be called */
	void *ctx;
};

__attribute__((noreturn)) static void child_main(
	const struct task *t, const int fds[3], struct child_limits limits)
{
	static char *const no_environment[] = {NULL};

	int code = EXIT_NO_SANDBOX;

	if (child_prepare(fds, limits)) {
		if (t->act)
			code = t->act(t->ctx);
		else if (t->path)
			execve(t->path, (char *const *)(uintptr_t)t->args,
				no_environment);
	}
	/* allow _exit: this is a process of its own, forked for one program */
	_exit(code);
}

static bool child_start(struct child *c, const struct task *t, int fd_in,
	struct child_limits limits, struct err *e)
{
	int out[2], complaint[2], in = fcntl(fd_in, F_DUPFD_CLOEXEC, FD_FIRST);
	bool good = false;

	if (in < 0)
		return err_system(e, ERR_IO, "input of a child");
	if (!pipe_high(out, e)) {
		close(in);
		return false;
	}
	if (!pipe_high(complaint, e)) {
		complaint[0] = complaint[1] = -1;
	} else {
		c->pid = fork();
		if (c->pid == 0)
			child_main(t, (const int[]){in, out[1], complaint[1]}, limits);
		good = c->pid > 0 || err_system(e, ERR_IO, "fork");
	}
	close(in);
	fd_close(&out[1]);
	fd_close(&complaint[1]);
	c->out = out[0];
	c->complaint = complaint[0];
	if (!good) {
		fd_close(&c->out);
		fd_close(&c->complaint);
	}
	return good;
}

/* One read; closes the descriptor at the end. */
static bool out_take(struct child *c, struct buf *out, struct err *e)
{
	uint8_t piece[4096];
	uint8_t *to = piece;
	size_t room = out ? out->max - out->n : sizeof piece;
	ssize_t n;

	if (out && room) {
		room = room < PIECE ? room : PIECE;
		to = buf_room(out, room, e);
		if (!to)
			return false;
	}
	n = read(c->out, to, out && room ? room : sizeof piece);
	if (n < 0 && (errno == EINTR || errno == EAGAIN))
		return true;
	if (n < 0)
		return err_system(e, ERR_IO, "reading from a child");
	if (n == 0)
		fd_close(&c->out);
	else if (out && !room)
		return err_set(e, ERR_TOO_LARGE, "more than %zu octets", out->max);
	else if (out)
		out->n += (size_t)n;
	return true;
}

static void complaint_take(struct child *c)
{
	char piece[1024];
	ssize_t n = read(c->complaint, piece, sizeof piece);

	if (n < 0 && (errno == EINTR || errno == EAGAIN))
		return;
	if (n <= 0) {
		fd_close(&c->complaint);
		return;
	}
	for (ssize_t i = 0; i < n && c->said_n < sizeof c->said; i++)
		c->said[c->said_n++] = piece[i];
}

static bool child_listen(struct child *c, struct buf *out, struct err *e)
{
	while (c->out >= 0 || c->complaint >= 0) {
		struct pollfd fds[2] = {{c->out, POLLIN, 0}, {c->complaint, POLLIN, 0}};
		int64_t left = c->deadline_ms - now_ms();
		int n;

		if (left <= 0)
			return err_set(e, ERR_BUSY, "it did not end in time");
		n = poll(fds, 2, (int)left);
		if (n < 0 && errno != EINTR)
			return err_system(e, ERR_IO, "poll");
		if (n <= 0)
			continue;
		if (fds[0].revents && !out_take(c, out, e))
			return false;
		if (fds[1].revents)
			complaint_take(c);
	}
	return true;
}

/* Its status; waits until the deadline, then ends it. */
static bool child_wait(struct child *c, int *status, struct err *e)
{
	static const struct timespec nap = {0, 1000000};

	for (;;) {
		pid_t pid = waitpid(c->pid, status, WNOHANG);

		if (pid == c->pid)
			return true;
		if (pid < 0 && errno != EINTR)
			return err_system(e, ERR_IO, "waiting for a child");
		if (now_ms() >= c->deadline_ms)
			return err_set(e, ERR_BUSY, "it did not end in time");
		nanosleep(&nap, NULL);
	}
}

/* The process and its group are gone and buried when this returns. */
static void child_end(struct child *c)
{
	int status;

	kill(-c->pid, SIGKILL);
	kill(c->pid, SIGKILL);
	while (waitpid(c->pid, &status, 0) < 0 && errno == EINTR)
		;
}

static bool child_whole(const struct task *t, int fd_in, struct child_limits limits,
	struct child *c, struct buf *out, int *status, struct err *e)
{
	bool good;

	if (!child_start(c, t, fd_in, limits, e))
		return false;
	c->deadline_ms = now_ms() + (int64_t)limits.seconds * 1000;
	good = child_listen(c, out, e) && child_wait(c, status, e);
	fd_close(&c->out);
	fd_close(&c->complaint);
	if (!good)
		child_end(c);
	return good;
}

static const char *program_find(char *path, size_t n, const char *program)
{
	static const char *const folders[] = {"/usr/bin", "/usr/local/bin", "/bin"};

	for (size_t i = 0; i < sizeof folders / sizeof *folders; i++) {
		snprintf(path, n, "%s/%s", folders[i], program);
		if (access(path, X_OK) == 0)
			return path;
	}
	return NULL;
}

static bool child_judge(
	const struct child *c, const char *program, int status, struct err *e)
{
	AUTO(arena) a = arena_new();
	struct bytes said = bytes_make(c->said, c->said_n);
	size_t line = bytes_find(said, BYTES("\n"));

	if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
		return true;
	if (WIFSIGNALED(status))
		return err_set(e, ERR_MALFORMED, "%s died of signal %d", program,
			WTERMSIG(status));
	if (WEXITSTATUS(status) == EXIT_NO_SANDBOX && c->said_n == 0)
		return err_set(
			e, ERR_IO, "%s cannot be shut off from the system", program);
	if (line != SIZE_MAX)
		said = bytes_head(said, line);
	return err_set(e, ERR_MALFORMED, "%s: %s", program, text_printable(a, said, 150));
}

bool child_run(const char *program, const char *const args[], int fd_in,
	struct child_limits limits, struct buf *out, struct err *e)
{
	char path[256];
	struct task t = {.path = program_find(path, sizeof path, program), .args = args};
	struct child c = {.out = -1, .complaint = -1};
	int status;

	if (!t.path)
		return err_set(e, ERR_UNSUPPORTED, "%s is not installed", program);
	if (!child_whole(&t, fd_in, limits, &c, out, &status, e))
		return err_in(e, "%s", program);
	return child_judge(&c, program, status, e);
}

bool child_try(int (*act)(void *), void *ctx, struct child_limits limits, int *exit_code,
	struct err *e)
{
	struct task t = {.act = act, .ctx = ctx};
	struct child c = {.out = -1, .complaint = -1};
	int fd = open("/dev/null", O_RDONLY | O_CLOEXEC), status;
	bool good;

	if (fd < 0)
		return err_system(e, ERR_IO, "/dev/null");
	good = child_whole(&t, fd, limits, &c, NULL, &status, e);
	close(fd);
	if (!good)
		return false;
	*exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
	return true;
}
