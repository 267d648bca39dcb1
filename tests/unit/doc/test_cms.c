/* test_cms: judging and writing SignedData: every variant of standards §1 holds, and what
 * must not hold does not.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "cms_forge.h"
#include "doc/cms_write.h"
#include "torture.h"

#include "doc/timestamp.h"

#define TEXT BYTES("采购合同：甲方、乙方")

//= GB/T 35275-2017 §8: SignedData in the variants that other makers write
static void try_variant(struct desk *d, unsigned bits)
{
	AUTO(arena) a = arena_new();
	struct judge j = desk_judge(d, a);
	AUTO(source) document = source_of_bytes(TEXT);
	struct cms_given given = {.content = bits & 128 ? document : NULL};
	struct report_signature *s;
	struct forge f = {.outer = bits & 1 ? OID_P7_SIGNED : OID_GM_SIGNED,
		.inner = bits & 2 ? OID_P7_DATA : OID_GM_DATA,
		.sig = bits & 4 ? OID_SM2_SM3 : OID_SM2_SIGN,
		.null_digest = bits & 8,
		.null_sig = bits & 8,
		.raw = bits & 16,
		.attrs = bits & 32 ? FORGE_FULL : FORGE_NONE,
		.by_key_id = bits & 64,
		.detached = bits & 128,
		.no_certs = bits & 256,
		.content = TEXT};

	if (bits & 256)
		judge_learn_cert(&j, d->signer.der);
	s = forge_judge(d, &j, forge(d, &f), &given);
	assert_passed(s, CHECK_FORMAT);
	assert_passed(s, CHECK_SIGNATURE_VALUE);
	if (f.attrs)
		assert_passed(s, CHECK_DIGEST_DOCUMENT);
	assert_true(s->claimed == (f.attrs ? KIT_NOW - TIME_HOUR : TIME_NONE));
	/* No trust store: never more than this. */
	assert_int_equal(s->indication, INDICATION_INDETERMINATE);
	assert_open(s, CHECK_CERT_CHAIN, SUB_NO_CERTIFICATE_CHAIN_FOUND);
}

static void every_variant_of_the_table_holds(void **state)
{
	for (unsigned bits = 0; bits < 512; bits++)
		try_variant(*state, bits);
}

static void with_trust_and_a_crl_a_signature_is_total_passed(void **state)
{
	struct desk *d = *state;
	AUTO(arena) a = arena_new();
	struct judge j = desk_judge_full(d, a);
	struct forge f = {.attrs = FORGE_FULL, .content = TEXT};
	struct report_signature *s = forge_judge(d, &j, forge(d, &f), NULL);

	if (s->indication != INDICATION_PASSED)
		fail_msg("%s", sub_name(s->sub));
	assert_int_equal(s->national, NATIONAL_VALID);
	assert_string_equal(s->signer_title, "签章人");
}

static void a_digest_attribute_that_differs_is_a_hash_failure(void **state)
{
	struct desk *d = *state;
	AUTO(arena) a = arena_new();
	struct judge j = desk_judge_full(d, a);
	struct forge f = {.attrs = FORGE_OTHER_DIGEST, .content = TEXT};
	struct report_signature *s = forge_judge(d, &j, forge(d, &f), NULL);

	assert_failed(s, CHECK_DIGEST_DOCUMENT, SUB_HASH_FAILURE);
	assert_passed(s, CHECK_SIGNATURE_VALUE); /* over the attributes it is right */
	assert_int_equal(s->indication, INDICATION_FAILED);
}

static void attributes_that_are_missing_wrong_or_twice_are_a_format_failure(void **state)
{
	static const enum forge_attrs wrong[] = {FORGE_NO_TYPE, FORGE_NO_DIGEST,
		FORGE_OTHER_TYPE, FORGE_TWICE, FORGE_TWO_VALUES};
	struct desk *d = *state;

	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
		AUTO(arena) a = arena_new();
		struct judge j = desk_judge_full(d, a);
		struct forge f = {.attrs = wrong[i], .content = TEXT};
		struct report_signature *s = forge_judge(d, &j, forge(d, &f), NULL);

		assert_failed(s, CHECK_FORMAT, SUB_FORMAT_FAILURE);
		assert_false(check_is_passed(s, CHECK_SIGNATURE_VALUE));
		assert_int_equal(s->indication, INDICATION_FAILED);
	}
}

