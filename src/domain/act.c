/* act: see act.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "domain/act.h"

#include <string.h>

#include "base/assert.h"
#include "domain/account.h"
#include "domain/actor.h"
#include "domain/sql.h"

static const struct id *or_null(const struct id *id)
{
	return id_is_none(*id) ? NULL : id;
}

bool act_put(struct tx *tx, struct app *app, const struct actor *actor, const char *kind,
	struct id object, const char *detail, struct err *e)
{
	static const struct actor platform = {.address = ""};
	const struct actor *who = actor ? actor : &platform;
	const struct act_insert_in in = {
		.id = id_new(app->world),
		.at = tx_time(tx),
		.kind = bytes_str(kind),
		.account = or_null(&who->account),
		.organisation = or_null(&who->organisation),
		.object = or_null(&object),
		.session = or_null(&who->session),
		.address = bytes_str(who->address),
		.detail = bytes_str(detail ? detail : "{}"),
	};

	ASSERT(in.detail.n <= ACT_DETAIL_MAX);
	return act_insert(tx, &in, NULL, e);
}

struct listing {
	const struct actor *actor;
	const struct list_from *from;
	struct arena *a;
	struct act_page_row *rows;
	size_t count;
};

static bool read_page(struct tx *tx, void *ctx, struct err *e)
{
	struct listing *l = ctx;
	int64_t at;
	struct id id;

	list_before_time(l->from, &at, &id);
	return actor_require(l->actor, RIGHT_ACT_SEE, (struct id){{0}}, tx_time(tx), e) &&
	       act_page(tx, l->a, at, id, (int64_t)list_count(l->from) + 1, &l->rows,
		       &l->count, e);
}

bool act_list(struct app *app, const struct actor *actor, struct arena *a,
	const struct list_from *from, struct act_seen **out, size_t *count, bool *more,
	struct err *e)
{
	struct listing l = {.actor = actor, .from = from, .a = a};

	if (!db_tx(app->db, DB_READ, read_page, &l, e))
		return false;
	*count = list_page(from, l.count, more);
	*out = ARENA_ARRAY(a, *count + 1, struct act_seen);
	for (size_t i = 0; i < *count; i++)
		(*out)[i] = (struct act_seen){l.rows[i].id, arena_str(a, l.rows[i].kind),
			l.rows[i].login.p ? account_login_mask(a, l.rows[i].login) : "",
			l.rows[i].organisation.p ? arena_str(a, l.rows[i].organisation)
						 : "",
			arena_str(a, l.rows[i].address), arena_str(a, l.rows[i].detail),
			l.rows[i].at};
	return true;
}
