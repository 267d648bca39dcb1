/* Certificates: what is read, what is refused, what they may do, whose code they carry.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "base/source.h"
#include "base/text.h"
#include "pki/cert.h"
#include "pki/cert_ext.h"
#include "unit.h"

#include <dirent.h>

#include "make_cert.h"

/* A made-up code with a right check digit. */
#define CREDIT "91350100M000100Y43"

static const struct make_key *key_a(void)
{
	static struct make_key k;

	if (!k.d[31])
		k = make_key(1);
	return &k;
}

static struct bytes ordinary_ext(struct arena *a)
{
	struct writer w = ext_begin(a);

	ext_usage(&w, KU_DIGITAL_SIGNATURE | KU_NON_REPUDIATION);
	ext_put(&w, OID_SUBJECT_KEY_ID, false, BYTES("\x04\x02\xaa\xbb"));
	ext_put(&w, OID_AUTHORITY_KEY_ID, false, BYTES("\x30\x04\x80\x02\xcc\xdd"));
	return writer_bytes(&w);
}

static struct make_cert ordinary(struct arena *a)
{
	return (struct make_cert){
		.subject = "甲", .issuer = "甲", .key = key_a(), .ext = ordinary_ext(a)};
}

static struct cert parsed(struct arena *a, const struct make_cert *m)
{
	struct cert c;
	struct err e;

	if (!cert_parse(&c, make_cert(a, m), &e))
		fail_msg("%s", e.text);
	return c;
}

static struct cert with_ext(struct arena *a, const struct writer *ext)
{
	struct make_cert m = ordinary(a);

	m.ext = writer_bytes(ext);
	return parsed(a, &m);
}

static void refuse(struct bytes der)
{
	struct cert c;
	struct err e;

	assert_false(cert_parse(&c, der, &e));
	assert_int_equal(e.code, ERR_MALFORMED);
}

static void refuse_ext(struct arena *a, const struct writer *ext)
{
	struct make_cert m = ordinary(a);

	m.ext = writer_bytes(ext);
	refuse(make_cert(a, &m));
}

static void reads_every_field(void **state)
{
	AUTO(arena) a = arena_new();
	struct make_cert m = ordinary(a);
	struct cert c;

	(void)state;
	m.null_params = true;
	c = parsed(a, &m);
	assert_true(c.sig_alg_known && c.sig_alg == SIG_SM2_SM3);
	assert_true(c.key_known && c.key.kind == KEY_SM2);
	assert_bytes(c.key.point, BYTES_OF(key_a()->xy));
	assert_bytes(c.serial, BYTES("\x01"));
	assert_bytes(c.subject, make_name(a, "甲"));
	assert_bytes(c.ski, BYTES("\xaa\xbb"));
	assert_bytes(c.aki, BYTES("\xcc\xdd"));
	assert_string_equal(time_iso(a, c.not_before), "2020-01-01T00:00:00Z");
	assert_string_equal(time_iso(a, c.not_after), "2040-01-01T00:00:00Z");
	assert_true(c.has_key_usage && !c.has_eku && !c.has_basic && !c.is_ca);
	assert_false(c.unknown_critical || c.demonstration);
	assert_true(cert_verify(&c, &c.key) && cert_is_self_signed(&c));
	assert_true(cert_is_named(&c, make_name(a, "甲"), BYTES("\x01")));
	assert_false(cert_is_named(&c, make_name(a, "甲"), BYTES("\x02")));
	assert_false(cert_is_named(&c, make_name(a, "乙"), BYTES("\x01")));
}

static void reads_version_1_without_extensions_only(void **state)
{
	AUTO(arena) a = arena_new();
	struct make_cert m = ordinary(a);
	struct cert c;

	(void)state;
	m.v1 = true;
	refuse(make_cert(a, &m));
	m.ext = (struct bytes){NULL, 0};
	c = parsed(a, &m);
	assert_true(cert_verify(&c, &c.key) && !c.has_basic);
}

static void reads_generalized_time_of_any_year(void **state)
{
	AUTO(arena) a = arena_new();
	struct make_cert m = ordinary(a);
	struct cert c;

	(void)state;
	m.generalized = true;
	c = parsed(a, &m);
	assert_string_equal(time_iso(a, c.not_after), "2040-01-01T00:00:00Z");
}

