/* serve: a command that answers over HTTP until it is told to end.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef QY_CLI_SERVE_H
#define QY_CLI_SERVE_H

#include "cli/cli.h"
#include "http/server.h"

/* Starts the server, prints "http://127.0.0.1:PORT/" and serves until SIGTERM or SIGINT.
 * Call it before any thread is made. Errors as http_serve; ERR_WRITE. */
MUST_USE bool cli_serve(struct cli *c, const struct http_conf *conf,
	const struct http_site *site, struct err *e);

#endif
