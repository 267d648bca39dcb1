/* login_certificate: logging in, and stepping up, with a certificate; see login.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "base/fault.h"
#include "domain/account.h"
#include "domain/act.h"
#include "domain/actor.h"
#include "domain/challenge.h"
#include "domain/credential.h"
#include "domain/login.h"
#include "domain/rule.h"
#include "domain/sql.h"
#include "domain/tell.h"

static const struct id none;

struct cert_login {
	struct app *app;
	struct arena *a;
	const struct client *client;
	const struct actor *actor; /* stepping up; null: logging in */
	struct proof proof;
	struct login_done done;
	int64_t until;
	struct err refusal; /* with a code: recorded, then told */
};

static bool no(struct err *e, enum msg say, const char *text)
{
	return err_refuse(e, ERR_DENIED, say, NULL, text);
}

/* Whoever uses a key that was reported lost is worth knowing of. */
static bool note_lost(
	struct tx *tx, struct cert_login *l, const struct credential *c, struct err *e)
{
	struct actor actor = {.organisation = c->organisation,
		.address = l->client ? l->client->address
				     : (l->actor ? l->actor->address : "")};
	struct message_new m = {.kind = MESSAGE_CREDENTIAL_TRIED,
		.places = {c->subject},
		.organisation = c->organisation,
		.urgent = true};

	if (!act_put(tx, l->app, &actor, "login.lost-key", c->id, NULL, e))
		return false;
	return id_is_none(c->organisation) || tell_organisation(tx, l->app, &m, e);
}

/* The certificate of the proof as it is bound; what may not be used is a refusal. */
static bool bound(struct tx *tx, struct cert_login *l, struct credential *c, bool *go_on,
	struct err *e)
{
	const struct proof *p = &l->proof;
	bool found;

	*go_on = false;
	if (!credential_find_in(tx, l->a, none, BYTES_OF(p->cert.sm3), c, &found, e))
		return false;
	if (!found)
		return no(e, MSG_SIGNIN_CERT_UNKNOWN,
			arena_printf(l->a, "not bound; issued by %s", p->ca_name));
	if (!bytes_equal(BYTES_OF(c->anchor), BYTES_OF(p->anchor)))
		return no(e, MSG_SIGNIN_ANCHOR_OTHER, "bound under another anchor");
	if (c->state == CREDENTIAL_LOST) {
		(void)credential_refuse_unusable(c, tx_time(tx), &l->refusal);
		return note_lost(tx, l, c, e);
	}
	if (c->use != CREDENTIAL_SIGNS || !credential_is_usable(c, tx_time(tx)))
		return credential_refuse_unusable(c, tx_time(tx), e);
	*go_on = true;
	return true;
}

/* It must still speak of the organisation it is bound to, as the register reads it now,
 * and its holder must still belong there. */
static bool holder(struct tx *tx, struct cert_login *l, const struct credential *c,
	struct id *person, struct err *e)
{
	struct account_organisation_row o;
	struct account_membership_row m;
	bool found;

	if (id_is_none(c->organisation)) {
		*person = c->person;
		return true;
	}
	if (!account_organisation(tx, l->a, c->organisation, &o, &found, e))
		return false;
	if (!found || !bytes_equal(o.credit_code, bytes_str(l->proof.credit_code)))
		return no(e, MSG_CREDENTIAL_CODE_OTHER, "another credit code");
	if (id_is_none(c->holder))
		return no(e, MSG_SIGNIN_NO_HOLDER, "nobody holds it");
	if (!account_membership(tx, l->a, c->organisation, c->holder, &m, &found, e))
		return false;
	if (!found)
		return no(e, MSG_SIGNIN_HOLDER_LEFT, "its holder left");
	*person = c->holder;
	return true;
}

static enum assurance assurance_of(const struct credential *c)
{
	return c->in_token ? ASSURED_CERT_TOKEN : ASSURED_CERT_FILE;
}

