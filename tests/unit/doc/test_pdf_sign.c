/* test_pdf_sign: signatures in PDF files: that they hold, where they show, what they
 * leave alone, and when they are refused.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "pdf_sign_kit.h"

#include "doc/ses_verify.h"
#include "doc/ses_write.h"
#include "doc/stamper_ask.h"

//= ETSI EN 319 142-1 §5.3: the ByteRange covers the entire file but for Contents
static void assert_covers(struct look *l, struct bytes file)
{
	uint64_t gap = l->covered[0].n;

	assert_true(l->covered[0].at == 0);
	assert_true(l->covered[1].at == gap + 2 + 2 * l->contents.n);
	assert_true(l->covered[1].at + l->covered[1].n == file.n);
	assert_int_equal(file.p[gap], '<');
	assert_int_equal(file.p[l->covered[1].at - 1], '>');
}

static void assert_cms_holds(struct desk *d, struct look *l)
{
	AUTO(arena) a = arena_new();
	struct judge j = desk_judge_full(d, a);
	AUTO(source) covered = NULL;
	struct cms_given given = {0};
	struct report_signature *s;
	struct err e;

	assert_true(source_of_ranges(&covered, l->source, l->covered, 2, &e));
	given.content = covered;
	s = forge_judge(d, &j, trimmed(l->contents), &given);
	if (s->indication != INDICATION_PASSED)
		fail_msg("%s", sub_name(s->sub));
}

static struct bytes make_seal(struct desk *d)
{
	struct ses_make_spec spec = {.version = SES_V4,
		.id = "4401060000001",
		.vendor = "TEST",
		.type = SES_TYPE_ORGANIZATION,
		.name = "测试单位",
		.certs = &d->signer.der,
		.cert_count = 1,
		.created = KIT_NOW - TIME_HOUR,
		.valid_from = KIT_NOW - TIME_HOUR,
		.valid_to = KIT_NOW + TIME_DAY,
		.picture = {BYTES("PNG"), BYTES("\x89PNG"), 40, 40},
		.maker = d->maker_key,
		.maker_cert = d->maker.der};
	struct bytes seal;
	struct err e;

	if (!ses_make(d->a, &seal, d->w, &spec, &e))
		fail_msg("%s", e.text);
	return seal;
}

/* dataHash is SM3 of the covered octets, and propertyInfo says which. */
static void assert_ses_holds(struct look *l)
{
	AUTO(arena) a = arena_new();
	AUTO(digest) d = digest_new(DIGEST_SM3);
	struct ses_signature s;
	uint8_t sm3[SM3_SIZE];
	struct bytes whole;
	struct err e;

	assert_true(pdf_is_name(pdf_find(&l->value, "SubFilter"), "GBT.38540"));
	assert_true(ses_signature_read(&s, trimmed(l->contents), &e));
	assert_true(source_slurp(l->source, a, SIZE_MAX, &whole, &e));
	digest_put(d, bytes_head(whole, (size_t)l->covered[0].n));
	digest_put(d, bytes_from(whole, (size_t)l->covered[1].at));
	digest_finish(d, sm3);
	assert_bytes(s.data_hash, BYTES_OF(sm3));
	assert_bytes(s.property, bytes_str(arena_printf(a, "[0 %llu %llu %llu]",
					 (unsigned long long)l->covered[0].n,
					 (unsigned long long)l->covered[1].at,
					 (unsigned long long)l->covered[1].n)));
}

/* One more signature: what it leaves and what it adds. */
static struct bytes sign_and_look(
	struct desk *d, struct arena *a, struct bytes file, struct signing_job *job)
{
	struct bytes out = signed_file(a, file, job);
	AUTO(source) before_source = source_of_bytes(file);
	AUTO(pdf) before = NULL;
	struct look l = look_at(a, out);
	const struct pdf_revision *was, *is;
	struct err e;

