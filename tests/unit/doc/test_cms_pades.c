/* test_cms_pades: the message a PDF signature holds, and time stamps in messages.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "cms_forge.h"
#include "doc/cms_write.h"

#include "pki/sig_alg.h"

#define TEXT BYTES("采购合同：甲方、乙方")

/* A stamper that notes what it was asked and answers with what it was told to. */
struct fake {
	struct stamper face;
	struct bytes token, asked;
	enum err_code refuses; /* 0: it answers */
};

static bool fake_stamp(void *ctx, struct arena *a, struct bytes imprint,
	struct bytes *token, struct err *e)
{
	struct fake *f = ctx;

	f->asked = arena_dup(a, imprint);
	if (f->refuses)
		return err_set(e, f->refuses, "no stamps today");
	*token = f->token;
	return true;
}

static void fake_begin(struct fake *f, enum digest_alg alg)
{
	*f = (struct fake){.face = {.alg = alg, .stamp = fake_stamp},
		.token = BYTES("\x30\x03\x02\x01\x05")};
	f->face.ctx = f;
}

static struct cms_sign_spec spec_of(
	struct desk *d, struct key *key, const struct cert *c, struct source *content)
{
	return (struct cms_sign_spec){.profile = CMS_PADES,
		.content = content,
		.key = key,
		.cert = c->der,
		.others = &d->k->ca.der,
		.others_count = 1,
		.signing_time = KIT_NOW};
}

static struct cms_signer only_signer(struct cms *c, struct bytes der)
{
	struct cms_signer s;
	struct bytes run;
	struct err e;

	if (!cms_read(c, der, &e))
		fail_msg("%s", e.text);
	run = c->signers;
	assert_true(cms_signer_next(&run, &s, &e));
	//= ETSI EN 319 142-1 §5.3: exactly one SignerInfo
	assert_int_equal(run.n, 0);
	return s;
}

/* ESSCertIDv2 names the certificate by the digest the signature uses. */
static void assert_bound(struct bytes whole, const struct cert *c, enum digest_alg alg)
{
	struct bytes in = whole, body, list, ess, oid, params, hash;
	uint8_t digest[DIGEST_MAX];
	enum digest_alg named;
	struct err e;

	assert_true(der_only(in, DER_SEQUENCE, &body, &e));
	assert_true(der_take(&body, DER_SEQUENCE, &list, &e));
	assert_true(der_take(&list, DER_SEQUENCE, &ess, &e));
	//= RFC 5035 §4: hashAlgorithm DEFAULT {algorithm id-sha256}, so only others are written
	assert_int_equal(der_peek(ess) == DER_SEQUENCE, alg != DIGEST_SHA256);
	if (alg != DIGEST_SHA256) {
		assert_true(der_algorithm(&ess, &oid, &params, &e));
		assert_true(digest_of_oid(&named, oid) && named == alg);
	}
	assert_true(der_take(&ess, DER_OCTET_STRING, &hash, &e));
	digest_of(alg, c->der, digest);
	assert_bytes(hash, bytes_make(digest, digest_size(alg)));
}

static void try_kind(struct desk *d, enum key_kind kind)
{
	AUTO(arena) a = arena_new();
	struct judge j = desk_judge_full(d, a);
	AUTO(key) key = kit_key(d->k, kind);
	struct cert c = kit_cert(d->k, ISSUE_SIGN, "签名者", key);
	AUTO(source) document = source_of_bytes(TEXT);
	struct cms_given given = {.content = document};
	struct cms_sign_spec spec = spec_of(d, key, &c, document);
	struct report_signature *s;
	uint8_t order[SM3_SIZE] = {7};
	struct cms_signer signer;
	struct cms_attrs attrs;
	struct bytes der;
	struct cms m;
	struct err e;

	spec.order_digest = BYTES_OF(order);
	assert_true(cms_sign(a, &der, d->w, &spec, &e));
	signer = only_signer(&m, der);
	assert_false(m.gm);
	assert_false(m.content.present);
	assert_true(oid_is(m.content.type, OID_P7_DATA));
	assert_true(bytes_find(m.certs, d->k->ca.der) != SIZE_MAX);
	assert_true(bytes_find(m.certs, c.der) != SIZE_MAX);
	assert_true(cms_attrs_read(&attrs, signer.attrs, &e));
	//= ETSI EN 319 142-1 §6.3: signing-time is not used, the claimed time is in /M
	assert_true(attrs.signing_time == TIME_NONE);
	assert_bytes(attrs.order_digest, BYTES_OF(order));
	//= ETSI EN 319 142-1 §6.3: signing-certificate-v2 shall be present
	assert_bound(attrs.signing_certificate, &c, sig_digest(sig_default(kind)));
	assert_int_equal(signer.unsigned_attrs.n, 0);
	if (kind == KEY_SM2)
		assert_true(oid_is(signer.digest_oid, OID_SM3) &&
			    oid_is(signer.sig_oid, OID_SM2_SM3));
	s = forge_judge(d, &j, der, &given);
	assert_int_equal(s->indication, INDICATION_PASSED);
}

