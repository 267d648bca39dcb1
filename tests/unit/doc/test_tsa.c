/* test_tsa: a time stamping authority asked by a client: what it grants, what it refuses,
 * and which answers the client takes.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "base/text.h"
#include "doc/cms_verify.h"
#include "doc/cms_write.h"
#include "doc/stamper_ask.h"
#include "doc/timestamp_answer.h"
#include "doc/verify.h"
#include "judge_kit.h"
#include "pki/sig_alg.h"
#include "torture.h"

#define STAMPED BYTES("the signature value")

enum { UNITS = 3 };

/* A desk with an authority of three keys. */
struct office {
	struct desk *d;
	struct tsa_unit units[UNITS];
	struct tsa tsa;
};

static void office_fini(struct office *o)
{
	for (size_t i = 0; i < UNITS; i++)
		key_free(o->units[i].key);
	mem_free(o);
}

static int office_begin(void **state)
{
	static const enum key_kind kinds[UNITS] = {KEY_SM2, KEY_RSA, KEY_P256};
	struct office *o = NEW(struct office);
	void *desk;

	desk_begin(&desk);
	o->d = desk;
	for (size_t i = 0; i < UNITS; i++) {
		o->units[i].key = kit_key(o->d->k, kinds[i]);
		o->units[i].cert =
			kit_cert(o->d->k, ISSUE_TSA, "时间戳", o->units[i].key);
	}
	o->tsa = (struct tsa){.units = o->units, .count = UNITS, .accuracy_ms = 1500};
	*state = o;
	return 0;
}

static int office_end(void **state)
{
	struct office *o = *state;
	void *desk = o->d;

	office_fini(o);
	return desk_end(&desk);
}

/* A question about STAMPED with a nonce. */
struct asked {
	uint8_t imprint[DIGEST_MAX], nonce[TIMESTAMP_NONCE_SIZE];
	struct timestamp_question q;
};

static void ask_about(struct asked *k, struct office *o, enum digest_alg alg)
{
	digest_of(alg, STAMPED, k->imprint);
	o->d->w->random(o->d->w, k->nonce, sizeof k->nonce);
	k->q = (struct timestamp_question){.alg = alg,
		.imprint = bytes_make(k->imprint, digest_size(alg)),
		.nonce = timestamp_nonce_of(k->nonce)};
}

static struct bytes request_of(struct office *o, const struct timestamp_question *q)
{
	struct bytes der;
	struct err e;

	if (!timestamp_request_write(o->d->a, &der, q, &e))
		fail_msg("%s", e.text);
	return der;
}

static struct bytes answer_to(struct office *o, const struct tsa *t, struct bytes request)
{
	struct bytes der;
	struct err e;

	if (!tsa_answer(o->d->a, &der, o->d->w, t, request, NULL, &e))
		fail_msg("%s", e.text);
	return der;
}

static enum sig_alg alg_of_token(struct bytes token, struct cert *cert)
{
	struct cms_signer s;
	enum sig_alg alg;
	struct bytes run;
	struct cms c;
	struct err e;

	assert_true(cms_read(&c, token, &e));
	assert_int_equal(c.version, 3);
	assert_false(c.gm);
	run = c.signers;
	assert_true(cms_signer_next(&run, &s, &e));
	assert_true(cert_parse(cert, c.certs, &e));
	assert_true(sig_of_oids(&alg, s.digest_oid, s.sig_oid, cert->key.kind));
	return alg;
}

