/* Private keys in memory: what they sign verifies, what does not fit is refused.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "crypto/key.h"
#include "crypto/sm4.h"
#include "hex.h"
#include "vectors/crypto_keyfiles.h"

static void check_signing(struct key *k, enum sig_alg alg)
{
	uint8_t value[SIG_VALUE_MAX];
	struct writer w = writer_over(value, sizeof value);
	struct err e;

	assert_true(key_sign_message(k, world_system(), alg, BYTES("message"), &w, &e));
	assert_true(
		pubkey_verify_message(&k->pub, alg, BYTES("message"), writer_bytes(&w)));
	value[w.n - 3] ^= 4;
	assert_false(
		pubkey_verify_message(&k->pub, alg, BYTES("message"), writer_bytes(&w)));
}

static void keys_of_every_kind_sign_and_refuse_algorithms_of_others(void **state)
{
	static const struct {
		const char *p8;
		enum key_kind kind;
		enum sig_alg good[3];
		size_t count;
		enum sig_alg bad;
	} rows[] = {
		{P8_SM2, KEY_SM2, {SIG_SM2_SM3}, 1, SIG_ECDSA_SHA256},
		{P8_RSA, KEY_RSA, {SIG_RSA_SHA256, SIG_RSA_SHA384, SIG_RSA_SHA512}, 3,
			SIG_SM2_SM3},
		{P8_P256, KEY_P256, {SIG_ECDSA_SHA256, SIG_ECDSA_SHA512}, 2,
			SIG_RSA_SHA256},
		{P8_P384, KEY_P384, {SIG_ECDSA_SHA384, SIG_ECDSA_SHA256}, 2, SIG_SM2_SM3},
	};
	AUTO(arena) a = arena_new();

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		AUTO(key) k = NULL;
		uint8_t out[SIG_VALUE_MAX], digest[DIGEST_MAX] = {1};
		struct writer w = writer_over(out, sizeof out);
		struct err e;

		assert_true(key_of_pkcs8(&k, hex(a, rows[i].p8), &e));
		assert_int_equal(k->pub.kind, rows[i].kind);
		for (size_t j = 0; j < rows[i].count; j++)
			check_signing(k, rows[i].good[j]);
		assert_false(
			k->ops->sign(k, world_system(), rows[i].bad, digest, &w, &e));
		assert_int_equal(e.code, ERR_UNSUPPORTED);
		assert_int_equal(w.n, 0);
	}
}

static void new_keys_survive_their_pkcs8(void **state)
{
	static const enum key_kind kinds[] = {KEY_SM2, KEY_P256, KEY_P384, KEY_RSA};

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		AUTO(key) k = NULL;
		AUTO(key) back = NULL;
		AUTO(secret) der = NULL;
		struct err e;

		assert_true(key_generate(&k, world_system(), kinds[i], &e));
		assert_int_equal(k->pub.kind, kinds[i]);
		check_signing(k, sig_default(kinds[i]));
		assert_true(key_to_pkcs8(&der, k, &e));
		assert_true(key_of_pkcs8(
			&back, bytes_make(secret_view(der), secret_size(der)), &e));
		assert_true(pubkey_equal(&k->pub, &back->pub));
		check_signing(back, sig_default(kinds[i]));
	}
}

static void an_sm2_key_opens_what_was_encrypted_to_it_and_gives_its_scalar(void **state)
{
	AUTO(key) k = NULL;
	AUTO(secret) d = NULL;
	struct sm2_cipher c;
	uint8_t c2[5], out[5];
	struct err e;

	(void)state;
	assert_true(key_generate(&k, world_system(), KEY_SM2, &e));
	assert_true(
		sm2_encrypt(&c, c2, world_system(), k->pub.point.p, BYTES("plain"), &e));
	assert_true(k->ops->unwrap_sm2(k, &c, out, &e));
	assert_memory_equal(out, "plain", 5);
	c2[0] ^= 1;
	assert_false(k->ops->unwrap_sm2(k, &c, out, &e));
	assert_int_equal(e.code, ERR_DECRYPT);
	assert_true(key_sm2_scalar(&d, k, &e));
	assert_int_equal(secret_size(d), SM2_SCALAR);
	assert_null(k->ops->unwrap_rsa);
}

static void other_keys_have_no_sm2_scalar(void **state)
{
	AUTO(arena) a = arena_new();
	AUTO(key) k = NULL;
	struct secret *d;
	struct err e;

	(void)state;
	assert_true(key_of_pkcs8(&k, hex(a, P8_P256), &e));
	assert_false(key_sm2_scalar(&d, k, &e));
	assert_int_equal(e.code, ERR_UNSUPPORTED);
	assert_null(k->ops->unwrap_sm2);
}

#define HEAD_SM2 "020100301306072A8648CE3D020106082A811CCF5501822D04"
#define D1       "0000000000000000000000000000000000000000000000000000000000000001"

static void a_bare_scalar_is_enough_and_may_have_lost_its_zeros(void **state)
{
	AUTO(arena) a = arena_new();
	AUTO(key) one = NULL;
	AUTO(key) short_one = NULL;
	struct err e;

	(void)state;
	assert_true(key_of_pkcs8(
		&short_one, hex(a, "3022" HEAD_SM2 "083006020101040101"), &e));
	assert_true(key_of_pkcs8(&one,
		hex(a, "3041" HEAD_SM2 "273025020101"
		       "0420" D1),
		&e));
	assert_true(pubkey_equal(&one->pub, &short_one->pub));
}

//= RFC 5915 §3; `outer` is the curve named by the PrivateKeyInfo, empty when there is none
static void private_keys_out_of_range_or_shape_are_refused(void **state)
{
	static const struct {
		const char *der;
		enum err_code code;
	} rows[] = {
		{"3041" HEAD_SM2 "2730250201010420"
		 "0000000000000000000000000000000000000000000000000000000000000000",
			ERR_MALFORMED},
		{"3041" HEAD_SM2 "2730250201010420" /* n - 1 */
		 "FFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFF7203DF6B21C6052B53BBF40939D54122",
			ERR_MALFORMED},
		{"3042" HEAD_SM2 "2830260201010421" D1 "01", ERR_MALFORMED},
		{"3021" HEAD_SM2 "0730050201010400", ERR_MALFORMED},
		{"3023" HEAD_SM2 "09300702010104010100", ERR_MALFORMED},
		{"3022" HEAD_SM2 "083006020100040101", ERR_MALFORMED},
		{"302E" HEAD_SM2 "143012020101040101A00A06082A8648CE3D030107",
			ERR_MALFORMED}, /* P-256 inside, SM2 outside */
	};
	AUTO(arena) a = arena_new();

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct key *k = NULL;
		struct err e;

		assert_false(key_of_pkcs8(&k, hex(a, rows[i].der), &e));
		assert_int_equal(e.code, rows[i].code);
		assert_null(k);
	}
}

