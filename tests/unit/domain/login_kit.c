/* login_kit: see login_kit.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "login_kit.h"

#include <libpq-fe.h>
#include <sqlite3.h>
#include <string.h>

#include "base/text.h"
#include "crypto/password.h"
#include "domain/sql.h"

static const struct id none;

/* --- keys and certificates -------------------------------------------------------- */

static struct key *new_key(struct lk *l, enum key_kind kind)
{
	struct key *key = NULL;
	struct err e;

	if (!key_generate(&key, l->app->world, kind, &e))
		fail_msg("%s", e.text);
	l->keys[l->key_count++] = key;
	return key;
}

static struct cert issue(struct lk *l, const struct issue_spec *spec,
	const struct pubkey *pub, const struct cert *issuer, struct key *issuer_key)
{
	struct bytes der;
	struct cert c = {0};
	struct err e;

	if (!issue_cert(l->a, &der, l->app->world, spec, pub, issuer, issuer_key, &e) ||
		!cert_parse(&c, der, &e))
		fail_msg("%s", e.text);
	return c;
}

static void new_ca(struct lk *l, int i, const char *name, enum credit_code_field field)
{
	struct lk_ca *ca = &l->ca[i];
	struct issue_spec spec = {.profile = ISSUE_ROOT,
		.subject = {.country = "CN", .organization = name, .common_name = name},
		.not_before = LK_NOW - 1000 * TIME_DAY,
		.not_after = LK_NOW + 3000 * TIME_DAY};
	struct trust_licence licence = {
		"1", LK_NOW - 900 * TIME_DAY, LK_NOW + 2000 * TIME_DAY};

	ca->key = new_key(l, KEY_SM2);
	ca->cert = issue(l, &spec, &ca->key->pub, NULL, ca->key);
	ca->name = name;
	ca->field = field;
	l->anchors[i] = (struct trust_anchor){.cert = ca->cert,
		.name = name,
		.purposes = TRUST_SIGNER | TRUST_ENCRYPTION,
		.credit_code = field,
		.service = licence,
		.cipher = licence,
		.admitted_from = TIME_NONE,
		.admitted_to = TIME_NONE};
}

struct cert lk_cert(struct lk *l, int ca, const char *code, struct key *key,
	enum issue_profile profile, int64_t from, int64_t to)
{
	bool in_o = l->ca[ca].field == CREDIT_SUBJECT_O;
	struct issue_spec spec = {.profile = profile,
		.subject = {.country = "CN",
			.organization = in_o && code ? code : "某供应商",
			.common_name = arena_printf(l->a, "证书%u", ++l->made)},
		.credit_code = in_o ? NULL : code,
		.not_before = from,
		.not_after = to};

	return issue(l, &spec, &key->pub, &l->ca[ca].cert, l->ca[ca].key);
}

struct lk_token lk_token(struct lk *l, int ca, const char *code, enum key_kind kind)
{
	struct lk_token t = {.key = new_key(l, kind)};

	t.cert = lk_cert(l, ca, code, t.key, ISSUE_SIGN, LK_NOW - 10 * TIME_DAY,
		LK_NOW + 700 * TIME_DAY);
	return t;
}

/* --- what is known of them -------------------------------------------------------- */

void lk_lists(struct lk *l, bool known)
{
	struct bytes der;
	struct err e;

	l->held.evidence = evidence_new(l->a);
	for (int i = 0; known && i < LK_CAS; i++)
		if (!issue_crl(l->a, &der, l->app->world, &l->ca[i].cert, l->ca[i].key, 1,
			    false, 0, LK_NOW - TIME_DAY, LK_NOW + 900 * TIME_DAY,
			    i == 0 ? l->revoked : NULL, i == 0 ? l->revoked_count : 0,
			    &e) ||
			!evidence_add_crl(l->held.evidence, der, &e))
			fail_msg("%s", e.text);
}

void lk_revoke(struct lk *l, const struct cert *c)
{
	l->revoked[l->revoked_count++] = (struct issue_revoked){.serial = c->serial,
		.at = LK_NOW - TIME_HOUR,
		.reason = 1,
		.invalid_since = TIME_NONE};
	lk_lists(l, true);
}

static struct app_trust *take(struct app *app)
{
	struct lk *l = app->trust_ctx;

	l->taken++;
	return &l->held;
}

