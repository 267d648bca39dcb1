/* test_report: JSON that programs can read whatever a file says, and text in both
 * languages.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <jansson.h>

#include "base/text.h"
#include "ses_forge.h"

static json_t *parse(const char *text)
{
	json_error_t error;
	json_t *o = json_loads(text, JSON_REJECT_DUPLICATES, &error);

	if (!o)
		fail_msg("%s in %s", error.text, text);
	return o;
}

static const char *string_at(json_t *o, const char *key)
{
	const char *s = json_string_value(json_object_get(o, key));

	if (!s)
		fail_msg("no string %s", key);
	return s;
}

static struct report *judge_sealed(
	struct desk *d, const struct judge *j, const struct ses_forge *f)
{
	struct report *r = report_new(j, "合同.ofd", "ofd");
	struct report_signature *s = report_add(r, REPORT_SEAL, "ses-4");
	struct ses_given given = {.data_sm3 = ses_forge_sm3};
	struct ses_signature ses;
	struct err e;

	if (!ses_signature_read(&ses, ses_forge(d, f), &e))
		fail_msg("%s", e.text);
	s->where = "Doc_0/Signs/Sign_0/Signature.xml";
	ses_judge_signature(r, s, j, &ses, &given);
	s->covers = (struct report_covers){
		.applies = true, .whole_document = true, .files = 13, .of = 13};
	report_conclude(r);
	return r;
}

/* Design §5, field by field. */
static void the_json_has_the_shape_of_the_design(void **state)
{
	struct desk *d = *state;
	AUTO(arena) a = arena_new();
	struct judge j = desk_judge_full(d, a);
	struct ses_forge f = {0};
	json_t *o = parse(report_json(judge_sealed(d, &j, &f))), *s, *part, *check;
	size_t i;

	assert_string_equal(string_at(o, "file"), "合同.ofd");
	assert_string_equal(string_at(o, "format"), "ofd");
	assert_string_equal(string_at(o, "indication"), "TOTAL-PASSED");
	assert_true(json_is_null(json_object_get(o, "subindication")));
	assert_string_equal(string_at(o, "verified_at"), "2026-01-01T00:00:00Z");
	assert_int_equal(json_integer_value(
				 json_object_get(json_object_get(o, "trust"), "serial")),
		1);
	assert_int_equal(json_array_size(json_object_get(o, "signatures")), 1);
	s = json_array_get(json_object_get(o, "signatures"), 0);
	assert_string_equal(string_at(s, "kind"), "seal");
	assert_string_equal(string_at(s, "format"), "ses-4");
	part = json_object_get(s, "signer");
	assert_true(strstr(string_at(part, "subject"), "签章人") != NULL);
	assert_true(strstr(string_at(part, "issuer"), "测试根") != NULL);
	assert_non_null(json_object_get(part, "credit_code"));
	part = json_object_get(s, "seal");
	assert_string_equal(string_at(part, "id"), "44010000000001");
	assert_string_equal(string_at(part, "name"), "某单位");
	assert_string_equal(string_at(part, "valid_from"), "2025-12-31T00:00:00Z");
	assert_string_equal(string_at(part, "valid_to"), "2026-10-28T00:00:00Z");
	part = json_object_get(s, "signed_at");
	assert_string_equal(string_at(part, "time"), "2025-12-31T23:00:00Z");
	assert_string_equal(string_at(part, "source"), "claimed");
	part = json_object_get(s, "covers");
	assert_true(json_is_true(json_object_get(part, "whole_document")));
	assert_int_equal(json_integer_value(json_object_get(part, "files")), 13);
	assert_int_equal(json_integer_value(json_object_get(part, "of")), 13);
	assert_true(json_is_array(json_object_get(part, "uncovered")));
	assert_string_equal(string_at(s, "indication"), "TOTAL-PASSED");
	assert_string_equal(string_at(json_object_get(s, "national"), "result"), "valid");
	assert_non_null(json_object_get(json_object_get(s, "national"), "note"));
	assert_true(json_array_size(json_object_get(s, "checks")) >= 10);
	json_array_foreach(json_object_get(s, "checks"), i, check)
	{
		const char *result = string_at(check, "result");

		assert_true(string_at(check, "id")[0] && string_at(check, "title")[0]);
		assert_non_null(json_object_get(check, "detail"));
		assert_non_null(json_object_get(check, "rule"));
		assert_true(strcmp(result, "passed") == 0 ||
			    strcmp(string_at(check, "id"), "seal.filing") == 0);
	}
	json_decref(o);
}

static void a_file_without_signatures_is_no_signature(void **state)
{
	struct desk *d = *state;
	AUTO(arena) a = arena_new();
	struct judge j = desk_judge(d, a);
	struct report *r = report_new(&j, "x.ofd", "ofd");
	json_t *o;

	report_conclude(r);
	o = parse(report_json(r));
	assert_string_equal(string_at(o, "indication"), "NO-SIGNATURE");
	assert_true(json_is_null(json_object_get(o, "trust")));
	assert_int_equal(json_array_size(json_object_get(o, "signatures")), 0);
	json_decref(o);
	assert_true(report_text(r)[0]);
}

