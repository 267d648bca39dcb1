/* A key reported lost: it stops at once, and nobody stops another's.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "domain/sql.h"
#include "login_kit.h"

struct scene {
	struct lk *l;
	struct lk_token t;
	struct credential_bound b;
	struct lk_session legal, handler;
};

static struct scene scene_begin(void **state)
{
	struct scene x = {.l = lk_begin(state)};

	x.legal = lk_login(x.l, &x.l->legal);
	x.handler = lk_login(x.l, &x.l->handler);
	x.t = lk_token(x.l, 0, x.l->code, KEY_SM2);
	x.b = lk_bind(x.l, &x.legal, &x.t);
	return x;
}

static void scene_end(struct scene *x)
{
	lk_logout(&x->legal);
	lk_logout(&x->handler);
	lk_end(x->l);
}

static bool report(struct scene *x, const struct actor *actor, struct id credential,
	struct id *loss, struct err *e)
{
	return loss_report(x->l->app, actor, credential, BYTES("掉在出租车上"), loss, e);
}

static void the_key_stops_at_once(void **state)
{
	struct scene x = scene_begin(state);
	struct lk *l = x.l;
	struct login_done done;
	struct lk_session c = {.secret = NULL};
	struct actor actor;
	struct loss_view *list;
	size_t count;
	struct id loss;

	lk_good(lk_enter(l, &x.t, &done, e));
	c.secret = done.secret;
	c.device = done.device;
	lk_resolve(l, &c);
	lk_good(report(&x, &x.handler.actor, x.b.id, &loss, e));
	lk_refused(
		session_resolve(l->app, lk_cookie(&c), "", &actor, e), MSG_SESSION_NONE);
	lk_refused(lk_enter(l, &x.t, &done, e), MSG_CREDENTIAL_IS_LOST);
	/* The attempt is on record, and told. */
	assert_int_equal(lk_count(l, "act", "kind = 'login.lost-key'"), 1);
	assert_int_equal(lk_count(l, "message", "kind = 'credential.tried'"), 2);
	/* Sessions by password go on. */
	lk_resolve(l, &x.legal);
	lk_good(loss_list(l->app, l->a, &x.legal.actor, &list, &count, e));
	assert_int_equal(count, 1);
	assert_true(list[0].reported_at == LK_NOW);
	assert_string_equal(list[0].reason, "掉在出租车上");
	lk_refused(report(&x, &x.legal.actor, x.b.id, &loss, e), MSG_CREDENTIAL_IS_LOST);
	lk_logout(&c);
	scene_end(&x);
}

static void the_ca_is_told(void **state)
{
	struct scene x = scene_begin(state);
	struct lk *l = x.l;
	struct actor officer = fake_actor(&l->f, USER_ADMINISTRATOR, (struct id){{0}}, 0);
	struct lk_token second = lk_token(l, 1, l->code, KEY_SM2);
	struct credential_bound b = lk_bind(l, &x.legal, &second);
	struct id loss;

	kit_sql(l->kit, "UPDATE organisation SET webhook = 'https://ca.example/lost' "
			"WHERE name = '甲认证'");
	lk_good(report(&x, &x.handler.actor, x.b.id, &loss, e));
	assert_int_equal(lk_count(l, "outbox",
				 "channel = 'webhook' AND address = "
				 "'https://ca.example/lost' AND body LIKE '%key-lost%'"),
		1);
	assert_int_equal(lk_count(l, "message", "kind = 'loss.ca'"), 1);
	assert_int_equal(lk_count(l, "loss", "ca_told_at IS NOT NULL"), 1);
	/* 乙 has no organisation here: the operator is told. */
	lk_good(report(&x, &x.handler.actor, b.id, &loss, e));
	assert_int_equal(lk_count(l, "message", "kind = 'loss.untold'"), 1);
	assert_int_equal(lk_count(l, "loss", "ca_told_at IS NOT NULL"), 1);
	/* Until the operator says which runs it. */
	lk_refused(credential_assign_ca(l->app, &x.legal.actor,
			   BYTES_OF(l->ca[1].cert.sm3), l->ca_org, e),
		MSG_PARTY_DENIED_KIND);
	lk_refused(credential_assign_ca(
			   l->app, &officer, BYTES_OF(l->ca[1].cert.sm3), l->org2, e),
		MSG_PARTY_NOT_FOUND);
	lk_good(credential_assign_ca(
		l->app, &officer, BYTES_OF(l->ca[1].cert.sm3), l->ca_org, e));
	lk_good(loss_confirm(l->app, &x.legal.actor, loss, e));
	assert_int_equal(lk_count(l, "loss", "ca_told_at IS NOT NULL"), 2);
	scene_end(&x);
}

