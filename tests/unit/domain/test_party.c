/* test_party: organisations register, are checked, suspended, corrected, found.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <pthread.h>
#include <string.h>

#include "party_kit.h"

static void registers(void **state)
{
	struct party_kit p;
	struct registration r;
	struct registered got;
	struct organisation o;
	struct person person;
	struct actor me = fake_nobody();

	party_begin(&p, state);
	r = party_registration(&p, 1);
	PASSES(&p, party_register(p.app, &me, &r, &got, &p.e));
	me = fake_actor(&p.f, USER_SUPPLIER, got.organisation, MEMBER_LEGAL);
	me.person = got.person;
	PASSES(&p, organisation_see(p.app, &me, p.a, got.organisation, &o, &p.e));
	assert_string_equal(o.name, "佛山市𠮷祥物流有限公司");
	assert_string_equal(o.legal_name, "张三·𬴊");
	assert_int_equal(o.state, ORGANISATION_PENDING);
	assert_true(o.checked_at == TIME_NONE);
	PASSES(&p, person_see(p.app, &me, p.a, got.person, &person, &p.e));
	assert_string_equal(person.name, "张三·𬴊");
	assert_string_equal(person.phone_mask, "138****1234");
	assert_int_equal(strlen(person.id_number_mask), 18);
	/* nothing of the number in clear stands in the database */
	assert_int_equal(party_count(&p, "SELECT COUNT(*) FROM person WHERE "
					 "id_number_mask LIKE '%1960%'"),
		0);
	assert_int_equal(party_count(&p, "SELECT COUNT(*) FROM act WHERE kind = "
					 "'organisation.register'"),
		1);
	/* the operator's officers are told */
	assert_int_equal(party_count(&p, "SELECT COUNT(*) FROM message WHERE kind = "
					 "'organisation.waiting'"),
		1);
	party_end(&p);
}

static void registers_once(void **state)
{
	struct actor me = fake_nobody();
	struct registration r, other;
	struct registered got;
	struct party_kit p;
	char *before;

	party_begin(&p, state);
	r = party_registration(&p, 1);
	PASSES(&p, party_register(p.app, &me, &r, &got, &p.e));
	before = party_image(&p);
	/* the same organisation by another person */
	other = party_registration(&p, 2);
	other.organisation.credit_code = r.organisation.credit_code;
	REFUSED(&p, ERR_ROLLBACK, party_register(p.app, &me, &other, &got, &p.e));
	assert_int_equal(p.e.say, MSG_PARTY_ORGANISATION_EXISTS + 1);
	/* another one by the same person */
	other = party_registration(&p, 2);
	other.newcomer.person.id_number = r.newcomer.person.id_number;
	REFUSED(&p, ERR_ROLLBACK, party_register(p.app, &me, &other, &got, &p.e));
	assert_int_equal(p.e.say, MSG_PARTY_PERSON_EXISTS + 1);
	/* the same login name */
	other = party_registration(&p, 2);
	other.newcomer.login = r.newcomer.login;
	REFUSED(&p, ERR_USAGE, party_register(p.app, &me, &other, &got, &p.e));
	assert_string_equal(before, party_image(&p));
	party_end(&p);
}

static void refuses_wrong_fields(void **state)
{
	struct actor me = fake_nobody();
	struct registered got;
	struct party_kit p;
	char *before;

	party_begin(&p, state);
	before = party_image(&p);
	for (unsigned i = 0; i < 9; i++) {
		struct registration r = party_registration(&p, 1);

		switch (i) {
		case 0:
			r.organisation.credit_code = BYTES("91440600MA4UKR6N22");
			break;
		case 1:
			r.organisation.name = BYTES("a\xe2\x80\xae"
						    "b");
			break;
		case 2:
			r.organisation.kinds = USER_ADMINISTRATOR;
			break;
		case 3:
			r.organisation.kinds = USER_SUPPLIER | USER_EXPERT;
			break;
		case 4:
			r.organisation.region = BYTES("000000");
			break;
		case 5:
			r.newcomer.person.id_number = BYTES("440106196001010000");
			break;
		case 6:
			r.newcomer.person.phone = BYTES("x");
			break;
		case 7:
			r.newcomer.person.email = BYTES("a@b\r\nBcc: c@d.e");
			break;
		default: /* says to be the legal representative, under another name */
			r.newcomer.person.name = BYTES("李四");
			break;
		}
		REFUSED(&p, ERR_MALFORMED, party_register(p.app, &me, &r, &got, &p.e));
	}
	assert_string_equal(before, party_image(&p));
	/* a keeper that is down */
	p.f.keeper.down = true;
	assert_false(party_register(p.app, &me, &(struct registration){0}, &got, &p.e));
	{
		struct registration r = party_registration(&p, 1);

		assert_false(party_register(p.app, &me, &r, &got, &p.e));
		assert_int_equal(p.e.code, ERR_BUSY);
		assert_string_equal(before, party_image(&p));
	}
	party_end(&p);
}

