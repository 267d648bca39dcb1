/* Key files of every form read here, from several makers; wrong passwords, bombs, and
 * files altered at every bit. SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "base/source.h"
#include "crypto/keyfile.h"
#include "crypto/sm2_der.h"
#include "hex.h"
#include "torture.h"
#include "vectors/crypto_keyfiles.h"

#define P12_PASSWORD "密码123"

static struct secret *password_of(const char *text)
{
	return text ? secret_of(text, bytes_str(text).n) : NULL;
}

/* Reads, and frees the password. */
static bool read_with(struct keyfile *k, struct arena *a, struct bytes file,
	const char *password, struct err *e)
{
	AUTO(secret) p = password_of(password);

	return keyfile_read(k, a, file, p, e);
}

static void check_signs(struct key *k)
{
	uint8_t value[SIG_VALUE_MAX];
	struct writer w = writer_over(value, sizeof value);
	enum sig_alg alg = sig_default(k->pub.kind);
	struct err e;

	assert_true(key_sign_message(k, world_system(), alg, BYTES("m"), &w, &e));
	assert_true(pubkey_verify_message(&k->pub, alg, BYTES("m"), writer_bytes(&w)));
}

struct row {
	const char *hex, *password, *wrong;
	enum keyfile_kind kind;
	enum key_kind key;
	size_t certs;
};

static const struct row rows[] = {
	{P8_SM2, NULL, NULL, KEYFILE_PKCS8, KEY_SM2, 0},
	{SEC1_SM2, NULL, NULL, KEYFILE_PKCS8, KEY_SM2, 0},
	{P8_RSA, NULL, NULL, KEYFILE_PKCS8, KEY_RSA, 0},
	{P1_RSA, NULL, NULL, KEYFILE_PKCS8, KEY_RSA, 0},
	{P8_P256, NULL, NULL, KEYFILE_PKCS8, KEY_P256, 0},
	{P8_P384, NULL, NULL, KEYFILE_PKCS8, KEY_P384, 0},
	{P8_SM2_SM4, "123456", "123457", KEYFILE_PKCS8_ENCRYPTED, KEY_SM2, 0},
	{P12_LEGACY, P12_PASSWORD, "密码124", KEYFILE_PKCS12, KEY_SM2, 2},
	{P12_BER, P12_PASSWORD, "", KEYFILE_PKCS12, KEY_SM2, 2},
	{P12_AES, P12_PASSWORD, "mima123", KEYFILE_PKCS12, KEY_SM2, 1},
	{P12_NO_MAC, P12_PASSWORD, "密码12", KEYFILE_PKCS12, KEY_SM2, 1},
};

//= RFC 7292 §4: with MAC and without, in DER and in BER
//= RFC 7292 appendix C: the older ciphers, a password beyond ASCII
//= RFC 8018 appendix A.2: PBKDF2
static void every_form_is_found_by_looking_and_read(void **state)
{
	AUTO(arena) a = arena_new();

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct keyfile k;
		struct err e;

		assert_true(read_with(&k, a, hex(a, rows[i].hex), rows[i].password, &e));
		assert_int_equal(k.kind, rows[i].kind);
		assert_int_equal(k.key->pub.kind, rows[i].key);
		assert_int_equal(k.cert_count, rows[i].certs);
		check_signs(k.key);
		keyfile_fini(&k);
		assert_null(k.key);
	}
}

static void a_wrong_or_missing_password_is_told_as_such(void **state)
{
	AUTO(arena) a = arena_new();

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct keyfile k;
		struct err e;

		if (!rows[i].password)
			continue;
		assert_false(read_with(&k, a, hex(a, rows[i].hex), rows[i].wrong, &e));
		assert_int_equal(e.code, ERR_PASSWORD);
		assert_false(read_with(&k, a, hex(a, rows[i].hex), NULL, &e));
		assert_int_equal(e.code, ERR_PASSWORD);
	}
}

