/* Forged sealed files: lists and OFD.xml rewritten, seals and certificates that should
 * not count. None passes unless the document is what it was.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "torture.h"
#include "trial_kit.h"

/* --- the list of signatures and OFD.xml ------------------------------------------------
 */

#define ENTRY(id, type, n)                                                    \
	"<ofd:Signature ID=\"" id "\" Type=\"" type "\" BaseLoc=\"/" FOLDER n \
	"/Signature.xml\"/>"
#define LISTED(entries) \
	PACKAGE_TOP "<ofd:Signatures " PACKAGE_NS ">" entries "</ofd:Signatures>"

static void a_list_written_anew_never_passes_wrongly(void **state)
{
	static const char *const lists[] = {
		LISTED(ENTRY("s1", "Seal", "0") ENTRY("s2", "Seal", "1")),
		LISTED(ENTRY("s1", "Seal", "1") ENTRY("s2", "Seal", "0")),
		LISTED(ENTRY("s1", "Seal", "0")),
		LISTED(ENTRY("s2", "Seal", "1")),
		LISTED(""),
		LISTED(ENTRY("s1", "Sign", "0") ENTRY("s2", "Seal", "1")),
		LISTED(ENTRY("s1", "Seal", "0") ENTRY("s2", "Sign", "1")),
		LISTED(ENTRY("s1", "Seal", "0") ENTRY("s1", "Seal", "0")),
		LISTED(ENTRY("s1", "Seal", "1") ENTRY("s1", "Seal", "1")),
		LISTED(ENTRY("s1", "Seal", "0") ENTRY("s2", "Seal", "1")
				ENTRY("s3", "Seal", "0")),
		LISTED(ENTRY("s1", "Seal", "0") ENTRY("s2", "Seal", "1")
				ENTRY("s3", "Seal", "9")),
		LISTED(ENTRY("s1", "Seal", "0") ENTRY("s2", "Seal", "../Signs/Sign_1")),
		LISTED("<ofd:x>" ENTRY("s1", "Seal", "0") "</ofd:x>"),
		"<Signatures>" ENTRY("s1", "Seal", "0") "</Signatures>",
		"<!DOCTYPE x [<!ENTITY e \"x\">]>" LISTED(ENTRY("s1", "Seal", "0")),
		PACKAGE_TOP,
		"",
	};
	struct trial *t = *state;
	size_t at = package_at(&t->was, LIST);

	start(t);
	for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
		t->work.data[at] = bytes_str(lists[i]);
		if (attempt_work(t, lists[i]) == INDICATION_PASSED && i >= 2 && i != 3 &&
			i != 5 && i != 6)
			fail_msg("passes: %s", lists[i]);
		renew(t);
	}
	finish(t);
}

/* A seal taken away with all its files: the one before it stands as it did. Its files
 * left behind are what nobody answers for. */
static void a_seal_taken_out_of_the_list_alone_does_not_pass(void **state)
{
	struct trial *t = *state;
	size_t at = package_at(&t->was, LIST);

	start(t);
	t->work.data[at] = BYTES(LISTED(ENTRY("s1", "Seal", "0")));
	assert_int_equal(attempt_work(t, "unlisted"), INDICATION_INDETERMINATE);
	renew(t);
	t->work.data[at] = BYTES(LISTED(ENTRY("s1", "Seal", "0")));
	for (size_t i = t->work.n; i-- > 0;)
		if (bytes_starts(t->work.names[i], BYTES(FOLDER "1/")))
			package_remove(&t->work, i);
	assert_int_equal(attempt_work(t, "gone"), INDICATION_PASSED);
	finish(t);
}

