/* child: see child.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "token/child.h"

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

#include "base/reader.h"

extern char **environ;

bool child_start(struct child *c, char *const argv[], struct err *e)
{
	posix_spawn_file_actions_t actions;
	int ends[2], failed;

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
		return err_system(e, ERR_IO, "socketpair");
	(void)posix_spawn_file_actions_init(&actions);
	/* dup2 to itself would leave the descriptor to be closed. */
	if (ends[1] == CHILD_CHANNEL)
		failed = posix_spawn_file_actions_adddup2(
				 &actions, CHILD_CHANNEL, CHILD_CHANNEL + 1) ||
			 posix_spawn_file_actions_adddup2(
				 &actions, CHILD_CHANNEL + 1, CHILD_CHANNEL);
	else
		failed = posix_spawn_file_actions_adddup2(
			&actions, ends[1], CHILD_CHANNEL);
	(void)posix_spawn_file_actions_addclosefrom_np(&actions, CHILD_CHANNEL + 1);
	if (!failed)
		failed = posix_spawn(&c->pid, argv[0], &actions, NULL, argv, environ);
	(void)posix_spawn_file_actions_destroy(&actions);
	(void)close(ends[1]);
	c->fd = ends[0];
	if (!failed)
		return true;
	c->pid = 0;
	child_stop(c);
	return err_set(e, ERR_IO, "%s: %s", argv[0], strerror(failed));
}

bool child_send_all(struct child *c, struct bytes b, struct err *e)
{
	uint8_t head[8];
	struct writer w = writer_over(head, sizeof head);
	struct bytes parts[] = {BYTES_OF(head), b};

	write_be64(&w, b.n);
	for (int i = 0; i < 2; i++)
		while (parts[i].n) {
			ssize_t n = send(c->fd, parts[i].p, parts[i].n, MSG_NOSIGNAL);

			if (n < 0 && errno == EINTR)
				continue;
			if (n <= 0)
				return err_set(e, ERR_IO, "the other side is gone");
			parts[i] = bytes_from(parts[i], (size_t)n);
		}
	return true;
}

void child_stop(struct child *c)
{
	if (c->fd >= 0)
		(void)close(c->fd);
	if (c->pid) {
		(void)kill(c->pid, SIGKILL);
		while (waitpid(c->pid, NULL, 0) < 0 && errno == EINTR)
			;
	}
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
