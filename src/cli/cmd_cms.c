/* cmd_cms: signed and encrypted messages of GB/T 35275.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "cli/password.h"
#include "cli/register.h"
#include "cli/session.h"
#include "cli/stamp.h"
#include "pki/cert.h"

enum { MESSAGE_MAX = 48 << 20, RECIPIENTS_MAX = 64 };

static int run_sign(struct cli *c)
{
	AUTO_QY(context) ctx = session_plain(c);
	AUTO_QY_BUFFER value = {0};
	AUTO(cli_tsa) tsa = NULL;
	AUTO_QY(key) key = NULL;
	struct qy_error qe;
	struct err e;

	if (!cli_tsa_open(&tsa, c, &e) || !session_stamp(ctx, tsa, &e) ||
		!session_key(&key, c, &e))
		return cli_fail(c, &e);
	if (!qy_cms_sign(
		    ctx, key, cli_operand(c, 0), cli_flag(c, "attached"), &value, &qe)) {
		session_err(&e, &qe);
		return cli_fail(c, &e);
	}
	if (!cli_write(
		    c, cli_text(c, "out"), 0644, bytes_make(value.data, value.size), &e))
		return cli_fail(c, &e);
	return 0;
}

static int run_encrypt(struct cli *c)
{
	AUTO_QY(context) ctx = session_plain(c);
	struct qy_bytes to[RECIPIENTS_MAX];
	AUTO_QY_BUFFER message = {0};
	AUTO(secret) content = NULL;
	AUTO_QY(key) key = NULL;
	struct qy_error qe;
	struct bytes file;
	const char *path;
	size_t count = 0;
	struct err e;

	for (size_t at = 0; (path = cli_each(c, "to", &at));) {
		if (count == RECIPIENTS_MAX)
			return cli_misuse(c, "--to");
		if (!cli_read(c, path, CERT_MAX, &file, &e))
			return cli_fail(c, &e);
		to[count++] = session_bytes(file);
	}
	if (!secret_slurp(&content, cli_operand(c, 0), MESSAGE_MAX, &e) ||
		(cli_text(c, "key") && !session_key(&key, c, &e)))
		return cli_fail(c, &e);
	if (!qy_cms_encrypt(ctx, key,
		    (struct qy_bytes){secret_view(content), secret_size(content)}, to,
		    count, &message, &qe)) {
		session_err(&e, &qe);
		return cli_fail(c, &e);
	}
	if (!cli_write(c, cli_text(c, "out"), 0644,
		    bytes_make(message.data, message.size), &e))
		return cli_fail(c, &e);
	//= Protocols §6: a bare EnvelopedData is said to be not authenticated
	if (!key)
		cli_note(c, cli_say(c, MSG_CMS_NOT_AUTHENTICATED));
	return 0;
}

static int run_decrypt(struct cli *c)
{
	AUTO_QY(context) ctx = NULL;
	AUTO_QY(report) report = NULL;
	AUTO_QY_BUFFER content = {0};
	AUTO_QY(key) key = NULL;
	struct qy_error qe;
	struct bytes message;
	int is_signed = 0;
	struct err e;

	if (!session_open(&ctx, c, &e) || !session_key_named(&key, c, "key", NULL, &e) ||
		!cli_read(c, cli_operand(c, 0), MESSAGE_MAX, &message, &e))
		return cli_fail(c, &e);
	if (!qy_cms_decrypt(ctx, key, session_bytes(message), &content, &is_signed,
		    &report, &qe)) {
		session_err(&e, &qe);
		return cli_fail(c, &e);
	}
	if (report && qy_report_indication(report) == QY_TOTAL_FAILED) {
		err_set(&e, ERR_DENIED, "%s", qy_report_subindication(report));
		return cli_fail(c, &e);
	}
	if (!cli_write(c, cli_text(c, "out"), 0600,
		    bytes_make(content.data, content.size), &e))
		return cli_fail(c, &e);
	if (!is_signed)
		cli_note(c, cli_say(c, MSG_CMS_NOT_AUTHENTICATED));
	else if (report && qy_report_indication(report) != QY_TOTAL_PASSED)
		cli_note(c, cli_say(c, MSG_CMS_SIGNER_UNKNOWN));
	return 0;
}

static const struct cli_option sign_rows[] = {
	CLI_KEY_ROWS,
	{"attached", 0, CLI_FLAG, 0, NULL, MSG_OPT_ATTACHED, 0},
	CLI_TSA_ROWS,
	{"out", 'o', CLI_FILE, 0, NULL, MSG_OPT_OUT, 0},
	CLI_END,
};

static const struct cli_option encrypt_rows[] = {
	{"to", 0, CLI_FILE, CLI_REQUIRED | CLI_REPEAT, NULL, MSG_OPT_TO_CERT, 0},
	{"key", 0, CLI_FILE, 0, NULL, MSG_OPT_ENCRYPT_KEY, 0},
	{"certificate", 0, CLI_FILE, 0, NULL, MSG_OPT_CERTIFICATE, 0},
	CLI_PASSWORD_FILE,
	{"out", 'o', CLI_FILE, 0, NULL, MSG_OPT_OUT, 0},
	CLI_END,
};

static const struct cli_option decrypt_rows[] = {
	CLI_TRUST_ROWS,
	{"at", 0, CLI_TIME, 0, NULL, MSG_OPT_VERIFY_AT, 0},
	CLI_KEY_ROWS,
	{"out", 'o', CLI_FILE, 0, NULL, MSG_OPT_OUT, 0},
	CLI_END,
};

static const struct cli_operand operands[] = {
	{"FILE", 0, MSG_OPT_CMS_FILE},
	CLI_END,
};

const struct cli_command cmd_cms_sign = {
	.name = "cms sign",
	.run = run_sign,
	.summary = MSG_CMD_CMS_SIGN,
	.about = MSG_CMD_CMS_SIGN_ABOUT,
	.options = sign_rows,
	.operands = operands,
};

const struct cli_command cmd_cms_encrypt = {
	.name = "cms encrypt",
	.run = run_encrypt,
	.summary = MSG_CMD_CMS_ENCRYPT,
	.about = MSG_CMD_CMS_ENCRYPT_ABOUT,
	.options = encrypt_rows,
	.operands = operands,
};

const struct cli_command cmd_cms_decrypt = {
	.name = "cms decrypt",
	.run = run_decrypt,
	.summary = MSG_CMD_CMS_DECRYPT,
	.about = MSG_CMD_CMS_DECRYPT_ABOUT,
	.options = decrypt_rows,
	.operands = operands,
};
