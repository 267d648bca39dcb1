/* blob_dir: blobs in a folder, FOLDER/ab/cd/abcd…; see blob_driver.h.
 * SPDX-License-Identifier: Apache-2.0
 *
 * A blob is written to FOLDER/tmp under a lock of its own, made durable, and linked to
 * its name; then its folder is made durable. A temporary file that nobody has locked is
 * of a process that died. The time of a file is when it was put for the last time.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/mem.h"
#include "base/text.h"
#include "base/time.h"
#include "store/blob_driver.h"

#define SCHEME "dir:"
enum { TRIES_MAX = 100 };

struct dir_blobs {
	struct blobs head;
	char *folder;
};

struct dir_writer {
	struct blob_writer head;
	char *path;
	int fd;
};

static struct dir_blobs *self_of(struct blobs *b)
{
	return (struct dir_blobs *)b;
}

static struct dir_writer *writer_of(struct blob_writer *w)
{
	return (struct dir_writer *)w;
}

/* --- folders ----------------------------------------------------------------------- */

static bool sync_folder(const char *path, struct err *e)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	bool good = fd >= 0 && fsync(fd) == 0;

	if (!good)
		(void)blob_write_failed(path, e);
	if (fd >= 0)
		(void)close(fd);
	return good;
}

static bool make_folder(const char *path, struct err *e)
{
	return mkdir(path, 0700) == 0 || errno == EEXIST || blob_write_failed(path, e);
}

/* FOLDER/ab/cd; /hex behind it is the blob. */
static char *folder_of(struct arena *a, const struct dir_blobs *b, const char *hex)
{
	return arena_printf(a, "%s/%.2s/%.2s", b->folder, hex, hex + 2);
}

static char *path_of(struct arena *a, struct blobs *b, const uint8_t name[BLOB_NAME])
{
	char hex[BLOB_HEX + 1];

	blob_hex(name, hex);
	return arena_printf(a, "%s/%s", folder_of(a, self_of(b), hex), hex);
}

/* --- open and close ---------------------------------------------------------------- */

static void dir_close(struct blobs *b)
{
	mem_free(self_of(b)->folder);
	mem_free(self_of(b));
}

/* All folders of the first level at once: so a new blob makes at most one. */
static bool make_folders(struct arena *a, const char *folder, struct err *e)
{
	if (!make_folder(folder, e) || !make_folder(arena_printf(a, "%s/tmp", folder), e))
		return false;
	for (unsigned i = 0; i < 256; i++)
		if (!make_folder(arena_printf(a, "%s/%02x", folder, i), e))
			return false;
	return sync_folder(folder, e);
}

static bool dir_open(struct blobs **out, const struct blob_conf *conf, struct err *e)
{
	AUTO(arena) a = arena_new();
	const char *folder = conf->url + strlen(SCHEME);
	struct dir_blobs *self;

	if (!folder[0])
		return err_set(e, ERR_USAGE, "dir: needs a folder behind it");
	if (!make_folders(a, folder, e))
		return false;
	self = NEW(struct dir_blobs);
	self->folder = mem_str(folder);
	*out = &self->head;
	return true;
}

/* --- in ---------------------------------------------------------------------------- */

