/* poppler_child: a program of others run on hostile input, with nothing but that input.
 * SPDX-License-Identifier: Apache-2.0
 *
 * Internal to doc/poppler. Between fork and exec only calls are made that are safe when
 * the caller has threads; the filter of system calls is a constant.
 */
#ifndef QY_DOC_POPPLER_CHILD_H
#define QY_DOC_POPPLER_CHILD_H

#include "base/buf.h"

struct child_limits {
	unsigned seconds; /* of the wall clock and of the CPU */
	size_t memory;    /* octets of address space */
};

/* Runs `program` (looked for in the system's folders only) with args (args[0] is its
 * name; null ends them), fd_in as its standard input, and gathers what it writes into
 * out, up to out's maximum. Environment empty, limits set, no new privileges, system
 * calls filtered. ERR_UNSUPPORTED: no such program; ERR_BUSY: not done in time;
 * ERR_TOO_LARGE: it wrote more; ERR_MALFORMED: it failed, with the first line it
 * complained in, or died. */
MUST_USE bool child_run(const char *program, const char *const args[], int fd_in,
	struct child_limits limits, struct buf *out, struct err *e);

/* The same for a function instead of a program, for tests that try the filter: runs it in
 * the sandbox; it gives the exit code. */
MUST_USE bool child_try(int (*act)(void *), void *ctx, struct child_limits limits,
	int *exit_code, struct err *e);

#endif
