/* Logging in by password and by certificate, sessions, step-up, and who is locked out.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <pthread.h>
#include <string.h>

#include "domain/sql.h"
#include "login_kit.h"

static bool by_password(struct lk *l, const char *login, struct bytes password,
	struct secret *device, struct login_done *done, struct err *e)
{
	struct client client = lk_client(device);

	return login_by_password(l->app, bytes_str(login), password, &client, done, e);
}

/* --- passwords */

static void a_password_logs_in(void **state)
{
	struct lk *l = lk_begin(state);
	struct lk_session s = lk_login(l, &l->handler);
	struct login_done done;

	assert_true(id_equal(s.actor.account, l->handler.account));
	assert_true(id_equal(s.actor.organisation, l->org));
	assert_int_equal(s.actor.assurance, ASSURED_PASSWORD);
	assert_int_equal(s.actor.role, MEMBER_HANDLER);
	assert_int_equal(s.actor.kinds, USER_SUPPLIER);
	assert_true(s.actor.step_up_until == TIME_NONE);
	assert_non_null(s.device);
	/* The name is folded: case and width do not matter. */
	lk_good(by_password(l, "ＨandLER", LK_PASSWORD, s.device, &done, e));
	assert_null(done.device);
	login_done_fini(&done);
	assert_int_equal(lk_count(l, "act", "kind = 'login.password'"), 2);
	lk_logout(&s);
	lk_end(l);
}

static void wrong_names_and_passwords_are_one_answer(void **state)
{
	static const char *const names[] = {"handler", "nobody", "x", "' OR 1=1 --",
		"handler\xff", "",
		"很长很长很长很长很长很长很长很长很长很长很长很长很长很长很长"
		"很长很长很长很长很长很长很长很长很长很长很长很长很长很长很长很长很长很"
		"长"};
	struct lk *l = lk_begin(state);
	struct login_done done;

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		lk_refused(by_password(l, names[i], BYTES("wrong password 1"), NULL,
				   &done, e),
			MSG_SIGNIN_WRONG);
	lk_refused(
		by_password(l, "handler", BYTES(""), NULL, &done, e), MSG_SIGNIN_WRONG);
	assert_int_equal(lk_count(l, "session", NULL), 0);
	lk_end(l);
}

static void who_is_suspended_learns_it_with_the_password_only(void **state)
{
	struct lk *l = lk_begin(state);
	struct lk_session s = lk_login(l, &l->handler);
	struct actor officer = fake_actor(&l->f, USER_ADMINISTRATOR, (struct id){{0}}, 0);
	struct login_done done;

	lk_refused(account_suspend(l->app, &s.actor, l->other.account, true, e),
		MSG_PARTY_DENIED_KIND);
	lk_good(account_suspend(l->app, &officer, l->handler.account, true, e));
	lk_refused(session_resolve(l->app, lk_cookie(&s), "", &s.actor, e),
		MSG_SESSION_NONE);
	lk_refused(by_password(l, "handler", LK_PASSWORD, NULL, &done, e),
		MSG_SIGNIN_SUSPENDED);
	lk_refused(by_password(l, "handler", BYTES("wrong password 1"), NULL, &done, e),
		MSG_SIGNIN_WRONG);
	lk_good(account_suspend(l->app, &officer, l->handler.account, false, e));
	lk_good(by_password(l, "handler", LK_PASSWORD, NULL, &done, e));
	login_done_fini(&done);
	lk_logout(&s);
	lk_end(l);
}

