/* session: see session.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "domain/session.h"

#include <string.h>

#include "base/fault.h"
#include "base/text.h"
#include "base/time.h"
#include "crypto/kdf.h"
#include "domain/account.h"
#include "domain/act.h"
#include "domain/actor.h"
#include "domain/rule.h"
#include "domain/sql.h"
#include "domain/standing.h"

enum { AGENT_MAX = 200, ADDRESS_MAX = 64 };
#define SEEN_EVERY TIME_MINUTE

static const struct id none;

struct secret *session_presecret(struct app *app)
{
	struct secret *s = secret_new(SESSION_SECRET);

	app->world->random(app->world, secret_data(s), SESSION_SECRET);
	return s;
}

static bool span(
	const struct app *app, const char *rule, int64_t at, int64_t *out, struct err *e)
{
	return rule_span(app->rules, rule, RULE_NATIONWIDE, at, out, e);
}

/* --- beginning */

/* The name of a browser as lists show it: cut, without anything that does not print. */
static struct bytes shorten(struct arena *a, const char *text, size_t max)
{
	struct bytes b = bytes_head(bytes_str(text), max);
	char *copy = arena_str(a, b);

	for (char *c = copy; *c; c++)
		if ((unsigned char)*c < 0x20 || (unsigned char)*c > 0x7e)
			*c = '?';
	return bytes_str(copy);
}

/* The organisation a session by password acts for at first. */
static bool first_membership(struct tx *tx, struct arena *a, struct id person,
	struct id *organisation, bool *found, struct err *e)
{
	struct account_memberships_row *rows;
	size_t count;

	if (!account_memberships(tx, a, person, &rows, &count, e))
		return false;
	*found = count > 0;
	if (count)
		*organisation = rows[0].organisation;
	return true;
}

bool session_begin_in(struct tx *tx, struct app *app, const struct session_new *new,
	const struct client *client, struct id *session, struct secret **secret,
	struct err *e)
{
	AUTO(arena) a = arena_new();
	AUTO(secret) s = session_presecret(app);
	uint8_t sm3[SM3_SIZE];
	struct id id = id_new(app->world), organisation;
	int64_t at = tx_time(tx), life, step_up;
	bool belongs = new->organisation != NULL;
	struct session_insert_in in;

	if (!span(app, RULE_SESSION_LIFE, at, &life, e) ||
		!span(app, RULE_STEP_UP_LIFE, at, &step_up, e))
		return false;
	if (belongs)
		organisation = *new->organisation;
	else if (!first_membership(tx, a, new->person, &organisation, &belongs, e))
		return false;
	sm3_of(bytes_make(secret_view(s), SESSION_SECRET), sm3);
	in = (struct session_insert_in){.id = id,
		.secret_sm3 = BYTES_OF(sm3),
		.account = new->account,
		.organisation = belongs ? &organisation : NULL,
		.assurance = new->assurance,
		.credential = new->credential,
		.step_up_until = new->credential ? at + step_up : TIME_NONE,
		.at = at,
		.expires_at = at + life,
		.address = shorten(a, client->address, ADDRESS_MAX),
		.agent = shorten(a, client->agent, AGENT_MAX)};
	if (!session_insert(tx, &in, NULL, e) || FAULT("session.after_insert", e))
		return false;
	*session = id;
	*secret = secret_move(&s);
	return true;
}

/* --- resolving */

struct resolving {
	struct app *app;
	struct arena *a;
	uint8_t sm3[SM3_SIZE];
	struct session_row_row row;
	bool found;
	int64_t at;
};

static bool look(struct tx *tx, void *ctx, struct err *e)
{
	struct resolving *r = ctx;

	r->at = tx_time(tx);
	return session_row(tx, r->a, BYTES_OF(r->sm3), &r->row, &r->found, e);
}

static bool touch(struct tx *tx, void *ctx, struct err *e)
{
	struct resolving *r = ctx;

	return session_touch(tx, r->row.id, tx_time(tx), NULL, e);
}

static bool is_over(const struct resolving *r, int64_t idle)
{
	const struct session_row_row *s = &r->row;

	return !r->found || s->revoked_at != TIME_NONE || r->at >= s->expires_at ||
	       r->at >= s->seen_at + idle || s->account_state != ACCOUNT_ACTIVE;
}