static void an_ofd_xml_written_anew_never_passes(void **state)
{
	static const char *const bodies[] = {
		"<ofd:DocBody><ofd:DocRoot>Doc_0/Other.xml</ofd:DocRoot>"
		"<ofd:Signatures>/" LIST "</ofd:Signatures></ofd:DocBody>",
		"<ofd:DocBody><ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot>"
		"</ofd:DocBody>",
		"<ofd:DocBody><ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot>"
		"<ofd:Signatures>/" LIST "</ofd:Signatures></ofd:DocBody>"
		"<ofd:DocBody><ofd:DocRoot>Doc_0/Other.xml</ofd:DocRoot></ofd:DocBody>",
		"<ofd:DocBody><ofd:DocRoot>Doc_0/Other.xml</ofd:DocRoot></ofd:DocBody>"
		"<ofd:DocBody><ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot>"
		"<ofd:Signatures>/" LIST "</ofd:Signatures></ofd:DocBody>",
		"<ofd:DocBody><ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot>"
		"<ofd:Signatures>/" LIST "</ofd:Signatures></ofd:DocBody>",
		"",
	};
	struct trial *t = *state;
	size_t at = package_at(&t->was, "OFD.xml");

	start(t);
	for (size_t i = 0; i < sizeof bodies / sizeof *bodies; i++) {
		t->work.data[at] = bytes_str(arena_printf(t->a,
			PACKAGE_TOP "<ofd:OFD " PACKAGE_NS
				    " Version=\"1.0\">%s</ofd:OFD>",
			bodies[i]));
		must_not_pass(t, bodies[i]);
	}
	finish(t);
}

/* The same where the signature leaves OFD.xml uncovered, as Koal's and a tax bureau's do:
 * Signature.xml without that reference, signed anew. */
static struct bytes without_reference(struct trial *t, struct bytes xml, const char *name)
{
	const char *text = arena_str(t->a, xml);
	const char *from =
		strstr(text, arena_printf(t->a, "<ofd:Reference FileRef=\"/%s\"", name));
	const char *to = from ? strstr(from, "</ofd:Reference>") : NULL;

	if (!to)
		fail_msg("no reference to %s", name);
	return bytes_str(arena_printf(t->a, "%.*s%s", (int)(from - text), text,
		to + sizeof "</ofd:Reference>" - 1));
}

/* Drops the second seal and signs a Signature.xml anew with the first. */
static void resign(struct trial *t, struct bytes xml)
{
	uint8_t sm3[SM3_SIZE];
	struct ses_forge f = {.data_sm3 = sm3, .time = KIT_NOW};

	for (size_t i = t->work.n; i-- > 0;)
		if (bytes_starts(t->work.names[i], BYTES(FOLDER "1/")))
			package_remove(&t->work, i);
	sm3_of(xml, sm3);
	t->work.data[package_at(&t->work, LIST)] =
		BYTES(LISTED(ENTRY("s1", "Seal", "0")));
	t->work.data[package_at(&t->work, FOLDER "0/Signature.xml")] = xml;
	t->work.data[package_at(&t->work, FOLDER "0/SignedValue.dat")] = ses_forge_over(
		t->d, &f, t->was.data[package_at(&t->was, FOLDER "0/Seal.esl")]);
}

#define BODY(root, more) \
	"<ofd:DocBody><ofd:DocRoot>Doc_0/" root "</ofd:DocRoot>" more "</ofd:DocBody>"
#define HERE "<ofd:Signatures>/" LIST "</ofd:Signatures>"

static const char *const entries[] = {
	BODY("Document.xml", HERE),
	BODY("Document.xml", HERE) BODY("Other.xml", ""),
	BODY("Other.xml", HERE),
	BODY("Document.xml", "<ofd:DocRoot>Doc_0/Other.xml</ofd:DocRoot>" HERE),
	BODY("Other.xml", "<ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot>" HERE),
	BODY("Document.xml", "<ofd:Versions><ofd:Version/></ofd:Versions>" HERE),
};

/* Does it pass with one of these, the signature covering OFD.xml not, and Other.xml,
 * which could be taken for the document, when `with_other`? */
static bool passes_with(struct trial *t, const char *body, bool with_other)
{
	struct bytes xml = without_reference(
		t, t->was.data[package_at(&t->was, FOLDER "0/Signature.xml")], "OFD.xml");
	struct report *r = NULL;
	struct judge j;
	bool passes;

	if (!with_other) {
		xml = without_reference(t, xml, "Doc_0/Other.xml");
		package_remove(&t->work, package_at(&t->work, "Doc_0/Other.xml"));
	}
	resign(t, xml);
	t->work.data[package_at(&t->work, "OFD.xml")] = bytes_str(arena_printf(t->a,
		PACKAGE_TOP "<ofd:OFD " PACKAGE_NS " Version=\"1.0\">%s</ofd:OFD>",
		body));
	j = desk_judge_full(t->d, t->a);
	passes = judge(&r, &j, package_write(t->a, &t->work)) &&
		 r->indication == INDICATION_PASSED;
	renew(t);
	return passes;
}

