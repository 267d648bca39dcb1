/* program_light: the commands that start fast; the others are handed over.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <errno.h>
#include <limits.h>
#include <string.h>
#include <unistd.h>

#include "cli/program.h"

#define CMD(noun) extern const struct cli_command cmd_##noun;
#define CMD_HEAVY(noun)
#include "cli/commands.tbl"
#undef CMD

const struct cli_command *const cli_commands[] = {
#define CMD(noun) &cmd_##noun,
#include "cli/commands.tbl"
	NULL,
};

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

void program_hand_over(struct cli *c)
{
	const char *folder = own_folder(c);

	errno = ENOENT;
	for (size_t i = 0; folder && i < sizeof places / sizeof *places; i++)
		(void)execv(arena_printf(c->arena, "%s%sqianyin-full", folder, places[i]),
			c->argv);
}

bool program_is_here(struct cli *c, char *const *args, size_t count)
{
	struct err e;
	size_t used;

	if (command_find((const char *const *)args, count, &used))
		return true;
	program_hand_over(c);
	(void)err_system(&e, ERR_IO, "qianyin-full");
	(void)cli_fail(c, &e);
	return false;
}
