/* ocsp_write: asking for and giving certificate status (RFC 6960).
 * SPDX-License-Identifier: Apache-2.0
 *
 * The responder is a function from request to response: transport, files and clocks are
 * the caller's.
 *
 *     struct ocsp_responder r = {.ca = &ca, .cert = &own, .key = key,
 *             .lookup = find_in_register, .ctx = reg, .lifetime = TIME_HOUR};
 *     if (!ocsp_answer(a, &response, world_system(), &r, request, e))
 *             return ocsp_refusal(a, &response, OCSP_INTERNAL_ERROR, e);
 */
#ifndef QY_PKI_OCSP_WRITE_H
#define QY_PKI_OCSP_WRITE_H

#include "pki/crl.h"
#include "pki/issue.h"
#include "pki/ocsp.h"

/* What the responder knows about one certificate. */
struct ocsp_state {
	enum ocsp_status status;
	int64_t revoked_at; /* when revoked */
	enum crl_reason reason;
	int64_t invalid_since; /* TIME_NONE: not said */
	int64_t as_of; /* the moment this state was true; TIME_NONE: that of the answer */
};

/* Fills *out for a serial (content octets) of the responder's CA; starts as OCSP_UNKNOWN.
 * False (ERR_…) when it cannot be found out. */
typedef bool (*ocsp_lookup)(
	void *ctx, struct bytes serial, struct ocsp_state *out, struct err *e);

struct ocsp_responder {
	const struct cert *ca;   /* of the certificates asked about */
	const struct cert *cert; /* the delegate's; null: the CA answers itself */
	struct key *key;         /* of cert, or of ca */
	ocsp_lookup lookup;
	void *ctx;
	int64_t lifetime; /* nextUpdate - thisUpdate, more than 0 */
};

/* Asks about `count` certificates of one issuer by serial (content octets), with a
 * CertID of this digest (SM3 or SHA-256). nonce may be empty; it is what the answer must
 * repeat. */
MUST_USE bool ocsp_request_write(struct arena *a, struct bytes *out, enum digest_alg alg,
	const struct cert *issuer, const struct bytes *serials, size_t count,
	struct bytes nonce, struct err *e);

/* Answers a request (at most OCSP_REQUEST_MAX octets) with a signed response; one that is
 * malformed or not supported gets the refusal that says so. Certificates of other CAs are
 * unknown. The nonce is repeated. ERR_KEY_MISMATCH when the key is not the responder's;
 * what lookup says. */
MUST_USE bool ocsp_answer(struct arena *a, struct bytes *out, struct world *w,
	const struct ocsp_responder *r, struct bytes request, struct err *e);

/* A response without an answer: anything but OCSP_SUCCESSFUL. */
MUST_USE bool ocsp_refusal(
	struct arena *a, struct bytes *out, enum ocsp_result result, struct err *e);

#endif