static void pem_is_read_with_text_and_certificates_around_the_key(void **state)
{
	AUTO(arena) a = arena_new();
	struct bytes p8 = hex(a, P8_SM2), p12 = hex(a, P12_AES);
	struct keyfile k, with_cert;
	struct err e;
	char *text;

	(void)state;
	assert_true(read_with(&with_cert, a, p12, P12_PASSWORD, &e));
	text = arena_printf(a, "Bag Attributes\n%s\nmore -----BEGIN of nothing\n%s",
		pem_encode(a, "CERTIFICATE", with_cert.certs[0]),
		pem_encode(a, "PRIVATE KEY", p8));
	assert_true(read_with(&k, a, bytes_str(text), NULL, &e));
	assert_int_equal(k.cert_count, 1);
	assert_bytes(k.certs[0], with_cert.certs[0]);
	keyfile_fini(&k);
	keyfile_fini(&with_cert);

	text = pem_encode(a, "CERTIFICATE", p8);
	assert_false(read_with(&k, a, bytes_str(text), NULL, &e));
	assert_int_equal(e.code, ERR_MALFORMED);
	text = pem_encode(a, "PRIVATE KEY", p8);
	assert_false(read_with(&k, a, bytes_make(text, 100), NULL, &e));
	assert_int_equal(e.code, ERR_MALFORMED);
	assert_false(read_with(&k, a,
		BYTES("-----BEGIN EC PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n"
		      "DEK-Info: AES-256-CBC,00\n\nAAAA\n-----END EC PRIVATE KEY-----\n"),
		"x", &e));
	assert_int_equal(e.code, ERR_UNSUPPORTED);
}

static void pem_blocks_of_one_kind_come_one_after_the_other(void **state)
{
	AUTO(arena) a = arena_new();
	struct bytes rest, der;
	struct err e;

	(void)state;
	rest = bytes_str(arena_printf(a, "%s%s%s", pem_encode(a, "A", BYTES("one")),
		pem_encode(a, "B", BYTES("two")), pem_encode(a, "A", BYTES("three"))));
	assert_true(pem_next(a, &rest, "A", &der, &e));
	assert_bytes(der, BYTES("one"));
	assert_true(pem_next(a, &rest, "A", &der, &e));
	assert_bytes(der, BYTES("three"));
	assert_false(pem_next(a, &rest, "A", &der, &e));
	assert_int_equal(e.code, ERR_NOT_FOUND);
	rest = BYTES("text -----BEGIN -----BEGIN A-----\nAAAA\n-----END A-----\n");
	assert_false(pem_next(a, &rest, "A", &der, &e));
	assert_int_equal(e.code, ERR_NOT_FOUND);
	rest = BYTES("-----BEGIN A-----\nAAAA\n-----END B-----\n");
	assert_false(pem_next(a, &rest, "A", &der, &e));
	assert_int_equal(e.code, ERR_MALFORMED);
}

static void the_keys_own_certificate_comes_first(void **state)
{
	AUTO(arena) a = arena_new();
	struct keyfile k;
	struct err e;

	(void)state;
	assert_true(read_with(&k, a, hex(a, P12_LEGACY), P12_PASSWORD, &e));
	assert_int_not_equal(bytes_find(k.certs[0], k.key->pub.point), SIZE_MAX);
	assert_int_equal(bytes_find(k.certs[1], k.key->pub.point), SIZE_MAX);
	keyfile_fini(&k);
}

