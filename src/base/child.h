/* child: a program of ours in a process of its own, with one channel to it.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef QY_BASE_CHILD_H
#define QY_BASE_CHILD_H

#include <sys/types.h>

#include "base/err.h"

enum { CHILD_CHANNEL = 3 }; /* its end, in the child */

struct child {
	pid_t pid; /* 0: none runs */
	int fd;    /* the channel; -1: none */
};

enum { CHILD_CHANNELS_MAX = 16 };

/* Starts argv[0], a path, with `count` sockets as descriptors 3, 4, …, behind them a copy
 * of the descriptor `gift` (-1: none), and nothing else of ours beyond the first three.
 * fds gets our ends. ERR_IO. */
MUST_USE bool child_spawn(
	pid_t *pid, int *fds, size_t count, int gift, char *const argv[], struct err *e);

/* The same with one socket. */
MUST_USE bool child_start(struct child *c, char *const argv[], struct err *e);

/* Sends be64 length and octets down the channel, all of them. ERR_IO. */
MUST_USE bool child_send_all(struct child *c, struct bytes b, struct err *e);

/* Is it still there? Buries it when it is not: then *pid is 0. */
bool child_is_running(pid_t *pid);
/* Kills it and waits for its end; *pid is then 0. 0: nothing. */
void child_kill(pid_t *pid);

/* Kills it, waits for its end, closes the channel. May be called on one that does not
 * run.
 */
void child_stop(struct child *c);

/* In the child, first of all: gains no rights, leaves no core, dies with its parent; what
 * it prints is thrown away. */
void child_confine(void);

#endif
