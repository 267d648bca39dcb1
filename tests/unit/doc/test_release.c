/* test_release: when a bid key, a share or a re-wrap may be given, and when not.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "doc/qyb_withdrawal.h"
#include "doc/release.h"
#include "log_kit.h"
#include "qyb_kit.h"

#define DEADLINE (KIT_NOW + TIME_DAY)
#define CODE     "91999999MA00000079"
#define OTHER    "91440300708461136T"

/* A bid received in time, a tender that closed, and everything a platform hands out. */
struct hall {
	struct box *b;
	struct log_desk *l;
	struct arena *a;
	struct key *key, *renewed_key; /* of the bidder */
	struct cert cert;
	struct qyb *bid;
	struct bytes header; /* Signed */
	struct bytes file, closing, proof, standing;
	struct ledger_field fields[RECEIPT_BID_FIELDS];
	struct evidence *evidence;
	struct release_conditions c;
	struct release_finding f;
};

static struct cert coded(
	struct hall *h, enum issue_profile profile, const char *code, struct key *key)
{
	struct issue_spec spec = kit_spec(profile, "投标人");

	spec.credit_code = code;
	return kit_issue(
		h->b->d->k, &spec, &key->pub, &h->b->d->k->ca, h->b->d->k->ca_key);
}

static void pack(struct hall *h)
{
	AUTO(source) content = source_of_bytes(BYTES("the price"));
	struct qyb_pack_part part = {BYTES("price"), content, true};
	struct qyb_pack_spec spec = box_spec(h->b, LOCKBOX_OWNER_OR_TRUSTEES, &part, 1);
	AUTO(source) file = NULL;
	struct writer w = writer_in(h->a, 1 << 18);
	struct qyb *whole;
	size_t all;
	struct err e;

	spec.context.tender = LOG_TENDER;
	spec.context.credit_code = BYTES(CODE);
	spec.signer = h->key;
	spec.signer_cert = h->cert.der;
	if (!box_pack(h->b, &spec, &e) || !source_open(&file, h->b->path, &e) ||
		!qyb_read(&whole, h->a, file, NULL, &e))
		fail_msg("%s", e.text);
	all = der_open(&w, DER_SEQUENCE);
	write_bytes(&w, whole->header);
	der_put(&w, DER_OCTET_STRING, whole->signature);
	der_close(&w, all);
	h->header = writer_bytes(&w);
	if (!qyb_header_read(&h->bid, h->a, h->header, &e))
		fail_msg("%s", e.text);
	assert_memory_equal(h->bid->header_sm3, whole->header_sm3, SM3_SIZE);
}

static size_t receive(struct hall *h, int64_t time)
{
	struct receipt_bid bid = {.tender = LOG_TENDER};
	struct bytes leaf;
	struct err e;

	memcpy(bid.bid, h->bid->context.bid, 32);
	memcpy(bid.header, h->bid->header_sm3, SM3_SIZE);
	if (!log_bid_leaf(h->l->log, &leaf, h->fields, &bid, time, &e))
		fail_msg("%s", e.text);
	return log_receive(h->l->log, leaf);
}

static void prove(struct hall *h, size_t act)
{
	struct checkpoint_file f = log_file(h->l, h->file);
	struct ledger_inclusion p;
	struct err e;

	log_act_inclusion(h->l->log, &p, act, (size_t)f.checkpoint.size);
	if (!ledger_proof_write(
		    h->a, &h->proof, &p, h->file, h->fields, RECEIPT_BID_FIELDS, &e))
		fail_msg("%s", e.text);
	h->c.proof = h->proof;
}

static void say_standing(struct hall *h, struct standing *s, struct key *key)
{
	struct err e;

	if (!standing_sign(h->a, &h->standing, h->l->k->w, s, key, &e))
		fail_msg("%s", e.text);
	h->c.standing = h->standing;
}

