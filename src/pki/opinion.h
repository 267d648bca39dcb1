/* opinion: was this certificate good for this purpose at that time, and how do we know.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef QY_PKI_OPINION_H
#define QY_PKI_OPINION_H

#include "pki/constraints.h"
#include "pki/evidence.h"
#include "pki/poe.h"
#include "pki/record.h"
#include "pki/trust.h"
#include "pki/verdict.h"

enum { CHAIN_MAX = 10 };

/* The time of proof of a signature (protocols §4). */
struct proof_time {
	int64_t at; /* the earliest independent proof, else the moment of verification */
	bool is_proven;  /* an independent stamp or fixed checkpoint stands behind it */
	int64_t claimed; /* what the signature itself says, TIME_NONE when nothing */
	/* Only something around the signature was stamped, perhaps years later: `at` says
	 * that it was there by then, and not that it was made then. */
	bool is_around;
};

struct opinion_request {
	const struct cert *cert;
	enum trust_purpose purpose;
	const struct trust *trust;       /* null: no trust store, chain not checked */
	const struct evidence *evidence; /* null: none */
	struct proof_time time;
	int64_t now;
	const struct poe *poe; /* what is proven since when; null: nothing */
	const struct constraints *constraints; /* null: those of today */
	struct record *record; /* where to enter what the opinion rests on, or null */
};

struct opinion {
	struct check chain, validity, revocation, usage, licence;
	const struct trust_anchor *anchor; /* null unless a chain was found */
	struct cert path[CHAIN_MAX];       /* leaf first, anchor last */
	size_t path_count;
	bool valid_at_claimed; /* dates of leaf and chain hold at the claimed time */
	bool revoked_at_claimed;
};

/* Judges one certificate: chain to an anchor of the purpose (names, signatures, path
 * length, policy, name constraints, roll-over under one name, no loops, at most 200
 * signature checks), validity, revocation as protocols §4 reads it, key usage, both
 * licences of the CA at issuance and at the signature. Certificates, lists and answers
 * count as of when they are proven to have existed: by then neither was an algorithm they
 * rest on broken, nor their signer's certificate lapsed or revoked. Never fails: what
 * could not be found out is not-checked. Details are written in `lang` into the arena. */
void opinion_form(struct opinion *out, struct arena *a, enum lang lang,
	const struct opinion_request *r);

/* Enters all five into a verdict under cert.* and ca.licence. */
void opinion_enter(const struct opinion *o, struct verdict *v);
/* Enters the worst of the five under one id (seal.maker, timestamp.value). */
void opinion_enter_as(const struct opinion *o, struct verdict *v, enum check_id id);

#endif
