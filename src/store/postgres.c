/* postgres: the driver of PostgreSQL and of what speaks its protocol; see driver.h.
 * SPDX-License-Identifier: Apache-2.0
 *
 * BEGIN travels with the first statement (pipeline mode), values in binary form. Writers
 * run SERIALIZABLE, readers see the state of their first statement.
 */
#include <stdio.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "base/reader.h"
#include "base/text.h"
#include "store/postgres.h"

/* --- what went wrong --------------------------------------------------------------- */

static bool starts(const char *state, const char *with)
{
	return strncmp(state, with, strlen(with)) == 0;
}

bool postgres_fail(
	struct postgres_conn *c, const PGresult *r, const char *what, struct err *e)
{
	const char *state = r ? PQresultErrorField(r, PG_DIAG_SQLSTATE) : NULL;
	const char *text = r ? PQresultErrorField(r, PG_DIAG_MESSAGE_PRIMARY) : NULL;

	state = state ? state : "";
	c->head.fault = FAULT_OTHER;
	/* The server gives each of its errors a state: where there is none it was not the
	 * server that spoke. */
	if (PQstatus(c->pg) == CONNECTION_BAD || !state[0] || starts(state, "57P0") ||
		starts(state, "08")) {
		c->head.fault = c->commits ? FAULT_UNKNOWN : FAULT_GONE;
		return err_set(e, ERR_BUSY, "%s: the database server is gone", what);
	}
	if (strcmp(state, "40001") == 0 || strcmp(state, "40P01") == 0) {
		c->head.fault = FAULT_SERIAL;
		return err_set(e, ERR_BUSY, "%s: others changed the same rows", what);
	}
	if (strcmp(state, "23505") == 0)
		return err_set(e, ERR_ROLLBACK, "conflict");
	if (strcmp(state, "53100") == 0)
		return err_refuse(e, ERR_WRITE, MSG_STORE_DISK_FULL, NULL,
			"the disk of the database is full");
	if (starts(state, "55P03") || starts(state, "57014"))
		return err_set(e, ERR_BUSY, "%s: the database took too long", what);
	return err_set(
		e, ERR_IO, "%s: %s %.150s", what, state, text ? text : "no answer");
}

/* Takes the result; true when it is one of these two. */
static bool expect(struct postgres_conn *c, PGresult *r, const char *what, struct err *e)
{
	ExecStatusType status = PQresultStatus(r);
	bool good = status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK;

	if (!good)
		(void)postgres_fail(c, r, what, e);
	PQclear(r);
	return good;
}

bool postgres_plain(struct postgres_conn *c, const char *sql, struct err *e)
{
	return expect(c, PQexec(c->pg, sql), sql, e);
}

static bool send_pending(struct postgres_conn *c, struct err *e)
{
	const char *sql = c->pending;

	c->pending = NULL;
	return !sql || postgres_plain(c, sql, e);
}

static bool script(struct conn *c, const char *sql, struct err *e)
{
	struct postgres_conn *self = postgres_of(c);

	return send_pending(self, e) && expect(self, PQexec(self->pg, sql), "script", e);
}

const char *postgres_name(char name[POSTGRES_NAME_MAX], size_t n)
{
	(void)snprintf(name, POSTGRES_NAME_MAX, "s%zu", n);
	return name;
}

/* --- transactions ------------------------------------------------------------------ */

static bool begin(struct conn *c, enum db_mode mode, struct err *e)
{
	struct postgres_conn *self = postgres_of(c);

	if (PQstatus(self->pg) != CONNECTION_OK)
		return postgres_fail(self, NULL, "BEGIN", e);
	self->pending = mode == DB_WRITE
				? "BEGIN ISOLATION LEVEL SERIALIZABLE READ WRITE"
				: "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";
	self->open = true;
	self->commits = false;
	return true;
}

static bool commit(struct conn *c, struct err *e)
{
	struct postgres_conn *self = postgres_of(c);
	PGresult *r;
	bool good;

	self->open = false;
	if (self->pending) {
		self->pending = NULL;
		return true; /* nothing was asked */
	}
	self->commits = true;
	r = PQexec(self->pg, "COMMIT");
	/* In a failed transaction the server answers COMMIT with ROLLBACK, as a success.
	 */
	if (PQresultStatus(r) == PGRES_COMMAND_OK &&
		strcmp(PQcmdStatus(r), "COMMIT") != 0) {
		PQclear(r);
		self->commits = false;
		self->head.fault = FAULT_OTHER;
		return err_set(e, ERR_IO, "the transaction had failed before its COMMIT");
	}
	good = expect(self, r, "COMMIT", e);
	self->commits = false;
	return good;
}

