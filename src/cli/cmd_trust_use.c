/* cmd_trust_use: installs a trust store as the one commands judge by.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "cli/register.h"

static int run(struct cli *c)
{
	struct trust *t = NULL;
	struct bytes file;
	struct err e;

	if (!cli_read(c, cli_operand(c, 0), TRUST_MAX, &file, &e) ||
		!trust_read(&t, c->arena, file, &e) ||
		!register_install(c, file, t, cli_flag(c, "signer-changed"), &e))
		return cli_fail(c, &e);
	cli_note(c,
		cli_say(c, MSG_TRUST_INSTALLED, t->title,
			arena_printf(c->arena, "%llu", (unsigned long long)t->serial)));
	return 0;
}

static const struct cli_option options[] = {
	{"signer-changed", 0, CLI_FLAG, 0, NULL, MSG_OPT_SIGNER_CHANGED, 0},
	CLI_END,
};

static const struct cli_operand operands[] = {
	{"FILE", 0, MSG_OPT_TRUST_FILE},
	CLI_END,
};

const struct cli_command cmd_trust_use = {
	.name = "trust use",
	.run = run,
	.summary = MSG_CMD_TRUST_USE,
	.about = MSG_CMD_TRUST_USE_ABOUT,
	.options = options,
	.operands = operands,
};
