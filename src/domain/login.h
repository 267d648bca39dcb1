/* login: by password, by certificate, and a certificate within a session (step-up).
 * SPDX-License-Identifier: Apache-2.0
 *
 * How many wrong passwords are borne stands in device.h; it never touches the login by
 * certificate. The token of a certificate login is doc/login.h.
 */
#ifndef QY_DOMAIN_LOGIN_H
#define QY_DOMAIN_LOGIN_H

#include "domain/session.h"

struct login_done {
	struct id account, session;
	struct secret *secret; /* of the session, for its cookie */
	struct secret *device; /* for the device's cookie; null: it has one */
	enum assurance assurance;
};
void login_done_fini(struct login_done *d);

/* Session, device and act of a login, inside its transaction: between login.c and
 * login_certificate.c. */
MUST_USE bool login_begin_in(struct tx *tx, struct app *app,
	const struct session_new *new, const struct client *client,
	struct login_done *done, struct err *e);

/* ERR_PASSWORD (say): name or password is wrong, which of them is not told. ERR_BUSY
 * (say): too many wrong ones from there; the text says until when. ERR_DENIED (say): the
 * account is suspended. */
MUST_USE bool login_by_password(struct app *app, struct bytes login,
	struct bytes password, const struct client *client, struct login_done *out,
	struct err *e);

/* secret: the pre-session cookie. The answer is the agent's to an order of
 * login_challenge. Refusals are told apart: see proof.h and credential_refuse_unusable.
 */
MUST_USE bool login_challenge(struct app *app, struct arena *a, struct bytes secret,
	struct bytes *order, struct err *e);
MUST_USE bool login_by_certificate(struct app *app, struct bytes secret,
	struct bytes answer, const struct client *client, struct login_done *out,
	struct err *e);

/* "Which account is mine?": to who just proved to have the key of one of its
 * certificates, bound or not. */
struct login_whose {
	const char *organisation;
	const char *logins[20]; /* masked */
	size_t count;
	bool is_bound; /* the certificate itself is */
};
MUST_USE bool login_whose(struct app *app, struct arena *a, struct bytes secret,
	struct bytes answer, struct login_whose *out, struct err *e);

/* Within a session: what is asked for, as the signer is shown it; secret: the session's
 * cookie. Afterwards acts that need a certificate pass for the minutes of rule
 * step-up.life. The certificate must be the actor's own, of the organisation it acts for.
 */
MUST_USE bool login_step_up_challenge(struct app *app, struct arena *a,
	const struct actor *actor, struct bytes secret, const char *text,
	struct bytes *order, struct err *e);
MUST_USE bool login_step_up(struct app *app, const struct actor *actor,
	struct bytes secret, struct bytes answer, int64_t *until, struct err *e);

#endif
