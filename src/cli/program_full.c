/* program_full: every command is here.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "cli/program.h"
#include "cli/session.h"

#define CMD(noun)       extern const struct cli_command cmd_##noun;
#define CMD_HEAVY(noun) CMD(noun)
#include "cli/commands.tbl"
#undef CMD

const struct cli_command *const cli_commands[] = {
#define CMD(noun) &cmd_##noun,
#include "cli/commands.tbl"
	NULL,
};

void program_hand_over(struct cli *c)
{
	(void)c;
}

bool program_report_pdf(qy_report *report, const char *path, struct err *e)
{
	struct qy_error qe;

	return qy_report_pdf(report, path, &qe) || session_err(e, &qe);
}

bool program_is_here(struct cli *c, char *const *args, size_t count)
{
	(void)c;
	(void)args;
	(void)count;
	return true;
}
