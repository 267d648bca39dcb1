/* test_member: who belongs, with which role, and who may change it; invitations.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <pthread.h>
#include <string.h>

#include "party_kit.h"

static enum member_role role_of(struct party_kit *p, struct side *s, struct id member)
{
	struct list_from all = {.count = LIST_MAX};
	struct member *rows;
	size_t n;
	bool more;

	PASSES(p, member_page(p->app, &s->viewer, p->a, s->organisation, false, &all,
			  &rows, &n, &more, &p->e));
	for (size_t i = 0; i < n; i++)
		if (id_equal(rows[i].id, member))
			return rows[i].role;
	return (enum member_role)0;
}

static void roles_change(void **state)
{
	struct actor nobody = fake_nobody();
	struct side us, them;
	struct party_kit p;

	party_begin(&p, state);
	us = party_side(&p, "甲", USER_SUPPLIER, ORGANISATION_ACTIVE);
	them = party_side(&p, "乙", USER_SUPPLIER, ORGANISATION_ACTIVE);
	PASSES(&p, member_change(p.app, &us.admin, us.m_viewer, MEMBER_HANDLER, &p.e));
	assert_int_equal(role_of(&p, &us, us.m_viewer), MEMBER_HANDLER);
	{
		struct actor by[] = {nobody, us.handler, us.viewer, them.legal,
			p.operator, actor_without_step_up(us.admin),
			actor_as_newcomer(us.admin)};
		enum err_code codes[] = {ERR_DENIED, ERR_DENIED, ERR_DENIED,
			ERR_NOT_FOUND, ERR_NOT_FOUND, ERR_DENIED, ERR_DENIED};

		for (size_t i = 0; i < sizeof by / sizeof *by; i++)
			REFUSED(&p, codes[i],
				member_change(p.app, &by[i], us.m_viewer,
					MEMBER_ADMINISTRATOR, &p.e));
	}
	/* no role above one's own, none of one's own, none of the legal representative */
	REFUSED(&p, ERR_DENIED,
		member_change(p.app, &us.admin, us.m_viewer, MEMBER_LEGAL, &p.e));
	REFUSED(&p, ERR_DENIED,
		member_change(p.app, &us.admin, us.m_legal, MEMBER_VIEWER, &p.e));
	REFUSED(&p, ERR_DENIED,
		member_change(p.app, &us.legal, us.m_legal, MEMBER_VIEWER, &p.e));
	REFUSED(&p, ERR_DENIED,
		member_change(p.app, &us.admin, us.m_admin, MEMBER_VIEWER, &p.e));
	REFUSED(&p, ERR_NOT_FOUND,
		member_change(
			p.app, &us.admin, id_new(p.app->world), MEMBER_VIEWER, &p.e));
	REFUSED(&p, ERR_DENIED,
		member_change(p.app, &us.admin, us.m_viewer, (enum member_role)9, &p.e));
	party_end(&p);
}

static void ends(void **state)
{
	struct side us, them;
	struct party_kit p;

	party_begin(&p, state);
	us = party_side(&p, "甲", USER_SUPPLIER, ORGANISATION_ACTIVE);
	them = party_side(&p, "乙", USER_SUPPLIER, ORGANISATION_ACTIVE);
	REFUSED(&p, ERR_NOT_FOUND, member_end(p.app, &them.legal, us.m_viewer, &p.e));
	REFUSED(&p, ERR_DENIED, member_end(p.app, &us.handler, us.m_viewer, &p.e));
	REFUSED(&p, ERR_DENIED, member_end(p.app, &us.admin, us.m_legal, &p.e));
	/* the legal representative stays, whoever asks */
	REFUSED(&p, ERR_DENIED, member_end(p.app, &us.legal, us.m_legal, &p.e));
	/* everybody may leave */
	PASSES(&p, member_end(p.app, &us.viewer, us.m_viewer, &p.e));
	REFUSED(&p, ERR_NOT_FOUND, member_end(p.app, &us.viewer, us.m_viewer, &p.e));
	PASSES(&p, member_end(p.app, &us.admin, us.m_handler, &p.e));
	assert_int_equal(role_of(&p,
				 &(struct side){.viewer = us.legal,
					 .organisation = us.organisation},
				 us.m_handler),
		0);
	/* what a session of theirs still believes is not believed */
	{
		struct list_from first = {0};
		struct member *rows;
		size_t n;
		bool more;

		REFUSED(&p, ERR_DENIED,
			member_page(p.app, &us.viewer, p.a, us.organisation, false,
				&first, &rows, &n, &more, &p.e));
		PASSES(&p, member_page(p.app, &us.legal, p.a, us.organisation, true,
				   &first, &rows, &n, &more, &p.e));
		assert_int_equal(n, 2);
		assert_true(rows[0].until != TIME_NONE);
	}
	party_end(&p);
}

