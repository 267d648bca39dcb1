/* loss: see loss.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "domain/loss.h"

#include <jansson.h>
#include <stdlib.h>

#include "base/fault.h"
#include "base/text.h"
#include "base/time.h"
#include "domain/act.h"
#include "domain/actor.h"
#include "domain/credential.h"
#include "domain/outbox.h"
#include "domain/recovery.h"
#include "domain/rule.h"
#include "domain/sql.h"
#include "domain/standing.h"
#include "domain/tell.h"

static const struct id none;

struct losing {
	struct app *app;
	struct arena *a;
	const struct actor *actor;
	struct id credential, loss;
	struct bytes reason;
	struct loss_rows_row *rows;
	size_t count;
};

/* --- telling the CA */

static char *write_report(
	struct losing *l, const struct credential *c, const char *event, int64_t at)
{
	json_t *o = json_pack("{s:s,s:s,s:s,s:s,s:s,s:s,s:s}", "id",
		id_text(l->a, id_new(l->app->world)), "event", event, "serial", c->serial,
		"certificate_sm3", hex_encode(l->a, BYTES_OF(c->sm3)), "subject",
		c->subject, "at", time_iso(l->a, at), "platform", l->app->platform);
	char *text = o ? json_dumps(o, JSON_COMPACT) : NULL,
	     *out = arena_str(l->a, bytes_str(text ? text : "{}"));

	free(text);
	json_decref(o);
	return out;
}

/* Its members on their desks, and its own system where the operator entered one. */
static bool tell_ca(struct tx *tx, struct losing *l, const struct credential *c,
	const char *event, enum message_kind kind, struct err *e)
{
	struct credential_ca_row *ca;
	struct message_new m = {.kind = kind,
		.places = {c->subject, c->serial, time_beijing(l->a, tx_time(tx))},
		.urgent = true};
	size_t count;

	if (!credential_ca(
		    tx, l->a, BYTES_OF(c->anchor), bytes_str(c->ca_name), &ca, &count, e))
		return false;
	if (!count) {
		m.kind = MESSAGE_LOSS_UNTOLD;
		m.places[1] = c->ca_name;
		return message_put_operators(tx, l->app, none, &m, e);
	}
	m.organisation = ca[0].id;
	if (!outbox_put(tx, l->app, OUTBOX_WEBHOOK, (const char *)ca[0].webhook.p,
		    write_report(l, c, event, tx_time(tx)), e) ||
		FAULT("loss.after_outbox", e))
		return false;
	return message_put_members(tx, l->app, ca[0].id, MEMBER_VIEWER, none, &m, e) &&
	       loss_told(tx, l->loss, tx_time(tx), NULL, e);
}

static bool tell_own(struct tx *tx, struct losing *l, const struct credential *c,
	enum message_kind kind, struct err *e)
{
	struct message_new m = {.kind = kind,
		.places = {c->subject, c->ca_name, time_beijing(l->a, tx_time(tx))},
		.organisation = c->organisation,
		.urgent = true};

	if (!id_is_none(c->organisation))
		return tell_organisation(tx, l->app, &m, e);
	return message_put(tx, l->app, c->person, &m, e);
}

/* --- reporting */

/* Only keys of one's own: nobody stops another's. */
static bool find_own(struct tx *tx, struct losing *l, struct credential *c, struct err *e)
{
	struct account_membership_row m;
	bool found, own, belongs = true;

	/* A member now; a suspended organisation's keys stop all the same. */
	if (!id_is_none(l->actor->organisation) &&
		!account_membership(tx, l->a, l->actor->organisation, l->actor->person,
			&m, &belongs, e))
		return false;
	if (!credential_find_in(tx, l->a, l->credential, BYTES(""), c, &found, e))
		return false;
	own = found && belongs &&
	      (id_is_none(c->organisation)
			      ? id_equal(c->person, l->actor->person)
			      : id_equal(c->organisation, l->actor->organisation));
	if (!own)
		return err_refuse(e, ERR_NOT_FOUND, MSG_PARTY_NOT_FOUND, NULL,
			"no such certificate");
	if (c->state == CREDENTIAL_COOLING || c->state == CREDENTIAL_BOUND)
		return true;
	return credential_refuse_unusable(c, tx_time(tx), e);
}

static bool within_limit(struct tx *tx, struct losing *l, struct err *e)
{
	struct loss_count_row row;
	int64_t most;
	bool found;

	if (!rule_int(l->app->rules, RULE_LOSS_LIMIT, RULE_NATIONWIDE, tx_time(tx),
		    "times", &most, e) ||
		!loss_count(tx, l->a, l->actor->account, tx_time(tx) - TIME_DAY, &row,
			&found, e))
		return false;
	if (row.count < most)
		return true;
	return err_refuse(e, ERR_DENIED, MSG_LOSS_TOO_MANY, RULE_LOSS_LIMIT,
		"too many reports in a day");
}

