/* organisation: made and changed; see organisation.h. Seeing: organisation_see.c.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "domain/organisation.h"

#include <string.h>

#include "base/fault.h"
#include "base/text.h"
#include "domain/act.h"
#include "domain/identifier.h"
#include "domain/message.h"
#include "domain/record.h"
#include "domain/rule.h"
#include "domain/sql.h"
#include "pki/cert.h"

/* --- made ------------------------------------------------------------------------- */

/* As people type it: small letters, full width and blanks at the ends are forgiven. */
static bool credit_code_read(
	struct arena *a, struct bytes typed, const char **out, struct err *e)
{
	char *code = name_fold(a, typed);

	for (char *c = code; *c; c++)
		if (*c >= 'a' && *c <= 'z')
			*c = (char)(*c - 'a' + 'A');
	*out = code;
	return credit_code_is_valid(bytes_str(code)) ||
	       err_refuse(
		       e, ERR_MALFORMED, MSG_PARTY_CREDIT_CODE, NULL, "no credit code");
}

static bool region_read(
	struct arena *a, struct bytes typed, const char **out, struct err *e)
{
	*out = arena_str(a, text_trim(typed));
	return region_code_is_valid(bytes_str(*out)) ||
	       err_refuse(e, ERR_MALFORMED, MSG_PARTY_REGION, NULL, "no region");
}

static bool kinds_are_of_organisations(uint32_t kinds, struct err *e)
{
	return user_kind_is_of_organisations(kinds) ||
	       err_refuse(e, ERR_MALFORMED, MSG_PARTY_KINDS, NULL,
		       "no kinds of organisations");
}

bool organisation_prepare(struct app *app, struct arena *a,
	const struct organisation_fields *fields, struct organisation_ready *out,
	struct err *e)
{
	struct organisation_ready o = {.id = id_new(app->world), .kinds = fields->kinds};

	if (!credit_code_read(a, fields->credit_code, &o.credit_code, e) ||
		!name_read(a, fields->name, &o.name, e) ||
		!kinds_are_of_organisations(fields->kinds, e) ||
		!region_read(a, fields->region, &o.region, e) ||
		!line_read(a, fields->address, &o.address, e) ||
		!name_read(a, fields->legal_name, &o.legal_name, e))
		return false;
	o.folded = name_fold(a, bytes_str(o.name));
	*out = o;
	return true;
}

static bool not_too_many(struct tx *tx, struct app *app, struct arena *a,
	struct id registered_by, struct err *e)
{
	struct organisation_pending_of_row row;
	int64_t limit;
	bool found;

	if (!rule_int(app->rules, RULE_ORGANISATION_PENDING_MAX, RULE_NATIONWIDE,
		    tx_time(tx), "times", &limit, e) ||
		!organisation_pending_of(tx, a, registered_by, &row, &found, e))
		return false;
	return !found || row.count < limit ||
	       err_refuse(e, ERR_DENIED, MSG_PARTY_PENDING_MAX,
		       RULE_ORGANISATION_PENDING_MAX, "too many wait");
}

bool organisation_put_in(struct tx *tx, struct app *app,
	const struct organisation_ready *o, struct id registered_by, struct err *e)
{
	AUTO(arena) a = arena_new();
	struct organisation_by_code_row other;
	bool found;

	if (!organisation_by_code(tx, a, bytes_str(o->credit_code), &other, &found, e))
		return false;
	if (found)
		return err_refuse(e, ERR_ROLLBACK, MSG_PARTY_ORGANISATION_EXISTS, NULL,
			"an organisation with this credit code is here");
	if (!not_too_many(tx, app, a, registered_by, e) ||
		!organisation_insert(tx,
			&(struct organisation_insert_in){.id = o->id,
				.credit_code = bytes_str(o->credit_code),
				.name = bytes_str(o->name),
				.name_folded = bytes_str(o->folded),
				.kinds = o->kinds,
				.region = bytes_str(o->region),
				.address = bytes_str(o->address),
				.legal_name = bytes_str(o->legal_name),
				.registered_by = registered_by,
				.at = tx_time(tx)},
			NULL, e))
		return false;
	return !FAULT("organisation.after_insert", e);
}

/* --- changed ---------------------------------------------------------------------- */

struct change {
	struct app *app;
	const struct actor *actor;
	struct id id;
	enum right right;
	const char *line;              /* how, or why */
	const char *region, *address;  /* edit */
	const char *name, *legal_name; /* correct */
	const char *webhook;
	uint32_t kinds;
};

/* Those who may say something, a line that is not empty, or an address. */
static bool line_needed(
	struct arena *a, struct bytes typed, const char **out, struct err *e)
{
	if (!line_read(a, typed, out, e))
		return false;
	return (*out)[0] ||
	       err_refuse(e, ERR_MALFORMED, MSG_PARTY_LINE_NEEDED, NULL, "an empty line");
}

