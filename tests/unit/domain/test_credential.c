/* Binding certificates, logging in with them, and everything that is refused on the way.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "base/text.h"
#include "domain/sql.h"
#include "login_kit.h"

static const struct id none;

static bool is_state(struct lk *l, struct id id, enum credential_state state)
{
	struct credential c;

	return lk_find(l, id, &c) && c.state == state;
}

/* --- binding */

static void the_first_one_is_bound_after_a_check(void **state)
{
	struct lk *l = lk_begin(state);
	struct lk_session s = lk_login(l, &l->legal), h = lk_login(l, &l->handler);
	struct lk_token t = lk_token(l, 0, l->code, KEY_SM2);
	struct credential_bound b;
	struct login_done done;
	struct credential c;

	kit_sql(l->kit, "UPDATE organisation SET checked_at = NULL, state = 1");
	lk_refused(lk_try_bind(l, &s, &t, &b, e), MSG_CREDENTIAL_ORGANISATION_UNCHECKED);
	kit_sql(l->kit, "UPDATE organisation SET checked_at = 1, state = 2");
	/* Not by just anybody. */
	lk_refused(lk_try_bind(l, &h, &t, &b, e), MSG_PARTY_DENIED_ROLE);
	lk_refused(lk_enter(l, &t, &done, e), MSG_SIGNIN_CERT_UNKNOWN);
	b = lk_bind(l, &s, &t);
	assert_int_equal(b.state, CREDENTIAL_BOUND);
	assert_int_equal(b.how, CREDENTIAL_FIRST);
	assert_true(lk_find(l, b.id, &c));
	assert_bytes(BYTES_OF(c.sm3), BYTES_OF(t.cert.sm3));
	assert_bytes(BYTES_OF(c.anchor), BYTES_OF(l->ca[0].cert.sm3));
	assert_true(id_equal(c.holder, l->legal.person));
	lk_good(lk_enter(l, &t, &done, e));
	assert_int_equal(done.assurance, ASSURED_CERT_TOKEN);
	login_done_fini(&done);
	assert_int_equal(lk_count(l, "act", "kind = 'credential.bind'"), 1);
	assert_int_equal(lk_count(l, "message", "kind = 'credential.bound'"), 2);
	lk_logout(&s);
	lk_logout(&h);
	lk_end(l);
}

static void a_further_one_waits_unless_vouched_for(void **state)
{
	struct lk *l = lk_begin(state);
	struct lk_session s = lk_login(l, &l->legal), h = lk_login(l, &l->handler);
	struct lk_token first = lk_token(l, 0, l->code, KEY_SM2),
			second = lk_token(l, 1, l->code, KEY_P256),
			third = lk_token(l, 2, l->code, KEY_RSA);
	struct credential_bound a = lk_bind(l, &s, &first), b = lk_bind(l, &h, &second),
				c;
	struct login_done done;
	size_t n;
	bool may;
	struct credential cred;

	assert_int_equal(b.state, CREDENTIAL_COOLING);
	assert_true(b.usable_at == LK_NOW + 7 * TIME_DAY);
	assert_int_equal(lk_count(l, "message", "kind = 'credential.waiting'"), 2);
	lk_refused(lk_enter(l, &second, &done, e), MSG_CREDENTIAL_IS_COOLING);
	lk_at(l, LK_NOW + 7 * TIME_DAY - TIME_SECOND);
	lk_good(credential_advance(l->app, &n, e));
	assert_int_equal(n, 0);
	lk_refused(lk_enter(l, &second, &done, e), MSG_CREDENTIAL_IS_COOLING);
	/* It vouches for none before it counts itself. */
	lk_logout(&h);
	h = lk_login(l, &l->handler);
	c = lk_bind(l, &h, &third);
	lk_refused(lk_vouch(l, &h, c.id, &second, false, e), MSG_CREDENTIAL_IS_COOLING);
	lk_refused(lk_vouch(l, &h, c.id, &third, false, e), MSG_CREDENTIAL_IS_COOLING);
	lk_good(lk_vouch(l, &h, c.id, &first, false, e));
	assert_true(lk_find(l, c.id, &cred));
	assert_int_equal(cred.how, CREDENTIAL_VOUCHED);
	lk_good(credential_may_touch_bids(l->app, &cred, l->at, &may, e));
	assert_true(may);
	lk_good(credential_may_recover(l->app, &cred, l->at, &may, e));
	assert_false(may);
	lk_refused(lk_vouch(l, &h, c.id, &first, false, e), MSG_CREDENTIAL_NOT_COOLING);
	lk_good(lk_enter(l, &third, &done, e));
	login_done_fini(&done);
	lk_at(l, LK_NOW + 7 * TIME_DAY);
	lk_good(lk_enter(l, &second, &done, e));
	login_done_fini(&done);
	lk_good(credential_advance(l->app, &n, e));
	assert_int_equal(n, 1);
	assert_true(is_state(l, b.id, CREDENTIAL_BOUND));
	assert_true(lk_find(l, a.id, &cred));
	lk_good(credential_may_recover(
		l->app, &cred, LK_NOW + 30 * TIME_DAY - 1, &may, e));
	assert_false(may);
	lk_good(credential_may_recover(l->app, &cred, LK_NOW + 30 * TIME_DAY, &may, e));
	assert_true(may);
	lk_logout(&s);
	lk_logout(&h);
	lk_end(l);
}