//= RFC 3161 §2.4.2: the answer holds a token over the imprint that was asked about
static void each_imprint_is_stamped_with_the_key_that_fits(void **state)
{
	static const struct {
		enum digest_alg imprint;
		size_t from, count;
		enum sig_alg alg;
	} cases[] = {
		{DIGEST_SM3, 0, 3, SIG_SM2_SM3},
		{DIGEST_SHA256, 0, 3, SIG_RSA_SHA256},
		{DIGEST_SHA384, 0, 3, SIG_RSA_SHA512},
		{DIGEST_SHA512, 0, 3, SIG_RSA_SHA512},
		{DIGEST_SHA256, 2, 1, SIG_ECDSA_SHA256},
		{DIGEST_SHA512, 2, 1, SIG_ECDSA_SHA512},
		/* Only one key: it stamps what it is asked to. */
		{DIGEST_SM3, 2, 1, SIG_ECDSA_SHA256},
		{DIGEST_SHA256, 0, 1, SIG_SM2_SM3},
	};
	struct office *o = *state;

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct tsa t = o->tsa;
		struct bytes answer, token;
		struct asked k;
		struct cert cert;
		struct err e = {0};

		t.units = o->units + cases[i].from;
		t.count = cases[i].count;
		ask_about(&k, o, cases[i].imprint);
		answer = answer_to(o, &t, request_of(o, &k.q));
		if (!timestamp_answer_check(o->d->a, &token, &k.q, answer, KIT_NOW, &e))
			fail_msg("case %zu: %s", i, e.text);
		assert_int_equal(alg_of_token(token, &cert), cases[i].alg);
	}
}

//= RFC 3161 Appendix A: a signature with the stamp of a key at hand
static void a_stamper_by_key_stamps_a_signature(void **state)
{
	struct office *o = *state;
	struct desk *d = o->d;
	AUTO(source) content = source_of_bytes(BYTES("合同"));

	for (size_t i = 0; i < UNITS; i++) {
		AUTO(arena) a = arena_new();
		struct judge j = desk_judge_full(d, a);
		enum digest_alg alg = i ? DIGEST_SHA256 : DIGEST_SM3;
		struct stamper_key own;
		struct stamper stamper;
		struct report *r;
		struct bytes der;
		struct err e = {0};
		struct cms_given given = {.content = content};

		assert_true(stamper_of_key(&stamper, &own, d->w, o->units[i].key,
			o->units[i].cert.der, alg, &e));
		if (!cms_sign(a, &der, d->w,
			    &(struct cms_sign_spec){.content = content,
				    .key = d->k->key,
				    .cert = d->signer.der,
				    .signing_time = KIT_NOW,
				    .stamper = &stamper},
			    &e))
			fail_msg("%s", e.text);
		r = report_new(&j, "x", "cms");
		assert_true(cms_judge(r, &j, der, &given, &e));
		assert_true(check_is_passed(&r->signatures[0], CHECK_TIMESTAMP_VALUE));
		assert_true(check_is_passed(&r->signatures[0], CHECK_TIMESTAMP_IMPRINT));
		assert_string_equal(r->signatures[0].time_source, "timestamp-own");
		assert_true(r->signatures[0].stamped == KIT_NOW);
	}
}

/* A report on a file with this content, over STAMPED or something else. */
static struct report_signature *judge_file(
	struct office *o, struct arena *a, struct bytes file, struct bytes content)
{
	struct judge j = desk_judge_full(o->d, a);
	AUTO(source) document = source_of_bytes(content);
	AUTO(source) whole = source_of_bytes(file);
	struct report *r = NULL;
	struct err e = {0};

	j.content = content.p ? document : NULL;
	if (!verify_file(&r, &j, "x.tst", whole, NULL, NULL, &e))
		fail_msg("%s", e.text);
	assert_int_equal(r->count, 1);
	assert_string_equal(r->format, "timestamp");
	assert_int_equal(r->signatures[0].kind, REPORT_TIMESTAMP);
	assert_true(report_text(r)[0] && report_json(r)[0]);
	return &r->signatures[0];
}

