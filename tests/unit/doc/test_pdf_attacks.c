/* What can be done to a signed PDF without breaking its signature: each way is described,
 * done, and must be flagged with its kind; what is permitted must not be.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "pdf_attack_kit.h"

#include "doc/ses_write.h"

/* One object of a later revision; data: it is a stream with this dictionary. */
struct object {
	uint32_t num;
	const char *text, *data;
};

struct attack {
	const char *what;
	const char *kind;
	struct object objects[4];
	const char *trailer; /* null: the usual one */
};

/* All of these are one further revision over the signed contract. */
static const struct attack attacks[] = {
#include "pdf_attacks.tbl"
};

static void put_objects(struct pk *k, const struct object *objects, size_t n)
{
	for (size_t i = 0; i < n && objects[i].num; i++)
		if (objects[i].data)
			pk_stream(k, objects[i].num, objects[i].text,
				bytes_str(objects[i].data));
		else
			pk_obj(k, objects[i].num, "%s", objects[i].text);
}

static struct bytes attacked(
	struct arena *a, const struct signed_file *s, const struct attack *x, bool stream)
{
	struct pk k = ak_after(a, s);
	const char *trailer = x->trailer ? x->trailer : TRAILER;

	put_objects(&k, x->objects, 4);
	if (stream)
		pk_end_stream(&k, 90, trailer);
	else
		pk_table(&k, trailer);
	return pk_bytes(&k);
}

static void a_signed_file_passes_and_covers_all(void **state)
{
	AUTO(arena) a = arena_new();
	struct signed_file s = ak_signed(*state, a, "", "");
	struct report *r = ak_judge(*state, a, s.file);
	const struct report_signature *sig = &r->signatures[0];

	if (r->indication != INDICATION_PASSED)
		fail_msg("%s", report_text(r));
	assert_int_equal(r->count, 1);
	assert_true(sig->covers.whole_document);
	assert_false(sig->verdict.checks[CHECK_LATER_CHANGES].present);
	assert_int_equal(sig->stamp_count, 1);
	assert_true(sig->stamps[0].x > 105.8 && sig->stamps[0].x < 105.9);
	assert_true(sig->stamps[0].y > 155.9 && sig->stamps[0].y < 156.0);
	assert_bytes(sig->stamps[0].page, BYTES("1"));
	assert_true(sig->claimed != TIME_NONE);
}

//= ETSI EN 319 142-1 §5.5: what is not a permitted change of a signed file is named
static void every_attack_is_flagged_with_its_kind(void **state)
{
	AUTO(arena) base = arena_new();
	struct signed_file s = ak_signed(*state, base, "", "");

	for (size_t i = 0; i < sizeof attacks / sizeof *attacks; i++) {
		AUTO(arena) a = arena_new();

		ak_flagged(*state, a, attacked(a, &s, &attacks[i], false),
			attacks[i].kind, attacks[i].what);
	}
	assert_true(sizeof attacks / sizeof *attacks >= 25);
}

static void attacks_by_cross_reference_streams_are_flagged_as_well(void **state)
{
	AUTO(arena) base = arena_new();
	struct signed_file s = ak_signed(*state, base, "", "");

	for (size_t i = 0; i < sizeof attacks / sizeof *attacks; i += 3) {
		AUTO(arena) a = arena_new();

		ak_flagged(*state, a, attacked(a, &s, &attacks[i], true), attacks[i].kind,
			attacks[i].what);
	}
}

/* Certification with P 3 permits annotations, and nothing of the rest. */
static void attacks_on_a_certified_file_are_flagged_but_for_annotations(void **state)
{
	AUTO(arena) base = arena_new();
	struct signed_file s = ak_signed(*state, base,
		"/Reference[<</TransformMethod/DocMDP/TransformParams<</P 3>>>>]", "");

	for (size_t i = 0; i < sizeof attacks / sizeof *attacks; i++) {
		AUTO(arena) a = arena_new();
		struct bytes file = attacked(a, &s, &attacks[i], false);
		bool is_note =
			bytes_starts(bytes_str(attacks[i].kind), BYTES("annotation-"));

		if (is_note)
			ak_permitted(*state, a, file, attacks[i].kind, attacks[i].what);
		else if (bytes_equal(bytes_str(attacks[i].kind),
				 BYTES("field-value-changed")))
			ak_permitted(*state, a, file, attacks[i].kind, attacks[i].what);
		else
			ak_flagged(*state, a, file, attacks[i].kind, attacks[i].what);
	}
}