	assert_true(pdf_open(&before, before_source, 0, &e));
	assert_int_equal(pdf_revisions(l.pdf), pdf_revisions(before) + 1);
	was = pdf_revision(before, pdf_revisions(before) - 1);
	is = pdf_revision(l.pdf, pdf_revisions(l.pdf) - 1);
	//= ISO 32000-1 §7.5.8.4: after a table a table, after a stream a stream
	assert_int_equal(is->kind == PDF_XREF_STREAM, was->kind == PDF_XREF_STREAM);
	//= ISO 32000-1 §14.4: the first string of ID stays, the second changes with the file
	assert_bytes(pdf_find(pdf_trailer(l.pdf), "ID")->items[0].octets, BYTES("\1"));
	assert_false(bytes_equal(
		pdf_find(pdf_trailer(l.pdf), "ID")->items[1].octets, BYTES("\2")));
	assert_covers(&l, out);
	assert_int_equal(get(&l, a, &l.form, "SigFlags").integer, 3);
	if (job->spec.form == PDF_SIGN_SES)
		assert_ses_holds(&l);
	else
		assert_cms_holds(d, &l);
	look_end(&l);
	return out;
}

static void three_signers_hold_on_every_kind_of_cross_reference(void **state)
{
	struct desk *d = *state;
	AUTO(key) p256 = kit_key(d->k, KEY_P256);
	struct cert cert = kit_cert(d->k, ISSUE_SIGN, "P-256", p256);
	struct signing_job sm2 = job_of(d, d->k->key, &d->signer),
			   foreign = job_of(d, p256, &cert), ses = sm2;

	ses.spec.form = PDF_SIGN_SES;
	ses.spec.seal = make_seal(d);
	for (enum paper_kind kind = PAPER_TABLE; kind < PAPER_KINDS; kind++) {
		AUTO(arena) a = arena_new();
		struct bytes file = paper(a, kind, 2, "");

		file = sign_and_look(d, a, file, &sm2);
		file = sign_and_look(d, a, file, &foreign);
		file = sign_and_look(d, a, file, &ses);
	}
}

static void what_is_said_of_the_signature_is_in_its_dictionary(void **state)
{
	struct desk *d = *state;
	struct signing_job job = job_of(d, d->k->key, &d->signer);
	struct bytes file = paper(d->a, PAPER_TABLE, 1, "");
	struct look l;

	job.spec.location = "Guangzhou (\\)";
	l = look_at(d->a, signed_file(d->a, file, &job));
	//= ETSI EN 319 142-1 §5.3: SubFilter is ETSI.CAdES.detached
	assert_true(pdf_is_name(pdf_find(&l.value, "SubFilter"), "ETSI.CAdES.detached"));
	//= ETSI EN 319 142-1 §6.3: the claimed time stands in M
	assert_bytes(pdf_find(&l.value, "M")->octets, BYTES("D:20260101000000Z"));
	assert_bytes(pdf_find(&l.value, "Location")->octets, BYTES("Guangzhou (\\)"));
	assert_bytes(
		pdf_find(&l.value, "Reason")->octets, BYTES("\xfe\xff\x54\x0c\x61\x0f"));
	assert_null(pdf_find(&l.value, "Cert"));
	/* Nothing is shown: one widget without size, on the first page. */
	assert_int_equal(pdf_number(&pdf_find(&l.field, "Rect")->items[2]), 0);
	assert_null(pdf_find(&l.field, "AP"));
	look_end(&l);
}

static void a_file_without_a_last_line_end_is_signed_too(void **state)
{
	struct desk *d = *state;
	AUTO(arena) a = arena_new();
	struct signing_job job = job_of(d, d->k->key, &d->signer);
	struct bytes file = paper(a, PAPER_TABLE, 1, "");

	sign_and_look(d, a, bytes_head(file, file.n - 1), &job);
}

static struct signing_job shown_job(struct desk *d, struct pdf_mark *mark,
	struct picture_pixels *px, const struct pdf_place *places, size_t count)
{
	struct signing_job job = job_of(d, d->k->key, &d->signer);

	*px = red_picture(d->a);
	*mark = (struct pdf_mark){px, 40, 20, "电子印章"};
	job.spec.mark = mark;
	job.spec.places = places;
	job.spec.place_count = count;
	return job;
}

