/* SM2EnvelopedKey: only the holder of the signing key opens it, in both sizes, and what
 * was altered does not give a key. SPDX-License-Identifier: Apache-2.0
 */
#include "crypto/sm4.h"
#include "issue_kit.h"
#include "pki/envelope_key.h"
#include "torture.h"

static struct bytes envelope(struct kit *k)
{
	struct bytes der = {NULL, 0};
	struct err e = {0};

	if (!envelope_key_write(k->a, &der, k->w, &k->key->pub, k->ca_key, &e))
		fail_msg("%s", e.text);
	return der;
}

//= GB/T 35276-2017 §7.4
static void the_holder_of_the_signing_key_opens_it(void **state)
{
	struct kit *k = *state;
	struct bytes der = envelope(k);
	AUTO(key) opened = NULL;
	AUTO(key) stranger = NULL;
	struct err e = {0};

	if (!envelope_key_open(&opened, k->key, der, &e))
		fail_msg("%s", e.text);
	assert_true(pubkey_equal(&opened->pub, &k->ca_key->pub));
	assert_false(envelope_key_open(&stranger, k->ca_key, der, &e));
	assert_int_equal(e.code, ERR_DECRYPT);
}

/* The same with what is given: 64 octets, another public key, another algorithm. */
static struct bytes rebuild(struct kit *k, struct bytes plain, struct bytes point,
	enum oid algorithm, bool null_params)
{
	struct writer d = writer_in(k->a, 1024);
	uint8_t sm4[SM4_KEY] = {1, 2, 3}, c2[SM4_KEY], encrypted[64];
	struct sm2_cipher cipher;
	size_t whole = der_open(&d, DER_SEQUENCE), bits;
	struct err e;

	assert_true(
		sm2_encrypt(&cipher, c2, k->w, k->key->pub.point.p, BYTES_OF(sm4), &e));
	assert_true(sm4_ecb_encrypt(sm4, plain, encrypted, &e));
	der_put_algorithm(&d, algorithm, null_params);
	sm2_cipher_write(&d, &cipher);
	bits = der_open(&d, DER_BIT_STRING);
	write_bytes(&d, BYTES("\x00\x04"));
	write_bytes(&d, point);
	der_close(&d, bits);
	der_put_bit_string(&d, bytes_make(encrypted, plain.n));
	der_close(&d, whole);
	return writer_bytes(&d);
}

static enum err_code opening(struct kit *k, struct bytes der)
{
	AUTO(key) opened = NULL;
	struct err e = {0};

	return envelope_key_open(&opened, k->key, der, &e) ? ERR_NONE : e.code;
}

static void opens_the_long_form_and_both_numbers_of_the_cipher(void **state)
{
	struct kit *k = *state;
	AUTO(secret) scalar = NULL;
	uint8_t padded[64] = {0};
	struct writer w = writer_over(padded + 32, 32);
	struct bytes point = k->ca_key->pub.point, whole = BYTES_OF(padded);
	struct err e;

	assert_true(key_sm2_scalar(&scalar, k->ca_key, &e));
	write_bytes(&w, bytes_make(secret_view(scalar), 32));
	assert_int_equal(
		opening(k, rebuild(k, whole, point, OID_SM4_ECB, true)), ERR_NONE);
	assert_int_equal(opening(k, rebuild(k, whole, point, OID_SM4, false)), ERR_NONE);
	assert_int_equal(
		opening(k, rebuild(k, bytes_from(whole, 32), point, OID_SM4_ECB, true)),
		ERR_NONE);
	padded[0] = 1; /* not padding */
	assert_int_equal(
		opening(k, rebuild(k, whole, point, OID_SM4_ECB, true)), ERR_DECRYPT);
	padded[0] = 0;
	assert_int_equal(
		opening(k, rebuild(k, whole, point, OID_SM4_CBC, true)), ERR_UNSUPPORTED);
	assert_int_equal(
		opening(k, rebuild(k, bytes_from(whole, 16), point, OID_SM4_ECB, true)),
		ERR_MALFORMED);
	assert_int_equal(
		opening(k, rebuild(k, whole, k->key->pub.point, OID_SM4_ECB, true)),
		ERR_KEY_MISMATCH);
	memset(padded, 0, sizeof padded); /* d = 0 is no key */
	assert_int_equal(
		opening(k, rebuild(k, whole, point, OID_SM4_ECB, true)), ERR_DECRYPT);
	memset(padded, 0, sizeof padded);
}

static void is_for_sm2_keys_only(void **state)
{
	struct kit *k = *state;
	AUTO(key) foreign = kit_key(k, KEY_P256);
	AUTO(key) opened = NULL;
	struct bytes der;
	struct err e;

	assert_false(envelope_key_write(k->a, &der, k->w, &foreign->pub, k->ca_key, &e));
	assert_int_equal(e.code, ERR_UNSUPPORTED);
	assert_false(envelope_key_write(k->a, &der, k->w, &k->key->pub, foreign, &e));
	assert_int_equal(e.code, ERR_UNSUPPORTED);
	assert_false(envelope_key_open(&opened, foreign, envelope(k), &e));
	assert_int_equal(e.code, ERR_UNSUPPORTED);
}

static void altered(struct bytes b, const struct alteration *what, void *ctx)
{
	struct kit *k = ctx;
	AUTO(key) opened = NULL;
	struct err e;

	(void)what;
	assert_false(envelope_key_open(&opened, k->key, b, &e));
}

static void no_altered_envelope_gives_a_key(void **state)
{
	struct kit *k = *state;

	assert_true(
		torture_each(envelope(k), TORTURE_ALL | TORTURE_HEAVY, altered, k) > 0);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, kit_begin, kit_end)
	const struct CMUnitTest tests[] = {
		TEST(the_holder_of_the_signing_key_opens_it),
		TEST(opens_the_long_form_and_both_numbers_of_the_cipher),
		TEST(is_for_sm2_keys_only),
		TEST(no_altered_envelope_gives_a_key),
	};

	return cmocka_run_group_tests_name("envelope_key", tests, NULL, NULL);
}