static void the_credit_code_stands_in_one_field_only(void **state)
{
	struct lk *l = lk_begin(state);
	struct lk_session s = lk_login(l, &l->legal);
	struct lk_token another = lk_token(l, 0, l->code2, KEY_SM2),
			nothing = lk_token(l, 0, NULL, KEY_SM2), in_o = nothing, in_ext;
	struct issue_spec spec = {.profile = ISSUE_SIGN,
		.subject = {.country = "CN",
			.organization = l->code,
			.common_name = "甲"},
		.not_before = LK_NOW - TIME_DAY,
		.not_after = LK_NOW + 100 * TIME_DAY};
	struct credential_bound b;
	struct bytes der;

	lk_refused(lk_try_bind(l, &s, &another, &b, e), MSG_CREDENTIAL_CODE_OTHER);
	lk_refused(lk_try_bind(l, &s, &nothing, &b, e), MSG_CREDENTIAL_CODE_NONE);
	/* O holds the code, the field of 甲's profile does not. */
	lk_good(issue_cert(l->a, &der, l->app->world, &spec, &in_o.key->pub,
		&l->ca[0].cert, l->ca[0].key, e));
	lk_good(cert_parse(&in_o.cert, der, e));
	lk_refused(lk_try_bind(l, &s, &in_o, &b, e), MSG_CREDENTIAL_CODE_NONE);
	/* And the other way round for 乙, whose profile is O. */
	in_ext = in_o;
	spec.subject.organization = "供应商一";
	spec.credit_code = l->code;
	lk_good(issue_cert(l->a, &der, l->app->world, &spec, &in_ext.key->pub,
		&l->ca[1].cert, l->ca[1].key, e));
	lk_good(cert_parse(&in_ext.cert, der, e));
	lk_refused(lk_try_bind(l, &s, &in_ext, &b, e), MSG_CREDENTIAL_CODE_NONE);
	/* Part of the value is not the value. */
	spec.credit_code = NULL;
	spec.subject.organization = arena_printf(l->a, "%s ", l->code);
	lk_good(issue_cert(l->a, &der, l->app->world, &spec, &in_ext.key->pub,
		&l->ca[1].cert, l->ca[1].key, e));
	lk_good(cert_parse(&in_ext.cert, der, e));
	lk_refused(lk_try_bind(l, &s, &in_ext, &b, e), MSG_CREDENTIAL_CODE_NONE);
	assert_int_equal(lk_count(l, "credential", NULL), 0);
	lk_logout(&s);
	lk_end(l);
}

static void a_certificate_is_bound_once(void **state)
{
	struct lk *l = lk_begin(state);
	struct lk_session s = lk_login(l, &l->legal);
	struct lk_token t = lk_token(l, 0, l->code, KEY_SM2),
			u = lk_token(l, 0, l->code, KEY_SM2);
	struct credential_bound a = lk_bind(l, &s, &t), b;
	struct login_done done;

	lk_refused(lk_try_bind(l, &s, &t, &b, e), MSG_CREDENTIAL_BOUND_ALREADY);
	(void)lk_bind(l, &s, &u);
	lk_step_up(l, &s, &t);
	lk_good(credential_end(l->app, &s.actor, a.id, e));
	lk_refused(session_resolve(l->app, lk_cookie(&s), "", &s.actor, e),
		MSG_SESSION_NONE);
	lk_logout(&s);
	s = lk_login(l, &l->legal);
	lk_refused(lk_enter(l, &t, &done, e), MSG_CREDENTIAL_IS_ENDED);
	/* Ended ones may come back, as if they were new. */
	b = lk_bind(l, &s, &t);
	assert_int_equal(b.state, CREDENTIAL_COOLING);
	assert_false(id_equal(a.id, b.id));
	lk_refused(lk_enter(l, &t, &done, e), MSG_CREDENTIAL_IS_COOLING);
	/* A member objects. */
	lk_good(credential_refuse(l->app, &s.actor, b.id, e));
	lk_refused(
		credential_refuse(l->app, &s.actor, b.id, e), MSG_CREDENTIAL_NOT_COOLING);
	lk_refused(lk_enter(l, &t, &done, e), MSG_CREDENTIAL_IS_REFUSED);
	lk_logout(&s);
	lk_end(l);
}

