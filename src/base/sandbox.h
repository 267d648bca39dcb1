/* sandbox: what a process of ours gives up before it reads its first request.
 * SPDX-License-Identifier: Apache-2.0
 *
 * Always: no core dump, no debugger, no new rights, limits on memory, time and files. On
 * Linux with libseccomp also: a list of the system calls it may make, and no others;
 * those that are not on it fail with EPERM. Which of the files sandbox_*.c is built,
 * meson says.
 */
#ifndef QY_BASE_SANDBOX_H
#define QY_BASE_SANDBOX_H

#include "base/err.h"

struct sandbox {
	bool reads_files;  /* opens files for reading */
	bool writes_files; /* creates, renames, removes files */
	bool network;      /* makes connections, and the threads libcurl needs for it */
	size_t memory;     /* octets of address space; 0: no limit */
	unsigned cpu_s;    /* of processor time, 0: no limit */
	uint64_t file_max; /* octets of a file it writes */
};

/* Enters it for good. ERR_IO: the system refuses; the process must not go on. */
MUST_USE bool sandbox_enter(const struct sandbox *s, struct err *e);

/* Is there a list of system calls in this build? */
bool sandbox_has_filter(void);

/* The part without system calls: sandbox_enter does it first. */
MUST_USE bool sandbox_limits(const struct sandbox *s, struct err *e);

#endif
