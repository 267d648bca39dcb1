/* listen: a listening socket: loopback, another address when meant, or a unix socket.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef QY_HTTP_LISTEN_H
#define QY_HTTP_LISTEN_H

#include "base/err.h"

struct listen_conf {
	const char *address;
	bool any;           /* other addresses than loopback are meant */
	unsigned unix_mode; /* of the file of a unix socket; 0: 0660 */
};

/* Opens, binds and listens at "127.0.0.1:PORT", "[::1]:PORT", with `any` at any address
 * so written, or at "unix:PATH" (a socket that nobody listens at any more is replaced).
 * *port is the one taken; 0 for a unix socket. Errors as http_serve. */
MUST_USE bool listen_open(
	int *fd, unsigned *port, const struct listen_conf *conf, struct err *e);

/* Is it a listening stream socket? Makes it non-blocking and close-on-exec, tells its
 * port. ERR_USAGE: it is none. */
MUST_USE bool listen_adopt(int fd, unsigned *port, struct err *e);

#endif
