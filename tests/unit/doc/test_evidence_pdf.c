/* test_evidence_pdf: a PDF with its evidence inside and stamps over it (B-LTA) on a clock
 * thirty years on, and what is left of it without each link.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "decades_kit.h"
#include "doc/evidence_pdf.h"
#include "doc/pdf.h"
#include "pdf_sign_kit.h"

struct freezing {
	struct decades *d;
	const struct stampers *stampers;
	enum digest_alg alg;
	bool without_evidence;
};

static bool do_freeze(
	struct pdf *in, struct outfile *to, struct arena *a, void *with, struct err *e)
{
	struct freezing *f = with;
	struct judge j = decades_judge(f->d, a);
	struct report *r = NULL;

	j.record = record_new(a);
	if (!verify_file(&r, &j, "x.pdf", pdf_source(in), NULL, NULL, e))
		return false;
	return evidence_into_pdf(pdf_source(in), to, a, f->d->w,
		f->without_evidence ? record_new(a) : j.record, &f->stampers->all, f->alg,
		e);
}

static struct bytes freeze(struct decades *d, struct arena *a, struct bytes file,
	const struct stampers *stampers, enum digest_alg alg)
{
	struct freezing f = {.d = d, .stampers = stampers, .alg = alg};
	struct bytes out;
	struct err e;

	if (!worked(a, file, do_freeze, &f, &out, &e))
		fail_msg("%s", e.text);
	assert_true(out.n > file.n && bytes_starts(out, file));
	return out;
}

static struct bytes signed_pdf(struct decades *d, struct arena *a)
{
	struct signing_job job = {.spec = {.key = d->signer->key,
					  .cert = d->signer->cert.der,
					  .others = &d->ca->cert.der,
					  .others_count = 1,
					  .time = d->world.at,
					  .name = "采购人",
					  .stamper = &d->tsa_sm->stampers[DIGEST_SM3]},
		.w = d->w};

	return signed_file(a, paper(a, PAPER_STREAM, 2, ""), &job);
}

static void lists(struct decades *d)
{
	decades_list(d, d->root);
	decades_list(d, d->ca);
	decades_list(d, d->stamp_root);
}

static int64_t to_year(struct decades *d, int years)
{
	d->world.at = KIT_NOW + years * YEAR;
	return d->world.at;
}

static struct authority *new_stampers(
	struct decades *d, struct stampers *out, enum key_kind kind)
{
	struct authority *root =
		authority_new(d, ISSUE_ROOT, "后来的时间根", KEY_SM2, 25, NULL);

	decades_admit(d, root, TRUST_TSA, true);
	stampers_of(out, d, authority_new(d, ISSUE_TSA, "后一", KEY_SM2, 20, root),
		authority_new(d, ISSUE_TSA, "后二", kind, 20, root));
	return root;
}

/* The stations a file passed, the last one last. */
struct stations {
	struct bytes signed_only, frozen, twice, again, last;
};

static struct stations thirty_years(struct decades *d, struct arena *a)
{
	struct stampers stampers;
	struct stations s;
	struct authority *last;
	struct err e;

	stampers_of(&stampers, d, d->tsa_sm, d->tsa_nist);
	d->world.at += TIME_HOUR;
	s.signed_only = signed_pdf(d, a);
	s.frozen = freeze(d, a, s.signed_only, &stampers, DIGEST_SHA256);
	d->world.at += 2 * TIME_DAY;
	lists(d);
	s.twice = freeze(d, a, s.frozen, &stampers, DIGEST_SHA256);
	decades_revoke(d->root, d->ca, to_year(d, 4) - 200 * TIME_DAY);
	decades_list(d, d->root);
	to_year(d, 8);
	decades_list(d, d->stamp_root);
	last = new_stampers(d, &stampers, KEY_P256);
	s.again = freeze(d, a, s.twice, &stampers, DIGEST_SHA256);
	d->given_count = 0;
	to_year(d, 15);
	assert_true(
		constraints_declare(&d->constraints, bytes_str("sha256=2042-01-01"), &e));
	decades_list(d, last);
	last = new_stampers(d, &stampers, KEY_P384);
	s.last = freeze(d, a, s.again, &stampers, DIGEST_SHA512);
	d->given_count = 0;
	to_year(d, 30);
	decades_list(d, d->root);
	decades_list(d, last);
	return s;
}

