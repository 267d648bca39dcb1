/* member: see member.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "domain/member.h"

#include "base/fault.h"
#include "domain/act.h"
#include "domain/identifier.h"
#include "domain/message.h"
#include "domain/record.h"
#include "domain/sql.h"
#include "domain/standing.h"

static const struct id none = {{0}};

static bool not_found(struct err *e)
{
	return err_refuse(e, ERR_NOT_FOUND, MSG_PARTY_NOT_FOUND, NULL, "no such member");
}

bool member_put_in(struct tx *tx, struct app *app, struct id organisation,
	struct id person, enum member_role role, int64_t newcomer_until,
	const struct id *invited_by, struct id *out, struct err *e)
{
	AUTO(arena) a = arena_new();
	struct member_current_row is;
	struct member_legal_row legal;
	struct id id = id_new(app->world);
	bool found, has_legal;

	if (!member_current(tx, a, organisation, person, &is, &found, e) ||
		!member_legal(tx, a, organisation, &legal, &has_legal, e))
		return false;
	if (found)
		return err_refuse(e, ERR_ROLLBACK, MSG_PARTY_MEMBER_EXISTS, NULL,
			"is a member already");
	if (has_legal && role == MEMBER_LEGAL)
		return err_refuse(e, ERR_ROLLBACK, MSG_PARTY_LEGAL_EXISTS, NULL,
			"there is a legal representative");
	if (!member_insert(tx,
		    &(struct member_insert_in){.id = id,
			    .organisation = organisation,
			    .person = person,
			    .role = role,
			    .since = tx_time(tx),
			    .newcomer_until = newcomer_until,
			    .invited_by = invited_by},
		    NULL, e))
		return false;
	*out = id;
	return !FAULT("member.after_insert", e);
}

/* --- lists ------------------------------------------------------------------------ */

struct page {
	const struct actor *actor;
	struct arena *a;
	struct id organisation;
	bool ended;
	const struct list_from *from;
	struct member *out;
	size_t n;
};

static bool current_rows(struct tx *tx, struct page *p, struct id after, struct err *e)
{
	int64_t now = tx_time(tx), n = (int64_t)list_count(p->from) + 1;
	struct member_list_row *rows;

	if (!member_list(tx, p->a, p->organisation, after, n, &rows, &p->n, e))
		return false;
	p->out = ARENA_ARRAY(p->a, p->n + 1, struct member);
	for (size_t i = 0; i < p->n; i++)
		p->out[i] = (struct member){.id = rows[i].id,
			.person = rows[i].person,
			.role = (enum member_role)rows[i].role,
			.name = record_str(p->a, rows[i].name),
			.id_number_mask = record_str(p->a, rows[i].id_number_mask),
			.phone_mask = record_str(p->a, rows[i].phone_mask),
			.email = record_str(p->a, rows[i].email),
			.login = record_str(p->a, rows[i].login),
			.since = rows[i].since,
			.until = TIME_NONE,
			.is_newcomer = rows[i].newcomer_until > now};
	return true;
}

static bool ended_rows(struct tx *tx, struct page *p, struct id after, struct err *e)
{
	struct member_list_ended_row *rows;

	if (!member_list_ended(tx, p->a, p->organisation, after,
		    (int64_t)list_count(p->from) + 1, &rows, &p->n, e))
		return false;
	p->out = ARENA_ARRAY(p->a, p->n + 1, struct member);
	for (size_t i = 0; i < p->n; i++)
		p->out[i] = (struct member){.id = rows[i].id,
			.person = rows[i].person,
			.role = (enum member_role)rows[i].role,
			.name = record_str(p->a, rows[i].name),
			.id_number_mask = "",
			.phone_mask = "",
			.email = "",
			.login = "",
			.since = rows[i].since,
			.until = rows[i].until};
	return true;
}

static bool page_body(struct tx *tx, void *ctx, struct err *e)
{
	struct page *p = ctx;
	struct id after = p->from->given ? p->from->id : none;

	if (!standing_require(tx, p->actor, RIGHT_MEMBER_SEE, p->organisation, e))
		return false;
	return p->ended ? ended_rows(tx, p, after, e) : current_rows(tx, p, after, e);
}

bool member_page(struct app *app, const struct actor *actor, struct arena *a,
	struct id organisation, bool ended, const struct list_from *from,
	struct member **out, size_t *count, bool *more, struct err *e)
{
	struct page p = {.actor = actor,
		.a = a,
		.organisation = organisation,
		.ended = ended,
		.from = from};

