/* cmd_verify: what are the seals and signatures in a file worth, and why.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "cli/evidence.h"
#include "cli/program.h"
#include "cli/register.h"
#include "cli/session.h"

static void progress(void *user, uint64_t done, uint64_t total)
{
	cli_progress(user, done, total);
}

/* Failed before indeterminate before unsigned before passed. */
static int worse(int a, int b)
{
	static const int rank[] = {[0] = 0, [1] = 3, [2] = 2, [3] = 1};
	int rank_a = a < 4 ? rank[a] : 4, rank_b = b < 4 ? rank[b] : 4;

	return rank_b > rank_a ? b : a;
}

static int exit_of(enum qy_indication i)
{
	switch (i) {
	case QY_TOTAL_PASSED:
		return 0;
	case QY_TOTAL_FAILED:
		return 1;
	case QY_INDETERMINATE:
		return 2;
	case QY_NO_SIGNATURE:
		return 3;
	}
	return 2;
}

/* `printed` counts the reports before this one. */
static int verify_one(struct cli *c, qy_context *ctx, const char *path, size_t *printed)
{
	struct qy_verify_options options = {.size = sizeof options,
		.content_path = cli_text(c, "content"),
		.progress = progress,
		.user = c};
	AUTO_QY(report) report = NULL;
	struct qy_error qe;
	struct err e;

	if (!qy_verify_file(ctx, path, &options, &report, &qe)) {
		session_err(&e, &qe);
		err_in(&e, "%s", path);
		return cli_fail(c, &e);
	}
	cli_progress_end(c);
	if (cli_text(c, "html") && !cli_write(c, cli_text(c, "html"), 0644,
					   bytes_str(qy_report_html(report)), &e))
		return cli_fail(c, &e);
	if (cli_text(c, "pdf") && !program_report_pdf(report, cli_text(c, "pdf"), &e)) {
		err_in(&e, "%s", cli_text(c, "pdf"));
		return cli_fail(c, &e);
	}
	if ((*printed)++)
		cli_print(c, c->json ? ",\n" : "\n");
	cli_print(c, "%s", c->json ? qy_report_json(report) : qy_report_text(report));
	return exit_of(qy_report_indication(report));
}

/* What --broken declares. */
static bool declare_broken(qy_context *ctx, struct cli *c, struct err *e)
{
	struct qy_error qe;
	const char *text;

	for (size_t at = 0; (text = cli_each(c, "broken", &at));)
		if (!qy_declare_broken(ctx, text, &qe)) {
			session_err(e, &qe);
			return err_in(e, "--broken %s", text);
		}
	return true;
}

static int run(struct cli *c)
{
	bool many = cli_operand(c, 1);
	AUTO_QY(context) ctx = NULL;
	size_t printed = 0;
	int code = 0;
	struct err e;

	if (many && (cli_text(c, "html") || cli_text(c, "pdf")))
		return cli_misuse(c, cli_say(c, MSG_VERIFY_ONE_REPORT));
	if (cli_text(c, "pdf"))
		program_hand_over(c);
	if (!session_open(&ctx, c, &e) || !declare_broken(ctx, c, &e))
		return cli_fail(c, &e);
	if (c->json && many)
		cli_print(c, "[\n");
	for (size_t i = 0; cli_operand(c, i); i++)
		code = worse(code, verify_one(c, ctx, cli_operand(c, i), &printed));
	if (c->json && many)
		cli_print(c, "]\n");
	return code;
}

static const struct cli_option options[] = {
	CLI_TRUST_ROWS,
	{"content", 0, CLI_FILE, 0, NULL, MSG_OPT_CONTENT, 0},
	{"at", 0, CLI_TIME, 0, NULL, MSG_OPT_VERIFY_AT, 0},
	CLI_BROKEN_ROW,
	{"html", 0, CLI_FILE, 0, NULL, MSG_OPT_VERIFY_HTML, 0},
	{"pdf", 0, CLI_FILE, 0, NULL, MSG_OPT_VERIFY_PDF, 0},
	CLI_END,
};

static const struct cli_operand operands[] = {
	{"FILE", CLI_REPEAT, MSG_OPT_VERIFY_FILE},
	CLI_END,
};

static const struct cli_exit exits[] = {
	{0, MSG_EXIT_VERIFY_PASSED},
	{1, MSG_EXIT_VERIFY_FAILED},
	{2, MSG_EXIT_VERIFY_INDETERMINATE},
	{3, MSG_EXIT_VERIFY_NONE},
};

const struct cli_command cmd_verify = {
	.name = "verify",
	.run = run,
	.summary = MSG_CMD_VERIFY,
	.about = MSG_CMD_VERIFY_ABOUT,
	.options = options,
	.operands = operands,
	.exits = exits,
	.exit_count = sizeof exits / sizeof *exits,
	.json = true,
};

const struct cli_command cmd_cms_verify = {
	.name = "cms verify",
	.run = run,
	.summary = MSG_CMD_CMS_VERIFY,
	.about = MSG_CMD_VERIFY_ABOUT,
	.options = options,
	.operands = operands,
	.exits = exits,
	.exit_count = sizeof exits / sizeof *exits,
	.json = true,
};

const struct cli_command cmd_evidence_verify = {
	.name = "evidence verify",
	.run = run,
	.summary = MSG_CMD_EVIDENCE_VERIFY,
	.about = MSG_CMD_EVIDENCE_VERIFY_ABOUT,
	.options = options,
	.operands = operands,
	.exits = exits,
	.exit_count = sizeof exits / sizeof *exits,
	.json = true,
};
