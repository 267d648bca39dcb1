/* test_party_rights: every use case of parties, asked by everybody there is; the table
 * says who may.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "crypto/digest.h"
#include "domain/outbox.h"
#include "party_kit.h"

/* One letter an actor:
 *   n nobody            v h a l  viewer, handler, administrator, legal of the house
 *   V H A L             the same of another house
 *   s supervisor        t supervisor whose own organisation waits for its check
 *   o operator          p operator without certificate, q one who is none any more
 *   w administrator without certificate     N administrator as newcomer, M legal as
 * newcomer f former administrator with a session   d administrator who was made a viewer
 *   S administrator of the house while it is suspended */
static const char everybody[] = "nvhalVHALstopqwNMfdS";

struct stage {
	struct party_kit p;
	struct side us, them, authority, waiting, pending;
	struct actor former, demoted, once;
	struct id mandate, draft, invitation;
};

static struct actor actor_of(struct stage *s, char who)
{
	const struct {
		char letter;
		struct actor actor;
	} all[] = {{'n', fake_nobody()}, {'v', s->us.viewer}, {'h', s->us.handler},
		{'a', s->us.admin}, {'l', s->us.legal}, {'V', s->them.viewer},
		{'H', s->them.handler}, {'A', s->them.admin}, {'L', s->them.legal},
		{'s', s->authority.handler}, {'t', s->waiting.handler},
		{'o', s->p.operator}, {'p', actor_without_step_up(s->p.operator)},
			{'q', s->once}, {'w', actor_without_step_up(s->us.admin)},
			{'N', actor_as_newcomer(s->us.admin)},
			{'M', actor_as_newcomer(s->us.legal)}, {'f', s->former},
			{'d', s->demoted}, {'S', s->us.admin}};

	for (size_t i = 0; i < sizeof all / sizeof *all; i++)
		if (all[i].letter == who)
			return all[i].actor;
	fail_msg("nobody is '%c'", who);
}

typedef bool (*use_case)(struct stage *s, const struct actor *who, struct err *e);

static const struct list_from first = {0};

static bool see(struct stage *s, const struct actor *who, struct err *e)
{
	struct organisation o;

	return organisation_see(s->p.app, who, s->p.a, s->us.organisation, &o, e);
}

static bool search(struct stage *s, const struct actor *who, struct err *e)
{
	struct organisation *rows;
	size_t n;
	bool more;

	return organisation_page(s->p.app, who, s->p.a, BYTES("x"),
		(enum organisation_state)0, &first, &rows, &n, &more, e);
}

static bool people(struct stage *s, const struct actor *who, struct err *e)
{
	struct person *rows;
	size_t n;
	bool more;

	return person_page(s->p.app, who, s->p.a, BYTES(""), &first, &rows, &n, &more, e);
}

static bool check(struct stage *s, const struct actor *who, struct err *e)
{
	return organisation_check(
		s->p.app, who, s->pending.organisation, BYTES("how"), e);
}

static bool suspend(struct stage *s, const struct actor *who, struct err *e)
{
	return organisation_suspend(s->p.app, who, s->us.organisation, BYTES("why"), e);
}

static bool correct(struct stage *s, const struct actor *who, struct err *e)
{
	return organisation_correct(s->p.app, who, s->us.organisation,
		&(struct organisation_facts){.name = BYTES("n"),
			.legal_name = BYTES("l"),
			.how = BYTES("h"),
			.kinds = USER_SUPPLIER},
		e);
}

static bool edit(struct stage *s, const struct actor *who, struct err *e)
{
	return organisation_edit(
		s->p.app, who, s->us.organisation, BYTES("440000"), BYTES("x"), e);
}

static bool members(struct stage *s, const struct actor *who, struct err *e)
{
	struct member *rows;
	size_t n;
	bool more;

	return member_page(s->p.app, who, s->p.a, s->us.organisation, false, &first,
		&rows, &n, &more, e);
}

static bool change(struct stage *s, const struct actor *who, struct err *e)
{
	return member_change(s->p.app, who, s->us.m_handler, MEMBER_VIEWER, e);
}

static bool end_handler(struct stage *s, const struct actor *who, struct err *e)
{
	return member_end(s->p.app, who, s->us.m_handler, e);
}

static bool appoint(struct stage *s, const struct actor *who, struct err *e)
{
	return member_appoint_legal(s->p.app, who, s->us.m_handler, BYTES("how"), e);
}

static bool withdraw(struct stage *s, const struct actor *who, struct err *e)
{
	return invitation_withdraw(s->p.app, who, s->invitation, e);
}

