/* proof: see proof.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "domain/proof.h"

#include <string.h>

#include "base/time.h"
#include "domain/challenge.h"
#include "domain/rule.h"

static bool no(struct err *e, enum msg say, const char *text)
{
	return err_refuse(e, ERR_DENIED, say, NULL, text);
}

/* The challenge is taken in the transaction (proof_take_in): until then everything else
 * is judged as if it were ours, and nothing is told to whom it is not. */
static bool presume(void *to, const struct login_token *t, bool *good, struct err *e)
{
	(void)to;
	(void)t;
	(void)e;
	*good = true;
	return true;
}

/* What stands against a certificate, told so that its holder knows what to do. */
static bool refuse_certificate(enum party_objection against, const struct cert *c,
	int64_t at, const char *detail, struct err *e)
{
	switch (against) {
	case PARTY_VALIDITY:
		if (at > c->not_after)
			return no(e, MSG_SIGNIN_CERT_EXPIRED, detail);
		return no(e, MSG_SIGNIN_CERT_EARLY, detail);
	case PARTY_USAGE:
		return no(e, MSG_SIGNIN_CERT_USAGE, detail);
	case PARTY_REVOKED:
		return no(e, MSG_SIGNIN_CERT_REVOKED, detail);
	case PARTY_LICENCE:
		return no(e, MSG_SIGNIN_CA_LICENCE, detail);
	case PARTY_CHAIN:
	case PARTY_NO_OBJECTION:
	default:
		return no(e, MSG_SIGNIN_CA_UNKNOWN, detail);
	}
}

static bool refuse_answer(const struct login_finding *f, int64_t at, struct err *e)
{
	static const enum msg says[LOGIN_CHECK_COUNT] = {
		[LOGIN_CHECK_FORM] = MSG_SIGNIN_ANSWER_BAD,
		[LOGIN_CHECK_SIGNATURE] = MSG_SIGNIN_ANSWER_BAD,
		[LOGIN_CHECK_PLATFORM] = MSG_SIGNIN_ELSEWHERE,
		[LOGIN_CHECK_ORIGIN] = MSG_SIGNIN_ELSEWHERE,
		[LOGIN_CHECK_PURPOSE] = MSG_SIGNIN_PURPOSE_OTHER,
		[LOGIN_CHECK_SESSION] = MSG_SIGNIN_BROWSER_OTHER,
		[LOGIN_CHECK_TIME] = MSG_SIGNIN_CHALLENGE_OLD,
		[LOGIN_CHECK_CHALLENGE] = MSG_SIGNIN_CHALLENGE_GONE,
		[LOGIN_CHECK_CERTIFICATE] = MSG_SIGNIN_CA_UNKNOWN};
	size_t i = finding_objection(f->checks, LOGIN_CHECK_COUNT);

	if (!f->read)
		return err_refuse(e, ERR_MALFORMED, MSG_SIGNIN_ANSWER_BAD, NULL,
			f->checks[LOGIN_CHECK_FORM].detail);
	if (i == LOGIN_CHECK_CERTIFICATE && f->against != PARTY_NO_OBJECTION)
		return refuse_certificate(
			f->against, &f->cert, at, f->checks[i].detail, e);
	return no(e, says[i], f->checks[i].detail);
}

/* May a certificate pass whose state nobody could tell? */
static bool status_by_rule(const struct app *app, enum order_login_purpose purpose,
	const struct proof *p, struct err *e)
{
	int64_t may;

	if (!p->status_unknown)
		return true;
	if (!rule_int(app->rules, RULE_CERTIFICATE_STATUS, RULE_NATIONWIDE, p->at,
		    order_login_purpose_name(purpose), &may, e))
		return false;
	return may || err_refuse(e, ERR_DENIED, MSG_SIGNIN_STATUS_UNKNOWN,
			      RULE_CERTIFICATE_STATUS,
			      "no list or answer about the certificate");
}

static void take_anchor(
	struct proof *p, struct arena *a, const struct trust_anchor *anchor)
{
	memcpy(p->anchor, anchor->cert.sm3, sizeof p->anchor);
	p->ca_name = arena_str(a, bytes_str(anchor->name));
}

static bool judge(struct app *app, struct arena *a, const struct app_trust *trust,
	enum order_login_purpose purpose, struct bytes secret, struct bytes answer,
	struct proof *p, struct err *e)
{
	const struct login_challenges challenges = {.take = presume};
	struct login_finding *f = ARENA_NEW(a, struct login_finding);
	struct login_conditions c = {.arena = a,
		.lang = LANG_EN, /* details are for the log */
		.now = p->at,
		.platform = bytes_str(app->platform),
		.origin = bytes_str(app->origin),
		.purpose = purpose,
		.challenges = &challenges,
		.trust = trust->trust,
		.evidence = trust->evidence};

	sm3_of(secret, c.session);
	login_check(f, answer, &c);
	if (login_is_refused(f))
		return refuse_answer(f, p->at, e);
	p->token = f->token;
	p->cert = f->cert;
	memcpy(p->credit_code, f->credit_code, sizeof p->credit_code);
	p->status_unknown = f->revocation_unknown;
	take_anchor(p, a, f->anchor);
	return status_by_rule(app, purpose, p, e);
}

bool proof_judge(struct app *app, struct arena *a, enum order_login_purpose purpose,
	struct bytes secret, struct bytes answer, struct proof *out, struct err *e)
{
	struct proof p = {.at = app->world->now(app->world)};
	struct app_trust *trust = app->trust_take(app);
	bool good;

	if (!trust)
		return no(e, MSG_SIGNIN_NO_REGISTER, "no register of CAs is loaded");
	good = judge(app, a, trust, purpose, secret, answer, &p, e);
	app->trust_give(app, trust);
	if (good)
		*out = p;
	return good;
}

static bool judge_certificate(struct app *app, struct arena *a,
	const struct app_trust *trust, enum trust_purpose trust_purpose,
	enum order_login_purpose purpose, struct proof *p, struct err *e)
{
	struct party party;

	party_of(&party, a, LANG_EN, &p->cert, trust_purpose, trust->trust,
		trust->evidence, p->at);
	if (!party.stands)
		return refuse_certificate(party.against, &p->cert, p->at,
			party.objection ? party.objection : "no chain", e);
	memcpy(p->credit_code, party.credit_code, sizeof p->credit_code);
	p->status_unknown = party.revocation_unknown;
	take_anchor(p, a, party.anchor);
	return status_by_rule(app, purpose, p, e);
}

bool proof_judge_certificate(struct app *app, struct arena *a, struct bytes der,
	enum trust_purpose trust_purpose, enum order_login_purpose purpose,
	struct proof *out, struct err *e)
{
	struct proof p = {.at = app->world->now(app->world)};
	struct app_trust *trust;
	bool good;

	if (!cert_parse(&p.cert, der, e))
		return err_refuse(e, ERR_MALFORMED, MSG_SIGNIN_CERT_UNREADABLE, NULL,
			"no certificate");
	trust = app->trust_take(app);
	if (!trust)
		return no(e, MSG_SIGNIN_NO_REGISTER, "no register of CAs is loaded");
	good = judge_certificate(app, a, trust, trust_purpose, purpose, &p, e);
	app->trust_give(app, trust);
	if (good)
		*out = p;
	return good;
}

bool proof_take_in(
	struct tx *tx, const struct proof *p, struct id *subject, struct err *e)
{
	return challenge_take_in(tx, &p->token, subject, e);
}