static void nobody_stops_anothers_key(void **state)
{
	struct scene x = scene_begin(state);
	struct lk *l = x.l;
	struct lk_session o = lk_login(l, &l->other);
	struct actor newcomer = actor_as_newcomer(x.handler.actor),
		     nobody = fake_nobody();
	struct login_done done;
	struct id loss;

	lk_refused(report(&x, &o.actor, x.b.id, &loss, e), MSG_PARTY_NOT_FOUND);
	lk_refused(report(&x, &nobody, x.b.id, &loss, e), MSG_PARTY_DENIED_ACCOUNT);
	lk_refused(report(&x, &newcomer, x.b.id, &loss, e), MSG_PARTY_DENIED_NEWCOMER);
	/* Who left since the page was drawn. */
	kit_sql(l->kit, "UPDATE member SET until = 1 WHERE role = 2");
	lk_refused(report(&x, &x.handler.actor, x.b.id, &loss, e), MSG_PARTY_NOT_FOUND);
	lk_good(lk_enter(l, &x.t, &done, e));
	login_done_fini(&done);
	/* And not the decision about one. */
	lk_good(report(&x, &x.legal.actor, x.b.id, &loss, e));
	lk_refused(loss_withdraw(l->app, &o.actor, loss, e), MSG_PARTY_NOT_FOUND);
	lk_refused(loss_confirm(l->app, &o.actor, loss, e), MSG_PARTY_NOT_FOUND);
	lk_logout(&o);
	scene_end(&x);
}

static void reports_are_limited(void **state)
{
	struct scene x = scene_begin(state);
	struct lk *l = x.l;
	struct id loss, ids[4];

	for (int i = 0; i < 4; i++) {
		struct lk_token t = lk_token(l, 1, l->code, KEY_SM2);

		ids[i] = lk_bind(l, &x.legal, &t).id;
	}
	for (int i = 0; i < 3; i++)
		lk_good(report(&x, &x.handler.actor, ids[i], &loss, e));
	lk_refused(report(&x, &x.handler.actor, ids[3], &loss, e), MSG_LOSS_TOO_MANY);
	/* Somebody else still can, and tomorrow. */
	lk_at(l, LK_NOW + TIME_DAY);
	lk_good(report(&x, &x.handler.actor, ids[3], &loss, e));
	lk_good(report(&x, &x.legal.actor, x.b.id, &loss, e));
	scene_end(&x);
}

static void a_second_member_decides(void **state)
{
	struct scene x = scene_begin(state);
	struct lk *l = x.l;
	struct login_done done;
	struct id loss;

	lk_good(report(&x, &x.handler.actor, x.b.id, &loss, e));
	lk_refused(loss_withdraw(l->app, &x.handler.actor, loss, e), MSG_LOSS_SECOND);
	lk_refused(loss_confirm(l->app, &x.handler.actor, loss, e), MSG_LOSS_SECOND);
	lk_good(loss_withdraw(l->app, &x.legal.actor, loss, e));
	lk_good(lk_enter(l, &x.t, &done, e));
	login_done_fini(&done);
	lk_refused(loss_confirm(l->app, &x.legal.actor, loss, e), MSG_LOSS_DECIDED);
	/* The CA hears of it both times. */
	assert_int_equal(lk_count(l, "message", "kind = 'loss.ca'"), 1);
	assert_int_equal(lk_count(l, "message", "kind = 'loss.ca-found'"), 1);

	lk_good(report(&x, &x.handler.actor, x.b.id, &loss, e));
	lk_good(loss_confirm(l->app, &x.legal.actor, loss, e));
	lk_refused(loss_withdraw(l->app, &x.legal.actor, loss, e), MSG_LOSS_DECIDED);
	lk_refused(lk_enter(l, &x.t, &done, e), MSG_CREDENTIAL_IS_LOST);
	scene_end(&x);
}