static void renewal_keeps_the_binding(void **state)
{
	struct lk *l = lk_begin(state);
	struct lk_session s = lk_login(l, &l->legal), h = lk_login(l, &l->handler);
	struct lk_token t = lk_token(l, 0, l->code, KEY_SM2), same = t,
			new = lk_token(l, 0, l->code, KEY_SM2);
	struct credential_bound a = lk_bind(l, &s, &t), b, c;
	struct login_done done;
	struct credential cred;

	/* The same key, another certificate: at once, whoever presents it. */
	lk_at(l, LK_NOW + 20 * TIME_DAY);
	lk_logout(&h);
	h = lk_login(l, &l->handler);
	same.cert = lk_cert(
		l, 0, l->code, t.key, ISSUE_SIGN, LK_NOW, LK_NOW + 900 * TIME_DAY);
	b = lk_bind(l, &h, &same);
	assert_int_equal(b.state, CREDENTIAL_BOUND);
	assert_int_equal(b.how, CREDENTIAL_RENEWAL);
	assert_true(is_state(l, a.id, CREDENTIAL_REPLACED));
	assert_true(lk_find(l, b.id, &cred));
	assert_true(id_equal(cred.holder, l->legal.person));
	assert_true(cred.known_since == LK_NOW);
	lk_refused(lk_enter(l, &t, &done, e), MSG_CREDENTIAL_IS_REPLACED);
	lk_good(lk_enter(l, &same, &done, e));
	assert_true(id_equal(done.account, l->legal.account));
	login_done_fini(&done);
	/* Another key, vouched for by the old one while it works. */
	c = lk_bind(l, &h, &new);
	assert_int_equal(c.state, CREDENTIAL_COOLING);
	lk_good(lk_vouch(l, &h, c.id, &same, true, e));
	assert_true(is_state(l, b.id, CREDENTIAL_REPLACED));
	assert_true(lk_find(l, c.id, &cred));
	assert_int_equal(cred.how, CREDENTIAL_RENEWAL);
	assert_true(id_equal(cred.holder, l->legal.person));
	lk_good(lk_enter(l, &new, &done, e));
	assert_true(id_equal(done.account, l->legal.account));
	login_done_fini(&done);
	/* A replaced one vouches for nothing. */
	{
		struct lk_token more = lk_token(l, 0, l->code, KEY_SM2);
		struct credential_bound d = lk_bind(l, &h, &more);

		lk_refused(lk_vouch(l, &h, d.id, &same, true, e),
			MSG_CREDENTIAL_IS_REPLACED);
	}
	lk_logout(&s);
	lk_logout(&h);
	lk_end(l);
}

static void vouching_stays_within_the_party(void **state)
{
	struct lk *l = lk_begin(state);
	struct lk_session s = lk_login(l, &l->legal), o = lk_login(l, &l->other);
	struct lk_token mine = lk_token(l, 0, l->code, KEY_SM2),
			more = lk_token(l, 0, l->code, KEY_SM2),
			theirs = lk_token(l, 0, l->code2, KEY_SM2);
	struct credential_bound b;
	struct bytes order;

	(void)lk_bind(l, &s, &mine);
	(void)lk_bind(l, &o, &theirs);
	b = lk_bind(l, &s, &more);
	lk_refused(lk_vouch(l, &s, b.id, &theirs, false, e), MSG_SIGNIN_CERT_OF_OTHER);
	lk_refused(lk_vouch(l, &o, b.id, &theirs, false, e), MSG_PARTY_NOT_FOUND);
	{
		struct order_signed o2;
		struct credential c;

		/* Who signs sees what they vouch for. */
		lk_good(credential_vouch_challenge(
			l->app, l->a, &s.actor, lk_cookie(&s), b.id, &order, e));
		lk_good(order_open(&o2, l->a, order, e));
		assert_true(lk_find(l, b.id, &c));
		assert_true(
			bytes_find(o2.order.login.text, bytes_str(c.serial)) != SIZE_MAX);
	}
	lk_refused(credential_refuse(l->app, &o.actor, b.id, e), MSG_PARTY_NOT_FOUND);
	/* An answer meant for vouching binds nothing, and the other way round. */
	lk_good(credential_vouch_challenge(
		l->app, l->a, &s.actor, lk_cookie(&s), b.id, &order, e));
	lk_refused(credential_bind(l->app, &s.actor, lk_cookie(&s),
			   lk_answer(l, order, &mine), true, &b, e),
		MSG_SIGNIN_PURPOSE_OTHER);
	lk_good(credential_bind_challenge(
		l->app, l->a, &s.actor, lk_cookie(&s), &order, e));
	lk_refused(credential_vouch(l->app, &s.actor, lk_cookie(&s),
			   lk_answer(l, order, &mine), false, e),
		MSG_PARTY_NOT_FOUND);
	lk_logout(&s);
	lk_logout(&o);
	lk_end(l);
}

