/* wire: see wire.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "base/wire.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

void wire_put(struct writer *w, struct bytes field)
{
	write_be32(w, (uint32_t)field.n);
	write_bytes(w, field);
}

void wire_put_number(struct writer *w, uint32_t n)
{
	write_be32(w, 4);
	write_be32(w, n);
}

void wire_put_long(struct writer *w, uint64_t n)
{
	write_be32(w, 8);
	write_be64(w, n);
}

struct bytes wire_get(struct reader *r)
{
	uint32_t n = read_be32(r);

	return r->short_read ? (struct bytes){0} : read_bytes(r, n);
}

void wire_get_into(struct reader *r, void *out, size_t n)
{
	struct bytes b = wire_get(r);

	if (b.n != n)
		r->short_read = true;
	if (r->short_read)
		memset(out, 0, n);
	else if (n)
		memcpy(out, b.p, n);
}

uint32_t wire_get_number(struct reader *r)
{
	uint8_t octets[4];
	struct reader in = reader_of(BYTES_OF(octets));

	wire_get_into(r, octets, sizeof octets);
	return read_be32(&in);
}

uint64_t wire_get_long(struct reader *r)
{
	uint8_t octets[8];
	struct reader in = reader_of(BYTES_OF(octets));
	uint64_t high;

	wire_get_into(r, octets, sizeof octets);
	high = read_be32(&in);
	return high << 32 | read_be32(&in);
}

int64_t wire_clock_ms(void)
{
	struct timespec t;

	/* allow clock_gettime: how long, not when; no test sets the time of a child */
	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* Waits until the descriptor is ready. */
static bool wait_for(int fd, short what, int64_t end, struct err *e)
{
	for (;;) {
		int64_t left = end < 0 ? -1 : end - wire_clock_ms();
		struct pollfd ready = {.fd = fd, .events = what};
		int some;

		if (end >= 0 && left <= 0)
			return err_set(e, ERR_BUSY, "no answer in time");
		some = poll(&ready, 1, (int)left);
		if (some < 0 && errno != EINTR)
			return err_set(e, ERR_IO, "the other side is gone");
		if (some > 0)
			return true;
	}
}

bool wire_write(int fd, struct bytes b, int64_t end, struct err *e)
{
	while (b.n) {
		ssize_t n = send(fd, b.p, b.n, MSG_NOSIGNAL | MSG_DONTWAIT);

		if (n > 0) {
			b = bytes_from(b, (size_t)n);
			continue;
		}
		if (n < 0 && errno == EINTR)
			continue;
		if (n == 0 || (errno != EAGAIN && errno != ENOBUFS))
			return err_set(e, ERR_IO, "the other side is gone");
		if (!wait_for(fd, POLLOUT, end, e))
			return false;
	}
	return true;
}

bool wire_read(int fd, void *p, size_t n, int64_t end, struct err *e)
{
	uint8_t *at = p;

	while (n) {
		ssize_t got = recv(fd, at, n, MSG_DONTWAIT);

		if (got > 0) {
			at += got;
			n -= (size_t)got;
			continue;
		}
		if (got < 0 && errno == EINTR)
			continue;
		if (got == 0 || errno != EAGAIN)
			return err_set(e, ERR_IO, "the other side is gone");
		if (!wait_for(fd, POLLIN, end, e))
			return false;
	}
	return true;
}

bool wire_send(int fd, struct bytes message, struct err *e)
{
	uint8_t head[WIRE_HEAD];
	struct writer w = writer_over(head, sizeof head);

	if (message.n > WIRE_MAX)
		return err_set(e, ERR_TOO_LARGE, "message");
	write_be32(&w, (uint32_t)message.n);
	return wire_write(fd, BYTES_OF(head), -1, e) && wire_write(fd, message, -1, e);
}

bool wire_receive(
	int fd, uint8_t *room, int timeout_ms, struct bytes *message, struct err *e)
{
	int64_t end = timeout_ms < 0 ? -1 : wire_clock_ms() + timeout_ms;
	uint8_t head[WIRE_HEAD];
	struct reader r = reader_of(BYTES_OF(head));
	uint32_t n;

	if (!wire_read(fd, head, sizeof head, end, e))
		return false;
	n = read_be32(&r);
	if (n > WIRE_MAX)
		return err_set(e, ERR_MALFORMED, "a message of %u octets", n);
	if (!wire_read(fd, room, n, end, e))
		return false;
	*message = bytes_make(room, n);
	return true;
}
