/* person_secret: the secret values of persons: read one at a time, on record, and
 * renewed; see person.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "base/fault.h"
#include "domain/act.h"
#include "domain/message.h"
#include "domain/person.h"
#include "domain/record.h"
#include "domain/rule.h"
#include "domain/sql.h"
#include "domain/standing.h"

struct reveal {
	struct app *app;
	const struct actor *actor;
	struct id person;
	enum field_purpose what;
	struct arena *a;
	struct bytes sealed;
};

static bool no_such(struct err *e)
{
	return err_refuse(e, ERR_NOT_FOUND, MSG_PARTY_NOT_FOUND, NULL,
		"no such person, or no such value");
}

/* Oneself without further ado; else by right, and only of those who belong here now. */
static bool may_reveal(struct tx *tx, const struct reveal *r, struct err *e)
{
	const struct actor *actor = r->actor;
	struct member_current_row row;
	bool found;

	if (!actor_require_account(actor, e))
		return false;
	if (id_equal(actor->person, r->person))
		return actor_require_settled(actor, e);
	if (!standing_require(tx, actor, RIGHT_SECRET_READ, actor->organisation, e))
		return false;
	if (actor->kinds & USER_ADMINISTRATOR)
		return true;
	if (!member_current(tx, r->a, actor->organisation, r->person, &row, &found, e))
		return false;
	return found || no_such(e);
}

static bool within_limit(struct tx *tx, const struct reveal *r, struct err *e)
{
	struct person_reads_row row;
	int64_t limit;
	bool found;

	if (!rule_int(r->app->rules, RULE_SECRET_READS_PER_HOUR, RULE_NATIONWIDE,
		    tx_time(tx), "times", &limit, e) ||
		!person_reads(tx, r->a, r->actor->account, tx_time(tx) - TIME_HOUR, &row,
			&found, e))
		return false;
	if (!found || row.count < limit)
		return true;
	return err_refuse(e, ERR_DENIED, MSG_PARTY_READS, RULE_SECRET_READS_PER_HOUR,
		"too many secret values in an hour");
}

/* The person learns who looked. */
static bool tell(struct tx *tx, const struct reveal *r, struct err *e)
{
	struct message_new m = {.kind = r->what == FIELD_PERSON_PHONE
						? MESSAGE_PHONE_READ
						: MESSAGE_NUMBER_READ,
		.organisation = r->actor->organisation};
	struct person_row_row reader;
	bool found;

	if (id_equal(r->actor->person, r->person))
		return true;
	if (!person_row(tx, r->a, r->actor->person, &reader, &found, e))
		return false;
	m.places[0] = found ? record_str(r->a, reader.name) : "";
	return message_put(tx, r->app, r->person, &m, e);
}

static bool reveal_body(struct tx *tx, void *ctx, struct err *e)
{
	struct reveal *r = ctx;
	struct person_sealed_row row;
	bool found;
	const char *detail = record_detail(
		r->a, json_pack("{s:s}", "field",
			      r->what == FIELD_PERSON_PHONE ? "phone" : "id_number"));

	if (!may_reveal(tx, r, e) || !person_sealed(tx, r->a, r->person, &row, &found, e))
		return false;
	r->sealed = r->what == FIELD_PERSON_PHONE ? row.phone : row.id_number;
	if (!found || !r->sealed.p)
		return no_such(e);
	if (!within_limit(tx, r, e) ||
		!act_put(tx, r->app, r->actor, "secret.read", r->person, detail, e))
		return false;
	return !FAULT("person.after_read", e) && tell(tx, r, e);
}

bool person_reveal(struct app *app, const struct actor *actor, struct id person,
	enum field_purpose what, struct secret **out, struct err *e)
{
	AUTO(arena) a = arena_new();
	struct reveal r = {
		.app = app, .actor = actor, .person = person, .what = what, .a = a};

	if (what != FIELD_PERSON_ID_NUMBER && what != FIELD_PERSON_PHONE)
		return err_set(e, ERR_USAGE, "no secret of persons");
	/* First it is on record, then it is opened: a read that failed is one that was
	 * tried. */
	if (!db_tx(app->db, DB_WRITE, reveal_body, &r, e))
		return false;
	return app->keeper->field_open(
		app->keeper->ctx, what, person, r.sealed, actor->account, out, e);
}

/* --- re-encryption ---------------------------------------------------------------- */

struct renew {
	struct app *app;
	struct arena *a;
	struct id after;
	size_t n;
	struct person_walk_row *rows;
	size_t count, renewed;
	bool *fresh; /* of rows */
};

static bool walk_body(struct tx *tx, void *ctx, struct err *e)
{
	struct renew *r = ctx;

	return person_walk(tx, r->a, r->after, (int64_t)r->n, &r->rows, &r->count, e);
}

static bool renew_one(struct renew *r, enum field_purpose purpose, struct id person,
	struct bytes *sealed, bool *fresh, struct err *e)
{
	const struct keeper_face *k = r->app->keeper;
	struct bytes renewed;
	bool newer = false;

	if (!sealed->p)
		return true;
	if (!k->field_renew(k->ctx, r->a, purpose, person, *sealed, &renewed, &newer, e))
		return false;
	if (newer) {
		*sealed = renewed;
		*fresh = true;
	}
	return true;
}

/* Whoever changed in between is under the newest key anyway. */
static bool renew_body(struct tx *tx, void *ctx, struct err *e)
{
	struct renew *r = ctx;
	int64_t changed;

	r->renewed = 0;
	for (size_t i = 0; i < r->count; i++) {
		const struct person_walk_row *p = r->rows + i;

		if (!r->fresh[i])
			continue;
		if (!person_renew_row(tx,
			    &(struct person_renew_row_in){.id = p->id,
				    .changed_at = p->changed_at,
				    .id_number = p->id_number,
				    .phone = p->phone},
			    &changed, e))
			return false;
		r->renewed += changed == 1;
		if (FAULT("person.between_renewals", e))
			return false;
	}
	return act_put(tx, r->app, NULL, "person.renew", (struct id){{0}},
		record_detail(r->a, json_pack("{s:I}", "count", (json_int_t)r->renewed)),
		e);
}

bool person_renew(struct app *app, size_t n, struct id *after, uint64_t *renewed,
	bool *done, struct err *e)
{
	AUTO(arena) a = arena_new();
	struct renew r = {.app = app, .a = a, .after = *after, .n = n ? n : 1};
	bool any = false;

	if (!db_tx(app->db, DB_READ, walk_body, &r, e))
		return false;
	r.fresh = ARENA_ARRAY(a, r.count + 1, bool);
	for (size_t i = 0; i < r.count; i++) {
		struct person_walk_row *p = r.rows + i;

		if (!renew_one(&r, FIELD_PERSON_ID_NUMBER, p->id, &p->id_number,
			    &r.fresh[i], e) ||
			!renew_one(
				&r, FIELD_PERSON_PHONE, p->id, &p->phone, &r.fresh[i], e))
			return false;
		any = any || r.fresh[i];
	}
	if (any && !db_tx(app->db, DB_WRITE, renew_body, &r, e))
		return false;
	*renewed += r.renewed;
	*done = r.count < r.n;
	if (r.count)
		*after = r.rows[r.count - 1].id;
	return true;
}