static void the_message_of_a_pdf_has_the_form_of_pades_for_every_kind_of_key(void **state)
{
	try_kind(*state, KEY_SM2);
	try_kind(*state, KEY_RSA);
	try_kind(*state, KEY_P256);
	try_kind(*state, KEY_P384);
}

static void pades_is_never_attached_nor_of_another_type(void **state)
{
	struct desk *d = *state;
	AUTO(source) document = source_of_bytes(TEXT);
	struct cms_sign_spec spec = spec_of(d, d->k->key, &d->signer, document);
	struct bytes der;
	struct err e;

	spec.attached = true;
	assert_false(cms_sign(d->a, &der, d->w, &spec, &e));
	assert_int_equal(e.code, ERR_USAGE);
	spec.attached = false;
	spec.content_type = OID_GM_DATA;
	assert_false(cms_sign(d->a, &der, d->w, &spec, &e));
	assert_int_equal(e.code, ERR_USAGE);
}

//= RFC 3161 Appendix A: messageImprint is a hash of the signature value's octets
static void the_stamp_is_over_the_signature_value_in_both_profiles(void **state)
{
	static const enum digest_alg algs[] = {DIGEST_SM3, DIGEST_SHA512};
	struct desk *d = *state;

	for (size_t i = 0; i < 4; i++) {
		AUTO(source) document = source_of_bytes(TEXT);
		struct cms_sign_spec spec = spec_of(d, d->k->key, &d->signer, document);
		enum digest_alg alg = algs[i % 2];
		uint8_t imprint[DIGEST_MAX];
		struct cms_signer signer;
		struct bytes der, token;
		struct fake fake;
		struct cms m;
		struct err e;

		fake_begin(&fake, alg);
		spec.profile = i < 2 ? CMS_PADES : CMS_PLAIN;
		spec.stamper = &fake.face;
		assert_true(cms_sign(d->a, &der, d->w, &spec, &e));
		signer = only_signer(&m, der);
		digest_of(alg, signer.value, imprint);
		assert_bytes(fake.asked, bytes_make(imprint, digest_size(alg)));
		assert_true(cms_attr_find(
			signer.unsigned_attrs, OID_TIMESTAMP_TOKEN, &token));
		assert_bytes(token, fake.token);
		assert_int_equal(m.gm, i >= 2);
	}
}

static void a_stamper_that_does_not_answer_ends_the_signing_with_its_reason(void **state)
{
	struct desk *d = *state;
	AUTO(source) document = source_of_bytes(TEXT);
	struct cms_sign_spec spec = spec_of(d, d->k->key, &d->signer, document);
	struct bytes der = {NULL, 0};
	struct fake fake;
	struct err e;

	fake_begin(&fake, DIGEST_SM3);
	fake.refuses = ERR_BUSY;
	spec.stamper = &fake.face;
	assert_false(cms_sign(d->a, &der, d->w, &spec, &e));
	assert_int_equal(e.code, ERR_BUSY);
	assert_null(der.p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			the_message_of_a_pdf_has_the_form_of_pades_for_every_kind_of_key),
		cmocka_unit_test(pades_is_never_attached_nor_of_another_type),
		cmocka_unit_test(the_stamp_is_over_the_signature_value_in_both_profiles),
		cmocka_unit_test(
			a_stamper_that_does_not_answer_ends_the_signing_with_its_reason),
	};

	return cmocka_run_group_tests(tests, desk_begin, desk_end);
}
