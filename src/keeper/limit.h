/* limit: how many secret values are opened within a time, by each reader and in all.
 * SPDX-License-Identifier: Apache-2.0
 *
 * The window slides by a 60th of itself. Counts may stand in a file mapped into memory:
 * then killing the keeper does not set them back. Readers beyond LIMIT_READERS at once
 * share one count, and a full table is thus never a way around the limit.
 */
#ifndef QY_KEEPER_LIMIT_H
#define QY_KEEPER_LIMIT_H

#include "base/err.h"
#include "base/id.h"
#include "base/mem.h"

enum { LIMIT_SLOTS = 60, LIMIT_READERS = 1024 };

struct limit_rule {
	uint32_t per_reader, total; /* openings within … */
	uint32_t window_s;          /* at least LIMIT_SLOTS */
};

struct limit;

/* path: the file of counts, made if need be; null: in memory only. One whose octets are
 * no counts starts at zero. ERR_USAGE: a rule that is none; ERR_WRITE. */
MUST_USE bool limit_open(struct limit **out, const char *path,
	const struct limit_rule *rule, struct err *e);
void limit_free(struct limit *l);
AUTO_DEFINE(limit);

/* Counts one opening at `now`. ERR_DENIED, and nothing counted, when it is one too many.
 */
MUST_USE bool limit_take(
	struct limit *l, const struct id *reader, int64_t now, struct err *e);

/* Counted in the window that ends at `now`, in all. */
uint32_t limit_total(const struct limit *l, int64_t now);

#endif
