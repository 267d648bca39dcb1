/* timestamp_write: making a time stamp token: TSTInfo in a SignedData of RFC 5652.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef QY_DOC_TIMESTAMP_WRITE_H
#define QY_DOC_TIMESTAMP_WRITE_H

#include "crypto/key.h"
#include "pki/cert.h"

enum { TIMESTAMP_SERIAL_MAX = 20 };

struct timestamp_spec {
	struct key *key;
	const struct cert *cert;    /* of the key */
	const struct bytes *others; /* further certificates to carry, DER */
	size_t others_count;
	enum digest_alg
		digest;      /* of the signature; SM3 for an SM2 key, SHA-2 for others */
	struct bytes policy; /* content of an OID */
	struct bytes message_imprint; /* whole, as it was asked for */
	struct bytes serial;  /* big-endian, 1 to TIMESTAMP_SERIAL_MAX octets, positive */
	int64_t time;         /* written to the millisecond */
	uint32_t accuracy_ms; /* 0: not stated */
	struct bytes nonce;   /* content of an INTEGER; empty: none */
	bool with_cert;       /* carry cert and others */
};

/* Makes the token, verifies its signature once more (protocols §6), and gives its DER in
 * the arena. ERR_KEY_MISMATCH when key and certificate differ; ERR_SIGNER when the
 * certificate is not for time stamps alone or not in its period of validity at that time;
 * ERR_USAGE for a digest the key cannot sign, a serial or a policy that is none. */
MUST_USE bool timestamp_write(struct arena *a, struct bytes *out, struct world *w,
	const struct timestamp_spec *spec, struct err *e);

/* Is this a certificate for time stamps: one extended key usage, that one, critical? */
bool timestamp_cert_fits(const struct cert *c);

#endif
