/* listen: a listening socket on a loopback address.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef QY_HTTP_LISTEN_H
#define QY_HTTP_LISTEN_H

#include "base/err.h"

/* Opens, binds and listens at "127.0.0.1:PORT" or "[::1]:PORT"; *port is the one taken.
 * Errors as http_serve. */
MUST_USE bool listen_open(int *fd, unsigned *port, const char *address, struct err *e);

#endif
