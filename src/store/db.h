/* db: one database behind one face: SQLite in a folder, or PostgreSQL and what speaks it.
 * SPDX-License-Identifier: Apache-2.0
 *
 * The whole set of statements is known and prepared when a connection opens; no text of
 * SQL is ever put together. Nobody but the code that tools/gen-sql makes calls tx_run.
 * Whatever a use case does to the database is one transaction: db_tx. It is thread-safe;
 * a transaction belongs to the thread that runs its body.
 *
 * SQLite: WAL, synchronous=FULL, foreign keys on; one connection writes, those who want
 * it queue in order of arrival; readers have connections of their own and never wait.
 * PostgreSQL: a pool of connections, SERIALIZABLE for writers.
 */
#ifndef QY_STORE_DB_H
#define QY_STORE_DB_H

#include "base/arena.h"
#include "base/err.h"
#include "base/id.h"
#include "base/time.h"

enum { DB_PARAMS_MAX = 40, DB_COLUMNS_MAX = 60, DB_ROWS_MAX = 100000 };

enum db_type { DB_ID, DB_INT, DB_BOOL, DB_TEXT, DB_BLOB, DB_TIME };

/* How many rows a statement gives. */
enum db_shape { DB_ONE, DB_MANY, DB_CHANGE };

/* A value going in or coming out. */
struct db_value {
	bool null;
	int64_t i;      /* DB_INT, DB_BOOL (0, 1), DB_TIME */
	struct bytes b; /* DB_ID (16 octets), DB_TEXT (UTF-8), DB_BLOB */
};

/* A place of a statement: its type, and whether NULL may stand there. */
struct db_place {
	const char *name;
	enum db_type type;
	bool may_be_null;
};

/* One named statement, made by tools/gen-sql from a .sql file. */
struct db_statement {
	const char *name;
	const char *sqlite;   /* places as ?1, ?2, … */
	const char *postgres; /* places as $1, $2, … */
	enum db_shape shape;
	bool writes;
	const struct db_place *in;
	size_t in_count;
	const struct db_place *out;
	size_t out_count;
};

struct db_statements {
	const struct db_statement *all;
	size_t count;
};

struct db_conf {
	/* "sqlite:FOLDER" (the file is FOLDER/qianyin.db), or "postgresql://…" as libpq
	 * reads it. */
	const char *url;
	unsigned connections; /* readers of SQLite, pool of PostgreSQL; 0: 8 */
	unsigned
		wait_ms; /* for a connection, a lock or the server; 0: 5000; then ERR_BUSY
			  */
	bool may_be_old; /* open although migrations are missing, without statements: for
			    db_migrate and doctor */
	struct world *world;
};

struct db;
struct tx;

/* Opens, checks that every migration compiled in is applied and none is unknown or
 * altered, and prepares every statement once to see that it fits. ERR_UNSUPPORTED: no
 * such kind of database; ERR_USAGE: its address cannot be read; ERR_BUSY: the server
 * cannot be reached; ERR_DENIED (say): the schema is older or newer than this program;
 * ERR_IO. The set outlives the db. */
MUST_USE bool db_open(struct db **out, const struct db_conf *conf,
	const struct db_statements *set, struct err *e);
void db_free(struct db *db);
AUTO_DEFINE(db);

enum db_mode { DB_READ, DB_WRITE };

/* Runs body in one transaction and commits when it returns true; rolls back when it
 * returns false, and returns its error. A serialisation failure or deadlock (40001,
 * 40P01) rolls back and runs the body again, at most three times: so a body changes
 * nothing but its ctx, its arena and the database, and begins by resetting its ctx. A
 * connection that broke before COMMIT was sent is replaced and the body run again, once;
 * when COMMIT was sent and no answer came, ERR_BUSY: whether it holds is unknown, and the
 * caller's own unique key must tell. A write in a DB_READ transaction is a bug: aborts.
 */
MUST_USE bool db_tx(struct db *db, enum db_mode mode,
	bool (*body)(struct tx *tx, void *ctx, struct err *e), void *ctx, struct err *e);

/* Runs statement number n. in: its in_count values. out: rows × out_count values in the
 * arena (null for DB_CHANGE without columns), *rows how many; DB_ONE takes at most one
 * and ERR_IO when there are more. *changed: rows touched. ERR_ROLLBACK with text
 * "conflict" when a unique key stands against it (documented; everything else as it
 * comes). DB_MANY beyond DB_ROWS_MAX is ERR_TOO_LARGE. */
MUST_USE bool tx_run(struct tx *tx, size_t n, const struct db_value *in, struct arena *a,
	struct db_value **out, size_t *rows, int64_t *changed, struct err *e);

/* The moment the transaction began (first try), by the world's clock: all rows of an act
 * carry the same. */
int64_t tx_time(const struct tx *tx);

/* --- migrations ------------------------------------------------------------------- */

/* migrations/NNNN-name.sql, compiled in: forward only, each in one transaction, its
 * SHA-256 (of the text as it stands) recorded in `schema_migration`. Portable text in
 * which
 * `@id` and `@blob` become BLOB or BYTEA, `@bool` INTEGER CHECK (0,1) or BOOLEAN, and
 * `@end` STRICT or nothing. */
struct db_migration {
	unsigned number;
	const char *name, *sum, *text; /* sum: 64 hexadecimal digits */
};
extern const struct db_migration
	db_migrations[]; /* made by meson; ends with a null text */

/* Applies what is missing; *applied: how many. Two at once wait for each other. */
MUST_USE bool db_migrate(struct db *db, unsigned *applied, struct err *e);

/* --- what an operator asks -------------------------------------------------------- */

struct db_health {
	const char *kind;    /* "sqlite", "postgresql" */
	const char *version; /* of the library or server */
	unsigned migration;  /* the last one applied */
	int64_t octets;      /* on disk, or -1 */
	bool writable;       /* a row was written and taken back */
	const char *problem; /* null, or what the engine's own check found (SQLite:
				quick_check, foreign_key_check) */
};

/* Looks; thorough also runs the engine's own check. In the arena. */
MUST_USE bool db_look(struct db *db, struct arena *a, bool thorough,
	struct db_health *out, struct err *e);

/* A consistent copy of a SQLite database at this moment, while others write, to a new
 * file (fsynced). ERR_UNSUPPORTED for PostgreSQL: its own tools do that. */
MUST_USE bool db_copy(struct db *db, const char *path, struct err *e);

/* Replaces broken idle connections; cheap, called by readiness checks. */
MUST_USE bool db_ping(struct db *db, struct err *e);

#endif
