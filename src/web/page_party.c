/* page_party: an organisation, its members and invitations, one person.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "base/text.h"
#include "domain/invitation.h"
#include "domain/member.h"
#include "domain/organisation.h"
#include "domain/person.h"
#include "web/pages.h"
#include "web/rows.h"
#include "web/state.h"

/* --- organisation ------------------------------------------------------------------ */

struct organisation_view {
	struct shell shell;
	const char *id, *name, *credit_code, *kinds, *region, *address, *legal_name;
	const char *checked_how, *state_why;
	bool is_pending, is_active, is_suspended, has_check;
	int64_t checked_at, created_at;
};
static const struct view_member organisation_members[] = {SHELL(struct organisation_view),
	VIEW_TEXT(struct organisation_view, id),
	VIEW_TEXT(struct organisation_view, name),
	VIEW_TEXT(struct organisation_view, credit_code),
	VIEW_TEXT(struct organisation_view, kinds),
	VIEW_TEXT(struct organisation_view, region),
	VIEW_TEXT(struct organisation_view, address),
	VIEW_TEXT(struct organisation_view, legal_name),
	VIEW_TEXT(struct organisation_view, checked_how),
	VIEW_TEXT(struct organisation_view, state_why),
	VIEW_BOOL(struct organisation_view, is_pending),
	VIEW_BOOL(struct organisation_view, is_active),
	VIEW_BOOL(struct organisation_view, is_suspended),
	VIEW_BOOL(struct organisation_view, has_check),
	VIEW_TIME(struct organisation_view, checked_at),
	VIEW_TIME(struct organisation_view, created_at)};
const struct view organisation_view =
	VIEW(struct organisation_view, organisation_members);

static bool fill(
	struct route_call *c, struct id id, struct organisation_view *v, struct err *e)
{
	struct organisation o;

	if (!organisation_see(c->app, &c->actor, c->a, id, &o, e))
		return false;
	v->id = id_text(c->a, o.id);
	v->name = o.name;
	v->credit_code = o.credit_code;
	v->kinds = kinds_text(c, o.kinds);
	v->region = o.region;
	v->address = o.address;
	v->legal_name = o.legal_name;
	v->checked_how = o.checked_how;
	v->state_why = o.state_why;
	v->is_pending = o.state == ORGANISATION_PENDING;
	v->is_active = o.state == ORGANISATION_ACTIVE;
	v->is_suspended = o.state == ORGANISATION_SUSPENDED;
	v->has_check = o.checked_at != TIME_NONE;
	v->checked_at = o.checked_at;
	v->created_at = o.created_at;
	return true;
}

bool page_organisation(struct route_call *c, struct err *e)
{
	struct organisation_view v = {0};
	const char *now[2];

	if (!fill(c, c->actor.organisation, &v, e))
		return false;
	now[0] = v.region;
	now[1] = v.address;
	shell_form(c, &v.shell, &form_where, "/organisation", now);
	return show(
		c, "organisation", MSG_WEB_TITLE_ORGANISATION, &organisation_view, &v, e);
}

bool page_organisation_post(struct route_call *c, struct err *e)
{
	if (c->form.wrong) {
		c->resp->status = 422;
		return page_organisation(c, e);
	}
	return organisation_edit(c->app, &c->actor, c->actor.organisation,
		       form_bytes(&c->form, "region"), form_bytes(&c->form, "address"),
		       e) &&
	       go(c, "/organisation", DONE(MSG_WEB_DONE_SAVED));
}

bool page_admin_organisation(struct route_call *c, struct err *e)
{
	struct organisation_view v = {0};
	struct id id;

	if (!call_id(c, &id, e) || !fill(c, id, &v, e))
		return false;
	shell_form(c, &v.shell, &form_how,
		arena_printf(c->a, "/admin/organisations/%s/%s", v.id,
			v.is_pending ? "check" : "suspend"),
		NULL);
	return show(c, "admin_organisation", MSG_WEB_TITLE_ORGANISATION,
		&organisation_view, &v, e);
}

static bool back_to_it(struct route_call *c, struct id id, unsigned done)
{
	return go(c, arena_printf(c->a, "/admin/organisations/%s", id_text(c->a, id)),
		done);
}

bool page_admin_check(struct route_call *c, struct err *e)
{
	struct id id;

	if (c->form.wrong) {
		c->resp->status = 422;
		return page_admin_organisation(c, e);
	}
	return call_id(c, &id, e) &&
	       organisation_check(
		       c->app, &c->actor, id, form_bytes(&c->form, "how"), e) &&
	       back_to_it(c, id, DONE(MSG_WEB_DONE_CHECKED));
}

