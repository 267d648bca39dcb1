/* lease: of several servers on one database, one does what must be done once.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef QY_DOMAIN_LEASE_H
#define QY_DOMAIN_LEASE_H

#include "domain/app.h"

/* Takes or keeps a task for a while, by the world's clock. holder: this process, an id
 * made at its start. *mine: it is ours until then. *epoch rises with each change of
 * hands. */
MUST_USE bool lease_hold(struct app *app, const char *name, struct id holder,
	int64_t span, bool *mine, int64_t *epoch, struct err *e);
/* Gives it back, so that the next need not wait. */
MUST_USE bool lease_release(
	struct app *app, const char *name, struct id holder, struct err *e);

#endif
