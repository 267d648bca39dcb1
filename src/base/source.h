/* source: random access to octets that need not be in memory; outfile: a file that
 * appears whole or not at all. SPDX-License-Identifier: Apache-2.0
 *
 * Files are read with pread and never mapped: a file cut short while we read it is an I/O
 * error and not a SIGBUS.
 */
#ifndef QY_BASE_SOURCE_H
#define QY_BASE_SOURCE_H

#include "base/arena.h"
#include "base/err.h"

struct source;

/* Opens a regular file for reading; ERR_NO_INPUT when it cannot be opened or is none. */
MUST_USE bool source_open(struct source **out, const char *path, struct err *e);
/* Over octets that outlive the source. */
struct source *source_of_bytes(struct bytes b);
/* A run of octets of a source. */
struct source_range {
	uint64_t at, n;
};
/* The octets of `of` in these ranges, one after the other, as a source of its own: what a
 * signature in the middle of a file covers. `of` and the ranges outlive it.
 * ERR_MALFORMED when a range goes beyond the end. */
MUST_USE bool source_of_ranges(struct source **out, struct source *of,
	const struct source_range *ranges, size_t count, struct err *e);
void source_free(struct source *s);
AUTO_DEFINE(source);

uint64_t source_size(const struct source *s);

/* Exactly n octets from offset `at`, or an error (ERR_IO; beyond the end ERR_MALFORMED).
 */
MUST_USE bool source_read(
	struct source *s, uint64_t at, void *p, size_t n, struct err *e);

/* The whole of a source into an arena; ERR_TOO_LARGE beyond max. */
MUST_USE bool source_slurp(
	struct source *s, struct arena *a, size_t max, struct bytes *out, struct err *e);

/* A whole file into an arena. */
MUST_USE bool file_slurp(
	struct arena *a, const char *path, size_t max, struct bytes *out, struct err *e);

struct outfile;

/* A new file to stand at `path` once it is committed, with permissions `mode` (0600 for
 * keys). Until then it has no name, so that nothing stays of it when the process is
 * killed; where the file system has no such files it lies beside `path` under a temporary
 * name. ERR_WRITE when that cannot be, or when `path` is a folder or a device. */
MUST_USE bool outfile_open(
	struct outfile **out, const char *path, unsigned mode, struct err *e);
MUST_USE bool outfile_put(struct outfile *f, struct bytes b, struct err *e);
/* Writes over octets put before: at + b.n <= outfile_size, else ERR_USAGE. */
MUST_USE bool outfile_patch(
	struct outfile *f, uint64_t at, struct bytes b, struct err *e);
/* Where it can be opened until it is committed, by this process, for looking at the
 * result first. */
const char *outfile_temporary(const struct outfile *f);
/* Octets put so far. */
uint64_t outfile_size(const struct outfile *f);
/* Makes it durable (fsync) and renames it to its place, replacing what was there. */
MUST_USE bool outfile_commit(struct outfile *f, struct err *e);
/* Removes the temporary file if it was not committed. */
void outfile_free(struct outfile *f);
AUTO_DEFINE(outfile);

/* open, put, commit in one. */
MUST_USE bool file_write(const char *path, unsigned mode, struct bytes b, struct err *e);

#endif
