/* page_desk: the work desk, messages, switching, a certificate within the session.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "base/text.h"
#include "domain/credential.h"
#include "domain/login.h"
#include "domain/message.h"
#include "domain/organisation.h"
#include "domain/session.h"
#include "web/pages.h"
#include "web/rows.h"
#include "web/state.h"

enum { DESK_MESSAGES = 6 };

struct desk_view {
	struct shell shell;
	struct message_row *messages;
	size_t message_count;
	struct credential_row *credentials;
	size_t credential_count;
	bool is_pending, is_suspended, has_organisation, is_newcomer;
	const char *state_why;
};
static const struct view_member desk_members[] = {SHELL(struct desk_view),
	VIEW_MANY(struct desk_view, messages, message_count, &message_row_view),
	VIEW_MANY(struct desk_view, credentials, credential_count, &credential_row_view),
	VIEW_BOOL(struct desk_view, is_pending),
	VIEW_BOOL(struct desk_view, is_suspended),
	VIEW_BOOL(struct desk_view, has_organisation),
	VIEW_BOOL(struct desk_view, is_newcomer), VIEW_TEXT(struct desk_view, state_why)};
const struct view desk_view = VIEW(struct desk_view, desk_members);

struct messages_view {
	struct shell shell;
	struct message_row *messages;
	size_t message_count;
};
static const struct view_member messages_members[] = {SHELL(struct messages_view),
	VIEW_MANY(struct messages_view, messages, message_count, &message_row_view)};
const struct view messages_view = VIEW(struct messages_view, messages_members);

static bool fill_organisation(struct route_call *c, struct desk_view *v, struct err *e)
{
	struct organisation o;

	if (id_is_none(c->actor.organisation))
		return true;
	if (!organisation_see(c->app, &c->actor, c->a, c->actor.organisation, &o, e))
		return false;
	v->has_organisation = true;
	v->is_pending = o.state == ORGANISATION_PENDING;
	v->is_suspended = o.state == ORGANISATION_SUSPENDED;
	v->state_why = o.state_why;
	return true;
}

bool page_desk(struct route_call *c, struct err *e)
{
	struct desk_view v = {.is_newcomer = c->actor.is_newcomer};
	const struct list_from first = {.count = DESK_MESSAGES};
	bool more;

	return fill_organisation(c, &v, e) &&
	       message_lines(c, &first, &v.messages, &v.message_count, &more, e) &&
	       credential_lines(c, &v.credentials, &v.credential_count, e) &&
	       show(c, "desk", MSG_WEB_TITLE_DESK, &desk_view, &v, e);
}

bool page_messages(struct route_call *c, struct err *e)
{
	struct messages_view v = {0};
	struct list_from from;
	bool more;

	if (!call_from(c, &from, e) ||
		!message_lines(c, &from, &v.messages, &v.message_count, &more, e))
		return false;
	if (more)
		v.shell.more =
			more_by_time(c, "/messages", v.messages[v.message_count - 1].at,
				v.messages[v.message_count - 1].id);
	return show(c, "messages", MSG_WEB_TITLE_MESSAGES, &messages_view, &v, e);
}

bool page_messages_read(struct route_call *c, struct err *e)
{
	return message_mark_all(
		       c->app, &c->actor, c->app->world->now(c->app->world), e) &&
	       go(c, "/messages", 0);
}

bool page_switch(struct route_call *c, struct err *e)
{
	struct id id;

	return call_id(c, &id, e) && session_switch(c->app, &c->actor, id, e) &&
	       go(c, "/desk", 0);
}

/* --- a certificate within the session ---------------------------------------------- */

bool api_step_up_challenge(struct route_call *c, struct err *e)
{
	struct bytes order;

	return login_step_up_challenge(c->app, c->a, &c->actor, c->secret,
		       msg_text(c->lang, MSG_WEB_STEP_UP_TEXT), &order, e) &&
	       answer_order(c, order);
}

bool api_step_up(struct route_call *c, struct err *e)
{
	int64_t until;

	if (c->form.wrong)
		return err_set(e, ERR_MALFORMED, "answer");
	return login_step_up(c->app, &c->actor, c->secret, form_bytes(&c->form, "answer"),
		       &until, e) &&
	       answer_json(c, 200, "{}");
}
