/* Name constraints and certificate policies: kept, broken, unreadable.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "pki/name_constraints.h"
#include "pki/policy.h"
#include "scene.h"

#define EMAIL     DER_CONTEXT_PRIMITIVE(1)
#define DNS       DER_CONTEXT_PRIMITIVE(2)
#define URI       DER_CONTEXT_PRIMITIVE(6)
#define DIRECTORY DER_CONTEXT(4)

struct general {
	uint8_t tag; /* 0: the end */
	const char *text;
};

/* --- names ----------------------------------------------------------------------------
 */

/* C=CN, O=… and, unless null, CN=…. */
static struct bytes name_of(struct arena *a, const char *o, const char *cn)
{
	const enum oid oids[] = {OID_C, OID_O, OID_CN};
	const char *values[] = {"CN", o, cn};
	struct writer w = writer_in(a, 512);
	size_t name = der_open(&w, DER_SEQUENCE);

	for (size_t i = 0; i < 3 && values[i]; i++) {
		size_t set = der_open(&w, DER_SET), at = der_open(&w, DER_SEQUENCE);

		der_put_oid(&w, oids[i]);
		der_put(&w, DER_UTF8_STRING, bytes_str(values[i]));
		der_close(&w, at);
		der_close(&w, set);
	}
	der_close(&w, name);
	return writer_bytes(&w);
}

static void put_general(struct writer *w, struct arena *a, const struct general *g)
{
	der_put(w, g->tag,
		g->tag == DIRECTORY ? name_of(a, g->text, NULL) : bytes_str(g->text));
}

static void put_trees(
	struct writer *w, struct arena *a, uint8_t tag, const struct general *list)
{
	size_t trees = der_open(w, tag);

	for (; list && list->tag; list++) {
		size_t at = der_open(w, DER_SEQUENCE);

		put_general(w, a, list);
		der_close(w, at);
	}
	der_close(w, trees);
}

static struct cert constrained(
	struct scene *s, const struct general *permitted, const struct general *excluded)
{
	struct writer w = ext_begin(s->a), v = writer_in(s->a, 1024);
	size_t at = der_open(&v, DER_SEQUENCE);

	if (permitted)
		put_trees(&v, s->a, DER_CONTEXT(0), permitted);
	if (excluded)
		put_trees(&v, s->a, DER_CONTEXT(1), excluded);
	der_close(&v, at);
	ext_basic(&w, true, -1);
	ext_put(&w, OID_NAME_CONSTRAINTS, true, writer_bytes(&v));
	return scene_cert(s, "中级", &s->ca_key, "根", &s->root_key, writer_bytes(&w));
}

/* A certificate of C=CN, O=o, CN=甲 with these other names. */
static struct cert named(struct scene *s, const char *o, const struct general *alt)
{
	struct make_cert m = {
		.issuer = "中级", .key = &s->leaf_key, .signer = &s->ca_key};
	struct writer w = ext_begin(s->a), v = writer_in(s->a, 1024);
	size_t at = der_open(&v, DER_SEQUENCE);

	for (; alt && alt->tag; alt++)
		put_general(&v, s->a, alt);
	der_close(&v, at);
	ext_usage(&w, KU_DIGITAL_SIGNATURE);
	if (v.n > 2)
		ext_put(&w, OID_SUBJECT_ALT_NAME, false, writer_bytes(&v));
	m.subject_der = name_of(s->a, o, "甲");
	m.ext = writer_bytes(&w);
	return scene_parse(make_cert(s->a, &m));
}

#define LIST(...) ((const struct general[]){__VA_ARGS__, {0, NULL}})

static void directory_names_stay_below_what_is_permitted(void **state)
{
	AUTO(scene) s = scene_new();
	struct cert ca = constrained(s, LIST({DIRECTORY, "甲机构"}), NULL);
	struct cert in = named(s, "甲机构", NULL), out = named(s, "乙机构", NULL);
	struct cert alt = named(s, "甲机构", LIST({DIRECTORY, "乙机构"}));

	(void)state;
	assert_true(name_constraints_allow(&ca, &in));
	assert_false(name_constraints_allow(&ca, &out));
	assert_false(name_constraints_allow(&ca, &alt));
	assert_true(name_constraints_allow(&s->root, &out)); /* none there */
}

