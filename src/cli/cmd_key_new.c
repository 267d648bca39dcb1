/* cmd_key_new: a new private key in a file of its own.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "cli/keys.h"

static bool make(struct cli *c, struct err *e)
{
	const char *path = cli_text(c, "out");
	AUTO(secret) password = NULL;
	AUTO(secret) file = NULL;
	AUTO(key) key = NULL;

	if (!cli_may_create(c, path, e))
		return false;
	if (!cli_flag(c, "no-password") &&
		!cli_password(c, &password, msg_text(c->lang, MSG_CLI_NEW_KEY), true, e))
		return false;
	if (!key_generate(&key, c->world, cli_key_kind(c, KEY_SM2), e) ||
		!keyfile_write_pkcs8(&file, c->world, key, password, e))
		return false;
	return cli_write_secret(c, path, file, e);
}

static int run(struct cli *c)
{
	struct err e;

	if (cli_flag(c, "no-password") && cli_text(c, "password-file"))
		return cli_misuse(c,
			cli_say(c, MSG_CLI_NOT_BOTH, "--no-password", "--password-file"));
	return make(c, &e) ? 0 : cli_fail(c, &e);
}

static const struct cli_option options[] = {
	{"out", 'o', CLI_FILE, CLI_REQUIRED, NULL, MSG_OPT_KEY_OUT, 0},
	{"kind", 0, CLI_CHOICE, 0, CLI_KEY_KINDS, MSG_OPT_KEY_KIND, 0},
	CLI_PASSWORD_FILE,
	{"no-password", 0, CLI_FLAG, 0, NULL, MSG_OPT_NO_PASSWORD, 0},
	{"force", 0, CLI_FLAG, 0, NULL, MSG_OPT_FORCE, 0},
	CLI_END,
};

const struct cli_command cmd_key_new = {
	.name = "key new",
	.run = run,
	.summary = MSG_CMD_KEY_NEW,
	.about = MSG_CMD_KEY_NEW_ABOUT,
	.options = options,
};
