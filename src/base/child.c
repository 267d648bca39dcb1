/* child: see child.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "base/child.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/wire.h"

extern char **environ;

/* Our ends of `count` sockets, and above everything the child is to find in its place
 * their other ends: moving one then never covers another. */
static bool sockets_make(int *ours, int *theirs, size_t count, struct err *e)
{
	for (size_t i = 0; i < count; i++) {
		int ends[2];

		if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
			return err_system(e, ERR_IO, "socketpair");
		ours[i] = ends[0];
		theirs[i] = fcntl(
			ends[1], F_DUPFD_CLOEXEC, CHILD_CHANNEL + CHILD_CHANNELS_MAX + 1);
		(void)close(ends[1]);
		if (theirs[i] < 0)
			return err_system(e, ERR_IO, "socketpair");
	}
	return true;
}

static void close_all(const int *fds, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (fds[i] >= 0)
			(void)close(fds[i]);
}

/* theirs: what it is to find as descriptors 3, 4, …. */
static bool spawn(
	pid_t *pid, const int *theirs, size_t count, char *const argv[], struct err *e)
{
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attributes;
	sigset_t none, all;
	int failed = 0;

	/* A thread of ours may have blocked or changed what the child is to obey. */
	(void)sigemptyset(&none);
	(void)sigfillset(&all);
	(void)posix_spawnattr_init(&attributes);
	(void)posix_spawnattr_setsigmask(&attributes, &none);
	(void)posix_spawnattr_setsigdefault(&attributes, &all);
	(void)posix_spawnattr_setflags(
		&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
	(void)posix_spawn_file_actions_init(&actions);
	for (size_t i = 0; i < count && !failed; i++)
		failed = posix_spawn_file_actions_adddup2(
			&actions, theirs[i], CHILD_CHANNEL + (int)i);
	if (!failed)
		failed = posix_spawn_file_actions_addclosefrom_np(
			&actions, CHILD_CHANNEL + (int)count);
	if (!failed)
		failed = posix_spawn(pid, argv[0], &actions, &attributes, argv, environ);
	(void)posix_spawnattr_destroy(&attributes);
	(void)posix_spawn_file_actions_destroy(&actions);
	return !failed || err_set(e, ERR_IO, "%s: %s", argv[0], strerror(failed));
}

bool child_spawn(
	pid_t *pid, int *fds, size_t count, int gift, char *const argv[], struct err *e)
{
	int ours[CHILD_CHANNELS_MAX], theirs[CHILD_CHANNELS_MAX + 1];
	bool ok;

	if (count > CHILD_CHANNELS_MAX)
		return err_set(e, ERR_USAGE, "%d channels", CHILD_CHANNELS_MAX);
	for (size_t i = 0; i < CHILD_CHANNELS_MAX; i++)
		ours[i] = theirs[i] = -1;
	theirs[count] = -1;
	ok = sockets_make(ours, theirs, count, e);
	if (ok && gift >= 0) {
		theirs[count] = fcntl(
			gift, F_DUPFD_CLOEXEC, CHILD_CHANNEL + CHILD_CHANNELS_MAX + 1);
		ok = theirs[count] >= 0 || err_system(e, ERR_IO, "a descriptor");
	}
	ok = ok && spawn(pid, theirs, count + (gift >= 0), argv, e);
	close_all(theirs, count + 1);
	if (!ok) {
		close_all(ours, count);
		return false;
	}
	for (size_t i = 0; i < count; i++)
		fds[i] = ours[i];
	return true;
}

bool child_start(struct child *c, char *const argv[], struct err *e)
{
	pid_t pid;
	int fd;

	if (!child_spawn(&pid, &fd, 1, -1, argv, e))
		return false;
	*c = (struct child){pid, fd};
	return true;
}

bool child_is_running(pid_t *pid)
{
	pid_t got;

	if (!*pid)
		return false;
	do
		got = waitpid(*pid, NULL, WNOHANG);
	while (got < 0 && errno == EINTR);
	if (got == 0)
		return true;
	*pid = 0;
	return false;
}

void child_kill(pid_t *pid)
{
	if (!*pid)
		return;
	(void)kill(*pid, SIGKILL);
	while (waitpid(*pid, NULL, 0) < 0 && errno == EINTR)
		;
	*pid = 0;
}

bool child_send_all(struct child *c, struct bytes b, struct err *e)
{
	uint8_t head[8];
	struct writer w = writer_over(head, sizeof head);

	write_be64(&w, b.n);
	return wire_write(c->fd, BYTES_OF(head), -1, e) && wire_write(c->fd, b, -1, e);
}

void child_stop(struct child *c)
{
	if (c->fd >= 0)
		(void)close(c->fd);
	child_kill(&c->pid);
	*c = (struct child){0, -1};
}

void child_confine(void)
{
	struct rlimit none = {0, 0};
	int null = open("/dev/null", O_RDWR);

	(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
	(void)prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	(void)prctl(PR_SET_DUMPABLE, 0);
	(void)setrlimit(RLIMIT_CORE, &none);
	for (int fd = 0; fd < CHILD_CHANNEL && null >= 0; fd++)
		(void)dup2(null, fd);
	if (null > CHILD_CHANNEL)
		(void)close(null);
}
