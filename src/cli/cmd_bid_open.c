/* cmd_bid_open: opens the parts of a bid with the owner's key, a renewed key, or shares;
 * writes the parts that open, and the record of what was found and whose fault it was.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"
#include "cli/bid.h"
#include "doc/party.h"

enum { SHARES_MAX = LOCKBOX_PARTIES_MAX, CODE_FAULT = 1, CODE_UNDECIDED = 2 };

struct opening {
	struct cli *c;
	struct bid b;
	struct keyfile key, opening_key;
	struct qyb_rewrap *rewrap; /* null: none */
	struct qyb_share *shares;
	size_t share_count;
	struct qyb_opening record;
	struct secret *values; /* of one part */
};

/* --- what is given */

/* What a share says counts as a trustee's word only when that trustee signed it. */
static bool share_is_of_its_trustee(const struct qyb *q, const struct qyb_share *s)
{
	for (size_t k = 0; k < q->context.party_count; k++)
		if (q->context.parties[k].i == s->value.i)
			return party_seems_one(&q->certs[k], &s->signer);
	return false;
}

static bool shares_read(struct opening *o, struct err *e)
{
	struct cli *c = o->c;
	const char *path;

	o->shares = ARENA_ARRAY(c->arena, SHARES_MAX, struct qyb_share);
	for (size_t at = 0; (path = cli_each(c, "share", &at)); o->share_count++) {
		struct qyb_share *s = &o->shares[o->share_count];
		struct bytes file;

		if (o->share_count == SHARES_MAX)
			return err_set(e, ERR_TOO_LARGE, "--share");
		if (!o->opening_key.key && !cli_key_for(c, cli_text(c, "opening-key"),
						   TOKEN_UNWRAP, &o->opening_key, e))
			return false;
		if (!cli_read(c, path, QYB_RECORD_MAX, &file, e) ||
			!qyb_share_read(s, c->arena, file, o->opening_key.key, e))
			return err_in(e, "%s", path);
		if (!bytes_equal(BYTES_OF(s->header), BYTES_OF(o->b.q->header_sm3)))
			return err_set(e, ERR_DENIED, "%s: %s", path,
				cli_say(c, MSG_BID_SHARE_OTHER));
		if (!share_is_of_its_trustee(o->b.q, s))
			return err_set(e, ERR_DENIED, "%s: %s", path,
				cli_say(c, MSG_BID_SHARE_FORGED,
					name_title(c->arena, s->signer.subject)));
	}
	return true;
}

static bool rewrap_is_of_its_owner(const struct qyb *q, const struct qyb_rewrap *r)
{
	for (size_t k = 0; k < q->context.party_count; k++)
		if (q->context.parties[k].i == r->i)
			return party_seems_one(&q->certs[k], &r->signer);
	return false;
}

static bool inputs_read(struct opening *o, struct err *e)
{
	struct cli *c = o->c;
	struct bytes file;

	if (!bid_open(&o->b, c, cli_operand(c, 0), e) || !bid_is_due(c, o->b.q, e))
		return false;
	if (cli_text(c, "key") &&
		!cli_key_for(c, cli_text(c, "key"), TOKEN_UNWRAP, &o->key, e))
		return false;
	if (cli_text(c, "rewrap")) {
		o->rewrap = ARENA_NEW(c->arena, struct qyb_rewrap);
		if (!cli_read(c, cli_text(c, "rewrap"), QYB_RECORD_MAX, &file, e) ||
			!qyb_rewrap_read(o->rewrap, c->arena, file, e))
			return false;
		if (!rewrap_is_of_its_owner(o->b.q, o->rewrap))
			return err_set(e, ERR_DENIED, "%s",
				cli_say(c, MSG_BID_REWRAP_FORGED,
					name_title(c->arena, o->rewrap->signer.subject)));
	}
	return shares_read(o, e);
}

/* --- one part */

static void give(
	struct opening *o, struct qyb_opened_part *p, const struct lockbox_value *v)
{
	struct lockbox_value *all =
		(struct lockbox_value *)(void *)secret_data(o->values);

	all[p->giver_count] = *v;
	p->givers[p->giver_count++] = v->i;
}

/* The owner's value, from the header or from the re-wrap record. */
static bool owner_give(
	struct opening *o, size_t part, struct qyb_opened_part *p, struct err *e)
{
	AUTO(secret) room = secret_new(sizeof(struct lockbox_value));
	struct lockbox_value *v = (struct lockbox_value *)(void *)secret_data(room);
	bool committed = false;
	size_t party;

