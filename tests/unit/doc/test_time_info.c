/* test_time_info: a time stamp inside what is signed (timeInfo of version 1) was there
 * before the signature, and proves nothing of when it was made.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "cms_forge.h"
#include "ses_forge.h"

/* A token over octets, of half an hour before the revocation below. */
static struct bytes token_over(
	struct desk *d, struct key *key, const struct cert *tsa, struct bytes octets)
{
	struct writer w = writer_in(d->a, 256);
	size_t info = der_open(&w, DER_SEQUENCE), imprint;
	uint8_t sm3[SM3_SIZE];
	struct forge f = {
		.inner = OID_TST_INFO, .attrs = FORGE_FULL, .key = key, .cert = tsa};

	sm3_of(octets, sm3);
	der_put_small(&w, DER_INTEGER, 1);
	der_put_oid(&w, OID_GM_DATA); /* any policy */
	imprint = der_open(&w, DER_SEQUENCE);
	der_put_algorithm(&w, OID_SM3, false);
	der_put(&w, DER_OCTET_STRING, BYTES_OF(sm3));
	der_close(&w, imprint);
	der_put_small(&w, DER_INTEGER, 7);
	der_put_generalized_time(&w, KIT_NOW - TIME_HOUR);
	der_close(&w, info);
	f.content = writer_bytes(&w);
	return forge(d, &f);
}

static struct report_signature *judge_with(struct desk *d, struct arena *a, bool revoked)
{
	struct issue_revoked entry = {
		d->signer.serial, KIT_NOW - TIME_HOUR / 2, 0, TIME_NONE};
	struct key *key = kit_key(d->k, KEY_SM2);
	struct cert tsa = kit_cert(d->k, ISSUE_TSA, "独立时间戳", key);
	struct judge j = desk_judge(d, a);
	struct ses_forge f = {.shape = 1};
	struct bytes crl;
	struct err e;

	d->anchor.independent = true;
	j.trust = &d->trust;
	assert_true(issue_crl(d->a, &crl, d->w, &d->k->ca, d->k->ca_key, 2, false, 0,
		KIT_NOW - TIME_MINUTE, KIT_NOW + TIME_DAY, &entry, revoked, &e));
	assert_true(evidence_add_crl(j.evidence, crl, &e));
	f.v1_time = token_over(d, key, &tsa, BYTES_OF(ses_forge_sm3));
	key_free(key);
	return ses_forge_judge(&j, ses_forge(d, &f));
}

//= Protocols §4: the time of proof is that of a stamp over the signature
static void a_token_inside_the_signature_claims_its_time_only(void **state)
{
	AUTO(arena) a = arena_new();
	struct report_signature *s = judge_with(*state, a, false);

	assert_passed(s, CHECK_TIMESTAMP_VALUE);
	assert_passed(s, CHECK_TIMESTAMP_IMPRINT);
	assert_passed(s, CHECK_CERT_REVOCATION);
	assert_true(s->claimed == KIT_NOW - TIME_HOUR);
	assert_true(s->stamped == TIME_NONE);
	assert_string_equal(s->time_source, "claimed");
}

static void a_token_older_than_the_revocation_saves_no_signature(void **state)
{
	AUTO(arena) a = arena_new();
	struct report_signature *s = judge_with(*state, a, true);

	assert_passed(s, CHECK_TIMESTAMP_VALUE);
	assert_failed(s, CHECK_CERT_REVOCATION, SUB_REVOKED);
	assert_int_not_equal(s->indication, INDICATION_PASSED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_token_inside_the_signature_claims_its_time_only),
		cmocka_unit_test(a_token_older_than_the_revocation_saves_no_signature),
	};

	return cmocka_run_group_tests(tests, desk_begin, desk_end);
}