static void digests_that_prove_nothing_are_not_checked(void **state)
{
	static const struct {
		enum oid digest, sig;
	} weak[] = {{OID_SHA1, OID_SM2_SIGN}, {OID_MD5, OID_SM2_SM3},
		{OID_SM3, OID_RSA_SHA1}, {OID_SM3, OID_RSA_PSS},
		{OID_SHA256, OID_SM2_SM3}, {OID_SM3, OID_ECDSA_SHA256}};
	struct desk *d = *state;

	for (size_t i = 0; i < sizeof weak / sizeof *weak; i++) {
		AUTO(arena) a = arena_new();
		struct judge j = desk_judge_full(d, a);
		struct forge f = {
			.digest = weak[i].digest, .sig = weak[i].sig, .content = TEXT};
		struct report_signature *s = forge_judge(d, &j, forge(d, &f), NULL);

		assert_open(s, CHECK_SIGNATURE_VALUE, SUB_CRYPTO_CONSTRAINTS_FAILURE);
		assert_int_equal(s->indication, INDICATION_INDETERMINATE);
	}
}

//= Protocols §3: an attribute-less signature over what is signed elsewhere is FORMAT_FAILURE
static void bare_signatures_over_confusable_content_are_a_format_failure(void **state)
{
	struct desk *d = *state;
	struct forge inner = {.attrs = FORGE_FULL, .content = TEXT};
	struct bytes contents[] = {
		forge_element(d->a, DER_SET, forge_attr_run(d, &inner)),
		BYTES("\x30\x0d\x02\x01\x04\x30\x08\x30\x06\x30\x04\x16\x02"
		      "ES"),
		BYTES("QIANYIN-LOGIN-1\0challenge"),
	};

	for (size_t i = 0; i < 6; i++) {
		AUTO(arena) a = arena_new();
		struct judge j = desk_judge_full(d, a);
		AUTO(source) document = source_of_bytes(contents[i / 2]);
		struct cms_given given = {.content = i % 2 ? document : NULL};
		struct forge f = {.content = contents[i / 2], .detached = i % 2};
		struct report_signature *s = forge_judge(d, &j, forge(d, &f), &given);

		assert_failed(s, CHECK_FORMAT, SUB_FORMAT_FAILURE);
		assert_false(check_is_passed(s, CHECK_SIGNATURE_VALUE));
		/* With attributes the same content is content like any other. */
		f.attrs = FORGE_FULL;
		s = forge_judge(d, &j, forge(d, &f), &given);
		assert_int_equal(s->indication, INDICATION_PASSED);
	}
}

static void a_document_other_than_the_one_inside_is_a_hash_failure(void **state)
{
	struct desk *d = *state;
	AUTO(source) same = source_of_bytes(TEXT);
	AUTO(source) longer = source_of_bytes(BYTES("采购合同：甲方、乙方。"));
	AUTO(source) shorter = source_of_bytes(BYTES("采购合同"));
	AUTO(source) empty = source_of_bytes(BYTES(""));
	struct source *others[] = {same, longer, shorter, empty};

	for (unsigned bits = 0; bits < 16; bits++) {
		AUTO(arena) a = arena_new();
		struct judge j = desk_judge_full(d, a);
		struct cms_given given = {.content = others[bits >> 2]};
		struct forge f = {.attrs = bits & 1 ? FORGE_FULL : FORGE_NONE,
			.detached = bits & 2,
			.content = TEXT};
		struct report_signature *s = forge_judge(d, &j, forge(d, &f), &given);

		if (bits >> 2 == 0) {
			assert_int_equal(s->indication, INDICATION_PASSED);
			continue;
		}
		assert_int_equal(s->indication, INDICATION_FAILED);
		if (f.detached && !f.attrs)
			assert_failed(s, CHECK_SIGNATURE_VALUE, SUB_SIG_CRYPTO_FAILURE);
		else
			assert_failed(s, CHECK_DIGEST_DOCUMENT, SUB_HASH_FAILURE);
	}
}

static void a_detached_signature_without_its_document_is_not_checked(void **state)
{
	struct desk *d = *state;

	for (int attrs = 0; attrs < 2; attrs++) {
		AUTO(arena) a = arena_new();
		struct judge j = desk_judge_full(d, a);
		struct forge f = {.detached = true,
			.attrs = attrs ? FORGE_FULL : FORGE_NONE,
			.content = TEXT};
		struct report_signature *s = forge_judge(d, &j, forge(d, &f), NULL);

		assert_open(s, CHECK_DIGEST_DOCUMENT, SUB_SIGNED_DATA_NOT_FOUND);
		assert_int_equal(s->indication, INDICATION_INDETERMINATE);
	}
}

