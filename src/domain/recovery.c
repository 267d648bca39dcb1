/* recovery: asking, seeing, cancelling; what ends it is in recovery_end.c. See
 * recovery.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "domain/recovery.h"

#include <string.h>

#include "base/fault.h"
#include "base/text.h"
#include "base/time.h"
#include "domain/account.h"
#include "domain/act.h"
#include "domain/actor.h"
#include "domain/challenge.h"
#include "domain/credential.h"
#include "domain/identifier.h"
#include "domain/recovery_end.h"
#include "domain/rule.h"
#include "domain/sql.h"
#include "domain/standing.h"
#include "domain/tell.h"

static const struct id none;

static bool no(struct err *e, enum msg say, const char *rule, const char *text)
{
	return err_refuse(e, ERR_DENIED, say, rule, text);
}

bool recovery_challenge(struct app *app, struct arena *a, enum lang lang,
	struct bytes secret, struct bytes *order, struct err *e)
{
	const struct challenge_ask ask = {.purpose = ORDER_LOGIN_RECOVERY,
		.secret = secret,
		.text = msg_text(lang, MSG_RECOVERY_ASK_TEXT)};

	return challenge_issue(app, a, &ask, order, e);
}

/* --- asking */

struct asking {
	struct app *app;
	struct arena *a;
	const struct client *client;
	struct proof proof;
	struct bytes login, encoded;
	const char *name; /* null: an account that exists */
	struct id account;
	struct credential credential;
	struct account_organisation_row organisation;
	struct recovery_view out;
};

/* The certificate: bound to an organisation that is active, long enough, not by a
 * recovery. */
static bool check_credential(struct tx *tx, struct asking *q, struct err *e)
{
	struct credential *c = &q->credential;
	const struct proof *p = &q->proof;
	bool found, may;

	if (!credential_find_in(tx, q->a, none, BYTES_OF(p->cert.sm3), c, &found, e))
		return false;
	if (!found || id_is_none(c->organisation))
		return no(e, MSG_SIGNIN_CERT_UNKNOWN, NULL, "of no organisation here");
	if (!bytes_equal(BYTES_OF(c->anchor), BYTES_OF(p->anchor)))
		return no(e, MSG_SIGNIN_ANCHOR_OTHER, NULL, "bound under another anchor");
	if (c->use != CREDENTIAL_SIGNS || !credential_is_usable(c, tx_time(tx)))
		return credential_refuse_unusable(c, tx_time(tx), e);
	if (!credential_may_recover(q->app, c, tx_time(tx), &may, e))
		return false;
	if (c->how == CREDENTIAL_RECOVERED)
		return no(e, MSG_RECOVERY_BY_RECOVERY, RULE_RECOVERY_CREDENTIAL_AGE,
			"it came in by a recovery itself");
	if (!may)
		return no(e, MSG_RECOVERY_TOO_YOUNG, RULE_RECOVERY_CREDENTIAL_AGE,
			"not bound long enough");
	if (!account_organisation(tx, q->a, c->organisation, &q->organisation, &found, e))
		return false;
	if (!found || q->organisation.state != ORGANISATION_ACTIVE)
		return no(e, MSG_RECOVERY_ORGANISATION, NULL, "not active");
	if (!bytes_equal(q->organisation.credit_code, bytes_str(p->credit_code)))
		return no(e, MSG_CREDENTIAL_CODE_OTHER, NULL, "another credit code");
	return true;
}

