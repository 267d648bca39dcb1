/* Recovery on a test clock: who may, what happens hour by hour, who stops it.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "domain/sql.h"
#include "login_kit.h"

#define NEW_PASSWORD BYTES("a brand new secret 9")
#define ASKED        (LK_NOW + 30 * TIME_DAY)
#define ENDS         (ASKED + 72 * TIME_HOUR)

static const struct id none;

struct scene {
	struct lk *l;
	struct lk_token first, second; /* both bound at LK_NOW */
	struct credential_bound a, b;
	struct lk_session s;
};

static struct scene scene_begin(void **state)
{
	struct scene x = {.l = lk_begin(state)};
	struct lk *l = x.l;

	x.s = lk_login(l, &l->legal);
	x.first = lk_token(l, 0, l->code, KEY_SM2);
	x.second = lk_token(l, 1, l->code, KEY_SM2);
	x.a = lk_bind(l, &x.s, &x.first);
	x.b = lk_bind(l, &x.s, &x.second);
	lk_good(lk_vouch(l, &x.s, x.b.id, &x.first, false, e));
	lk_at(l, ASKED);
	return x;
}

static void scene_end(struct scene *x)
{
	lk_logout(&x->s);
	lk_end(x->l);
}

static bool ask_for(struct scene *x, const struct lk_token *t, const char *login,
	const char *name, struct recovery_view *view, struct err *e)
{
	struct lk *l = x->l;
	struct client client = lk_client(NULL);
	struct recovery_request request = {
		bytes_str(login), bytes_str(name), NEW_PASSWORD};
	struct bytes order;

	return recovery_challenge(l->app, l->a, LANG_ZH, BYTES_OF(l->pre), &order, e) &&
	       recovery_ask(l->app, l->a, BYTES_OF(l->pre), lk_answer(l, order, t),
		       &request, &client, view, e);
}

static bool cancel(struct scene *x, struct id id, const struct lk_token *t, struct err *e)
{
	struct lk *l = x->l;
	struct client client = lk_client(NULL);
	uint8_t other[32] = {3};
	struct bytes order;

	return recovery_cancel_challenge(
		       l->app, l->a, LANG_ZH, BYTES_OF(other), id, &order, e) &&
	       recovery_cancel(
		       l->app, BYTES_OF(other), lk_answer(l, order, t), &client, e);
}

static bool enter(struct lk *l, const char *login, struct bytes password, struct err *e)
{
	struct client client = lk_client(NULL);
	struct login_done done;

	if (!login_by_password(l->app, bytes_str(login), password, &client, &done, e))
		return false;
	login_done_fini(&done);
	return true;
}

static size_t advance(struct lk *l)
{
	size_t n = 99;

	lk_good(recovery_advance(l->app, &n, e));
	return n;
}

/* --- the timeline */

static void nothing_is_granted_before_the_hour(void **state)
{
	struct scene x = scene_begin(state);
	struct lk *l = x.l;
	struct recovery_view view, seen;
	bool found;

	lk_good(ask_for(&x, &x.first, "handler", "", &view, e));
	assert_true(view.ends_at == ENDS);
	assert_int_equal(lk_count(l, "message", "kind = 'recovery.asked'"), 2);
	/* Until the last second the old password holds and the new one opens nothing. */
	lk_at(l, ENDS - TIME_SECOND);
	assert_int_equal(advance(l), 0);
	lk_refused(enter(l, "handler", NEW_PASSWORD, e), MSG_SIGNIN_WRONG);
	lk_good(enter(l, "handler", LK_PASSWORD, e));
	lk_good(recovery_see(l->app, l->a, BYTES_OF(l->pre), &seen, &found, e));
	assert_true(found);
	assert_int_equal(seen.state, RECOVERY_RUNNING);
	/* Another browser sees none. */
	lk_good(recovery_see(l->app, l->a, BYTES("x"), &seen, &found, e));
	assert_false(found);
	/* At the hour, the first login completes it. */
	lk_at(l, ENDS);
	lk_good(enter(l, "handler", NEW_PASSWORD, e));
	lk_refused(enter(l, "handler", LK_PASSWORD, e), MSG_SIGNIN_WRONG);
	lk_good(recovery_see(l->app, l->a, BYTES_OF(l->pre), &seen, &found, e));
	assert_int_equal(seen.state, RECOVERY_DONE);
	assert_int_equal(advance(l), 0);
	assert_int_equal(lk_count(l, "recovery", "new_password = ''"), 1);
	assert_int_equal(lk_count(l, "message", "kind = 'recovery.done'"), 2);
	scene_end(&x);
}

