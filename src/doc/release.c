/* release: see release.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "doc/release.h"

#include <string.h>

#include "base/text.h"
#include "doc/ledger_receipt.h"
#include "doc/party.h"
#include "doc/qyb_withdrawal.h"

static const char *const names[RELEASE_CHECK_COUNT] = {
	[RELEASE_CHECK_HEADER] = "header",
	[RELEASE_CHECK_BIDDER] = "bidder",
	[RELEASE_CHECK_CLOSING] = "closing",
	[RELEASE_CHECK_WITNESSED] = "witnessed",
	[RELEASE_CHECK_FIRST] = "first",
	[RELEASE_CHECK_INCLUSION] = "inclusion",
	[RELEASE_CHECK_IN_TIME] = "in-time",
	[RELEASE_CHECK_STANDING] = "standing",
	[RELEASE_CHECK_TIME] = "time",
	[RELEASE_CHECK_RECIPIENT] = "recipient",
};

static const enum msg titles[RELEASE_CHECK_COUNT] = {
	[RELEASE_CHECK_HEADER] = MSG_RELEASE_HEADER,
	[RELEASE_CHECK_BIDDER] = MSG_RELEASE_BIDDER,
	[RELEASE_CHECK_CLOSING] = MSG_RELEASE_CLOSING,
	[RELEASE_CHECK_WITNESSED] = MSG_RELEASE_WITNESSED,
	[RELEASE_CHECK_FIRST] = MSG_RELEASE_FIRST,
	[RELEASE_CHECK_INCLUSION] = MSG_RELEASE_INCLUSION,
	[RELEASE_CHECK_IN_TIME] = MSG_RELEASE_IN_TIME,
	[RELEASE_CHECK_STANDING] = MSG_RELEASE_STANDING,
	[RELEASE_CHECK_TIME] = MSG_RELEASE_TIME,
	[RELEASE_CHECK_RECIPIENT] = MSG_RELEASE_RECIPIENT,
};

const char *release_check_name(enum release_check_id id)
{
	return names[id];
}

const char *release_check_title(enum lang lang, enum release_check_id id)
{
	return msg_text(lang, titles[id]);
}

/* One run of the checks: what was asked, what is found, and what was read for several. */
struct looking {
	const struct release_conditions *c;
	struct release_finding *f;
	struct closing closing;
	bool closing_read; /* and it is of this tender, platform and log */
	struct cert signer;
	bool signer_known;
	struct ledger_proof proof;
	bool proof_read;
	int64_t in_force; /* the deadline */
};

#define SAY(l, ...) say((l)->c->arena, (l)->c->lang, __VA_ARGS__)

static struct finding *at(struct looking *l, enum release_check_id id)
{
	return &l->f->checks[id];
}

/* --- the bid and who signed it */

static void check_header(struct looking *l)
{
	struct finding *f = at(l, RELEASE_CHECK_HEADER);
	struct err e;

	if (!qyb_check_signature(l->c->bid, l->c->arena, &l->signer, &e)) {
		finding_fail(f, SAY(l, MSG_RELEASE_HEADER_BAD, e.text));
		return;
	}
	l->signer_known = true;
	finding_pass(f, SAY(l, MSG_RELEASE_HEADER_GOOD,
				name_title(l->c->arena, l->signer.subject)));
}

static bool is_code(const char *code, struct bytes want)
{
	return code[0] && bytes_equal(bytes_str(code), want);
}

/* Judged as of now, but for dates: a certificate may have lapsed since it signed. */
static void check_bidder(struct looking *l)
{
	struct finding *f = at(l, RELEASE_CHECK_BIDDER);
	const struct release_conditions *c = l->c;
	struct bytes want = c->bid->context.credit_code;
	struct party p;

	if (!l->signer_known || !c->trust) {
		finding_skip(f, SAY(l, MSG_RELEASE_NO_REGISTER));
		return;
	}
	party_of(&p, c->arena, c->lang, &l->signer, TRUST_SIGNER, c->trust, c->evidence,
		c->now);
	if (!p.anchor)
		finding_fail(f, SAY(l, MSG_RELEASE_STRANGER, p.objection));
	else if (!is_code(p.credit_code, want))
		finding_fail(
			f, SAY(l, MSG_RELEASE_OTHER_CODE,
				   text_printable(c->arena, want, 64), p.credit_code));
	else
		finding_pass(f, SAY(l, MSG_RELEASE_BIDDER_GOOD, p.credit_code,
					p.stands ? "" : p.objection));
}

/* --- the closing checkpoint */