static void encryption_stands_beside(void **state)
{
	struct lk *l = lk_begin(state);
	struct lk_session s = lk_login(l, &l->legal);
	struct lk_token t = lk_token(l, 0, l->code, KEY_SM2),
			enc = lk_token(l, 0, l->code, KEY_SM2), foreign = enc;
	struct credential_bound b;
	struct credential *list;
	struct bytes order;
	size_t count;

	enc.cert = lk_cert(
		l, 0, l->code, enc.key, ISSUE_ENCRYPT, LK_NOW, LK_NOW + 300 * TIME_DAY);
	foreign.cert = lk_cert(
		l, 0, l->code2, enc.key, ISSUE_ENCRYPT, LK_NOW, LK_NOW + 300 * TIME_DAY);
	lk_good(credential_bind_challenge(
		l->app, l->a, &s.actor, lk_cookie(&s), &order, e));
	lk_refused(credential_bind_encryption(l->app, &s.actor, lk_cookie(&s),
			   lk_answer(l, order, &t), enc.cert.der, true, &b, e),
		MSG_CREDENTIAL_VOUCHER_UNKNOWN);
	(void)lk_bind(l, &s, &t);
	lk_good(credential_bind_challenge(
		l->app, l->a, &s.actor, lk_cookie(&s), &order, e));
	lk_refused(credential_bind_encryption(l->app, &s.actor, lk_cookie(&s),
			   lk_answer(l, order, &t), foreign.cert.der, true, &b, e),
		MSG_CREDENTIAL_CODE_OTHER);
	lk_refused(credential_bind_encryption(l->app, &s.actor, lk_cookie(&s),
			   lk_answer(l, order, &t), BYTES("no certificate"), true, &b, e),
		MSG_SIGNIN_CERT_UNREADABLE);
	lk_refused(credential_bind_encryption(l->app, &s.actor, lk_cookie(&s),
			   lk_answer(l, order, &t), t.cert.der, true, &b, e),
		MSG_SIGNIN_CERT_USAGE);
	lk_good(credential_bind_encryption(l->app, &s.actor, lk_cookie(&s),
		lk_answer(l, order, &t), enc.cert.der, true, &b, e));
	assert_int_equal(b.state, CREDENTIAL_BOUND);
	lk_good(credential_list(l->app, l->a, &s.actor, &list, &count, e));
	assert_int_equal(count, 2);
	assert_true(list[0].use != list[1].use);
	lk_logout(&s);
	lk_end(l);
}