//= GM/T 0099-2020 §7.2.2: content inside may be the SM3 of Signature.xml
static void by_digest_the_content_is_that_of_the_document_and_of_no_other(void **state)
{
	struct desk *d = *state;
	AUTO(source) same = source_of_bytes(TEXT);
	AUTO(source) other = source_of_bytes(BYTES("x"));
	uint8_t sm3[SM3_SIZE];
	struct bytes base64;

	sm3_of(TEXT, sm3);
	base64 = bytes_str("not the digest at all, but as long as base64 of it is......");
	for (int i = 0; i < 3; i++) {
		AUTO(arena) a = arena_new();
		struct judge j = desk_judge_full(d, a);
		struct cms_given given = {
			.content = i == 1 ? other : same, .by_digest = true};
		struct forge f = {.content = i == 2 ? base64 : BYTES_OF(sm3)};
		struct report_signature *s = forge_judge(d, &j, forge(d, &f), &given);

		if (i == 0) {
			assert_int_equal(s->indication, INDICATION_PASSED);
			given.by_digest = false;
			s = forge_judge(d, &j, forge(d, &f), &given);
		}
		assert_failed(s, CHECK_DIGEST_DOCUMENT, SUB_HASH_FAILURE);
	}
}

static void a_signer_nobody_knows_is_not_checked(void **state)
{
	struct desk *d = *state;
	AUTO(arena) a = arena_new();
	struct judge j = desk_judge_full(d, a);
	struct forge f = {.attrs = FORGE_FULL, .no_certs = true, .content = TEXT};
	struct report_signature *s = forge_judge(d, &j, forge(d, &f), NULL);

	assert_open(s, CHECK_SIGNATURE_VALUE, SUB_NO_SIGNING_CERTIFICATE_FOUND);
	assert_int_equal(s->indication, INDICATION_INDETERMINATE);
	f.carried = &d->other;
	f.no_certs = false;
	s = forge_judge(d, &j, forge(d, &f), NULL);
	assert_open(s, CHECK_SIGNATURE_VALUE, SUB_NO_SIGNING_CERTIFICATE_FOUND);
	assert_false(s->has_signer);
}

static void another_key_than_the_named_one_is_a_crypto_failure(void **state)
{
	struct desk *d = *state;

	for (int attrs = 0; attrs < 2; attrs++) {
		AUTO(arena) a = arena_new();
		struct judge j = desk_judge_full(d, a);
		struct forge f = {.attrs = attrs ? FORGE_FULL : FORGE_NONE,
			.key = d->other_key,
			.cert = &d->signer,
			.content = TEXT};
		struct report_signature *s = forge_judge(d, &j, forge(d, &f), NULL);

		assert_failed(s, CHECK_SIGNATURE_VALUE, SUB_SIG_CRYPTO_FAILURE);
		assert_int_equal(s->indication, INDICATION_FAILED);
	}
}

/* SigningCertificateV2 that names a certificate. */
static struct bytes bound_to(struct desk *d, const struct cert *c)
{
	struct writer w = writer_in(d->a, 256), v = writer_in(d->a, 128);
	uint8_t sha[SHA256_SIZE];
	size_t outer = der_open(&v, DER_SEQUENCE), list = der_open(&v, DER_SEQUENCE),
	       id = der_open(&v, DER_SEQUENCE);

	digest_of(DIGEST_SHA256, c->der, sha);
	der_put(&v, DER_OCTET_STRING, BYTES_OF(sha));
	der_close(&v, id);
	der_close(&v, list);
	der_close(&v, outer);
	forge_attr(&w, OID_SIGNING_CERTIFICATE_V2, writer_bytes(&v));
	return writer_bytes(&w);
}

