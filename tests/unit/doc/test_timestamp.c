/* test_timestamp: tokens of RFC 3161 over a signature: what they prove, and what they do
 * not.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "cms_forge.h"
#include "doc/timestamp.h"
#include "torture.h"

#define STAMPED BYTES("the signature value")

struct tst {
	uint32_t version;     /* 0: 1 */
	enum oid imprint;     /* 0: SM3 */
	struct bytes stamped; /* empty: STAMPED */
	int64_t time;         /* 0: an hour ago */
	struct bytes behind;  /* optional fields */
	bool no_time, short_imprint;
};

static struct bytes tst_info(struct desk *d, const struct tst *t)
{
	struct writer w = writer_in(d->a, 1024);
	enum oid oid = t->imprint ? t->imprint : OID_SM3;
	enum digest_alg alg = DIGEST_SM3;
	uint8_t digest[DIGEST_MAX] = {0};
	size_t info = der_open(&w, DER_SEQUENCE), imprint;

	if (digest_of_oid(&alg, oid_bytes(oid)))
		digest_of(alg, t->stamped.n ? t->stamped : STAMPED, digest);
	der_put_small(&w, DER_INTEGER, t->version ? t->version : 1);
	der_put_oid(&w, OID_ANY_POLICY);
	imprint = der_open(&w, DER_SEQUENCE);
	der_put_algorithm(&w, oid, true);
	der_put(&w, DER_OCTET_STRING,
		bytes_make(digest, t->short_imprint ? 16 : digest_size(alg)));
	der_close(&w, imprint);
	der_put_small(&w, DER_INTEGER, 77);
	if (!t->no_time)
		der_put_generalized_time(&w, t->time ? t->time : KIT_NOW - TIME_HOUR);
	write_bytes(&w, t->behind);
	der_close(&w, info);
	return writer_bytes(&w);
}

//= RFC 3161 §2.4.2: the fields of TSTInfo
static void a_tst_info_is_read(void **state)
{
	struct desk *d = *state;
	struct tst t = {.behind = BYTES("\x01\x01\xff\x02\x01\x05")};
	struct bytes der = tst_info(d, &t);
	uint8_t sm3[SM3_SIZE];
	struct timestamp out;
	struct err e;

	sm3_of(STAMPED, sm3);
	assert_true(timestamp_read(&out, der, &e));
	assert_true(out.time == KIT_NOW - TIME_HOUR);
	assert_bytes(out.imprint, BYTES_OF(sm3));
	assert_true(oid_is(out.imprint_oid, OID_SM3));
	assert_bytes(out.serial, BYTES("\x4d"));
	assert_bytes(out.tst_info, der);
}

//= RFC 3161 §2.4.2: version 1, with a genTime
static void a_broken_tst_info_is_refused(void **state)
{
	struct desk *d = *state;
	struct tst wrong[] = {
		{.version = 3}, {.no_time = true}, {.behind = BYTES("\x02\x05\x01")}};
	struct timestamp out;
	struct err e;

	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
		assert_false(timestamp_read(&out, tst_info(d, &wrong[i]), &e));
		assert_int_equal(e.code, ERR_MALFORMED);
	}
	assert_false(timestamp_read(&out, BYTES("\x01\x02\x03"), &e));
	assert_false(timestamp_read(&out, (struct bytes){NULL, 0}, &e));
}

/* A desk with a TSA, its key and its certificate. */
struct tsa {
	struct desk *d;
	struct key *key;
	struct cert cert;
};

static void tsa_fini(struct tsa *t)
{
	key_free(t->key);
}
#define AUTO_TSA __attribute__((cleanup(tsa_fini))) struct tsa

static struct tsa tsa_new(struct desk *d)
{
	struct tsa t = {.d = d, .key = kit_key(d->k, KEY_SM2)};

	t.cert = kit_cert(d->k, ISSUE_TSA, "时间戳", t.key);
	return t;
}

static struct bytes token(struct tsa *t, const struct tst *info)
{
	struct forge f = {.outer = OID_P7_SIGNED,
		.inner = OID_TST_INFO,
		.attrs = FORGE_FULL,
		.content = tst_info(t->d, info),
		.key = t->key,
		.cert = &t->cert};

	return forge(t->d, &f);
}

