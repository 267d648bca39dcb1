/* credential_keep: lists of bound certificates, ending, handing over, and the jobs that
 * look after them; see credential.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "base/fault.h"
#include "base/time.h"
#include "domain/act.h"
#include "domain/actor.h"
#include "domain/credential_row.h"
#include "domain/rule.h"
#include "domain/sql.h"
#include "domain/standing.h"
#include "domain/tell.h"

static const struct id none;

struct keeping {
	struct app *app;
	struct arena *a;
	const struct actor *actor;
	struct id id, other;
	struct bytes anchor;
	enum right right; /* asked again where it counts; of organisations */
	struct credential_rows_row *rows;
	size_t count;
};

/* --- lists */

static bool rows(struct tx *tx, void *ctx, struct err *e)
{
	struct keeping *k = ctx;
	bool of_org = !id_is_none(k->actor->organisation);

	return credential_rows(tx, k->a, k->actor->organisation,
		of_org ? none : k->actor->person, &k->rows, &k->count, e);
}

bool credential_list(struct app *app, struct arena *a, const struct actor *actor,
	struct credential **out, size_t *count, struct err *e)
{
	struct keeping k = {.app = app, .a = a, .actor = actor};
	struct credential *list;

	if (!actor_require_account(actor, e) || !db_tx(app->db, DB_READ, rows, &k, e))
		return false;
	list = ARENA_ARRAY(a, k.count, struct credential);
	for (size_t i = 0; i < k.count; i++) {
		const struct credential_rows_row *r = &k.rows[i];
		/* The same columns under another name. */
		struct credential_row_row row = {.id = r->id,
			.organisation = r->organisation,
			.has_organisation = r->has_organisation,
			.person = r->person,
			.has_person = r->has_person,
			.holder = r->holder,
			.has_holder = r->has_holder,
			.certificate_sm3 = r->certificate_sm3,
			.anchor_sm3 = r->anchor_sm3,
			.public_key_sm3 = r->public_key_sm3,
			.ca_name = r->ca_name,
			.subject = r->subject,
			.serial = r->serial,
			.use = r->use,
			.in_token = r->in_token,
			.not_before = r->not_before,
			.not_after = r->not_after,
			.state = r->state,
			.how = r->how,
			.known_since = r->known_since,
			.bound_at = r->bound_at,
			.usable_at = r->usable_at,
			.ended_at = r->ended_at};

		list[i] = credential_of(&row);
	}
	*out = list;
	*count = k.count;
	return true;
}

/* --- one of the actor's own party */

static bool find_own(
	struct tx *tx, struct keeping *k, struct credential *c, struct err *e)
{
	bool found, own;

	if (!id_is_none(k->actor->organisation) &&
		!standing_require(tx, k->actor, k->right, k->actor->organisation, e))
		return false;
	if (!credential_find_in(tx, k->a, k->id, BYTES(""), c, &found, e))
		return false;
	own = found &&
	      (id_is_none(c->organisation)
			      ? id_equal(c->person, k->actor->person)
			      : id_equal(c->organisation, k->actor->organisation));
	if (own)
		return true;
	return err_refuse(
		e, ERR_NOT_FOUND, MSG_PARTY_NOT_FOUND, NULL, "no such certificate");
}

static bool set_state(struct tx *tx, const struct credential *c,
	enum credential_state state, struct err *e)
{
	struct credential_set_state_in in = {
		.id = c->id, .was = c->state, .state = state, .ended_at = tx_time(tx)};
	int64_t changed;

	if (!credential_set_state(tx, &in, &changed, e))
		return false;
	return changed || err_refuse(e, ERR_DENIED, MSG_CREDENTIAL_IS_ENDED, NULL,
				  "it changed meanwhile");
}

static bool tell(struct tx *tx, struct keeping *k, const struct credential *c,
	enum message_kind kind, struct err *e)
{
	struct message_new m = {.kind = kind,
		.places = {c->subject, c->ca_name},
		.organisation = c->organisation};

	return !FAULT("credential.before_tell", e) &&
	       credential_tell(tx, k->app, c, &m, e);
}

static bool refuse(struct tx *tx, void *ctx, struct err *e)
{
	struct keeping *k = ctx;
	struct credential c;

	if (!find_own(tx, k, &c, e))
		return false;
	if (c.state != CREDENTIAL_COOLING || c.usable_at <= tx_time(tx))
		return err_refuse(e, ERR_DENIED, MSG_CREDENTIAL_NOT_COOLING, NULL,
			"it does not wait");
	return set_state(tx, &c, CREDENTIAL_REFUSED, e) &&
	       act_put(tx, k->app, k->actor, "credential.refuse", c.id, NULL, e) &&
	       tell(tx, k, &c, MESSAGE_CREDENTIAL_REFUSED, e);
}

