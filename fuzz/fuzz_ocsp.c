/* OCSP: requests and responses; what is parsed can be walked to its end.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdlib.h>

#include "pki/ocsp.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

static void demand(bool holds)
{
	if (!holds)
		abort();
}

static void try_request(struct bytes in)
{
	struct ocsp_request r;
	struct ocsp_id id;
	struct bytes rest;
	struct err e;
	size_t count = 0;

	if (!ocsp_request_parse(&r, in, &e))
		return;
	rest = r.ids;
	while (ocsp_request_next(&rest, &id)) {
		demand(id.serial.n > 0);
		count++;
	}
	demand(rest.n == 0 && count == r.count && count <= OCSP_ASKED_MAX);
	demand(r.nonce.n <= OCSP_NONCE_MAX);
}

/* Some certificate, so that the check of signers is reached: the first inside. */
static void try_verify(const struct ocsp *o)
{
	struct bytes rest = o->certs, der;
	struct ocsp_signer signer;
	unsigned checks = 4;
	struct cert c;
	struct err e;

	if (der_take_whole(&rest, DER_SEQUENCE, &der, &e) && cert_parse(&c, der, &e))
		(void)ocsp_verify(o, &c, &signer, &checks);
	demand(checks <= 4);
}

static void try_response(struct bytes in)
{
	struct ocsp_single s;
	struct bytes rest;
	struct ocsp o;
	struct err e;
	size_t count = 0;

	if (!ocsp_parse(&o, in, &e))
		return;
	rest = o.singles;
	while (ocsp_next(&rest, &s)) {
		demand((s.status == OCSP_REVOKED) == (s.revoked_at != TIME_NONE));
		(void)ocsp_window(&o, &s, 0, TIME_DAY);
		count++;
	}
	demand(rest.n == 0 && count == o.single_count);
	demand((o.result == OCSP_SUCCESSFUL) == (count > 0));
	try_verify(&o);
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	try_request(bytes_make(p, n));
	try_response(bytes_make(p, n));
	return 0;
}
