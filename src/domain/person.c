/* person: a row, made and seen; see person.h. Secret values: person_secret.c.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "domain/person.h"

#include <string.h>

#include "base/fault.h"
#include "domain/act.h"
#include "domain/identifier.h"
#include "domain/record.h"
#include "domain/sql.h"
#include "domain/standing.h"

static bool seal(struct app *app, struct arena *a, enum field_purpose purpose,
	struct id person, const char *plain, struct bytes *sealed, struct bytes *index,
	struct err *e)
{
	const struct keeper_face *k = app->keeper;
	uint8_t *digest = arena_alloc(a, FIELD_INDEX);

	if (!k->field_seal(k->ctx, a, purpose, person, bytes_str(plain), sealed, e) ||
		!k->field_index(k->ctx, purpose, bytes_str(plain), digest, e))
		return false;
	*index = bytes_make(digest, FIELD_INDEX);
	return true;
}

static bool prepare_number(struct app *app, struct arena *a, struct bytes typed,
	struct person_ready *p, struct err *e)
{
	char number[ID_NUMBER + 1];
	bool good;

	if (!id_number_read(number, typed, app->world->now(app->world), e))
		return false;
	p->id_number_mask = id_number_mask(a, number);
	good = seal(app, a, FIELD_PERSON_ID_NUMBER, p->id, number, &p->id_number,
		&p->id_number_index, e);
	mem_wipe(number, sizeof number);
	return good;
}

/* An empty phone is none. */
static bool prepare_contact(struct app *app, struct arena *a, struct bytes phone,
	struct bytes email, struct person_ready *p, struct err *e)
{
	const char *number = "";

	if (!email_read(a, email, &p->email, e) ||
		(phone.n && !phone_read(a, phone, &number, e)))
		return false;
	p->phone_mask = phone_mask(a, number);
	return !number[0] || seal(app, a, FIELD_PERSON_PHONE, p->id, number, &p->phone,
				     &p->phone_index, e);
}

bool person_prepare(struct app *app, struct arena *a, const struct person_fields *fields,
	struct person_ready *out, struct err *e)
{
	struct person_ready p = {.id = id_new(app->world)};

	/* All that can be wrong with what was typed, before the keeper is troubled. */
	if (!name_read(a, fields->name, &p.name, e))
		return false;
	p.folded = name_fold(a, bytes_str(p.name));
	if (!prepare_contact(app, a, fields->phone, fields->email, &p, e) ||
		!prepare_number(app, a, fields->id_number, &p, e))
		return false;
	*out = p;
	return true;
}

bool person_put_in(
	struct tx *tx, const struct person_ready *p, uint32_t kinds, struct err *e)
{
	AUTO(arena) a = arena_new();
	struct person_by_number_row other;
	bool found;

	if (!person_by_number(tx, a, p->id_number_index, &other, &found, e))
		return false;
	if (found)
		return err_refuse(e, ERR_ROLLBACK, MSG_PARTY_PERSON_EXISTS, NULL,
			"a person with this id number is here");
	if (!person_insert(tx,
		    &(struct person_insert_in){.id = p->id,
			    .name = bytes_str(p->name),
			    .name_folded = bytes_str(p->folded),
			    .id_number = p->id_number,
			    .id_number_index = p->id_number_index,
			    .id_number_mask = bytes_str(p->id_number_mask),
			    .phone = p->phone,
			    .phone_index = p->phone_index,
			    .phone_mask = bytes_str(p->phone_mask),
			    .email = bytes_str(p->email),
			    .kinds = kinds,
			    .at = tx_time(tx)},
		    NULL, e))
		return false;
	return !FAULT("person.after_insert", e);
}

/* --- seeing ----------------------------------------------------------------------- */

struct see {
	const struct actor *actor;
	struct arena *a;
	struct id id;
	struct person out;
};

