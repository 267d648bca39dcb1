/* Opinions: dates with and without proof, usage, licences, and how they enter a verdict.
 * The chain is in test_chain.c, revocation in test_revocation.c.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "scene.h"

#define CONSTRAINTS SUB_CHAIN_CONSTRAINTS_FAILURE

/* The leaf from 100 to 50 days ago. */
static struct scene *with_expired_leaf(void)
{
	struct scene *s = scene_good();
	struct make_cert m = {.subject = "甲", .issuer = "中级", .serial = 91};

	m.key = &s->leaf_key;
	m.signer = &s->ca_key;
	m.ext = scene_leaf_ext(s->a);
	m.from = NOW - 100 * TIME_DAY;
	m.to = NOW - 50 * TIME_DAY;
	s->leaf = scene_parse(make_cert(s->a, &m));
	return s;
}

static void set_time(struct scene *s, int64_t at, bool proven, int64_t claimed)
{
	s->r.time =
		(struct proof_time){.at = at, .is_proven = proven, .claimed = claimed};
}

//= ETSI EN 319 102-1 §5.2.6: with a proof of existence
static void dates_are_judged_at_the_time_of_proof(void **state)
{
	AUTO(scene) s = with_expired_leaf();

	(void)state;
	set_time(s, NOW - 60 * TIME_DAY, true, NOW - 60 * TIME_DAY);
	assert_passed(scene_ask(s)->validity);
	assert_true(s->o.valid_at_claimed);
	set_time(s, NOW - 50 * TIME_DAY, true, TIME_NONE);
	assert_passed(scene_ask(s)->validity);
	set_time(s, NOW - 50 * TIME_DAY + TIME_SECOND, true, TIME_NONE);
	assert_failed(scene_ask(s)->validity, SUB_EXPIRED);
	set_time(s, NOW - 100 * TIME_DAY, true, TIME_NONE);
	assert_passed(scene_ask(s)->validity);
	set_time(s, NOW - 100 * TIME_DAY - TIME_SECOND, true, TIME_NONE);
	assert_failed(scene_ask(s)->validity, SUB_NOT_YET_VALID);
	assert_false(s->o.valid_at_claimed);
}

//= ETSI EN 319 102-1 §5.2.6: without one
static void a_claim_alone_neither_saves_nor_condemns_what_expired(void **state)
{
	AUTO(scene) s = with_expired_leaf();

	(void)state;
	set_time(s, NOW, false, NOW - 60 * TIME_DAY);
	assert_failed(scene_ask(s)->validity, SUB_OUT_OF_BOUNDS_NO_POE);
	assert_true(s->o.valid_at_claimed); /* the national reading */
	set_time(s, NOW, false, TIME_NONE);
	assert_failed(scene_ask(s)->validity, SUB_OUT_OF_BOUNDS_NO_POE);
	assert_false(s->o.valid_at_claimed);
}

static void a_claim_outside_the_dates_fails_by_itself(void **state)
{
	AUTO(scene) s = with_expired_leaf();

	(void)state;
	set_time(s, NOW, false, NOW - 49 * TIME_DAY);
	assert_failed(scene_ask(s)->validity, SUB_EXPIRED);
	assert_false(s->o.valid_at_claimed);
	set_time(s, NOW, false, NOW - 101 * TIME_DAY);
	assert_failed(scene_ask(s)->validity, SUB_NOT_YET_VALID);
}

static void the_dates_of_the_whole_chain_count(void **state)
{
	AUTO(scene) s = scene_new();
	struct make_cert m = {.subject = "根", .issuer = "根", .serial = 92};

	(void)state;
	m.key = &s->root_key;
	m.ext = scene_ca_ext(s->a);
	m.from = NOW - 900 * TIME_DAY;
	m.to = NOW - 10 * TIME_DAY;
	s->root = scene_parse(make_cert(s->a, &m));
	scene_trust(s, &s->root, TRUST_SIGNER);
	scene_know(s, &s->ca);
	set_time(s, NOW, false, NOW - 20 * TIME_DAY);
	assert_passed(scene_ask(s)->chain);
	assert_failed(s->o.validity, SUB_OUT_OF_BOUNDS_NO_POE);
	assert_non_null(strstr(s->o.validity.detail, "根"));
	assert_true(s->o.valid_at_claimed);
	set_time(s, NOW - 20 * TIME_DAY, true, TIME_NONE);
	assert_passed(scene_ask(s)->validity);
	set_time(s, NOW - 5 * TIME_DAY, true, TIME_NONE);
	assert_failed(scene_ask(s)->validity, SUB_EXPIRED);
}