/* What else people are called: it comes back as it went in, and harms nothing. */
static void injection_strings_round_trip(void **state)
{
	static const char *const names[] = {"Robert'); DROP TABLE person;--",
		"' OR '1'='1", "\"; DELETE FROM act; --", "<script>alert(1)</script>",
		"{{name}}", "%s%n%x", "../../etc/passwd", "=HYPERLINK(\"x\")", "$(id)",
		"a\\", "? ?'", ":name $1 ?1", "\xf0\xb0\xbb\x9e\xf0\xa0\xae\xb7",
		"買買提・阿不都", "𪚥𪚥𪚥𪚥", "O’Neil", "%", "_", "!"};
	struct actor me = fake_nobody();
	struct party_kit p;

	party_begin(&p, state);
	for (unsigned i = 0; i < sizeof names / sizeof *names; i++) {
		struct registration r = party_registration(&p, 100 + i);
		struct list_from first = {.count = 50};
		struct registered got;
		struct organisation *rows, o;
		size_t n;
		bool more, found = false;

		r.organisation.name = r.newcomer.person.name = r.organisation.legal_name =
			bytes_str(names[i]);
		PASSES(&p, party_register(p.app, &me, &r, &got, &p.e));
		PASSES(&p, organisation_see(
				   p.app, &p.operator, p.a, got.organisation, &o, &p.e));
		assert_string_equal(o.name, names[i]);
		PASSES(&p, organisation_page(p.app, &p.operator, p.a, bytes_str(names[i]),
				   (enum organisation_state)0, &first, &rows, &n, &more,
				   &p.e));
		for (size_t j = 0; j < n; j++)
			found = found || id_equal(rows[j].id, got.organisation);
		assert_true(found);
		/* % and _ mean themselves */
		if (strlen(names[i]) == 1)
			for (size_t j = 0; j < n; j++)
				assert_non_null(strchr(rows[j].name, names[i][0]));
	}
	assert_int_equal(party_count(&p, "SELECT COUNT(*) FROM organisation"),
		sizeof names / sizeof *names);
	party_end(&p);
}

static void too_many_wait(void **state)
{
	struct actor me = fake_nobody();
	struct registered got;
	struct registration r;
	struct party_kit p;

	party_begin(&p, state);
	r = party_registration(&p, 1);
	PASSES(&p, party_register(p.app, &me, &r, &got, &p.e));
	me = fake_actor(&p.f, 0, (struct id){{0}}, (enum member_role)0);
	me.person = got.person;
	me.account = got.account;
	for (unsigned n = 2; n <= 5; n++) {
		r = party_registration(&p, n);
		PASSES(&p, party_register(p.app, &me, &r, &got, &p.e));
		assert_true(id_equal(got.person, me.person));
	}
	r = party_registration(&p, 6);
	REFUSED(&p, ERR_DENIED, party_register(p.app, &me, &r, &got, &p.e));
	assert_string_equal(p.e.rule, RULE_ORGANISATION_PENDING_MAX);
	assert_int_equal(party_count(&p, "SELECT COUNT(*) FROM person"), 2);
	party_end(&p);
}

