/* look: what a job's documents are and say, beside its orders.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef QY_DESK_LOOK_H
#define QY_DESK_LOOK_H

#include "base/reader.h"
#include "base/world.h"
#include "doc/order.h"
#include "qianyin/qianyin.h"

/* One job, as long as the process lives. */
struct work {
	struct arena *arena;
	struct world *world;
	const char *folder;
	qy_context *context;
	/* After work_look. */
	struct order_signed *orders;
	size_t count;
	size_t *first; /* number of each order's first document */
};

/* Files of the folder; in the arena. */
const char *work_file(const struct work *work, struct arena *a, const char *name);
const char *work_document(const struct work *work, struct arena *a, size_t i);

/* Turns an error of the library into ours; returns false. */
bool work_err(struct err *e, const struct qy_error *from);

/* Handles DESK_OP_LOOK. */
MUST_USE bool work_look(struct work *work, struct reader *request, struct err *e);

#endif
