/* page_public: what anyone may see, and coming in.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <jansson.h>
#include <string.h>

#include "base/text.h"
#include "domain/account.h"
#include "domain/invitation.h"
#include "domain/login.h"
#include "web/pages.h"
#include "web/rows.h"
#include "web/state.h"

enum { DEVICE_DAYS = 365, YEAR_S = 365 * 86400 };

/* A page of nothing but its shell. */
struct plain_view {
	struct shell shell;
};
static const struct view_member plain_members[] = {SHELL(struct plain_view)};
const struct view plain_view = VIEW(struct plain_view, plain_members);

bool page_home(struct route_call *c, struct err *e)
{
	struct plain_view v = {0};

	return show(c, "home", MSG_WEB_TITLE_HOME, &plain_view, &v, e);
}

bool page_help(struct route_call *c, struct err *e)
{
	struct plain_view v = {0};

	return show(c, "help", MSG_WEB_TITLE_HELP, &plain_view, &v, e);
}

const struct web_asset *web_asset_find(const char *path)
{
	for (size_t i = 0; i < web_asset_count; i++)
		if (strcmp(web_assets[i].path, path) == 0)
			return &web_assets[i];
	return NULL;
}

bool page_asset(struct route_call *c, struct err *e)
{
	const struct web_asset *f =
		web_asset_find(arena_str(c->a, http_param(c->req, "file")));
	const char *known = http_header(c->req, "If-None-Match"), *tag;

	if (!f)
		return err_set(e, ERR_NOT_FOUND, "no such file");
	tag = arena_printf(c->a, "\"%s\"", f->tag);
	http_set(c->resp, "ETag", tag);
	http_set(c->resp, "Cache-Control", "public, max-age=300");
	if (known && strcmp(known, tag) == 0) {
		c->resp->status = 304;
		return true;
	}
	c->resp->status = 200;
	c->resp->content_type = f->type;
	c->resp->body = bytes_make(f->data, f->size);
	return true;
}

bool page_language(struct route_call *c, struct err *e)
{
	enum lang lang = (enum lang)form_number(&c->form, "lang");
	struct bytes back = c->form.back;
	struct err none;

	if (c->form.wrong)
		return err_set(e, ERR_USAGE, "lang");
	http_set_cookie(c->a, c->resp, COOKIE_LANG, lang_name(lang), YEAR_S, 0);
	if (c->signed_in)
		(void)!account_set_language(c->app, &c->actor, lang, &none);
	return go(c, http_is_path(back) ? arena_str(c->a, back) : "/", 0);
}

/* --- login ------------------------------------------------------------------------- */

bool page_login(struct route_call *c, struct err *e)
{
	struct plain_view v = {0};

	if (c->signed_in && !c->error)
		return go(c, "/desk", 0);
	shell_form(c, &v.shell, &form_login, "/login", NULL);
	return show(c, "login", MSG_WEB_TITLE_LOGIN, &plain_view, &v, e);
}

/* Cookies of a session that begins; the visit's ends. */
static void give_session(struct route_call *c, struct login_done *d)
{
	cookie_give(c, COOKIE_SESSION, d->secret, 0);
	if (d->device)
		cookie_give(c, COOKIE_DEVICE, d->device, (int64_t)DEVICE_DAYS * 86400);
	cookie_take_back(c, COOKIE_VISIT);
	login_done_fini(d);
}

/* A form that was refused is shown again, with the reason above it. */
static bool again(struct route_call *c, const struct err *why,
	bool (*page)(struct route_call *c, struct err *e), struct err *e)
{
	struct err plain = {.code = why->code, .say = why->say};

	c->resp->status = (unsigned)err_http(why->code);
	c->error = err_say(c->a, c->lang, &plain);
	return page(c, e);
}

static bool is_users_matter(const struct err *e)
{
	return err_http(e->code) < 500 || e->code == ERR_BUSY;
}

bool page_login_password(struct route_call *c, struct err *e)
{
	struct client client = call_client(c);
	struct login_done done = {0};
	struct err why;

	if (c->form.wrong) {
		c->resp->status = 422;
		return page_login(c, e);
	}
	if (login_by_password(c->app, form_bytes(&c->form, "login"),
		    form_bytes(&c->form, "password"), &client, &done, &why)) {
		give_session(c, &done);
		return go(c, "/desk", 0);
	}
	if (!is_users_matter(&why)) {
		*e = why;
		return false;
	}
	return again(c, &why, page_login, e);
}

/* --- for the pages' scripts: orders and answers in base64 --------------------------- */

bool api_login_challenge(struct route_call *c, struct err *e)
{
	struct bytes order;

	return login_challenge(c->app, c->a, c->secret, &order, e) &&
	       answer_order(c, order);
}

bool api_login_certificate(struct route_call *c, struct err *e)
{
	struct client client = call_client(c);
	struct login_done done = {0};

	if (c->form.wrong)
		return err_set(e, ERR_MALFORMED, "answer");
	if (!login_by_certificate(
		    c->app, c->secret, form_bytes(&c->form, "answer"), &client, &done, e))
		return false;
	give_session(c, &done);
	return answer_json(c, 200, "{\"to\":\"/desk\"}");
}

