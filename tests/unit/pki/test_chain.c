/* Chains: which paths lead to an anchor, which do not, and how much work is done.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "base/source.h"
#include "pki/chain.h"
#include "scene.h"
#include "torture.h"

#define CONSTRAINTS SUB_CHAIN_CONSTRAINTS_FAILURE

static struct opinion *with_ca_ext(struct scene *s, struct bytes ext)
{
	s->ca = scene_cert(s, "中级", &s->ca_key, "根", &s->root_key, ext);
	s->ev = evidence_new(s->a);
	s->r.evidence = s->ev;
	scene_know(s, &s->ca);
	return scene_ask(s);
}

static void finds_the_anchor_through_a_ca(void **state)
{
	AUTO(scene) s = scene_good();
	struct opinion *o = scene_ask(s);

	(void)state;
	assert_passed(o->chain);
	assert_int_equal(o->path_count, 3);
	assert_true(cert_equal(&o->path[0], &s->leaf));
	assert_true(cert_equal(&o->path[1], &s->ca));
	assert_true(cert_equal(&o->path[2], &s->root));
	assert_ptr_equal(o->anchor, &s->anchors[0]);
}

static void finds_helpers_in_the_store(void **state)
{
	AUTO(scene) s = scene_new();

	(void)state;
	scene_trust(s, &s->root, TRUST_SIGNER);
	s->r.evidence = NULL;
	s->trust.extra = &s->ca.der;
	s->trust.extra_count = 1;
	assert_passed(scene_ask(s)->chain);
	s->trust.extra_count = 0;
	assert_failed(scene_ask(s)->chain, SUB_NO_CERTIFICATE_CHAIN_FOUND);
	assert_null(s->o.anchor);
}

static void finds_no_chain_without_a_store_or_an_anchor(void **state)
{
	AUTO(scene) s = scene_good();

	(void)state;
	s->trust.count = 0;
	assert_failed(scene_ask(s)->chain, SUB_NO_CERTIFICATE_CHAIN_FOUND);
	s->r.trust = NULL;
	assert_open(scene_ask(s)->chain, SUB_NO_CERTIFICATE_CHAIN_FOUND);
	assert_open(s->o.revocation, SUB_TRY_LATER);
	assert_open(s->o.licence, SUB_NO_CERTIFICATE_CHAIN_FOUND);
	assert_null(s->o.anchor);
}

static void a_root_in_the_evidence_is_no_anchor(void **state)
{
	AUTO(scene) s = scene_new();

	(void)state;
	scene_know(s, &s->ca);
	scene_know(s, &s->root);
	assert_failed(scene_ask(s)->chain, SUB_NO_CERTIFICATE_CHAIN_FOUND);
	assert_null(s->o.anchor);
}

static void a_leaf_may_be_pinned_in_the_store(void **state)
{
	AUTO(scene) s = scene_new();

	(void)state;
	scene_trust(s, &s->leaf, TRUST_SIGNER);
	assert_passed(scene_ask(s)->chain);
	assert_int_equal(s->o.path_count, 1);
	assert_passed(s->o.revocation);
	s->r.purpose = TRUST_SEAL_MAKER;
	assert_failed(scene_ask(s)->chain, CONSTRAINTS);
}

static void the_anchor_must_be_for_the_purpose(void **state)
{
	AUTO(scene) s = scene_new();

	(void)state;
	scene_trust(s, &s->root, TRUST_TSA | TRUST_ENCRYPTION);
	scene_know(s, &s->ca);
	assert_failed(scene_ask(s)->chain, CONSTRAINTS);
	assert_non_null(strstr(s->o.chain.detail, "测试机构"));
	assert_null(s->o.anchor);
	s->r.purpose = TRUST_SEAL_MAKER;
	assert_failed(scene_ask(s)->chain, CONSTRAINTS);
	/* A second entry of the same CA for the purpose is as good. */
	scene_trust(s, &s->root, TRUST_SEAL_MAKER);
	assert_passed(scene_ask(s)->chain);
	assert_ptr_equal(s->o.anchor, &s->anchors[1]);
}

static void the_nearest_entry_of_the_store_decides(void **state)
{
	AUTO(scene) s = scene_good();

	(void)state;
	/* The CA itself is listed for stamps only; its root is listed for signers. */
	scene_trust(s, &s->ca, TRUST_TSA);
	assert_failed(scene_ask(s)->chain, CONSTRAINTS);
}