static bool draft(struct stage *s, const struct actor *who, struct err *e)
{
	struct id id;

	return mandate_draft(s->p.app, who,
		&(struct mandate_wanted){.member = s->us.m_viewer,
			.acts = MANDATE_SIGN,
			.kinds = BYTES("*"),
			.valid_from = s->p.f.world.at,
			.valid_to = s->p.f.world.at + TIME_DAY},
		&id, e);
}

static bool order(struct stage *s, const struct actor *who, struct err *e)
{
	struct bytes order_, record;
	int64_t expiry;

	return mandate_order(
		s->p.app, who, s->p.a, s->draft, &order_, &expiry, &record, e);
}

static bool sign(struct stage *s, const struct actor *who, struct err *e)
{
	return mandate_accept(s->p.app, who, s->mandate, BYTES("x"), e);
}

static bool take_back(struct stage *s, const struct actor *who, struct err *e)
{
	return mandate_revoke(s->p.app, who, s->mandate, e);
}

static bool mandates(struct stage *s, const struct actor *who, struct err *e)
{
	struct mandate *rows;
	size_t n;
	bool more;

	return mandate_page(
		s->p.app, who, s->p.a, s->us.organisation, &first, &rows, &n, &more, e);
}

static bool reveal(struct stage *s, const struct actor *who, struct err *e)
{
	struct secret *plain = NULL;
	bool good = person_reveal(
		s->p.app, who, s->us.handler.person, FIELD_PERSON_PHONE, &plain, e);

	secret_free(plain);
	return good;
}

static bool grant(struct stage *s, const struct actor *who, struct err *e)
{
	return person_grant(s->p.app, who, s->us.handler.person, USER_EXPERT, e);
}

static bool see_person(struct stage *s, const struct actor *who, struct err *e)
{
	struct person out;

	return person_see(s->p.app, who, s->p.a, s->us.handler.person, &out, e);
}

/* Who may; everybody else must not. Seeing one's organisation goes by the session alone.
 */
static const struct {
	const char *name;
	use_case run;
	const char *may;
	bool reads; /* changes nothing: one stage for all */
} cases[] = {{"organisation_see", see, "vhalstopqwNMfdS", true},
	{"organisation_page", search, "sop", true}, {"person_page", people, "sop", true},
	{"organisation_check", check, "so", false},
	{"organisation_suspend", suspend, "so", false},
	{"organisation_correct", correct, "o", false},
	{"organisation_edit", edit, "alw", false},
	{"member_page", members, "vhalsopwNM", true},
	{"member_change", change, "al", false},
	/* a handler may leave */
	{"member_end", end_handler, "halw", false},
	{"member_appoint_legal", appoint, "so", false},
	{"invitation_withdraw", withdraw, "alw", false},
	{"mandate_draft", draft, "alw", false}, {"mandate_order", order, "l", false},
	{"mandate_accept", sign, "l", false}, {"mandate_revoke", take_back, "al", false},
	{"mandate_page", mandates, "vhalsopwNM", true},
	/* one's own */
	{"person_reveal", reveal, "halo", false}, {"person_grant", grant, "o", false},
	{"person_see", see_person, "vhalsopwNM", true}};

static void prepare_papers(struct stage *s)
{
	struct mandate_wanted w = {.member = s->us.m_handler,
		.acts = MANDATE_SIGN,
		.kinds = BYTES("*"),
		.valid_from = s->p.f.world.at,
		.valid_to = s->p.f.world.at + TIME_DAY};
	struct signed_finding *f = &s->p.f.worker.says;
	struct bytes der, record;
	struct secret *secret;
	uint8_t cert[32];
	int64_t expiry;

	(void)party_credential(
		&s->p, s->us.organisation, s->us.legal.person, "legal", cert);
	PASSES(&s->p, mandate_draft(s->p.app, &s->us.admin, &w, &s->mandate, &s->p.e));
	PASSES(&s->p, mandate_draft(s->p.app, &s->us.admin, &w, &s->draft, &s->p.e));
	PASSES(&s->p, mandate_order(s->p.app, &s->us.legal, s->p.a, s->mandate, &der,
			      &expiry, &record, &s->p.e));
	f->indication = INDICATION_PASSED;
	memcpy(f->signer, cert, 32);
	sm3_of(der, f->order);
	PASSES(&s->p, invitation_make(s->p.app, &s->us.admin, BYTES("李四"),
			      MEMBER_VIEWER, &secret, &s->invitation, &s->p.e));
	secret_free(secret);
}