//= Protocols §5: never across a deadline; three cancelled attempts need the operator
static bool check_times(struct tx *tx, struct asking *q, struct err *e)
{
	struct id org = q->credential.organisation;
	int64_t at = tx_time(tx), cool_off, most;
	struct recovery_cancelled_row cancelled;
	struct recovery_running_row *running;
	struct interest_between_row *near;
	size_t count;
	bool found;

	if (!rule_span(q->app->rules, RULE_RECOVERY_COOL_OFF, RULE_NATIONWIDE, at,
		    &cool_off, e) ||
		!rule_int(q->app->rules, RULE_RECOVERY_CANCELLED_MAX, RULE_NATIONWIDE, at,
			"times", &most, e) ||
		!recovery_cancelled(tx, q->a, org, &cancelled, &found, e) ||
		!recovery_running(tx, q->a, org, &running, &count, e))
		return false;
	if (cancelled.count >= most)
		return no(e, MSG_RECOVERY_IN_PERSON, RULE_RECOVERY_CANCELLED_MAX,
			"cancelled too often");
	if (count)
		return no(e, MSG_RECOVERY_RUNS, NULL, "another one is running");
	q->out.asked_at = at;
	q->out.ends_at = at + cool_off;
	if (!interest_between(tx, q->a, org, at - 1, q->out.ends_at, &near, &count, e))
		return false;
	if (count)
		return no(e, MSG_RECOVERY_DEADLINE, RULE_RECOVERY_COOL_OFF,
			time_beijing(q->a, near[0].at));
	return true;
}

/* An account that is of this organisation and of nothing else: else one organisation's
 * certificate would open what belongs to another. */
static bool check_account(struct tx *tx, struct asking *q, struct err *e)
{
	struct account_row_row account;
	bool found, alone;

	if (!account_row(tx, q->a, q->login, &account, &found, e))
		return false;
	if (!found || account.state != ACCOUNT_ACTIVE)
		return no(e, MSG_RECOVERY_ACCOUNT_OTHER, NULL, "no such account");
	if (!recovery_is_alone(
		    tx, q->a, account.person, q->credential.organisation, &alone, e))
		return false;
	if (!alone)
		return no(e, MSG_RECOVERY_ACCOUNT_OTHER, NULL,
			"of another organisation, or of more than one");
	q->account = account.id;
	return true;
}

static bool check_new_login(struct tx *tx, struct asking *q, struct err *e)
{
	struct recovery_login_waits_row *waiting;
	struct account_row_row account;
	size_t count;
	bool taken;

	if (!account_row(tx, q->a, q->login, &account, &taken, e) ||
		!recovery_login_waits(tx, q->a, q->login, &waiting, &count, e))
		return false;
	if (taken || count)
		return err_refuse(e, ERR_USAGE, MSG_ACCOUNT_LOGIN_TAKEN, NULL,
			"the login name is taken");
	return true;
}

static bool put(struct tx *tx, struct asking *q, struct err *e)
{
	struct id id = id_new(q->app->world);
	struct actor actor = {.organisation = q->credential.organisation,
		.address = q->client->address};
	struct recovery_insert_in in = {.id = id,
		.organisation = q->credential.organisation,
		.credential = q->credential.id,
		.account = q->name ? NULL : &q->account,
		.new_login = q->login,
		.new_name = bytes_str(q->name ? q->name : ""),
		.new_password = q->encoded,
		.session_sm3 = BYTES_OF(q->proof.token.session),
		.at = q->out.asked_at,
		.ends_at = q->out.ends_at};
	struct message_new m = {.kind = MESSAGE_RECOVERY_ASKED,
		.places = {(const char *)q->organisation.name.p, (const char *)q->login.p,
			q->credential.subject, time_beijing(q->a, q->out.ends_at)},
		.organisation = q->credential.organisation,
		.urgent = true};
	char *detail = arena_printf(q->a, "{\"credential\":\"%s\",\"new\":%s}",
		id_text(q->a, q->credential.id), q->name ? "true" : "false");

	if (FAULT("recovery.before_insert", e) || !recovery_insert(tx, &in, NULL, e) ||
		FAULT("recovery.after_insert", e) ||
		!act_put(tx, q->app, &actor, "recovery.ask", id, detail, e))
		return false;
	q->out.id = id;
	q->out.organisation = (const char *)q->organisation.name.p;
	q->out.login = (const char *)q->login.p;
	q->out.name = q->name ? q->name : "";
	q->out.state = RECOVERY_RUNNING;
	return tell_organisation(tx, q->app, &m, e);
}

