/* rows: what comes back from a statement, on its way into an arena; see driver.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "store/driver.h"

struct db_value db_cell_octets(struct arena *a, const void *p, size_t n)
{
	return (struct db_value){.b = arena_dup(a, bytes_make(p, n))};
}

struct db_value *db_rows_add(struct db_rows *r, struct err *e)
{
	if (r->rows == DB_ROWS_MAX) {
		(void)err_set(e, ERR_TOO_LARGE, "more than %d rows", DB_ROWS_MAX);
		return NULL;
	}
	if (r->rows == r->cap) {
		size_t cap = r->cap ? 2 * r->cap : 8;
		struct db_value *more =
			ARENA_ARRAY(r->arena, cap * r->width, struct db_value);

		if (r->rows)
			memcpy(more, r->cells, r->rows * r->width * sizeof *more);
		r->cells = more;
		r->cap = cap;
	}
	return r->cells + r->width * r->rows++;
}

bool db_column_fits(
	const struct db_statement *s, size_t at, const char *name, struct err *e)
{
	if (strcmp(s->out[at].name, name) == 0)
		return true;
	for (size_t i = 0; i < s->out_count; i++)
		if (strcmp(s->out[i].name, name) == 0)
			return err_set(e, ERR_IO,
				"%s: column %s stands where %s was declared", s->name,
				name, s->out[at].name);
	return true;
}
