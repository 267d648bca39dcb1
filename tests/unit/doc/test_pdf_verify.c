/* The verdict on PDF files signed by our own writer: PAdES levels, seals, evidence,
 * document time stamps that prove what lies before them, thirty years on.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "decades_kit.h"
#include "pdf_sign_kit.h"

struct stage {
	struct decades *d;
	struct pdf_dss dss;
	const struct stamper *stamper;
};

static bool do_stage_dss(
	struct pdf *in, struct outfile *to, struct arena *a, void *with, struct err *e)
{
	struct stage *s = with;
	bool added;

	return pdf_add_dss(in, to, a, s->d->w, &s->dss, &added, e);
}

static bool do_stage_stamp(
	struct pdf *in, struct outfile *to, struct arena *a, void *with, struct err *e)
{
	struct stage *s = with;

	return pdf_add_timestamp(in, to, a, s->d->w, s->stamper, e);
}

static struct bytes must(struct arena *a, struct bytes file, work *what, void *with)
{
	struct bytes out = {NULL, 0};
	struct err e;

	if (!worked(a, file, what, with, &out, &e))
		fail_msg("%s", e.text);
	return out;
}

/* B-T: a signature, its value stamped. */
static struct bytes signed_and_stamped(struct decades *d, struct arena *a)
{
	struct signing_job job = {
		.spec = {.key = d->signer->key,
			.cert = d->signer->cert.der,
			.time = d->world.at,
			.stamper = &d->tsa_nist->stampers[DIGEST_SHA256]},
		.w = d->w};

	return must(a, paper(a, PAPER_TABLE, 2, ""), do_sign, &job);
}

/* Adds all certificates and lists known by now. */
static struct bytes with_evidence(struct decades *d, struct arena *a, struct bytes file)
{
	struct bytes *certs = ARENA_ARRAY(a, d->count, struct bytes);
	struct stage s = {.d = d};

	for (size_t i = 0; i < d->count; i++)
		certs[i] = d->all[i].cert.der;
	s.dss.all = (struct pdf_evidence){.certs = certs,
		.cert_count = d->count,
		.crls = d->given,
		.crl_count = d->given_count};
	return must(a, file, do_stage_dss, &s);
}

static struct bytes with_stamp(
	struct decades *d, struct arena *a, struct bytes file, const struct stamper *by)
{
	struct stage s = {.d = d, .stamper = by};

	return must(a, file, do_stage_stamp, &s);
}

static bool says(const struct report *r, const char *word)
{
	for (size_t i = 0; i < r->note_count; i++)
		if (bytes_find(bytes_str(r->notes[i]), bytes_str(word)) != SIZE_MAX)
			return true;
	return false;
}