static void a_forged_signature_is_no_chain(void **state)
{
	AUTO(scene) s = scene_good();

	(void)state;
	s->leaf = scene_cert(
		s, "甲", &s->leaf_key, "中级", &s->other_key, scene_leaf_ext(s->a));
	assert_failed(scene_ask(s)->chain, SUB_CERTIFICATE_CHAIN_GENERAL_FAILURE);
	s->leaf = scene_cert(
		s, "甲", &s->leaf_key, "中级", &s->ca_key, scene_leaf_ext(s->a));
	assert_passed(scene_ask(s)->chain);
	s->ca = scene_cert(
		s, "中级", &s->ca_key, "根", &s->other_key, scene_ca_ext(s->a));
	s->ev = evidence_new(s->a);
	s->r.evidence = s->ev;
	scene_know(s, &s->ca);
	assert_failed(scene_ask(s)->chain, SUB_CERTIFICATE_CHAIN_GENERAL_FAILURE);
	assert_null(s->o.anchor);
}

//= RFC 5280 §6.1.4 (k): basicConstraints with cA
//= RFC 5280 §6.1.4 (n): keyCertSign where there is a key usage
static void only_a_ca_issues(void **state)
{
	AUTO(scene) s = scene_good();
	struct writer w = ext_begin(s->a);

	(void)state;
	assert_passed(with_ca_ext(s, scene_ca_ext(s->a))->chain);
	ext_usage(&w, KU_KEY_CERT_SIGN);
	assert_failed(with_ca_ext(s, writer_bytes(&w))->chain, CONSTRAINTS);
	ext_basic(&w, false, -1);
	assert_failed(with_ca_ext(s, writer_bytes(&w))->chain, CONSTRAINTS);
	w = ext_begin(s->a);
	ext_basic(&w, true, -1); /* no key usage restricts nothing */
	assert_passed(with_ca_ext(s, writer_bytes(&w))->chain);
	ext_usage(&w, KU_CRL_SIGN | KU_DIGITAL_SIGNATURE);
	assert_failed(with_ca_ext(s, writer_bytes(&w))->chain, CONSTRAINTS);
	assert_failed(with_ca_ext(s, (struct bytes){NULL, 0})->chain, CONSTRAINTS);
}

//= RFC 5280 §6.1.4 (k): version 1 only where the store says so
static void a_root_of_version_1_is_a_ca_because_the_store_says_so(void **state)
{
	AUTO(scene) s = scene_new();
	struct make_cert m = {.subject = "根", .issuer = "根", .v1 = true};

	(void)state;
	m.key = &s->root_key;
	s->root = scene_parse(make_cert(s->a, &m));
	scene_trust(s, &s->root, TRUST_SIGNER);
	scene_know(s, &s->ca);
	assert_passed(scene_ask(s)->chain);
}

static void keeps_to_path_lengths(void **state)
{
	AUTO(scene) s = scene_good();
	struct make_key low_key = make_key(5);
	struct writer w = ext_begin(s->a);
	struct cert low;

	(void)state;
	ext_basic(&w, true, 0);
	assert_passed(with_ca_ext(s, writer_bytes(&w))->chain);
	low = scene_cert(s, "下级", &low_key, "中级", &s->ca_key, scene_ca_ext(s->a));
	s->leaf =
		scene_cert(s, "甲", &s->leaf_key, "下级", &low_key, scene_leaf_ext(s->a));
	scene_know(s, &low);
	assert_failed(scene_ask(s)->chain, CONSTRAINTS);
	w = ext_begin(s->a);
	ext_basic(&w, true, 1);
	s->ca = scene_cert(s, "中级", &s->ca_key, "根", &s->root_key, writer_bytes(&w));
	scene_know(s, &s->ca);
	assert_passed(scene_ask(s)->chain);
}

//= RFC 5280 §4.2: reject a critical extension that is not recognised
static void refuses_critical_extensions_nobody_processed(void **state)
{
	AUTO(scene) s = scene_good();
	struct writer w = ext_begin(s->a);

	(void)state;
	ext_basic(&w, true, -1);
	ext_put(&w, OID_ISSUER_ALT_NAME, false, BYTES("\x30\x00"));
	assert_passed(with_ca_ext(s, writer_bytes(&w))->chain);
	ext_put(&w, OID_POLICY_MAPPINGS, true, BYTES("\x30\x00"));
	assert_failed(with_ca_ext(s, writer_bytes(&w))->chain, CONSTRAINTS);
}