static void a_persons_own_certificate_is_told_by_id_number(void **state)
{
	struct lk *l = lk_begin(state);
	struct lk_user u = lk_user(l, "expert", none, 0);
	struct lk_session s = lk_login(l, &u);
	struct lk_token t = lk_token(l, 0, NULL, KEY_SM2);
	struct credential_bound b;
	struct login_done done;
	char number[19], wrong[19];
	uint8_t index[FIELD_INDEX];
	struct issue_spec spec = {.profile = ISSUE_SIGN,
		.subject = {.country = "CN", .common_name = "李四"},
		.id_number = number,
		.not_before = LK_NOW - TIME_DAY,
		.not_after = LK_NOW + 100 * TIME_DAY};
	struct bytes der;

	fake_id_number(number, 1);
	fake_id_number(wrong, 2);
	lk_refused(lk_try_bind(l, &s, &t, &b, e), MSG_CREDENTIAL_PERSON_OTHER);
	lk_good(l->app->keeper->field_index(l->app->keeper->ctx, FIELD_PERSON_ID_NUMBER,
		bytes_str(number), index, e));
	kit_sql(l->kit,
		arena_printf(l->a,
			l->kit->postgres ? "UPDATE person SET id_number_index = "
					   "decode('%s', 'hex') WHERE name = 'expert'"
					 : "UPDATE person SET id_number_index = X'%s' "
					   "WHERE name = 'expert'",
			hex_encode(l->a, BYTES_OF(index))));
	spec.id_number = wrong;
	lk_good(issue_cert(l->a, &der, l->app->world, &spec, &t.key->pub, &l->ca[0].cert,
		l->ca[0].key, e));
	lk_good(cert_parse(&t.cert, der, e));
	lk_refused(lk_try_bind(l, &s, &t, &b, e), MSG_CREDENTIAL_PERSON_OTHER);
	spec.id_number = number;
	lk_good(issue_cert(l->a, &der, l->app->world, &spec, &t.key->pub, &l->ca[0].cert,
		l->ca[0].key, e));
	lk_good(cert_parse(&t.cert, der, e));
	b = lk_bind(l, &s, &t);
	assert_int_equal(b.how, CREDENTIAL_FIRST);
	lk_good(lk_enter(l, &t, &done, e));
	assert_true(id_equal(done.account, u.account));
	login_done_fini(&done);
	lk_logout(&s);
	lk_end(l);
}

static void reminders_come_once_each(void **state)
{
	struct lk *l = lk_begin(state);
	struct lk_session s = lk_login(l, &l->legal);
	struct lk_token t = {.key = lk_token(l, 0, NULL, KEY_SM2).key};
	size_t n;

	t.cert = lk_cert(
		l, 0, l->code, t.key, ISSUE_SIGN, LK_NOW, LK_NOW + 100 * TIME_DAY);
	(void)lk_bind(l, &s, &t);
	static const int days[] = {11, 60, 71, 93, 98, 99};
	static const size_t told[] = {1, 0, 1, 1, 0, 1};

	lk_good(credential_remind(l->app, &n, e));
	assert_int_equal(n, 0);
	for (size_t i = 0; i < 6; i++) {
		lk_at(l, LK_NOW + days[i] * TIME_DAY);
		lk_good(credential_remind(l->app, &n, e));
		assert_int_equal(n, told[i]);
		lk_good(credential_remind(l->app, &n, e));
		assert_int_equal(n, 0);
	}
	assert_int_equal(lk_count(l, "message", "kind = 'credential.lapsing'"), 4);
	lk_logout(&s);
	lk_end(l);
}

static void the_token_goes_to_the_next_handler(void **state)
{
	struct lk *l = lk_begin(state);
	struct lk_session s = lk_login(l, &l->legal);
	struct lk_token t = lk_token(l, 0, l->code, KEY_SM2);
	struct credential_bound b = lk_bind(l, &s, &t);
	struct login_done done;

	lk_refused(credential_hand_over(l->app, &s.actor, b.id, l->handler.person, e),
		MSG_PARTY_DENIED_STEP_UP);
	lk_step_up(l, &s, &t);
	lk_refused(credential_hand_over(l->app, &s.actor, b.id, l->other.person, e),
		MSG_PARTY_NOT_FOUND);
	lk_good(credential_hand_over(l->app, &s.actor, b.id, l->handler.person, e));
	lk_good(lk_enter(l, &t, &done, e));
	assert_true(id_equal(done.account, l->handler.account));
	login_done_fini(&done);
	/* The new one leaves as well. */
	kit_sql(l->kit, "UPDATE member SET until = 1 WHERE role = 2");
	lk_refused(lk_enter(l, &t, &done, e), MSG_SIGNIN_HOLDER_LEFT);
	lk_logout(&s);
	lk_end(l);
}

#define TEST(f) ON_BOTH(&domain_statements, f)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(the_first_one_is_bound_after_a_check),
		TEST(a_further_one_waits_unless_vouched_for),
		TEST(the_credit_code_stands_in_one_field_only),
		TEST(a_certificate_is_bound_once),
		TEST(renewal_keeps_the_binding),
		TEST(vouching_stays_within_the_party),
		TEST(encryption_stands_beside),
		TEST(a_persons_own_certificate_is_told_by_id_number),
		TEST(reminders_come_once_each),
		TEST(the_token_goes_to_the_next_handler),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
