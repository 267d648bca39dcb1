/* test_ses: seals and seal signatures of versions 1, 4 and 5: made, set, judged, refused.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "doc/stamper_ask.h"
#include "ses_forge.h"
#include "torture.h"

static struct ses_make_spec make_spec(struct desk *d, enum ses_version version)
{
	return (struct ses_make_spec){.version = version,
		.id = "44010000000001",
		.vendor = "QIANYIN",
		.type = SES_TYPE_ORGANIZATION,
		.name = "某某采购中心",
		.certs = &d->signer.der,
		.cert_count = 1,
		.created = KIT_NOW - TIME_DAY,
		.valid_from = KIT_NOW - TIME_DAY,
		.valid_to = KIT_NOW + 300 * TIME_DAY,
		.picture = {BYTES("PNG"), BYTES("picture"), 40, 40},
		.maker = d->maker_key,
		.maker_cert = d->maker.der};
}

static struct bytes make(struct desk *d, const struct ses_make_spec *spec)
{
	struct bytes seal = {NULL, 0};
	struct err e;

	if (!ses_make(d->a, &seal, d->w, spec, &e))
		fail_msg("%s", e.text);
	return seal;
}

static struct ses_sign_spec sign_spec(struct desk *d, struct bytes seal)
{
	return (struct ses_sign_spec){.seal = seal,
		.data_sm3 = ses_forge_sm3,
		.property = BYTES("/Doc_0/Signs/Sign_0/Signature.xml"),
		.time = KIT_NOW - TIME_HOUR,
		.key = d->k->key,
		.cert = d->signer.der};
}

//= GB/T 38540-2020 §6.1: what is made reads as it was meant
//= GB/T 38540-2020 §6.1.2: version and vendor
//= GB/T 38540-2020 §6.1.3: name, dates, a list of certificates or of digests
//= GB/T 38540-2020 §6.1.4: the picture and its size
//= GB/T 38540-2020 §6.2: the value is the maker's over eSealInfo
static void a_seal_reads_as_it_was_made(void **state)
{
	struct desk *d = *state;

	for (int i = 0; i < 4; i++) {
		struct ses_make_spec spec = make_spec(d, i & 1 ? SES_V5 : SES_V4);
		struct bytes der, run, type, value;
		struct ses_seal s;
		struct err e;

		spec.by_digest = i & 2;
		der = make(d, &spec);
		assert_true(ses_is_seal(der));
		assert_false(ses_is_signature(der));
		assert_true(ses_seal_read(&s, der, &e));
		assert_int_equal(s.version, spec.version);
		assert_bytes(s.id, BYTES("44010000000001"));
		assert_bytes(s.name, BYTES("某某采购中心"));
		assert_bytes(s.vendor, BYTES("QIANYIN"));
		assert_bytes(s.picture.data, BYTES("picture"));
		assert_int_equal(s.picture.width_mm, 40);
		assert_true(s.valid_to == spec.valid_to && s.created == spec.created);
		assert_bytes(s.maker_cert, d->maker.der);
		assert_true(ses_seal_value_holds(&s));
		assert_int_equal(s.by_digest, spec.by_digest);
		assert_true(ses_seal_lists(&s, d->signer.der));
		assert_false(ses_seal_lists(&s, d->other.der));
		run = s.certs;
		assert_true(ses_cert_next(&s, &run, &type, &value, &e));
		assert_int_equal(run.n, 0);
		assert_int_equal(value.n, s.by_digest ? SM3_SIZE : d->signer.der.n);
	}
}

//= GB/T 38540-2020 §7: sealing and judging, both versions, lists of both kinds
static void what_is_sealed_is_total_passed(void **state)
{
	struct desk *d = *state;
	uint8_t order[SM3_SIZE] = {5};

	for (int i = 0; i < 4; i++) {
		AUTO(arena) a = arena_new();
		struct judge j = desk_judge_full(d, a);
		struct ses_make_spec spec = make_spec(d, i & 1 ? SES_V5 : SES_V4);
		struct ses_sign_spec sign;
		struct report_signature *s;
		struct ses_signature ses;
		struct bytes der, value;
		bool critical;
		struct err e;

		spec.by_digest = i & 2;
		sign = sign_spec(d, make(d, &spec));
		sign.order_digest = BYTES_OF(order);
		assert_true(ses_sign(d->a, &der, d->w, &sign, &e));
		assert_true(ses_is_signature(der));
		assert_false(ses_is_seal(der));
		s = ses_forge_judge(&j, der);
		if (s->indication != INDICATION_PASSED)
			fail_msg("%s", sub_name(s->sub));
		assert_passed(s, CHECK_SEAL_MAKER);
		assert_passed(s, CHECK_SEAL_LISTS_SIGNER);
		assert_open(s, CHECK_SEAL_FILING, SUB_NONE);
		assert_int_equal(s->national, NATIONAL_VALID);
		assert_string_equal(s->seal.name, "某某采购中心");
		assert_true(s->claimed == sign.time);
		assert_true(ses_signature_read(&ses, der, &e));
		assert_true(ses_ext_find(
			ses.ext_datas, OID_QY_ORDER_DIGEST, &value, &critical));
		assert_bytes(value, BYTES_OF(order));
		assert_false(critical);
		assert_bytes(ses.property, sign.property);
	}
}

static bool is_out(void *ctx, struct arena *a, struct bytes imprint, struct bytes *token,
	struct err *e)
{
	(void)ctx;
	(void)a;
	(void)imprint;
	(void)token;
	return err_set(e, ERR_BUSY, "out");
}

//= GB/T 38540-2020 §7.1: timeStamp is over the signature value
static void a_seal_signature_carries_the_stamp_it_was_given(void **state)
{
	struct desk *d = *state;
	AUTO(key) key = kit_key(d->k, KEY_SM2);
	struct cert tsa = kit_cert(d->k, ISSUE_TSA, "时间戳", key);
	struct stamper stamper, out = {.alg = DIGEST_SHA512, .stamp = is_out};
	struct stamper_key own;

	for (int i = 0; i < 4; i++) {
		AUTO(arena) a = arena_new();
		struct judge j = desk_judge_full(d, a);
		struct ses_make_spec spec = make_spec(d, i & 1 ? SES_V5 : SES_V4);
		struct ses_sign_spec sign = sign_spec(d, make(d, &spec));
		struct report_signature *s;
		struct bytes der = {NULL, 0};
		struct err e;

		assert_true(stamper_of_key(&stamper, &own, d->w, key, tsa.der,
			i & 2 ? DIGEST_SHA512 : DIGEST_SM3, &e));
		sign.stamper = &stamper;
		assert_true(ses_sign(d->a, &der, d->w, &sign, &e));
		s = ses_forge_judge(&j, der);
		assert_passed(s, CHECK_TIMESTAMP_VALUE);
		assert_passed(s, CHECK_TIMESTAMP_IMPRINT);
		assert_true(s->stamped == KIT_NOW);
		assert_int_equal(s->indication, INDICATION_PASSED);
		/* No stamp, no signature. */
		der = (struct bytes){NULL, 0};
		sign.stamper = &out;
		assert_false(ses_sign(d->a, &der, d->w, &sign, &e));
		assert_int_equal(e.code, ERR_BUSY);
		assert_null(der.p);
	}
}