static struct standing standing_of(struct hall *h, int64_t deadline)
{
	struct checkpoint_file f = log_file(h->l, h->file);
	struct standing s = {.platform = h->l->log->platform,
		.tender = LOG_TENDER,
		.deadline = deadline,
		.time = deadline + TIME_MINUTE};

	memcpy(s.bid, h->bid->context.bid, 32);
	memcpy(s.header, h->bid->header_sm3, SM3_SIZE);
	memcpy(s.checkpoint, f.checkpoint.as.sm3, SM3_SIZE);
	return s;
}

/* The tender closes at this deadline. */
static void close_at(struct hall *h, int64_t deadline, unsigned witnessed)
{
	struct standing s;
	struct err e;

	log_pass(h->l, stream_time_of(deadline));
	h->file = log_sign(h->l, witnessed);
	if (!log_closing(h->l->log, &h->closing, LOG_TENDER, deadline, h->file, &e))
		fail_msg("%s", e.text);
	h->c.closing = h->closing;
	s = standing_of(h, deadline);
	say_standing(h, &s, h->l->key);
	h->c.now = deadline + TIME_MINUTE;
}

static int hall_begin(void **state)
{
	struct hall *h = NEW(struct hall);
	void *p;
	struct err e;

	box_begin(&p);
	h->b = p;
	log_desk_begin(&p);
	h->l = p;
	h->a = h->b->d->a;
	h->b->d->anchor.credit_code = CREDIT_GM_ORGANIZATION_CODE;
	h->key = kit_key(h->b->d->k, KEY_SM2);
	h->renewed_key = kit_key(h->b->d->k, KEY_SM2);
	h->cert = coded(h, ISSUE_SIGN, CODE, h->key);
	pack(h);
	h->evidence = evidence_new(h->a);
	assert_true(evidence_add_crl(h->evidence, h->b->d->crl, &e));
	h->c = (struct release_conditions){.arena = h->a,
		.lang = LANG_ZH,
		.bid = h->bid,
		.view = &h->l->view,
		.trust = &h->b->d->trust,
		.evidence = h->evidence};
	*state = h;
	return 0;
}

static int hall_end(void **state)
{
	struct hall *h = *state;
	void *p = h->b;

	key_free(h->key);
	key_free(h->renewed_key);
	box_end(&p);
	p = h->l;
	log_desk_end(&p);
	mem_free(h);
	return 0;
}

/* A bid in time, everything right. */
static void begin(struct hall *h)
{
	size_t act = receive(h, DEADLINE - TIME_HOUR);

	close_at(h, DEADLINE, 3);
	prove(h, act);
}

static void expect(struct hall *h, enum release_check_id want, int line)
{
	enum release_check_id id;

	release_check(&h->f, &h->c);
	id = release_objection(&h->f);
	for (size_t i = 0; i < RELEASE_CHECK_COUNT; i++)
		assert_true(!h->f.checks[i].present || h->f.checks[i].detail);
	if (id != want)
		fail_msg("line %d: objection is %s (%s), not %s", line,
			id == RELEASE_CHECK_COUNT ? "none" : release_check_name(id),
			id == RELEASE_CHECK_COUNT ? "" : h->f.checks[id].detail,
			want == RELEASE_CHECK_COUNT ? "none" : release_check_name(want));
	assert_int_equal(release_is_refused(&h->f), want != RELEASE_CHECK_COUNT);
}
#define EXPECT(h, id)   expect(h, RELEASE_CHECK_##id, __LINE__)
#define EXPECT_GIVEN(h) expect(h, RELEASE_CHECK_COUNT, __LINE__)

static void a_value_is_given_when_the_tender_closed_and_the_bid_stands(void **state)
{
	struct hall *h = *state;

	begin(h);
	EXPECT_GIVEN(h);
	assert_false(h->f.unwitnessed);
	assert_true(h->f.not_before == DEADLINE);
	assert_memory_equal(
		h->f.checkpoint, log_file(h->l, h->file).checkpoint.as.sm3, SM3_SIZE);
	for (enum release_check_id id = 0; id < RELEASE_CHECK_COUNT; id++)
		assert_true(release_check_title(LANG_ZH, id)[0] &&
			    release_check_title(LANG_EN, id)[0] &&
			    release_check_name(id)[0]);
}