static bool enter(struct tx *tx, void *ctx, struct err *e)
{
	struct cert_login *l = ctx;
	struct account_row_of_person_row account;
	struct session_new new;
	struct credential c;
	struct id person, subject;
	bool found, go_on;

	l->refusal = (struct err){.code = ERR_NONE};
	if (!proof_take_in(tx, &l->proof, &subject, e) ||
		FAULT("login.after_challenge", e) || !bound(tx, l, &c, &go_on, e))
		return false;
	if (!go_on)
		return true;
	if (!holder(tx, l, &c, &person, e) ||
		!account_row_of_person(tx, l->a, person, &account, &found, e))
		return false;
	if (!found)
		return no(e, MSG_SIGNIN_NO_HOLDER, "its holder has no account");
	if (account.state != ACCOUNT_ACTIVE)
		return no(e, MSG_SIGNIN_SUSPENDED, "the account is suspended");
	new = (struct session_new){.account = account.id,
		.person = person,
		.assurance = assurance_of(&c),
		.credential = &c.id,
		.organisation = id_is_none(c.organisation) ? NULL : &c.organisation};
	return login_begin_in(tx, l->app, &new, l->client, &l->done, e);
}

bool login_challenge(struct app *app, struct arena *a, struct bytes secret,
	struct bytes *order, struct err *e)
{
	const struct challenge_ask ask = {.purpose = ORDER_LOGIN_IN, .secret = secret};

	return challenge_issue(app, a, &ask, order, e);
}

static bool told(const struct cert_login *l, struct err *e)
{
	if (l->refusal.code == ERR_NONE)
		return true;
	*e = l->refusal;
	return false;
}

bool login_by_certificate(struct app *app, struct bytes secret, struct bytes answer,
	const struct client *client, struct login_done *out, struct err *e)
{
	AUTO(arena) a = arena_new();
	struct cert_login l = {.app = app, .a = a, .client = client};

	if (!proof_judge(app, a, ORDER_LOGIN_IN, secret, answer, &l.proof, e))
		return false;
	if (!db_tx(app->db, DB_WRITE, enter, &l, e) || !told(&l, e)) {
		login_done_fini(&l.done);
		return false;
	}
	*out = l.done;
	return true;
}

/* --- within a session */

bool login_step_up_challenge(struct app *app, struct arena *a, const struct actor *actor,
	struct bytes secret, const char *text, struct bytes *order, struct err *e)
{
	const struct challenge_ask ask = {.purpose = ORDER_LOGIN_STEP_UP,
		.secret = secret,
		.subject = &actor->session,
		.text = text};

	return actor_require_account(actor, e) && challenge_issue(app, a, &ask, order, e);
}

static bool step(struct tx *tx, void *ctx, struct err *e)
{
	struct cert_login *l = ctx;
	const struct actor *actor = l->actor;
	struct session_set_step_up_in in;
	struct credential c;
	struct id person, subject;
	int64_t life, changed;
	bool go_on;

	l->refusal = (struct err){.code = ERR_NONE};
	if (!proof_take_in(tx, &l->proof, &subject, e) || !bound(tx, l, &c, &go_on, e))
		return false;
	if (!go_on)
		return true;
	if (!id_equal(subject, actor->session))
		return no(e, MSG_SIGNIN_BROWSER_OTHER, "for another session");
	if (!holder(tx, l, &c, &person, e))
		return false;
	if (!id_equal(person, actor->person) ||
		(!id_is_none(c.organisation) &&
			!id_equal(c.organisation, actor->organisation)))
		return no(e, MSG_SIGNIN_CERT_OF_OTHER, "of another account");
	if (!rule_span(l->app->rules, RULE_STEP_UP_LIFE, RULE_NATIONWIDE, tx_time(tx),
		    &life, e))
		return false;
	l->until = tx_time(tx) + life;
	in = (struct session_set_step_up_in){.id = actor->session,
		.assurance = assurance_of(&c),
		.credential = c.id,
		.until = l->until};
	if (!session_set_step_up(tx, &in, &changed, e))
		return false;
	if (!changed)
		return no(e, MSG_SESSION_NONE, "the session has ended");
	return !FAULT("login.after_step_up", e) &&
	       act_put(tx, l->app, actor, "login.step-up", c.id, NULL, e);
}