static void without_trust_the_mathematics_pass_and_the_chain_is_open(void **state)
{
	struct desk *d = *state;
	AUTO(arena) a = arena_new();
	struct judge j = desk_judge(d, a);
	struct ses_forge f = {0};
	struct report_signature *s = ses_forge_judge(&j, ses_forge(d, &f));

	assert_passed(s, CHECK_SIGNATURE_VALUE);
	assert_passed(s, CHECK_SEAL_VALUE);
	assert_open(s, CHECK_CERT_CHAIN, SUB_NO_CERTIFICATE_CHAIN_FOUND);
	assert_open(s, CHECK_SEAL_MAKER, SUB_NO_CERTIFICATE_CHAIN_FOUND);
	assert_int_equal(s->indication, INDICATION_INDETERMINATE);
}

//= GM/T 0031-2014 §6.1: version 1, its own shape, its own signed octets, UTCTime
static void every_version_and_form_of_value_holds(void **state)
{
	static const int shapes[] = {1, 4, 5};
	struct desk *d = *state;

	for (size_t i = 0; i < 6; i++) {
		AUTO(arena) a = arena_new();
		struct judge j = desk_judge_full(d, a);
		struct ses_forge f = {.shape = shapes[i / 2], .raw = i % 2};
		struct report_signature *s = ses_forge_judge(&j, ses_forge(d, &f));

		if (s->indication != INDICATION_PASSED)
			fail_msg("%zu: %s", i, sub_name(s->sub));
	}
}