static bool session_body(struct tx *tx, void *ctx, struct err *e)
{
	return session_insert(tx, ctx, NULL, e);
}

static void log_in(struct party_kit *p, const struct actor *who, const struct id *where)
{
	struct id id = id_new(p->app->world);
	struct session_insert_in in = {.id = id,
		.secret_sm3 = id_bytes(&id),
		.account = who->account,
		.organisation = where,
		.assurance = ASSURED_PASSWORD,
		.step_up_until = TIME_NONE,
		.at = p->f.world.at,
		.expires_at = p->f.world.at + TIME_HOUR,
		.address = BYTES("192.0.2.1"),
		.agent = BYTES("test")};

	PASSES(p, db_tx(p->app->db, DB_WRITE, session_body, &in, &p->e));
}

/* Sessions for the organisation stop at once; those for another one, and of others, go
 * on.
 */
static void sessions_end_with_it(void **state)
{
	struct side us, them;
	struct party_kit p;

	party_begin(&p, state);
	us = party_side(&p, "甲", USER_SUPPLIER, ORGANISATION_ACTIVE);
	them = party_side(&p, "乙", USER_SUPPLIER, ORGANISATION_ACTIVE);
	log_in(&p, &us.handler, &us.organisation);
	log_in(&p, &us.handler, &us.organisation);
	log_in(&p, &us.handler, &them.organisation);
	log_in(&p, &us.handler, NULL);
	log_in(&p, &us.viewer, &us.organisation);
	REFUSED(&p, ERR_DENIED, member_end(p.app, &us.viewer, us.m_handler, &p.e));
	assert_int_equal(party_count(&p, "SELECT COUNT(revoked_at) FROM session"), 0);
	PASSES(&p, member_end(p.app, &us.admin, us.m_handler, &p.e));
	assert_int_equal(party_count(&p, "SELECT COUNT(revoked_at) FROM session"), 2);
	party_end(&p);
}

static void the_last_head_stays(void **state)
{
	struct side us;
	struct party_kit p;
	struct actor second;
	struct id m_second;

	party_begin(&p, state);
	us = party_side(&p, "甲", USER_SUPPLIER, ORGANISATION_ACTIVE);
	/* without the legal representative there is one administrator */
	kit_sql(p.k, "UPDATE member SET until = 1 WHERE role = 4");
	REFUSED(&p, ERR_DENIED, member_end(p.app, &us.admin, us.m_admin, &p.e));
	assert_int_equal(p.e.say, MSG_PARTY_LAST_HEAD + 1);
	second = party_member(&p, us.organisation, USER_SUPPLIER, MEMBER_ADMINISTRATOR,
		"第二", &m_second);
	/* a newcomer by recovery is no successor */
	kit_sql(p.k, arena_printf(p.a,
			     "UPDATE member SET newcomer_until = %lld WHERE role = 3 AND "
			     "person IN (SELECT id FROM person WHERE name = '第二')",
			     (long long)(p.f.world.at + TIME_DAY)));
	REFUSED(&p, ERR_DENIED, member_end(p.app, &us.admin, us.m_admin, &p.e));
	REFUSED(&p, ERR_DENIED,
		member_change(p.app, &second, us.m_admin, MEMBER_VIEWER, &p.e));
	kit_sql(p.k, "UPDATE member SET newcomer_until = NULL");
	PASSES(&p, member_end(p.app, &us.admin, us.m_admin, &p.e));
	REFUSED(&p, ERR_DENIED, member_end(p.app, &second, m_second, &p.e));
	party_end(&p);
}

struct leaver {
	struct party_kit *p;
	struct actor actor;
	struct id member;
	struct err e;
	bool done;
	pthread_t thread;
};

static void *leave(void *arg)
{
	struct leaver *l = arg;

	l->done = member_end(l->p->app, &l->actor, l->member, &l->e);
	return NULL;
}

