/* Evidence: what is put in is found, what does not hold is not given out, and a flood of
 * it costs no more than was allowed. SPDX-License-Identifier: Apache-2.0
 */
#include "crypto/keyfile.h"
#include "issue_kit.h"
#include "pki/evidence_find.h"
#include "pki/ocsp_write.h"

static struct bytes make_list(struct kit *k, uint64_t number, uint64_t base, int64_t at,
	struct bytes serial, enum crl_reason reason)
{
	struct issue_revoked r = {serial, at, reason, TIME_NONE};
	struct bytes der = {NULL, 0};
	struct err e = {0};

	if (!issue_crl(k->a, &der, k->w, &k->ca, k->ca_key, number, base != 0, base, at,
		    at + TIME_DAY, &r, serial.n ? 1 : 0, &e))
		fail_msg("%s", e.text);
	return der;
}

static bool all_good(
	void *ctx, struct bytes serial, struct ocsp_state *out, struct err *e)
{
	(void)ctx, (void)serial, (void)e;
	out->status = OCSP_GOOD;
	return true;
}

static struct bytes make_answer(struct kit *k, const struct cert *c)
{
	struct ocsp_responder r = {.ca = &k->ca,
		.key = k->ca_key,
		.lookup = all_good,
		.lifetime = TIME_HOUR};
	struct bytes request, der = {NULL, 0};
	struct err e = {0};

	if (!ocsp_request_write(k->a, &request, DIGEST_SM3, &k->ca, &c->serial, 1,
		    (struct bytes){NULL, 0}, &e) ||
		!ocsp_answer(k->a, &der, k->w, &r, request, &e))
		fail_msg("%s", e.text);
	return der;
}

/* Asks about c under the kit's CA. */
static size_t answers(struct kit *k, const struct evidence *ev, const struct cert *c,
	struct evidence_answer *out, size_t max, unsigned *checks)
{
	struct evidence_query q = {.cert = c, .issuer = &k->ca, .checks = checks};

	return evidence_answers(ev, &q, out, max);
}

static void finds_certificates_by_subject_in_order(void **state)
{
	struct kit *k = *state;
	struct evidence *ev = evidence_new(k->a);
	struct cert a = kit_cert(k, ISSUE_SIGN, "张三", k->key);
	struct cert b = kit_cert(k, ISSUE_ENCRYPT, "张三", k->key);
	struct cert c = kit_cert(k, ISSUE_SIGN, "李四", k->key);
	struct err e;
	size_t at = 0;

	assert_true(evidence_add_cert(ev, a.der, &e));
	assert_true(evidence_add_cert(ev, c.der, &e));
	assert_true(evidence_add_cert(ev, b.der, &e));
	assert_true(evidence_add_cert(ev, a.der, &e)); /* again: dropped */
	assert_int_equal(evidence_cert_count(ev), 3);
	assert_true(cert_equal(evidence_cert_by_subject(ev, a.subject, &at), &a));
	assert_true(cert_equal(evidence_cert_by_subject(ev, a.subject, &at), &b));
	assert_null(evidence_cert_by_subject(ev, a.subject, &at));
	at = 0;
	assert_true(cert_equal(evidence_cert_by_subject(ev, c.subject, &at), &c));
	at = 0;
	assert_null(evidence_cert_by_subject(ev, k->ca.subject, &at));
}

static void reads_files_of_every_kind(void **state)
{
	struct kit *k = *state;
	struct evidence *ev = evidence_new(k->a);
	struct cert c = kit_cert(k, ISSUE_SIGN, "张三", k->key);
	struct bytes list = make_list(k, 1, 0, KIT_NOW, c.serial, CRL_SUPERSEDED);
	struct bytes status = make_answer(k, &c);
	char *pem =
		arena_printf(k->a, "%s说明文字\n%s", pem_encode(k->a, "X509 CRL", list),
			pem_encode(k->a, "CERTIFICATE", c.der));
	struct err e;

	assert_true(evidence_add_file(ev, bytes_str(pem), &e));
	assert_true(evidence_add_file(ev, k->ca.der, &e));
	assert_true(evidence_add_file(ev, list, &e));
	assert_true(evidence_add_file(ev, status, &e));
	assert_int_equal(evidence_cert_count(ev), 2);
	assert_int_equal(evidence_crl_count(ev), 1);
	assert_int_equal(evidence_ocsp_count(ev), 1);
	assert_false(evidence_add_file(ev, BYTES("not at all"), &e));
	assert_false(evidence_add_file(ev, BYTES("\x30\x00"), &e));
	assert_int_equal(e.code, ERR_MALFORMED);
	assert_false(evidence_add_file(ev, BYTES(""), &e));
	assert_false(evidence_add_file(
		ev, bytes_str(pem_encode(k->a, "PRIVATE KEY", c.der)), &e));
	assert_false(evidence_add_file(ev, kit_flip(k, c.der, 0), &e));
	assert_int_equal(evidence_cert_count(ev), 2);
}

