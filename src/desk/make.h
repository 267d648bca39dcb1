/* make: the signed file that answers an order.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef QY_DESK_MAKE_H
#define QY_DESK_MAKE_H

#include "desk/look.h"

/* Handles DESK_OP_MAKE; asks the parent to sign. */
MUST_USE bool work_make(struct work *work, struct reader *request, struct err *e);

#endif
