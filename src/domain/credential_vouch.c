/* credential_vouch: one bound certificate speaks for another; see credential.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "base/fault.h"
#include "base/time.h"
#include "domain/act.h"
#include "domain/actor.h"
#include "domain/challenge.h"
#include "domain/credential_row.h"
#include "domain/rule.h"
#include "domain/sql.h"
#include "domain/tell.h"

static const struct id none;

static bool no(struct err *e, enum msg say, const char *text)
{
	return err_refuse(e, ERR_DENIED, say, NULL, text);
}

/* --- shared with binding */

bool credential_is_by_recovery(struct tx *tx, struct app *app, struct id organisation,
	struct id account, struct id credential, bool *is, struct err *e)
{
	AUTO(arena) a = arena_new();
	struct credential_by_recovery_row row;
	struct credential_by_recovery_in in = {.organisation = organisation,
		.account = account,
		.credential = credential};
	int64_t age;
	bool found;

	if (!rule_span(app->rules, RULE_RECOVERY_CREDENTIAL_AGE, RULE_NATIONWIDE,
		    tx_time(tx), &age, e))
		return false;
	in.since = tx_time(tx) - age;
	if (!credential_by_recovery(tx, a, &in, &row, &found, e))
		return false;
	*is = found && row.count > 0;
	return true;
}

bool credential_tell(struct tx *tx, struct app *app, const struct credential *c,
	const struct message_new *m, struct err *e)
{
	if (!id_is_none(c->organisation))
		return tell_organisation(tx, app, m, e);
	return message_put(tx, app, c->person, m, e);
}

bool credential_replace(struct tx *tx, const struct credential *old, struct err *e)
{
	struct credential_set_state_in in = {.id = old->id,
		.was = old->state,
		.state = CREDENTIAL_REPLACED,
		.ended_at = tx_time(tx)};

	return credential_set_state(tx, &in, NULL, e);
}

bool credential_may_bind(const struct actor *actor, int64_t at, struct err *e)
{
	if (id_is_none(actor->organisation))
		return actor_require_account(actor, e);
	return actor_require(actor, RIGHT_CREDENTIAL_BIND, actor->organisation, at, e);
}

bool credential_find_voucher(struct tx *tx, struct arena *a, const struct actor *actor,
	const struct proof *p, struct credential *v, struct err *e)
{
	bool found, same;

	if (!credential_find_in(tx, a, none, BYTES_OF(p->cert.sm3), v, &found, e))
		return false;
	if (!found || !bytes_equal(BYTES_OF(v->anchor), BYTES_OF(p->anchor)))
		return no(e, MSG_CREDENTIAL_VOUCHER_UNKNOWN, "not bound itself");
	same = id_is_none(actor->organisation)
		       ? id_equal(v->person, actor->person)
		       : id_equal(v->organisation, actor->organisation);
	if (!same)
		return no(e, MSG_SIGNIN_CERT_OF_OTHER, "of another party");
	if (v->use != CREDENTIAL_SIGNS || !credential_is_usable(v, tx_time(tx)))
		return credential_refuse_unusable(v, tx_time(tx), e);
	return true;
}

/* --- vouching */

struct vouching {
	struct app *app;
	struct arena *a;
	const struct actor *actor;
	struct proof proof; /* of the one that vouches */
	bool renews;
};

struct naming {
	struct arena *a;
	const struct actor *actor;
	struct id id;
	struct credential c;
};

/* What is vouched for stands in the order: who signs sees it. */
static bool find_waiting(struct tx *tx, void *ctx, struct err *e)
{
	struct naming *n = ctx;
	const struct actor *actor = n->actor;
	bool found;

	if (!credential_find_in(tx, n->a, n->id, BYTES(""), &n->c, &found, e))
		return false;
	if (!found || !id_equal(n->c.organisation, actor->organisation) ||
		(id_is_none(actor->organisation) &&
			!id_equal(n->c.person, actor->person)))
		return err_refuse(e, ERR_NOT_FOUND, MSG_PARTY_NOT_FOUND, NULL,
			"nothing of this party's to vouch for");
	return true;
}

