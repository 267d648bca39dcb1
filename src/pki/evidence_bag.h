/* evidence_bag: what an evidence holds; shared by filling it (evidence.c) and asking it
 * (evidence_find.c). SPDX-License-Identifier: Apache-2.0
 */
#ifndef QY_PKI_EVIDENCE_BAG_H
#define QY_PKI_EVIDENCE_BAG_H

#include "pki/evidence_find.h"

enum { EVIDENCE_SLOTS = 1024, EVIDENCE_PROOFS = 2 };

struct cert_item {
	struct cert cert;
	size_t next_subject; /* place + 1 of the next in the same slot, 0 at the end */
	size_t next_digest;
};

/* What a signature check gave, by the digest of the key's SubjectPublicKeyInfo. */
struct proof {
	uint8_t key[SM3_SIZE];
	bool known, holds;
};

struct crl_item {
	struct crl crl;
	struct proof proofs[EVIDENCE_PROOFS];
	size_t proof_next;
};

struct ocsp_item {
	struct ocsp ocsp;
	struct proof proofs[EVIDENCE_PROOFS];
	size_t proof_next;
};

struct slot {
	size_t first, last; /* place + 1 */
};

struct evidence {
	struct arena *arena;
	struct cert_item **certs; /* pointers, so that what was handed out stays */
	size_t cert_count, cert_cap;
	struct slot by_subject[EVIDENCE_SLOTS], by_digest[EVIDENCE_SLOTS];
	struct crl_item *crls[EVIDENCE_CRLS_MAX];
	size_t crl_count;
	struct ocsp_item *ocsps[EVIDENCE_OCSP_MAX];
	size_t ocsp_count;
};

#endif
