/* cmd_bid_inspect: what a sealed file says of itself: the outer part to anyone, the
 * header to who may read it; and check: is it whole, signed, and does a key open it.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "base/text.h"
#include "base/time.h"
#include "cli/bid.h"
#include "cli/fields.h"

static void outer_tell(struct fields *f, const struct qyb_outer *o)
{
	struct arena *a = f->c->arena;

	fields_add(f, MSG_FIELD_FILE_KIND, "kind", bid_suite_words(f->c, o->suite));
	if (o->tender.n)
		fields_add(f, MSG_FIELD_TENDER, "tender", arena_str(a, o->tender));
	fields_add(f, MSG_FIELD_BID, "bid", hex_encode(a, BYTES_OF(o->bid)));
	fields_add(f, MSG_FIELD_BID_ROOT, "root", hex_encode(a, BYTES_OF(o->root)));
	fields_add(f, MSG_FIELD_BID_SIZE, "parts_size",
		arena_printf(a, "%llu", (unsigned long long)o->parts_size));
}

static void header_tell(struct fields *f, const struct qyb *q)
{
	struct arena *a = f->c->arena;
	const struct lockbox_context *x = &q->context;

	fields_add(f, MSG_FIELD_HEADER_SM3, "header_sm3",
		hex_encode(a, BYTES_OF(q->header_sm3)));
	if (x->suite == LOCKBOX_SUITE_BID) {
		fields_add(f, MSG_FIELD_CREDIT_CODE, "credit_code",
			arena_str(a, x->credit_code));
		fields_add(f, MSG_FIELD_DEADLINE, "deadline", time_iso(a, x->deadline));
		fields_add(
			f, MSG_FIELD_CUSTODY, "policy", lockbox_policy_name(x->policy));
	}
	if (x->t)
		fields_add(
			f, MSG_FIELD_THRESHOLD, "threshold", arena_printf(a, "%u", x->t));
	if (q->supersedes)
		fields_add(f, MSG_FIELD_SUPERSEDES, "supersedes",
			hex_encode(a, BYTES_OF(q->superseded)));
	for (size_t k = 0; k < x->party_count; k++)
		fields_add(f, MSG_FIELD_RECIPIENT, "recipients[]",
			bid_party_words(f->c, q, x->parties[k].i));
	for (size_t k = 0; k < q->part_count; k++)
		fields_add(f, MSG_FIELD_PART, "parts[]",
			arena_printf(a, "%s, %llu", arena_str(a, q->parts[k].id),
				(unsigned long long)q->parts[k].size));
}

static int run_inspect(struct cli *c)
{
	struct fields f = fields_make(c);
	AUTO_BID b = {0};
	AUTO(source) file = NULL;
	struct qyb_outer outer;
	struct err e;

	if (!source_open(&file, cli_operand(c, 0), &e) ||
		!qyb_outer_read(&outer, c->arena, file, &e))
		return cli_fail(c, &e);
	if ((cli_text(c, "intake-key") || !outer.header_sealed) &&
		!bid_open(&b, c, cli_operand(c, 0), &e))
		return cli_fail(c, &e);
	outer_tell(&f, &outer);
	if (b.q)
		header_tell(&f, b.q);
	fields_print(&f);
	if (!b.q)
		cli_note(c, cli_say(c, MSG_BID_SEALED_HEADER));
	return 0;
}

/* Does the key open every part, and is the dealing honest as far as it can tell? */
static bool key_check(struct cli *c, const struct qyb *q, struct fields *f, struct err *e)
{
	AUTO_KEYFILE k = {0};
	size_t party;

	if (!cli_key_for(c, cli_text(c, "key"), TOKEN_UNWRAP, &k, e) ||
		!bid_party_of_key(&party, q, k.key, e))
		return false;
	for (size_t part = 0; part < q->part_count; part++) {
		AUTO(secret) room =
			secret_new(sizeof(struct lockbox_value) + LOCKBOX_SECRET);
		struct lockbox_value *v =
			(struct lockbox_value *)(void *)secret_data(room);
		struct qyb_opened_part told = {
			.id = q->parts[part].id, .authentic = true};
		bool committed = false;

		if (!qyb_take(v, &committed, q, part, party, k.key, e))
			return err_in(e, "%s", arena_str(c->arena, told.id));
		if (!committed)
			return err_set(
				e, ERR_DENIED, "%s", cli_say(c, MSG_BID_NOT_COMMITTED));
		if (!qyb_judge_dealing(&told.finding, q, part, v, 1, (uint8_t *)&v[1], e))
			return false;
		if (told.finding.verdict == QYB_DEALER_LIED)
			return err_set(
				e, ERR_DENIED, "%s", bid_finding_words(c, q, &told));
		//= protocols §1: before the deadline the only answer is that the key works
		fields_add(f, MSG_FIELD_KEY_WORKS, "key_works[]",
			cli_say(c,
				told.finding.verdict == QYB_OPENS ? MSG_BID_COM_MATCHES
								  : MSG_BID_SHARE_STANDS,
				arena_str(c->arena, told.id)));
	}
	return true;
}

static int run_check(struct cli *c)
{
	struct fields f = fields_make(c);
	AUTO_BID b = {0};
	struct cert signer;
	struct err e;

	if (!bid_open(&b, c, cli_operand(c, 0), &e) || !qyb_check_stored(b.q, &e))
		return cli_fail(c, &e);
	if (b.q->signature.n || b.q->context.suite == LOCKBOX_SUITE_BID) {
		if (!qyb_check_signature(b.q, c->arena, &signer, &e))
			return cli_fail(c, &e);
		fields_add(&f, MSG_FIELD_BID_SIGNER, "signer",
			name_title(c->arena, signer.subject));
	}
	if (cli_text(c, "key") && !key_check(c, b.q, &f, &e))
		return cli_fail(c, &e);
	header_tell(&f, b.q);
	fields_print(&f);
	return 0;
}

static const struct cli_option inspect_rows[] = {
	CLI_INTAKE_ROW,
	CLI_PASSWORD_FILE,
	CLI_END,
};

static const struct cli_option check_rows[] = {
	CLI_INTAKE_ROW,
	{"key", 0, CLI_FILE, 0, NULL, MSG_OPT_BID_KEY, 0},
	CLI_PASSWORD_FILE,
	CLI_END,
};

static const struct cli_operand operands[] = {
	{"FILE", 0, MSG_OPT_BID_FILE},
	CLI_END,
};

const struct cli_command cmd_bid_inspect = {
	.name = "bid inspect",
	.run = run_inspect,
	.summary = MSG_CMD_BID_INSPECT,
	.about = MSG_CMD_BID_INSPECT_ABOUT,
	.options = inspect_rows,
	.operands = operands,
	.json = true,
};

const struct cli_command cmd_bid_check = {
	.name = "bid check",
	.run = run_check,
	.summary = MSG_CMD_BID_CHECK,
	.about = MSG_CMD_BID_CHECK_ABOUT,
	.options = check_rows,
	.operands = operands,
	.json = true,
};
