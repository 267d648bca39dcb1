/* wire: see wire.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "token/wire.h"

#include <errno.h>
#include <poll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

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

struct bytes wire_get(struct reader *r)
{
	uint32_t n = read_be32(r);

	if (n > WIRE_FIELD_MAX)
		r->short_read = true;
	return r->short_read ? (struct bytes){0} : read_bytes(r, n);
}

uint32_t wire_get_number(struct reader *r)
{
	struct bytes b = wire_get(r);
	struct reader in = reader_of(b);

	if (b.n != 4)
		r->short_read = true;
	return read_be32(&in);
}

bool wire_send(int fd, struct bytes message, struct err *e)
{
	uint8_t head[4];
	struct writer w = writer_over(head, sizeof head);
	struct bytes parts[2] = {BYTES_OF(head), message};

	if (message.n > WIRE_MAX)
		return err_set(e, ERR_TOO_LARGE, "message");
	write_be32(&w, (uint32_t)message.n);
	for (int i = 0; i < 2; i++)
		while (parts[i].n) {
			ssize_t n = send(fd, parts[i].p, parts[i].n, MSG_NOSIGNAL);

			if (n < 0 && errno == EINTR)
				continue;
			if (n <= 0)
				return err_set(e, ERR_IO, "the other side is gone");
			parts[i] = bytes_from(parts[i], (size_t)n);
		}
	return true;
}

static int64_t now_ms(void)
{
	struct timespec t;

	/* allow clock_gettime: how long, not when; no test sets the time of a child */
	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* Exactly n octets before `end` (ms; < 0: never). */
static bool receive_all(int fd, uint8_t *p, size_t n, int64_t end, struct err *e)
{
	while (n) {
		int64_t left = end < 0 ? -1 : end - now_ms();
		struct pollfd ready = {.fd = fd, .events = POLLIN};
		ssize_t got;
		int some;

		if (end >= 0 && left <= 0)
			return err_set(e, ERR_BUSY, "no answer in time");
		some = poll(&ready, 1, (int)left);
		if (some < 0 && errno != EINTR)
			return err_set(e, ERR_IO, "the other side is gone");
		if (some <= 0)
			continue;
		got = read(fd, p, n);
		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return err_set(e, ERR_IO, "the other side is gone");
		p += got;
		n -= (size_t)got;
	}
	return true;
}

bool wire_receive(
	int fd, uint8_t *room, int timeout_ms, struct bytes *message, struct err *e)
{
	int64_t end = timeout_ms < 0 ? -1 : now_ms() + timeout_ms;
	uint8_t head[4];
	struct reader r = reader_of(BYTES_OF(head));
	uint32_t n;

	if (!receive_all(fd, head, sizeof head, end, e))
		return false;
	n = read_be32(&r);
	if (n > WIRE_MAX)
		return err_set(e, ERR_MALFORMED, "a message of %u octets", n);
	if (!receive_all(fd, room, n, end, e))
		return false;
	*message = bytes_make(room, n);
	return true;
}