/* --- usage ----------------------------------------------------------------------------
 */

static const struct usage_case {
	enum trust_purpose purpose;
	uint32_t bits;
	enum oid eku; /* OID_UNKNOWN: none */
	bool critical, ok;
	bool makers_only; /* the anchor vouches for seal makers and nobody else */
} usage_cases[] = {
	{TRUST_SIGNER, KU_DIGITAL_SIGNATURE, OID_UNKNOWN, false, true, false},
	{TRUST_SIGNER, KU_NON_REPUDIATION, OID_EKU_CLIENT_AUTH, false, true, false},
	{TRUST_SIGNER, KU_DIGITAL_SIGNATURE | KU_KEY_CERT_SIGN, OID_UNKNOWN, false, true,
		false},
	{TRUST_SIGNER, KU_KEY_ENCIPHERMENT, OID_UNKNOWN, false, false, false},
	{TRUST_SIGNER, KU_KEY_CERT_SIGN, OID_UNKNOWN, false, false, false},
	{TRUST_SIGNER, KU_DIGITAL_SIGNATURE, OID_EKU_TIME_STAMPING, true, false, false},
	{TRUST_SIGNER, KU_DIGITAL_SIGNATURE, OID_EKU_OCSP_SIGNING, false, false, false},
	{TRUST_SIGNER, KU_DIGITAL_SIGNATURE, OID_QY_EKU_SEAL_MAKER, false, false, false},
	{TRUST_SIGNER, KU_DIGITAL_SIGNATURE, OID_QY_EKU_EVENT, false, false, false},
	{TRUST_SEAL_MAKER, KU_DIGITAL_SIGNATURE, OID_UNKNOWN, false, true, true},
	{TRUST_SEAL_MAKER, KU_DIGITAL_SIGNATURE, OID_EKU_TIME_STAMPING, false, true,
		true},
	{TRUST_SEAL_MAKER, KU_KEY_AGREEMENT, OID_UNKNOWN, false, false, true},
	/* Where the anchor vouches for signers too, only our mark tells a maker. */
	{TRUST_SEAL_MAKER, KU_DIGITAL_SIGNATURE, OID_UNKNOWN, false, false, false},
	{TRUST_SEAL_MAKER, KU_DIGITAL_SIGNATURE, OID_QY_EKU_SEAL_MAKER, false, true,
		false},
	{TRUST_SEAL_MAKER, KU_DIGITAL_SIGNATURE, OID_EKU_CLIENT_AUTH, false, false,
		false},
	{TRUST_SEAL_MAKER, KU_KEY_AGREEMENT, OID_QY_EKU_SEAL_MAKER, false, false, false},
	{TRUST_TSA, KU_DIGITAL_SIGNATURE, OID_EKU_TIME_STAMPING, true, true, false},
	{TRUST_TSA, KU_DIGITAL_SIGNATURE, OID_EKU_TIME_STAMPING, false, false, false},
	{TRUST_TSA, KU_DIGITAL_SIGNATURE, OID_UNKNOWN, false, false, false},
	{TRUST_TSA, KU_DIGITAL_SIGNATURE, OID_EKU_CLIENT_AUTH, true, false, false},
	{TRUST_TSA, KU_KEY_ENCIPHERMENT, OID_EKU_TIME_STAMPING, true, false, false},
	{TRUST_ENCRYPTION, KU_KEY_ENCIPHERMENT, OID_UNKNOWN, false, true, false},
	{TRUST_ENCRYPTION, KU_DIGITAL_SIGNATURE, OID_UNKNOWN, false, false, false},
	/* An event certificate of twenty years is none. */
	{TRUST_EVENT, KU_DIGITAL_SIGNATURE, OID_QY_EKU_EVENT, false, false, false},
};

