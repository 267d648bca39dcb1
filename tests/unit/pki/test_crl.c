/* CRLs: lists of ours and of others, deltas, and every list that must not be used.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "base/source.h"
#include "issue_kit.h"
#include "pki/crl.h"
#include "pki/issue_write.h"
#include "pki/sig_alg.h"
#include "torture.h"

/* BYTES is no constant; these are. */
#define SERIAL(text)                                         \
	{                                                    \
		(const uint8_t *)("" text), sizeof(text) - 1 \
	}

static const struct issue_revoked three[] = {
	{SERIAL("\x01"), KIT_NOW - TIME_DAY, CRL_KEY_COMPROMISE, KIT_NOW - 2 * TIME_DAY},
	{SERIAL("\x00\x81"), KIT_NOW - TIME_HOUR, CRL_UNSPECIFIED, TIME_NONE},
	{SERIAL("\x7f\xff\xff"), KIT_NOW - TIME_MINUTE, CRL_HOLD, TIME_NONE},
};

static struct crl issue_list(struct kit *k, uint64_t number, uint64_t base, int64_t at,
	const struct issue_revoked *revoked, size_t count)
{
	struct bytes der;
	struct crl c = {0};
	struct err e = {0};

	if (!issue_crl(k->a, &der, k->w, &k->ca, k->ca_key, number, base != 0, base, at,
		    at + TIME_DAY, revoked, count, &e) ||
		!crl_parse(&c, der, &e))
		fail_msg("%s", e.text);
	return c;
}

//= RFC 5280 §5.1
//= RFC 5280 §5.2.3
//= RFC 5280 §5.3.1
static void reads_what_was_issued(void **state)
{
	struct kit *k = *state;
	struct crl c = issue_list(k, 7, 0, KIT_NOW, three, 3);
	struct bytes rest = c.entries;
	struct crl_entry entry;
	size_t n = 0;

	assert_true(crl_verify(&c, &k->ca));
	assert_int_equal(c.entry_count, 3);
	assert_true(c.this_update == KIT_NOW && c.next_update == KIT_NOW + TIME_DAY);
	assert_true(c.has_number && !c.is_delta);
	assert_bytes(c.number, BYTES("\x07"));
	assert_bytes(c.aki, k->ca.ski);
	while (crl_next(&rest, &entry)) {
		assert_bytes(entry.serial, three[n].serial);
		assert_true(entry.revoked_at == three[n].at);
		assert_int_equal(entry.reason, three[n].reason);
		assert_true(entry.invalid_since == three[n].invalid_since);
		n++;
	}
	assert_int_equal(n, 3);
	assert_true(crl_find(&c, three[1].serial, &entry));
	assert_true(entry.revoked_at == three[1].at);
	assert_false(crl_find(&c, BYTES("\x02"), &entry));
	assert_false(crl_find(&c, BYTES(""), &entry));
}

//= RFC 5280 §5.1.2.6
static void an_empty_list_revokes_nobody(void **state)
{
	struct kit *k = *state;
	struct crl c = issue_list(k, 1, 0, KIT_NOW, NULL, 0);
	struct crl_entry entry;

	assert_int_equal(c.entry_count, 0);
	assert_true(crl_verify(&c, &k->ca));
	assert_false(crl_find(&c, BYTES("\x01"), &entry));
}

//= RFC 5280 §6.3.3 f
static void only_a_ca_that_may_sign_lists_counts(void **state)
{
	struct kit *k = *state;
	struct crl c = issue_list(k, 7, 0, KIT_NOW, three, 3);
	struct cert other = k->ca;
	struct issue_spec spec = kit_spec(ISSUE_ROOT, "测试根");
	struct cert twin = kit_issue(k, &spec, &k->key->pub, NULL, k->key);

	assert_false(crl_verify(&c, &twin)); /* same name, another key */
	other.key_usage = KU_KEY_CERT_SIGN;
	assert_false(crl_verify(&c, &other));
	other.has_key_usage = false;
	assert_true(crl_verify(&c, &other));
	spec = kit_spec(ISSUE_ROOT, "另一个根");
	other = kit_issue(k, &spec, &k->ca_key->pub, NULL, k->ca_key);
	assert_false(crl_verify(&c, &other)); /* same key, another name */
}

