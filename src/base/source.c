/* source, outfile: see source.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "base/source.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/world.h"

struct source {
	int fd; /* -1: memory, or ranges of another */
	struct bytes memory;
	struct source *of; /* null: not ranges */
	const struct source_range *ranges;
	size_t range_count;
	uint64_t size;
};

bool source_open(struct source **out, const char *path, struct err *e)
{
	struct stat st;
	struct source *s;
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);

	if (fd < 0)
		return err_system(e, ERR_NO_INPUT, path);
	if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode)) {
		(void)close(fd);
		return err_set(e, ERR_NO_INPUT, "%s: not a regular file", path);
	}
	s = NEW(struct source);
	s->fd = fd;
	s->size = (uint64_t)st.st_size;
	*out = s;
	return true;
}

struct source *source_of_bytes(struct bytes b)
{
	struct source *s = NEW(struct source);

	s->fd = -1;
	s->memory = b;
	s->size = b.n;
	return s;
}

bool source_of_ranges(struct source **out, struct source *of,
	const struct source_range *ranges, size_t count, struct err *e)
{
	struct source *s;
	uint64_t size = 0;

	for (size_t i = 0; i < count; i++) {
		if (ranges[i].at > of->size || ranges[i].n > of->size - ranges[i].at ||
			ranges[i].n > UINT64_MAX - size)
			return err_set(e, ERR_MALFORMED, "a range goes beyond the end");
		size += ranges[i].n;
	}
	s = NEW(struct source);
	s->fd = -1;
	s->of = of;
	s->ranges = ranges;
	s->range_count = count;
	s->size = size;
	*out = s;
	return true;
}

void source_free(struct source *s)
{
	if (!s)
		return;
	if (s->fd >= 0)
		(void)close(s->fd);
	mem_free(s);
}

uint64_t source_size(const struct source *s)
{
	return s->size;
}

static bool ranges_read(
	const struct source *s, uint64_t at, uint8_t *to, size_t n, struct err *e)
{
	for (size_t i = 0; n && i < s->range_count; i++) {
		const struct source_range *r = &s->ranges[i];
		uint64_t part;

		if (at >= r->n) {
			at -= r->n;
			continue;
		}
		part = r->n - at < n ? r->n - at : n;
		if (!source_read(s->of, r->at + at, to, (size_t)part, e))
			return false;
		to += part;
		n -= (size_t)part;
		at = 0;
	}
	return true;
}

bool source_read(struct source *s, uint64_t at, void *p, size_t n, struct err *e)
{
	uint8_t *to = p;

	if (at > s->size || n > s->size - at)
		return err_set(e, ERR_MALFORMED, "ends before octet %llu",
			(unsigned long long)(at + n));
	if (s->of)
		return ranges_read(s, at, to, n, e);
	if (s->fd < 0) {
		if (n)
			memcpy(p, s->memory.p + at, n);
		return true;
	}
	while (n) {
		ssize_t got = pread(s->fd, to, n, (off_t)at);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return err_system(e, ERR_IO, "read");
		if (got == 0)
			return err_set(
				e, ERR_IO, "the file became shorter while it was read");
		to += got;
		at += (uint64_t)got;
		n -= (size_t)got;
	}
	return true;
}

bool source_slurp(
	struct source *s, struct arena *a, size_t max, struct bytes *out, struct err *e)
{
	uint8_t *p;

	if (s->size > max)
		return err_set(e, ERR_TOO_LARGE, "%llu octets, at most %zu",
			(unsigned long long)s->size, max);
	p = arena_alloc(a, (size_t)s->size + 1);
	if (!source_read(s, 0, p, (size_t)s->size, e))
		return false;
	*out = bytes_make(p, (size_t)s->size);
	return true;
}

bool file_slurp(
	struct arena *a, const char *path, size_t max, struct bytes *out, struct err *e)
{
	AUTO(source) s = NULL;

	if (!source_open(&s, path, e))
		return false;
	if (!source_slurp(s, a, max, out, e))
		return err_in(e, "%s", path);
	return true;
}

struct outfile {
	int fd;
	bool done, nameless;
	uint64_t size;
	char *path, *temporary;
};

enum { FD_PATH_MAX = 32, NAME_TRIES = 100 };

/* The folder that holds a path, for mem_free. */
static char *folder_of(const char *path)
{
	char *folder = mem_str(path), *slash = strrchr(folder, '/');

	if (slash) {
		slash[slash == folder] = 0;
		return folder;
	}
	mem_free(folder);
	return mem_str(".");
}

/* A file without a name, of which nothing stays when we are killed; -1 where the file
 * system has none, or it could not be named later. */