static void prepare(struct stage *s, void **state)
{
	struct id member;

	party_begin(&s->p, state);
	party_blobs(&s->p);
	s->us = party_side(&s->p, "甲", USER_SUPPLIER, ORGANISATION_ACTIVE);
	s->them = party_side(&s->p, "乙", USER_SUPPLIER, ORGANISATION_ACTIVE);
	s->authority = party_side(&s->p, "财政局", USER_SUPERVISOR, ORGANISATION_ACTIVE);
	s->waiting = party_side(&s->p, "待核验", USER_SUPERVISOR, ORGANISATION_PENDING);
	s->pending = party_side(&s->p, "丙", USER_SUPPLIER, ORGANISATION_PENDING);
	s->former = party_member(&s->p, s->us.organisation, USER_SUPPLIER,
		MEMBER_ADMINISTRATOR, "离职", &member);
	PASSES(&s->p, member_end(s->p.app, &s->us.legal, member, &s->p.e));
	s->demoted = party_member(&s->p, s->us.organisation, USER_SUPPLIER,
		MEMBER_ADMINISTRATOR, "降级", &member);
	PASSES(&s->p,
		member_change(s->p.app, &s->us.legal, member, MEMBER_VIEWER, &s->p.e));
	s->once = party_person(&s->p, "前管理员", USER_ADMINISTRATOR);
	PASSES(&s->p, person_grant(s->p.app, &s->p.operator, s->once.person, 0, &s->p.e));
	prepare_papers(s);
}

/* True when refused, with a sentence and a fitting code. */
static bool is_refused(struct stage *s, size_t which, char letter)
{
	struct actor who = actor_of(s, letter);
	struct err e = {.code = ERR_NONE};

	if (cases[which].run(s, &who, &e))
		return false;
	if ((e.code != ERR_DENIED && e.code != ERR_NOT_FOUND) || !e.say)
		fail_msg("%s by '%c': %s (%s)", cases[which].name, letter, e.text,
			err_name(e.code));
	return true;
}

static void suspend_us(struct stage *s, bool suspended)
{
	kit_sql(s->p.k,
		arena_printf(s->p.a,
			"UPDATE organisation SET state = %d WHERE name = '甲'",
			suspended ? ORGANISATION_SUSPENDED : ORGANISATION_ACTIVE));
}

static void everybody_else_is_refused(void **state)
{
	unsigned refused = 0;
	struct stage s;
	char *before;

	prepare(&s, state);
	before = party_image(&s.p);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		for (const char *who = everybody; *who; who++) {
			if (strchr(cases[i].may, *who))
				continue;
			suspend_us(&s, *who == 'S');
			if (!is_refused(&s, i, *who))
				fail_msg("%s was done by '%c'", cases[i].name, *who);
			suspend_us(&s, false);
			refused++;
		}
	/* two hundred attempts and more, and not a row */
	assert_string_equal(before, party_image(&s.p));
	print_message("# %u refused\n", refused);
	assert_true(refused > 200);
	party_blobs_end(&s.p);
	party_end(&s.p);
}

static void empty(void **state)
{
	static const char *const tables[] = {"act", "message", "mandate", "invitation",
		"credential", "member", "account", "organisation", "person"};
	struct kit *k = kit_of(state);

	for (size_t i = 0; i < sizeof tables / sizeof *tables; i++)
		kit_sql(k, arena_printf(k->a, "DELETE FROM %s", tables[i]));
}

static void does(struct stage *s, size_t which, char letter)
{
	struct actor actor = actor_of(s, letter);
	struct err e;

	suspend_us(s, letter == 'S');
	if (!cases[which].run(s, &actor, &e))
		fail_msg("%s by '%c': %s", cases[which].name, letter, e.text);
	suspend_us(s, false);
}

static void leave_stage(struct stage *s, void **state)
{
	party_blobs_end(&s->p);
	party_end(&s->p);
	empty(state);
}

/* And who may does: what changes something, on a stage of its own each time. */
static void those_who_may_do(void **state)
{
	unsigned allowed = 0;
	struct stage s;

	prepare(&s, state);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		for (const char *who = cases[i].may; *who; who++) {
			does(&s, i, *who);
			allowed++;
			if (cases[i].reads)
				continue;
			leave_stage(&s, state);
			prepare(&s, state);
		}
	leave_stage(&s, state);
	print_message("# %u allowed\n", allowed);
}

#define BOTH(f) ON_BOTH(&domain_statements, f)

int main(void)
{
	const struct CMUnitTest tests[] = {
		BOTH(everybody_else_is_refused), BOTH(those_who_may_do)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
