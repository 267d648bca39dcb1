/* opinion: the chain and the dates; entering an opinion into a verdict.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "pki/opinion.h"

#include "pki/opinion_work.h"

static const char rule_path[] = "RFC 5280 §6.1";

void opinion_put(struct opinion_work *w, struct check *c, enum check_result result,
	enum sub sub, const char *rule, const char *detail)
{
	if (c->present && c->result > result)
		return;
	if (!c->present || c->result < result) {
		*c = (struct check){true, result, sub, false, detail, rule};
		return;
	}
	if (sub < c->sub)
		c->sub = sub;
	c->detail = arena_printf(w->a, "%s; %s", c->detail, detail);
}

/* --- the chain ------------------------------------------------------------------------
 */

static const char *purpose_text(const struct opinion_work *w)
{
	switch (w->r->purpose) {
	case TRUST_SIGNER:
		return msg_text(w->lang, MSG_OPINION_PURPOSE_SIGNER);
	case TRUST_ENCRYPTION:
		return msg_text(w->lang, MSG_OPINION_PURPOSE_ENCRYPTION);
	case TRUST_TSA:
		return msg_text(w->lang, MSG_OPINION_PURPOSE_TSA);
	case TRUST_SEAL_MAKER:
		return msg_text(w->lang, MSG_OPINION_PURPOSE_SEAL_MAKER);
	case TRUST_EVENT:
		return msg_text(w->lang, MSG_OPINION_PURPOSE_EVENT);
	}
	return "";
}

/* What an anchor is called. */
static const char *anchor_name(const struct opinion_work *w, const struct trust_anchor *t)
{
	return t->name && t->name[0] ? t->name : name_title(w->a, t->cert.subject);
}

static const struct {
	enum msg msg;
	enum sub sub;
} faults[] = {
	[CHAIN_NO_ISSUER] = {MSG_OPINION_CHAIN_NO_ISSUER, SUB_NO_CERTIFICATE_CHAIN_FOUND},
	[CHAIN_TOO_LONG] = {MSG_OPINION_CHAIN_TOO_LONG, SUB_NO_CERTIFICATE_CHAIN_FOUND},
	[CHAIN_TOO_MUCH] = {MSG_OPINION_CHAIN_TOO_MUCH, SUB_NO_CERTIFICATE_CHAIN_FOUND},
	[CHAIN_ALGORITHM] = {MSG_OPINION_CHAIN_ALGORITHM, SUB_CRYPTO_CONSTRAINTS_FAILURE},
	[CHAIN_SIGNATURE] = {MSG_OPINION_CHAIN_SIGNATURE,
		SUB_CERTIFICATE_CHAIN_GENERAL_FAILURE},
	[CHAIN_PURPOSE] = {MSG_OPINION_CHAIN_PURPOSE, SUB_CHAIN_CONSTRAINTS_FAILURE},
	[CHAIN_DEMONSTRATION] = {MSG_OPINION_CHAIN_DEMONSTRATION,
		SUB_CHAIN_CONSTRAINTS_FAILURE},
	[CHAIN_CRITICAL] = {MSG_OPINION_CHAIN_CRITICAL, SUB_CHAIN_CONSTRAINTS_FAILURE},
	[CHAIN_NOT_CA] = {MSG_OPINION_CHAIN_NOT_CA, SUB_CHAIN_CONSTRAINTS_FAILURE},
	[CHAIN_NO_CERT_SIGN] = {MSG_OPINION_CHAIN_NO_CERT_SIGN,
		SUB_CHAIN_CONSTRAINTS_FAILURE},
	[CHAIN_PATH_LENGTH] = {MSG_OPINION_CHAIN_PATH_LENGTH,
		SUB_CHAIN_CONSTRAINTS_FAILURE},
	[CHAIN_NAMES] = {MSG_OPINION_CHAIN_NAMES, SUB_CHAIN_CONSTRAINTS_FAILURE},
	[CHAIN_POLICY] = {MSG_OPINION_CHAIN_POLICY, SUB_CHAIN_CONSTRAINTS_FAILURE},
};