static void a_file_may_not_cost_more_than_the_iterations_allowed(void **state)
{
	AUTO(arena) a = arena_new();
	struct bytes good = hex(a, P8_SM2_SM4);
	/* 04 08 salt 02 01 01 → the count grows by two octets, so do four lengths */
	size_t at = bytes_find(good, BYTES("\x02\x01\x01\x30\x0c"));
	struct writer w = writer_in(a, good.n + 3);
	struct keyfile k;
	uint8_t *p;
	struct err e;

	(void)state;
	assert_int_not_equal(at, SIZE_MAX);
	write_bytes(&w, bytes_head(good, at));
	write_bytes(&w, BYTES("\x02\x03\x0f\x42\x41")); /* 1 000 001 */
	write_bytes(&w, bytes_from(good, at + 3));
	p = w.p;
	p[2] = (uint8_t)(p[2] + 2);
	for (size_t i = 3; i < at; i++) {
		/* the SEQUENCEs that hold the count are those that end behind it */
		if (p[i] == 0x30 && p[i + 1] < 0x80 && i + 2u + p[i + 1] >= at + 3)
			p[i + 1] = (uint8_t)(p[i + 1] + 2);
	}
	assert_false(read_with(&k, a, writer_bytes(&w), "123456", &e));
	assert_int_equal(e.code, ERR_TOO_LARGE);
	p[at + 4] = 0x01; /* 983 361 are allowed, and the password is then wrong */
	assert_false(read_with(&k, a, writer_bytes(&w), "123456", &e));
	assert_int_equal(e.code, ERR_PASSWORD);
}

static void what_is_no_key_file_is_malformed_and_too_much_is_too_large(void **state)
{
	AUTO(arena) a = arena_new();
	uint8_t *big = arena_alloc(a, KEYFILE_MAX + 1);
	struct keyfile k;
	struct err e;

	(void)state;
	assert_false(read_with(&k, a, (struct bytes){NULL, 0}, NULL, &e));
	assert_int_equal(e.code, ERR_MALFORMED);
	assert_false(read_with(&k, a, BYTES("hello"), NULL, &e));
	assert_int_equal(e.code, ERR_MALFORMED);
	assert_false(read_with(&k, a, BYTES("\x30\x00"), NULL, &e));
	assert_false(read_with(&k, a, BYTES("\x30\x80\x02\x01\x03"), "x", &e));
	memset(big, 0x30, KEYFILE_MAX);
	assert_false(read_with(&k, a, bytes_make(big, KEYFILE_MAX), "x", &e));
	assert_int_equal(e.code, ERR_MALFORMED);
	assert_false(read_with(&k, a, bytes_make(big, KEYFILE_MAX + 1), "x", &e));
	assert_int_equal(e.code, ERR_TOO_LARGE);
}

/* A megabyte of nested and of empty elements: quick, and refused. */
static void nesting_and_crowds_are_bounded(void **state)
{
	AUTO(arena) a = arena_new();
	uint8_t *p = arena_alloc(a, KEYFILE_MAX);
	struct keyfile k;
	struct err e;

	(void)state;
	memcpy(p, "\x30\x80\x02\x01\x03", 5);
	for (size_t i = 5; i + 1 < KEYFILE_MAX; i += 2)
		memcpy(p + i, "\x30\x80", 2);
	assert_false(read_with(&k, a, bytes_make(p, KEYFILE_MAX), "x", &e));
	assert_int_equal(e.code, ERR_MALFORMED);
	for (size_t i = 5; i + 3 < KEYFILE_MAX; i += 4)
		memcpy(p + i, "\x30\x80\x00\x00", 4);
	assert_false(read_with(&k, a, bytes_make(p, KEYFILE_MAX), "x", &e));
	for (size_t i = 0; i + 18 < KEYFILE_MAX; i += 18)
		memcpy(p + i, "-----BEGIN A-----\n", 18);
	assert_false(read_with(&k, a, bytes_make(p, KEYFILE_MAX), "x", &e));
	for (size_t i = 0; i + 11 < KEYFILE_MAX; i += 11)
		memcpy(p + i, "-----BEGIN ", 11);
	assert_false(read_with(&k, a, bytes_make(p, KEYFILE_MAX), "x", &e));
}

struct altered {
	struct arena *a;
	const char *password;
	struct pubkey original;
	size_t passed;
};