static void does_not_verify_under_another_key(void **state)
{
	AUTO(arena) a = arena_new();
	struct make_key other = make_key(2);
	struct make_cert m = ordinary(a);
	struct cert c, d;

	(void)state;
	c = parsed(a, &m);
	m.key = &other;
	d = parsed(a, &m);
	assert_true(cert_is_self_signed(&d));
	assert_false(cert_verify(&c, &d.key));
	assert_false(cert_equal(&c, &d));
	m.signer = key_a();
	d = parsed(a, &m);
	assert_true(cert_verify(&d, &c.key));
	assert_false(cert_is_self_signed(&d));
}

static void keeps_keys_and_algorithms_it_does_not_know(void **state)
{
	AUTO(arena) a = arena_new();
	struct make_cert m = ordinary(a);
	struct cert c;

	(void)state;
	m.signer = key_a();
	m.key = NULL;
	/* id-ecPublicKey over 1.2.3 */
	m.spki = BYTES("\x30\x12\x30\x0d\x06\x07\x2a\x86\x48\xce\x3d\x02\x01"
		       "\x06\x02\x2a\x03\x03\x01\x00");
	c = parsed(a, &m);
	assert_false(c.key_known || cert_verify(&c, &c.key));
	assert_false(cert_is_self_signed(&c));
}

//= RFC 5280 §4.1.1.2: the two algorithm identifiers are the same
static void refuses_wrong_structure(void **state)
{
	AUTO(arena) a = arena_new();
	struct make_cert m = ordinary(a);
	struct bytes good = make_cert(a, &m), longer = arena_dup(a, good);
	struct writer w = writer_in(a, good.n + 8);
	size_t oid = bytes_find(good, oid_bytes(OID_SM2_SM3));
	uint8_t *p = arena_alloc(a, good.n);
	struct writer q = writer_over(p, good.n);

	(void)state;
	longer.n++; /* the NUL behind */
	refuse(longer);
	refuse((struct bytes){NULL, 0});
	write_bytes(&q, good);
	p[oid + oid_bytes(OID_SM2_SM3).n - 1] ^= 1; /* inner algorithm only */
	refuse(bytes_make(p, good.n));
	(void)w;
	m.issuer_der = BYTES("\x30\x00");
	refuse(make_cert(a, &m));
	m.issuer_der = BYTES("\x30\x02\x31\x00");
	refuse(make_cert(a, &m));
	m.issuer_der = make_name(a, "甲");
	m.subject_der = BYTES("\x30\x00"); /* allowed: the name may stand elsewhere */
	(void)parsed(a, &m);
}

static void refuses_more_than_the_maximum(void **state)
{
	AUTO(arena) a = arena_new();
	struct cert c;
	struct err e;

	(void)state;
	assert_false(cert_parse(
		&c, bytes_make(arena_alloc(a, CERT_MAX + 1), CERT_MAX + 1), &e));
	assert_int_equal(e.code, ERR_TOO_LARGE);
}

//= RFC 5280 §4.2: one instance of an extension
static void refuses_extensions_that_stand_twice(void **state)
{
	AUTO(arena) a = arena_new();
	struct writer w = ext_begin(a);

	(void)state;
	ext_usage(&w, KU_DIGITAL_SIGNATURE);
	(void)with_ext(a, &w);
	ext_usage(&w, KU_KEY_CERT_SIGN);
	refuse_ext(a, &w);
	w = ext_begin(a);
	ext_put(&w, OID_GM_INSURANCE_NUMBER, false, BYTES("1"));
	ext_put(&w, OID_GM_INSURANCE_NUMBER, false, BYTES("1"));
	refuse_ext(a, &w);
}

static void refuses_extensions_that_cannot_be_read(void **state)
{
	static const struct {
		enum oid oid;
		struct bytes value;
	} wrong[] = {
		{OID_KEY_USAGE, {(const uint8_t *)"\x05\x00", 2}},
		{OID_KEY_USAGE, {(const uint8_t *)"", 0}},
		{OID_BASIC_CONSTRAINTS, {(const uint8_t *)"\x30\x03\x01\x01\x01", 5}},
		{OID_BASIC_CONSTRAINTS, {(const uint8_t *)"\x30\x03\x02\x01\xff", 5}},
		{OID_EXT_KEY_USAGE, {(const uint8_t *)"\x30\x00", 2}},
		{OID_EXT_KEY_USAGE, {(const uint8_t *)"\x30\x02\x05\x00", 4}},
	};
	AUTO(arena) a = arena_new();

	(void)state;
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
		struct writer w = ext_begin(a);

		ext_put(&w, wrong[i].oid, false, wrong[i].value);
		refuse_ext(a, &w);
	}
}