	if (!o->key.key)
		return true;
	if (o->rewrap) {
		if (!qyb_rewrap_take(
			    v, &committed, o->b.q, part, o->rewrap, o->key.key, e))
			return false;
	} else if (!bid_party_of_key(&party, o->b.q, o->key.key, e) ||
		   !qyb_take(v, &committed, o->b.q, part, party, o->key.key, e)) {
		return false;
	}
	p->path = o->rewrap ? QYB_PATH_REWRAPPED : QYB_PATH_OWNER;
	give(o, p, v);
	return true;
}

static bool is_given(const struct opening *o, const struct qyb_opened_part *p,
	const struct qyb_share *s)
{
	const struct lockbox_value *all =
		(const struct lockbox_value *)(const void *)secret_view(o->values);

	for (size_t n = 0; n < p->giver_count; n++)
		if (all[n].i == s->value.i &&
			secret_equal(all[n].v, s->value.v, LOCKBOX_SECRET))
			return true;
	return false;
}

/* All that was given for this part, once: of two that differ, the judge takes the one
 * that stands under its commitment and blames the other. */
static void shares_give(struct opening *o, struct qyb_opened_part *p)
{
	bool owner = p->giver_count > 0;

	for (size_t k = 0; k < o->share_count; k++) {
		const struct qyb_share *s = &o->shares[k];

		if (!bytes_equal(s->part, p->id) || is_given(o, p, s) ||
			p->giver_count == LOCKBOX_PARTIES_MAX)
			continue;
		give(o, p, &s->value);
		p->path = owner ? QYB_PATH_BOTH : QYB_PATH_TRUSTEES;
	}
}

static bool part_extract(struct opening *o, size_t part, const uint8_t *rho,
	struct qyb_opened_part *p, struct err *e)
{
	struct cli *c = o->c;
	const char *folder = cli_text(c, "out"), *id = arena_str(c->arena, p->id);
	AUTO(outfile) to = NULL;

	if (strchr(id, '/') || id[0] == '.')
		return err_set(e, ERR_DENIED, "%s", cli_say(c, MSG_BID_PART_NAME, id));
	if (!outfile_open(&to, arena_printf(c->arena, "%s/%s", folder, id), 0600, e))
		return false;
	if (!qyb_extract(o->b.q, part, rho, 0, sink_to_outfile(to), e))
		return e->code == ERR_DECRYPT || e->code == ERR_MALFORMED;
	if (!outfile_commit(to, e))
		return false;
	p->authentic = true;
	return true;
}

static bool part_open(struct opening *o, size_t part, struct err *e)
{
	struct qyb_opened_part *p = &o->record.parts[o->record.count];
	AUTO(secret) rho = secret_new(LOCKBOX_SECRET);

	p->id = o->b.q->parts[part].id;
	if (!owner_give(o, part, p, e))
		return false;
	shares_give(o, p);
	if (!qyb_judge_dealing(&p->finding, o->b.q, part,
		    (const struct lockbox_value *)(const void *)secret_view(o->values),
		    p->giver_count, secret_data(rho), e))
		return false;
	if (p->finding.verdict == QYB_OPENS &&
		!part_extract(o, part, secret_view(rho), p, e))
		return false;
	if (p->finding.verdict == QYB_DEALER_LIED && p->finding.difference.element != 'C')
		memcpy(p->rho, secret_view(rho), LOCKBOX_SECRET);
	o->record.count++;
	return true;
}

/* --- all of it */

static bool parts_open(struct opening *o, struct err *e)
{
	const char *name;
	bool any = false;

	for (size_t at = 0; (name = cli_each(o->c, "part", &at)); any = true) {
		size_t part;

		if (!qyb_part_find(o->b.q, bytes_str(name), &part, e))
			return false;
		for (size_t k = 0; k < o->record.count; k++)
			if (bytes_equal(o->record.parts[k].id, bytes_str(name)))
				return err_set(e, ERR_USAGE, "--part %s", name);
		if (!part_open(o, part, e))
			return false;
	}
	for (size_t part = 0; !any && part < o->b.q->part_count; part++)
		if (!part_open(o, part, e))
			return err_in(
				e, "%s", arena_str(o->c->arena, o->b.q->parts[part].id));
	return true;
}

static bool record_write(struct opening *o, struct err *e)
{
	struct cli *c = o->c;
	AUTO_KEYFILE k = {0};
	struct qyb_signer signer;
	struct bytes der;

	if (!cli_text(c, "record"))
		return true;
	return bid_signer(&signer, &k, c, e) &&
	       qyb_opening_write(&der, c->arena, c->world, &o->record, &signer, e) &&
	       cli_write(c, cli_text(c, "record"), 0644, der, e);
}

