/* cmd_evidence_make: freezes what the verdict on a file rests on: into a .qye beside it,
 * or, for PDF, into the PDF itself.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "cli/evidence.h"
#include "doc/freeze.h"

struct making {
	struct cli *c;
	struct freeze f;
	struct source *content;
	struct cli_authorities *tsa;
};

/* Prints why a file is not frozen; the exit code of verify. */
static int refuse(struct making *m)
{
	cli_note(m->c, report_text(m->f.report));
	cli_note(m->c, cli_say(m->c, MSG_EVIDENCE_REFUSED));
	return report_exit(m->f.report->indication);
}

static bool write_file(struct making *m, struct err *e)
{
	struct cli *c = m->c;
	AUTO(outfile) to = NULL;
	enum indication before = m->f.report->indication;
	struct report *after;

	m->f.stampers = m->tsa->all;
	//= Protocols §4: what was written is verified as a stranger would before it stands
	return outfile_open(&to, cli_text(c, "out"), 0644, e) &&
	       freeze_make(&m->f, to, e) &&
	       cli_evidence_check(c, outfile_temporary(to),
		       before > INDICATION_INDETERMINATE ? before
							 : INDICATION_INDETERMINATE,
		       &after, e) &&
	       outfile_commit(to, e);
}

static bool open_all(struct making *m, struct err *e)
{
	const char *content = cli_text(m->c, "content");

	if (!cli_judge(m->c, &m->f.judge, e) ||
		!source_open(&m->f.file, cli_operand(m->c, 0), e) ||
		(content && !source_open(&m->content, content, e)))
		return false;
	m->f.judge.content = m->content;
	m->f.content_name = content;
	return freeze_begin(&m->f, e);
}

static int make(struct making *m, struct err *e)
{
	if (!open_all(m, e))
		return m->f.report ? refuse(m) : cli_fail(m->c, e);
	if (!cli_authorities_open(m->tsa, m->c, e) || !write_file(m, e))
		return cli_fail(m->c, e);
	cli_note(m->c, cli_say(m->c, MSG_EVIDENCE_MADE, cli_text(m->c, "out"),
			       arena_printf(m->c->arena, "%zu", m->f.pending->count)));
	cli_pending(m->c, m->f.pending);
	return 0;
}

static int run(struct cli *c)
{
	AUTO_AUTHORITIES tsa = {.count = 0};
	struct making m = {
		.c = c, .f = {.world = c->world, .name = cli_operand(c, 0)}, .tsa = &tsa};
	struct err e;
	int code = make(&m, &e);

	source_free(m.f.file);
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
