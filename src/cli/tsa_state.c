/* tsa_state: see tsa_state.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "cli/tsa_state.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/reader.h"
#include "base/source.h"
#include "base/text.h"
#include "base/time.h"

enum { STATE_MAX = 1024, SERIES = 8 };

#define HEAD "qianyin tsa state 1\n"

struct tsa_state {
	struct arena *arena;
	const char *path;
	int lock;
	uint8_t series[SERIES];
	uint64_t next, end; /* numbers that may be given: next … end - 1 */
	int64_t last;       /* the latest time given out */
	int64_t saved;      /* the one that stands on the disk */
};

/* Writes that all numbers below `end` may be taken. */
static bool save(struct tsa_state *s, uint64_t end, struct err *e)
{
	AUTO(arena) a = arena_new();
	char *text = arena_printf(a, HEAD "series %s\nserial %llu\ntime %lld\n",
		hex_encode(a, BYTES_OF(s->series)), (unsigned long long)end,
		(long long)s->last);

	if (!file_write(s->path, 0600, bytes_str(text), e))
		return false;
	s->end = end;
	s->saved = s->last;
	return true;
}

/* "name value\n" off the front of *in. */
static bool take_line(struct bytes *in, const char *name, struct bytes *value)
{
	size_t end = bytes_find(*in, BYTES("\n"));
	struct bytes line = bytes_head(*in, end), title = bytes_str(name);

	if (end == SIZE_MAX || !bytes_starts(line, title))
		return false;
	*value = bytes_from(line, title.n);
	*in = bytes_from(*in, end + 1);
	return true;
}

static bool load(struct tsa_state *s, struct bytes text, struct err *e)
{
	struct bytes in = text, series, serial, time, octets;
	uint64_t last;

	if (!bytes_starts(in, BYTES(HEAD)))
		return err_set(e, ERR_MALFORMED, "%s: no state of a TSA", s->path);
	in = bytes_from(in, sizeof HEAD - 1);
	if (!take_line(&in, "series ", &series) || !take_line(&in, "serial ", &serial) ||
		!take_line(&in, "time ", &time) || in.n ||
		!hex_decode(s->arena, series, &octets, e) || octets.n != SERIES ||
		!decimal_u64(serial, UINT64_MAX / 2, &s->next, e) ||
		!decimal_u64(time, INT64_MAX, &last, e))
		return err_set(e, ERR_MALFORMED, "%s: damaged", s->path);
	for (size_t i = 0; i < SERIES; i++)
		s->series[i] = octets.p[i];
	s->last = s->saved = (int64_t)last;
	s->end = s->next;
	return true;
}

static bool begin(struct tsa_state *s, struct world *w, struct err *e)
{
	struct bytes text;

	if (access(s->path, F_OK) == 0)
		return file_slurp(s->arena, s->path, STATE_MAX, &text, e) &&
		       load(s, text, e);
	w->random(w, s->series, SERIES);
	/* Positive, and of the same length always. */
	s->series[0] = (uint8_t)((s->series[0] & 0x3f) | 0x40);
	return save(s, 0, e);
}

static bool lock_folder(struct tsa_state *s, const char *folder, struct err *e)
{
	const char *path = arena_printf(s->arena, "%s/lock", folder);

	if (mkdir(folder, 0700) != 0 && errno != EEXIST)
		return err_system(e, ERR_WRITE, folder);
	s->lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (s->lock < 0)
		return err_system(e, ERR_WRITE, path);
	if (flock(s->lock, LOCK_EX | LOCK_NB) != 0)
		return err_set(
			e, ERR_BUSY, "%s: another server gives out its numbers", folder);
	return true;
}

bool tsa_state_open(
	struct tsa_state **out, const char *folder, struct world *w, struct err *e)
{
	AUTO(tsa_state) s = NEW(struct tsa_state);

	s->arena = arena_new();
	s->lock = -1;
	s->path = arena_printf(s->arena, "%s/state", folder);
	if (!lock_folder(s, folder, e) || !begin(s, w, e))
		return false;
	*out = tsa_state_move(&s);
	return true;
}

void tsa_state_free(struct tsa_state *s)
{
	if (!s)
		return;
	if (s->lock >= 0)
		(void)close(s->lock);
	arena_free(s->arena);
	mem_free(s);
}

bool tsa_state_next(
	struct tsa_state *s, int64_t now, uint8_t out[TSA_SERIAL_SIZE], struct err *e)
{
	struct writer w = writer_over(out, TSA_SERIAL_SIZE);
	int64_t before = s->last;

	if (now < s->last)
		return err_set(e, ERR_BUSY,
			"the clock was set back: it is %lld s behind a stamp given "
			"before",
			(long long)((s->last - now) / TIME_SECOND));
	s->last = now;
	/* The time goes to the disk once a minute, and with each block. */
	if ((s->next == s->end && !save(s, s->end + TSA_BLOCK, e)) ||
		(now - s->saved >= TIME_MINUTE && !save(s, s->end, e))) {
		s->last = before;
		return false;
	}
	write_bytes(&w, BYTES_OF(s->series));
	write_be64(&w, s->next++);
	return true;
}
