/* keys: key files; see keys.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "cli/keys.h"

#include "cli/cert_fields.h"

enum key_kind cli_key_kind(const struct cli *c, enum key_kind otherwise)
{
	static const enum key_kind kinds[] = {KEY_SM2, KEY_RSA, KEY_P256};
	size_t chosen = cli_choice(c, "kind", SIZE_MAX);

	return chosen == SIZE_MAX ? otherwise : kinds[chosen];
}

bool keyfile_open(struct cli *c, const char *path, const struct secret *password,
	struct keyfile *out, struct err *e)
{
	AUTO(secret) file = NULL;

	if (!secret_slurp(&file, path, KEYFILE_MAX, e))
		return false;
	if (!keyfile_read(out, c->arena, bytes_make(secret_view(file), secret_size(file)),
		    password, e))
		return err_in(e, "%s", path);
	return true;
}

bool cli_key_for(struct cli *c, const char *path, enum token_use use, struct keyfile *out,
	struct err *e)
{
	struct keyfile k = {.cert_count = 1};

	if (!token_uri_is(path))
		return cli_keyfile(c, path, out, e);
	if (!cli_token_key(&k.key, &k.certs[0], c, path, use, e))
		return false;
	*out = k;
	return true;
}

bool cli_keyfile(struct cli *c, const char *path, struct keyfile *out, struct err *e)
{
	AUTO(secret) password = NULL;
	AUTO(secret) file = NULL;
	struct bytes octets;

	if (token_uri_is(path))
		return cli_key_for(c, path, TOKEN_SIGN, out, e);
	if (!cli_password_given(c, &password, e) ||
		!secret_slurp(&file, path, KEYFILE_MAX, e))
		return false;
	octets = bytes_make(secret_view(file), secret_size(file));
	if (keyfile_read(out, c->arena, octets, password, e))
		return true;
	if (e->code != ERR_PASSWORD || password)
		return err_in(e, "%s", path);
	if (!cli_password(c, &password, path, false, e))
		return false;
	return keyfile_read(out, c->arena, octets, password, e) || err_in(e, "%s", path);
}

bool cli_key_cert(struct cli *c, const struct keyfile *k, const char *path,
	struct cert *out, struct err *e)
{
	if (!path && !k->cert_count)
		return err_set(
			e, ERR_USAGE, "%s", msg_text(c->lang, MSG_CLI_NO_CERT_WITH_KEY));
	if (!(path ? cli_cert(c, path, out, e) : cert_parse(out, k->certs[0], e)))
		return false;
	if (!out->key_known || !pubkey_equal(&out->key, &k->key->pub))
		return err_set(e, ERR_KEY_MISMATCH, "%s",
			path ? path : "the certificate in the key file");
	return true;
}

bool cli_write_secret(struct cli *c, const char *path, struct secret *s, struct err *e)
{
	return cli_may_create(c, path, e) &&
	       cli_write(c, path, 0600, bytes_make(secret_view(s), secret_size(s)), e);
}