//= GM/T 0031-2014 §6.2: timeInfo is a token, or the time as text
static void times_of_version_1_are_texts_or_tokens(void **state)
{
	struct desk *d = *state;
	struct ses_forge f = {.shape = 1, .v1_time = BYTES("2025-12-31 23:00:00")};
	struct ses_signature ses;
	struct err e;

	assert_true(ses_signature_read(&ses, ses_forge(d, &f), &e));
	assert_true(ses.time == KIT_NOW - TIME_HOUR);
	f.v1_time = BYTES("\x30\x03\x02\x01\x01");
	assert_true(ses_signature_read(&ses, ses_forge(d, &f), &e));
	assert_true(ses.time == TIME_NONE && ses.time_token.n == 5);
	{
		AUTO(arena) a = arena_new();
		struct judge j = desk_judge_full(d, a);
		struct report_signature *s = ses_forge_judge(&j, ses_forge(d, &f));

		assert_false(check_is_passed(s, CHECK_TIMESTAMP_VALUE));
		assert_int_not_equal(s->indication, INDICATION_PASSED);
	}
}

/* --- what must not pass --- */

//= GB/T 38540-2020 §7.3: the signer is one the seal lists
static void a_signer_that_is_not_listed_is_refused(void **state)
{
	struct desk *d = *state;
	AUTO(arena) a = arena_new();
	struct judge j = desk_judge_full(d, a);
	struct ses_forge f = {.key = d->other_key, .cert = &d->other};
	struct report_signature *s = ses_forge_judge(&j, ses_forge(d, &f));

	assert_passed(s, CHECK_SIGNATURE_VALUE);
	assert_failed(s, CHECK_SEAL_LISTS_SIGNER, SUB_SIG_CONSTRAINTS_FAILURE);
	assert_int_equal(s->indication, INDICATION_FAILED);
	assert_int_equal(s->national, NATIONAL_INVALID);
}

static void an_empty_list_lists_nobody(void **state)
{
	struct desk *d = *state;
	AUTO(arena) a = arena_new();
	struct judge j = desk_judge_full(d, a);
	struct ses_forge f = {.list_type = 2};
	uint8_t sm3[SM3_SIZE];
	struct writer w = writer_in(d->a, 128);
	size_t entry = der_open(&w, DER_SEQUENCE);

	sm3_of(d->other.der, sm3);
	der_put(&w, DER_PRINTABLE_STRING, BYTES("SM3"));
	der_put(&w, DER_OCTET_STRING, BYTES_OF(sm3));
	der_close(&w, entry);
	f.list = writer_bytes(&w);
	assert_failed(ses_forge_judge(&j, ses_forge(d, &f)), CHECK_SEAL_LISTS_SIGNER,
		SUB_SIG_CONSTRAINTS_FAILURE);
}

//= GB/T 38540-2020 §6.3: the maker's signature is verified
static void a_seal_of_a_wrong_maker_is_refused(void **state)
{
	struct desk *d = *state;
	AUTO(arena) a = arena_new();
	struct judge j = desk_judge_full(d, a);
	/* Signed by another key than the certificate's. */
	struct ses_forge f = {.maker_key = d->other_key};
	struct report_signature *s = ses_forge_judge(&j, ses_forge(d, &f));

	assert_failed(s, CHECK_SEAL_VALUE, SUB_SIG_CRYPTO_FAILURE);
	assert_int_equal(s->indication, INDICATION_FAILED);
	/* A CA that is not admitted for making seals. */
	f.maker_key = NULL;
	d->anchor.purposes &= ~(uint32_t)TRUST_SEAL_MAKER;
	s = ses_forge_judge(&j, ses_forge(d, &f));
	d->anchor.purposes |= TRUST_SEAL_MAKER;
	assert_passed(s, CHECK_SEAL_VALUE);
	assert_false(check_is_passed(s, CHECK_SEAL_MAKER));
	assert_int_not_equal(s->indication, INDICATION_PASSED);
}

