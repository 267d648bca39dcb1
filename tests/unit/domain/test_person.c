/* test_person: secret values are read one at a time, on record, by who may.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "party_kit.h"

#define READS "SELECT COUNT(*) FROM act WHERE kind = 'secret.read'"

static void is_read_on_record(void **state)
{
	struct secret *s = NULL;
	struct party_kit p;
	struct side us;

	party_begin(&p, state);
	us = party_side(&p, "甲", USER_SUPPLIER, ORGANISATION_ACTIVE);
	PASSES(&p, person_reveal(p.app, &us.admin, us.handler.person,
			   FIELD_PERSON_ID_NUMBER, &s, &p.e));
	assert_int_equal(secret_size(s), 18);
	assert_memory_equal(secret_view(s), "440106", 6);
	assert_true(id_equal(p.f.keeper.reader, us.admin.account));
	secret_free(s);
	assert_int_equal(party_count(&p, READS), 1);
	/* who was read is told */
	assert_int_equal(party_count(&p, "SELECT COUNT(*) FROM message WHERE kind = "
					 "'number.read'"),
		1);
	/* one's own needs no certificate, and nobody is told */
	us.viewer = actor_without_step_up(us.viewer);
	PASSES(&p, person_reveal(p.app, &us.viewer, us.viewer.person, FIELD_PERSON_PHONE,
			   &s, &p.e));
	assert_int_equal(secret_size(s), 11);
	assert_memory_equal(secret_view(s), "13800001234", 11);
	secret_free(s);
	assert_int_equal(party_count(&p, READS), 2);
	assert_int_equal(party_count(&p, "SELECT COUNT(*) FROM message WHERE kind = "
					 "'phone.read'"),
		0);
	PASSES(&p, person_reveal(p.app, &p.operator, us.legal.person, FIELD_PERSON_PHONE,
			   &s, &p.e));
	secret_free(s);
	party_end(&p);
}

static void is_refused(void **state)
{
	struct secret *s = NULL;
	struct actor nobody = fake_nobody();
	struct side us, them, authority;
	struct party_kit p;

	party_begin(&p, state);
	us = party_side(&p, "甲", USER_SUPPLIER, ORGANISATION_ACTIVE);
	them = party_side(&p, "乙", USER_SUPPLIER, ORGANISATION_ACTIVE);
	authority = party_side(&p, "财政局", USER_SUPERVISOR, ORGANISATION_ACTIVE);
	{
		struct actor by[] = {nobody, us.handler, us.viewer, them.legal,
			authority.legal, actor_without_step_up(us.admin),
			actor_as_newcomer(us.admin), actor_without_step_up(p.operator)};
		enum err_code codes[] = {ERR_DENIED, ERR_DENIED, ERR_DENIED,
			ERR_NOT_FOUND, ERR_NOT_FOUND, ERR_DENIED, ERR_DENIED, ERR_DENIED};

		for (size_t i = 0; i < sizeof by / sizeof *by; i++)
			REFUSED(&p, codes[i],
				person_reveal(p.app, &by[i], us.legal.person,
					FIELD_PERSON_ID_NUMBER, &s, &p.e));
	}
	/* not even one's own, as a newcomer */
	us.viewer = actor_as_newcomer(us.viewer);
	REFUSED(&p, ERR_DENIED,
		person_reveal(p.app, &us.viewer, us.viewer.person, FIELD_PERSON_PHONE, &s,
			&p.e));
	REFUSED(&p, ERR_NOT_FOUND,
		person_reveal(p.app, &p.operator, id_new(p.app->world),
			FIELD_PERSON_PHONE, &s, &p.e));
	assert_false(person_reveal(p.app, &p.operator, us.legal.person,
		FIELD_ORGANISATION_ACCOUNT, &s, &p.e));
	assert_int_equal(p.e.code, ERR_USAGE);
	assert_null(s);
	assert_int_equal(p.f.keeper.opened, 0);
	assert_int_equal(party_count(&p, READS), 0);
	party_end(&p);
}

