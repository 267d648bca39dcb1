/* Logging in by certificate: what is refused, each told apart, and that an answer counts
 * once. SPDX-License-Identifier: Apache-2.0
 */
#include <pthread.h>
#include <string.h>

#include "base/text.h"
#include "domain/sql.h"
#include "login_kit.h"

/* An order for login, answered with a token, given back with these. */
struct trial {
	struct lk *l;
	struct lk_token t;
	struct bytes order, answer;
};

static struct trial trial_begin(struct lk *l, const struct lk_token *t)
{
	struct trial x = {.l = l, .t = *t};

	lk_good(login_challenge(l->app, l->a, BYTES_OF(l->pre), &x.order, e));
	x.answer = lk_answer(l, x.order, t);
	return x;
}

static bool give(struct trial *x, struct bytes answer, struct err *e)
{
	struct client client = lk_client(NULL);
	struct login_done done;

	if (!login_by_certificate(
		    x->l->app, BYTES_OF(x->l->pre), answer, &client, &done, e))
		return false;
	login_done_fini(&done);
	return true;
}

/* A platform with one bound certificate. */
static struct lk_token begin_bound(struct lk *l, struct credential_bound *b)
{
	struct lk_session s = lk_login(l, &l->legal);
	struct lk_token t = lk_token(l, 0, l->code, KEY_SM2);

	*b = lk_bind(l, &s, &t);
	lk_logout(&s);
	return t;
}

static void an_answer_counts_once(void **state)
{
	struct lk *l = lk_begin(state);
	struct credential_bound b;
	struct lk_token t = begin_bound(l, &b);
	struct trial x = trial_begin(l, &t);

	lk_good(give(&x, x.answer, e));
	lk_refused(give(&x, x.answer, e), MSG_SIGNIN_CHALLENGE_GONE);
	/* Nor another answer to the same order. */
	lk_refused(give(&x, lk_answer(l, x.order, &t), e), MSG_SIGNIN_CHALLENGE_GONE);
	assert_int_equal(lk_count(l, "act", "kind = 'login.certificate'"), 1);
	lk_at(l, LK_NOW + TIME_DAY);
	lk_good(challenge_tidy(l->app, e));
	assert_int_equal(lk_count(l, "challenge", NULL), 0);
	lk_refused(give(&x, x.answer, e), MSG_SIGNIN_CHALLENGE_OLD);
	lk_end(l);
}

struct racer {
	struct trial *x;
	bool won;
	struct err e;
};

static void *race(void *ctx)
{
	struct racer *r = ctx;

	r->won = give(r->x, r->x->answer, &r->e);
	return NULL;
}

static void of_concurrent_answers_one_wins(void **state)
{
	enum { RACERS = 6 };
	struct lk *l = lk_begin(state);
	struct credential_bound b;
	struct lk_token t = begin_bound(l, &b);

	for (int round = 0; round < 5; round++) {
		struct trial x = trial_begin(l, &t);
		struct racer racers[RACERS];
		pthread_t threads[RACERS];
		int won = 0;

		l->app->world = &l->kit->world; /* the fake one is not for threads */
		for (int i = 0; i < RACERS; i++) {
			racers[i] = (struct racer){.x = &x};
			assert_int_equal(
				pthread_create(&threads[i], NULL, race, &racers[i]), 0);
		}
		for (int i = 0; i < RACERS; i++) {
			(void)pthread_join(threads[i], NULL);
			won += racers[i].won;
			if (!racers[i].won && racers[i].e.code != ERR_BUSY)
				assert_int_equal(
					racers[i].e.say, MSG_SIGNIN_CHALLENGE_GONE + 1);
		}
		assert_int_equal(won, 1);
		l->taken = 0; /* counted without a lock */
		l->app->world = &l->f.world.world;
	}
	assert_int_equal(lk_count(l, "act", "kind = 'login.certificate'"), 5);
	lk_end(l);
}