//= GB/T 38540-2020 §7.3: the digest is computed again and compared
static void another_document_or_seal_file_is_refused(void **state)
{
	struct desk *d = *state;
	AUTO(arena) a = arena_new();
	struct judge j = desk_judge_full(d, a);
	struct ses_forge f = {0};
	struct bytes der = ses_forge(d, &f), other = ses_forge_seal(d, &f);
	uint8_t sm3[SM3_SIZE] = {9};
	struct ses_signature ses;
	struct err e;

	assert_true(ses_signature_read(&ses, der, &e));
	for (int i = 0; i < 4; i++) {
		struct report *r = report_new(&j, "x", "ses-signature");
		struct report_signature *s = report_add(r, REPORT_SEAL, "ses-4");
		struct ses_given given = {.data_sm3 = i == 1   ? sm3
						      : i == 2 ? NULL
							       : ses_forge_sm3,
			.seal_file = i == 3 ? other : ses.seal.whole};

		ses_judge_signature(r, s, &j, &ses, &given);
		report_conclude(r);
		if (i == 0) {
			assert_passed(s, CHECK_SEAL_MATCHES_FILE);
			assert_int_equal(s->indication, INDICATION_PASSED);
		} else if (i == 1) {
			assert_failed(s, CHECK_DIGEST_DOCUMENT, SUB_HASH_FAILURE);
			assert_int_equal(s->indication, INDICATION_FAILED);
		} else if (i == 2) {
			assert_open(s, CHECK_DIGEST_DOCUMENT, SUB_SIGNED_DATA_NOT_FOUND);
			assert_int_equal(s->indication, INDICATION_INDETERMINATE);
		} else {
			assert_failed(
				s, CHECK_SEAL_MATCHES_FILE, SUB_SIG_CONSTRAINTS_FAILURE);
			assert_int_equal(s->indication, INDICATION_FAILED);
		}
	}
}

//= GB/T 38540-2020 §6.3: validStart and validEnd
static void a_seal_outside_its_validity_is_refused(void **state)
{
	struct desk *d = *state;
	AUTO(arena) a = arena_new();
	struct judge j = desk_judge_full(d, a);
	struct ses_forge f = {.valid_to = KIT_NOW - 2 * TIME_HOUR};
	struct report_signature *s = ses_forge_judge(&j, ses_forge(d, &f));

	assert_failed(s, CHECK_SEAL_VALIDITY, SUB_EXPIRED);
	assert_int_equal(s->indication, INDICATION_FAILED);
	/* Good when sealed, as it says; nothing proves that it was then. */
	f.valid_to = KIT_NOW - TIME_MINUTE;
	s = ses_forge_judge(&j, ses_forge(d, &f));
	assert_failed(s, CHECK_SEAL_VALIDITY, SUB_OUT_OF_BOUNDS_NO_POE);
	assert_int_equal(s->indication, INDICATION_INDETERMINATE);
	assert_int_equal(s->national, NATIONAL_VALID);
	f.valid_to = 0;
	f.valid_from = KIT_NOW - TIME_MINUTE;
	s = ses_forge_judge(&j, ses_forge(d, &f));
	assert_failed(s, CHECK_SEAL_VALIDITY, SUB_NOT_YET_VALID);
	f.valid_to = KIT_NOW - TIME_DAY;
	s = ses_forge_judge(&j, ses_forge(d, &f));
	assert_failed(s, CHECK_SEAL_VALIDITY, SUB_FORMAT_FAILURE);
}