static int tell(struct opening *o)
{
	struct cli *c = o->c;
	int code = 0;

	for (size_t k = 0; k < o->record.count; k++) {
		const struct qyb_opened_part *p = &o->record.parts[k];

		if (!c->json)
			cli_print(c, "%s: %s\n", arena_str(c->arena, p->id),
				bid_finding_words(c, o->b.q, p));
		if (p->finding.verdict == QYB_UNDECIDED)
			code = code ? code : CODE_UNDECIDED;
		else if (p->finding.verdict != QYB_OPENS || !p->authentic)
			code = CODE_FAULT;
	}
	if (c->json)
		cli_json(c, bid_opening_json(c, o->b.q, &o->record));
	return code;
}

static bool open_all(struct opening *o, struct err *e)
{
	struct cli *c = o->c;
	struct cert signer;

	if (!inputs_read(o, e))
		return false;
	if (o->b.q->context.suite == LOCKBOX_SUITE_BID &&
		(!qyb_check_signature(o->b.q, c->arena, &signer, e) ||
			!bid_signer_is_bidder(
				c, &signer, o->b.q->context.credit_code, e)))
		return false;
	if (mkdir(cli_text(c, "out"), 0700) != 0 && access(cli_text(c, "out"), W_OK) != 0)
		return err_system(e, ERR_WRITE, cli_text(c, "out"));
	o->values = secret_new(LOCKBOX_PARTIES_MAX * sizeof(struct lockbox_value));
	memcpy(o->record.header, o->b.q->header_sm3, SM3_SIZE);
	o->record.time = c->world->now(c->world) / 1000000 * 1000000;
	return parts_open(o, e) && record_write(o, e);
}

static int run(struct cli *c)
{
	struct opening *o = ARENA_NEW(c->arena, struct opening);
	struct err e;
	bool ok;

	if (!cli_text(c, "key") && !cli_text(c, "share"))
		return cli_misuse(c, cli_say(c, MSG_CLI_ONE_OF, "--key", "--share"));
	if (cli_text(c, "share") && !cli_text(c, "opening-key"))
		return cli_misuse(
			c, cli_say(c, MSG_CLI_NEEDS, "--share", "--opening-key"));
	if (cli_text(c, "record") && !cli_text(c, "signer"))
		return cli_misuse(c, cli_say(c, MSG_CLI_NEEDS, "--record", "--signer"));
	o->c = c;
	ok = open_all(o, &e);
	keyfile_fini(&o->key);
	keyfile_fini(&o->opening_key);
	secret_free(o->values);
	bid_close(&o->b);
	for (size_t k = 0; k < o->share_count; k++)
		mem_wipe(&o->shares[k].value, sizeof o->shares[k].value);
	return ok ? tell(o) : cli_fail(c, &e);
}

static const struct cli_option options[] = {
	CLI_INTAKE_ROW,
	{"key", 0, CLI_FILE, 0, NULL, MSG_OPT_BID_KEY, 0},
	{"rewrap", 0, CLI_FILE, 0, NULL, MSG_OPT_BID_REWRAP, 0},
	{"share", 0, CLI_FILE, CLI_REPEAT, NULL, MSG_OPT_BID_SHARE, 0},
	{"opening-key", 0, CLI_FILE, 0, NULL, MSG_OPT_OPENING_KEY, 0},
	{"part", 0, CLI_TEXT, CLI_REPEAT, "ID", MSG_OPT_BID_ONLY, 0},
	{"record", 0, CLI_FILE, 0, NULL, MSG_OPT_BID_RECORD, 0},
	CLI_SIGNER_ROWS,
	CLI_PASSWORD_FILE,
	{"out", 'o', CLI_FOLDER, CLI_REQUIRED, NULL, MSG_OPT_BID_FOLDER, 0},
	CLI_END,
};

static const struct cli_operand operands[] = {
	{"FILE", 0, MSG_OPT_BID_FILE},
	CLI_END,
};

static const struct cli_exit exits[] = {
	{CODE_FAULT, MSG_EXIT_BID_FAULT},
	{CODE_UNDECIDED, MSG_EXIT_BID_UNDECIDED},
};

const struct cli_command cmd_bid_open = {
	.name = "bid open",
	.run = run,
	.summary = MSG_CMD_BID_OPEN,
	.about = MSG_CMD_BID_OPEN_ABOUT,
	.options = options,
	.operands = operands,
	.exits = exits,
	.exit_count = sizeof exits / sizeof *exits,
	.json = true,
};