static void give(struct app *app, struct app_trust *t)
{
	struct lk *l = app->trust_ctx;

	assert_ptr_equal(t, &l->held);
	l->taken--;
}

/* --- the keeper's orders, and the agent that answers ------------------------------ */

static bool login_order(void *ctx, struct arena *a, const struct order_login *login,
	const struct order_signer *signer, unsigned life_s, struct bytes *order,
	int64_t *expiry, struct err *e)
{
	struct lk *l = (struct lk *)((char *)ctx - offsetof(struct lk, f.keeper));
	int64_t now = l->at - l->at % TIME_SECOND;
	struct order o = {.platform = bytes_str(l->app->platform),
		.origin = bytes_str(l->app->origin),
		.act = ORDER_LOGIN,
		.issued = now,
		.expiry = now + life_s * TIME_SECOND,
		.signer = *signer,
		.login = *login};

	if (l->f.keeper.down)
		return err_set(e, ERR_BUSY, "the keeper is down");
	*expiry = o.expiry;
	return order_sign(
		a, order, l->app->world, &o, l->order_key, l->order_cert.der, e);
}

static void new_order_key(struct lk *l)
{
	struct issue_spec root = {.profile = ISSUE_ROOT,
		.subject = {.country = "CN",
			.organization = "平台",
			.common_name = "平台根"},
		.not_before = LK_NOW - TIME_DAY,
		.not_after = LK_NOW + 3000 * TIME_DAY};
	struct issue_spec order = root;

	order.profile = ISSUE_ORDER;
	order.subject.common_name = "签署单";
	order.origin = l->app->origin;
	order.not_after = LK_NOW + 80 * TIME_DAY;
	l->order_root_key = new_key(l, KEY_SM2);
	l->order_key = new_key(l, KEY_SM2);
	l->order_root = issue(l, &root, &l->order_root_key->pub, NULL, l->order_root_key);
	l->order_cert =
		issue(l, &order, &l->order_key->pub, &l->order_root, l->order_root_key);
}

struct bytes lk_answer(struct lk *l, struct bytes order, const struct lk_token *t)
{
	struct order_signed o;
	struct bytes answer;
	struct err e;

	if (!order_open(&o, l->a, order, &e) ||
		!login_answer(
			l->a, &answer, l->app->world, &o.order, t->key, t->cert.der, &e))
		fail_msg("%s", e.text);
	return answer;
}

/* --- people ----------------------------------------------------------------------- */

struct making {
	struct lk *l;
	struct lk_user *user;
	const char *login, *code;
	struct id org;
	uint32_t kinds;
	enum member_role role;
	const char *password;
};

static bool put_user(struct tx *tx, void *ctx, struct err *e)
{
	struct making *m = ctx;
	struct lk *l = m->l;
	struct person_insert_in p = {.id = m->user->person,
		.name = bytes_str(m->login),
		.name_folded = bytes_str(m->login),
		.id_number_mask = BYTES(""),
		.phone_mask = BYTES(""),
		.email = BYTES(""),
		.kinds = m->kinds,
		.at = tx_time(tx)};
	struct account_new a = {.person = m->user->person,
		.login = bytes_str(m->login),
		.password = m->password};
	struct member_insert_in b = {.id = id_new(l->app->world),
		.organisation = m->org,
		.person = m->user->person,
		.role = m->role,
		.since = tx_time(tx),
		.newcomer_until = TIME_NONE};

	return person_insert(tx, &p, NULL, e) &&
	       account_create_in(tx, l->app, &a, &m->user->account, e) &&
	       (id_is_none(m->org) || member_insert(tx, &b, NULL, e));
}

static const char *hashed(struct lk *l)
{
	static char encoded[PASSWORD_ENCODED_MAX];
	struct err e;
	char *fresh;

	/* One hash for all: it takes its time. */
	if (!encoded[0]) {
		if (!password_hash(l->a, l->app->world, LK_PASSWORD, &fresh, &e))
			fail_msg("%s", e.text);
		(void)snprintf(encoded, sizeof encoded, "%s", fresh);
	}
	return encoded;
}

struct lk_user lk_user(
	struct lk *l, const char *login, struct id org, enum member_role role)
{
	struct lk_user u = {.person = id_new(l->app->world), .login = login};
	struct making m = {.l = l,
		.user = &u,
		.login = login,
		.org = org,
		.role = role,
		.kinds = role ? 0 : USER_ADMINISTRATOR,
		.password = hashed(l)};

