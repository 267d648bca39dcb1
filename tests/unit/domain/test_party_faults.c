/* test_party_faults: every use case of parties, failing at its first place, its second,
 * its third …: the database is as before, or all is done.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "base/fault.h"
#include "crypto/digest.h"
#include "party_kit.h"

struct stage {
	struct party_kit p;
	struct side us, pending;
	struct registration r;
	struct bytes invitation;
	struct id invitation_id, mandate, draft;
};

typedef bool (*use_case)(struct stage *s, struct err *e);

static bool do_register(struct stage *s, struct err *e)
{
	struct actor nobody = fake_nobody();
	struct registered got;

	return party_register(s->p.app, &nobody, &s->r, &got, e);
}

static bool do_operator(struct stage *s, struct err *e)
{
	struct registered got;

	return operator_create(s->p.app, &s->r.newcomer, &got, e);
}

static bool do_person(struct stage *s, struct err *e)
{
	struct actor nobody = fake_nobody();
	struct registered got;

	return person_register(s->p.app, &nobody, &s->r.newcomer, &got, e);
}

static bool do_check(struct stage *s, struct err *e)
{
	return organisation_check(
		s->p.app, &s->p.operator, s->pending.organisation, BYTES("how"), e);
}

static bool do_suspend(struct stage *s, struct err *e)
{
	return organisation_suspend(
		s->p.app, &s->p.operator, s->us.organisation, BYTES("why"), e);
}

static bool do_edit(struct stage *s, struct err *e)
{
	return organisation_edit(s->p.app, &s->us.admin, s->us.organisation,
		BYTES("440000"), BYTES("x"), e);
}

static bool do_correct(struct stage *s, struct err *e)
{
	return organisation_correct(s->p.app, &s->p.operator, s->us.organisation,
		&(struct organisation_facts){.name = BYTES("n"),
			.legal_name = BYTES("l"),
			.how = BYTES("h"),
			.kinds = USER_AGENCY},
		e);
}

static bool do_person_edit(struct stage *s, struct err *e)
{
	return person_edit(s->p.app, &s->us.viewer, BYTES("13900001111"), BYTES(""), e);
}

static bool do_grant(struct stage *s, struct err *e)
{
	return person_grant(
		s->p.app, &s->p.operator, s->us.viewer.person, USER_EXPERT, e);
}

static bool do_reveal(struct stage *s, struct err *e)
{
	struct secret *plain = NULL;
	bool good = person_reveal(s->p.app, &s->us.admin, s->us.viewer.person,
		FIELD_PERSON_PHONE, &plain, e);

	/* what was not recorded was not opened */
	assert_int_equal(good, plain != NULL);
	assert_int_equal(s->p.f.keeper.opened, good);
	secret_free(plain);
	return good;
}

static bool do_renew(struct stage *s, struct err *e)
{
	struct id after = {{0}};
	uint64_t renewed = 0;
	bool done, good;

	s->p.f.keeper.generation = 2;
	good = person_renew(s->p.app, 3, &after, &renewed, &done, e);
	assert_int_equal(good, !id_is_none(after));
	return good;
}

static bool do_change(struct stage *s, struct err *e)
{
	return member_change(s->p.app, &s->us.admin, s->us.m_viewer, MEMBER_HANDLER, e);
}

static bool do_end(struct stage *s, struct err *e)
{
	return member_end(s->p.app, &s->us.legal, s->us.m_admin, e);
}

static bool do_appoint(struct stage *s, struct err *e)
{
	return member_appoint_legal(
		s->p.app, &s->p.operator, s->us.m_handler, BYTES("how"), e);
}

static bool do_invite(struct stage *s, struct err *e)
{
	struct secret *secret = NULL;
	struct id id;
	bool good = invitation_make(
		s->p.app, &s->us.admin, BYTES("李四"), MEMBER_VIEWER, &secret, &id, e);

	assert_int_equal(good, secret != NULL);
	secret_free(secret);
	return good;
}

static bool do_accept(struct stage *s, struct err *e)
{
	struct actor nobody = fake_nobody();
	struct registered got;

	return invitation_accept(
		s->p.app, &nobody, s->invitation, &s->r.newcomer, &got, e);
}

static bool do_withdraw(struct stage *s, struct err *e)
{
	return invitation_withdraw(s->p.app, &s->us.admin, s->invitation_id, e);
}

static bool do_draft(struct stage *s, struct err *e)
{
	struct id id;

	return mandate_draft(s->p.app, &s->us.admin,
		&(struct mandate_wanted){.member = s->us.m_viewer,
			.acts = MANDATE_SIGN,
			.kinds = BYTES("*"),
			.valid_from = s->p.f.world.at,
			.valid_to = s->p.f.world.at + TIME_DAY},
		&id, e);
}

static bool do_order(struct stage *s, struct err *e)
{
	struct bytes order, record;
	int64_t expiry;

	return mandate_order(
		s->p.app, &s->us.legal, s->p.a, s->draft, &order, &expiry, &record, e);
}

static bool do_sign(struct stage *s, struct err *e)
{
	return mandate_accept(s->p.app, &s->us.legal, s->mandate, BYTES("cms"), e);
}

