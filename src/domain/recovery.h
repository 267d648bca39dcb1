/* recovery: account and password again, by the organisation's certificate alone, with all
 * of protocols §5. SPDX-License-Identifier: Apache-2.0
 *
 * Until the cool-off is over nothing is granted: the new password opens nothing and the
 * members keep all rights. Any other key of the organisation ends it with one signature;
 * so does reporting the asking key lost. It never runs across a deadline the organisation
 * has an interest in (table interest).
 */
#ifndef QY_DOMAIN_RECOVERY_H
#define QY_DOMAIN_RECOVERY_H

#include "domain/device.h"
#include "domain/proof.h"

enum recovery_state {
	RECOVERY_RUNNING = 1,
	RECOVERY_CANCELLED = 2,
	RECOVERY_DONE = 3,
	RECOVERY_REFUSED = 4
};

struct recovery_view {
	struct id id;
	const char *organisation, *login, *name;
	int64_t asked_at, ends_at;
	enum recovery_state state;
};

/* secret: the pre-session cookie. */
MUST_USE bool recovery_challenge(struct app *app, struct arena *a, enum lang lang,
	struct bytes secret, struct bytes *order, struct err *e);

struct recovery_request {
	struct bytes login;    /* of the account to recover, or a new name */
	struct bytes name;     /* of the person a new account is for; empty: recover */
	struct bytes password; /* the new one */
};
/* ERR_DENIED (say) for each of: certificate unknown, not usable, not known for 30 days,
 * itself by recovery, another one running, a deadline near, cancelled too often; an
 * account that is also somebody else's. */
MUST_USE bool recovery_ask(struct app *app, struct arena *a, struct bytes secret,
	struct bytes answer, const struct recovery_request *request,
	const struct client *client, struct recovery_view *out, struct err *e);

/* The one this browser asked for. */
MUST_USE bool recovery_see(struct app *app, struct arena *a, struct bytes secret,
	struct recovery_view *out, bool *found, struct err *e);
/* Those of the actor's organisation. */
MUST_USE bool recovery_list(struct app *app, struct arena *a, const struct actor *actor,
	struct recovery_view **out, size_t *count, struct err *e);

/* Anybody with another working key of the organisation; no account is needed. secret: the
 * cookie of session or pre-session. */
MUST_USE bool recovery_cancel_challenge(struct app *app, struct arena *a, enum lang lang,
	struct bytes secret, struct id recovery, struct bytes *order, struct err *e);
MUST_USE bool recovery_cancel(struct app *app, struct bytes secret, struct bytes answer,
	const struct client *client, struct err *e);

/* The operator saw them in person: cancelled attempts count no longer. */
MUST_USE bool recovery_allow(struct app *app, const struct actor *actor,
	struct id organisation, struct err *e);

/* A job: completes those whose cool-off is over, or refuses them. */
MUST_USE bool recovery_advance(struct app *app, size_t *done, struct err *e);
/* The same for the one that waits for a login name, before it logs in. */
MUST_USE bool recovery_advance_login(struct app *app, struct bytes login, struct err *e);

/* Inside another transaction: the key of these was reported lost. */
MUST_USE bool recovery_stop_in(struct tx *tx, struct app *app, struct arena *a,
	struct id credential, const struct actor *actor, struct err *e);

#endif