static void taking_back_has_its_time(void **state)
{
	struct scene x = scene_begin(state);
	struct lk *l = x.l;
	struct login_done done;
	struct id loss;

	lk_good(report(&x, &x.handler.actor, x.b.id, &loss, e));
	lk_at(l, LK_NOW + 72 * TIME_HOUR);
	lk_refused(loss_withdraw(l->app, &x.legal.actor, loss, e), MSG_LOSS_TOO_LATE);
	lk_at(l, LK_NOW + 72 * TIME_HOUR - TIME_SECOND);
	lk_good(loss_withdraw(l->app, &x.legal.actor, loss, e));
	/* The legal representative may decide what they reported themselves. */
	lk_good(report(&x, &x.legal.actor, x.b.id, &loss, e));
	lk_good(loss_withdraw(l->app, &x.legal.actor, loss, e));
	lk_good(lk_enter(l, &x.t, &done, e));
	login_done_fini(&done);
	scene_end(&x);
}

static void a_lost_key_never_comes_back(void **state)
{
	struct scene x = scene_begin(state);
	struct lk *l = x.l;
	struct lk_token again = x.t, other = lk_token(l, 0, l->code, KEY_SM2);
	struct credential_bound b, c = lk_bind(l, &x.legal, &other);
	struct id loss;

	lk_good(report(&x, &x.handler.actor, x.b.id, &loss, e));
	/* A new certificate for the stolen key. */
	again.cert = lk_cert(l, 0, l->code, x.t.key, ISSUE_SIGN, LK_NOW - TIME_DAY,
		LK_NOW + 300 * TIME_DAY);
	lk_refused(lk_try_bind(l, &x.legal, &again, &b, e), MSG_CREDENTIAL_KEY_LOST);
	lk_refused(lk_try_bind(l, &x.legal, &x.t, &b, e), MSG_CREDENTIAL_KEY_LOST);
	/* It vouches for nothing. */
	lk_refused(lk_vouch(l, &x.legal, c.id, &x.t, false, e), MSG_CREDENTIAL_IS_LOST);
	/* One that waits can be lost as well, and waits again when found. */
	lk_good(report(&x, &x.handler.actor, c.id, &loss, e));
	lk_good(loss_withdraw(l->app, &x.legal.actor, loss, e));
	{
		struct credential cred;

		assert_true(lk_find(l, c.id, &cred));
		assert_int_equal(cred.state, CREDENTIAL_COOLING);
	}
	scene_end(&x);
}

static void long_reasons_are_refused(void **state)
{
	struct scene x = scene_begin(state);
	uint8_t reason[LOSS_REASON_MAX + 1];
	struct id loss;

	for (size_t i = 0; i < sizeof reason; i++)
		reason[i] = 'a';
	lk_refused(loss_report(x.l->app, &x.handler.actor, x.b.id, BYTES_OF(reason),
			   &loss, e),
		MSG_LOSS_REASON_LONG);
	lk_refused(
		loss_report(x.l->app, &x.handler.actor, x.b.id, BYTES("\xff"), &loss, e),
		MSG_LOSS_REASON_LONG);
	assert_int_equal(lk_count(x.l, "loss", NULL), 0);
	scene_end(&x);
}

#define TEST(f) ON_BOTH(&domain_statements, f)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(the_key_stops_at_once),
		TEST(the_ca_is_told),
		TEST(nobody_stops_anothers_key),
		TEST(reports_are_limited),
		TEST(a_second_member_decides),
		TEST(taking_back_has_its_time),
		TEST(a_lost_key_never_comes_back),
		TEST(long_reasons_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
