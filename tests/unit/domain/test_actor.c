/* test_actor: each right, asked by each kind of user in each role.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "domain/actor.h"
#include "fakes.h"
#include "unit.h"

enum need { SETTLED = 1, STEP_UP = 2 };

static const struct {
	enum right right;
	unsigned role;
	uint32_t kinds;
	unsigned needs;
} table[] = {
#define RIGHT(id, role, kinds, needs) {RIGHT_##id, (role), (kinds), (needs)},
#include "domain/rights.tbl"
#undef RIGHT
};

static const int64_t now = 1800000000 * TIME_SECOND;
static struct fake_app app;
static struct id ours, theirs;

static bool asks(struct actor actor, enum right right, enum err_code *code)
{
	struct err e = {0};
	bool good = actor_require(&actor, right, ours, now, &e);

	*code = e.code;
	/* a refusal that users can read */
	assert_true(good || e.say);
	return good;
}

static void every_kind_and_role(void **state)
{
	enum err_code code;
	unsigned yes = 0, no = 0;

	(void)state;
	for (size_t r = 0; r < RIGHT_COUNT; r++)
		for (unsigned role = 0; role <= MEMBER_LEGAL; role++)
			for (unsigned bit = 0; bit < 8; bit++) {
				uint32_t kind = 1u << bit;
				struct actor in = fake_actor(
					&app, kind, ours, (enum member_role)role);
				struct actor out = fake_actor(
					&app, kind, theirs, (enum member_role)role);
				bool may_in = (table[r].kinds & kind) ||
					      (table[r].role && role >= table[r].role);
				bool may_out = (table[r].kinds & kind) != 0;

				assert_int_equal(asks(in, table[r].right, &code), may_in);
				assert_int_equal(
					actor_may(&in, table[r].right, ours), may_in);
				assert_int_equal(
					asks(out, table[r].right, &code), may_out);
				assert_int_equal(
					actor_may(&out, table[r].right, ours), may_out);
				if (!may_out && table[r].role)
					assert_int_equal(code, ERR_NOT_FOUND);
				*(may_in ? &yes : &no) += 1;
			}
	assert_true(no > yes);
}

static void newcomers_and_those_without_certificate(void **state)
{
	enum err_code code;

	(void)state;
	for (size_t r = 0; r < RIGHT_COUNT; r++) {
		struct actor a = fake_actor(&app, 0xff, ours, MEMBER_LEGAL);
		struct actor late = a;
		bool settled = table[r].needs & SETTLED,
		     step_up = table[r].needs & STEP_UP;

		assert_true(asks(a, table[r].right, &code));
		assert_int_equal(
			asks(actor_as_newcomer(a), table[r].right, &code), !settled);
		assert_int_equal(
			asks(actor_without_step_up(a), table[r].right, &code), !step_up);
		/* the very moment it ends is too late */
		late.step_up_until = now;
		assert_int_equal(asks(late, table[r].right, &code), !step_up);
		assert_false(asks(fake_nobody(), table[r].right, &code));
		assert_int_equal(code, ERR_DENIED);
	}
}

static void no_organisation_is_nobodys(void **state)
{
	struct id none = {{0}};
	struct actor a = fake_actor(&app, USER_SUPPLIER, none, MEMBER_LEGAL);
	struct err e;

	(void)state;
	assert_false(actor_may(&a, RIGHT_MEMBER_SEE, none));
	assert_false(actor_require(&a, RIGHT_MEMBER_SEE, none, now, &e));
	assert_false(actor_require_member(&a, none, MEMBER_VIEWER, &e));
}

static void kinds_have_names(void **state)
{
	(void)state;
	for (unsigned bit = 0; bit < 8; bit++) {
		assert_true(user_kind_is(1u << bit));
		assert_true(user_kind_say(LANG_ZH, (enum user_kind)(1u << bit))[0]);
		assert_true(user_kind_name((enum user_kind)(1u << bit))[0]);
	}
	assert_false(user_kind_is(0));
	assert_false(user_kind_is(3));
	assert_false(user_kind_is(1u << 8));
	assert_true(user_kind_is_of_organisations(USER_AGENCY | USER_SUPPLIER));
	assert_false(user_kind_is_of_organisations(USER_AGENCY | USER_ADMINISTRATOR));
	assert_false(user_kind_is_of_organisations(USER_EXPERT));
	assert_false(user_kind_is_of_organisations(0));
	for (unsigned role = MEMBER_VIEWER; role <= MEMBER_LEGAL; role++)
		assert_true(member_role_say(LANG_EN, (enum member_role)role)[0]);
	assert_string_equal(member_role_say(LANG_EN, (enum member_role)0), "");
}

static int set_up(void **state)
{
	(void)state;
	fake_app_init(&app, NULL, NULL, now);
	ours = id_new(app.app.world);
	theirs = id_new(app.app.world);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	fake_app_fini(&app);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(every_kind_and_role),
		cmocka_unit_test(newcomers_and_those_without_certificate),
		cmocka_unit_test(no_organisation_is_nobodys),
		cmocka_unit_test(kinds_have_names)};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
