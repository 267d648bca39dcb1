/* outbox: see outbox.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "domain/outbox.h"

#include <string.h>

#include "base/fault.h"
#include "base/text.h"
#include "domain/sql.h"

bool outbox_put(struct tx *tx, struct app *app, const char *channel, const char *address,
	const char *body, struct err *e)
{
	struct outbox_insert_in in = {.id = id_new(app->world),
		.channel = bytes_str(channel),
		.address = bytes_str(address),
		.body = bytes_str(body),
		.at = tx_time(tx)};

	if (!address[0])
		return true;
	if (strlen(body) > OUTBOX_BODY_MAX)
		return err_set(
			e, ERR_TOO_LARGE, "outbox: more than %d octets", OUTBOX_BODY_MAX);
	if (FAULT("outbox.before_insert", e))
		return false;
	return outbox_insert(tx, &in, NULL, e);
}

struct take {
	struct arena *a;
	size_t max;
	unsigned lease_s;
	struct outbox_item *items;
	size_t count;
};

static bool take_body(struct tx *tx, void *ctx, struct err *e)
{
	struct take *t = ctx;
	int64_t at = tx_time(tx), until = at + (int64_t)t->lease_s * TIME_SECOND;
	struct outbox_due_row *rows;
	size_t n;

	t->count = 0;
	if (!outbox_due(tx, t->a, at, (int64_t)t->max, &rows, &n, e))
		return false;
	t->items = ARENA_ARRAY(t->a, n + 1, struct outbox_item);
	for (size_t i = 0; i < n; i++) {
		int64_t changed;

		if (!outbox_lease(tx, rows[i].id, at, until, &changed, e))
			return false;
		if (changed == 1)
			t->items[t->count++] = (struct outbox_item){.id = rows[i].id,
				.channel = (const char *)rows[i].channel.p,
				.address = (const char *)rows[i].address.p,
				.body = (const char *)rows[i].body.p,
				.tries = rows[i].tries + 1};
	}
	return true;
}

bool outbox_take(struct app *app, struct arena *a, size_t max, unsigned lease_s,
	struct outbox_item **out, size_t *count, struct err *e)
{
	struct take t = {.a = a,
		.max = max < OUTBOX_TAKE_MAX ? max : OUTBOX_TAKE_MAX,
		.lease_s = lease_s};

	if (!db_tx(app->db, DB_WRITE, take_body, &t, e))
		return false;
	*out = t.items;
	*count = t.count;
	return true;
}

struct outcome {
	struct id id;
	const char *why;
};

static bool sent_body(struct tx *tx, void *ctx, struct err *e)
{
	const struct outcome *o = ctx;

	return outbox_set_sent(tx, o->id, tx_time(tx), NULL, e);
}

bool outbox_sent(struct app *app, struct id id, struct err *e)
{
	struct outcome o = {.id = id};

	return db_tx(app->db, DB_WRITE, sent_body, &o, e);
}

static int64_t pause_after(int64_t tries)
{
	int64_t pause = TIME_MINUTE;

	while (tries-- > 1 && pause < 6 * TIME_HOUR)
		pause *= 2;
	return pause < 6 * TIME_HOUR ? pause : 6 * TIME_HOUR;
}

static bool failed_body(struct tx *tx, void *ctx, struct err *e)
{
	AUTO(arena) a = arena_new();
	const struct outcome *o = ctx;
	struct outbox_tries_row row;
	int64_t at = tx_time(tx), given_up = TIME_NONE;
	struct bytes why = bytes_str(text_printable(a, bytes_str(o->why), 200));
	bool found;

	if (!outbox_tries(tx, a, o->id, &row, &found, e))
		return false;
	if (!found)
		return true;
	if (row.tries >= OUTBOX_TRIES_MAX)
		given_up = at;
	return outbox_set_failed(tx,
		&(struct outbox_set_failed_in){.id = o->id,
			.next_at = at + pause_after(row.tries),
			.given_up_at = given_up,
			.why = why},
		NULL, e);
}

bool outbox_failed(struct app *app, struct id id, const char *why, struct err *e)
{
	struct outcome o = {.id = id, .why = why};

	return db_tx(app->db, DB_WRITE, failed_body, &o, e);
}

struct look {
	int64_t waiting, oldest;
};

static bool look_body(struct tx *tx, void *ctx, struct err *e)
{
	AUTO(arena) a = arena_new();
	struct outbox_waiting_row row;
	struct look *l = ctx;
	bool found;

	if (!outbox_waiting(tx, a, tx_time(tx), &row, &found, e))
		return false;
	l->waiting = found ? row.count : 0;
	l->oldest = found ? row.oldest : TIME_NONE;
	return true;
}

bool outbox_look(struct app *app, int64_t *waiting, int64_t *oldest, struct err *e)
{
	struct look l;

	if (!db_tx(app->db, DB_READ, look_body, &l, e))
		return false;
	*waiting = l.waiting;
	*oldest = l.oldest;
	return true;
}