/* --- by the cross-reference and by octets --------------------------------------------
 */

/* Only the table changes: the number of the first page's content leads to hidden content
 * of the signed file. */
static void an_entry_that_leads_back_into_signed_octets_is_flagged(void **state)
{
	AUTO(arena) a = arena_new();
	struct signed_file s = ak_signed(*state, a, "", "");
	struct pk k = ak_after(a, &s);
	size_t at = bytes_find(s.file, BYTES("31 0 obj"));

	pk_enter(&k, 12, 1, at, 0);
	pk_table(&k, TRAILER);
	ak_flagged(*state, a, pk_bytes(&k), "xref-redirect", "redirected entry");
}

static void an_object_that_is_freed_is_flagged(void **state)
{
	AUTO(arena) a = arena_new();
	struct signed_file s = ak_signed(*state, a, "", "");
	struct pk k = ak_after(a, &s);

	pk_enter(&k, 14, 0, 0, 1);
	pk_table(&k, TRAILER);
	ak_flagged(*state, a, pk_bytes(&k), "hide", "freed image");
}

/* Objects that no cross-reference names: a reader that repairs files would find them. */
static void octets_that_belong_to_no_object_are_flagged(void **state)
{
	AUTO(arena) a = arena_new();
	struct signed_file s = ak_signed(*state, a, "", "");
	struct pk k = ak_after(a, &s);

	pk_put(&k, "12 0 obj\n<</Length 3>>\nstream\n(9)\nendstream\nendobj\n");
	pk_obj(&k, 32, "<</Title(contract)/ModDate(D:2026)>>");
	pk_table(&k, TRAILER);
	ak_flagged(*state, a, pk_bytes(&k), "hidden-octets", "object in a gap");
}

static void octets_behind_the_last_revision_are_refused(void **state)
{
	AUTO(arena) a = arena_new();
	struct signed_file s = ak_signed(*state, a, "", "");
	struct pk k = ak_after(a, &s);
	struct report *r;

	pk_put(&k, "12 0 obj\n(x)\nendobj\n");
	r = ak_judge(*state, a, pk_bytes(&k));
	assert_failed(&r->signatures[0], CHECK_COVERAGE, SUB_SIG_CONSTRAINTS_FAILURE);
	assert_int_equal(r->indication, INDICATION_FAILED);
}

static void blank_lines_at_the_end_are_nothing(void **state)
{
	AUTO(arena) a = arena_new();
	struct signed_file s = ak_signed(*state, a, "", "");
	struct pk k = ak_after(a, &s);

	pk_put(&k, "\n\n");
	assert_int_equal(
		ak_judge(*state, a, pk_bytes(&k))->indication, INDICATION_PASSED);
}

/* The appended end leads back to the first revision: the signed one is passed over. */
static void a_file_rolled_back_by_its_last_startxref_is_not_passed(void **state)
{
	AUTO(arena) a = arena_new();
	struct signed_file s = ak_signed(*state, a, "", "");
	struct pk k = ak_after(a, &s);
	size_t at = bytes_find(s.file, BYTES("xref\n0 4"));
	struct report *r;

	assert_true(at != SIZE_MAX);
	pk_tail(&k, at);
	r = ak_judge(*state, a, pk_bytes(&k));
	assert_int_not_equal(r->indication, INDICATION_PASSED);
}