//= RFC 5035 §5.4: the certificate that verifies is the one that is named
static void a_signing_certificate_attribute_must_name_the_signer(void **state)
{
	struct desk *d = *state;
	AUTO(arena) a = arena_new();
	struct judge j = desk_judge_full(d, a);
	struct forge f = {.attrs = FORGE_FULL, .content = TEXT};

	f.extra = bound_to(d, &d->signer);
	assert_int_equal(
		forge_judge(d, &j, forge(d, &f), NULL)->indication, INDICATION_PASSED);
	f.extra = bound_to(d, &d->other);
	assert_failed(
		forge_judge(d, &j, forge(d, &f), NULL), CHECK_FORMAT, SUB_FORMAT_FAILURE);
	{
		struct writer w = writer_in(d->a, 64);

		forge_attr(&w, OID_SIGNING_CERTIFICATE_V2, BYTES("\x30\x00"));
		f.extra = writer_bytes(&w);
	}
	assert_failed(
		forge_judge(d, &j, forge(d, &f), NULL), CHECK_FORMAT, SUB_FORMAT_FAILURE);
}

static void an_expired_or_unknown_signer_does_not_pass(void **state)
{
	struct desk *d = *state;
	AUTO(arena) a = arena_new();
	struct judge j = desk_judge_full(d, a);
	struct forge f = {.attrs = FORGE_FULL, .content = TEXT};
	struct issue_spec spec = kit_spec(ISSUE_SIGN, "过期");
	struct report_signature *s;
	struct cert old;

	spec.not_before = KIT_NOW - 100 * TIME_DAY;
	spec.not_after = KIT_NOW - 50 * TIME_DAY;
	old = kit_issue(d->k, &spec, &d->k->key->pub, &d->k->ca, d->k->ca_key);
	f.cert = &old;
	s = forge_judge(d, &j, forge(d, &f), NULL);
	assert_passed(s, CHECK_SIGNATURE_VALUE);
	assert_int_not_equal(s->indication, INDICATION_PASSED);
	assert_false(check_is_passed(s, CHECK_CERT_VALIDITY));
	assert_int_equal(s->national, NATIONAL_INVALID);
	spec = kit_spec(ISSUE_ROOT, "自己");
	old = kit_issue(d->k, &spec, &d->k->key->pub, NULL, d->k->key);
	s = forge_judge(d, &j, forge(d, &f), NULL);
	assert_passed(s, CHECK_SIGNATURE_VALUE);
	assert_int_not_equal(s->indication, INDICATION_PASSED);
	assert_false(check_is_passed(s, CHECK_CERT_CHAIN));
}

static void each_signer_is_judged_and_none_is_no_signature(void **state)
{
	struct desk *d = *state;
	AUTO(arena) a = arena_new();
	struct judge j = desk_judge_full(d, a);
	struct report *r = report_new(&j, "x", "cms");
	struct forge f = {.no_signers = true, .content = TEXT};
	struct cms_given given = {0};
	struct err e;

	assert_true(cms_judge(r, &j, forge(d, &f), &given, &e));
	report_conclude(r);
	assert_int_equal(r->indication, INDICATION_NO_SIGNATURE);
}

static void one_signature_repeated_is_not_two_people(void **state)
{
	struct desk *d = *state;
	AUTO(arena) a = arena_new();
	struct judge j = desk_judge_full(d, a);
	struct report *r = report_new(&j, "x", "cms");
	struct forge f = {.attrs = FORGE_FULL, .content = TEXT, .repeated = true};
	struct cms_given given = {0};
	struct err e;

	assert_true(cms_judge(r, &j, forge(d, &f), &given, &e));
	report_conclude(r);
	assert_int_equal(r->count, 2);
	assert_int_equal(r->signatures[0].indication, INDICATION_PASSED);
	assert_int_equal(r->signatures[1].indication, INDICATION_FAILED);
	assert_int_equal(r->signatures[1].sub, SUB_FORMAT_FAILURE);
}

static void a_claimed_time_still_to_come_does_not_pass(void **state)
{
	struct desk *d = *state;
	AUTO(arena) a = arena_new();
	struct judge j = desk_judge_full(d, a);
	struct forge f = {.attrs = FORGE_FULL, .content = TEXT};
	struct report_signature *s;

	/* It claims KIT_NOW - 1 h. */
	j.now = KIT_NOW - TIME_HOUR - 4 * TIME_MINUTE;
	s = forge_judge(d, &j, forge(d, &f), NULL);
	assert_int_not_equal(s->verdict.checks[CHECK_CERT_VALIDITY].result, CHECK_FAILED);
	j.now = KIT_NOW - TIME_HOUR - 6 * TIME_MINUTE;
	s = forge_judge(d, &j, forge(d, &f), NULL);
	assert_int_equal(s->verdict.checks[CHECK_CERT_VALIDITY].result, CHECK_FAILED);
	assert_int_not_equal(s->indication, INDICATION_PASSED);
	assert_int_equal(s->national, NATIONAL_INVALID);
}

