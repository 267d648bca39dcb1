/* test_ofd_encrypt: OFD packages encrypted as GM/T 0099-2020 has it, written and opened
 * again.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "encrypt_kit.h"

static struct bytes encrypted(
	struct desk *d, struct bytes plain, const struct bytes *certs, size_t n)
{
	AUTO(source) s = source_of_bytes(plain);
	AUTO_BUF b = buf_make(OUT_MAX);
	struct err e;

	if (!ofd_encrypt(sink_to_buf(&b), s, d->w, certs, n, &e))
		fail_msg("%s", e.text);
	return arena_dup(d->a, buf_bytes(&b));
}

/* --- what we write --- */

//= GM/T 0099-2020 §7.3.4
static void every_recipient_opens_and_nobody_else_does(void **state)
{
	struct desk *d = *state;
	struct cert one = enc_cert(d, d->k->key), two = enc_cert(d, d->other_key);
	struct bytes certs[] = {one.der, two.der};
	struct bytes plain = package_sealed(d, "投标文件 0123456789");
	struct bytes file = encrypted(d, plain, certs, 2);
	struct package p;

	assert_opens(d, file, BY_KEY(d->k->key), plain);
	assert_opens(d, file, BY_KEY(d->other_key), plain);
	assert_refused(d, file, BY_KEY(d->maker_key), ERR_DECRYPT);
	package_read(&p, d->a, file);
	for (size_t i = 0; i < p.n; i++) {
		assert_int_equal(bytes_find(p.data[i], BYTES("投标文件")), SIZE_MAX);
		assert_int_equal(bytes_find(p.names[i], BYTES("Doc_0")), SIZE_MAX);
	}
	assert_int_equal(
		bytes_find(p.data[package_at(&p, "decryptseed.dat")], BYTES("Doc_0")),
		SIZE_MAX);
}

static void nothing_is_the_same_in_two_packages(void **state)
{
	struct desk *d = *state;
	struct cert one = enc_cert(d, d->k->key);
	struct bytes plain = package_plain(d->a, "x");
	struct package a, b;

	package_read(&a, d->a, encrypted(d, plain, &one.der, 1));
	package_read(&b, d->a, encrypted(d, plain, &one.der, 1));
	assert_int_equal(a.n, b.n);
	for (size_t i = 1; i < a.n; i++) /* 0: Encryptions.xml */
		assert_false(bytes_equal(a.data[i], b.data[i]));
}

static void files_of_every_length_come_back(void **state)
{
	struct desk *d = *state;
	struct cert one = enc_cert(d, d->k->key);
	struct package p;
	uint8_t text[34] = {0};

	for (size_t n = 0; n <= sizeof text; n++) {
		struct bytes plain;

		package_read(&p, d->a, package_plain(d->a, "x"));
		package_add(&p, BYTES("Doc_0/a&b \"c\".bin"), bytes_make(text, n));
		plain = package_write(d->a, &p);
		assert_opens(
			d, encrypted(d, plain, &one.der, 1), BY_KEY(d->k->key), plain);
	}
}

static void assert_not_encrypted(
	struct desk *d, struct bytes plain, const struct bytes *certs, size_t n, int code)
{
	AUTO(source) s = source_of_bytes(plain);
	AUTO_BUF b = buf_make(OUT_MAX);
	struct err e = {0};

	assert_false(ofd_encrypt(sink_to_buf(&b), s, d->w, certs, n, &e));
	if ((int)e.code != code)
		fail_msg("%d, not %d: %s", e.code, code, e.text);
}

static void who_may_not_be_encrypted_to_is_refused(void **state)
{
	struct desk *d = *state;
	AUTO(key) p256 = kit_key(d->k, KEY_P256);
	struct cert good = enc_cert(d, d->k->key), ec = enc_cert(d, p256);
	struct bytes plain = package_plain(d->a, "x"), junk = BYTES("junk");
	struct bytes certs[OFD_ENCRYPT_USERS_MAX + 1];

	for (size_t i = 0; i <= OFD_ENCRYPT_USERS_MAX; i++)
		certs[i] = good.der;
	assert_not_encrypted(d, plain, &d->signer.der, 1, ERR_SIGNER);
	assert_not_encrypted(d, plain, &ec.der, 1, ERR_UNSUPPORTED);
	assert_not_encrypted(d, plain, &junk, 1, ERR_MALFORMED);
	assert_not_encrypted(d, plain, certs, 0, ERR_USAGE);
	assert_not_encrypted(d, plain, certs, OFD_ENCRYPT_USERS_MAX + 1, ERR_USAGE);
	assert_opens(d, encrypted(d, plain, certs, OFD_ENCRYPT_USERS_MAX),
		BY_KEY(d->k->key), plain);
}

static void what_could_not_be_opened_again_is_not_encrypted(void **state)
{
	static const char *const names[] = {"Doc_0\\Page.xml", " Doc_0/Page.xml",
		"Doc_0/./Page.xml", "Doc_0//Page.xml", "Doc_0/\xff.xml"};
	struct desk *d = *state;
	struct cert one = enc_cert(d, d->k->key);
	struct bytes plain = package_plain(d->a, "x");
	struct package p;

	assert_not_encrypted(d, BYTES("no zip"), &one.der, 1, ERR_MALFORMED);
	assert_not_encrypted(
		d, encrypted(d, plain, &one.der, 1), &one.der, 1, ERR_UNSUPPORTED);
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		package_read(&p, d->a, plain);
		package_add(&p, bytes_str(names[i]), BYTES("x"));
		assert_not_encrypted(d, package_craft(d->a, &p, (struct craft_end){0}),
			&one.der, 1, ERR_UNSUPPORTED);
	}
	package_read(&p, d->a, plain);
	package_add(&p, BYTES("doc_0/document.xml"), BYTES("x"));
	assert_not_encrypted(d, package_craft(d->a, &p, (struct craft_end){0}), &one.der,
		1, ERR_MALFORMED);
	package_read(&p, d->a, plain);
	package_remove(&p, package_at(&p, "OFD.xml"));
	assert_not_encrypted(d, package_write(d->a, &p), &one.der, 1, ERR_MALFORMED);
}