static void several_widgets_are_one_field_and_one_picture(void **state)
{
	static const struct pdf_place places[] = {{.page = 1, .x_mm = 100, .y_mm = 100},
		{.page = -1, .x_mm = 50, .y_mm = 60}};
	struct desk *d = *state;
	AUTO(arena) a = arena_new();
	struct bytes file = paper(a, PAPER_STREAM, 3, ""), out, added;
	struct picture_pixels px;
	struct pdf_mark mark;
	struct signing_job job = shown_job(d, &mark, &px, places, 2);
	struct pdf_value kids;
	struct look l;

	job.spec.straddle = PDF_STRADDLE_RIGHT;
	out = sign_and_look(d, a, file, &job);
	added = bytes_from(out, file.n);
	/* Colour and alpha, once. */
	assert_int_equal(count_of(added, "/Subtype /Image"), 2);
	assert_int_equal(count_of(added, "/Subtype /Form"), 5);
	l = look_at(a, out);
	kids = get(&l, a, &l.field, "Kids");
	assert_int_equal(kids.count, 5);
	assert_bytes(get(&l, a, &l.field, "TU").octets,
		BYTES("\xfe\xff\x75\x35\x5b\x50\x53\x70\x7a\xe0"));
	for (size_t i = 0; i < 3; i++) {
		struct pdf_page page;
		struct pdf_value annots;
		size_t pages;
		struct err e;

		assert_true(pdf_pages(l.pdf, &pages, &e));
		assert_true(pdf_page(l.pdf, a, i, &page, &e));
		annots = get(&l, a, &page.dict, "Annots");
		assert_int_equal(annots.count, i == 1 ? 1 : 2);
	}
	look_end(&l);
}

static void annotations_that_stand_there_stay(void **state)
{
	struct desk *d = *state;
	AUTO(arena) a = arena_new();
	struct pk k = pk_begin(a);
	struct signing_job job = job_of(d, d->k->key, &d->signer);
	struct pdf_value annots, page, fields, other;
	struct pdf_ref one = {10, 0};
	struct look l;
	struct err e;

	pk_obj(&k, 1,
		"<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields 5 0 R/SigFlags "
		"4/DA(x)>>>>");
	pk_obj(&k, 2, "<</Type/Pages/Count 1/Kids[10 0 R]>>");
	pk_obj(&k, 5, "[6 0 R]");
	pk_obj(&k, 6, "<</FT/Tx/T(Qianyin2)>>");
	pk_obj(&k, 7, "[<</Type/Annot/Subtype/Text/Rect[0 0 1 1]>>]");
	pk_obj(&k, 10, "<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Annots 7 0 R>>");
	pk_table(&k, "/Root 1 0 R/ID[<01><02>]");
	l = look_at(a, signed_file(a, pk_bytes(&k), &job));
	assert_true(pdf_object(l.pdf, a, one, &page, &e));
	annots = get(&l, a, &page, "Annots");
	assert_int_equal(annots.count, 2);
	assert_int_equal(annots.items[0].kind, PDF_DICT);
	fields = get(&l, a, &l.form, "Fields");
	assert_int_equal(fields.count, 2);
	assert_int_equal(get(&l, a, &l.form, "SigFlags").integer, 7);
	assert_bytes(get(&l, a, &l.form, "DA").octets, BYTES("x"));
	/* A name of its own. */
	assert_true(pdf_resolve(l.pdf, a, &fields.items[0], &other, &e));
	assert_false(bytes_equal(
		get(&l, a, &other, "T").octets, get(&l, a, &l.field, "T").octets));
	look_end(&l);
}

