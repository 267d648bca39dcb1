/* Each use case of login, failing at each of its fault points in turn: the database is as
 * before, until it is as after. SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "base/fault.h"
#include "domain/sql.h"
#include "login_kit.h"

struct scene {
	struct lk *l;
	struct lk_session legal, handler;
	struct lk_token first, second, third;
	struct credential_bound a, b, c; /* bound, vouched for, waiting */
	struct recovery_view recovery;
	struct id loss;
	int64_t n;
	size_t m;
};

/* Everything that a use case of ours could leave half done. */
static const struct {
	const char *table, *where;
} looks[] = {
	{"account", NULL},
	{"account", "state = 2"},
	{"account", "password_at > 1780272000000000"},
	{"account", "last_login_at IS NOT NULL"},
	{"act", NULL},
	{"ca_anchor", NULL},
	{"challenge", "taken_at IS NOT NULL"},
	{"credential", "state = 1"},
	{"credential", "state = 2"},
	{"credential", "state = 3"},
	{"credential", "state = 4"},
	{"credential", "state > 4"},
	{"credential", "warned_days < 9999"},
	{"credential", "holder = (SELECT person FROM account WHERE login = 'handler')"},
	{"known_device", NULL},
	{"loss", NULL},
	{"loss", "confirmed_at IS NOT NULL"},
	{"loss", "withdrawn_at IS NOT NULL"},
	{"loss", "ca_told_at IS NOT NULL"},
	{"member", NULL},
	{"message", NULL},
	{"outbox", NULL},
	{"person", NULL},
	{"recovery", "state = 1"},
	{"recovery", "state = 2"},
	{"recovery", "state > 2"},
	{"recovery", "pardoned_at IS NOT NULL"},
	{"session", NULL},
	{"session", "revoked_at IS NOT NULL"},
	{"session", "step_up_until IS NOT NULL"},
	{"session", "organisation = (SELECT id FROM organisation WHERE name = "
		    "'供应商二')"},
};
enum { LOOKS = sizeof looks / sizeof *looks };

/* "12,0,3,…": a number for each of them. */
static const char *look(struct lk *l)
{
	const char *sql = "SELECT ''";

	for (size_t i = 0; i < LOOKS; i++)
		sql = arena_printf(l->a,
			"%s || (SELECT COUNT(*) FROM %s WHERE %s) || ','", sql,
			looks[i].table, looks[i].where ? looks[i].where : "1 = 1");
	return lk_text(l, sql);
}

/* --- the use cases ---------------------------------------------------------------- */

static bool run_password(struct scene *x, struct err *e)
{
	struct client client = lk_client(NULL);
	struct login_done done;

	if (!login_by_password(
		    x->l->app, BYTES("handler"), LK_PASSWORD, &client, &done, e))
		return false;
	login_done_fini(&done);
	return true;
}

static bool run_certificate(struct scene *x, struct err *e)
{
	struct login_done done;

	if (!lk_enter(x->l, &x->first, &done, e))
		return false;
	login_done_fini(&done);
	return true;
}

static bool run_step_up(struct scene *x, struct err *e)
{
	struct lk *l = x->l;
	struct bytes order;

	return login_step_up_challenge(l->app, l->a, &x->legal.actor,
		       lk_cookie(&x->legal), "x", &order, e) &&
	       login_step_up(l->app, &x->legal.actor, lk_cookie(&x->legal),
		       lk_answer(l, order, &x->first), &x->n, e);
}

static bool run_change_password(struct scene *x, struct err *e)
{
	return account_password_change(x->l->app, &x->handler.actor, LK_PASSWORD,
		BYTES("some other secret 5"), e);
}

static bool run_suspend(struct scene *x, struct err *e)
{
	struct actor officer =
		fake_actor(&x->l->f, USER_ADMINISTRATOR, (struct id){{0}}, 0);

	return account_suspend(x->l->app, &officer, x->l->handler.account, true, e);
}

static bool run_revoke(struct scene *x, struct err *e)
{
	return session_revoke(x->l->app, &x->handler.actor, x->handler.actor.session, e);
}

static bool run_revoke_others(struct scene *x, struct err *e)
{
	return session_revoke_others(x->l->app, &x->legal.actor, &x->n, e);
}

static bool run_switch(struct scene *x, struct err *e)
{
	return session_switch(x->l->app, &x->legal.actor, x->l->org2, e);
}

static void join_second(struct scene *x)
{
	kit_sql(x->l->kit, "UPDATE member SET person = (SELECT person FROM account WHERE "
			   "login = 'legal') WHERE person = (SELECT person FROM account "
			   "WHERE login = 'other')");
}

static bool run_bind(struct scene *x, struct err *e)
{
	struct lk_token t = lk_token(x->l, 0, x->l->code, KEY_SM2);
	struct credential_bound b;

	return lk_try_bind(x->l, &x->handler, &t, &b, e);
}

