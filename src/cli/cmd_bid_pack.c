/* cmd_bid_pack: packs a bid on the bidder's own machine.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "base/text.h"
#include "base/time.h"
#include "cli/bid.h"
#include "doc/party.h"
#include "doc/qyb_pack.h"
#include "pki/cert.h"

enum { NOTICE_MAX = 256 << 20 };

struct packing {
	struct cli *c;
	struct qyb_pack_spec spec;
	struct qyb_pack_part parts[QYB_PARTS_MAX];
	struct source *sources[QYB_PARTS_MAX];
	struct bytes trustees[LOCKBOX_TRUSTEES_MAX], roles[LOCKBOX_TRUSTEES_MAX],
		owners[LOCKBOX_OWNERS_MAX];
	struct keyfile signer;
	uint8_t superseded[LOCKBOX_ID];
};

static bool read_cert(struct cli *c, const char *path, struct bytes *der, struct err *e)
{
	struct bytes file;

	return cli_read(c, path, CERT_MAX, &file, e) &&
	       (cert_decode(c->arena, file, der, e) || err_in(e, "%s", path));
}

/* "ID=FILE": both parts, or a usage error. */
static bool split(struct cli *c, const char *text, struct bytes *id, const char **path,
	struct err *e)
{
	const char *at = strchr(text, '=');

	if (!at || at == text || !at[1])
		return err_set(e, ERR_USAGE, "%s", cli_say(c, MSG_BID_NAME_FILE, text));
	*id = bytes_make(text, (size_t)(at - text));
	*path = at + 1;
	return true;
}

static bool is_price(const struct cli *c, struct bytes id)
{
	const char *name;
	bool any = false;

	for (size_t at = 0; (name = cli_each(c, "price", &at)); any = true)
		if (bytes_equal(bytes_str(name), id))
			return true;
	return !any && bytes_equal(id, BYTES("price"));
}

static bool parts_open(struct packing *p, struct err *e)
{
	struct qyb_pack_spec *s = &p->spec;
	const char *text, *path = NULL;

	for (size_t at = 0; (text = cli_each(p->c, "part", &at)); s->part_count++) {
		struct qyb_pack_part *part = &p->parts[s->part_count];

		if (s->part_count == QYB_PARTS_MAX)
			return err_set(e, ERR_TOO_LARGE, "--part");
		if (!split(p->c, text, &part->id, &path, e) ||
			!source_open(&p->sources[s->part_count], path, e))
			return false;
		part->content = p->sources[s->part_count];
		part->price = is_price(p->c, part->id);
	}
	s->parts = p->parts;
	return true;
}

static bool recipients_read(struct packing *p, struct err *e)
{
	struct qyb_pack_spec *s = &p->spec;
	const char *text, *path = NULL;

	for (size_t at = 0; (text = cli_each(p->c, "trustee", &at)); s->trustee_count++) {
		if (s->trustee_count == LOCKBOX_TRUSTEES_MAX)
			return err_set(e, ERR_TOO_LARGE, "--trustee");
		if (!split(p->c, text, &p->roles[s->trustee_count], &path, e) ||
			!read_cert(p->c, path, &p->trustees[s->trustee_count], e))
			return false;
	}
	for (size_t at = 0; (path = cli_each(p->c, "owner", &at)); s->owner_count++) {
		if (s->owner_count == LOCKBOX_OWNERS_MAX)
			return err_set(e, ERR_TOO_LARGE, "--owner");
		if (!read_cert(p->c, path, &p->owners[s->owner_count], e))
			return false;
	}
	s->trustees = p->trustees;
	s->roles = p->roles;
	s->owners = p->owners;
	return true;
}

