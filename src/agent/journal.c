/* journal: see journal.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "agent/journal.h"

#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/source.h"
#include "base/text.h"
#include "base/time.h"

struct journal {
	int fd;
	uint8_t previous[SM3_SIZE]; /* of the last line; zero: there is none */
};

void journal_free(struct journal *j)
{
	if (!j)
		return;
	(void)close(j->fd);
	mem_free(j);
}

/* Names the line that the next one follows: the last of the file. What was being written
 * when the machine died is ended as it stands: it was never acted upon. */
static bool tail_read(struct journal *j, struct err *e)
{
	uint8_t tail[JOURNAL_LINE_MAX + 1];
	off_t end = lseek(j->fd, 0, SEEK_END);
	size_t n = end > (off_t)sizeof tail ? sizeof tail : (size_t)end;
	struct bytes line;

	if (end < 0 || pread(j->fd, tail, n, end - (off_t)n) != (ssize_t)n)
		return err_system(e, ERR_IO, "journal");
	memset(j->previous, 0, sizeof j->previous);
	if (!n)
		return true;
	line = bytes_make(tail, n);
	if (tail[n - 1] == '\n')
		line.n--;
	else if (write(j->fd, "\n", 1) != 1)
		return err_system(e, ERR_WRITE, "journal");
	for (size_t at = line.n; at-- > 0;)
		if (line.p[at] == '\n') {
			line = bytes_from(line, at + 1);
			break;
		}
	sm3_of(line, j->previous);
	return true;
}

bool journal_open(struct journal **out, const char *path, struct err *e)
{
	AUTO(journal) j = NEW(struct journal);

	j->fd = open(path, O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (j->fd < 0)
		return err_system(e, ERR_WRITE, path);
	*out = journal_move(&j);
	return true;
}

static void put_text(json_t *o, const char *name, const char *text)
{
	if (text)
		(void)json_object_set_new(o, name, json_string(text));
}

static void put_digest(json_t *o, struct arena *a, const char *name, const uint8_t *sm3)
{
	if (sm3)
		put_text(o, name, hex_encode(a, bytes_make(sm3, SM3_SIZE)));
}

/* The line, with its end, in the arena. */
static bool line_make(struct bytes *out, struct arena *a, const struct journal *j,
	struct world *w, const struct journal_line *line, struct err *e)
{
	json_t *o = json_object();
	char *dumped;

	put_text(o, "time", time_iso(a, w->now(w)));
	put_text(o, "act", line->act);
	put_text(o, "outcome", line->outcome);
	put_text(o, "platform", line->platform);
	put_text(o, "origin", line->origin);
	put_text(o, "title", line->title);
	put_text(o, "detail", line->detail);
	put_digest(o, a, "order", line->order);
	put_digest(o, a, "document", line->document);
	put_digest(o, a, "certificate", line->cert);
	put_digest(o, a, "previous", j->previous);
	dumped = json_dumps(o, JSON_COMPACT);
	json_decref(o);
	if (!dumped)
		return err_set(e, ERR_USAGE, "not UTF-8");
	*out = bytes_str(arena_printf(a, "%s\n", dumped));
	free(dumped);
	return out->n <= JOURNAL_LINE_MAX ||
	       err_set(e, ERR_TOO_LARGE, "a line of %zu octets", out->n);
}

static bool append(struct journal *j, struct bytes text, struct err *e)
{
	off_t before = lseek(j->fd, 0, SEEK_END);

	if (write(j->fd, text.p, text.n) == (ssize_t)text.n && fsync(j->fd) == 0)
		return true;
	err_system(e, ERR_WRITE, "journal");
	(void)!ftruncate(j->fd, before);
	return false;
}

bool journal_put(struct journal *j, struct world *w, const struct journal_line *line,
	struct err *e)
{
	AUTO(arena) a = arena_new();
	struct bytes text;
	bool ok;

	/* The agent that runs and one that answers a file write to the same journal. */
	if (flock(j->fd, LOCK_EX) != 0)
		return err_system(e, ERR_IO, "journal");
	ok = tail_read(j, e) && line_make(&text, a, j, w, line, e) && append(j, text, e);
	(void)flock(j->fd, LOCK_UN);
	return ok;
}

/* Does this line name the digest of the one before? */
static bool follows(struct bytes line, const uint8_t previous[SM3_SIZE])
{
	AUTO(arena) a = arena_new();
	json_t *o = json_loadb((const char *)line.p, line.n, 0, NULL);
	const char *said = json_string_value(json_object_get(o, "previous"));
	bool ok =
		said && strcmp(said, hex_encode(a, bytes_make(previous, SM3_SIZE))) == 0;

	json_decref(o);
	return ok;
}

bool journal_read(const char *path, void (*each)(void *to, struct bytes line), void *to,
	size_t *broken, struct err *e)
{
	AUTO(arena) a = arena_new();
	uint8_t previous[SM3_SIZE] = {0};
	struct bytes rest;

	if (!file_slurp(a, path, JOURNAL_MAX, &rest, e))
		return false;
	*broken = 0;
	for (size_t n = 1; rest.n; n++) {
		size_t end = bytes_find(rest, BYTES("\n"));
		struct bytes line = bytes_head(rest, end);

		rest = end == SIZE_MAX ? (struct bytes){0} : bytes_from(rest, end + 1);
		if (!*broken && !follows(line, previous))
			*broken = n;
		sm3_of(line, previous);
		each(to, line);
	}
	return true;
}
