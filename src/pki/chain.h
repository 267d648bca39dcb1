/* chain: from a certificate to an anchor of the trust store, in bounded work.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef QY_PKI_CHAIN_H
#define QY_PKI_CHAIN_H

#include "pki/evidence_find.h"
#include "pki/opinion.h"

enum {
	/* Signature checks of one opinion; a part is kept for revocation lists. */
	CHECKS_MAX = 200,
	CHECKS_FOR_CHAIN = 160,
	CHAIN_ISSUERS_MAX = 32, /* tried for one certificate, the likeliest first */
	CHAIN_PATHS_MAX = 16    /* complete paths looked at */
};

/* From the least to the most telling: of several the last one is reported. */
enum chain_fault {
	CHAIN_GOOD,
	CHAIN_NO_ISSUER, /* nobody of this name is there */
	CHAIN_TOO_LONG,  /* no anchor within CHAIN_MAX */
	CHAIN_TOO_MUCH,  /* checks used up */
	CHAIN_ALGORITHM, /* signed with an algorithm we do not accept */
	CHAIN_SIGNATURE, /* no issuer of this name verifies it */
	CHAIN_PURPOSE,   /* the anchor is not for this purpose; from here on, an anchor
			    was reached */
	CHAIN_DEMONSTRATION,
	CHAIN_CRITICAL, /* a critical extension we do not process */
	CHAIN_NOT_CA,
	CHAIN_NO_CERT_SIGN,
	CHAIN_PATH_LENGTH,
	CHAIN_NAMES, /* name constraints */
	CHAIN_POLICY,
};

struct chain_request {
	const struct cert *cert;
	enum trust_purpose purpose;
	const struct trust *trust;
	const struct evidence *evidence; /* null: none */
	const struct evidence *extras;   /* those of the store; null: none */
	int64_t at; /* of several good paths one that is valid then is preferred */
};

struct chain {
	enum chain_fault fault;
	const struct cert *culprit;         /* null when good */
	const struct trust_anchor *anchor;  /* null unless one was reached */
	const struct cert *path[CHAIN_MAX]; /* leaf first, anchor last; the longest piece
					       found when no anchor was reached */
	size_t count;
};

/* Finds the best path: one without fault that is valid at r->at; else one without fault;
 * else the fault. *checks counts down with each signature checked; none is made at 0. The
 * store's entries end a path: beyond one, nothing is looked for. */
void chain_find(struct chain *out, struct arena *a, const struct chain_request *r,
	unsigned *checks);

/* Are all of them within their dates at this time? */
bool chain_is_valid_at(const struct cert *const *path, size_t count, int64_t at);

#endif
