/* opinion_work: what the parts of an opinion share while it is being formed.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef QY_PKI_OPINION_WORK_H
#define QY_PKI_OPINION_WORK_H

#include "base/time.h"
#include "pki/chain.h"

struct opinion_work {
	struct opinion *o;
	struct arena *a;
	struct arena *scratch; /* of the search, gone with it */
	enum lang lang;
	const struct opinion_request *r;
	const struct evidence *extras;      /* of the store; null without one */
	const struct cert *path[CHAIN_MAX]; /* the leaf alone unless chained */
	size_t count;
	int64_t fell[CHAIN_MAX]; /* when revoked or suspended, INT64_MAX: never */
	bool chained;
	unsigned checks; /* signature checks left */
};

/* Enters a result: the worse one stays, of equal ones the one with the sub-indication
 * that stands first in subs.tbl; details of equal results are joined. */
void opinion_put(struct opinion_work *w, struct check *c, enum check_result result,
	enum sub sub, const char *rule, const char *detail);

/* The last moment a status list or answer may claim for itself, against clocks that are
 * a little fast. */
enum { STATUS_SKEW_MINUTES = 5 };

/* Are the algorithms of the path sound as of when its certificates are proven? */
void opinion_algorithms(struct opinion_work *w);
void opinion_validity(struct opinion_work *w);
void opinion_revocation(struct opinion_work *w);
void opinion_usage(struct opinion_work *w);
void opinion_licence(struct opinion_work *w);

#endif