//= GB/T 38540-2020 §6.1.5: an ExtData marked critical must be understood
static void an_unknown_critical_extension_is_a_format_failure(void **state)
{
	struct desk *d = *state;

	for (int i = 0; i < 4; i++) {
		AUTO(arena) a = arena_new();
		struct judge j = desk_judge_full(d, a);
		struct bytes ext = ses_forge_ext(d, OID_FRIENDLY_NAME, i & 1, BYTES("x"));
		struct ses_forge f = {.info_ext = i & 2 ? ext : BYTES(""),
			.tbs_ext = i & 2 ? BYTES("") : ext};
		struct report_signature *s = ses_forge_judge(&j, ses_forge(d, &f));

		if (i & 1)
			assert_failed(s, CHECK_FORMAT, SUB_FORMAT_FAILURE);
		assert_int_equal(
			s->indication, i & 1 ? INDICATION_FAILED : INDICATION_PASSED);
	}
}

static void broken_extensions_are_a_format_failure(void **state)
{
	struct desk *d = *state;
	AUTO(arena) a = arena_new();
	struct judge j = desk_judge_full(d, a);
	struct ses_forge f = {.tbs_ext = BYTES("\x30\x02\x05\x00")};

	assert_failed(
		ses_forge_judge(&j, ses_forge(d, &f)), CHECK_FORMAT, SUB_FORMAT_FAILURE);
}

static void weak_algorithms_are_not_checked(void **state)
{
	static const enum oid weak[] = {
		OID_RSA_SHA1, OID_ECDSA_SHA256, OID_SM3, OID_RSA_PSS};
	struct desk *d = *state;

	for (size_t i = 0; i < sizeof weak / sizeof *weak; i++) {
		AUTO(arena) a = arena_new();
		struct judge j = desk_judge_full(d, a);
		struct ses_forge f = {.sig_oid = weak[i]};
		struct report_signature *s = ses_forge_judge(&j, ses_forge(d, &f));

		assert_open(s, CHECK_SIGNATURE_VALUE, SUB_CRYPTO_CONSTRAINTS_FAILURE);
		assert_open(s, CHECK_SEAL_VALUE, SUB_CRYPTO_CONSTRAINTS_FAILURE);
	}
}

static void a_time_stamp_that_is_none_proves_nothing(void **state)
{
	struct desk *d = *state;
	AUTO(arena) a = arena_new();
	struct judge j = desk_judge_full(d, a);
	struct ses_forge f = {.stamp = BYTES("\x01\x02\x03")};
	struct report_signature *s = ses_forge_judge(&j, ses_forge(d, &f));

	assert_failed(s, CHECK_TIMESTAMP_VALUE, SUB_SIG_CONSTRAINTS_FAILURE);
	assert_int_equal(s->indication, INDICATION_INDETERMINATE);
	assert_true(s->stamped == TIME_NONE);
	assert_string_equal(s->time_source, "claimed");
	f = (struct ses_forge){.shape = 5, .seal_stamp = BYTES("\x01\x02\x03")};
	s = ses_forge_judge(&j, ses_forge(d, &f));
	assert_false(check_is_passed(s, CHECK_TIMESTAMP_VALUE));
	assert_int_not_equal(s->indication, INDICATION_PASSED);
}

//= GB/T 38540-2020 §6.1.2: ID is ES, the version one that is known
//= GB/T 38540-2020 §6.1.3: certListType is 1 or 2 and fits the list
//= GB/T 38540-2020 §6.1.4: sizes are small positive numbers
static void malformed_seals_are_not_read(void **state)
{
	struct desk *d = *state;
	struct bytes big =
		bytes_make(arena_alloc(d->a, SES_PICTURE_MAX + 1), SES_PICTURE_MAX + 1);
	struct {
		struct ses_forge f;
		enum err_code code;
	} wrong[] = {
		{{.header = 5}, ERR_NONE}, /* four elements of version 5 are a seal */
		{{.header = 3}, ERR_UNSUPPORTED},
		{{.header = 6}, ERR_UNSUPPORTED},
		{{.header = 400}, ERR_UNSUPPORTED},
		{{.seal_stamp = BYTES("x")}, ERR_UNSUPPORTED}, /* in version 4 */
		{{.shape = 1, .header = 4}, ERR_UNSUPPORTED},
		{{.id = BYTES("SE")}, ERR_MALFORMED},
		{{.name = BYTES("\xff\xfe")}, ERR_MALFORMED},
		{{.list = BYTES("\x05\x00")}, ERR_MALFORMED},
		{{.list_type = 2}, ERR_MALFORMED},
		{{.list_type = 3}, ERR_MALFORMED},
		{{.width = BYTES("\x02\x02\x00\x28")}, ERR_MALFORMED},
		{{.width = BYTES("\x02\x01\xff")}, ERR_MALFORMED},
		{{.width = BYTES("\x02\x03\x01\x00\x00")}, ERR_MALFORMED},
		{{.picture = big}, ERR_TOO_LARGE},
	};
	struct ses_seal s;
	struct err e;

	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
		struct bytes der = ses_forge_seal(d, &wrong[i].f);

		e.code = ERR_NONE;
		assert_int_equal(ses_seal_read(&s, der, &e), wrong[i].code == ERR_NONE);
		if (e.code != wrong[i].code)
			fail_msg("%zu: %s", i, e.text);
	}
	assert_false(ses_seal_read(
		&s, bytes_make(arena_alloc(d->a, SES_MAX + 1), SES_MAX + 1), &e));
	assert_int_equal(e.code, ERR_TOO_LARGE);
}