static void passwords_are_changed(void **state)
{
	struct lk *l = lk_begin(state);
	struct lk_session s = lk_login(l, &l->handler), t = lk_login(l, &l->handler);
	struct bytes new = BYTES("another long secret 7");
	struct login_done done;

	lk_refused(account_password_change(
			   l->app, &s.actor, BYTES("not the old one"), new, e),
		MSG_ACCOUNT_PASSWORD_OLD_WRONG);
	lk_refused(account_password_change(l->app, &s.actor, BYTES(""), new, e),
		MSG_PARTY_DENIED_STEP_UP);
	lk_refused(account_password_change(
			   l->app, &s.actor, LK_PASSWORD, BYTES("too short"), e),
		MSG_ACCOUNT_PASSWORD_LENGTH);
	lk_good(account_password_change(l->app, &s.actor, LK_PASSWORD, new, e));
	/* This session goes on, the other one does not. */
	lk_resolve(l, &s);
	lk_refused(session_resolve(l->app, lk_cookie(&t), "", &t.actor, e),
		MSG_SESSION_NONE);
	lk_refused(
		by_password(l, "handler", LK_PASSWORD, NULL, &done, e), MSG_SIGNIN_WRONG);
	lk_good(by_password(l, "handler", new, NULL, &done, e));
	login_done_fini(&done);
	lk_logout(&s);
	lk_logout(&t);
	lk_end(l);
}

static void bad_passwords_are_not_taken(void **state)
{
	static const struct {
		const char *text;
		enum msg say;
	} bad[] = {
		{"short 1", MSG_ACCOUNT_PASSWORD_LENGTH},
		{"", MSG_ACCOUNT_PASSWORD_LENGTH},
		{"bad\xffutf8 text", MSG_ACCOUNT_PASSWORD_LENGTH},
		{"zhang.san1", MSG_ACCOUNT_PASSWORD_IS_LOGIN},
		{"ZHANG.SAN2026", MSG_ACCOUNT_PASSWORD_IS_LOGIN},
		{"Password123!", MSG_ACCOUNT_PASSWORD_COMMON},
		{"1234567890", MSG_ACCOUNT_PASSWORD_COMMON},
		{"aaaaaaaaaaaa", MSG_ACCOUNT_PASSWORD_COMMON},
		{"qwertyuiop", MSG_ACCOUNT_PASSWORD_COMMON},
		{"abcdefghijkl", MSG_ACCOUNT_PASSWORD_COMMON},
		{"9876543210", MSG_ACCOUNT_PASSWORD_COMMON},
	};
	static const char *const good[] = {
		"correct horse", "一个足够长的中文密码", "zhang.san's own secret"};
	struct lk *l = lk_begin(state);
	struct bytes login = BYTES("zhang.san"), folded;
	uint8_t long_one[129];

	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		lk_refused(
			account_password_check(l->app, login, bytes_str(bad[i].text), e),
			bad[i].say);
	for (size_t i = 0; i < sizeof good / sizeof *good; i++)
		lk_good(account_password_check(l->app, login, bytes_str(good[i]), e));
	for (size_t i = 0; i < sizeof long_one; i++)
		long_one[i] = (uint8_t)('a' + i * 7 % 26);
	lk_good(account_password_check(l->app, login, bytes_make(long_one, 128), e));
	lk_refused(account_password_check(l->app, login, BYTES_OF(long_one), e),
		MSG_ACCOUNT_PASSWORD_LENGTH);

	lk_good(account_login_fold(l->a, BYTES("Ｚhang.SAN@例"), &folded, e));
	assert_bytes(folded, BYTES("zhang.san@例"));
	lk_refused(account_login_fold(l->a, BYTES("a b"), &folded, e),
		MSG_ACCOUNT_LOGIN_BAD);
	lk_refused(
		account_login_fold(l->a, BYTES("a"), &folded, e), MSG_ACCOUNT_LOGIN_BAD);
	/* Cyrillic а looks like Latin a. */
	lk_refused(account_login_fold(l->a,
			   BYTES("\xd0\xb0"
				 "dmin"),
			   &folded, e),
		MSG_ACCOUNT_LOGIN_BAD);
	assert_string_equal(account_login_mask(l->a, BYTES("zhangsan")), "z***n");
	assert_string_equal(account_login_mask(l->a, BYTES("ab")), "a***");
	assert_string_equal(account_login_mask(l->a, BYTES("张三丰")), "张***丰");
	lk_end(l);
}

