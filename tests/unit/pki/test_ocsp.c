/* OCSP: questions and answers of ours, who may answer, and until when an answer counts.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "crypto/sha1_id.h"
#include "issue_kit.h"
#include "pki/key_id.h"
#include "pki/ocsp_write.h"
#include "torture.h"

/* A register of one revoked certificate: serial 66. */
static bool look_up(void *ctx, struct bytes serial, struct ocsp_state *out, struct err *e)
{
	if (ctx)
		return err_set(e, ERR_IO, "the register is away");
	if (bytes_equal(serial, BYTES("\x66")))
		*out = (struct ocsp_state){OCSP_REVOKED, KIT_NOW - TIME_DAY,
			CRL_KEY_COMPROMISE, KIT_NOW - 2 * TIME_DAY, TIME_NONE};
	else if (bytes_equal(serial, BYTES("\x01")))
		out->status = OCSP_GOOD;
	return true;
}

static struct bytes ask(
	struct kit *k, enum digest_alg alg, struct bytes serial, struct bytes nonce)
{
	struct bytes der = {NULL, 0};
	struct err e = {0};

	if (!ocsp_request_write(k->a, &der, alg, &k->ca, &serial, 1, nonce, &e))
		fail_msg("%s", e.text);
	return der;
}

static struct ocsp answer(
	struct kit *k, const struct ocsp_responder *r, struct bytes request)
{
	struct bytes der;
	struct ocsp o = {0};
	struct err e = {0};

	if (!ocsp_answer(k->a, &der, k->w, r, request, &e) || !ocsp_parse(&o, der, &e))
		fail_msg("%s", e.text);
	return o;
}

static struct ocsp_responder own_responder(struct kit *k)
{
	return (struct ocsp_responder){
		.ca = &k->ca, .key = k->ca_key, .lookup = look_up, .lifetime = TIME_HOUR};
}

//= RFC 6960 §4.1.1
//= RFC 6960 §4.2.1
static void answers_good_revoked_and_unknown(void **state)
{
	static const enum digest_alg algs[] = {DIGEST_SM3, DIGEST_SHA256};
	struct kit *k = *state;
	struct ocsp_responder r = own_responder(k);
	struct ocsp_signer signer;
	struct ocsp_single s;
	struct ocsp o;

	for (size_t i = 0; i < 2; i++) {
		o = answer(k, &r, ask(k, algs[i], BYTES("\x01"), BYTES("nonce")));
		assert_true(ocsp_verify(&o, &k->ca, &signer, NULL));
		assert_false(signer.delegated);
		assert_bytes(o.nonce, BYTES("nonce"));
		assert_true(ocsp_find(&o, &k->ca, BYTES("\x01"), &s));
		assert_int_equal(s.status, OCSP_GOOD);
		assert_true(s.this_update == KIT_NOW);
		assert_true(s.next_update == KIT_NOW + TIME_HOUR);
		assert_false(ocsp_find(&o, &k->ca, BYTES("\x02"), &s));
	}
	o = answer(k, &r, ask(k, DIGEST_SM3, BYTES("\x66"), BYTES("")));
	assert_int_equal(o.nonce.n, 0);
	assert_true(ocsp_find(&o, &k->ca, BYTES("\x66"), &s));
	assert_int_equal(s.status, OCSP_REVOKED);
	assert_int_equal(s.reason, CRL_KEY_COMPROMISE);
	assert_true(s.revoked_at == KIT_NOW - TIME_DAY);
	assert_true(s.invalid_since == KIT_NOW - 2 * TIME_DAY);
	o = answer(k, &r, ask(k, DIGEST_SM3, BYTES("\x07"), BYTES("")));
	assert_true(ocsp_find(&o, &k->ca, BYTES("\x07"), &s));
	assert_int_equal(s.status, OCSP_UNKNOWN);
}

