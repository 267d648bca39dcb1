/* cmd_lock: any file to several certificates, and back.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "asn1/der.h"
#include "base/source.h"
#include "cli/lock_ofd.h"
#include "cli/password.h"
#include "cli/session.h"
#include "pki/cert.h"

enum { RECIPIENTS_MAX = 255, GB35275_MAX = 48 << 20, PEEK = 64 };

static bool recipients_read(
	struct cli *c, struct qy_bytes *to, size_t *count, struct err *e)
{
	const char *path;

	for (size_t at = 0; (path = cli_each(c, "to", &at)); ++*count) {
		struct bytes file;

		if (*count == RECIPIENTS_MAX)
			return err_set(e, ERR_TOO_LARGE, "--to");
		if (!cli_read(c, path, CERT_MAX, &file, e))
			return false;
		to[*count] = session_bytes(file);
	}
	return true;
}

/* FILE.qyb, or what -o says. */
static const char *locked_path(struct cli *c)
{
	const char *out = cli_text(c, "out");

	return out ? out : arena_printf(c->arena, "%s.qyb", cli_operand(c, 0));
}

static bool lock_gb35275(struct cli *c, qy_context *ctx, qy_key *key,
	const struct qy_bytes *to, size_t count, struct err *e)
{
	AUTO_QY_BUFFER message = {0};
	AUTO(secret) content = NULL;
	struct qy_error qe;

	if (!secret_slurp(&content, cli_operand(c, 0), GB35275_MAX, e))
		return false;
	if (!qy_cms_encrypt(ctx, key,
		    (struct qy_bytes){secret_view(content), secret_size(content)}, to,
		    count, &message, &qe))
		return session_err(e, &qe);
	return cli_write(
		c, locked_path(c), 0600, bytes_make(message.data, message.size), e);
}

static bool lock(struct cli *c, struct err *e)
{
	AUTO_QY(context) ctx = session_plain(c);
	struct qy_bytes to[RECIPIENTS_MAX];
	AUTO_QY(key) key = NULL;
	struct qy_lock_options options = {.size = sizeof options, .recipients = to};
	struct qy_error qe;

	if (!recipients_read(c, to, &options.recipient_count, e) ||
		!cli_may_create(c, locked_path(c), e) ||
		(cli_text(c, "key") && !session_key(&key, c, e)))
		return false;
	if (cli_flag(c, "gb35275"))
		return lock_gb35275(c, ctx, key, to, options.recipient_count, e);
	options.signer = key;
	return qy_lock(ctx, cli_operand(c, 0), locked_path(c), &options, &qe) ||
	       session_err(e, &qe);
}

/* A format without signer and without a name of its own. */
static int run_lock_ofd(struct cli *c)
{
	static const char *const never[] = {"gb35275", "key", "certificate"};
	struct err e;

	for (size_t i = 0; i < sizeof never / sizeof *never; i++)
		if (i ? cli_text(c, never[i]) != NULL : cli_flag(c, never[i]))
			return cli_misuse(
				c, cli_say(c, MSG_CLI_NOT_BOTH, "--gmt0099",
					   arena_printf(c->arena, "--%s", never[i])));
	if (!cli_text(c, "out"))
		return cli_misuse(c, cli_say(c, MSG_CLI_NEEDS, "--gmt0099", "--out"));
	if (!lock_ofd(c, &e))
		return cli_fail(c, &e);
	cli_note(c, cli_say(c, MSG_LOCK_OFD_WRITTEN));
	return 0;
}

static int run_lock(struct cli *c)
{
	struct err e;

	//= protocols §6: with --gb35275 signedAndEnvelopedData is written, never a bare one
	if (cli_flag(c, "gb35275") && !cli_text(c, "key"))
		return cli_misuse(c, cli_say(c, MSG_CLI_NEEDS, "--gb35275", "--key"));
	if (cli_flag(c, "gmt0099"))
		return run_lock_ofd(c);
	if (!lock(c, &e))
		return cli_fail(c, &e);
	if (!cli_text(c, "key"))
		cli_note(c, cli_say(c, MSG_LOCK_UNSIGNED));
	return 0;
}

/* --- unlock */

static bool unlocked_path(struct cli *c, const char **out, struct err *e)
{
	const char *in = cli_operand(c, 0), *given = cli_text(c, "out");
	size_t n = strlen(in), tail = strlen(".qyb");

	if (!given && n > tail && strcmp(in + n - tail, ".qyb") == 0)
		given = arena_str(c->arena, bytes_make(in, n - tail));
	if (!given)
		return err_set(e, ERR_USAGE, "--out");
	*out = given;
	return cli_may_create(c, given, e);
}

/* Is it a message of GB/T 35275 rather than a .qyb? Both begin with a SEQUENCE and the
 * identifier of what it is. */
