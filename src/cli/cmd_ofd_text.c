/* cmd_ofd_text: the words of an OFD file.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "cli/ofd_command.h"
#include "doc/ofd_text.h"

static bool print(struct cli *c, struct ofd *o, struct sink to, struct err *e)
{
	(void)c;
	return ofd_text(o, to, e);
}

static int run(struct cli *c)
{
	return ofd_command(c, print);
}

const struct cli_command cmd_ofd_text = {
	.name = "ofd text",
	.run = run,
	.summary = MSG_CMD_OFD_TEXT,
	.about = MSG_CMD_OFD_TEXT_ABOUT,
	.options = ofd_command_options,
	.operands = ofd_command_operands,
};