bool credential_refuse(
	struct app *app, const struct actor *actor, struct id credential, struct err *e)
{
	AUTO(arena) a = arena_new();
	struct keeping k = {.app = app,
		.a = a,
		.actor = actor,
		.id = credential,
		.right = RIGHT_CREDENTIAL_REFUSE};

	return actor_require(actor, RIGHT_CREDENTIAL_REFUSE, actor->organisation,
		       app->world->now(app->world), e) &&
	       db_tx(app->db, DB_WRITE, refuse, &k, e);
}

static bool end(struct tx *tx, void *ctx, struct err *e)
{
	struct keeping *k = ctx;
	struct credential c;

	if (!find_own(tx, k, &c, e))
		return false;
	if (c.state != CREDENTIAL_COOLING && c.state != CREDENTIAL_BOUND)
		return credential_refuse_unusable(&c, tx_time(tx), e);
	return set_state(tx, &c, CREDENTIAL_ENDED, e) &&
	       !FAULT("credential.after_end", e) &&
	       session_end_of_credential(tx, c.id, tx_time(tx), NULL, e) &&
	       act_put(tx, k->app, k->actor, "credential.end", c.id, NULL, e) &&
	       tell(tx, k, &c, MESSAGE_CREDENTIAL_ENDED, e);
}

/* Of an organisation: by right; of a person: their own, with a certificate. */
static bool may_change(const struct actor *actor, int64_t at, struct err *e)
{
	if (id_is_none(actor->organisation))
		return actor_require_account(actor, e) &&
		       actor_require_step_up(actor, at, e);
	return actor_require(actor, RIGHT_CREDENTIAL_CHANGE, actor->organisation, at, e);
}

bool credential_end(
	struct app *app, const struct actor *actor, struct id credential, struct err *e)
{
	AUTO(arena) a = arena_new();
	struct keeping k = {.app = app,
		.a = a,
		.actor = actor,
		.id = credential,
		.right = RIGHT_CREDENTIAL_CHANGE};

	return may_change(actor, app->world->now(app->world), e) &&
	       db_tx(app->db, DB_WRITE, end, &k, e);
}

static bool hand_over(struct tx *tx, void *ctx, struct err *e)
{
	struct keeping *k = ctx;
	struct account_membership_row m;
	struct credential c;
	bool found;

	if (!find_own(tx, k, &c, e))
		return false;
	if (id_is_none(c.organisation) ||
		(c.state != CREDENTIAL_COOLING && c.state != CREDENTIAL_BOUND))
		return credential_refuse_unusable(&c, tx_time(tx), e);
	if (!account_membership(tx, k->a, c.organisation, k->other, &m, &found, e))
		return false;
	if (!found)
		return err_refuse(
			e, ERR_NOT_FOUND, MSG_PARTY_NOT_FOUND, NULL, "no member");
	/* Sessions begun with it were the former holder's. */
	return credential_set_holder(tx, c.id, k->other, NULL, e) &&
	       !FAULT("credential.after_holder", e) &&
	       session_end_of_credential(tx, c.id, tx_time(tx), NULL, e) &&
	       act_put(tx, k->app, k->actor, "credential.hand-over", c.id, NULL, e) &&
	       tell(tx, k, &c, MESSAGE_CREDENTIAL_HANDED, e);
}

bool credential_hand_over(struct app *app, const struct actor *actor,
	struct id credential, struct id person, struct err *e)
{
	AUTO(arena) a = arena_new();
	struct keeping k = {.app = app,
		.a = a,
		.actor = actor,
		.id = credential,
		.other = person,
		.right = RIGHT_CREDENTIAL_CHANGE};

	return actor_require(actor, RIGHT_CREDENTIAL_CHANGE, actor->organisation,
		       app->world->now(app->world), e) &&
	       db_tx(app->db, DB_WRITE, hand_over, &k, e);
}