static void gives_verified_answers_the_latest_first(void **state)
{
	struct kit *k = *state;
	struct evidence *ev = evidence_new(k->a);
	struct cert c = kit_cert(k, ISSUE_SIGN, "张三", k->key);
	struct evidence_answer out[8];
	unsigned checks = 10;
	struct err e;

	assert_int_equal(answers(k, ev, &c, out, 8, &checks), 0);
	assert_false(evidence_mentions(ev, &c));
	assert_true(evidence_add_crl(
		ev, make_list(k, 1, 0, KIT_NOW - TIME_DAY, BYTES("\x01"), 0), &e));
	assert_true(evidence_add_crl(
		ev, make_list(k, 2, 0, KIT_NOW + TIME_DAY, c.serial, CRL_HOLD), &e));
	assert_true(evidence_add_ocsp(ev, make_answer(k, &c), &e));
	assert_true(evidence_mentions(ev, &c));
	assert_int_equal(answers(k, ev, &c, out, 8, &checks), 3);
	assert_int_equal(checks, 7);
	assert_int_equal(out[0].status, OCSP_REVOKED);
	assert_int_equal(out[0].reason, CRL_HOLD);
	assert_true(out[0].revoked_at == KIT_NOW + TIME_DAY);
	assert_int_equal(out[1].source, EVIDENCE_OCSP);
	assert_int_equal(out[1].status, OCSP_GOOD);
	assert_int_equal(out[2].source, EVIDENCE_CRL);
	assert_int_equal(out[2].status, OCSP_GOOD);
	/* What was checked once costs nothing again, and a small array keeps the latest.
	 */
	assert_int_equal(answers(k, ev, &c, out, 1, &checks), 1);
	assert_int_equal(checks, 7);
	assert_int_equal(out[0].status, OCSP_REVOKED);
}

static void lists_that_do_not_hold_are_not_given(void **state)
{
	struct kit *k = *state;
	struct evidence *ev = evidence_new(k->a);
	struct cert c = kit_cert(k, ISSUE_SIGN, "张三", k->key);
	struct bytes list = make_list(k, 1, 0, KIT_NOW, c.serial, CRL_HOLD);
	struct issue_spec spec = kit_spec(ISSUE_ROOT, "测试根");
	struct cert twin = kit_issue(k, &spec, &k->key->pub, NULL, k->key);
	struct evidence_query q;
	struct evidence_answer out[4];
	unsigned checks = 10;
	struct err e;

	assert_true(evidence_add_crl(ev, kit_flip(k, list, list.n - 1), &e));
	assert_int_equal(answers(k, ev, &c, out, 4, &checks), 0);
	assert_true(evidence_mentions(ev, &c));
	assert_true(evidence_add_crl(ev, list, &e));
	/* Signed by the CA's old key: found only when the caller trusts that as signer.
	 */
	q = (struct evidence_query){.cert = &c, .issuer = &twin, .checks = &checks};
	assert_int_equal(evidence_answers(ev, &q, out, 4), 0);
	q.signer = &k->ca;
	assert_int_equal(evidence_answers(ev, &q, out, 4), 1);
}

static void a_delta_speaks_with_its_base(void **state)
{
	struct kit *k = *state;
	struct evidence *ev = evidence_new(k->a);
	struct cert c = kit_cert(k, ISSUE_SIGN, "张三", k->key);
	struct evidence_answer out[4];
	unsigned checks = 10;
	struct err e;

	assert_true(evidence_add_crl(
		ev, make_list(k, 2, 1, KIT_NOW + TIME_HOUR, c.serial, CRL_REMOVE), &e));
	/* Alone it cannot say that somebody is good. */
	assert_int_equal(answers(k, ev, &c, out, 4, &checks), 0);
	assert_true(evidence_add_crl(
		ev, make_list(k, 1, 0, KIT_NOW, c.serial, CRL_HOLD), &e));
	assert_int_equal(answers(k, ev, &c, out, 4, &checks), 2);
	assert_int_equal(out[0].source, EVIDENCE_CRL_DELTA);
	assert_int_equal(out[0].status, OCSP_GOOD);
	assert_int_equal(out[1].status, OCSP_REVOKED);
	assert_true(evidence_add_crl(ev,
		make_list(k, 9, 8, KIT_NOW + 2 * TIME_HOUR, c.serial, CRL_SUPERSEDED),
		&e));
	/* Alone, but it does say who is revoked. */
	assert_int_equal(answers(k, ev, &c, out, 4, &checks), 3);
	assert_int_equal(out[0].status, OCSP_REVOKED);
	assert_int_equal(out[0].reason, CRL_SUPERSEDED);
}

