/* cmd_help: help on everything, on one command, or the manual page.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "base/text.h"
#include "cli/cli.h"

static int run(struct cli *c)
{
	const struct cli_command *found, *near;
	const char *typed;
	size_t used;

	if (cli_flag(c, "man")) {
		help_manual(c);
		return 0;
	}
	if (!c->operand_count) {
		help_overview(c, c->out);
		return 0;
	}
	found = command_find(c->operands, c->operand_count, &used);
	if (found && used == c->operand_count) {
		help_command(c, found);
		return 0;
	}
	if (c->operand_count == 1 && command_is_group(c->operands[0])) {
		help_group(c, c->operands[0], c->out);
		return 0;
	}
	typed = c->operand_count == 1
			? c->operands[0]
			: arena_printf(c->arena, "%s %s", c->operands[0], c->operands[1]);
	near = command_nearest(typed);
	typed = text_printable(c->arena, bytes_str(typed), 80);
	return cli_misuse(c, near ? cli_say(c, MSG_CLI_UNKNOWN_NEAR, typed, near->name)
				  : cli_say(c, MSG_CLI_UNKNOWN, typed));
}

static const struct cli_option options[] = {
	{"man", 0, CLI_FLAG, 0, NULL, MSG_OPT_HELP_MAN, 0},
	CLI_END,
};

static const struct cli_operand operands[] = {
	{"COMMAND", CLI_OPTIONAL | CLI_REPEAT, MSG_OPT_HELP_COMMAND},
	CLI_END,
};

const struct cli_command cmd_help = {
	.name = "help",
	.run = run,
	.summary = MSG_CMD_HELP,
	.about = MSG_CMD_HELP_ABOUT,
	.options = options,
	.operands = operands,
};
