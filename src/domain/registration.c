/* registration: see registration.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "domain/registration.h"

#include <string.h>

#include "base/fault.h"
#include "domain/account.h"
#include "domain/act.h"
#include "domain/identifier.h"
#include "domain/member.h"
#include "domain/message.h"
#include "domain/record.h"
#include "domain/sql.h"

bool newcomer_prepare(struct app *app, struct arena *a, const struct newcomer *newcomer,
	struct newcomer_ready *out, struct err *e)
{
	struct newcomer_ready r = {.lang = newcomer->lang};

	/* What costs most comes last: the keeper, then the hash of the password. */
	if (!account_login_fold(a, newcomer->login, &r.login, e) ||
		!person_prepare(app, a, &newcomer->person, &r.person, e) ||
		!account_password_make(
			app, a, r.login, newcomer->password, &r.password, e))
		return false;
	*out = r;
	return true;
}

bool newcomer_put_in(struct tx *tx, struct app *app, const struct newcomer_ready *ready,
	uint32_t kinds, struct id *account, struct err *e)
{
	struct account_new new = {.person = ready->person.id,
		.login = ready->login,
		.password = ready->password,
		.lang = ready->lang};

	if (!person_put_in(tx, &ready->person, kinds, e) ||
		!account_create_in(tx, app, &new, account, e))
		return false;
	return !FAULT("newcomer.after_account", e);
}

struct registering {
	struct app *app;
	const struct actor *actor;
	const struct newcomer_ready *newcomer; /* null: the actor registers it */
	const struct organisation_ready *organisation;
	bool is_legal;
	struct registered out;
};

/* Whoever says to be the legal representative bears the name. */
static bool name_fits(
	struct tx *tx, struct arena *a, const struct registering *r, struct err *e)
{
	const char *name = r->newcomer ? r->newcomer->person.name : NULL;
	struct person_row_row row;
	bool found;

	if (!r->is_legal)
		return true;
	if (!name) {
		if (!person_row(tx, a, r->out.person, &row, &found, e))
			return false;
		name = found ? record_str(a, row.name) : "";
	}
	if (strcmp(name_fold(a, bytes_str(name)),
		    name_fold(a, bytes_str(r->organisation->legal_name))) == 0)
		return true;
	return err_refuse(e, ERR_MALFORMED, MSG_PARTY_LEGAL_NAME, NULL,
		"another name than the legal representative's");
}

static bool put_people(struct tx *tx, struct registering *r, struct err *e)
{
	if (!r->newcomer) {
		r->out.person = r->actor->person;
		r->out.account = r->actor->account;
		return true;
	}
	r->out.person = r->newcomer->person.id;
	return newcomer_put_in(tx, r->app, r->newcomer, 0, &r->out.account, e);
}

/* The act is that of the account, for the organisation, from where they are. */
static struct actor acting(const struct registering *r)
{
	struct actor who = *r->actor;

	who.account = r->out.account;
	who.person = r->out.person;
	who.organisation = r->out.organisation;
	return who;
}

static bool record(struct tx *tx, struct arena *a, struct registering *r, struct err *e)
{
	const struct organisation_ready *o = r->organisation;
	struct actor who = acting(r);
	struct message_new m = {.kind = MESSAGE_ORGANISATION_WAITING,
		.places = {o->name},
		.organisation = o->id};

	return act_put(tx, r->app, &who, "organisation.register", o->id,
		       record_detail(a,
			       json_pack("{s:s, s:s, s:I, s:b}", "credit_code",
				       o->credit_code, "name", o->name, "kinds",
				       (json_int_t)o->kinds, "legal", (int)r->is_legal)),
		       e) &&
	       message_put_operators(tx, r->app, r->out.person, &m, e);
}

static bool register_body(struct tx *tx, void *ctx, struct err *e)
{
	AUTO(arena) a = arena_new();
	struct registering *r = ctx;
	enum member_role role = r->is_legal ? MEMBER_LEGAL : MEMBER_ADMINISTRATOR;

	r->out = (struct registered){.organisation = r->organisation->id};
	return put_people(tx, r, e) && name_fits(tx, a, r, e) &&
	       organisation_put_in(tx, r->app, r->organisation, r->out.account, e) &&
	       member_put_in(tx, r->app, r->out.organisation, r->out.person, role,
		       TIME_NONE, NULL, &r->out.member, e) &&
	       record(tx, a, r, e);
}

bool party_register(struct app *app, const struct actor *actor,
	const struct registration *r, struct registered *out, struct err *e)
{
	AUTO(arena) a = arena_new();
	struct organisation_ready organisation;
	struct newcomer_ready newcomer;
	struct registering doing = {.app = app,
		.actor = actor,
		.organisation = &organisation,
		.is_legal = r->is_legal};

	if (!organisation_prepare(app, a, &r->organisation, &organisation, e))
		return false;
	if (id_is_none(actor->account)) {
		if (!newcomer_prepare(app, a, &r->newcomer, &newcomer, e))
			return false;
		doing.newcomer = &newcomer;
	}
	if (!db_tx(app->db, DB_WRITE, register_body, &doing, e))
		return false;
	*out = doing.out;
	return true;
}

struct creating {
	struct app *app;
	const struct actor *actor; /* null: the platform itself */
	const struct newcomer_ready *newcomer;
	struct id account;
};

static bool person_body(struct tx *tx, void *ctx, struct err *e)
{
	struct creating *c = ctx;
	struct message_new m = {
		.kind = MESSAGE_PERSON_WAITING, .places = {c->newcomer->person.name}};
	struct actor who = *c->actor;

	if (!newcomer_put_in(tx, c->app, c->newcomer, 0, &c->account, e))
		return false;
	who.account = c->account;
	who.person = c->newcomer->person.id;
	return act_put(tx, c->app, &who, "person.register", who.person, NULL, e) &&
	       message_put_operators(tx, c->app, who.person, &m, e);
}

static bool operator_body(struct tx *tx, void *ctx, struct err *e)
{
	struct creating *c = ctx;

	return newcomer_put_in(
		       tx, c->app, c->newcomer, USER_ADMINISTRATOR, &c->account, e) &&
	       act_put(tx, c->app, NULL, "operator.create", c->newcomer->person.id, NULL,
		       e);
}

static bool create(struct app *app, const struct actor *actor,
	const struct newcomer *newcomer, struct registered *out, struct err *e)
{
	AUTO(arena) a = arena_new();
	struct newcomer_ready ready;
	struct creating c = {.app = app, .actor = actor, .newcomer = &ready};

	if (!newcomer_prepare(app, a, newcomer, &ready, e) ||
		!db_tx(app->db, DB_WRITE, actor ? person_body : operator_body, &c, e))
		return false;
	*out = (struct registered){.person = ready.person.id, .account = c.account};
	return true;
}

bool person_register(struct app *app, const struct actor *actor,
	const struct newcomer *newcomer, struct registered *out, struct err *e)
{
	if (!id_is_none(actor->account))
		return err_refuse(e, ERR_DENIED, MSG_PARTY_LOGGED_IN, NULL,
			"somebody is logged in");
	return create(app, actor, newcomer, out, e);
}

bool operator_create(struct app *app, const struct newcomer *newcomer,
	struct registered *out, struct err *e)
{
	return create(app, NULL, newcomer, out, e);
}
