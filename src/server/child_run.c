/* child_run: see child_run.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "server/child_run.h"

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

static bool wait_for(pid_t pid, const char *name, struct err *e)
{
	int status;

	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return err_system(e, ERR_IO, name);
	if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
		return err_set(e, ERR_IO, "%s did not succeed (%d)", name,
			WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status));
	return true;
}

bool child_run_to_end(const char *const argv[], struct err *e)
{
	posix_spawn_file_actions_t files;
	pid_t pid;
	int code;

	(void)posix_spawn_file_actions_init(&files);
	(void)posix_spawn_file_actions_addopen(&files, 0, "/dev/null", O_RDONLY, 0);
	(void)posix_spawn_file_actions_addopen(&files, 1, "/dev/null", O_WRONLY, 0);
	/* posix_spawn does not write to them, whatever its type says. */
	code = posix_spawn(&pid, argv[0], &files, NULL,
		(char *const *)(uintptr_t)(const void *)argv, environ);
	(void)posix_spawn_file_actions_destroy(&files);
	if (code != 0) {
		errno = code;
		return err_system(e, ERR_IO, argv[0]);
	}
	return wait_for(pid, argv[0], e);
}
