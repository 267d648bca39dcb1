/* mandate: drafted, revoked, listed, and the question that papers ask; see mandate.h. The
 * signature: mandate_sign.c.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "domain/mandate.h"

#include <stdlib.h>
#include <string.h>

#include "base/fault.h"
#include "base/text.h"
#include "domain/act.h"
#include "domain/mandate_record.h"
#include "domain/message.h"
#include "domain/record.h"
#include "domain/rule.h"
#include "domain/sql.h"
#include "domain/standing.h"

static bool not_found(struct err *e)
{
	return err_refuse(e, ERR_NOT_FOUND, MSG_PARTY_NOT_FOUND, NULL, "no such mandate");
}

/* --- kinds of papers -------------------------------------------------------------- */

static bool bad_kinds(struct err *e)
{
	return err_refuse(e, ERR_MALFORMED, MSG_PARTY_MANDATE_BAD_KINDS, NULL,
		"no kinds of papers");
}

static bool is_kind(struct bytes b)
{
	for (size_t i = 0; i < b.n; i++) {
		uint8_t c = b.p[i];

		if (!(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9') && c != '-' &&
			c != '.')
			return false;
	}
	return b.n > 0 && b.n <= MANDATE_KIND_MAX;
}

static int by_octets(const void *a, const void *b)
{
	return bytes_compare(*(const struct bytes *)a, *(const struct bytes *)b);
}

static const char *joined(struct arena *a, const struct bytes *kinds, size_t n)
{
	const char *out = "";

	for (size_t i = 0; i < n; i++)
		if (i == 0 || !bytes_equal(kinds[i], kinds[i - 1]))
			out = arena_printf(a, "%s%s%.*s", out, i ? "," : "",
				(int)kinds[i].n, (const char *)kinds[i].p);
	return out;
}

bool mandate_kinds_read(
	struct arena *a, struct bytes typed, const char **out, struct err *e)
{
	struct bytes kinds[MANDATE_KINDS_MAX], rest = text_trim(typed);
	size_t n = 0;

	*out = "*";
	if (bytes_equal(rest, BYTES("*")))
		return true;
	for (;;) {
		size_t comma = bytes_find(rest, BYTES(","));

		if (n == MANDATE_KINDS_MAX)
			return bad_kinds(e);
		kinds[n] = text_trim(bytes_head(rest, comma));
		if (!is_kind(kinds[n++]))
			return bad_kinds(e);
		if (comma == SIZE_MAX)
			break;
		rest = bytes_from(rest, comma + 1);
	}
	qsort(kinds, n, sizeof *kinds, by_octets);
	*out = joined(a, kinds, n);
	return true;
}

static bool kinds_have(struct bytes kinds, const char *kind)
{
	for (;;) {
		size_t comma = bytes_find(kinds, BYTES(","));

		if (bytes_equal(bytes_head(kinds, comma), bytes_str(kind)))
			return true;
		if (comma == SIZE_MAX)
			return false;
		kinds = bytes_from(kinds, comma + 1);
	}
}

/* --- drafted ---------------------------------------------------------------------- */

struct drafting {
	struct app *app;
	const struct actor *actor;
	struct arena *a;
	struct id member;
	struct mandate_record record;
	uint8_t blob[BLOB_NAME];
};

/* Who gets it: belongs here now, and is not the one who gives it. */
static bool delegate_of(struct tx *tx, const struct drafting *d,
	struct member_row_row *row, struct err *e)
{
	bool found;

	if (!member_row(tx, d->a, d->member, row, &found, e))
		return false;
	if (!found || row->until != TIME_NONE ||
		!id_equal(row->organisation, d->actor->organisation))
		return not_found(e);
	return row->role != MEMBER_LEGAL ||
	       err_refuse(e, ERR_DENIED, MSG_PARTY_MANDATE_LEGAL, NULL,
		       "the legal representative needs none");
}

static bool gather_body(struct tx *tx, void *ctx, struct err *e)
{
	struct drafting *d = ctx;
	struct mandate_record *r = &d->record;
	struct organisation_row_row o;
	struct person_row_row p;
	struct member_row_row m;
	bool has_o, has_p;

	if (!standing_require(
		    tx, d->actor, RIGHT_MANDATE_DRAFT, d->actor->organisation, e) ||
		!delegate_of(tx, d, &m, e) ||
		!organisation_row(tx, d->a, m.organisation, &o, &has_o, e) ||
		!person_row(tx, d->a, m.person, &p, &has_p, e))
		return false;
	if (!has_o || !has_p)
		return not_found(e);
	r->person = m.person;
	r->credit_code = record_str(d->a, o.credit_code);
	r->organisation = record_str(d->a, o.name);
	r->principal = record_str(d->a, o.legal_name);
	r->delegate = record_str(d->a, p.name);
	r->id_number_mask = record_str(d->a, p.id_number_mask);
	return true;
}

static bool draft_body(struct tx *tx, void *ctx, struct err *e)
{
	AUTO(arena) a = arena_new();
	struct drafting d = *(const struct drafting *)ctx;
	const struct mandate_record *r = &d.record;
	struct message_new m = {.kind = MESSAGE_MANDATE_DRAFTED,
		.places = {r->delegate},
		.organisation = d.actor->organisation};
	struct member_row_row row;

	d.a = a;
	if (!standing_require(
		    tx, d.actor, RIGHT_MANDATE_DRAFT, d.actor->organisation, e) ||
		!delegate_of(tx, &d, &row, e) ||
		!mandate_insert(tx,
			&(struct mandate_insert_in){.id = r->id,
				.organisation = d.actor->organisation,
				.member = d.member,
				.acts = r->acts,
				.kinds = bytes_str(r->kinds),
				.amount_max = r->has_amount ? &r->amount_max : NULL,
				.valid_from = r->valid_from,
				.valid_to = r->valid_to,
				.record = bytes_make(d.blob, BLOB_NAME),
				.at = tx_time(tx),
				.created_by = d.actor->account},
			NULL, e))
		return false;
	if (FAULT("mandate.after_insert", e) ||
		!act_put(tx, d.app, d.actor, "mandate.draft", r->id,
			record_detail(a, json_pack("{s:s}", "record",
						 hex_encode(a, BYTES_OF(d.blob)))),
			e))
		return false;
	return message_put_members(
		tx, d.app, d.actor->organisation, MEMBER_LEGAL, d.actor->person, &m, e);
}

static int64_t whole_second(int64_t t)
{
	return t - ((t % TIME_SECOND) + TIME_SECOND) % TIME_SECOND;
}

static bool period_is_good(struct app *app, const struct mandate_record *r, struct err *e)
{
	int64_t max;

	if (!rule_span(app->rules, RULE_MANDATE_LIFE_MAX, RULE_NATIONWIDE, r->made_at,
		    &max, e))
		return false;
	if (r->valid_from < 0 || r->valid_to <= r->valid_from ||
		r->valid_to <= r->made_at)
		return err_refuse(
			e, ERR_MALFORMED, MSG_PARTY_MANDATE_PERIOD, NULL, "no period");
	return r->valid_to - r->valid_from <= max ||
	       err_refuse(e, ERR_DENIED, MSG_PARTY_MANDATE_LIFE, RULE_MANDATE_LIFE_MAX,
		       "too long");
}

static bool record_of(struct app *app, struct arena *a, const struct mandate_wanted *w,
	struct mandate_record *r, struct err *e)
{
	*r = (struct mandate_record){.id = id_new(app->world),
		.platform = app->platform,
		.acts = w->acts,
		.has_amount = w->has_amount,
		.amount_max = w->has_amount ? w->amount_max : 0,
		.valid_from = whole_second(w->valid_from),
		.valid_to = whole_second(w->valid_to),
		.made_at = whole_second(app->world->now(app->world))};
	if (!w->acts || w->acts & ~(unsigned)(MANDATE_SIGN | MANDATE_SEAL))
		return err_set(e, ERR_USAGE, "no acts");
	if (r->amount_max < 0 || r->amount_max > MANDATE_AMOUNT_MAX)
		return err_refuse(e, ERR_MALFORMED, MSG_PARTY_MANDATE_BAD_AMOUNT, NULL,
			"no amount");
	return mandate_kinds_read(a, w->kinds, &r->kinds, e) && period_is_good(app, r, e);
}

bool mandate_draft(struct app *app, const struct actor *actor,
	const struct mandate_wanted *wanted, struct id *out, struct err *e)
{
	AUTO(arena) a = arena_new();
	struct drafting d = {
		.app = app, .actor = actor, .a = a, .member = wanted->member};

	if (!record_of(app, a, wanted, &d.record, e) ||
		!db_tx(app->db, DB_READ, gather_body, &d, e))
		return false;
	/* A record without a row is swept after a day. */
	if (!blob_store(app->blobs, mandate_record_write(a, &d.record), d.blob, e) ||
		!db_tx(app->db, DB_WRITE, draft_body, &d, e))
		return false;
	*out = d.record.id;
	return true;
}

/* --- revoked ---------------------------------------------------------------------- */

struct one {
	struct app *app;
	const struct actor *actor;
	struct id id;
};

static bool revoke_body(struct tx *tx, void *ctx, struct err *e)
{
	AUTO(arena) a = arena_new();
	const struct one *o = ctx;
	struct message_new m = {.kind = MESSAGE_MANDATE_REVOKED};
	struct organisation_row_row org;
	struct mandate_row_row row;
	int64_t changed;
	bool found;

	if (!mandate_row(tx, a, o->id, &row, &found, e))
		return false;
	if (!found)
		return not_found(e);
	if (!standing_require(tx, o->actor, RIGHT_MANDATE_REVOKE, row.organisation, e) ||
		!mandate_set_revoked(
			tx, o->id, o->actor->account, tx_time(tx), &changed, e))
		return false;
	if (changed != 1)
		return err_refuse(e, ERR_ROLLBACK, MSG_PARTY_MANDATE_STATE, NULL,
			"revoked already");
	if (FAULT("mandate.after_revoke", e) ||
		!act_put(tx, o->app, o->actor, "mandate.revoke", o->id, NULL, e) ||
		!organisation_row(tx, a, row.organisation, &org, &found, e))
		return false;
	m.organisation = row.organisation;
	m.places[0] = found ? record_str(a, org.name) : "";
	return message_put(tx, o->app, row.person, &m, e);
}

bool mandate_revoke(
	struct app *app, const struct actor *actor, struct id id, struct err *e)
{
	struct one o = {.app = app, .actor = actor, .id = id};

	return db_tx(app->db, DB_WRITE, revoke_body, &o, e);
}

/* --- listed ----------------------------------------------------------------------- */

struct page {
	const struct actor *actor;
	struct arena *a;
	struct id organisation;
	const struct list_from *from;
	struct mandate_list_row *rows;
	size_t n;
	int64_t now;
};

static bool page_body(struct tx *tx, void *ctx, struct err *e)
{
	struct page *p = ctx;
	struct mandate_list_in in = {
		.organisation = p->organisation, .n = (int64_t)list_count(p->from) + 1};

	p->now = tx_time(tx);
	list_before_time(p->from, &in.before, &in.before_id);
	return standing_require(tx, p->actor, RIGHT_MANDATE_SEE, p->organisation, e) &&
	       mandate_list(tx, p->a, &in, &p->rows, &p->n, e);
}

static enum mandate_state state_of(const struct mandate_list_row *row, int64_t now)
{
	if (row->revoked_at != TIME_NONE)
		return MANDATE_REVOKED;
	if (row->valid_to < now)
		return MANDATE_OVER;
	if (row->signed_at == TIME_NONE)
		return MANDATE_DRAFT;
	return row->valid_from > now ? MANDATE_TO_COME : MANDATE_IN_FORCE;
}

bool mandate_page(struct app *app, const struct actor *actor, struct arena *a,
	struct id organisation, const struct list_from *from, struct mandate **out,
	size_t *count, bool *more, struct err *e)
{
	struct page p = {
		.actor = actor, .a = a, .organisation = organisation, .from = from};
	struct mandate *list;

	if (!db_tx(app->db, DB_READ, page_body, &p, e))
		return false;
	*count = list_page(from, p.n, more);
	list = ARENA_ARRAY(a, *count + 1, struct mandate);
	for (size_t i = 0; i < *count; i++) {
		const struct mandate_list_row *row = p.rows + i;

		list[i] = (struct mandate){.id = row->id,
			.member = row->member,
			.name = record_str(a, row->name),
			.acts = (unsigned)row->acts,
			.kinds = record_str(a, row->kinds),
			.has_amount = row->has_amount_max,
			.amount_max = row->amount_max,
			.valid_from = row->valid_from,
			.valid_to = row->valid_to,
			.created_at = row->created_at,
			.signed_at = row->signed_at,
			.state = state_of(row, p.now)};
	}
	*out = list;
	return true;
}

/* --- the question ----------------------------------------------------------------- */

static bool covers(
	const struct mandate_in_force_row *row, const struct mandate_question *q)
{
	bool named = kinds_have(row->kinds, q->kind);

	if (!(row->acts & (int64_t)q->act) ||
		(!named && !bytes_equal(row->kinds, BYTES("*"))))
		return false;
	if (!row->has_amount_max)
		return true;
	return q->has_amount ? q->amount <= row->amount_max : named;
}

bool mandate_allows(struct tx *tx, const struct mandate_question *q, bool *allowed,
	struct id *by, struct err *e)
{
	AUTO(arena) a = arena_new();
	struct mandate_in_force_row *rows;
	struct member_current_row member;
	size_t n;
	bool found;

	*allowed = false;
	*by = (struct id){{0}};
	if (!member_current(tx, a, q->organisation, q->person, &member, &found, e))
		return false;
	if (!found ||
		(member.newcomer_until != TIME_NONE && member.newcomer_until > q->at))
		return true;
	*allowed = member.role == MEMBER_LEGAL;
	if (*allowed)
		return true;
	if (!mandate_in_force(tx, a, member.id, q->at, &rows, &n, e))
		return false;
	for (size_t i = 0; i < n && !*allowed; i++)
		if (covers(rows + i, q)) {
			*allowed = true;
			*by = rows[i].id;
		}
	return true;
}
