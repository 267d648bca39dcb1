/* Both databases have the same tables and columns, and every statement of the domain fits
 * both. SPDX-License-Identifier: Apache-2.0
 */
#include <libpq-fe.h>
#include <sqlite3.h>
#include <string.h>

#include "base/buf.h"
#include "domain/sql.h"
#include "kit_db.h"

/* "table.column null|not\n" for each, sorted; schema_migration is the store's own. */
static char *columns_of_sqlite(struct kit *k)
{
	struct buf out = buf_make(1 << 20);
	sqlite3_stmt *st;
	sqlite3 *db;
	struct err e;
	char *text;

	assert_int_equal(
		sqlite3_open(arena_printf(k->a, "%s/qianyin.db", k->folder), &db), 0);
	assert_int_equal(
		sqlite3_prepare_v2(db,
			"SELECT m.name || '.' || c.name || CASE WHEN c.\"notnull\" OR "
			"c.pk "
			"THEN ' not' ELSE ' null' END FROM sqlite_master m, "
			"pragma_table_info(m.name) c WHERE m.type = 'table' AND m.name "
			"NOT "
			"LIKE 'sqlite%' AND m.name <> 'schema_migration' ORDER BY 1",
			-1, &st, NULL),
		0);
	while (sqlite3_step(st) == SQLITE_ROW) {
		assert_true(buf_put(
			&out, bytes_str((const char *)sqlite3_column_text(st, 0)), &e));
		assert_true(buf_put(&out, BYTES("\n"), &e));
	}
	(void)sqlite3_finalize(st);
	(void)sqlite3_close(db);
	text = arena_str(k->a, buf_bytes(&out));
	buf_fini(&out);
	return text;
}

static char *columns_of_postgres(struct kit *k)
{
	struct buf out = buf_make(1 << 20);
	PGconn *pg = PQconnectdb(k->conf.url);
	PGresult *r = PQexec(pg, "SELECT (table_name || '.' || column_name || CASE "
				 "is_nullable WHEN 'NO' THEN ' "
				 "not' ELSE ' null' END) COLLATE \"C\" FROM "
				 "information_schema.columns WHERE "
				 "table_schema = current_schema() AND table_name <> "
				 "'schema_migration' ORDER BY 1");
	struct err e;
	char *text;

	for (int i = 0; i < PQntuples(r); i++) {
		assert_true(buf_put(&out, bytes_str(PQgetvalue(r, i, 0)), &e));
		assert_true(buf_put(&out, BYTES("\n"), &e));
	}
	PQclear(r);
	PQfinish(pg);
	text = arena_str(k->a, buf_bytes(&out));
	buf_fini(&out);
	return text;
}

static void both_describe_the_same_columns(void **state)
{
	struct kit *k = kit_of(state);
	struct kit_kind kind = {.postgres = false, .set = &domain_statements};
	void *other = &kind;
	char *here = columns_of_postgres(k), *there;

	assert_int_equal(kit_setup(&other), 0);
	there = columns_of_sqlite(other);
	assert_true(strlen(there) > 1000);
	assert_string_equal(here, there);
	assert_int_equal(kit_teardown(&other), 0);
}

/* The kit has opened it: every statement is prepared and its columns compared. */
static void every_statement_fits(void **state)
{
	struct kit *k = kit_of(state);
	struct err e;

	assert_non_null(k->db);
	assert_true(domain_statements.count > 0);
	assert_true(db_ping(k->db, &e));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		ON_BOTH(&domain_statements, every_statement_fits),
		ON_ONE(&domain_statements, both_describe_the_same_columns, true, false,
			"both_describe_the_same_columns"),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
