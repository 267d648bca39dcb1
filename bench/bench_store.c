/* bench_store: transactions that write, and pages of lists, on both databases.
 * usage: bench_store FOLDER   (on a disk; PostgreSQL by QIANYIN_TEST_POSTGRES)
 * SPDX-License-Identifier: Apache-2.0
 *
 * By the clock on the wall: who waits for the disk or a server uses no processor. Each
 * transaction is durable (synchronous=FULL, fsync on). The peers of writing are the bare
 * libraries with the same statement and the same settings, their threads left to
 * busy_timeout; of paging it is LIMIT … OFFSET at the same place.
 */
#include <libpq-fe.h>
#include <pthread.h>
#include <sqlite3.h>

#include "base/id.h"
#include "base/mem.h"
#include "base/world.h"
#include "bench.h"
#include "bench_store_sql.h"
#include "store/db.h"

enum { THREADS = 8, PAGE = 50 };
#define WRITE_S 2.0
#define READ_S  0.5
#define FIRST   INT64_C(1700000000000000) /* time of row 0; one a millisecond */

static const char *folder;

static void must(bool ok, const char *what, const char *why)
{
	if (ok)
		return;
	(void)fprintf(stderr, "bench_store: %s: %s\n", what, why);
	exit(1);
}

static double wall(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* --- the databases ------------------------------------------------------------------ */

static struct db *open_db(const char *url)
{
	struct db_conf conf = {.url = url,
		.world = world_system(),
		.may_be_old = true,
		.wait_ms = 60000};
	struct db *db = NULL;
	unsigned applied;
	struct err e = {0};

	must(db_open(&db, &conf, &bench_statements, &e) && db_migrate(db, &applied, &e),
		url, e.text);
	db_free(db);
	conf.may_be_old = false;
	must(db_open(&db, &conf, &bench_statements, &e), url, e.text);
	return db;
}

static sqlite3 *open_sqlite(void)
{
	AUTO(arena) a = arena_new();
	sqlite3 *s = NULL;

	must(sqlite3_open(arena_printf(a, "%s/qianyin.db", folder), &s) == SQLITE_OK,
		"sqlite3", "open");
	(void)sqlite3_busy_timeout(s, 60000);
	must(sqlite3_exec(s, "PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON", NULL,
		     NULL, NULL) == SQLITE_OK,
		"sqlite3", sqlite3_errmsg(s));
	return s;
}

static void sql(const char *postgres, const char *text)
{
	if (postgres) {
		PGconn *pg = PQconnectdb(postgres);
		PGresult *r = PQexec(pg, text);

		must(PQresultStatus(r) == PGRES_COMMAND_OK, text, PQerrorMessage(pg));
		PQclear(r);
		PQfinish(pg);
		return;
	}
	sqlite3 *s = open_sqlite();

	must(sqlite3_exec(s, text, NULL, NULL, NULL) == SQLITE_OK, text,
		sqlite3_errmsg(s));
	(void)sqlite3_close(s);
}

/* --- writing ------------------------------------------------------------------------ */

/* One writer: by our face, or by the bare library. */
struct writer {
	struct db *db;
	bool bare;
	const char *postgres;
	double until, longest; /* seconds */
	size_t done;
};

static bool put(struct tx *tx, void *ctx, struct err *e)
{
	const struct bench_put_in *in = ctx;

	return bench_put(tx, in, NULL, e);
}

static struct bench_put_in act_now(void)
{
	struct world *w = world_system();

	return (struct bench_put_in){
		id_new(w), w->now(w), id_new(w), BYTES("{\"what\":\"a small act\"}")};
}

static void put_ours(struct writer *w)
{
	struct bench_put_in in = act_now();
	struct err e = {0};

	must(db_tx(w->db, DB_WRITE, put, &in, &e), "write", e.text);
}

static void put_bare(sqlite3 *s, sqlite3_stmt *st)
{
	struct bench_put_in in = act_now();

	must(sqlite3_exec(s, "BEGIN IMMEDIATE", NULL, NULL, NULL) == SQLITE_OK, "BEGIN",
		sqlite3_errmsg(s));
	(void)sqlite3_bind_blob(st, 1, in.id.b, ID_SIZE, SQLITE_STATIC);
	(void)sqlite3_bind_int64(st, 2, in.at);
	(void)sqlite3_bind_blob(st, 3, in.object.b, ID_SIZE, SQLITE_STATIC);
	(void)sqlite3_bind_text(
		st, 4, (const char *)in.detail.p, (int)in.detail.n, SQLITE_STATIC);
	must(sqlite3_step(st) == SQLITE_DONE && sqlite3_reset(st) == SQLITE_OK &&
			sqlite3_exec(s, "COMMIT", NULL, NULL, NULL) == SQLITE_OK,
		"INSERT", sqlite3_errmsg(s));
}

static void *write_on(void *arg)
{
	struct writer *w = arg;
	sqlite3 *s = w->bare ? open_sqlite() : NULL;
	sqlite3_stmt *st = NULL;

	if (s)
		must(sqlite3_prepare_v2(s, bench_statements.all[0].sqlite, -1, &st,
			     NULL) == SQLITE_OK,
			"prepare", sqlite3_errmsg(s));
	for (double at = wall(); at < w->until; w->done++) {
		double now;

		if (s)
			put_bare(s, st);
		else
			put_ours(w);
		now = wall();
		w->longest = now - at > w->longest ? now - at : w->longest;
		at = now;
	}
	(void)sqlite3_finalize(st);
	(void)sqlite3_close(s);
	return NULL;
}

struct written {
	double rate, longest;
};

static struct written write_by(struct writer like, size_t threads)
{
	struct writer all[THREADS];
	pthread_t ids[THREADS];
	struct written sum = {0, 0};
	double start = wall();

	for (size_t i = 0; i < threads; i++) {
		all[i] = like;
		all[i].until = start + WRITE_S;
		must(pthread_create(&ids[i], NULL, write_on, &all[i]) == 0, "thread", "");
	}
	for (size_t i = 0; i < threads; i++) {
		(void)pthread_join(ids[i], NULL);
		sum.rate += (double)all[i].done / (wall() - start);
		sum.longest = all[i].longest > sum.longest ? all[i].longest : sum.longest;
	}
	return sum;
}

static void row(const char *what, const char *unit, double ours, double peer,
	const char *name, bool less_is_better)
{
	char text[2][24] = {"", ""};
	double ratio = peer > 0 ? (less_is_better ? peer / ours : ours / peer) : 0;

	(void)snprintf(text[0], sizeof text[0], "%.*f %s", ours < 10 ? 2 : 0, ours, unit);
	if (peer > 0)
		(void)snprintf(text[1], sizeof text[1], "%.*f %s", peer < 10 ? 2 : 0,
			peer, unit);
	bench_print(what, text[0], text[1], name, ratio);
}

static void writes_on_sqlite(struct db *db)
{
	const struct writer ours = {.db = db}, bare = {.bare = true};
	struct written mine = write_by(ours, 1), theirs = write_by(bare, 1);

	row("acts written, SQLite, 1 thread", "/s", mine.rate, theirs.rate, "sqlite3",
		false);
	mine = write_by(ours, THREADS);
	theirs = write_by(bare, THREADS);
	row("acts written, SQLite, 8 threads", "/s", mine.rate, theirs.rate, "sqlite3",
		false);
	row("  the longest that one waited", "ms", 1000 * mine.longest,
		1000 * theirs.longest, "busy_timeout", true);
}

static void writes_on_postgres(struct db *db)
{
	const struct writer ours = {.db = db};
	struct written mine = write_by(ours, 1);

	row("acts written, PostgreSQL, 1 thread", "/s", mine.rate, 0, "", false);
	mine = write_by(ours, THREADS);
	row("acts written, PostgreSQL, 8 threads", "/s", mine.rate, 0, "", false);
	row("  the longest that one waited", "ms", 1000 * mine.longest, 0, "", true);
}

/* --- pages ---------------------------------------------------------------------------
 */

struct page {
	struct arena *a;
	int64_t at;
	size_t count;
};

static bool read_page(struct tx *tx, void *ctx, struct err *e)
{
	struct page *p = ctx;
	struct bench_page_row *rows;

	return bench_page(tx, p->a, p->at, (struct id){{0}}, PAGE, &rows, &p->count, e);
}

/* Milliseconds for a page at a random place of n rows. */
static double page_ours(struct db *db, int64_t n)
{
	double start = wall();
	size_t pages = 0;

	for (; wall() - start < READ_S; pages++) {
		AUTO(arena) a = arena_new();
		struct page p = {.a = a};
		struct err e = {0};
		uint32_t random;

		world_system()->random(world_system(), &random, sizeof random);
		p.at = FIRST + 1000 * (random % (n - PAGE));
		must(db_tx(db, DB_READ, read_page, &p, &e), "page", e.text);
		must(p.count == PAGE, "page", "not full");
	}
	return 1000 * (wall() - start) / (double)pages;
}

static double page_by_offset(int64_t n)
{
	sqlite3 *s = open_sqlite();
	sqlite3_stmt *st = NULL;
	double start = wall();
	size_t pages = 0;

	must(sqlite3_prepare_v2(s,
		     "SELECT id, at, kind, detail FROM act ORDER BY at, id LIMIT 50 "
		     "OFFSET "
		     "?1",
		     -1, &st, NULL) == SQLITE_OK,
		"prepare", sqlite3_errmsg(s));
	for (; wall() - start < READ_S; pages++) {
		uint32_t random;

		world_system()->random(world_system(), &random, sizeof random);
		(void)sqlite3_bind_int64(st, 1, random % (n - PAGE));
		while (sqlite3_step(st) == SQLITE_ROW)
			;
		(void)sqlite3_reset(st);
	}
	(void)sqlite3_finalize(st);
	(void)sqlite3_close(s);
	return 1000 * (wall() - start) / (double)pages;
}

static void fill(const char *postgres, int64_t from, int64_t to)
{
	AUTO(arena) a = arena_new();

	sql(postgres,
		arena_printf(a,
			postgres
				? "INSERT INTO act SELECT convert_to(lpad(i::text, 16, "
				  "'0'), 'UTF8'), %lld + i * 1000, 'bench.list', NULL, "
				  "NULL, NULL, NULL, '', '{}' FROM generate_series(%lld, "
				  "%lld) i"
				: "INSERT INTO act SELECT CAST(printf('%%016d', value) "
				  "AS "
				  "BLOB), %lld + value * 1000, 'bench.list', NULL, NULL, "
				  "NULL, NULL, '', '{}' FROM (WITH RECURSIVE n (value) "
				  "AS "
				  "(SELECT %lld UNION ALL SELECT value + 1 FROM n WHERE "
				  "value < %lld) SELECT value FROM n)",
			(long long)FIRST, (long long)from, (long long)(to - 1)));
}

static void pages(struct db *db, const char *postgres)
{
	static const struct {
		int64_t rows;
		const char *name;
	} sizes[] = {{1000, "1 000"}, {100000, "100 000"}, {1000000, "1 000 000"}};
	int64_t there = 0;

	sql(postgres, "DELETE FROM act");
	for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
		AUTO(arena) a = arena_new();

		fill(postgres, there, sizes[i].rows);
		there = sizes[i].rows;
		sql(postgres, "ANALYZE act");
		row(arena_printf(a, "page of %d, %s rows, %s", PAGE, sizes[i].name,
			    postgres ? "PostgreSQL" : "SQLite"),
			"ms", page_ours(db, there), postgres ? 0 : page_by_offset(there),
			postgres ? "" : "OFFSET", true);
	}
}

int main(int argc, char **argv)
{
	AUTO(arena) a = arena_new();
	const char *postgres = getenv("QIANYIN_TEST_POSTGRES");
	AUTO(db) db = NULL;
	AUTO(db) server = NULL;

	must(argc >= 2, "usage", "bench_store FOLDER");
	folder = argv[1];
	db = open_db(arena_printf(a, "sqlite:%s", folder));
	writes_on_sqlite(db);
	pages(db, NULL);
	if (!postgres) {
		bench_skip("PostgreSQL", "none here");
		return 0;
	}
	server = open_db(postgres);
	writes_on_postgres(server);
	pages(server, postgres);
	return 0;
}