//= ISO 32000-1 §12.8.2.2: DocMDP with P from 1 (nothing) to 3 (forms and annotations)
static void certification_is_the_first_signature_and_is_obeyed(void **state)
{
	struct desk *d = *state;

	for (int level = 1; level <= 3; level++) {
		AUTO(arena) a = arena_new();
		struct signing_job first = job_of(d, d->k->key, &d->signer), next = first;
		struct pdf_value perms, by, params;
		struct bytes file;
		struct look l;

		first.spec.certify = level;
		file = sign_and_look(d, a, paper(a, PAPER_TABLE, 1, ""), &first);
		l = look_at(a, file);
		perms = get(&l, a, &l.root, "Perms");
		by = get(&l, a, &perms, "DocMDP");
		assert_true(pdf_value_equal(&by, &l.value));
		params = get(
			&l, a, &pdf_find(&by, "Reference")->items[0], "TransformParams");
		assert_int_equal(pdf_find(&params, "P")->integer, level);
		look_end(&l);
		assert_refused(a, file, &first, ERR_DENIED, __LINE__);
		if (level == 1)
			assert_refused(a, file, &next, ERR_DENIED, __LINE__);
		else
			sign_and_look(d, a, file, &next);
	}
}

static void nobody_certifies_what_is_signed_or_signs_what_is_locked(void **state)
{
	struct desk *d = *state;
	AUTO(arena) a = arena_new();
	struct signing_job plain = job_of(d, d->k->key, &d->signer), certify = plain,
			   lock = plain;
	struct bytes file = sign_and_look(d, a, paper(a, PAPER_TABLE, 1, ""), &plain);

	certify.spec.certify = 3;
	lock.spec.lock = true;
	assert_refused(a, file, &certify, ERR_DENIED, __LINE__);
	file = sign_and_look(d, a, file, &lock);
	//= ISO 32000-2 §12.7.5.5: a lock's P permits as DocMDP does
	assert_refused(a, file, &plain, ERR_DENIED, __LINE__);
}

static void what_cannot_be_signed_is_refused(void **state)
{
	static const struct pdf_place beyond = {.page = 2, .x_mm = 1, .y_mm = 1},
				      outside = {.page = 1, .x_mm = 300, .y_mm = 1};
	struct desk *d = *state;
	AUTO(arena) a = arena_new();
	struct signing_job job = job_of(d, d->k->key, &d->signer), bad;
	struct bytes file = paper(a, PAPER_TABLE, 1, "");
	struct picture_pixels px;
	struct pdf_mark mark;

	bad = shown_job(d, &mark, &px, &beyond, 1);
	assert_refused(a, file, &bad, ERR_USAGE, __LINE__);
	bad = shown_job(d, &mark, &px, &outside, 1);
	assert_refused(a, file, &bad, ERR_USAGE, __LINE__);
	bad = shown_job(d, &mark, &px, NULL, 0);
	assert_refused(a, file, &bad, ERR_USAGE, __LINE__);
	bad.spec.straddle = PDF_STRADDLE_LEFT;
	assert_refused(a, file, &bad, ERR_USAGE, __LINE__);
	bad = job;
	bad.spec.reason = "\xff";
	assert_refused(a, file, &bad, ERR_USAGE, __LINE__);
	bad = job;
	bad.spec.reserve = 100;
	assert_refused(a, file, &bad, ERR_TOO_LARGE, __LINE__);
	bad = job;
	bad.spec.key = d->other_key;
	assert_refused(a, file, &bad, ERR_KEY_MISMATCH, __LINE__);
	bad = job;
	bad.spec.form = PDF_SIGN_SES;
	assert_refused(a, file, &bad, ERR_USAGE, __LINE__);
	assert_refused(a, paper(a, PAPER_TABLE, 1, "/AcroForm<</Fields[]/XFA(x)>>"), &job,
		ERR_UNSUPPORTED, __LINE__);
	assert_refused(a, paper(a, PAPER_TABLE, 1, "/AcroForm<</Fields 3>>"), &job,
		ERR_MALFORMED, __LINE__);
}