	lk_good(db_tx(l->app->db, DB_WRITE, put_user, &m, e));
	return u;
}

static bool put_org(struct tx *tx, void *ctx, struct err *e)
{
	struct making *m = ctx;
	struct organisation_insert_in o = {.id = m->org,
		.credit_code = bytes_str(m->code),
		.name = bytes_str(m->login),
		.name_folded = bytes_str(m->login),
		.kinds = m->kinds,
		.region = BYTES("440000"),
		.address = BYTES(""),
		.legal_name = BYTES("张三"),
		.at = tx_time(tx)};

	return organisation_insert(tx, &o, NULL, e);
}

struct id lk_org(struct lk *l, const char *name, const char *code, uint32_t kinds)
{
	struct making m = {.l = l,
		.login = name,
		.code = code,
		.kinds = kinds,
		.org = id_new(l->app->world)};

	lk_good(db_tx(l->app->db, DB_WRITE, put_org, &m, e));
	return m.org;
}

/* --- all of it -------------------------------------------------------------------- */

void lk_at(struct lk *l, int64_t at)
{
	l->at = at;
	l->f.world.at = at;
	l->kit->now = at;
}

static void new_parties(struct lk *l)
{
	char code[19];

	fake_credit_code(l->code, 1);
	fake_credit_code(l->code2, 2);
	fake_credit_code(code, 3);
	l->org = lk_org(l, "供应商一", l->code, USER_SUPPLIER);
	l->org2 = lk_org(l, "供应商二", l->code2, USER_SUPPLIER);
	l->ca_org = lk_org(l, "甲认证", code, USER_CA);
	kit_sql(l->kit, arena_printf(l->a,
				"UPDATE organisation SET state = 2, checked_at = %lld, "
				"checked_how = 'in person'",
				(long long)l->at));
	l->legal = lk_user(l, "legal", l->org, MEMBER_LEGAL);
	l->handler = lk_user(l, "handler", l->org, MEMBER_HANDLER);
	l->other = lk_user(l, "other", l->org2, MEMBER_ADMINISTRATOR);
	l->ca_user = lk_user(l, "causer", l->ca_org, MEMBER_ADMINISTRATOR);
	l->officer = lk_user(l, "officer", none, 0);
}

struct lk *lk_begin(void **state)
{
	struct kit *kit = kit_of(state);
	struct lk *l = NEW(struct lk);

	l->kit = kit;
	l->a = kit->a;
	fake_app_init(&l->f, kit->db, NULL, LK_NOW);
	l->app = &l->f.app;
	l->app->trust_take = take;
	l->app->trust_give = give;
	l->app->trust_ctx = l;
	l->f.keeper.face.login_order = login_order;
	lk_at(l, LK_NOW);
	l->f.world.state += (uint64_t)(uintptr_t)kit; /* ids of one run differ */
	new_ca(l, 0, "甲认证", CREDIT_GM_ORGANIZATION_CODE);
	new_ca(l, 1, "乙认证", CREDIT_SUBJECT_O);
	new_ca(l, 2, "甲认证", CREDIT_GM_ORGANIZATION_CODE);
	l->trust = (struct trust){.anchors = l->anchors, .count = LK_CAS};
	l->held.trust = &l->trust;
	lk_lists(l, true);
	new_order_key(l);
	new_parties(l);
	memset(l->pre, 7, sizeof l->pre);
	return l;
}

void lk_end(struct lk *l)
{
	assert_int_equal(l->taken, 0);
	for (size_t i = 0; i < l->key_count; i++)
		key_free(l->keys[i]);
	fake_app_fini(&l->f);
	mem_free(l);
}

/* --- logging in ------------------------------------------------------------------- */

struct client lk_client(struct secret *device)
{
	return (struct client){.address = "192.0.2.1",
		.agent = "Browser/1",
		.device = device ? bytes_make(secret_view(device), secret_size(device))
				 : BYTES("")};
}

struct lk_session lk_login(struct lk *l, const struct lk_user *u)
{
	struct client client = lk_client(NULL);
	struct lk_session s = {.secret = NULL};
	struct login_done done;

	lk_good(login_by_password(
		l->app, bytes_str(u->login), LK_PASSWORD, &client, &done, e));
	s.secret = done.secret;
	s.device = done.device;
	lk_resolve(l, &s);
	return s;
}

