/* cmd_ca_tsa: a further tsa certificate of the demonstration CA, with its key.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "base/time.h"
#include "cli/ca.h"

enum { DAYS_DEFAULT = 1095, DAYS_MAX = 3650 };

static int run(struct cli *c)
{
	return ca_issue_one(c, ISSUE_TSA, "tsa", cli_text(c, "name"),
		(int64_t)cli_number(c, "days", DAYS_DEFAULT) * TIME_DAY);
}

static const struct cli_option options[] = {
	{"name", 0, CLI_TEXT, CLI_REQUIRED, NULL, MSG_OPT_CA_SERVICE_NAME, 0},
	{"days", 0, CLI_NUMBER, 0, NULL, MSG_OPT_DAYS, DAYS_MAX},
	CA_HOLDER_ROWS,
	CLI_END,
};

static const struct cli_operand operands[] = {
	{"DIR", 0, MSG_OPT_CA_DIR},
	CLI_END,
};

const struct cli_command cmd_ca_tsa = {
	.name = "ca tsa",
	.run = run,
	.summary = MSG_CMD_CA_TSA,
	.about = MSG_CMD_CA_TSA_ABOUT,
	.options = options,
	.operands = operands,
};