static bool assign_ca(struct tx *tx, void *ctx, struct err *e)
{
	struct keeping *k = ctx;
	struct account_organisation_row o;
	struct credential_set_ca_in in = {.anchor_sm3 = k->anchor,
		.organisation = k->other,
		.account = k->actor->account,
		.at = tx_time(tx)};
	bool found;

	if (!account_organisation(tx, k->a, k->other, &o, &found, e))
		return false;
	if (!found || !(o.kinds & USER_CA))
		return err_refuse(e, ERR_NOT_FOUND, MSG_PARTY_NOT_FOUND, NULL, "no CA");
	return credential_set_ca(tx, &in, NULL, e) &&
	       act_put(tx, k->app, k->actor, "credential.assign-ca", k->other, NULL, e);
}

bool credential_assign_ca(struct app *app, const struct actor *actor, struct bytes anchor,
	struct id organisation, struct err *e)
{
	AUTO(arena) a = arena_new();
	struct keeping k = {.app = app,
		.a = a,
		.actor = actor,
		.anchor = anchor,
		.other = organisation};

	if (!actor_require(actor, RIGHT_CREDENTIAL_ASSIGN_CA, none,
		    app->world->now(app->world), e))
		return false;
	if (anchor.n != SM3_SIZE)
		return err_set(e, ERR_USAGE, "no digest of an anchor");
	return db_tx(app->db, DB_WRITE, assign_ca, &k, e);
}

/* --- jobs */

static bool cooled(struct tx *tx, void *ctx, struct err *e)
{
	struct keeping *k = ctx;
	struct credential_cooled_row *due;

	k->count = 0;
	if (!credential_cooled(tx, k->a, tx_time(tx), &due, &k->count, e))
		return false;
	for (size_t i = 0; i < k->count; i++) {
		struct credential c;
		struct credential_set_state_in in = {.id = due[i].id,
			.was = CREDENTIAL_COOLING,
			.state = CREDENTIAL_BOUND,
			.ended_at = TIME_NONE};
		bool found;

		if (!credential_set_state(tx, &in, NULL, e) ||
			!credential_find_in(
				tx, k->a, due[i].id, BYTES(""), &c, &found, e) ||
			!act_put(tx, k->app, NULL, "credential.cooled", c.id, NULL, e) ||
			!tell(tx, k, &c, MESSAGE_CREDENTIAL_BOUND, e))
			return false;
	}
	return true;
}

bool credential_advance(struct app *app, size_t *bound, struct err *e)
{
	AUTO(arena) a = arena_new();
	struct keeping k = {.app = app, .a = a};

	if (!db_tx(app->db, DB_WRITE, cooled, &k, e))
		return false;
	*bound = k.count;
	return true;
}

/* Each threshold once; the nearest one that applies, so that who was away is told one
 * thing and not four. */
static bool remind_within(struct tx *tx, struct keeping *k, int64_t days, struct err *e)
{
	struct credential_lapsing_row *due;
	int64_t now = tx_time(tx);
	size_t count;

	if (!credential_lapsing(
		    tx, k->a, now, now + days * TIME_DAY, days, &due, &count, e))
		return false;
	for (size_t i = 0; i < count; i++) {
		int64_t left = (due[i].not_after - now) / TIME_DAY;
		struct message_new m = {.kind = MESSAGE_CREDENTIAL_LAPSING,
			.places = {(const char *)due[i].subject.p,
				(const char *)due[i].ca_name.p,
				time_beijing(k->a, due[i].not_after),
				arena_printf(k->a, "%lld", (long long)left)},
			.urgent = left <= 7};
		struct id to = due[i].has_holder ? due[i].holder : due[i].person;

		if (due[i].has_organisation)
			m.organisation = due[i].organisation;
		if (!credential_set_warned(tx, due[i].id, days, NULL, e) ||
			FAULT("credential.after_warned", e) ||
			!message_put(tx, k->app, to, &m, e))
			return false;
	}
	k->count += count;
	return true;
}

static bool remind(struct tx *tx, void *ctx, struct err *e)
{
	static const char *const names[] = {
		"last-days", "third-days", "second-days", "first-days"};
	struct keeping *k = ctx;
	int64_t days;

	k->count = 0;
	for (size_t i = 0; i < 4; i++)
		if (!rule_int(k->app->rules, RULE_CREDENTIAL_WARN, RULE_NATIONWIDE,
			    tx_time(tx), names[i], &days, e) ||
			!remind_within(tx, k, days, e))
			return false;
	return true;
}

bool credential_remind(struct app *app, size_t *reminded, struct err *e)
{
	AUTO(arena) a = arena_new();
	struct keeping k = {.app = app, .a = a};

	if (!db_tx(app->db, DB_WRITE, remind, &k, e))
		return false;
	*reminded = k.count;
	return true;
}
