/* recovery_end: how a recovery ends; between the files of recovery.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef QY_DOMAIN_RECOVERY_END_H
#define QY_DOMAIN_RECOVERY_END_H

#include "domain/recovery.h"

struct recovery_row_row; /* domain/sql.h */

/* Is the person of this organisation and of nothing else, neither another one nor the
 * platform? */
MUST_USE bool recovery_is_alone(struct tx *tx, struct arena *a, struct id person,
	struct id organisation, bool *alone, struct err *e);

/* Ended by another key (by), or by the loss of its own (null). */
MUST_USE bool recovery_end_cancelled(struct tx *tx, struct app *app, struct arena *a,
	struct id id, const struct recovery_row_row *r, const struct actor *actor,
	const struct id *by, struct err *e);

#endif