	if (!db_tx(app->db, DB_READ, page_body, &p, e))
		return false;
	*count = list_page(from, p.n, more);
	*out = p.out;
	return true;
}

/* --- changing --------------------------------------------------------------------- */

struct change {
	struct app *app;
	const struct actor *actor;
	struct id member;
	enum member_role role;
	const char *how;
	struct arena *a; /* of one try */
	struct member_row_row row;
	const char *name, *organisation;
};

/* The row, of a member that is one; names for messages. */
static bool row_of(struct tx *tx, struct change *c, struct err *e)
{
	struct organisation_row_row o;
	bool found;

	if (!member_row(tx, c->a, c->member, &c->row, &found, e))
		return false;
	if (!found || c->row.until != TIME_NONE)
		return not_found(e);
	if (!organisation_row(tx, c->a, c->row.organisation, &o, &found, e))
		return false;
	c->name = record_str(c->a, c->row.name);
	c->organisation = found ? record_str(c->a, o.name) : "";
	return true;
}

static bool tell(
	struct tx *tx, const struct change *c, enum message_kind kind, struct err *e)
{
	struct message_new m = {.kind = kind,
		.places = {c->name, c->organisation},
		.organisation = c->row.organisation};

	return message_put_members(
		tx, c->app, c->row.organisation, MEMBER_ADMINISTRATOR, none, &m, e);
}

/* Somebody must be left who can run it, and has been for a while. */
static bool others_left(struct tx *tx, const struct change *c, struct err *e)
{
	struct member_heads_row heads;
	bool found;

	if (c->row.role < MEMBER_ADMINISTRATOR)
		return true;
	if (!member_heads(tx, c->a, c->row.organisation, c->member, tx_time(tx), &heads,
		    &found, e))
		return false;
	return (found && heads.count > 0) ||
	       err_refuse(e, ERR_DENIED, MSG_PARTY_LAST_HEAD, NULL,
		       "the last who could run it");
}

static bool not_legal(const struct change *c, struct err *e)
{
	return c->row.role != MEMBER_LEGAL ||
	       err_refuse(e, ERR_DENIED, MSG_PARTY_LEGAL_STAYS, NULL,
		       "the legal representative");
}

static bool change_rules(struct tx *tx, const struct change *c, struct err *e)
{
	if (id_equal(c->row.person, c->actor->person))
		return err_refuse(e, ERR_DENIED, MSG_PARTY_NOT_ONESELF, NULL, "oneself");
	if (c->role >= MEMBER_LEGAL || c->role < MEMBER_VIEWER)
		return err_refuse(e, ERR_DENIED, MSG_PARTY_LEGAL_STAYS, NULL,
			"no role to be given");
	if (c->role > c->actor->role || c->row.role > (int64_t)c->actor->role)
		return err_refuse(e, ERR_DENIED, MSG_PARTY_DENIED_ROLE, NULL,
			"a higher role than one's own");
	return not_legal(c, e) &&
	       (c->role >= MEMBER_ADMINISTRATOR || others_left(tx, c, e));
}

static bool change_in(struct tx *tx, struct change *c, struct err *e)
{
	int64_t changed;

	if (!row_of(tx, c, e) ||
		!standing_require(
			tx, c->actor, RIGHT_MEMBER_CHANGE, c->row.organisation, e) ||
		!change_rules(tx, c, e) ||
		!member_set_role(tx, c->member, c->role, &changed, e))
		return false;
	if (changed != 1)
		return not_found(e);
	if (FAULT("member.after_role", e) ||
		!act_put(tx, c->app, c->actor, "member.change", c->member,
			record_detail(c->a,
				json_pack("{s:I, s:i}", "was", (json_int_t)c->row.role,
					"role", (int)c->role)),
			e))
		return false;
	return tell(tx, c, MESSAGE_MEMBER_CHANGED, e);
}

static bool change_body(struct tx *tx, void *ctx, struct err *e)
{
	AUTO(arena) a = arena_new();
	struct change c = *(const struct change *)ctx;

	c.a = a;
	return change_in(tx, &c, e);
}

bool member_change(struct app *app, const struct actor *actor, struct id member,
	enum member_role role, struct err *e)
{
	struct change c = {.app = app, .actor = actor, .member = member, .role = role};

	return db_tx(app->db, DB_WRITE, change_body, &c, e);
}