static bool row_of(struct tx *tx, struct arena *a, const struct change *c,
	struct organisation_row_row *row, struct err *e)
{
	bool found;

	if (!standing_require(tx, c->actor, c->right, c->id, e) ||
		!organisation_row(tx, a, c->id, row, &found, e))
		return false;
	return found || err_refuse(e, ERR_NOT_FOUND, MSG_PARTY_NOT_FOUND, NULL,
				"no such organisation");
}

static bool wrong_state(struct err *e)
{
	return err_refuse(e, ERR_ROLLBACK, MSG_PARTY_STATE, NULL,
		"another state of the organisation");
}

static bool tell_members(struct tx *tx, const struct change *c, enum message_kind kind,
	const char *name, struct err *e)
{
	struct message_new m = {.kind = kind,
		.places = {name, c->line},
		.organisation = c->id,
		.urgent = kind == MESSAGE_ORGANISATION_SUSPENDED};

	return message_put_members(
		tx, c->app, c->id, MEMBER_VIEWER, (struct id){{0}}, &m, e);
}

/* Nobody checks what they registered or belong to. */
static bool is_independent(
	const struct change *c, const struct organisation_row_row *row, struct err *e)
{
	bool special = row->kinds & (USER_SUPERVISOR | USER_CA);

	if (id_equal(row->registered_by, c->actor->account) ||
		id_equal(c->actor->organisation, c->id))
		return err_refuse(e, ERR_DENIED, MSG_PARTY_NOT_OWN_CHECK, NULL,
			"not independent of it");
	if (special && !(c->actor->kinds & USER_ADMINISTRATOR))
		return err_refuse(
			e, ERR_DENIED, MSG_PARTY_DENIED_KIND, NULL, "for administrators");
	return true;
}

static bool is_member(struct tx *tx, struct arena *a, const struct change *c, bool *found,
	struct err *e)
{
	struct member_current_row row;

	return member_current(tx, a, c->id, c->actor->person, &row, found, e);
}

static bool check_body(struct tx *tx, void *ctx, struct err *e)
{
	AUTO(arena) a = arena_new();
	const struct change *c = ctx;
	struct organisation_row_row row;
	int64_t changed;
	bool member;

	if (!row_of(tx, a, c, &row, e) || !is_independent(c, &row, e) ||
		!is_member(tx, a, c, &member, e))
		return false;
	if (member)
		return err_refuse(
			e, ERR_DENIED, MSG_PARTY_NOT_OWN_CHECK, NULL, "a member of it");
	if (!organisation_set_checked(tx,
		    &(struct organisation_set_checked_in){.id = c->id,
			    .checked_how = bytes_str(c->line),
			    .checked_by = c->actor->account,
			    .at = tx_time(tx)},
		    &changed, e))
		return false;
	if (changed != 1)
		return wrong_state(e);
	if (FAULT("organisation.after_check", e) ||
		!act_put(tx, c->app, c->actor, "organisation.check", c->id,
			record_detail(a, json_pack("{s:s}", "how", c->line)), e))
		return false;
	return tell_members(
		tx, c, MESSAGE_ORGANISATION_CHECKED, record_str(a, row.name), e);
}

bool organisation_check(struct app *app, const struct actor *actor, struct id id,
	struct bytes how, struct err *e)
{
	AUTO(arena) a = arena_new();
	struct change c = {
		.app = app, .actor = actor, .id = id, .right = RIGHT_ORGANISATION_CHECK};

	return line_needed(a, how, &c.line, e) &&
	       db_tx(app->db, DB_WRITE, check_body, &c, e);
}

static bool set_state(struct tx *tx, const struct change *c, enum organisation_state was,
	enum organisation_state state, struct err *e)
{
	int64_t changed;

	if (!organisation_set_state(tx,
		    &(struct organisation_set_state_in){.id = c->id,
			    .was = was,
			    .state = state,
			    .why = bytes_str(c->line),
			    .at = tx_time(tx)},
		    &changed, e))
		return false;
	if (changed != 1)
		return wrong_state(e);
	return !FAULT("organisation.after_state", e);
}

static bool suspend_body(struct tx *tx, void *ctx, struct err *e)
{
	AUTO(arena) a = arena_new();
	const struct change *c = ctx;
	struct organisation_row_row row;

	if (!row_of(tx, a, c, &row, e))
		return false;
	/* A supervisor does not put out another one, or a CA, or itself. */
	if (!is_independent(c, &row, e) ||
		!set_state(tx, c, ORGANISATION_ACTIVE, ORGANISATION_SUSPENDED, e) ||
		!act_put(tx, c->app, c->actor, "organisation.suspend", c->id,
			record_detail(a, json_pack("{s:s}", "why", c->line)), e))
		return false;
	return tell_members(
		tx, c, MESSAGE_ORGANISATION_SUSPENDED, record_str(a, row.name), e);
}