static bool stop(
	struct tx *tx, struct losing *l, const struct credential *c, struct err *e)
{
	struct credential_set_state_in in = {.id = c->id,
		.was = c->state,
		.state = CREDENTIAL_LOST,
		.ended_at = tx_time(tx)};
	int64_t changed;

	if (!credential_set_state(tx, &in, &changed, e))
		return false;
	if (!changed)
		return err_refuse(e, ERR_DENIED, MSG_CREDENTIAL_IS_LOST, NULL,
			"it changed meanwhile");
	return !FAULT("loss.after_state", e) &&
	       session_end_of_credential(tx, c->id, tx_time(tx), NULL, e) &&
	       recovery_stop_in(tx, l->app, l->a, c->id, l->actor, e);
}

static bool report(struct tx *tx, void *ctx, struct err *e)
{
	struct losing *l = ctx;
	struct credential c;
	struct loss_insert_in in;
	int64_t confirm;

	if (!find_own(tx, l, &c, e) || !within_limit(tx, l, e) ||
		!rule_span(l->app->rules, RULE_LOSS_CONFIRM, RULE_NATIONWIDE, tx_time(tx),
			&confirm, e))
		return false;
	l->loss = id_new(l->app->world);
	in = (struct loss_insert_in){.id = l->loss,
		.credential = c.id,
		.state_before = c.state,
		.account = l->actor->account,
		.at = tx_time(tx),
		.confirm_until = tx_time(tx) + confirm,
		.reason = l->reason};
	return loss_insert(tx, &in, NULL, e) && !FAULT("loss.after_insert", e) &&
	       stop(tx, l, &c, e) &&
	       act_put(tx, l->app, l->actor, "loss.report", c.id,
		       arena_printf(l->a, "{\"loss\":\"%s\"}", id_text(l->a, l->loss)),
		       e) &&
	       tell_own(tx, l, &c, MESSAGE_LOSS_REPORTED, e) &&
	       !FAULT("loss.before_ca", e) &&
	       tell_ca(tx, l, &c, "key-lost", MESSAGE_LOSS_CA, e);
}

/* Of an organisation by right; of a person their own. */
static bool may(
	const struct app *app, const struct actor *actor, enum right right, struct err *e)
{
	if (id_is_none(actor->organisation))
		return actor_require_account(actor, e);
	return actor_require(
		actor, right, actor->organisation, app->world->now(app->world), e);
}

bool loss_report(struct app *app, const struct actor *actor, struct id credential,
	struct bytes reason, struct id *loss, struct err *e)
{
	AUTO(arena) a = arena_new();
	struct losing l = {.app = app,
		.a = a,
		.actor = actor,
		.credential = credential,
		.reason = reason};

	if (reason.n > LOSS_REASON_MAX || !utf8_is_valid(reason))
		return err_refuse(e, ERR_USAGE, MSG_LOSS_REASON_LONG, NULL, "the reason");
	if (!may(app, actor, RIGHT_LOSS_REPORT, e) ||
		!db_tx(app->db, DB_WRITE, report, &l, e))
		return false;
	*loss = l.loss;
	return true;
}

/* --- confirming and taking back */

static bool find_open(struct tx *tx, struct losing *l, struct loss_row_row *row,
	struct credential *c, struct err *e)
{
	bool found, second;

	if (!standing_require(
		    tx, l->actor, RIGHT_LOSS_DECIDE, l->actor->organisation, e) ||
		!loss_row(tx, l->a, l->loss, row, &found, e))
		return false;
	if (!found)
		return err_refuse(
			e, ERR_NOT_FOUND, MSG_PARTY_NOT_FOUND, NULL, "no such report");
	if (!credential_find_in(tx, l->a, row->credential, BYTES(""), c, &found, e))
		return false;
	if (!found || !id_equal(c->organisation, l->actor->organisation) ||
		id_is_none(c->organisation))
		return err_refuse(
			e, ERR_NOT_FOUND, MSG_PARTY_NOT_FOUND, NULL, "no such report");
	if (row->confirmed_at != TIME_NONE || row->withdrawn_at != TIME_NONE)
		return err_refuse(
			e, ERR_DENIED, MSG_LOSS_DECIDED, NULL, "decided before");
	second = !id_equal(row->reported_by, l->actor->account) ||
		 l->actor->role == MEMBER_LEGAL;
	return second || err_refuse(e, ERR_DENIED, MSG_LOSS_SECOND, RULE_LOSS_CONFIRM,
				 "the one who reported it");
}

