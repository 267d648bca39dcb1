/* test_notice: sealed tender notices: there and back, and whom they may name.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "doc/notice_json.h"
#include "notice_kit.h"
#include "torture.h"

static struct notice_finding check(struct call *c, struct bytes file)
{
	AUTO(source) s = source_of_bytes(file);
	struct notice_conditions conditions = {.arena = c->a,
		.lang = LANG_ZH,
		.now = KIT_NOW,
		.trust = &c->d->trust,
		.evidence = c->evidence,
		.file = s};
	struct notice_finding f;

	notice_check(&f, &conditions);
	return f;
}

static struct notice_finding check_sealed(struct call *c)
{
	return check(c, call_seal(c, call_paper(c), c->buyer_key, &c->buyer));
}

static void expect_objection(
	const struct notice_finding *f, enum notice_check_id want, int line)
{
	size_t id;

	if (!f->read)
		fail_msg("line %d: %s", line, f->why.text);
	id = finding_objection(f->checks, NOTICE_CHECK_COUNT);
	if (id != (size_t)want)
		fail_msg("line %d: objection is %s (%s)", line,
			id == NOTICE_CHECK_COUNT
				? "none"
				: notice_check_name((enum notice_check_id)id),
			id == NOTICE_CHECK_COUNT ? "" : f->checks[id].detail);
	assert_int_equal(notice_is_refused(f), want != NOTICE_CHECK_COUNT);
}

/* The first objection to the call as it stands, sealed by the purchaser. */
#define EXPECT(c, id)                                               \
	do {                                                        \
		struct notice_finding f_ = check_sealed(c);         \
		expect_objection(&f_, NOTICE_CHECK_##id, __LINE__); \
	} while (0)

/* --- there and back */

static void a_notice_comes_back_as_it_was_written(void **state)
{
	struct call *c = *state;
	struct bytes paper = call_paper(c);
	AUTO(source) file = source_of_bytes(paper);
	struct bytes fields[2];
	uint8_t sm3[SM3_SIZE];
	struct notice n;
	struct err e;

	if (!notice_read(&n, c->a, file, &e))
		fail_msg("%s", e.text);
	assert_true(notice_fields(c->a, &fields[0], &c->n, &e));
	assert_true(notice_fields(c->a, &fields[1], &n, &e));
	assert_bytes(fields[0], fields[1]);
	sm3_of(paper, sm3);
	assert_memory_equal(n.sm3, sm3, SM3_SIZE);
	assert_true(n.deadline == c->n.deadline && n.t == 3 && n.trustee_count == 5);
	assert_bytes(n.trustees[1].cert.der, c->trustees[1].cert.der);
	assert_true(notice_part_find(&n, BYTES("1"), BYTES("price")) == &n.parts[1]);
	assert_null(notice_part_find(&n, BYTES("2"), BYTES("price")));
	assert_true(pubkey_equal(&n.log, &c->log_key->pub));
}

static void a_notice_without_trustees_witnesses_or_agency_is_one_too(void **state)
{
	struct call *c = *state;
	struct notice_finding f;

	c->n.policy = LOCKBOX_OWNER;
	c->n.t = 0;
	c->n.trustee_count = c->n.witness_count = 0;
	c->n.agency = (struct notice_person){0};
	c->n.operator=(struct notice_person){0};
	f = check_sealed(c);
	expect_objection(&f, NOTICE_CHECK_COUNT, __LINE__);
	assert_false(f.checks[NOTICE_CHECK_THRESHOLD].present);
	assert_false(f.witnessed);
}

static void what_is_no_notice_is_told(void **state)
{
	struct call *c = *state;
	struct bytes plain = package_plain(c->a, "no notice");
	struct notice_finding f = check(c, plain);

	assert_false(f.read);
	assert_int_equal(f.why.code, ERR_NOT_FOUND);
	assert_true(notice_is_refused(&f));
	f = check(c, BYTES("no file of any kind"));
	assert_false(f.read);
}

static json_t *fields_of(struct call *c)
{
	return notice_json(c->a, &c->n);
}

static enum err_code read_fields(struct call *c, json_t *fields)
{
	struct notice n;
	struct err e = {0};
	bool good = notice_of_json(&n, c->a, fields, &e);

	json_decref(fields);
	return good ? ERR_NONE : e.code;
}

static void a_notice_says_nothing_that_is_not_its_own(void **state)
{
	struct call *c = *state;
	json_t *o = fields_of(c);

	assert_int_equal(read_fields(c, fields_of(c)), ERR_NONE);
	(void)json_object_set_new(o, "extra", json_true());
	assert_int_equal(read_fields(c, o), ERR_MALFORMED);
	/* what people read differs from what programs read */
	o = fields_of(c);
	(void)json_object_set_new(
		o, "deadline_text", json_string("2026-01-21 08:00:01 +08:00"));
	assert_int_equal(read_fields(c, o), ERR_MALFORMED);
	o = fields_of(c);
	(void)json_object_set_new(json_array_get(json_object_get(o, "trustees"), 1),
		"device_text", json_string("自有设备生成"));
	assert_int_equal(read_fields(c, o), ERR_MALFORMED);
	o = fields_of(c);
	(void)json_object_set_new(o, "version", json_integer(2));
	assert_int_equal(read_fields(c, o), ERR_UNSUPPORTED);
	o = fields_of(c);
	(void)json_object_set_new(o, "t", json_integer(256));
	assert_int_equal(read_fields(c, o), ERR_MALFORMED);
	assert_int_equal(read_fields(c, json_array()), ERR_MALFORMED);
}

/* Each member gone, or of another type. */
static void a_member_gone_or_of_another_type_is_refused(void **state)
{
	struct call *c = *state;
	json_t *all = fields_of(c);

	for (void *at = json_object_iter(all); at; at = json_object_iter_next(all, at)) {
		json_t *o = json_deep_copy(all);

		(void)json_object_del(o, json_object_iter_key(at));
		assert_true(read_fields(c, o) != ERR_NONE);
		o = json_deep_copy(all);
		(void)json_object_set_new(o, json_object_iter_key(at), json_true());
		assert_true(read_fields(c, o) != ERR_NONE);
	}
	json_decref(all);
}

static void a_notice_that_cannot_be_is_not_written(void **state)
{
	struct call *c = *state;
	struct notice n = c->n;
	struct bytes out;
	struct err e;

#define REFUSED(change)                                          \
	do {                                                     \
		n = c->n;                                        \
		change;                                          \
		assert_false(notice_fields(c->a, &out, &n, &e)); \
		assert_int_equal(e.code, ERR_USAGE);             \
	} while (0)
	REFUSED(n.tender = BYTES(""));
	REFUSED(n.round = 0);
	REFUSED(n.deadline += 1);
	REFUSED(n.purchaser.credit_code = BYTES("91999999MA00000078"));
	REFUSED(n.lot_count = 0);
	REFUSED(n.part_count = 0);
	REFUSED(n.policy = LOCKBOX_OWNER);
	REFUSED(n.t = 0);
	REFUSED(n.trustee_count = 0);
	REFUSED(c->parts[1].lot = BYTES("2"));
	c->parts[1].lot = BYTES("1");
	REFUSED(c->parts[1].id = BYTES("technical"));
#undef REFUSED
}

/* --- what a bid is dealt to */

static void a_bid_is_dealt_to_exactly_the_notice(void **state)
{
	struct call *c = *state;
	struct lockbox_party *parties, all[CALL_TRUSTEES + 1];
	struct lockbox_context x = {.suite = LOCKBOX_SUITE_BID,
		.tender = c->n.tender,
		.lot = BYTES("1"),
		.round = 1,
		.part = BYTES("price"),
		.deadline = c->n.deadline,
		.policy = c->n.policy,
		.t = c->n.t,
		.parties = all,
		.party_count = CALL_TRUSTEES + 1};
	struct lockbox_context y;
	size_t count;
	struct err e;

	assert_true(notice_parties(&c->n, c->a, &parties, &count, &e));
	assert_int_equal(count, CALL_TRUSTEES);
	memcpy(all, parties, count * sizeof *all);
	all[count] = (struct lockbox_party){
		.i = LOCKBOX_OWNER_FIRST, .role = BYTES("owner"), .cert = {1}};
	assert_true(notice_allows(&c->n, &x, &e));
#define DENIED(change)                                      \
	do {                                                \
		y = x;                                      \
		change;                                     \
		assert_false(notice_allows(&c->n, &y, &e)); \
		assert_int_equal(e.code, ERR_DENIED);       \
	} while (0)
	DENIED(y.tender = BYTES("ZC-2026-002"));
	DENIED(y.notice[0] = 1);
	DENIED(y.lot = BYTES("2"));
	DENIED(y.round = 2);
	DENIED(y.part = BYTES("other"));
	DENIED(y.deadline += TIME_SECOND);
	DENIED(y.policy = LOCKBOX_OWNER_AND_TRUSTEES);
	DENIED(y.t = 4);
	DENIED(y.parties++; y.party_count--);
	DENIED(all[2].cert[0] ^= 1);
	all[2].cert[0] ^= 1;
	DENIED(all[2].role = BYTES("bank"));
	all[2].role = BYTES("notary");
	all[4].i = LOCKBOX_OWNER_FIRST;
	DENIED(y = y);
#undef DENIED
}

/* --- who may be named */

static void a_good_notice_passes_every_check(void **state)
{
	struct call *c = *state;
	struct notice_finding f = check_sealed(c);

	expect_objection(&f, NOTICE_CHECK_COUNT, __LINE__);
	assert_true(f.witnessed && f.escrow);
	for (enum notice_check_id id = 0; id < NOTICE_CHECK_COUNT; id++)
		assert_true(f.checks[id].present && f.checks[id].detail[0] &&
			    notice_check_title(LANG_ZH, id)[0] &&
			    notice_check_title(LANG_EN, id)[0]);
}

static void a_notice_is_sealed_by_purchaser_or_agency(void **state)
{
	struct call *c = *state;
	struct bytes paper = call_paper(c);
	struct cert agency = call_cert(c, ISSUE_SIGN, &c->n.agency, c->d->other_key),
		    operator= call_cert(c, ISSUE_SIGN, &c->n.operator, c->d->other_key);
	struct notice_finding f = check(c, paper);

	expect_objection(&f, NOTICE_CHECK_SEAL, __LINE__);
	f = check(c, call_seal(c, paper, c->d->other_key, &agency));
	expect_objection(&f, NOTICE_CHECK_COUNT, __LINE__);
	f = check(c, call_seal(c, paper, c->d->other_key, &operator));
	expect_objection(&f, NOTICE_CHECK_SEAL, __LINE__);
}

static void a_seal_over_a_notice_that_was_changed_does_not_hold(void **state)
{
	struct call *c = *state;
	struct bytes sealed = call_seal(c, call_paper(c), c->buyer_key, &c->buyer);
	struct package p;
	struct bytes *fields;
	struct notice_finding f;
	size_t at;
	uint8_t *octets;

	package_read(&p, c->a, sealed);
	fields = &p.data[package_at(&p, "Doc_0/Attachs/paper-fields.json")];
	octets = arena_alloc(c->a, fields->n);
	memcpy(octets, fields->p, fields->n);
	at = bytes_find(*fields, BYTES("\"title\":\"\xe6\x9f\x90"));
	assert_true(at != SIZE_MAX);
	memcpy(octets + at + 9, "\xe6\x9f\x91", 3);
	*fields = bytes_make(octets, fields->n);
	f = check(c, package_write(c->a, &p));
	expect_objection(&f, NOTICE_CHECK_SEAL, __LINE__);
	assert_int_equal(f.checks[NOTICE_CHECK_SEAL].result, FINDING_FAILED);
}

static void without_a_register_nothing_is_passed(void **state)
{
	struct call *c = *state;
	struct bytes sealed = call_seal(c, call_paper(c), c->buyer_key, &c->buyer);
	AUTO(source) s = source_of_bytes(sealed);
	struct notice_conditions conditions = {
		.arena = c->a, .lang = LANG_EN, .now = KIT_NOW, .file = s};
	struct notice_finding f;

	notice_check(&f, &conditions);
	assert_true(notice_is_refused(&f));
	assert_int_equal(f.checks[NOTICE_CHECK_SEAL].result, FINDING_NOT_CHECKED);
	assert_int_equal(f.checks[NOTICE_CHECK_CHAINS].result, FINDING_NOT_CHECKED);
	assert_int_equal(f.checks[NOTICE_CHECK_ONE_CA].result, FINDING_NOT_CHECKED);
	assert_int_equal(f.checks[NOTICE_CHECK_THRESHOLD].result, FINDING_PASSED);
}

//= Protocols §1: t ≥ 3
static void a_threshold_below_three_or_beyond_all_is_refused(void **state)
{
	struct call *c = *state;

	c->n.t = 2;
	EXPECT(c, THRESHOLD);
	c->n.t = 6;
	EXPECT(c, THRESHOLD);
}

static void one_person_or_one_key_in_many_places_is_refused(void **state)
{
	struct call *c = *state;

	for (size_t i = 3; i < 5; i++) {
		c->trustees[i].person = c->trustees[2].person;
		c->signer_certs[i] =
			call_cert(c, ISSUE_SIGN, &c->trustees[i].person, c->signers[i]);
		call_accept(c, i);
	}
	EXPECT(c, TRUSTEES);
}

static void one_key_in_two_places_is_refused(void **state)
{
	struct call *c = *state;

	c->trustees[4].cert = c->trustees[3].cert;
	call_accept(c, 4);
	EXPECT(c, TRUSTEES);
}

//= Protocols §1: purchaser and agency together stay below t
static void purchaser_and_agency_that_reach_the_threshold_are_refused(void **state)
{
	struct call *c = *state;

	c->trustees[1].role = BYTES("agency");
	call_accept(c, 1);
	EXPECT(c, COUNT); /* two of three */
	c->trustees[2].role = BYTES("agency");
	call_accept(c, 2);
	EXPECT(c, BUYERS);
}

//= Protocols §1: the operator is never a trustee
static void an_operator_as_trustee_is_refused(void **state)
{
	struct call *c = *state;

	c->trustees[4].person = c->n.operator;
	c->signer_certs[4] =
		call_cert(c, ISSUE_SIGN, &c->trustees[4].person, c->signers[4]);
	call_accept(c, 4);
	EXPECT(c, OPERATOR);
}

//= Protocols §1: no single CA may have issued t or more escrowed encryption keys
static void one_ca_that_could_recover_enough_keys_is_refused(void **state)
{
	struct call *c = *state;

	c->trustees[3].device_made = false;
	c->trustees[3].cert =
		call_cert(c, ISSUE_ENCRYPT, &c->trustees[3].person, c->keys[3]);
	call_accept(c, 3);
	EXPECT(c, ONE_CA);
	c->n.t = 4;
	EXPECT(c, COUNT);
}

static void a_trustees_certificate_must_be_its_own(void **state)
{
	struct call *c = *state;

	/* of another legal person */
	c->trustees[2].cert =
		call_cert(c, ISSUE_ENCRYPT, &c->trustees[1].person, c->keys[2]);
	call_accept(c, 2);
	EXPECT(c, CHAINS);
	/* of no CA, and not said to be made in a device */
	c->trustees[2].cert = call_device_cert(c, 2);
	call_accept(c, 2);
	EXPECT(c, CHAINS);
}

static void an_acceptance_of_another_or_for_another_tender_is_none(void **state)
{
	struct call *c = *state;
	struct bytes tender = c->n.tender;

	c->n.tender = BYTES("ZC-2026-009");
	call_accept(c, 1);
	c->n.tender = tender;
	EXPECT(c, ACCEPTANCES);
	c->trustees[1].acceptance = (struct bytes){0};
	EXPECT(c, ACCEPTANCES);
	/* signed by somebody else */
	c->signer_certs[1] =
		call_cert(c, ISSUE_SIGN, &c->trustees[2].person, c->signers[1]);
	call_accept(c, 1);
	EXPECT(c, ACCEPTANCES);
}

static void a_key_said_to_be_of_a_device_needs_the_trustees_word(void **state)
{
	struct call *c = *state;

	/* the notice says device-made where the trustee did not */
	c->trustees[1].device_made = true;
	EXPECT(c, CHAINS);
}

//= Protocols §2: witnesses of different legal persons, none the operator
static void witnesses_stand_once_and_are_not_the_operator(void **state)
{
	struct call *c = *state;

	c->witnesses[1].person = c->witnesses[0].person;
	EXPECT(c, WITNESSES);
	c->witnesses[1].person = c->n.operator;
	EXPECT(c, WITNESSES);
}

/* --- octets of strangers */

static void one_altered(struct bytes der, const struct alteration *what, void *ctx)
{
	struct call *c = ctx;
	AUTO(arena) a = arena_new();
	struct acceptance x;
	struct statement s;
	struct err e = {0};

	(void)what;
	if (!acceptance_read(&x, &s, a, der, &e)) {
		assert_true(e.code != ERR_NONE);
		return;
	}
	assert_true(!s.holds || !bytes_equal(s.cert.der, c->signer_certs[1].der));
}

static void an_altered_acceptance_does_not_hold(void **state)
{
	struct call *c = *state;

	assert_true(torture_each(c->trustees[1].acceptance, TORTURE_ALL | TORTURE_HEAVY,
			    one_altered, c) > 100);
}

#define T(name) cmocka_unit_test_setup_teardown(name, call_begin, call_end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(a_notice_comes_back_as_it_was_written),
		T(a_notice_without_trustees_witnesses_or_agency_is_one_too),
		T(what_is_no_notice_is_told),
		T(a_notice_says_nothing_that_is_not_its_own),
		T(a_member_gone_or_of_another_type_is_refused),
		T(a_notice_that_cannot_be_is_not_written),
		T(a_bid_is_dealt_to_exactly_the_notice),
		T(a_good_notice_passes_every_check),
		T(a_notice_is_sealed_by_purchaser_or_agency),
		T(a_seal_over_a_notice_that_was_changed_does_not_hold),
		T(without_a_register_nothing_is_passed),
		T(a_threshold_below_three_or_beyond_all_is_refused),
		T(one_person_or_one_key_in_many_places_is_refused),
		T(one_key_in_two_places_is_refused),
		T(purchaser_and_agency_that_reach_the_threshold_are_refused),
		T(an_operator_as_trustee_is_refused),
		T(one_ca_that_could_recover_enough_keys_is_refused),
		T(a_trustees_certificate_must_be_its_own),
		T(an_acceptance_of_another_or_for_another_tender_is_none),
		T(a_key_said_to_be_of_a_device_needs_the_trustees_word),
		T(witnesses_stand_once_and_are_not_the_operator),
		T(an_altered_acceptance_does_not_hold),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