static int open_nameless(const char *path)
{
	char *folder = folder_of(path);
	int fd = access("/proc/self/fd", X_OK) == 0
			 ? open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600)
			 : -1;

	mem_free(folder);
	return fd;
}

/* Gives a nameless file a name beside its place, which a rename can then replace. */
static bool name_beside(struct outfile *f, struct err *e)
{
	size_t n = strlen(f->path) + sizeof ".XXXXXXXX";
	AUTO_MEM char *name = mem_alloc(n);

	for (int i = 0; i < NAME_TRIES; i++) {
		uint32_t random;

		world_system()->random(world_system(), &random, sizeof random);
		(void)snprintf(name, n, "%s.%08x", f->path, random);
		if (linkat(AT_FDCWD, f->temporary, AT_FDCWD, name, AT_SYMLINK_FOLLOW) ==
			0) {
			mem_free(f->temporary);
			f->temporary = name;
			name = NULL;
			f->nameless = false;
			return true;
		}
		if (errno != EEXIST)
			break;
	}
	return err_system(e, ERR_WRITE, f->path);
}

bool outfile_open(struct outfile **out, const char *path, unsigned mode, struct err *e)
{
	AUTO(outfile) f = NEW(struct outfile);
	size_t n = strlen(path) + sizeof ".XXXXXX";
	struct stat st;

	f->fd = -1;
	/* Else root would put a file in the place of /dev/null. */
	if (stat(path, &st) == 0 && !S_ISREG(st.st_mode))
		return err_set(e, ERR_WRITE, "%s: not a regular file", path);
	f->path = mem_str(path);
	f->fd = open_nameless(path);
	if (f->fd >= 0) {
		f->nameless = true;
		f->temporary = mem_alloc(FD_PATH_MAX);
		(void)snprintf(f->temporary, FD_PATH_MAX, "/proc/self/fd/%d", f->fd);
	} else {
		f->temporary = mem_alloc(n);
		(void)snprintf(f->temporary, n, "%s.XXXXXX", path);
		f->fd = mkostemp(f->temporary, O_CLOEXEC);
	}
	if (f->fd < 0)
		return err_system(e, ERR_WRITE, path);
	if (fchmod(f->fd, mode) != 0)
		return err_system(e, ERR_WRITE, path);
	*out = outfile_move(&f);
	return true;
}

bool outfile_put(struct outfile *f, struct bytes b, struct err *e)
{
	while (b.n) {
		ssize_t n = write(f->fd, b.p, b.n);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return err_system(e, ERR_WRITE, f->path);
		f->size += (uint64_t)n;
		b = bytes_from(b, (size_t)n);
	}
	return true;
}

bool outfile_patch(struct outfile *f, uint64_t at, struct bytes b, struct err *e)
{
	if (at > f->size || b.n > f->size - at)
		return err_set(e, ERR_USAGE, "a patch beyond the end");
	while (b.n) {
		ssize_t n = pwrite(f->fd, b.p, b.n, (off_t)at);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return err_system(e, ERR_WRITE, f->path);
		at += (uint64_t)n;
		b = bytes_from(b, (size_t)n);
	}
	return true;
}

const char *outfile_temporary(const struct outfile *f)
{
	return f->temporary;
}

uint64_t outfile_size(const struct outfile *f)
{
	return f->size;
}

/* A name is durable when its folder is. */
static void sync_folder(const char *path)
{
	char *folder = folder_of(path);
	int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd >= 0) {
		(void)fsync(fd);
		(void)close(fd);
	}
	mem_free(folder);
}

bool outfile_commit(struct outfile *f, struct err *e)
{
	if (fsync(f->fd) != 0)
		return err_system(e, ERR_WRITE, f->path);
	if (f->nameless && linkat(AT_FDCWD, f->temporary, AT_FDCWD, f->path,
				   AT_SYMLINK_FOLLOW) == 0) {
		f->done = true;
	} else {
		if (f->nameless && !name_beside(f, e))
			return false;
		if (rename(f->temporary, f->path) != 0)
			return err_system(e, ERR_WRITE, f->path);
		f->done = true;
	}
	sync_folder(f->path);
	return true;
}

void outfile_free(struct outfile *f)
{
	if (!f)
		return;
	if (f->fd >= 0) {
		(void)close(f->fd);
		if (!f->done && !f->nameless)
			(void)unlink(f->temporary);
	}
	mem_free(f->temporary);
	mem_free(f->path);
	mem_free(f);
}

bool file_write(const char *path, unsigned mode, struct bytes b, struct err *e)
{
	AUTO(outfile) f = NULL;

	return outfile_open(&f, path, mode, e) && outfile_put(f, b, e) &&
	       outfile_commit(f, e);
}