static void check_closing(struct looking *l)
{
	struct finding *f = at(l, RELEASE_CHECK_CLOSING);
	const struct release_conditions *c = l->c;
	struct err e;

	if (!c->closing.n) {
		finding_skip(f, SAY(l, MSG_RELEASE_NO_CLOSING));
		return;
	}
	if (!closing_read(&l->closing, c->arena, c->closing, &e)) {
		finding_fail(f, SAY(l, MSG_RELEASE_CLOSING_BAD, e.text));
		return;
	}
	memcpy(l->f->checkpoint, l->closing.checkpoint.checkpoint.as.sm3, SM3_SIZE);
	if (!bytes_equal(l->closing.tender, c->bid->context.tender))
		finding_fail(f, SAY(l, MSG_RELEASE_OTHER_TENDER));
	else if (checkpoint_standing_of(&l->closing.checkpoint, c->view, NULL) ==
		 CHECKPOINT_FORGED)
		finding_fail(f, SAY(l, MSG_RELEASE_FORGED));
	else {
		l->closing_read = true;
		finding_pass(f, SAY(l, MSG_RELEASE_CLOSING_GOOD,
					time_beijing(c->arena,
						l->closing.checkpoint.checkpoint.time)));
	}
}

static void check_witnessed(struct looking *l)
{
	struct finding *f = at(l, RELEASE_CHECK_WITNESSED);
	const struct release_conditions *c = l->c;
	enum checkpoint_standing s;
	unsigned n = 0;

	l->f->unwitnessed = !c->view->needed && !c->view->witness_count;
	if (!l->closing_read) {
		finding_skip(f, SAY(l, MSG_RELEASE_NO_CLOSING));
		return;
	}
	s = checkpoint_standing_of(&l->closing.checkpoint, c->view, &n);
	if (s == CHECKPOINT_FIXED)
		finding_pass(
			f, SAY(l, MSG_RELEASE_FIXED, arena_printf(c->arena, "%u", n)));
	else if (s == CHECKPOINT_UNWITNESSED)
		//= Protocols §2: without witnesses every verdict says unwitnessed
		finding_skip(f, SAY(l, MSG_RELEASE_UNWITNESSED));
	else
		finding_fail(
			f, SAY(l, MSG_RELEASE_PENDING, arena_printf(c->arena, "%u", n),
				   arena_printf(c->arena, "%u", c->view->needed)));
}

static void check_first(struct looking *l)
{
	struct finding *f = at(l, RELEASE_CHECK_FIRST);

	if (!l->closing_read)
		finding_skip(f, SAY(l, MSG_RELEASE_NO_CLOSING));
	else if (l->f->unwitnessed)
		finding_skip(f, SAY(l, MSG_RELEASE_UNWITNESSED));
	else if (closing_first_of(&l->closing, l->c->view) == CLOSING_FIRST)
		finding_pass(f, SAY(l, MSG_RELEASE_FIRST_GOOD));
	else
		finding_skip(f, SAY(l, MSG_RELEASE_FIRST_UNKNOWN));
}

/* --- the bid's leaf */

/* Is the leaf about this bid: its tender, id and header? */
static bool is_of_bid(const struct looking *l)
{
	const struct qyb *q = l->c->bid;
	struct receipt_bid bid;
	struct err e;

	return receipt_bid_of(&bid, l->proof.leaf.kind, l->proof.fields,
		       l->proof.field_count, &e) &&
	       bytes_equal(bid.tender, q->context.tender) &&
	       ledger_same(bid.bid, q->context.bid) &&
	       ledger_same(bid.header, q->header_sm3);
}

static bool proof_take(struct looking *l, struct finding *f)
{
	struct err e;

	if (!l->closing_read || !l->c->proof.n)
		finding_skip(f, SAY(l, MSG_RELEASE_NO_PROOF));
	else if (!ledger_proof_read(&l->proof, l->c->arena, l->c->proof, &e))
		finding_fail(f, SAY(l, MSG_RELEASE_PROOF_BAD, e.text));
	else if (!is_of_bid(l))
		finding_fail(f, SAY(l, MSG_RELEASE_OTHER_BID));
	else
		l->proof_read = true;
	return l->proof_read;
}

static void check_inclusion(struct looking *l)
{
	struct finding *leaf = at(l, RELEASE_CHECK_INCLUSION),
		       *time = at(l, RELEASE_CHECK_IN_TIME);
	const char *when;

	if (!proof_take(l, leaf)) {
		finding_skip(time, SAY(l, MSG_RELEASE_NO_PROOF));
		return;
	}
	when = time_beijing(l->c->arena, l->proof.leaf.time);
	switch (closing_answer_of(&l->closing, l->c->arena, &l->proof.inclusion)) {
	case CLOSING_NOT_UNDER:
		finding_fail(leaf, SAY(l, MSG_RELEASE_NOT_UNDER));
		finding_skip(time, SAY(l, MSG_RELEASE_NO_PROOF));
		break;
	case CLOSING_LATE:
		finding_pass(leaf, SAY(l, MSG_RELEASE_INCLUDED));
		finding_fail(time, SAY(l, MSG_RELEASE_LATE, when));
		break;
	case CLOSING_IN_TIME:
		finding_pass(leaf, SAY(l, MSG_RELEASE_INCLUDED));
		finding_pass(time, SAY(l, MSG_RELEASE_IN_TIME_GOOD, when));
		break;
	}
}