bool login_step_up(struct app *app, const struct actor *actor, struct bytes secret,
	struct bytes answer, int64_t *until, struct err *e)
{
	AUTO(arena) a = arena_new();
	struct cert_login l = {.app = app, .a = a, .actor = actor};

	if (!actor_require_account(actor, e) ||
		!proof_judge(app, a, ORDER_LOGIN_STEP_UP, secret, answer, &l.proof, e) ||
		!db_tx(app->db, DB_WRITE, step, &l, e) || !told(&l, e))
		return false;
	*until = l.until;
	return true;
}

/* --- which account is mine? */

struct whose {
	struct app *app;
	struct arena *a;
	struct proof proof;
	struct login_whose out;
};

static bool list_logins(
	struct tx *tx, struct whose *w, struct id organisation, struct err *e)
{
	struct account_logins_of_row *rows;
	size_t count;

	if (!account_logins_of(tx, w->a, organisation, &rows, &count, e))
		return false;
	for (size_t i = 0; i < count && i < 20; i++)
		w->out.logins[w->out.count++] = account_login_mask(w->a, rows[i].login);
	return true;
}

/* A person's own certificate: the one account of its person. */
static bool list_own(
	struct tx *tx, struct whose *w, const struct credential *c, struct err *e)
{
	struct account_row_of_person_row own;
	struct account_person_row person;
	bool found;

	if (!account_person(tx, w->a, c->person, &person, &found, e))
		return false;
	w->out.organisation = found ? (const char *)person.name.p : "";
	if (!account_row_of_person(tx, w->a, c->person, &own, &found, e))
		return false;
	if (found)
		w->out.logins[w->out.count++] = account_login_mask(w->a, own.login);
	return true;
}

static bool look(struct tx *tx, void *ctx, struct err *e)
{
	struct whose *w = ctx;
	const struct proof *p = &w->proof;
	struct account_organisation_by_code_row o = {.state = 0};
	struct credential c;
	struct id subject;
	bool found;

	w->out = (struct login_whose){.count = 0};
	if (!proof_take_in(tx, p, &subject, e) ||
		!credential_find_in(tx, w->a, none, BYTES_OF(p->cert.sm3), &c, &found, e))
		return false;
	w->out.is_bound = found && bytes_equal(BYTES_OF(c.anchor), BYTES_OF(p->anchor)) &&
			  credential_is_usable(&c, tx_time(tx));
	/* Who stole a key learns nothing with it once it is reported. */
	if (found && c.state == CREDENTIAL_LOST)
		return credential_refuse_unusable(&c, tx_time(tx), e);
	if (w->out.is_bound && id_is_none(c.organisation))
		return list_own(tx, w, &c, e);
	found = false;
	if (p->credit_code[0] && !account_organisation_by_code(tx, w->a,
					 bytes_str(p->credit_code), &o, &found, e))
		return false;
	if (!found)
		return no(e, MSG_SIGNIN_CERT_UNKNOWN, "of nobody here");
	w->out.organisation = (const char *)o.name.p;
	return list_logins(tx, w, o.id, e);
}

bool login_whose(struct app *app, struct arena *a, struct bytes secret,
	struct bytes answer, struct login_whose *out, struct err *e)
{
	struct whose w = {.app = app, .a = a};

	if (!proof_judge(app, a, ORDER_LOGIN_IN, secret, answer, &w.proof, e) ||
		!db_tx(app->db, DB_WRITE, look, &w, e))
		return false;
	*out = w.out;
	return true;
}