//= Protocols §1: time ≥ max(deadline in ctx, last sealed change of it)
static void nothing_is_given_before_the_deadline(void **state)
{
	struct hall *h = *state;

	begin(h);
	h->c.now = DEADLINE - 1;
	EXPECT(h, TIME);
	h->c.now = DEADLINE;
	EXPECT_GIVEN(h);
}

static void a_sealed_change_of_the_deadline_moves_it(void **state)
{
	struct hall *h = *state;
	int64_t later = DEADLINE + TIME_HOUR;

	/* the tender closed as first announced, and a sealed change is known */
	begin(h);
	h->c.changes = &later;
	h->c.change_count = 1;
	EXPECT(h, TIME);
	assert_true(h->f.not_before == later);
}

static void a_deadline_that_nobody_sealed_is_refused(void **state)
{
	struct hall *h = *state;
	int64_t later = DEADLINE + TIME_HOUR;
	size_t act = receive(h, DEADLINE + TIME_MINUTE);

	close_at(h, later, 3);
	prove(h, act);
	EXPECT(h, STANDING);
	h->c.changes = &later;
	h->c.change_count = 1;
	EXPECT_GIVEN(h);
	h->c.now = later - 1;
	EXPECT(h, TIME);
}

static void a_closing_or_proof_that_is_missing_gives_nothing(void **state)
{
	struct hall *h = *state;

	begin(h);
	h->c.proof = (struct bytes){0};
	EXPECT(h, INCLUSION);
	h->c.proof = h->proof;
	h->c.standing = (struct bytes){0};
	EXPECT(h, STANDING);
	h->c.standing = h->standing;
	h->c.closing = (struct bytes){0};
	EXPECT(h, CLOSING);
	h->c.closing = bytes_head(h->closing, h->closing.n - 1);
	EXPECT(h, CLOSING);
}

static void witnesses_of_ones_own_list_must_have_fixed_it(void **state)
{
	struct hall *h = *state;
	size_t act = receive(h, DEADLINE - TIME_HOUR);

	close_at(h, DEADLINE, 1);
	prove(h, act);
	EXPECT(h, WITNESSED);
	/* one of two: the other may have fixed an earlier one */
	h->l->view.needed = 1;
	EXPECT(h, FIRST);
	h->l->view.witness_count = 1;
	EXPECT_GIVEN(h);
}

static void a_list_of_other_witnesses_refuses(void **state)
{
	struct hall *h = *state;
	struct ledger_witness own[LOG_WITNESSES];

	begin(h);
	memcpy(own, h->l->view.witnesses, sizeof own);
	own[0].key = h->l->other->pub;
	h->l->view.witnesses = own;
	EXPECT(h, WITNESSED);
}

static void without_witnesses_it_works_and_is_told(void **state)
{
	struct hall *h = *state;

	begin(h);
	h->l->view.witness_count = h->l->view.needed = 0;
	EXPECT_GIVEN(h);
	assert_true(h->f.unwitnessed);
	assert_int_equal(
		h->f.checks[RELEASE_CHECK_WITNESSED].result, FINDING_NOT_CHECKED);
	assert_int_equal(h->f.checks[RELEASE_CHECK_FIRST].result, FINDING_NOT_CHECKED);
}

static void a_later_checkpoint_is_not_the_closing_one(void **state)
{
	struct hall *h = *state;
	struct standing s;
	struct err e;

	begin(h);
	h->l->k->world.at += TIME_SECOND;
	h->file = log_sign(h->l, 3);
	assert_true(
		log_closing(h->l->log, &h->c.closing, LOG_TENDER, DEADLINE, h->file, &e));
	s = standing_of(h, DEADLINE);
	say_standing(h, &s, h->l->key);
	EXPECT(h, FIRST);
}