static void excluded_wins_over_permitted(void **state)
{
	AUTO(scene) s = scene_new();
	struct cert ca =
		constrained(s, LIST({DIRECTORY, "甲机构"}, {DIRECTORY, "乙机构"}),
			LIST({DIRECTORY, "乙机构"}));
	struct cert in = named(s, "甲机构", NULL), out = named(s, "乙机构", NULL);

	(void)state;
	assert_true(name_constraints_allow(&ca, &in));
	assert_false(name_constraints_allow(&ca, &out));
}

//= RFC 5280 §4.2.1.10: one mailbox, a host, or all hosts of a domain
static void compares_hosts_and_mailboxes(void **state)
{
	static const struct {
		struct general base, name;
		bool within;
	} cases[] = {
		{{DNS, "example.cn"}, {DNS, "example.cn"}, true},
		{{DNS, "example.cn"}, {DNS, "a.B.Example.CN"}, true},
		{{DNS, "example.cn"}, {DNS, "badexample.cn"}, false},
		{{DNS, "example.cn"}, {DNS, "example.cn.evil"}, false},
		{{DNS, "example.cn"}, {DNS, "cn"}, false},
		{{DNS, ".example.cn"}, {DNS, "a.example.cn"}, true},
		{{DNS, ".example.cn"}, {DNS, "example.cn"}, false},
		{{DNS, ""}, {DNS, "a.cn"}, true},
		{{EMAIL, "a@example.cn"}, {EMAIL, "a@EXAMPLE.cn"}, true},
		{{EMAIL, "a@example.cn"}, {EMAIL, "A@example.cn"}, false},
		{{EMAIL, "a@example.cn"}, {EMAIL, "b@example.cn"}, false},
		{{EMAIL, "example.cn"}, {EMAIL, "b@example.cn"}, true},
		{{EMAIL, "example.cn"}, {EMAIL, "b@x.example.cn"}, false},
		{{EMAIL, ".example.cn"}, {EMAIL, "b@x.example.cn"}, true},
		{{EMAIL, ".example.cn"}, {EMAIL, "b@example.cn"}, false},
		{{EMAIL, "example.cn"}, {EMAIL, "example.cn"}, false},
	};
	AUTO(scene) s = scene_new();

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct cert ca = constrained(s, LIST(cases[i].base), NULL);
		struct cert c = named(s, "甲机构", LIST(cases[i].name));

		if (name_constraints_allow(&ca, &c) != cases[i].within)
			fail_msg("%s in %s", cases[i].name.text, cases[i].base.text);
		ca = constrained(s, NULL, LIST(cases[i].base));
		if (name_constraints_allow(&ca, &c) == cases[i].within)
			fail_msg("%s not in %s", cases[i].name.text, cases[i].base.text);
	}
}

static void forms_that_are_not_compared_do_not_pass(void **state)
{
	AUTO(scene) s = scene_new();
	struct cert ca = constrained(s, NULL, LIST({URI, "evil.cn"}));
	struct cert without = named(s, "甲机构", LIST({DNS, "good.cn"}));
	struct cert with = named(s, "甲机构", LIST({URI, "https://good.cn/"}));
	struct cert dns = constrained(s, LIST({DNS, "x.cn"}), NULL);

	(void)state;
	assert_true(name_constraints_allow(&ca, &without));
	assert_false(name_constraints_allow(&ca, &with));
	assert_false(name_constraints_allow(&dns, &without));
	assert_true(name_constraints_allow(&dns, &with)); /* no host there */
}

static void mail_in_the_subject_counts(void **state)
{
	AUTO(scene) s = scene_new();
	struct cert ca = constrained(s, LIST({EMAIL, "good.cn"}), NULL);
	struct make_cert m = {.issuer = "中级", .key = &s->leaf_key};
	static const char *const mails[] = {"a@good.cn", "a@evil.cn"};

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct writer w = writer_in(s->a, 128);
		size_t name = der_open(&w, DER_SEQUENCE), set = der_open(&w, DER_SET),
		       at = der_open(&w, DER_SEQUENCE);
		struct cert c;

		der_put_oid(&w, OID_EMAIL);
		der_put(&w, DER_IA5_STRING, bytes_str(mails[i]));
		der_close(&w, at);
		der_close(&w, set);
		der_close(&w, name);
		m.subject_der = writer_bytes(&w);
		c = scene_parse(make_cert(s->a, &m));
		assert_int_equal(name_constraints_allow(&ca, &c), i == 0);
	}
}

