/* cmd_seal: adding a seal to an OFD or PDF file; cmd_sign: adding a signature to one, or
 * making a detached one for any other file.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "base/source.h"
#include "base/text.h"
#include "cli/closed_warning.h"
#include "cli/password.h"
#include "cli/seal_pdf.h"
#include "cli/session.h"
#include "cli/stamp.h"

#include <stdlib.h>
#include <string.h>

enum { SEAL_FILE_MAX = 4 << 20 };

static bool seal_options(struct cli *c, struct qy_seal_options *o, struct err *e)
{
	const char *at = cli_text(c, "at"), *page = cli_text(c, "page");
	static struct bytes seal;
	uint64_t number = 1;

	if (!cli_read(c, cli_text(c, "seal"), SEAL_FILE_MAX, &seal, e))
		return false;
	/* To the library no seal means a signature without one. */
	if (seal.n == 0)
		return err_set(
			e, ERR_MALFORMED, "%s: no seal in it", cli_text(c, "seal"));
	o->seal = session_bytes(seal);
	o->straddle = (int)cli_choice(c, "straddle", 2) == 2 ? 0
		      : cli_choice(c, "straddle", 2) == 0    ? 1
							     : 2;
	if (page && strcmp(page, "last") == 0)
		o->page = -1;
	else if (page && !decimal_u64(bytes_str(page), 100000, &number, e))
		return err_in(e, "--page");
	else
		o->page = (int)number;
	if (at && !seal_point(at, &o->x_mm, &o->y_mm))
		return err_set(e, ERR_USAGE, "%s", msg_text(c->lang, MSG_SEAL_BAD_POINT));
	return true;
}

/* What an option asks of a file that cannot give it. */
static int refuse_pdf_options(struct cli *c, const char *const *names)
{
	for (; *names; names++)
		if (cli_flag(c, *names))
			return cli_misuse(c, cli_say(c, MSG_SEAL_PDF_ONLY, *names));
	return 0;
}

static const char *const pdf_only[] = {"at-text", "slots", "slot", "certify", "lock",
	"reason", "location", "also-key", "also-certificate", NULL};
static const char *const picture_only[] = {"picture", "page", "at", NULL};

static int run_seal(struct cli *c)
{
	struct qy_seal_options o = {.size = sizeof o};
	AUTO_QY(context) ctx = session_plain(c);
	AUTO(cli_tsa) tsa = NULL;
	AUTO_QY(key) key = NULL;
	AUTO(closed_warning) closed = NULL;
	struct qy_error qe;
	struct err e;
	int code;

	if (is_pdf(cli_operand(c, 0)))
		return seal_pdf(c, true);
	code = refuse_pdf_options(c, pdf_only);
	if (code)
		return code;
	if (!seal_options(c, &o, &e) || !cli_tsa_open(&tsa, c, &e) ||
		!session_stamp(ctx, tsa, &e) || !session_key(&key, c, &e))
		return cli_fail(c, &e);
	closed = closed_warning_start(c, cli_operand(c, 0));
	if (!qy_ofd_seal(ctx, key, cli_operand(c, 0), cli_text(c, "out"), &o, &qe)) {
		session_err(&e, &qe);
		return cli_fail(c, &e);
	}
	closed_warning_tell(closed, c);
	cli_note(c, cli_say(c, MSG_SEAL_DONE, cli_text(c, "out")));
	return 0;
}

static bool is_ofd(const char *path)
{
	AUTO(source) file = NULL;
	uint8_t head[2] = {0};
	struct err e;

	return source_open(&file, path, &e) &&
	       source_read(file, 0, head, sizeof head, &e) && head[0] == 'P' &&
	       head[1] == 'K';
}

static int run_sign(struct cli *c)
{
	struct qy_seal_options o = {.size = sizeof o};
	const char *path = cli_operand(c, 0), *out = cli_text(c, "out");
	AUTO_QY(context) ctx = session_plain(c);
	AUTO_QY_BUFFER value = {0};
	AUTO(cli_tsa) tsa = NULL;
	AUTO_QY(key) key = NULL;
	struct qy_error qe;
	struct err e;
	int code;

	if (is_pdf(path))
		return seal_pdf(c, false);
	code = refuse_pdf_options(c, pdf_only);
	code = code ? code : refuse_pdf_options(c, picture_only);
	if (code)
		return code;
	if (!cli_tsa_open(&tsa, c, &e) || !session_stamp(ctx, tsa, &e) ||
		!session_key(&key, c, &e))
		return cli_fail(c, &e);
	if (is_ofd(path)) {
		if (!qy_ofd_seal(ctx, key, path, out, &o, &qe)) {
			session_err(&e, &qe);
			return cli_fail(c, &e);
		}
	} else if (!qy_cms_sign(ctx, key, path, 0, &value, &qe)) {
		session_err(&e, &qe);
		return cli_fail(c, &e);
	} else if (!cli_write(c, out, 0644, bytes_make(value.data, value.size), &e)) {
		return cli_fail(c, &e);
	}
	cli_note(c, cli_say(c, MSG_SIGN_DONE, out));
	return 0;
}

static const struct cli_option seal_rows[] = {
	CLI_KEY_ROWS,
	{"seal", 0, CLI_FILE, CLI_REQUIRED, NULL, MSG_OPT_SEAL, 0},
	{"page", 0, CLI_TEXT, 0, "N|last", MSG_OPT_PAGE, 0},
	{"at", 0, CLI_TEXT, 0, "X,Y", MSG_OPT_SEAL_AT, 0},
	{"straddle", 0, CLI_CHOICE, 0, "right|left", MSG_OPT_STRADDLE, 0},
	CLI_TSA_ROWS,
	{"as", 0, CLI_CHOICE, 0, "pades|ses", MSG_OPT_SEAL_AS, 0},
	CLI_PDF_ROWS,
	{"out", 'o', CLI_FILE, CLI_REQUIRED, NULL, MSG_OPT_SEAL_OUT, 0},
	CLI_END,
};

static const struct cli_option sign_rows[] = {
	CLI_KEY_ROWS,
	CLI_TSA_ROWS,
	{"picture", 0, CLI_FILE, 0, NULL, MSG_OPT_SIGN_PICTURE, 0},
	{"width", 0, CLI_NUMBER, 0, "MM", MSG_OPT_SIGN_WIDTH, 500},
	{"height", 0, CLI_NUMBER, 0, "MM", MSG_OPT_SIGN_HEIGHT, 500},
	{"page", 0, CLI_TEXT, 0, "N|last", MSG_OPT_PAGE, 0},
	{"at", 0, CLI_TEXT, 0, "X,Y", MSG_OPT_SEAL_AT, 0},
	{"straddle", 0, CLI_CHOICE, 0, "right|left", MSG_OPT_STRADDLE, 0},
	CLI_PDF_ROWS,
	{"out", 'o', CLI_FILE, CLI_REQUIRED, NULL, MSG_OPT_SEAL_OUT, 0},
	CLI_END,
};

static const struct cli_operand operands[] = {
	{"FILE", 0, MSG_OPT_SEAL_FILE},
	CLI_END,
};

const struct cli_command cmd_seal = {
	.name = "seal",
	.run = run_seal,
	.summary = MSG_CMD_SEAL,
	.about = MSG_CMD_SEAL_ABOUT,
	.options = seal_rows,
	.operands = operands,
};

const struct cli_command cmd_sign = {
	.name = "sign",
	.run = run_sign,
	.summary = MSG_CMD_SIGN,
	.about = MSG_CMD_SIGN_ABOUT,
	.options = sign_rows,
	.operands = operands,
};