/* --- locking out */

static void strangers_stop_strangers_only(void **state)
{
	struct lk *l = lk_begin(state);
	struct lk_session own = lk_login(l, &l->legal);
	struct lk_token t = lk_token(l, 0, l->code, KEY_SM2);
	struct login_done done;

	lk_good(by_password(l, "handler", LK_PASSWORD, NULL, &done, e));
	(void)lk_bind(l, &own, &t);
	for (int i = 0; i < 5; i++)
		lk_refused(by_password(l, "legal", BYTES("wrong password 1"), NULL,
				   &(struct login_done){0}, e),
			MSG_SIGNIN_WRONG);
	/* The right one comes too late, from a stranger; */
	lk_refused(by_password(l, "legal", LK_PASSWORD, NULL, &(struct login_done){0}, e),
		MSG_SIGNIN_BLOCKED);
	/* a cookie of another account makes no friend; */
	lk_refused(by_password(l, "legal", LK_PASSWORD, done.device,
			   &(struct login_done){0}, e),
		MSG_SIGNIN_BLOCKED);
	login_done_fini(&done);
	/* the owner's browser and the owner's certificate go on. */
	lk_good(by_password(l, "legal", LK_PASSWORD, own.device, &done, e));
	login_done_fini(&done);
	lk_good(lk_enter(l, &t, &done, e));
	login_done_fini(&done);
	/* The session too. */
	lk_resolve(l, &own);
	/* And the pause ends: an eighth of a quarter of an hour. */
	lk_at(l, LK_NOW + 15 * TIME_MINUTE / 8 - TIME_SECOND);
	lk_refused(
		by_password(l, "legal", LK_PASSWORD, NULL, &done, e), MSG_SIGNIN_BLOCKED);
	lk_at(l, LK_NOW + 15 * TIME_MINUTE / 8 + TIME_SECOND);
	lk_good(by_password(l, "legal", LK_PASSWORD, NULL, &done, e));
	login_done_fini(&done);
	lk_logout(&own);
	lk_end(l);
}

static void nobody_plants_a_device(void **state)
{
	struct lk *l = lk_begin(state);
	struct secret *planted = secret_new(DEVICE_SECRET);
	struct login_done done, again;

	secret_data(planted)[0] = 1;
	lk_good(by_password(l, "legal", LK_PASSWORD, planted, &done, e));
	assert_non_null(done.device);
	assert_false(secret_equal(
		secret_view(planted), secret_view(done.device), DEVICE_SECRET));
	/* One of ours serves every account of a browser. */
	lk_good(by_password(l, "handler", LK_PASSWORD, done.device, &again, e));
	assert_null(again.device);
	assert_int_equal(lk_count(l, "known_device", NULL), 2);
	login_done_fini(&done);
	login_done_fini(&again);
	secret_free(planted);
	lk_end(l);
}

enum { GUESSERS = 10 };

struct guesser {
	struct lk *l;
	bool wrong;
};

static void *guess(void *ctx)
{
	struct guesser *g = ctx;
	struct login_done done;
	struct err e;

	assert_false(
		by_password(g->l, "legal", BYTES("wrong password 1"), NULL, &done, &e));
	g->wrong = e.say == (unsigned)MSG_SIGNIN_WRONG + 1;
	return NULL;
}

static void guessing_at_once_gains_nothing(void **state)
{
	struct lk *l = lk_begin(state);
	struct guesser guessers[GUESSERS];
	pthread_t threads[GUESSERS];
	int wrong = 0;

	l->app->world = &l->kit->world; /* the fake one is not for threads */
	for (int i = 0; i < GUESSERS; i++) {
		guessers[i] = (struct guesser){.l = l};
		assert_int_equal(
			pthread_create(&threads[i], NULL, guess, &guessers[i]), 0);
	}
	for (int i = 0; i < GUESSERS; i++) {
		(void)pthread_join(threads[i], NULL);
		wrong += guessers[i].wrong;
	}
	l->app->world = &l->f.world.world;
	assert_true(wrong >= 1 && wrong <= 5);
	lk_end(l);
}