static void a_public_key_that_is_not_the_private_ones_is_refused(void **state)
{
	AUTO(arena) a = arena_new();
	uint8_t der[200];
	struct bytes good = hex(a, P8_SM2);
	struct key *k = NULL;
	struct err e;

	(void)state;
	/* The last octet is the point's. */
	memcpy(der, good.p, good.n);
	der[good.n - 1] ^= 1;
	assert_false(key_of_pkcs8(&k, bytes_make(der, good.n), &e));
	assert_int_equal(e.code, ERR_KEY_MISMATCH);
	assert_null(k);
}

//= RFC 8017 appendix A.1.2: eight numbers that belong together
static void an_rsa_key_with_any_altered_number_is_refused(void **state)
{
	AUTO(arena) a = arena_new();
	struct bytes good = hex(a, P8_RSA);
	uint8_t *der = arena_alloc(a, good.n);

	(void)state;
	memcpy(der, good.p, good.n);
	for (size_t at = 26; at < good.n; at += 3) {
		struct key *k = NULL;
		struct err e;

		der[at] ^= 0x08;
		assert_false(key_of_pkcs8(&k, bytes_make(der, good.n), &e));
		assert_null(k);
		der[at] ^= 0x08;
	}
}

static void an_envelope_of_an_sm4_key_decrypts_blocks_and_nothing_else(void **state)
{
	static const uint8_t sm4[SM4_KEY] = {7},
			     plain[32] = "thirty-two octets of a dealing.";
	uint8_t c2[17], sealed[32], out[32];
	struct sm2_cipher in;
	AUTO(key) owner = NULL;
	AUTO(key) other = NULL;
	AUTO(key) rsa = NULL;
	AUTO(arena) a = arena_new();
	struct world *w = world_system();
	struct err e;

	(void)state;
	assert_true(key_generate(&owner, w, KEY_SM2, &e));
	assert_true(key_generate(&other, w, KEY_SM2, &e));
	assert_true(key_of_pkcs8(&rsa, hex(a, P8_RSA), &e));
	assert_true(sm2_encrypt(&in, c2, w, owner->pub.point.p, BYTES_OF(sm4), &e));
	assert_true(sm4_ecb_encrypt(sm4, BYTES_OF(plain), sealed, &e));
	assert_true(key_unwrap_blocks(owner, &in, BYTES_OF(sealed), out, &e));
	assert_memory_equal(out, plain, sizeof plain);
	assert_false(key_unwrap_blocks(other, &in, BYTES_OF(sealed), out, &e));
	assert_int_equal(e.code, ERR_DECRYPT);
	assert_false(key_unwrap_blocks(rsa, &in, BYTES_OF(sealed), out, &e));
	assert_int_equal(e.code, ERR_UNSUPPORTED);
	assert_false(key_unwrap_blocks(owner, &in, bytes_make(sealed, 31), out, &e));
	assert_int_equal(e.code, ERR_USAGE);
	assert_true(sm2_encrypt(
		&in, c2, w, owner->pub.point.p, BYTES("seventeen octets!"), &e));
	assert_false(key_unwrap_blocks(owner, &in, BYTES_OF(sealed), out, &e));
	assert_int_equal(e.code, ERR_DECRYPT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(keys_of_every_kind_sign_and_refuse_algorithms_of_others),
		cmocka_unit_test(new_keys_survive_their_pkcs8),
		cmocka_unit_test(
			an_sm2_key_opens_what_was_encrypted_to_it_and_gives_its_scalar),
		cmocka_unit_test(other_keys_have_no_sm2_scalar),
		cmocka_unit_test(a_bare_scalar_is_enough_and_may_have_lost_its_zeros),
		cmocka_unit_test(private_keys_out_of_range_or_shape_are_refused),
		cmocka_unit_test(a_public_key_that_is_not_the_private_ones_is_refused),
		cmocka_unit_test(an_rsa_key_with_any_altered_number_is_refused),
		cmocka_unit_test(
			an_envelope_of_an_sm4_key_decrypts_blocks_and_nothing_else),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
