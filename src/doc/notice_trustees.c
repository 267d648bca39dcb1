/* notice_trustees: see notice_trustees.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "doc/notice_trustees.h"

#include "base/text.h"
#include "doc/party.h"

#define SAY(c, ...) say((c)->arena, (c)->lang, __VA_ARGS__)

static const char *number(const struct notice_conditions *c, size_t n)
{
	return arena_printf(c->arena, "%zu", n);
}

static const char *name_of(
	const struct notice_conditions *c, const struct notice_trustee *t)
{
	return text_printable(c->arena, t->person.name, NOTICE_TEXT_MAX);
}

static bool is_code(struct bytes a, struct bytes b)
{
	return a.n && bytes_equal(a, b);
}

/* --- how many, and who */

static void check_threshold(struct notice_finding *out, const struct notice_conditions *c)
{
	struct finding *f = &out->checks[NOTICE_CHECK_THRESHOLD];
	const struct notice *n = &out->notice;
	const char *text =
		SAY(c, MSG_NOTICE_T_OF_N, number(c, n->t), number(c, n->trustee_count));

	//= Protocols §1: t ≥ 3
	if (n->t < LOCKBOX_THRESHOLD_MIN || n->t > n->trustee_count)
		finding_fail(f, text);
	else
		finding_pass(f, text);
}

/* Trustees of the same legal person as this one, itself included. */
static size_t of_person(const struct notice *n, struct bytes code)
{
	size_t count = 0;

	for (size_t i = 0; i < n->trustee_count; i++)
		count += is_code(n->trustees[i].person.credit_code, code);
	return count;
}

static void check_distinct(struct notice_finding *out, const struct notice_conditions *c)
{
	struct finding *f = &out->checks[NOTICE_CHECK_TRUSTEES];
	const struct notice *n = &out->notice;

	for (size_t i = 0; i < n->trustee_count; i++) {
		const struct notice_trustee *t = &n->trustees[i];

		for (size_t k = 0; k < i; k++)
			if (pubkey_equal(&t->cert.key, &n->trustees[k].cert.key))
				finding_fail(
					f, SAY(c, MSG_NOTICE_ONE_KEY, name_of(c, t)));
		if (of_person(n, t->person.credit_code) >= n->t)
			finding_fail(f, SAY(c, MSG_NOTICE_ONE_PERSON, name_of(c, t)));
	}
	finding_pass(f, SAY(c, MSG_NOTICE_DISTINCT));
}

static bool is_buyer(const struct notice *n, const struct notice_trustee *t)
{
	return is_code(t->person.credit_code, n->purchaser.credit_code) ||
	       is_code(t->person.credit_code, n->agency.credit_code) ||
	       bytes_equal(t->role, BYTES("purchaser")) ||
	       bytes_equal(t->role, BYTES("agency"));
}

//= Protocols §1: purchaser and agency together stay below t
static void check_buyers(struct notice_finding *out, const struct notice_conditions *c)
{
	struct finding *f = &out->checks[NOTICE_CHECK_BUYERS];
	const struct notice *n = &out->notice;
	size_t count = 0;

	for (size_t i = 0; i < n->trustee_count; i++)
		count += is_buyer(n, &n->trustees[i]);
	if (count >= n->t)
		finding_fail(f, SAY(c, MSG_NOTICE_BUYERS_MANY, number(c, count),
					number(c, n->t)));
	else
		finding_pass(f, SAY(c, MSG_NOTICE_BUYERS_FEW, number(c, count)));
}

//= Protocols §1: the operator is never a trustee
static void check_operator(struct notice_finding *out, const struct notice_conditions *c)
{
	struct finding *f = &out->checks[NOTICE_CHECK_OPERATOR];
	const struct notice *n = &out->notice;

	for (size_t i = 0; i < n->trustee_count; i++) {
		const struct notice_trustee *t = &n->trustees[i];

		if (is_code(t->person.credit_code, n->operator.credit_code) ||
			is_code(t->person.credit_code, c->operator_code) ||
			bytes_equal(t->role, BYTES("operator")))
			finding_fail(f, SAY(c, MSG_NOTICE_OPERATOR_IS, name_of(c, t)));
	}
	finding_pass(f, SAY(c, MSG_NOTICE_OPERATOR_NONE));
}

/* --- certificates and acceptances */

/* What is known about each trustee. */
struct known {
	struct party key;      /* of its encryption certificate */
	struct party signer;   /* of who accepted */
	bool accepted;         /* the acceptance reads, holds and is about this */
	const char *objection; /* why not */
};

/* The acceptance, but for who signed it. */
static const char *acceptance_objection(struct statement *s, const struct notice *n,
	const struct notice_trustee *t, const struct notice_conditions *c)
{
	struct acceptance x;
	struct err e;

	if (!acceptance_read(&x, s, c->arena, t->acceptance, &e))
		return arena_str(c->arena, bytes_str(e.text));
	if (!s->holds)
		return SAY(c, MSG_NOTICE_ACCEPTANCE_FALSE);
	if (!bytes_equal(x.tender, n->tender) || !bytes_equal(x.role, t->role) ||
		!bytes_equal(BYTES_OF(x.cert), BYTES_OF(t->cert.sm3)) ||
		x.device_made != t->device_made || x.time > c->now)
		return SAY(c, MSG_NOTICE_ACCEPTANCE_OTHER);
	return NULL;
}