/* The appended revision builds on the first and passes over the signed one. */
static void a_revision_that_passes_over_the_signed_one_is_not_passed(void **state)
{
	AUTO(arena) a = arena_new();
	struct signed_file s = ak_signed(*state, a, "", "");
	struct pk k = ak_after(a, &s);
	struct report *r;

	k.prev = bytes_find(s.file, BYTES("xref\n0 4"));
	pk_obj(&k, 12, "(x)");
	pk_obj(&k, 24, FORM("40 0 R"));
	pk_obj(&k, 40, SIG_FIELD(""));
	pk_enter(&k, 42, 1, bytes_find(s.file, BYTES("42 0 obj")), 0);
	pk_table(&k, TRAILER);
	r = ak_judge(*state, a, pk_bytes(&k));
	assert_int_equal(r->count, 1);
	assert_int_equal(r->indication, INDICATION_FAILED);
}

/* --- by the signature's own dictionary ------------------------------------------------
 */

struct range_attack {
	const char *what;
	const char *range; /* %zu: from, to, rest; in this order */
	int from, to, rest;
};

static void ranges_that_are_not_to_the_octet_are_refused(void **state)
{
	/* The ranges are written over, which breaks the digest too; the format must fail
	 * by itself. */
	static const struct range_attack list[] = {
		{"does not begin at 0", "[1 %010zu %010zu %010zu]", -1, 0, 0},
		{"leaves out one octet more before", "[0 %010zu %010zu %010zu]", -1, 0,
			0},
		{"leaves out one octet more behind", "[0 %010zu %010zu %010zu]", 0, 1,
			-1},
		{"covers the string's delimiter", "[0 %010zu %010zu %010zu]", 1, 0, 0},
		{"overlaps", "[0 %010zu %010zu %010zu]", 0, -HOLE - 20, HOLE + 20},
		{"ends before the end of the revision", "[0 %010zu %010zu %010zu]", 0, 0,
			-9},
		{"goes beyond the end of the file", "[0 %010zu %010zu %010zu]", 0, 0, 9},
		{"has three numbers", "[0 %010zu %010zu]/X %08zu", 0, 0, 0},
		{"is negative", "[0 %010zu %010zu -%09zu]", 0, 0, 0},
	};
	AUTO(arena) a = arena_new();
	struct signed_file s = ak_signed(*state, a, "", "");
	size_t at = bytes_find(s.file, BYTES("/ByteRange[")) + 10;
	size_t from = bytes_find(s.file, BYTES("/Contents<")) + 9;
	size_t to = from + HOLE + 2;

	for (size_t i = 0; i < sizeof list / sizeof *list; i++) {
		struct bytes copy = arena_dup(a, s.file);
		char text[100];
		struct report *r;

		/* The format is one of the table above. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
		(void)snprintf(text, sizeof text, list[i].range,
			(size_t)((long)from + list[i].from),
			(size_t)((long)to + list[i].to),
			(size_t)((long)(copy.n - to) + list[i].rest));
#pragma GCC diagnostic pop
		ak_overwrite(copy, at, text);
		r = ak_judge(*state, a, copy);
		assert_int_equal(r->count, 1);
		if (r->signatures[0].verdict.checks[CHECK_FORMAT].result != CHECK_FAILED)
			fail_msg("ByteRange %s: not refused", list[i].what);
		assert_int_equal(r->signatures[0].sub, SUB_FORMAT_FAILURE);
	}
}

/* Universal forgery: the dictionary without contents, or without ranges. */
static void a_signature_without_contents_is_refused(void **state)
{
	static const char *const values[] = {"<>", "<00>", "(x)", "null", "<3000>"};
	AUTO(arena) a = arena_new();

	for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
		struct pk k = pk_begin(a);
		struct report *r;

		ak_parts(&k);
		pk_table(&k, "/Root 1 0 R");
		pk_obj(&k, 10, PAGE_1("40 0 R"));
		pk_obj(&k, 40, SIG_FIELD(""));
		pk_obj(&k, 42,
			"<</Type/Sig/SubFilter/ETSI.CAdES.detached/ByteRange[0 10 20 "
			"30]/Contents %s>>",
			values[i]);
		pk_stream(&k, 41, "", BYTES("x"));
		pk_obj(&k, 24, FORM("40 0 R"));
		pk_table(&k, "/Root 1 0 R");
		r = ak_judge(*state, a, pk_bytes(&k));
		assert_int_equal(r->count, 1);
		assert_int_equal(r->indication, INDICATION_FAILED);
		assert_int_equal(r->sub, SUB_FORMAT_FAILURE);
	}
}

/* Wrapping: the signed octets and the signature are kept, but the dictionary that a later
 * revision shows is another one with the same contents. */
static void a_signature_copied_into_a_later_dictionary_is_refused(void **state)
{
	AUTO(arena) a = arena_new();
	struct signed_file s = ak_signed(*state, a, "", "");
	struct pk k = ak_after(a, &s);
	size_t at = bytes_find(s.file, BYTES("42 0 obj\n")) + 9;
	size_t end = at + bytes_find(bytes_from(s.file, at), BYTES("endobj"));
	struct report *r;

	pk_obj(&k, 12, "(x)");
	pk_obj(&k, 24, FORM("40 0 R 50 0 R"));
	pk_obj(&k, 50, "<</FT/Sig/T(two)/V 51 0 R>>");
	pk_open(&k, 51);
	write_bytes(&k.w, bytes_head(bytes_from(s.file, at), end - at));
	pk_put(&k, "endobj\n");
	pk_table(&k, TRAILER);
	r = ak_judge(*state, a, pk_bytes(&k));
	assert_int_equal(r->count, 2);
	assert_failed(&r->signatures[1], CHECK_FORMAT, SUB_FORMAT_FAILURE);
	assert_int_equal(r->signatures[0].indication, INDICATION_FAILED);
}

static void padding_that_is_not_zero_is_refused(void **state)
{
	AUTO(arena) a = arena_new();
	struct signed_file s = ak_signed(*state, a, "", "");
	struct bytes copy = arena_dup(a, s.file);
	struct report *r;

	ak_overwrite(copy, bytes_find(copy, BYTES("/Contents<")) + 9 + HOLE - 1, "41");
	r = ak_judge(*state, a, copy);
	assert_failed(&r->signatures[0], CHECK_FORMAT, SUB_FORMAT_FAILURE);
	assert_passed(&r->signatures[0], CHECK_SIGNATURE_VALUE);
}

static void one_octet_changed_within_the_ranges_is_a_wrong_digest(void **state)
{
	AUTO(arena) a = arena_new();
	struct signed_file s = ak_signed(*state, a, "", "");
	struct bytes copy = arena_dup(a, s.file);
	struct report *r;

	ak_overwrite(copy, bytes_find(copy, BYTES("(10 000)")), "(90 000)");
	r = ak_judge(*state, a, copy);
	assert_failed(&r->signatures[0], CHECK_DIGEST_DOCUMENT, SUB_HASH_FAILURE);
	assert_int_equal(r->indication, INDICATION_FAILED);
}

static void a_dictionary_that_no_field_reaches_is_told(void **state)
{
	AUTO(arena) a = arena_new();
	struct pk k = pk_begin(a);
	struct report *r;
	bool told = false;

	ak_parts(&k);
	pk_obj(&k, 42, "<</Type/Sig/ByteRange[0 1 2 3]/Contents<00>>>");
	pk_table(&k, "/Root 1 0 R");
	r = ak_judge(*state, a, pk_bytes(&k));
	assert_int_equal(r->indication, INDICATION_NO_SIGNATURE);
	for (size_t i = 0; i < r->note_count; i++)
		told |= bytes_find(bytes_str(r->notes[i]), BYTES("42")) != SIZE_MAX;
	assert_true(told);
}

static void a_page_prepared_for_a_later_swap_is_told(void **state)
{
	AUTO(arena) a = arena_new();
	struct signed_file s = ak_signed(*state, a, "", "");
	struct report *r = ak_judge(*state, a, s.file);
	bool told = false;

	for (size_t i = 0; i < r->note_count; i++)
		told |= bytes_find(bytes_str(r->notes[i]), BYTES("swap")) != SIZE_MAX;
	assert_true(told);
}

/* --- what is permitted ----------------------------------------------------------------
 */

static struct signed_file signed_again(
	struct desk *d, struct arena *a, const struct signed_file *s)
{
	struct pk k = ak_after(a, s);
	struct signed_file out;

	pk_obj(&k, 10, PAGE_1("40 0 R 50 0 R"));
	pk_obj(&k, 24, FORM("40 0 R 50 0 R"));
	pk_obj(&k, 50,
		"<</FT/Sig/T(two)/V 52 0 R/Type/Annot/Subtype/Widget/F 132/P 10 0 "
		"R/Rect[400 "
		"300 500 400]/AP<</N 51 0 R>>>>");
	pk_stream(&k, 51, "/Type/XObject/Subtype/Form/BBox[0 0 9 9]", BYTES("seal"));
	ak_hole(&k, 52, "");
	pk_table(&k, TRAILER);
	out.prev = k.prev;
	out.file = ak_fill(d, a, pk_bytes(&k));
	return out;
}

static void a_further_signature_is_permitted(void **state)
{
	AUTO(arena) a = arena_new();
	struct signed_file s = ak_signed(*state, a, "", ""), t;
	struct report *r;

	t = signed_again(*state, a, &s);
	ak_permitted(*state, a, t.file, "signature", "second signature");
	r = ak_judge(*state, a, t.file);
	assert_int_equal(r->count, 2);
	if (r->indication != INDICATION_PASSED)
		fail_msg("%s", report_text(r));
	assert_false(r->signatures[0].covers.whole_document);
	assert_true(r->signatures[1].covers.whole_document);
}

/* The attack comes behind two signatures: both must fail. */
static void an_attack_behind_two_signatures_fails_both(void **state)
{
	AUTO(arena) a = arena_new();
	struct signed_file s = ak_signed(*state, a, "", ""), t;
	struct pk k;
	struct report *r;

	t = signed_again(*state, a, &s);
	k = pk_after(a, t.file, t.prev, 60);
	pk_stream(&k, 12, "", BYTES("BT (99) Tj ET"));
	pk_table(&k, TRAILER);
	r = ak_judge(*state, a, pk_bytes(&k));
	assert_int_equal(r->count, 2);
	for (size_t i = 0; i < 2; i++)
		assert_failed(&r->signatures[i], CHECK_LATER_CHANGES,
			SUB_SIG_CONSTRAINTS_FAILURE);
}

/* What happened between the two is the second signer's, and the first one's harm. */
static void a_change_between_two_signatures_fails_the_first(void **state)
{
	AUTO(arena) a = arena_new();
	struct signed_file s = ak_signed(*state, a, "", ""), t;
	struct pk k = ak_after(a, &s);
	struct report *r;

	pk_stream(&k, 12, "", BYTES("BT (99) Tj ET"));
	pk_table(&k, TRAILER);
	t = (struct signed_file){pk_bytes(&k), k.prev};
	t = signed_again(*state, a, &t);
	r = ak_judge(*state, a, t.file);
	assert_int_equal(r->count, 2);
	assert_failed(
		&r->signatures[0], CHECK_LATER_CHANGES, SUB_SIG_CONSTRAINTS_FAILURE);
	assert_int_equal(r->signatures[1].indication, INDICATION_PASSED);
}

static const struct attack permitted[] = {
	{"an empty field is filled in", "field-filled",
		{{20, FIELD_EMPTY("/V(yes)/AP<</N 50 0 R>>"), NULL},
			{50, "/Type/XObject/Subtype/Form/BBox[0 0 9 9]", "(yes) Tj"}},
		NULL},
	{"evidence is added", "dss",
		{{1, CATALOG("/DSS 50 0 R"), NULL}, {50, "<</Certs[51 0 R]>>", NULL},
			{51, "", "no certificate"}},
		NULL},
	{"metadata and Info are brought up to date", "metadata",
		{{23, "/Type/Metadata/Subtype/XML", "<y/>"},
			{32, "<</Title(contract)/ModDate(D:20260101)>>", NULL}},
		NULL},
	{"a page is written once more as it was", "rewritten",
		{{12, "", "BT /F1 12 Tf 72 700 Td (10 000) Tj ET /I Do"}}, NULL},
	{"an object that nothing refers to", "unreferenced-object",
		{{50, "(nothing)", NULL}}, NULL},
};

static void what_is_permitted_is_not_flagged(void **state)
{
	AUTO(arena) a = arena_new();
	struct signed_file s = ak_signed(*state, a, "", "");

	for (size_t i = 0; i < sizeof permitted / sizeof *permitted; i++) {
		struct bytes file = attacked(a, &s, &permitted[i], i % 2);

		ak_permitted(*state, a, file, permitted[i].kind, permitted[i].what);
	}
}

//= ISO 32000-1 §12.8.2.2: P 1 permits nothing, but evidence always is
static void a_file_certified_against_all_changes_takes_evidence_only(void **state)
{
	AUTO(arena) a = arena_new();
	struct signed_file s = ak_signed(*state, a,
		"/Reference[<</TransformMethod/DocMDP/TransformParams<</P 1>>>>]", "");

	for (size_t i = 0; i < sizeof permitted / sizeof *permitted; i++) {
		struct bytes file = attacked(a, &s, &permitted[i], false);

		if (i == 1 || i == 3)
			ak_permitted(
				*state, a, file, permitted[i].kind, permitted[i].what);
		else
			ak_flagged(*state, a, file, permitted[i].kind, permitted[i].what);
	}
	ak_flagged(*state, a, signed_again(*state, a, &s).file, "signature",
		"signing a locked file");
}

//= ISO 32000-1 §12.8.2.4: the fields that FieldMDP or the field's Lock name are closed
static void locked_fields_may_not_be_filled(void **state)
{
	static const char *const locks[] = {"/Reference[<</TransformMethod/FieldMDP/"
					    "TransformParams<</Action/All>>>>]",
		"/Reference[<</TransformMethod/FieldMDP/TransformParams<</Action/Include/"
		"Fields[(empty)]>>>>]",
		"/Reference[<</TransformMethod/FieldMDP/TransformParams<</Action/Exclude/"
		"Fields[(filled)]>>>>]"};
	static const char *const open =
		"/Reference[<</TransformMethod/FieldMDP/TransformParams<</Action/Exclude/"
		"Fields[(empty)]>>>>]";
	AUTO(arena) a = arena_new();
	struct signed_file s;

	for (size_t i = 0; i < sizeof locks / sizeof *locks; i++) {
		s = ak_signed(*state, a, locks[i], "");
		ak_flagged(*state, a, attacked(a, &s, &permitted[0], false),
			"field-filled", locks[i]);
	}
	s = ak_signed(*state, a, "", "/Lock<</Action/Include/Fields[(empty)]>>");
	ak_flagged(
		*state, a, attacked(a, &s, &permitted[0], false), "field-filled", "Lock");
	s = ak_signed(*state, a, open, "");
	ak_permitted(
		*state, a, attacked(a, &s, &permitted[0], false), "field-filled", open);
}

/* --- seals ----------------------------------------------------------------------------
 */

static struct bytes make_seal(struct desk *d, struct arena *a)
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

	if (!ses_make(a, &seal, d->w, &spec, &e))
		fail_msg("%s", e.text);
	return seal;
}