static bool is_message(struct cli *c, bool *message, struct err *e)
{
	AUTO(source) file = NULL;
	uint8_t head[PEEK];
	size_t n;

	if (!source_open(&file, cli_operand(c, 0), e))
		return false;
	n = source_size(file) < PEEK ? (size_t)source_size(file) : PEEK;
	if (!source_read(file, 0, head, n, e))
		return false;
	if (bytes_find(bytes_make(head, n), oid_bytes(OID_QY_QYB)) != SIZE_MAX)
		*message = false;
	else if (n && head[0] == DER_SEQUENCE)
		*message = true;
	else
		return err_set(e, ERR_MALFORMED, "%s", cli_say(c, MSG_LOCK_NONE));
	return true;
}

static bool unlock_message(struct cli *c, qy_context *ctx, qy_key *key, const char *out,
	const char **note, struct err *e)
{
	AUTO_QY(report) report = NULL;
	AUTO_QY_BUFFER content = {0};
	struct qy_error qe;
	struct bytes message;
	int is_signed = 0;

	if (!cli_read(c, cli_operand(c, 0), GB35275_MAX, &message, e))
		return false;
	if (!qy_cms_decrypt(
		    ctx, key, session_bytes(message), &content, &is_signed, &report, &qe))
		return session_err(e, &qe);
	if (report && qy_report_indication(report) == QY_TOTAL_FAILED)
		return err_set(e, ERR_DENIED, "%s", qy_report_subindication(report));
	*note = cli_say(
		c, is_signed ? MSG_CMS_SIGNER_UNKNOWN : MSG_CMS_NOT_AUTHENTICATED);
	return cli_write(c, out, 0600, bytes_make(content.data, content.size), e);
}

static bool unlock(struct cli *c, const char **note, struct err *e)
{
	AUTO_QY(context) ctx = session_plain(c);
	AUTO_QY_BUFFER signer = {0};
	AUTO_QY(key) key = NULL;
	struct qy_error qe;
	const char *out;
	bool message = false, ofd = false;
	struct cert cert;

	if (!unlocked_path(c, &out, e) || !lock_ofd_is(c, &ofd, e))
		return false;
	if (ofd)
		return unlock_ofd(c, out, note, e);
	if (!cli_text(c, "key"))
		return err_set(
			e, ERR_USAGE, "%s", cli_say(c, MSG_CLI_MISSING_OPTION, "key"));
	if (!is_message(c, &message, e) || !session_key_named(&key, c, "key", NULL, e))
		return false;
	if (message)
		return unlock_message(c, ctx, key, out, note, e);
	if (!qy_unlock(ctx, key, cli_operand(c, 0), out, &signer, &qe))
		return session_err(e, &qe);
	*note = cli_say(c, MSG_LOCK_UNSIGNED);
	if (signer.size) {
		if (!cert_parse(&cert, bytes_make(signer.data, signer.size), e))
			return false;
		*note = cli_say(
			c, MSG_LOCK_SIGNED_BY, name_title(c->arena, cert.subject));
	}
	return true;
}

static int run_unlock(struct cli *c)
{
	const char *note = NULL;
	struct err e;

	if (!unlock(c, &note, &e))
		return cli_fail(c, &e);
	cli_note(c, note);
	return 0;
}

static const struct cli_option lock_rows[] = {
	{"to", 0, CLI_FILE, CLI_REQUIRED | CLI_REPEAT, "CERT", MSG_OPT_TO_CERT, 0},
	{"key", 0, CLI_FILE, 0, NULL, MSG_OPT_LOCK_KEY, 0},
	{"certificate", 0, CLI_FILE, 0, NULL, MSG_OPT_CERTIFICATE, 0},
	CLI_PASSWORD_FILE,
	{"gb35275", 0, CLI_FLAG, 0, NULL, MSG_OPT_GB35275, 0},
	{"gmt0099", 0, CLI_FLAG, 0, NULL, MSG_OPT_GMT0099, 0},
	{"out", 'o', CLI_FILE, 0, NULL, MSG_OPT_LOCK_OUT, 0},
	{"force", 0, CLI_FLAG, 0, NULL, MSG_OPT_FORCE, 0},
	CLI_END,
};

static const struct cli_option unlock_rows[] = {
	{"key", 0, CLI_FILE, 0, NULL, MSG_OPT_UNLOCK_KEY, 0},
	CLI_PASSWORD_FILE,
	{"out", 'o', CLI_FILE, 0, NULL, MSG_OPT_UNLOCK_OUT, 0},
	{"force", 0, CLI_FLAG, 0, NULL, MSG_OPT_FORCE, 0},
	CLI_END,
};

static const struct cli_operand lock_operands[] = {
	{"FILE", 0, MSG_OPT_LOCK_FILE},
	CLI_END,
};

static const struct cli_operand unlock_operands[] = {
	{"FILE", 0, MSG_OPT_UNLOCK_FILE},
	CLI_END,
};

const struct cli_command cmd_lock = {
	.name = "lock",
	.run = run_lock,
	.summary = MSG_CMD_LOCK,
	.about = MSG_CMD_LOCK_ABOUT,
	.options = lock_rows,
	.operands = lock_operands,
};

const struct cli_command cmd_unlock = {
	.name = "unlock",
	.run = run_unlock,
	.summary = MSG_CMD_UNLOCK,
	.about = MSG_CMD_UNLOCK_ABOUT,
	.options = unlock_rows,
	.operands = unlock_operands,
};
