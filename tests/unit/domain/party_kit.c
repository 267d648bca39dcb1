/* party_kit: see party_kit.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "party_kit.h"

#include <libpq-fe.h>
#include <sqlite3.h>
#include <string.h>

#include "crypto/digest.h"
#include "domain/identifier.h"

static const int64_t beginning = 1800000000 * TIME_SECOND; /* January 2027 */

void party_begin(struct party_kit *p, void **state)
{
	*p = (struct party_kit){.k = kit_of(state), .a = arena_new()};
	fake_app_init(&p->f, p->k->db, NULL, beginning);
	/* Cases run side by side in one process only with worlds of their own. */
	p->k->world.random(&p->k->world, &p->f.world.state, sizeof p->f.world.state);
	p->f.world.state |= 1;
	p->app = &p->f.app;
	p->k->now = beginning;
	p->operator= party_person(p, "平台管理员", USER_ADMINISTRATOR);
}

void party_end(struct party_kit *p)
{
	fake_app_fini(&p->f);
	arena_free(p->a);
}

void party_clock(struct party_kit *p, int64_t at)
{
	p->f.world.at = at;
	p->k->now = at;
}

/* --- rows ------------------------------------------------------------------------- */

struct putting {
	struct party_kit *p;
	struct person_ready person;
	struct bytes login;
	uint32_t kinds;
	struct id account, organisation, member;
	enum member_role role; /* 0: in none */
	/* an organisation */
	const struct organisation_insert_in *o;
	enum organisation_state state;
};

static bool person_body(struct tx *tx, void *ctx, struct err *e)
{
	struct putting *w = ctx;

	if (!person_put_in(tx, &w->person, w->kinds, e) ||
		!account_insert(tx,
			&(struct account_insert_in){.id = w->account,
				.person = w->person.id,
				.login = w->login,
				.password_at = TIME_NONE,
				.lang = BYTES("zh"),
				.at = tx_time(tx)},
			NULL, e))
		return false;
	return !w->role || member_put_in(tx, w->p->app, w->organisation, w->person.id,
				   w->role, TIME_NONE, NULL, &w->member, e);
}

static struct actor put_person(struct party_kit *p, const char *name, uint32_t kinds,
	struct id organisation, enum member_role role, struct id *member)
{
	char number[19];
	struct person_fields fields = {.name = bytes_str(name),
		.id_number = BYTES_OF(number),
		.phone = BYTES("13800001234"),
		.email = BYTES("a@example.cn")};
	struct putting w = {.p = p,
		.kinds = kinds & USER_ADMINISTRATOR,
		.organisation = organisation,
		.role = role};
	struct actor a = fake_actor(&p->f, kinds, organisation, role);

	fake_id_number(number, p->numbers);
	fields.id_number.n = 18;
	w.login = bytes_str(arena_printf(p->a, "login%u", p->numbers++));
	w.account = a.account;
	PASSES(p, person_prepare(p->app, p->a, &fields, &w.person, &p->e));
	PASSES(p, db_tx(p->app->db, DB_WRITE, person_body, &w, &p->e));
	a.person = w.person.id;
	if (member)
		*member = w.member;
	return a;
}

struct actor party_person(struct party_kit *p, const char *name, uint32_t kinds)
{
	return put_person(p, name, kinds, (struct id){{0}}, (enum member_role)0, NULL);
}

struct actor party_member(struct party_kit *p, struct id organisation, uint32_t kinds,
	enum member_role role, const char *name, struct id *member)
{
	return put_person(p, name, kinds, organisation, role, member);
}

static bool organisation_body(struct tx *tx, void *ctx, struct err *e)
{
	const struct putting *w = ctx;

	if (!organisation_insert(tx, w->o, NULL, e))
		return false;
	if (w->state == ORGANISATION_PENDING)
		return true;
	if (!organisation_set_checked(tx,
		    &(struct organisation_set_checked_in){.id = w->o->id,
			    .checked_how = BYTES("test"),
			    .checked_by = w->p->operator.account,
			    .at = tx_time(tx)},
		    NULL, e))
		return false;
	return w->state != ORGANISATION_SUSPENDED ||
	       organisation_set_state(tx,
		       &(struct organisation_set_state_in){.id = w->o->id,
			       .was = ORGANISATION_ACTIVE,
			       .state = ORGANISATION_SUSPENDED,
			       .why = BYTES("test"),
			       .at = tx_time(tx)},
		       NULL, e);
}

struct side party_side(struct party_kit *p, const char *name, uint32_t kinds,
	enum organisation_state state)
{
	struct side s = {.organisation = id_new(p->app->world)};
	struct organisation_insert_in o = {.id = s.organisation,
		.name = bytes_str(name),
		.name_folded = bytes_str(name_fold(p->a, bytes_str(name))),
		.kinds = kinds,
		.region = BYTES("440600"),
		.address = BYTES(""),
		.legal_name = BYTES("法人代表"),
		.registered_by = id_new(p->app->world),
		.at = p->f.world.at};
	struct putting w = {.p = p, .o = &o, .state = state};

	fake_credit_code(s.code, 1000 + p->numbers);
	o.credit_code = bytes_str(s.code);
	PASSES(p, db_tx(p->app->db, DB_WRITE, organisation_body, &w, &p->e));
	s.legal = party_member(
		p, s.organisation, kinds, MEMBER_LEGAL, "法人代表", &s.m_legal);
	s.admin = party_member(
		p, s.organisation, kinds, MEMBER_ADMINISTRATOR, "管理员", &s.m_admin);
	s.handler = party_member(
		p, s.organisation, kinds, MEMBER_HANDLER, "经办人", &s.m_handler);
	s.viewer = party_member(
		p, s.organisation, kinds, MEMBER_VIEWER, "查看人", &s.m_viewer);
	return s;
}

