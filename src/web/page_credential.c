/* page_credential: certificates bound to a party, lost keys, mandates.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "base/text.h"
#include "domain/credential.h"
#include "domain/loss.h"
#include "domain/mandate.h"
#include "domain/member.h"
#include "domain/recovery.h"
#include "web/pages.h"
#include "web/rows.h"
#include "web/state.h"

/* --- certificates and losses ------------------------------------------------------- */

struct loss_row {
	const char *id, *subject, *reason;
	int64_t reported_at, confirm_until;
	bool is_open, is_confirmed, is_withdrawn, ca_told;
};
static const struct view_member loss_row_members[] = {VIEW_TEXT(struct loss_row, id),
	VIEW_TEXT(struct loss_row, subject), VIEW_TEXT(struct loss_row, reason),
	VIEW_TIME(struct loss_row, reported_at),
	VIEW_TIME(struct loss_row, confirm_until), VIEW_BOOL(struct loss_row, is_open),
	VIEW_BOOL(struct loss_row, is_confirmed),
	VIEW_BOOL(struct loss_row, is_withdrawn), VIEW_BOOL(struct loss_row, ca_told)};
static const struct view loss_row_view = VIEW(struct loss_row, loss_row_members);

struct recovery_row {
	const char *id, *login, *name;
	int64_t asked_at, ends_at;
	bool is_running;
};
static const struct view_member recovery_row_members[] = {
	VIEW_TEXT(struct recovery_row, id), VIEW_TEXT(struct recovery_row, login),
	VIEW_TEXT(struct recovery_row, name), VIEW_TIME(struct recovery_row, asked_at),
	VIEW_TIME(struct recovery_row, ends_at),
	VIEW_BOOL(struct recovery_row, is_running)};
static const struct view recovery_row_view =
	VIEW(struct recovery_row, recovery_row_members);

struct credentials_view {
	struct shell shell;
	struct credential_row *credentials;
	size_t credential_count;
	struct loss_row *losses;
	size_t loss_count;
	struct recovery_row *recoveries;
	size_t recovery_count;
};
static const struct view_member credentials_members[] = {SHELL(struct credentials_view),
	VIEW_MANY(struct credentials_view, credentials, credential_count,
		&credential_row_view),
	VIEW_MANY(struct credentials_view, losses, loss_count, &loss_row_view),
	VIEW_MANY(
		struct credentials_view, recoveries, recovery_count, &recovery_row_view)};
const struct view credentials_view = VIEW(struct credentials_view, credentials_members);

static bool fill_losses(struct route_call *c, struct credentials_view *v, struct err *e)
{
	struct loss_view *rows;

	if (!loss_list(c->app, c->a, &c->actor, &rows, &v->loss_count, e))
		return false;
	v->losses = ARENA_ARRAY(c->a, v->loss_count + 1, struct loss_row);
	for (size_t i = 0; i < v->loss_count; i++)
		v->losses[i] = (struct loss_row){id_text(c->a, rows[i].id),
			rows[i].subject, rows[i].reason, rows[i].reported_at,
			rows[i].confirm_until,
			rows[i].confirmed_at == TIME_NONE &&
				rows[i].withdrawn_at == TIME_NONE,
			rows[i].confirmed_at != TIME_NONE,
			rows[i].withdrawn_at != TIME_NONE,
			rows[i].ca_told_at != TIME_NONE};
	return true;
}

static bool fill_recoveries(
	struct route_call *c, struct credentials_view *v, struct err *e)
{
	struct recovery_view *rows;

	if (!recovery_list(c->app, c->a, &c->actor, &rows, &v->recovery_count, e))
		return false;
	v->recoveries = ARENA_ARRAY(c->a, v->recovery_count + 1, struct recovery_row);
	for (size_t i = 0; i < v->recovery_count; i++)
		v->recoveries[i] = (struct recovery_row){id_text(c->a, rows[i].id),
			rows[i].login, rows[i].name, rows[i].asked_at, rows[i].ends_at,
			rows[i].state == RECOVERY_RUNNING};
	return true;
}

bool page_credentials(struct route_call *c, struct err *e)
{
	struct credentials_view v = {0};

	if (!credential_lines(c, &v.credentials, &v.credential_count, e))
		return false;
	/* A person without an organisation has neither. */
	if (!id_is_none(c->actor.organisation) &&
		(!fill_losses(c, &v, e) || !fill_recoveries(c, &v, e)))
		return false;
	return show(
		c, "credentials", MSG_WEB_TITLE_CREDENTIALS, &credentials_view, &v, e);
}

bool api_bind_challenge(struct route_call *c, struct err *e)
{
	struct bytes order;

	return credential_bind_challenge(c->app, c->a, &c->actor, c->secret, &order, e) &&
	       answer_order(c, order);
}

