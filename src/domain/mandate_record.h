/* mandate_record: what the legal representative signs (docs/formats/mandate.md).
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef QY_DOMAIN_MANDATE_RECORD_H
#define QY_DOMAIN_MANDATE_RECORD_H

#include "domain/mandate.h"

struct mandate_record {
	struct id id, person; /* of the delegate */
	const char *platform, *credit_code, *organisation, *principal;
	const char *delegate, *id_number_mask;
	unsigned acts;
	const char *kinds;
	bool has_amount;
	int64_t amount_max, valid_from, valid_to, made_at; /* whole seconds */
};

/* Canonical: names sorted, no white space, UTF-8 as it is. In the arena. */
struct bytes mandate_record_write(struct arena *a, const struct mandate_record *r);

/* The same as lines of an order. *count of them, in the arena. */
MUST_USE bool mandate_record_fields(struct arena *a, enum lang lang,
	const struct mandate_record *r, struct order_field **out, size_t *count,
	struct err *e);

#endif
