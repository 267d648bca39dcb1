/* ledger_standing: the platform's word that a bid stands: neither withdrawn nor replaced
 * by what lies under the closing checkpoint, and which deadline was in force.
 * SPDX-License-Identifier: Apache-2.0
 *
 * That something is not in a ledger, no short proof shows. So the log key says it, under
 * a user id of its own, naming bid and closing checkpoint: a withdrawal found under that
 * checkpoint later convicts it with this paper alone.
 */
#ifndef QY_DOC_LEDGER_STANDING_H
#define QY_DOC_LEDGER_STANDING_H

#include "doc/ledger.h"

struct standing {
	struct bytes platform, tender;
	uint8_t bid[32], header[SM3_SIZE];
	uint8_t checkpoint[SM3_SIZE]; /* the closing one */
	int64_t deadline;             /* in force when the tender closed */
	int64_t time;
	struct ledger_signed as; /* reading */
};

/* Signs with the log key. DER in the arena; ERR_USAGE for what the reader refuses. */
MUST_USE bool standing_sign(struct arena *a, struct bytes *out, struct world *w,
	const struct standing *s, struct key *key, struct err *e);
MUST_USE bool standing_read(
	struct standing *out, struct arena *a, struct bytes der, struct err *e);
bool standing_holds(const struct standing *s, const struct ledger_view *view);

#endif