static void answers_for_elsewhere_are_refused(void **state)
{
	struct lk *l = lk_begin(state);
	struct credential_bound b;
	struct lk_token t = begin_bound(l, &b);
	struct trial x = trial_begin(l, &t);
	struct client client = lk_client(NULL);
	struct login_done done;
	struct order_signed o;
	struct bytes answer;
	uint8_t other[32] = {9};

	/* Another browser's cookie. */
	lk_refused(login_by_certificate(
			   l->app, BYTES_OF(other), x.answer, &client, &done, e),
		MSG_SIGNIN_BROWSER_OTHER);
	lk_refused(login_by_certificate(l->app, BYTES(""), x.answer, &client, &done, e),
		MSG_SIGNIN_BROWSER_OTHER);
	/* Another origin, another platform, another purpose. */
	lk_good(order_open(&o, l->a, x.order, e));
	o.order.origin = BYTES("https://evil.example");
	lk_good(login_answer(
		l->a, &answer, l->app->world, &o.order, t.key, t.cert.der, e));
	lk_refused(give(&x, answer, e), MSG_SIGNIN_ELSEWHERE);
	lk_good(order_open(&o, l->a, x.order, e));
	o.order.platform = BYTES("another");
	lk_good(login_answer(
		l->a, &answer, l->app->world, &o.order, t.key, t.cert.der, e));
	lk_refused(give(&x, answer, e), MSG_SIGNIN_ELSEWHERE);
	for (int p = ORDER_LOGIN_BINDING; p <= ORDER_LOGIN_STEP_UP; p++) {
		lk_good(order_open(&o, l->a, x.order, e));
		o.order.login.purpose = (enum order_login_purpose)p;
		lk_good(login_answer(
			l->a, &answer, l->app->world, &o.order, t.key, t.cert.der, e));
		lk_refused(give(&x, answer, e), MSG_SIGNIN_PURPOSE_OTHER);
	}
	/* A challenge nobody issued; one with a longer life than ours. */
	lk_good(order_open(&o, l->a, x.order, e));
	o.order.login.challenge[0] ^= 1;
	lk_good(login_answer(
		l->a, &answer, l->app->world, &o.order, t.key, t.cert.der, e));
	lk_refused(give(&x, answer, e), MSG_SIGNIN_CHALLENGE_GONE);
	lk_good(order_open(&o, l->a, x.order, e));
	o.order.expiry += TIME_DAY;
	lk_good(login_answer(
		l->a, &answer, l->app->world, &o.order, t.key, t.cert.der, e));
	lk_refused(give(&x, answer, e), MSG_SIGNIN_CHALLENGE_GONE);
	/* No stranger burned it. */
	lk_good(give(&x, x.answer, e));
	lk_end(l);
}

static void an_order_for_one_purpose_answers_no_other(void **state)
{
	struct lk *l = lk_begin(state);
	struct credential_bound b;
	struct lk_token t = begin_bound(l, &b);
	struct trial x = trial_begin(l, &t);
	struct client client = lk_client(NULL);
	struct recovery_request request = {BYTES("legal"), BYTES(""), LK_PASSWORD};
	struct recovery_view view;

	lk_refused(recovery_ask(l->app, l->a, BYTES_OF(l->pre), x.answer, &request,
			   &client, &view, e),
		MSG_SIGNIN_PURPOSE_OTHER);
	lk_good(recovery_challenge(l->app, l->a, LANG_ZH, BYTES_OF(l->pre), &x.order, e));
	lk_refused(give(&x, lk_answer(l, x.order, &t), e), MSG_SIGNIN_PURPOSE_OTHER);
	lk_end(l);
}

static void time_is_kept(void **state)
{
	struct lk *l = lk_begin(state);
	struct credential_bound b;
	struct lk_token t = begin_bound(l, &b);
	struct trial x;

	x = trial_begin(l, &t);
	lk_at(l, LK_NOW + 5 * TIME_MINUTE - TIME_SECOND);
	lk_good(give(&x, x.answer, e));
	x = trial_begin(l, &t);
	lk_at(l, l->at + 5 * TIME_MINUTE);
	lk_refused(give(&x, x.answer, e), MSG_SIGNIN_CHALLENGE_OLD);
	/* Our clock was put back: the order is from the future, and still ours. */
	x = trial_begin(l, &t);
	lk_at(l, LK_NOW);
	lk_good(give(&x, x.answer, e));
	lk_end(l);
}

