/* bid: see bid.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "cli/bid.h"

#include <string.h>

#include "base/text.h"
#include "base/time.h"
#include "doc/party.h"
#include "pki/cert.h"

void bid_close(struct bid *b)
{
	source_free(b->file);
}

bool bid_open(struct bid *b, struct cli *c, const char *path, struct err *e)
{
	const char *intake = cli_text(c, "intake-key");
	AUTO_KEYFILE k = {0};

	if (intake && !cli_key_for(c, intake, TOKEN_UNWRAP, &k, e))
		return false;
	return source_open(&b->file, path, e) &&
	       qyb_read(&b->q, c->arena, b->file, k.key, e);
}

bool bid_signer(struct qyb_signer *out, struct keyfile *k, struct cli *c, struct err *e)
{
	struct cert cert;

	if (!cli_text(c, "signer"))
		return err_set(e, ERR_USAGE, "--signer");
	if (!cli_keyfile(c, cli_text(c, "signer"), k, e) ||
		!cli_key_cert(c, k, cli_text(c, "signer-certificate"), &cert, e))
		return false;
	*out = (struct qyb_signer){k->key, cert.der, c->world->now(c->world)};
	return true;
}

bool bid_signer_is_bidder(
	struct cli *c, const struct cert *signer, struct bytes credit_code, struct err *e)
{
	return party_claims(signer, credit_code) != PARTY_CLAIMS_ANOTHER ||
	       err_set(e, ERR_DENIED, "%s",
		       cli_say(c, MSG_BID_SIGNER_OTHER,
			       name_title(c->arena, signer->subject),
			       arena_str(c->arena, credit_code)));
}

bool bid_party_of_key(
	size_t *party, const struct qyb *q, const struct key *key, struct err *e)
{
	for (size_t k = 0; k < q->context.party_count; k++)
		if (pubkey_equal(&q->certs[k].key, &key->pub)) {
			*party = k;
			return true;
		}
	return err_set(e, ERR_KEY_MISMATCH, "this key is none of the recipients'");
}

bool bid_is_due(struct cli *c, const struct qyb *q, struct err *e)
{
	//= protocols §1: no bid key, share or re-wrap before the deadline in ctx
	if (q->context.suite == LOCKBOX_SUITE_FILE ||
		c->world->now(c->world) >= q->context.deadline)
		return true;
	return err_set(e, ERR_DENIED, "%s",
		cli_say(c, MSG_BID_NOT_DUE, time_iso(c->arena, q->context.deadline)));
}

const char *bid_party_words(struct cli *c, const struct qyb *q, uint16_t i)
{
	for (size_t k = 0; k < q->context.party_count; k++) {
		const struct lockbox_party *p = &q->context.parties[k];
		const char *name = name_title(c->arena, q->certs[k].subject);

		if (p->i != i)
			continue;
		if (i < LOCKBOX_OWNER_FIRST)
			return cli_say(c, MSG_BID_TRUSTEE,
				arena_printf(c->arena, "%u", i), name,
				arena_str(c->arena, p->role));
		return cli_say(c,
			q->context.suite == LOCKBOX_SUITE_BID ? MSG_BID_OWNER
							      : MSG_BID_RECIPIENT,
			arena_printf(c->arena, "%u", i - LOCKBOX_OWNER_FIRST + 1u), name);
	}
	return "?";
}

const char *bid_finding_words(
	struct cli *c, const struct qyb *q, const struct qyb_opened_part *p)
{
	const struct qyb_finding *f = &p->finding;
	char element[2] = {f->difference.element, 0};

	switch (f->verdict) {
	case QYB_OPENS:
		if (!p->authentic)
			return cli_say(c, MSG_BID_DAMAGED);
		if (f->party)
			return cli_say(c, MSG_BID_OPENS_DESPITE,
				bid_party_words(c, q, f->party));
		return cli_say(c, MSG_BID_OPENS);
	case QYB_UNDECIDED:
		return cli_say(c, MSG_BID_UNDECIDED,
			arena_printf(c->arena, "%zu", p->giver_count),
			arena_printf(c->arena, "%u", q->context.t));
	case QYB_PARTY_LIED:
		return cli_say(c, MSG_BID_PARTY_LIED, bid_party_words(c, q, f->party));
	case QYB_DEALER_LIED:
		if (f->difference.element == 'C')
			return cli_say(c, MSG_BID_DEALER_LIED_COM);
		return cli_say(c, MSG_BID_DEALER_LIED, element,
			bid_party_words(c, q, f->difference.i));
	}
	return "?";
}

static json_t *part_json(
	struct cli *c, const struct qyb *q, const struct qyb_opened_part *p)
{
	json_t *givers = json_array(), *o;
	char element[2] = {p->finding.difference.element, 0};

	for (size_t k = 0; k < p->giver_count; k++)
		json_array_append_new(givers, json_integer(p->givers[k]));
	o = json_pack("{s:s,s:s,s:s,s:o,s:b,s:s}", "id", arena_str(c->arena, p->id),
		"verdict", qyb_verdict_name(p->finding.verdict), "path",
		qyb_path_name(p->path), "givers", givers, "authentic", p->authentic,
		"text", bid_finding_words(c, q, p));
	if (p->finding.party)
		json_object_set_new(o, "wrong_value_of", json_integer(p->finding.party));
	if (p->finding.verdict == QYB_DEALER_LIED)
		json_object_set_new(o, "difference",
			json_pack("{s:s,s:i}", "element", element, "recipient",
				p->finding.difference.i));
	if (p->finding.verdict == QYB_DEALER_LIED && element[0] != 'C')
		json_object_set_new(
			o, "rho", json_string(hex_encode(c->arena, BYTES_OF(p->rho))));
	return o;
}

json_t *bid_opening_json(struct cli *c, const struct qyb *q, const struct qyb_opening *o)
{
	json_t *parts = json_array();

	for (size_t k = 0; k < o->count; k++)
		json_array_append_new(parts, part_json(c, q, &o->parts[k]));
	return json_pack("{s:s,s:s,s:s,s:o}", "header_sm3",
		hex_encode(c->arena, BYTES_OF(o->header)), "bid",
		hex_encode(c->arena, BYTES_OF(q->context.bid)), "time",
		time_iso(c->arena, o->time), "parts", parts);
}

const char *bid_suite_words(struct cli *c, enum lockbox_suite suite)
{
	return cli_say(
		c, suite == LOCKBOX_SUITE_BID ? MSG_BID_KIND_BID : MSG_BID_KIND_FILE);
}
