/* id: names of rows: UUIDs of version 7, made by the client that inserts.
 * SPDX-License-Identifier: Apache-2.0
 *
 * 48 bits of milliseconds, then 74 random bits: they sort by time of making, and two
 * servers never need to ask each other for one. They are no secrets and open nothing.
 */
#ifndef QY_BASE_ID_H
#define QY_BASE_ID_H

#include "base/arena.h"
#include "base/err.h"
#include "base/world.h"

enum { ID_SIZE = 16, ID_TEXT = 2 * ID_SIZE };

struct id {
	uint8_t b[ID_SIZE];
};

//= RFC 9562 §5.7: unix_ts_ms, version 7, variant 10, the rest random
struct id id_new(struct world *w);

/* 32 lower-case hexadecimal digits, as they stand in addresses of pages; in the arena. */
char *id_text(struct arena *a, struct id id);

/* Reads exactly what id_text writes. ERR_NOT_FOUND: whoever asks for anything else asks
 * for what does not exist. */
MUST_USE bool id_parse(struct id *out, struct bytes text, struct err *e);

bool id_equal(struct id a, struct id b);
bool id_is_none(struct id id); /* all zero: names nothing */

static inline struct bytes id_bytes(const struct id *id)
{
	return bytes_make(id->b, ID_SIZE);
}

#endif