static void altered_answers_are_refused(void **state)
{
	struct lk *l = lk_begin(state);
	struct credential_bound b;
	struct lk_token t = begin_bound(l, &b);
	struct trial x = trial_begin(l, &t);
	struct err why;

	for (size_t n = 0; n < x.answer.n; n += 7)
		assert_false(give(&x, bytes_head(x.answer, n), &why));
	for (size_t i = 0; i < x.answer.n; i += 3) {
		struct bytes bent = arena_dup(l->a, x.answer);
		uint8_t *p = arena_alloc(l->a, bent.n);

		memcpy(p, bent.p, bent.n);
		p[i] ^= (uint8_t)(1 << i % 8);
		assert_false(give(&x, bytes_make(p, bent.n), &why));
	}
	assert_true(give(&x, x.answer, &why));
	lk_end(l);
}

static void certificates_are_told_apart(void **state)
{
	struct lk *l = lk_begin(state);
	struct credential_bound b;
	struct lk_token t = begin_bound(l, &b), bad = t;
	struct login_done done;
	struct issue_spec root = {.profile = ISSUE_ROOT,
		.subject = {.country = "CN",
			.organization = "甲认证",
			.common_name = "甲认证"},
		.not_before = LK_NOW - TIME_DAY,
		.not_after = LK_NOW + 900 * TIME_DAY};
	struct lk_ca admitted = l->ca[0];
	struct bytes der;

	/* Expired, not yet, for encryption. */
	bad.cert = lk_cert(l, 0, l->code, t.key, ISSUE_SIGN, LK_NOW - 9 * TIME_DAY,
		LK_NOW - TIME_DAY);
	lk_refused(lk_enter(l, &bad, &done, e), MSG_SIGNIN_CERT_EXPIRED);
	bad.cert = lk_cert(l, 0, l->code, t.key, ISSUE_SIGN, LK_NOW + TIME_DAY,
		LK_NOW + 9 * TIME_DAY);
	lk_refused(lk_enter(l, &bad, &done, e), MSG_SIGNIN_CERT_EARLY);
	/* Good, and nobody's here. */
	bad.cert = lk_cert(l, 0, l->code, t.key, ISSUE_SIGN, LK_NOW - TIME_DAY,
		LK_NOW + 9 * TIME_DAY);
	lk_refused(lk_enter(l, &bad, &done, e), MSG_SIGNIN_CERT_UNKNOWN);
	/* By a CA that is not admitted, of the very same name. */
	l->ca[0].key = lk_token(l, 1, NULL, KEY_SM2).key;
	lk_good(issue_cert(l->a, &der, l->app->world, &root, &l->ca[0].key->pub, NULL,
		l->ca[0].key, e));
	lk_good(cert_parse(&l->ca[0].cert, der, e));
	bad.cert = lk_cert(l, 0, l->code, t.key, ISSUE_SIGN, LK_NOW - TIME_DAY,
		LK_NOW + 9 * TIME_DAY);
	lk_refused(lk_enter(l, &bad, &done, e), MSG_SIGNIN_CA_UNKNOWN);
	l->ca[0] = admitted;
	/* The licence ran out; the CA is admitted no longer. */
	l->anchors[0].service.to = LK_NOW - TIME_DAY;
	lk_refused(lk_enter(l, &t, &done, e), MSG_SIGNIN_CA_LICENCE);
	l->anchors[0].service.to = LK_NOW + 900 * TIME_DAY;
	l->anchors[0].purposes = TRUST_TSA;
	lk_refused(lk_enter(l, &t, &done, e), MSG_SIGNIN_CA_UNKNOWN);
	l->anchors[0].purposes = TRUST_SIGNER | TRUST_ENCRYPTION;
	/* Revoked. */
	lk_good(lk_enter(l, &t, &done, e));
	login_done_fini(&done);
	lk_revoke(l, &t.cert);
	lk_refused(lk_enter(l, &t, &done, e), MSG_SIGNIN_CERT_REVOKED);
	assert_int_equal(lk_count(l, "session", "assurance > 1"), 1);
	lk_end(l);
}

