/* shell: what every page has: who is here, where one can go, the form of the page.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "base/text.h"
#include "domain/actor.h"
#include "domain/message.h"
#include "domain/session.h"
#include "web/state.h"

static const struct view_member nav_members[] = {VIEW_PATH(struct nav_item, path),
	VIEW_MSG(struct nav_item, label), VIEW_BOOL(struct nav_item, is_here)};
static const struct view nav_view = VIEW(struct nav_item, nav_members);

static const struct view_member choice_members[] = {VIEW_TEXT(struct choice_item, value),
	VIEW_MSG(struct choice_item, label), VIEW_BOOL(struct choice_item, is_chosen)};
static const struct view choice_view = VIEW(struct choice_item, choice_members);

static const struct view_member field_members[] = {VIEW_TEXT(struct field_view, name),
	VIEW_MSG(struct field_view, label), VIEW_MSG(struct field_view, help),
	VIEW_TEXT(struct field_view, value), VIEW_TEXT(struct field_view, wrong),
	VIEW_TEXT(struct field_view, type), VIEW_BOOL(struct field_view, is_input),
	VIEW_BOOL(struct field_view, is_lines), VIEW_BOOL(struct field_view, is_select),
	VIEW_BOOL(struct field_view, is_set), VIEW_BOOL(struct field_view, is_check),
	VIEW_BOOL(struct field_view, is_required),
	VIEW_BOOL(struct field_view, is_checked),
	VIEW_MANY(struct field_view, choices, choice_count, &choice_view)};
static const struct view field_view_ = VIEW(struct field_view, field_members);

static const struct view_member membership_members[] = {
	VIEW_TEXT(struct membership_item, id), VIEW_TEXT(struct membership_item, name),
	VIEW_BOOL(struct membership_item, is_current)};
static const struct view membership_view =
	VIEW(struct membership_item, membership_members);

const struct view_member shell_members[] = {VIEW_TEXT(struct shell, lang),
	VIEW_BOOL(struct shell, is_zh), VIEW_BOOL(struct shell, signed_in),
	VIEW_BOOL(struct shell, is_officer), VIEW_BOOL(struct shell, has_step_up),
	VIEW_MSG(struct shell, title), VIEW_TEXT(struct shell, platform),
	VIEW_TEXT(struct shell, origin), VIEW_TEXT(struct shell, organisation),
	VIEW_TEXT(struct shell, csrf), VIEW_TEXT(struct shell, error),
	VIEW_PATH(struct shell, here), VIEW_MSG(struct shell, said),
	VIEW_MANY(struct shell, nav, nav_count, &nav_view),
	VIEW_MANY(struct shell, memberships, membership_count, &membership_view),
	VIEW_BOOL(struct shell, has_choice), VIEW_INT(struct shell, unread),
	VIEW_PATH(struct shell, action),
	VIEW_MANY(struct shell, fields, field_count, &field_view_),
	VIEW_PATH(struct shell, more)};
const struct view shell_view = VIEW(struct shell, shell_members);

/* --- navigation -------------------------------------------------------------------- */

static const struct {
	const char *path;
	enum msg label;
	enum { FOR_ALL, FOR_MEMBERS, FOR_OFFICERS } whom;
} places[] = {
	{"/desk", MSG_WEB_NAV_DESK, FOR_ALL},
	{"/organisation", MSG_WEB_NAV_ORGANISATION, FOR_MEMBERS},
	{"/members", MSG_WEB_NAV_MEMBERS, FOR_MEMBERS},
	{"/credentials", MSG_WEB_NAV_CREDENTIALS, FOR_ALL},
	{"/mandates", MSG_WEB_NAV_MANDATES, FOR_MEMBERS},
	{"/messages", MSG_WEB_NAV_MESSAGES, FOR_ALL},
	{"/account", MSG_WEB_NAV_ACCOUNT, FOR_ALL},
	{"/admin/organisations", MSG_WEB_NAV_ORGANISATIONS, FOR_OFFICERS},
	{"/admin/acts", MSG_WEB_NAV_ACTS, FOR_OFFICERS},
	{"/admin/rules", MSG_WEB_NAV_RULES, FOR_OFFICERS},
	{"/admin/health", MSG_WEB_NAV_HEALTH, FOR_OFFICERS},
};
enum { PLACES = sizeof places / sizeof *places };

static void fill_nav(struct route_call *c, struct shell *s)
{
	bool member = !id_is_none(c->actor.organisation);

	s->nav = ARENA_ARRAY(c->a, PLACES, struct nav_item);
	for (size_t i = 0; i < PLACES; i++) {
		if ((places[i].whom == FOR_MEMBERS && !member) ||
			(places[i].whom == FOR_OFFICERS && !s->is_officer))
			continue;
		s->nav[s->nav_count++] = (struct nav_item){places[i].path,
			(unsigned)places[i].label + 1,
			bytes_starts(bytes_str(s->here), bytes_str(places[i].path))};
	}
}