//= RFC 5280 §4.2: a critical extension that is not recognised is told
static void tells_critical_extensions_that_it_does_not_process(void **state)
{
	AUTO(arena) a = arena_new();
	struct writer w = ext_begin(a);
	struct bytes value;
	bool critical;
	struct cert c;

	(void)state;
	ext_put(&w, OID_FRESHEST_CRL, false, BYTES("\x30\x00"));
	c = with_ext(a, &w);
	assert_false(c.unknown_critical);
	ext_put(&w, OID_ISSUER_ALT_NAME, true, BYTES("\x30\x00"));
	c = with_ext(a, &w);
	assert_true(c.unknown_critical);
	assert_true(cert_extension(&c, OID_ISSUER_ALT_NAME, &value, &critical));
	assert_true(critical);
	assert_bytes(value, BYTES("\x30\x00"));
	assert_false(cert_extension(&c, OID_SUBJECT_ALT_NAME, &value, &critical));
	w = ext_begin(a);
	ext_put(&w, OID_NAME_CONSTRAINTS, true, BYTES("\x30\x00"));
	ext_put(&w, OID_QY_DEMONSTRATION, true, BYTES("\x05\x00"));
	c = with_ext(a, &w);
	assert_true(c.demonstration && !c.unknown_critical);
}

static void reads_what_a_ca_may_do(void **state)
{
	AUTO(arena) a = arena_new();
	struct writer w = ext_begin(a);
	struct cert c;

	(void)state;
	ext_basic(&w, true, 3);
	ext_usage(&w, KU_KEY_CERT_SIGN | KU_CRL_SIGN);
	ext_eku(&w, true, OID_EKU_TIME_STAMPING);
	c = with_ext(a, &w);
	assert_true(c.is_ca && c.has_path_len && c.path_len == 3);
	assert_int_equal(c.key_usage, KU_KEY_CERT_SIGN | KU_CRL_SIGN);
	assert_true(c.has_eku && c.eku_critical && c.eku == EKU_TIME_STAMPING);
	assert_false(cert_may_sign(&c) || cert_may_encrypt(&c));
	w = ext_begin(a);
	ext_basic(&w, false, 3); /* a length without cA says nothing */
	ext_eku(&w, false, OID_EKU_EMAIL);
	c = with_ext(a, &w);
	assert_false(c.is_ca || c.has_path_len || c.eku_critical);
	assert_int_equal(c.eku, EKU_OTHER);
}

//= RFC 5280 §4.2.1.3
static void key_usage_decides_on_signing_and_encrypting(void **state)
{
	AUTO(arena) a = arena_new();
	static const struct {
		uint32_t bits;
		bool sign, encrypt;
	} cases[] = {
		{KU_DIGITAL_SIGNATURE, true, false},
		{KU_NON_REPUDIATION, true, false},
		{KU_KEY_ENCIPHERMENT, false, true},
		{KU_DATA_ENCIPHERMENT, false, true},
		{KU_KEY_AGREEMENT, false, true},
		{KU_KEY_CERT_SIGN, false, false},
		{KU_CRL_SIGN, false, false},
	};
	struct make_cert m = ordinary(a);
	struct cert c;

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct writer w = ext_begin(a);

		ext_usage(&w, cases[i].bits);
		c = with_ext(a, &w);
		assert_int_equal(cert_may_sign(&c), cases[i].sign);
		assert_int_equal(cert_may_encrypt(&c), cases[i].encrypt);
	}
	m.ext = (struct bytes){NULL, 0};
	c = parsed(a, &m);
	assert_true(cert_may_sign(&c) && !cert_may_encrypt(&c));
}

