/* cmd_key_receive: opens the envelope in which a CA delivered an encryption key.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "cli/cert_fields.h"
#include "cli/keys.h"
#include "pki/envelope_key.h"

/* The envelope authenticates nothing, so the certificate says which key it must be. */
static bool check_cert(struct cli *c, const struct key *key, struct cert *cert,
	bool *given, struct err *e)
{
	const char *path = cli_text(c, "cert");

	*given = path != NULL;
	if (!path)
		return true;
	if (!cli_cert(c, path, cert, e))
		return false;
	if (!cert->key_known || !pubkey_equal(&cert->key, &key->pub))
		return err_set(e, ERR_KEY_MISMATCH, "%s", path);
	return true;
}

/* With a password: PKCS#12 when the certificate is known, else PKCS#8. */
static bool write_key(struct cli *c, struct key *key, const struct cert *cert, bool given,
	const struct secret *password, struct err *e)
{
	AUTO(secret) file = NULL;

	if (!(password && given ? keyfile_write_pkcs12(&file, c->world, key,
					  name_title(c->arena, cert->subject), &cert->der,
					  1, password, e)
				: keyfile_write_pkcs8(&file, c->world, key, password, e)))
		return false;
	return cli_write_secret(c, cli_text(c, "out"), file, e);
}

static bool receive(struct cli *c, struct keyfile *signing, struct err *e)
{
	const char *path = cli_operand(c, 0);
	AUTO(secret) password = NULL;
	AUTO(key) key = NULL;
	struct bytes envelope;
	struct cert cert;
	bool given;

	if (!cli_may_create(c, cli_text(c, "out"), e) ||
		!cli_read(c, path, ENVELOPE_KEY_MAX, &envelope, e))
		return false;
	if (!envelope_key_open(&key, signing->key, envelope, e))
		return err_in(e, "%s", path);
	if (!check_cert(c, key, &cert, &given, e))
		return false;
	if (!cli_flag(c, "no-password") &&
		!cli_password(c, &password, msg_text(c->lang, MSG_CLI_NEW_KEY), true, e))
		return false;
	return write_key(c, key, &cert, given, password, e);
}

static int run(struct cli *c)
{
	struct keyfile signing;
	struct err e;
	bool good;

	if (!cli_keyfile(c, cli_text(c, "key"), &signing, &e))
		return cli_fail(c, &e);
	good = receive(c, &signing, &e);
	keyfile_fini(&signing);
	return good ? 0 : cli_fail(c, &e);
}

static const struct cli_option options[] = {
	{"key", 0, CLI_FILE, CLI_REQUIRED, NULL, MSG_OPT_RECEIVE_KEY, 0},
	{"cert", 0, CLI_FILE, 0, NULL, MSG_OPT_RECEIVE_CERT, 0},
	{"out", 'o', CLI_FILE, CLI_REQUIRED, NULL, MSG_OPT_KEY_OUT, 0},
	CLI_PASSWORD_FILE,
	{"no-password", 0, CLI_FLAG, 0, NULL, MSG_OPT_NO_PASSWORD, 0},
	{"force", 0, CLI_FLAG, 0, NULL, MSG_OPT_FORCE, 0},
	CLI_END,
};

static const struct cli_operand operands[] = {
	{"FILE", 0, MSG_OPT_ENVELOPE},
	CLI_END,
};

const struct cli_command cmd_key_receive = {
	.name = "key receive",
	.run = run,
	.summary = MSG_CMD_KEY_RECEIVE,
	.about = MSG_CMD_KEY_RECEIVE_ABOUT,
	.options = options,
	.operands = operands,
};
