/* cmd_key_request: a certificate request (PKCS#10) signed by the key it is for.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "cli/keys.h"
#include "pki/issue.h"

static bool make(struct cli *c, struct keyfile *k, struct err *e)
{
	struct issue_name name = {
		.country = "CN",
		.organization = cli_text(c, "name"),
		.common_name = cli_text(c, "person") ? cli_text(c, "person")
						     : cli_text(c, "name"),
	};
	struct bytes der;

	return request_write(c->arena, &der, c->world, &name, k->key, e) &&
	       cli_write(c, cli_text(c, "out"), 0644,
		       bytes_str(pem_encode(c->arena, "CERTIFICATE REQUEST", der)), e);
}

static int run(struct cli *c)
{
	struct keyfile k;
	struct err e;
	bool good;

	if (!cli_keyfile(c, cli_operand(c, 0), &k, &e))
		return cli_fail(c, &e);
	good = make(c, &k, &e);
	keyfile_fini(&k);
	return good ? 0 : cli_fail(c, &e);
}

static const struct cli_option options[] = {
	{"name", 0, CLI_TEXT, CLI_REQUIRED, NULL, MSG_OPT_NAME, 0},
	{"person", 0, CLI_TEXT, 0, NULL, MSG_OPT_PERSON, 0},
	{"out", 'o', CLI_FILE, 0, NULL, MSG_OPT_OUT, 0},
	CLI_PASSWORD_FILE,
	CLI_END,
};

static const struct cli_operand operands[] = {
	{"KEY", 0, MSG_OPT_KEY_FILE},
	CLI_END,
};

const struct cli_command cmd_key_request = {
	.name = "key request",
	.run = run,
	.summary = MSG_CMD_KEY_REQUEST,
	.about = MSG_CMD_KEY_REQUEST_ABOUT,
	.options = options,
	.operands = operands,
};