static void certificates_of_other_cas_are_unknown(void **state)
{
	struct kit *k = *state;
	struct ocsp_responder r = own_responder(k);
	struct issue_spec spec = kit_spec(ISSUE_ROOT, "另一个根");
	struct cert other = kit_issue(k, &spec, &k->key->pub, NULL, k->key);
	struct bytes serial = BYTES("\x01"), der;
	struct ocsp_single s;
	struct ocsp o;
	struct err e;

	assert_true(ocsp_request_write(
		k->a, &der, DIGEST_SM3, &other, &serial, 1, (struct bytes){NULL, 0}, &e));
	o = answer(k, &r, der);
	assert_false(ocsp_find(&o, &k->ca, serial, &s));
	assert_true(ocsp_find(&o, &other, serial, &s));
	assert_int_equal(s.status, OCSP_UNKNOWN);
}

static void knows_identifiers_by_sha1(void **state)
{
	struct kit *k = *state;
	uint8_t name[SHA1_ID_SIZE], key[SHA1_ID_SIZE];
	struct ocsp_id id = {.hash = oid_bytes(OID_SHA1),
		.name_hash = BYTES_OF(name),
		.key_hash = BYTES_OF(key),
		.serial = BYTES("\x01")};

	sha1_id_of(k->ca.subject, name);
	sha1_id_of(key_bits(k->ca.key.spki), key);
	assert_true(ocsp_id_matches(&id, &k->ca, BYTES("\x01")));
	assert_false(ocsp_id_matches(&id, &k->ca, BYTES("\x02")));
	id.hash = oid_bytes(OID_MD5);
	assert_false(ocsp_id_matches(&id, &k->ca, BYTES("\x01")));
	id.hash = oid_bytes(OID_SHA1);
	key[0] ^= 1;
	assert_false(ocsp_id_matches(&id, &k->ca, BYTES("\x01")));
	sha1_id_of(BYTES("abc"), key);
	assert_bytes(BYTES_OF(key),
		BYTES("\xa9\x99\x3e\x36\x47\x06\x81\x6a\xba\x3e\x25\x71\x78\x50\xc2\x6c"
		      "\x9c\xd0\xd8\x9d"));
}

static void a_delegate_of_the_ca_may_answer(void **state)
{
	struct kit *k = *state;
	struct cert delegate = kit_cert(k, ISSUE_OCSP, "状态查询", k->key);
	struct ocsp_responder r = own_responder(k);
	struct ocsp_signer signer;
	struct ocsp o;

	r.cert = &delegate, r.key = k->key;
	o = answer(k, &r, ask(k, DIGEST_SM3, BYTES("\x01"), BYTES("n")));
	assert_true(ocsp_verify(&o, &k->ca, &signer, NULL));
	assert_true(signer.delegated && signer.no_check);
	assert_true(cert_equal(&signer.cert, &delegate));
}

//= RFC 6960 §4.2.2.2
static void nobody_else_may_answer(void **state)
{
	static const enum issue_profile wrong[] = {
		ISSUE_SIGN, ISSUE_TSA, ISSUE_SEAL_MAKER, ISSUE_SUB_CA, ISSUE_ENCRYPT};
	struct kit *k = *state;
	struct ocsp_responder r = own_responder(k);
	struct issue_spec spec = kit_spec(ISSUE_OCSP, "状态查询");
	struct issue_spec root = kit_spec(ISSUE_ROOT, "测试根");
	struct ocsp_signer signer;
	struct cert c, twin;
	struct ocsp o;
	struct bytes request = ask(k, DIGEST_SM3, BYTES("\x01"), BYTES("n"));

	r.cert = &c, r.key = k->key;
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
		c = kit_cert(k, wrong[i], "冒名者", k->key);
		o = answer(k, &r, request);
		assert_false(ocsp_verify(&o, &k->ca, &signer, NULL));
	}
	/* A delegate that was over, or not yet, when it answered. */
	spec.not_after = KIT_NOW - TIME_SECOND;
	c = kit_issue(k, &spec, &k->key->pub, &k->ca, k->ca_key);
	o = answer(k, &r, request);
	assert_false(ocsp_verify(&o, &k->ca, &signer, NULL));
	spec.not_before = KIT_NOW + TIME_SECOND, spec.not_after = KIT_NOW + TIME_DAY;
	c = kit_issue(k, &spec, &k->key->pub, &k->ca, k->ca_key);
	o = answer(k, &r, request);
	assert_false(ocsp_verify(&o, &k->ca, &signer, NULL));
	/* One of a CA that only has the same name. */
	twin = kit_issue(k, &root, &k->key->pub, NULL, k->key);
	spec = kit_spec(ISSUE_OCSP, "状态查询");
	c = kit_issue(k, &spec, &k->key->pub, &twin, k->key);
	o = answer(k, &r, request);
	assert_false(ocsp_verify(&o, &k->ca, &signer, NULL));
	assert_true(ocsp_verify(&o, &twin, &signer, NULL));
}

