/* record: what a verdict rested on: the octets of every certificate, list, answer and
 * stamp that decided it, so that they can be frozen.
 * SPDX-License-Identifier: Apache-2.0
 *
 * Whoever judges enters here what was decisive, and what was looked for and not there.
 */
#ifndef QY_PKI_RECORD_H
#define QY_PKI_RECORD_H

#include "base/arena.h"
#include "pki/cert.h"

enum record_type { RECORD_CERT, RECORD_CRL, RECORD_OCSP, RECORD_TIMESTAMP };

enum { RECORD_MAX = 10000 };

struct record_item {
	enum record_type type;
	struct bytes der;
	uint8_t sm3[SM3_SIZE];
};

/* The state of this certificate is not known as of this time. */
struct record_gap {
	const char *subject, *issuer;
	uint8_t sm3[SM3_SIZE]; /* of the certificate */
	int64_t at;            /* a status must not be older */
};

struct record {
	struct arena *arena;
	struct record_item *items;
	size_t count, cap;
	struct record_gap *gaps;
	size_t gap_count, gap_cap;
};

struct record *record_new(struct arena *a);

/* Enters octets, which are copied; the same ones once. A null record, and beyond
 * RECORD_MAX: nothing happens. */
void record_put(struct record *r, enum record_type type, struct bytes der);
/* Enters a gap; the same certificate once, with the latest time. */
void record_miss(struct record *r, const struct cert *c, int64_t at);

#endif
