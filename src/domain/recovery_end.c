/* recovery_end: see recovery_end.h and recovery.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "domain/recovery_end.h"

#include "base/fault.h"
#include "base/time.h"
#include "domain/account.h"
#include "domain/act.h"
#include "domain/credential.h"
#include "domain/identifier.h"
#include "domain/rule.h"
#include "domain/sql.h"
#include "domain/standing.h"
#include "domain/tell.h"

static const struct id none;

bool recovery_is_alone(struct tx *tx, struct arena *a, struct id person,
	struct id organisation, bool *alone, struct err *e)
{
	struct account_memberships_row *rows;
	struct account_person_row p;
	size_t count;
	bool found;

	if (!account_person(tx, a, person, &p, &found, e) ||
		!account_memberships(tx, a, person, &rows, &count, e))
		return false;
	*alone = found && p.kinds == 0 && count == 1 &&
		 id_equal(rows[0].organisation, organisation);
	return true;
}

static bool end(struct tx *tx, struct id id, enum recovery_state state,
	const struct id *cancelled_by, const struct id *account, struct err *e)
{
	struct recovery_end_in in = {.id = id,
		.state = state,
		.at = tx_time(tx),
		.cancelled_by = cancelled_by,
		.account = account};
	int64_t changed;

	if (!recovery_end(tx, &in, &changed, e))
		return false;
	return changed ||
	       err_refuse(e, ERR_DENIED, MSG_RECOVERY_OVER, NULL, "it ended meanwhile");
}

static bool tell(struct tx *tx, struct app *app, const struct recovery_row_row *r,
	enum message_kind kind, struct err *e)
{
	struct message_new m = {.kind = kind,
		.places = {(const char *)r->new_login.p},
		.organisation = r->organisation,
		.urgent = true};

	return !FAULT("recovery.before_tell", e) && tell_organisation(tx, app, &m, e);
}

bool recovery_end_cancelled(struct tx *tx, struct app *app, struct arena *a, struct id id,
	const struct recovery_row_row *r, const struct actor *actor, const struct id *by,
	struct err *e)
{
	char *detail = arena_printf(a, by ? "{\"by\":\"%s\"}" : "{\"lost\":\"%s\"}",
		id_text(a, by ? *by : r->credential));

	return end(tx, id, RECOVERY_CANCELLED, by, r->has_account ? &r->account : NULL,
		       e) &&
	       !FAULT("recovery.after_cancel", e) &&
	       act_put(tx, app, actor, "recovery.cancel", id, detail, e) &&
	       tell(tx, app, r, MESSAGE_RECOVERY_CANCELLED, e);
}

bool recovery_stop_in(struct tx *tx, struct app *app, struct arena *a,
	struct id credential, const struct actor *actor, struct err *e)
{
	struct recovery_running_by_row *rows;
	struct recovery_row_row r;
	size_t count;
	bool found;

	if (!recovery_running_by(tx, a, credential, &rows, &count, e))
		return false;
	for (size_t i = 0; i < count; i++)
		if (!recovery_row(tx, a, rows[i].id, &r, &found, e) ||
			!recovery_end_cancelled(
				tx, app, a, rows[i].id, &r, actor, NULL, e))
			return false;
	return true;
}

/* --- completing */

struct ending {
	struct app *app;
	struct arena *a;
	struct id id;
	/* before the transaction */
	struct recovery_row_row row;
	struct bytes der;
	bool found, stands;
	/* lists */
	struct bytes login;
	struct id *due;
	size_t count;
	bool done;
};

/* May it still end well? The certificate, the organisation, the account and the calendar
 * may have changed in the meantime. */
static bool holds(struct tx *tx, struct ending *x, bool *good, struct err *e)
{
	const struct recovery_row_row *r = &x->row;
	struct account_organisation_row o;
	struct interest_between_row *near;
	struct account_row_row account;
	struct credential c;
	bool found, bound, is_login, alone = true;
	size_t count;

	*good = false;
	if (!credential_find_in(tx, x->a, r->credential, BYTES(""), &c, &bound, e) ||
		!account_organisation(tx, x->a, r->organisation, &o, &found, e) ||
		!interest_between(tx, x->a, r->organisation, r->asked_at - 1, r->ends_at,
			&near, &count, e) ||
		!account_row(tx, x->a, r->new_login, &account, &is_login, e))
		return false;
	if (!found || !bound || o.state != ORGANISATION_ACTIVE || count ||
		!credential_is_usable(&c, tx_time(tx)) || is_login != r->has_account)
		return true;
	if (r->has_account &&
		!recovery_is_alone(tx, x->a, account.person, r->organisation, &alone, e))
		return false;
	*good = x->stands && alone &&
		(!r->has_account || (id_equal(account.id, r->account) &&
					    account.state == ACCOUNT_ACTIVE));
	return true;
}

/* A new password for an account: nobody who was in stays in. */
static bool set_password(struct tx *tx, struct ending *x, struct err *e)
{
	const struct recovery_row_row *r = &x->row;

	return account_set_password(
		       tx, r->account, r->new_password, tx_time(tx), NULL, e) &&
	       !FAULT("recovery.after_password", e) &&
	       session_end_others(tx, r->account, none, tx_time(tx), NULL, e) &&
	       device_reset_in(tx, r->new_login, r->account, true, e);
}

