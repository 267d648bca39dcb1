/* lock_ofd: see lock_ofd.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "cli/lock_ofd.h"

#include "cli/cert_fields.h"
#include "cli/keys.h"
#include "cli/ofd_command.h"
#include "doc/ofd_encrypt.h"

static bool recipients_read(struct cli *c, struct bytes *to, size_t *count, struct err *e)
{
	struct cert cert;
	const char *path;

	for (size_t at = 0; (path = cli_each(c, "to", &at)); ++*count) {
		if (*count == OFD_ENCRYPT_USERS_MAX)
			return err_set(e, ERR_TOO_LARGE, "--to");
		if (!cli_cert(c, path, &cert, e))
			return false;
		to[*count] = cert.der;
	}
	return true;
}

bool lock_ofd(struct cli *c, struct err *e)
{
	const char *path = cli_text(c, "out");
	struct bytes to[OFD_ENCRYPT_USERS_MAX];
	AUTO(cli_output) out = NULL;
	AUTO(source) file = NULL;
	size_t count = 0;

	if (!recipients_read(c, to, &count, e) || !cli_may_create(c, path, e) ||
		!source_open(&file, cli_operand(c, 0), e) ||
		!cli_output_open(&out, c, path, 0600, e))
		return false;
	if (!ofd_encrypt(sink_to_output(out), file, c->world, to, count, e))
		return err_in(e, "%s", cli_operand(c, 0));
	return cli_output_commit(out, e);
}

bool lock_ofd_is(struct cli *c, bool *is, struct err *e)
{
	AUTO(source) file = NULL;

	if (!source_open(&file, cli_operand(c, 0), e))
		return false;
	*is = ofd_is_encrypted(file);
	return true;
}

static bool decrypt(struct cli *c, struct source *file, const struct ofd_opener *by,
	const char *path, struct ofd_opened *told, struct err *e)
{
	AUTO(cli_output) out = NULL;

	if (!cli_output_open(&out, c, path, 0600, e))
		return false;
	//= protocols §6: only whole results are written
	if (!ofd_decrypt(sink_to_output(out), file, by, told, e))
		return err_in(e, "%s", cli_operand(c, 0));
	return cli_output_commit(out, e);
}

bool unlock_ofd(struct cli *c, const char *out, const char **note, struct err *e)
{
	const char *in = cli_operand(c, 0), *path = cli_text(c, "key");
	AUTO(secret) password = NULL;
	AUTO(source) file = NULL;
	AUTO(key) key = NULL;
	struct ofd_opened told;
	enum ofd_encrypt_case how;
	struct keyfile k;

	if (!source_open(&file, in, e) || !ofd_encrypted_how(&how, file, e))
		return err_in(e, "%s", in);
	if (path) {
		if (!cli_key_for(c, path, TOKEN_UNWRAP, &k, e))
			return false;
		key = key_move(&k.key);
	} else if (how == OFD_ENCRYPT_CERTIFICATE) {
		return err_set(
			e, ERR_USAGE, "%s", cli_say(c, MSG_CLI_MISSING_OPTION, "key"));
	} else if (!cli_password(c, &password, in, false, e)) {
		return false;
	}
	if (!decrypt(c, file, &(struct ofd_opener){key, password}, out, &told, e))
		return false;
	*note = cli_say(c, MSG_LOCK_OFD_OPENED);
	if (told.plain)
		*note = cli_say(c, MSG_LOCK_OFD_OPENED_PARTLY,
			arena_printf(c->arena, "%zu", told.plain),
			arena_printf(c->arena, "%zu", told.plain + told.decrypted));
	return true;
}