static void another_platforms_checkpoint_is_refused(void **state)
{
	struct hall *h = *state;

	begin(h);
	h->l->view.log = h->l->other->pub;
	EXPECT(h, CLOSING);
}

static void another_tenders_closing_is_refused(void **state)
{
	struct hall *h = *state;
	struct err e;

	begin(h);
	assert_true(log_closing(
		h->l->log, &h->c.closing, BYTES("ZC-2026-002"), DEADLINE, h->file, &e));
	EXPECT(h, CLOSING);
}

static void a_late_bid_is_not_opened(void **state)
{
	struct hall *h = *state;
	size_t act = receive(h, DEADLINE);

	close_at(h, DEADLINE, 3);
	prove(h, act);
	EXPECT(h, IN_TIME);
}

static void a_bid_added_behind_the_closing_is_not_under_it(void **state)
{
	struct hall *h = *state;
	size_t act;
	struct bytes closing_file;

	close_at(h, DEADLINE, 3);
	closing_file = h->file;
	act = receive(h, DEADLINE - TIME_HOUR);
	log_pass(h->l, stream_time_of(DEADLINE) + STREAM_INTERVAL);
	h->file = log_sign(h->l, 3);
	prove(h, act);
	h->file = closing_file;
	EXPECT(h, INCLUSION);
}

static void the_entry_of_another_bid_opens_nothing(void **state)
{
	struct hall *h = *state;
	uint8_t own = h->bid->context.bid[0];
	size_t act;

	h->bid->context.bid[0] ^= 1;
	act = receive(h, DEADLINE - TIME_HOUR);
	h->bid->context.bid[0] = own;
	close_at(h, DEADLINE, 3);
	prove(h, act);
	EXPECT(h, INCLUSION);
}

static void the_entry_of_another_header_opens_nothing(void **state)
{
	struct hall *h = *state;
	size_t act;

	h->bid->header_sm3[0] ^= 1;
	act = receive(h, DEADLINE - TIME_HOUR);
	h->bid->header_sm3[0] ^= 1;
	close_at(h, DEADLINE, 3);
	prove(h, act);
	EXPECT(h, INCLUSION);
}

/* --- withdrawals */

static struct bytes withdrawal(struct hall *h, struct key *key, const struct cert *cert,
	int64_t time, bool replaced)
{
	struct qyb_withdrawal v = {
		.tender = LOG_TENDER, .is_replaced = replaced, .by = {5}, .time = time};
	struct qyb_signer signer = {key, cert->der, time};
	struct bytes out = {0};
	struct err e;

	memcpy(v.bid, h->bid->context.bid, LOCKBOX_ID);
	memcpy(v.header, h->bid->header_sm3, SM3_SIZE);
	if (!qyb_withdrawal_write(&out, h->a, h->l->k->w, &v, &signer, &e))
		fail_msg("%s", e.text);
	return out;
}

static void a_bid_that_was_withdrawn_is_not_opened(void **state)
{
	struct hall *h = *state;
	struct bytes w = withdrawal(h, h->key, &h->cert, DEADLINE - TIME_HOUR, false);

	begin(h);
	h->c.withdrawals = &w;
	h->c.withdrawal_count = 1;
	EXPECT(h, STANDING);
	w = withdrawal(h, h->key, &h->cert, DEADLINE - TIME_HOUR, true);
	EXPECT(h, STANDING);
}

static void a_second_credential_of_the_bidder_withdraws_too(void **state)
{
	struct hall *h = *state;
	struct cert second = coded(h, ISSUE_SIGN, CODE, h->renewed_key);
	struct bytes w =
		withdrawal(h, h->renewed_key, &second, DEADLINE - TIME_HOUR, false);

	begin(h);
	h->c.withdrawals = &w;
	h->c.withdrawal_count = 1;
	EXPECT(h, STANDING);
}