static void counts_the_signatures_it_checks(void **state)
{
	struct kit *k = *state;
	struct cert delegate = kit_cert(k, ISSUE_OCSP, "状态查询", k->key);
	struct ocsp_responder r = own_responder(k);
	struct ocsp_signer signer;
	unsigned checks = 1;
	struct ocsp o;

	r.cert = &delegate, r.key = k->key;
	o = answer(k, &r, ask(k, DIGEST_SM3, BYTES("\x01"), BYTES("n")));
	assert_false(ocsp_verify(&o, &k->ca, &signer, &checks));
	assert_int_equal(checks, 0);
	checks = 2;
	assert_true(ocsp_verify(&o, &k->ca, &signer, &checks));
	assert_int_equal(checks, 0);
}

//= RFC 6960 §3.2
static void an_answer_counts_within_its_window(void **state)
{
	struct kit *k = *state;
	struct ocsp_responder r = own_responder(k);
	struct ocsp o = answer(k, &r, ask(k, DIGEST_SM3, BYTES("\x01"), BYTES("n")));
	struct ocsp_single s;

	assert_true(ocsp_find(&o, &k->ca, BYTES("\x01"), &s));
	assert_int_equal(ocsp_window(&o, &s, KIT_NOW, 0), OCSP_CURRENT);
	assert_int_equal(ocsp_window(&o, &s, KIT_NOW - TIME_SECOND, 0), OCSP_NOT_YET);
	assert_int_equal(ocsp_window(&o, &s, KIT_NOW + TIME_HOUR, 0), OCSP_CURRENT);
	assert_int_equal(ocsp_window(&o, &s, KIT_NOW + TIME_HOUR + TIME_SECOND, TIME_DAY),
		OCSP_PAST);
	s.next_update = TIME_NONE;
	assert_int_equal(
		ocsp_window(&o, &s, KIT_NOW + TIME_MINUTE, TIME_MINUTE), OCSP_CURRENT);
	assert_int_equal(
		ocsp_window(&o, &s, KIT_NOW + TIME_MINUTE, TIME_SECOND), OCSP_PAST);
	o.produced_at = KIT_NOW + TIME_SECOND;
	assert_int_equal(ocsp_window(&o, &s, KIT_NOW, TIME_DAY), OCSP_NOT_YET);
}

static void refuses_politely_what_it_cannot_answer(void **state)
{
	struct kit *k = *state;
	struct ocsp_responder r = own_responder(k);
	struct ocsp o = answer(k, &r, BYTES("\x30\x03\x02\x01\x00"));
	struct ocsp_signer signer;
	struct bytes der;
	struct err e;

	assert_int_equal(o.result, OCSP_MALFORMED_REQUEST);
	assert_false(ocsp_verify(&o, &k->ca, &signer, NULL));
	assert_true(ocsp_refusal(k->a, &der, OCSP_TRY_LATER, &e));
	assert_true(ocsp_parse(&o, der, &e));
	assert_int_equal(o.result, OCSP_TRY_LATER);
	assert_false(ocsp_refusal(k->a, &der, OCSP_SUCCESSFUL, &e));
	r.ctx = k; /* the register is away */
	assert_false(ocsp_answer(
		k->a, &der, k->w, &r, ask(k, DIGEST_SM3, BYTES("\x01"), BYTES("n")), &e));
	assert_int_equal(e.code, ERR_IO);
	r.ctx = NULL, r.key = k->key;
	assert_false(ocsp_answer(
		k->a, &der, k->w, &r, ask(k, DIGEST_SM3, BYTES("\x01"), BYTES("n")), &e));
	assert_int_equal(e.code, ERR_KEY_MISMATCH);
}