/* An organisation that is not checked yet, or suspended, has no kinds: its members see
 * their own desk and nothing that belongs to a kind. */
static void fill(struct actor *actor, const struct resolving *r, const char *address)
{
	const struct session_row_row *s = &r->row;
	bool belongs = s->has_organisation && s->has_role && s->has_organisation_state;
	bool active = belongs && s->organisation_state == ORGANISATION_ACTIVE;

	*actor = (struct actor){.account = s->account,
		.person = s->person,
		.session = s->id,
		.organisation = belongs ? s->organisation : none,
		.kinds = (uint32_t)s->person_kinds |
			 (active ? (uint32_t)s->organisation_kinds : 0),
		.role = belongs ? (enum member_role)s->role : 0,
		.assurance = (enum assurance)s->assurance,
		.step_up_until = s->step_up_until,
		.is_newcomer = belongs && s->newcomer_until != TIME_NONE &&
			       s->newcomer_until > r->at,
		.lang = lang_of((const char *)s->lang.p),
		.address = address};
	if (belongs && s->organisation_state == ORGANISATION_SUSPENDED)
		actor->role = MEMBER_VIEWER;
}

bool session_resolve(struct app *app, struct bytes secret, const char *address,
	struct actor *actor, struct err *e)
{
	AUTO(arena) a = arena_new();
	struct resolving r = {.app = app, .a = a};
	int64_t idle;

	if (secret.n != SESSION_SECRET)
		return err_refuse(e, ERR_DENIED, MSG_SESSION_NONE, NULL, "no session");
	sm3_of(secret, r.sm3);
	if (!db_tx(app->db, DB_READ, look, &r, e) ||
		!span(app, RULE_SESSION_IDLE, r.at, &idle, e))
		return false;
	if (is_over(&r, idle))
		return err_refuse(e, ERR_DENIED, MSG_SESSION_NONE, RULE_SESSION_IDLE,
			"no session, or it has ended");
	if (r.at >= r.row.seen_at + SEEN_EVERY && !db_tx(app->db, DB_WRITE, touch, &r, e))
		return false;
	fill(actor, &r, address ? address : "");
	return true;
}

/* --- forms */

void session_csrf(struct bytes secret, uint8_t out[SESSION_CSRF])
{
	const struct bytes what = BYTES("qianyin csrf 1");

	hmac_sm3(secret, &what, 1, out);
}

bool session_csrf_is(struct bytes secret, struct bytes given)
{
	uint8_t right[SESSION_CSRF];
	bool is;

	if (given.n != SESSION_CSRF)
		return false;
	session_csrf(secret, right);
	is = secret_equal(right, given.p, sizeof right);
	mem_wipe(right, sizeof right);
	return is;
}

/* --- one's own sessions */

struct own {
	struct app *app;
	struct arena *a;
	const struct actor *actor;
	struct id id;
	int64_t ended, idle;
	struct session_rows_row *rows;
	struct account_memberships_row *memberships;
	size_t count;
};

static bool rows(struct tx *tx, void *ctx, struct err *e)
{
	struct own *o = ctx;

	return span(o->app, RULE_SESSION_IDLE, tx_time(tx), &o->idle, e) &&
	       session_rows(tx, o->a, o->actor->account, tx_time(tx),
		       tx_time(tx) - o->idle, &o->rows, &o->count, e);
}

bool session_list(struct app *app, struct arena *a, const struct actor *actor,
	struct session_view **out, size_t *count, struct err *e)
{
	struct own o = {.app = app, .a = a, .actor = actor};
	struct session_view *list;

	if (!actor_require_account(actor, e) || !db_tx(app->db, DB_READ, rows, &o, e))
		return false;
	list = ARENA_ARRAY(a, o.count, struct session_view);
	for (size_t i = 0; i < o.count; i++)
		list[i] = (struct session_view){.id = o.rows[i].id,
			.organisation = o.rows[i].organisation.p
						? (const char *)o.rows[i].organisation.p
						: "",
			.assurance = (enum assurance)o.rows[i].assurance,
			.created_at = o.rows[i].created_at,
			.seen_at = o.rows[i].seen_at,
			.expires_at = o.rows[i].expires_at,
			.address = (const char *)o.rows[i].address.p,
			.agent = (const char *)o.rows[i].agent.p,
			.is_this = id_equal(o.rows[i].id, actor->session)};
	*out = list;
	*count = o.count;
	return true;
}

