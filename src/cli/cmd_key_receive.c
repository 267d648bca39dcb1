/* cmd_key_receive: opens the envelope in which a CA delivered an encryption key.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "cli/cert_fields.h"
#include "cli/keys.h"
#include "doc/cms_write.h"
#include "pki/envelope_key.h"

enum { DELIVERY_MAX = 64 * 1024 };

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

/* A SignedAndEnvelopedData: the private scalar, alone or behind 32 zero octets. */
static bool open_message(struct cli *c, struct key *signing, struct bytes der,
	struct key **out, struct err *e)
{
	struct cms_opened opened = {0};
	const uint8_t *p;
	uint8_t zero = 0;
	size_t n;
	bool good;

	/* Unlike the other form it does not say which public key it carries. */
	if (!cli_text(c, "cert"))
		return err_set(e, ERR_USAGE, "--cert");
	if (!cms_open(&opened, der, signing, NULL, e))
		return false;
	p = secret_view(opened.content);
	n = secret_size(opened.content);
	for (size_t i = 0; n == (size_t)2 * SM2_SCALAR && i < SM2_SCALAR; i++)
		zero |= p[i];
	good = (n == SM2_SCALAR || n == (size_t)2 * SM2_SCALAR) && !zero
		       ? key_of_sm2(out, p + n - SM2_SCALAR, e)
		       : err_set(e, ERR_DECRYPT, "no private key inside");
	secret_free(opened.content);
	return good;
}

/* Which form it is, the first element inside tells: a content type or an algorithm. */
static bool open_any(struct cli *c, struct key *signing, struct bytes file,
	struct key **out, struct err *e)
{
	struct bytes body;

	if (!der_only(file, DER_SEQUENCE, &body, e))
		return false;
	return der_peek(body) == DER_OID ? open_message(c, signing, file, out, e)
					 : envelope_key_open(out, signing, file, e);
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
		!cli_read(c, path, DELIVERY_MAX, &envelope, e))
		return false;
	if (!open_any(c, signing->key, envelope, &key, e))
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
