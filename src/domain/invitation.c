/* invitation: see invitation.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "domain/invitation.h"

#include <string.h>

#include "base/fault.h"
#include "crypto/digest.h"
#include "domain/act.h"
#include "domain/identifier.h"
#include "domain/member.h"
#include "domain/message.h"
#include "domain/record.h"
#include "domain/rule.h"
#include "domain/sql.h"

static bool not_found(struct err *e)
{
	return err_refuse(
		e, ERR_NOT_FOUND, MSG_PARTY_NOT_FOUND, NULL, "no such invitation");
}

static enum invitation_state state_of(
	int64_t used_at, int64_t withdrawn_at, int64_t expires_at, int64_t now)
{
	if (used_at != TIME_NONE)
		return INVITATION_USED;
	if (withdrawn_at != TIME_NONE)
		return INVITATION_WITHDRAWN;
	return expires_at <= now ? INVITATION_EXPIRED : INVITATION_OPEN;
}

/* --- made ------------------------------------------------------------------------- */

struct making {
	struct app *app;
	const struct actor *actor;
	const char *for_name;
	enum member_role role;
	struct bytes sm3;
	struct id id;
};

static bool role_may_be_given(
	struct tx *tx, struct arena *a, const struct making *m, struct err *e)
{
	struct organisation_row_row o;
	bool found;

	if (m->role < MEMBER_VIEWER || m->role > MEMBER_LEGAL)
		return err_set(e, ERR_USAGE, "no role");
	if (m->role <= m->actor->role && m->role < MEMBER_LEGAL)
		return true;
	if (m->role < MEMBER_LEGAL)
		return err_refuse(e, ERR_DENIED, MSG_PARTY_DENIED_ROLE, NULL,
			"a higher role than one's own");
	if (!organisation_row(tx, a, m->actor->organisation, &o, &found, e))
		return false;
	/* The check of the organisation looks at its legal representative, too. */
	if (found && o.state == ORGANISATION_PENDING &&
		strcmp(name_fold(a, o.legal_name),
			name_fold(a, bytes_str(m->for_name))) == 0)
		return true;
	return err_refuse(e, ERR_DENIED, MSG_PARTY_LEGAL_STAYS, NULL,
		"the legal representative after the check");
}

static bool not_too_many(
	struct tx *tx, struct arena *a, const struct making *m, struct err *e)
{
	struct invitation_open_row row;
	int64_t limit;
	bool found;

	if (!rule_int(m->app->rules, RULE_INVITATION_OPEN_MAX, RULE_NATIONWIDE,
		    tx_time(tx), "times", &limit, e) ||
		!invitation_open(
			tx, a, m->actor->organisation, tx_time(tx), &row, &found, e))
		return false;
	return !found || row.count < limit ||
	       err_refuse(e, ERR_DENIED, MSG_PARTY_INVITATIONS_MAX,
		       RULE_INVITATION_OPEN_MAX, "too many open invitations");
}

static bool make_body(struct tx *tx, void *ctx, struct err *e)
{
	AUTO(arena) a = arena_new();
	const struct making *m = ctx;
	int64_t life;

	if (!standing_require(
		    tx, m->actor, RIGHT_MEMBER_INVITE, m->actor->organisation, e) ||
		!role_may_be_given(tx, a, m, e) || !not_too_many(tx, a, m, e) ||
		!rule_span(m->app->rules, RULE_INVITATION_LIFE, RULE_NATIONWIDE,
			tx_time(tx), &life, e) ||
		!invitation_insert(tx,
			&(struct invitation_insert_in){.id = m->id,
				.organisation = m->actor->organisation,
				.secret_sm3 = m->sm3,
				.for_name = bytes_str(m->for_name),
				.role = m->role,
				.invited_by = m->actor->account,
				.at = tx_time(tx),
				.expires_at = tx_time(tx) + life},
			NULL, e))
		return false;
	if (FAULT("invitation.after_insert", e))
		return false;
	return act_put(tx, m->app, m->actor, "invitation.make", m->id,
		record_detail(a, json_pack("{s:s, s:i}", "for", m->for_name, "role",
					 (int)m->role)),
		e);
}

bool invitation_make(struct app *app, const struct actor *actor, struct bytes for_name,
	enum member_role role, struct secret **secret, struct id *id, struct err *e)
{
	AUTO(arena) a = arena_new();
	AUTO(secret) s = secret_new(INVITATION_SECRET);
	uint8_t sm3[SM3_SIZE];
	struct making m = {.app = app,
		.actor = actor,
		.role = role,
		.sm3 = BYTES_OF(sm3),
		.id = id_new(app->world)};