/* Another's by right, one's own as one likes. */
static bool may_end(struct tx *tx, const struct change *c, struct err *e)
{
	if (!actor_require_account(c->actor, e))
		return false;
	if (id_equal(c->row.person, c->actor->person))
		return true;
	if (!standing_require(tx, c->actor, RIGHT_MEMBER_END, c->row.organisation, e))
		return false;
	return c->row.role <= (int64_t)c->actor->role ||
	       err_refuse(e, ERR_DENIED, MSG_PARTY_DENIED_ROLE, NULL,
		       "a higher role than one's own");
}

/* Whatever they held for the organisation ends with them. */
static bool end_what_hangs_on_it(struct tx *tx, const struct change *c, struct err *e)
{
	int64_t at = tx_time(tx);

	if (!mandate_revoke_of(tx, c->member, c->actor->account, at, NULL, e))
		return false;
	if (FAULT("member.after_revoke", e))
		return false;
	return invitation_withdraw_of(
		       tx, c->row.organisation, c->row.person, at, NULL, e) &&
	       member_end_sessions(tx, c->row.person, c->row.organisation, at, NULL, e);
}

static bool end_in(struct tx *tx, struct change *c, struct err *e)
{
	struct message_new m = {.kind = MESSAGE_MEMBER_ENDED};
	int64_t changed;

	if (!row_of(tx, c, e) || !may_end(tx, c, e) || !not_legal(c, e) ||
		!others_left(tx, c, e) ||
		!member_set_end(
			tx, c->member, c->actor->account, tx_time(tx), &changed, e))
		return false;
	if (changed != 1)
		return not_found(e);
	if (FAULT("member.after_end", e) || !end_what_hangs_on_it(tx, c, e) ||
		!act_put(tx, c->app, c->actor, "member.end", c->member, NULL, e))
		return false;
	m.places[0] = c->name;
	m.places[1] = c->organisation;
	return message_put(tx, c->app, c->row.person, &m, e) &&
	       tell(tx, c, MESSAGE_MEMBER_ENDED, e);
}

static bool end_body(struct tx *tx, void *ctx, struct err *e)
{
	AUTO(arena) a = arena_new();
	struct change c = *(const struct change *)ctx;

	c.a = a;
	return end_in(tx, &c, e);
}

bool member_end(
	struct app *app, const struct actor *actor, struct id member, struct err *e)
{
	struct change c = {.app = app, .actor = actor, .member = member};

	return db_tx(app->db, DB_WRITE, end_body, &c, e);
}

/* First the old one steps down: there is never more than one. */
static bool exchange_legal(struct tx *tx, const struct change *c, struct err *e)
{
	struct member_legal_row old;
	bool found;

	if (!member_legal(tx, c->a, c->row.organisation, &old, &found, e))
		return false;
	if (found && !member_set_role(tx, old.id, MEMBER_ADMINISTRATOR, NULL, e))
		return false;
	if (FAULT("member.between_legals", e))
		return false;
	return member_set_role(tx, c->member, MEMBER_LEGAL, NULL, e) &&
	       organisation_set_legal(
		       tx, c->row.organisation, c->row.name, tx_time(tx), NULL, e);
}

static bool appoint_in(struct tx *tx, struct change *c, struct err *e)
{
	if (!row_of(tx, c, e) || !standing_require(tx, c->actor, RIGHT_MEMBER_APPOINT,
					 c->row.organisation, e))
		return false;
	if (id_equal(c->row.organisation, c->actor->organisation) ||
		id_equal(c->row.person, c->actor->person))
		return err_refuse(e, ERR_DENIED, MSG_PARTY_NOT_OWN_CHECK, NULL,
			"not independent of it");
	if (!exchange_legal(tx, c, e) ||
		!act_put(tx, c->app, c->actor, "member.appoint-legal", c->member,
			record_detail(c->a, json_pack("{s:s}", "how", c->how)), e))
		return false;
	return tell(tx, c, MESSAGE_MEMBER_CHANGED, e);
}

static bool appoint_body(struct tx *tx, void *ctx, struct err *e)
{
	AUTO(arena) a = arena_new();
	struct change c = *(const struct change *)ctx;

	c.a = a;
	return appoint_in(tx, &c, e);
}

bool member_appoint_legal(struct app *app, const struct actor *actor, struct id member,
	struct bytes how, struct err *e)
{
	AUTO(arena) a = arena_new();
	struct change c = {.app = app, .actor = actor, .member = member};

	if (!line_read(a, how, &c.how, e))
		return false;
	if (!c.how[0])
		return err_refuse(
			e, ERR_MALFORMED, MSG_PARTY_LINE_NEEDED, NULL, "an empty line");
	return db_tx(app->db, DB_WRITE, appoint_body, &c, e);
}
