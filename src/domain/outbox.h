/* outbox: what the courier is to send, at least once: webhooks and mail.
 * SPDX-License-Identifier: Apache-2.0
 *
 * Put in the transaction of the act it tells of, so that nothing is told that did not
 * happen, and nothing that happened is forgotten. Whoever receives must bear a second
 * copy: each body carries an id of its own.
 */
#ifndef QY_DOMAIN_OUTBOX_H
#define QY_DOMAIN_OUTBOX_H

#include "domain/app.h"

enum { OUTBOX_BODY_MAX = 64 * 1024, OUTBOX_TRIES_MAX = 20, OUTBOX_TAKE_MAX = 100 };
#define OUTBOX_WEBHOOK "webhook"
#define OUTBOX_MAIL    "mail"

/* channel: one of the above. address: entered by the operator, or an account's mail; an
 * empty one puts nothing. ERR_TOO_LARGE. */
MUST_USE bool outbox_put(struct tx *tx, struct app *app, const char *channel,
	const char *address, const char *body, struct err *e);

struct outbox_item {
	struct id id;
	const char *channel, *address, *body;
	int64_t tries; /* this one included */
};

/* Takes up to max due ones, in the arena; nobody else gets them within lease_s seconds.
 * Then outbox_sent or outbox_failed; of neither, they come again when the lease is over.
 */
MUST_USE bool outbox_take(struct app *app, struct arena *a, size_t max, unsigned lease_s,
	struct outbox_item **out, size_t *count, struct err *e);
MUST_USE bool outbox_sent(struct app *app, struct id id, struct err *e);
/* The next try comes after 1, 2, 4 … minutes, at most six hours; after OUTBOX_TRIES_MAX
 * it is given up. why: one line, cut at 200 octets. */
MUST_USE bool outbox_failed(
	struct app *app, struct id id, const char *why, struct err *e);
/* For doctor: how many wait, since when the oldest does (TIME_NONE: none). */
MUST_USE bool outbox_look(
	struct app *app, int64_t *waiting, int64_t *oldest, struct err *e);

#endif