static void demonstration_needs_to_be_allowed_anywhere_on_the_path(void **state)
{
	for (int where = 0; where < 3; where++) {
		AUTO(scene) s = scene_new();
		struct writer leaf = ext_begin(s->a), ca = ext_begin(s->a), *marked[3];

		marked[0] = &leaf;
		marked[1] = marked[2] = &ca;
		ext_usage(&leaf, KU_DIGITAL_SIGNATURE);
		ext_basic(&ca, true, -1);
		ext_put(marked[where], OID_QY_DEMONSTRATION, true, BYTES("\x05\x00"));
		if (where == 2)
			s->root = scene_cert(s, "根", &s->root_key, "根", &s->root_key,
				writer_bytes(&ca));
		if (where == 1)
			s->ca = scene_cert(s, "中级", &s->ca_key, "根", &s->root_key,
				writer_bytes(&ca));
		if (where == 0)
			s->leaf = scene_cert(s, "甲", &s->leaf_key, "中级", &s->ca_key,
				writer_bytes(&leaf));
		scene_trust(s, &s->root, TRUST_SIGNER);
		scene_know(s, &s->ca);
		assert_failed(scene_ask(s)->chain, CONSTRAINTS);
		s->trust.allow_demonstration = true;
		assert_passed(scene_ask(s)->chain);
		assert_false(s->o.licence.present);
	}
	(void)state;
}

/* --- many issuers under one name ------------------------------------------------------
 */

static void tries_every_key_of_a_ca_that_changed_its_key(void **state)
{
	AUTO(scene) s = scene_good();
	struct cert other = scene_cert(
		s, "中级", &s->other_key, "根", &s->root_key, scene_ca_ext(s->a));

	(void)state;
	scene_know(s, &other);
	assert_passed(scene_ask(s)->chain);
	s->leaf = scene_cert(
		s, "甲", &s->leaf_key, "中级", &s->other_key, scene_leaf_ext(s->a));
	assert_passed(scene_ask(s)->chain);
	assert_true(cert_equal(&s->o.path[1], &other));
	/* Two roots under one name. */
	other = scene_cert(
		s, "根", &s->other_key, "根", &s->other_key, scene_ca_ext(s->a));
	scene_trust(s, &other, TRUST_SIGNER);
	s->leaf = scene_cert(
		s, "乙", &s->leaf_key, "根", &s->other_key, scene_leaf_ext(s->a));
	assert_passed(scene_ask(s)->chain);
	assert_ptr_equal(s->o.anchor, &s->anchors[1]);
}

static void prefers_a_path_that_is_valid_in_time(void **state)
{
	AUTO(scene) s = scene_good();
	struct make_cert m = {.subject = "中级", .issuer = "根", .serial = 99};
	struct cert expired;

	(void)state;
	m.key = &s->ca_key;
	m.signer = &s->root_key;
	m.ext = scene_ca_ext(s->a);
	m.from = NOW - 900 * TIME_DAY;
	m.to = NOW - 800 * TIME_DAY;
	expired = scene_parse(make_cert(s->a, &m));
	s->ev = evidence_new(s->a);
	s->r.evidence = s->ev;
	scene_know(s, &expired);
	assert_passed(scene_ask(s)->chain);
	assert_failed(s->o.validity, SUB_EXPIRED);
	scene_know(s, &s->ca);
	assert_passed(scene_ask(s)->validity);
	assert_true(cert_equal(&s->o.path[1], &s->ca));
}

static void is_not_caught_in_a_loop(void **state)
{
	AUTO(scene) s = scene_new();
	struct cert ab, ba;

	(void)state;
	ab = scene_cert(s, "中级", &s->ca_key, "环", &s->other_key, scene_ca_ext(s->a));
	ba = scene_cert(s, "环", &s->other_key, "中级", &s->ca_key, scene_ca_ext(s->a));
	scene_trust(s, &s->root, TRUST_SIGNER);
	scene_know(s, &ab);
	scene_know(s, &ba);
	assert_failed(scene_ask(s)->chain, SUB_NO_CERTIFICATE_CHAIN_FOUND);
	scene_know(s, &s->ca); /* the way out */
	assert_passed(scene_ask(s)->chain);
}