static bool revoke(struct tx *tx, void *ctx, struct err *e)
{
	struct own *o = ctx;

	if (!session_end(tx, o->id, o->actor->account, tx_time(tx), &o->ended, e))
		return false;
	if (!o->ended)
		return err_refuse(
			e, ERR_NOT_FOUND, MSG_PARTY_NOT_FOUND, NULL, "no such session");
	return !FAULT("session.after_end", e) &&
	       act_put(tx, o->app, o->actor, "session.end", o->id, NULL, e);
}

bool session_revoke(
	struct app *app, const struct actor *actor, struct id session, struct err *e)
{
	struct own o = {.app = app, .actor = actor, .id = session};

	return actor_require_account(actor, e) && db_tx(app->db, DB_WRITE, revoke, &o, e);
}

static bool revoke_others(struct tx *tx, void *ctx, struct err *e)
{
	struct own *o = ctx;

	return session_end_others(tx, o->actor->account, o->actor->session, tx_time(tx),
		       &o->ended, e) &&
	       !FAULT("session.after_end_others", e) &&
	       act_put(tx, o->app, o->actor, "session.end-others", o->actor->session,
		       NULL, e);
}

bool session_revoke_others(
	struct app *app, const struct actor *actor, int64_t *ended, struct err *e)
{
	struct own o = {.app = app, .actor = actor};

	if (!actor_require_account(actor, e) ||
		!db_tx(app->db, DB_WRITE, revoke_others, &o, e))
		return false;
	*ended = o.ended;
	return true;
}

/* --- for which organisation */

static bool memberships(struct tx *tx, void *ctx, struct err *e)
{
	struct own *o = ctx;

	return account_memberships(
		tx, o->a, o->actor->person, &o->memberships, &o->count, e);
}

bool session_memberships(struct app *app, struct arena *a, const struct actor *actor,
	struct membership_view **out, size_t *count, struct err *e)
{
	struct own o = {.app = app, .a = a, .actor = actor};
	struct membership_view *list;

	if (!actor_require_account(actor, e) ||
		!db_tx(app->db, DB_READ, memberships, &o, e))
		return false;
	list = ARENA_ARRAY(a, o.count, struct membership_view);
	for (size_t i = 0; i < o.count; i++) {
		const struct account_memberships_row *m = &o.memberships[i];

		list[i] = (struct membership_view){.organisation = m->organisation,
			.name = (const char *)m->name.p,
			.kinds = (uint32_t)m->kinds,
			.state = (int)m->state,
			.role = (enum member_role)m->role,
			.is_current = id_equal(m->organisation, actor->organisation)};
	}
	*out = list;
	*count = o.count;
	return true;
}

static bool change(struct tx *tx, void *ctx, struct err *e)
{
	struct own *o = ctx;
	struct account_membership_row m;
	bool belongs;

	if (!account_membership(tx, o->a, o->id, o->actor->person, &m, &belongs, e))
		return false;
	if (!belongs)
		return err_refuse(e, ERR_NOT_FOUND, MSG_PARTY_NOT_FOUND, NULL,
			"no member of that organisation");
	/* What was proven was proven for the other one. */
	return session_set_organisation(tx,
		       &(struct session_set_organisation_in){.id = o->actor->session,
			       .organisation = &o->id,
			       .assurance = ASSURED_PASSWORD,
			       .step_up_until = TIME_NONE},
		       NULL, e) &&
	       !FAULT("session.after_switch", e) &&
	       act_put(tx, o->app, o->actor, "session.switch", o->id, NULL, e);
}

bool session_switch(
	struct app *app, const struct actor *actor, struct id organisation, struct err *e)
{
	AUTO(arena) a = arena_new();
	struct own o = {.app = app, .a = a, .actor = actor, .id = organisation};

	if (!actor_require_account(actor, e))
		return false;
	if (id_equal(organisation, actor->organisation))
		return true;
	return db_tx(app->db, DB_WRITE, change, &o, e);
}

static bool tidy(struct tx *tx, void *ctx, struct err *e)
{
	(void)ctx;
	return session_sweep(tx, tx_time(tx) - 30 * TIME_DAY, NULL, e);
}

bool session_tidy(struct app *app, struct err *e)
{
	return db_tx(app->db, DB_WRITE, tidy, NULL, e);
}
