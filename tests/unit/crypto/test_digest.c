/* SM3, SHA-2, HMAC-SM3, HKDF and the SM2 KDF against published values and against the
 * openssl command line's. SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "crypto/kdf.h"
#include "crypto/secret.h"
#include "hex.h"

static void sm3_gives_the_examples_of_the_standard(void **state)
{
	AUTO(arena) a = arena_new();
	AUTO(digest) d = digest_new(DIGEST_SM3);
	uint8_t got[SM3_SIZE];

	(void)state;
	sm3_of(BYTES("abc"), got);
	assert_bytes(BYTES_OF(got), hex(a, "66C7F0F462EEEDD9D1F2D46BDC10E4E24167C4875CF2F"
					   "7A2297DA02B8F4BA8E0"));
	for (int i = 0; i < 16; i++)
		digest_put(d, BYTES("abcd"));
	digest_finish(d, got);
	assert_bytes(BYTES_OF(got), hex(a, "DEBE9FF92275B8A138604889C18E5A4D6FDB70E5387E5"
					   "765293DCBA39C0C5732"));
	assert_int_equal(digest_which(d), DIGEST_SM3);
}

static void sha2_gives_the_examples_of_fips_180(void **state)
{
	static const struct {
		enum digest_alg alg;
		const char *name, *abc;
	} rows[] = {
		{DIGEST_SHA256, "SHA-256",
			"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015a"
			"d"},
		{DIGEST_SHA384, "SHA-384",
			"cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed"
			"8086072ba1e7cc2358baeca134c825a7"},
		{DIGEST_SHA512, "SHA-512",
			"ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
			"2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49"
			"f"},
	};
	AUTO(arena) a = arena_new();
	uint8_t got[DIGEST_MAX];

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		digest_of(rows[i].alg, BYTES("abc"), got);
		assert_bytes(
			bytes_make(got, digest_size(rows[i].alg)), hex(a, rows[i].abc));
		assert_string_equal(digest_name(rows[i].alg), rows[i].name);
	}
}

static void an_empty_message_in_no_pieces_or_many_is_the_same(void **state)
{
	uint8_t one[SM3_SIZE], none[SM3_SIZE];
	AUTO(digest) d = digest_new(DIGEST_SM3);

	(void)state;
	digest_put(d, BYTES(""));
	digest_put(d, (struct bytes){NULL, 0});
	digest_finish(d, one);
	sm3_of((struct bytes){NULL, 0}, none);
	assert_memory_equal(one, none, SM3_SIZE);
}

/* openssl dgst -sm3 -mac HMAC -macopt hexkey:… */
static void hmac_sm3_agrees_with_openssl(void **state)
{
	AUTO(arena) a = arena_new();
	struct bytes runs[2] = {BYTES("what do ya want "), BYTES("for nothing?")};
	uint8_t got[SM3_SIZE], key[100];

	(void)state;
	hmac_sm3(BYTES("Jefe"), runs, 2, got);
	assert_bytes(BYTES_OF(got), hex(a, "2e87f1d16862e6d964b50a5200bf2b10b764faa9680a2"
					   "96a2405f24bec39f882"));
	memset(key, 0xaa, sizeof key);
	hmac_sm3(BYTES_OF(key), runs, 1, got);
	assert_bytes(BYTES_OF(got), hex(a, "0491d652732acac2cd9d146554187d5357cef1aebcebf"
					   "f44dd380c6ae365a8bf"));
}

/* openssl kdf -digest SM3 HKDF */
//= RFC 5869 §2.2; without a salt the key is 32 zero octets, which HMAC pads to the same
//= RFC 5869 §2.3
static void hkdf_sm3_agrees_with_openssl(void **state)
{
	AUTO(arena) a = arena_new();
	uint8_t prk[SM3_SIZE], okm[82];
	struct bytes salt = hex(a, "000102030405060708090a0b0c");
	struct bytes ikm = hex(a, "0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b");

	(void)state;
	hkdf_sm3_extract(salt, ikm, prk);
	assert_bytes(BYTES_OF(prk), hex(a, "e0d6f7b0bd056327b7659f1f39ad850561fbcf4fb10fb"
					   "58e88eafa55cf7cd01e"));
	hkdf_sm3_expand(prk, hex(a, "f0f1f2f3f4f5f6f7f8f9"), okm, sizeof okm);
	assert_bytes(BYTES_OF(okm),
		hex(a, "c69fe91b7aaee2dd5718d72dcaee0cce93f1b8e41f792da51261b6a517e68b36e"
		       "d2c595572b01dfa359bc57c754245c6b5a5b974f538f7d23980f78114d63dab16"
		       "bd84b9ecfd0a5d501ddfb97bc47d5ad971"));
	hkdf_sm3_extract((struct bytes){NULL, 0}, ikm, prk);
	hkdf_sm3_expand(prk, (struct bytes){NULL, 0}, okm, 42);
	assert_bytes(
		bytes_make(okm, 42), hex(a, "c8c91a38ae2fb3b023a7c38ce9f0748f28230d59b6b9"
					    "50ba3ba949bf0d713a5774815778801741cb2034"));
}

//= GB/T 32918.4-2016 §5.4.3: the counter begins at 1
static void the_sm2_kdf_is_sm3_over_a_counter(void **state)
{
	uint8_t got[40], t[SM3_SIZE];

	(void)state;
	sm2_kdf(BYTES("z"), got, sizeof got);
	sm3_of(BYTES("z\0\0\0\1"), t);
	assert_memory_equal(got, t, 32);
	sm3_of(BYTES("z\0\0\0\2"), t);
	assert_memory_equal(got + 32, t, 8);
}

static void a_secret_keeps_what_it_was_given_and_compares_whole(void **state)
{
	AUTO(secret) s = secret_of("1234567", 7);
	AUTO(secret) big = secret_new(10000);

	(void)state;
	assert_int_equal(secret_size(s), 7);
	assert_true(secret_equal(secret_view(s), "1234567", 7));
	assert_false(secret_equal(secret_view(s), "1234568", 7));
	assert_int_equal(secret_data(big)[9999], 0);
	secret_data(big)[9999] = 1;
	secret_free(NULL);
}

static void secrets_beyond_the_pool_are_as_good_and_all_come_zeroed(void **state)
{
	struct secret *all[200];

	(void)state;
	for (int round = 0; round < 2; round++) {
		for (size_t i = 0; i < 200; i++) {
			all[i] = secret_new(i * 10);
			for (size_t j = 0; j < i * 10; j++) {
				assert_int_equal(secret_view(all[i])[j], 0);
				secret_data(all[i])[j] = (uint8_t)i;
			}
		}
		for (size_t i = 0; i < 200; i++) {
			for (size_t j = 0; j < i * 10; j++)
				assert_int_equal(secret_view(all[i])[j], (uint8_t)i);
			secret_free(all[i]);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sm3_gives_the_examples_of_the_standard),
		cmocka_unit_test(sha2_gives_the_examples_of_fips_180),
		cmocka_unit_test(an_empty_message_in_no_pieces_or_many_is_the_same),
		cmocka_unit_test(hmac_sm3_agrees_with_openssl),
		cmocka_unit_test(hkdf_sm3_agrees_with_openssl),
		cmocka_unit_test(the_sm2_kdf_is_sm3_over_a_counter),
		cmocka_unit_test(a_secret_keeps_what_it_was_given_and_compares_whole),
		cmocka_unit_test(secrets_beyond_the_pool_are_as_good_and_all_come_zeroed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