static void gives_up_beyond_the_longest_chain(void **state)
{
	AUTO(scene) s = scene_new();
	const char *below = "根";
	const struct make_key *signer = &s->root_key;
	struct make_key keys[CHAIN_MAX];

	(void)state;
	scene_trust(s, &s->root, TRUST_SIGNER);
	for (uint8_t i = 0; i < CHAIN_MAX; i++) {
		const char *name = arena_printf(s->a, "级%d", i);
		struct cert c;

		s->leaf = scene_cert(
			s, "甲", &s->leaf_key, below, signer, scene_leaf_ext(s->a));
		if (i <= CHAIN_MAX - 2)
			assert_passed(scene_ask(s)->chain);
		else
			assert_failed(
				scene_ask(s)->chain, SUB_NO_CERTIFICATE_CHAIN_FOUND);
		keys[i] = make_key((uint8_t)(20 + i));
		c = scene_cert(s, name, &keys[i], below, signer, scene_ca_ext(s->a));
		scene_know(s, &c);
		below = name;
		signer = &keys[i];
	}
}

/* 10 000 certificates that all claim to be the issuer, none of which is. */
static void a_flood_of_issuers_costs_few_signature_checks(void **state)
{
	AUTO(scene) s = scene_good();
	struct bytes seed = s->ca.der;
	size_t at = bytes_find(seed, s->ca.serial);
	unsigned checks = CHECKS_FOR_CHAIN;
	struct chain found;
	struct chain_request r = {
		&s->leaf, TRUST_SIGNER, &s->trust, NULL, NULL, s->r.time.at};

	(void)state;
	s->ev = evidence_new(s->a);
	for (unsigned i = 0; i < EVIDENCE_CERTS_MAX - 1; i++) {
		uint8_t *p = arena_alloc(s->a, seed.n);
		struct writer w = writer_over(p, seed.n);
		struct err e;

		write_bytes(&w, seed);
		p[at] = 2; /* another serial: the signature is wrong … */
		p[seed.n - 1] ^= (uint8_t)i; /* … and every one is different */
		p[seed.n - 2] ^= (uint8_t)(i >> 8);
		assert_true(evidence_add_cert(s->ev, bytes_make(p, seed.n), &e));
	}
	assert_int_equal(evidence_cert_count(s->ev), EVIDENCE_CERTS_MAX - 1);
	r.evidence = s->ev;
	chain_find(&found, s->a, &r, &checks);
	assert_int_equal(found.fault, CHAIN_SIGNATURE);
	assert_true(CHECKS_FOR_CHAIN - checks <= 2 * CHAIN_ISSUERS_MAX + 2);
	/* The store's own helper is tried before the flood. */
	s->trust.extra = &s->ca.der;
	s->trust.extra_count = 1;
	s->r.evidence = s->ev;
	assert_passed(scene_ask(s)->chain);
}

static void no_checks_left_means_no_chain(void **state)
{
	AUTO(scene) s = scene_good();
	struct chain_request r = {
		&s->leaf, TRUST_SIGNER, &s->trust, s->ev, NULL, s->r.time.at};
	struct chain found;

	(void)state;
	for (unsigned limit = 0; limit < 3; limit++) {
		unsigned checks = limit;

		chain_find(&found, s->a, &r, &checks);
		assert_int_equal(found.fault, limit < 2 ? CHAIN_TOO_MUCH : CHAIN_GOOD);
		assert_int_equal(checks, 0);
	}
}

/* --- other kinds of keys --------------------------------------------------------------
 */

static struct cert issued(struct scene *s, enum issue_profile profile, const char *cn,
	struct key *key, const struct cert *issuer, struct key *by)
{
	struct issue_spec spec = {.profile = profile,
		.subject = {.country = "CN", .organization = "测试", .common_name = cn},
		.not_before = NOW - 30 * TIME_DAY,
		.not_after = NOW + 300 * TIME_DAY};
	struct bytes der;
	struct err e;

	if (!issue_cert(s->a, &der, world_system(), &spec, &key->pub, issuer, by, &e))
		fail_msg("%s", e.text);
	return scene_parse(der);
}

static void chains_of_rsa_and_p256_keys_hold_too(void **state)
{
	static const enum key_kind kinds[] = {KEY_RSA, KEY_P256};

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		AUTO(scene) s = scene_new();
		AUTO(key) root_key = NULL;
		AUTO(key) leaf_key = NULL;
		struct cert root;
		struct err e;

		assert_true(key_generate(&root_key, world_system(), kinds[i], &e));
		assert_true(key_generate(&leaf_key, world_system(), KEY_P256, &e));
		root = issued(s, ISSUE_ROOT, "根", root_key, NULL, root_key);
		s->leaf = issued(s, ISSUE_SIGN, "甲", leaf_key, &root, root_key);
		scene_trust(s, &s->root, TRUST_SIGNER); /* same name, SM2 */
		assert_failed(scene_ask(s)->chain, SUB_CERTIFICATE_CHAIN_GENERAL_FAILURE);
		scene_trust(s, &root, TRUST_SIGNER);
		assert_passed(scene_ask(s)->chain);
	}
}

