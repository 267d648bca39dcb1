/* Public keys of every kind, and signatures made by another hand over them.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "crypto/pubkey.h"
#include "hex.h"
#include "vectors/crypto_pubkeys.h"

#define SM2_XY                                                             \
	"09F9DF311E5421A150DD7D161E4BC5C672179FAD1833FC076BB08FF356F35020" \
	"CCEA490CE26775A52DC6EA718CC1AA600AED05FBF35E084A6632F6072DA9AD13"
#define SPKI_SM2 "3059301306072A8648CE3D020106082A811CCF5501822D03420004" SM2_XY

static void keys_of_four_kinds_are_read(void **state)
{
	static const struct {
		const char *spki;
		enum key_kind kind;
		size_t point;
	} rows[] = {
		{SPKI_SM2, KEY_SM2, 64},
		{SPKI_P256, KEY_P256, 64},
		{SPKI_P384, KEY_P384, 96},
		{SPKI_RSA_2048, KEY_RSA, 0},
	};
	AUTO(arena) a = arena_new();
	struct pubkey k, other;
	struct err e;

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		assert_true(pubkey_read(&k, hex(a, rows[i].spki), &e));
		assert_int_equal(k.kind, rows[i].kind);
		assert_int_equal(k.point.n, rows[i].point);
		for (size_t j = 0; j < 4; j++) {
			assert_true(pubkey_read(&other, hex(a, rows[j].spki), &e));
			assert_int_equal(pubkey_equal(&k, &other), i == j);
		}
	}
}

static void other_algorithms_are_unsupported_and_bad_keys_malformed(void **state)
{
	static const struct {
		const char *spki;
		enum err_code code;
	} rows[] = {
		{SPKI_ED25519, ERR_UNSUPPORTED},
		{SPKI_SECP256K1, ERR_UNSUPPORTED},
		{SPKI_RSA_1024, ERR_MALFORMED},
		{SPKI_SM2 "00", ERR_MALFORMED},
		/* y altered; infinity; compressed; no curve; coordinates swapped */
		{"3059301306072A8648CE3D020106082A811CCF5501822D03420004"
		 "09F9DF311E5421A150DD7D161E4BC5C672179FAD1833FC076BB08FF356F35020"
		 "CCEA490CE26775A52DC6EA718CC1AA600AED05FBF35E084A6632F6072DA9AD12",
			ERR_MALFORMED},
		{"3018301306072A8648CE3D020106082A811CCF5501822D030100", ERR_MALFORMED},
		{"3019301306072A8648CE3D020106082A811CCF5501822D03020000", ERR_MALFORMED},
		{"3039301306072A8648CE3D020106082A811CCF5501822D03220003"
		 "09F9DF311E5421A150DD7D161E4BC5C672179FAD1833FC076BB08FF356F35020",
			ERR_MALFORMED},
		{"304F300906072A8648CE3D020103420004" SM2_XY, ERR_UNSUPPORTED},
	};
	AUTO(arena) a = arena_new();
	struct bytes good = hex(a, SPKI_SM2);
	struct pubkey k;
	struct err e;

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		assert_false(pubkey_read(&k, hex(a, rows[i].spki), &e));
		assert_int_equal(e.code, rows[i].code);
	}
	for (size_t n = 0; n < good.n; n++)
		assert_false(pubkey_read(&k, bytes_head(good, n), &e));
}

static void an_rsa_key_needs_a_sound_exponent_and_modulus(void **state)
{
	AUTO(arena) a = arena_new();
	struct bytes good = arena_dup(a, hex(a, SPKI_RSA_2048));
	uint8_t *p = arena_alloc(a, good.n);
	struct pubkey k;
	struct err e;

	(void)state;
	memcpy(p, good.p, good.n);
	p[good.n - 1] = 2; /* the exponent ends 01 00 01 */
	assert_false(pubkey_read(&k, bytes_make(p, good.n), &e));
	assert_int_equal(e.code, ERR_MALFORMED);
	p[good.n - 1] = 1;
	assert_true(pubkey_read(&k, bytes_make(p, good.n), &e));
	p[good.n - 6] &= 0xfe; /* the modulus becomes even */
	assert_false(pubkey_read(&k, bytes_make(p, good.n), &e));
}