/* Who was ended a moment ago still has a session that says otherwise. */
static void a_former_member_reads_nothing(void **state)
{
	struct secret *s = NULL;
	struct party_kit p;
	struct side us;

	party_begin(&p, state);
	us = party_side(&p, "甲", USER_SUPPLIER, ORGANISATION_ACTIVE);
	PASSES(&p, member_end(p.app, &us.legal, us.m_admin, &p.e));
	REFUSED(&p, ERR_DENIED,
		person_reveal(p.app, &us.admin, us.handler.person, FIELD_PERSON_PHONE, &s,
			&p.e));
	/* and who is no member any more is not read */
	PASSES(&p, member_end(p.app, &us.legal, us.m_viewer, &p.e));
	REFUSED(&p, ERR_NOT_FOUND,
		person_reveal(p.app, &us.legal, us.viewer.person, FIELD_PERSON_PHONE, &s,
			&p.e));
	/* an operator who is none any more */
	{
		struct actor second = party_person(&p, "二", USER_ADMINISTRATOR);

		PASSES(&p, person_grant(p.app, &p.operator, second.person, 0, &p.e));
		REFUSED(&p, ERR_DENIED,
			person_reveal(p.app, &second, us.legal.person, FIELD_PERSON_PHONE,
				&s, &p.e));
	}
	assert_int_equal(p.f.keeper.opened, 0);
	party_end(&p);
}

struct watch {
	struct party_kit *p;
	int64_t reads;
};

static void look(void *to)
{
	struct watch *w = to;

	w->reads = party_count(w->p, READS);
}

/* On record and committed at the moment the keeper is asked. */
static void first_recorded_then_opened(void **state)
{
	struct secret *s = NULL;
	struct party_kit p;
	struct watch w = {.p = &p, .reads = -1};
	struct side us;

	party_begin(&p, state);
	us = party_side(&p, "甲", USER_SUPPLIER, ORGANISATION_ACTIVE);
	p.f.keeper.before = look;
	p.f.keeper.to = &w;
	PASSES(&p, person_reveal(p.app, &us.admin, us.handler.person, FIELD_PERSON_PHONE,
			   &s, &p.e));
	secret_free(s);
	assert_int_equal(w.reads, 1);
	/* a keeper that fails: the attempt stays on record */
	p.f.keeper.before = NULL;
	p.f.keeper.down = true;
	assert_false(person_reveal(
		p.app, &us.admin, us.handler.person, FIELD_PERSON_PHONE, &s, &p.e));
	assert_int_equal(p.e.code, ERR_BUSY);
	assert_int_equal(party_count(&p, READS), 2);
	party_end(&p);
}

static void so_many_in_an_hour(void **state)
{
	struct secret *s = NULL;
	struct party_kit p;
	struct side us;
	int64_t limit;

	party_begin(&p, state);
	us = party_side(&p, "甲", USER_SUPPLIER, ORGANISATION_ACTIVE);
	us.admin.step_up_until += TIME_DAY;
	assert_true(rule_int(p.app->rules, RULE_SECRET_READS_PER_HOUR, RULE_NATIONWIDE,
		p.f.world.at, "times", &limit, &p.e));
	for (int64_t i = 0; i < limit; i++) {
		PASSES(&p, person_reveal(p.app, &us.admin, us.handler.person,
				   FIELD_PERSON_PHONE, &s, &p.e));
		secret_free(s);
	}
	REFUSED(&p, ERR_DENIED,
		person_reveal(p.app, &us.admin, us.handler.person, FIELD_PERSON_PHONE, &s,
			&p.e));
	assert_string_equal(p.e.rule, RULE_SECRET_READS_PER_HOUR);
	/* another account is not concerned; and an hour later neither is this one */
	PASSES(&p, person_reveal(p.app, &us.legal, us.handler.person, FIELD_PERSON_PHONE,
			   &s, &p.e));
	secret_free(s);
	party_clock(&p, p.f.world.at + TIME_HOUR + 1);
	PASSES(&p, person_reveal(p.app, &us.admin, us.handler.person, FIELD_PERSON_PHONE,
			   &s, &p.e));
	secret_free(s);
	party_end(&p);
}

static void is_seen_masked(void **state)
{
	struct side us, them;
	struct party_kit p;
	struct person person;

	party_begin(&p, state);
	us = party_side(&p, "甲", USER_SUPPLIER, ORGANISATION_ACTIVE);
	them = party_side(&p, "乙", USER_SUPPLIER, ORGANISATION_ACTIVE);
	PASSES(&p, person_see(p.app, &us.viewer, p.a, us.legal.person, &person, &p.e));
	assert_string_equal(person.phone_mask, "138****1234");
	assert_non_null(strstr(person.id_number_mask, "**********"));
	PASSES(&p, person_see(p.app, &p.operator, p.a, us.legal.person, &person, &p.e));
	REFUSED(&p, ERR_NOT_FOUND,
		person_see(p.app, &them.legal, p.a, us.legal.person, &person, &p.e));
	party_end(&p);
}