//= Protocols §4: own and independent stamps are told apart
static void a_token_by_itself_is_judged_over_its_file(void **state)
{
	struct office *o = *state;
	struct desk *d = o->d;

	for (int independent = 0; independent < 2; independent++) {
		AUTO(arena) a = arena_new();
		struct report_signature *s;
		struct bytes answer, token;
		struct asked k;
		struct err e;

		d->anchor.independent = independent;
		ask_about(&k, o, DIGEST_SM3);
		answer = answer_to(o, &o->tsa, request_of(o, &k.q));
		assert_true(timestamp_answer_check(a, &token, &k.q, answer, KIT_NOW, &e));
		for (int whole = 0; whole < 2; whole++) {
			s = judge_file(o, a, whole ? answer : token, STAMPED);
			assert_int_equal(s->indication, INDICATION_PASSED);
			assert_true(s->stamped == KIT_NOW);
			assert_string_equal(s->time_source,
				independent ? "timestamp-independent" : "timestamp-own");
		}
		s = judge_file(o, a, token, BYTES("another file"));
		assert_failed(s, CHECK_TIMESTAMP_IMPRINT, SUB_HASH_FAILURE);
		assert_int_equal(s->indication, INDICATION_FAILED);
		assert_true(s->stamped == TIME_NONE);
		s = judge_file(o, a, token, (struct bytes){NULL, 0});
		assert_open(s, CHECK_TIMESTAMP_IMPRINT, SUB_SIGNED_DATA_NOT_FOUND);
		assert_int_equal(s->indication, INDICATION_INDETERMINATE);
	}
	d->anchor.independent = false;
}

/* What the authority says to a request: the failure, or -1 when it stamps. */
static int failure_of(struct office *o, const struct tsa *t, struct bytes request)
{
	struct timestamp_response r;
	struct err why = {0}, e;
	struct bytes answer;

	assert_true(tsa_answer(o->d->a, &answer, o->d->w, t, request, &why, &e));
	assert_true(timestamp_response_read(&r, answer, &e));
	if (r.status == TIMESTAMP_GRANTED) {
		assert_int_equal(why.code, ERR_NONE);
		return -1;
	}
	assert_int_equal(r.status, TIMESTAMP_REJECTION);
	assert_true(why.code != ERR_NONE && why.text[0] && r.text.n > 0);
	for (int bit = 0; bit < 32; bit++)
		if (r.failures == UINT32_C(1) << bit)
			return bit;
	fail_msg("failures %x", (unsigned)r.failures);
}

/* A request with any version, imprint and end. */
static struct bytes raw_request(struct office *o, uint32_t version, enum oid alg,
	size_t imprint_n, struct bytes behind)
{
	struct writer w = writer_in(o->d->a, 512);
	size_t outer = der_open(&w, DER_SEQUENCE), imprint;

	der_put_small(&w, DER_INTEGER, version);
	imprint = der_open(&w, DER_SEQUENCE);
	der_put_algorithm(&w, alg, true);
	der_put(&w, DER_OCTET_STRING, bytes_make(arena_alloc(o->d->a, 64), imprint_n));
	der_close(&w, imprint);
	write_bytes(&w, behind);
	der_close(&w, outer);
	return writer_bytes(&w);
}

//= RFC 3161 §2.4.2: PKIFailureInfo
static void bad_requests_are_refused_with_the_reason(void **state)
{
	struct office *o = *state;
	const struct bytes none = {NULL, 0};
	const struct {
		struct bytes request;
		int failure;
	} cases[] = {
		{raw_request(o, 1, OID_SHA256, 32, none), -1},
		{raw_request(o, 1, OID_SHA256, 32, BYTES("\x01\x01\xff")), -1},
		{raw_request(o, 1, OID_SHA256, 32, BYTES("\x02\x01\x05\x01\x01\xff")),
			-1},
		{raw_request(o, 2, OID_SHA256, 32, none), TIMESTAMP_BAD_REQUEST},
		{raw_request(o, 0, OID_SHA256, 32, none), TIMESTAMP_BAD_REQUEST},
		{raw_request(o, 1, OID_SHA1, 20, none), TIMESTAMP_BAD_ALG},
		{raw_request(o, 1, OID_MD5, 16, none), TIMESTAMP_BAD_ALG},
		{raw_request(o, 1, OID_RSA, 32, none), TIMESTAMP_BAD_ALG},
		{raw_request(o, 1, OID_SHA256, 31, none), TIMESTAMP_BAD_DATA_FORMAT},
		{raw_request(o, 1, OID_SM3, 64, none), TIMESTAMP_BAD_DATA_FORMAT},
		{raw_request(o, 1, OID_SHA256, 32, BYTES("\x06\x02\x2a\x03")),
			TIMESTAMP_UNACCEPTED_POLICY},
		{raw_request(o, 1, OID_SHA256, 32, BYTES("\xa0\x02\x30\x00")),
			TIMESTAMP_UNACCEPTED_EXTENSION},
		{raw_request(o, 1, OID_SHA256, 32, BYTES("\x05\x00")),
			TIMESTAMP_BAD_DATA_FORMAT},
		{raw_request(o, 1, OID_SHA256, 32, BYTES("\x01\x01\xff\x01\x01\xff")),
			TIMESTAMP_BAD_DATA_FORMAT},
		{none, TIMESTAMP_BAD_DATA_FORMAT},
		{BYTES("GET / HTTP/1.0"), TIMESTAMP_BAD_DATA_FORMAT},
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		int failure = failure_of(o, &o->tsa, cases[i].request);

		if (failure != cases[i].failure)
			fail_msg("case %zu: %d, not %d", i, failure, cases[i].failure);
	}
}

