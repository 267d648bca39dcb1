/* device: wrong passwords are counted where they come from.
 * SPDX-License-Identifier: Apache-2.0
 *
 * A browser that logged in holds a cookie; its failures are its own. All browsers without
 * one share a count for each login name. Who guesses from elsewhere therefore stops other
 * strangers, never the owner's browser, and never a certificate. Names that do not exist
 * are counted in the same way, so that nothing tells which do.
 */
#ifndef QY_DOMAIN_DEVICE_H
#define QY_DOMAIN_DEVICE_H

#include "domain/app.h"

enum { DEVICE_SECRET = 32 };

/* Where a request came from. */
struct client {
	const char *address; /* of the client, "" unknown */
	const char *agent;   /* of its browser, any length */
	struct bytes device; /* the cookie, DEVICE_SECRET octets; empty: none */
};

/* One try of a password. */
struct attempt {
	uint8_t login[SM3_SIZE], device[SM3_SIZE]; /* the keys of its count */
	bool is_known;         /* the device logged in to this account before */
	int64_t blocked_until; /* TIME_NONE: go on */
	bool blocks;           /* the last free one: if it fails there is a pause */
};

/* Counts a try as failed before it is made, so that many at once gain nothing; tells
 * when it may not be made. account: none, where the name is nobody's. */
MUST_USE bool device_attempt_in(struct tx *tx, struct app *app, struct bytes login,
	struct id account, const struct client *client, struct attempt *out,
	struct err *e);
/* The same for a password asked of somebody who is logged in. */
MUST_USE bool device_attempt_session_in(struct tx *tx, struct app *app,
	struct bytes login, struct id session, struct attempt *out, struct err *e);
/* The password was right: the count begins anew. */
MUST_USE bool device_forgive_in(struct tx *tx, const struct attempt *t, struct err *e);
/* The account logged in from a device, by whatever means: it is known from now on.
 * *fresh: the cookie to give to the browser; null: it has one of ours already. */
MUST_USE bool device_remember_in(struct tx *tx, struct app *app, struct id account,
	const struct client *client, struct secret **fresh, struct err *e);
/* The password is another one now: all counts of the name end, and, after a recovery,
 * no device is known any more. */
MUST_USE bool device_reset_in(
	struct tx *tx, struct bytes login, struct id account, bool forget, struct err *e);

/* A job: removes counts and devices that nobody used for long. */
MUST_USE bool device_tidy(struct app *app, struct err *e);

#endif