static void withdrawals_of_others_or_too_late_do_nothing(void **state)
{
	struct hall *h = *state;
	struct cert other = coded(h, ISSUE_SIGN, OTHER, h->renewed_key);
	struct bytes w[2] = {
		withdrawal(h, h->renewed_key, &other, DEADLINE - TIME_HOUR, false),
		withdrawal(h, h->key, &h->cert, DEADLINE, false)};

	begin(h);
	h->c.withdrawals = w;
	h->c.withdrawal_count = 2;
	EXPECT_GIVEN(h);
}

static void a_withdrawal_that_does_not_read_is_not_passed_over(void **state)
{
	struct hall *h = *state;
	struct bytes w = withdrawal(h, h->key, &h->cert, DEADLINE - TIME_HOUR, false);

	begin(h);
	w.n--;
	h->c.withdrawals = &w;
	h->c.withdrawal_count = 1;
	EXPECT(h, STANDING);
}

static void a_word_about_another_bid_or_by_another_key_counts_nothing(void **state)
{
	struct hall *h = *state;
	struct standing s;

	begin(h);
	s = standing_of(h, DEADLINE);
	say_standing(h, &s, h->l->other);
	EXPECT(h, STANDING);
	s.bid[0] ^= 1;
	say_standing(h, &s, h->l->key);
	EXPECT(h, STANDING);
	s = standing_of(h, DEADLINE);
	s.checkpoint[0] ^= 1;
	say_standing(h, &s, h->l->key);
	EXPECT(h, STANDING);
	s = standing_of(h, DEADLINE);
	say_standing(h, &s, h->l->key);
	EXPECT_GIVEN(h);
}

/* --- the bidder */

static void a_header_signed_by_another_is_refused(void **state)
{
	struct hall *h = *state;

	begin(h);
	h->bid->context.signer[0] ^= 1;
	EXPECT(h, HEADER);
}

static void a_bidder_the_register_does_not_know_is_refused(void **state)
{
	struct hall *h = *state;

	begin(h);
	h->c.trust = NULL;
	EXPECT(h, BIDDER);
	h->c.trust = &h->b->d->trust;
	h->bid->context.credit_code = BYTES(OTHER);
	EXPECT(h, BIDDER);
	h->bid->context.credit_code = BYTES(CODE);
	h->b->d->trust.count = 0;
	EXPECT(h, BIDDER);
	h->b->d->trust.count = 1;
	EXPECT_GIVEN(h);
}

/* --- to whom */

static void a_rewrap_goes_to_the_same_legal_person_only(void **state)
{
	struct hall *h = *state;

	begin(h);
	h->c.act = RELEASE_REWRAP;
	h->c.party = h->bid->context.party_count - 1;
	h->c.cert = coded(h, ISSUE_ENCRYPT, CODE, h->renewed_key).der;
	EXPECT_GIVEN(h);
	/* another legal person; none; a key that is not for encryption; no such place */
	h->c.cert = coded(h, ISSUE_ENCRYPT, OTHER, h->renewed_key).der;
	EXPECT(h, RECIPIENT);
	h->c.cert = coded(h, ISSUE_ENCRYPT, NULL, h->renewed_key).der;
	EXPECT(h, RECIPIENT);
	h->c.cert = coded(h, ISSUE_SIGN, CODE, h->renewed_key).der;
	EXPECT(h, RECIPIENT);
	h->c.cert = (struct bytes){0};
	EXPECT(h, RECIPIENT);
	h->c.cert = coded(h, ISSUE_ENCRYPT, CODE, h->renewed_key).der;
	h->c.party = h->bid->context.party_count;
	EXPECT(h, RECIPIENT);
}