static void check_altered(struct bytes file, const struct alteration *what, void *ctx)
{
	struct altered *c = ctx;
	AUTO(arena) a = arena_new();
	struct keyfile k;
	struct err e;

	(void)what;
	if (!read_with(&k, a, file, c->password, &e))
		return;
	/* Some octets say nothing about the key: names, attributes, certificates. */
	assert_true(pubkey_equal(&k.key->pub, &c->original));
	assert_int_equal(what->kind, TORTURE_FLIP);
	c->passed++;
	keyfile_fini(&k);
}

static void no_altered_file_gives_another_key(void **state)
{
	AUTO(arena) a = arena_new();

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct bytes file = hex(a, rows[i].hex);
		struct altered c = {.a = a, .password = rows[i].password};
		struct keyfile k;
		struct err e;
		size_t all;

		assert_true(read_with(&k, a, file, rows[i].password, &e));
		c.original = k.key->pub;
		/* test_key.c alters the numbers of an RSA key. */
		all = torture_each(file,
			rows[i].key == KEY_RSA ? TORTURE_ALL | TORTURE_HEAVY
					       : TORTURE_ALL,
			check_altered, &c);
		assert_true(all >= (rows[i].key == KEY_RSA ? 500 : 9 * file.n));
		/* Nothing in these files may change unnoticed. */
		assert_int_equal(c.passed, 0);
		keyfile_fini(&k);
	}
}

//= standards §3 form 5,
static void key_files_of_the_samples_are_read(void **state)
{
	static const struct {
		const char *name, *password;
		enum keyfile_kind kind;
		size_t certs;
	} files[] = {
		{"keys/cfca_sm2_0.sm2", "123456", KEYFILE_SM2, 1},
		{"keys/ofdrw_ROOT.p12", "123456", KEYFILE_PKCS12, 1},
		{"keys/ofdrw_SealBuilder.p12", "777777", KEYFILE_PKCS12, 1},
		{"keys/ofdrw_USER.p12", "777777", KEYFILE_PKCS12, 1},
		{"keys/ofdrw_sign_key.pem", NULL, KEYFILE_PKCS8, 0},
		{"pkcs7/se_sign_key_pkcs8.der", NULL, KEYFILE_PKCS8, 0},
		{"pkcs7/se_expected_enc_key_pkcs8.der", NULL, KEYFILE_PKCS8, 0},
		{"tlcp/tjfoc_SM2_CA_KEY.pem", NULL, KEYFILE_PKCS8, 0},
		{"tlcp/tjfoc_sm2_enc_key.pem", NULL, KEYFILE_PKCS8, 0},
		{"tlcp/tongsuo_client_enc.key", NULL, KEYFILE_PKCS8, 0},
		{"tlcp/tongsuo_server_sign.key", NULL, KEYFILE_PKCS8, 0},
	};
	AUTO(arena) a = arena_new();

	(void)state;
	for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
		struct keyfile k;
		struct bytes file;
		struct err e;

		assert_true(file_slurp(
			a, sample_path(a, files[i].name), KEYFILE_MAX, &file, &e));
		assert_true(read_with(&k, a, file, files[i].password, &e));
		assert_int_equal(k.kind, files[i].kind);
		assert_int_equal(k.key->pub.kind, KEY_SM2);
		assert_int_equal(k.cert_count, files[i].certs);
		if (k.cert_count)
			assert_int_not_equal(
				bytes_find(k.certs[0], k.key->pub.point), SIZE_MAX);
		check_signs(k.key);
		keyfile_fini(&k);
		if (!files[i].password)
			continue;
		assert_false(read_with(&k, a, file, "wrong", &e));
		assert_int_equal(e.code, ERR_PASSWORD);
		assert_false(read_with(&k, a, file, NULL, &e));
		assert_int_equal(e.code, ERR_PASSWORD);
	}
}

