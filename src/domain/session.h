/* session: who is logged in: a secret in the browser's cookie, its digest here.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef QY_DOMAIN_SESSION_H
#define QY_DOMAIN_SESSION_H

#include "domain/device.h"

enum { SESSION_SECRET = 32, SESSION_CSRF = 32 };

/* A fresh cookie for who is not logged in yet: login challenges are bound to it
 * (protocols §5). Not kept anywhere. */
struct secret *session_presecret(struct app *app);

struct session_new {
	struct id account, person;
	enum assurance assurance;
	/* With a certificate: which, and the organisation it is bound to (none: that of a
	 * person). Null: by password. */
	const struct id *credential, *organisation;
};
/* Begins one, inside the login's transaction. By password it acts for the organisation
 * the person has belonged to longest. *secret: for the cookie, given this once. */
MUST_USE bool session_begin_in(struct tx *tx, struct app *app,
	const struct session_new *new, const struct client *client, struct id *session,
	struct secret **secret, struct err *e);

/* Who acts? In one reading transaction; that it was seen is written at most once a
 * minute. address is borrowed. ERR_DENIED (say): there is none, or it has ended: log in
 * again. */
MUST_USE bool session_resolve(struct app *app, struct bytes secret, const char *address,
	struct actor *actor, struct err *e);

/* The token that forms of this session carry, and whether one is right (in constant
 * time). Derived from the secret: nothing is stored. */
void session_csrf(struct bytes secret, uint8_t out[SESSION_CSRF]);
bool session_csrf_is(struct bytes secret, struct bytes given);

struct session_view {
	struct id id;
	const char *organisation; /* "" none */
	enum assurance assurance;
	int64_t created_at, seen_at, expires_at;
	const char *address, *agent;
	bool is_this;
};
/* The actor's own that last. */
MUST_USE bool session_list(struct app *app, struct arena *a, const struct actor *actor,
	struct session_view **out, size_t *count, struct err *e);
/* Ends one of the actor's own; the one it acts in: logs out. ERR_NOT_FOUND. */
MUST_USE bool session_revoke(
	struct app *app, const struct actor *actor, struct id session, struct err *e);
MUST_USE bool session_revoke_others(
	struct app *app, const struct actor *actor, int64_t *ended, struct err *e);

struct membership_view {
	struct id organisation;
	const char *name;
	uint32_t kinds;
	int state;
	enum member_role role;
	bool is_current;
};
MUST_USE bool session_memberships(struct app *app, struct arena *a,
	const struct actor *actor, struct membership_view **out, size_t *count,
	struct err *e);
/* From now on the session acts for another organisation of the person's. A certificate of
 * the one it leaves counts for nothing there. ERR_NOT_FOUND. */
MUST_USE bool session_switch(struct app *app, const struct actor *actor,
	struct id organisation, struct err *e);

/* A job: removes sessions that ended 30 days ago or more. */
MUST_USE bool session_tidy(struct app *app, struct err *e);

#endif