static struct report_signature *stamp(
	const struct judge *j, struct bytes token_der, struct proof_time *proof)
{
	struct report *r = report_new(j, "x", "cms");
	struct report_signature *s = report_add(r, REPORT_SIGNATURE, "cms");

	*proof = (struct proof_time){.at = j->now, .claimed = TIME_NONE};
	timestamp_judge(s, j, token_der, STAMPED, proof);
	return s;
}

//= Protocols §4: only an independent stamp moves the time of proof
static void a_stamp_proves_a_time_when_its_tsa_is_independent(void **state)
{
	struct desk *d = *state;
	AUTO_TSA t = tsa_new(d);

	for (int independent = 0; independent < 2; independent++) {
		AUTO(arena) a = arena_new();
		struct judge j = desk_judge_full(d, a);
		struct proof_time proof;
		struct tst info = {0};
		struct report_signature *s;

		d->anchor.independent = independent;
		s = stamp(&j, token(&t, &info), &proof);
		d->anchor.independent = false;
		assert_passed(s, CHECK_TIMESTAMP_VALUE);
		assert_passed(s, CHECK_TIMESTAMP_IMPRINT);
		assert_true(s->stamped == KIT_NOW - TIME_HOUR);
		assert_string_equal(s->time_source,
			independent ? "timestamp-independent" : "timestamp-own");
		assert_int_equal(proof.is_proven, independent);
		assert_true(proof.at == (independent ? s->stamped : KIT_NOW));
	}
}

static void assert_proves_nothing(
	const struct report_signature *s, const struct proof_time *proof)
{
	assert_true(s->stamped == TIME_NONE);
	assert_string_equal(s->time_source, "claimed");
	assert_false(proof->is_proven);
	assert_true(proof->at == KIT_NOW);
}

//= RFC 3161 §2.4.2: the imprint is the digest of what is stamped
static void a_stamp_over_something_else_proves_nothing(void **state)
{
	struct desk *d = *state;
	AUTO_TSA t = tsa_new(d);
	struct tst wrong[] = {{.stamped = BYTES("another value")},
		{.short_imprint = true}, {.imprint = OID_SHA1}};

	d->anchor.independent = true;
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
		AUTO(arena) a = arena_new();
		struct judge j = desk_judge_full(d, a);
		struct proof_time proof;
		struct report_signature *s = stamp(&j, token(&t, &wrong[i]), &proof);

		if (wrong[i].imprint)
			assert_open(s, CHECK_TIMESTAMP_IMPRINT,
				SUB_CRYPTO_CONSTRAINTS_FAILURE);
		else
			assert_failed(
				s, CHECK_TIMESTAMP_IMPRINT, SUB_SIG_CONSTRAINTS_FAILURE);
		assert_proves_nothing(s, &proof);
	}
	d->anchor.independent = false;
}

static void a_token_that_is_none_or_does_not_hold_proves_nothing(void **state)
{
	struct desk *d = *state;
	AUTO_TSA t = tsa_new(d);
	struct tst info = {0};
	struct forge bare = {.outer = OID_P7_SIGNED,
		.inner = OID_TST_INFO,
		.content = tst_info(d, &info),
		.key = t.key,
		.cert = &t.cert};
	struct forge data = bare, forged = bare, signer = bare, nobody = bare;
	struct bytes wrong[8];

	data.inner = OID_P7_DATA; /* a document that looks like a TSTInfo */
	data.attrs = FORGE_FULL;
	forged.attrs = FORGE_FULL;
	forged.key = d->other_key;
	signer.attrs = FORGE_FULL; /* a subscriber is no TSA */
	signer.key = d->k->key;
	signer.cert = &d->signer;
	nobody.no_signers = true;
	wrong[0] = BYTES("\x01\x02\x03");
	wrong[1] = forge(d, &bare);
	wrong[2] = forge(d, &data);
	wrong[3] = forge(d, &forged);
	wrong[4] = forge(d, &signer);
	wrong[5] = forge(d, &nobody);
	wrong[6] = bytes_head(token(&t, &info), 100);
	wrong[7] = d->signer.der;
	d->anchor.independent = true;
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
		AUTO(arena) a = arena_new();
		struct judge j = desk_judge_full(d, a);
		struct proof_time proof;
		struct report_signature *s = stamp(&j, wrong[i], &proof);

		if (check_is_passed(s, CHECK_TIMESTAMP_VALUE))
			fail_msg("token %zu passed", i);
		assert_true(s->verdict.checks[CHECK_TIMESTAMP_VALUE].present);
		assert_proves_nothing(s, &proof);
	}
	d->anchor.independent = false;
}