/* The tender and what it demands. */
static bool tender_read(struct packing *p, struct err *e)
{
	struct cli *c = p->c;
	struct lockbox_context *x = &p->spec.context;
	AUTO(digest) d = digest_new(DIGEST_SM3);
	struct bytes notice, old;

	if (!cli_read(c, cli_text(c, "notice"), NOTICE_MAX, &notice, e))
		return false;
	digest_put(d, notice);
	digest_finish(d, x->notice);
	x->suite = LOCKBOX_SUITE_BID;
	x->tender = bytes_str(cli_text(c, "tender"));
	x->lot = bytes_str(cli_text(c, "lot"));
	x->round = (uint32_t)cli_number(c, "round", 1);
	x->deadline = cli_time(c, "deadline", 0);
	x->credit_code = bytes_str(cli_text(c, "credit-code"));
	x->policy =
		(enum lockbox_policy)cli_choice(c, "policy", LOCKBOX_OWNER_OR_TRUSTEES);
	if (x->policy != LOCKBOX_OWNER)
		x->t = (uint8_t)cli_number(c, "threshold", LOCKBOX_THRESHOLD_MIN);
	if (!credit_code_is_valid(x->credit_code))
		return err_set(e, ERR_USAGE, "%s", cli_say(c, MSG_BID_CREDIT_CODE));
	if (!cli_text(c, "supersedes"))
		return true;
	if (!hex_decode(c->arena, bytes_str(cli_text(c, "supersedes")), &old, e) ||
		old.n != LOCKBOX_ID)
		return err_set(e, ERR_USAGE, "--supersedes");
	memcpy(p->superseded, old.p, LOCKBOX_ID);
	p->spec.supersedes = p->superseded;
	return true;
}

/* Who will be able to open it, and what escrow means. */
static void warn(struct packing *p)
{
	struct cli *c = p->c;

	for (size_t k = 0; k < p->spec.trustee_count; k++) {
		struct cert cert;
		struct err e;

		if (cert_parse(&cert, p->trustees[k], &e))
			cli_note(c, cli_say(c, MSG_BID_TRUSTEE_NOTE,
					    arena_printf(c->arena, "%zu", k + 1),
					    name_title(c->arena, cert.subject),
					    arena_str(c->arena, p->roles[k])));
	}
	//= protocols §1: that key recovery opens what is wrapped to an escrowed key is told
	cli_note(c, cli_say(c, MSG_BID_ESCROW));
	if (p->spec.context.policy != LOCKBOX_OWNER_OR_TRUSTEES)
		cli_note(c, cli_say(c, MSG_BID_KEY_IS_ALL));
}

static bool write_bid(struct packing *p, uint8_t bid[LOCKBOX_ID], struct err *e)
{
	AUTO(outfile) to = NULL;

	return outfile_open(&to, cli_text(p->c, "out"), 0600, e) &&
	       qyb_pack(to, p->c->world, &p->spec, bid, e) && outfile_commit(to, e);
}

/* Whose certificates these are, and until when: what would void the bid is told now. */
static bool people_check(struct packing *p, const struct cert *signer, struct err *e)
{
	struct cli *c = p->c;

	//= protocols §1: the signer is a credential of the bidder in ctx, at packing time
	if (!bid_signer_is_bidder(c, signer, p->spec.context.credit_code, e))
		return false;
	if (signer->not_after < c->world->now(c->world))
		return err_set(e, ERR_DENIED, "%s",
			cli_say(c, MSG_BID_SIGNER_EXPIRED,
				name_title(c->arena, signer->subject)));
	for (size_t k = 0; k < p->spec.owner_count; k++) {
		struct cert owner;

		if (!cert_parse(&owner, p->owners[k], e))
			return false;
		if (!party_seems_one(&owner, signer))
			return err_set(e, ERR_DENIED, "%s",
				cli_say(c, MSG_BID_OWNER_OTHER,
					name_title(c->arena, owner.subject)));
	}
	return true;
}

static bool pack(struct packing *p, uint8_t bid[LOCKBOX_ID], struct err *e)
{
	struct cli *c = p->c;
	struct cert signer;

	if (!tender_read(p, e) || !parts_open(p, e) || !recipients_read(p, e) ||
		!cli_keyfile(c, cli_text(c, "key"), &p->signer, e) ||
		!cli_key_cert(c, &p->signer, cli_text(c, "certificate"), &signer, e))
		return false;
	if (!people_check(p, &signer, e))
		return false;
	p->spec.signer = p->signer.key;
	p->spec.signer_cert = signer.der;
	p->spec.signing_time = c->world->now(c->world);
	if (cli_text(c, "intake") &&
		!read_cert(c, cli_text(c, "intake"), &p->spec.intake, e))
		return false;
	return write_bid(p, bid, e);
}