bool api_login_whose(struct route_call *c, struct err *e)
{
	struct login_whose w;
	json_t *o, *names;
	char *text;

	if (c->form.wrong)
		return err_set(e, ERR_MALFORMED, "answer");
	if (!login_whose(c->app, c->a, c->secret, form_bytes(&c->form, "answer"), &w, e))
		return false;
	names = json_array();
	for (size_t i = 0; i < w.count; i++)
		(void)json_array_append_new(names, json_string(w.logins[i]));
	o = json_pack("{s:s, s:b, s:o}", "organisation", w.organisation, "bound",
		w.is_bound, "logins", names);
	text = json_dumps(o, JSON_COMPACT);
	json_decref(o);
	(void)answer_json(c, 200, arena_str(c->a, bytes_str(text ? text : "{}")));
	free(text);
	return true;
}

bool page_logout(struct route_call *c, struct err *e)
{
	if (!session_revoke(c->app, &c->actor, c->actor.session, e))
		return false;
	cookie_take_back(c, COOKIE_SESSION);
	return go(c, "/", DONE(MSG_WEB_DONE_LOGGED_OUT));
}

/* --- registration ------------------------------------------------------------------ */

bool page_register(struct route_call *c, struct err *e)
{
	struct plain_view v = {0};

	shell_form(c, &v.shell, &form_register, "/register", NULL);
	return show(c, "register", MSG_WEB_TITLE_REGISTER, &plain_view, &v, e);
}

static struct newcomer read_newcomer(struct route_call *c)
{
	return (struct newcomer){
		.person = {form_bytes(&c->form, "person"),
			form_bytes(&c->form, "id_number"), form_bytes(&c->form, "phone"),
			form_bytes(&c->form, "email")},
		.login = form_bytes(&c->form, "login"),
		.password = form_bytes(&c->form, "password"),
		.lang = c->lang};
}

bool page_register_post(struct route_call *c, struct err *e)
{
	struct registration r = {
		.organisation = {form_bytes(&c->form, "credit_code"),
			form_bytes(&c->form, "name"), form_bytes(&c->form, "region"),
			form_bytes(&c->form, "address"),
			form_bytes(&c->form, "legal_name"),
			(uint32_t)form_number(&c->form, "kinds")},
		.is_legal = form_number(&c->form, "is_legal") != 0,
		.newcomer = read_newcomer(c)};
	struct registered done;
	struct err why;

	if (c->form.wrong) {
		c->resp->status = 422;
		return page_register(c, e);
	}
	if (party_register(c->app, &c->actor, &r, &done, &why))
		return go(c, c->signed_in ? "/desk" : "/login",
			DONE(MSG_WEB_DONE_REGISTERED));
	if (!is_users_matter(&why)) {
		*e = why;
		return false;
	}
	return again(c, &why, page_register, e);
}

/* --- invitations ------------------------------------------------------------------- */

struct invitation_view {
	struct shell shell;
	const char *organisation, *for_name;
	unsigned role, state;
	bool is_open;
	int64_t expires_at;
};
static const struct view_member invitation_members[] = {SHELL(struct invitation_view),
	VIEW_TEXT(struct invitation_view, organisation),
	VIEW_TEXT(struct invitation_view, for_name),
	VIEW_MSG(struct invitation_view, role), VIEW_MSG(struct invitation_view, state),
	VIEW_BOOL(struct invitation_view, is_open),
	VIEW_TIME(struct invitation_view, expires_at)};
const struct view invitation_view = VIEW(struct invitation_view, invitation_members);

unsigned role_label(enum member_role role)
{
	static const enum msg labels[] = {[MEMBER_VIEWER] = MSG_WEB_ROLE_VIEWER,
		[MEMBER_HANDLER] = MSG_WEB_ROLE_HANDLER,
		[MEMBER_ADMINISTRATOR] = MSG_WEB_ROLE_ADMINISTRATOR,
		[MEMBER_LEGAL] = MSG_WEB_ROLE_LEGAL};

	return role >= MEMBER_VIEWER && role <= MEMBER_LEGAL ? (unsigned)labels[role] + 1
							     : 0;
}

static bool invitation_secret(struct route_call *c, struct bytes *out, struct err *e)
{
	if (http_param(c->req, "secret").n != 2 * INVITATION_SECRET ||
		!hex_decode(c->a, http_param(c->req, "secret"), out, e))
		return err_set(e, ERR_NOT_FOUND, "no invitation");
	return true;
}

bool page_invitation(struct route_call *c, struct err *e)
{
	struct invitation_view v = {0};
	struct invitation i;
	struct bytes secret;

	if (!invitation_secret(c, &secret, e) ||
		!invitation_see(c->app, c->a, secret, &i, e))
		return false;
	v.organisation = i.organisation_name;
	v.for_name = i.for_name;
	v.role = role_label(i.role);
	v.is_open = i.state == INVITATION_OPEN;
	v.expires_at = i.expires_at;
	shell_form(c, &v.shell, c->signed_in ? &form_none : &form_accept, c->req->target,
		NULL);
	return show(c, "invitation", MSG_WEB_TITLE_INVITATION, &invitation_view, &v, e);
}

bool page_invitation_post(struct route_call *c, struct err *e)
{
	struct newcomer n = read_newcomer(c);
	struct registered done;
	struct bytes secret;
	struct err why;

	if (!invitation_secret(c, &secret, e))
		return false;
	if (c->form.wrong && !c->signed_in) {
		c->resp->status = 422;
		return page_invitation(c, e);
	}
	if (invitation_accept(c->app, &c->actor, secret, &n, &done, &why))
		return go(
			c, c->signed_in ? "/desk" : "/login", DONE(MSG_WEB_DONE_JOINED));
	if (!is_users_matter(&why)) {
		*e = why;
		return false;
	}
	return again(c, &why, page_invitation, e);
}
