/* Issuing: what is issued is what was asked, verifies, and nothing else can be asked.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "issue_kit.h"
#include "pki/crl.h"

//= RFC 5280 §4.1
//= RFC 5280 §4.1.2.2
//= RFC 5280 §4.1.2.4
static void issues_a_root_that_signs_itself(void **state)
{
	struct kit *k = *state;

	assert_true(cert_is_self_signed(&k->ca));
	assert_true(k->ca.is_ca && !k->ca.has_path_len);
	assert_int_equal(k->ca.key_usage, KU_KEY_CERT_SIGN | KU_CRL_SIGN);
	assert_int_equal(k->ca.serial.n, 16);
	assert_true(k->ca.serial.p[0] > 0 && k->ca.serial.p[0] < 0x80);
	assert_int_equal(k->ca.ski.n, 20);
	assert_bytes(k->ca.aki, k->ca.ski);
	assert_false(k->ca.unknown_critical);
	assert_string_equal(
		name_format(k->a, k->ca.subject), "CN=测试根, O=测试机构, C=CN");
}

//= RFC 5280 §4.2.1.9
//= RFC 3161 §2.3
//= RFC 6960 §4.2.2.2.1
static void gives_every_profile_its_usage(void **state)
{
	static const struct {
		enum issue_profile profile;
		uint32_t usage, eku;
		bool critical, ca;
	} want[] = {
		{ISSUE_SUB_CA, KU_KEY_CERT_SIGN | KU_CRL_SIGN, 0, false, true},
		{ISSUE_SIGN, KU_DIGITAL_SIGNATURE | KU_NON_REPUDIATION, 0, false, false},
		{ISSUE_ENCRYPT,
			KU_KEY_ENCIPHERMENT | KU_DATA_ENCIPHERMENT | KU_KEY_AGREEMENT, 0,
			false, false},
		{ISSUE_SEAL_MAKER, KU_DIGITAL_SIGNATURE | KU_NON_REPUDIATION,
			EKU_SEAL_MAKER, false, false},
		{ISSUE_TSA, KU_DIGITAL_SIGNATURE | KU_NON_REPUDIATION, EKU_TIME_STAMPING,
			true, false},
		{ISSUE_OCSP, KU_DIGITAL_SIGNATURE, EKU_OCSP_SIGNING, false, false},
	};
	struct kit *k = *state;
	struct bytes value;
	bool critical;

	for (size_t i = 0; i < sizeof want / sizeof *want; i++) {
		struct cert c = kit_cert(k, want[i].profile, "张三", k->key);

		assert_true(cert_verify(&c, &k->ca.key));
		assert_int_equal(c.key_usage, want[i].usage);
		assert_int_equal(c.eku, want[i].eku);
		assert_int_equal(c.eku_critical, want[i].critical);
		assert_int_equal(c.is_ca, want[i].ca);
		assert_int_equal(c.has_path_len, want[i].ca);
		assert_int_equal(c.path_len, 0);
		assert_bytes(c.aki, k->ca.ski);
		assert_int_equal(cert_extension(&c, OID_OCSP_NO_CHECK, &value, &critical),
			want[i].profile == ISSUE_OCSP);
		assert_true(pubkey_equal(&c.key, &k->key->pub));
	}
}

//= GM/T 0015-2012
static void writes_identity_addresses_and_the_demonstration_mark(void **state)
{
	struct kit *k = *state;
	struct issue_spec spec = kit_spec(ISSUE_SIGN, "某某公司");
	char code[19];
	struct bytes value;
	bool critical;
	struct cert c;

	spec.credit_code = "91440300708461136T";
	spec.id_number = "11010519491231002X";
	spec.crl_url = "http://ca.example/root.crl";
	spec.ocsp_url = "http://ca.example/ocsp";
	spec.demonstration = true;
	c = kit_issue(k, &spec, &k->key->pub, &k->ca, k->ca_key);
	assert_true(cert_credit_code(&c, CREDIT_GM_ORGANIZATION_CODE, code));
	assert_string_equal(code, spec.credit_code);
	assert_true(c.demonstration);
	assert_true(cert_extension(&c, OID_QY_DEMONSTRATION, &value, &critical));
	assert_true(critical);
	assert_false(c.unknown_critical);
	assert_true(cert_extension(&c, OID_GM_IDENTIFY_CODE, &value, &critical));
	assert_true(bytes_ends(value, BYTES("11010519491231002X")));
	assert_true(cert_extension(&c, OID_CRL_DISTRIBUTION_POINTS, &value, &critical));
	assert_true(bytes_find(value, BYTES("http://ca.example/root.crl")) != SIZE_MAX);
	assert_true(cert_extension(&c, OID_AUTHORITY_INFO_ACCESS, &value, &critical));
	assert_true(bytes_find(value, BYTES("http://ca.example/ocsp")) != SIZE_MAX);
	assert_false(k->ca.demonstration);
}

//= RFC 4055 §5
//= RFC 5758 §3.2
static void issues_to_and_from_other_kinds_of_keys(void **state)
{
	static const enum key_kind kinds[] = {KEY_RSA, KEY_P256};
	struct kit *k = *state;

	for (size_t i = 0; i < 2; i++) {
		AUTO(key) key = kit_key(k, kinds[i]);
		struct issue_spec root = kit_spec(ISSUE_ROOT, "Foreign Root");
		struct cert foreign = kit_issue(k, &root, &key->pub, NULL, key), c;

		assert_true(cert_is_self_signed(&foreign));
		c = kit_cert(k, ISSUE_SIGN, "外来密钥", key);
		assert_true(cert_verify(&c, &k->ca.key));
		assert_false(cert_verify(&c, &foreign.key));
	}
}

/* Tries to issue under the kit's root; gives the code of the refusal. */
static enum err_code refusal(struct kit *k, const struct issue_spec *spec,
	const struct cert *issuer, struct key *key)
{
	struct bytes der;
	struct err e = {0};

	assert_false(issue_cert(k->a, &der, k->w, spec, &k->key->pub, issuer, key, &e));
	return e.code;
}