//= RFC 5280 §4.2.1.10: minimum is 0
static void unreadable_constraints_allow_nothing(void **state)
{
	static const struct bytes wrong[] = {
		{(const uint8_t *)"\x31\x00", 2},
		{(const uint8_t *)"\x30\x02\xa2\x00", 4},
		{(const uint8_t *)"\x30\x04\xa0\x02\x05\x00", 6},
		/* minimum 1 */
		{(const uint8_t *)"\x30\x0b\xa0\x09\x30\x07\x82\x02"
				  "cn\x80\x01\x01",
			13},
	};
	AUTO(scene) s = scene_new();
	struct cert c = named(s, "甲机构", LIST({DNS, "a.cn"}));

	(void)state;
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
		struct writer w = ext_begin(s->a);
		struct cert ca;

		ext_basic(&w, true, -1);
		ext_put(&w, OID_NAME_CONSTRAINTS, true, wrong[i]);
		ca = scene_cert(
			s, "中级", &s->ca_key, "根", &s->root_key, writer_bytes(&w));
		assert_false(name_constraints_allow(&ca, &c));
	}
}

//= RFC 5280 §6.1.3 (b), (c): what a CA permits binds the leaf below it
static void a_chain_keeps_to_name_constraints(void **state)
{
	static const char *const allowed[] = {"测试", "别家"};

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		AUTO(scene) s = scene_new();

		s->ca = constrained(s, LIST({DIRECTORY, allowed[i]}), NULL);
		scene_trust(s, &s->root, TRUST_SIGNER);
		scene_know(s, &s->ca);
		if (i == 0)
			assert_passed(scene_ask(s)->chain);
		else
			assert_failed(scene_ask(s)->chain, SUB_CHAIN_CONSTRAINTS_FAILURE);
	}
}

/* --- policies -------------------------------------------------------------------------
 */

/* Where no constants are at hand: any two OIDs will do for policies. */
#define P1 OID_SM3
#define P2 OID_SM4

struct rules {
	enum oid policies[2]; /* OID_UNKNOWN: none */
	int require_explicit; /* -1: not said */
	int inhibit_any;
	bool mappings, inhibit_mapping;
};

#define NO_RULES -1, -1, false, false

static struct cert ruled(struct scene *s, const char *subject, const char *issuer,
	bool ca, const struct rules *r)
{
	struct writer w = ext_begin(s->a), v = writer_in(s->a, 256);
	size_t at = der_open(&v, DER_SEQUENCE), info;

	for (size_t i = 0; i < 2 && r->policies[i]; i++) {
		info = der_open(&v, DER_SEQUENCE);
		der_put_oid(&v, r->policies[i]);
		der_close(&v, info);
	}
	der_close(&v, at);
	ext_basic(&w, ca, -1);
	if (r->policies[0])
		ext_put(&w, OID_CERTIFICATE_POLICIES, false, writer_bytes(&v));
	v = writer_in(s->a, 64);
	at = der_open(&v, DER_SEQUENCE);
	if (r->require_explicit >= 0)
		der_put_small(
			&v, DER_CONTEXT_PRIMITIVE(0), (uint32_t)r->require_explicit);
	if (r->inhibit_mapping)
		der_put_small(&v, DER_CONTEXT_PRIMITIVE(1), 0);
	der_close(&v, at);
	if (v.n > 2)
		ext_put(&w, OID_POLICY_CONSTRAINTS, true, writer_bytes(&v));
	v = writer_in(s->a, 16);
	der_put_small(&v, DER_INTEGER, (uint32_t)r->inhibit_any);
	if (r->inhibit_any >= 0)
		ext_put(&w, OID_INHIBIT_ANY_POLICY, true, writer_bytes(&v));
	if (r->mappings)
		ext_put(&w, OID_POLICY_MAPPINGS, false, BYTES("\x30\x00"));
	return scene_cert(s, subject, &s->leaf_key, issuer, &s->ca_key, writer_bytes(&w));
}