//= GB 32100-2015: the code is one only with its check digit
//= GB 32100-2015 §5: length, alphabet, check digit
static void checks_the_digit_of_a_credit_code(void **state)
{
	static const char *const wrong[] = {"91350100M000100Y44", "91350100M000100Y4",
		"91350100M000100Y430", "91350100M00010OY43", "91350100m000100y43",
		"19350100M000100Y43", ""};

	(void)state;
	assert_true(credit_code_is_valid(BYTES(CREDIT)));
	/* A code and a published tax invoice's seller, both from real samples. */
	assert_true(credit_code_is_valid(BYTES("11320500014150050B")));
	assert_true(credit_code_is_valid(BYTES("91440300708461136T")));
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
		assert_false(credit_code_is_valid(bytes_str(wrong[i])));
}

static void reads_the_credit_code_in_any_string_type_or_raw(void **state)
{
	static const struct bytes values[] = {
		{(const uint8_t *)"\x13\x12" CREDIT, 20},
		{(const uint8_t *)"\x0c\x12" CREDIT, 20},
		{(const uint8_t *)"\x16\x12" CREDIT, 20},
		{(const uint8_t *)CREDIT, 18},
	};
	AUTO(arena) a = arena_new();
	char code[19];

	(void)state;
	for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
		struct writer w = ext_begin(a), old = ext_begin(a);
		struct cert c;

		ext_put(&w, OID_GM_ORGANIZATION_CODE, false, values[i]);
		c = with_ext(a, &w);
		assert_true(cert_credit_code(&c, CREDIT_GM_ORGANIZATION_CODE, code));
		assert_string_equal(code, CREDIT);
		/* Nowhere but in the field that is asked for. */
		for (enum credit_code_field f = 0; f < CREDIT_FIELD_COUNT; f++)
			assert_int_equal(cert_credit_code(&c, f, code),
				f == CREDIT_GM_ORGANIZATION_CODE);
		ext_put(&old, OID_OLD_ORGANIZATION_CODE, false, values[i]);
		c = with_ext(a, &old);
		assert_true(cert_credit_code(&c, CREDIT_OLD_ORGANIZATION_CODE, code));
		assert_false(cert_credit_code(&c, CREDIT_GM_ORGANIZATION_CODE, code));
	}
}

static void refuses_a_credit_code_that_is_not_the_whole_field(void **state)
{
	static const struct bytes values[] = {
		{(const uint8_t *)"\x13\x13" CREDIT " ", 21},
		{(const uint8_t *)"\x13\x12" CREDIT "x", 21},
		{(const uint8_t *)"\x13\x11" CREDIT, 20},
		{(const uint8_t *)CREDIT "\xe5\xb8\x82", 21},
		{(const uint8_t *)"\x04\x12" CREDIT, 20},
		{(const uint8_t *)"", 0},
	};
	AUTO(arena) a = arena_new();
	char code[19] = "untouched";

	(void)state;
	for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
		struct writer w = ext_begin(a);
		struct cert c;

		ext_put(&w, OID_GM_ORGANIZATION_CODE, false, values[i]);
		c = with_ext(a, &w);
		assert_false(cert_credit_code(&c, CREDIT_GM_ORGANIZATION_CODE, code));
	}
	assert_string_equal(code, "untouched");
}

static void a_credit_code_in_the_subject_stands_once(void **state)
{
	AUTO(arena) a = arena_new();
	struct make_cert m = ordinary(a);
	struct writer w = writer_in(a, 256);
	struct cert c;
	size_t name, set, at;
	char code[19];

	(void)state;
	name = der_open(&w, DER_SEQUENCE);
	for (int i = 0; i < 2; i++) {
		set = der_open(&w, DER_SET);
		at = der_open(&w, DER_SEQUENCE);
		der_put_oid(&w, i ? OID_OU : OID_O);
		der_put(&w, DER_UTF8_STRING, BYTES(CREDIT));
		der_close(&w, at);
		der_close(&w, set);
	}
	set = der_open(&w, DER_SET);
	at = der_open(&w, DER_SEQUENCE);
	der_put_oid(&w, OID_OU);
	der_put(&w, DER_UTF8_STRING, BYTES("x"));
	der_close(&w, at);
	der_close(&w, set);
	der_close(&w, name);
	m.subject_der = writer_bytes(&w);
	c = parsed(a, &m);
	assert_true(cert_credit_code(&c, CREDIT_SUBJECT_O, code));
	assert_string_equal(code, CREDIT);
	assert_false(cert_credit_code(&c, CREDIT_SUBJECT_OU, code));
	assert_false(cert_credit_code(&c, CREDIT_SUBJECT_SERIAL, code));
}