void lk_logout(struct lk_session *s)
{
	secret_free(s->secret);
	secret_free(s->device);
}

struct bytes lk_cookie(const struct lk_session *s)
{
	return bytes_make(secret_view(s->secret), secret_size(s->secret));
}

void lk_resolve(struct lk *l, struct lk_session *s)
{
	lk_good(session_resolve(l->app, lk_cookie(s), "192.0.2.1", &s->actor, e));
}

void lk_step_up(struct lk *l, struct lk_session *s, const struct lk_token *t)
{
	struct bytes order;
	int64_t until;

	lk_good(login_step_up_challenge(
		l->app, l->a, &s->actor, lk_cookie(s), "办理要事", &order, e));
	lk_good(login_step_up(
		l->app, &s->actor, lk_cookie(s), lk_answer(l, order, t), &until, e));
	lk_resolve(l, s);
}

bool lk_try_bind(struct lk *l, struct lk_session *s, const struct lk_token *t,
	struct credential_bound *out, struct err *e)
{
	struct bytes order;

	return credential_bind_challenge(
		       l->app, l->a, &s->actor, lk_cookie(s), &order, e) &&
	       credential_bind(l->app, &s->actor, lk_cookie(s), lk_answer(l, order, t),
		       true, out, e);
}

struct credential_bound lk_bind(
	struct lk *l, struct lk_session *s, const struct lk_token *t)
{
	struct credential_bound out = {.state = 0};

	lk_good(lk_try_bind(l, s, t, &out, e));
	return out;
}

bool lk_vouch(struct lk *l, struct lk_session *s, struct id credential,
	const struct lk_token *t, bool renews, struct err *e)
{
	struct bytes order;

	return credential_vouch_challenge(
		       l->app, l->a, &s->actor, lk_cookie(s), credential, &order, e) &&
	       credential_vouch(l->app, &s->actor, lk_cookie(s), lk_answer(l, order, t),
		       renews, e);
}

bool lk_enter(
	struct lk *l, const struct lk_token *t, struct login_done *done, struct err *e)
{
	struct client client = lk_client(NULL);
	struct bytes order;

	return login_challenge(l->app, l->a, BYTES_OF(l->pre), &order, e) &&
	       login_by_certificate(l->app, BYTES_OF(l->pre), lk_answer(l, order, t),
		       &client, done, e);
}

/* --- looking ---------------------------------------------------------------------- */

struct finding_one {
	struct lk *l;
	struct id id;
	struct credential *out;
	bool found;
};

static bool find(struct tx *tx, void *ctx, struct err *e)
{
	struct finding_one *f = ctx;

	return credential_find_in(tx, f->l->a, f->id, BYTES(""), f->out, &f->found, e);
}

bool lk_find(struct lk *l, struct id credential, struct credential *out)
{
	struct finding_one f = {.l = l, .id = credential, .out = out};

	lk_good(db_tx(l->app->db, DB_READ, find, &f, e));
	return f.found;
}

char *lk_text(struct lk *l, const char *sql)
{
	char *out;

	if (l->kit->postgres) {
		PGconn *pg = PQconnectdb(l->kit->conf.url);
		PGresult *r = PQexec(pg, sql);

		if (PQntuples(r) != 1)
			fail_msg("%s: %s", sql, PQerrorMessage(pg));
		out = arena_str(l->a, bytes_str(PQgetvalue(r, 0, 0)));
		PQclear(r);
		PQfinish(pg);
	} else {
		char *path = arena_printf(l->a, "%s/qianyin.db", l->kit->folder);
		sqlite3_stmt *st = NULL;
		sqlite3 *db = NULL;

		assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
		if (sqlite3_prepare_v2(db, sql, -1, &st, NULL) != SQLITE_OK ||
			sqlite3_step(st) != SQLITE_ROW)
			fail_msg("%s: %s", sql, sqlite3_errmsg(db));
		out = arena_str(
			l->a, bytes_str((const char *)sqlite3_column_text(st, 0)));
		(void)sqlite3_finalize(st);
		(void)sqlite3_close(db);
	}
	return out;
}

int64_t lk_count(struct lk *l, const char *table, const char *where)
{
	return strtoll(lk_text(l, arena_printf(l->a, "SELECT COUNT(*) FROM %s WHERE %s",
					  table, where ? where : "1 = 1")),
		NULL, 10);
}