static void assert_is(struct report *r, enum indication want, int line)
{
	if (r->indication == want)
		return;
	print_message("%s\n", report_text(r));
	fail_msg("line %d: %s %s, not %s", line, indication_name(r->indication),
		sub_name(r->sub), indication_name(want));
}
#define assert_report(r, want) assert_is(r, want, __LINE__)

//= ETSI EN 319 142-1 §6.3: B-LTA
static void a_pdf_outlives_all_who_signed_and_stamped_it(void **state)
{
	struct decades *d = *state;
	AUTO(arena) a = arena_new();
	struct stations s = thirty_years(d, a);
	struct report *r = decades_verify(d, a, s.last);

	assert_report(r, INDICATION_PASSED);
	assert_non_null(strstr(report_text(r), "B-LTA"));
}

static void without_one_of_its_stamps_it_does_not(void **state)
{
	struct decades *d = *state;
	AUTO(arena) a = arena_new();
	struct stations s = thirty_years(d, a);
	const struct bytes lesser[] = {s.signed_only, s.frozen, s.twice, s.again};

	for (size_t i = 0; i < sizeof lesser / sizeof *lesser; i++)
		assert_int_not_equal(
			decades_verify(d, a, lesser[i])->indication, INDICATION_PASSED);
}

static void without_an_anchor_or_the_last_list_it_does_not(void **state)
{
	struct decades *d = *state;
	AUTO(arena) a = arena_new();
	struct stations s = thirty_years(d, a);
	size_t given = d->given_count;

	for (size_t i = 0; i < d->trust.count; i++) {
		uint32_t was = d->anchors[i].purposes;

		d->anchors[i].purposes = TRUST_ENCRYPTION;
		assert_int_not_equal(
			decades_verify(d, a, s.last)->indication, INDICATION_PASSED);
		d->anchors[i].purposes = was;
	}
	d->given_count = 0;
	assert_int_not_equal(decades_verify(d, a, s.last)->indication, INDICATION_PASSED);
	d->given_count = given;
	assert_report(decades_verify(d, a, s.last), INDICATION_PASSED);
}

/* A stamp that came with no evidence cannot be known to have been good. */
static void a_renewal_without_evidence_proves_too_little(void **state)
{
	struct decades *d = *state;
	AUTO(arena) a = arena_new();
	struct stampers stampers;
	struct freezing bare = {.d = d,
		.stampers = &stampers,
		.alg = DIGEST_SHA256,
		.without_evidence = true};
	struct bytes file, out;
	struct authority *root;
	struct err e;

	stampers_of(&stampers, d, d->tsa_sm, d->tsa_nist);
	d->world.at += TIME_HOUR;
	file = signed_pdf(d, a);
	file = freeze(d, a, file, &stampers, DIGEST_SHA256);
	d->world.at += 2 * TIME_DAY;
	lists(d);
	file = freeze(d, a, file, &stampers, DIGEST_SHA256);
	to_year(d, 8);
	decades_list(d, d->stamp_root);
	root = new_stampers(d, &stampers, KEY_P256);
	if (!worked(a, file, do_freeze, &bare, &out, &e))
		fail_msg("%s", e.text);
	file = freeze(d, a, file, &stampers, DIGEST_SHA256);
	d->given_count = 0;
	to_year(d, 15);
	decades_list(d, root);
	assert_report(decades_verify(d, a, file), INDICATION_PASSED);
	assert_report(decades_verify(d, a, out), INDICATION_INDETERMINATE);
}

#define WITH(test) cmocka_unit_test_setup_teardown(test, decades_begin, decades_end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH(a_pdf_outlives_all_who_signed_and_stamped_it),
		WITH(without_one_of_its_stamps_it_does_not),
		WITH(without_an_anchor_or_the_last_list_it_does_not),
		WITH(a_renewal_without_evidence_proves_too_little),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
