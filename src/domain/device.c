/* device: see device.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "domain/device.h"

#include <string.h>

#include "base/time.h"
#include "domain/rule.h"
#include "domain/sql.h"

/* The first pause is an eighth of the rule's minutes, and each further one twice as long.
 */
enum { FIRST_PART = 8, DOUBLINGS_MAX = 20 };
#define FORGET_FAILURES TIME_DAY
#define FORGET_DEVICE   (180 * TIME_DAY)

struct limits {
	int64_t failures, minutes, minutes_max;
};

static bool limits_of(const struct app *app, int64_t at, struct limits *l, struct err *e)
{
	return rule_int(app->rules, RULE_LOCK_OUT, RULE_NATIONWIDE, at, "failures",
		       &l->failures, e) &&
	       rule_int(app->rules, RULE_LOCK_OUT, RULE_NATIONWIDE, at, "minutes",
		       &l->minutes, e) &&
	       rule_int(app->rules, RULE_LOCK_OUT, RULE_NATIONWIDE, at, "minutes-max",
		       &l->minutes_max, e);
}

/* How long after that many failures. Strangers together never make it longer than the
 * rule's minutes: the owner may be one of them, at a new computer. */
static int64_t pause_after(int64_t failures, bool is_known, const struct limits *l)
{
	int64_t most = (is_known ? l->minutes_max : l->minutes) * TIME_MINUTE,
		pause = l->minutes * TIME_MINUTE / FIRST_PART;

	if (failures < l->failures)
		return 0;
	for (int64_t i = l->failures; i < failures && i < l->failures + DOUBLINGS_MAX;
		i++)
		pause *= 2;
	return pause < most ? pause : most;
}

/* The count stands in t->login and t->device. */
static bool count(struct tx *tx, struct app *app, struct attempt *t, struct err *e)
{
	AUTO(arena) a = arena_new();
	int64_t at = tx_time(tx), failures = 0, pause;
	struct failure_row_row row;
	struct limits l;
	bool found;

	if (!limits_of(app, at, &l, e) || !failure_row(tx, a, BYTES_OF(t->login),
						  BYTES_OF(t->device), &row, &found, e))
		return false;
	if (found && row.blocked_until != TIME_NONE && row.blocked_until > at) {
		t->blocked_until = row.blocked_until;
		return true;
	}
	if (found && row.last_at > at - FORGET_FAILURES)
		failures = row.failures;
	failures++;
	pause = pause_after(failures, t->is_known, &l);
	t->blocks = pause > 0;
	return failure_put(tx,
		&(struct failure_put_in){.login_sm3 = BYTES_OF(t->login),
			.device = BYTES_OF(t->device),
			.failures = failures,
			.blocked_until = pause ? at + pause : TIME_NONE,
			.at = at},
		NULL, e);
}

bool device_attempt_in(struct tx *tx, struct app *app, struct bytes login,
	struct id account, const struct client *client, struct attempt *out,
	struct err *e)
{
	AUTO(arena) a = arena_new();
	struct attempt t = {.blocked_until = TIME_NONE};
	uint8_t device[SM3_SIZE];
	struct device_row_row row;

	sm3_of(login, t.login);
	if (client->device.n == DEVICE_SECRET) {
		sm3_of(client->device, device);
		/* Asked for nobody's name too: the same work. */
		if (!device_row(tx, a, account, BYTES_OF(device), &row, &t.is_known, e))
			return false;
		if (t.is_known)
			memcpy(t.device, device, sizeof t.device);
	}
	if (!count(tx, app, &t, e))
		return false;
	*out = t;
	return true;
}

bool device_attempt_session_in(struct tx *tx, struct app *app, struct bytes login,
	struct id session, struct attempt *out, struct err *e)
{
	struct attempt t = {.blocked_until = TIME_NONE, .is_known = true};

	sm3_of(login, t.login);
	sm3_of(id_bytes(&session), t.device);
	if (!count(tx, app, &t, e))
		return false;
	*out = t;
	return true;
}

bool device_forgive_in(struct tx *tx, const struct attempt *t, struct err *e)
{
	return failure_clear(tx, BYTES_OF(t->login), BYTES_OF(t->device), NULL, e);
}

bool device_remember_in(struct tx *tx, struct app *app, struct id account,
	const struct client *client, struct secret **fresh, struct err *e)
{
	AUTO(arena) a = arena_new();
	AUTO(secret) s = NULL;
	uint8_t device[SM3_SIZE];
	struct device_issued_row *rows;
	size_t issued = 0;

	/* Only a cookie that we gave out: nobody plants one of their own choice. */
	if (client->device.n == DEVICE_SECRET) {
		sm3_of(client->device, device);
		if (!device_issued(tx, a, BYTES_OF(device), &rows, &issued, e))
			return false;
	}
	if (!issued) {
		s = secret_new(DEVICE_SECRET);
		app->world->random(app->world, secret_data(s), DEVICE_SECRET);
		sm3_of(bytes_make(secret_view(s), DEVICE_SECRET), device);
	}
	if (!device_put(tx, account, BYTES_OF(device), tx_time(tx), NULL, e))
		return false;
	*fresh = secret_move(&s);
	return true;
}

bool device_reset_in(
	struct tx *tx, struct bytes login, struct id account, bool forget, struct err *e)
{
	uint8_t sm3[SM3_SIZE];

	sm3_of(login, sm3);
	return failure_clear_all(tx, BYTES_OF(sm3), NULL, e) &&
	       (!forget || device_forget(tx, account, NULL, e));
}

static bool tidy(struct tx *tx, void *ctx, struct err *e)
{
	(void)ctx;
	return failure_sweep(tx, tx_time(tx) - FORGET_FAILURES, NULL, e) &&
	       device_sweep(tx, tx_time(tx) - FORGET_DEVICE, NULL, e);
}

bool device_tidy(struct app *app, struct err *e)
{
	return db_tx(app->db, DB_WRITE, tidy, NULL, e);
}