static void completing_ends_the_sessions_of_the_account(void **state)
{
	struct scene x = scene_begin(state);
	struct lk *l = x.l;
	struct recovery_view view;
	struct lk_session h;

	lk_good(ask_for(&x, &x.first, "handler", "", &view, e));
	lk_at(l, ENDS - TIME_MINUTE);
	h = lk_login(l, &l->handler);
	lk_at(l, ENDS);
	lk_resolve(l, &h);
	assert_int_equal(advance(l), 1);
	lk_refused(session_resolve(l->app, lk_cookie(&h), "", &h.actor, e),
		MSG_SESSION_NONE);
	assert_int_equal(lk_count(l, "known_device", NULL), 1);
	lk_logout(&h);
	scene_end(&x);
}

static void a_new_person_comes_in_as_administrator(void **state)
{
	struct scene x = scene_begin(state);
	struct lk *l = x.l;
	struct recovery_view view;
	struct lk_user u = {.login = "newcomer"};
	struct lk_session s;
	struct client client = lk_client(NULL);
	struct login_done done;

	lk_refused(ask_for(&x, &x.first, "handler", "王五", &view, e),
		MSG_ACCOUNT_LOGIN_TAKEN);
	lk_good(ask_for(&x, &x.first, u.login, "王五", &view, e));
	lk_at(l, ENDS - TIME_SECOND);
	lk_refused(enter(l, u.login, NEW_PASSWORD, e), MSG_SIGNIN_WRONG);
	assert_int_equal(lk_count(l, "account", "login = 'newcomer'"), 0);
	lk_at(l, ENDS);
	lk_good(login_by_password(
		l->app, bytes_str(u.login), NEW_PASSWORD, &client, &done, e));
	s = (struct lk_session){.secret = done.secret, .device = done.device};
	lk_resolve(l, &s);
	assert_int_equal(s.actor.role, MEMBER_ADMINISTRATOR);
	assert_true(id_equal(s.actor.organisation, l->org));
	/* What a recovery let in binds nothing that could recover. */
	{
		struct lk_token t = lk_token(l, 0, l->code, KEY_SM2);
		struct credential_bound b = lk_bind(l, &s, &t);
		struct credential c;
		bool may;

		lk_good(lk_vouch(l, &s, b.id, &x.second, false, e));
		assert_true(lk_find(l, b.id, &c));
		assert_int_equal(c.how, CREDENTIAL_RECOVERED);
		lk_good(credential_may_touch_bids(l->app, &c, l->at, &may, e));
		assert_false(may);
		lk_at(l, ENDS + 40 * TIME_DAY);
		lk_good(credential_may_recover(l->app, &c, l->at, &may, e));
		assert_false(may);
		lk_good(credential_may_touch_bids(l->app, &c, l->at, &may, e));
		assert_true(may);
		lk_refused(ask_for(&x, &t, "handler", "", &view, e),
			MSG_RECOVERY_BY_RECOVERY);
	}
	lk_logout(&s);
	scene_end(&x);
}

static void all_whom_it_concerns_are_told(void **state)
{
	struct scene x = scene_begin(state);
	struct lk *l = x.l;
	struct recovery_view view;

	/* Who keeps a certificate and has left; who gave an address. */
	kit_sql(l->kit,
		"UPDATE credential SET holder = (SELECT person FROM account WHERE "
		"login = 'other') WHERE ca_name = '乙认证'");
	kit_sql(l->kit,
		"UPDATE person SET email = 'a@mail.example' WHERE name = 'other'");
	kit_sql(l->kit,
		"UPDATE person SET email = 'b@mail.example' WHERE name = 'legal'");
	kit_sql(l->kit,
		"UPDATE person SET email = 'c@mail.example' WHERE name = 'officer'");
	lk_good(ask_for(&x, &x.first, "handler", "", &view, e));
	assert_int_equal(lk_count(l, "message", "kind = 'recovery.asked'"), 3);
	assert_int_equal(
		lk_count(l, "outbox", "channel = 'mail' AND body LIKE '%handler%'"), 2);
	assert_int_equal(lk_count(l, "outbox", "address = 'c@mail.example'"), 0);
	scene_end(&x);
}

