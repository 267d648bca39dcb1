/* poe: proofs of existence: since when something is known to have been there.
 * SPDX-License-Identifier: Apache-2.0
 *
 * Long after a signature, its certificates have lapsed and its algorithms may be broken.
 * What still counts is that a later time stamp, good in its own right, covered it while
 * it was sound. Whoever verifies such a stamp enters here what it covers; whoever judges
 * a certificate, a token, a CRL or an answer asks here as of when.
 */
#ifndef QY_PKI_POE_H
#define QY_PKI_POE_H

#include "base/arena.h"

enum { POE_MAX = 200000 };

struct poe;

struct poe *poe_new(struct arena *a);

/* These octets (a whole token, certificate, CRL, answer or signature value, as stored)
 * existed at `at`. The earliest of several counts. Beyond POE_MAX they are dropped, which
 * can only make a verdict worse. */
void poe_add(struct poe *p, struct bytes object, int64_t at);

/* The earliest time at which they are proven to have existed, else `now`. A null p knows
 * nothing. */
//= ETSI EN 319 102-1 §5.6.2.3: the earliest proof of existence of an object, else the current time
int64_t poe_time(const struct poe *p, struct bytes object, int64_t now);

#endif