static void decodes_der_and_base64_and_nothing_else(void **state)
{
	AUTO(arena) a = arena_new();
	struct make_cert m = ordinary(a);
	struct bytes der = make_cert(a, &m), out;
	struct err e;

	(void)state;
	assert_true(cert_decode(a, der, &out, &e));
	assert_bytes(out, der);
	assert_true(cert_decode(a,
		bytes_str(arena_printf(a, "\xef\xbb\xbf%s\r\n", base64_encode(a, der))),
		&out, &e));
	assert_bytes(out, der);
	assert_false(cert_decode(a, BYTES("hello"), &out, &e));
	assert_false(cert_decode(a, BYTES(""), &out, &e));
	assert_false(cert_decode(a, BYTES("AAAA"), &out, &e));
	assert_false(
		cert_decode(a, BYTES("-----BEGIN PRIVATE KEY-----\nAAAA\n"), &out, &e));
}

/* --- certificates of other makers --------------------------------------------------- */

static struct cert sample(struct arena *a, const char *name)
{
	struct cert c = {.demonstration = false};
	struct bytes file, der;
	struct err e;

	if (!file_slurp(a, sample_path(a, name), CERT_MAX, &file, &e) ||
		!cert_decode(a, file, &der, &e) || !cert_parse(&c, der, &e))
		fail_msg("%s: %s", name, e.text);
	return c;
}

static size_t read_folder(struct arena *a, const char *folder)
{
	DIR *d = opendir(sample_path(a, folder));
	struct dirent *f;
	size_t count = 0;

	assert_non_null(d);
	while ((f = readdir(d))) {
		struct bytes name = bytes_str(f->d_name);

		if (!bytes_ends(name, BYTES(".cer")) &&
			!bytes_ends(name, BYTES(".crt")) &&
			!bytes_ends(name, BYTES("cert.pem")))
			continue;
		(void)sample(a, arena_printf(a, "%s/%s", folder, f->d_name));
		count++;
	}
	closedir(d);
	return count;
}

static void reads_all_certificates_of_other_makers(void **state)
{
	AUTO(arena) a = arena_new();

	(void)state;
	assert_true(read_folder(a, "certs") >= 27);
	assert_true(read_folder(a, "tlcp") >= 9);
	assert_true(read_folder(a, "pkcs7") >= 3);
	assert_true(read_folder(a, "keys") >= 1);
}

static void verifies_real_chains(void **state)
{
	static const char *const pairs[][2] = {
		{"certs/02ce0c00fc292017_6060d0.cer",
			"certs/02ce0c00fc292017_6060d0.cer"},
		{"certs/Civil_Servant_ROOT_f9881c.cer",
			"certs/Civil_Servant_ROOT_f9881c.cer"},
		{"certs/Device_ROOT_63eb6b.cer", "certs/Device_ROOT_63eb6b.cer"},
		{"certs/ROOTCA_9c28d3.cer", "certs/ROOTCA_9c28d3.cer"},
		{"certs/Ant_Financial_Certification_Authority_S1_4c6a65.cer",
			"certs/ROOTCA_9c28d3.cer"},
		{"certs/SHECA_SM2_d03f82.cer", "certs/ROOTCA_9c28d3.cer"},
		{"certs/Taier_CA_b48225.cer", "certs/ROOTCA_9c28d3.cer"},
		{"certs/TJCA_8296cb.cer", "certs/Civil_Servant_ROOT_f9881c.cer"},
		{"certs/测试服务器名称_a2cc4c.cer", "certs/02ce0c00fc292017_6060d0.cer"},
		{"certs/测试服务器名称_e6f863.cer", "certs/02ce0c00fc292017_6060d0.cer"},
	};
	AUTO(arena) a = arena_new();

	(void)state;
	for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
		struct cert c = sample(a, pairs[i][0]), by = sample(a, pairs[i][1]);

		if (!cert_verify(&c, &by.key))
			fail_msg("%s", pairs[i][0]);
	}
}

