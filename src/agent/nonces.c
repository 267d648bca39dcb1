/* nonces: see nonces.h. A file of records: 32 octets, and the expiry, be64 microseconds.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "agent/nonces.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/reader.h"
#include "base/source.h"
#include "base/time.h"

enum { RECORD = ORDER_NONCE + 8 };

struct nonces {
	int fd;
	struct buf all; /* records */
};

void nonces_free(struct nonces *n)
{
	if (!n)
		return;
	if (n->fd >= 0)
		(void)close(n->fd);
	buf_fini(&n->all);
	mem_free(n);
}

/* Keeps the records; what is behind the last whole one was never acted upon. Expired ones
 * go only when there are many: a clock that runs ahead for a day must not make room for
 * an order to be answered twice. */
static bool keep(struct nonces *n, struct bytes file, int64_t now, struct err *e)
{
	bool many = file.n > (size_t)NONCES_MAX * RECORD / 2;

	for (; file.n >= RECORD; file = bytes_from(file, RECORD)) {
		struct reader r =
			reader_of(bytes_from(bytes_head(file, RECORD), ORDER_NONCE));
		uint64_t high = read_be32(&r), expiry = high << 32 | read_be32(&r);

		if ((!many || (int64_t)expiry + TIME_DAY >= now) &&
			!buf_put(&n->all, bytes_head(file, RECORD), e))
			return false;
	}
	return true;
}

/* Another process may have taken some meanwhile. */
static bool refresh(struct nonces *n, struct err *e)
{
	off_t end = lseek(n->fd, 0, SEEK_END);

	while (end - (off_t)n->all.n >= RECORD) {
		uint8_t record[RECORD];

		if (pread(n->fd, record, RECORD, (off_t)n->all.n) != RECORD)
			return err_system(e, ERR_IO, "nonces");
		if (!buf_put(&n->all, BYTES_OF(record), e))
			return false;
	}
	return true;
}

/* Is the file that is open still the one at the path? */
static bool is_at(int fd, const char *path)
{
	struct stat a, b;

	return fstat(fd, &a) == 0 && stat(path, &b) == 0 && a.st_ino == b.st_ino &&
	       a.st_dev == b.st_dev;
}

/* Opens and locks the file that stands at the path; alone, if nobody else has it. */
static bool open_locked(int *fd, bool *alone, const char *path, struct err *e)
{
	for (;;) {
		*fd = open(
			path, O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
		if (*fd < 0)
			return err_system(e, ERR_WRITE, path);
		*alone = flock(*fd, LOCK_EX | LOCK_NB) == 0;
		if (!*alone && flock(*fd, LOCK_SH) != 0)
			return err_system(e, ERR_IO, path);
		if (is_at(*fd, path))
			return true;
		(void)close(*fd);
	}
}

/* Writes the file anew without what expired: only who is alone with it may. */
static bool forget(struct nonces *n, const char *path, int64_t now, struct err *e)
{
	AUTO(arena) a = arena_new();
	struct bytes file;
	int old = n->fd;
	bool alone, ok;

	ok = file_slurp(a, path, (size_t)NONCES_MAX * RECORD * 2, &file, e) &&
	     keep(n, file, now, e);
	if (ok && n->all.n != file.n) {
		ok = file_write(path, 0600, buf_bytes(&n->all), e) &&
		     open_locked(&n->fd, &alone, path, e);
		if (ok)
			(void)close(old);
	}
	return ok;
}

bool nonces_open(struct nonces **out, const char *path, int64_t now, struct err *e)
{
	AUTO(nonces) n = NEW(struct nonces);
	bool alone;

	n->all = buf_make((size_t)NONCES_MAX * RECORD);
	n->fd = -1;
	if (!open_locked(&n->fd, &alone, path, e) || (alone && !forget(n, path, now, e)))
		return false;
	/* Shared, for as long as this process lives. */
	if (flock(n->fd, LOCK_SH) != 0)
		return err_system(e, ERR_IO, path);
	if (!refresh(n, e))
		return false;
	*out = nonces_move(&n);
	return true;
}

static bool seen(void *to, const uint8_t nonce[ORDER_NONCE], bool *is, struct err *e)
{
	struct nonces *n = to;

	*is = false;
	if (!refresh(n, e))
		return false;
	for (size_t at = 0; at < n->all.n && !*is; at += RECORD)
		*is = bytes_equal(bytes_make(n->all.p + at, ORDER_NONCE),
			bytes_make(nonce, ORDER_NONCE));
	return true;
}

static bool note(struct nonces *n, const uint8_t nonce[ORDER_NONCE], int64_t expiry,
	bool *fresh, struct err *e)
{
	uint8_t record[RECORD];
	struct writer w = writer_over(record, sizeof record);
	off_t end;
	bool is;

	if (!seen(n, nonce, &is, e))
		return false;
	*fresh = !is;
	if (is)
		return true;
	write_bytes(&w, bytes_make(nonce, ORDER_NONCE));
	write_be64(&w, (uint64_t)expiry);
	end = lseek(n->fd, 0, SEEK_END);
	if (end < 0 || end % RECORD)
		return err_set(
			e, ERR_WRITE, "nonces: a torn record; start the agent anew");
	if (write(n->fd, record, RECORD) != RECORD || fsync(n->fd) != 0) {
		err_system(e, ERR_WRITE, "nonces");
		/* Nothing half-written may shift what others write behind it. */
		if (ftruncate(n->fd, end) != 0)
			return err_in(e, "torn");
		return false;
	}
	return refresh(n, e);
}

/* In one step, of all processes of this user. */
static bool take(void *to, const uint8_t nonce[ORDER_NONCE], int64_t expiry, bool *fresh,
	struct err *e)
{
	struct nonces *n = to;
	bool ok;

	if (lockf(n->fd, F_LOCK, 0) != 0 && errno != EINVAL)
		return err_system(e, ERR_WRITE, "nonces");
	ok = note(n, nonce, expiry, fresh, e);
	(void)lseek(n->fd, 0, SEEK_SET);
	(void)lockf(n->fd, F_ULOCK, 0);
	return ok;
}

struct order_nonces nonces_memory(struct nonces *n)
{
	return (struct order_nonces){take, seen, n};
}