static void too_many_files_or_octets_are_refused(void **state)
{
	struct desk *d = *state;
	AUTO(arena) a = arena_new();
	AUTO_BUF b = buf_make(OFD_ENCRYPT_FILE_MAX + (8u << 20));
	AUTO(zip_writer) w = zip_writer_new(sink_to_buf(&b));
	struct cert one = enc_cert(d, d->k->key);
	struct package p;
	struct err e;

	package_read(&p, a, package_plain(a, "x"));
	assert_true(zip_add(w, p.names[0], p.data[0], true, &e));
	assert_true(zip_add(w, BYTES("big"),
		bytes_make(arena_alloc(a, OFD_ENCRYPT_FILE_MAX + 1),
			OFD_ENCRYPT_FILE_MAX + 1),
		false, &e));
	assert_true(zip_finish(w, &e));
	assert_not_encrypted(d, buf_bytes(&b), &one.der, 1, ERR_TOO_LARGE);
	zip_writer_free(zip_writer_move(&w));
	b.n = 0;
	w = zip_writer_new(sink_to_buf(&b));
	assert_true(zip_add(w, p.names[0], p.data[0], true, &e));
	for (int i = 0; i < OFD_ENCRYPT_FILES_MAX; i++)
		assert_true(zip_add(
			w, bytes_str(arena_printf(a, "f%d", i)), BYTES("x"), false, &e));
	assert_true(zip_finish(w, &e));
	assert_not_encrypted(d, buf_bytes(&b), &one.der, 1, ERR_TOO_LARGE);
}

/* --- keys that are elsewhere --- */

/* A token: opens envelopes, never gives out what is in them. */
struct token {
	struct key key;
	struct key *inner;
	enum err_code broken;
	size_t calls;
};

static bool token_blocks(struct key *k, const struct sm2_cipher *in, struct bytes sealed,
	uint8_t *out, struct err *e)
{
	struct token *t = (struct token *)(void *)k;

	t->calls++;
	if (t->broken)
		return err_set(e, t->broken, "the token's own words");
	return key_unwrap_blocks(t->inner, in, sealed, out, e);
}

static const struct key_ops token_ops = {.unwrap_blocks = token_blocks};

static void a_token_that_keeps_the_key_opens_it_too(void **state)
{
	static const struct key_ops nothing = {0};
	struct desk *d = *state;
	struct cert one = enc_cert(d, d->k->key), two = enc_cert(d, d->other_key);
	struct bytes certs[] = {two.der, one.der};
	struct token t = {{&token_ops, d->k->key->pub}, d->k->key, ERR_NONE, 0};
	struct bytes plain = package_sealed(d, "x"), file = encrypted(d, plain, certs, 2);
	struct ofd_opened told;
	struct bytes out;
	struct err e;

	assert_opens(d, file, BY_KEY(&t.key), plain);
	t.inner = d->maker_key;
	assert_refused(d, file, BY_KEY(&t.key), ERR_DECRYPT);
	/* A wrong PIN is not tried for each recipient, and told as what it is. */
	t.broken = ERR_PASSWORD;
	t.calls = 0;
	assert_false(
		opened(d->a, file, &(struct ofd_opener)BY_KEY(&t.key), &out, &told, &e));
	assert_int_equal(e.code, ERR_PASSWORD);
	assert_int_equal(t.calls, 1);
	t.key.ops = &nothing;
	assert_refused(d, file, BY_KEY(&t.key), ERR_UNSUPPORTED);
}

static void it_is_known_by_its_content(void **state)
{
	struct desk *d = *state;
	struct made m = made(d);
	AUTO(source) yes = source_of_bytes(put_together(d, &m));
	AUTO(source) no = source_of_bytes(package_plain(d->a, "x"));
	AUTO(source) junk = source_of_bytes(BYTES("PK\3\4"));
	enum ofd_encrypt_case how;
	struct err e;

	assert_true(ofd_is_encrypted(yes));
	assert_false(ofd_is_encrypted(no));
	assert_false(ofd_is_encrypted(junk));
	assert_true(ofd_encrypted_how(&how, yes, &e));
	assert_int_equal(how, OFD_ENCRYPT_CERTIFICATE);
	assert_false(ofd_encrypted_how(&how, no, &e));
	assert_int_equal(e.code, ERR_MALFORMED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_recipient_opens_and_nobody_else_does),
		cmocka_unit_test(nothing_is_the_same_in_two_packages),
		cmocka_unit_test(files_of_every_length_come_back),
		cmocka_unit_test(who_may_not_be_encrypted_to_is_refused),
		cmocka_unit_test(what_could_not_be_opened_again_is_not_encrypted),
		cmocka_unit_test(too_many_files_or_octets_are_refused),
		cmocka_unit_test(a_token_that_keeps_the_key_opens_it_too),
		cmocka_unit_test(it_is_known_by_its_content),
	};

	return cmocka_run_group_tests(tests, desk_begin, desk_end);
}