static void an_uncovered_ofd_xml_passes_only_for_the_one_document(void **state)
{
	struct trial *t = *state;

	start(t);
	for (size_t i = 0; i < sizeof entries / sizeof *entries; i++) {
		if (passes_with(t, entries[i], true))
			fail_msg("with a second document: %s", entries[i]);
		if (passes_with(t, entries[i], false) != (i == 0))
			fail_msg("alone: %s", entries[i]);
	}
	finish(t);
}

static void a_page_nobody_answers_for_is_no_pass(void **state)
{
	static const char *const names[] = {"Doc_0/Pages/Page_1/Content.xml",
		"Doc_0/Document.xml", "Doc_0/Attachs/fields.json", FOLDER "0/Seal.esl"};
	struct trial *t = *state;

	start(t);
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		struct bytes xml =
			t->was.data[package_at(&t->was, FOLDER "0/Signature.xml")];
		struct judge j;
		struct report *r;

		resign(t, without_reference(t, xml, names[i]));
		j = desk_judge_full(t->d, t->a);
		assert_true(judge(&r, &j, package_write(t->a, &t->work)));
		assert_int_equal(r->indication, INDICATION_INDETERMINATE);
		assert_failed(
			&r->signatures[0], CHECK_COVERAGE, SUB_SIG_CONSTRAINTS_FAILURE);
		assert_string_equal(r->signatures[0].covers.uncovered[0], names[i]);
		renew(t);
	}
	finish(t);
}

/* --- who made it, and when ------------------------------------------------------------
 */

/* The first seal's signature made anew by ses_forge, and the seal file with it. */
static enum indication forged(struct trial *t, struct ses_forge f, enum sub *sub)
{
	struct bytes seal,
		xml = t->was.data[package_at(&t->was, FOLDER "0/Signature.xml")];
	struct judge j = desk_judge_full(t->d, t->a);
	uint8_t sm3[SM3_SIZE];
	struct report *r;
	enum indication indication;

	/* The seal is not covered here, so that only its own checks can object. */
	seal = ses_forge_seal(t->d, &f);
	resign(t, without_reference(t, xml, FOLDER "0/Seal.esl"));
	sm3_of(t->work.data[package_at(&t->work, FOLDER "0/Signature.xml")], sm3);
	f.data_sm3 = sm3;
	if (!f.time)
		f.time = KIT_NOW;
	t->work.data[package_at(&t->work, FOLDER "0/Seal.esl")] = seal;
	t->work.data[package_at(&t->work, FOLDER "0/SignedValue.dat")] =
		ses_forge_over(t->d, &f, seal);
	t->tried++;
	assert_true(judge(&r, &j, package_write(t->a, &t->work)));
	*sub = r->sub;
	indication = r->indication;
	renew(t);
	return indication;
}

//= Protocols §4: a seal counts only if its maker chains to an anchor for seal makers
static void a_seal_that_should_not_be_never_passes(void **state)
{
	struct trial *t = *state;
	struct desk *d = t->d;
	enum sub sub;

	start(t);
	/* As it should be, all but the coverage of the seal file. */
	assert_int_equal(
		forged(t, (struct ses_forge){0}, &sub), INDICATION_INDETERMINATE);
	assert_int_equal(sub, SUB_SIG_CONSTRAINTS_FAILURE);
	/* By a certificate that makes no seals. */
	assert_int_equal(
		forged(t,
			(struct ses_forge){.maker = &d->other, .maker_key = d->other_key},
			&sub),
		INDICATION_FAILED);
	/* Signed by one the seal does not list. */
	assert_int_equal(
		forged(t, (struct ses_forge){.cert = &d->other, .key = d->other_key},
			&sub),
		INDICATION_FAILED);
	/* By another key than the certificate's; the maker's likewise. */
	assert_int_equal(forged(t, (struct ses_forge){.key = d->other_key}, &sub),
		INDICATION_FAILED);
	assert_int_equal(sub, SUB_SIG_CRYPTO_FAILURE);
	assert_int_equal(forged(t, (struct ses_forge){.maker_key = d->other_key}, &sub),
		INDICATION_FAILED);
	assert_int_equal(sub, SUB_SIG_CRYPTO_FAILURE);
	/* With a seal that had lapsed when it was set, or was not valid yet. */
	assert_int_equal(forged(t,
				 (struct ses_forge){.valid_from = KIT_NOW - 9 * TIME_DAY,
					 .valid_to = KIT_NOW - TIME_DAY},
				 &sub),
		INDICATION_FAILED);
	assert_int_equal(forged(t,
				 (struct ses_forge){.valid_from = KIT_NOW + TIME_DAY,
					 .valid_to = KIT_NOW + 9 * TIME_DAY},
				 &sub),
		INDICATION_FAILED);
	finish(t);
}