static void names_of_nobody_are_blocked_alike(void **state)
{
	struct lk *l = lk_begin(state);
	struct login_done done;

	for (int i = 0; i < 5; i++)
		lk_refused(by_password(l, "no.such", BYTES("wrong password 1"), NULL,
				   &done, e),
			MSG_SIGNIN_WRONG);
	lk_refused(by_password(l, "no.such", LK_PASSWORD, NULL, &done, e),
		MSG_SIGNIN_BLOCKED);
	lk_at(l, LK_NOW + 2 * TIME_DAY);
	lk_good(device_tidy(l->app, e));
	assert_int_equal(lk_count(l, "login_failure", NULL), 0);
	lk_end(l);
}

static int64_t pause_now(struct lk *l, struct secret *device)
{
	struct login_done done;
	int64_t at = l->at;

	lk_refused(by_password(l, "legal", BYTES("wrong password 1"), device, &done, e),
		MSG_SIGNIN_WRONG);
	for (int64_t s = 1;; s *= 2) {
		struct err e;

		lk_at(l, at + s * TIME_SECOND);
		if (by_password(l, "legal", BYTES("wrong password 1"), device, &done, &e))
			fail();
		if (e.say == (unsigned)MSG_SIGNIN_WRONG + 1)
			return s;
	}
}

static void pauses_grow_for_a_device_and_are_bounded_for_strangers(void **state)
{
	struct lk *l = lk_begin(state);
	struct lk_session own = lk_login(l, &l->legal);
	struct login_done done;
	int64_t first = 0, last = 0, most = 0;

	for (int i = 0; i < 4; i++)
		lk_refused(by_password(l, "legal", BYTES("wrong password 1"), own.device,
				   &done, e),
			MSG_SIGNIN_WRONG);
	for (int i = 0; i < 4; i++) {
		last = pause_now(l, own.device);
		first = first ? first : last;
		lk_at(l, l->at + 20 * TIME_HOUR);
		lk_refused(by_password(l, "legal", BYTES("wrong password 1"), own.device,
				   &done, e),
			MSG_SIGNIN_WRONG);
		lk_at(l, l->at + 5 * TIME_HOUR);
	}
	assert_true(last > first);
	for (int i = 0; i < 4; i++)
		lk_refused(by_password(
				   l, "legal", BYTES("wrong password 1"), NULL, &done, e),
			MSG_SIGNIN_WRONG);
	for (int i = 0; i < 8; i++) {
		int64_t pause = pause_now(l, NULL);

		most = pause > most ? pause : most;
		lk_at(l, l->at + 20 * TIME_MINUTE);
	}
	assert_true(most <= 1024); /* the next power of two after 15 minutes */
	lk_logout(&own);
	lk_end(l);
}

/* --- sessions */

static void sessions_end_by_idling_and_by_age(void **state)
{
	struct lk *l = lk_begin(state);
	struct lk_session s = lk_login(l, &l->handler);

	lk_at(l, LK_NOW + 30 * TIME_MINUTE - 1);
	lk_resolve(l, &s);
	lk_at(l, l->at + 30 * TIME_MINUTE - 1);
	lk_resolve(l, &s);
	lk_at(l, l->at + 30 * TIME_MINUTE);
	lk_refused(session_resolve(l->app, lk_cookie(&s), "", &s.actor, e),
		MSG_SESSION_NONE);
	lk_logout(&s);

	lk_at(l, LK_NOW + TIME_DAY);
	s = lk_login(l, &l->handler);
	for (int i = 0; i < 47; i++) {
		lk_at(l, l->at + 15 * TIME_MINUTE);
		lk_resolve(l, &s);
	}
	lk_at(l, LK_NOW + TIME_DAY + 12 * TIME_HOUR);
	lk_refused(session_resolve(l->app, lk_cookie(&s), "", &s.actor, e),
		MSG_SESSION_NONE);
	lk_logout(&s);
	lk_at(l, LK_NOW + 60 * TIME_DAY);
	lk_good(session_tidy(l->app, e));
	assert_int_equal(lk_count(l, "session", NULL), 0);
	lk_end(l);
}