static bool serial_fails(void *ctx, int64_t now, uint8_t out[TIMESTAMP_SERIAL_MAX],
	size_t *n, struct err *e)
{
	(void)now;
	(void)out;
	(void)n;
	return err_set(e, *(const enum err_code *)ctx, "no number");
}

//= RFC 3161 §2.4.2: timeNotAvailable, systemFailure
static void an_authority_out_of_order_says_so(void **state)
{
	struct office *o = *state;
	struct bytes request = raw_request(o, 1, OID_SM3, 32, (struct bytes){NULL, 0});
	enum err_code code = ERR_BUSY;
	struct tsa t = o->tsa;
	struct tsa_unit wrong = o->units[0];

	t.serial = serial_fails;
	t.ctx = &code;
	assert_int_equal(failure_of(o, &t, request), TIMESTAMP_TIME_NOT_AVAILABLE);
	code = ERR_WRITE;
	assert_int_equal(failure_of(o, &t, request), TIMESTAMP_SYSTEM_FAILURE);
	/* Its certificate lapses, or was never for stamps, or is of another key. */
	t = o->tsa;
	o->d->k->world.at = KIT_NOW + 400 * TIME_DAY;
	assert_int_equal(failure_of(o, &t, request), TIMESTAMP_SYSTEM_FAILURE);
	o->d->k->world.at = KIT_NOW;
	t.units = &wrong;
	t.count = 1;
	wrong.cert = o->d->signer;
	wrong.key = o->d->k->key;
	assert_int_equal(failure_of(o, &t, request), TIMESTAMP_SYSTEM_FAILURE);
	wrong.cert = o->units[0].cert;
	assert_int_equal(failure_of(o, &t, request), TIMESTAMP_SYSTEM_FAILURE);
	t.count = 0;
	assert_int_equal(failure_of(o, &t, request), TIMESTAMP_UNACCEPTED_POLICY);
}

/* The TSTInfo of the token for a request. */
static struct timestamp info_of(struct office *o, struct bytes request)
{
	struct timestamp_response r;
	struct timestamp t = {0};
	struct cms c;
	struct err e;

	assert_true(timestamp_response_read(&r, answer_to(o, &o->tsa, request), &e));
	assert_true(cms_read(&c, r.token, &e) && c.certs.n == 0);
	assert_true(timestamp_read(&t, c.content.octets, &e));
	return t;
}