static bool run_renew_same_key(struct scene *x, struct err *e)
{
	struct lk_token t = x->first;
	struct credential_bound b;

	t.cert = lk_cert(x->l, 0, x->l->code, t.key, ISSUE_SIGN, LK_NOW - TIME_DAY,
		LK_NOW + 900 * TIME_DAY);
	return lk_try_bind(x->l, &x->handler, &t, &b, e);
}

static bool run_vouch(struct scene *x, struct err *e)
{
	return lk_vouch(x->l, &x->handler, x->c.id, &x->first, true, e);
}

static bool run_encryption(struct scene *x, struct err *e)
{
	struct lk *l = x->l;
	struct key *key = lk_token(l, 0, l->code, KEY_SM2).key;
	struct cert enc = lk_cert(l, 0, l->code, key, ISSUE_ENCRYPT, LK_NOW - TIME_DAY,
		LK_NOW + 300 * TIME_DAY);
	struct credential_bound b;
	struct bytes order;

	return credential_bind_challenge(l->app, l->a, &x->handler.actor,
		       lk_cookie(&x->handler), &order, e) &&
	       credential_bind_encryption(l->app, &x->handler.actor,
		       lk_cookie(&x->handler), lk_answer(l, order, &x->first), enc.der,
		       true, &b, e);
}

static bool run_refuse(struct scene *x, struct err *e)
{
	return credential_refuse(x->l->app, &x->legal.actor, x->c.id, e);
}

static struct actor stepped(struct scene *x)
{
	struct actor actor = x->legal.actor;

	actor.assurance = ASSURED_CERT_TOKEN;
	actor.step_up_until = x->l->at + TIME_HOUR;
	return actor;
}

static bool run_end(struct scene *x, struct err *e)
{
	struct actor actor = stepped(x);

	return credential_end(x->l->app, &actor, x->b.id, e);
}

static bool run_hand_over(struct scene *x, struct err *e)
{
	struct actor actor = stepped(x);

	return credential_hand_over(x->l->app, &actor, x->a.id, x->l->handler.person, e);
}

static bool run_cooled(struct scene *x, struct err *e)
{
	return credential_advance(x->l->app, &x->m, e);
}

static void after_cool_off(struct scene *x)
{
	lk_at(x->l, LK_NOW + 7 * TIME_DAY);
}

static bool run_remind(struct scene *x, struct err *e)
{
	return credential_remind(x->l->app, &x->m, e);
}

static void near_the_end(struct scene *x)
{
	lk_at(x->l, LK_NOW + 650 * TIME_DAY);
}

static void after_thirty_days(struct scene *x)
{
	lk_at(x->l, LK_NOW + 30 * TIME_DAY);
}

static bool ask_recovery(
	struct scene *x, const char *login, const char *name, struct err *e)
{
	struct lk *l = x->l;
	struct client client = lk_client(NULL);
	struct recovery_request request = {
		bytes_str(login), bytes_str(name), BYTES("a brand new secret 9")};
	struct bytes order;

	return recovery_challenge(l->app, l->a, LANG_ZH, BYTES_OF(l->pre), &order, e) &&
	       recovery_ask(l->app, l->a, BYTES_OF(l->pre),
		       lk_answer(l, order, &x->first), &request, &client, &x->recovery,
		       e);
}

static bool run_ask(struct scene *x, struct err *e)
{
	return ask_recovery(x, "handler", "", e);
}

static void recovery_runs(struct scene *x)
{
	after_thirty_days(x);
	lk_good(ask_recovery(x, "handler", "", e));
}

static bool run_cancel(struct scene *x, struct err *e)
{
	struct lk *l = x->l;
	struct client client = lk_client(NULL);
	struct bytes order;

	return recovery_cancel_challenge(l->app, l->a, LANG_ZH, BYTES_OF(l->pre),
		       x->recovery.id, &order, e) &&
	       recovery_cancel(l->app, BYTES_OF(l->pre), lk_answer(l, order, &x->second),
		       &client, e);
}

static void recovery_due_for_account(struct scene *x)
{
	recovery_runs(x);
	lk_at(x->l, x->recovery.ends_at);
}

static void recovery_due_for_new(struct scene *x)
{
	after_thirty_days(x);
	lk_good(ask_recovery(x, "newcomer", "王五", e));
	lk_at(x->l, x->recovery.ends_at);
}

static void recovery_due_and_refused(struct scene *x)
{
	recovery_due_for_account(x);
	kit_sql(x->l->kit, "UPDATE organisation SET state = 3");
}

static bool run_recovery(struct scene *x, struct err *e)
{
	return recovery_advance(x->l->app, &x->m, e);
}

static void recovery_cancelled_before(struct scene *x)
{
	recovery_runs(x);
	lk_good(run_cancel(x, e));
}

static bool run_allow(struct scene *x, struct err *e)
{
	struct actor officer =
		fake_actor(&x->l->f, USER_ADMINISTRATOR, (struct id){{0}}, 0);

	return recovery_allow(x->l->app, &officer, x->l->org, e);
}

