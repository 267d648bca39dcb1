/* list: where a page of a list begins: behind the key of the last row seen.
 * SPDX-License-Identifier: Apache-2.0
 *
 * Lists are read by key, never by counting rows away: the thousandth page costs what the
 * first does, and rows that come meanwhile move nothing.
 */
#ifndef QY_DOMAIN_LIST_H
#define QY_DOMAIN_LIST_H

#include "domain/app.h"

enum { LIST_USUAL = 20, LIST_MAX = 200, LIST_SEARCH_MAX = 200 /* octets searched for */ };

/* All zero: the first page. */
struct list_from {
	bool given;
	struct bytes text; /* of the last row, where the list is by name (folded) */
	int64_t at;        /* of the last row, where it is by time */
	struct id id;      /* of the last row */
	size_t count;      /* rows of a page; 0: LIST_USUAL; cut at LIST_MAX */
};

size_t list_count(const struct list_from *from);

/* The keys to go on from, rising and falling. ERR_USAGE: a text that no row can have. */
MUST_USE bool list_after_text(
	const struct list_from *from, struct bytes *text, struct id *id, struct err *e);
void list_after_time(const struct list_from *from, int64_t *at, struct id *id);
void list_before_time(const struct list_from *from, int64_t *at, struct id *id);

/* What was typed into a search field as a pattern for LIKE, in the arena; null for an
 * empty one. ERR_USAGE: too long, or no text. */
MUST_USE bool list_pattern(
	struct arena *a, struct bytes search, const char **out, struct err *e);

/* One row more than a page was read: are there more, and how many are the page's? */
size_t list_page(const struct list_from *from, size_t rows, bool *more);

#endif
