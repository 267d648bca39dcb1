/* cmd_cert_show: what a certificate says.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "cli/cert_fields.h"

static int run(struct cli *c)
{
	struct fields f = fields_make(c);
	struct cert cert;
	struct err e;

	if (!cli_cert(c, cli_operand(c, 0), &cert, &e))
		return cli_fail(c, &e);
	cert_fields(&f, &cert);
	fields_print(&f);
	return 0;
}

static const struct cli_operand operands[] = {
	{"FILE", 0, MSG_OPT_CERT_FILE},
	CLI_END,
};

const struct cli_command cmd_cert_show = {
	.name = "cert show",
	.run = run,
	.summary = MSG_CMD_CERT_SHOW,
	.about = MSG_CMD_CERT_SHOW_ABOUT,
	.operands = operands,
	.json = true,
};
