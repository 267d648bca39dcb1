/* postgres_open: opening a connection to PostgreSQL, with all statements prepared in one
 * journey and compared with their columns; see driver.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <errno.h>
#include <poll.h>

#include "base/mem.h"
#include "store/postgres.h"

/* Of pg_type.h; they are part of the protocol and do not change. */
enum { OID_BOOL = 16, OID_BYTEA = 17, OID_INT8 = 20, OID_TEXT = 25 };

static void ignore_notice(void *to, const char *text)
{
	(void)to;
	(void)text;
}

void postgres_close(struct conn *c)
{
	struct postgres_conn *self = postgres_of(c);

	PQfinish(self->pg);
	mem_free(self);
}

/* What libpq says about an address that it cannot read quotes it, password and all. */
static bool can_read(const char *url, struct err *e)
{
	PQconninfoOption *options = PQconninfoParse(url, NULL);

	PQconninfoFree(options);
	return options || err_set(e, ERR_USAGE,
				  "the address of the database is none that libpq reads");
}

/* Each step of the handshake within wait_ms. False: it failed, or took too long. */
static bool connect_within(PGconn *pg, unsigned wait_ms)
{
	PostgresPollingStatusType status = PGRES_POLLING_WRITING;

	while (PQstatus(pg) != CONNECTION_BAD && status != PGRES_POLLING_OK &&
		status != PGRES_POLLING_FAILED) {
		struct pollfd p = {PQsocket(pg),
			status == PGRES_POLLING_READING ? POLLIN : POLLOUT, 0};
		int n = poll(&p, 1, (int)wait_ms);

		if (n == 0 || (n < 0 && errno != EINTR))
			return false;
		if (n > 0)
			status = PQconnectPoll(pg);
	}
	return status == PGRES_POLLING_OK;
}

bool postgres_open(
	struct conn **out, const struct db_conf *conf, bool writer, struct err *e)
{
	AUTO(arena) a = arena_new();
	const char *names[] = {"dbname", "client_encoding", "fallback_application_name",
		"tcp_user_timeout", NULL};
	const char *values[] = {conf->url, "UTF8", "qianyind",
		arena_printf(a, "%u", conf->wait_ms), NULL};
	struct postgres_conn *self;

	(void)writer;
	if (!can_read(conf->url, e))
		return false;
	self = NEW(struct postgres_conn);
	self->head.driver = &db_postgres;
	self->pg = PQconnectStartParams(names, values, 1);
	/* Before anything can be said: libraries print nothing. */
	(void)PQsetNoticeProcessor(self->pg, ignore_notice, NULL);
	if (!connect_within(self->pg, conf->wait_ms)) {
		/* The message may quote the address, never the password. */
		(void)err_set(e, ERR_BUSY,
			"the database server cannot be reached: %.150s",
			PQerrorMessage(self->pg));
		postgres_close(&self->head);
		return false;
	}
	if (!postgres_plain(self,
		    arena_printf(a,
			    "SET lock_timeout = %u; SET statement_timeout = %u; "
			    "SET idle_in_transaction_session_timeout = %u",
			    conf->wait_ms, 6 * conf->wait_ms, 6 * conf->wait_ms),
		    e)) {
		postgres_close(&self->head);
		return false;
	}
	*out = &self->head;
	return true;
}

static unsigned oid_of(enum db_type type)
{
	switch (type) {
	case DB_ID:
	case DB_BLOB:
		return OID_BYTEA;
	case DB_BOOL:
		return OID_BOOL;
	case DB_TEXT:
		return OID_TEXT;
	case DB_INT:
	case DB_TIME:
		break;
	}
	return OID_INT8;
}

static bool send_prepare(
	struct postgres_conn *self, size_t n, const struct db_statement *s)
{
	Oid types[DB_PARAMS_MAX];
	char name[POSTGRES_NAME_MAX];

	for (size_t i = 0; i < s->in_count; i++)
		types[i] = oid_of(s->in[i].type);
	return PQsendPrepare(self->pg, postgres_name(name, n), s->postgres,
		       (int)s->in_count, types) == 1 &&
	       PQsendDescribePrepared(self->pg, name) == 1;
}

/* Are the columns what the statement declares? */
static bool fits(struct postgres_conn *self, const struct db_statement *s, PGresult *r,
	struct err *e)
{
	bool good = PQresultStatus(r) == PGRES_COMMAND_OK;

	if (!good) {
		(void)postgres_fail(self, r, s->name, e);
	} else if (PQnfields(r) != (int)s->out_count) {
		good = err_set(e, ERR_IO, "%s: %d columns are not as declared", s->name,
			PQnfields(r));
	} else {
		for (size_t i = 0; i < s->out_count && good; i++)
			good = (PQftype(r, (int)i) == oid_of(s->out[i].type) ||
				       err_set(e, ERR_IO,
					       "%s: column %s is of another type",
					       s->name, s->out[i].name)) &&
			       db_column_fits(s, i, PQfname(r, (int)i), e);
	}
	PQclear(r);
	return good;
}

/* The two answers of one statement, each followed by a null. */
static bool take_prepare(
	struct postgres_conn *self, const struct db_statement *s, struct err *e)
{
	PGresult *first = PQgetResult(self->pg), *second;
	bool good = PQresultStatus(first) == PGRES_COMMAND_OK;

	if (!good)
		(void)postgres_fail(self, first, s->name, e);
	PQclear(first);
	PQclear(PQgetResult(self->pg));
	second = PQgetResult(self->pg);
	if (good)
		good = fits(self, s, second, e);
	else
		PQclear(second);
	PQclear(PQgetResult(self->pg));
	return good;
}

bool postgres_prepare(struct conn *c, const struct db_statements *set, struct err *e)
{
	struct postgres_conn *self = postgres_of(c);
	bool good = PQenterPipelineMode(self->pg) == 1;

	for (size_t i = 0; i < set->count && good; i++)
		good = send_prepare(self, i, &set->all[i]);
	if (!good || PQpipelineSync(self->pg) != 1)
		return postgres_fail(self, NULL, "prepare", e);
	for (size_t i = 0; i < set->count; i++)
		if (!take_prepare(self, &set->all[i], e))
			return false;   /* the connection is closed by the caller */
	PQclear(PQgetResult(self->pg)); /* of the sync */
	return PQexitPipelineMode(self->pg) == 1 ||
	       postgres_fail(self, NULL, "prepare", e);
}
