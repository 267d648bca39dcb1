/* Trust stores: what is written is read, nothing altered is, and none older than the last
 * one seen. SPDX-License-Identifier: Apache-2.0
 */
#include <glob.h>

#include "base/source.h"
#include "issue_kit.h"
#include "pki/issue_write.h"
#include "pki/sig_alg.h"
#include "pki/trust.h"
#include "torture.h"

static struct trust_anchor anchor_of(const struct cert *c)
{
	return (struct trust_anchor){.cert = *c,
		.name = "测试电子认证服务机构",
		.purposes = TRUST_SIGNER | TRUST_ENCRYPTION,
		.credit_code = CREDIT_GM_ORGANIZATION_CODE,
		.service = {"ECP00000000001", KIT_NOW - 100 * TIME_DAY,
			KIT_NOW + TIME_DAY},
		.cipher = {"0001", KIT_NOW - TIME_DAY, TIME_NONE},
		.admitted_from = KIT_NOW,
		.admitted_to = TIME_NONE};
}

static struct trust store_of(struct kit *k, uint64_t serial)
{
	struct trust t = {.serial = serial, .made_at = KIT_NOW, .title = "试验登记册"};

	t.anchors = ARENA_NEW(k->a, struct trust_anchor);
	t.anchors[0] = anchor_of(&k->ca);
	t.count = 1;
	t.extra = ARENA_NEW(k->a, struct bytes);
	t.extra[0] = kit_cert(k, ISSUE_SUB_CA, "下级", k->key).der;
	t.extra_count = 1;
	return t;
}

static struct bytes write_store(struct kit *k, const struct trust *t)
{
	struct bytes der = {NULL, 0};
	struct err e = {0};

	if (!trust_write(k->a, &der, k->w, t, k->ca_key, k->ca.der, &e))
		fail_msg("%s", e.text);
	return der;
}

static struct trust *read_store(struct kit *k, struct bytes der)
{
	struct trust *t = NULL;
	struct err e = {0};

	if (!trust_read(&t, k->a, der, &e))
		fail_msg("%s", e.text);
	return t;
}

static void reads_what_was_written(void **state)
{
	struct kit *k = *state;
	struct trust t = store_of(k, UINT64_MAX), *r;
	const struct trust_anchor *a;
	uint8_t sm3[SM3_SIZE];
	struct bytes der = write_store(k, &t);

	r = read_store(k, der);
	sm3_of(der, sm3);
	assert_bytes(BYTES_OF(r->sm3), BYTES_OF(sm3));
	assert_true(r->serial == UINT64_MAX && r->made_at == KIT_NOW);
	assert_string_equal(r->title, "试验登记册");
	assert_true(cert_equal(&r->signer, &k->ca));
	assert_int_equal(r->count, 1);
	a = r->anchors;
	assert_true(cert_equal(&a->cert, &k->ca));
	assert_string_equal(a->name, "测试电子认证服务机构");
	assert_int_equal(a->purposes, TRUST_SIGNER | TRUST_ENCRYPTION);
	assert_int_equal(a->credit_code, CREDIT_GM_ORGANIZATION_CODE);
	assert_false(a->independent);
	assert_string_equal(a->service.number, "ECP00000000001");
	assert_true(a->service.from == KIT_NOW - 100 * TIME_DAY);
	assert_true(a->service.to == KIT_NOW + TIME_DAY);
	assert_true(a->cipher.to == TIME_NONE);
	assert_true(a->admitted_from == KIT_NOW && a->admitted_to == TIME_NONE);
	assert_int_equal(r->extra_count, 1);
	assert_bytes(r->extra[0], t.extra[0]);
	assert_false(r->allow_demonstration);
}

static void the_reader_keeps_its_own_copy(void **state)
{
	struct kit *k = *state;
	struct trust t = store_of(k, 1), *r;
	struct bytes der = write_store(k, &t), copy = arena_dup(k->a, der);
	uint8_t *p = arena_alloc(k->a, der.n);

	memcpy(p, der.p, der.n);
	r = read_store(k, bytes_make(p, der.n));
	memset(p, 0, der.n);
	assert_true(cert_verify(&r->anchors[0].cert, &r->anchors[0].cert.key));
	assert_bytes(copy, der);
}

static void other_kinds_of_keys_sign_too(void **state)
{
	static const enum key_kind kinds[] = {KEY_RSA, KEY_P256};
	struct kit *k = *state;
	struct trust t = store_of(k, 3);

	for (size_t i = 0; i < 2; i++) {
		AUTO(key) key = kit_key(k, kinds[i]);
		struct cert c = kit_cert(k, ISSUE_SIGN, "登记册签名", key);
		struct bytes der;
		struct err e;

		assert_true(trust_write(k->a, &der, k->w, &t, key, c.der, &e));
		assert_true(cert_equal(&read_store(k, der)->signer, &c));
	}
}