static void the_national_roots_signed_their_lists(void **state)
{
	static const char *const names[][2] = {
		{"certs/Civil_Servant_ROOT.crl", "certs/Civil_Servant_ROOT_f9881c.cer"},
		{"certs/Device_ROOT.crl", "certs/Device_ROOT_63eb6b.cer"}};
	struct kit *k = *state;
	struct bytes file, der;
	struct cert root[2];
	struct crl list[2];
	struct err e = {0};

	for (size_t i = 0; i < 2; i++) {
		if (!file_slurp(
			    k->a, sample_path(k->a, names[i][0]), CRL_MAX, &file, &e) ||
			!crl_parse(&list[i], file, &e) ||
			!file_slurp(k->a, sample_path(k->a, names[i][1]), CERT_MAX, &file,
				&e) ||
			!cert_decode(k->a, file, &der, &e) ||
			!cert_parse(&root[i], der, &e))
			fail_msg("%s", e.text);
	}
	assert_true(crl_verify(&list[0], &root[0]));
	assert_true(crl_verify(&list[1], &root[1]));
	assert_false(crl_verify(&list[0], &root[1]));
	assert_false(crl_verify(&list[1], &root[0]));
}

/* A list with this body of crlExtensions and of entry extensions, signed by the kit. */
static struct bytes list_with(struct kit *k, struct bytes extensions, struct bytes entry)
{
	struct writer d = writer_in(k->a, 4096);
	size_t tbs = der_open(&d, DER_SEQUENCE), list, one, wrapped;
	struct bytes out;
	struct err e;

	der_put_small(&d, DER_INTEGER, 1);
	sig_alg_write(&d, SIG_SM2_SM3);
	write_bytes(&d, k->ca.subject);
	der_put_time(&d, KIT_NOW);
	der_put_time(&d, KIT_NOW + TIME_DAY);
	list = der_open(&d, DER_SEQUENCE);
	one = der_open(&d, DER_SEQUENCE);
	der_put_small(&d, DER_INTEGER, 5);
	der_put_time(&d, KIT_NOW);
	if (entry.n)
		der_put(&d, DER_SEQUENCE, entry);
	der_close(&d, one);
	der_close(&d, list);
	if (extensions.n) {
		wrapped = der_open(&d, DER_CONTEXT(0));
		der_put(&d, DER_SEQUENCE, extensions);
		der_close(&d, wrapped);
	}
	der_close(&d, tbs);
	assert_true(signed_write(k->a, &out, k->w, k->ca_key, writer_bytes(&d), &e));
	return out;
}

static struct bytes extension(
	struct kit *k, enum oid oid, bool critical, struct bytes value)
{
	struct writer d = writer_in(k->a, value.n + 64);
	struct extension_mark mark = extension_open(&d, oid, critical);

	write_bytes(&d, value);
	extension_close(&d, mark);
	return writer_bytes(&d);
}

static enum err_code verdict_on(struct bytes der)
{
	struct crl c;
	struct err e = {0};

	return crl_parse(&c, der, &e) ? ERR_NONE : e.code;
}

//= RFC 5280 §5.2
//= RFC 5280 §5.2.5
//= RFC 5280 §5.3
static void refuses_lists_that_say_more_than_it_reads(void **state)
{
	struct kit *k = *state;
	const struct {
		struct bytes value;
		enum err_code want;
	} idp[] = {
		{BYTES("\x30\x03\x81\x01\xff"), ERR_NONE},            /* users only */
		{BYTES("\x30\x03\x82\x01\xff"), ERR_NONE},            /* CAs only */
		{BYTES("\x30\x03\x84\x01\xff"), ERR_UNSUPPORTED},     /* indirect */
		{BYTES("\x30\x04\x83\x02\x06\x40"), ERR_UNSUPPORTED}, /* some reasons */
		{BYTES("\x30\x04\xa0\x02\xa1\x00"), ERR_UNSUPPORTED}, /* relative name */
		{BYTES("\x30\x04\xa0\x02\xa0\x00"), ERR_MALFORMED},   /* no name */
		{BYTES("\x30\x06\x81\x01\xff\x82\x01\xff"), ERR_MALFORMED},
		{BYTES("\x30\x06\x82\x01\xff\x81\x01\xff"), ERR_MALFORMED},
		{BYTES("\x30\x03\x87\x01\xff"), ERR_MALFORMED},
		{BYTES("\x30\x03\x81\x01\x01"), ERR_MALFORMED},
	};
	const struct bytes none = {NULL, 0};

	for (size_t i = 0; i < sizeof idp / sizeof *idp; i++)
		assert_int_equal(verdict_on(list_with(k,
					 extension(k, OID_ISSUING_DISTRIBUTION_POINT,
						 true, idp[i].value),
					 none)),
			idp[i].want);
	assert_int_equal(
		verdict_on(list_with(k,
			extension(k, OID_POLICY_MAPPINGS, true, BYTES("\x05\x00")),
			none)),
		ERR_UNSUPPORTED);
	assert_int_equal(
		verdict_on(list_with(k,
			extension(k, OID_POLICY_MAPPINGS, false, BYTES("\x05\x00")),
			none)),
		ERR_NONE);
	assert_int_equal(
		verdict_on(list_with(k, none,
			extension(k, OID_CERTIFICATE_ISSUER, true, BYTES("\x30\x00")))),
		ERR_UNSUPPORTED);
	assert_int_equal(
		verdict_on(list_with(k, none,
			extension(k, OID_CRL_REASON, false, BYTES("\x0a\x01\x07")))),
		ERR_MALFORMED);
	assert_int_equal(
		verdict_on(list_with(k, none,
			extension(k, OID_CRL_REASON, false, BYTES("\x0a\x01\x08")))),
		ERR_MALFORMED); /* removeFromCRL in a full list */
}