static void asks_about_several_but_not_about_all(void **state)
{
	struct kit *k = *state;
	struct bytes serials[OCSP_ASKED_MAX + 1], der;
	struct ocsp_request q;
	struct ocsp_id id;
	struct err e;
	size_t n = 0;

	for (size_t i = 0; i <= OCSP_ASKED_MAX; i++)
		serials[i] = BYTES("\x01");
	assert_true(ocsp_request_write(
		k->a, &der, DIGEST_SM3, &k->ca, serials, OCSP_ASKED_MAX, BYTES("n"), &e));
	assert_true(ocsp_request_parse(&q, der, &e));
	assert_int_equal(q.count, OCSP_ASKED_MAX);
	for (struct bytes rest = q.ids; ocsp_request_next(&rest, &id);)
		n++;
	assert_int_equal(n, OCSP_ASKED_MAX);
	assert_false(ocsp_request_write(k->a, &der, DIGEST_SM3, &k->ca, serials,
		OCSP_ASKED_MAX + 1, BYTES("n"), &e));
	assert_false(ocsp_request_write(
		k->a, &der, DIGEST_SHA512, &k->ca, serials, 1, BYTES("n"), &e));
	assert_int_equal(e.code, ERR_USAGE);
}

static void altered_answer(struct bytes b, const struct alteration *what, void *ctx)
{
	struct kit *k = ctx;
	struct ocsp_signer signer;
	struct ocsp_single s;
	struct ocsp o;
	struct err e;

	(void)what;
	if (ocsp_parse(&o, b, &e) && ocsp_verify(&o, &k->ca, &signer, NULL)) {
		/* Only what the signature does not cover may differ: the certificates
		 * behind it, and then the signer is not the one altered. */
		assert_true(ocsp_find(&o, &k->ca, BYTES("\x66"), &s));
		assert_int_equal(s.status, OCSP_REVOKED);
		assert_true(cert_verify(&signer.cert, &k->ca.key));
	}
}

static void no_altered_answer_says_otherwise(void **state)
{
	struct kit *k = *state;
	struct cert delegate = kit_cert(k, ISSUE_OCSP, "状态查询", k->key);
	struct ocsp_responder r = own_responder(k);
	struct ocsp o;

	r.cert = &delegate, r.key = k->key;
	o = answer(k, &r, ask(k, DIGEST_SM3, BYTES("\x66"), BYTES("n")));
	assert_true(
		torture_each(o.der, TORTURE_ALL | TORTURE_HEAVY, altered_answer, k) > 0);
}

static void altered_request(struct bytes b, const struct alteration *what, void *ctx)
{
	struct kit *k = ctx;
	struct ocsp_responder r = own_responder(k);
	struct bytes der;
	struct ocsp o;
	struct err e;

	(void)what;
	assert_true(ocsp_answer(k->a, &der, k->w, &r, b, &e));
	assert_true(ocsp_parse(&o, der, &e));
}

static void every_altered_request_gets_some_answer(void **state)
{
	struct kit *k = *state;
	struct bytes q = ask(k, DIGEST_SM3, BYTES("\x66"), BYTES("nonce"));

	assert_true(torture_each(q, TORTURE_ALL | TORTURE_HEAVY, altered_request, k) > 0);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, kit_begin, kit_end)
	const struct CMUnitTest tests[] = {
		TEST(answers_good_revoked_and_unknown),
		TEST(certificates_of_other_cas_are_unknown),
		TEST(knows_identifiers_by_sha1),
		TEST(a_delegate_of_the_ca_may_answer),
		TEST(nobody_else_may_answer),
		TEST(counts_the_signatures_it_checks),
		TEST(an_answer_counts_within_its_window),
		TEST(refuses_politely_what_it_cannot_answer),
		TEST(asks_about_several_but_not_about_all),
		TEST(no_altered_answer_says_otherwise),
		TEST(every_altered_request_gets_some_answer),
	};

	return cmocka_run_group_tests_name("ocsp", tests, NULL, NULL);
}
