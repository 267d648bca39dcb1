/* peer: whose socket is at the other end of a loopback connection (Linux: /proc/net/tcp).
 * SPDX-License-Identifier: Apache-2.0
 *
 *	  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid
 *	   0: 0100007F:1F90 0100007F:D2A4 01 00000000:00000000 00:00000000 00000000  1000
 */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "agent/agent.h"
#include "base/buf.h"
#include "base/text.h"

enum { TABLE_MAX = 16 << 20, PIECE = 64 * 1024 };

/* Files of /proc have no size: read until there is no more. */
static bool table_read(struct buf *out, const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n = -1;
	struct err e;

	while (fd >= 0) {
		uint8_t *room = buf_room(out, PIECE, &e);

		n = room ? read(fd, room, PIECE) : -1;
		if (n <= 0)
			break;
		out->n += (size_t)n;
	}
	if (fd >= 0)
		(void)close(fd);
	return n == 0;
}

/* The next word of a line. */
static struct bytes word(struct bytes *line)
{
	struct bytes out;
	size_t n = 0;

	*line = text_trim(*line);
	while (n < line->n && line->p[n] != ' ')
		n++;
	out = bytes_head(*line, n);
	*line = bytes_from(*line, n);
	return out;
}

/* Is it this end, in the spelling of the table? */
static bool is_end(struct bytes said, const char *address, uint16_t port)
{
	char digits[6];

	(void)snprintf(digits, sizeof digits, ":%04X", port);
	return said.n == strlen(address) + 5 && bytes_starts(said, bytes_str(address)) &&
	       bytes_ends(said, bytes_str(digits));
}

/* The user of the socket from `from` to `to`; false when this line is another's. */
static bool line_uid(
	struct bytes line, const char *address, uint16_t from, uint16_t to, uint64_t *uid)
{
	struct err e;

	(void)word(&line); /* sl */
	if (!is_end(word(&line), address, from) || !is_end(word(&line), address, to))
		return false;
	for (int i = 0; i < 4; i++) /* st, queues, timer, retransmits */
		(void)word(&line);
	return decimal_u64(word(&line), UINT32_MAX, uid, &e);
}

/* Both ends of a connection have one address, so that a port names it: somebody else's
 * socket at the same port of 127.0.0.9 or ::1 is another connection. */
static const struct {
	bool v6;
	const char *table, *address;
} rows[] = {
	{false, "/proc/net/tcp", "0100007F"},
	{false, "/proc/net/tcp6",
		"0000000000000000FFFF00000100007F"}, /* a v6 socket's v4 */
	{true, "/proc/net/tcp6", "00000000000000000000000001000000"},
};

bool peer_is_own(struct http_peer peer, unsigned port)
{
	if (!peer.port || !peer.loopback)
		return false;
	for (size_t t = 0; t < sizeof rows / sizeof *rows; t++) {
		AUTO_BUF table = buf_make(TABLE_MAX);
		struct bytes rest;

		if (rows[t].v6 != peer.v6 || !table_read(&table, rows[t].table))
			continue;
		for (rest = buf_bytes(&table); rest.n;) {
			size_t end = bytes_find(rest, BYTES("\n"));
			uint64_t uid;

			if (line_uid(bytes_head(rest, end), rows[t].address, peer.port,
				    (uint16_t)port, &uid))
				return uid == geteuid();
			rest = end == SIZE_MAX ? (struct bytes){0}
					       : bytes_from(rest, end + 1);
		}
	}
	return false;
}