static const char *fault_detail(const struct opinion_work *w, const struct chain *c)
{
	if (c->fault == CHAIN_PURPOSE)
		return say(w->a, w->lang, MSG_OPINION_CHAIN_PURPOSE,
			anchor_name(w, c->anchor), purpose_text(w));
	return say(w->a, w->lang, faults[c->fault].msg,
		name_title(w->a, c->culprit->subject),
		name_format(w->a, c->culprit->issuer));
}

static void chain_accept(struct opinion_work *w, const struct chain *c)
{
	w->chained = true;
	w->count = c->count;
	for (size_t i = 0; i < c->count; i++)
		w->path[i] = c->path[i];
	w->o->anchor = c->anchor;
	opinion_put(w, &w->o->chain, CHECK_PASSED, SUB_NONE, rule_path,
		say(w->a, w->lang, MSG_OPINION_CHAIN_GOOD, anchor_name(w, c->anchor),
			arena_printf(w->a, "%zu", c->count)));
}

static const struct evidence *gather_extras(struct arena *a, const struct trust *t)
{
	struct evidence *ev = evidence_new(a);
	struct err e;

	/* What of the store cannot be read builds no chain; its signature was checked. */
	for (size_t i = 0; i < t->extra_count; i++)
		(void)!evidence_add_cert(ev, t->extra[i], &e);
	return ev;
}

static void opinion_chain(struct opinion_work *w)
{
	const struct opinion_request *r = w->r;
	struct chain *c = ARENA_NEW(w->scratch, struct chain);
	unsigned checks = CHECKS_FOR_CHAIN;

	if (!r->trust) {
		opinion_put(w, &w->o->chain, CHECK_NOT_CHECKED,
			SUB_NO_CERTIFICATE_CHAIN_FOUND, rule_path,
			msg_text(w->lang, MSG_OPINION_CHAIN_NO_STORE));
		return;
	}
	w->extras = gather_extras(w->scratch, r->trust);
	chain_find(c, w->scratch,
		&(struct chain_request){r->cert, r->purpose, r->trust, r->evidence,
			w->extras, r->time.at},
		&checks);
	w->checks -= CHECKS_FOR_CHAIN - checks;
	if (c->fault == CHAIN_GOOD) {
		chain_accept(w, c);
		return;
	}
	opinion_put(w, &w->o->chain, CHECK_FAILED, faults[c->fault].sub, rule_path,
		fault_detail(w, c));
}

/* --- the dates ------------------------------------------------------------------------
 */

static const char *dates_detail(
	const struct opinion_work *w, enum msg msg, const struct cert *c, int64_t bound)
{
	return say(w->a, w->lang, msg, name_title(w->a, c->subject),
		time_beijing(w->a, bound), time_beijing(w->a, w->r->time.at));
}

static bool outside(const struct cert *c, int64_t at)
{
	return at < c->not_before || at > c->not_after;
}

/* One certificate of the path that is not valid at the time of proof. */
//= ETSI EN 319 102-1 §5.2.6: outside its dates, and whether a proof of existence helps
static void dates_fail(struct opinion_work *w, const struct cert *c)
{
	const struct proof_time *t = &w->r->time;
	bool sure = (t->is_proven && !t->is_around) ||
		    (t->claimed != TIME_NONE && outside(c, t->claimed));
	/* Where the signature itself says when, that is the side it fell out on. */
	int64_t when = (t->is_proven && !t->is_around) || !sure ? t->at : t->claimed;
	bool early = when < c->not_before;
	enum msg msg;

	if (sure)
		msg = early ? MSG_OPINION_VALIDITY_NOT_YET : MSG_OPINION_VALIDITY_EXPIRED;
	else
		msg = early ? MSG_OPINION_VALIDITY_NOT_YET_NO_POE
			    : MSG_OPINION_VALIDITY_EXPIRED_NO_POE;
	opinion_put(w, &w->o->validity, CHECK_FAILED,
		!sure   ? SUB_OUT_OF_BOUNDS_NO_POE
		: early ? SUB_NOT_YET_VALID
			: SUB_EXPIRED,
		"RFC 5280 §6.1.3",
		dates_detail(w, msg, c, early ? c->not_before : c->not_after));
}