/* The signature's contents replaced by a seal signature over the same ranges. */
static struct bytes sealed(struct desk *d, struct arena *a, struct bytes file)
{
	struct bytes copy = arena_dup(a, file), der;
	size_t from = bytes_find(copy, BYTES("/Contents<")) + 9, to = from + HOLE + 2;
	AUTO(digest) digest = digest_new(DIGEST_SM3);
	uint8_t sm3[SM3_SIZE];
	struct ses_sign_spec spec = {.seal = make_seal(d, a),
		.data_sm3 = sm3,
		.property = BYTES("[0]"),
		.time = KIT_NOW,
		.key = d->k->key,
		.cert = d->signer.der};
	char *text;
	struct err e;

	digest_put(digest, bytes_head(copy, from));
	digest_put(digest, bytes_from(copy, to));
	digest_finish(digest, sm3);
	if (!ses_sign(a, &der, d->w, &spec, &e))
		fail_msg("%s", e.text);
	text = hex_encode(a, der);
	assert_true(2 * der.n <= HOLE);
	for (size_t i = 0; i < HOLE; i++)
		ak_overwrite(
			copy, from + 1 + i, i < 2 * der.n ? (char[]){text[i], 0} : "0");
	return copy;
}

//= GB/T 38540-2020 §7.2: in PDF the original is what the ByteRange covers
static void a_seal_in_contents_is_judged_as_a_seal(void **state)
{
	AUTO(arena) a = arena_new();
	struct signed_file s = ak_signed(*state, a, "", "");
	struct bytes file = sealed(*state, a, s.file);
	struct report *r = ak_judge(*state, a, file);

	assert_int_equal(r->count, 1);
	assert_int_equal(r->signatures[0].kind, REPORT_SEAL);
	assert_string_equal(r->signatures[0].format, "ses-4");
	assert_passed(&r->signatures[0], CHECK_DIGEST_DOCUMENT);
	assert_passed(&r->signatures[0], CHECK_SIGNATURE_VALUE);
	assert_passed(&r->signatures[0], CHECK_SEAL_VALUE);
	ak_overwrite(file, bytes_find(file, BYTES("(10 000)")), "(90 000)");
	r = ak_judge(*state, a, file);
	assert_failed(&r->signatures[0], CHECK_DIGEST_DOCUMENT, SUB_HASH_FAILURE);
	assert_int_equal(r->indication, INDICATION_FAILED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_signed_file_passes_and_covers_all),
		cmocka_unit_test(every_attack_is_flagged_with_its_kind),
		cmocka_unit_test(attacks_by_cross_reference_streams_are_flagged_as_well),
		cmocka_unit_test(
			attacks_on_a_certified_file_are_flagged_but_for_annotations),
		cmocka_unit_test(an_entry_that_leads_back_into_signed_octets_is_flagged),
		cmocka_unit_test(an_object_that_is_freed_is_flagged),
		cmocka_unit_test(octets_that_belong_to_no_object_are_flagged),
		cmocka_unit_test(octets_behind_the_last_revision_are_refused),
		cmocka_unit_test(blank_lines_at_the_end_are_nothing),
		cmocka_unit_test(a_file_rolled_back_by_its_last_startxref_is_not_passed),
		cmocka_unit_test(
			a_revision_that_passes_over_the_signed_one_is_not_passed),
		cmocka_unit_test(ranges_that_are_not_to_the_octet_are_refused),
		cmocka_unit_test(a_signature_without_contents_is_refused),
		cmocka_unit_test(a_signature_copied_into_a_later_dictionary_is_refused),
		cmocka_unit_test(padding_that_is_not_zero_is_refused),
		cmocka_unit_test(one_octet_changed_within_the_ranges_is_a_wrong_digest),
		cmocka_unit_test(a_dictionary_that_no_field_reaches_is_told),
		cmocka_unit_test(a_page_prepared_for_a_later_swap_is_told),
		cmocka_unit_test(a_further_signature_is_permitted),
		cmocka_unit_test(an_attack_behind_two_signatures_fails_both),
		cmocka_unit_test(a_change_between_two_signatures_fails_the_first),
		cmocka_unit_test(what_is_permitted_is_not_flagged),
		cmocka_unit_test(
			a_file_certified_against_all_changes_takes_evidence_only),
		cmocka_unit_test(locked_fields_may_not_be_filled),
		cmocka_unit_test(a_seal_in_contents_is_judged_as_a_seal),
	};

	return cmocka_run_group_tests_name("pdf attacks", tests, desk_begin, desk_end);
}
