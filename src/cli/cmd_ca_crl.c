/* cmd_ca_crl: the revocation lists of a CA.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "base/time.h"
#include "cli/ca.h"

enum { HOURS_DEFAULT = 7 * 24, HOURS_MAX = 365 * 24 };

static bool add(struct cli *c, struct ca *ca, const char *by, char **text, struct err *e)
{
	int64_t lifetime = (int64_t)cli_number(c, "hours", HOURS_DEFAULT) * TIME_HOUR;
	struct bytes der;

	if (!ca_crl(ca, by, cli_flag(c, "delta"), lifetime, &der, e))
		return false;
	*text = arena_printf(
		c->arena, "%s%s", *text, pem_encode(c->arena, "X509 CRL", der));
	return true;
}

/* The root's list speaks of the subordinate CA: without it no chain is complete. */
static bool make(struct cli *c, struct ca *ca, struct err *e)
{
	char *text = arena_printf(c->arena, "%s", "");

	return add(c, ca, "ca", &text, e) &&
	       (cli_flag(c, "delta") || add(c, ca, "root", &text, e)) &&
	       cli_write(c, cli_text(c, "out"), 0644, bytes_str(text), e);
}

static int run(struct cli *c)
{
	struct ca ca;
	struct err e;
	bool good;

	if (!ca_open(&ca, c, cli_operand(c, 0), true, &e))
		return cli_fail(c, &e);
	good = make(c, &ca, &e);
	ca_close(&ca);
	return good ? 0 : cli_fail(c, &e);
}

static const struct cli_option options[] = {
	{"out", 'o', CLI_FILE, 0, NULL, MSG_OPT_OUT, 0},
	{"delta", 0, CLI_FLAG, 0, NULL, MSG_OPT_DELTA, 0},
	{"hours", 0, CLI_NUMBER, 0, NULL, MSG_OPT_CRL_HOURS, HOURS_MAX},
	CA_PASSWORD_FILE,
	CLI_END,
};

static const struct cli_operand operands[] = {
	{"DIR", 0, MSG_OPT_CA_DIR},
	CLI_END,
};

const struct cli_command cmd_ca_crl = {
	.name = "ca crl",
	.run = run,
	.summary = MSG_CMD_CA_CRL,
	.about = MSG_CMD_CA_CRL_ABOUT,
	.options = options,
	.operands = operands,
};
