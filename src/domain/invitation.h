/* invitation: how a person comes into an organisation: a secret, good once, for a while.
 * SPDX-License-Identifier: Apache-2.0
 *
 * Whoever invites gets the secret once and passes it on in their own way; here stands
 * only its digest. Who accepts must bear the name it was made for.
 */
#ifndef QY_DOMAIN_INVITATION_H
#define QY_DOMAIN_INVITATION_H

#include "domain/registration.h"

enum { INVITATION_SECRET = 32 };

/* For a person of that name, into the actor's organisation, in a role up to one's own;
 * the legal representative only while the organisation waits for its check, which then
 * covers them. *secret: INVITATION_SECRET octets, the caller's. ERR_DENIED with a
 * sentence. */
MUST_USE bool invitation_make(struct app *app, const struct actor *actor,
	struct bytes for_name, enum member_role role, struct secret **secret,
	struct id *id, struct err *e);

enum invitation_state {
	INVITATION_OPEN = 1,
	INVITATION_USED = 2,
	INVITATION_WITHDRAWN = 3,
	INVITATION_EXPIRED = 4
};

struct invitation {
	struct id id, organisation;
	const char *organisation_name; /* "" in lists */
	const char *for_name;
	enum member_role role;
	enum invitation_state state;
	int64_t invited_at, expires_at;
};

/* What an invitation says, to whoever brings its secret. ERR_NOT_FOUND: there is none. */
MUST_USE bool invitation_see(struct app *app, struct arena *a, struct bytes secret,
	struct invitation *out, struct err *e);

/* Accepts, once: nobody (with person, login and password: both are made) or an account
 * (of whose person only the name counts). ERR_DENIED with a sentence: used, withdrawn,
 * expired, another name; ERR_ROLLBACK: is a member already. */
MUST_USE bool invitation_accept(struct app *app, const struct actor *actor,
	struct bytes secret, const struct newcomer *newcomer, struct registered *out,
	struct err *e);

/* It opens nothing any more. ERR_ROLLBACK: it was used. */
MUST_USE bool invitation_withdraw(
	struct app *app, const struct actor *actor, struct id id, struct err *e);

/* Those of the actor's organisation, the latest first. */
MUST_USE bool invitation_page(struct app *app, const struct actor *actor, struct arena *a,
	const struct list_from *from, struct invitation **out, size_t *count, bool *more,
	struct err *e);

#endif