static void signatures_made_by_openssl_verify_and_altered_ones_do_not(void **state)
{
	static const struct {
		const char *spki, *value;
		enum sig_alg alg, other;
	} rows[] = {
		{SPKI_RSA_2048, SIGNED_RSA_SHA256, SIG_RSA_SHA256, SIG_RSA_SHA512},
		{SPKI_RSA_2048, SIGNED_RSA_SHA512, SIG_RSA_SHA512, SIG_RSA_SHA256},
		{SPKI_P256, SIGNED_P256_SHA256, SIG_ECDSA_SHA256, SIG_ECDSA_SHA384},
		{SPKI_P384, SIGNED_P384_SHA384, SIG_ECDSA_SHA384, SIG_SM2_SM3},
	};
	AUTO(arena) a = arena_new();

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct bytes value = hex(a, rows[i].value), m = BYTES("a message");
		uint8_t *bad = arena_alloc(a, value.n + 1);
		struct pubkey k;
		struct err e;

		assert_true(pubkey_read(&k, hex(a, rows[i].spki), &e));
		assert_true(pubkey_verify_message(&k, rows[i].alg, m, value));
		assert_false(pubkey_verify_message(&k, rows[i].other, m, value));
		assert_false(pubkey_verify_message(
			&k, rows[i].alg, BYTES("a massage"), value));
		memcpy(bad, value.p, value.n);
		assert_false(pubkey_verify_message(
			&k, rows[i].alg, m, bytes_make(bad, value.n + 1)));
		assert_false(pubkey_verify_message(
			&k, rows[i].alg, m, bytes_make(bad, value.n - 1)));
		for (size_t bit = 0; bit < 8 * value.n; bit += 37) {
			bad[bit / 8] ^= (uint8_t)(1 << bit % 8);
			assert_false(pubkey_verify_message(
				&k, rows[i].alg, m, bytes_make(bad, value.n)));
			bad[bit / 8] ^= (uint8_t)(1 << bit % 8);
		}
		assert_false(pubkey_verify_message(
			&k, rows[i].alg, m, (struct bytes){NULL, 0}));
	}
}

static void an_sm2_signature_counts_for_its_id_and_in_both_forms(void **state)
{
	AUTO(arena) a = arena_new();
	uint8_t xy[SM2_POINT], rs[SM2_SIG], digest[SM3_SIZE];
	AUTO(secret) d = sm2_generate(world_system(), xy);
	struct writer spki = writer_in(a, 100), value = writer_in(a, SM2_SIG_DER_MAX);
	AUTO(digest) hash = NULL;
	AUTO(digest) empty_id = NULL;
	enum sm2_sig_form form;
	struct pubkey k;
	struct err e;

	(void)state;
	pubkey_write_sm2(&spki, xy);
	assert_true(pubkey_read(&k, writer_bytes(&spki), &e));
	assert_int_equal(k.kind, KEY_SM2);
	assert_true(sig_begin(&hash, &k, SIG_SM2_SM3, SM2_DEFAULT_ID, &e));
	digest_put(hash, BYTES("a message"));
	digest_finish(hash, digest);
	assert_true(sm2_sign(rs, world_system(), secret_view(d), digest, &e));
	sm2_sig_write(&value, rs);
	assert_true(pubkey_verify(&k, SIG_SM2_SM3, digest, writer_bytes(&value), &form));
	assert_int_equal(form, SM2_SIG_FORM_DER);
	assert_true(pubkey_verify(&k, SIG_SM2_SM3, digest, BYTES_OF(rs), &form));
	assert_int_equal(form, SM2_SIG_FORM_RAW);
	assert_true(pubkey_verify_message(
		&k, SIG_SM2_SM3, BYTES("a message"), writer_bytes(&value)));

	assert_true(sig_begin(&empty_id, &k, SIG_SM2_SM3, BYTES(""), &e));
	digest_put(empty_id, BYTES("a message"));
	digest_finish(empty_id, digest);
	assert_false(pubkey_verify(&k, SIG_SM2_SM3, digest, BYTES_OF(rs), &form));
}

static void an_algorithm_and_a_key_that_do_not_fit_are_refused(void **state)
{
	AUTO(arena) a = arena_new();
	AUTO(digest) d = NULL;
	struct pubkey k;
	struct err e;

	(void)state;
	assert_true(pubkey_read(&k, hex(a, SPKI_P256), &e));
	assert_false(sig_begin(&d, &k, SIG_SM2_SM3, SM2_DEFAULT_ID, &e));
	assert_int_equal(e.code, ERR_UNSUPPORTED);
	assert_true(sig_fits(SIG_ECDSA_SHA512, KEY_P384));
	assert_false(sig_fits(SIG_ECDSA_SHA256, KEY_SM2));
	for (int kind = KEY_SM2; kind <= KEY_P384; kind++)
		assert_true(
			sig_fits(sig_default((enum key_kind)kind), (enum key_kind)kind));
	assert_string_equal(sig_name(SIG_SM2_SM3), "SM2-with-SM3");
	assert_int_equal(sig_digest(SIG_RSA_SHA384), DIGEST_SHA384);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(keys_of_four_kinds_are_read),
		cmocka_unit_test(other_algorithms_are_unsupported_and_bad_keys_malformed),
		cmocka_unit_test(an_rsa_key_needs_a_sound_exponent_and_modulus),
		cmocka_unit_test(
			signatures_made_by_openssl_verify_and_altered_ones_do_not),
		cmocka_unit_test(an_sm2_signature_counts_for_its_id_and_in_both_forms),
		cmocka_unit_test(an_algorithm_and_a_key_that_do_not_fit_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
