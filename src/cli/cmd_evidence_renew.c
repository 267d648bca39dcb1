/* cmd_evidence_renew: adds what is new to frozen evidence, or stamps it again before its
 * stamps or its digests age.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "cli/evidence.h"
#include "doc/freeze.h"

static const enum digest_alg trees[] = {DIGEST_SM3, DIGEST_SHA384, DIGEST_SHA512};
static const enum msg sentences[] = {[FREEZE_EXTENDED] = MSG_EVIDENCE_EXTENDED,
	[FREEZE_RESTAMPED] = MSG_EVIDENCE_RESTAMPED,
	[FREEZE_TREE_ANEW] = MSG_EVIDENCE_TREE_ANEW};

static bool renew(
	struct cli *c, struct freeze *f, struct cli_authorities *tsa, struct err *e)
{
	size_t tree = cli_choice(c, "tree", SIZE_MAX);
	AUTO(outfile) to = NULL;
	enum freeze_done done;
	struct report *after;
	bool ok;

	if (!cli_judge(c, &f->judge, e) || !source_open(&f->file, f->name, e) ||
		!cli_authorities_open(tsa, c, e) ||
		!outfile_open(&to, cli_text(c, "out"), 0644, e))
		return false;
	f->stampers = tsa->all;
	f->tree = tree == SIZE_MAX ? NULL : &trees[tree];
	ok = freeze_renew(f, to, &done, e);
	if (f->pending)
		cli_pending(c, f->pending);
	if (!ok ||
		!cli_evidence_check(
			c, outfile_temporary(to), f->report->indication, &after, e) ||
		!outfile_commit(to, e))
		return false;
	cli_note(c, cli_say(c, sentences[done], cli_text(c, "out")));
	return true;
}

static int run(struct cli *c)
{
	AUTO_AUTHORITIES tsa = {.count = 0};
	struct freeze f = {.world = c->world, .name = cli_operand(c, 0)};
	struct err e;
	bool ok = renew(c, &f, &tsa, &e);

	source_free(f.file);
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