/* --- who may */

static void only_keys_of_thirty_days_recover(void **state)
{
	struct scene x = scene_begin(state);
	struct lk *l = x.l;
	struct recovery_view view;
	struct lk_token foreign = lk_token(l, 0, l->code2, KEY_SM2);

	lk_at(l, ASKED - TIME_SECOND);
	lk_refused(
		ask_for(&x, &x.first, "handler", "", &view, e), MSG_RECOVERY_TOO_YOUNG);
	lk_refused(
		ask_for(&x, &foreign, "handler", "", &view, e), MSG_SIGNIN_CERT_UNKNOWN);
	lk_at(l, ASKED);
	lk_refused(ask_for(&x, &x.first, "nobody", "", &view, e),
		MSG_RECOVERY_ACCOUNT_OTHER);
	lk_refused(
		ask_for(&x, &x.first, "other", "", &view, e), MSG_RECOVERY_ACCOUNT_OTHER);
	lk_refused(ask_for(&x, &x.first, "officer", "", &view, e),
		MSG_RECOVERY_ACCOUNT_OTHER);
	lk_revoke(l, &x.first.cert);
	lk_refused(
		ask_for(&x, &x.first, "handler", "", &view, e), MSG_SIGNIN_CERT_REVOKED);
	lk_good(ask_for(&x, &x.second, "handler", "", &view, e));
	lk_refused(ask_for(&x, &x.second, "legal", "", &view, e), MSG_RECOVERY_RUNS);
	assert_int_equal(lk_count(l, "recovery", NULL), 1);
	scene_end(&x);
}

static void an_account_of_two_organisations_is_not_one_s_to_recover(void **state)
{
	struct scene x = scene_begin(state);
	struct lk *l = x.l;
	struct recovery_view view;

	/* The handler works for another organisation as well, from the second day. */
	lk_good(ask_for(&x, &x.first, "handler", "", &view, e));
	kit_sql(l->kit,
		"UPDATE member SET person = (SELECT person FROM account WHERE login = "
		"'handler') WHERE person = (SELECT person FROM account WHERE login = "
		"'other')");
	lk_at(l, ENDS);
	assert_int_equal(advance(l), 0);
	lk_refused(enter(l, "handler", NEW_PASSWORD, e), MSG_SIGNIN_WRONG);
	lk_good(enter(l, "handler", LK_PASSWORD, e));
	assert_int_equal(lk_count(l, "recovery", "state = 4"), 1);
	lk_refused(ask_for(&x, &x.first, "handler", "", &view, e),
		MSG_RECOVERY_ACCOUNT_OTHER);
	scene_end(&x);
}

static void put_interest(struct lk *l, int64_t at)
{
	kit_sql(l->kit,
		arena_printf(l->a,
			"INSERT INTO interest (organisation, at, object) SELECT id, "
			"%lld, id FROM organisation WHERE name = '供应商一'",
			(long long)at));
}

static void never_across_a_deadline(void **state)
{
	struct scene x = scene_begin(state);
	struct lk *l = x.l;
	struct recovery_view view;

	put_interest(l, ENDS);
	lk_refused(ask_for(&x, &x.first, "handler", "", &view, e), MSG_RECOVERY_DEADLINE);
	kit_sql(l->kit, "DELETE FROM interest");
	put_interest(l, ASKED);
	lk_refused(ask_for(&x, &x.first, "handler", "", &view, e), MSG_RECOVERY_DEADLINE);
	kit_sql(l->kit, "DELETE FROM interest");
	put_interest(l, ENDS + 1);
	put_interest(l, ASKED - 1);
	lk_good(ask_for(&x, &x.first, "handler", "", &view, e));
	/* One that came up in the meantime. */
	put_interest(l, ASKED + TIME_HOUR);
	lk_at(l, ENDS);
	assert_int_equal(advance(l), 0);
	assert_int_equal(lk_count(l, "recovery", "state = 4"), 1);
	assert_int_equal(lk_count(l, "message", "kind = 'recovery.refused'"), 2);
	lk_refused(enter(l, "handler", NEW_PASSWORD, e), MSG_SIGNIN_WRONG);
	scene_end(&x);
}