static bool ask(struct tx *tx, void *ctx, struct err *e)
{
	struct asking *q = ctx;
	struct id subject;

	q->out = (struct recovery_view){.state = RECOVERY_RUNNING};
	if (!proof_take_in(tx, &q->proof, &subject, e))
		return false;
	if (!id_is_none(subject))
		return no(e, MSG_SIGNIN_PURPOSE_OTHER, NULL, "asked in order to cancel");
	if (!check_credential(tx, q, e) || !check_times(tx, q, e))
		return false;
	if (!(q->name ? check_new_login(tx, q, e) : check_account(tx, q, e)))
		return false;
	return put(tx, q, e);
}

bool recovery_ask(struct app *app, struct arena *a, struct bytes secret,
	struct bytes answer, const struct recovery_request *request,
	const struct client *client, struct recovery_view *out, struct err *e)
{
	struct asking q = {.app = app, .a = a, .client = client};
	char *encoded;

	/* The costly hash only for who proved a certificate that we admit. */
	if (!account_login_fold(a, request->login, &q.login, e) ||
		(request->name.n && !name_read(a, request->name, &q.name, e)) ||
		!proof_judge(app, a, ORDER_LOGIN_RECOVERY, secret, answer, &q.proof, e) ||
		!account_password_make(app, a, q.login, request->password, &encoded, e))
		return false;
	q.encoded = bytes_str(encoded);
	if (!db_tx(app->db, DB_WRITE, ask, &q, e))
		return false;
	*out = q.out;
	return true;
}

/* --- seeing */

struct seeing {
	struct arena *a;
	const struct actor *actor;
	uint8_t session[SM3_SIZE];
	struct recovery_of_browser_row *own;
	struct recovery_rows_row *rows;
	size_t count;
};

static bool see(struct tx *tx, void *ctx, struct err *e)
{
	struct seeing *s = ctx;

	return recovery_of_browser(tx, s->a, BYTES_OF(s->session), &s->own, &s->count, e);
}

bool recovery_see(struct app *app, struct arena *a, struct bytes secret,
	struct recovery_view *out, bool *found, struct err *e)
{
	struct seeing s = {.a = a};

	sm3_of(secret, s.session);
	if (!db_tx(app->db, DB_READ, see, &s, e))
		return false;
	*found = s.count > 0;
	if (s.count)
		*out = (struct recovery_view){.id = s.own[0].id,
			.organisation = (const char *)s.own[0].organisation.p,
			.login = (const char *)s.own[0].new_login.p,
			.name = "",
			.asked_at = s.own[0].asked_at,
			.ends_at = s.own[0].ends_at,
			.state = (enum recovery_state)s.own[0].state};
	return true;
}

static bool rows(struct tx *tx, void *ctx, struct err *e)
{
	struct seeing *s = ctx;

	return recovery_rows(tx, s->a, s->actor->organisation, &s->rows, &s->count, e);
}

bool recovery_list(struct app *app, struct arena *a, const struct actor *actor,
	struct recovery_view **out, size_t *count, struct err *e)
{
	struct seeing s = {.a = a, .actor = actor};
	struct recovery_view *list;

	if (!actor_require(actor, RIGHT_RECOVERY_SEE, actor->organisation,
		    app->world->now(app->world), e) ||
		!db_tx(app->db, DB_READ, rows, &s, e))
		return false;
	list = ARENA_ARRAY(a, s.count, struct recovery_view);
	for (size_t i = 0; i < s.count; i++)
		list[i] = (struct recovery_view){.id = s.rows[i].id,
			.organisation = "",
			.login = (const char *)s.rows[i].new_login.p,
			.name = (const char *)s.rows[i].new_name.p,
			.asked_at = s.rows[i].asked_at,
			.ends_at = s.rows[i].ends_at,
			.state = (enum recovery_state)s.rows[i].state};
	*out = list;
	*count = s.count;
	return true;
}

/* --- cancelling */

bool recovery_cancel_challenge(struct app *app, struct arena *a, enum lang lang,
	struct bytes secret, struct id recovery, struct bytes *order, struct err *e)
{
	/* Purpose recovery both times: the text tells who signs which it is. */
	const struct challenge_ask ask = {.purpose = ORDER_LOGIN_RECOVERY,
		.secret = secret,
		.subject = &recovery,
		.text = msg_text(lang, MSG_RECOVERY_CANCEL_TEXT)};