static void the_same_certificate_under_another_anchor_is_another(void **state)
{
	struct lk *l = lk_begin(state);
	struct credential_bound b;
	struct lk_token t = begin_bound(l, &b), twin = t;
	struct login_done done;

	/* Subject and issuer alike, from the other CA of that name: not bound. */
	twin.cert = lk_cert(l, 2, l->code, t.key, ISSUE_SIGN, LK_NOW - TIME_DAY,
		LK_NOW + 9 * TIME_DAY);
	lk_refused(lk_enter(l, &twin, &done, e), MSG_SIGNIN_CERT_UNKNOWN);
	/* The bound one, had it been bound when it led elsewhere. */
	kit_sql(l->kit,
		arena_printf(l->a,
			l->kit->postgres ? "UPDATE credential SET anchor_sm3 = "
					   "decode('%s', 'hex')"
					 : "UPDATE credential SET anchor_sm3 = X'%s'",
			hex_encode(l->a, BYTES_OF(l->ca[2].cert.sm3))));
	lk_refused(lk_enter(l, &t, &done, e), MSG_SIGNIN_ANCHOR_OTHER);
	lk_end(l);
}

static void without_a_status_the_rule_decides(void **state)
{
	struct lk *l = lk_begin(state);
	struct credential_bound b;
	struct lk_token t = begin_bound(l, &b);
	struct login_done done;
	struct client client = lk_client(NULL);
	struct recovery_request request = {BYTES("legal"), BYTES(""), LK_PASSWORD};
	struct recovery_view view;
	struct bytes order;

	lk_lists(l, false);
	lk_good(lk_enter(l, &t, &done, e));
	login_done_fini(&done);
	lk_good(recovery_challenge(l->app, l->a, LANG_ZH, BYTES_OF(l->pre), &order, e));
	lk_refused(recovery_ask(l->app, l->a, BYTES_OF(l->pre), lk_answer(l, order, &t),
			   &request, &client, &view, e),
		MSG_SIGNIN_STATUS_UNKNOWN);
	lk_end(l);
}

static void a_code_that_changed_in_the_register_counts_no_more(void **state)
{
	struct lk *l = lk_begin(state);
	struct credential_bound b;
	struct lk_token t = begin_bound(l, &b);
	struct login_done done;

	l->anchors[0].credit_code = CREDIT_SUBJECT_O;
	lk_refused(lk_enter(l, &t, &done, e), MSG_CREDENTIAL_CODE_OTHER);
	lk_end(l);
}

static void which_account_is_mine(void **state)
{
	struct lk *l = lk_begin(state);
	struct credential_bound b;
	struct lk_token t = begin_bound(l, &b),
			unbound = lk_token(l, 1, l->code, KEY_SM2),
			foreign = lk_token(l, 1, NULL, KEY_SM2);
	struct trial x = trial_begin(l, &t);
	struct login_whose whose;
	uint8_t other[32] = {9};

	lk_good(login_whose(l->app, l->a, BYTES_OF(l->pre), x.answer, &whose, e));
	assert_string_equal(whose.organisation, "供应商一");
	assert_int_equal(whose.count, 2);
	assert_string_equal(whose.logins[0], "l***l");
	assert_string_equal(whose.logins[1], "h***r");
	assert_true(whose.is_bound);
	/* It logged nobody in, and the answer is used up. */
	lk_refused(give(&x, x.answer, e), MSG_SIGNIN_CHALLENGE_GONE);
	x = trial_begin(l, &unbound);
	lk_good(login_whose(l->app, l->a, BYTES_OF(l->pre), x.answer, &whose, e));
	assert_string_equal(whose.organisation, "供应商一");
	assert_false(whose.is_bound);
	x = trial_begin(l, &foreign);
	lk_refused(login_whose(l->app, l->a, BYTES_OF(l->pre), x.answer, &whose, e),
		MSG_SIGNIN_CERT_UNKNOWN);
	x = trial_begin(l, &t);
	lk_refused(login_whose(l->app, l->a, BYTES_OF(other), x.answer, &whose, e),
		MSG_SIGNIN_BROWSER_OTHER);
	lk_end(l);
}