//= RFC 5280 §6.3.3 b 2
static void covers_only_what_its_scope_says(void **state)
{
	struct kit *k = *state;
	struct bytes none = {NULL, 0};
	struct issue_spec spec = kit_spec(ISSUE_SIGN, "张三");
	struct cert leaf = kit_cert(k, ISSUE_SIGN, "李四", k->key), pointed;
	struct cert sub = kit_cert(k, ISSUE_SUB_CA, "下级", k->key);
	struct err e;
	struct crl c;

	spec.crl_url = "http://a/b";
	pointed = kit_issue(k, &spec, &k->key->pub, &k->ca, k->ca_key);
	c = issue_list(k, 1, 0, KIT_NOW, three, 3);
	assert_true(crl_covers(&c, &leaf) && crl_covers(&c, &sub));
	c.only_user = true;
	assert_true(crl_covers(&c, &leaf) && !crl_covers(&c, &sub));
	c.only_user = false, c.only_ca = true;
	assert_true(!crl_covers(&c, &leaf) && crl_covers(&c, &sub));
	c.only_ca = false, c.only_attribute = true;
	assert_false(crl_covers(&c, &leaf) || crl_covers(&c, &sub));
	assert_true(crl_parse(&c,
		list_with(k,
			extension(k, OID_ISSUING_DISTRIBUTION_POINT, true,
				BYTES("\x30\x10\xa0\x0e\xa0\x0c\x86\x0a"
				      "http://a/b")),
			none),
		&e));
	assert_true(crl_covers(&c, &pointed));
	assert_false(crl_covers(&c, &leaf));
	leaf.issuer = leaf.subject;
	c = issue_list(k, 1, 0, KIT_NOW, three, 3);
	assert_false(crl_covers(&c, &leaf));
}

//= RFC 5280 §5.2.4
static void lays_a_delta_over_its_base(void **state)
{
	static const struct issue_revoked changes[] = {
		{SERIAL("\x7f\xff\xff"), KIT_NOW, CRL_REMOVE, TIME_NONE},
		{SERIAL("\x09"), KIT_NOW, CRL_SUPERSEDED, TIME_NONE}};
	struct kit *k = *state;
	struct crl base = issue_list(k, 7, 0, KIT_NOW, three, 3);
	struct crl delta = issue_list(k, 9, 7, KIT_NOW + TIME_HOUR, changes, 2);
	struct crl old = issue_list(k, 6, 0, KIT_NOW - TIME_HOUR, three, 3);
	struct crl later = issue_list(k, 10, 0, KIT_NOW + 2 * TIME_HOUR, three, 3);
	struct crl_entry entry;

	assert_true(delta.is_delta);
	assert_bytes(delta.base_number, BYTES("\x07"));
	assert_true(crl_delta_fits(&base, &delta));
	assert_false(crl_delta_fits(&old, &delta));   /* older than where it starts */
	assert_false(crl_delta_fits(&later, &delta)); /* already newer */
	assert_false(crl_delta_fits(&delta, &delta));
	assert_true(crl_find_merged(&base, &delta, BYTES("\x01"), &entry));
	assert_true(crl_find_merged(&base, &delta, BYTES("\x09"), &entry));
	assert_int_equal(entry.reason, CRL_SUPERSEDED);
	assert_false(crl_find_merged(&base, &delta, BYTES("\x7f\xff\xff"), &entry));
	assert_true(crl_find_merged(&base, NULL, BYTES("\x7f\xff\xff"), &entry));
	assert_false(crl_find_merged(&base, NULL, BYTES("\x09"), &entry));
	base.idp = BYTES("\x30\x03\x81\x01\xff");
	assert_false(crl_delta_fits(&base, &delta));
}

static void notices_numbers_and_clocks_turned_back(void **state)
{
	struct kit *k = *state;
	struct crl a = issue_list(k, 200, 0, KIT_NOW, NULL, 0);
	struct crl newer = issue_list(k, 256, 0, KIT_NOW + TIME_HOUR, NULL, 0);
	struct crl rolled = issue_list(k, 300, 0, KIT_NOW - TIME_HOUR, NULL, 0);

	assert_int_equal(crl_order(&a, &a), CRL_EQUAL);
	assert_int_equal(crl_order(&a, &newer), CRL_NEWER);
	assert_int_equal(crl_order(&newer, &a), CRL_OLDER);
	assert_int_equal(crl_order(&a, &rolled), CRL_CONFLICT);
	assert_int_equal(crl_order(&rolled, &a), CRL_CONFLICT);
	newer.has_number = false;
	assert_int_equal(crl_order(&a, &newer), CRL_NEWER);
}