bool credential_vouch_challenge(struct app *app, struct arena *a,
	const struct actor *actor, struct bytes secret, struct id credential,
	struct bytes *order, struct err *e)
{
	struct naming n = {.a = a, .actor = actor, .id = credential};
	struct challenge_ask ask = {
		.purpose = ORDER_LOGIN_BINDING, .secret = secret, .subject = &credential};

	if (!credential_may_bind(actor, app->world->now(app->world), e) ||
		!db_tx(app->db, DB_READ, find_waiting, &n, e))
		return false;
	ask.text =
		say(a, actor->lang, MSG_CREDENTIAL_VOUCH_TEXT, n.c.subject, n.c.serial);
	return challenge_issue(app, a, &ask, order, e);
}

static bool admit(struct tx *tx, struct vouching *b, const struct credential *c,
	const struct credential *v, struct err *e)
{
	struct credential_set_bound_in in = {.id = c->id,
		.how = b->renews ? CREDENTIAL_RENEWAL : CREDENTIAL_VOUCHED,
		.vouched_by = &v->id,
		.replaces = b->renews ? &v->id : NULL,
		.holder = b->renews ? &v->holder : &c->holder,
		.usable_at = tx_time(tx)};
	bool by_recovery;
	int64_t changed;

	if (!credential_is_by_recovery(
		    tx, b->app, c->organisation, none, v->id, &by_recovery, e))
		return false;
	/* What a recovery let in stays so, whoever vouches. */
	if (c->how == CREDENTIAL_RECOVERED || v->how == CREDENTIAL_RECOVERED ||
		(by_recovery && !b->renews))
		in.how = CREDENTIAL_RECOVERED;
	if (!credential_set_bound(tx, &in, &changed, e))
		return false;
	if (!changed)
		return no(e, MSG_CREDENTIAL_NOT_COOLING, "it does not wait");
	return true;
}

static bool vouch(struct tx *tx, void *ctx, struct err *e)
{
	struct vouching *b = ctx;
	struct credential v, c;
	struct id subject;
	bool found;
	struct message_new m = {.kind = MESSAGE_CREDENTIAL_VOUCHED,
		.organisation = b->actor->organisation};

	if (!proof_take_in(tx, &b->proof, &subject, e) ||
		!credential_find_voucher(tx, b->a, b->actor, &b->proof, &v, e))
		return false;
	if (!credential_find_in(tx, b->a, subject, BYTES(""), &c, &found, e))
		return false;
	if (!found || !id_equal(c.organisation, v.organisation) ||
		!id_equal(c.person, v.person) || id_equal(c.id, v.id))
		return err_refuse(e, ERR_NOT_FOUND, MSG_PARTY_NOT_FOUND, NULL,
			"nothing of this party's to vouch for");
	if (!admit(tx, b, &c, &v, e) || FAULT("credential.after_vouch", e) ||
		(b->renews && !credential_replace(tx, &v, e)))
		return false;
	m.places[0] = c.subject;
	m.places[1] = v.subject;
	return act_put(tx, b->app, b->actor,
		       b->renews ? "credential.renew" : "credential.vouch", c.id, NULL,
		       e) &&
	       credential_tell(tx, b->app, &c, &m, e);
}

bool credential_vouch(struct app *app, const struct actor *actor, struct bytes secret,
	struct bytes answer, bool renews, struct err *e)
{
	AUTO(arena) a = arena_new();
	struct vouching b = {.app = app, .a = a, .actor = actor, .renews = renews};

	return credential_may_bind(actor, app->world->now(app->world), e) &&
	       proof_judge(app, a, ORDER_LOGIN_BINDING, secret, answer, &b.proof, e) &&
	       db_tx(app->db, DB_WRITE, vouch, &b, e);
}
