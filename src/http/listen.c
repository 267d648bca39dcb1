/* listen: opening the port; see listen.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "http/listen.h"

#include <errno.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/text.h"

enum { BACKLOG = 64 };

union address {
	struct sockaddr any;
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;
};

static bool address_read(
	union address *out, socklen_t *size, const char *text, struct err *e)
{
	struct bytes b = bytes_str(text), v4 = BYTES("127.0.0.1:"), v6 = BYTES("[::1]:");
	bool is_v6 = bytes_starts(b, v6);
	uint64_t port;

	if (!is_v6 && !bytes_starts(b, v4))
		return err_set(e, ERR_USAGE,
			"%.80s: only 127.0.0.1:PORT and [::1]:PORT are listened at",
			text);
	if (!decimal_u64(bytes_from(b, is_v6 ? v6.n : v4.n), 65535, &port, e))
		return err_set(e, ERR_USAGE, "%.80s: port", text);
	*out = (union address){0};
	if (is_v6) {
		out->v6.sin6_family = AF_INET6;
		out->v6.sin6_addr = (struct in6_addr)IN6ADDR_LOOPBACK_INIT;
		out->v6.sin6_port = htons((uint16_t)port);
		*size = sizeof out->v6;
	} else {
		out->v4.sin_family = AF_INET;
		out->v4.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
		out->v4.sin_port = htons((uint16_t)port);
		*size = sizeof out->v4;
	}
	return true;
}

static bool fail(int fd, const char *address, struct err *e)
{
	enum err_code code = errno == EADDRINUSE ? ERR_BUSY
			     : errno == EACCES   ? ERR_DENIED
						 : ERR_IO;

	(void)err_system(e, code, address);
	if (fd >= 0)
		(void)close(fd);
	return false;
}

bool listen_open(int *fd, unsigned *port, const char *address, struct err *e)
{
	union address at;
	socklen_t size;
	int s, one = 1;

	if (!address_read(&at, &size, address, e))
		return false;
	s = socket(at.any.sa_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (s < 0)
		return fail(s, address, e);
	(void)setsockopt(s, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
	if (bind(s, &at.any, size) != 0 || listen(s, BACKLOG) != 0 ||
		getsockname(s, &at.any, &size) != 0)
		return fail(s, address, e);
	*fd = s;
	*port = ntohs(at.any.sa_family == AF_INET6 ? at.v6.sin6_port : at.v4.sin_port);
	return true;
}