#define assert_verdict(r, i)                            \
	do {                                            \
		if ((r)->indication != INDICATION_##i)  \
			fail_msg("%s", report_text(r)); \
	} while (0)

/* Fresh lists of all who issue, after `days`. */
static void lists_again(struct decades *d, int64_t days)
{
	d->world.at += days * TIME_DAY;
	decades_list(d, d->root);
	decades_list(d, d->ca);
	decades_list(d, d->stamp_root);
	d->world.at += TIME_HOUR;
}

/* Signed in 2026, its evidence gathered after the CA's next update, all of it stamped. */
static struct bytes long_lived(struct decades *d, struct arena *a)
{
	struct bytes file = signed_and_stamped(d, a);

	lists_again(d, 2);
	return with_stamp(
		d, a, with_evidence(d, a, file), &d->tsa_nist->stampers[DIGEST_SHA256]);
}

//= ETSI EN 319 142-1 §6.1: levels B-T, B-LT and B-LTA, each resting on the one before
static void each_level_is_told(void **state)
{
	struct decades *d = *state;
	AUTO(arena) a = arena_new();
	struct bytes file = signed_and_stamped(d, a);
	struct report *r;

	lists_again(d, 2);
	r = decades_verify(d, a, file);
	assert_verdict(r, PASSED);
	assert_true(says(r, "B-T"));
	assert_string_equal(r->signatures[0].time_source, "timestamp-independent");
	file = with_evidence(d, a, file);
	r = decades_verify(d, a, file);
	assert_verdict(r, PASSED);
	assert_true(says(r, "B-LT"));
	assert_passed(&r->signatures[0], CHECK_LATER_CHANGES);
	file = with_stamp(d, a, file, &d->tsa_nist->stampers[DIGEST_SHA256]);
	r = decades_verify(d, a, file);
	assert_verdict(r, PASSED);
	assert_true(says(r, "B-LTA"));
	assert_int_equal(r->count, 2);
	assert_int_equal(r->signatures[1].kind, REPORT_TIMESTAMP);
	assert_passed(&r->signatures[1], CHECK_TIMESTAMP_IMPRINT);
	assert_passed(&r->signatures[0], CHECK_LATER_CHANGES);
}

/* The file alone answers: nothing else is at hand any more. */
static void lose_lists(struct decades *d)
{
	d->given_count = 0;
}

static void the_store_answers_when_nothing_else_does(void **state)
{
	struct decades *d = *state;
	AUTO(arena) a = arena_new();
	struct bytes without = signed_and_stamped(d, a), with;

	lists_again(d, 2);
	with = with_evidence(d, a, without);
	lose_lists(d);
	assert_verdict(decades_verify(d, a, without), INDETERMINATE);
	assert_verdict(decades_verify(d, a, with), PASSED);
}

/* 2026 signed; 2034 stamped again by younger authorities; 2045: the signer's certificate,
 * its CA's and the first TSA's are long expired. */
static struct bytes renewed(struct decades *d, struct arena *a, bool renew)
{
	struct bytes file = long_lived(d, a);
	struct authority *root, *tsa;

	d->world.at = KIT_NOW + 8 * YEAR;
	decades_list(d, d->stamp_root);
	root = authority_new(d, ISSUE_ROOT, "后根", KEY_P256, 40, NULL);
	decades_admit(d, root, TRUST_TSA, true);
	tsa = authority_new(d, ISSUE_TSA, "后一", KEY_P256, 30, root);
	decades_list(d, root);
	if (renew)
		file = with_stamp(
			d, a, with_evidence(d, a, file), &tsa->stampers[DIGEST_SHA256]);
	lose_lists(d);
	d->world.at = KIT_NOW + 19 * YEAR;
	decades_list(d, root);
	return file;
}

//= ETSI EN 319 102-1 §5.6.3: each stamp is judged as of when the next one proves it
static void a_chain_of_stamps_outlives_all_certificates(void **state)
{
	struct decades *d = *state;
	AUTO(arena) a = arena_new();
	struct report *r = decades_verify(d, a, renewed(d, a, true));

	assert_verdict(r, PASSED);
	assert_int_equal(r->count, 3);
}

static void without_the_renewal_the_file_ages(void **state)
{
	struct decades *d = *state;
	AUTO(arena) a = arena_new();

	assert_verdict(decades_verify(d, a, renewed(d, a, false)), INDETERMINATE);
}

static void a_signature_whose_file_was_altered_fails_for_ever(void **state)
{
	struct decades *d = *state;
	AUTO(arena) a = arena_new();
	struct bytes file = renewed(d, a, true);
	uint8_t *p = (uint8_t *)(uintptr_t)file.p;
	size_t at = bytes_find(file, BYTES("(Seite 1)"));
	struct report *r;

	assert_true(at != SIZE_MAX);
	p[at + 7] = '9';
	r = decades_verify(d, a, file);
	assert_verdict(r, FAILED);
	assert_int_equal(r->sub, SUB_HASH_FAILURE);
}

/* What our own writer adds must not look like an attack to our own judge. */
static void signing_again_and_again_is_permitted(void **state)
{
	struct decades *d = *state;
	AUTO(arena) a = arena_new();
	struct picture_pixels px = red_picture(a);
	struct pdf_mark mark = {.pixels = &px, .width_mm = 20, .height_mm = 10};
	struct pdf_place place = {.page = -1, .x_mm = 100, .y_mm = 100};
	struct signing_job job = {.spec = {.key = d->signer->key,
					  .cert = d->signer->cert.der,
					  .time = d->world.at,
					  .mark = &mark,
					  .places = &place,
					  .place_count = 1,
					  .straddle = PDF_STRADDLE_RIGHT},
		.w = d->w};

	for (enum paper_kind kind = PAPER_TABLE; kind < PAPER_KINDS; kind++) {
		struct bytes file = paper(a, kind, 3, "");
		struct report *r;

		for (int i = 0; i < 3; i++)
			file = must(a, file, do_sign, &job);
		r = decades_verify(d, a, file);
		assert_int_equal(r->count, 3);
		for (size_t i = 0; i < 3; i++) {
			const struct report_signature *s = &r->signatures[i];

			assert_passed(s, CHECK_FORMAT);
			assert_passed(s, CHECK_SIGNATURE_VALUE);
			assert_passed(s, CHECK_COVERAGE);
			if (i < 2)
				assert_passed(s, CHECK_LATER_CHANGES);
			assert_int_equal(s->stamp_count, 4);
		}
	}
}

static void a_file_certified_for_signing_takes_further_signatures(void **state)
{
	struct decades *d = *state;
	AUTO(arena) a = arena_new();
	struct signing_job job = {.spec = {.key = d->signer->key,
					  .cert = d->signer->cert.der,
					  .time = d->world.at,
					  .certify = 2},
		.w = d->w};
	struct bytes file = must(a, paper(a, PAPER_TABLE, 1, ""), do_sign, &job);
	struct report *r;

	job.spec.certify = 0;
	file = must(a, file, do_sign, &job);
	r = decades_verify(d, a, file);
	assert_int_equal(r->count, 2);
	assert_passed(&r->signatures[0], CHECK_LATER_CHANGES);
}

int main(void)
{
#define DECADES(name) cmocka_unit_test_setup_teardown(name, decades_begin, decades_end)
	const struct CMUnitTest tests[] = {
		DECADES(each_level_is_told),
		DECADES(the_store_answers_when_nothing_else_does),
		DECADES(a_chain_of_stamps_outlives_all_certificates),
		DECADES(without_the_renewal_the_file_ages),
		DECADES(a_signature_whose_file_was_altered_fails_for_ever),
		DECADES(signing_again_and_again_is_permitted),
		DECADES(a_file_certified_for_signing_takes_further_signatures),
	};

	return cmocka_run_group_tests_name("pdf verify", tests, NULL, NULL);
}