static void being_seen_is_written_once_a_minute(void **state)
{
	struct lk *l = lk_begin(state);
	struct lk_session s = lk_login(l, &l->handler);
	char *seen = arena_printf(l->a, "seen_at = %lld", (long long)LK_NOW);

	lk_at(l, LK_NOW + 59 * TIME_SECOND);
	lk_resolve(l, &s);
	assert_int_equal(lk_count(l, "session", seen), 1);
	lk_at(l, LK_NOW + 60 * TIME_SECOND);
	lk_resolve(l, &s);
	assert_int_equal(lk_count(l, "session", seen), 0);
	lk_logout(&s);
	lk_end(l);
}

static void cookies_of_others_open_nothing(void **state)
{
	struct lk *l = lk_begin(state);
	struct lk_session s = lk_login(l, &l->handler);
	uint8_t csrf[SESSION_CSRF], bent[SESSION_SECRET];
	struct actor actor;

	memcpy(bent, secret_view(s.secret), sizeof bent);
	bent[0] ^= 1;
	lk_refused(
		session_resolve(l->app, BYTES_OF(bent), "", &actor, e), MSG_SESSION_NONE);
	lk_refused(session_resolve(l->app, BYTES(""), "", &actor, e), MSG_SESSION_NONE);
	/* What the database holds is not the cookie. */
	sm3_of(lk_cookie(&s), bent);
	lk_refused(
		session_resolve(l->app, BYTES_OF(bent), "", &actor, e), MSG_SESSION_NONE);

	session_csrf(lk_cookie(&s), csrf);
	assert_true(session_csrf_is(lk_cookie(&s), BYTES_OF(csrf)));
	assert_false(session_csrf_is(BYTES_OF(bent), BYTES_OF(csrf)));
	assert_false(session_csrf_is(lk_cookie(&s), BYTES("")));
	csrf[31] ^= 1;
	assert_false(session_csrf_is(lk_cookie(&s), BYTES_OF(csrf)));
	lk_logout(&s);
	lk_end(l);
}

static void sessions_are_listed_and_ended(void **state)
{
	struct lk *l = lk_begin(state);
	struct lk_session s = lk_login(l, &l->handler), t = lk_login(l, &l->handler),
			  foreign = lk_login(l, &l->other);
	struct session_view *list;
	int64_t ended;
	size_t count;

	lk_good(session_list(l->app, l->a, &s.actor, &list, &count, e));
	assert_int_equal(count, 2);
	assert_true(list[0].is_this != list[1].is_this);
	assert_string_equal(list[0].organisation, "供应商一");
	assert_string_equal(list[0].agent, "Browser/1");
	lk_refused(session_revoke(l->app, &s.actor, foreign.actor.session, e),
		MSG_PARTY_NOT_FOUND);
	lk_good(session_revoke(l->app, &s.actor, t.actor.session, e));
	lk_refused(session_revoke(l->app, &s.actor, t.actor.session, e),
		MSG_PARTY_NOT_FOUND);
	lk_refused(session_resolve(l->app, lk_cookie(&t), "", &t.actor, e),
		MSG_SESSION_NONE);
	lk_logout(&t);
	t = lk_login(l, &l->handler);
	lk_good(session_revoke_others(l->app, &s.actor, &ended, e));
	assert_int_equal(ended, 1);
	lk_resolve(l, &s);
	lk_resolve(l, &foreign);
	lk_logout(&s);
	lk_logout(&t);
	lk_logout(&foreign);
	lk_end(l);
}