/* Oneself; for those who may search, everybody; whoever is in the same organisation. */
static bool may_see(struct tx *tx, const struct see *s, struct err *e)
{
	const struct actor *actor = s->actor;
	struct member_current_row row;
	bool found;

	if (!actor_require_account(actor, e))
		return false;
	if (id_equal(actor->person, s->id))
		return true;
	if (right_is_of(RIGHT_PERSON_SEARCH, actor->kinds))
		return standing_require(
			tx, actor, RIGHT_PERSON_SEARCH, (struct id){{0}}, e);
	if (!standing_require(tx, actor, RIGHT_MEMBER_SEE, actor->organisation, e) ||
		!member_current(tx, s->a, actor->organisation, s->id, &row, &found, e))
		return false;
	return found || err_refuse(e, ERR_NOT_FOUND, MSG_PARTY_NOT_FOUND, NULL,
				"of another organisation");
}

static bool see_body(struct tx *tx, void *ctx, struct err *e)
{
	struct see *s = ctx;
	struct person_row_row row;
	bool found;

	if (!may_see(tx, s, e) || !person_row(tx, s->a, s->id, &row, &found, e))
		return false;
	if (!found)
		return err_refuse(
			e, ERR_NOT_FOUND, MSG_PARTY_NOT_FOUND, NULL, "no such person");
	s->out = (struct person){.id = row.id,
		.name = record_str(s->a, row.name),
		.id_number_mask = record_str(s->a, row.id_number_mask),
		.phone_mask = record_str(s->a, row.phone_mask),
		.email = record_str(s->a, row.email),
		.folded = "",
		.kinds = (uint32_t)row.kinds,
		.created_at = row.created_at};
	return true;
}

bool person_see(struct app *app, const struct actor *actor, struct arena *a, struct id id,
	struct person *out, struct err *e)
{
	struct see s = {.actor = actor, .a = a, .id = id};

	if (!db_tx(app->db, DB_READ, see_body, &s, e))
		return false;
	*out = s.out;
	return true;
}

struct page {
	const struct actor *actor;
	struct arena *a;
	const char *pattern; /* null: all */
	const struct list_from *from;
	struct person_list_row *rows;
	size_t n;
};

static bool search_rows(
	struct tx *tx, struct page *p, const struct person_search_in *in, struct err *e)
{
	struct person_search_row *rows;

	if (!person_search(tx, p->a, in, &rows, &p->n, e))
		return false;
	p->rows = ARENA_ARRAY(p->a, p->n + 1, struct person_list_row);
	for (size_t i = 0; i < p->n; i++)
		p->rows[i] = (struct person_list_row){.id = rows[i].id,
			.name = rows[i].name,
			.id_number_mask = rows[i].id_number_mask,
			.phone_mask = rows[i].phone_mask,
			.email = rows[i].email,
			.kinds = rows[i].kinds,
			.created_at = rows[i].created_at,
			.name_folded = rows[i].name_folded};
	return true;
}

static bool page_body(struct tx *tx, void *ctx, struct err *e)
{
	struct page *p = ctx;
	struct person_search_in in = {.n = (int64_t)list_count(p->from) + 1};

	if (!standing_require(tx, p->actor, RIGHT_PERSON_SEARCH, (struct id){{0}}, e) ||
		!list_after_text(p->from, &in.after, &in.after_id, e))
		return false;
	if (!p->pattern)
		return person_list(
			tx, p->a, in.after, in.after_id, in.n, &p->rows, &p->n, e);
	in.pattern = bytes_str(p->pattern);
	return search_rows(tx, p, &in, e);
}

