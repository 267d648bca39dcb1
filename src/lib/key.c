/* key: private keys from files, for libqianyin.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "crypto/keyfile.h"

#include "lib/lib.h"
#include "pki/cert.h"

#include <string.h>

void qy_key_free(qy_key *key)
{
	if (!key)
		return;
	key_free(key->key);
	arena_free(key->arena);
	mem_free(key);
}

static int set_cert(qy_key *key, struct bytes der, struct qy_error *error)
{
	struct cert c;
	struct err e;

	if (!cert_parse(&c, der, &e))
		return lib_fail(error, &e);
	if (!c.key_known || !pubkey_equal(&c.key, &key->key->pub)) {
		err_set(&e, ERR_KEY_MISMATCH, "the certificate is of another key");
		return lib_fail(error, &e);
	}
	key->cert = (uint8_t *)arena_str(key->arena, der);
	key->cert_size = der.n;
	return 1;
}

int qy_key_open(qy_key **out, struct qy_bytes file, struct qy_bytes password,
	struct qy_error *error)
{
	AUTO(secret) secret =
		password.data ? secret_of(password.data, password.size) : NULL;
	struct arena *a = arena_new();
	struct keyfile read;
	qy_key *key;
	struct err e;

	if (!keyfile_read(&read, a, lib_bytes(file), secret, &e)) {
		arena_free(a);
		return lib_fail(error, &e);
	}
	key = NEW(qy_key);
	key->arena = a;
	key->key = read.key;
	read.key = NULL;
	for (size_t i = 0; i < read.cert_count; i++) {
		/* The key's own certificate, or one of its chain to carry along. */
		if (!key->cert && set_cert(key, read.certs[i], NULL))
			continue;
		if (key->others_count < sizeof key->others / sizeof *key->others)
			key->others[key->others_count++] = read.certs[i];
	}
	keyfile_fini(&read);
	*out = key;
	return 1;
}

int qy_key_set_certificate(
	qy_key *key, struct qy_bytes certificate, struct qy_error *error)
{
	struct bytes der;
	struct err e;

	if (!key)
		return lib_usage(error, "no key");
	if (!cert_decode(key->arena, lib_bytes(certificate), &der, &e))
		return lib_fail(error, &e);
	return set_cert(key, der, error);
}

struct qy_bytes qy_key_certificate(const qy_key *key)
{
	return (struct qy_bytes){key->cert, key->cert_size};
}
