/* blob_use: see blob_use.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "domain/blob_use.h"

#include "domain/sql.h"

struct question {
	struct bytes name;
	int64_t rows;
};

static bool ask(struct tx *tx, void *ctx, struct err *e)
{
	AUTO(arena) a = arena_new();
	struct question *q = ctx;
	struct blob_use_row row;
	bool found;

	if (!blob_use(tx, a, q->name, &row, &found, e))
		return false;
	q->rows = row.rows;
	return true;
}

bool blob_is_used(void *ctx, const uint8_t name[BLOB_NAME], bool *used, struct err *e)
{
	struct app *app = ctx;
	struct question q = {.name = bytes_make(name, BLOB_NAME)};

	if (!db_tx(app->db, DB_READ, ask, &q, e))
		return false;
	*used = q.rows > 0;
	return true;
}