//= RFC 5280 Appendix A.1
static void refuses_what_makes_no_certificate(void **state)
{
	struct kit *k = *state;
	struct issue_spec good = kit_spec(ISSUE_SIGN, "某某公司"), s;
	char long_name[80];

	memset(long_name, 'x', sizeof long_name);
	long_name[65] = 0;
	s = good, s.not_after = s.not_before;
	assert_int_equal(refusal(k, &s, &k->ca, k->ca_key), ERR_USAGE);
	s = good, s.subject = (struct issue_name){0};
	assert_int_equal(refusal(k, &s, &k->ca, k->ca_key), ERR_USAGE);
	s = good, s.subject.common_name = "";
	assert_int_equal(refusal(k, &s, &k->ca, k->ca_key), ERR_USAGE);
	s = good, s.subject.common_name = long_name;
	assert_int_equal(refusal(k, &s, &k->ca, k->ca_key), ERR_USAGE);
	s = good, s.subject.common_name = "\xff\xfe";
	assert_int_equal(refusal(k, &s, &k->ca, k->ca_key), ERR_USAGE);
	s = good, s.subject.country = "cn";
	assert_int_equal(refusal(k, &s, &k->ca, k->ca_key), ERR_USAGE);
	s = good, s.credit_code = "914403007084611360";
	assert_int_equal(refusal(k, &s, &k->ca, k->ca_key), ERR_USAGE);
	s = good, s.crl_url = "http://一/";
	assert_int_equal(refusal(k, &s, &k->ca, k->ca_key), ERR_USAGE);
	s = good, s.profile = ISSUE_ROOT;
	assert_int_equal(refusal(k, &s, &k->ca, k->ca_key), ERR_USAGE);
	assert_int_equal(refusal(k, &good, NULL, k->ca_key), ERR_USAGE);
}

static void refuses_issuers_that_may_not_issue(void **state)
{
	struct kit *k = *state;
	struct issue_spec spec = kit_spec(ISSUE_SIGN, "某某公司");
	struct issue_spec ca = kit_spec(ISSUE_SUB_CA, "下级");
	struct cert leaf = kit_cert(k, ISSUE_SIGN, "张三", k->key);
	struct cert sub = kit_cert(k, ISSUE_SUB_CA, "下级", k->key);

	assert_int_equal(refusal(k, &spec, &k->ca, k->key), ERR_KEY_MISMATCH);
	assert_int_equal(refusal(k, &spec, &leaf, k->key), ERR_SIGNER);
	assert_int_equal(refusal(k, &ca, &sub, k->key), ERR_SIGNER);
	spec.profile = ISSUE_ROOT; /* with the key of another */
	assert_int_equal(refusal(k, &spec, NULL, k->ca_key), ERR_KEY_MISMATCH);
}

