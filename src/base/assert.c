/* assert: the last words of a process that is wrong about itself.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "base/assert.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

void assert_failed(const char *what, const char *file, int line)
{
	char text[400];
	int n = snprintf(text, sizeof text, "%s:%d: not so: %s\n", file, line, what);

	if (n > 0)
		(void)!write(STDERR_FILENO, text,
			(size_t)n < sizeof text ? (size_t)n : sizeof text - 1);
	abort();
}
