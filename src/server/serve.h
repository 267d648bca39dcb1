/* serve: the platform at work, until it is told to end or hands over.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef QY_SERVER_SERVE_H
#define QY_SERVER_SERVE_H

#include "base/err.h"
#include "base/world.h"

/* TERM and INT: answers what began, then ends. USR2: hands over to a new process of the
 * same command (argv, null at the end). Errors are of the start. */
MUST_USE bool serve(
	struct world *world, const char *conf_path, char **argv, struct err *e);

#endif
