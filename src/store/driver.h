/* driver: what one kind of database does for db.c. Internal to store/.
 * SPDX-License-Identifier: Apache-2.0
 *
 * A connection is used by one thread at a time; db.c sees to that.
 */
#ifndef QY_STORE_DRIVER_H
#define QY_STORE_DRIVER_H

#include "store/db.h"

/* Why something failed, as far as db.c acts on it. */
enum db_fault {
	FAULT_NONE,
	FAULT_OTHER,
	FAULT_SERIAL,  /* may succeed when tried again: 40001, 40P01, SQLITE_BUSY */
	FAULT_GONE,    /* the connection is of no more use */
	FAULT_UNKNOWN, /* gone while COMMIT was under way */
};

struct db_driver;

/* The head of every connection. */
struct conn {
	const struct db_driver *driver;
	struct conn *next;   /* idle ones */
	enum db_fault fault; /* of the last call that failed */
	bool broken;
};

struct db_driver {
	const char *name, *scheme;
	/* One writer at a time is all it can do: db.c keeps the queue. */
	bool has_one_writer;
	/* Opens a connection without statements. */
	bool (*open)(struct conn **out, const struct db_conf *conf, bool writer,
		struct err *e);
	bool (*prepare)(struct conn *c, const struct db_statements *set, struct err *e);
	void (*close)(struct conn *c);
	bool (*begin)(struct conn *c, enum db_mode mode, struct err *e);
	bool (*commit)(struct conn *c, struct err *e);
	void (*rollback)(struct conn *c);
	bool (*run)(struct conn *c, size_t n, const struct db_statement *s,
		const struct db_value *in, struct arena *a, struct db_value **out,
		size_t *rows, int64_t *changed, struct err *e);
	/* Statements of a migration, one after the other, inside a transaction. */
	bool (*script)(struct conn *c, const char *sql, struct err *e);
	/* One statement without places, not prepared: migrate.c and db_look. */
	bool (*query)(struct conn *c, const char *sql, const struct db_place *columns,
		size_t count, struct arena *a, struct db_value **out, size_t *rows,
		struct err *e);
	/* Inside a write transaction: nobody else migrates at the same time. */
	bool (*lock_schema)(struct conn *c, struct err *e);
	/* What "BIGINT", "@id" and the other words of a migration become. */
	const char *word_int, *word_id, *word_blob, *word_bool, *word_end;
	bool (*look)(struct conn *c, struct arena *a, bool thorough,
		struct db_health *out, struct err *e);
	bool (*copy)(struct conn *c, const char *path, struct err *e); /* may be null */
	bool (*ping)(struct conn *c, struct err *e);
};

extern const struct db_driver db_sqlite, db_postgres;

/* --- rows.c */

/* A row cell in the arena: octets with a NUL behind them. */
struct db_value db_cell_octets(struct arena *a, const void *p, size_t n);

/* Is column number `at`, as the database names it, none of the statement's other ones?
 * Two of the same type in each other's place would be read without a complaint. What has
 * no name of its own (count(*)) fits anywhere. */
bool db_column_fits(
	const struct db_statement *s, size_t at, const char *name, struct err *e);

/* Room for rows that come one by one. */
struct db_rows {
	struct arena *arena;
	struct db_value *cells;
	size_t rows, cap, width;
};
/* A fresh row of `width` cells; null (ERR_TOO_LARGE) beyond DB_ROWS_MAX. */
struct db_value *db_rows_add(struct db_rows *r, struct err *e);

/* --- migrate.c */

/* The number of the last migration applied, 0 for an empty database; ERR_DENIED when one
 * is altered, unknown or missing unless may_be_old. */
MUST_USE bool migrate_check(
	struct conn *c, bool may_be_old, unsigned *last, struct err *e);
MUST_USE bool migrate_all(struct conn *c, int64_t now, unsigned *applied, struct err *e);

#endif