/* Two administrators leave at the same moment: one stays. */
static void not_both_leave(void **state)
{
	struct leaver l[2];
	struct side us;
	struct party_kit p;

	party_begin(&p, state);
	us = party_side(&p, "甲", USER_SUPPLIER, ORGANISATION_ACTIVE);
	kit_sql(p.k, "UPDATE member SET until = 1 WHERE role = 4");
	l[0] = (struct leaver){.p = &p, .actor = us.admin, .member = us.m_admin};
	l[1] = (struct leaver){.p = &p};
	l[1].actor = party_member(&p, us.organisation, USER_SUPPLIER,
		MEMBER_ADMINISTRATOR, "第二", &l[1].member);
	for (size_t i = 0; i < 2; i++)
		assert_int_equal(pthread_create(&l[i].thread, NULL, leave, l + i), 0);
	for (size_t i = 0; i < 2; i++)
		(void)pthread_join(l[i].thread, NULL);
	assert_int_equal(l[0].done + l[1].done, 1);
	assert_int_equal(party_count(&p, "SELECT COUNT(*) FROM member WHERE until IS "
					 "NULL AND role = 3"),
		1);
	party_end(&p);
}

static void legal_representative_is_exchanged(void **state)
{
	struct bytes how = BYTES("工商变更登记核对");
	struct organisation o;
	struct side us;
	struct party_kit p;

	party_begin(&p, state);
	us = party_side(&p, "甲", USER_SUPPLIER, ORGANISATION_ACTIVE);
	REFUSED(&p, ERR_DENIED,
		member_appoint_legal(p.app, &us.legal, us.m_handler, how, &p.e));
	REFUSED(&p, ERR_MALFORMED,
		member_appoint_legal(p.app, &p.operator, us.m_handler, BYTES(""), &p.e));
	{
		struct actor without = actor_without_step_up(p.operator);

		REFUSED(&p, ERR_DENIED,
			member_appoint_legal(p.app, &without, us.m_handler, how, &p.e));
	}
	PASSES(&p, member_appoint_legal(p.app, &p.operator, us.m_handler, how, &p.e));
	assert_int_equal(role_of(&p, &us, us.m_handler), MEMBER_LEGAL);
	assert_int_equal(role_of(&p, &us, us.m_legal), MEMBER_ADMINISTRATOR);
	PASSES(&p, organisation_see(p.app, &p.operator, p.a, us.organisation, &o, &p.e));
	assert_string_equal(o.legal_name, "经办人");
	party_end(&p);
}

/* --- invitations ------------------------------------------------------------------ */

static struct newcomer newcomer_of(struct party_kit *p, const char *name, unsigned n)
{
	struct registration r = party_registration(p, n);

	r.newcomer.person.name = bytes_str(name);
	return r.newcomer;
}

static struct bytes invite(struct party_kit *p, const struct actor *by, const char *name,
	enum member_role role, struct id *id)
{
	struct secret *s;
	struct bytes out;

	PASSES(p, invitation_make(p->app, by, bytes_str(name), role, &s, id, &p->e));
	out = arena_dup(p->a, bytes_make(secret_view(s), secret_size(s)));
	secret_free(s);
	return out;
}

static void invites(void **state)
{
	struct actor nobody = fake_nobody(), other;
	struct newcomer li;
	struct invitation seen;
	struct registered got;
	struct party_kit p;
	struct bytes secret;
	struct side us;
	struct id id;

	party_begin(&p, state);
	us = party_side(&p, "甲公司", USER_SUPPLIER, ORGANISATION_ACTIVE);
	li = newcomer_of(&p, "李 四", 7);
	secret = invite(&p, &us.admin, "李 四", MEMBER_HANDLER, &id);
	assert_int_equal(secret.n, 32);
	/* the secret itself stands nowhere */
	assert_int_equal(party_count(&p, "SELECT COUNT(*) FROM invitation"), 1);
	PASSES(&p, invitation_see(p.app, p.a, secret, &seen, &p.e));
	assert_string_equal(seen.organisation_name, "甲公司");
	assert_int_equal(seen.state, INVITATION_OPEN);
	/* another name, a wrong secret */
	{
		struct newcomer wang = newcomer_of(&p, "王五", 8);

		REFUSED(&p, ERR_DENIED,
			invitation_accept(p.app, &nobody, secret, &wang, &got, &p.e));
		assert_int_equal(p.e.say, MSG_PARTY_INVITATION_NAME + 1);
	}
	REFUSED(&p, ERR_NOT_FOUND,
		invitation_accept(
			p.app, &nobody, bytes_head(secret, 31), &li, &got, &p.e));
	REFUSED(&p, ERR_NOT_FOUND,
		invitation_see(p.app, p.a, BYTES("01234567890123456789012345678901"),
			&seen, &p.e));
	PASSES(&p, invitation_accept(p.app, &nobody, secret, &li, &got, &p.e));
	assert_int_equal(role_of(&p, &us, got.member), MEMBER_HANDLER);
	/* once */
	REFUSED(&p, ERR_DENIED,
		invitation_accept(p.app, &nobody, secret, &li, &got, &p.e));
	PASSES(&p, invitation_see(p.app, p.a, secret, &seen, &p.e));
	assert_int_equal(seen.state, INVITATION_USED);
	REFUSED(&p, ERR_ROLLBACK, invitation_withdraw(p.app, &us.admin, id, &p.e));
	/* an account that is there already comes in, too; twice it does not */
	other = party_person(&p, "钱七", 0);
	secret = invite(&p, &us.legal, "钱七", MEMBER_ADMINISTRATOR, &id);
	PASSES(&p, invitation_accept(p.app, &other, secret, NULL, &got, &p.e));
	assert_true(id_equal(got.account, other.account));
	secret = invite(&p, &us.legal, "钱七", MEMBER_VIEWER, &id);
	REFUSED(&p, ERR_ROLLBACK,
		invitation_accept(p.app, &other, secret, NULL, &got, &p.e));
	party_end(&p);
}