static bool confirm(struct tx *tx, void *ctx, struct err *e)
{
	struct losing *l = ctx;
	struct loss_row_row row;
	struct credential c;
	int64_t changed;

	if (!find_open(tx, l, &row, &c, e) ||
		!loss_confirm_row(
			tx, l->loss, l->actor->account, tx_time(tx), &changed, e))
		return false;
	if (!changed)
		return err_refuse(
			e, ERR_DENIED, MSG_LOSS_DECIDED, NULL, "decided meanwhile");
	return !FAULT("loss.after_confirm", e) &&
	       act_put(tx, l->app, l->actor, "loss.confirm", c.id, NULL, e) &&
	       tell_own(tx, l, &c, MESSAGE_LOSS_CONFIRMED, e) &&
	       tell_ca(tx, l, &c, "key-loss-confirmed", MESSAGE_LOSS_CA, e);
}

static bool withdraw(struct tx *tx, void *ctx, struct err *e)
{
	struct losing *l = ctx;
	struct loss_row_row row;
	struct credential c;
	struct credential_set_state_in in;
	int64_t changed;

	if (!find_open(tx, l, &row, &c, e))
		return false;
	if (tx_time(tx) >= row.confirm_until)
		return err_refuse(e, ERR_DENIED, MSG_LOSS_TOO_LATE, RULE_LOSS_CONFIRM,
			"after the time for it");
	in = (struct credential_set_state_in){.id = c.id,
		.was = CREDENTIAL_LOST,
		.state = row.state_before,
		.ended_at = TIME_NONE};
	if (!loss_withdraw_row(tx, l->loss, l->actor->account, tx_time(tx), &changed, e))
		return false;
	if (!changed)
		return err_refuse(
			e, ERR_DENIED, MSG_LOSS_DECIDED, NULL, "decided meanwhile");
	return !FAULT("loss.after_withdraw", e) &&
	       credential_set_state(tx, &in, NULL, e) &&
	       act_put(tx, l->app, l->actor, "loss.withdraw", c.id, NULL, e) &&
	       tell_own(tx, l, &c, MESSAGE_LOSS_WITHDRAWN, e) &&
	       tell_ca(tx, l, &c, "key-found", MESSAGE_LOSS_CA_FOUND, e);
}

bool loss_confirm(
	struct app *app, const struct actor *actor, struct id loss, struct err *e)
{
	AUTO(arena) a = arena_new();
	struct losing l = {.app = app, .a = a, .actor = actor, .loss = loss};

	return actor_require(actor, RIGHT_LOSS_DECIDE, actor->organisation,
		       app->world->now(app->world), e) &&
	       db_tx(app->db, DB_WRITE, confirm, &l, e);
}

bool loss_withdraw(
	struct app *app, const struct actor *actor, struct id loss, struct err *e)
{
	AUTO(arena) a = arena_new();
	struct losing l = {.app = app, .a = a, .actor = actor, .loss = loss};

	return actor_require(actor, RIGHT_LOSS_DECIDE, actor->organisation,
		       app->world->now(app->world), e) &&
	       db_tx(app->db, DB_WRITE, withdraw, &l, e);
}

/* --- lists */

static bool rows(struct tx *tx, void *ctx, struct err *e)
{
	struct losing *l = ctx;

	return loss_rows(tx, l->a, l->actor->organisation, &l->rows, &l->count, e);
}

bool loss_list(struct app *app, struct arena *a, const struct actor *actor,
	struct loss_view **out, size_t *count, struct err *e)
{
	struct losing l = {.app = app, .a = a, .actor = actor};
	struct loss_view *list;

	if (!actor_require(actor, RIGHT_LOSS_SEE, actor->organisation,
		    app->world->now(app->world), e) ||
		!db_tx(app->db, DB_READ, rows, &l, e))
		return false;
	list = ARENA_ARRAY(a, l.count, struct loss_view);
	for (size_t i = 0; i < l.count; i++)
		list[i] = (struct loss_view){.id = l.rows[i].id,
			.credential = l.rows[i].credential,
			.subject = (const char *)l.rows[i].subject.p,
			.reason = (const char *)l.rows[i].reason.p,
			.reported_at = l.rows[i].reported_at,
			.confirm_until = l.rows[i].confirm_until,
			.confirmed_at = l.rows[i].confirmed_at,
			.withdrawn_at = l.rows[i].withdrawn_at,
			.ca_told_at = l.rows[i].ca_told_at};
	*out = list;
	*count = l.count;
	return true;
}