bool page_admin_suspend(struct route_call *c, struct err *e)
{
	struct id id;

	if (c->form.wrong) {
		c->resp->status = 422;
		return page_admin_organisation(c, e);
	}
	return call_id(c, &id, e) &&
	       organisation_suspend(
		       c->app, &c->actor, id, form_bytes(&c->form, "how"), e) &&
	       back_to_it(c, id, DONE(MSG_WEB_DONE_SAVED));
}

bool page_admin_reinstate(struct route_call *c, struct err *e)
{
	struct id id;

	return call_id(c, &id, e) && organisation_reinstate(c->app, &c->actor, id, e) &&
	       back_to_it(c, id, DONE(MSG_WEB_DONE_SAVED));
}

/* --- members ----------------------------------------------------------------------- */

struct member_row {
	const char *id, *person, *name, *id_number, *phone, *login;
	unsigned role;
	bool is_newcomer, is_self;
	int64_t since;
};
static const struct view_member member_row_members[] = {VIEW_TEXT(struct member_row, id),
	VIEW_TEXT(struct member_row, person), VIEW_TEXT(struct member_row, name),
	VIEW_TEXT(struct member_row, id_number), VIEW_TEXT(struct member_row, phone),
	VIEW_TEXT(struct member_row, login), VIEW_MSG(struct member_row, role),
	VIEW_BOOL(struct member_row, is_newcomer), VIEW_BOOL(struct member_row, is_self),
	VIEW_DATE(struct member_row, since)};
static const struct view member_row_view = VIEW(struct member_row, member_row_members);

struct invitation_row {
	const char *id, *for_name;
	unsigned role, state;
	bool is_open;
	int64_t expires_at;
};
static const struct view_member invitation_row_members[] = {
	VIEW_TEXT(struct invitation_row, id), VIEW_TEXT(struct invitation_row, for_name),
	VIEW_MSG(struct invitation_row, role), VIEW_MSG(struct invitation_row, state),
	VIEW_BOOL(struct invitation_row, is_open),
	VIEW_TIME(struct invitation_row, expires_at)};
static const struct view invitation_row_view =
	VIEW(struct invitation_row, invitation_row_members);

struct members_view {
	struct shell shell;
	struct member_row *members;
	size_t member_count;
	struct invitation_row *invitations;
	size_t invitation_count;
	const char *secret; /* the address of an invitation just made */
};
static const struct view_member members_members[] = {SHELL(struct members_view),
	VIEW_MANY(struct members_view, members, member_count, &member_row_view),
	VIEW_MANY(
		struct members_view, invitations, invitation_count, &invitation_row_view),
	VIEW_TEXT(struct members_view, secret)};
const struct view members_view = VIEW(struct members_view, members_members);

static bool fill_members(struct route_call *c, struct members_view *v, struct err *e)
{
	struct list_from from = {0};
	struct member *rows;
	bool more;

	if (c->route->form == &form_list && !call_from(c, &from, e))
		return false;
	if (!member_page(c->app, &c->actor, c->a, c->actor.organisation, false, &from,
		    &rows, &v->member_count, &more, e))
		return false;
	v->members = ARENA_ARRAY(c->a, v->member_count + 1, struct member_row);
	for (size_t i = 0; i < v->member_count; i++)
		v->members[i] = (struct member_row){id_text(c->a, rows[i].id),
			id_text(c->a, rows[i].person), rows[i].name,
			rows[i].id_number_mask, rows[i].phone_mask, rows[i].login,
			role_label(rows[i].role), rows[i].is_newcomer,
			id_equal(rows[i].person, c->actor.person), rows[i].since};
	if (more)
		v->shell.more =
			more_by_time(c, "/members", rows[v->member_count - 1].since,
				v->members[v->member_count - 1].id);
	return true;
}

static unsigned invitation_label(enum invitation_state s)
{
	static const enum msg labels[] = {[INVITATION_OPEN] = MSG_WEB_INVITATION_OPEN,
		[INVITATION_USED] = MSG_WEB_INVITATION_USED,
		[INVITATION_WITHDRAWN] = MSG_WEB_INVITATION_WITHDRAWN,
		[INVITATION_EXPIRED] = MSG_WEB_INVITATION_EXPIRED};

	return (unsigned)labels[s] + 1;
}