/* A new person with an account, to run the organisation. */
static bool make_account(
	struct tx *tx, struct ending *x, struct id *account, struct err *e)
{
	const struct recovery_row_row *r = &x->row;
	struct app *app = x->app;
	struct id person = id_new(app->world);
	struct person_insert_in p = {.id = person,
		.name = r->new_name,
		.name_folded = bytes_str(name_fold(x->a, r->new_name)),
		.id_number_mask = BYTES(""),
		.phone_mask = BYTES(""),
		.email = BYTES(""),
		.at = tx_time(tx)};
	struct member_insert_in m = {.id = id_new(app->world),
		.organisation = r->organisation,
		.person = person,
		.role = MEMBER_ADMINISTRATOR,
		.since = tx_time(tx),
		.newcomer_until = TIME_NONE};
	struct account_new new = {.person = person,
		.login = r->new_login,
		.password = (const char *)r->new_password.p,
		.lang = LANG_ZH};

	return person_insert(tx, &p, NULL, e) && !FAULT("recovery.after_person", e) &&
	       account_create_in(tx, app, &new, account, e) &&
	       !FAULT("recovery.after_account", e) && member_insert(tx, &m, NULL, e);
}

static bool complete(struct tx *tx, struct ending *x, struct err *e)
{
	const struct recovery_row_row *r = &x->row;
	struct actor actor = {.organisation = r->organisation, .address = ""};
	struct id account = r->account;

	if (!(r->has_account ? set_password(tx, x, e)
			     : make_account(tx, x, &account, e)) ||
		!end(tx, x->id, RECOVERY_DONE, NULL, &account, e) ||
		FAULT("recovery.after_done", e))
		return false;
	actor.account = account;
	return act_put(tx, x->app, &actor, "recovery.done", x->id, NULL, e) &&
	       tell(tx, x->app, r, MESSAGE_RECOVERY_DONE, e);
}

static bool finish(struct tx *tx, void *ctx, struct err *e)
{
	struct ending *x = ctx;
	struct actor actor = {.address = ""};
	bool good;

	x->done = false;
	if (!recovery_row(tx, x->a, x->id, &x->row, &x->found, e))
		return false;
	/* Another server was faster. */
	if (!x->found || x->row.state != RECOVERY_RUNNING || x->row.ends_at > tx_time(tx))
		return true;
	if (!holds(tx, x, &good, e))
		return false;
	x->done = good;
	if (good)
		return complete(tx, x, e);
	actor.organisation = x->row.organisation;
	return end(tx, x->id, RECOVERY_REFUSED, NULL,
		       x->row.has_account ? &x->row.account : NULL, e) &&
	       act_put(tx, x->app, &actor, "recovery.refuse", x->id, NULL, e) &&
	       tell(tx, x->app, &x->row, MESSAGE_RECOVERY_REFUSED, e);
}

static bool load(struct tx *tx, void *ctx, struct err *e)
{
	struct ending *x = ctx;
	struct credential_der_row der;

	if (!recovery_row(tx, x->a, x->id, &x->row, &x->found, e))
		return false;
	if (x->found && !credential_der(tx, x->a, x->row.credential, &der, &x->found, e))
		return false;
	if (x->found)
		x->der = der.certificate;
	return true;
}

/* Does the certificate still stand with its CA? *later: nobody could tell just now. */
static bool stands(struct ending *x, bool *later, struct err *e)
{
	struct proof p;

	*later = false;
	x->stands = proof_judge_certificate(
		x->app, x->a, x->der, TRUST_SIGNER, ORDER_LOGIN_RECOVERY, &p, e);
	if (x->stands)
		return true;
	if (e->code != ERR_DENIED)
		return false;
	*later = e->say == MSG_SIGNIN_STATUS_UNKNOWN + 1 ||
		 e->say == MSG_SIGNIN_NO_REGISTER + 1;
	return true;
}

static bool advance(struct app *app, struct id id, bool *done, struct err *e)
{
	AUTO(arena) a = arena_new();
	struct ending x = {.app = app, .a = a, .id = id};
	bool later;

	*done = false;
	if (!db_tx(app->db, DB_READ, load, &x, e))
		return false;
	if (!x.found)
		return true;
	if (!stands(&x, &later, e))
		return false;
	if (later)
		return true;
	if (!db_tx(app->db, DB_WRITE, finish, &x, e))
		return false;
	*done = x.done;
	return true;
}

static bool due(struct tx *tx, void *ctx, struct err *e)
{
	struct ending *x = ctx;
	struct recovery_due_row *rows;

	if (!recovery_due(tx, x->a, tx_time(tx), &rows, &x->count, e))
		return false;
	x->due = ARENA_ARRAY(x->a, x->count, struct id);
	for (size_t i = 0; i < x->count; i++)
		x->due[i] = rows[i].id;
	return true;
}

static bool due_for(struct tx *tx, void *ctx, struct err *e)
{
	struct ending *x = ctx;
	struct recovery_due_for_row *rows;

	if (!recovery_due_for(tx, x->a, x->login, tx_time(tx), &rows, &x->count, e))
		return false;
	if (x->count)
		x->id = rows[0].id;
	return true;
}

bool recovery_advance(struct app *app, size_t *done, struct err *e)
{
	AUTO(arena) a = arena_new();
	struct ending x = {.app = app, .a = a};
	size_t n = 0;

	if (!db_tx(app->db, DB_READ, due, &x, e))
		return false;
	for (size_t i = 0; i < x.count; i++) {
		bool one;

		if (!advance(app, x.due[i], &one, e))
			return false;
		n += one;
	}
	*done = n;
	return true;
}

bool recovery_advance_login(struct app *app, struct bytes login, struct err *e)
{
	AUTO(arena) a = arena_new();
	struct ending x = {.app = app, .a = a, .login = login};
	bool done;

	return db_tx(app->db, DB_READ, due_for, &x, e) &&
	       (!x.count || advance(app, x.id, &done, e));
}