//= GB/T 35276-2017 §10: Z with the default id and no other
static void does_not_verify_a_certificate_signed_under_an_empty_id(void **state)
{
	AUTO(arena) a = arena_new();
	struct cert c = sample(a, "certs/RootCA_626bb5.cer");
	struct writer w = writer_in(a, 128);
	AUTO(digest) d = NULL;
	uint8_t hash[SM3_SIZE];
	struct pubkey key;
	struct err e;

	(void)state;
	assert_bytes(c.issuer, c.subject);
	/* Its key names the curve where an algorithm belongs: that alone is unknown to
	 * us. With the key spelt properly it must not verify either. */
	assert_false(c.key_known || cert_is_self_signed(&c));
	pubkey_write_sm2(&w, c.key.spki.p + c.key.spki.n - SM2_POINT);
	assert_true(pubkey_read(&key, writer_bytes(&w), &e));
	assert_false(cert_verify(&c, &key));
	assert_true(sig_begin(&d, &key, SIG_SM2_SM3, BYTES(""), &e));
	digest_put(d, c.tbs);
	digest_finish(d, hash);
	assert_true(pubkey_verify(&key, SIG_SM2_SM3, hash, c.signature, NULL));
}

static void reads_the_extensions_of_tax_certificates(void **state)
{
	AUTO(arena) a = arena_new();
	struct cert c =
		sample(a, "certs/全国统一发票监制章国家税务总局重庆市税务局_d9d436.cer");
	struct bytes value, text;
	bool critical;

	(void)state;
	assert_true(cert_extension(&c, OID_OLD_INSURANCE_NUMBER, &value, &critical));
	assert_true(extension_text(a, value, &text));
	assert_bytes(text, BYTES("重庆市国税"));
	assert_true(cert_extension(&c, OID_OLD_IC_REGISTRATION, &value, &critical));
	assert_true(extension_text(a, value, &text));
	assert_bytes(text, BYTES("15000000000"));
	assert_false(cert_extension(&c, OID_GM_ORGANIZATION_CODE, &value, &critical));
}

static void reads_the_credit_code_a_real_ca_keeps_in_o(void **state)
{
	AUTO(arena) a = arena_new();
	struct cert c = sample(a, "certs/深圳市测试信息技术有限公司_d070a2.cer");
	char code[19];

	(void)state;
	assert_true(cert_credit_code(&c, CREDIT_SUBJECT_O, code));
	assert_string_equal(code, "91440300708461136T");
	assert_false(cert_credit_code(&c, CREDIT_GM_ORGANIZATION_CODE, code));
	assert_string_equal(name_title(a, c.subject), "深圳市测试信息技术有限公司");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_every_field),
		cmocka_unit_test(reads_version_1_without_extensions_only),
		cmocka_unit_test(reads_generalized_time_of_any_year),
		cmocka_unit_test(does_not_verify_under_another_key),
		cmocka_unit_test(keeps_keys_and_algorithms_it_does_not_know),
		cmocka_unit_test(refuses_wrong_structure),
		cmocka_unit_test(refuses_more_than_the_maximum),
		cmocka_unit_test(refuses_extensions_that_stand_twice),
		cmocka_unit_test(refuses_extensions_that_cannot_be_read),
		cmocka_unit_test(tells_critical_extensions_that_it_does_not_process),
		cmocka_unit_test(reads_what_a_ca_may_do),
		cmocka_unit_test(key_usage_decides_on_signing_and_encrypting),
		cmocka_unit_test(checks_the_digit_of_a_credit_code),
		cmocka_unit_test(reads_the_credit_code_in_any_string_type_or_raw),
		cmocka_unit_test(refuses_a_credit_code_that_is_not_the_whole_field),
		cmocka_unit_test(a_credit_code_in_the_subject_stands_once),
		cmocka_unit_test(decodes_der_and_base64_and_nothing_else),
		cmocka_unit_test(reads_all_certificates_of_other_makers),
		cmocka_unit_test(verifies_real_chains),
		cmocka_unit_test(does_not_verify_a_certificate_signed_under_an_empty_id),
		cmocka_unit_test(reads_the_extensions_of_tax_certificates),
		cmocka_unit_test(reads_the_credit_code_a_real_ca_keeps_in_o),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
