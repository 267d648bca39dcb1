/* password: the right one fits, wrong ones do not, no encoded form costs more than
 * allowed.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "crypto/password.h"

#include <string.h>

#include "hex.h"
#include "unit.h"

#define WORD BYTES("\xe9\x92\xa4\xe5\x8d\xb0 correct horse")

static char *hashed(struct arena *a)
{
	char *encoded = NULL;
	struct err e;

	assert_true(password_hash(a, world_system(), WORD, &encoded, &e));
	return encoded;
}

static void fits_only_itself(void **state)
{
	AUTO(arena) a = arena_new();
	char *one = hashed(a), *two = hashed(a);
	bool good, weak;
	struct err e;

	(void)state;
	assert_true(
		bytes_starts(bytes_str(one), BYTES("$argon2id$v=19$m=19456,t=2,p=1$")));
	assert_string_not_equal(one, two); /* a salt each */
	assert_true(password_verify(bytes_str(one), WORD, &good, &weak, &e));
	assert_true(good);
	assert_false(weak);
	assert_true(password_verify(
		bytes_str(one), bytes_head(WORD, WORD.n - 1), &good, &weak, &e));
	assert_false(good);
	assert_true(password_verify(bytes_str(one), BYTES(""), &good, &weak, &e));
	assert_false(good);
}

/* "password" under the salt "somesaltsomesalt", 4 MiB: below what logins cost now. */
static void knows_a_cheaper_one(void **state)
{
	struct bytes cheap = BYTES("$argon2id$v=19$m=4096,t=3,p=1$c29tZXNhbHRzb21lc2FsdA$"
				   "BvuA7SfebsIC3f4gSy7/Ei1s6+hsEfaOuCZMbl/y/Sg");
	bool good, weak;
	struct err e;

	(void)state;
	assert_true(password_verify(cheap, BYTES("password"), &good, &weak, &e));
	assert_true(good);
	assert_true(weak);
	assert_true(password_verify(cheap, BYTES("passwore"), &good, &weak, &e));
	assert_false(good);
	assert_false(weak);
}

static void refuses_what_is_no_encoded_form(void **state)
{
	static const char *const bad[] = {"", "$", "secret", "$argon2i$v=19$m=8,t=1,p=1$",
		"$argon2id$v=16$m=8,t=1,p=1$c29tZXNhbHQ$AAAA",
		"$argon2id$v=19$m=99999999,t=2,p=1$c29tZXNhbHQ$AAAA",
		"$argon2id$v=19$m=19456,t=99,p=1$c29tZXNhbHQ$AAAA",
		"$argon2id$v=19$m=19456,t=2,p=200$c29tZXNhbHQ$AAAA",
		"$argon2id$v=19$m=-1,t=2,p=1$c29tZXNhbHQ$AAAA",
		"$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHQ"};
	bool good, weak;

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		struct err e = {0};

		assert_false(password_verify(bytes_str(bad[i]), WORD, &good, &weak, &e));
		assert_int_equal(e.code, ERR_MALFORMED);
	}
}

static void survives_every_cut(void **state)
{
	AUTO(arena) a = arena_new();
	struct bytes whole = bytes_str(hashed(a));
	bool good = false, weak;
	struct err e;

	(void)state;
	for (size_t n = 0; n < whole.n; n++)
		if (password_verify(bytes_head(whole, n), WORD, &good, &weak, &e))
			assert_false(good);
}

static void makes_keys(void **state)
{
	static const struct password_cost small = {64, 1, 1}, none = {0, 1, 1},
					  huge = {1u << 30, 1, 1};
	uint8_t one[PASSWORD_KEY], two[PASSWORD_KEY];
	struct bytes salt = BYTES("0123456789abcdef");
	static const uint8_t long_word[PASSWORD_MAX + 1] = {1};
	struct err e;

	(void)state;
	assert_true(password_key(one, WORD, salt, &small, &e));
	assert_true(password_key(two, WORD, salt, &small, &e));
	assert_bytes(BYTES_OF(one), BYTES_OF(two));
	assert_true(password_key(two, WORD, BYTES("0123456789abcdeg"), &small, &e));
	assert_memory_not_equal(one, two, sizeof one);
	assert_false(password_key(one, WORD, salt, &none, &e));
	assert_int_equal(e.code, ERR_MALFORMED);
	assert_false(password_key(one, WORD, salt, &huge, &e));
	assert_false(password_key(one, BYTES(""), salt, &small, &e));
	assert_int_equal(e.code, ERR_USAGE);
	assert_false(password_key(one, BYTES_OF(long_word), salt, &small, &e));
	assert_false(password_key(one, WORD, BYTES("short"), &small, &e));
}

/* A value of the reference implementation's own tests. */
static void agrees_with_the_reference(void **state)
{
	static const struct password_cost cost = {65536, 2, 1};
	AUTO(arena) a = arena_new();
	uint8_t got[PASSWORD_KEY];
	struct err e;

	(void)state;
	assert_true(password_key(got, BYTES("password"), BYTES("somesalt"), &cost, &e));
	assert_bytes(BYTES_OF(got), hex(a, "09316115d5cf24ed5a15a31a3ba326e5cf32edc247029"
					   "87c02b6566f61913cf7"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(fits_only_itself),
		cmocka_unit_test(knows_a_cheaper_one),
		cmocka_unit_test(refuses_what_is_no_encoded_form),
		cmocka_unit_test(survives_every_cut),
		cmocka_unit_test(makes_keys),
		cmocka_unit_test(agrees_with_the_reference),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
