/* evidence_find: what the opinion asks the evidence: certificates by subject, and
 * verified answers about the state of one certificate.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef QY_PKI_EVIDENCE_FIND_H
#define QY_PKI_EVIDENCE_FIND_H

#include "pki/crl.h"
#include "pki/evidence.h"
#include "pki/ocsp.h"

/* Certificates with this subject (whole Name), in the order they were added. Start with
 * *at = 0; null at the end. Looks only at those that share a hash slot. */
const struct cert *evidence_cert_by_subject(
	const struct evidence *ev, struct bytes subject, size_t *at);

/* All of them, by index below the count. */
size_t evidence_cert_count(const struct evidence *ev);
const struct cert *evidence_cert_at(const struct evidence *ev, size_t i);
size_t evidence_crl_count(const struct evidence *ev);
size_t evidence_ocsp_count(const struct evidence *ev);

enum evidence_source { EVIDENCE_CRL, EVIDENCE_CRL_DELTA, EVIDENCE_OCSP };

/* One authenticated statement about one certificate. */
struct evidence_answer {
	enum evidence_source source;
	enum ocsp_status status; /* a CRL says good or revoked, never unknown */
	int64_t this_update; /* for OCSP the answer's thisUpdate; for a delta the delta's
			      */
	int64_t next_update; /* TIME_NONE: not said */
	int64_t revoked_at;  /* TIME_NONE unless revoked */
	enum crl_reason reason;
	int64_t invalid_since; /* TIME_NONE when not said */
	bool conflict; /* two lists of this issuer contradict each other in number and
			  time */
	const uint8_t *sm3; /* digest of the CRL or response, SM3_SIZE octets */
	struct bytes der;   /* the CRL (of a delta only that) or response, as received */
	struct bytes base;  /* the list a delta was laid over, else empty */
	enum sig_alg alg;   /* it is signed with */
	const struct cert *signer; /* whose key signed it; for OCSP whoever delegated */
};

/* What is asked. issuer is the certificate whose key signed cert; signer the one whose
 * key signs CRLs: the same, or another certificate of that CA under the same name (key
 * roll-over) which the caller trusts; null means issuer. *checks counts down with every
 * signature checked, and at 0 nothing more is looked at (results are remembered, and
 * remembered ones cost nothing). */
struct evidence_query {
	const struct cert *cert, *issuer, *signer;
	unsigned *checks;
};

/* Writes at most max answers whose signatures verify and which speak of this certificate,
 * the latest thisUpdate first; returns how many. Which of them counts at what time is the
 * caller's judgement. Entries of conflicting CRLs are all given, with conflict set. */
size_t evidence_answers(const struct evidence *ev, const struct evidence_query *q,
	struct evidence_answer *out, size_t max);

/* Does the evidence hold a CRL that claims this certificate's issuer, or an OCSP answer
 * about its serial, whether or not it verifies? (So that a verdict can tell "none given"
 * from "none that holds".) */
bool evidence_mentions(const struct evidence *ev, const struct cert *cert);

#endif
