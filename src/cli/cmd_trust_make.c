/* cmd_trust_make: a trust store from its description, signed.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "cli/keys.h"
#include "cli/trust_json.h"

static bool make(struct cli *c, struct keyfile *k, struct err *e)
{
	struct trust t;
	struct cert signer;
	struct bytes file;

	return trust_of_json(&t, c, cli_operand(c, 0), e) &&
	       cli_key_cert(c, k, cli_text(c, "cert"), &signer, e) &&
	       trust_write(c->arena, &file, c->world, &t, k->key, signer.der, e) &&
	       cli_write(c, cli_text(c, "out"), 0644, file, e);
}

static int run(struct cli *c)
{
	struct keyfile k;
	struct err e;
	bool good;

	if (!cli_keyfile(c, cli_text(c, "key"), &k, &e))
		return cli_fail(c, &e);
	good = make(c, &k, &e);
	keyfile_fini(&k);
	return good ? 0 : cli_fail(c, &e);
}

static const struct cli_option options[] = {
	{"key", 0, CLI_FILE, CLI_REQUIRED, NULL, MSG_OPT_TRUST_KEY, 0},
	{"cert", 0, CLI_FILE, 0, NULL, MSG_OPT_TRUST_CERT, 0},
	{"out", 'o', CLI_FILE, CLI_REQUIRED, NULL, MSG_OPT_OUT, 0},
	CLI_PASSWORD_FILE,
	CLI_END,
};

static const struct cli_operand operands[] = {
	{"FILE", 0, MSG_OPT_TRUST_JSON},
	CLI_END,
};

const struct cli_command cmd_trust_make = {
	.name = "trust make",
	.run = run,
	.summary = MSG_CMD_TRUST_MAKE,
	.about = MSG_CMD_TRUST_MAKE_ABOUT,
	.options = options,
	.operands = operands,
};