bool organisation_suspend(struct app *app, const struct actor *actor, struct id id,
	struct bytes why, struct err *e)
{
	AUTO(arena) a = arena_new();
	struct change c = {.app = app,
		.actor = actor,
		.id = id,
		.right = RIGHT_ORGANISATION_SUSPEND};

	return line_needed(a, why, &c.line, e) &&
	       db_tx(app->db, DB_WRITE, suspend_body, &c, e);
}

static bool reinstate_body(struct tx *tx, void *ctx, struct err *e)
{
	AUTO(arena) a = arena_new();
	const struct change *c = ctx;
	struct organisation_row_row row;

	if (!row_of(tx, a, c, &row, e) || !is_independent(c, &row, e) ||
		!set_state(tx, c, ORGANISATION_SUSPENDED, ORGANISATION_ACTIVE, e) ||
		!act_put(tx, c->app, c->actor, "organisation.reinstate", c->id, NULL, e))
		return false;
	return tell_members(
		tx, c, MESSAGE_ORGANISATION_REINSTATED, record_str(a, row.name), e);
}

bool organisation_reinstate(
	struct app *app, const struct actor *actor, struct id id, struct err *e)
{
	struct change c = {.app = app,
		.actor = actor,
		.id = id,
		.right = RIGHT_ORGANISATION_SUSPEND,
		.line = ""};

	return db_tx(app->db, DB_WRITE, reinstate_body, &c, e);
}

static bool edit_body(struct tx *tx, void *ctx, struct err *e)
{
	AUTO(arena) a = arena_new();
	const struct change *c = ctx;
	struct organisation_row_row row;

	if (!row_of(tx, a, c, &row, e) ||
		!organisation_set_contact(tx,
			&(struct organisation_set_contact_in){.id = c->id,
				.region = bytes_str(c->region),
				.address = bytes_str(c->address),
				.at = tx_time(tx)},
			NULL, e))
		return false;
	if (FAULT("organisation.after_edit", e))
		return false;
	return act_put(tx, c->app, c->actor, "organisation.edit", c->id,
		record_detail(a, json_pack("{s:s, s:s}", "region", c->region, "address",
					 c->address)),
		e);
}

bool organisation_edit(struct app *app, const struct actor *actor, struct id id,
	struct bytes region, struct bytes address, struct err *e)
{
	AUTO(arena) a = arena_new();
	struct change c = {
		.app = app, .actor = actor, .id = id, .right = RIGHT_ORGANISATION_EDIT};

	return region_read(a, region, &c.region, e) &&
	       line_read(a, address, &c.address, e) &&
	       db_tx(app->db, DB_WRITE, edit_body, &c, e);
}

static bool correct_body(struct tx *tx, void *ctx, struct err *e)
{
	AUTO(arena) a = arena_new();
	const struct change *c = ctx;
	struct organisation_row_row row;

	if (!row_of(tx, a, c, &row, e) ||
		!organisation_set_facts(tx,
			&(struct organisation_set_facts_in){.id = c->id,
				.name = bytes_str(c->name),
				.name_folded =
					bytes_str(name_fold(a, bytes_str(c->name))),
				.legal_name = bytes_str(c->legal_name),
				.kinds = c->kinds,
				.webhook = bytes_str(c->webhook),
				.at = tx_time(tx)},
			NULL, e))
		return false;
	if (FAULT("organisation.after_correct", e))
		return false;
	return act_put(tx, c->app, c->actor, "organisation.correct", c->id,
		record_detail(
			a, json_pack("{s:s, s:s, s:s, s:I, s:s}", "how", c->line, "name",
				   c->name, "was", record_str(a, row.name), "kinds",
				   (json_int_t)c->kinds, "legal_name", c->legal_name)),
		e);
}

static bool webhook_read(
	struct arena *a, struct bytes typed, const char **out, struct err *e)
{
	bool good;

	typed = text_trim(typed);
	good = typed.n <= 500 && (!typed.n || bytes_starts(typed, BYTES("https://")));
	for (size_t i = 0; good && i < typed.n; i++)
		good = typed.p[i] > ' ' && typed.p[i] <= '~';
	if (!good)
		return err_refuse(
			e, ERR_MALFORMED, MSG_PARTY_WEBHOOK, NULL, "no https address");
	*out = arena_str(a, typed);
	return true;
}

bool organisation_correct(struct app *app, const struct actor *actor, struct id id,
	const struct organisation_facts *facts, struct err *e)
{
	AUTO(arena) a = arena_new();
	struct change c = {.app = app,
		.actor = actor,
		.id = id,
		.right = RIGHT_ORGANISATION_CORRECT,
		.kinds = facts->kinds};

	return line_needed(a, facts->how, &c.line, e) &&
	       name_read(a, facts->name, &c.name, e) &&
	       name_read(a, facts->legal_name, &c.legal_name, e) &&
	       kinds_are_of_organisations(facts->kinds, e) &&
	       webhook_read(a, facts->webhook, &c.webhook, e) &&
	       db_tx(app->db, DB_WRITE, correct_body, &c, e);
}