/* No octet below 0x20 but the line feed, no mark that turns text round. */
static void assert_harmless(const char *text)
{
	struct bytes b = bytes_str(text);

	assert_true(utf8_is_valid(b));
	for (size_t i = 0; i < b.n; i++)
		assert_true(b.p[i] >= 0x20 || b.p[i] == '\n');
	assert_int_equal(bytes_find(b, BYTES("\xe2\x80\xae")), SIZE_MAX);
	assert_int_equal(bytes_find(b, BYTES("\xe2\x81\xa6")), SIZE_MAX);
	assert_int_equal(bytes_find(b, BYTES("\x7f")), SIZE_MAX);
	assert_int_equal(bytes_find(b, BYTES("\xc2\x9b")), SIZE_MAX);
}

static void each_string(json_t *v)
{
	const char *key;
	json_t *child;
	size_t i;

	if (json_is_string(v))
		assert_harmless(json_string_value(v));
	json_object_foreach(v, key, child) each_string(child);
	json_array_foreach(v, i, child) each_string(child);
}

static void hostile_names_neither_break_json_nor_reach_a_terminal(void **state)
{
	static const char hostile[] =
		"\x1b[2J\xe2\x80\xaetxt.exe\xe2\x81\xa6\"\\\x7f\xc2\x9b\n\r";
	struct desk *d = *state;

	for (int lang = 0; lang < 2; lang++) {
		AUTO(arena) a = arena_new();
		struct judge j = desk_judge_full(d, a);
		struct issue_spec spec = kit_spec(ISSUE_SIGN, hostile);
		struct ses_forge f = {.name = bytes_str(hostile)};
		struct report *r;
		struct cert c;
		json_t *o;

		j.lang = lang ? LANG_ZH : LANG_EN;
		spec.subject.organization = hostile;
		c = kit_issue(d->k, &spec, &d->k->key->pub, &d->k->ca, d->k->ca_key);
		f.cert = &c;
		r = judge_sealed(d, &j, &f);
		assert_true(r->signatures[0].has_signer);
		o = parse(report_json(r));
		each_string(o);
		json_decref(o);
		assert_harmless(report_text(r));
	}
}

static void strings_that_are_not_utf8_do_not_break_json(void **state)
{
	struct desk *d = *state;
	AUTO(arena) a = arena_new();
	struct judge j = desk_judge(d, a);
	struct report *r = report_new(&j, "\xff\xfe.ofd", "ofd");
	struct report_signature *s = report_add(r, REPORT_SEAL, "ses-4");
	json_t *o;

	s->provider = "\xc3\x28";
	s->signer_title = "\xed\xa0\x80";
	report_note(r, "\xf8\x88");
	verdict_fail(&s->verdict, CHECK_FORMAT, SUB_FORMAT_FAILURE, "r", "\x80");
	report_conclude(r);
	o = parse(report_json(r));
	assert_string_equal(string_at(o, "indication"), "TOTAL-FAILED");
	assert_int_equal(json_array_size(json_object_get(o, "signatures")), 1);
	json_decref(o);
}

static void both_languages_say_everything(void **state)
{
	struct desk *d = *state;
	AUTO(arena) a = arena_new();
	struct ses_forge f = {
		.stamp = BYTES("\x01\x02\x03"), .valid_to = KIT_NOW - TIME_MINUTE};
	char *texts[2];

	for (int lang = 0; lang < 2; lang++) {
		struct judge j = desk_judge(d, a);
		struct report *r;

		j.lang = lang ? LANG_EN : LANG_ZH;
		r = judge_sealed(d, &j, &f);
		texts[lang] = report_text(r);
		/* Names and results are not translated. */
		assert_non_null(strstr(texts[lang], sub_name(r->sub)));
		for (enum check_id id = 0; id < CHECK_COUNT; id++)
			if (r->signatures[0].verdict.checks[id].present)
				assert_non_null(
					strstr(texts[lang], check_title(j.lang, id)));
	}
	assert_non_null(strstr(texts[0], "信任库"));
	assert_non_null(strstr(texts[1], "trust store"));
	assert_string_not_equal(texts[0], texts[1]);
}