static void will_not_issue_what_it_would_not_read(void **state)
{
	static const struct issue_revoked removed[] = {
		{SERIAL("\x01"), KIT_NOW, CRL_REMOVE, TIME_NONE}};
	struct kit *k = *state;
	struct cert leaf = kit_cert(k, ISSUE_SIGN, "张三", k->key);
	struct bytes der;
	struct err e;

	assert_false(issue_crl(k->a, &der, k->w, &k->ca, k->ca_key, 1, false, 0, KIT_NOW,
		KIT_NOW + 1, removed, 1, &e));
	assert_int_equal(e.code, ERR_USAGE);
	assert_false(issue_crl(k->a, &der, k->w, &k->ca, k->ca_key, 1, true, 1, KIT_NOW,
		KIT_NOW + 1, removed, 1, &e));
	assert_int_equal(e.code, ERR_USAGE);
	assert_false(issue_crl(k->a, &der, k->w, &k->ca, k->ca_key, 1, false, 0, KIT_NOW,
		KIT_NOW, NULL, 0, &e));
	assert_int_equal(e.code, ERR_USAGE);
	assert_false(issue_crl(k->a, &der, k->w, &k->ca, k->key, 1, false, 0, KIT_NOW,
		KIT_NOW + 1, NULL, 0, &e));
	assert_int_equal(e.code, ERR_KEY_MISMATCH);
	assert_false(issue_crl(k->a, &der, k->w, &leaf, k->key, 1, false, 0, KIT_NOW,
		KIT_NOW + 1, NULL, 0, &e));
	assert_int_equal(e.code, ERR_SIGNER);
}

static void holds_two_hundred_thousand_entries(void **state)
{
	enum { COUNT = 200000 };
	struct kit *k = *state;
	struct issue_revoked *r = ARENA_ARRAY(k->a, COUNT, struct issue_revoked);
	uint8_t *serials = arena_alloc(k->a, COUNT * 4);
	struct writer w = writer_over(serials, COUNT * 4);
	struct crl_entry entry;
	size_t before;
	struct bytes der;
	struct crl c;
	struct err e;

	for (uint32_t i = 0; i < COUNT; i++) {
		write_be32(&w, 0x40000000 + i);
		r[i] = (struct issue_revoked){bytes_make(serials + 4 * i, 4), KIT_NOW,
			CRL_KEY_COMPROMISE, TIME_NONE};
	}
	assert_true(issue_crl(k->a, &der, k->w, &k->ca, k->ca_key, 1, false, 0, KIT_NOW,
		KIT_NOW + TIME_DAY, r, COUNT, &e));
	before = arena_used(k->a);
	assert_true(crl_parse(&c, der, &e));
	assert_int_equal(c.entry_count, COUNT);
	assert_true(crl_find(&c, BYTES("\x40\x03\x0d\x3f"), &entry)); /* the last */
	assert_false(crl_find(&c, BYTES("\x40\x03\x0d\x40"), &entry));
	assert_int_equal(arena_used(k->a), before);
	assert_true(crl_verify(&c, &k->ca));
}

static void altered(struct bytes b, const struct alteration *what, void *ctx)
{
	const struct kit *k = ctx;
	struct crl_entry entry;
	struct crl c;
	struct err e;

	(void)what;
	if (!crl_parse(&c, b, &e))
		return;
	for (struct bytes rest = c.entries; crl_next(&rest, &entry);)
		assert_true(entry.serial.n > 0);
	assert_false(crl_verify(&c, &k->ca));
}

static void no_altered_list_verifies(void **state)
{
	struct kit *k = *state;
	struct crl c = issue_list(k, 9, 7, KIT_NOW, three, 3);

	assert_true(torture_each(c.der, TORTURE_ALL | TORTURE_HEAVY, altered, k) > 0);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, kit_begin, kit_end)
	const struct CMUnitTest tests[] = {
		TEST(reads_what_was_issued),
		TEST(an_empty_list_revokes_nobody),
		TEST(only_a_ca_that_may_sign_lists_counts),
		TEST(the_national_roots_signed_their_lists),
		TEST(refuses_lists_that_say_more_than_it_reads),
		TEST(covers_only_what_its_scope_says),
		TEST(lays_a_delta_over_its_base),
		TEST(notices_numbers_and_clocks_turned_back),
		TEST(will_not_issue_what_it_would_not_read),
		TEST(holds_two_hundred_thousand_entries),
		TEST(no_altered_list_verifies),
	};

	return cmocka_run_group_tests_name("crl", tests, NULL, NULL);
}
