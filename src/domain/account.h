/* account: what a person logs in with: a login name, perhaps a password, a language.
 * SPDX-License-Identifier: Apache-2.0
 *
 * Login names are folded: what differs only in case or width is one name. Passwords are
 * hashed outside of any transaction (account_password_make), since that takes its time.
 */
#ifndef QY_DOMAIN_ACCOUNT_H
#define QY_DOMAIN_ACCOUNT_H

#include "domain/app.h"

enum { ACCOUNT_LOGIN_MIN = 2, ACCOUNT_LOGIN_MAX = 64, ACCOUNT_FOLDED_MAX = 256 };
enum account_state { ACCOUNT_ACTIVE = 1, ACCOUNT_SUSPENDED = 2 };

/* The name as it is stored: Latin letters small, full-width forms made narrow. Letters,
 * digits, Chinese characters and . _ - @ only, ACCOUNT_LOGIN_MIN to _MAX characters;
 * ERR_USAGE (say) for anything else. */
MUST_USE bool account_login_fold(
	struct arena *a, struct bytes typed, struct bytes *folded, struct err *e);
/* "z***n": enough to recognise one's own. */
char *account_login_mask(struct arena *a, struct bytes login);

/* Is the password good enough for this login name? Rule `password`; not the name itself,
 * not one of those everybody tries first. ERR_USAGE (say). */
MUST_USE bool account_password_check(
	struct app *app, struct bytes login, struct bytes password, struct err *e);
/* Checks, then hashes it: the encoded form in the arena. */
MUST_USE bool account_password_make(struct app *app, struct arena *a, struct bytes login,
	struct bytes password, char **encoded, struct err *e);

struct account_new {
	struct id person;
	struct bytes login;   /* folded by account_login_fold */
	const char *password; /* by account_password_make; null: certificate only */
	enum lang lang;
};
/* For registration and invitations, inside their transaction. ERR_USAGE (say): the name
 * is taken, or the person has an account. */
MUST_USE bool account_create_in(struct tx *tx, struct app *app,
	const struct account_new *new, struct id *account, struct err *e);

/* Changes the actor's own password. old may be empty when the account has none, or after
 * a certificate was used (step-up). Ends the account's other sessions. ERR_PASSWORD: the
 * old one is wrong, or too many were (say). */
MUST_USE bool account_password_change(struct app *app, const struct actor *actor,
	struct bytes old, struct bytes new, struct err *e);

/* By the operator; suspending ends all its sessions. ERR_NOT_FOUND. */
MUST_USE bool account_suspend(struct app *app, const struct actor *actor,
	struct id account, bool suspended, struct err *e);

MUST_USE bool account_set_language(
	struct app *app, const struct actor *actor, enum lang lang, struct err *e);

#endif
