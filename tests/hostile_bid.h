/* hostile_bid: bids as only a dishonest bidder makes them, for tests and the demo: each
 * is signed and whole, and what is wrong with it shows at the opening at the latest.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef QY_TESTS_HOSTILE_BID_H
#define QY_TESTS_HOSTILE_BID_H

#include "doc/qyb_pack.h"

enum hostile {
	/* Trustees 1 to t rebuild one secret and t to 2t-1 another, every commitment
	 * honest: whoever picks the trustees picks the price. */
	HOSTILE_TWO_SECRETS,
	/* The same, and the first chunk opens under both keys, to different prices. */
	HOSTILE_TWO_PRICES,
	/* The shares lie on no polynomial of degree t-1. */
	HOSTILE_NO_POLYNOMIAL,
	/* A trustee's envelope holds something else than its commitment. */
	HOSTILE_FALSE_ENVELOPE,
	/* A trustee's commitment is of something else than its share. */
	HOSTILE_FALSE_COMMITMENT,
	/* An envelope no key opens, with an honest commitment. */
	HOSTILE_NOISE,
	/* COM of another secret. */
	HOSTILE_OTHER_COM,
	HOSTILE_COUNT
};
const char *hostile_name(enum hostile h);

/* Packs one part (spec->parts[0], at most 65528 octets, a price) so. Policy
 * owner-or-trustees with at least 2t-1 trustees; header in clear. DER and all in the
 * arena. second: the other price. */
MUST_USE bool hostile_pack(struct bytes *out, struct arena *a, struct world *w,
	const struct qyb_pack_spec *spec, enum hostile how, struct bytes second,
	struct err *e);

#endif