//= Design §5: the whole file is the worst of its signatures
static void the_worst_signature_is_the_files(void **state)
{
	static const struct {
		enum sub subs[3]; /* SUB_NONE: passed */
		enum indication want;
		enum sub sub;
	} rows[] = {
		{{SUB_NONE, SUB_NONE, SUB_NONE}, INDICATION_PASSED, SUB_NONE},
		{{SUB_NONE, SUB_TRY_LATER, SUB_NONE}, INDICATION_INDETERMINATE,
			SUB_TRY_LATER},
		{{SUB_TRY_LATER, SUB_HASH_FAILURE, SUB_NONE}, INDICATION_FAILED,
			SUB_HASH_FAILURE},
		{{SUB_HASH_FAILURE, SUB_TRY_LATER, SUB_REVOKED}, INDICATION_FAILED,
			SUB_HASH_FAILURE},
		{{SUB_REVOKED, SUB_NONE, SUB_HASH_FAILURE}, INDICATION_FAILED,
			SUB_HASH_FAILURE},
	};
	struct desk *d = *state;

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		AUTO(arena) a = arena_new();
		struct judge j = desk_judge(d, a);
		struct report *r = report_new(&j, "x", "ofd");

		for (size_t k = 0; k < 3; k++) {
			struct report_signature *s = report_add(r, REPORT_SEAL, "ses-4");

			if (rows[i].subs[k])
				verdict_fail(&s->verdict, CHECK_FORMAT, rows[i].subs[k],
					"r", "");
			else
				verdict_pass(&s->verdict, CHECK_FORMAT, "r", "");
		}
		report_conclude(r);
		assert_int_equal(r->indication, rows[i].want);
		assert_int_equal(r->sub, rows[i].sub);
	}
}

/* A stamp proves a time and nobody's consent. */
static void time_stamps_and_records_alone_are_no_signature(void **state)
{
	static const struct {
		const char *format;
		enum report_kind kinds[2];
		enum sub sub; /* of the first */
		enum indication want;
	} rows[] = {
		{"pdf", {REPORT_TIMESTAMP, REPORT_TIMESTAMP}, SUB_NONE,
			INDICATION_NO_SIGNATURE},
		{"pdf", {REPORT_TIMESTAMP, REPORT_TIMESTAMP},
			SUB_NO_CERTIFICATE_CHAIN_FOUND, INDICATION_NO_SIGNATURE},
		{"pdf", {REPORT_TIMESTAMP, REPORT_TIMESTAMP}, SUB_HASH_FAILURE,
			INDICATION_FAILED},
		{"qye", {REPORT_EVIDENCE, REPORT_RECORD}, SUB_NONE,
			INDICATION_NO_SIGNATURE},
		{"pdf", {REPORT_TIMESTAMP, REPORT_SIGNATURE}, SUB_NONE,
			INDICATION_PASSED},
		{"qye", {REPORT_RECORD, REPORT_SEAL}, SUB_NONE, INDICATION_PASSED},
		{"timestamp", {REPORT_TIMESTAMP, REPORT_TIMESTAMP}, SUB_NONE,
			INDICATION_PASSED},
	};
	struct desk *d = *state;

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		AUTO(arena) a = arena_new();
		struct judge j = desk_judge(d, a);
		struct report *r = report_new(&j, "x", rows[i].format);

		for (size_t k = 0; k < 2; k++) {
			struct report_signature *s = report_add(r, rows[i].kinds[k], "x");

			if (k == 0 && rows[i].sub)
				verdict_fail(
					&s->verdict, CHECK_FORMAT, rows[i].sub, "r", "");
			else
				verdict_pass(&s->verdict, CHECK_FORMAT, "r", "");
		}
		report_conclude(r);
		if (r->indication != rows[i].want)
			fail_msg("row %zu: %s", i, indication_name(r->indication));
	}
}

static void numbers_of_signatures_and_notes_are_bounded(void **state)
{
	struct desk *d = *state;
	AUTO(arena) a = arena_new();
	struct judge j = desk_judge(d, a);
	struct report *r = report_new(&j, "x", "ofd");

	for (size_t i = 0; i < REPORT_SIGNATURES_MAX; i++)
		assert_non_null(report_add(r, REPORT_SEAL, "ses-4"));
	assert_null(report_add(r, REPORT_SEAL, "ses-4"));
	for (size_t i = 0; i < REPORT_NOTES_MAX + 10; i++)
		report_note(r, "note");
	assert_int_equal(r->note_count, REPORT_NOTES_MAX);
}

static void exit_codes_are_those_of_the_design(void **state)
{
	(void)state;
	assert_int_equal(report_exit(INDICATION_PASSED), 0);
	assert_int_equal(report_exit(INDICATION_FAILED), 1);
	assert_int_equal(report_exit(INDICATION_INDETERMINATE), 2);
	assert_int_equal(report_exit(INDICATION_NO_SIGNATURE), 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_json_has_the_shape_of_the_design),
		cmocka_unit_test(a_file_without_signatures_is_no_signature),
		cmocka_unit_test(hostile_names_neither_break_json_nor_reach_a_terminal),
		cmocka_unit_test(strings_that_are_not_utf8_do_not_break_json),
		cmocka_unit_test(both_languages_say_everything),
		cmocka_unit_test(the_worst_signature_is_the_files),
		cmocka_unit_test(time_stamps_and_records_alone_are_no_signature),
		cmocka_unit_test(numbers_of_signatures_and_notes_are_bounded),
		cmocka_unit_test(exit_codes_are_those_of_the_design),
	};

	return cmocka_run_group_tests(tests, desk_begin, desk_end);
}
