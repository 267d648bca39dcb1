/* cmd_ofd_list: the parts of an OFD file.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "cli/ofd_command.h"
#include "doc/ofd_list.h"

static bool print(struct cli *c, struct ofd *o, struct sink to, struct err *e)
{
	return ofd_list(o, c->lang, to, e);
}

static int run(struct cli *c)
{
	return ofd_command(c, print);
}

const struct cli_command cmd_ofd_list = {
	.name = "ofd list",
	.run = run,
	.summary = MSG_CMD_OFD_LIST,
	.about = MSG_CMD_OFD_LIST_ABOUT,
	.options = ofd_command_options,
	.operands = ofd_command_operands,
};
