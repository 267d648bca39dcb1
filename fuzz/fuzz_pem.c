/* fuzz_pem: PEM blocks in text, and what they hold decoded and written again.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdlib.h>

#include "crypto/keyfile.h"
#include "crypto/pem.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

static void demand(bool holds)
{
	if (!holds)
		abort();
}

static void try_kind(struct bytes text, const char *kind)
{
	AUTO(arena) a = arena_new();
	struct bytes rest = text, der, again, copy;
	struct err e;

	while (pem_next(a, &rest, kind, &der, &e)) {
		demand(rest.n < text.n);
		copy = bytes_str(pem_encode(a, kind, der));
		demand(pem_next(a, &copy, kind, &again, &e) && bytes_equal(der, again));
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct bytes text = bytes_make(p, n), rest = text, kind, body;
	struct err e;

	if (n > 1 << 20)
		return 0;
	try_kind(text, "CERTIFICATE");
	try_kind(text, "X509 CRL");
	while (pem_block(&rest, &kind, &body, &e)) {
		AUTO(secret) der = NULL;

		demand(rest.n < n && kind.n <= n && body.n <= n);
		(void)!pem_decode(&der, body, &e);
	}
	return 0;
}
