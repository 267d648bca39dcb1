/* lease: see lease.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "domain/lease.h"

#include "domain/sql.h"

struct hold {
	struct lease_take_in in;
	int64_t span;
	struct arena *a;
	bool mine;
	int64_t epoch;
};

static bool hold(struct tx *tx, void *ctx, struct err *e)
{
	struct hold *h = ctx;
	struct lease_take_row row;

	h->in.now = tx_time(tx);
	h->in.until = h->in.now + h->span;
	if (!lease_take(tx, h->a, &h->in, &row, &h->mine, e))
		return false;
	h->epoch = row.epoch;
	return true;
}

bool lease_hold(struct app *app, const char *name, struct id holder, int64_t span,
	bool *mine, int64_t *epoch, struct err *e)
{
	AUTO(arena) a = arena_new();
	struct hold h = {
		.in = {.name = bytes_str(name), .holder = holder}, .span = span, .a = a};

	if (!db_tx(app->db, DB_WRITE, hold, &h, e))
		return false;
	*mine = h.mine;
	*epoch = h.epoch;
	return true;
}

static bool release(struct tx *tx, void *ctx, struct err *e)
{
	const struct lease_take_in *in = ctx;

	return lease_drop(tx, in->name, in->holder, NULL, e);
}

bool lease_release(struct app *app, const char *name, struct id holder, struct err *e)
{
	struct lease_take_in in = {.name = bytes_str(name), .holder = holder};

	return db_tx(app->db, DB_WRITE, release, &in, e);
}
