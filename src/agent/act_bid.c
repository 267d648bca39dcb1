/* act_bid: see act_bid.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "agent/act_bid.h"

#include <string.h>

#include "base/source.h"
#include "doc/qyb_record.h"
#include "doc/release.h"

enum { HEADER_FILE_MAX = 16 << 20, PROOF_MAX = 32 << 20, LIST_MAX = 64 };

/* --- what was given */

/* What proves that a bid may be opened: SEQUENCE { closing, proof, standing OCTET STRING,
 * withdrawals SEQUENCE OF OCTET STRING, deadlines SEQUENCE OF GeneralizedTime }. */
struct proof {
	struct bytes closing, leaf, standing;
	struct bytes withdrawals[LIST_MAX];
	size_t withdrawal_count;
	int64_t changes[LIST_MAX];
	size_t change_count;
};

static bool proof_read(struct proof *p, struct bytes der, struct err *e)
{
	struct bytes in, list;

	*p = (struct proof){0};
	if (!der_only(der, DER_SEQUENCE, &in, e) ||
		!der_take(&in, DER_OCTET_STRING, &p->closing, e) ||
		!der_take(&in, DER_OCTET_STRING, &p->leaf, e) ||
		!der_take(&in, DER_OCTET_STRING, &p->standing, e) ||
		!der_take(&in, DER_SEQUENCE, &list, e))
		return err_in(e, "proof");
	for (; list.n; p->withdrawal_count++)
		if (p->withdrawal_count == LIST_MAX ||
			!der_take(&list, DER_OCTET_STRING,
				&p->withdrawals[p->withdrawal_count], e))
			return err_set(e, ERR_MALFORMED, "proof: withdrawals");
	if (!der_take(&in, DER_SEQUENCE, &list, e))
		return err_in(e, "proof");
	for (; list.n; p->change_count++)
		if (p->change_count == LIST_MAX ||
			!der_time(&list, &p->changes[p->change_count], e))
			return err_set(e, ERR_MALFORMED, "proof: deadlines");
	return der_end(in, e) || err_in(e, "proof");
}

static bool document_read(const struct job *job, struct arena *a, size_t row, size_t i,
	size_t max, struct bytes *out, struct err *e)
{
	size_t first = 0, at;

	while (job_order_of(job, first, &at) && at < row)
		first++;
	return file_slurp(
		a, job_file(job, a, arena_printf(a, "%zu", first + i)), max, out, e);
}

/* The bid's header, which must be that of the order. */
static bool bid_read(struct qyb **out, const struct job *job, struct arena *a, size_t row,
	struct err *e)
{
	const struct order_bid *o = &job->rows[row].order.order.bid;
	struct bytes file;
	struct cert signer;

	if (!document_read(job, a, row, 0, HEADER_FILE_MAX, &file, e) ||
		!qyb_header_read(out, a, file, e) ||
		!qyb_check_signature(*out, a, &signer, e))
		return false;
	if (!bytes_equal(BYTES_OF(o->header), BYTES_OF((*out)->header_sm3)))
		return err_set(
			e, ERR_DENIED, "the header is another bid's than the order's");
	/* The window and the journal name what the order names. */
	return (bytes_equal(o->tender, (*out)->context.tender) &&
		       bytes_equal(o->lot, (*out)->context.lot)) ||
	       err_set(e, ERR_DENIED, "the order names another tender than the bid");
}

/* --- the rule */