static void limits_event_certificates_to_eight_hours(void **state)
{
	struct kit *k = *state;
	struct issue_spec spec = kit_spec(ISSUE_EVENT, "评审专家");
	struct cert c;

	spec.not_after = spec.not_before + 8 * TIME_HOUR;
	c = kit_issue(k, &spec, &k->key->pub, &k->ca, k->ca_key);
	assert_int_equal(c.eku, EKU_EVENT);
	spec.not_after += TIME_SECOND;
	assert_int_equal(refusal(k, &spec, &k->ca, k->ca_key), ERR_USAGE);
}

static void admits_as_many_cas_below_as_it_says(void **state)
{
	struct kit *k = *state;
	struct issue_spec spec = kit_spec(ISSUE_SUB_CA, "一级");
	struct cert first, second;

	spec.path_len = 1;
	first = kit_issue(k, &spec, &k->key->pub, &k->ca, k->ca_key);
	assert_int_equal(first.path_len, 1);
	assert_int_equal(refusal(k, &spec, &first, k->key), ERR_SIGNER);
	spec = kit_spec(ISSUE_SUB_CA, "二级");
	second = kit_issue(k, &spec, &k->key->pub, &first, k->key);
	assert_true(second.has_path_len);
	assert_int_equal(second.path_len, 0);
}

//= RFC 2986 §4.1
static void requests_prove_possession_of_the_key(void **state)
{
	struct kit *k = *state;
	const struct issue_name name = {.country = "CN", .common_name = "李四"};
	struct bytes der;
	struct request r, bad;
	struct err e;
	size_t refused = 0;

	assert_true(request_write(k->a, &der, k->w, &name, k->key, &e));
	assert_true(request_parse(&r, der, &e));
	assert_true(request_verify(&r));
	assert_true(pubkey_equal(&r.key, &k->key->pub));
	assert_string_equal(name_format(k->a, r.subject), "CN=李四, C=CN");
	for (size_t i = 0; i < der.n; i++)
		if (!request_parse(&bad, kit_flip(k, der, i), &e) ||
			!request_verify(&bad))
			refused++;
	assert_int_equal(refused, der.n);
}

static void every_altered_certificate_fails(void **state)
{
	struct kit *k = *state;
	struct cert c = kit_cert(k, ISSUE_SIGN, "张三", k->key), bad;
	struct err e;

	for (size_t i = 0; i < c.der.n; i++)
		assert_false(cert_parse(&bad, kit_flip(k, c.der, i), &e) &&
			     cert_verify(&bad, &k->ca.key));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			issues_a_root_that_signs_itself, kit_begin, kit_end),
		cmocka_unit_test_setup_teardown(
			gives_every_profile_its_usage, kit_begin, kit_end),
		cmocka_unit_test_setup_teardown(
			writes_identity_addresses_and_the_demonstration_mark, kit_begin,
			kit_end),
		cmocka_unit_test_setup_teardown(
			issues_to_and_from_other_kinds_of_keys, kit_begin, kit_end),
		cmocka_unit_test_setup_teardown(
			refuses_what_makes_no_certificate, kit_begin, kit_end),
		cmocka_unit_test_setup_teardown(
			refuses_issuers_that_may_not_issue, kit_begin, kit_end),
		cmocka_unit_test_setup_teardown(
			limits_event_certificates_to_eight_hours, kit_begin, kit_end),
		cmocka_unit_test_setup_teardown(
			admits_as_many_cas_below_as_it_says, kit_begin, kit_end),
		cmocka_unit_test_setup_teardown(
			requests_prove_possession_of_the_key, kit_begin, kit_end),
		cmocka_unit_test_setup_teardown(
			every_altered_certificate_fails, kit_begin, kit_end),
	};

	return cmocka_run_group_tests_name("issue", tests, NULL, NULL);
}
