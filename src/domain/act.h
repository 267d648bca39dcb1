/* act: the record of what was done, by whom, for whom; a row in the transaction of its
 * effect. SPDX-License-Identifier: Apache-2.0
 *
 * What must be provable is here and not in the log. Rows become leaves of the ledger.
 */
#ifndef QY_DOMAIN_ACT_H
#define QY_DOMAIN_ACT_H

#include "domain/list.h"

enum { ACT_DETAIL_MAX = 4096 };

/* Puts one act at the time of the transaction. actor: null for the platform itself.
 * kind: "noun.verb", a literal. object: what it is about; id_is_none: nothing. detail: a
 * JSON object without anything secret, at most ACT_DETAIL_MAX octets; null: {}. */
MUST_USE bool act_put(struct tx *tx, struct app *app, const struct actor *actor,
	const char *kind, struct id object, const char *detail, struct err *e);

struct act_seen {
	struct id id;
	const char *kind, *who, *organisation, *address, *detail; /* who: masked login */
	int64_t at;
};
/* The acts of all, the latest first: for operators and supervisors. */
MUST_USE bool act_list(struct app *app, const struct actor *actor, struct arena *a,
	const struct list_from *from, struct act_seen **out, size_t *count, bool *more,
	struct err *e);

#endif
