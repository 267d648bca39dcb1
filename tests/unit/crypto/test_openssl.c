/* Both ways with the openssl command line: what we sign, encrypt and write it must take,
 * and what it makes we must take. SPDX-License-Identifier: Apache-2.0
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/source.h"
#include "crypto/keyfile.h"
#include "crypto/sm2_der.h"
#include "unit.h"

#define ID "-pkeyopt distid:1234567812345678"

static char *folder;

/* Runs `openssl …` in the folder; true when it ends well. */
static bool run(const char *command)
{
	AUTO(arena) a = arena_new();

	return system(arena_printf(
		       a, "cd %s && openssl %s >out 2>&1", folder, command)) == 0;
}

static void must_run(const char *command)
{
	AUTO(arena) a = arena_new();

	if (!run(command)) {
		print_message("# openssl %s failed:\n", command);
		(void)!system(arena_printf(a, "sed 's/^/# /' %s/out", folder));
		fail();
	}
}

static void put(const char *name, struct bytes b)
{
	AUTO(arena) a = arena_new();
	struct err e;

	assert_true(file_write(arena_printf(a, "%s/%s", folder, name), 0600, b, &e));
}

static struct bytes get(struct arena *a, const char *name)
{
	struct bytes b;
	struct err e;

	assert_true(file_slurp(
		a, arena_printf(a, "%s/%s", folder, name), KEYFILE_MAX, &b, &e));
	return b;
}

static struct bytes bytes_of(const struct secret *s)
{
	return bytes_make(secret_view(s), secret_size(s));
}

static int setup(void **state)
{
	AUTO(arena) a = arena_new();
	const char *tmp = getenv("TMPDIR");

	(void)state;
	folder =
		mem_str(arena_printf(a, "%s/qianyin-openssl-XXXXXX", tmp ? tmp : "/tmp"));
	return mkdtemp(folder) ? 0 : -1;
}

static int teardown(void **state)
{
	AUTO(arena) a = arena_new();
	int failed = system(arena_printf(a, "rm -rf %s", folder));

	(void)state;
	mem_free(folder);
	return failed;
}

static void need_openssl(void)
{
	if (!run("version"))
		SKIP("no openssl command");
}

//= RFC 5208 §5, RFC 5915 §3: another reader takes the key we write
static void what_we_write_and_sign_openssl_reads_and_verifies(void **state)
{
	AUTO(arena) a = arena_new();
	AUTO(secret) password = secret_of("password 1", 10);
	AUTO(secret) plain = NULL;
	AUTO(secret) sealed = NULL;
	AUTO(key) k = NULL;
	uint8_t value[SIG_VALUE_MAX];
	struct writer w = writer_over(value, sizeof value);
	struct err e;

	(void)state;
	need_openssl();
	assert_true(key_generate(&k, world_system(), KEY_SM2, &e));
	assert_true(keyfile_write_pkcs8(&plain, world_system(), k, NULL, &e));
	assert_true(keyfile_write_pkcs8(&sealed, world_system(), k, password, &e));
	put("plain.pem", bytes_of(plain));
	put("sealed.pem", bytes_of(sealed));
	put("message", BYTES("what you see is what you seal"));
	assert_true(key_sign_message(k, world_system(), SIG_SM2_SM3,
		BYTES("what you see is what you seal"), &w, &e));
	put("sig", writer_bytes(&w));

	must_run("pkey -in sealed.pem -passin 'pass:password 1' -pubout -out pub.pem");
	must_run("pkeyutl -verify -rawin -digest sm3 -pubin -inkey pub.pem -in message "
		 "-sigfile sig " ID);
	put("message", BYTES("what you see is what you steal"));
	assert_false(run("pkeyutl -verify -rawin -digest sm3 -pubin -inkey pub.pem "
			 "-in message -sigfile sig " ID));
	assert_false(run("pkey -in sealed.pem -passin 'pass:password 2' -noout"));
	must_run("pkey -in plain.pem -pubout -outform DER -out pub.der");
	assert_bytes(get(a, "pub.der"), k->pub.spki);
}

static void what_openssl_writes_and_signs_we_read_and_verify(void **state)
{
	AUTO(arena) a = arena_new();
	AUTO(secret) password = secret_of("password 1", 10);
	struct keyfile k;
	struct err e;

	(void)state;
	need_openssl();
	must_run("genpkey -algorithm EC -pkeyopt ec_paramgen_curve:SM2 -aes-256-cbc "
		 "-pass 'pass:password 1' -out theirs.pem");
	put("message", BYTES("from there"));
	must_run("pkeyutl -sign -rawin -digest sm3 -inkey theirs.pem "
		 "-passin 'pass:password 1' -in message -out sig " ID);
	assert_true(keyfile_read(&k, a, get(a, "theirs.pem"), password, &e));
	assert_true(pubkey_verify_message(
		&k.key->pub, SIG_SM2_SM3, BYTES("from there"), get(a, "sig")));
	assert_false(pubkey_verify_message(
		&k.key->pub, SIG_SM2_SM3, BYTES("from where"), get(a, "sig")));
	keyfile_fini(&k);
}

