/* cmd_bid_give: what recipients give: a trustee's share for an opening, and an owner's
 * envelope for a renewed certificate.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "cli/bid.h"
#include "doc/party.h"
#include "pki/cert.h"

static bool read_cert(struct cli *c, const char *path, struct cert *out, struct err *e)
{
	struct bytes file, der;

	return cli_read(c, path, CERT_MAX, &file, e) &&
	       cert_decode(c->arena, file, &der, e) && cert_parse(out, der, e);
}

static bool share(struct cli *c, struct err *e)
{
	AUTO(secret) room = secret_new(sizeof(struct qyb_share));
	struct qyb_share *s = (struct qyb_share *)(void *)secret_data(room);
	AUTO_KEYFILE key = {0};
	AUTO_KEYFILE sign = {0};
	AUTO_BID b = {0};
	struct qyb_signer signer;
	struct cert to;
	struct bytes der;
	size_t part, party;
	bool committed = false;

	if (!bid_open(&b, c, cli_operand(c, 0), e) || !bid_is_due(c, b.q, e) ||
		!qyb_check_signature(b.q, c->arena, &to, e) ||
		!cli_key_for(c, cli_text(c, "key"), TOKEN_UNWRAP, &key, e) ||
		!bid_party_of_key(&party, b.q, key.key, e) ||
		!qyb_part_find(b.q, bytes_str(cli_text(c, "part")), &part, e) ||
		!bid_signer(&signer, &sign, c, e) ||
		!read_cert(c, cli_text(c, "to"), &to, e) ||
		!qyb_take(&s->value, &committed, b.q, part, party, key.key, e))
		return false;
	if (!committed)
		return err_set(e, ERR_DENIED, "%s", cli_say(c, MSG_BID_NOT_COMMITTED));
	memcpy(s->header, b.q->header_sm3, SM3_SIZE);
	s->part = b.q->parts[part].id;
	return qyb_share_write(&der, c->arena, c->world, s, &signer, &to, e) &&
	       cli_write(c, cli_text(c, "out"), 0600, der, e);
}

static int run_share(struct cli *c)
{
	struct err e;

	return share(c, &e) ? 0 : cli_fail(c, &e);
}

static bool rewrap(struct cli *c, struct err *e)
{
	struct qyb_rewrap *r = ARENA_NEW(c->arena, struct qyb_rewrap);
	AUTO_KEYFILE key = {0};
	AUTO_KEYFILE sign = {0};
	AUTO_BID b = {0};
	struct qyb_signer signer;
	struct cert to, was;
	struct bytes der;
	size_t party;

	if (!bid_open(&b, c, cli_operand(c, 0), e) ||
		!qyb_check_signature(b.q, c->arena, &was, e) ||
		!cli_key_for(c, cli_text(c, "key"), TOKEN_UNWRAP, &key, e) ||
		!bid_party_of_key(&party, b.q, key.key, e) ||
		!bid_signer(&signer, &sign, c, e) ||
		!read_cert(c, cli_text(c, "to"), &to, e))
		return false;
	//= protocols §1: re-wraps only to a certificate of the same credit code
	if (!party_seems_one(&b.q->certs[party], &to))
		return err_set(e, ERR_DENIED, "%s",
			cli_say(c, MSG_BID_STRANGER, name_title(c->arena, to.subject)));
	return qyb_rewrap_make(r, c->world, b.q, party, key.key, to.der, e) &&
	       qyb_rewrap_write(&der, c->arena, c->world, r, &signer, e) &&
	       cli_write(c, cli_text(c, "out"), 0644, der, e);
}

static int run_rewrap(struct cli *c)
{
	struct err e;

	return rewrap(c, &e) ? 0 : cli_fail(c, &e);
}

static const struct cli_option share_rows[] = {
	CLI_INTAKE_ROW,
	{"key", 0, CLI_FILE, CLI_REQUIRED, NULL, MSG_OPT_BID_KEY, 0},
	{"part", 0, CLI_TEXT, CLI_REQUIRED, "ID", MSG_OPT_BID_ONLY, 0},
	{"to", 0, CLI_FILE, CLI_REQUIRED, "CERT", MSG_OPT_OPENING_CERT, 0},
	CLI_SIGNER_ROWS,
	CLI_PASSWORD_FILE,
	{"out", 'o', CLI_FILE, CLI_REQUIRED, NULL, MSG_OPT_OUT, 0},
	CLI_END,
};

static const struct cli_option rewrap_rows[] = {
	CLI_INTAKE_ROW,
	{"key", 0, CLI_FILE, CLI_REQUIRED, NULL, MSG_OPT_BID_KEY, 0},
	{"to", 0, CLI_FILE, CLI_REQUIRED, "CERT", MSG_OPT_REWRAP_TO, 0},
	CLI_SIGNER_ROWS,
	CLI_PASSWORD_FILE,
	{"out", 'o', CLI_FILE, CLI_REQUIRED, NULL, MSG_OPT_OUT, 0},
	CLI_END,
};

static const struct cli_operand operands[] = {
	{"FILE", 0, MSG_OPT_BID_FILE},
	CLI_END,
};

const struct cli_command cmd_bid_share = {
	.name = "bid share",
	.run = run_share,
	.summary = MSG_CMD_BID_SHARE,
	.about = MSG_CMD_BID_SHARE_ABOUT,
	.options = share_rows,
	.operands = operands,
};

const struct cli_command cmd_bid_rewrap = {
	.name = "bid rewrap",
	.run = run_rewrap,
	.summary = MSG_CMD_BID_REWRAP,
	.about = MSG_CMD_BID_REWRAP_ABOUT,
	.options = rewrap_rows,
	.operands = operands,
};
