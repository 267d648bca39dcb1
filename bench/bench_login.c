/* bench_login: certificate logins a second, on both databases: from the agent's answer to
 * the session's row, durable. usage: bench_login FOLDER   (on a disk; PostgreSQL by
 * QIANYIN_TEST_POSTGRES) SPDX-License-Identifier: Apache-2.0
 *
 * By the clock on the wall, eight threads. Challenges are issued, and answered as agents
 * do, before the clock runs; what issuing one costs (the keeper's signature on the order,
 * a row) is a row of its own. A login is: the answer read, its signature, the chain to
 * the register and its list judged, the challenge taken, session, device and act written.
 */
#include <pthread.h>

#include "base/id.h"
#include "base/time.h"
#include "bench.h"
#include "domain/challenge.h"
#include "domain/credential.h"
#include "domain/login.h"
#include "domain/rule.h"
#include "domain/sql.h"
#include "pki/issue.h"

enum { THREADS = 8, LOGINS = 4000, ACCOUNTS = 64 };

static void must(bool ok, const char *what, const char *why)
{
	if (ok)
		return;
	(void)fprintf(stderr, "bench_login: %s: %s\n", what, why);
	exit(1);
}

static double wall(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* --- a platform ------------------------------------------------------------------- */

struct platform {
	struct arena *a;
	struct app app;
	struct keeper_face keeper;
	struct key *order_key, *ca_key, *key;
	struct cert order_cert, ca, certs[ACCOUNTS];
	struct trust trust;
	struct trust_anchor anchor;
	struct app_trust held;
	struct rules *rules;
	uint8_t pre[32];
	struct bytes answers[LOGINS];
};

static struct cert issue(struct platform *p, enum issue_profile profile, struct key *key,
	const struct cert *issuer, struct key *issuer_key)
{
	struct world *w = world_system();
	int64_t now = w->now(w);
	bool is_order = profile == ISSUE_ORDER, is_root = profile == ISSUE_ROOT;
	struct issue_spec spec = {.profile = profile,
		.subject = {.country = "CN",
			.organization = is_root ? "基准认证" : "基准供应商",
			.common_name = is_root ? "基准根" : "基准"},
		.credit_code = profile == ISSUE_SIGN ? "91999999MA00000079" : NULL,
		.origin = is_order ? "https://bench.example" : NULL,
		.not_before = now - TIME_DAY,
		.not_after = now + (is_order ? 80 : 800) * TIME_DAY};
	struct bytes der;
	struct cert c = {0};
	struct err e = {0};

	must(issue_cert(p->a, &der, w, &spec, &key->pub, issuer, issuer_key, &e) &&
			cert_parse(&c, der, &e),
		"certificate", e.text);
	return c;
}

static bool login_order(void *ctx, struct arena *a, const struct order_login *login,
	const struct order_signer *signer, unsigned life_s, struct bytes *order,
	int64_t *expiry, struct err *e)
{
	struct platform *p = ctx;
	struct world *w = p->app.world;
	int64_t now = w->now(w);
	struct order o = {.platform = bytes_str(p->app.platform),
		.origin = bytes_str(p->app.origin),
		.act = ORDER_LOGIN,
		.issued = now - now % TIME_SECOND,
		.signer = *signer,
		.login = *login};

	o.expiry = o.issued + life_s * TIME_SECOND;
	*expiry = o.expiry;
	return order_sign(a, order, w, &o, p->order_key, p->order_cert.der, e);
}

static struct app_trust *take(struct app *app)
{
	return &((struct platform *)app->trust_ctx)->held;
}

static void give(struct app *app, struct app_trust *t)
{
	(void)app;
	(void)t;
}

static bool put_user(
	struct tx *tx, struct platform *p, struct id org, size_t i, struct err *e)
{
	struct world *w = p->app.world;
	const struct cert *cert = &p->certs[i];
	struct id person = id_new(w), account = id_new(w);
	uint8_t key[SM3_SIZE];
	struct person_insert_in n = {.id = person,
		.name = BYTES("张三"),
		.name_folded = BYTES("张三"),
		.id_number_mask = BYTES(""),
		.phone_mask = BYTES(""),
		.email = BYTES(""),
		.at = tx_time(tx)};
	struct account_insert_in a = {.id = account,
		.person = person,
		.login = bytes_str(arena_printf(p->a, "bench%zu", i)),
		.password_at = TIME_NONE,
		.lang = BYTES("zh"),
		.at = tx_time(tx)};
	struct member_insert_in m = {.id = id_new(w),
		.organisation = org,
		.person = person,
		.role = MEMBER_HANDLER,
		.since = tx_time(tx),
		.newcomer_until = TIME_NONE};
	struct credential_insert_in c = {.id = id_new(w),
		.organisation = &org,
		.holder = &person,
		.certificate_sm3 = BYTES_OF(cert->sm3),
		.anchor_sm3 = BYTES_OF(p->ca.sm3),
		.certificate = cert->der,
		.public_key_sm3 = BYTES_OF(key),
		.ca_name = BYTES("基准认证"),
		.subject = BYTES("基准"),
		.serial = BYTES("00"),
		.use = CREDENTIAL_SIGNS,
		.in_token = true,
		.not_before = cert->not_before,
		.not_after = cert->not_after,
		.state = CREDENTIAL_BOUND,
		.how = CREDENTIAL_FIRST,
		.known_since = tx_time(tx),
		.at = tx_time(tx),
		.usable_at = tx_time(tx)};

	sm3_of(cert->key.spki, key);
	return person_insert(tx, &n, NULL, e) && account_insert(tx, &a, NULL, e) &&
	       member_insert(tx, &m, NULL, e) && credential_insert(tx, &c, NULL, e);
}

static bool put_party(struct tx *tx, void *ctx, struct err *e)
{
	struct platform *p = ctx;
	struct id org = id_new(p->app.world);
	struct organisation_insert_in o = {.id = org,
		.credit_code = BYTES("91999999MA00000079"),
		.name = BYTES("基准供应商"),
		.name_folded = BYTES("基准供应商"),
		.kinds = USER_SUPPLIER,
		.region = BYTES("440000"),
		.address = BYTES(""),
		.legal_name = BYTES(""),
		.at = tx_time(tx)};

	if (!organisation_insert(tx, &o, NULL, e))
		return false;
	for (size_t i = 0; i < ACCOUNTS; i++)
		if (!put_user(tx, p, org, i, e))
			return false;
	return true;
}

static struct db *open_db(const char *url)
{
	struct db_conf conf = {.url = url,
		.world = world_system(),
		.may_be_old = true,
		.wait_ms = 60000};
	struct db *db = NULL;
	unsigned applied;
	struct err e = {0};

	must(db_open(&db, &conf, &domain_statements, &e) && db_migrate(db, &applied, &e),
		url, e.text);
	db_free(db);
	conf.may_be_old = false;
	must(db_open(&db, &conf, &domain_statements, &e), url, e.text);
	return db;
}

static void begin(struct platform *p, const char *url)
{
	struct world *w = world_system();
	int64_t now = w->now(w);
	struct trust_licence licence = {"1", now - 900 * TIME_DAY, now + 900 * TIME_DAY};
	struct bytes crl;
	struct err e = {0};

	must(key_generate(&p->ca_key, w, KEY_SM2, &e) &&
			key_generate(&p->key, w, KEY_SM2, &e) &&
			key_generate(&p->order_key, w, KEY_SM2, &e) &&
			rules_load(&p->rules, NULL, &e),
		"keys, rules", e.text);
	p->ca = issue(p, ISSUE_ROOT, p->ca_key, NULL, p->ca_key);
	for (size_t i = 0; i < ACCOUNTS; i++)
		p->certs[i] = issue(p, ISSUE_SIGN, p->key, &p->ca, p->ca_key);
	p->order_cert = issue(p, ISSUE_ORDER, p->order_key, &p->ca, p->ca_key);
	p->anchor = (struct trust_anchor){.cert = p->ca,
		.name = "基准认证",
		.purposes = TRUST_SIGNER,
		.credit_code = CREDIT_GM_ORGANIZATION_CODE,
		.service = licence,
		.cipher = licence,
		.admitted_from = TIME_NONE,
		.admitted_to = TIME_NONE};
	p->trust = (struct trust){.anchors = &p->anchor, .count = 1};
	p->held = (struct app_trust){&p->trust, evidence_new(p->a)};
	must(issue_crl(p->a, &crl, w, &p->ca, p->ca_key, 1, false, 0, now - TIME_HOUR,
		     now + TIME_DAY, NULL, 0, &e) &&
			evidence_add_crl(p->held.evidence, crl, &e),
		"list", e.text);
	p->keeper = (struct keeper_face){.ctx = p, .login_order = login_order};
	p->app = (struct app){.world = w,
		.db = open_db(url),
		.keeper = &p->keeper,
		.rules = p->rules,
		.trust_take = take,
		.trust_give = give,
		.trust_ctx = p,
		.platform = "bench",
		.origin = "https://bench.example"};
	must(db_tx(p->app.db, DB_WRITE, put_party, p, &e), "party", e.text);
}

/* --- the work --------------------------------------------------------------------- */

struct share {
	struct platform *p;
	struct arena *a; /* answers live here */
	size_t from, to;
};

static void *ask(void *ctx)
{
	struct share *s = ctx;
	const struct challenge_ask in = {
		.purpose = ORDER_LOGIN_IN, .secret = BYTES_OF(s->p->pre)};

	for (size_t i = s->from; i < s->to; i++) {
		struct err e = {0};

		must(challenge_issue(&s->p->app, s->a, &in, &s->p->answers[i], &e),
			"challenge", e.text);
	}
	return NULL;
}

static void *answer(void *ctx)
{
	struct share *s = ctx;

	for (size_t i = s->from; i < s->to; i++) {
		struct order_signed o;
		struct err e = {0};

		must(order_open(&o, s->a, s->p->answers[i], &e) &&
				login_answer(s->a, &s->p->answers[i], s->p->app.world,
					&o.order, s->p->key,
					s->p->certs[i % ACCOUNTS].der, &e),
			"answer", e.text);
	}
	return NULL;
}

static void *enter(void *ctx)
{
	struct share *s = ctx;
	const struct client client = {"192.0.2.1", "bench", {NULL, 0}};

	for (size_t i = s->from; i < s->to; i++) {
		struct login_done done;
		struct err e = {0};

		/* Whoever tells of a busy database tries again, as a browser would. */
		while (!login_by_certificate(&s->p->app, BYTES_OF(s->p->pre),
			s->p->answers[i], &client, &done, &e))
			must(e.code == ERR_BUSY || e.code == ERR_IO, "login", e.text);
		login_done_fini(&done);
	}
	return NULL;
}

static double spread(
	struct platform *p, struct share shares[THREADS], void *(*work)(void *))
{
	pthread_t threads[THREADS];
	double start = wall();

	for (size_t i = 0; i < THREADS; i++) {
		shares[i].p = p;
		shares[i].from = i * LOGINS / THREADS;
		shares[i].to = (i + 1) * LOGINS / THREADS;
		must(pthread_create(&threads[i], NULL, work, &shares[i]) == 0, "thread",
			"none");
	}
	for (size_t i = 0; i < THREADS; i++)
		(void)pthread_join(threads[i], NULL);
	return wall() - start;
}

static void print(const char *what, const char *kind, double took)
{
	char name[64], rate[24];

	(void)snprintf(name, sizeof name, "%s, %s", what, kind);
	bench_rate(rate, LOGINS / took, (struct bench_unit){NULL, 0});
	bench_print(name, rate, "", "", 0);
}

static void measure(const char *url, const char *kind)
{
	struct platform *p = NEW(struct platform);
	struct share shares[THREADS];

	p->a = arena_new();
	for (size_t i = 0; i < THREADS; i++)
		shares[i].a = arena_new();
	begin(p, url);
	print("challenge of a login", kind, spread(p, shares, ask));
	(void)spread(p, shares, answer);
	print("certificate login", kind, spread(p, shares, enter));
	for (size_t i = 0; i < THREADS; i++)
		arena_free(shares[i].a);
	db_free(p->app.db);
	rules_free(p->rules);
	key_free(p->ca_key);
	key_free(p->key);
	key_free(p->order_key);
	arena_free(p->a);
	mem_free(p);
}

int main(int argc, char **argv)
{
	AUTO(arena) a = arena_new();
	const char *postgres = getenv("QIANYIN_TEST_POSTGRES");

	must(argc > 1, "usage", "bench_login FOLDER");
	measure(arena_printf(a, "sqlite:%s", argv[1]), "SQLite");
	if (postgres && postgres[0])
		measure(postgres, "PostgreSQL");
	else
		bench_skip("certificate login, PostgreSQL", "no PostgreSQL");
	return 0;
}
