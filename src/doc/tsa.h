/* tsa: a time stamping authority as a function from request to answer (RFC 3161,
 * GB/T 20520). Transport, files and the clock are the caller's.
 * SPDX-License-Identifier: Apache-2.0
 *
 * An authority may have several keys. A request is served by the first that fits: of the
 * policy the request names, if it names one; of those, an SM2 key for an SM3 imprint and
 * another one for SHA-2; else the first. SM2 signs with SM3; RSA and the NIST curves with
 * SHA-512 when the imprint is SHA-384 or SHA-512, else with SHA-256.
 */
#ifndef QY_DOC_TSA_H
#define QY_DOC_TSA_H

#include "doc/timestamp_message.h"
#include "doc/timestamp_write.h"

struct tsa_unit {
	struct key *key;
	struct cert cert;
	const struct bytes *others; /* the chain to carry, may be null */
	size_t others_count;
	struct bytes policy; /* content of an OID; empty: OID_QY_TSA_POLICY */
};

struct tsa {
	const struct tsa_unit *units;
	size_t count;
	uint32_t accuracy_ms;
	/* A serial number that this authority never gave and never gives again, positive,
	 * at most TIMESTAMP_SERIAL_MAX octets into out; `now` is the time that will stand
	 * beside it. ERR_BUSY when that is before a time given out already. Null: 16
	 * random octets. */
	bool (*serial)(void *ctx, int64_t now, uint8_t out[TIMESTAMP_SERIAL_MAX],
		size_t *n, struct err *e);
	void *ctx;
};

/* Answers a request: a granted token, or a refusal that says why: badDataFormat,
 * badRequest, badAlg, unacceptedPolicy, unacceptedExtension, timeNotAvailable,
 * systemFailure. Fails only when not even a refusal can be written; *why, which may be
 * null, is then and with a refusal what to log, else ERR_NONE. */
MUST_USE bool tsa_answer(struct arena *a, struct bytes *out, struct world *w,
	const struct tsa *t, struct bytes request, struct err *why, struct err *e);

#endif
