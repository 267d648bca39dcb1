/* kit_db: see kit_db.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "kit_db.h"

#include <ftw.h>
#include <libpq-fe.h>
#include <sqlite3.h>
#include <string.h>

#include "base/mem.h"

static int64_t kit_now(struct world *w)
{
	struct kit *k = (struct kit *)((char *)w - offsetof(struct kit, world));

	return k->now == TIME_NONE ? world_system()->now(world_system()) : k->now;
}

static void kit_random(struct world *w, void *p, size_t n)
{
	(void)w;
	world_system()->random(world_system(), p, n);
}

struct kit *kit_of(void **state)
{
	struct kit *k = *state;

	if (k->missing)
		SKIP("%s", k->missing);
	return k;
}

/* --- SQL beside the db ------------------------------------------------------------- */

static void postgres_sql(const char *url, const char *sql)
{
	PGconn *pg = PQconnectdb(url);
	PGresult *r = PQexec(pg, sql);

	if (PQresultStatus(r) != PGRES_COMMAND_OK && PQresultStatus(r) != PGRES_TUPLES_OK)
		fail_msg("%s: %s", sql, PQerrorMessage(pg));
	PQclear(r);
	PQfinish(pg);
}

static void sqlite_sql(struct kit *k, const char *sql)
{
	sqlite3 *db;

	assert_int_equal(
		sqlite3_open(arena_printf(k->a, "%s/qianyin.db", k->folder), &db),
		SQLITE_OK);
	(void)sqlite3_busy_timeout(db, 5000);
	if (sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK)
		fail_msg("%s: %s", sql, sqlite3_errmsg(db));
	(void)sqlite3_close(db);
}

void kit_sql(struct kit *k, const char *sql)
{
	if (k->postgres)
		postgres_sql(k->conf.url, sql);
	else
		sqlite_sql(k, sql);
}

/* --- a place for one test ---------------------------------------------------------- */

static void place_postgres(struct kit *k)
{
	const char *url = getenv("QIANYIN_TEST_POSTGRES");
	uint8_t name[8];
	char *hex;

	k->postgres = true;
	if (!url || !url[0]) {
		k->missing = "no PostgreSQL (tests/run starts one and sets "
			     "QIANYIN_TEST_POSTGRES)";
		return;
	}
	kit_random(NULL, name, sizeof name);
	hex = arena_printf(k->a, "t_%02x%02x%02x%02x%02x%02x%02x%02x", name[0], name[1],
		name[2], name[3], name[4], name[5], name[6], name[7]);
	k->schema = hex;
	postgres_sql(url, arena_printf(k->a, "CREATE SCHEMA %s", hex));
	k->conf.url = arena_printf(k->a, "%s&options=-csearch_path%%3D%s", url, hex);
}

static void place_sqlite(struct kit *k)
{
	const char *at = getenv("TEST_TMP");

	k->folder = arena_printf(k->a, "%s/qianyin-db-XXXXXX", at && at[0] ? at : "/tmp");
	assert_non_null(mkdtemp(k->folder));
	k->conf.url = arena_printf(k->a, "sqlite:%s", k->folder);
}

static void migrate(struct kit *k)
{
	struct db_conf old = k->conf;
	AUTO(db) db = NULL;
	unsigned applied;
	struct err e;

	old.may_be_old = true;
	if (!db_open(&db, &old, k->set, &e) || !db_migrate(db, &applied, &e))
		fail_msg("%s", e.text);
	if (!db_open(&k->db, &k->conf, k->set, &e))
		fail_msg("%s", e.text);
}

int kit_setup(void **state)
{
	const struct kit_kind *kind = *state;
	struct kit *k = NEW(struct kit);

	k->a = arena_new();
	k->set = kind->set;
	k->now = TIME_NONE;
	k->world = (struct world){kit_now, kit_random};
	k->conf.world = &k->world;
	if (kind->postgres)
		place_postgres(k);
	else
		place_sqlite(k);
	if (!k->missing && !kind->empty)
		migrate(k);
	*state = k;
	return 0;
}

static int unlink_one(const char *path, const struct stat *st, int type, struct FTW *at)
{
	(void)st;
	(void)type;
	(void)at;
	return remove(path);
}

int kit_teardown(void **state)
{
	struct kit *k = *state;

	db_free(k->db);
	if (k->schema)
		postgres_sql(getenv("QIANYIN_TEST_POSTGRES"),
			arena_printf(k->a,
				"SET client_min_messages = warning; DROP SCHEMA %s "
				"CASCADE",
				k->schema));
	if (k->folder)
		(void)nftw(k->folder, unlink_one, 8, FTW_DEPTH | FTW_PHYS);
	arena_free(k->a);
	mem_free(k);
	return 0;
}