static void step_up_is_for_ones_own_certificate_and_session(void **state)
{
	struct lk *l = lk_begin(state);
	struct credential_bound b;
	struct lk_token t = begin_bound(l, &b),
			theirs = lk_token(l, 0, l->code2, KEY_SM2);
	struct lk_session s = lk_login(l, &l->legal), h = lk_login(l, &l->handler),
			  o = lk_login(l, &l->other);
	struct bytes order;
	int64_t until;

	(void)lk_bind(l, &o, &theirs);
	lk_step_up(l, &s, &t);
	lk_at(l, LK_NOW + 10 * TIME_MINUTE);
	lk_resolve(l, &s);
	assert_false(s.actor.step_up_until > l->at);
	/* A colleague's, another organisation's. */
	lk_good(login_step_up_challenge(
		l->app, l->a, &h.actor, lk_cookie(&h), "x", &order, e));
	lk_refused(login_step_up(l->app, &h.actor, lk_cookie(&h), lk_answer(l, order, &t),
			   &until, e),
		MSG_SIGNIN_CERT_OF_OTHER);
	lk_good(login_step_up_challenge(
		l->app, l->a, &s.actor, lk_cookie(&s), "x", &order, e));
	lk_refused(login_step_up(l->app, &s.actor, lk_cookie(&s),
			   lk_answer(l, order, &theirs), &until, e),
		MSG_SIGNIN_CERT_OF_OTHER);
	/* Of another session. */
	lk_refused(login_step_up(l->app, &h.actor, lk_cookie(&h), lk_answer(l, order, &t),
			   &until, e),
		MSG_SIGNIN_BROWSER_OTHER);
	lk_refused(login_step_up(l->app, &h.actor, lk_cookie(&s), lk_answer(l, order, &t),
			   &until, e),
		MSG_SIGNIN_BROWSER_OTHER);
	/* In a session that ended meanwhile. */
	lk_good(session_revoke(l->app, &s.actor, s.actor.session, e));
	lk_refused(login_step_up(l->app, &s.actor, lk_cookie(&s), lk_answer(l, order, &t),
			   &until, e),
		MSG_SESSION_NONE);
	lk_logout(&s);
	lk_logout(&h);
	lk_logout(&o);
	lk_end(l);
}

static void without_the_keeper_or_a_register_nothing_goes(void **state)
{
	struct lk *l = lk_begin(state);
	struct credential_bound b;
	struct lk_token t = begin_bound(l, &b);
	struct bytes order;
	struct err why;

	l->f.keeper.down = true;
	assert_false(login_challenge(l->app, l->a, BYTES_OF(l->pre), &order, &why));
	assert_int_equal(why.code, ERR_BUSY);
	assert_int_equal(lk_count(l, "challenge", "purpose = 1"), 0);
	l->f.keeper.down = false;
	l->trust.count = 0;
	lk_refused(lk_enter(l, &t, &(struct login_done){0}, e), MSG_SIGNIN_CA_UNKNOWN);
	lk_end(l);
}

#define TEST(f) ON_BOTH(&domain_statements, f)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(an_answer_counts_once),
		TEST(of_concurrent_answers_one_wins),
		TEST(answers_for_elsewhere_are_refused),
		TEST(an_order_for_one_purpose_answers_no_other),
		TEST(time_is_kept),
		TEST(altered_answers_are_refused),
		TEST(certificates_are_told_apart),
		TEST(the_same_certificate_under_another_anchor_is_another),
		TEST(without_a_status_the_rule_decides),
		TEST(a_code_that_changed_in_the_register_counts_no_more),
		TEST(which_account_is_mine),
		TEST(step_up_is_for_ones_own_certificate_and_session),
		TEST(without_the_keeper_or_a_register_nothing_goes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