static enum err_code write_refusal(struct kit *k, const struct trust *t)
{
	struct bytes der = {NULL, 0};
	struct err e = {0};

	assert_false(trust_write(k->a, &der, k->w, t, k->ca_key, k->ca.der, &e));
	return e.code;
}

static void writes_nothing_it_would_not_read(void **state)
{
	struct kit *k = *state;
	struct trust t = store_of(k, 1);
	struct trust_anchor two[2] = {t.anchors[0], t.anchors[0]};
	struct bytes der;
	struct err e;

	t.anchors[0].purposes = 0;
	assert_int_equal(write_refusal(k, &t), ERR_MALFORMED);
	t.anchors[0].purposes = 1 << 5;
	assert_int_equal(write_refusal(k, &t), ERR_MALFORMED);
	t = store_of(k, 1);
	t.title = "a\nb";
	assert_int_equal(write_refusal(k, &t), ERR_MALFORMED);
	t = store_of(k, 1);
	t.anchors[0].admitted_to = KIT_NOW - TIME_SECOND;
	assert_int_equal(write_refusal(k, &t), ERR_MALFORMED);
	t = store_of(k, 1);
	t.anchors = two, t.count = 2; /* one certificate twice */
	assert_int_equal(write_refusal(k, &t), ERR_MALFORMED);
	t = store_of(k, 1);
	t.extra[0] = BYTES("\x30\x00");
	assert_int_equal(write_refusal(k, &t), ERR_MALFORMED);
	t = store_of(k, 1);
	assert_false(trust_write(k->a, &der, k->w, &t, k->key, k->ca.der, &e));
	assert_int_equal(e.code, ERR_KEY_MISMATCH);
}

/* Wraps tbs and a signature by key as a store that names `signer`. */
static struct bytes forge(
	struct kit *k, struct bytes store, const struct cert *signer, struct key *key)
{
	struct writer d = writer_in(k->a, store.n + 4096);
	uint8_t room[SIG_VALUE_MAX];
	struct writer value = writer_over(room, sizeof room);
	size_t whole = der_open(&d, DER_SEQUENCE);
	struct bytes body, tbs;
	struct err e;

	assert_true(der_only(store, DER_SEQUENCE, &body, &e));
	assert_true(der_take_whole(&body, DER_SEQUENCE, &tbs, &e));
	assert_true(key_sign_message(key, k->w, SIG_SM2_SM3, tbs, &value, &e));
	write_bytes(&d, tbs);
	der_put(&d, DER_OCTET_STRING, signer->der);
	der_put_oid(&d, OID_SM2_SM3);
	der_put_bit_string(&d, writer_bytes(&value));
	der_close(&d, whole);
	return writer_bytes(&d);
}

static void another_signer_is_refused(void **state)
{
	struct kit *k = *state;
	struct trust t = store_of(k, 1), *r;
	struct bytes der = write_store(k, &t);
	struct cert other = kit_cert(k, ISSUE_SIGN, "另一个签名者", k->key);
	struct issue_spec spec = kit_spec(ISSUE_ROOT, "测试根");
	struct cert renewed = kit_issue(k, &spec, &k->ca_key->pub, NULL, k->ca_key);
	struct err e;

	assert_true(trust_read(&r, k->a, forge(k, der, &k->ca, k->ca_key), &e));
	/* Signed by a stranger under the signer's certificate. */
	assert_false(trust_read(&r, k->a, forge(k, der, &k->ca, k->key), &e));
	assert_int_equal(e.code, ERR_SIGNER);
	/* Signed rightly by a stranger: the store inside names another signer. */
	assert_false(trust_read(&r, k->a, forge(k, der, &other, k->key), &e));
	assert_int_equal(e.code, ERR_SIGNER);
	/* Another certificate with the same key. */
	assert_false(trust_read(&r, k->a, forge(k, der, &renewed, k->ca_key), &e));
	assert_int_equal(e.code, ERR_SIGNER);
}

static void altered(struct bytes b, const struct alteration *what, void *ctx)
{
	AUTO(arena) a = arena_new();
	struct trust *t;
	struct err e;

	(void)what, (void)ctx;
	assert_false(trust_read(&t, a, b, &e));
}

static void no_altered_store_is_read(void **state)
{
	struct kit *k = *state;
	struct trust t = store_of(k, 7);

	t.extra_count = 0;
	assert_true(torture_each(write_store(k, &t), TORTURE_ALL | TORTURE_HEAVY, altered,
			    k) >= 500);
}