static int run(struct cli *c)
{
	struct packing *p = ARENA_NEW(c->arena, struct packing);
	uint8_t bid[LOCKBOX_ID];
	struct err e;
	bool ok;

	if (!cli_text(c, "intake") == !cli_flag(c, "clear-header"))
		return cli_misuse(
			c, cli_say(c, MSG_CLI_ONE_OF, "--intake", "--clear-header"));
	p->c = c;
	ok = pack(p, bid, &e);
	for (size_t k = 0; k < p->spec.part_count; k++)
		source_free(p->sources[k]);
	keyfile_fini(&p->signer);
	if (!ok)
		return cli_fail(c, &e);
	warn(p);
	if (c->json)
		cli_json(c,
			json_pack("{s:s}", "bid", hex_encode(c->arena, BYTES_OF(bid))));
	else
		cli_row(c, MSG_FIELD_BID, hex_encode(c->arena, BYTES_OF(bid)));
	return 0;
}

static const struct cli_option options[] = {
	{"tender", 0, CLI_TEXT, CLI_REQUIRED, NULL, MSG_OPT_TENDER, 0},
	{"notice", 0, CLI_FILE, CLI_REQUIRED, NULL, MSG_OPT_NOTICE, 0},
	{"deadline", 0, CLI_TIME, CLI_REQUIRED, NULL, MSG_OPT_DEADLINE, 0},
	{"lot", 0, CLI_TEXT, 0, NULL, MSG_OPT_LOT, 0},
	{"round", 0, CLI_NUMBER, 0, NULL, MSG_OPT_ROUND, 1000},
	{"policy", 0, CLI_CHOICE, 0, "owner|owner-or-trustees|owner-and-trustees",
		MSG_OPT_POLICY, 0},
	{"threshold", 0, CLI_NUMBER, 0, NULL, MSG_OPT_THRESHOLD, LOCKBOX_TRUSTEES_MAX},
	{"trustee", 0, CLI_TEXT, CLI_REPEAT, "ROLE=CERT", MSG_OPT_TRUSTEE, 0},
	{"owner", 0, CLI_FILE, CLI_REQUIRED | CLI_REPEAT, "CERT", MSG_OPT_OWNER, 0},
	{"part", 0, CLI_TEXT, CLI_REQUIRED | CLI_REPEAT, "ID=FILE", MSG_OPT_BID_PART, 0},
	{"price", 0, CLI_TEXT, CLI_REPEAT, "ID", MSG_OPT_BID_PRICE, 0},
	{"credit-code", 0, CLI_TEXT, CLI_REQUIRED, NULL, MSG_OPT_BID_CREDIT, 0},
	{"supersedes", 0, CLI_TEXT, 0, "BID", MSG_OPT_SUPERSEDES, 0},
	{"intake", 0, CLI_FILE, 0, "CERT", MSG_OPT_INTAKE, 0},
	{"clear-header", 0, CLI_FLAG, 0, NULL, MSG_OPT_CLEAR_HEADER, 0},
	{"key", 0, CLI_FILE, CLI_REQUIRED, NULL, MSG_OPT_KEY, 0},
	{"certificate", 0, CLI_FILE, 0, NULL, MSG_OPT_CERTIFICATE, 0},
	CLI_PASSWORD_FILE,
	{"out", 'o', CLI_FILE, CLI_REQUIRED, NULL, MSG_OPT_BID_OUT, 0},
	CLI_END,
};

const struct cli_command cmd_bid_pack = {
	.name = "bid pack",
	.run = run,
	.summary = MSG_CMD_BID_PACK,
	.about = MSG_CMD_BID_PACK_ABOUT,
	.options = options,
	.json = true,
};