bool api_bind(struct route_call *c, struct err *e)
{
	struct credential_bound bound;

	if (c->form.wrong)
		return err_set(e, ERR_MALFORMED, "answer");
	if (!credential_bind(c->app, &c->actor, c->secret, form_bytes(&c->form, "answer"),
		    form_number(&c->form, "in_token") != 0, &bound, e))
		return false;
	return answer_json(c, 200,
		arena_printf(c->a, "{\"id\":\"%s\",\"bound\":%s,\"usable_at\":\"%s\"}",
			id_text(c->a, bound.id),
			bound.state == CREDENTIAL_BOUND ? "true" : "false",
			time_iso(c->a, bound.usable_at)));
}

bool api_vouch_challenge(struct route_call *c, struct err *e)
{
	struct bytes order;
	struct id id;

	return call_id(c, &id, e) &&
	       credential_vouch_challenge(
		       c->app, c->a, &c->actor, c->secret, id, &order, e) &&
	       answer_order(c, order);
}

bool api_vouch(struct route_call *c, struct err *e)
{
	if (c->form.wrong)
		return err_set(e, ERR_MALFORMED, "answer");
	return credential_vouch(c->app, &c->actor, c->secret,
		       form_bytes(&c->form, "answer"), false, e) &&
	       answer_json(c, 200, "{}");
}

bool page_credential_refuse(struct route_call *c, struct err *e)
{
	struct id id;

	return call_id(c, &id, e) && credential_refuse(c->app, &c->actor, id, e) &&
	       go(c, "/credentials", DONE(MSG_WEB_DONE_SAVED));
}

bool page_credential_end(struct route_call *c, struct err *e)
{
	struct id id;

	return call_id(c, &id, e) && credential_end(c->app, &c->actor, id, e) &&
	       go(c, "/credentials", DONE(MSG_WEB_DONE_SAVED));
}

bool page_loss_report(struct route_call *c, struct err *e)
{
	struct id id, loss;

	if (c->form.wrong)
		return err_refuse(
			e, ERR_USAGE, MSG_WEB_ERROR_REASON, NULL, "no reason was given");
	return call_id(c, &id, e) &&
	       loss_report(
		       c->app, &c->actor, id, form_bytes(&c->form, "reason"), &loss, e) &&
	       go(c, "/credentials", DONE(MSG_WEB_DONE_LOSS));
}

bool page_loss_confirm(struct route_call *c, struct err *e)
{
	struct id id;

	return call_id(c, &id, e) && loss_confirm(c->app, &c->actor, id, e) &&
	       go(c, "/credentials", DONE(MSG_WEB_DONE_SAVED));
}

bool page_loss_withdraw(struct route_call *c, struct err *e)
{
	struct id id;

	return call_id(c, &id, e) && loss_withdraw(c->app, &c->actor, id, e) &&
	       go(c, "/credentials", DONE(MSG_WEB_DONE_SAVED));
}

/* --- mandates ---------------------------------------------------------------------- */

struct mandate_row {
	const char *id, *name, *kinds;
	bool may_sign, may_seal, has_amount, is_draft, is_in_force, may_revoke;
	int64_t amount, valid_from, valid_to;
	unsigned state;
};
static const struct view_member mandate_row_members[] = {
	VIEW_TEXT(struct mandate_row, id), VIEW_TEXT(struct mandate_row, name),
	VIEW_TEXT(struct mandate_row, kinds), VIEW_BOOL(struct mandate_row, may_sign),
	VIEW_BOOL(struct mandate_row, may_seal),
	VIEW_BOOL(struct mandate_row, has_amount),
	VIEW_BOOL(struct mandate_row, is_draft),
	VIEW_BOOL(struct mandate_row, is_in_force),
	VIEW_BOOL(struct mandate_row, may_revoke), VIEW_MONEY(struct mandate_row, amount),
	VIEW_DATE(struct mandate_row, valid_from),
	VIEW_DATE(struct mandate_row, valid_to), VIEW_MSG(struct mandate_row, state)};
static const struct view mandate_row_view = VIEW(struct mandate_row, mandate_row_members);

struct member_choice {
	const char *id, *name;
};
static const struct view_member member_choice_members[] = {
	VIEW_TEXT(struct member_choice, id), VIEW_TEXT(struct member_choice, name)};
static const struct view member_choice_view =
	VIEW(struct member_choice, member_choice_members);

struct mandates_view {
	struct shell shell;
	struct mandate_row *mandates;
	size_t mandate_count;
	struct member_choice *members;
	size_t member_count;
	bool is_legal;
};
static const struct view_member mandates_members[] = {SHELL(struct mandates_view),
	VIEW_MANY(struct mandates_view, mandates, mandate_count, &mandate_row_view),
	VIEW_MANY(struct mandates_view, members, member_count, &member_choice_view),
	VIEW_BOOL(struct mandates_view, is_legal)};
const struct view mandates_view = VIEW(struct mandates_view, mandates_members);

static unsigned mandate_label(enum mandate_state s)
{
	static const enum msg labels[] = {[MANDATE_DRAFT] = MSG_WEB_MANDATE_DRAFT,
		[MANDATE_IN_FORCE] = MSG_WEB_MANDATE_IN_FORCE,
		[MANDATE_REVOKED] = MSG_WEB_MANDATE_REVOKED,
		[MANDATE_OVER] = MSG_WEB_MANDATE_OVER,
		[MANDATE_TO_COME] = MSG_WEB_MANDATE_TO_COME};

	return (unsigned)labels[s] + 1;
}