static void a_rewrap_to_a_certificate_nobody_vouches_for_is_refused(void **state)
{
	struct hall *h = *state;
	struct issue_spec spec = kit_spec(ISSUE_ENCRYPT, "投标人");
	struct issue_spec root = kit_spec(ISSUE_ROOT, "测试根");
	struct cert false_ca;

	begin(h);
	false_ca =
		kit_issue(h->b->d->k, &root, &h->renewed_key->pub, NULL, h->renewed_key);
	spec.credit_code = CODE;
	h->c.act = RELEASE_REWRAP;
	h->c.party = h->bid->context.party_count - 1;
	h->c.cert = kit_issue(
		h->b->d->k, &spec, &h->renewed_key->pub, &false_ca, h->renewed_key)
			    .der;
	EXPECT(h, RECIPIENT);
}

static void a_trustees_place_goes_to_that_trustee(void **state)
{
	struct hall *h = *state;

	begin(h);
	h->c.act = RELEASE_REWRAP;
	h->c.party = 0;
	h->c.cert = coded(h, ISSUE_ENCRYPT, CODE, h->renewed_key).der;
	EXPECT(h, RECIPIENT); /* the trustee's certificate names no credit code */
	h->bid->certs[0] = coded(h, ISSUE_ENCRYPT, OTHER, h->b->trustee_keys[0]);
	EXPECT(h, RECIPIENT);
	h->c.cert = coded(h, ISSUE_ENCRYPT, OTHER, h->renewed_key).der;
	EXPECT_GIVEN(h);
}

static void a_value_goes_to_an_opening_key_of_the_platform(void **state)
{
	struct hall *h = *state;

	begin(h);
	h->c.root = &h->b->d->k->ca;
	h->c.cert = h->b->intake.der;
	EXPECT_GIVEN(h);
	h->c.root = &h->b->d->signer;
	EXPECT(h, RECIPIENT);
	h->c.root = &h->b->d->k->ca;
	h->c.cert = (struct bytes){0};
	EXPECT(h, RECIPIENT);
}

static void a_rewrap_waits_for_the_deadline_too(void **state)
{
	struct hall *h = *state;

	begin(h);
	h->c.act = RELEASE_REWRAP;
	h->c.party = h->bid->context.party_count - 1;
	h->c.cert = coded(h, ISSUE_ENCRYPT, CODE, h->renewed_key).der;
	h->c.now = DEADLINE - 1;
	EXPECT(h, TIME);
}

#define T(name) cmocka_unit_test_setup_teardown(name, hall_begin, hall_end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(a_value_is_given_when_the_tender_closed_and_the_bid_stands),
		T(nothing_is_given_before_the_deadline),
		T(a_sealed_change_of_the_deadline_moves_it),
		T(a_deadline_that_nobody_sealed_is_refused),
		T(a_closing_or_proof_that_is_missing_gives_nothing),
		T(witnesses_of_ones_own_list_must_have_fixed_it),
		T(a_list_of_other_witnesses_refuses),
		T(without_witnesses_it_works_and_is_told),
		T(a_later_checkpoint_is_not_the_closing_one),
		T(another_platforms_checkpoint_is_refused),
		T(another_tenders_closing_is_refused),
		T(a_late_bid_is_not_opened),
		T(a_bid_added_behind_the_closing_is_not_under_it),
		T(the_entry_of_another_bid_opens_nothing),
		T(the_entry_of_another_header_opens_nothing),
		T(a_bid_that_was_withdrawn_is_not_opened),
		T(a_second_credential_of_the_bidder_withdraws_too),
		T(withdrawals_of_others_or_too_late_do_nothing),
		T(a_withdrawal_that_does_not_read_is_not_passed_over),
		T(a_word_about_another_bid_or_by_another_key_counts_nothing),
		T(a_header_signed_by_another_is_refused),
		T(a_bidder_the_register_does_not_know_is_refused),
		T(a_rewrap_goes_to_the_same_legal_person_only),
		T(a_rewrap_to_a_certificate_nobody_vouches_for_is_refused),
		T(a_trustees_place_goes_to_that_trustee),
		T(a_value_goes_to_an_opening_key_of_the_platform),
		T(a_rewrap_waits_for_the_deadline_too),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