static void real_cas_chain_to_the_national_root(void **state)
{
	static const char *const names[] = {"certs/SHECA_SM2_d03f82.cer",
		"certs/Taier_CA_b48225.cer", "certs/ROOTCA_9c28d3.cer",
		"certs/Civil_Servant_ROOT_f9881c.cer"};
	AUTO(scene) s = scene_new();
	struct cert c[4];

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		struct bytes file, der = {NULL, 0};
		struct err e;

		if (!file_slurp(s->a, sample_path(s->a, names[i]), CERT_MAX, &file, &e) ||
			!cert_decode(s->a, file, &der, &e))
			fail_msg("%s", e.text);
		c[i] = scene_parse(der);
	}
	s->r.cert = &c[0];
	scene_trust(s, &c[3], TRUST_SIGNER);
	assert_failed(scene_ask(s)->chain, SUB_NO_CERTIFICATE_CHAIN_FOUND);
	scene_trust(s, &c[2], TRUST_SIGNER);
	assert_passed(scene_ask(s)->chain);
	s->r.cert = &c[1];
	assert_passed(scene_ask(s)->chain);
	assert_failed(s->o.usage, CONSTRAINTS); /* a CA signs no documents */
}

/* --- a bit turned over ----------------------------------------------------------------
 */

static void altered(struct bytes der, const struct alteration *what, void *ctx)
{
	struct scene *s = ctx;
	struct cert c;
	struct err e;

	(void)what;
	if (!cert_parse(&c, der, &e))
		return;
	/* What still reads is not what was signed. */
	assert_false(cert_verify(&c, &s->ca.key));
	assert_false(bytes_equal(der, s->leaf.der));
}

static void no_altered_certificate_verifies(void **state)
{
	AUTO(scene) s = scene_new();
	struct writer w = ext_begin(s->a);

	(void)state;
	ext_usage(&w, KU_DIGITAL_SIGNATURE);
	ext_basic(&w, false, -1);
	ext_eku(&w, true, OID_EKU_EMAIL);
	ext_put(&w, OID_AUTHORITY_KEY_ID, false, BYTES("\x30\x04\x80\x02\xcc\xdd"));
	ext_put(&w, OID_GM_ORGANIZATION_CODE, false,
		BYTES("\x13\x12"
		      "91350100M000100Y43"));
	s->leaf = scene_cert(s, "甲", &s->leaf_key, "中级", &s->ca_key, writer_bytes(&w));
	assert_true(cert_verify(&s->leaf, &s->ca.key));
	assert_true(torture_each(s->leaf.der, TORTURE_ALL | TORTURE_HEAVY, altered, s) >=
		    500);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(finds_the_anchor_through_a_ca),
		cmocka_unit_test(finds_helpers_in_the_store),
		cmocka_unit_test(finds_no_chain_without_a_store_or_an_anchor),
		cmocka_unit_test(a_root_in_the_evidence_is_no_anchor),
		cmocka_unit_test(a_leaf_may_be_pinned_in_the_store),
		cmocka_unit_test(the_anchor_must_be_for_the_purpose),
		cmocka_unit_test(the_nearest_entry_of_the_store_decides),
		cmocka_unit_test(a_forged_signature_is_no_chain),
		cmocka_unit_test(only_a_ca_issues),
		cmocka_unit_test(a_root_of_version_1_is_a_ca_because_the_store_says_so),
		cmocka_unit_test(keeps_to_path_lengths),
		cmocka_unit_test(refuses_critical_extensions_nobody_processed),
		cmocka_unit_test(demonstration_needs_to_be_allowed_anywhere_on_the_path),
		cmocka_unit_test(tries_every_key_of_a_ca_that_changed_its_key),
		cmocka_unit_test(prefers_a_path_that_is_valid_in_time),
		cmocka_unit_test(is_not_caught_in_a_loop),
		cmocka_unit_test(gives_up_beyond_the_longest_chain),
		cmocka_unit_test(a_flood_of_issuers_costs_few_signature_checks),
		cmocka_unit_test(no_checks_left_means_no_chain),
		cmocka_unit_test(chains_of_rsa_and_p256_keys_hold_too),
		cmocka_unit_test(real_cas_chain_to_the_national_root),
		cmocka_unit_test(no_altered_certificate_verifies),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