static bool release(struct agent *ag, const struct job *job, size_t row,
	const struct qyb *q, enum release_act act, size_t party, struct arena *a,
	uint8_t checkpoint[SM3_SIZE], struct err *e)
{
	const struct order_bid *o = &job->rows[row].order.order.bid;
	const struct home_ledger *ledger = job->pairing->ledger;
	struct proof *p = ARENA_NEW(a, struct proof);
	struct release_conditions c = {.arena = a,
		.lang = ag->lang,
		.act = act,
		.now = ag->world->now(ag->world),
		.bid = q,
		.trust = ag->home->trust,
		.cert = o->cert,
		.root = &job->pairing->root,
		.party = party};
	struct release_finding f;
	struct bytes file;

	//= Protocols §1: closing checkpoint against its own list of witnesses
	if (!ledger)
		return err_set(
			e, ERR_DENIED, "%s", msg_text(ag->lang, MSG_AGENT_NO_LEDGER));
	c.view = &ledger->view;
	if (!document_read(job, a, row, 1, PROOF_MAX, &file, e) ||
		!proof_read(p, file, e))
		return false;
	c.closing = p->closing;
	c.proof = p->leaf;
	c.standing = p->standing;
	c.withdrawals = p->withdrawals;
	c.withdrawal_count = p->withdrawal_count;
	/* A later deadline is for a sealed notice to say. Until proofs carry the notices
	 * themselves, a page's word for one is none. */
	if (p->change_count)
		return err_set(e, ERR_DENIED, "%s",
			msg_text(ag->lang, MSG_AGENT_DEADLINE_UNPROVEN));
	release_check(&f, &c);
	if (release_is_refused(&f)) {
		enum release_check_id id = release_objection(&f);

		return err_set(e, ERR_DENIED, "%s: %s", release_check_title(ag->lang, id),
			f.checks[id].detail);
	}
	memcpy(checkpoint, f.checkpoint, SM3_SIZE);
	if (act == RELEASE_VALUE &&
		!bytes_equal(BYTES_OF(f.checkpoint), BYTES_OF(o->checkpoint)))
		return err_set(
			e, ERR_DENIED, "another closing checkpoint than the order's");
	return true;
}

bool bid_look(struct agent *ag, struct job *job, struct err *e)
{
	for (size_t row = 0; row < job->row_count; row++) {
		AUTO(arena) a = arena_new();
		uint8_t checkpoint[SM3_SIZE];
		struct qyb *q;

		if (!bid_read(&q, job, a, row, e))
			return false;
		if (job->rows[row].order.order.act == ORDER_UNWRAP_BID &&
			!release(ag, job, row, q, RELEASE_VALUE, 0, a, checkpoint, e))
			return false;
	}
	return true;
}

bool bid_is_for(const struct job *job, size_t row, const struct cert *cert)
{
	AUTO(arena) a = arena_new();
	struct qyb *q;
	struct err e;

	return bid_read(&q, job, a, row, &e) &&
	       qyb_party_find(q, cert->sm3, 0) != SIZE_MAX;
}

/* --- the acts */

struct act {
	struct agent *agent;
	struct job *job;
	size_t row, party;
	struct qyb *q;
	struct arena *a;
	struct key *key;
	struct qyb_signer signer;
	uint8_t checkpoint[SM3_SIZE];
};

static bool part_of(const struct act *x, size_t i, size_t *part, struct err *e)
{
	return qyb_part_find(
		x->q, x->job->rows[x->row].order.order.bid.parts[i], part, e);
}

static bool take(struct act *x, size_t i, struct lockbox_value *value, struct err *e)
{
	bool committed = false;
	size_t part;

	if (!part_of(x, i, &part, e) ||
		!qyb_take(value, &committed, x->q, part, x->party, x->key, e))
		return false;
	return committed ||
	       err_set(e, ERR_DENIED,
		       "what the bidder wrapped is not what it committed to");
}