static void without_trust_a_stamp_is_open(void **state)
{
	struct desk *d = *state;
	AUTO(arena) a = arena_new();
	struct judge j = desk_judge(d, a);
	AUTO_TSA t = tsa_new(d);
	struct proof_time proof;
	struct tst info = {0};
	struct report_signature *s = stamp(&j, token(&t, &info), &proof);

	assert_open(s, CHECK_TIMESTAMP_VALUE, SUB_NO_CERTIFICATE_CHAIN_FOUND);
	assert_proves_nothing(s, &proof);
}

/* A certificate that has lapsed, on a message with a stamp from before. */
static void a_stamp_saves_a_signature_whose_certificate_lapsed(void **state)
{
	struct desk *d = *state;
	AUTO_TSA t = tsa_new(d);
	struct issue_spec spec = kit_spec(ISSUE_SIGN, "过期");
	struct forge f = {.attrs = FORGE_FULL, .content = BYTES("text")};
	struct cert old;

	spec.not_before = KIT_NOW - 100 * TIME_DAY;
	spec.not_after = KIT_NOW - TIME_MINUTE;
	old = kit_issue(d->k, &spec, &d->k->key->pub, &d->k->ca, d->k->ca_key);
	f.cert = &old;
	d->anchor.independent = true;
	for (int stamped = 0; stamped < 2; stamped++) {
		AUTO(arena) a = arena_new();
		struct judge j = desk_judge_full(d, a);
		struct bytes der = forge(d, &f);
		struct cms_signer signer;
		struct report_signature *s;
		struct cms c;
		struct err e;

		if (stamped) {
			struct writer w = writer_in(d->a, 8192);
			struct tst info = {0};

			/* SM2 values differ each time: stamp the one that is there. */
			assert_true(cms_read(&c, der, &e));
			assert_true(cms_signer_next(&c.signers, &signer, &e));
			info.stamped = signer.value;
			forge_attr(&w, OID_TIMESTAMP_TOKEN, token(&t, &info));
			signer.unsigned_attrs = writer_bytes(&w);
			assert_true(cms_read(&c, der, &e));
			cms_gather(&j, &c);
			{
				struct report *r = report_new(&j, "x", "cms");
				struct cms_given given = {0};

				s = report_add(r, REPORT_SIGNATURE, "cms");
				cms_judge_signer(r, s, &j, &c, &signer, &given);
				report_conclude(r);
			}
			assert_passed(s, CHECK_TIMESTAMP_VALUE);
			assert_passed(s, CHECK_CERT_VALIDITY);
		} else {
			s = forge_judge(d, &j, der, NULL);
			assert_false(check_is_passed(s, CHECK_CERT_VALIDITY));
			assert_int_equal(s->indication, INDICATION_INDETERMINATE);
		}
	}
	d->anchor.independent = false;
}

static void shake(struct bytes der, const struct alteration *what, void *ctx)
{
	struct desk *d = ctx;
	AUTO(arena) a = arena_new();
	struct judge j = desk_judge(d, a);
	struct proof_time proof;
	struct timestamp t;
	struct err e;

	(void)what;
	(void)!timestamp_read(&t, der, &e);
	assert_proves_nothing(stamp(&j, der, &proof), &proof);
}

static void survives_every_cut_and_flip(void **state)
{
	struct desk *d = *state;
	AUTO_TSA t = tsa_new(d);
	struct tst info = {0};

	torture_each(tst_info(d, &info), TORTURE_ALL, shake, d);
	torture_each(token(&t, &info), TORTURE_ALL | TORTURE_HEAVY, shake, d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_tst_info_is_read),
		cmocka_unit_test(a_broken_tst_info_is_refused),
		cmocka_unit_test(a_stamp_proves_a_time_when_its_tsa_is_independent),
		cmocka_unit_test(a_stamp_over_something_else_proves_nothing),
		cmocka_unit_test(a_token_that_is_none_or_does_not_hold_proves_nothing),
		cmocka_unit_test(without_trust_a_stamp_is_open),
		cmocka_unit_test(a_stamp_saves_a_signature_whose_certificate_lapsed),
		cmocka_unit_test(survives_every_cut_and_flip),
	};

	return cmocka_run_group_tests(tests, desk_begin, desk_end);
}
