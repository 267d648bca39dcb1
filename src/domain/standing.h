/* standing: whether who acts still is what its session said, at the moment of the act.
 * SPDX-License-Identifier: Apache-2.0
 *
 * A session is read when a request begins; until its transaction runs, the member may
 * have been ended, demoted, or the organisation suspended. So the right is asked again
 * inside, over the rows themselves.
 */
#ifndef QY_DOMAIN_STANDING_H
#define QY_DOMAIN_STANDING_H

#include "domain/actor.h"

enum organisation_state {
	ORGANISATION_PENDING = 1,
	ORGANISATION_ACTIVE = 2,
	ORGANISATION_SUSPENDED = 3
};

/* actor_require at tx_time, and then: a member is one now, in no lower role than the
 * session says, of an organisation that is not suspended; a supervisor belongs to an
 * active organisation; an administrator of the platform is one now. */
MUST_USE bool standing_require(struct tx *tx, const struct actor *actor, enum right right,
	struct id organisation, struct err *e);

/* The organisation is active: it may act towards others. ERR_DENIED with a sentence for
 * each state, ERR_NOT_FOUND. */
MUST_USE bool standing_active(struct tx *tx, struct id organisation, struct err *e);

#endif
