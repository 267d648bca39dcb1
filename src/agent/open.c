/* open: brings a window to the user: in the browser that the desktop opens, or, where
 * there is none, by its address on the terminal.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <spawn.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "agent/agent.h"

extern char **environ;

void window_show(struct agent *a, const struct job *job)
{
	AUTO(arena) arena = arena_new();
	/* The fragment is never sent to a server, and no other page can read it. */
	//= Protocols §3: opened by the agent itself with a one-time secret in the fragment
	char *url = arena_printf(arena, "http://127.0.0.1:%u/#%s", a->port, job->secret);
	char *opener = a->opener ? arena_str(arena, bytes_str(a->opener)) : NULL;
	char *args[] = {opener, url, NULL};
	pid_t child;

	if (opener && posix_spawn(&child, opener, NULL, NULL, args, environ) == 0)
		return;
	(void)fprintf(stderr, "%s\n", url);
}
