/* message: see message.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "domain/message.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "base/fault.h"
#include "domain/actor.h"
#include "domain/sql.h"

static const struct {
	const char *name;
	enum msg text;
} kinds[MESSAGE_COUNT] = {
#define MESSAGE(id, name) [MESSAGE_##id] = {(name), MSG_MESSAGE_##id},
#include "domain/messages.tbl"
#undef MESSAGE
};

static const char *places_write(struct arena *a, const struct message_new *m)
{
	json_t *list = json_array();
	const char *out;
	char *text;

	for (size_t i = 0; i < MESSAGE_PLACES_MAX && m->places[i]; i++)
		(void)json_array_append_new(list, json_string(m->places[i]));
	text = json_dumps(list, JSON_COMPACT);
	out = arena_str(a, bytes_str(text ? text : "[]"));
	free(text);
	json_decref(list);
	return out;
}

static const char *text_of(
	struct arena *a, enum lang lang, struct bytes kind, struct bytes places)
{
	json_t *list = json_loadb((const char *)places.p, places.n, 0, NULL);
	const char *p[MESSAGE_PLACES_MAX] = {"", "", "", "", "", ""};
	const char *out = "";

	for (size_t i = 0; i < MESSAGE_PLACES_MAX && i < json_array_size(list); i++) {
		const char *s = json_string_value(json_array_get(list, i));

		p[i] = s ? s : "";
	}
	/* A kind of a later version: nothing to say about it here. */
	for (size_t i = 0; i < MESSAGE_COUNT; i++)
		if (bytes_equal(kind, bytes_str(kinds[i].name)))
			out = say(a, lang, kinds[i].text, p[0], p[1], p[2], p[3], p[4],
				p[5]);
	json_decref(list);
	return out;
}

const char *message_text(struct arena *a, enum lang lang, const struct message_new *m)
{
	return text_of(
		a, lang, bytes_str(kinds[m->kind].name), bytes_str(places_write(a, m)));
}

bool message_put(struct tx *tx, struct app *app, struct id person,
	const struct message_new *m, struct err *e)
{
	AUTO(arena) a = arena_new();
	struct id organisation = m->organisation;
	struct message_insert_in in = {.id = id_new(app->world),
		.person = person,
		.organisation = id_is_none(organisation) ? NULL : &organisation,
		.kind = bytes_str(kinds[m->kind].name),
		.places = bytes_str(places_write(a, m)),
		.link = bytes_str(m->link ? m->link : ""),
		.urgent = m->urgent,
		.at = tx_time(tx)};

	if (FAULT("message.before_insert", e))
		return false;
	return message_insert(tx, &in, NULL, e);
}

bool message_put_members(struct tx *tx, struct app *app, struct id organisation,
	enum member_role at_least, struct id except, const struct message_new *m,
	struct err *e)
{
	AUTO(arena) a = arena_new();
	struct member_persons_row *rows;
	size_t n;

	if (!member_persons(tx, a, organisation, at_least, except, &rows, &n, e))
		return false;
	for (size_t i = 0; i < n; i++)
		if (!message_put(tx, app, rows[i].person, m, e))
			return false;
	return true;
}

bool message_put_operators(struct tx *tx, struct app *app, struct id except,
	const struct message_new *m, struct err *e)
{
	AUTO(arena) a = arena_new();
	struct member_operators_row *rows;
	size_t n;

	if (!member_operators(tx, a, except, &rows, &n, e))
		return false;
	for (size_t i = 0; i < n; i++)
		if (!message_put(tx, app, rows[i].person, m, e))
			return false;
	return true;
}

/* --- reading ---------------------------------------------------------------------- */

struct page {
	struct arena *a;
	const struct list_from *from;
	struct id person;
	struct message_list_row *rows;
	size_t n;
};

static bool page_body(struct tx *tx, void *ctx, struct err *e)
{
	struct page *p = ctx;
	struct message_list_in in = {
		.person = p->person, .n = (int64_t)list_count(p->from) + 1};

	list_before_time(p->from, &in.before, &in.before_id);
	return message_list(tx, p->a, &in, &p->rows, &p->n, e);
}

bool message_page(struct app *app, const struct actor *actor, struct arena *a,
	const struct list_from *from, struct message **out, size_t *count, bool *more,
	struct err *e)
{
	struct page p = {.a = a, .from = from, .person = actor->person};
	struct message *list;

	if (!actor_require_account(actor, e) ||
		!db_tx(app->db, DB_READ, page_body, &p, e))
		return false;
	*count = list_page(from, p.n, more);
	list = ARENA_ARRAY(a, *count + 1, struct message);
	for (size_t i = 0; i < *count; i++)
		list[i] = (struct message){.id = p.rows[i].id,
			.text = text_of(a, actor->lang, p.rows[i].kind, p.rows[i].places),
			.link = (const char *)p.rows[i].link.p,
			.urgent = p.rows[i].urgent,
			.is_read = p.rows[i].read_at != TIME_NONE,
			.at = p.rows[i].created_at};
	*out = list;
	return true;
}

struct unread {
	struct id person;
	int64_t count;
};

static bool unread_body(struct tx *tx, void *ctx, struct err *e)
{
	AUTO(arena) a = arena_new();
	struct unread *u = ctx;
	struct message_unread_row row;
	bool found;

	if (!message_unread(tx, a, u->person, &row, &found, e))
		return false;
	u->count = found ? row.count : 0;
	return true;
}

bool message_count_unread(
	struct app *app, const struct actor *actor, int64_t *out, struct err *e)
{
	struct unread u = {.person = actor->person};

	if (!actor_require_account(actor, e) ||
		!db_tx(app->db, DB_READ, unread_body, &u, e))
		return false;
	*out = u.count;
	return true;
}

struct mark {
	struct id person, id;
	int64_t up_to;
};

/* Reading one's own messages is no act: nothing changes but what is shown bold. */
static bool mark_body(struct tx *tx, void *ctx, struct err *e)
{
	AUTO(arena) a = arena_new();
	const struct mark *m = ctx;
	struct message_own_row row;
	bool found;

	if (!message_own(tx, a, m->id, m->person, &row, &found, e))
		return false;
	if (!found)
		return err_refuse(
			e, ERR_NOT_FOUND, MSG_PARTY_NOT_FOUND, NULL, "another's message");
	return message_set_read(tx, m->id, m->person, tx_time(tx), NULL, e);
}

bool message_mark(struct app *app, const struct actor *actor, struct id id, struct err *e)
{
	struct mark m = {.person = actor->person, .id = id};

	return actor_require_account(actor, e) &&
	       db_tx(app->db, DB_WRITE, mark_body, &m, e);
}

static bool mark_all_body(struct tx *tx, void *ctx, struct err *e)
{
	const struct mark *m = ctx;

	return message_set_all_read(tx, m->person, m->up_to, tx_time(tx), NULL, e);
}

bool message_mark_all(
	struct app *app, const struct actor *actor, int64_t up_to, struct err *e)
{
	struct mark m = {.person = actor->person, .up_to = up_to};

	return actor_require_account(actor, e) &&
	       db_tx(app->db, DB_WRITE, mark_all_body, &m, e);
}