	return challenge_issue(app, a, &ask, order, e);
}

struct cancelling {
	struct app *app;
	struct arena *a;
	const struct client *client;
	struct proof proof;
	struct id recovery;
};

/* A working key of the organisation; or one whose loss was reported only after the
 * recovery began and that nobody confirmed: else who recovers would first report the
 * keys that could stop it. */
static bool may_cancel(struct tx *tx, struct cancelling *x, const struct credential *c,
	int64_t asked_at, struct err *e)
{
	struct loss_open_row *lost;
	struct credential was = *c;
	size_t count;

	if (c->state == CREDENTIAL_LOST) {
		if (!loss_open(tx, x->a, c->id, &lost, &count, e))
			return false;
		if (count && lost[0].reported_at >= asked_at &&
			lost[0].confirmed_at == TIME_NONE)
			was.state = CREDENTIAL_BOUND;
	}
	if (was.use != CREDENTIAL_SIGNS || !credential_is_usable(&was, tx_time(tx)))
		return credential_refuse_unusable(&was, tx_time(tx), e);
	return true;
}

static bool cancel(struct tx *tx, void *ctx, struct err *e)
{
	struct cancelling *x = ctx;
	struct recovery_row_row r;
	struct credential c;
	struct id subject;
	bool found;
	struct actor actor;

	if (!proof_take_in(tx, &x->proof, &subject, e) ||
		!recovery_row(tx, x->a, subject, &r, &found, e))
		return false;
	if (!found)
		return no(e, MSG_SIGNIN_PURPOSE_OTHER, NULL, "asked for something else");
	if (!credential_find_in(
		    tx, x->a, none, BYTES_OF(x->proof.cert.sm3), &c, &found, e))
		return false;
	if (!found || !id_equal(c.organisation, r.organisation) ||
		!bytes_equal(BYTES_OF(c.anchor), BYTES_OF(x->proof.anchor)))
		return no(e, MSG_SIGNIN_CERT_OF_OTHER, NULL, "of another organisation");
	if (id_equal(c.id, r.credential))
		return no(e, MSG_RECOVERY_SAME_KEY, NULL, "the key that asked");
	if (r.state != RECOVERY_RUNNING || r.ends_at <= tx_time(tx))
		return no(e, MSG_RECOVERY_OVER, NULL, "it runs no more");
	if (!may_cancel(tx, x, &c, r.asked_at, e))
		return false;
	actor = (struct actor){
		.organisation = r.organisation, .address = x->client->address};
	return recovery_end_cancelled(tx, x->app, x->a, subject, &r, &actor, &c.id, e);
}

bool recovery_cancel(struct app *app, struct bytes secret, struct bytes answer,
	const struct client *client, struct err *e)
{
	AUTO(arena) a = arena_new();
	struct cancelling x = {.app = app, .a = a, .client = client};

	return proof_judge(app, a, ORDER_LOGIN_RECOVERY, secret, answer, &x.proof, e) &&
	       db_tx(app->db, DB_WRITE, cancel, &x, e);
}

/* --- the operator */

struct allowing {
	struct app *app;
	const struct actor *actor;
	struct id organisation;
};

static bool allow(struct tx *tx, void *ctx, struct err *e)
{
	struct allowing *l = ctx;
	int64_t changed;

	if (!recovery_set_pardoned(tx, l->organisation, tx_time(tx), &changed, e))
		return false;
	if (!changed)
		return err_refuse(e, ERR_NOT_FOUND, MSG_PARTY_NOT_FOUND, NULL,
			"none was cancelled");
	return !FAULT("recovery.after_pardon", e) &&
	       act_put(tx, l->app, l->actor, "recovery.allow", l->organisation, NULL, e);
}

bool recovery_allow(
	struct app *app, const struct actor *actor, struct id organisation, struct err *e)
{
	struct allowing l = {.app = app, .actor = actor, .organisation = organisation};

	return actor_require(actor, RIGHT_RECOVERY_ALLOW, none,
		       app->world->now(app->world), e) &&
	       db_tx(app->db, DB_WRITE, allow, &l, e);
}