//= RFC 3161 §2.4.2: genTime without trailing zeros, the imprint as it was asked, a new serial
static void a_token_is_written_to_the_letter(void **state)
{
	static const struct {
		int64_t us;
		const char *text;
	} times[] = {{0, "20260101000000Z"}, {999, "20260101000000Z"},
		{1000, "20260101000000.001Z"}, {120000, "20260101000000.12Z"},
		{500000, "20260101000000.5Z"}, {999999, "20260101000000.999Z"}};
	struct office *o = *state;
	struct bytes request = raw_request(o, 1, OID_SHA256, 32,
		BYTES("\x02\x09\x00\xff\x02\x03\x04\x05\x06\x07\x08"));
	struct bytes before = {NULL, 0}, nonce;

	for (size_t i = 0; i < sizeof times / sizeof *times; i++) {
		struct timestamp_request q;
		struct timestamp t;
		struct err e;

		o->d->k->world.at = KIT_NOW + times[i].us;
		t = info_of(o, request);
		if (bytes_find(t.tst_info, bytes_str(times[i].text)) == SIZE_MAX)
			fail_msg("%s", times[i].text);
		assert_true(timestamp_request_read(&q, request, &e));
		assert_true(bytes_find(t.tst_info, q.message_imprint) != SIZE_MAX);
		assert_true(timestamp_nonce(t.tst_info, &nonce, &e));
		assert_bytes(nonce, BYTES("\x00\xff\x02\x03\x04\x05\x06\x07\x08"));
		assert_false(bytes_equal(t.serial, before));
		assert_true(t.serial.n && !(t.serial.p[0] & 0x80));
		/* accuracy: one second and 500 milliseconds */
		assert_true(bytes_find(t.tst_info,
				    BYTES("\x30\x07\x02\x01\x01\x80\x02\x01\xf4")) !=
			    SIZE_MAX);
		before = t.serial;
	}
	o->d->k->world.at = KIT_NOW;
}

static void shake_request(struct bytes der, const struct alteration *what, void *ctx)
{
	(void)what;
	(void)failure_of(ctx, &((struct office *)ctx)->tsa, der);
}

static void every_cut_and_flip_of_a_request_gets_an_answer(void **state)
{
	struct office *o = *state;
	struct tsa t = o->tsa;
	struct asked k;

	ask_about(&k, o, DIGEST_SM3);
	k.q.policy = oid_bytes(OID_QY_TSA_POLICY);
	o->tsa.count = 1;
	torture_each(request_of(o, &k.q), TORTURE_ALL, shake_request, o);
	o->tsa = t;
}

static void shake_file(struct bytes der, const struct alteration *what, void *ctx)
{
	struct office *o = ctx;
	AUTO(arena) a = arena_new();
	AUTO(source) document = source_of_bytes(STAMPED);
	AUTO(source) file = source_of_bytes(der);
	struct judge j = desk_judge_full(o->d, a);
	struct report *r = NULL;
	struct err e = {0};

	(void)what;
	j.content = document;
	if (!verify_file(&r, &j, "x.tst", file, NULL, NULL, &e)) {
		assert_true(e.code != ERR_NONE);
		return;
	}
	/* A bit that nobody signs (versions, the certificate's own value) may change. */
	if (r->indication == INDICATION_PASSED &&
		r->signatures[0].kind == REPORT_TIMESTAMP)
		assert_true(r->signatures[0].stamped == KIT_NOW);
}

static void no_cut_or_flip_of_a_token_proves_another_time(void **state)
{
	struct office *o = *state;
	struct bytes token;
	struct asked k;
	struct err e;

	ask_about(&k, o, DIGEST_SM3);
	assert_true(timestamp_answer_check(o->d->a, &token, &k.q,
		answer_to(o, &o->tsa, request_of(o, &k.q)), KIT_NOW, &e));
	torture_each(token, TORTURE_ALL | TORTURE_HEAVY, shake_file, o);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_imprint_is_stamped_with_the_key_that_fits),
		cmocka_unit_test(a_stamper_by_key_stamps_a_signature),
		cmocka_unit_test(a_token_by_itself_is_judged_over_its_file),
		cmocka_unit_test(bad_requests_are_refused_with_the_reason),
		cmocka_unit_test(an_authority_out_of_order_says_so),
		cmocka_unit_test(a_token_is_written_to_the_letter),
		cmocka_unit_test(every_cut_and_flip_of_a_request_gets_an_answer),
		cmocka_unit_test(no_cut_or_flip_of_a_token_proves_another_time),
	};

	return cmocka_run_group_tests(tests, office_begin, office_end);
}
