/* Trust store: the input as a whole file, and, because the signature would stop almost
 * all of them, as what stands behind the signer in a store that is signed here.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdlib.h>

#include "base/time.h"
#include "pki/issue.h"
#include "pki/sig_alg.h"
#include "pki/trust.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

enum { SIGNED_MAX = 64 * 1024 };

static struct key *signer_key;
static struct bytes signer_cert;

static void demand(bool holds)
{
	if (!holds)
		abort();
}

/* A root made once; the process is its lifetime. */
static void make_signer(void)
{
	static struct arena *lasting;
	static const uint8_t d[SM2_SCALAR] = {0x12, 0x34, [31] = 1};
	const struct issue_spec spec = {.profile = ISSUE_ROOT,
		.subject = {.common_name = "fuzz"},
		.not_before = 0,
		.not_after = INT64_C(4000000000) * TIME_SECOND};
	struct err e;

	if (lasting)
		return;
	lasting = arena_new();
	demand(key_of_sm2(&signer_key, d, &e) &&
		issue_cert(lasting, &signer_cert, world_system(), &spec, &signer_key->pub,
			NULL, signer_key, &e));
}

static void read_store(struct arena *a, struct bytes file)
{
	struct trust *t;
	struct err e;

	if (!trust_read(&t, a, file, &e)) {
		demand(e.code != ERR_NONE);
		return;
	}
	demand(t->title && t->count <= TRUST_ANCHORS_MAX && !t->allow_demonstration);
	for (size_t i = 0; i < t->count; i++) {
		const struct trust_anchor *anchor = &t->anchors[i];

		demand(anchor->name && anchor->purposes && anchor->cert.key_known);
		demand(anchor->service.number && anchor->cipher.number);
		demand(anchor->credit_code < CREDIT_FIELD_COUNT);
	}
}

/* TBSTrustStore with the input for anchors and further certificates. */
static struct bytes make_tbs(struct arena *a, struct bytes tail)
{
	struct writer d = writer_in(a, tail.n + 256);
	size_t tbs = der_open(&d, DER_SEQUENCE);
	uint8_t sm3[SM3_SIZE];

	sm3_of(signer_cert, sm3);
	der_put_oid(&d, OID_QY_TRUST_STORE);
	der_put_small(&d, DER_INTEGER, 1);
	der_put_small(&d, DER_INTEGER, 7);
	der_put_generalized_time(&d, 0);
	der_put(&d, DER_UTF8_STRING, BYTES("fuzz"));
	der_put(&d, DER_OCTET_STRING, BYTES_OF(sm3));
	write_bytes(&d, tail);
	der_close(&d, tbs);
	return writer_bytes(&d);
}

static void read_signed(struct arena *a, struct bytes tail)
{
	struct bytes tbs = make_tbs(a, tail);
	struct writer d = writer_in(a, tbs.n + signer_cert.n + 256);
	uint8_t room[SIG_VALUE_MAX];
	struct writer value = writer_over(room, sizeof room);
	size_t whole = der_open(&d, DER_SEQUENCE);
	struct err e;

	demand(key_sign_message(
		signer_key, world_system(), SIG_SM2_SM3, tbs, &value, &e));
	write_bytes(&d, tbs);
	der_put(&d, DER_OCTET_STRING, signer_cert);
	der_put_oid(&d, OID_SM2_SM3);
	der_put_bit_string(&d, writer_bytes(&value));
	der_close(&d, whole);
	read_store(a, writer_bytes(&d));
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	AUTO(arena) a = arena_new();

	make_signer();
	read_store(a, bytes_make(p, n));
	if (n <= SIGNED_MAX)
		read_signed(a, bytes_make(p, n));
	return 0;
}