/* --- standing, withdrawals */

/* Does this signer speak for the bidder: the certificate that signed the bid, or another
 * of the same credit code? */
static bool speaks_for_bidder(const struct looking *l, const struct cert *signer)
{
	const struct release_conditions *c = l->c;
	struct party p;

	if (bytes_equal(BYTES_OF(signer->sm3), BYTES_OF(c->bid->context.signer)))
		return true;
	party_of(&p, c->arena, c->lang, signer, TRUST_SIGNER, c->trust, c->evidence,
		c->now);
	return p.anchor && is_code(p.credit_code, c->bid->context.credit_code);
}

static void check_withdrawal(struct looking *l, struct finding *f, struct bytes der)
{
	const struct release_conditions *c = l->c;
	struct qyb_withdrawal v;
	struct err e;

	if (!qyb_withdrawal_read(&v, c->arena, der, &e))
		finding_skip(f, SAY(l, MSG_RELEASE_WITHDRAWAL_BAD, e.text));
	else if (ledger_same(v.bid, c->bid->context.bid) &&
		 ledger_same(v.header, c->bid->header_sm3) && v.time < l->in_force &&
		 speaks_for_bidder(l, &v.signer))
		finding_fail(f, SAY(l,
					v.is_replaced ? MSG_RELEASE_REPLACED
						      : MSG_RELEASE_WITHDRAWN,
					time_beijing(c->arena, v.time)));
}

/* A deadline the platform names is that of the bid's notice, or of a sealed change. */
static bool is_sealed_deadline(const struct looking *l, int64_t deadline)
{
	const struct release_conditions *c = l->c;
	bool sealed = deadline == c->bid->context.deadline;

	for (size_t i = 0; i < c->change_count; i++)
		sealed = sealed || deadline == c->changes[i];
	return sealed;
}

/* What the platform says of the bid, and that it is about this bid and closing. */
static void check_word(struct looking *l, struct finding *f)
{
	const struct release_conditions *c = l->c;
	const struct qyb *q = c->bid;
	struct standing s;
	struct err e;

	if (!c->standing.n || !l->closing_read) {
		finding_skip(f, SAY(l, MSG_RELEASE_NO_STANDING));
		return;
	}
	if (!standing_read(&s, c->arena, c->standing, &e)) {
		finding_fail(f, SAY(l, MSG_RELEASE_STANDING_BAD, e.text));
		return;
	}
	l->in_force = s.deadline;
	if (!standing_holds(&s, c->view) || !ledger_same(s.bid, q->context.bid) ||
		!bytes_equal(s.tender, q->context.tender) ||
		!ledger_same(s.header, q->header_sm3) ||
		!ledger_same(s.checkpoint, l->f->checkpoint))
		finding_fail(f, SAY(l, MSG_RELEASE_STANDING_OTHER));
	else if (s.deadline != l->closing.deadline || !is_sealed_deadline(l, s.deadline))
		finding_fail(f, SAY(l, MSG_RELEASE_DEADLINE_UNSEALED,
					time_beijing(c->arena, s.deadline)));
}

static void check_standing(struct looking *l)
{
	struct finding *f = at(l, RELEASE_CHECK_STANDING);

	l->in_force = l->c->bid->context.deadline;
	check_word(l, f);
	for (size_t i = 0; i < l->c->withdrawal_count; i++)
		check_withdrawal(l, f, l->c->withdrawals[i]);
	finding_pass(f, SAY(l, MSG_RELEASE_STANDING_GOOD));
}

/* --- the clock */

//= Protocols §1: time ≥ max(deadline in ctx, last sealed change of it)
static void check_time(struct looking *l)
{
	struct finding *f = at(l, RELEASE_CHECK_TIME);
	const struct release_conditions *c = l->c;
	int64_t last = c->bid->context.deadline;

	if (l->closing_read && l->closing.deadline > last)
		last = l->closing.deadline;
	for (size_t i = 0; i < c->change_count; i++)
		if (c->changes[i] > last)
			last = c->changes[i];
	l->f->not_before = last;
	if (c->now < last)
		finding_fail(
			f, SAY(l, MSG_RELEASE_TOO_EARLY, time_beijing(c->arena, last)));
	else
		finding_pass(
			f, SAY(l, MSG_RELEASE_TIME_GOOD, time_beijing(c->arena, last)));
}

