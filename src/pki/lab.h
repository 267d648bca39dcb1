/* lab: what only tests may have: keys made from words, a world that repeats itself, and
 * certificates with a chosen fault. Built with -Dlab=true only, never installed.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef QY_PKI_LAB_H
#define QY_PKI_LAB_H

#include "pki/issue.h"

/* The SM2 key that a word always gives. Anybody can compute it. */
MUST_USE bool lab_key(struct key **out, const char *word, struct err *e);

/* A clock that stands at `at` until somebody moves it, and octets that are the same in
 * every run. */
struct lab_world {
	struct world world; /* hand down &w.world */
	int64_t at;
	uint64_t count;
	uint64_t seed;
};
struct lab_world lab_world_make(int64_t at, uint64_t seed);

/* FAULT(identifier, name): certificates as they should not be. */
#define LAB_FAULTS(FAULT)                                                         \
	FAULT(WRONG_SIGNATURE, "wrong-signature") /* one bit of it turned over */ \
	FAULT(EXPIRED, "expired")                 /* for a day */                 \
	FAULT(NOT_YET_VALID, "not-yet-valid")     /* for a day */                 \
	FAULT(DATES_REVERSED, "dates-reversed")   /* notAfter first */            \
	FAULT(BAD_TIME, "bad-time")               /* 30 February */               \
	FAULT(NO_BASIC_CONSTRAINTS, "no-basic-constraints")                       \
	FAULT(DUPLICATE_EXTENSION, "duplicate-extension")                         \
	FAULT(UNKNOWN_CRITICAL, "unknown-critical")                               \
	FAULT(NEGATIVE_SERIAL, "negative-serial")                                 \
	FAULT(ALGORITHMS_DIFFER, "algorithms-differ") /* inner and outer */       \
	FAULT(EMPTY_ISSUER, "empty-issuer")                                       \
	FAULT(OCTETS_BEHIND, "octets-behind")

enum lab_fault {
	LAB_FAULTLESS,
#define FAULT(name, text) LAB_##name,
	LAB_FAULTS(FAULT)
#undef FAULT
		LAB_FAULT_COUNT
};
/* "expired" …; for LAB_FAULTLESS "faultless". */
const char *lab_fault_name(enum lab_fault fault);

/* issue_cert with one fault in what comes out. Apart from that fault everything is right,
 * the signature included (but for LAB_WRONG_SIGNATURE). */
MUST_USE bool lab_issue(struct arena *a, struct bytes *out, struct world *w,
	const struct issue_spec *spec, enum lab_fault fault, const struct pubkey *pub,
	const struct cert *issuer, struct key *issuer_key, struct err *e);

#endif
