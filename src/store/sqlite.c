/* sqlite: the driver of a database in one folder; see driver.h.
 * SPDX-License-Identifier: Apache-2.0
 *
 * WAL with synchronous=FULL: COMMIT returns when the log is on the disk. Readers see the
 * state of their BEGIN and never wait; one connection writes.
 */
#include <fcntl.h>
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "store/driver.h"

#define SCHEME "sqlite:"

struct sqlite_conn {
	struct conn head;
	sqlite3 *db;
	sqlite3_stmt **statements;
	size_t count;
};

static struct sqlite_conn *self_of(struct conn *c)
{
	return (struct sqlite_conn *)c;
}

/* --- what went wrong --------------------------------------------------------------- */

static bool fail(struct sqlite_conn *c, const char *what, struct err *e)
{
	int code = sqlite3_extended_errcode(c->db);

	c->head.fault = FAULT_OTHER;
	switch (code & 0xff) {
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		c->head.fault = FAULT_SERIAL;
		return err_set(e, ERR_BUSY, "%s: the database is locked", what);
	case SQLITE_FULL:
		return err_refuse(e, ERR_WRITE, MSG_STORE_DISK_FULL, NULL,
			"the disk of the database is full");
	case SQLITE_READONLY:
	case SQLITE_CANTOPEN:
		return err_set(e, ERR_WRITE, "%s: %s", what, sqlite3_errmsg(c->db));
	case SQLITE_CONSTRAINT:
		if (code == SQLITE_CONSTRAINT_UNIQUE ||
			code == SQLITE_CONSTRAINT_PRIMARYKEY ||
			code == SQLITE_CONSTRAINT_ROWID)
			return err_set(e, ERR_ROLLBACK, "conflict");
		return err_set(e, ERR_IO, "%s: %s", what, sqlite3_errmsg(c->db));
	default:
		return err_set(e, ERR_IO, "%s: %s", what, sqlite3_errmsg(c->db));
	}
}

static bool script(struct conn *c, const char *sql, struct err *e)
{
	struct sqlite_conn *self = self_of(c);

	return sqlite3_exec(self->db, sql, NULL, NULL, NULL) == SQLITE_OK ||
	       fail(self, "script", e);
}

/* --- open and close ---------------------------------------------------------------- */

static void sqlite_close_conn(struct conn *c)
{
	struct sqlite_conn *self = self_of(c);

	for (size_t i = 0; i < self->count; i++)
		(void)sqlite3_finalize(self->statements[i]);
	mem_free(self->statements);
	(void)sqlite3_close(self->db);
	mem_free(self);
}

static bool make_folder(const char *folder, struct err *e)
{
	if (mkdir(folder, 0700) == 0 || access(folder, W_OK | X_OK) == 0)
		return true;
	return err_system(e, ERR_WRITE, folder);
}

static bool sqlite_open_conn(
	struct conn **out, const struct db_conf *conf, bool writer, struct err *e)
{
	AUTO(arena) a = arena_new();
	const char *folder = conf->url + strlen(SCHEME);
	struct sqlite_conn *self;
	char *busy = arena_printf(a, "PRAGMA busy_timeout=%u", conf->wait_ms);

	if (!folder[0])
		return err_set(e, ERR_USAGE, "sqlite: needs a folder behind it");
	if (!make_folder(folder, e))
		return false;
	self = NEW(struct sqlite_conn);
	self->head.driver = &db_sqlite;
	if (sqlite3_open_v2(arena_printf(a, "%s/qianyin.db", folder), &self->db,
		    SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX |
			    SQLITE_OPEN_EXRESCODE,
		    NULL) != SQLITE_OK ||
		sqlite3_exec(self->db, busy, NULL, NULL, NULL) != SQLITE_OK ||
		sqlite3_exec(self->db,
			"PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; "
			"PRAGMA foreign_keys=ON; PRAGMA trusted_schema=OFF; "
			"PRAGMA temp_store=MEMORY; PRAGMA journal_size_limit=67108864",
			NULL, NULL, NULL) != SQLITE_OK ||
		(!writer && sqlite3_exec(self->db, "PRAGMA query_only=ON", NULL, NULL,
				    NULL) != SQLITE_OK)) {
		(void)fail(self, folder, e);
		sqlite_close_conn(&self->head);
		return false;
	}
	*out = &self->head;
	return true;
}

static bool prepare_one(struct sqlite_conn *self, const struct db_statement *s,
	sqlite3_stmt **out, struct err *e)
{
	if (sqlite3_prepare_v3(self->db, s->sqlite, -1, SQLITE_PREPARE_PERSISTENT, out,
		    NULL) != SQLITE_OK)
		return fail(self, s->name, e);
	if (sqlite3_bind_parameter_count(*out) != (int)s->in_count ||
		sqlite3_column_count(*out) != (int)s->out_count)
		return err_set(e, ERR_IO,
			"%s: %d places and %d columns are not as declared", s->name,
			sqlite3_bind_parameter_count(*out), sqlite3_column_count(*out));
	for (size_t i = 0; i < s->out_count; i++)
		if (!db_column_fits(s, i, sqlite3_column_name(*out, (int)i), e))
			return false;
	return true;
}