static void contradicting_lists_are_marked(void **state)
{
	struct kit *k = *state;
	struct evidence *ev = evidence_new(k->a);
	struct cert c = kit_cert(k, ISSUE_SIGN, "张三", k->key);
	struct evidence_answer out[4];
	unsigned checks = 10;
	struct err e;

	assert_true(evidence_add_crl(
		ev, make_list(k, 5, 0, KIT_NOW, c.serial, CRL_HOLD), &e));
	assert_true(evidence_add_crl(
		ev, make_list(k, 4, 0, KIT_NOW - TIME_HOUR, BYTES("\x01"), 0), &e));
	assert_int_equal(answers(k, ev, &c, out, 4, &checks), 2);
	assert_false(out[0].conflict || out[1].conflict);
	assert_true(evidence_add_crl(
		ev, make_list(k, 9, 0, KIT_NOW - 2 * TIME_HOUR, BYTES("\x01"), 0), &e));
	assert_int_equal(answers(k, ev, &c, out, 4, &checks), 3);
	assert_true(out[0].conflict && out[1].conflict && out[2].conflict);
}

static void checks_no_more_signatures_than_allowed(void **state)
{
	enum { COUNT = 40 };
	struct kit *k = *state;
	struct evidence *ev = evidence_new(k->a);
	struct cert c = kit_cert(k, ISSUE_SIGN, "张三", k->key);
	struct evidence_answer out[COUNT];
	unsigned checks = 3;
	struct err e;

	for (unsigned i = 0; i < COUNT; i++)
		assert_true(evidence_add_crl(ev,
			make_list(
				k, i + 1, 0, KIT_NOW + i * TIME_HOUR, c.serial, CRL_HOLD),
			&e));
	assert_int_equal(answers(k, ev, &c, out, COUNT, &checks), 3);
	assert_int_equal(checks, 0);
	assert_true(out[0].this_update == KIT_NOW + (COUNT - 1) * TIME_HOUR);
}

static void holds_ten_thousand_certificates_and_no_more(void **state)
{
	struct kit *k = *state;
	struct evidence *ev = evidence_new(k->a);
	struct cert c = kit_cert(k, ISSUE_SIGN, "张三", k->key);
	size_t at = 0, last = 0;
	struct err e;

	for (size_t i = 0; i <= EVIDENCE_CERTS_MAX; i++) {
		uint8_t *copy = arena_alloc(k->a, c.der.n);
		struct bytes der = bytes_make(copy, c.der.n);

		/* Others by their signature; nobody verifies here. */
		memcpy(copy, c.der.p, c.der.n);
		copy[c.der.n - 1] = (uint8_t)i;
		copy[c.der.n - 2] = (uint8_t)(i >> 8);
		assert_int_equal(evidence_add_cert(ev, der, &e), i < EVIDENCE_CERTS_MAX);
	}
	assert_int_equal(e.code, ERR_TOO_LARGE);
	while (evidence_cert_by_subject(ev, c.subject, &at))
		last = at;
	assert_int_equal(last, EVIDENCE_CERTS_MAX);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, kit_begin, kit_end)
	const struct CMUnitTest tests[] = {
		TEST(finds_certificates_by_subject_in_order),
		TEST(reads_files_of_every_kind),
		TEST(gives_verified_answers_the_latest_first),
		TEST(lists_that_do_not_hold_are_not_given),
		TEST(a_delta_speaks_with_its_base),
		TEST(contradicting_lists_are_marked),
		TEST(checks_no_more_signatures_than_allowed),
		TEST(holds_ten_thousand_certificates_and_no_more),
	};

	return cmocka_run_group_tests_name("evidence", tests, NULL, NULL);
}