static enum indication judged(struct trial *t, const struct judge *j)
{
	struct report *r;

	t->tried++;
	assert_true(judge(&r, j, t->sealed));
	return r->indication;
}

/* A CRL that lists one certificate. */
static struct bytes crl_listing(struct desk *d, const struct cert *c)
{
	struct issue_revoked revoked = {.serial = c->serial,
		.at = KIT_NOW - TIME_HOUR,
		.invalid_since = TIME_NONE};
	struct bytes crl;
	struct err e;

	if (!issue_crl(d->a, &crl, d->w, &d->k->ca, d->k->ca_key, 2, false, 0, KIT_NOW,
		    KIT_NOW + TIME_DAY, &revoked, 1, &e))
		fail_msg("%s", e.text);
	return crl;
}

static void a_certificate_that_is_revoked_lapsed_or_unknown_is_no_pass(void **state)
{
	struct trial *t = *state;
	struct desk *d = t->d;
	const struct cert *revoked[] = {&d->signer, &d->other, &d->maker};
	struct trust_anchor anchor = d->anchor;
	struct trust trust = {.serial = 1, .anchors = &anchor, .count = 1};
	struct judge j;
	struct err e;

	start(t);
	for (size_t i = 0; i < 3; i++) {
		j = desk_judge_full(d, t->a);
		assert_true(evidence_add_crl(j.evidence, crl_listing(d, revoked[i]), &e));
		assert_int_not_equal(judged(t, &j), INDICATION_PASSED);
		if (i < 2)
			assert_int_equal(judged(t, &j), INDICATION_FAILED);
		renew(t);
	}
	j = desk_judge_full(d, t->a);
	j.now = KIT_NOW + 400 * TIME_DAY;
	assert_int_equal(judged(t, &j), INDICATION_INDETERMINATE);
	j.now = KIT_NOW - 400 * TIME_DAY;
	assert_int_not_equal(judged(t, &j), INDICATION_PASSED);
	j = desk_judge_full(d, t->a);
	j.trust = NULL;
	assert_int_equal(judged(t, &j), INDICATION_INDETERMINATE);
	j.trust = &trust;
	anchor.purposes = TRUST_SIGNER;
	assert_int_not_equal(judged(t, &j), INDICATION_PASSED);
	anchor.purposes = TRUST_SEAL_MAKER;
	assert_int_not_equal(judged(t, &j), INDICATION_PASSED);
	trust.count = 0;
	assert_int_not_equal(judged(t, &j), INDICATION_PASSED);
	/* Without a CRL nobody knows. */
	j = desk_judge(d, t->a);
	j.trust = &d->trust;
	assert_int_equal(judged(t, &j), INDICATION_INDETERMINATE);
	finish(t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_list_written_anew_never_passes_wrongly),
		cmocka_unit_test(a_seal_taken_out_of_the_list_alone_does_not_pass),
		cmocka_unit_test(an_ofd_xml_written_anew_never_passes),
		cmocka_unit_test(an_uncovered_ofd_xml_passes_only_for_the_one_document),
		cmocka_unit_test(a_page_nobody_answers_for_is_no_pass),
		cmocka_unit_test(a_seal_that_should_not_be_never_passes),
		cmocka_unit_test(
			a_certificate_that_is_revoked_lapsed_or_unknown_is_no_pass),
	};

	return cmocka_run_group_tests_name("forged", tests, trial_begin, trial_end);
}