//= GB/T 38540-2020 §7.1: the version of TBS_Sign is that of the seal
static void a_version_that_is_not_the_seals_is_refused(void **state)
{
	struct desk *d = *state;
	struct ses_forge f = {.tbs_version = 5};
	struct ses_signature s;
	struct err e;

	assert_false(ses_signature_read(&s, ses_forge(d, &f), &e));
	assert_int_equal(e.code, ERR_MALFORMED);
	f = (struct ses_forge){.shape = 5, .tbs_version = 4};
	assert_false(ses_signature_read(&s, ses_forge(d, &f), &e));
	assert_int_equal(e.code, ERR_MALFORMED);
}

/* --- sealing refuses --- */

//= GB/T 38540-2020 §7.2: the seal is verified and the signer looked up first
static void sealing_refuses_what_would_not_hold(void **state)
{
	struct desk *d = *state;
	struct ses_make_spec spec = make_spec(d, SES_V4);
	struct bytes good = make(d, &spec), out;
	struct cert encrypt = kit_cert(d->k, ISSUE_ENCRYPT, "加密", d->k->key);
	struct ses_forge v1 = {.shape = 1}, bad = {.maker_key = d->other_key};
	struct ses_sign_spec s = sign_spec(d, good);
	struct err e;

	assert_true(ses_sign(d->a, &out, d->w, &s, &e));
#define REFUSED(change, want)                             \
	s = sign_spec(d, good);                           \
	change;                                           \
	assert_false(ses_sign(d->a, &out, d->w, &s, &e)); \
	assert_string_equal(err_name(e.code), err_name(want))
	REFUSED(s.key = d->other_key, ERR_KEY_MISMATCH);
	REFUSED((s.key = d->other_key, s.cert = d->other.der), ERR_SIGNER);
	REFUSED(s.cert = encrypt.der, ERR_SIGNER);
	REFUSED(s.time = KIT_NOW - 2 * TIME_DAY, ERR_DENIED);
	REFUSED(s.time = KIT_NOW + 301 * TIME_DAY, ERR_DENIED);
	REFUSED(s.seal = ses_forge_seal(d, &v1), ERR_UNSUPPORTED);
	REFUSED(s.seal = ses_forge_seal(d, &bad), ERR_DENIED);
	REFUSED(s.seal = bytes_head(good, good.n - 1), ERR_MALFORMED);
	REFUSED(s.property = BYTES(""), ERR_USAGE);
	REFUSED(s.property = BYTES("文"), ERR_USAGE);
	REFUSED(s.property = BYTES("a\0b"), ERR_USAGE);
#undef REFUSED
	/* A slice: what stands behind it is not looked at. */
	s = sign_spec(d, good);
	s.property = bytes_head(BYTES("/S.xml\xff\xff"), 6);
	assert_true(ses_sign(d->a, &out, d->w, &s, &e));
}