/* Does the path root – CA – leaf hold under these rules of CA and leaf? */
static bool holds(const struct rules *ca, const struct rules *leaf)
{
	AUTO(scene) s = scene_new();
	struct cert c = ruled(s, "中级", "根", true, ca);
	struct cert l = ruled(s, "甲", "中级", false, leaf);
	const struct cert *path[] = {&l, &c, &s->root};
	size_t culprit = 9;
	bool ok = policy_holds(path, 3, &culprit);

	assert_true(ok || culprit < 2);
	return ok;
}

#define HOLDS(ca, leaf)  assert_true(holds(&(struct rules)ca, &(struct rules)leaf))
#define BREAKS(ca, leaf) assert_false(holds(&(struct rules)ca, &(struct rules)leaf))
#define R(...)              \
	{                   \
		__VA_ARGS__ \
	}

static void policies_do_not_matter_until_somebody_requires_one(void **state)
{
	(void)state;
	HOLDS(R({OID_UNKNOWN}, NO_RULES), R({OID_UNKNOWN}, NO_RULES));
	HOLDS(R({P1}, NO_RULES), R({P2}, NO_RULES));
	HOLDS(R({P1}, NO_RULES), R({OID_UNKNOWN}, NO_RULES));
	HOLDS(R({P1}, -1, -1, true, false), R({P1}, NO_RULES));
}

//= RFC 5280 §6.1.3 (d), (e): only what all have in common is left
//= RFC 5280 §6.1.4 (i): requireExplicitPolicy counts from where it says
//= RFC 5280 §6.1.5 (a), (b), (g): the leaf's own requirement
static void a_required_policy_must_run_through_the_path(void **state)
{
	(void)state;
	HOLDS(R({P1}, 0, -1, false, false), R({P1}, NO_RULES));
	HOLDS(R({P1, P2}, 0, -1, false, false), R({P2}, NO_RULES));
	HOLDS(R({OID_ANY_POLICY}, 0, -1, false, false), R({P2}, NO_RULES));
	HOLDS(R({P1}, 0, -1, false, false), R({OID_ANY_POLICY}, NO_RULES));
	BREAKS(R({P1}, 0, -1, false, false), R({P2}, NO_RULES));
	BREAKS(R({P1}, 0, -1, false, false), R({OID_UNKNOWN}, NO_RULES));
	BREAKS(R({OID_UNKNOWN}, 0, -1, false, false), R({P1}, NO_RULES));
	/* After one more certificate: that is the leaf, and then it holds too. */
	BREAKS(R({P1}, 1, -1, false, false), R({P2}, NO_RULES));
	HOLDS(R({P1}, 2, -1, false, false), R({P2}, NO_RULES));
	/* The leaf's own requirement. */
	BREAKS(R({P1}, NO_RULES), R({P2}, 0, -1, false, false));
	HOLDS(R({P1}, NO_RULES), R({P1}, 0, -1, false, false));
}

//= RFC 5280 §6.1.4 (j): inhibitAnyPolicy
static void any_policy_may_be_inhibited(void **state)
{
	(void)state;
	BREAKS(R({P1}, 0, 0, false, false), R({OID_ANY_POLICY}, NO_RULES));
	HOLDS(R({P1}, 0, 0, false, false), R({P1}, NO_RULES));
	HOLDS(R({P1}, 0, 1, false, false), R({OID_ANY_POLICY}, NO_RULES));
	HOLDS(R({P1}, -1, 0, false, false), R({OID_ANY_POLICY}, NO_RULES));
}

static void mappings_under_constraints_are_refused(void **state)
{
	(void)state;
	BREAKS(R({P1}, 0, -1, true, false), R({P1}, NO_RULES));
	BREAKS(R({P1}, -1, -1, true, true), R({P1}, NO_RULES));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(directory_names_stay_below_what_is_permitted),
		cmocka_unit_test(excluded_wins_over_permitted),
		cmocka_unit_test(compares_hosts_and_mailboxes),
		cmocka_unit_test(forms_that_are_not_compared_do_not_pass),
		cmocka_unit_test(mail_in_the_subject_counts),
		cmocka_unit_test(unreadable_constraints_allow_nothing),
		cmocka_unit_test(a_chain_keeps_to_name_constraints),
		cmocka_unit_test(policies_do_not_matter_until_somebody_requires_one),
		cmocka_unit_test(a_required_policy_must_run_through_the_path),
		cmocka_unit_test(any_policy_may_be_inhibited),
		cmocka_unit_test(mappings_under_constraints_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