static void a_cfca_file_may_be_base64_and_no_altered_one_gives_another_key(void **state)
{
	AUTO(arena) a = arena_new();
	struct altered c = {.a = a, .password = "123456"};
	struct bytes file;
	struct keyfile k, again;
	struct err e;

	(void)state;
	assert_true(file_slurp(
		a, sample_path(a, "keys/cfca_sm2_0.sm2"), KEYFILE_MAX, &file, &e));
	assert_true(read_with(&k, a, file, "123456", &e));
	assert_true(
		read_with(&again, a, bytes_str(base64_encode(a, file)), "123456", &e));
	assert_true(pubkey_equal(&k.key->pub, &again.key->pub));
	keyfile_fini(&again);
	c.original = k.key->pub;
	torture_each(file, TORTURE_ALL, check_altered, &c);
	keyfile_fini(&k);
}

static void what_is_written_is_read_back(void **state)
{
	static const enum key_kind kinds[] = {KEY_SM2, KEY_P384};
	AUTO(arena) a = arena_new();
	AUTO(secret) password = password_of("口令 1");

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		AUTO(key) k = NULL;
		AUTO(secret) plain = NULL;
		AUTO(secret) sealed = NULL;
		AUTO(secret) pfx = NULL;
		struct bytes certs[2] = {BYTES("not one"), BYTES("nor this")};
		struct keyfile back;
		struct err e;

		assert_true(key_generate(&k, world_system(), kinds[i], &e));
		assert_true(keyfile_write_pkcs8(&plain, world_system(), k, NULL, &e));
		assert_true(
			keyfile_write_pkcs8(&sealed, world_system(), k, password, &e));
		assert_true(keyfile_write_pkcs12(
			&pfx, world_system(), k, "张三", certs, 2, password, &e));

		assert_true(read_with(&back, a,
			bytes_make(secret_view(plain), secret_size(plain)), NULL, &e));
		assert_true(pubkey_equal(&k->pub, &back.key->pub));
		keyfile_fini(&back);
		assert_true(keyfile_read(&back, a,
			bytes_make(secret_view(sealed), secret_size(sealed)), password,
			&e));
		assert_int_equal(back.kind, KEYFILE_PKCS8_ENCRYPTED);
		assert_true(pubkey_equal(&k->pub, &back.key->pub));
		keyfile_fini(&back);
		assert_true(keyfile_read(&back, a,
			bytes_make(secret_view(pfx), secret_size(pfx)), password, &e));
		assert_true(pubkey_equal(&k->pub, &back.key->pub));
		assert_int_equal(back.cert_count, 2);
		assert_bytes(back.certs[1], certs[1]);
		keyfile_fini(&back);
		assert_false(read_with(&back, a,
			bytes_make(secret_view(pfx), secret_size(pfx)), "口令 2", &e));
		assert_int_equal(e.code, ERR_PASSWORD);
		/* The scalar does not lie about in what is encrypted. */
		assert_int_equal(
			bytes_find(bytes_make(secret_view(sealed), secret_size(sealed)),
				BYTES("-----BEGIN ENCRYPTED PRIVATE KEY-----")),
			0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_form_is_found_by_looking_and_read),
		cmocka_unit_test(a_wrong_or_missing_password_is_told_as_such),
		cmocka_unit_test(pem_is_read_with_text_and_certificates_around_the_key),
		cmocka_unit_test(pem_blocks_of_one_kind_come_one_after_the_other),
		cmocka_unit_test(the_keys_own_certificate_comes_first),
		cmocka_unit_test(a_file_may_not_cost_more_than_the_iterations_allowed),
		cmocka_unit_test(
			what_is_no_key_file_is_malformed_and_too_much_is_too_large),
		cmocka_unit_test(nesting_and_crowds_are_bounded),
		cmocka_unit_test(no_altered_file_gives_another_key),
		cmocka_unit_test(key_files_of_the_samples_are_read),
		cmocka_unit_test(
			a_cfca_file_may_be_base64_and_no_altered_one_gives_another_key),
		cmocka_unit_test(what_is_written_is_read_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