/* Another certificate of the same issuer and serial, planted where evidence is looked
 * for. */
static void a_planted_namesake_does_not_spoil_a_good_signature(void **state)
{
	struct desk *d = *state;
	AUTO(arena) a = arena_new();
	struct judge j = desk_judge_full(d, a);
	struct forge f = {.attrs = FORGE_FULL, .content = TEXT};
	uint8_t *octets = mem_dup(d->signer.der);
	struct bytes namesake = bytes_make(octets, d->signer.der.n);
	size_t key = bytes_find(namesake, d->signer.key.point);

	/* Only the key differs: the other one's. */
	assert_true(key != SIZE_MAX);
	memcpy(octets + key, d->other.key.point.p, d->other.key.point.n);
	judge_learn_cert(&j, namesake);
	assert_int_equal(
		forge_judge(d, &j, forge(d, &f), NULL)->indication, INDICATION_PASSED);
	mem_free(octets);
}

struct altered {
	struct desk *d;
	struct bytes seed, signed_octets;
	size_t passed;
};

/* Whatever is altered, a passed signature.value means that the signed octets are the
 * seed's. */
static void never_passes(struct bytes der, const struct alteration *what, void *ctx)
{
	struct altered *t = ctx;
	AUTO(arena) a = arena_new();
	struct judge j = desk_judge(t->d, a);
	struct report *r = report_new(&j, "x", "cms");
	struct cms_given given = {0};
	struct cms_signer s;
	struct bytes run;
	struct cms c;
	struct err e;

	(void)what;
	if (!cms_judge(r, &j, der, &given, &e))
		return;
	report_conclude(r);
	(void)report_json(r);
	if (r->count != 1 || !check_is_passed(&r->signatures[0], CHECK_SIGNATURE_VALUE))
		return;
	t->passed++;
	assert_true(cms_read(&c, der, &e));
	run = c.signers;
	assert_true(cms_signer_next(&run, &s, &e));
	assert_bytes(s.has_attrs ? s.attrs : c.content.octets, t->signed_octets);
	if (s.has_attrs && check_is_passed(&r->signatures[0], CHECK_DIGEST_DOCUMENT))
		assert_bytes(c.content.octets, TEXT);
}

static void no_alteration_of_a_signed_octet_passes(void **state)
{
	struct desk *d = *state;

	for (int attrs = 0; attrs < 2; attrs++) {
		struct forge f = {
			.attrs = attrs ? FORGE_FULL : FORGE_NONE, .content = TEXT};
		struct altered t = {
			d, forge(d, &f), attrs ? forge_attr_run(d, &f) : TEXT, 0};

		assert_true(torture_each(t.seed, TORTURE_ALL | TORTURE_HEAVY,
				    never_passes, &t) > 300);
	}
}

/* --- writing --- */

static struct bytes write_message(struct desk *d, struct key *key, const struct cert *c,
	bool attached, struct bytes order)
{
	AUTO(source) document = source_of_bytes(TEXT);
	struct cms_sign_spec spec = {.content = document,
		.attached = attached,
		.key = key,
		.cert = c->der,
		.others = &d->k->ca.der,
		.others_count = 1,
		.signing_time = KIT_NOW,
		.order_digest = order};
	struct bytes der = {NULL, 0};
	struct err e;

	if (!cms_sign(d->a, &der, d->w, &spec, &e))
		fail_msg("%s", e.text);
	return der;
}

//= GB/T 35275-2017 §8: what is written has its attributes in DER order
static void assert_standard_form(struct bytes der)
{
	struct bytes run, last = {NULL, 0};
	struct cms_signer s;
	struct der attr;
	struct cms c;
	struct err e;

	assert_true(cms_read(&c, der, &e));
	assert_int_equal(c.version, 1);
	run = c.signers;
	assert_true(cms_signer_next(&run, &s, &e));
	assert_true(s.has_attrs && s.version == 1);
	assert_int_equal(run.n, 0);
	run = s.attrs;
	while (run.n) {
		assert_true(der_next(&run, &attr, &e));
		assert_true(bytes_compare(last, attr.whole) < 0);
		last = attr.whole;
	}
}

