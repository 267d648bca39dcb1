/* kit_db: a fresh database for each test, of both kinds.
 * SPDX-License-Identifier: Apache-2.0
 *
 * ON_BOTH(statements, f) in a list of tests runs f on SQLite in a folder of its own and
 * on PostgreSQL in a schema of its own; each case gets its struct kit through *state.
 * tests/run starts a PostgreSQL for the whole run and says where in
 * QIANYIN_TEST_POSTGRES; where it is missing the case is skipped, loudly.
 */
#ifndef QY_TESTS_KIT_DB_H
#define QY_TESTS_KIT_DB_H

#include "store/db.h"
#include "unit.h"

struct kit {
	struct arena *a;
	struct db *db;       /* migrated, open */
	struct db_conf conf; /* as it was opened: for opening it a second time */
	const struct db_statements *set;
	struct world world; /* the clock is `now` below; the randomness the system's */
	int64_t now;        /* TIME_NONE: the system's */
	bool postgres;
	char *schema, *folder;
	const char *missing; /* why there is no database */
};

struct kit_kind {
	bool postgres;
	bool empty; /* not migrated, not open */
	const struct db_statements *set;
};

/* The kit of a case; skips it when there is no such database here. */
struct kit *kit_of(void **state);
int kit_setup(void **state);
int kit_teardown(void **state);
/* Runs SQL beside the db, as an operator would. */
void kit_sql(struct kit *k, const char *sql);

#define ON_ONE(set_, f, postgres_, empty_, name_)                     \
	{                                                             \
		name_, f, kit_setup, kit_teardown, &(struct kit_kind) \
		{                                                     \
			postgres_, empty_, set_                       \
		}                                                     \
	}
#define ON_BOTH(set, f)                                \
	ON_ONE(set, f, false, false, #f "_on_sqlite"), \
		ON_ONE(set, f, true, false, #f "_on_postgresql")
/* The database is there and empty; the test opens it. */
#define ON_BOTH_EMPTY(set, f)                         \
	ON_ONE(set, f, false, true, #f "_on_sqlite"), \
		ON_ONE(set, f, true, true, #f "_on_postgresql")

#endif
