/* journal: see journal.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "agent/journal.h"

#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <string.h>
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

/* The last line, without its end; false when the file was cut within it. */
static bool last_line(struct bytes file, struct bytes *line)
{
	size_t end = file.n;

	if (!end || file.p[end - 1] != '\n')
		return false;
	end--;
	for (size_t at = end; at-- > 0;)
		if (file.p[at] == '\n') {
			*line = bytes_make(file.p + at + 1, end - at - 1);
			return true;
		}
	*line = bytes_head(file, end);
	return true;
}

bool journal_open(struct journal **out, const char *path, struct err *e)
{
	AUTO(arena) a = arena_new();
	AUTO(journal) j = NEW(struct journal);
	struct bytes file, line;

	j->fd = open(path, O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (j->fd < 0)
		return err_system(e, ERR_WRITE, path);
	if (!file_slurp(a, path, JOURNAL_MAX, &file, e))
		return false;
	if (file.n && !last_line(file, &line)) {
		/* What was being written when the machine died was never acted upon. */
		if (write(j->fd, "\n", 1) != 1 || fsync(j->fd) != 0)
			return err_system(e, ERR_WRITE, path);
		if (!file_slurp(a, path, JOURNAL_MAX, &file, e) ||
			!last_line(file, &line))
			return false;
	}
	if (file.n)
		sm3_of(line, j->previous);
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

bool journal_put(struct journal *j, struct world *w, const struct journal_line *line,
	struct err *e)
{
	AUTO(arena) a = arena_new();
	json_t *o = json_object();
	struct bytes text;
	char *dumped;
	off_t before;

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
	text = arena_dup(a, bytes_str(arena_printf(a, "%s\n", dumped)));
	free(dumped);
	if (text.n > JOURNAL_LINE_MAX)
		return err_set(e, ERR_TOO_LARGE, "a line of %zu octets", text.n);
	before = lseek(j->fd, 0, SEEK_END);
	if (write(j->fd, text.p, text.n) != (ssize_t)text.n || fsync(j->fd) != 0) {
		err_system(e, ERR_WRITE, "journal");
		(void)!ftruncate(j->fd, before);
		return false;
	}
	sm3_of(bytes_head(text, text.n - 1), j->previous);
	return true;
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