static void rollback(struct conn *c)
{
	struct postgres_conn *self = postgres_of(c);

	if (!self->pending && self->open) {
		PGresult *r = PQexec(self->pg, "ROLLBACK");

		if (PQresultStatus(r) != PGRES_COMMAND_OK)
			self->head.broken = true;
		PQclear(r);
	}
	self->pending = NULL;
	self->open = false;
}

/* --- statements -------------------------------------------------------------------- */

/* The values of a statement in binary form. */
struct parameters {
	uint8_t numbers[DB_PARAMS_MAX][8];
	const char *p[DB_PARAMS_MAX];
	int n[DB_PARAMS_MAX], form[DB_PARAMS_MAX];
};

static void put_value(
	struct parameters *to, size_t i, enum db_type type, const struct db_value *v)
{
	struct writer w = writer_over(to->numbers[i], sizeof to->numbers[i]);

	to->form[i] = 1;
	if (v->null)
		return;
	switch (type) {
	case DB_INT:
	case DB_TIME:
		write_be64(&w, (uint64_t)v->i);
		break;
	case DB_BOOL:
		write_u8(&w, v->i != 0);
		break;
	case DB_ID:
	case DB_TEXT:
	case DB_BLOB:
		to->p[i] = v->b.n ? (const char *)v->b.p : "";
		to->n[i] = (int)v->b.n;
		return;
	}
	to->p[i] = (const char *)to->numbers[i];
	to->n[i] = (int)w.n;
}

static bool cell(const PGresult *r, int row, int at, const struct db_place *place,
	struct arena *a, struct db_value *out)
{
	struct reader b = reader_of(
		bytes_make(PQgetvalue(r, row, at), (size_t)PQgetlength(r, row, at)));

	if (PQgetisnull(r, row, at)) {
		*out = (struct db_value){.null = true};
		return place->may_be_null;
	}
	switch (place->type) {
	case DB_INT:
	case DB_TIME:
		if (b.rest.n != 8)
			return false;
		out->i = (int64_t)((uint64_t)read_be32(&b) << 32 | read_be32(&b));
		return true;
	case DB_BOOL:
		if (b.rest.n != 1)
			return false;
		out->i = b.rest.p[0] != 0;
		return true;
	case DB_ID:
		if (b.rest.n != ID_SIZE)
			return false;
		break;
	case DB_TEXT:
	case DB_BLOB:
		break;
	}
	*out = db_cell_octets(a, b.rest.p, b.rest.n);
	return true;
}

static bool take_rows(const PGresult *r, const char *name, const struct db_place *places,
	size_t count, struct db_rows *to, struct err *e)
{
	for (int row = 0; row < PQntuples(r); row++) {
		struct db_value *cells = db_rows_add(to, e);

		if (!cells)
			return false;
		for (size_t i = 0; i < count; i++)
			if (!cell(r, row, (int)i, &places[i], to->arena, &cells[i]))
				return err_set(e, ERR_IO,
					"%s: column %s holds another type", name,
					places[i].name);
	}
	return true;
}

static int64_t touched(PGresult *r)
{
	struct err none;
	uint64_t n;

	return decimal_u64(bytes_str(PQcmdTuples(r)), INT64_MAX, &n, &none) ? (int64_t)n
									    : 0;
}