/* "the key works: COM matches", and nothing of the value. */
static bool rehearse(struct act *x, struct err *e)
{
	AUTO(secret) room = secret_new(sizeof(struct lockbox_value) + LOCKBOX_SECRET);
	struct lockbox_value *value = (struct lockbox_value *)(void *)secret_data(room);
	uint8_t *rho = secret_data(room) + sizeof *value;
	const struct order_bid *o = &x->job->rows[x->row].order.order.bid;
	struct qyb_finding f;
	size_t part;

	for (size_t i = 0; i < o->part_count; i++) {
		if (!take(x, i, value, e) || !part_of(x, i, &part, e))
			return false;
		/* A share, or half of a secret, is judged by its commitment alone. */
		if (value->i < LOCKBOX_OWNER_FIRST ||
			x->q->context.policy == LOCKBOX_OWNER_AND_TRUSTEES)
			continue;
		if (!qyb_judge_dealing(&f, x->q, part, value, 1, rho, e))
			return false;
		if (f.verdict != QYB_OPENS)
			return err_set(e, ERR_DENIED, "%s", qyb_verdict_name(f.verdict));
	}
	job_answer(x->job, x->row, BYTES("works"));
	return true;
}

static bool give(struct act *x, struct err *e)
{
	AUTO(secret) room = secret_new(sizeof(struct qyb_share));
	struct qyb_share *share = (struct qyb_share *)(void *)secret_data(room);
	const struct order_bid *o = &x->job->rows[x->row].order.order.bid;
	struct bytes *out = ARENA_ARRAY(x->a, o->part_count, struct bytes);
	size_t all, n = 64, part;
	struct writer w;
	struct cert to;

	if (!cert_parse(&to, o->cert, e))
		return false;
	for (size_t i = 0; i < o->part_count; i++) {
		if (!take(x, i, &share->value, e) || !part_of(x, i, &part, e))
			return false;
		memcpy(share->header, x->q->header_sm3, SM3_SIZE);
		memcpy(share->checkpoint, x->checkpoint, SM3_SIZE);
		share->part = x->q->parts[part].id;
		if (!qyb_share_write(
			    &out[i], x->a, x->agent->world, share, &x->signer, &to, e))
			return false;
		n += out[i].n + 16;
	}
	w = writer_in(x->a, n);
	all = der_open(&w, DER_SEQUENCE);
	for (size_t i = 0; i < o->part_count; i++)
		der_put(&w, DER_OCTET_STRING, out[i]);
	der_close(&w, all);
	job_answer(x->job, x->row, writer_bytes(&w));
	return true;
}

static bool rewrap(struct act *x, struct err *e)
{
	struct qyb_rewrap *r = ARENA_NEW(x->a, struct qyb_rewrap);
	struct bytes der;

	if (!qyb_rewrap_make(r, x->agent->world, x->q, x->party, x->key,
		    x->job->rows[x->row].order.order.bid.cert, e) ||
		!qyb_rewrap_write(&der, x->a, x->agent->world, r, &x->signer, e))
		return false;
	job_answer(x->job, x->row, der);
	return true;
}

bool act_bid(struct agent *ag, struct job *job, size_t row, const struct act_keys *keys,
	struct err *e)
{
	enum order_act act = job->rows[row].order.order.act;
	AUTO(arena) a = arena_new();
	struct act x = {.agent = ag,
		.job = job,
		.row = row,
		.a = a,
		.key = keys->key,
		.signer = {keys->signer, keys->signer_cert, ag->world->now(ag->world)}};
	struct cert cert;

	if (!bid_read(&x.q, job, a, row, e) || !cert_parse(&cert, keys->cert, e))
		return false;
	x.party = qyb_party_find(x.q, cert.sm3, 0);
	if (x.party == SIZE_MAX)
		return err_set(
			e, ERR_DENIED, "the bid was not wrapped to this certificate");
	if (act == ORDER_REHEARSE)
		return rehearse(&x, e);
	if (!x.signer.key)
		return err_set(e, ERR_USAGE, "no signing key beside the encryption key");
	if (!release(ag, job, row, x.q,
		    act == ORDER_REWRAP ? RELEASE_REWRAP : RELEASE_VALUE, x.party, a,
		    x.checkpoint, e))
		return false;
	return act == ORDER_REWRAP ? rewrap(&x, e) : give(&x, e);
}
