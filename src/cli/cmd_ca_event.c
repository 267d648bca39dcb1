/* cmd_ca_event: a certificate of at most eight hours for one person at one event, with
 * its key. SPDX-License-Identifier: Apache-2.0
 */
#include "base/time.h"
#include "cli/ca.h"

enum { HOURS_DEFAULT = 8, HOURS_MAX = 8 };

static int run(struct cli *c)
{
	const char *person = cli_text(c, "person");

	return ca_issue_one(c, ISSUE_EVENT, "event",
		person ? person : cli_text(c, "name"),
		(int64_t)cli_number(c, "hours", HOURS_DEFAULT) * TIME_HOUR);
}

static const struct cli_option options[] = {
	{"name", 0, CLI_TEXT, CLI_REQUIRED, NULL, MSG_OPT_NAME, 0},
	{"person", 0, CLI_TEXT, 0, NULL, MSG_OPT_PERSON, 0},
	{"id-number", 0, CLI_TEXT, 0, NULL, MSG_OPT_ID_NUMBER, 0},
	{"hours", 0, CLI_NUMBER, 0, NULL, MSG_OPT_HOURS, HOURS_MAX},
	CA_HOLDER_ROWS,
	CLI_END,
};

static const struct cli_operand operands[] = {
	{"DIR", 0, MSG_OPT_CA_DIR},
	CLI_END,
};

const struct cli_command cmd_ca_event = {
	.name = "ca event",
	.run = run,
	.summary = MSG_CMD_CA_EVENT,
	.about = MSG_CMD_CA_EVENT_ABOUT,
	.options = options,
	.operands = operands,
};
