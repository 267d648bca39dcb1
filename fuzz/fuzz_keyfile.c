/* fuzz_keyfile: private keys in PKCS#8, PKCS#12 and .sm2, with the password "1" and
 * without. SPDX-License-Identifier: Apache-2.0
 */
#include <stdlib.h>

#include "crypto/keyfile.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

static void demand(bool holds)
{
	if (!holds)
		abort();
}

/* Deriving keys is what takes time; the iterations a file asks for say nothing about how
 * it is read, and a fuzzer finds the largest number at once. */
static void try_password(struct bytes file, const struct secret *password)
{
	AUTO(arena) a = arena_new();
	struct keyfile k;
	struct err e = {0};

	if (!keyfile_read(&k, a, file, password, &e)) {
		demand(e.code != ERR_NONE && e.text[0]);
		return;
	}
	demand(k.key && k.key->pub.spki.n && k.cert_count <= KEYFILE_CERTS_MAX);
	keyfile_fini(&k);
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	AUTO(secret) password = secret_of("1", 1);
	struct bytes file = bytes_make(p, n);

	try_password(file, NULL);
	try_password(file, password);
	return 0;
}