static bool prepare(struct conn *c, const struct db_statements *set, struct err *e)
{
	struct sqlite_conn *self = self_of(c);

	self->statements = mem_alloc((set->count + 1) * sizeof *self->statements);
	for (; self->count < set->count; self->count++)
		if (!prepare_one(self, &set->all[self->count],
			    &self->statements[self->count], e)) {
			(void)sqlite3_finalize(self->statements[self->count]);
			return false;
		}
	return true;
}

/* --- transactions ------------------------------------------------------------------ */

static bool begin(struct conn *c, enum db_mode mode, struct err *e)
{
	/* IMMEDIATE: the lock is taken now and not in the middle of the work. */
	return script(c, mode == DB_WRITE ? "BEGIN IMMEDIATE" : "BEGIN", e);
}

static bool commit(struct conn *c, struct err *e)
{
	return script(c, "COMMIT", e);
}

static void rollback(struct conn *c)
{
	struct sqlite_conn *self = self_of(c);

	/* Some failures have rolled back already. */
	if (!sqlite3_get_autocommit(self->db))
		(void)sqlite3_exec(self->db, "ROLLBACK", NULL, NULL, NULL);
}

/* --- statements -------------------------------------------------------------------- */

static int bind(sqlite3_stmt *st, int at, enum db_type type, const struct db_value *v)
{
	const void *p = v->b.n ? (const void *)v->b.p : "";

	if (v->null)
		return sqlite3_bind_null(st, at);
	switch (type) {
	case DB_TEXT:
		return sqlite3_bind_text64(st, at, p, v->b.n, SQLITE_STATIC, SQLITE_UTF8);
	case DB_ID:
	case DB_BLOB:
		return sqlite3_bind_blob64(st, at, p, v->b.n, SQLITE_STATIC);
	case DB_INT:
	case DB_BOOL:
	case DB_TIME:
		break;
	}
	return sqlite3_bind_int64(st, at, v->i);
}

static bool is_octets(enum db_type type)
{
	return type == DB_ID || type == DB_TEXT || type == DB_BLOB;
}

/* One column of the present row; false: it holds something else than was declared. */
static bool column(sqlite3_stmt *st, int at, const struct db_place *place,
	struct arena *a, struct db_value *out)
{
	int type = sqlite3_column_type(st, at);

	if (type == SQLITE_NULL) {
		*out = (struct db_value){.null = true};
		return place->may_be_null;
	}
	if (!is_octets(place->type)) {
		out->i = sqlite3_column_int64(st, at);
		return type == SQLITE_INTEGER;
	}
	if (type != (place->type == DB_TEXT ? SQLITE_TEXT : SQLITE_BLOB))
		return false;
	/* The pointer first: it may convert, and only then is the size right. */
	const void *p = sqlite3_column_blob(st, at);

	*out = db_cell_octets(a, p, (size_t)sqlite3_column_bytes(st, at));
	return place->type != DB_ID || out->b.n == ID_SIZE;
}

static bool fetch(sqlite3_stmt *st, const char *name, const struct db_place *places,
	size_t count, struct db_rows *to, struct err *e)
{
	struct db_value *row = db_rows_add(to, e);

	if (!row)
		return false;
	for (size_t i = 0; i < count; i++)
		if (!column(st, (int)i, &places[i], to->arena, &row[i]))
			return err_set(e, ERR_IO, "%s: column %s holds another type",
				name, places[i].name);
	return true;
}

/* Steps to the end. */
static bool step_all(struct sqlite_conn *self, sqlite3_stmt *st, const char *name,
	const struct db_place *places, size_t count, struct db_rows *to, struct err *e)
{
	for (;;) {
		int code = sqlite3_step(st);

		if (code == SQLITE_DONE)
			return true;
		if (code != SQLITE_ROW)
			return fail(self, name, e);
		if (!count || !fetch(st, name, places, count, to, e)) {
			self->head.fault = FAULT_OTHER;
			return count ? false : err_set(e, ERR_IO, "%s gives rows", name);
		}
	}
}

static bool run(struct conn *c, size_t n, const struct db_statement *s,
	const struct db_value *in, struct arena *a, struct db_value **out, size_t *rows,
	int64_t *changed, struct err *e)
{
	struct sqlite_conn *self = self_of(c);
	sqlite3_stmt *st = self->statements[n];
	struct db_rows got = {.arena = a, .width = s->out_count};
	bool good = true;

	for (size_t i = 0; i < s->in_count && good; i++)
		good = bind(st, (int)i + 1, s->in[i].type, &in[i]) == SQLITE_OK ||
		       fail(self, s->name, e);
	good = good && step_all(self, st, s->name, s->out, s->out_count, &got, e);
	*changed = s->writes ? sqlite3_changes64(self->db) : 0;
	(void)sqlite3_reset(st);
	(void)sqlite3_clear_bindings(st);
	if (!good)
		return false;
	if (out)
		*out = got.cells;
	*rows = got.rows;
	return true;
}