static void edits_and_grants(void **state)
{
	struct actor nobody = fake_nobody(), expert;
	struct secret *s;
	struct party_kit p;
	struct person person;

	party_begin(&p, state);
	expert = party_person(&p, "专家", 0);
	PASSES(&p, person_edit(p.app, &expert, BYTES("+86 20 8888 7777"),
			   BYTES("new@example.cn"), &p.e));
	PASSES(&p, person_reveal(
			   p.app, &expert, expert.person, FIELD_PERSON_PHONE, &s, &p.e));
	assert_memory_equal(secret_view(s), "+862088887777", 13);
	secret_free(s);
	PASSES(&p, person_edit(p.app, &expert, BYTES(""), BYTES(""), &p.e));
	REFUSED(&p, ERR_NOT_FOUND,
		person_reveal(
			p.app, &expert, expert.person, FIELD_PERSON_PHONE, &s, &p.e));
	REFUSED(&p, ERR_DENIED, person_edit(p.app, &nobody, BYTES(""), BYTES(""), &p.e));
	REFUSED(&p, ERR_MALFORMED,
		person_edit(p.app, &expert, BYTES("12"), BYTES(""), &p.e));
	PASSES(&p, person_grant(p.app, &p.operator, expert.person, USER_EXPERT, &p.e));
	PASSES(&p, person_see(p.app, &expert, p.a, expert.person, &person, &p.e));
	assert_int_equal(person.kinds, USER_EXPERT);
	REFUSED(&p, ERR_DENIED,
		person_grant(p.app, &expert, expert.person, USER_ADMINISTRATOR, &p.e));
	REFUSED(&p, ERR_DENIED,
		person_grant(p.app, &p.operator, p.operator.person, 0, &p.e));
	REFUSED(&p, ERR_USAGE,
		person_grant(p.app, &p.operator, expert.person, USER_SUPPLIER, &p.e));
	REFUSED(&p, ERR_NOT_FOUND,
		person_grant(
			p.app, &p.operator, id_new(p.app->world), USER_EXPERT, &p.e));
	party_end(&p);
}

/* A newer field key: walked in steps, stopped and taken up again, nothing done twice. */
static void is_renewed_in_steps(void **state)
{
	struct id after = {{0}};
	uint64_t renewed = 0;
	bool done = false;
	struct party_kit p;
	struct secret *s;
	unsigned steps = 0;
	struct side us;
	struct actor without;

	party_begin(&p, state);
	us = party_side(&p, "甲", USER_SUPPLIER, ORGANISATION_ACTIVE);
	without = party_person(&p, "无电话", 0);
	PASSES(&p, person_edit(p.app, &without, BYTES(""), BYTES(""), &p.e));
	PASSES(&p, person_renew(p.app, 100, &after, &renewed, &done, &p.e));
	assert_true(done && renewed == 0);
	p.f.keeper.generation = 2;
	after = (struct id){{0}};
	while (!done || steps == 0) {
		struct id was = after;

		if (steps == 1) {
			/* the keeper goes away in the middle */
			p.f.keeper.down = true;
			assert_false(
				person_renew(p.app, 2, &after, &renewed, &done, &p.e));
			assert_true(id_equal(was, after));
			p.f.keeper.down = false;
		}
		PASSES(&p, person_renew(p.app, 2, &after, &renewed, &done, &p.e));
		steps++;
	}
	/* operator, four members, one without a phone */
	assert_int_equal(renewed, 6);
	assert_int_equal(steps, 4);
	after = (struct id){{0}};
	PASSES(&p, person_renew(p.app, 100, &after, &renewed, &done, &p.e));
	assert_int_equal(renewed, 6);
	PASSES(&p, person_reveal(p.app, &us.admin, us.handler.person, FIELD_PERSON_PHONE,
			   &s, &p.e));
	assert_memory_equal(secret_view(s), "13800001234", 11);
	secret_free(s);
	party_end(&p);
}

/* A value moved to another row or column is not opened. */
static void a_moved_value_is_not_opened(void **state)
{
	struct secret *s = NULL;
	struct party_kit p;
	struct side us;

	party_begin(&p, state);
	us = party_side(&p, "甲", USER_SUPPLIER, ORGANISATION_ACTIVE);
	kit_sql(p.k, "UPDATE person SET phone = id_number");
	assert_false(person_reveal(
		p.app, &us.admin, us.handler.person, FIELD_PERSON_PHONE, &s, &p.e));
	assert_int_equal(p.e.code, ERR_DECRYPT);
	assert_null(s);
	party_end(&p);
}

#define BOTH(f) ON_BOTH(&domain_statements, f)

int main(void)
{
	const struct CMUnitTest tests[] = {BOTH(is_read_on_record), BOTH(is_refused),
		BOTH(a_former_member_reads_nothing), BOTH(first_recorded_then_opened),
		BOTH(so_many_in_an_hour), BOTH(is_seen_masked), BOTH(edits_and_grants),
		BOTH(is_renewed_in_steps), BOTH(a_moved_value_is_not_opened)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