	app->world->random(app->world, secret_data(s), INVITATION_SECRET);
	sm3_of(bytes_make(secret_view(s), INVITATION_SECRET), sm3);
	if (!name_read(a, for_name, &m.for_name, e) ||
		!db_tx(app->db, DB_WRITE, make_body, &m, e))
		return false;
	*secret = secret_move(&s);
	*id = m.id;
	return true;
}

/* --- seen ------------------------------------------------------------------------- */

struct see {
	struct arena *a;
	struct bytes sm3;
	struct invitation_by_secret_row row;
};

/* Found by a digest: how long it takes tells nothing about the secret. */
static bool find(struct tx *tx, struct arena *a, struct bytes sm3,
	struct invitation_by_secret_row *row, struct err *e)
{
	bool found;

	if (!invitation_by_secret(tx, a, sm3, row, &found, e))
		return false;
	return found || not_found(e);
}

static bool see_body(struct tx *tx, void *ctx, struct err *e)
{
	struct see *s = ctx;

	return find(tx, s->a, s->sm3, &s->row, e);
}

static bool secret_digest(struct bytes secret, uint8_t sm3[SM3_SIZE], struct err *e)
{
	if (secret.n != INVITATION_SECRET)
		return not_found(e);
	sm3_of(secret, sm3);
	return true;
}

bool invitation_see(struct app *app, struct arena *a, struct bytes secret,
	struct invitation *out, struct err *e)
{
	uint8_t sm3[SM3_SIZE];
	struct see s = {.a = a, .sm3 = BYTES_OF(sm3)};
	const struct invitation_by_secret_row *row = &s.row;

	if (!secret_digest(secret, sm3, e) || !db_tx(app->db, DB_READ, see_body, &s, e))
		return false;
	*out = (struct invitation){.id = row->id,
		.organisation = row->organisation,
		.organisation_name = record_str(a, row->organisation_name),
		.for_name = record_str(a, row->for_name),
		.role = (enum member_role)row->role,
		.state = state_of(row->used_at, row->withdrawn_at, row->expires_at,
			app->world->now(app->world)),
		.invited_at = row->invited_at,
		.expires_at = row->expires_at};
	return true;
}

/* --- accepted --------------------------------------------------------------------- */

struct accepting {
	struct app *app;
	const struct actor *actor;
	struct bytes sm3;
	const struct newcomer_ready *newcomer; /* null: the actor */
	struct registered out;
};

static bool is_open(
	const struct invitation_by_secret_row *row, int64_t now, struct err *e)
{
	if (row->organisation_state == ORGANISATION_SUSPENDED)
		return err_refuse(e, ERR_DENIED, MSG_PARTY_SUSPENDED, NULL, "suspended");
	if (state_of(row->used_at, row->withdrawn_at, row->expires_at, now) ==
		INVITATION_OPEN)
		return true;
	return err_refuse(e, ERR_DENIED, MSG_PARTY_INVITATION_OVER, RULE_INVITATION_LIFE,
		"used, withdrawn or expired");
}

/* Who accepts, made if need be; their name as in the row. */
static bool put_person(struct tx *tx, struct arena *a, struct accepting *c,
	const char **name, struct err *e)
{
	struct person_row_row row;
	bool found;

	if (c->newcomer) {
		*name = c->newcomer->person.name;
		c->out.person = c->newcomer->person.id;
		return newcomer_put_in(tx, c->app, c->newcomer, 0, &c->out.account, e);
	}
	c->out.person = c->actor->person;
	c->out.account = c->actor->account;
	if (!person_row(tx, a, c->out.person, &row, &found, e))
		return false;
	*name = found ? record_str(a, row.name) : "";
	return true;
}

static bool record_acceptance(struct tx *tx, struct accepting *c,
	const struct invitation_by_secret_row *row, struct arena *a, const char *name,
	struct err *e)
{
	struct actor who = *c->actor;
	struct message_new m = {.kind = MESSAGE_MEMBER_JOINED,
		.places = {name, record_str(a, row->organisation_name)},
		.organisation = row->organisation};

	who.account = c->out.account;
	who.person = c->out.person;
	who.organisation = row->organisation;
	return act_put(tx, c->app, &who, "invitation.accept", row->id, NULL, e) &&
	       message_put_members(tx, c->app, row->organisation, MEMBER_ADMINISTRATOR,
		       c->out.person, &m, e);
}