/* In either form a seal is shown only by those it lists, while it is good. */
static void nobody_shows_the_seal_of_another(void **state)
{
	struct desk *d = *state;
	AUTO(arena) a = arena_new();
	AUTO(key) p256 = kit_key(d->k, KEY_P256);
	struct cert stranger = kit_cert(d->k, ISSUE_SIGN, "P-256", p256);
	struct signing_job job = job_of(d, d->k->key, &d->signer), bad;
	struct bytes file = paper(a, PAPER_TABLE, 1, ""), seal = make_seal(d), broken;

	job.spec.seal = seal;
	signed_file(a, file, &job);
	bad = job_of(d, p256, &stranger);
	bad.spec.seal = seal;
	assert_refused(a, file, &bad, ERR_SIGNER, __LINE__);
	bad = job;
	bad.spec.time = KIT_NOW + 2 * TIME_DAY;
	assert_refused(a, file, &bad, ERR_DENIED, __LINE__);
	broken = arena_dup(a, seal);
	((uint8_t *)(uintptr_t)broken.p)[broken.n - 1] ^= 1;
	bad = job;
	bad.spec.seal = broken;
	assert_refused(a, file, &bad, ERR_DENIED, __LINE__);
}

/* --- evidence and time stamps --- */

struct dss_job {
	struct pdf_dss dss;
	struct world *w;
	bool added;
};

static bool do_dss(
	struct pdf *in, struct outfile *to, struct arena *a, void *with, struct err *e)
{
	struct dss_job *job = with;

	return pdf_add_dss(in, to, a, job->w, &job->dss, &job->added, e);
}

static struct bytes add_dss(struct arena *a, struct bytes file, struct dss_job *job)
{
	struct bytes out = {NULL, 0};
	struct err e;

	if (!worked(a, file, do_dss, job, &out, &e))
		fail_msg("%s", e.text);
	assert_true(bytes_starts(out, file));
	assert_int_equal(job->added, out.n > file.n);
	return out;
}

static uint32_t count_in(struct look *l, struct arena *a, const char *shelf)
{
	struct pdf_value dss = get(l, a, &l->root, "DSS"), list = get(l, a, &dss, shelf);

	return list.kind == PDF_ARRAY ? list.count : 0;
}

//= ETSI EN 319 142-1 §5.4.2.2: the key is the SHA-1 of Contents in upper-case hexadecimal
static void evidence_is_merged_and_never_written_twice(void **state)
{
	static const char *const catalogs[] = {"", "/DSS<</Type/DSS/Own 1>>"};
	struct desk *d = *state;

	for (size_t i = 0; i < 2; i++) {
		AUTO(arena) a = arena_new();
		struct signing_job sign = job_of(d, d->k->key, &d->signer);
		struct bytes file = signed_file(a,
			paper(a, i ? PAPER_STREAM : PAPER_TABLE, 1, catalogs[i]), &sign);
		struct bytes certs[] = {d->k->ca.der, d->signer.der, d->k->ca.der};
		struct look l = look_at(a, file);
		struct pdf_vri vri = {.contents = arena_dup(a, l.contents),
			.evidence = {.certs = certs,
				.cert_count = 1,
				.crls = &d->crl,
				.crl_count = 1},
			.time = KIT_NOW};
		struct dss_job job = {.dss = {.all = {.certs = certs, .cert_count = 3},
					      .vris = &vri,
					      .vri_count = 1},
			.w = d->w};
		struct pdf_value dss, entry, stream, vris;
		struct bytes octets;
		struct err e;

		look_end(&l);
		file = add_dss(a, file, &job);
		l = look_at(a, file);
		assert_int_equal(count_in(&l, a, "Certs"), 2);
		assert_int_equal(count_in(&l, a, "CRLs"), 1);
		dss = get(&l, a, &l.root, "DSS");
		assert_int_equal(pdf_find(&dss, "Own") != NULL, i == 1);
		vris = get(&l, a, &dss, "VRI");
		assert_int_equal(vris.count, 1);
		assert_int_equal(vris.entries[0].key.n, 40);
		entry = vris.entries[0].value;
		assert_int_equal(get(&l, a, &entry, "Cert").count, 1);
		assert_true(pdf_resolve(
			l.pdf, a, &get(&l, a, &entry, "CRL").items[0], &stream, &e));
		assert_true(pdf_slurp(l.pdf, a, &stream, 1 << 20, &octets, &e));
		assert_bytes(octets, d->crl);
		look_end(&l);
		/* The same again adds nothing; one more certificate adds that one. */
		file = add_dss(a, file, &job);
		assert_false(job.added);
		certs[0] = d->maker.der;
		file = add_dss(a, file, &job);
		assert_true(job.added);
		l = look_at(a, file);
		assert_int_equal(count_in(&l, a, "Certs"), 3);
		assert_cms_holds(d, &l);
		look_end(&l);
	}
}