static bool do_revoke(struct stage *s, struct err *e)
{
	return mandate_revoke(s->p.app, &s->us.admin, s->mandate, e);
}

static const struct {
	const char *name;
	use_case run;
	unsigned places; /* at least so many */
} cases[] = {{"register", do_register, 5}, {"operator", do_operator, 2},
	{"person", do_person, 3}, {"check", do_check, 2}, {"suspend", do_suspend, 2},
	{"edit", do_edit, 1}, {"correct", do_correct, 1},
	{"person_edit", do_person_edit, 1}, {"grant", do_grant, 1},
	{"reveal", do_reveal, 2}, {"renew", do_renew, 3}, {"change", do_change, 2},
	{"end", do_end, 3}, {"appoint", do_appoint, 2}, {"invite", do_invite, 1},
	{"accept", do_accept, 4}, {"withdraw", do_withdraw, 1}, {"draft", do_draft, 2},
	{"order", do_order, 1}, {"sign", do_sign, 2}, {"revoke", do_revoke, 2}};

/* The mandate whose order was answered well, and one without an order. */
static void prepare_mandates(struct stage *s, const uint8_t cert[32])
{
	struct mandate_wanted w = {.member = s->us.m_handler,
		.acts = MANDATE_SIGN,
		.kinds = BYTES("*"),
		.valid_from = s->p.f.world.at,
		.valid_to = s->p.f.world.at + TIME_DAY};
	struct signed_finding *f = &s->p.f.worker.says;
	struct bytes order, record;
	int64_t expiry;

	PASSES(&s->p, mandate_draft(s->p.app, &s->us.admin, &w, &s->mandate, &s->p.e));
	PASSES(&s->p, mandate_draft(s->p.app, &s->us.admin, &w, &s->draft, &s->p.e));
	PASSES(&s->p, mandate_order(s->p.app, &s->us.legal, s->p.a, s->mandate, &order,
			      &expiry, &record, &s->p.e));
	f->indication = INDICATION_PASSED;
	memcpy(f->signer, cert, 32);
	sm3_of(order, f->order);
}

static void prepare(struct stage *s, void **state)
{
	struct secret *secret;
	uint8_t cert[32];

	fault_arm(0);
	party_begin(&s->p, state);
	party_blobs(&s->p);
	s->us = party_side(&s->p, "甲", USER_SUPPLIER, ORGANISATION_ACTIVE);
	s->pending = party_side(&s->p, "乙", USER_SUPPLIER, ORGANISATION_PENDING);
	s->r = party_registration(&s->p, 5);
	(void)party_credential(
		&s->p, s->us.organisation, s->us.legal.person, "legal", cert);
	prepare_mandates(s, cert);
	PASSES(&s->p, invitation_make(s->p.app, &s->us.admin, s->r.newcomer.person.name,
			      MEMBER_HANDLER, &secret, &s->invitation_id, &s->p.e));
	s->invitation =
		arena_dup(s->p.a, bytes_make(secret_view(secret), secret_size(secret)));
	secret_free(secret);
}

/* Fails at place n; true when there is no such place and all was done. */
static bool run_at(struct stage *s, size_t which, unsigned n)
{
	char *before = party_image(&s->p);
	bool good;

	s->p.f.keeper.opened = 0;
	fault_arm(n);
	good = cases[which].run(s, &s->p.e);
	if (good) {
		if (fault_failed())
			fail_msg(
				"%s went on after %s", cases[which].name, fault_failed());
		fault_arm(0);
		assert_string_not_equal(before, party_image(&s->p));
		return true;
	}
	if (!fault_failed() || s->p.e.code != ERR_IO)
		fail_msg("%s, place %u: %s", cases[which].name, n, s->p.e.text);
	fault_arm(0);
	if (strcmp(before, party_image(&s->p)) != 0)
		fail_msg("%s, place %u: left something half done", cases[which].name, n);
	return false;
}

static void all_or_nothing(void **state)
{
	struct stage s;
	unsigned places = 0;

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		unsigned n = 1;

		prepare(&s, state);
		while (!run_at(&s, i, n))
			n++;
		if (n - 1 < cases[i].places)
			fail_msg("%s: %u places", cases[i].name, n - 1);
		places += n - 1;
		party_blobs_end(&s.p);
		party_end(&s.p);
		/* the next case begins with an empty database */
		kit_sql(kit_of(state), "DELETE FROM act");
		kit_sql(kit_of(state), "DELETE FROM message");
		kit_sql(kit_of(state), "DELETE FROM mandate");
		kit_sql(kit_of(state), "DELETE FROM invitation");
		kit_sql(kit_of(state), "DELETE FROM credential");
		kit_sql(kit_of(state), "DELETE FROM member");
		kit_sql(kit_of(state), "DELETE FROM account");
		kit_sql(kit_of(state), "DELETE FROM organisation");
		kit_sql(kit_of(state), "DELETE FROM person");
	}
	print_message(
		"# %u places in %zu use cases\n", places, sizeof cases / sizeof *cases);
	assert_true(places >= 40);
}

#define BOTH(f) ON_BOTH(&domain_statements, f)

int main(void)
{
	const struct CMUnitTest tests[] = {BOTH(all_or_nothing)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
