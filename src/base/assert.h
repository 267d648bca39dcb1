/* assert: what can only be false by a mistake of ours. Always on: a process that is wrong
 * about itself ends, and whoever started it starts it anew.
 * SPDX-License-Identifier: Apache-2.0
 *
 * Not for input, files, peers or the system: those have errors. Not in the public
 * library: there a broken precondition is ERR_USAGE.
 */
#ifndef QY_BASE_ASSERT_H
#define QY_BASE_ASSERT_H

#define ASSERT(truth) ((truth) ? (void)0 : assert_failed(#truth, __FILE__, __LINE__))

void assert_failed(const char *what, const char *file, int line)
	__attribute__((noreturn, cold));

#endif