static bool accept_body(struct tx *tx, void *ctx, struct err *e)
{
	AUTO(arena) a = arena_new();
	struct accepting *c = ctx;
	struct invitation_by_secret_row row;
	const char *name;
	int64_t used;

	c->out = (struct registered){.person = {{0}}};
	if (!find(tx, a, c->sm3, &row, e) || !is_open(&row, tx_time(tx), e) ||
		!put_person(tx, a, c, &name, e))
		return false;
	if (strcmp(name_fold(a, bytes_str(name)), name_fold(a, row.for_name)) != 0)
		return err_refuse(e, ERR_DENIED, MSG_PARTY_INVITATION_NAME, NULL,
			"made for another name");
	if (!invitation_use(tx, row.id, c->out.account, tx_time(tx), &used, e))
		return false;
	if (used != 1)
		return err_refuse(e, ERR_DENIED, MSG_PARTY_INVITATION_OVER,
			RULE_INVITATION_LIFE, "used meanwhile");
	c->out.organisation = row.organisation;
	if (FAULT("invitation.after_use", e) ||
		!member_put_in(tx, c->app, row.organisation, c->out.person,
			(enum member_role)row.role, TIME_NONE, &row.invited_by,
			&c->out.member, e))
		return false;
	return record_acceptance(tx, c, &row, a, name, e);
}

bool invitation_accept(struct app *app, const struct actor *actor, struct bytes secret,
	const struct newcomer *newcomer, struct registered *out, struct err *e)
{
	AUTO(arena) a = arena_new();
	uint8_t sm3[SM3_SIZE];
	struct newcomer_ready ready;
	struct accepting c = {.app = app, .actor = actor, .sm3 = BYTES_OF(sm3)};
	struct see s = {.a = a, .sm3 = c.sm3};

	/* Strangers without an invitation cost no hash of a password. */
	if (!secret_digest(secret, sm3, e) || !db_tx(app->db, DB_READ, see_body, &s, e))
		return false;
	if (!is_open(&s.row, app->world->now(app->world), e))
		return false;
	if (id_is_none(actor->account)) {
		if (!newcomer_prepare(app, a, newcomer, &ready, e))
			return false;
		c.newcomer = &ready;
	}
	if (!db_tx(app->db, DB_WRITE, accept_body, &c, e))
		return false;
	*out = c.out;
	return true;
}

/* --- withdrawn, listed ------------------------------------------------------------ */

static bool withdraw_body(struct tx *tx, void *ctx, struct err *e)
{
	AUTO(arena) a = arena_new();
	const struct making *m = ctx;
	struct invitation_row_row row;
	int64_t changed;
	bool found;

	if (!invitation_row(tx, a, m->id, &row, &found, e))
		return false;
	if (!found)
		return not_found(e);
	if (!standing_require(tx, m->actor, RIGHT_MEMBER_INVITE, row.organisation, e) ||
		!invitation_set_withdrawn(tx, m->id, tx_time(tx), &changed, e))
		return false;
	if (changed != 1)
		return err_refuse(e, ERR_ROLLBACK, MSG_PARTY_INVITATION_OVER,
			RULE_INVITATION_LIFE, "used or withdrawn");
	if (FAULT("invitation.after_withdraw", e))
		return false;
	return act_put(tx, m->app, m->actor, "invitation.withdraw", m->id, NULL, e);
}

bool invitation_withdraw(
	struct app *app, const struct actor *actor, struct id id, struct err *e)
{
	struct making m = {.app = app, .actor = actor, .id = id};

	return db_tx(app->db, DB_WRITE, withdraw_body, &m, e);
}

struct page {
	const struct actor *actor;
	struct arena *a;
	const struct list_from *from;
	struct invitation_list_row *rows;
	size_t n;
	int64_t now;
};

static bool page_body(struct tx *tx, void *ctx, struct err *e)
{
	struct page *p = ctx;
	struct invitation_list_in in = {.organisation = p->actor->organisation,
		.n = (int64_t)list_count(p->from) + 1};

	p->now = tx_time(tx);
	list_before_time(p->from, &in.before, &in.before_id);
	return standing_require(
		       tx, p->actor, RIGHT_MEMBER_INVITE, p->actor->organisation, e) &&
	       invitation_list(tx, p->a, &in, &p->rows, &p->n, e);
}

bool invitation_page(struct app *app, const struct actor *actor, struct arena *a,
	const struct list_from *from, struct invitation **out, size_t *count, bool *more,
	struct err *e)
{
	struct page p = {.actor = actor, .a = a, .from = from};
	struct invitation *list;

	if (!db_tx(app->db, DB_READ, page_body, &p, e))
		return false;
	*count = list_page(from, p.n, more);
	list = ARENA_ARRAY(a, *count + 1, struct invitation);
	for (size_t i = 0; i < *count; i++)
		list[i] = (struct invitation){.id = p.rows[i].id,
			.organisation = actor->organisation,
			.organisation_name = "",
			.for_name = record_str(a, p.rows[i].for_name),
			.role = (enum member_role)p.rows[i].role,
			.state = state_of(p.rows[i].used_at, p.rows[i].withdrawn_at,
				p.rows[i].expires_at, p.now),
			.invited_at = p.rows[i].invited_at,
			.expires_at = p.rows[i].expires_at};
	*out = list;
	return true;
}