static void making_refuses_what_cannot_stand_in_a_seal(void **state)
{
	struct desk *d = *state;
	struct cert encrypt = kit_cert(d->k, ISSUE_ENCRYPT, "加密", d->k->key);
	AUTO(key) p256 = kit_key(d->k, KEY_P256);
	struct cert ec = kit_cert(d->k, ISSUE_SEAL_MAKER, "P", p256);
	struct ses_make_spec s = make_spec(d, SES_V4);
	struct bytes out;
	struct err e;

#define REFUSED(change, want)                             \
	s = make_spec(d, SES_V4);                         \
	change;                                           \
	assert_false(ses_make(d->a, &out, d->w, &s, &e)); \
	assert_string_equal(err_name(e.code), err_name(want))
	REFUSED(s.version = SES_V1, ERR_USAGE);
	REFUSED(s.id = "", ERR_USAGE);
	REFUSED(s.id = NULL, ERR_USAGE);
	REFUSED(s.id = "编号", ERR_USAGE);
	REFUSED(s.name = "", ERR_USAGE);
	REFUSED(s.name = "\xff", ERR_USAGE);
	REFUSED(s.cert_count = 0, ERR_USAGE);
	REFUSED(s.valid_to = s.valid_from - 1, ERR_USAGE);
	REFUSED(s.picture.data.n = 0, ERR_USAGE);
	REFUSED(s.picture.data.n = SES_PICTURE_MAX + 1, ERR_USAGE);
	REFUSED(s.picture.width_mm = 0, ERR_USAGE);
	REFUSED(s.picture.width_mm = 10001, ERR_USAGE);
	REFUSED(s.picture.height_mm = UINT32_MAX, ERR_USAGE);
	REFUSED(s.picture.type = BYTES(""), ERR_USAGE);
	REFUSED(s.picture.type = BYTES("图"), ERR_USAGE);
	REFUSED(s.maker = d->other_key, ERR_KEY_MISMATCH);
	REFUSED(s.certs = &encrypt.der, ERR_SIGNER);
	REFUSED((s.maker = p256, s.maker_cert = ec.der), ERR_UNSUPPORTED);
#undef REFUSED
}

/* --- a seal by itself --- */

static struct report_signature *judge_seal(const struct judge *j, struct bytes der)
{
	struct report *r = report_new(j, "x", "seal");
	struct report_signature *s = report_add(r, REPORT_SEAL_DATA, "ses");
	struct ses_seal seal;
	struct err e;

	if (!ses_seal_read(&seal, der, &e))
		fail_msg("%s", e.text);
	ses_judge_seal(r, s, j, &seal);
	report_conclude(r);
	return s;
}

static void a_seal_by_itself_is_judged(void **state)
{
	struct desk *d = *state;
	AUTO(arena) a = arena_new();
	struct judge j = desk_judge_full(d, a);
	struct ses_forge f = {0};
	struct report_signature *s = judge_seal(&j, ses_forge_seal(d, &f));

	assert_int_equal(s->indication, INDICATION_PASSED);
	f.maker_key = d->other_key;
	s = judge_seal(&j, ses_forge_seal(d, &f));
	assert_failed(s, CHECK_SEAL_VALUE, SUB_SIG_CRYPTO_FAILURE);
}

/* --- torture --- */

struct shaken {
	struct desk *d;
	struct bytes info, tbs;
};

static void shake_seal(struct bytes der, const struct alteration *what, void *ctx)
{
	struct shaken *t = ctx;
	AUTO(arena) a = arena_new();
	struct judge j = desk_judge(t->d, a);
	struct report *r = report_new(&j, "x", "seal");
	struct report_signature *s = report_add(r, REPORT_SEAL_DATA, "ses-4");
	struct ses_seal seal;
	struct err e;

	(void)ses_is_seal(der);
	(void)ses_is_signature(der);
	if (!ses_seal_read(&seal, der, &e))
		return;
	assert_int_not_equal(what->kind, TORTURE_CUT);
	ses_judge_seal(r, s, &j, &seal);
	report_conclude(r);
	(void)report_json(r);
	(void)ses_seal_lists(&seal, t->d->signer.der);
	if (check_is_passed(s, CHECK_SEAL_VALUE) || ses_seal_value_holds(&seal))
		assert_bytes(seal.info, t->info);
}