static void with_webhook(struct scene *x)
{
	recovery_runs(x);
	kit_sql(x->l->kit, "UPDATE organisation SET webhook = 'https://ca.example/x' "
			   "WHERE name = '甲认证'");
}

static bool run_report(struct scene *x, struct err *e)
{
	return loss_report(
		x->l->app, &x->handler.actor, x->a.id, BYTES("lost"), &x->loss, e);
}

static void reported(struct scene *x)
{
	lk_good(run_report(x, e));
}

static bool run_confirm(struct scene *x, struct err *e)
{
	return loss_confirm(x->l->app, &x->legal.actor, x->loss, e);
}

static bool run_withdraw(struct scene *x, struct err *e)
{
	return loss_withdraw(x->l->app, &x->legal.actor, x->loss, e);
}

static const struct use_case {
	const char *name;
	void (*before)(struct scene *x);
	bool (*run)(struct scene *x, struct err *e);
} cases[] = {
	{"login by password", NULL, run_password},
	{"login by certificate", NULL, run_certificate},
	{"step up", NULL, run_step_up},
	{"change the password", NULL, run_change_password},
	{"suspend", NULL, run_suspend},
	{"end a session", NULL, run_revoke},
	{"end other sessions", NULL, run_revoke_others},
	{"switch", join_second, run_switch},
	{"bind", NULL, run_bind},
	{"renew with the same key", NULL, run_renew_same_key},
	{"renew with another key", NULL, run_vouch},
	{"bind for encryption", NULL, run_encryption},
	{"refuse", NULL, run_refuse},
	{"end a binding", NULL, run_end},
	{"hand over", NULL, run_hand_over},
	{"end cool-offs", after_cool_off, run_cooled},
	{"remind", near_the_end, run_remind},
	{"ask for recovery", after_thirty_days, run_ask},
	{"cancel a recovery", recovery_runs, run_cancel},
	{"recover an account", recovery_due_for_account, run_recovery},
	{"recover for a new person", recovery_due_for_new, run_recovery},
	{"refuse a recovery", recovery_due_and_refused, run_recovery},
	{"allow recoveries again", recovery_cancelled_before, run_allow},
	{"report a loss", with_webhook, run_report},
	{"confirm a loss", reported, run_confirm},
	{"withdraw a loss", reported, run_withdraw},
};

static void empty(struct kit *kit)
{
	static const char *const tables[] = {"act", "message", "outbox", "loss",
		"recovery", "interest", "challenge", "session", "known_device",
		"login_failure", "credential", "ca_anchor", "member", "account",
		"organisation", "person"};

	for (size_t i = 0; i < sizeof tables / sizeof *tables; i++)
		kit_sql(kit, arena_printf(kit->a, "DELETE FROM %s", tables[i]));
}

static struct scene scene_begin(void **state)
{
	struct scene x = {.l = lk_begin(state)};
	struct lk *l = x.l;

	x.legal = lk_login(l, &l->legal);
	x.handler = lk_login(l, &l->handler);
	x.first = lk_token(l, 0, l->code, KEY_SM2);
	x.second = lk_token(l, 1, l->code, KEY_SM2);
	x.third = lk_token(l, 1, l->code, KEY_SM2);
	x.a = lk_bind(l, &x.legal, &x.first);
	x.b = lk_bind(l, &x.legal, &x.second);
	lk_good(lk_vouch(l, &x.legal, x.b.id, &x.first, false, e));
	x.c = lk_bind(l, &x.legal, &x.third);
	return x;
}

/* How many points it had. */
static unsigned walk(struct scene *x, const struct use_case *c)
{
	const char *before = look(x->l), *after = before;
	bool done = false;
	unsigned n = 0;

	while (!done) {
		struct err why = {.code = ERR_NONE};

		fault_arm(++n);
		done = c->run(x, &why);
		fault_arm(0);
		after = look(x->l);
		if (!done && strncmp(why.text, "fault", 5) != 0)
			fail_msg("%s, point %u: %s", c->name, n, why.text);
		if (!done && strcmp(before, after) != 0)
			fail_msg("%s, point %u:\n%s\n%s", c->name, n, before, after);
		assert_true(n < 50);
	}
	/* It had points, and did something in the end. */
	if (n < 2 || strcmp(before, after) == 0)
		fail_msg("%s: %u points", c->name, n - 1);
	return n - 1;
}

static void nothing_is_half_done(void **state)
{
	unsigned points = 0;

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct scene x = scene_begin(state);

		if (cases[i].before)
			cases[i].before(&x);
		points += walk(&x, &cases[i]);
		lk_logout(&x.legal);
		lk_logout(&x.handler);
		lk_end(x.l);
		empty(*state);
	}
	print_message("# %u fault points in %zu use cases\n", points,
		sizeof cases / sizeof *cases);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		ON_BOTH(&domain_statements, nothing_is_half_done),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