/* Who may not see them sees a list without. */
static bool fill_invitations(struct route_call *c, struct members_view *v, struct err *e)
{
	const struct list_from first = {0};
	struct invitation *rows;
	bool more;

	if (!invitation_page(c->app, &c->actor, c->a, &first, &rows, &v->invitation_count,
		    &more, e)) {
		v->invitation_count = 0;
		return e->code == ERR_DENIED || e->code == ERR_NOT_FOUND;
	}
	v->invitations =
		ARENA_ARRAY(c->a, v->invitation_count + 1, struct invitation_row);
	for (size_t i = 0; i < v->invitation_count; i++)
		v->invitations[i] = (struct invitation_row){id_text(c->a, rows[i].id),
			rows[i].for_name, role_label(rows[i].role),
			invitation_label(rows[i].state), rows[i].state == INVITATION_OPEN,
			rows[i].expires_at};
	return true;
}

static bool show_members(struct route_call *c, const char *secret, struct err *e)
{
	struct members_view v = {.secret = secret};

	if (!fill_members(c, &v, e) || !fill_invitations(c, &v, e))
		return false;
	shell_form(c, &v.shell, &form_invite, "/invitations", NULL);
	return show(c, "members", MSG_WEB_TITLE_MEMBERS, &members_view, &v, e);
}

bool page_members(struct route_call *c, struct err *e)
{
	return show_members(c, NULL, e);
}

/* The one POST that shows a page: the secret is told here and never again. */
bool page_invite(struct route_call *c, struct err *e)
{
	AUTO(secret) secret = NULL;
	struct id id;

	if (c->form.wrong) {
		c->resp->status = 422;
		return show_members(c, NULL, e);
	}
	if (!invitation_make(c->app, &c->actor, form_bytes(&c->form, "name"),
		    (enum member_role)form_number(&c->form, "role"), &secret, &id, e))
		return false;
	return show_members(c,
		arena_printf(c->a, "%s/invitation/%s", c->app->origin,
			hex_encode(c->a,
				bytes_make(secret_view(secret), secret_size(secret)))),
		e);
}

bool page_invitation_withdraw(struct route_call *c, struct err *e)
{
	struct id id;

	return call_id(c, &id, e) && invitation_withdraw(c->app, &c->actor, id, e) &&
	       go(c, "/members", DONE(MSG_WEB_DONE_SAVED));
}

bool page_member_role(struct route_call *c, struct err *e)
{
	struct id id;

	if (c->form.wrong)
		return err_set(e, ERR_USAGE, "role");
	return call_id(c, &id, e) &&
	       member_change(c->app, &c->actor, id,
		       (enum member_role)form_number(&c->form, "role"), e) &&
	       go(c, "/members", DONE(MSG_WEB_DONE_SAVED));
}

bool page_member_end(struct route_call *c, struct err *e)
{
	struct id id;

	return call_id(c, &id, e) && member_end(c->app, &c->actor, id, e) &&
	       go(c, "/members", DONE(MSG_WEB_DONE_SAVED));
}

/* --- one person -------------------------------------------------------------------- */

struct person_view {
	struct shell shell;
	const char *id, *name, *id_number, *phone, *email, *revealed;
	unsigned what;
};
static const struct view_member person_members[] = {SHELL(struct person_view),
	VIEW_TEXT(struct person_view, id), VIEW_TEXT(struct person_view, name),
	VIEW_TEXT(struct person_view, id_number), VIEW_TEXT(struct person_view, phone),
	VIEW_TEXT(struct person_view, email), VIEW_TEXT(struct person_view, revealed),
	VIEW_MSG(struct person_view, what)};
const struct view person_view = VIEW(struct person_view, person_members);

static bool show_person(struct route_call *c, const char *revealed, struct err *e)
{
	struct person_view v = {.revealed = revealed};
	struct person p;
	struct id id;

	if (!call_id(c, &id, e) || !person_see(c->app, &c->actor, c->a, id, &p, e))
		return false;
	v.id = id_text(c->a, p.id);
	v.name = p.name;
	v.id_number = p.id_number_mask;
	v.phone = p.phone_mask;
	v.email = p.email;
	shell_form(c, &v.shell, &form_reveal,
		arena_printf(c->a, "/people/%s/reveal", v.id), NULL);
	return show(c, "person", MSG_WEB_TITLE_PERSON, &person_view, &v, e);
}

bool page_person(struct route_call *c, struct err *e)
{
	return show_person(c, NULL, e);
}

bool page_reveal(struct route_call *c, struct err *e)
{
	AUTO(secret) value = NULL;
	struct id id;

	if (c->form.wrong)
		return err_set(e, ERR_USAGE, "what");
	/* It is on record before it is seen; on the page only, never in a header or log.
	 */
	return call_id(c, &id, e) &&
	       person_reveal(c->app, &c->actor, id,
		       (enum field_purpose)form_number(&c->form, "what"), &value, e) &&
	       show_person(c,
		       arena_str(
			       c->a, bytes_make(secret_view(value), secret_size(value))),
		       e);
}