static struct mandate_row mandate_row_of(struct route_call *c, const struct mandate *m)
{
	return (struct mandate_row){.id = id_text(c->a, m->id),
		.name = m->name,
		.kinds = m->kinds,
		.may_sign = (m->acts & MANDATE_SIGN) != 0,
		.may_seal = (m->acts & MANDATE_SEAL) != 0,
		.has_amount = m->has_amount,
		.is_draft = m->state == MANDATE_DRAFT,
		.is_in_force = m->state == MANDATE_IN_FORCE,
		.may_revoke = m->state != MANDATE_REVOKED && m->state != MANDATE_OVER,
		.amount = m->amount_max,
		.valid_from = m->valid_from,
		.valid_to = m->valid_to,
		.state = mandate_label(m->state)};
}

static bool fill_delegates(struct route_call *c, struct mandates_view *v, struct err *e)
{
	const struct list_from all = {.count = LIST_MAX};
	struct member *rows;
	size_t count;
	bool more;

	if (!member_page(c->app, &c->actor, c->a, c->actor.organisation, false, &all,
		    &rows, &count, &more, e))
		return false;
	v->members = ARENA_ARRAY(c->a, count + 1, struct member_choice);
	for (size_t i = 0; i < count; i++)
		if (rows[i].role != MEMBER_LEGAL)
			v->members[v->member_count++] = (struct member_choice){
				id_text(c->a, rows[i].id), rows[i].name};
	return true;
}

bool page_mandates(struct route_call *c, struct err *e)
{
	struct mandates_view v = {.is_legal = c->actor.role == MEMBER_LEGAL};
	struct list_from from = {0};
	struct mandate *rows;
	bool more;

	if (c->route->form == &form_list && !call_from(c, &from, e))
		return false;
	if (!mandate_page(c->app, &c->actor, c->a, c->actor.organisation, &from, &rows,
		    &v.mandate_count, &more, e) ||
		!fill_delegates(c, &v, e))
		return false;
	v.mandates = ARENA_ARRAY(c->a, v.mandate_count + 1, struct mandate_row);
	for (size_t i = 0; i < v.mandate_count; i++)
		v.mandates[i] = mandate_row_of(c, &rows[i]);
	if (more)
		v.shell.more =
			more_by_time(c, "/mandates", rows[v.mandate_count - 1].created_at,
				v.mandates[v.mandate_count - 1].id);
	shell_form(c, &v.shell, &form_mandate, "/mandates", NULL);
	return show(c, "mandates", MSG_WEB_TITLE_MANDATES, &mandates_view, &v, e);
}

bool page_mandate_new(struct route_call *c, struct err *e)
{
	const struct form_value *amount = form_get(&c->form, "amount");
	struct mandate_wanted w = {.acts = (unsigned)form_number(&c->form, "acts"),
		.kinds = form_bytes(&c->form, "kinds"),
		.has_amount = amount->given,
		.amount_max = amount->number,
		/* Days of Beijing: from the first moment of one to the last of the other.
		 */
		.valid_from = form_number(&c->form, "valid_from") - 8 * TIME_HOUR,
		.valid_to =
			form_number(&c->form, "valid_to") + 16 * TIME_HOUR - TIME_SECOND};
	struct bytes member = form_bytes(&c->form, "member");
	struct id made;

	if (c->form.wrong) {
		c->resp->status = 422;
		return page_mandates(c, e);
	}
	for (size_t i = 0; i < ID_SIZE; i++)
		w.member.b[i] = member.p[i];
	return mandate_draft(c->app, &c->actor, &w, &made, e) &&
	       go(c, "/mandates", DONE(MSG_WEB_DONE_SAVED));
}

bool api_mandate_order(struct route_call *c, struct err *e)
{
	struct bytes order, record;
	int64_t expiry;
	struct id id;

	return call_id(c, &id, e) &&
	       mandate_order(c->app, &c->actor, c->a, id, &order, &expiry, &record, e) &&
	       answer_json(c, 200,
		       arena_printf(c->a, "{\"order\":\"%s\",\"document\":\"%s\"}",
			       base64_encode(c->a, order), base64_encode(c->a, record)));
}

bool api_mandate_sign(struct route_call *c, struct err *e)
{
	struct id id;

	if (c->form.wrong)
		return err_set(e, ERR_MALFORMED, "signature");
	return call_id(c, &id, e) &&
	       mandate_accept(
		       c->app, &c->actor, id, form_bytes(&c->form, "signature"), e) &&
	       answer_json(c, 200, "{}");
}

bool page_mandate_revoke(struct route_call *c, struct err *e)
{
	struct id id;

	return call_id(c, &id, e) && mandate_revoke(c->app, &c->actor, id, e) &&
	       go(c, "/mandates", DONE(MSG_WEB_DONE_SAVED));
}