static void ciphertexts_open_on_the_other_side(void **state)
{
	AUTO(arena) a = arena_new();
	AUTO(secret) plain = NULL;
	AUTO(key) k = NULL;
	struct writer w = writer_in(a, 300);
	struct sm2_cipher c;
	uint8_t c2[6], out[16];
	struct err e;

	(void)state;
	need_openssl();
	assert_true(key_generate(&k, world_system(), KEY_SM2, &e));
	assert_true(keyfile_write_pkcs8(&plain, world_system(), k, NULL, &e));
	put("key.pem", bytes_of(plain));
	assert_true(
		sm2_encrypt(&c, c2, world_system(), k->pub.point.p, BYTES("sealed"), &e));
	sm2_cipher_write(&w, &c);
	put("ours.bin", writer_bytes(&w));
	must_run("pkeyutl -decrypt -inkey key.pem -in ours.bin -out opened");
	assert_bytes(get(a, "opened"), BYTES("sealed"));

	put("text", BYTES("sixteen octets !"));
	must_run("pkeyutl -encrypt -inkey key.pem -in text -out theirs.bin");
	assert_true(sm2_cipher_read(&c, get(a, "theirs.bin"), &e));
	assert_int_equal(c.c2.n, sizeof out);
	assert_true(k->ops->unwrap_sm2(k, &c, out, &e));
	assert_bytes(BYTES_OF(out), BYTES("sixteen octets !"));
}

//= RFC 7292 §4: another maker reads ours and we read his
static void pkcs12_goes_both_ways_with_its_certificate(void **state)
{
	AUTO(arena) a = arena_new();
	AUTO(secret) password = secret_of("password 1", 10);
	AUTO(secret) pfx = NULL;
	struct keyfile theirs, again;
	struct err e;

	(void)state;
	need_openssl();
	must_run("req -newkey ec -pkeyopt ec_paramgen_curve:SM2 -nodes -keyout k.pem "
		 "-x509 "
		 "-subj /CN=somebody -out c.pem");
	must_run("pkcs12 -export -inkey k.pem -in c.pem -passout 'pass:password 1' "
		 "-out theirs.p12");
	assert_true(keyfile_read(&theirs, a, get(a, "theirs.p12"), password, &e));
	assert_int_equal(theirs.cert_count, 1);
	assert_true(keyfile_write_pkcs12(
		&pfx, world_system(), theirs.key, "某人", theirs.certs, 1, password, &e));
	put("ours.p12", bytes_of(pfx));
	must_run("pkcs12 -in ours.p12 -passin 'pass:password 1' -nodes -out both.pem");
	assert_true(keyfile_read(&again, a, get(a, "both.pem"), NULL, &e));
	assert_true(pubkey_equal(&again.key->pub, &theirs.key->pub));
	assert_int_equal(again.cert_count, 1);
	assert_bytes(again.certs[0], theirs.certs[0]);
	assert_false(run("pkcs12 -in ours.p12 -passin 'pass:password 2' -nodes -noout"));
	keyfile_fini(&theirs);
	keyfile_fini(&again);
}

static void rsa_ciphertexts_of_both_paddings_open_and_altered_ones_do_not(void **state)
{
	AUTO(arena) a = arena_new();
	AUTO(secret) plain = NULL;
	AUTO(key) k = NULL;
	uint8_t out[32], bad[384];
	struct bytes cipher;
	struct err e;
	size_t n;

	(void)state;
	need_openssl();
	assert_true(key_generate(&k, world_system(), KEY_RSA, &e));
	assert_true(keyfile_write_pkcs8(&plain, world_system(), k, NULL, &e));
	put("rsa.pem", bytes_of(plain));
	put("text", BYTES("a key of 16 octs"));
	for (int oaep = 0; oaep < 2; oaep++) {
		must_run(oaep ? "pkeyutl -encrypt -inkey rsa.pem -in text -out c.bin "
				"-pkeyopt rsa_padding_mode:oaep"
			      : "pkeyutl -encrypt -inkey rsa.pem -in text -out c.bin");
		cipher = get(a, "c.bin");
		assert_true(k->ops->unwrap_rsa(k, oaep, cipher, out, sizeof out, &n, &e));
		assert_bytes(bytes_make(out, n), BYTES("a key of 16 octs"));
		assert_false(k->ops->unwrap_rsa(k, oaep, cipher, out, 15, &n, &e));
		memcpy(bad, cipher.p, sizeof bad);
		bad[100] ^= 1;
		assert_false(k->ops->unwrap_rsa(
			k, oaep, BYTES_OF(bad), out, sizeof out, &n, &e));
		assert_int_equal(e.code, ERR_DECRYPT);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_we_write_and_sign_openssl_reads_and_verifies),
		cmocka_unit_test(what_openssl_writes_and_signs_we_read_and_verify),
		cmocka_unit_test(ciphertexts_open_on_the_other_side),
		cmocka_unit_test(pkcs12_goes_both_ways_with_its_certificate),
		cmocka_unit_test(
			rsa_ciphertexts_of_both_paddings_open_and_altered_ones_do_not),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
