/* stamper_ask: a stamper that asks a time stamping authority, over whatever carries
 * octets to it and back. SPDX-License-Identifier: Apache-2.0
 */
#ifndef QY_DOC_STAMPER_ASK_H
#define QY_DOC_STAMPER_ASK_H

#include "base/world.h"
#include "doc/stamper.h"
#include "doc/tsa.h"

/* Carries a TimeStampReq to an authority and brings its TimeStampResp, in the arena.
 * ERR_BUSY: it cannot be reached, or does not answer in time. */
typedef bool (*stamper_carry)(void *ctx, struct arena *a, struct bytes request,
	struct bytes *response, struct err *e);

struct stamper_ask {
	struct world *world; /* nonce, and the clock the answer is held against */
	stamper_carry carry;
	void *ctx;           /* of carry */
	enum digest_alg alg; /* of the imprints */
	struct bytes policy; /* content of an OID to ask for; empty: any */
};

/* A stamper that asks and checks every answer as timestamp_answer_check does. ask
 * outlives it. */
struct stamper stamper_that_asks(struct stamper_ask *ask);

/* A stamper with an authority of its own at hand: for tests and demonstrations. */
struct stamper_key {
	struct tsa_unit unit;
	struct tsa tsa;
	struct stamper_ask ask;
};

/* Fills `own`, which outlives the stamper, as do key and cert (DER). ERR_MALFORMED when
 * the certificate cannot be read. */
MUST_USE bool stamper_of_key(struct stamper *out, struct stamper_key *own,
	struct world *w, struct key *key, struct bytes cert, enum digest_alg alg,
	struct err *e);

#endif
