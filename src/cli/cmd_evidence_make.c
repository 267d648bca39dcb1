/* cmd_evidence_make: freezes what the verdict on a file rests on: into a .qye beside it,
 * or, for PDF, into the PDF itself.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "base/time.h"
#include "cli/evidence.h"
#include "doc/evidence_pdf.h"
#include "doc/verify.h"

struct making {
	struct cli *c;
	struct judge judge;
	struct report *report;
	struct source *paper, *content;
	struct cli_authorities *tsa;
};

/* Prints why a file is not frozen; the exit code of verify. */
static int refuse(struct making *m)
{
	cli_note(m->c, report_text(m->report));
	cli_note(m->c, cli_say(m->c, MSG_EVIDENCE_REFUSED));
	return report_exit(m->report->indication);
}

static bool write_qye(struct making *m, struct outfile *to, struct err *e)
{
	struct cli *c = m->c;

	return qye_make(sink_to_outfile(to), c->arena,
		&(struct qye_spec){.name = cli_operand(c, 0),
			.paper = m->paper,
			.content_name = cli_text(c, "content"),
			.content = m->content,
			.record = m->judge.record,
			.trust = m->judge.trust,
			.report = bytes_str(report_json(m->report)),
			.made_at = m->judge.now,
			.stampers = m->tsa->all},
		e);
}

static bool write_file(struct making *m, struct report **after, struct err *e)
{
	struct cli *c = m->c;
	AUTO(outfile) to = NULL;
	bool pdf = evidence_is_pdf(m->paper);

	if (!outfile_open(&to, cli_text(c, "out"), 0644, e))
		return false;
	if (pdf ? !evidence_into_pdf(m->paper, to, c->arena, c->world, m->judge.record,
			  &m->tsa->all, DIGEST_SHA256, e)
		: !write_qye(m, to, e))
		return false;
	//= Protocols §4: what was written is verified as a stranger would before it stands
	return cli_evidence_check(c, outfile_temporary(to), NULL,
		       m->report->indication > INDICATION_INDETERMINATE
			       ? m->report->indication
			       : INDICATION_INDETERMINATE,
		       after, e) &&
	       outfile_commit(to, e);
}

static bool open_all(struct making *m, struct err *e)
{
	const char *content = cli_text(m->c, "content");

	if (!cli_judge(m->c, &m->judge, e) ||
		!source_open(&m->paper, cli_operand(m->c, 0), e) ||
		(content && !source_open(&m->content, content, e)))
		return false;
	m->judge.content = m->content;
	return verify_paper(&m->report, &m->judge, cli_operand(m->c, 0), m->paper, NULL,
		       NULL, e) ||
	       err_in(e, "%s", cli_operand(m->c, 0));
}

static int make(struct making *m, struct err *e)
{
	struct report *after;

	if (!open_all(m, e))
		return cli_fail(m->c, e);
	if (m->report->indication == INDICATION_FAILED ||
		m->report->indication == INDICATION_NO_SIGNATURE)
		return refuse(m);
	if (!cli_authorities_open(m->tsa, m->c, e) || !write_file(m, &after, e))
		return cli_fail(m->c, e);
	cli_note(m->c, cli_say(m->c, MSG_EVIDENCE_MADE, cli_text(m->c, "out"),
			       arena_printf(m->c->arena, "%zu", m->judge.record->count)));
	cli_pending(m->c, m->judge.record);
	return 0;
}

static int run(struct cli *c)
{
	AUTO_AUTHORITIES tsa = {.count = 0};
	struct making m = {.c = c, .tsa = &tsa};
	struct err e;
	int code = make(&m, &e);

	source_free(m.paper);
	source_free(m.content);
	return code;
}

static const struct cli_option options[] = {
	CLI_TRUST_ROWS,
	CLI_BROKEN_ROW,
	CLI_AUTHORITY_ROW,
	{"content", 0, CLI_FILE, 0, NULL, MSG_OPT_CONTENT, 0},
	{"out", 'o', CLI_FILE, CLI_REQUIRED, NULL, MSG_OPT_EVIDENCE_OUT, 0},
	CLI_END,
};

static const struct cli_operand operands[] = {
	{"FILE", 0, MSG_OPT_EVIDENCE_FILE},
	CLI_END,
};

static const struct cli_exit exits[] = {
	{1, MSG_EXIT_EVIDENCE_FAILED},
	{3, MSG_EXIT_VERIFY_NONE},
};

const struct cli_command cmd_evidence_make = {
	.name = "evidence make",
	.run = run,
	.summary = MSG_CMD_EVIDENCE_MAKE,
	.about = MSG_CMD_EVIDENCE_MAKE_ABOUT,
	.options = options,
	.operands = operands,
	.exits = exits,
	.exit_count = sizeof exits / sizeof *exits,
};
