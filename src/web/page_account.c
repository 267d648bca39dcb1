/* page_account: one's own account, password and sessions; recovery by certificate.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "base/text.h"
#include "domain/account.h"
#include "domain/recovery.h"
#include "domain/session.h"
#include "web/pages.h"
#include "web/rows.h"
#include "web/state.h"

struct session_row {
	const char *id, *organisation, *address, *agent;
	unsigned assurance;
	int64_t created_at, seen_at;
	bool is_this;
};
static const struct view_member session_row_members[] = {
	VIEW_TEXT(struct session_row, id), VIEW_TEXT(struct session_row, organisation),
	VIEW_TEXT(struct session_row, address), VIEW_TEXT(struct session_row, agent),
	VIEW_MSG(struct session_row, assurance),
	VIEW_TIME(struct session_row, created_at), VIEW_TIME(struct session_row, seen_at),
	VIEW_BOOL(struct session_row, is_this)};
static const struct view session_row_view = VIEW(struct session_row, session_row_members);

struct account_view {
	struct shell shell;
	struct session_row *sessions;
	size_t session_count;
};
static const struct view_member account_members[] = {SHELL(struct account_view),
	VIEW_MANY(struct account_view, sessions, session_count, &session_row_view)};
const struct view account_view = VIEW(struct account_view, account_members);

static unsigned assurance_label(enum assurance a)
{
	static const enum msg labels[] = {[ASSURED_PASSWORD] = MSG_WEB_ASSURED_PASSWORD,
		[ASSURED_CERT_FILE] = MSG_WEB_ASSURED_FILE,
		[ASSURED_CERT_TOKEN] = MSG_WEB_ASSURED_TOKEN};

	return (unsigned)labels[a] + 1;
}

bool page_account(struct route_call *c, struct err *e)
{
	struct account_view v = {0};
	struct session_view *rows;

	if (!session_list(c->app, c->a, &c->actor, &rows, &v.session_count, e))
		return false;
	v.sessions = ARENA_ARRAY(c->a, v.session_count + 1, struct session_row);
	for (size_t i = 0; i < v.session_count; i++)
		v.sessions[i] = (struct session_row){id_text(c->a, rows[i].id),
			rows[i].organisation, rows[i].address, rows[i].agent,
			assurance_label(rows[i].assurance), rows[i].created_at,
			rows[i].seen_at, rows[i].is_this};
	shell_form(c, &v.shell, &form_password, "/account/password", NULL);
	return show(c, "account", MSG_WEB_TITLE_ACCOUNT, &account_view, &v, e);
}

/* Both came from the same hand: nothing is compared with a secret of ours. */
static bool passwords_agree(struct route_call *c)
{
	return bytes_equal(
		form_bytes(&c->form, "password"), form_bytes(&c->form, "again"));
}

bool page_password(struct route_call *c, struct err *e)
{
	struct err why;

	if (!c->form.wrong && !passwords_agree(c))
		form_blame(&c->form, "again", MSG_WEB_ERROR_AGAIN);
	if (c->form.wrong) {
		c->resp->status = 422;
		return page_account(c, e);
	}
	if (account_password_change(c->app, &c->actor, form_bytes(&c->form, "old"),
		    form_bytes(&c->form, "password"), &why))
		return go(c, "/account", DONE(MSG_WEB_DONE_PASSWORD));
	if (err_http(why.code) >= 500 && why.code != ERR_BUSY) {
		*e = why;
		return false;
	}
	c->resp->status = (unsigned)err_http(why.code);
	why.text[0] = 0;
	c->error = err_say(c->a, c->lang, &why);
	return page_account(c, e);
}

bool page_session_revoke(struct route_call *c, struct err *e)
{
	struct id id;

	return call_id(c, &id, e) && session_revoke(c->app, &c->actor, id, e) &&
	       go(c, "/account", DONE(MSG_WEB_DONE_SAVED));
}

bool page_sessions_revoke(struct route_call *c, struct err *e)
{
	int64_t ended;

	return session_revoke_others(c->app, &c->actor, &ended, e) &&
	       go(c, "/account", DONE(MSG_WEB_DONE_SAVED));
}

/* --- recovery ---------------------------------------------------------------------- */

struct recovery_page {
	struct shell shell;
	bool is_asked, is_running, is_done, is_ended;
	const char *organisation, *login;
	int64_t ends_at;
};
static const struct view_member recovery_members[] = {SHELL(struct recovery_page),
	VIEW_BOOL(struct recovery_page, is_asked),
	VIEW_BOOL(struct recovery_page, is_running),
	VIEW_BOOL(struct recovery_page, is_done),
	VIEW_BOOL(struct recovery_page, is_ended),
	VIEW_TEXT(struct recovery_page, organisation),
	VIEW_TEXT(struct recovery_page, login), VIEW_TIME(struct recovery_page, ends_at)};
const struct view recovery_page_view = VIEW(struct recovery_page, recovery_members);

bool page_recovery(struct route_call *c, struct err *e)
{
	struct recovery_page v = {0};
	struct recovery_view r;

	if (!recovery_see(c->app, c->a, c->secret, &r, &v.is_asked, e))
		return false;
	if (v.is_asked) {
		v.organisation = r.organisation;
		v.login = r.login;
		v.ends_at = r.ends_at;
		v.is_running = r.state == RECOVERY_RUNNING;
		v.is_done = r.state == RECOVERY_DONE;
		v.is_ended = !v.is_running && !v.is_done;
	}
	return show(c, "recovery", MSG_WEB_TITLE_RECOVERY, &recovery_page_view, &v, e);
}

bool api_recovery_challenge(struct route_call *c, struct err *e)
{
	struct bytes order;

	return recovery_challenge(c->app, c->a, c->lang, c->secret, &order, e) &&
	       answer_order(c, order);
}

bool api_recovery_ask(struct route_call *c, struct err *e)
{
	const struct recovery_request r = {form_bytes(&c->form, "login"),
		form_bytes(&c->form, "name"), form_bytes(&c->form, "password")};
	struct client client = call_client(c);
	struct recovery_view v;

	if (c->form.wrong)
		return err_refuse(
			e, ERR_USAGE, MSG_WEB_ERROR_400, NULL, "the form is not whole");
	return recovery_ask(c->app, c->a, c->secret, form_bytes(&c->form, "answer"), &r,
		       &client, &v, e) &&
	       answer_json(c, 200, "{\"to\":\"/recovery\"}");
}

bool api_recovery_cancel_challenge(struct route_call *c, struct err *e)
{
	struct bytes order;
	struct id id;

	return call_id(c, &id, e) &&
	       recovery_cancel_challenge(
		       c->app, c->a, c->lang, c->secret, id, &order, e) &&
	       answer_order(c, order);
}

bool api_recovery_cancel(struct route_call *c, struct err *e)
{
	struct client client = call_client(c);

	if (c->form.wrong)
		return err_set(e, ERR_MALFORMED, "answer");
	return recovery_cancel(
		       c->app, c->secret, form_bytes(&c->form, "answer"), &client, e) &&
	       answer_json(c, 200, "{}");
}
