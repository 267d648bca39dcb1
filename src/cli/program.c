/* program: where the other program lies.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "cli/program.h"

#include <errno.h>
#include <limits.h>
#include <unistd.h>

/* Beside this program, as built; else where it is installed. */
static const char *const places[] = {"", "../libexec/qianyin/"};

/* The folder this program lies in, with its slash; null when /proc does not tell. */
static const char *own_folder(struct cli *c)
{
	char path[PATH_MAX];
	ssize_t n = readlink("/proc/self/exe", path, sizeof path);

	while (n > 0 && path[n - 1] != '/')
		n--;
	return n > 0 ? arena_str(c->arena, bytes_make(path, (size_t)n)) : NULL;
}

const char *program_full(struct cli *c)
{
	const char *folder = own_folder(c);

	errno = ENOENT;
	for (size_t i = 0; folder && i < sizeof places / sizeof *places; i++) {
		const char *path =
			arena_printf(c->arena, "%s%sqianyin-full", folder, places[i]);

		if (access(path, X_OK) == 0)
			return path;
	}
	return NULL;
}