static bool do_stamp(
	struct pdf *in, struct outfile *to, struct arena *a, void *with, struct err *e)
{
	struct desk *d = ((void **)with)[0];
	const struct stamper *stamper = ((void **)with)[1];

	return pdf_add_timestamp(in, to, a, d->w, stamper, e);
}

struct noted {
	uint8_t *asked; /* DIGEST_MAX octets */
};

static bool note_stamp(void *ctx, struct arena *a, struct bytes imprint,
	struct bytes *token, struct err *e)
{
	struct noted *n = ctx;

	(void)a;
	(void)e;
	memcpy(n->asked, imprint.p, imprint.n);
	*token = BYTES("\x30\x03\x02\x01\x05");
	return true;
}

//= ETSI EN 319 142-1 §5.4.3: the token's imprint is the digest of the ByteRange
static void a_document_time_stamp_is_over_the_whole_file(void **state)
{
	struct desk *d = *state;
	AUTO(arena) a = arena_new();
	uint8_t asked[DIGEST_MAX], digest[DIGEST_MAX];
	struct noted noted = {asked};
	struct stamper stamper = {&noted, DIGEST_SHA256, note_stamp};
	void *with[] = {d, &stamper};
	struct signing_job sign = job_of(d, d->k->key, &d->signer);
	struct bytes file = signed_file(a, paper(a, PAPER_TABLE, 1, ""), &sign), out;
	AUTO(digest) sha = digest_new(DIGEST_SHA256);
	struct look l;
	struct err e;

	assert_true(worked(a, file, do_stamp, with, &out, &e));
	assert_true(bytes_starts(out, file));
	l = look_at(a, out);
	assert_covers(&l, out);
	//= ETSI EN 319 142-1 §5.4.3: Type DocTimeStamp, SubFilter ETSI.RFC3161
	assert_true(pdf_is_name(pdf_find(&l.value, "Type"), "DocTimeStamp"));
	assert_true(pdf_is_name(pdf_find(&l.value, "SubFilter"), "ETSI.RFC3161"));
	assert_null(pdf_find(&l.value, "M"));
	assert_bytes(trimmed(l.contents), BYTES("\x30\x03\x02\x01\x05"));
	digest_put(sha, bytes_head(out, (size_t)l.covered[0].n));
	digest_put(sha, bytes_from(out, (size_t)l.covered[1].at));
	digest_finish(sha, digest);
	assert_memory_equal(asked, digest, SHA256_SIZE);
	look_end(&l);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(three_signers_hold_on_every_kind_of_cross_reference),
		cmocka_unit_test(what_is_said_of_the_signature_is_in_its_dictionary),
		cmocka_unit_test(a_file_without_a_last_line_end_is_signed_too),
		cmocka_unit_test(several_widgets_are_one_field_and_one_picture),
		cmocka_unit_test(annotations_that_stand_there_stay),
		cmocka_unit_test(certification_is_the_first_signature_and_is_obeyed),
		cmocka_unit_test(nobody_certifies_what_is_signed_or_signs_what_is_locked),
		cmocka_unit_test(what_cannot_be_signed_is_refused),
		cmocka_unit_test(nobody_shows_the_seal_of_another),
		cmocka_unit_test(evidence_is_merged_and_never_written_twice),
		cmocka_unit_test(a_document_time_stamp_is_over_the_whole_file),
	};

	return cmocka_run_group_tests(tests, desk_begin, desk_end);
}
