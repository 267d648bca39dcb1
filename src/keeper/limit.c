/* limit: see limit.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "keeper/limit.h"

#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/time.h"

#define MAGIC UINT64_C(0x51594c494d495431) /* "QYLIMIT1" */

/* A ring of slots of time; slots older than the window count nothing. */
struct count {
	struct id reader;
	int64_t slot[LIMIT_SLOTS]; /* which slot of time it is */
	uint32_t n[LIMIT_SLOTS];
};

struct counts {
	uint64_t magic;
	int64_t last; /* the latest slot seen: a clock set back does not help */
	struct count total, others, readers[LIMIT_READERS];
};

struct limit {
	struct limit_rule rule;
	struct counts *counts;
	bool mapped;
};

static bool counts_map(struct limit *l, const char *path, struct err *e)
{
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	struct stat st;
	void *p;

	if (fd < 0)
		return err_system(e, ERR_WRITE, path);
	if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode) ||
		ftruncate(fd, sizeof *l->counts) != 0) {
		(void)close(fd);
		return err_system(e, ERR_WRITE, path);
	}
	p = mmap(NULL, sizeof *l->counts, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	(void)close(fd);
	if (p == MAP_FAILED)
		return err_system(e, ERR_WRITE, path);
	l->counts = p;
	l->mapped = true;
	return true;
}

bool limit_open(struct limit **out, const char *path, const struct limit_rule *rule,
	struct err *e)
{
	AUTO(limit) l = NEW(struct limit);

	l->rule = *rule;
	if (!rule->per_reader || !rule->total || rule->window_s < LIMIT_SLOTS)
		return err_set(e, ERR_USAGE, "a limit of openings");
	if (!path)
		l->counts = NEW(struct counts);
	else if (!counts_map(l, path, e))
		return false;
	if (l->counts->magic != MAGIC) {
		memset(l->counts, 0, sizeof *l->counts);
		l->counts->magic = MAGIC;
	}
	*out = limit_move(&l);
	return true;
}

void limit_free(struct limit *l)
{
	if (!l)
		return;
	if (l->mapped)
		(void)munmap(l->counts, sizeof *l->counts);
	else
		mem_free(l->counts);
	mem_free(l);
}

static int64_t slot_of(const struct limit *l, int64_t now)
{
	int64_t slot = now / ((int64_t)l->rule.window_s * TIME_SECOND / LIMIT_SLOTS);

	/* A clock set back stands still here; one set back by more than a window was
	 * wrong before, and counts begin anew. */
	if (slot < l->counts->last && slot > l->counts->last - LIMIT_SLOTS)
		return l->counts->last;
	return slot;
}

static uint32_t count_in(const struct count *c, int64_t slot)
{
	uint64_t n = 0;

	for (int i = 0; i < LIMIT_SLOTS; i++)
		if (c->slot[i] > slot - LIMIT_SLOTS && c->slot[i] <= slot)
			n += c->n[i];
	return n > UINT32_MAX ? UINT32_MAX : (uint32_t)n;
}

static void count_add(struct count *c, int64_t slot)
{
	int64_t i = slot % LIMIT_SLOTS;

	if (c->slot[i] != slot) {
		c->slot[i] = slot;
		c->n[i] = 0;
	}
	c->n[i]++;
}

/* The count of a reader, or a free one made its own, or that of all others. */
static struct count *count_of(struct counts *all, const struct id *reader, int64_t slot)
{
	struct count *free = NULL;

	for (int i = 0; i < LIMIT_READERS; i++) {
		struct count *c = &all->readers[i];

		if (id_equal(c->reader, *reader))
			return c;
		if (!free && count_in(c, slot) == 0)
			free = c;
	}
	if (!free)
		return &all->others;
	memset(free, 0, sizeof *free);
	free->reader = *reader;
	return free;
}

bool limit_take(struct limit *l, const struct id *reader, int64_t now, struct err *e)
{
	int64_t slot = slot_of(l, now);
	struct count *c = count_of(l->counts, reader, slot);

	l->counts->last = slot;
	if (count_in(c, slot) >= l->rule.per_reader)
		return err_set(e, ERR_DENIED,
			"more than %u openings by one reader in %u s", l->rule.per_reader,
			l->rule.window_s);
	if (count_in(&l->counts->total, slot) >= l->rule.total)
		return err_set(e, ERR_DENIED, "more than %u openings in %u s",
			l->rule.total, l->rule.window_s);
	count_add(c, slot);
	count_add(&l->counts->total, slot);
	return true;
}

uint32_t limit_total(const struct limit *l, int64_t now)
{
	return count_in(&l->counts->total, slot_of(l, now));
}
