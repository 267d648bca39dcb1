/* fuzz_cert: certificates, and everything that looks into one that could be read.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdlib.h>

#include "pki/cert.h"
#include "pki/name.h"
#include "pki/name_constraints.h"
#include "pki/policy.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

static void demand(bool holds)
{
	if (!holds)
		abort();
}

static void look_into(struct arena *a, const struct cert *c)
{
	const struct cert *const path[] = {c, c, c};
	struct bytes value;
	bool critical;
	char code[19];
	size_t culprit;

	(void)name_format(a, c->issuer);
	(void)name_title(a, c->subject);
	(void)cert_is_self_signed(c);
	(void)cert_extension(c, OID_SUBJECT_ALT_NAME, &value, &critical);
	for (enum credit_code_field f = 0; f < CREDIT_FIELD_COUNT; f++)
		demand(!cert_credit_code(c, f, code) ||
			credit_code_is_valid(bytes_str(code)));
	demand(name_equal(c->issuer, c->issuer) && name_is_within(c->issuer, c->issuer));
	demand(!name_equal(c->issuer, c->subject) ||
		name_hash(c->issuer) == name_hash(c->subject));
	demand(c->tbs.n < c->der.n && c->serial.n > 0);
	(void)name_constraints_allow(c, c);
	(void)policy_holds(path, 3, &culprit);
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	AUTO(arena) a = arena_new();
	struct bytes der, file = bytes_make(p, n);
	struct cert c;
	struct err e;

	if (cert_parse(&c, file, &e))
		look_into(a, &c);
	if (cert_decode(a, file, &der, &e) && cert_parse(&c, der, &e))
		look_into(a, &c);
	return 0;
}