bool person_page(struct app *app, const struct actor *actor, struct arena *a,
	struct bytes search, const struct list_from *from, struct person **out,
	size_t *count, bool *more, struct err *e)
{
	struct page p = {.actor = actor, .a = a, .from = from};
	struct person *list;

	if (!list_pattern(a, search, &p.pattern, e) ||
		!db_tx(app->db, DB_READ, page_body, &p, e))
		return false;
	*count = list_page(from, p.n, more);
	list = ARENA_ARRAY(a, *count + 1, struct person);
	for (size_t i = 0; i < *count; i++)
		list[i] = (struct person){.id = p.rows[i].id,
			.name = record_str(a, p.rows[i].name),
			.id_number_mask = record_str(a, p.rows[i].id_number_mask),
			.phone_mask = record_str(a, p.rows[i].phone_mask),
			.email = record_str(a, p.rows[i].email),
			.folded = record_str(a, p.rows[i].name_folded),
			.kinds = (uint32_t)p.rows[i].kinds,
			.created_at = p.rows[i].created_at};
	*out = list;
	return true;
}

/* --- changing --------------------------------------------------------------------- */

struct edit {
	struct app *app;
	const struct actor *actor;
	struct person_ready ready;
};

static bool edit_body(struct tx *tx, void *ctx, struct err *e)
{
	const struct edit *d = ctx;
	const struct person_ready *p = &d->ready;
	int64_t changed;

	if (!person_set_contact(tx,
		    &(struct person_set_contact_in){.id = p->id,
			    .phone = p->phone,
			    .phone_index = p->phone_index,
			    .phone_mask = bytes_str(p->phone_mask),
			    .email = bytes_str(p->email),
			    .at = tx_time(tx)},
		    &changed, e))
		return false;
	if (changed != 1)
		return err_refuse(
			e, ERR_NOT_FOUND, MSG_PARTY_NOT_FOUND, NULL, "no such person");
	if (FAULT("person.after_edit", e))
		return false;
	return act_put(tx, d->app, d->actor, "person.edit", p->id, NULL, e);
}

bool person_edit(struct app *app, const struct actor *actor, struct bytes phone,
	struct bytes email, struct err *e)
{
	AUTO(arena) a = arena_new();
	struct edit d = {.app = app, .actor = actor, .ready = {.id = actor->person}};

	return actor_require_account(actor, e) && actor_require_settled(actor, e) &&
	       prepare_contact(app, a, phone, email, &d.ready, e) &&
	       db_tx(app->db, DB_WRITE, edit_body, &d, e);
}

struct grant {
	struct app *app;
	const struct actor *actor;
	struct id person;
	uint32_t kinds;
};

static bool grant_body(struct tx *tx, void *ctx, struct err *e)
{
	AUTO(arena) a = arena_new();
	const struct grant *g = ctx;
	struct person_row_row row;
	bool found;

	if (!standing_require(tx, g->actor, RIGHT_PERSON_GRANT, (struct id){{0}}, e) ||
		!person_row(tx, a, g->person, &row, &found, e))
		return false;
	if (!found)
		return err_refuse(
			e, ERR_NOT_FOUND, MSG_PARTY_NOT_FOUND, NULL, "no such person");
	/* So there is always one left: whoever takes it from the others keeps it. */
	if (id_equal(g->person, g->actor->person))
		return err_refuse(e, ERR_DENIED, MSG_PARTY_NOT_ONESELF, NULL, "oneself");
	if (!person_set_kinds(tx, g->person, g->kinds, tx_time(tx), NULL, e))
		return false;
	if (FAULT("person.after_grant", e))
		return false;
	return act_put(tx, g->app, g->actor, "person.grant", g->person,
		record_detail(a, json_pack("{s:I, s:I}", "was", (json_int_t)row.kinds,
					 "kinds", (json_int_t)g->kinds)),
		e);
}

bool person_grant(struct app *app, const struct actor *actor, struct id person,
	uint32_t kinds, struct err *e)
{
	struct grant g = {.app = app, .actor = actor, .person = person, .kinds = kinds};

	if (kinds & ~(uint32_t)(USER_EXPERT | USER_ADMINISTRATOR))
		return err_refuse(
			e, ERR_USAGE, MSG_PARTY_KINDS, NULL, "no kind of persons");
	return db_tx(app->db, DB_WRITE, grant_body, &g, e);
}
