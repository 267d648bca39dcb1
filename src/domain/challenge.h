/* challenge: R_B: issued for one browser, purpose and subject, answered once.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef QY_DOMAIN_CHALLENGE_H
#define QY_DOMAIN_CHALLENGE_H

#include "domain/app.h"

struct challenge_ask {
	enum order_login_purpose purpose;
	struct bytes secret;      /* the cookie it is bound to: pre-session or session */
	const struct id *subject; /* what it is about; null: nothing */
	const char *credit_code;  /* who may answer; null: anybody */
	const char *text;         /* what for, as the signer is shown it; null: none */
};
/* Draws R_B, has the keeper sign the order for it, and remembers it. The order, DER in
 * the arena, is for the agent. ERR_BUSY: the keeper is down. */
MUST_USE bool challenge_issue(struct app *app, struct arena *a,
	const struct challenge_ask *ask, struct bytes *order, struct err *e);

/* Marks the answer's challenge as answered, inside the transaction of what it is for. Of
 * several at once one wins. The token's expiry must be the one we wrote. ERR_DENIED
 * (say): not ours, too old, or answered before. subject: as it was asked; none: id of
 * zeros. */
MUST_USE bool challenge_take_in(
	struct tx *tx, const struct login_token *t, struct id *subject, struct err *e);

/* A job: forgets those whose time is over. */
MUST_USE bool challenge_tidy(struct app *app, struct err *e);

#endif
