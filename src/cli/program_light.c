/* program_light: the commands that start fast; the others are handed over.
 * SPDX-License-Identifier: Apache-2.0
 */
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

void program_hand_over(struct cli *c)
{
	const char *full = program_full(c);

	if (full)
		(void)execv(full, c->argv);
}

bool program_report_pdf(qy_report *report, const char *path, struct err *e)
{
	(void)report;
	(void)path;
	return err_system(e, ERR_IO, "qianyin-full");
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
