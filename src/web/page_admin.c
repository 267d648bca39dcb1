/* page_admin: what officers of the operator and supervisors look after.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "base/text.h"
#include "domain/act.h"
#include "domain/organisation.h"
#include "domain/rule.h"
#include "web/pages.h"
#include "web/rows.h"
#include "web/state.h"

/* --- organisations ----------------------------------------------------------------- */

struct organisation_row {
	const char *id, *name, *credit_code, *kinds;
	bool is_pending, is_suspended;
	int64_t created_at;
};
static const struct view_member organisation_row_members[] = {
	VIEW_TEXT(struct organisation_row, id), VIEW_TEXT(struct organisation_row, name),
	VIEW_TEXT(struct organisation_row, credit_code),
	VIEW_TEXT(struct organisation_row, kinds),
	VIEW_BOOL(struct organisation_row, is_pending),
	VIEW_BOOL(struct organisation_row, is_suspended),
	VIEW_DATE(struct organisation_row, created_at)};
static const struct view organisation_row_view =
	VIEW(struct organisation_row, organisation_row_members);

struct organisations_view {
	struct shell shell;
	struct organisation_row *organisations;
	size_t organisation_count;
	const char *q;
	bool only_pending;
};
static const struct view_member organisations_members[] = {
	SHELL(struct organisations_view),
	VIEW_MANY(struct organisations_view, organisations, organisation_count,
		&organisation_row_view),
	VIEW_TEXT(struct organisations_view, q),
	VIEW_BOOL(struct organisations_view, only_pending)};
const struct view organisations_view =
	VIEW(struct organisations_view, organisations_members);

bool page_admin_organisations(struct route_call *c, struct err *e)
{
	struct organisations_view v = {0};
	struct list_from from;
	struct organisation *rows;
	struct bytes q;
	bool more;

	if (!call_from(c, &from, e))
		return false;
	q = form_bytes(&c->form, "q");
	v.q = arena_str(c->a, q);
	v.only_pending = bytes_equal(form_bytes(&c->form, "tab"), BYTES("pending"));
	if (!organisation_page(c->app, &c->actor, c->a, v.only_pending ? BYTES("") : q,
		    v.only_pending ? ORGANISATION_PENDING : 0, &from, &rows,
		    &v.organisation_count, &more, e))
		return false;
	v.organisations =
		ARENA_ARRAY(c->a, v.organisation_count + 1, struct organisation_row);
	for (size_t i = 0; i < v.organisation_count; i++)
		v.organisations[i] = (struct organisation_row){id_text(c->a, rows[i].id),
			rows[i].name, rows[i].credit_code, kinds_text(c, rows[i].kinds),
			rows[i].state == ORGANISATION_PENDING,
			rows[i].state == ORGANISATION_SUSPENDED, rows[i].created_at};
	if (more) {
		const struct organisation *last = &rows[v.organisation_count - 1];
		const char *id = id_text(c->a, last->id);

		v.shell.more =
			v.only_pending
				? arena_printf(c->a,
					  "/admin/"
					  "organisations?tab=pending&at=%lld&id=%s",
					  (long long)last->created_at, id)
				: more_by_text(
					  c, "/admin/organisations", last->folded, id);
	}
	return show(c, "admin_organisations", MSG_WEB_TITLE_ORGANISATIONS,
		&organisations_view, &v, e);
}

/* --- acts -------------------------------------------------------------------------- */

struct act_row {
	const char *kind, *who, *about, *address, *detail;
	int64_t at;
};
static const struct view_member act_row_members[] = {VIEW_TEXT(struct act_row, kind),
	VIEW_TEXT(struct act_row, who), VIEW_TEXT(struct act_row, about),
	VIEW_TEXT(struct act_row, address), VIEW_TEXT(struct act_row, detail),
	VIEW_TIME(struct act_row, at)};
static const struct view act_row_view = VIEW(struct act_row, act_row_members);

struct acts_view {
	struct shell shell;
	struct act_row *acts;
	size_t act_count;
};
static const struct view_member acts_members[] = {SHELL(struct acts_view),
	VIEW_MANY(struct acts_view, acts, act_count, &act_row_view)};
const struct view acts_view = VIEW(struct acts_view, acts_members);

bool page_admin_acts(struct route_call *c, struct err *e)
{
	struct acts_view v = {0};
	struct list_from from;
	struct act_seen *rows;
	bool more;

	if (!call_from(c, &from, e) ||
		!act_list(c->app, &c->actor, c->a, &from, &rows, &v.act_count, &more, e))
		return false;
	v.acts = ARENA_ARRAY(c->a, v.act_count + 1, struct act_row);
	for (size_t i = 0; i < v.act_count; i++)
		v.acts[i] =
			(struct act_row){rows[i].kind, rows[i].who, rows[i].organisation,
				rows[i].address, rows[i].detail, rows[i].at};
	if (more)
		v.shell.more = more_by_time(c, "/admin/acts", rows[v.act_count - 1].at,
			id_text(c->a, rows[v.act_count - 1].id));
	return show(c, "admin_acts", MSG_WEB_TITLE_ACTS, &acts_view, &v, e);
}

/* --- rules ------------------------------------------------------------------------- */