/* What a page shows beside its own matter; it does not fail for want of it. */
static void fill_memberships(struct route_call *c, struct shell *s)
{
	struct membership_view *rows;
	size_t count;
	struct err none;

	if (!session_memberships(c->app, c->a, &c->actor, &rows, &count, &none))
		return;
	s->memberships = ARENA_ARRAY(c->a, count + 1, struct membership_item);
	for (size_t i = 0; i < count; i++) {
		s->memberships[s->membership_count++] =
			(struct membership_item){id_text(c->a, rows[i].organisation),
				rows[i].name, rows[i].is_current};
		if (rows[i].is_current)
			s->organisation = rows[i].name;
	}
	s->has_choice = count > 1;
	(void)!message_count_unread(c->app, &c->actor, &s->unread, &none);
}

/* Said once, after what was done on the page before. */
static void fill_said(struct route_call *c, struct shell *s)
{
	const char *text = http_cookie(c->req, COOKIE_FLASH);
	uint64_t n;
	struct err none;

	if (!text || c->resp->status >= 400)
		return;
	cookie_take_back(c, COOKIE_FLASH);
	/* A number of ours or of somebody who plays with their own browser. */
	if (decimal_u64(bytes_str(text), MSG_COUNT, &n, &none) &&
		n > MSG_WEB_DONE_BEGIN && n <= MSG_WEB_DONE_ZEND)
		s->said = (unsigned)n;
}

void shell_fill(struct route_call *c, struct shell *s)
{
	uint8_t token[SESSION_CSRF];

	s->lang = c->lang == LANG_EN ? "en" : "zh-CN";
	s->is_zh = c->lang == LANG_ZH;
	s->platform = c->app->platform;
	s->origin = c->app->origin;
	s->here = c->req->target && http_is_path(bytes_str(c->req->target))
			  ? c->req->target
			  : "/";
	s->signed_in = c->signed_in;
	s->error = s->error ? s->error : c->error;
	if (c->secret.n) {
		session_csrf(c->secret, token);
		s->csrf = hex_encode(c->a, BYTES_OF(token));
	}
	fill_said(c, s);
	if (!c->signed_in)
		return;
	s->is_officer = (c->actor.kinds & (USER_ADMINISTRATOR | USER_SUPERVISOR)) != 0;
	s->has_step_up = c->actor.step_up_until != TIME_NONE &&
			 c->actor.step_up_until > c->app->world->now(c->app->world);
	fill_nav(c, s);
	fill_memberships(c, s);
}

/* --- forms ------------------------------------------------------------------------- */

static const char *type_of(enum field_type type)
{
	switch (type) {
	case FIELD_SECRET:
		return "password";
	case FIELD_EMAIL:
		return "email";
	case FIELD_DATE:
		return "date";
	case FIELD_INT:
		return "number";
	case FIELD_TEXT:
	case FIELD_LINES:
	case FIELD_MONEY:
	case FIELD_TIME:
	case FIELD_BOOL:
	case FIELD_CHOICE:
	case FIELD_SET:
	case FIELD_HEX:
	case FIELD_BASE64:
	case FIELD_ID:
		break;
	}
	return "text";
}

static void draw_choices(struct route_call *c, const struct field *f,
	const struct form_value *v, struct field_view *out)
{
	size_t n = 0;

	while (f->choices[n].value)
		n++;
	out->choices = ARENA_ARRAY(c->a, n + 1, struct choice_item);
	for (size_t i = 0; i < n; i++)
		out->choices[out->choice_count++] = (struct choice_item){
			f->choices[i].value, f->choices[i].label + 1,
			v && v->given &&
				(f->type == FIELD_SET
						? (v->number & f->choices[i].number) != 0
						: v->number == f->choices[i].number)};
}

static void draw_field(struct route_call *c, const struct field *f,
	const struct form_value *v, const char *first, struct field_view *out)
{
	*out = (struct field_view){.name = f->name,
		.label = f->label + 1,
		.help = f->help,
		.type = type_of(f->type),
		.is_required = f->required,
		.value = v ? arena_str(c->a, v->typed) : first};
	if (v && v->wrong)
		out->wrong = form_wrong(c->a, c->lang, v);
	out->is_lines = f->type == FIELD_LINES;
	out->is_select = f->type == FIELD_CHOICE;
	out->is_set = f->type == FIELD_SET;
	out->is_check = f->type == FIELD_BOOL;
	out->is_checked = out->is_check && v && v->number;
	out->is_input =
		!out->is_lines && !out->is_select && !out->is_set && !out->is_check;
	if (f->choices)
		draw_choices(c, f, v, out);
}

void shell_form(struct route_call *c, struct shell *s, const struct form *form,
	const char *action, const char *const *otherwise)
{
	bool read = c->form.form == form && c->req->method == HTTP_POST;

	s->action = action;
	s->fields = ARENA_ARRAY(c->a, form->count + 1, struct field_view);
	for (size_t i = 0; i < form->count; i++)
		draw_field(c, &form->fields[i], read ? &c->form.v[i] : NULL,
			otherwise ? otherwise[i] : NULL, &s->fields[s->field_count++]);
}