static void look_at(struct known *k, const struct notice *n,
	const struct notice_trustee *t, const struct notice_conditions *c)
{
	struct statement s;

	*k = (struct known){0};
	if (!t->device_made)
		party_of(&k->key, c->arena, c->lang, &t->cert, TRUST_ENCRYPTION, c->trust,
			c->evidence, c->now);
	k->objection = acceptance_objection(&s, n, t, c);
	if (k->objection)
		return;
	party_of(&k->signer, c->arena, c->lang, &s.cert, TRUST_SIGNER, c->trust,
		c->evidence, c->now);
	if (!cert_may_sign(&s.cert) || !k->signer.stands)
		k->objection = k->signer.objection ? k->signer.objection : "";
	else if (!bytes_equal(bytes_str(k->signer.credit_code), t->person.credit_code))
		k->objection = SAY(c, MSG_NOTICE_OTHER_CODE, k->signer.credit_code);
	k->accepted = !k->objection;
}

static void check_chain(struct finding *f, const struct known *k,
	const struct notice_trustee *t, const struct notice_conditions *c)
{
	//= Protocols §1: made in their own device and vouched for by the signing certificate
	if (t->device_made) {
		if (!k->accepted)
			finding_fail(f, SAY(c, MSG_NOTICE_NOBODY_VOUCHES, name_of(c, t)));
	} else if (!k->key.stands) {
		finding_fail(f, SAY(c, MSG_NOTICE_CHAIN, name_of(c, t),
					k->key.objection ? k->key.objection : ""));
	} else if (!bytes_equal(bytes_str(k->key.credit_code), t->person.credit_code)) {
		finding_fail(
			f, SAY(c, MSG_NOTICE_CHAIN, name_of(c, t),
				   SAY(c, MSG_NOTICE_OTHER_CODE, k->key.credit_code)));
	}
}

/* Keys that the CA of this trustee could recover. */
static size_t of_ca(const struct notice *n, const struct known *all, size_t which,
	const struct notice_conditions *c)
{
	size_t count = 0;

	for (size_t i = 0; i < n->trustee_count; i++)
		count += !n->trustees[i].device_made && all[i].key.anchor &&
			 party_is_one_ca(
				 c->arena, all[i].key.anchor, all[which].key.anchor);
	return count;
}

//= Protocols §1: no single CA may have issued t or more escrowed encryption keys
static void check_one_ca(struct notice_finding *out, const struct known *all,
	const struct notice_conditions *c)
{
	struct finding *f = &out->checks[NOTICE_CHECK_ONE_CA];
	const struct notice *n = &out->notice;
	size_t unknown = 0;

	for (size_t i = 0; i < n->trustee_count; i++) {
		if (n->trustees[i].device_made)
			continue;
		out->escrow = true;
		if (!all[i].key.anchor)
			unknown++;
		else if (of_ca(n, all, i, c) >= n->t)
			finding_fail(f,
				SAY(c, MSG_NOTICE_ONE_CA_MANY, all[i].key.anchor->name));
	}
	/* Those of unknown CAs may all be of one. */
	if (unknown)
		finding_skip(f, SAY(c, MSG_NOTICE_CA_UNKNOWN, number(c, unknown)));
	finding_pass(f, SAY(c, out->escrow ? MSG_NOTICE_ESCROW : MSG_NOTICE_NO_ESCROW));
}

static void check_papers(struct notice_finding *out, const struct notice_conditions *c)
{
	struct finding *chains = &out->checks[NOTICE_CHECK_CHAINS],
		       *accepted = &out->checks[NOTICE_CHECK_ACCEPTANCES];
	const struct notice *n = &out->notice;
	struct known *all = ARENA_ARRAY(c->arena, n->trustee_count + 1, struct known);

	for (size_t i = 0; i < n->trustee_count; i++) {
		const struct notice_trustee *t = &n->trustees[i];

		look_at(&all[i], n, t, c);
		check_chain(chains, &all[i], t, c);
		if (!all[i].accepted)
			finding_fail(accepted, SAY(c, MSG_NOTICE_NOT_ACCEPTED,
						       name_of(c, t), all[i].objection));
	}
	check_one_ca(out, all, c);
	finding_pass(chains, SAY(c, MSG_NOTICE_CHAINS_GOOD));
	finding_pass(accepted, SAY(c, MSG_NOTICE_ACCEPTED));
}

void notice_check_trustees(struct notice_finding *out, const struct notice_conditions *c)
{
	static const enum notice_check_id need_register[] = {
		NOTICE_CHECK_ONE_CA, NOTICE_CHECK_CHAINS, NOTICE_CHECK_ACCEPTANCES};

	if (out->notice.policy == LOCKBOX_OWNER)
		return;
	check_threshold(out, c);
	check_distinct(out, c);
	check_buyers(out, c);
	check_operator(out, c);
	if (c->trust) {
		check_papers(out, c);
		return;
	}
	for (size_t i = 0; i < sizeof need_register / sizeof *need_register; i++)
		finding_skip(
			&out->checks[need_register[i]], SAY(c, MSG_NOTICE_NO_REGISTER));
}