static void what_is_written_has_the_standard_form_and_holds(void **state)
{
	static const enum key_kind kinds[] = {KEY_SM2, KEY_P256, KEY_P384, KEY_RSA};
	struct desk *d = *state;
	uint8_t order[SM3_SIZE] = {7};

	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
		AUTO(arena) a = arena_new();
		struct judge j = desk_judge_full(d, a);
		AUTO(key) key = kit_key(d->k, kinds[i]);
		struct cert c = kit_cert(d->k, ISSUE_SIGN, "签名者", key);
		AUTO(source) document = source_of_bytes(TEXT);
		struct cms_given given = {.content = document};
		struct bytes attached = write_message(d, key, &c, true, BYTES_OF(order));
		struct bytes detached =
			write_message(d, key, &c, false, (struct bytes){NULL, 0});
		struct report_signature *s = forge_judge(d, &j, attached, NULL);
		struct cms_signer signer;
		struct cms_attrs attrs;
		struct cms m;
		struct err e;

		assert_standard_form(attached);
		assert_standard_form(detached);
		assert_int_equal(s->indication, INDICATION_PASSED);
		assert_string_equal(s->format, kinds[i] == KEY_SM2 ? "gbt35275" : "cms");
		assert_true(s->claimed == KIT_NOW);
		s = forge_judge(d, &j, detached, &given);
		assert_int_equal(s->indication, INDICATION_PASSED);
		assert_true(cms_read(&m, attached, &e));
		assert_true(cms_signer_next(&m.signers, &signer, &e));
		assert_true(cms_attrs_read(&attrs, signer.attrs, &e));
		assert_bytes(attrs.order_digest, BYTES_OF(order));
		assert_int_equal(attrs.signing_certificate.n > 0, kinds[i] != KEY_SM2);
	}
}

static void a_key_that_is_not_the_certificates_signs_nothing(void **state)
{
	struct desk *d = *state;
	AUTO(source) document = source_of_bytes(TEXT);
	struct cert encrypt = kit_cert(d->k, ISSUE_ENCRYPT, "加密", d->k->key);
	struct cms_sign_spec spec = {.content = document,
		.attached = true,
		.key = d->other_key,
		.cert = d->signer.der,
		.signing_time = TIME_NONE};
	struct bytes der;
	struct err e;

	assert_false(cms_sign(d->a, &der, d->w, &spec, &e));
	assert_int_equal(e.code, ERR_KEY_MISMATCH);
	spec.key = d->k->key;
	spec.cert = encrypt.der;
	assert_false(cms_sign(d->a, &der, d->w, &spec, &e));
	assert_int_equal(e.code, ERR_SIGNER);
	spec.cert = BYTES("nonsense");
	assert_false(cms_sign(d->a, &der, d->w, &spec, &e));
	assert_int_equal(e.code, ERR_MALFORMED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_variant_of_the_table_holds),
		cmocka_unit_test(with_trust_and_a_crl_a_signature_is_total_passed),
		cmocka_unit_test(a_digest_attribute_that_differs_is_a_hash_failure),
		cmocka_unit_test(
			attributes_that_are_missing_wrong_or_twice_are_a_format_failure),
		cmocka_unit_test(digests_that_prove_nothing_are_not_checked),
		cmocka_unit_test(
			bare_signatures_over_confusable_content_are_a_format_failure),
		cmocka_unit_test(a_document_other_than_the_one_inside_is_a_hash_failure),
		cmocka_unit_test(
			a_detached_signature_without_its_document_is_not_checked),
		cmocka_unit_test(
			by_digest_the_content_is_that_of_the_document_and_of_no_other),
		cmocka_unit_test(a_signer_nobody_knows_is_not_checked),
		cmocka_unit_test(another_key_than_the_named_one_is_a_crypto_failure),
		cmocka_unit_test(a_signing_certificate_attribute_must_name_the_signer),
		cmocka_unit_test(an_expired_or_unknown_signer_does_not_pass),
		cmocka_unit_test(each_signer_is_judged_and_none_is_no_signature),
		cmocka_unit_test(one_signature_repeated_is_not_two_people),
		cmocka_unit_test(a_claimed_time_still_to_come_does_not_pass),
		cmocka_unit_test(a_planted_namesake_does_not_spoil_a_good_signature),
		cmocka_unit_test(no_alteration_of_a_signed_octet_passes),
		cmocka_unit_test(what_is_written_has_the_standard_form_and_holds),
		cmocka_unit_test(a_key_that_is_not_the_certificates_signs_nothing),
	};

	return cmocka_run_group_tests(tests, desk_begin, desk_end);
}