static void stores_beyond_the_maximum_are_refused(void **state)
{
	struct kit *k = *state;
	struct trust t = store_of(k, 1), *r;
	struct err e;

	t.extra_count = TRUST_MAX / 512;
	t.extra = ARENA_ARRAY(k->a, t.extra_count, struct bytes);
	for (size_t i = 0; i < t.extra_count; i++)
		t.extra[i] = k->ca.der;
	assert_int_equal(write_refusal(k, &t), ERR_TOO_LARGE);
	assert_false(trust_read(&r, k->a,
		bytes_make(arena_alloc(k->a, TRUST_MAX + 1), TRUST_MAX + 1), &e));
	assert_int_equal(e.code, ERR_TOO_LARGE);
}

/* A folder that goes with the test. */
static char *make_folder(struct kit *k)
{
	char *path = arena_printf(k->a, "test_trust.XXXXXX");

	assert_non_null(mkdtemp(path));
	return path;
}

static void drop_folder(struct kit *k, const char *folder)
{
	glob_t found;

	assert_int_equal(
		glob(arena_printf(k->a, "%s/trust-*.seen", folder), 0, NULL, &found), 0);
	for (size_t i = 0; i < found.gl_pathc; i++)
		assert_int_equal(unlink(found.gl_pathv[i]), 0);
	globfree(&found);
	assert_int_equal(rmdir(folder), 0); /* nothing else was left there */
}

static void remembers_the_highest_serial(void **state)
{
	struct kit *k = *state;
	char *folder = make_folder(k);
	struct trust five = store_of(k, 5), six = store_of(k, 6), twin = store_of(k, 6);
	struct trust *a = read_store(k, write_store(k, &five));
	struct trust *b = read_store(k, write_store(k, &six)), *c;
	struct err e;

	twin.title = "另一本";
	c = read_store(k, write_store(k, &twin));
	assert_true(trust_remember(a, folder, &e));
	assert_true(trust_remember(a, folder, &e)); /* the same again */
	assert_true(trust_remember(b, folder, &e));
	assert_false(trust_recall(a, folder, &e)); /* older, used once */
	assert_int_equal(e.code, ERR_ROLLBACK);
	assert_true(trust_recall(b, folder, &e));
	assert_false(trust_remember(a, folder, &e)); /* older */
	assert_int_equal(e.code, ERR_ROLLBACK);
	assert_false(trust_remember(c, folder, &e)); /* same serial, other content */
	assert_int_equal(e.code, ERR_ROLLBACK);
	assert_true(trust_remember(b, folder, &e));
	drop_folder(k, folder);
	assert_false(trust_remember(b, folder, &e));
}

static void signers_do_not_share_their_memory(void **state)
{
	struct kit *k = *state;
	char *folder = make_folder(k);
	struct trust t = store_of(k, 9);
	struct cert other = kit_cert(k, ISSUE_SIGN, "另一个签名者", k->key);
	struct trust *high = read_store(k, write_store(k, &t)), *low;
	struct bytes der;
	struct err e;

	t.serial = 1;
	assert_true(trust_write(k->a, &der, k->w, &t, k->key, other.der, &e));
	low = read_store(k, der);
	assert_true(trust_remember(high, folder, &e));
	assert_true(trust_remember(low, folder, &e));
	t.serial = 8;
	low = read_store(k, write_store(k, &t));
	assert_false(trust_remember(low, folder, &e));
	drop_folder(k, folder);
}

static void a_spoiled_memory_is_not_forgotten(void **state)
{
	static const char *const spoiled[] = {
		"", "1 5\n", "2 5 00\n", "1 x 00\n", "1 5 0011\n", "1 5 zz\n"};
	struct kit *k = *state;
	char *folder = make_folder(k);
	const char *path;
	struct trust t = store_of(k, 5);
	struct trust *r = read_store(k, write_store(k, &t));
	struct err e;
	glob_t found;

	assert_true(trust_remember(r, folder, &e));
	assert_int_equal(glob(arena_printf(k->a, "%s/*", folder), 0, NULL, &found), 0);
	assert_int_equal(found.gl_pathc, 1);
	path = found.gl_pathv[0];
	for (size_t i = 0; i < sizeof spoiled / sizeof *spoiled; i++) {
		assert_true(file_write(path, 0600, bytes_str(spoiled[i]), &e));
		assert_false(trust_remember(r, folder, &e));
	}
	globfree(&found);
	drop_folder(k, folder);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, kit_begin, kit_end)
	const struct CMUnitTest tests[] = {
		TEST(reads_what_was_written),
		TEST(the_reader_keeps_its_own_copy),
		TEST(other_kinds_of_keys_sign_too),
		TEST(writes_nothing_it_would_not_read),
		TEST(another_signer_is_refused),
		TEST(no_altered_store_is_read),
		TEST(stores_beyond_the_maximum_are_refused),
		TEST(remembers_the_highest_serial),
		TEST(signers_do_not_share_their_memory),
		TEST(a_spoiled_memory_is_not_forgotten),
	};

	return cmocka_run_group_tests_name("trust", tests, NULL, NULL);
}
