/* organisation_see: one, and lists of them; see organisation.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "domain/identifier.h"
#include "domain/organisation.h"
#include "domain/record.h"
#include "domain/sql.h"

struct see {
	const struct actor *actor;
	struct arena *a;
	struct id id;
	struct organisation_row_row row;
};

static bool see_body(struct tx *tx, void *ctx, struct err *e)
{
	struct see *s = ctx;
	bool found;

	if (!organisation_row(tx, s->a, s->id, &s->row, &found, e))
		return false;
	return found || err_refuse(e, ERR_NOT_FOUND, MSG_PARTY_NOT_FOUND, NULL,
				"no such organisation");
}

bool organisation_see(struct app *app, const struct actor *actor, struct arena *a,
	struct id id, struct organisation *out, struct err *e)
{
	struct see s = {.actor = actor, .a = a, .id = id};
	const struct organisation_row_row *row = &s.row;
	int64_t now = app->world->now(app->world);

	/* Members of a suspended one see it, and why. */
	if (!actor_require(actor, RIGHT_ORGANISATION_SEE, id, now, e) ||
		!db_tx(app->db, DB_READ, see_body, &s, e))
		return false;
	*out = (struct organisation){.id = row->id,
		.credit_code = record_str(a, row->credit_code),
		.name = record_str(a, row->name),
		.region = record_str(a, row->region),
		.address = record_str(a, row->address),
		.legal_name = record_str(a, row->legal_name),
		.folded = "",
		.kinds = (uint32_t)row->kinds,
		.state = (enum organisation_state)row->state,
		.state_why = record_str(a, row->state_why),
		.checked_how = record_str(a, row->checked_how),
		.webhook = record_str(a, row->webhook),
		.checked_at = row->checked_at,
		.created_at = row->created_at};
	return true;
}

struct page {
	const struct actor *actor;
	struct arena *a;
	const char *pattern, *code_pattern; /* null: all */
	enum organisation_state state;
	const struct list_from *from;
	struct organisation *out;
	size_t n;
};

static struct organisation line_of(
	struct arena *a, const struct organisation_list_row *row)
{
	return (struct organisation){.id = row->id,
		.credit_code = record_str(a, row->credit_code),
		.name = record_str(a, row->name),
		.folded = record_str(a, row->name_folded),
		.region = record_str(a, row->region),
		.address = "",
		.legal_name = "",
		.state_why = "",
		.checked_how = "",
		.webhook = "",
		.checked_at = TIME_NONE,
		.kinds = (uint32_t)row->kinds,
		.state = (enum organisation_state)row->state,
		.created_at = row->created_at};
}

/* The three statements give rows of one form, of three types. */
#define LINES_OF(p, rows)                                                           \
	do {                                                                        \
		(p)->out = ARENA_ARRAY((p)->a, (p)->n + 1, struct organisation);    \
		for (size_t i = 0; i < (p)->n; i++)                                 \
			(p)->out[i] = line_of((p)->a,                               \
				&(struct organisation_list_row){.id = (rows)[i].id, \
					.credit_code = (rows)[i].credit_code,       \
					.name = (rows)[i].name,                     \
					.name_folded = (rows)[i].name_folded,       \
					.kinds = (rows)[i].kinds,                   \
					.region = (rows)[i].region,                 \
					.state = (rows)[i].state,                   \
					.created_at = (rows)[i].created_at});       \
	} while (0)

static bool by_name(struct tx *tx, struct page *p, struct err *e)
{
	struct organisation_list_row *rows;
	struct bytes after;
	struct id after_id;

	if (!list_after_text(p->from, &after, &after_id, e) ||
		!organisation_list(tx, p->a, after, after_id,
			(int64_t)list_count(p->from) + 1, &rows, &p->n, e))
		return false;
	LINES_OF(p, rows);
	return true;
}

static bool by_search(struct tx *tx, struct page *p, struct err *e)
{
	struct organisation_search_in in = {.pattern = bytes_str(p->pattern),
		.code_pattern = bytes_str(p->code_pattern),
		.n = (int64_t)list_count(p->from) + 1};
	struct organisation_search_row *rows;

	if (!list_after_text(p->from, &in.after, &in.after_id, e) ||
		!organisation_search(tx, p->a, &in, &rows, &p->n, e))
		return false;
	LINES_OF(p, rows);
	return true;
}

static bool by_state(struct tx *tx, struct page *p, struct err *e)
{
	struct organisation_list_state_in in = {
		.state = p->state, .n = (int64_t)list_count(p->from) + 1};
	struct organisation_list_state_row *rows;

	list_after_time(p->from, &in.after, &in.after_id);
	if (!organisation_list_state(tx, p->a, &in, &rows, &p->n, e))
		return false;
	LINES_OF(p, rows);
	return true;
}

static bool page_body(struct tx *tx, void *ctx, struct err *e)
{
	struct page *p = ctx;

	if (!standing_require(
		    tx, p->actor, RIGHT_ORGANISATION_SEARCH, (struct id){{0}}, e))
		return false;
	if (p->state)
		return by_state(tx, p, e);
	return p->pattern ? by_search(tx, p, e) : by_name(tx, p, e);
}

/* The pattern once more in capitals, as codes are. */
static const char *capitals(struct arena *a, const char *pattern)
{
	char *s = arena_str(a, bytes_str(pattern));

	for (char *c = s; *c; c++)
		if (*c >= 'a' && *c <= 'z')
			*c = (char)(*c - 'a' + 'A');
	return s;
}

bool organisation_page(struct app *app, const struct actor *actor, struct arena *a,
	struct bytes search, enum organisation_state state, const struct list_from *from,
	struct organisation **out, size_t *count, bool *more, struct err *e)
{
	struct page p = {.actor = actor, .a = a, .from = from, .state = state};

	if (!list_pattern(a, search, &p.pattern, e))
		return false;
	if (p.pattern)
		p.code_pattern = capitals(a, p.pattern);
	if (p.pattern && state)
		return err_set(e, ERR_USAGE, "a search within a state");
	if (!db_tx(app->db, DB_READ, page_body, &p, e))
		return false;
	*count = list_page(from, p.n, more);
	*out = p.out;
	return true;
}