static void is_checked_by_somebody_else(void **state)
{
	struct actor me = fake_nobody(), self, supervisor;
	struct side authority, waiting;
	struct registration r;
	struct registered got;
	struct party_kit p;
	struct bytes how = BYTES("工商登记核对，对公账户打款验证");

	party_begin(&p, state);
	authority = party_side(&p, "财政局", USER_SUPERVISOR, ORGANISATION_ACTIVE);
	waiting = party_side(&p, "待核验财政局", USER_SUPERVISOR, ORGANISATION_PENDING);
	supervisor = authority.handler;
	r = party_registration(&p, 1);
	PASSES(&p, party_register(p.app, &me, &r, &got, &p.e));
	self = fake_actor(&p.f, USER_SUPPLIER, got.organisation, MEMBER_LEGAL);
	self.account = got.account;
	self.person = got.person;
	REFUSED(&p, ERR_DENIED,
		organisation_check(p.app, &me, got.organisation, how, &p.e));
	REFUSED(&p, ERR_DENIED,
		organisation_check(p.app, &self, got.organisation, how, &p.e));
	/* one who registered it is not independent, whatever else they are */
	self.kinds = USER_ADMINISTRATOR;
	PASSES(&p,
		person_grant(p.app, &p.operator, got.person, USER_ADMINISTRATOR, &p.e));
	REFUSED(&p, ERR_DENIED,
		organisation_check(p.app, &self, got.organisation, how, &p.e));
	assert_int_equal(p.e.say, MSG_PARTY_NOT_OWN_CHECK + 1);
	{
		struct actor late = actor_without_step_up(supervisor);

		REFUSED(&p, ERR_DENIED,
			organisation_check(p.app, &late, got.organisation, how, &p.e));
		assert_string_equal(p.e.rule, "step-up.life");
	}
	/* a supervisor that was not checked itself; another supervisor is not for it */
	REFUSED(&p, ERR_DENIED,
		organisation_check(p.app, &waiting.handler, got.organisation, how, &p.e));
	REFUSED(&p, ERR_DENIED,
		organisation_check(p.app, &supervisor, waiting.organisation, how, &p.e));
	REFUSED(&p, ERR_MALFORMED,
		organisation_check(
			p.app, &supervisor, got.organisation, BYTES(" "), &p.e));
	REFUSED(&p, ERR_NOT_FOUND,
		organisation_check(p.app, &supervisor, id_new(p.app->world), how, &p.e));
	assert_int_equal(
		party_count(&p, "SELECT COUNT(*) FROM organisation WHERE state = 1"), 2);
	PASSES(&p, organisation_check(p.app, &supervisor, got.organisation, how, &p.e));
	REFUSED(&p, ERR_ROLLBACK,
		organisation_check(p.app, &p.operator, got.organisation, how, &p.e));
	PASSES(&p,
		organisation_check(p.app, &p.operator, waiting.organisation, how, &p.e));
	assert_int_equal(
		party_count(&p, "SELECT COUNT(*) FROM organisation WHERE state = 1"), 0);
	party_end(&p);
}

static void is_suspended(void **state)
{
	struct bytes why = BYTES("被列入严重违法失信名单");
	struct side s, other;
	struct organisation o;
	struct party_kit p;

	party_begin(&p, state);
	s = party_side(&p, "甲", USER_SUPPLIER, ORGANISATION_ACTIVE);
	other = party_side(&p, "乙", USER_SUPPLIER, ORGANISATION_ACTIVE);
	REFUSED(&p, ERR_DENIED,
		organisation_suspend(p.app, &other.legal, s.organisation, why, &p.e));
	REFUSED(&p, ERR_DENIED,
		organisation_suspend(p.app, &s.legal, s.organisation, why, &p.e));
	REFUSED(&p, ERR_ROLLBACK,
		organisation_reinstate(p.app, &p.operator, s.organisation, &p.e));
	PASSES(&p, organisation_suspend(p.app, &p.operator, s.organisation, why, &p.e));
	REFUSED(&p, ERR_ROLLBACK,
		organisation_suspend(p.app, &p.operator, s.organisation, why, &p.e));
	/* its members see why, and do nothing */
	PASSES(&p, organisation_see(p.app, &s.viewer, p.a, s.organisation, &o, &p.e));
	assert_string_equal(o.state_why, "被列入严重违法失信名单");
	REFUSED(&p, ERR_DENIED,
		organisation_edit(p.app, &s.admin, s.organisation, BYTES("440000"),
			BYTES(""), &p.e));
	assert_int_equal(p.e.say, MSG_PARTY_SUSPENDED + 1);
	PASSES(&p, organisation_reinstate(p.app, &p.operator, s.organisation, &p.e));
	PASSES(&p, organisation_edit(p.app, &s.admin, s.organisation, BYTES("440000"),
			   BYTES("新址"), &p.e));
	REFUSED(&p, ERR_DENIED,
		organisation_edit(p.app, &s.handler, s.organisation, BYTES("440000"),
			BYTES(""), &p.e));
	REFUSED(&p, ERR_NOT_FOUND,
		organisation_edit(p.app, &other.admin, s.organisation, BYTES("440000"),
			BYTES(""), &p.e));
	REFUSED(&p, ERR_NOT_FOUND,
		organisation_see(p.app, &other.legal, p.a, s.organisation, &o, &p.e));
	party_end(&p);
}