/* BEGIN and the first statement in one journey; the statement's result, or null. */
static PGresult *run_with_begin(struct postgres_conn *self, const char *name,
	const struct db_statement *s, const struct parameters *p, struct err *e)
{
	const char *sql = self->pending;
	PGresult *r;
	bool good;

	self->pending = NULL;
	good = PQenterPipelineMode(self->pg) == 1 &&
	       PQsendQueryParams(self->pg, sql, 0, NULL, NULL, NULL, NULL, 1) == 1 &&
	       PQsendQueryPrepared(
		       self->pg, name, (int)s->in_count, p->p, p->n, p->form, 1) == 1 &&
	       PQpipelineSync(self->pg) == 1;
	if (!good) {
		self->head.broken = true;
		(void)postgres_fail(self, NULL, "BEGIN", e);
		return NULL;
	}
	good = expect(self, PQgetResult(self->pg), "BEGIN", e);
	PQclear(PQgetResult(self->pg));
	r = PQgetResult(self->pg);
	PQclear(PQgetResult(self->pg));
	PQclear(PQgetResult(self->pg)); /* of the sync */
	if (PQexitPipelineMode(self->pg) != 1)
		self->head.broken = true;
	if (good)
		return r;
	PQclear(r);
	return NULL;
}

static bool run(struct conn *c, size_t n, const struct db_statement *s,
	const struct db_value *in, struct arena *a, struct db_value **out, size_t *rows,
	int64_t *changed, struct err *e)
{
	struct postgres_conn *self = postgres_of(c);
	struct db_rows got = {.arena = a, .width = s->out_count};
	struct parameters p = {0};
	char name[POSTGRES_NAME_MAX];
	PGresult *r;
	bool good;

	for (size_t i = 0; i < s->in_count; i++)
		put_value(&p, i, s->in[i].type, &in[i]);
	if (self->pending) {
		r = run_with_begin(self, postgres_name(name, n), s, &p, e);
		if (!r)
			return false;
	} else {
		r = PQexecPrepared(self->pg, postgres_name(name, n), (int)s->in_count,
			p.p, p.n, p.form, 1);
	}
	good = PQresultStatus(r) == PGRES_TUPLES_OK ||
	       PQresultStatus(r) == PGRES_COMMAND_OK ||
	       postgres_fail(self, r, s->name, e);
	good = good && take_rows(r, s->name, s->out, s->out_count, &got, e);
	*changed = good && s->writes ? touched(r) : 0;
	PQclear(r);
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
	struct postgres_conn *self = postgres_of(c);
	struct db_rows got = {.arena = a, .width = count};
	PGresult *r;
	bool good;

	if (!send_pending(self, e))
		return false;
	r = PQexecParams(self->pg, sql, 0, NULL, NULL, NULL, NULL, 1);
	good = PQresultStatus(r) == PGRES_TUPLES_OK || postgres_fail(self, r, "query", e);
	good = good && take_rows(r, "query", columns, count, &got, e);
	PQclear(r);
	*out = got.cells;
	*rows = got.rows;
	return good;
}

/* The lock must be had before anything is seen: SERIALIZABLE would look first. */
static bool lock_schema(struct conn *c, struct err *e)
{
	return script(c, "SET TRANSACTION ISOLATION LEVEL READ COMMITTED", e) &&
	       script(c, "SELECT pg_advisory_xact_lock(8101199701)", e);
}

/* --- for operators ----------------------------------------------------------------- */

static bool look(struct conn *c, struct arena *a, bool thorough, struct db_health *out,
	struct err *e)
{
	const struct db_place columns[] = {
		{"version", DB_TEXT, false}, {"octets", DB_INT, false}};
	struct db_value *rows;
	size_t n;

	(void)thorough; /* PostgreSQL checks its pages itself */
	if (!query(c,
		    "SELECT current_setting('server_version')::text, "
		    "pg_database_size(current_database())",
		    columns, 2, a, &rows, &n, e))
		return false;
	out->version = n ? arena_str(a, rows[0].b) : "";
	out->octets = n ? rows[1].i : -1;
	return true;
}

static bool ping(struct conn *c, struct err *e)
{
	return postgres_plain(postgres_of(c), "SELECT 1", e);
}

const struct db_driver db_postgres = {
	.name = "postgresql",
	.scheme = "postgresql://",
	.open = postgres_open,
	.prepare = postgres_prepare,
	.close = postgres_close,
	.begin = begin,
	.commit = commit,
	.rollback = rollback,
	.run = run,
	.script = script,
	.query = query,
	.lock_schema = lock_schema,
	.word_int = "BIGINT",
	.word_id = "BYTEA",
	.word_blob = "BYTEA",
	.word_bool = "BOOLEAN",
	.word_end = "",
	.look = look,
	.ping = ping,
};
