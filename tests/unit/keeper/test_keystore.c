/* keystore: what was written opens with its passphrase and with nothing else.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "keeper/keystore.h"

#include "base/time.h"
#include "doc/order.h"
#include "keeper_kit.h"
#include "torture.h"

static bool opens(
	struct keystore **out, struct bytes file, const char *word, struct err *e)
{
	AUTO(secret) passphrase = secret_of(word, bytes_str(word).n);
	struct keystore_unlock unlock = {.secret = passphrase};

	return keystore_read(out, file, &unlock, e);
}

static void same_again(void **state)
{
	AUTO(keystore) s = kit_store();
	AUTO(keystore) t = NULL;
	AUTO(arena) a = arena_new();
	struct err e;

	(void)state;
	assert_true(opens(&t, kit_file(a, s), "correct horse", &e));
	assert_bytes(t->platform, s->platform);
	assert_bytes(t->origin, s->origin);
	assert_int_equal(t->serial, s->serial);
	assert_int_equal(t->count, s->count);
	for (size_t i = 0; i < s->count; i++) {
		const struct keystore_key *x = &s->keys[i], *y = &t->keys[i];

		assert_int_equal(x->purpose, y->purpose);
		assert_int_equal(x->version, y->version);
		assert_int_equal(x->created, y->created);
		assert_bytes(x->cert, y->cert);
		assert_bytes(bytes_make(secret_view(x->value), secret_size(x->value)),
			bytes_make(secret_view(y->value), secret_size(y->value)));
	}
}

static void no_other_passphrase(void **state)
{
	static const char *const words[] = {
		"correct hors", "correct horsf", "x", "correct horse "};
	AUTO(keystore) s = kit_store();
	AUTO(arena) a = arena_new();
	struct bytes file = kit_file(a, s);

	(void)state;
	for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
		AUTO(keystore) t = NULL;
		struct err e = {0};

		assert_false(opens(&t, file, words[i], &e));
		assert_int_equal(e.code, ERR_PASSWORD);
	}
}

static void altered(struct bytes file, const struct alteration *what, void *ctx)
{
	AUTO(keystore) t = NULL;
	struct err e = {0};

	(void)what;
	(void)ctx;
	assert_false(opens(&t, file, "correct horse", &e));
	assert_int_not_equal(e.code, ERR_NONE);
}

static void nothing_altered_opens(void **state)
{
	AUTO(keystore) s = kit_store();
	AUTO(arena) a = arena_new();

	(void)state;
	assert_true(torture_each(kit_file(a, s), TORTURE_ALL | TORTURE_HEAVY, altered,
			    NULL) >= 500);
}

/* Whoever has the key of the file still meets a strict reader. */
static void content_altered(
	struct bytes content, const struct alteration *what, void *ctx)
{
	AUTO(keystore) t = NEW(struct keystore);
	struct err e = {0};

	(void)ctx;
	t->arena = arena_new();
	if (!keystore_content_read(t, content, &e))
		assert_int_not_equal(e.code, ERR_NONE);
	else
		assert_int_equal(what->kind, TORTURE_FLIP);
}

static void content_is_read_strictly(void **state)
{
	AUTO(keystore) s = kit_store();
	AUTO(arena) a = arena_new();
	struct bytes content;
	struct err e;

	(void)state;
	assert_true(keystore_content_write(s, a, &content, &e));
	(void)torture_each(content, TORTURE_ALL, content_altered, NULL);
}

static void every_purpose_has_a_key_of_its_own(void **state)
{
	static const struct keystore_unlock none;
	AUTO(keystore) s = kit_store();
	struct cert root, cert;
	struct err e;

	(void)state;
	assert_true(cert_parse(&root, keystore_current(s, KEYSTORE_ROOT)->cert, &e));
	for (int p = KEYSTORE_ORDER; p <= KEYSTORE_INTAKE; p++) {
		struct bytes der;
		struct key *k;

		assert_true(
			keystore_key(&k, s, (enum keystore_purpose)p, &none, &der, &e));
		assert_true(cert_parse(&cert, der, &e));
		assert_true(cert_verify(&cert, &root.key));
		assert_bytes(cert.key.spki, k->pub.spki);
		assert_true(cert.demonstration);
		for (int q = KEYSTORE_ROOT; q < p; q++)
			assert_false(bytes_equal(s->keys[q - 1].cert, der));
	}
	assert_true(cert_parse(&cert, keystore_current(s, KEYSTORE_ORDER)->cert, &e));
	assert_int_equal(cert.eku, EKU_ORDER);
	assert_true(cert.not_after - cert.not_before <= ORDER_KEY_LIFE_MAX);
	assert_false(keystore_key(&(struct key *){0}, s, (enum keystore_purpose)77, &none,
		&(struct bytes){0}, &e));
}

static void renewal_replaces_the_order_key(void **state)
{
	AUTO(keystore) s = kit_store();
	AUTO(arena) a = arena_new();
	struct bytes before = arena_dup(a, keystore_current(s, KEYSTORE_ORDER)->cert);
	size_t count = s->count;
	uint64_t serial = s->serial;
	struct err e;

	(void)state;
	assert_true(keystore_renew_order(s, world_system(), &e));
	assert_int_equal(s->count, count);
	assert_true(s->serial > serial);
	assert_int_equal(keystore_current(s, KEYSTORE_ORDER)->version, 2);
	assert_null(keystore_find(s, KEYSTORE_ORDER, 1));
	assert_false(bytes_equal(before, keystore_current(s, KEYSTORE_ORDER)->cert));
	assert_true(keystore_renew_field(s, world_system(), &e));
	assert_non_null(keystore_find(s, KEYSTORE_FIELD, 1));
	assert_int_equal(keystore_current(s, KEYSTORE_FIELD)->version, 2);
}

static void read_again_only_with_its_own_key(void **state)
{
	AUTO(keystore) s = kit_store();
	AUTO(keystore) other = kit_store();
	AUTO(keystore) t = NULL;
	AUTO(arena) a = arena_new();
	struct err e;

	(void)state;
	assert_true(keystore_renew_field(s, world_system(), &e));
	assert_true(keystore_read_again(&t, kit_file(a, s), s, &e));
	assert_int_equal(t->serial, s->serial);
	assert_false(
		keystore_read_again(&(struct keystore *){0}, kit_file(a, other), s, &e));
	assert_int_equal(e.code, ERR_PASSWORD);
}

static void full_stores_say_so(void **state)
{
	AUTO(keystore) s = kit_store();
	struct err e;
	bool ok = true;

	(void)state;
	for (int i = 0; ok && i <= KEYSTORE_KEYS_MAX; i++)
		ok = keystore_renew_field(s, world_system(), &e);
	assert_false(ok);
	assert_int_equal(e.code, ERR_TOO_LARGE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(same_again),
		cmocka_unit_test(no_other_passphrase),
		cmocka_unit_test(nothing_altered_opens),
		cmocka_unit_test(content_is_read_strictly),
		cmocka_unit_test(every_purpose_has_a_key_of_its_own),
		cmocka_unit_test(renewal_replaces_the_order_key),
		cmocka_unit_test(read_again_only_with_its_own_key),
		cmocka_unit_test(full_stores_say_so),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
