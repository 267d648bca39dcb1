/* listen: opening the port; see listen.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "http/listen.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/text.h"

enum { BACKLOG = 4096, UNIX_MODE = 0660 };

union address {
	struct sockaddr any;
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;
	struct sockaddr_un un;
};

static bool unix_read(union address *out, struct bytes path, struct err *e)
{
	*out = (union address){0};
	if (!path.n || path.n >= sizeof out->un.sun_path)
		return err_set(e, ERR_USAGE, "unix: a path of 1 to %zu octets",
			sizeof out->un.sun_path - 1);
	out->un.sun_family = AF_UNIX;
	memcpy(out->un.sun_path, path.p, path.n);
	return true;
}

/* "1.2.3.4" or "[::1]" into the address; false: neither. */
static bool host_read(union address *out, struct bytes host)
{
	bool v6 = bytes_starts(host, BYTES("[")) && bytes_ends(host, BYTES("]"));
	char text[INET6_ADDRSTRLEN];

	if (v6)
		host = bytes_make(host.p + 1, host.n - 2);
	if (!host.n || host.n >= sizeof text)
		return false;
	memcpy(text, host.p, host.n);
	text[host.n] = 0;
	out->any.sa_family = v6 ? AF_INET6 : AF_INET;
	return inet_pton(v6 ? AF_INET6 : AF_INET, text,
		       v6 ? (void *)&out->v6.sin6_addr : (void *)&out->v4.sin_addr) == 1;
}

static bool address_read(union address *out, socklen_t *size,
	const struct listen_conf *conf, struct err *e)
{
	struct bytes b = bytes_str(conf->address);
	size_t host_size = b.n;
	bool loopback;
	uint64_t port;

	if (bytes_starts(b, BYTES("unix:"))) {
		*size = sizeof out->un;
		return unix_read(out, bytes_from(b, strlen("unix:")), e);
	}
	while (host_size && b.p[host_size - 1] != ':')
		host_size--;
	*out = (union address){0};
	loopback =
		bytes_starts(b, BYTES("127.0.0.1:")) || bytes_starts(b, BYTES("[::1]:"));
	if (!host_size || (!loopback && !conf->any) ||
		!host_read(out, bytes_head(b, host_size - 1)))
		return err_set(e, ERR_USAGE,
			conf->any ? "%.80s: no ADDRESS:PORT"
				  : "%.80s: only 127.0.0.1:PORT and [::1]:PORT are "
				    "listened at",
			conf->address);
	if (!decimal_u64(bytes_from(b, host_size), 65535, &port, e))
		return err_set(e, ERR_USAGE, "%.80s: port", conf->address);
	*size = out->any.sa_family == AF_INET6 ? sizeof out->v6 : sizeof out->v4;
	if (out->any.sa_family == AF_INET6)
		out->v6.sin6_port = htons((uint16_t)port);
	else
		out->v4.sin_port = htons((uint16_t)port);
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

/* A socket's file stays when its process is killed: it goes when nobody answers there. */
static void remove_stale(const union address *at)
{
	struct stat st;
	int s;

	if (lstat(at->un.sun_path, &st) != 0 || !S_ISSOCK(st.st_mode))
		return;
	s = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (s < 0)
		return;
	if (connect(s, &at->any, sizeof at->un) != 0 && errno == ECONNREFUSED)
		(void)unlink(at->un.sun_path);
	(void)close(s);
}

static bool bind_and_listen(
	int s, const union address *at, socklen_t size, const struct listen_conf *conf)
{
	unsigned mode = conf->unix_mode ? conf->unix_mode : UNIX_MODE;
	bool is_unix = at->any.sa_family == AF_UNIX;

	if (is_unix)
		remove_stale(at);
	if (bind(s, &at->any, size) != 0)
		return false;
	if (is_unix && chmod(at->un.sun_path, mode) != 0)
		return false;
	return listen(s, BACKLOG) == 0;
}

static bool port_of(int fd, unsigned *port)
{
	union address at = {0};
	socklen_t size = sizeof at;

	if (getsockname(fd, &at.any, &size) != 0)
		return false;
	*port = at.any.sa_family == AF_INET6  ? ntohs(at.v6.sin6_port)
		: at.any.sa_family == AF_INET ? ntohs(at.v4.sin_port)
					      : 0;
	return true;
}

bool listen_open(int *fd, unsigned *port, const struct listen_conf *conf, struct err *e)
{
	union address at;
	socklen_t size;
	int s, one = 1;

	if (!address_read(&at, &size, conf, e))
		return false;
	s = socket(at.any.sa_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (s < 0)
		return fail(s, conf->address, e);
	(void)setsockopt(s, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
	if (!bind_and_listen(s, &at, size, conf) || !port_of(s, port))
		return fail(s, conf->address, e);
	*fd = s;
	return true;
}

bool listen_adopt(int fd, unsigned *port, struct err *e)
{
	int listening = 0, type = 0;
	socklen_t size = sizeof listening;

	if (getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &listening, &size) != 0 ||
		getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &size) != 0 || !listening ||
		type != SOCK_STREAM)
		return err_set(e, ERR_USAGE, "descriptor %d: no listening socket", fd);
	if (fcntl(fd, F_SETFD, FD_CLOEXEC) != 0 || fcntl(fd, F_SETFL, O_NONBLOCK) != 0 ||
		!port_of(fd, port))
		return err_system(e, ERR_IO, "the listening socket");
	return true;
}
