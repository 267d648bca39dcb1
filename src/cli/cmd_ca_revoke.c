/* cmd_ca_revoke: revokes or suspends a certificate in the register of a CA.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <sys/stat.h>

#include "cli/ca.h"
#include "cli/cert_fields.h"

static const struct {
	const char *name;
	enum crl_reason reason;
} reasons[] = {
	{"unspecified", CRL_UNSPECIFIED},
	{"key-compromise", CRL_KEY_COMPROMISE},
	{"affiliation-changed", CRL_AFFILIATION_CHANGED},
	{"superseded", CRL_SUPERSEDED},
	{"cessation", CRL_CESSATION},
	{"privilege-withdrawn", CRL_PRIVILEGE_WITHDRAWN},
};
#define REASONS                                                                          \
	"unspecified|key-compromise|affiliation-changed|superseded|cessation|privilege-" \
	"withdrawn"

/* The second operand is a file with the certificate, else its serial. */
static bool serial_of(struct cli *c, const char **out, struct err *e)
{
	const char *what = cli_operand(c, 1);
	struct cert cert;
	struct stat st;

	*out = what;
	if (stat(what, &st) != 0)
		return true;
	if (!cli_cert(c, what, &cert, e))
		return false;
	*out = serial_words(c->arena, cert.serial);
	return true;
}

static bool revoke(struct cli *c, struct ca *ca, struct err *e)
{
	enum crl_reason reason = cli_flag(c, "hold")
					 ? CRL_HOLD
					 : reasons[cli_choice(c, "reason", 0)].reason;
	struct ca_entry entry;
	const char *serial;

	return serial_of(c, &serial, e) && ca_find(ca, serial, &entry, e) &&
	       ca_revoke(ca, &entry, cli_flag(c, "release"), reason, e) && ca_save(ca, e);
}

static int run(struct cli *c)
{
	struct ca ca;
	struct err e;
	bool good;

	if (cli_flag(c, "hold") + cli_flag(c, "release") +
			(cli_text(c, "reason") != NULL) >
		1)
		return cli_misuse(
			c, cli_say(c, MSG_CLI_NOT_BOTH, "--hold, --release", "--reason"));
	if (!ca_open(&ca, c, cli_operand(c, 0), true, &e))
		return cli_fail(c, &e);
	good = revoke(c, &ca, &e);
	ca_close(&ca);
	return good ? 0 : cli_fail(c, &e);
}

static const struct cli_option options[] = {
	{"reason", 0, CLI_CHOICE, 0, REASONS, MSG_OPT_REASON, 0},
	{"hold", 0, CLI_FLAG, 0, NULL, MSG_OPT_HOLD, 0},
	{"release", 0, CLI_FLAG, 0, NULL, MSG_OPT_RELEASE, 0},
	CLI_END,
};

static const struct cli_operand operands[] = {
	{"DIR", 0, MSG_OPT_CA_DIR},
	{"SERIAL", 0, MSG_OPT_CA_SERIAL},
	CLI_END,
};

const struct cli_command cmd_ca_revoke = {
	.name = "ca revoke",
	.run = run,
	.summary = MSG_CMD_CA_REVOKE,
	.about = MSG_CMD_CA_REVOKE_ABOUT,
	.options = options,
	.operands = operands,
};
