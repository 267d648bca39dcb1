/* closed_warning: see closed_warning.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "cli/closed_warning.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/buf.h"
#include "cli/program.h"

enum { TOLD_MAX = 16384, LINES_TOLD = 6, SECONDS_MAX = 20 };

struct closed_warning {
	pid_t child; /* 0: none */
	int from;    /* its standard output */
};

/* The child's ends: nothing in, the pipe out, no complaints. */
static bool start(struct closed_warning *w, struct cli *c, const char *path)
{
	extern char **environ;
	const char *full = program_full(c);
	char *args[] = {(char[]){"qianyin"}, (char[]){"closed"}, (char[]){"--lang"},
		arena_str(c->arena, bytes_str(lang_name(c->lang))), (char[]){"--"},
		arena_str(c->arena, bytes_str(path)), NULL};
	posix_spawn_file_actions_t actions;
	int ends[2];
	bool ok;

	if (!full || pipe2(ends, O_CLOEXEC) != 0)
		return false;
	(void)posix_spawn_file_actions_init(&actions);
	ok = posix_spawn_file_actions_addopen(
		     &actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0) == 0 &&
	     posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO) == 0 &&
	     posix_spawn_file_actions_addopen(
		     &actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0) == 0 &&
	     posix_spawn(&w->child, full, &actions, NULL, args, environ) == 0;
	(void)posix_spawn_file_actions_destroy(&actions);
	(void)close(ends[1]);
	w->from = ends[0];
	if (!ok) {
		w->child = 0;
		(void)close(ends[0]);
	}
	return ok;
}

struct closed_warning *closed_warning_start(struct cli *c, const char *path)
{
	struct closed_warning *w = NEW(struct closed_warning);

	(void)start(w, c, path);
	return w;
}

/* The first lines of what it said; a file of many pages has many. */
static struct bytes first_lines(struct bytes text)
{
	size_t at = 0;

	for (unsigned i = 0; i < LINES_TOLD && at < text.n; i++) {
		size_t n = bytes_find(bytes_from(text, at), BYTES("\n"));

		if (n == SIZE_MAX)
			return text;
		at += n + 1;
	}
	return bytes_head(text, at);
}

/* What the child says until it ends; false when that takes too long. */
static bool read_all(int from, struct buf *b)
{
	struct pollfd ready = {.fd = from, .events = POLLIN};
	uint8_t piece[4096];
	struct err e;
	ssize_t n = 1;

	while (n > 0) {
		if (poll(&ready, 1, SECONDS_MAX * 1000) <= 0)
			return false;
		n = read(from, piece, sizeof piece);
		if (n > 0)
			(void)!buf_put(b, bytes_make(piece, (size_t)n), &e);
	}
	return true;
}

void closed_warning_tell(struct closed_warning *w, struct cli *c)
{
	AUTO_BUF told = buf_make(TOLD_MAX);
	int status = 0;

	if (!w->child || !read_all(w->from, &told))
		return;
	if (waitpid(w->child, &status, 0) == w->child)
		w->child = 0;
	(void)close(w->from);
	if (!WIFEXITED(status) || WEXITSTATUS(status) != 1 || !told.n)
		return;
	cli_note(c, cli_say(c, MSG_SEAL_NOT_CLOSED,
			    arena_str(c->arena, first_lines(buf_bytes(&told)))));
}

void closed_warning_free(struct closed_warning *w)
{
	if (w && w->child) {
		(void)kill(w->child, SIGKILL);
		(void)waitpid(w->child, NULL, 0);
		(void)close(w->from);
	}
	mem_free(w);
}