/* A new file of ours, locked; it may be taken for a dead one's before we lock it. */
static bool open_temporary(struct dir_writer *w, struct err *e)
{
	for (unsigned i = 0; i < TRIES_MAX; i++) {
		struct stat st;

		w->fd = open(w->path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
		if (w->fd < 0)
			return blob_write_failed(w->path, e);
		if (flock(w->fd, LOCK_EX | LOCK_NB) == 0 && fstat(w->fd, &st) == 0 &&
			st.st_nlink == 1)
			return true;
		(void)close(w->fd);
		(void)unlink(w->path);
	}
	w->fd = -1;
	return err_set(e, ERR_IO, "%s: somebody takes it away", w->path);
}

static void drop(struct blob_writer *writer)
{
	struct dir_writer *w = writer_of(writer);

	if (w->fd >= 0) {
		(void)unlink(w->path);
		(void)close(w->fd);
	}
	mem_free(w->path);
	mem_free(w);
}

static bool begin(struct blob_writer **out, struct blobs *b, struct err *e)
{
	AUTO(arena) a = arena_new();
	struct dir_writer *w = NEW(struct dir_writer);
	uint8_t random[16];

	b->conf.world->random(b->conf.world, random, sizeof random);
	w->path = mem_str(arena_printf(
		a, "%s/tmp/%s", self_of(b)->folder, hex_encode(a, BYTES_OF(random))));
	w->fd = -1;
	if (!open_temporary(w, e)) {
		drop(&w->head);
		return false;
	}
	*out = &w->head;
	return true;
}

static bool put(struct blob_writer *writer, struct bytes b, struct err *e)
{
	struct dir_writer *w = writer_of(writer);

	while (b.n) {
		ssize_t n = write(w->fd, b.p, b.n);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return blob_write_failed(w->path, e);
		b = bytes_from(b, (size_t)n);
	}
	return true;
}

/* The time of the world that blobs live in, which a sweep compares with. */
static bool touch(struct blobs *b, const char *path, struct err *e)
{
	int64_t now = b->conf.world->now(b->conf.world);
	struct timespec t = {now / TIME_SECOND, now % TIME_SECOND * 1000};
	struct timespec times[2] = {t, t};

	return utimensat(AT_FDCWD, path, times, 0) == 0 || blob_write_failed(path, e);
}

/* There is one of that name already: as good as ours, or ours takes its place. */
static bool keep_beside(struct dir_writer *w, const char *path,
	const uint8_t name[BLOB_NAME], struct err *e)
{
	struct blobs *b = w->head.blobs;

	if (blob_is_whole(b, name))
		return touch(b, path, e);
	return rename(w->path, path) == 0 || blob_write_failed(path, e);
}

static bool keep(struct blob_writer *writer, const uint8_t name[BLOB_NAME], struct err *e)
{
	AUTO(arena) a = arena_new();
	struct dir_writer *w = writer_of(writer);
	struct blobs *b = w->head.blobs;
	char hex[BLOB_HEX + 1], *folder, *path = path_of(a, b, name);

	blob_hex(name, hex);
	folder = folder_of(a, self_of(b), hex);
	if (!touch(b, w->path, e) || !make_folder(folder, e))
		return false;
	if (fsync(w->fd) != 0)
		return blob_write_failed(w->path, e);
	if (link(w->path, path) != 0) {
		if (errno != EEXIST)
			return blob_write_failed(path, e);
		if (!keep_beside(w, path, name, e))
			return false;
	}
	/* Also where another made the folder or the link: it may not have come to this.
	 */
	return sync_folder(folder, e) &&
	       sync_folder(arena_printf(a, "%s/%.2s", self_of(b)->folder, hex), e);
}

/* --- out --------------------------------------------------------------------------- */

static bool missing(const char *path, struct err *e)
{
	if (errno == ENOENT)
		return err_set(e, ERR_NOT_FOUND, "no blob %s", path);
	return err_system(e, ERR_IO, path);
}

static bool read_runs(
	int fd, const char *path, blob_take_fn *take, void *ctx, struct err *e)
{
	AUTO_MEM uint8_t *run = mem_alloc(BLOB_RUN);

	for (;;) {
		ssize_t n = read(fd, run, BLOB_RUN);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return err_system(e, ERR_IO, path);
		if (n == 0)
			return true;
		if (!take(ctx, bytes_make(run, (size_t)n), e))
			return false;
	}
}

static bool dir_read(struct blobs *b, const uint8_t name[BLOB_NAME], blob_take_fn *take,
	void *ctx, struct err *e)
{
	AUTO(arena) a = arena_new();
	const char *path = path_of(a, b, name);
	int fd = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	bool good;

	if (fd < 0)
		return missing(path, e);
	good = read_runs(fd, path, take, ctx, e);
	(void)close(fd);
	return good;
}

static bool dir_size(
	struct blobs *b, const uint8_t name[BLOB_NAME], uint64_t *size, struct err *e)
{
	AUTO(arena) a = arena_new();
	const char *path = path_of(a, b, name);
	struct stat st;

	if (lstat(path, &st) != 0)
		return missing(path, e);
	*size = (uint64_t)st.st_size;
	return true;
}

static bool dir_remove(struct blobs *b, const uint8_t name[BLOB_NAME], struct err *e)
{
	AUTO(arena) a = arena_new();
	const char *path = path_of(a, b, name);

	return unlink(path) == 0 || missing(path, e);
}

/* --- all of them ------------------------------------------------------------------- */

static int by_octets(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

/* Calls visit with each name in a folder, in rising order; one that is gone is empty. */
static bool list(const char *folder,
	bool (*visit)(void *ctx, const char *folder, const char *name, struct err *e),
	void *ctx, struct err *e)
{
	struct dirent **names = NULL;
	int n = scandir(folder, &names, NULL, by_octets);
	bool good = true;

	if (n < 0)
		return errno == ENOENT || err_system(e, ERR_IO, folder);
	for (int i = 0; i < n; i++) {
		if (good && names[i]->d_name[0] != '.')
			good = visit(ctx, folder, names[i]->d_name, e);
		mem_free(names[i]);
	}
	mem_free(names);
	return good;
}

struct each {
	struct blobs *blobs;
	blob_entry_fn *fn;
	void *ctx;
};

static bool visit_blob(void *ctx, const char *folder, const char *name, struct err *e)
{
	AUTO(arena) a = arena_new();
	const struct each *all = ctx;
	struct world *world = all->blobs->conf.world;
	struct blob_entry entry;
	struct stat st;

	if (!blob_of_hex(bytes_str(name), entry.name) ||
		lstat(arena_printf(a, "%s/%s", folder, name), &st) != 0)
		return true; /* not ours, or removed since */
	entry.size = (uint64_t)st.st_size;
	entry.age = world->now(world) -
		    (st.st_mtim.tv_sec * TIME_SECOND + st.st_mtim.tv_nsec / 1000);
	return all->fn(all->ctx, &entry, e);
}

static bool visit_second(void *ctx, const char *folder, const char *name, struct err *e)
{
	AUTO(arena) a = arena_new();

	return list(arena_printf(a, "%s/%s", folder, name), visit_blob, ctx, e);
}

static bool dir_each(struct blobs *b, blob_entry_fn *fn, void *ctx, struct err *e)
{
	struct each all = {b, fn, ctx};

	for (unsigned i = 0; i < 256; i++) {
		AUTO(arena) a = arena_new();

		if (!list(arena_printf(a, "%s/%02x", self_of(b)->folder, i), visit_second,
			    &all, e))
			return false;
	}
	return true;
}

static bool visit_temporary(
	void *ctx, const char *folder, const char *name, struct err *e)
{
	AUTO(arena) a = arena_new();
	char *path = arena_printf(a, "%s/%s", folder, name);
	int fd = open(path, O_RDWR | O_NOFOLLOW | O_CLOEXEC);
	unsigned *removed = ctx;

	(void)e;
	if (fd < 0)
		return true;
	if (flock(fd, LOCK_EX | LOCK_NB) == 0 && unlink(path) == 0)
		++*removed;
	(void)close(fd);
	return true;
}

static bool dir_tidy(struct blobs *b, unsigned *removed, struct err *e)
{
	AUTO(arena) a = arena_new();

	return list(arena_printf(a, "%s/tmp", self_of(b)->folder), visit_temporary,
		removed, e);
}

const struct blob_driver blob_dir = {
	.scheme = SCHEME,
	.open = dir_open,
	.close = dir_close,
	.begin = begin,
	.put = put,
	.keep = keep,
	.drop = drop,
	.read = dir_read,
	.size = dir_size,
	.remove = dir_remove,
	.each = dir_each,
	.tidy = dir_tidy,
};