static void usage_fits_the_purpose(void **state)
{
	const uint32_t all = TRUST_SIGNER | TRUST_SEAL_MAKER | TRUST_TSA |
			     TRUST_ENCRYPTION | TRUST_EVENT;
	AUTO(scene) s = scene_new();

	(void)state;
	scene_trust(s, &s->root, all);
	scene_know(s, &s->ca);
	for (size_t i = 0; i < sizeof usage_cases / sizeof *usage_cases; i++) {
		const struct usage_case *u = &usage_cases[i];
		struct writer w = ext_begin(s->a);

		ext_usage(&w, u->bits);
		if (u->eku)
			ext_eku(&w, u->critical, u->eku);
		s->leaf = scene_cert(
			s, "甲", &s->leaf_key, "中级", &s->ca_key, writer_bytes(&w));
		s->r.purpose = u->purpose;
		s->anchors[0].purposes = u->makers_only ? TRUST_SEAL_MAKER : all;
		if ((scene_ask(s)->usage.result == CHECK_PASSED) != u->ok)
			fail_msg("case %zu: %s", i, s->o.usage.detail);
		assert_passed(s->o.chain);
	}
}

static void an_event_certificate_lives_for_hours(void **state)
{
	AUTO(scene) s = scene_new();
	struct make_cert m = {.subject = "甲", .issuer = "中级", .serial = 93};
	struct writer w = ext_begin(s->a);

	(void)state;
	scene_trust(s, &s->root, TRUST_EVENT);
	scene_know(s, &s->ca);
	s->r.purpose = TRUST_EVENT;
	ext_usage(&w, KU_DIGITAL_SIGNATURE);
	ext_eku(&w, false, OID_QY_EKU_EVENT);
	m.ext = writer_bytes(&w);
	m.key = &s->leaf_key;
	m.signer = &s->ca_key;
	m.from = NOW - TIME_HOUR;
	m.to = NOW + 7 * TIME_HOUR;
	s->leaf = scene_parse(make_cert(s->a, &m));
	assert_passed(scene_ask(s)->usage);
	m.to += TIME_SECOND;
	s->leaf = scene_parse(make_cert(s->a, &m));
	assert_failed(scene_ask(s)->usage, CONSTRAINTS);
}

static void a_ca_certificate_signs_no_documents(void **state)
{
	AUTO(scene) s = scene_good();
	struct writer w = ext_begin(s->a);

	(void)state;
	ext_usage(&w, KU_DIGITAL_SIGNATURE);
	ext_basic(&w, true, -1);
	s->leaf = scene_cert(s, "甲", &s->leaf_key, "中级", &s->ca_key, writer_bytes(&w));
	assert_passed(scene_ask(s)->chain);
	assert_failed(s->o.usage, CONSTRAINTS);
}

/* --- licences -------------------------------------------------------------------------
 */

static void both_licences_count_at_issuance_and_at_signing(void **state)
{
	AUTO(scene) s = scene_good();
	struct trust_anchor *t = &s->anchors[0];
	struct trust_licence good = t->service;
	struct trust_licence *each[] = {&t->service, &t->cipher};

	(void)state;
	assert_passed(scene_ask(s)->licence);
	for (size_t i = 0; i < 2; i++) {
		each[i]->from = s->leaf.not_before + TIME_DAY;
		assert_failed(scene_ask(s)->licence, CONSTRAINTS);
		*each[i] = good;
		each[i]->to = s->r.time.claimed - TIME_SECOND;
		assert_failed(scene_ask(s)->licence, CONSTRAINTS);
		each[i]->to = s->r.time.claimed;
		assert_passed(scene_ask(s)->licence);
		s->r.time.claimed = TIME_NONE; /* then the time of proof counts */
		assert_failed(scene_ask(s)->licence, CONSTRAINTS);
		s->r.time.claimed = NOW - TIME_DAY;
		each[i]->from = each[i]->to = TIME_NONE;
		assert_open(scene_ask(s)->licence, CONSTRAINTS);
		*each[i] = good;
	}
}

static void the_time_of_admission_counts_too(void **state)
{
	AUTO(scene) s = scene_good();

	(void)state;
	s->anchors[0].admitted_from = s->leaf.not_before;
	s->anchors[0].admitted_to = NOW - TIME_DAY;
	assert_passed(scene_ask(s)->licence);
	s->anchors[0].admitted_to = NOW - 2 * TIME_DAY;
	assert_failed(scene_ask(s)->licence, CONSTRAINTS);
	s->anchors[0].admitted_to = TIME_NONE;
	s->anchors[0].admitted_from = s->leaf.not_before + TIME_SECOND;
	assert_failed(scene_ask(s)->licence, CONSTRAINTS);
}

