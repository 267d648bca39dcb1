/* login: see login.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "domain/login.h"

#include <string.h>

#include "base/fault.h"
#include "base/text.h"
#include "base/time.h"
#include "crypto/password.h"
#include "domain/account.h"
#include "domain/act.h"
#include "domain/recovery.h"
#include "domain/rule.h"
#include "domain/sql.h"

void login_done_fini(struct login_done *d)
{
	secret_free(d->secret);
	secret_free(d->device);
	*d = (struct login_done){.secret = NULL};
}

/* --- by password */

/* A hash that no password fits, at the cost of a real one: names that are nobody's take
 * as long as those that are somebody's. */
#define NOBODYS_PASSWORD                                      \
	"$argon2id$v=19$m=19456,t=2,p=1$UWlhbnlpbiBub2JvZHkh" \
	"$SW4gcHJpbmNpcGlvIGVyYXQgbmVtbywgZXQgbmVtbyA"

struct password_login {
	struct app *app;
	struct arena *a;
	struct bytes login;
	const struct client *client;
	/* what was found */
	struct account_row_row account;
	bool found;
	struct attempt attempt;
	/* what is to be done */
	struct bytes rehashed; /* empty: nothing */
	struct login_done done;
};

static bool attempt(struct tx *tx, void *ctx, struct err *e)
{
	struct password_login *l = ctx;

	return account_row(tx, l->a, l->login, &l->account, &l->found, e) &&
	       device_attempt_in(
		       tx, l->app, l->login, l->account.id, l->client, &l->attempt, e);
}

bool login_begin_in(struct tx *tx, struct app *app, const struct session_new *new,
	const struct client *client, struct login_done *done, struct err *e)
{
	struct actor actor = {.account = new->account,
		.person = new->person,
		.organisation = new->organisation ? *new->organisation : (struct id){{0}},
		.address = client->address};

	login_done_fini(done);
	done->account = new->account;
	done->assurance = new->assurance;
	if (!session_begin_in(tx, app, new, client, &done->session, &done->secret, e) ||
		!device_remember_in(tx, app, new->account, client, &done->device, e) ||
		FAULT("login.after_device", e) ||
		!account_set_login_at(tx, new->account, tx_time(tx), NULL, e))
		return false;
	actor.session = done->session;
	return !FAULT("login.before_act", e) &&
	       act_put(tx, app, &actor,
		       new->credential ? "login.certificate" : "login.password",
		       new->credential ? *new->credential : new->account, NULL, e);
}

static bool wrong(struct err *e)
{
	return err_refuse(
		e, ERR_PASSWORD, MSG_SIGNIN_WRONG, NULL, "name or password is wrong");
}

static bool enter(struct tx *tx, void *ctx, struct err *e)
{
	struct password_login *l = ctx;
	struct account_row_row now;
	struct session_new new = {.account = l->account.id,
		.person = l->account.person,
		.assurance = ASSURED_PASSWORD};
	bool found;

	if (!account_row(tx, l->a, l->login, &now, &found, e))
		return false;
	/* Changed while the old one was being checked. */
	if (!found || !bytes_equal(now.password, l->account.password))
		return wrong(e);
	if (!device_forgive_in(tx, &l->attempt, e))
		return false;
	if (l->rehashed.n &&
		!account_rehash_password(tx, now.id, now.password, l->rehashed, NULL, e))
		return false;
	return login_begin_in(tx, l->app, &new, l->client, &l->done, e);
}

static bool password_fits(struct password_login *l, struct bytes password, struct err *e)
{
	bool real = l->found && l->account.password.p, good, weak;
	struct bytes encoded = real ? l->account.password : BYTES(NOBODYS_PASSWORD);
	char *again;

	if (password.n > PASSWORD_MAX || password.n == 0)
		password = BYTES("?");
	if (!password_verify(encoded, password, &good, &weak, e))
		return false;
	if (!good || !real)
		return wrong(e);
	/* Told only to who knows the password. */
	if (l->account.state != ACCOUNT_ACTIVE)
		return err_refuse(e, ERR_DENIED, MSG_SIGNIN_SUSPENDED, NULL,
			"the account is suspended");
	if (weak) {
		if (!password_hash(l->a, l->app->world, password, &again, e))
			return false;
		l->rehashed = bytes_str(again);
	}
	return true;
}

static struct bytes no_name(struct arena *a, struct bytes typed)
{
	uint8_t sm3[SM3_SIZE];

	sm3_of(typed, sm3);
	return bytes_str(arena_printf(a, "?%s", hex_encode(a, BYTES_OF(sm3))));
}

bool login_by_password(struct app *app, struct bytes login, struct bytes password,
	const struct client *client, struct login_done *out, struct err *e)
{
	AUTO(arena) a = arena_new();
	struct password_login l = {.app = app, .a = a, .client = client};

	/* What cannot be a name (no UTF-8, perhaps) is a name of nobody's. */
	if (!account_login_fold(a, login, &l.login, e))
		l.login = no_name(a, login);
	if (!recovery_advance_login(app, l.login, e) ||
		!db_tx(app->db, DB_WRITE, attempt, &l, e))
		return false;
	if (l.attempt.blocked_until != TIME_NONE)
		return err_refuse(e, ERR_BUSY, MSG_SIGNIN_BLOCKED, RULE_LOCK_OUT,
			time_beijing(a, l.attempt.blocked_until));
	if (!password_fits(&l, password, e))
		return false;
	if (!db_tx(app->db, DB_WRITE, enter, &l, e)) {
		login_done_fini(&l.done);
		return false;
	}
	*out = l.done;
	return true;
}