static void no_alteration_of_a_seal_passes(void **state)
{
	struct desk *d = *state;
	struct ses_forge f = {
		.info_ext = ses_forge_ext(d, OID_FRIENDLY_NAME, false, BYTES("x"))};
	struct bytes seal = ses_forge_seal(d, &f);
	struct shaken t = {.d = d};
	struct ses_seal s;
	struct err e;

	assert_true(ses_seal_read(&s, seal, &e));
	t.info = s.info;
	assert_true(seal.n <= 4096);
	assert_true(
		torture_each(seal, TORTURE_ALL | TORTURE_HEAVY, shake_seal, &t) > 400);
}

static void shake_signature(struct bytes der, const struct alteration *what, void *ctx)
{
	struct shaken *t = ctx;
	AUTO(arena) a = arena_new();
	struct judge j = desk_judge(t->d, a);
	struct report *r = report_new(&j, "x", "ses-signature");
	struct report_signature *s = report_add(r, REPORT_SEAL, "ses-4");
	struct ses_given given = {.data_sm3 = ses_forge_sm3};
	struct ses_signature ses;
	struct err e;

	if (!ses_signature_read(&ses, der, &e))
		return;
	assert_int_not_equal(what->kind, TORTURE_CUT);
	ses_judge_signature(r, s, &j, &ses, &given);
	report_conclude(r);
	(void)report_json(r);
	if (check_is_passed(s, CHECK_SIGNATURE_VALUE))
		assert_bytes(ses.tbs, t->tbs);
	if (check_is_passed(s, CHECK_SEAL_VALUE))
		assert_bytes(ses.seal.info, t->info);
}

static void no_alteration_of_a_seal_signature_passes(void **state)
{
	static const int shapes[] = {4, 5, 1};
	struct desk *d = *state;

	for (size_t i = 0; i < (torture_is_full() ? 3 : 1); i++) {
		struct ses_forge f = {.shape = shapes[i]};
		struct bytes der = ses_forge(d, &f);
		struct shaken t = {.d = d};
		struct ses_signature s;
		struct err e;

		assert_true(ses_signature_read(&s, der, &e));
		t.tbs = s.tbs;
		t.info = s.seal.info;
		assert_true(der.n <= 4096);
		assert_true(torture_each(der, TORTURE_ALL | TORTURE_HEAVY,
				    shake_signature, &t) > 400);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_seal_reads_as_it_was_made),
		cmocka_unit_test(what_is_sealed_is_total_passed),
		cmocka_unit_test(a_seal_signature_carries_the_stamp_it_was_given),
		cmocka_unit_test(
			without_trust_the_mathematics_pass_and_the_chain_is_open),
		cmocka_unit_test(every_version_and_form_of_value_holds),
		cmocka_unit_test(times_of_version_1_are_texts_or_tokens),
		cmocka_unit_test(a_signer_that_is_not_listed_is_refused),
		cmocka_unit_test(an_empty_list_lists_nobody),
		cmocka_unit_test(a_seal_of_a_wrong_maker_is_refused),
		cmocka_unit_test(another_document_or_seal_file_is_refused),
		cmocka_unit_test(a_seal_outside_its_validity_is_refused),
		cmocka_unit_test(an_unknown_critical_extension_is_a_format_failure),
		cmocka_unit_test(broken_extensions_are_a_format_failure),
		cmocka_unit_test(weak_algorithms_are_not_checked),
		cmocka_unit_test(a_time_stamp_that_is_none_proves_nothing),
		cmocka_unit_test(malformed_seals_are_not_read),
		cmocka_unit_test(a_version_that_is_not_the_seals_is_refused),
		cmocka_unit_test(sealing_refuses_what_would_not_hold),
		cmocka_unit_test(making_refuses_what_cannot_stand_in_a_seal),
		cmocka_unit_test(a_seal_by_itself_is_judged),
		cmocka_unit_test(no_alteration_of_a_seal_passes),
		cmocka_unit_test(no_alteration_of_a_seal_signature_passes),
	};

	return cmocka_run_group_tests(tests, desk_begin, desk_end);
}
