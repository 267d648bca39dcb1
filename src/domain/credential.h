/* credential: a certificate bound to a party (protocols §5).
 * SPDX-License-Identifier: Apache-2.0
 *
 * Named by its SM3 and the anchor it chained to. The first one of an organisation is
 * bound once the organisation was checked independently of any certificate; a further one
 * waits out a cool-off announced to all, or until a bound one vouches for it. Renewal
 * keeps binding and holder.
 */
#ifndef QY_DOMAIN_CREDENTIAL_H
#define QY_DOMAIN_CREDENTIAL_H

#include "domain/proof.h"

enum credential_use { CREDENTIAL_SIGNS = 1, CREDENTIAL_ENCRYPTS = 2 };
enum credential_state {
	CREDENTIAL_COOLING = 1,
	CREDENTIAL_BOUND = 2,
	CREDENTIAL_LOST = 3,
	CREDENTIAL_REPLACED = 4,
	CREDENTIAL_REFUSED = 5,
	CREDENTIAL_ENDED = 6
};
enum credential_how {
	CREDENTIAL_FIRST = 1,   /* after a check of the organisation */
	CREDENTIAL_VOUCHED = 2, /* by one that was bound */
	CREDENTIAL_COOLED = 3,  /* nobody objected */
	CREDENTIAL_RENEWAL = 4,
	CREDENTIAL_RECOVERED = 5 /* by who came in by a recovery: makes none itself */
};

struct credential {
	struct id id, organisation, person, holder; /* none: zeros */
	uint8_t sm3[SM3_SIZE], anchor[SM3_SIZE], key[SM3_SIZE];
	const char *ca_name, *subject, *serial;
	enum credential_use use;
	bool in_token;
	int64_t not_before, not_after;
	enum credential_state state;
	enum credential_how how;
	int64_t known_since, bound_at, usable_at, ended_at;
};

/* By id, or (id of zeros) by the digest of the certificate. Texts in the arena. */
MUST_USE bool credential_find_in(struct tx *tx, struct arena *a, struct id id,
	struct bytes sm3, struct credential *out, bool *found, struct err *e);

/* Bound, its cool-off over, within its dates. What the CA says of it is asked elsewhere.
 */
bool credential_is_usable(const struct credential *c, int64_t at);
/* Why it is not, as a refusal with a cure for each cause: lost, cooling off until …,
 * replaced, refused, ended, expired. */
bool credential_refuse_unusable(const struct credential *c, int64_t at, struct err *e);
/* Rule recovery.credential-age: known for 30 days and not itself added by recovery. */
MUST_USE bool credential_may_recover(const struct app *app, const struct credential *c,
	int64_t at, bool *may, struct err *e);
/* First ones, vouched ones and renewals once they are bound; one that nobody vouched for
 * or that came by a recovery after rule credential.bid-age (7 days). */
MUST_USE bool credential_may_touch_bids(const struct app *app, const struct credential *c,
	int64_t at, bool *may, struct err *e);

/* --- binding -----------------------------------------------------------------------
 */

struct credential_bound {
	struct id id;
	enum credential_state state; /* COOLING: until usable_at, unless vouched for */
	enum credential_how how;
	int64_t usable_at;
};
/* secret: the session's cookie; the order of purpose binding goes to the agent with the
 * new certificate. */
MUST_USE bool credential_bind_challenge(struct app *app, struct arena *a,
	const struct actor *actor, struct bytes secret, struct bytes *order,
	struct err *e);
/* The actor becomes its holder. Without an organisation: a certificate of the actor's
 * own, by id number. in_token: what its holder says. ERR_DENIED, ERR_USAGE (say). */
MUST_USE bool credential_bind(struct app *app, const struct actor *actor,
	struct bytes secret, struct bytes answer, bool in_token,
	struct credential_bound *out, struct err *e);
/* An order to vouch for one that cools off, with a certificate that is bound; renews: the
 * one that vouches is replaced by it. */
MUST_USE bool credential_vouch_challenge(struct app *app, struct arena *a,
	const struct actor *actor, struct bytes secret, struct id credential,
	struct bytes *order, struct err *e);
MUST_USE bool credential_vouch(struct app *app, const struct actor *actor,
	struct bytes secret, struct bytes answer, bool renews, struct err *e);
/* One for encryption beside them: it cannot sign, so a bound one answers the order of
 * credential_bind_challenge for it. */
MUST_USE bool credential_bind_encryption(struct app *app, const struct actor *actor,
	struct bytes secret, struct bytes answer, struct bytes der, bool in_token,
	struct credential_bound *out, struct err *e);

/* --- afterwards --------------------------------------------------------------------
 */

MUST_USE bool credential_list(struct app *app, struct arena *a, const struct actor *actor,
	struct credential **out, size_t *count, struct err *e);
/* Objects to one that cools off. */
MUST_USE bool credential_refuse(
	struct app *app, const struct actor *actor, struct id credential, struct err *e);
/* Ends a binding, and the sessions begun with it. */
MUST_USE bool credential_end(
	struct app *app, const struct actor *actor, struct id credential, struct err *e);
/* The token went to another member: the handler left. */
MUST_USE bool credential_hand_over(struct app *app, const struct actor *actor,
	struct id credential, struct id person, struct err *e);
/* Which organisation runs the CA of an anchor; by the operator. */
MUST_USE bool credential_assign_ca(struct app *app, const struct actor *actor,
	struct bytes anchor, struct id organisation, struct err *e);

/* Jobs: ends cool-offs that are over; reminds holders by rule credential.warn. */
MUST_USE bool credential_advance(struct app *app, size_t *bound, struct err *e);
MUST_USE bool credential_remind(struct app *app, size_t *reminded, struct err *e);

#endif