/* --- to whom */

/* The credit code of whom an envelope belongs to; false: not known. */
static bool code_of_place(const struct looking *l, char code[19])
{
	const struct release_conditions *c = l->c;
	const struct qyb *q = c->bid;
	struct party p;

	if (q->context.parties[c->party].i >= LOCKBOX_OWNER_FIRST) {
		struct bytes own = q->context.credit_code;

		if (own.n != 18)
			return false;
		memcpy(code, own.p, 18);
		code[18] = 0;
		return true;
	}
	party_of(&p, c->arena, c->lang, &q->certs[c->party], TRUST_ENCRYPTION, c->trust,
		c->evidence, c->now);
	memcpy(code, p.credit_code, 19);
	return code[0];
}

//= Protocols §1: only to a certificate of the same credit code that chains to its own
static void check_new_cert(struct looking *l, struct finding *f, const struct cert *cert)
{
	const struct release_conditions *c = l->c;
	char code[19] = "";
	struct party p;

	if (!c->trust || c->party >= c->bid->context.party_count) {
		finding_skip(f, SAY(l, MSG_RELEASE_NO_REGISTER));
		return;
	}
	party_of(&p, c->arena, c->lang, cert, TRUST_ENCRYPTION, c->trust, c->evidence,
		c->now);
	if (!p.stands)
		finding_fail(f, SAY(l, MSG_RELEASE_STRANGER, p.objection));
	else if (!code_of_place(l, code) || !is_code(p.credit_code, bytes_str(code)))
		finding_fail(f, SAY(l, MSG_RELEASE_OTHER_CODE, code, p.credit_code));
	else
		finding_pass(f, SAY(l, MSG_RELEASE_RECIPIENT_GOOD,
					name_title(c->arena, cert->subject)));
}

static void check_opening_cert(
	struct looking *l, struct finding *f, const struct cert *cert)
{
	const struct release_conditions *c = l->c;

	if (!bytes_equal(cert->issuer, c->root->subject) ||
		!cert_verify(cert, &c->root->key) || c->now < cert->not_before ||
		c->now > cert->not_after)
		finding_fail(f, SAY(l, MSG_RELEASE_OPENING_CERT));
	else
		finding_pass(f, SAY(l, MSG_RELEASE_RECIPIENT_GOOD,
					name_title(c->arena, cert->subject)));
}

static void check_recipient(struct looking *l)
{
	struct finding *f = at(l, RELEASE_CHECK_RECIPIENT);
	const struct release_conditions *c = l->c;
	struct cert cert;
	struct err e;

	if (c->act == RELEASE_VALUE && !c->root)
		return;
	if (!cert_parse(&cert, c->cert, &e))
		finding_fail(f, SAY(l, MSG_RELEASE_CERT_BAD, e.text));
	else if (!cert.key_known || cert.key.kind != KEY_SM2 || !cert_may_encrypt(&cert))
		finding_fail(f, SAY(l, MSG_RELEASE_CERT_BAD, ""));
	else if (c->act == RELEASE_REWRAP)
		check_new_cert(l, f, &cert);
	else
		check_opening_cert(l, f, &cert);
}

/* --- all of it */

void release_check(struct release_finding *out, const struct release_conditions *c)
{
	struct looking *l = ARENA_NEW(c->arena, struct looking);

	*out = (struct release_finding){.not_before = c->bid->context.deadline};
	l->c = c;
	l->f = out;
	check_header(l);
	check_bidder(l);
	check_closing(l);
	check_witnessed(l);
	check_first(l);
	check_inclusion(l);
	check_standing(l);
	check_time(l);
	check_recipient(l);
}

static bool refuses(const struct release_finding *f, enum release_check_id id)
{
	const struct finding *one = &f->checks[id];

	if (!one->present)
		return id != RELEASE_CHECK_RECIPIENT;
	if (one->result == FINDING_NOT_CHECKED && f->unwitnessed &&
		(id == RELEASE_CHECK_WITNESSED || id == RELEASE_CHECK_FIRST))
		return false;
	return one->result != FINDING_PASSED;
}

enum release_check_id release_objection(const struct release_finding *f)
{
	enum release_check_id open = RELEASE_CHECK_COUNT;

	for (enum release_check_id id = 0; id < RELEASE_CHECK_COUNT; id++) {
		if (!refuses(f, id))
			continue;
		if (f->checks[id].present && f->checks[id].result == FINDING_FAILED)
			return id;
		if (open == RELEASE_CHECK_COUNT)
			open = id;
	}
	return open;
}

bool release_is_refused(const struct release_finding *f)
{
	return release_objection(f) != RELEASE_CHECK_COUNT;
}