/* --- who stops it */

static void any_other_key_cancels(void **state)
{
	struct scene x = scene_begin(state);
	struct lk *l = x.l;
	struct recovery_view view;
	struct lk_token foreign = lk_token(l, 0, l->code2, KEY_SM2),
			young = lk_token(l, 0, l->code, KEY_SM2);
	struct lk_session o = lk_login(l, &l->other), s = lk_login(l, &l->legal);

	(void)lk_bind(l, &o, &foreign);
	(void)lk_bind(l, &s, &young);
	lk_good(ask_for(&x, &x.first, "handler", "", &view, e));
	lk_refused(cancel(&x, view.id, &x.first, e), MSG_RECOVERY_SAME_KEY);
	lk_refused(cancel(&x, view.id, &foreign, e), MSG_SIGNIN_CERT_OF_OTHER);
	lk_refused(cancel(&x, view.id, &young, e), MSG_CREDENTIAL_IS_COOLING);
	lk_refused(cancel(&x, x.a.id, &x.second, e), MSG_SIGNIN_PURPOSE_OTHER);
	lk_at(l, ENDS - TIME_SECOND);
	lk_good(cancel(&x, view.id, &x.second, e));
	lk_refused(cancel(&x, view.id, &x.second, e), MSG_RECOVERY_OVER);
	lk_at(l, ENDS);
	assert_int_equal(advance(l), 0);
	lk_refused(enter(l, "handler", NEW_PASSWORD, e), MSG_SIGNIN_WRONG);
	lk_good(enter(l, "handler", LK_PASSWORD, e));
	lk_logout(&o);
	lk_logout(&s);
	scene_end(&x);
}

static void after_the_hour_it_is_too_late_to_cancel(void **state)
{
	struct scene x = scene_begin(state);
	struct recovery_view view;

	lk_good(ask_for(&x, &x.first, "handler", "", &view, e));
	lk_at(x.l, ENDS);
	lk_refused(cancel(&x, view.id, &x.second, e), MSG_RECOVERY_OVER);
	scene_end(&x);
}

static void cancelled_thrice_needs_the_operator(void **state)
{
	struct scene x = scene_begin(state);
	struct lk *l = x.l;
	struct actor officer = fake_actor(&l->f, USER_ADMINISTRATOR, none, 0),
		     member = fake_actor(&l->f, USER_SUPPLIER, l->org, MEMBER_LEGAL);
	struct recovery_view view;

	lk_refused(recovery_allow(l->app, &officer, l->org, e), MSG_PARTY_NOT_FOUND);
	for (int i = 0; i < 3; i++) {
		lk_good(ask_for(&x, &x.first, "handler", "", &view, e));
		lk_good(cancel(&x, view.id, &x.second, e));
	}
	lk_refused(
		ask_for(&x, &x.first, "handler", "", &view, e), MSG_RECOVERY_IN_PERSON);
	lk_refused(ask_for(&x, &x.second, "legal", "", &view, e), MSG_RECOVERY_IN_PERSON);
	lk_refused(recovery_allow(l->app, &member, l->org, e), MSG_PARTY_DENIED_KIND);
	lk_good(recovery_allow(l->app, &officer, l->org, e));
	lk_good(ask_for(&x, &x.first, "handler", "", &view, e));
	scene_end(&x);
}

static void reporting_the_asking_key_lost_stops_it(void **state)
{
	struct scene x = scene_begin(state);
	struct lk *l = x.l;
	struct recovery_view view;
	struct lk_session h = lk_login(l, &l->handler);
	struct id loss;

	lk_good(ask_for(&x, &x.first, "legal", "", &view, e));
	lk_good(loss_report(l->app, &h.actor, x.a.id, BYTES("stolen"), &loss, e));
	assert_int_equal(lk_count(l, "recovery", "state = 2"), 1);
	lk_at(l, ENDS);
	assert_int_equal(advance(l), 0);
	lk_refused(enter(l, "legal", NEW_PASSWORD, e), MSG_SIGNIN_WRONG);
	lk_logout(&h);
	scene_end(&x);
}