static void is_corrected(void **state)
{
	struct organisation_facts f = {.name = BYTES("新名称"),
		.legal_name = BYTES("李四"),
		.webhook = BYTES("https://ca.example/losses"),
		.how = BYTES("工商变更登记"),
		.kinds = USER_CA};
	struct organisation o;
	struct party_kit p;
	struct side s;

	party_begin(&p, state);
	s = party_side(&p, "甲", USER_SUPPLIER, ORGANISATION_ACTIVE);
	REFUSED(&p, ERR_DENIED,
		organisation_correct(p.app, &s.legal, s.organisation, &f, &p.e));
	PASSES(&p, organisation_correct(p.app, &p.operator, s.organisation, &f, &p.e));
	PASSES(&p, organisation_see(p.app, &p.operator, p.a, s.organisation, &o, &p.e));
	assert_string_equal(o.name, "新名称");
	assert_string_equal(o.webhook, "https://ca.example/losses");
	assert_int_equal(o.kinds, USER_CA);
	f.webhook = BYTES("http://ca.example/");
	REFUSED(&p, ERR_MALFORMED,
		organisation_correct(p.app, &p.operator, s.organisation, &f, &p.e));
	f.webhook = BYTES("https://ca.example/\r\nHost: x");
	REFUSED(&p, ERR_MALFORMED,
		organisation_correct(p.app, &p.operator, s.organisation, &f, &p.e));
	f.webhook = BYTES("");
	f.kinds = USER_ADMINISTRATOR;
	REFUSED(&p, ERR_MALFORMED,
		organisation_correct(p.app, &p.operator, s.organisation, &f, &p.e));
	party_end(&p);
}

/* An expert registers alone, and is one when an administrator of the platform says so. */
static void a_person_registers_alone(void **state)
{
	struct actor nobody = fake_nobody(), me;
	struct registered got, again;
	struct registration r;
	struct party_kit p;
	struct person person;

	party_begin(&p, state);
	r = party_registration(&p, 1);
	PASSES(&p, person_register(p.app, &nobody, &r.newcomer, &got, &p.e));
	assert_true(id_is_none(got.organisation));
	me = fake_actor(&p.f, 0, (struct id){{0}}, (enum member_role)0);
	me.account = got.account;
	me.person = got.person;
	PASSES(&p, person_see(p.app, &me, p.a, got.person, &person, &p.e));
	assert_int_equal(person.kinds, 0);
	REFUSED(&p, ERR_DENIED, person_register(p.app, &me, &r.newcomer, &again, &p.e));
	REFUSED(&p, ERR_ROLLBACK,
		person_register(p.app, &nobody, &r.newcomer, &again, &p.e));
	REFUSED(&p, ERR_DENIED, person_grant(p.app, &me, got.person, USER_EXPERT, &p.e));
	PASSES(&p, person_grant(p.app, &p.operator, got.person, USER_EXPERT, &p.e));
	PASSES(&p, person_see(p.app, &me, p.a, got.person, &person, &p.e));
	assert_int_equal(person.kinds, USER_EXPERT);
	party_end(&p);
}

/* --- two at once ------------------------------------------------------------------ */

struct racer {
	struct party_kit *p;
	struct fake_app f;
	struct registration r;
	struct err e;
	bool won;
	pthread_t thread;
};

static void *race(void *arg)
{
	struct racer *me = arg;
	struct actor nobody = fake_nobody();
	struct registered got;

	me->won = party_register(&me->f.app, &nobody, &me->r, &got, &me->e);
	return NULL;
}

static void two_register_it_at_once(void **state)
{
	struct racer racers[4];
	struct party_kit p;
	unsigned won = 0;

	party_begin(&p, state);
	for (unsigned i = 0; i < 4; i++) {
		racers[i] = (struct racer){.p = &p, .r = party_registration(&p, 50 + i)};
		racers[i].r.organisation.credit_code =
			racers[0].r.organisation.credit_code;
		fake_app_init(&racers[i].f, p.app->db, NULL, p.f.world.at);
		racers[i].f.world.state += 77u * (i + 1);
	}
	for (unsigned i = 0; i < 4; i++)
		assert_int_equal(
			pthread_create(&racers[i].thread, NULL, race, racers + i), 0);
	for (unsigned i = 0; i < 4; i++) {
		(void)pthread_join(racers[i].thread, NULL);
		won += racers[i].won;
		if (!racers[i].won && racers[i].e.code != ERR_ROLLBACK &&
			racers[i].e.code != ERR_BUSY)
			fail_msg("%s", racers[i].e.text);
		fake_app_fini(&racers[i].f);
	}
	assert_int_equal(won, 1);
	assert_int_equal(party_count(&p, "SELECT COUNT(*) FROM organisation"), 1);
	assert_int_equal(party_count(&p, "SELECT COUNT(*) FROM person"), 2);
	assert_int_equal(party_count(&p, "SELECT COUNT(*) FROM account"), 2);
	assert_int_equal(party_count(&p, "SELECT COUNT(*) FROM member"), 1);
	party_end(&p);
}

#define BOTH(f) ON_BOTH(&domain_statements, f)

int main(void)
{
	const struct CMUnitTest tests[] = {BOTH(registers), BOTH(registers_once),
		BOTH(refuses_wrong_fields), BOTH(injection_strings_round_trip),
		BOTH(too_many_wait), BOTH(is_checked_by_somebody_else),
		BOTH(is_suspended), BOTH(a_person_registers_alone), BOTH(is_corrected),
		BOTH(two_register_it_at_once)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