struct credential_put {
	const struct credential_insert_in *in;
};

static bool credential_body(struct tx *tx, void *ctx, struct err *e)
{
	const struct credential_put *c = ctx;

	return credential_insert(tx, c->in, NULL, e);
}

struct id party_credential(struct party_kit *p, struct id organisation, struct id holder,
	const char *word, uint8_t sm3[32])
{
	struct id id = id_new(p->app->world);
	struct credential_insert_in in = {.id = id,
		.organisation = &organisation,
		.holder = &holder,
		.anchor_sm3 = bytes_make(sm3, 32),
		.certificate = bytes_str(word),
		.public_key_sm3 = bytes_make(sm3, 32),
		.certificate_sm3 = bytes_make(sm3, 32),
		.ca_name = BYTES("CA"),
		.subject = BYTES("CN=x"),
		.serial = BYTES("01"),
		.use = 1,
		.in_token = true,
		.not_before = p->f.world.at - TIME_DAY,
		.not_after = p->f.world.at + 365 * TIME_DAY,
		.state = 2,
		.how = 1,
		.known_since = p->f.world.at - TIME_DAY,
		.at = p->f.world.at - TIME_DAY,
		.usable_at = p->f.world.at - TIME_DAY};
	struct credential_put c = {.in = &in};

	sm3_of(bytes_str(word), sm3);
	PASSES(p, db_tx(p->app->db, DB_WRITE, credential_body, &c, &p->e));
	return id;
}

/* --- looking ---------------------------------------------------------------------- */

static char *ask_sqlite(struct party_kit *p, const char *sql)
{
	sqlite3 *db;
	sqlite3_stmt *st;
	char *out = arena_str(p->a, BYTES(""));

	assert_int_equal(
		sqlite3_open(arena_printf(p->a, "%s/qianyin.db", p->k->folder), &db), 0);
	if (sqlite3_prepare_v2(db, sql, -1, &st, NULL) != SQLITE_OK)
		fail_msg("%s: %s", sql, sqlite3_errmsg(db));
	assert_int_equal(sqlite3_step(st), SQLITE_ROW);
	for (int i = 0; i < sqlite3_column_count(st); i++) {
		const char *text = (const char *)sqlite3_column_text(st, i);

		out = arena_printf(p->a, "%s %s", out, text ? text : "");
	}
	(void)sqlite3_finalize(st);
	(void)sqlite3_close(db);
	return out;
}

static char *ask_postgres(struct party_kit *p, const char *sql)
{
	PGconn *pg = PQconnectdb(p->k->conf.url);
	PGresult *r = PQexec(pg, sql);
	char *out = arena_str(p->a, BYTES(""));

	if (PQresultStatus(r) != PGRES_TUPLES_OK)
		fail_msg("%s: %s", sql, PQerrorMessage(pg));
	for (int i = 0; i < PQnfields(r); i++)
		out = arena_printf(p->a, "%s %s", out, PQgetvalue(r, 0, i));
	PQclear(r);
	PQfinish(pg);
	return out;
}

static char *ask(struct party_kit *p, const char *sql)
{
	return p->k->postgres ? ask_postgres(p, sql) : ask_sqlite(p, sql);
}

char *party_image(struct party_kit *p)
{
	static const char *const questions[] = {
		"SELECT COUNT(*), SUM(kinds), SUM(changed_at) FROM person",
		"SELECT COUNT(*), SUM(kinds), SUM(state), SUM(changed_at), "
		"COUNT(checked_at) FROM organisation",
		"SELECT COUNT(*), SUM(role), COUNT(until) FROM member",
		"SELECT COUNT(*), COUNT(used_at), COUNT(withdrawn_at) FROM invitation",
		"SELECT COUNT(*), COUNT(order_sm3), SUM(order_ends), COUNT(signature), "
		"COUNT(revoked_at) FROM mandate",
		"SELECT COUNT(*) FROM message", "SELECT COUNT(*) FROM outbox",
		"SELECT COUNT(*) FROM act", "SELECT COUNT(*) FROM account"};
	char *out = arena_str(p->a, BYTES(""));

	for (size_t i = 0; i < sizeof questions / sizeof *questions; i++)
		out = arena_printf(p->a, "%s |%s", out, ask(p, questions[i]));
	return out;
}

int64_t party_count(struct party_kit *p, const char *sql)
{
	return strtoll(ask(p, sql), NULL, 10);
}

struct registration party_registration(struct party_kit *p, unsigned n)
{
	char code[19], number[19];

	fake_credit_code(code, n);
	fake_id_number(number, 10000 + n);
	return (struct registration){
		.organisation = {.credit_code = arena_dup(p->a, bytes_str(code)),
			.name = BYTES("佛山市𠮷祥物流有限公司"),
			.region = BYTES("440604"),
			.address = BYTES("佛山市禅城区 1 号"),
			.legal_name = BYTES("张三·𬴊"),
			.kinds = USER_SUPPLIER},
		.is_legal = true,
		.newcomer = {.person = {.name = BYTES("张三·𬴊"),
				     .id_number = arena_dup(p->a, bytes_str(number)),
				     .phone = BYTES("138 0000 1234"),
				     .email = BYTES("zhang@example.cn")},
			.login = bytes_str(arena_printf(p->a, "zhang.%u", n)),
			.password = BYTES("correct horse battery 9"),
			.lang = LANG_ZH}};
}