static void keys_reported_lost_meanwhile_still_cancel(void **state)
{
	struct scene x = scene_begin(state);
	struct lk *l = x.l;
	struct recovery_view view;
	struct lk_session h = lk_login(l, &l->handler);
	struct id loss;

	/* Who recovers has a password too, and reports the key that could stop it. */
	lk_good(ask_for(&x, &x.first, "legal", "", &view, e));
	lk_good(loss_report(l->app, &h.actor, x.b.id, BYTES("hm"), &loss, e));
	lk_good(cancel(&x, view.id, &x.second, e));
	/* Reported before, it stops nothing. */
	lk_good(ask_for(&x, &x.first, "legal", "", &view, e));
	kit_sql(l->kit, "UPDATE loss SET reported_at = reported_at - 1");
	lk_refused(cancel(&x, view.id, &x.second, e), MSG_CREDENTIAL_IS_LOST);
	lk_logout(&h);
	scene_end(&x);
}

static void what_changed_meanwhile_counts(void **state)
{
	struct scene x = scene_begin(state);
	struct lk *l = x.l;
	struct recovery_view view;

	/* No status: wait, do not guess. */
	lk_good(ask_for(&x, &x.first, "handler", "", &view, e));
	lk_at(l, ENDS);
	lk_lists(l, false);
	assert_int_equal(advance(l), 0);
	assert_int_equal(lk_count(l, "recovery", "state = 1"), 1);
	lk_refused(enter(l, "handler", NEW_PASSWORD, e), MSG_SIGNIN_WRONG);
	/* Revoked meanwhile: refused. */
	lk_revoke(l, &x.first.cert);
	assert_int_equal(advance(l), 0);
	assert_int_equal(lk_count(l, "recovery", "state = 4"), 1);
	/* The organisation was suspended, then the account. */
	lk_good(ask_for(&x, &x.second, "handler", "", &view, e));
	kit_sql(l->kit, "UPDATE organisation SET state = 3");
	lk_at(l, l->at + 72 * TIME_HOUR);
	assert_int_equal(advance(l), 0);
	assert_int_equal(lk_count(l, "recovery", "state = 4"), 2);
	kit_sql(l->kit, "UPDATE organisation SET state = 2");
	lk_good(ask_for(&x, &x.second, "handler", "", &view, e));
	kit_sql(l->kit, "UPDATE account SET state = 2");
	lk_at(l, l->at + 72 * TIME_HOUR);
	assert_int_equal(advance(l), 0);
	assert_int_equal(lk_count(l, "recovery", "state = 4"), 3);
	scene_end(&x);
}

static void bad_requests_are_refused(void **state)
{
	struct scene x = scene_begin(state);
	struct lk *l = x.l;
	struct client client = lk_client(NULL);
	struct recovery_request request = {BYTES("handler"), BYTES(""), BYTES("short")};
	struct recovery_view view;
	struct bytes order;
	struct err why;

	lk_good(recovery_challenge(l->app, l->a, LANG_ZH, BYTES_OF(l->pre), &order, e));
	lk_refused(recovery_ask(l->app, l->a, BYTES_OF(l->pre),
			   lk_answer(l, order, &x.first), &request, &client, &view, e),
		MSG_ACCOUNT_PASSWORD_LENGTH);
	assert_false(ask_for(&x, &x.first, "a b", "", &view, &why));
	assert_false(ask_for(&x, &x.first, "newname", "\x01", &view, &why));
	assert_int_equal(lk_count(l, "recovery", NULL), 0);
	scene_end(&x);
}

#define TEST(f) ON_BOTH(&domain_statements, f)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(nothing_is_granted_before_the_hour),
		TEST(completing_ends_the_sessions_of_the_account),
		TEST(a_new_person_comes_in_as_administrator),
		TEST(all_whom_it_concerns_are_told),
		TEST(only_keys_of_thirty_days_recover),
		TEST(an_account_of_two_organisations_is_not_one_s_to_recover),
		TEST(never_across_a_deadline),
		TEST(any_other_key_cancels),
		TEST(after_the_hour_it_is_too_late_to_cancel),
		TEST(cancelled_thrice_needs_the_operator),
		TEST(reporting_the_asking_key_lost_stops_it),
		TEST(keys_reported_lost_meanwhile_still_cancel),
		TEST(what_changed_meanwhile_counts),
		TEST(bad_requests_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