static void switching_leaves_the_certificate_behind(void **state)
{
	struct lk *l = lk_begin(state);
	struct lk_session s = lk_login(l, &l->legal);
	struct lk_token t = lk_token(l, 0, l->code, KEY_SM2);
	struct membership_view *list;
	size_t count;

	(void)lk_bind(l, &s, &t);
	lk_step_up(l, &s, &t);
	assert_int_equal(s.actor.assurance, ASSURED_CERT_TOKEN);
	assert_true(s.actor.step_up_until == LK_NOW + 10 * TIME_MINUTE);
	lk_refused(session_switch(l->app, &s.actor, l->org2, e), MSG_PARTY_NOT_FOUND);
	kit_sql(l->kit, "UPDATE member SET person = (SELECT person FROM account WHERE "
			"login = 'legal') WHERE person = (SELECT person FROM account "
			"WHERE login = 'other')");
	lk_good(session_memberships(l->app, l->a, &s.actor, &list, &count, e));
	assert_int_equal(count, 2);
	lk_good(session_switch(l->app, &s.actor, l->org2, e));
	lk_resolve(l, &s);
	assert_true(id_equal(s.actor.organisation, l->org2));
	assert_int_equal(s.actor.assurance, ASSURED_PASSWORD);
	assert_true(s.actor.step_up_until == TIME_NONE);
	/* The certificate of the first organisation steps up in the second not at all. */
	{
		struct bytes order;
		int64_t until;

		lk_good(login_step_up_challenge(
			l->app, l->a, &s.actor, lk_cookie(&s), "", &order, e));
		lk_refused(login_step_up(l->app, &s.actor, lk_cookie(&s),
				   lk_answer(l, order, &t), &until, e),
			MSG_SIGNIN_CERT_OF_OTHER);
	}
	lk_logout(&s);
	lk_end(l);
}

static void members_of_suspended_organisations_only_look(void **state)
{
	struct lk *l = lk_begin(state);
	struct lk_session s = lk_login(l, &l->legal);

	kit_sql(l->kit, "UPDATE organisation SET state = 3");
	lk_resolve(l, &s);
	assert_int_equal(s.actor.kinds, 0);
	assert_int_equal(s.actor.role, MEMBER_VIEWER);
	kit_sql(l->kit, "UPDATE organisation SET state = 1");
	lk_resolve(l, &s);
	assert_int_equal(s.actor.kinds, 0);
	assert_int_equal(s.actor.role, MEMBER_LEGAL);
	kit_sql(l->kit, "UPDATE member SET until = 1");
	lk_resolve(l, &s);
	assert_int_equal(s.actor.role, 0);
	assert_true(id_is_none(s.actor.organisation));
	lk_logout(&s);
	lk_end(l);
}

#define TEST(f) ON_BOTH(&domain_statements, f)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_password_logs_in),
		TEST(wrong_names_and_passwords_are_one_answer),
		TEST(who_is_suspended_learns_it_with_the_password_only),
		TEST(passwords_are_changed),
		TEST(bad_passwords_are_not_taken),
		TEST(strangers_stop_strangers_only),
		TEST(nobody_plants_a_device),
		TEST(guessing_at_once_gains_nothing),
		TEST(names_of_nobody_are_blocked_alike),
		TEST(pauses_grow_for_a_device_and_are_bounded_for_strangers),
		TEST(sessions_end_by_idling_and_by_age),
		TEST(being_seen_is_written_once_a_minute),
		TEST(cookies_of_others_open_nothing),
		TEST(sessions_are_listed_and_ended),
		TEST(switching_leaves_the_certificate_behind),
		TEST(members_of_suspended_organisations_only_look),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