struct rule_view {
	const char *id, *title, *article, *region, *parameters;
	int64_t from, to;
	bool to_confirm, has_end;
};
static const struct view_member rule_members[] = {VIEW_TEXT(struct rule_view, id),
	VIEW_TEXT(struct rule_view, title), VIEW_TEXT(struct rule_view, article),
	VIEW_TEXT(struct rule_view, region), VIEW_TEXT(struct rule_view, parameters),
	VIEW_DATE(struct rule_view, from), VIEW_DATE(struct rule_view, to),
	VIEW_BOOL(struct rule_view, to_confirm), VIEW_BOOL(struct rule_view, has_end)};
static const struct view rule_row_view = VIEW(struct rule_view, rule_members);

struct rules_view {
	struct shell shell;
	struct rule_view *rules;
	size_t rule_count;
};
static const struct view_member rules_members[] = {SHELL(struct rules_view),
	VIEW_MANY(struct rules_view, rules, rule_count, &rule_row_view)};
const struct view rules_view = VIEW(struct rules_view, rules_members);

static const char *parameters_text(struct route_call *c, const struct rule_row *r)
{
	const char *out = "";

	for (size_t i = 0; i < r->parameter_count; i++)
		out = r->parameters[i].text
			      ? arena_printf(c->a, "%s%s%s = %s", out, i ? ", " : "",
					r->parameters[i].name, r->parameters[i].text)
			      : arena_printf(c->a, "%s%s%s = %lld", out, i ? ", " : "",
					r->parameters[i].name,
					(long long)r->parameters[i].number);
	return out;
}

bool page_admin_rules(struct route_call *c, struct err *e)
{
	struct rules_view v = {.rule_count = rules_count(c->app->rules)};

	v.rules = ARENA_ARRAY(c->a, v.rule_count + 1, struct rule_view);
	for (size_t i = 0; i < v.rule_count; i++) {
		const struct rule_row *r = rules_row(c->app->rules, i);

		v.rules[i] = (struct rule_view){r->id, r->title[c->lang], r->article,
			r->region, parameters_text(c, r), r->from, r->to, r->to_confirm,
			r->to != INT64_MAX};
	}
	return show(c, "admin_rules", MSG_WEB_TITLE_RULES, &rules_view, &v, e);
}

/* --- health, routes ---------------------------------------------------------------- */

struct finding_row {
	const char *id, *text, *cure;
	bool is_ok, is_warn, is_bad;
};
static const struct view_member finding_members[] = {VIEW_TEXT(struct finding_row, id),
	VIEW_TEXT(struct finding_row, text), VIEW_TEXT(struct finding_row, cure),
	VIEW_BOOL(struct finding_row, is_ok), VIEW_BOOL(struct finding_row, is_warn),
	VIEW_BOOL(struct finding_row, is_bad)};
static const struct view finding_view = VIEW(struct finding_row, finding_members);

struct health_view {
	struct shell shell;
	struct finding_row *findings;
	size_t finding_count;
};
static const struct view_member health_members[] = {SHELL(struct health_view),
	VIEW_MANY(struct health_view, findings, finding_count, &finding_view)};
const struct view health_view = VIEW(struct health_view, health_members);

bool page_admin_health(struct route_call *c, struct err *e)
{
	const struct web_system *s = c->web->conf.system;
	const struct web_finding *all = NULL;
	struct health_view v = {0};

	if (s && s->findings)
		s->findings(s->ctx, c->a, c->lang, &all, &v.finding_count);
	v.findings = ARENA_ARRAY(c->a, v.finding_count + 1, struct finding_row);
	for (size_t i = 0; i < v.finding_count; i++)
		v.findings[i] = (struct finding_row){all[i].id, all[i].text, all[i].cure,
			all[i].state[0] == 'o', all[i].state[0] == 'w',
			all[i].state[0] == 'b'};
	return show(c, "admin_health", MSG_WEB_TITLE_HEALTH, &health_view, &v, e);
}

struct route_row {
	const char *method, *path, *who, *form;
	bool has_token;
};
static const struct view_member route_members[] = {VIEW_TEXT(struct route_row, method),
	VIEW_TEXT(struct route_row, path), VIEW_TEXT(struct route_row, who),
	VIEW_TEXT(struct route_row, form), VIEW_BOOL(struct route_row, has_token)};
static const struct view route_view = VIEW(struct route_row, route_members);

struct routes_view {
	struct shell shell;
	struct route_row *routes;
	size_t route_count;
};
static const struct view_member routes_members[] = {SHELL(struct routes_view),
	VIEW_MANY(struct routes_view, routes, route_count, &route_view)};
const struct view routes_view = VIEW(struct routes_view, routes_members);

bool page_admin_routes(struct route_call *c, struct err *e)
{
	static const char *const whom[] = {"anyone", "signed in", "officer", "local"};
	struct routes_view v = {0};
	size_t n = 0;

	while (web_routes[n].path)
		n++;
	v.routes = ARENA_ARRAY(c->a, n + 1, struct route_row);
	for (; v.route_count < n; v.route_count++) {
		const struct route *r = &web_routes[v.route_count];

		v.routes[v.route_count] =
			(struct route_row){http_method_name((enum http_method)r->method),
				r->path, whom[r->who], r->form ? r->form->name : "",
				(r->rules & R_CSRF) != 0};
	}
	return show(c, "admin_routes", MSG_WEB_TITLE_ROUTES, &routes_view, &v, e);
}
