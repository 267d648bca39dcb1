/* nonces: see nonces.h. A file of records: 32 octets, and the expiry, be64 microseconds.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "agent/nonces.h"

#include <fcntl.h>
#include <string.h>
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

/* Keeps the records that have not expired; what is behind the last whole one was never
 * acted upon. */
static bool keep(struct nonces *n, struct bytes file, int64_t now, struct err *e)
{
	for (; file.n >= RECORD; file = bytes_from(file, RECORD)) {
		struct reader r =
			reader_of(bytes_from(bytes_head(file, RECORD), ORDER_NONCE));
		uint64_t high = read_be32(&r), expiry = high << 32 | read_be32(&r);

		if ((int64_t)expiry + TIME_DAY >= now &&
			!buf_put(&n->all, bytes_head(file, RECORD), e))
			return false;
	}
	return true;
}

bool nonces_open(struct nonces **out, const char *path, int64_t now, struct err *e)
{
	AUTO(arena) a = arena_new();
	AUTO(nonces) n = NEW(struct nonces);
	struct bytes file = {0};

	n->fd = -1;
	n->all = buf_make((size_t)NONCES_MAX * RECORD);
	if (access(path, F_OK) == 0 &&
		!file_slurp(a, path, (size_t)NONCES_MAX * RECORD * 2, &file, e))
		return false;
	if (!keep(n, file, now, e) || !file_write(path, 0600, buf_bytes(&n->all), e))
		return false;
	n->fd = open(path, O_WRONLY | O_APPEND | O_CLOEXEC);
	if (n->fd < 0)
		return err_system(e, ERR_WRITE, path);
	*out = nonces_move(&n);
	return true;
}

static bool seen(void *to, const uint8_t nonce[ORDER_NONCE], bool *is, struct err *e)
{
	struct nonces *n = to;

	(void)e;
	*is = false;
	for (size_t at = 0; at < n->all.n && !*is; at += RECORD)
		*is = bytes_equal(bytes_make(n->all.p + at, ORDER_NONCE),
			bytes_make(nonce, ORDER_NONCE));
	return true;
}

static bool take(void *to, const uint8_t nonce[ORDER_NONCE], int64_t expiry, bool *fresh,
	struct err *e)
{
	struct nonces *n = to;
	uint8_t record[RECORD];
	struct writer w = writer_over(record, sizeof record);
	bool is;

	if (!seen(to, nonce, &is, e))
		return false;
	*fresh = !is;
	if (is)
		return true;
	write_bytes(&w, bytes_make(nonce, ORDER_NONCE));
	write_be64(&w, (uint64_t)expiry);
	if (write(n->fd, record, RECORD) != RECORD || fsync(n->fd) != 0)
		return err_system(e, ERR_WRITE, "nonces");
	return buf_put(&n->all, BYTES_OF(record), e);
}

struct order_nonces nonces_memory(struct nonces *n)
{
	return (struct order_nonces){take, seen, n};
}