static void invitations_refused(void **state)
{
	struct actor nobody = fake_nobody();
	struct side us, them, pending;
	struct newcomer li;
	struct registered got;
	struct party_kit p;
	struct secret *s = NULL;
	struct bytes secret;
	struct id id;
	int64_t life;

	party_begin(&p, state);
	us = party_side(&p, "甲", USER_SUPPLIER, ORGANISATION_ACTIVE);
	them = party_side(&p, "乙", USER_SUPPLIER, ORGANISATION_ACTIVE);
	pending = party_side(&p, "丙", USER_SUPPLIER, ORGANISATION_PENDING);
	{
		struct actor by[] = {nobody, us.handler, us.viewer, p.operator,
			actor_as_newcomer(us.admin)};
		enum err_code codes[] = {
			ERR_DENIED, ERR_DENIED, ERR_DENIED, ERR_NOT_FOUND, ERR_DENIED};

		for (size_t i = 0; i < sizeof by / sizeof *by; i++)
			REFUSED(&p, codes[i],
				invitation_make(p.app, &by[i], BYTES("李四"),
					MEMBER_VIEWER, &s, &id, &p.e));
	}
	/* nobody invites a legal representative after the check; before, under that name
	 */
	REFUSED(&p, ERR_DENIED,
		invitation_make(p.app, &us.legal, BYTES("法人代表"), MEMBER_LEGAL, &s,
			&id, &p.e));
	REFUSED(&p, ERR_DENIED,
		invitation_make(p.app, &pending.admin, BYTES("李四"), MEMBER_LEGAL, &s,
			&id, &p.e));
	(void)invite(&p, &pending.admin, "法人代表", MEMBER_LEGAL, &id);
	assert_null(s);
	/* withdrawn, by one's own people only */
	li = newcomer_of(&p, "李四", 7);
	secret = invite(&p, &us.admin, "李四", MEMBER_VIEWER, &id);
	REFUSED(&p, ERR_NOT_FOUND, invitation_withdraw(p.app, &them.legal, id, &p.e));
	PASSES(&p, invitation_withdraw(p.app, &us.legal, id, &p.e));
	REFUSED(&p, ERR_DENIED,
		invitation_accept(p.app, &nobody, secret, &li, &got, &p.e));
	/* over */
	secret = invite(&p, &us.admin, "李四", MEMBER_VIEWER, &id);
	assert_true(rule_span(p.app->rules, RULE_INVITATION_LIFE, RULE_NATIONWIDE,
		p.f.world.at, &life, &p.e));
	party_clock(&p, p.f.world.at + life);
	REFUSED(&p, ERR_DENIED,
		invitation_accept(p.app, &nobody, secret, &li, &got, &p.e));
	assert_string_equal(p.e.rule, RULE_INVITATION_LIFE);
	/* of somebody who left */
	secret = invite(&p, &us.admin, "李四", MEMBER_VIEWER, &id);
	PASSES(&p, member_end(p.app, &us.legal, us.m_admin, &p.e));
	REFUSED(&p, ERR_DENIED,
		invitation_accept(p.app, &nobody, secret, &li, &got, &p.e));
	assert_int_equal(
		party_count(&p, "SELECT COUNT(*) FROM person WHERE name = '李四'"), 0);
	party_end(&p);
}

#define BOTH(f) ON_BOTH(&domain_statements, f)

int main(void)
{
	const struct CMUnitTest tests[] = {BOTH(roles_change), BOTH(ends),
		BOTH(sessions_end_with_it), BOTH(the_last_head_stays),
		BOTH(not_both_leave), BOTH(legal_representative_is_exchanged),
		BOTH(invites), BOTH(invitations_refused)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
