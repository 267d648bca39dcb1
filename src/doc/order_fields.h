/* order_fields: what an order says, held against what its document says. Internal to
 * order_check. SPDX-License-Identifier: Apache-2.0
 */
#ifndef QY_DOC_ORDER_FIELDS_H
#define QY_DOC_ORDER_FIELDS_H

#include "doc/order_check.h"

/* Compares every field; list in the arena. *has_fields: the document carries fields of
 * its own. ERR_MALFORMED when it cannot be read. */
MUST_USE bool order_fields_compare(struct arena *a, const struct order_paper *paper,
	struct source *document, struct order_field_finding **list, bool *has_fields,
	struct err *e);

#endif