static bool query(struct conn *c, const char *sql, const struct db_place *columns,
	size_t count, struct arena *a, struct db_value **out, size_t *rows, struct err *e)
{
	struct sqlite_conn *self = self_of(c);
	struct db_rows got = {.arena = a, .width = count};
	sqlite3_stmt *st = NULL;
	bool good;

	if (sqlite3_prepare_v2(self->db, sql, -1, &st, NULL) != SQLITE_OK)
		return fail(self, "query", e);
	good = step_all(self, st, "query", columns, count, &got, e);
	(void)sqlite3_finalize(st);
	*out = got.cells;
	*rows = got.rows;
	return good;
}

static bool lock_schema(struct conn *c, struct err *e)
{
	(void)c;
	(void)e;
	return true; /* BEGIN IMMEDIATE did */
}

/* --- for operators ----------------------------------------------------------------- */

static bool number(
	struct conn *c, struct arena *a, const char *sql, int64_t *out, struct err *e)
{
	const struct db_place one[] = {{"n", DB_INT, false}};
	struct db_value *rows = NULL;
	size_t n = 0;

	if (!query(c, sql, one, 1, a, &rows, &n, e))
		return false;
	*out = n ? rows[0].i : 0;
	return true;
}

static bool own_check(
	struct conn *c, struct arena *a, struct db_health *out, struct err *e)
{
	const struct db_place text[] = {{"problem", DB_TEXT, false}};
	struct db_value *rows = NULL;
	int64_t orphans = 0;
	size_t n = 0;

	if (!query(c, "PRAGMA quick_check(1)", text, 1, a, &rows, &n, e) ||
		!number(c, a, "SELECT count(*) FROM pragma_foreign_key_check", &orphans,
			e))
		return false;
	if (n && !bytes_equal(rows[0].b, BYTES("ok")))
		out->problem = arena_str(a, rows[0].b);
	else if (orphans)
		out->problem = arena_printf(
			a, "%lld rows refer to rows that are gone", (long long)orphans);
	return true;
}

static bool look(struct conn *c, struct arena *a, bool thorough, struct db_health *out,
	struct err *e)
{
	int64_t pages, size;

	out->version = sqlite3_libversion();
	if (!number(c, a, "PRAGMA page_count", &pages, e) ||
		!number(c, a, "PRAGMA page_size", &size, e))
		return false;
	out->octets = pages * size;
	return !thorough || own_check(c, a, out, e);
}

static bool sync_path(const char *path, struct err *e)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	bool good = fd >= 0 && fsync(fd) == 0;

	if (!good)
		(void)err_system(e, ERR_WRITE, path);
	if (fd >= 0)
		(void)close(fd);
	return good;
}

/* The file and its name. */
static bool sync_new(const char *path, struct err *e)
{
	AUTO(arena) a = arena_new();
	const char *slash = strrchr(path, '/');
	const char *folder =
		slash ? arena_printf(a, "%.*s", (int)(slash - path + 1), path) : ".";

	return sync_path(path, e) && sync_path(folder, e);
}

/* A reader's snapshot, page by page, while others write. */
static bool copy(struct conn *c, const char *path, struct err *e)
{
	struct sqlite_conn *self = self_of(c);
	struct sqlite_conn to = {.head = {.driver = &db_sqlite}};
	sqlite3_backup *b = NULL;
	bool good;

	if (access(path, F_OK) == 0)
		return err_set(e, ERR_WRITE, "%s is there already", path);
	good = sqlite3_open_v2(path, &to.db,
		       SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX |
			       SQLITE_OPEN_EXRESCODE,
		       NULL) == SQLITE_OK &&
	       (b = sqlite3_backup_init(to.db, "main", self->db, "main")) != NULL;
	if (good)
		good = sqlite3_backup_step(b, -1) == SQLITE_DONE;
	if (b && sqlite3_backup_finish(b) != SQLITE_OK)
		good = false;
	if (!good)
		(void)fail(&to, path, e);
	(void)sqlite3_close(to.db);
	good = good && sync_new(path, e);
	if (!good)
		(void)unlink(path);
	return good;
}

static bool ping(struct conn *c, struct err *e)
{
	return script(c, "SELECT 1", e);
}

const struct db_driver db_sqlite = {
	.name = "sqlite",
	.scheme = SCHEME,
	.has_one_writer = true,
	.open = sqlite_open_conn,
	.prepare = prepare,
	.close = sqlite_close_conn,
	.begin = begin,
	.commit = commit,
	.rollback = rollback,
	.run = run,
	.script = script,
	.query = query,
	.lock_schema = lock_schema,
	.word_int = "INTEGER",
	.word_id = "BLOB",
	.word_blob = "BLOB",
	.word_bool = "INTEGER",
	.word_end = "STRICT",
	.look = look,
	.copy = copy,
	.ping = ping,
};
