/* rule_set: the rows in memory, between rule_read.c and rule.c.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef QY_DOMAIN_RULE_SET_H
#define QY_DOMAIN_RULE_SET_H

#include "domain/rule.h"

struct rules {
	struct arena *arena;
	struct rule_row *rows; /* by id, region, from */
	size_t count;
};

/* Orders rows by id, then region, then from. */
int rule_order(const struct rule_row *a, const struct rule_row *b);

#endif
