/* child: a program of ours in a process of its own, with one channel to it.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef QY_TOKEN_CHILD_H
#define QY_TOKEN_CHILD_H

#include <sys/types.h>

#include "base/err.h"

enum { CHILD_CHANNEL = 3 }; /* its end, in the child */

struct child {
	pid_t pid; /* 0: none runs */
	int fd;    /* the channel; -1: none */
};

/* Starts argv[0], a path, with a socket as descriptor 3 and nothing else of ours beyond
 * the first three. ERR_IO. */
MUST_USE bool child_start(struct child *c, char *const argv[], struct err *e);

/* Sends be64 length and octets down the channel, all of them. ERR_IO. */
MUST_USE bool child_send_all(struct child *c, struct bytes b, struct err *e);

/* Kills it, waits for its end, closes the channel. May be called on one that does not
 * run.
 */
void child_stop(struct child *c);

/* In the child, first of all: gains no rights, leaves no core, dies with its parent; what
 * it prints is thrown away. */
void child_confine(void);

#endif
