/* loss: a key reported lost: it stops at once, the hour is recorded, the CA is told.
 * SPDX-License-Identifier: Apache-2.0
 *
 * Reporting needs a password only, for the certificate may be gone. It stops keys of the
 * actor's own organisation and no others, and only so many a day (rule loss.limit). A
 * second member confirms it or takes it back within the time of rule loss.confirm; what
 * nobody took back stays lost.
 */
#ifndef QY_DOMAIN_LOSS_H
#define QY_DOMAIN_LOSS_H

#include "domain/app.h"

enum { LOSS_REASON_MAX = 500 };

MUST_USE bool loss_report(struct app *app, const struct actor *actor,
	struct id credential, struct bytes reason, struct id *loss, struct err *e);
/* Another member than the one who reported it, or the legal representative. */
MUST_USE bool loss_confirm(
	struct app *app, const struct actor *actor, struct id loss, struct err *e);
MUST_USE bool loss_withdraw(
	struct app *app, const struct actor *actor, struct id loss, struct err *e);

struct loss_view {
	struct id id, credential;
	const char *subject, *reason;
	int64_t reported_at, confirm_until;
	int64_t confirmed_at, withdrawn_at, ca_told_at; /* TIME_NONE: not */
};
MUST_USE bool loss_list(struct app *app, struct arena *a, const struct actor *actor,
	struct loss_view **out, size_t *count, struct err *e);

#endif