static void a_time_stamp_needs_no_licence_but_a_stated_one_must_hold(void **state)
{
	AUTO(scene) s = scene_new();

	(void)state;
	scene_trust(s, &s->root, TRUST_TSA);
	scene_know(s, &s->ca);
	s->r.purpose = TRUST_TSA;
	assert_passed(scene_ask(s)->licence);
	s->anchors[0].service.to = NOW - 900 * TIME_DAY;
	assert_failed(scene_ask(s)->licence, CONSTRAINTS);
	s->anchors[0].service.from = s->anchors[0].service.to = TIME_NONE;
	s->anchors[0].cipher = s->anchors[0].service;
	assert_false(scene_ask(s)->licence.present);
}

/* --- into a verdict -------------------------------------------------------------------
 */

static void enters_each_part_or_the_worst(void **state)
{
	AUTO(scene) s = scene_good();
	struct verdict v = verdict_make(s->a, LANG_ZH);
	enum sub sub;

	(void)state;
	opinion_enter(scene_ask(s), &v);
	assert_int_equal(v.checks[CHECK_CERT_CHAIN].result, CHECK_PASSED);
	assert_int_equal(v.checks[CHECK_CERT_VALIDITY].result, CHECK_PASSED);
	assert_int_equal(v.checks[CHECK_CERT_REVOCATION].result, CHECK_NOT_CHECKED);
	assert_int_equal(v.checks[CHECK_CERT_USAGE].result, CHECK_PASSED);
	assert_int_equal(v.checks[CHECK_CA_LICENCE].result, CHECK_PASSED);
	assert_int_equal(verdict_indication(&v, &sub), INDICATION_INDETERMINATE);
	assert_int_equal(sub, SUB_TRY_LATER);

	v = verdict_make(s->a, LANG_ZH);
	opinion_enter_as(&s->o, &v, CHECK_SEAL_MAKER);
	assert_open(v.checks[CHECK_SEAL_MAKER], SUB_TRY_LATER);
	assert_false(v.checks[CHECK_CERT_CHAIN].present);

	s->anchors[0].cipher.to = NOW - 900 * TIME_DAY;
	set_time(s, NOW + 9000 * TIME_DAY, true, TIME_NONE);
	v = verdict_make(s->a, LANG_ZH);
	opinion_enter_as(scene_ask(s), &v, CHECK_TIMESTAMP_VALUE);
	assert_failed(v.checks[CHECK_TIMESTAMP_VALUE], SUB_EXPIRED);
	assert_int_equal(verdict_indication(&v, &sub), INDICATION_FAILED);
}

static void speaks_both_languages_with_names_and_dates(void **state)
{
	AUTO(scene) s = with_expired_leaf();
	struct opinion en;

	(void)state;
	opinion_form(&en, s->a, LANG_EN, &s->r);
	assert_non_null(strstr(en.validity.detail, "“甲” expired on 2025-11-12 "
						   "08:00:00 +08:00"));
	scene_ask(s);
	assert_non_null(
		strstr(s->o.validity.detail, "“甲”已于 2025-11-12 08:00:00 +08:00 到期"));
	for (size_t i = 0; i < 2; i++) {
		const struct opinion *o = i ? &en : &s->o;
		const struct check *all[] = {
			&o->chain, &o->validity, &o->revocation, &o->usage, &o->licence};

		for (size_t k = 0; k < 5; k++) {
			assert_true(all[k]->present && all[k]->rule);
			assert_null(strchr(all[k]->detail, '{'));
			assert_null(strstr(all[k]->detail, "()"));
			assert_null(strstr(all[k]->detail, "（）"));
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(dates_are_judged_at_the_time_of_proof),
		cmocka_unit_test(a_claim_alone_neither_saves_nor_condemns_what_expired),
		cmocka_unit_test(a_claim_outside_the_dates_fails_by_itself),
		cmocka_unit_test(the_dates_of_the_whole_chain_count),
		cmocka_unit_test(usage_fits_the_purpose),
		cmocka_unit_test(an_event_certificate_lives_for_hours),
		cmocka_unit_test(a_ca_certificate_signs_no_documents),
		cmocka_unit_test(both_licences_count_at_issuance_and_at_signing),
		cmocka_unit_test(the_time_of_admission_counts_too),
		cmocka_unit_test(
			a_time_stamp_needs_no_licence_but_a_stated_one_must_hold),
		cmocka_unit_test(enters_each_part_or_the_worst),
		cmocka_unit_test(speaks_both_languages_with_names_and_dates),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
