/* Names of keys in tokens: what they say is read, and what is none is refused.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "token/uri.h"
#include "unit.h"

static void a_name_says_library_token_key_and_certificate(void **state)
{
	static const struct {
		const char *text, *path, *token, *key, *certificate;
		enum token_kind kind;
	} rows[] = {
		{"skf:/a.so", "/a.so", NULL, NULL, NULL, TOKEN_SKF},
		{"sdf:/a.so?token=3&certificate=/c.cer", "/a.so", "3", NULL, "/c.cer",
			TOKEN_SDF},
		{"pkcs11:/a.so?key=0a&token=x", "/a.so", "x", "0a", NULL, TOKEN_PKCS11},
		{"skf:/a%3fb.so?token=%E9%92%A5%26", "/a?b.so", "钥&", NULL, NULL,
			TOKEN_SKF},
	};
	AUTO(arena) a = arena_new();

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct token_uri u;
		struct err e;

		assert_true(token_uri_is(rows[i].text));
		if (!token_uri_read(&u, a, rows[i].text, &e))
			fail_msg("%s: %s", rows[i].text, e.text);
		assert_int_equal(u.library.kind, rows[i].kind);
		assert_string_equal(u.library.path, rows[i].path);
		assert_int_equal(!u.token, !rows[i].token);
		assert_int_equal(!u.key, !rows[i].key);
		assert_int_equal(!u.certificate, !rows[i].certificate);
		if (u.token)
			assert_string_equal(u.token, rows[i].token);
		if (u.key)
			assert_string_equal(u.key, rows[i].key);
		if (u.certificate)
			assert_string_equal(u.certificate, rows[i].certificate);
	}
}

static void what_is_no_name_is_refused(void **state)
{
	static const char *const rows[] = {"", "skf", "skf:", "sdf:?token=1",
		"pkcs11:/a?x=1", "skf:/a?token=", "skf:/a?token=1&token=2",
		"skf:/a?token=%", "skf:/a?token=%0", "skf:/a?token=%00",
		"skf:/a?token=%zz", "file.key"};
	AUTO(arena) a = arena_new();
	char *endless = arena_alloc(a, 5000);
	struct token_uri u;
	struct err e;

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		if (token_uri_read(&u, a, rows[i], &e))
			fail_msg("%s is taken", rows[i]);
		assert_int_equal(e.code, ERR_USAGE);
	}
	assert_false(token_uri_is("skfx:/a"));
	assert_false(token_uri_is("/tmp/skf:x"));
	memset(endless, 'a', 4999);
	memcpy(endless, "skf:", 4);
	assert_false(token_uri_read(&u, a, endless, &e));
}

static bool weak(const char *pin)
{
	AUTO(secret) s = secret_of(pin, strlen(pin));

	return token_pin_is_weak(s);
}

static void pins_that_everybody_knows_are_known(void **state)
{
	(void)state;
	assert_true(weak("12345678"));
	assert_true(weak("000000"));
	assert_true(weak("88888888"));
	assert_false(weak("258369"));
	assert_false(weak("12345679"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_name_says_library_token_key_and_certificate),
		cmocka_unit_test(what_is_no_name_is_refused),
		cmocka_unit_test(pins_that_everybody_knows_are_known),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
