/* child_run: a program of the operator's or ours, run to its end.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef QY_SERVER_CHILD_RUN_H
#define QY_SERVER_CHILD_RUN_H

#include "base/err.h"

/* Runs argv[0] (a path) with our standard error, standard input from nowhere and standard
 * output thrown away, and waits. ERR_IO: it does not start, or ends with another code
 * than 0. Nothing secret among the arguments. */
MUST_USE bool child_run_to_end(const char *const argv[], struct err *e);

#endif
