/* open: brings a window to the user: in the browser that the desktop opens, or, where
 * there is none, by its address on the terminal.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <spawn.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "agent/act_bid.h"

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

bool job_show(struct agent *a, struct job *job, struct err *e)
{
	struct desk_look look = {.is_batch = job->kind == JOB_BATCH,
		.lang = a->lang,
		.now = a->world->now(a->world),
		.pairing = job->pairing,
		.page_origin = bytes_str(job->page_origin)};

	if (job->state != JOB_NEEDS || !job_is_complete(job))
		return err_set(e, ERR_USAGE, "documents are missing");
	if (act_use(job) == TOKEN_SIGN && job->document_count) {
		if (!desk_open(&job->desk, a->desk, job->folder, e) ||
			!desk_look(job->desk, job->arena, &look, &job->look, e) ||
			!view_take(a, job, e)) {
			desk_free(job->desk);
			job->desk = NULL;
			job->state = JOB_FAILED;
			job->problem = err_say(job->arena, a->lang, e);
			return false;
		}
	}
	if (act_use(job) == TOKEN_UNWRAP && !bid_look(a, job, e))
		return false;
	job->state = JOB_WAITING;
	window_show(a, job);
	return true;
}