void opinion_validity(struct opinion_work *w)
{
	const struct proof_time *t = &w->r->time;

	for (size_t i = 0; i < w->count; i++)
		if (outside(w->path[i], t->at))
			dates_fail(w, w->path[i]);
	if (!w->o->validity.present)
		opinion_put(w, &w->o->validity, CHECK_PASSED, SUB_NONE, "RFC 5280 §6.1.3",
			dates_detail(w, MSG_OPINION_VALIDITY_GOOD, w->path[0],
				w->path[0]->not_after));
	w->o->valid_at_claimed = t->claimed != TIME_NONE &&
				 chain_is_valid_at(w->path, w->count, t->claimed);
}

/* --- the algorithms -------------------------------------------------------------------
 */

//= ETSI EN 319 102-1 §5.2.8: an algorithm no longer sound protects only what is proven to be older
void opinion_algorithms(struct opinion_work *w)
{
	const struct opinion_request *r = w->r;

	/* The last one is trusted for standing in the store, not for its signature. */
	for (size_t i = 0; w->chained && i + 1 < w->count; i++) {
		const struct cert *c = w->path[i];
		int64_t until = constraints_signature(
			r->constraints, c->sig_alg, &w->path[i + 1]->key);

		if (poe_time(r->poe, c->der, r->now) < until)
			continue;
		opinion_put(w, &w->o->chain, CHECK_FAILED,
			SUB_CRYPTO_CONSTRAINTS_FAILURE_NO_POE, "ETSI EN 319 102-1 §5.2.8",
			say(w->a, w->lang, MSG_OPINION_CHAIN_BROKEN_ALGORITHM,
				name_title(w->a, c->subject), sig_name(c->sig_alg),
				time_beijing(w->a, until)));
	}
}

/* --- all of it ------------------------------------------------------------------------
 */

void opinion_form(struct opinion *out, struct arena *a, enum lang lang,
	const struct opinion_request *r)
{
	/* A file of a thousand signatures asks a thousand times: what only the search
	 * needs goes with it. */
	AUTO(arena) scratch = arena_new();
	struct opinion_work w = {.o = out,
		.a = a,
		.scratch = scratch,
		.lang = lang,
		.r = r,
		.path = {r->cert},
		.count = 1,
		.checks = CHECKS_MAX};

	*out = (struct opinion){.anchor = NULL};
	opinion_chain(&w);
	opinion_algorithms(&w);
	opinion_validity(&w);
	opinion_revocation(&w);
	opinion_usage(&w);
	opinion_licence(&w);
	out->path_count = w.count;
	for (size_t i = 0; i < w.count; i++) {
		out->path[i] = *w.path[i];
		record_put(r->record, RECORD_CERT, w.path[i]->der);
	}
}

void opinion_enter(const struct opinion *o, struct verdict *v)
{
	const struct {
		enum check_id id;
		const struct check *check;
	} parts[] = {
		{CHECK_CERT_CHAIN, &o->chain},
		{CHECK_CERT_VALIDITY, &o->validity},
		{CHECK_CERT_REVOCATION, &o->revocation},
		{CHECK_CERT_USAGE, &o->usage},
		{CHECK_CA_LICENCE, &o->licence},
	};

	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
		if (parts[i].check->present)
			verdict_enter(v, parts[i].id, parts[i].check);
}

/* Is a worse than b? */
static bool is_worse(const struct check *a, const struct check *b)
{
	if (a->result != b->result)
		return a->result > b->result;
	if (a->fatal != b->fatal)
		return a->fatal;
	return a->result != CHECK_PASSED && a->sub < b->sub;
}

void opinion_enter_as(const struct opinion *o, struct verdict *v, enum check_id id)
{
	const struct check *parts[] = {
		&o->chain, &o->validity, &o->revocation, &o->usage, &o->licence};
	const struct check *worst = &o->chain;

	for (size_t i = 1; i < sizeof parts / sizeof *parts; i++)
		if (parts[i]->present && is_worse(parts[i], worst))
			worst = parts[i];
	verdict_enter(v, id, worst);
}
