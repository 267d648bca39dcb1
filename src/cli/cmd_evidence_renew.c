/* cmd_evidence_renew: adds what is new to frozen evidence, or stamps it again before its
 * stamps or its digests age.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "base/time.h"
#include "cli/evidence.h"
#include "doc/evidence_pdf.h"
#include "doc/verify.h"

struct renewing {
	struct cli *c;
	struct judge judge;
	struct report *report;
	struct source *file;
	struct cli_authorities *tsa;
};

static const enum digest_alg trees[] = {DIGEST_SM3, DIGEST_SHA384, DIGEST_SHA512};

/* The second freeze: what the stamps rested on goes in with the rest. */
static bool extend(struct renewing *r, struct qye *q, struct outfile *to, struct err *e)
{
	for (size_t i = 0; i < q->stamps->count; i++)
		record_put(q->papers, q->stamps->items[i].type, q->stamps->items[i].der);
	return qye_extend(sink_to_outfile(to), r->c->arena, q,
		&(struct qye_spec){.record = q->papers,
			.trust = r->judge.trust,
			.report = bytes_str(report_json(r->report)),
			.made_at = r->judge.now,
			.stampers = r->tsa->all},
		e);
}

static bool renew_qye(
	struct renewing *r, struct outfile *to, enum msg *done, struct err *e)
{
	size_t tree = cli_choice(r->c, "tree", SIZE_MAX);
	struct timestamp_kept kept;
	AUTO(qye) q = NULL;

	if (!qye_open(&q, r->c->arena, r->file, e) ||
		!qye_judge(&r->report, &r->judge, cli_operand(r->c, 0), q, e))
		return false;
	if (r->report->indication == INDICATION_FAILED)
		return err_set(e, ERR_DENIED, "%s", sub_name(r->report->sub));
	cli_pending(r->c, q->papers);
	if (tree == SIZE_MAX && qye_lacks(q, q->papers)) {
		*done = MSG_EVIDENCE_EXTENDED;
		return extend(r, q, to, e);
	}
	*done = tree == SIZE_MAX ? MSG_EVIDENCE_RESTAMPED : MSG_EVIDENCE_TREE_ANEW;
	kept = qye_kept(r->c->arena, q->stamps);
	return qye_renew(sink_to_outfile(to), r->c->arena, q, &kept,
		tree == SIZE_MAX ? NULL : &trees[tree], &r->tsa->all, e);
}

static bool renew_pdf(
	struct renewing *r, struct outfile *to, enum msg *done, struct err *e)
{
	size_t tree = cli_choice(r->c, "tree", SIZE_MAX);

	*done = MSG_EVIDENCE_EXTENDED;
	if (!verify_paper(
		    &r->report, &r->judge, cli_operand(r->c, 0), r->file, NULL, NULL, e))
		return false;
	if (r->report->indication == INDICATION_FAILED)
		return err_set(e, ERR_DENIED, "%s", sub_name(r->report->sub));
	cli_pending(r->c, r->judge.record);
	return evidence_into_pdf(r->file, to, r->c->arena, r->c->world, r->judge.record,
		&r->tsa->all, tree == SIZE_MAX ? DIGEST_SHA256 : trees[tree], e);
}

static bool renew(struct renewing *r, struct err *e)
{
	struct cli *c = r->c;
	AUTO(outfile) to = NULL;
	struct report *after;
	enum msg done = MSG_EVIDENCE_RESTAMPED;

	if (!cli_judge(c, &r->judge, e) || !source_open(&r->file, cli_operand(c, 0), e) ||
		!cli_authorities_open(r->tsa, c, e) ||
		!outfile_open(&to, cli_text(c, "out"), 0644, e))
		return false;
	if (evidence_is_pdf(r->file) ? !renew_pdf(r, to, &done, e)
				     : !renew_qye(r, to, &done, e))
		return err_in(e, "%s", cli_operand(c, 0));
	if (!cli_evidence_check(
		    c, outfile_temporary(to), NULL, r->report->indication, &after, e) ||
		!outfile_commit(to, e))
		return false;
	cli_note(c, cli_say(c, done, cli_text(c, "out")));
	return true;
}

static int run(struct cli *c)
{
	AUTO_AUTHORITIES tsa = {.count = 0};
	struct renewing r = {.c = c, .tsa = &tsa};
	struct err e;
	bool ok = renew(&r, &e);

	source_free(r.file);
	return ok ? 0 : cli_fail(c, &e);
}

static const struct cli_option options[] = {
	CLI_TRUST_ROWS,
	CLI_BROKEN_ROW,
	CLI_AUTHORITY_ROW,
	{"tree", 0, CLI_CHOICE, 0, "sm3|sha384|sha512", MSG_OPT_EVIDENCE_TREE, 0},
	{"out", 'o', CLI_FILE, CLI_REQUIRED, NULL, MSG_OPT_EVIDENCE_OUT, 0},
	CLI_END,
};

static const struct cli_operand operands[] = {
	{"FILE", 0, MSG_OPT_EVIDENCE_FROZEN},
	CLI_END,
};

const struct cli_command cmd_evidence_renew = {
	.name = "evidence renew",
	.run = run,
	.summary = MSG_CMD_EVIDENCE_RENEW,
	.about = MSG_CMD_EVIDENCE_RENEW_ABOUT,
	.options = options,
	.operands = operands,
};
