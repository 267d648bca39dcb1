/* db: transactions, their retries, and who gets a connection; see db.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <pthread.h>
#include <string.h>
#include <time.h>

#include "base/assert.h"
#include "base/mem.h"
#include "store/driver.h"

enum { CONNECTIONS = 8, WAIT_MS = 5000, TRIES_MAX = 4 };

/* Someone who waits, in order of arrival. Lives on the stack of the one who waits. */
struct waiter {
	struct waiter *next;
	pthread_cond_t wake;
	struct conn *given;
	bool may_open; /* a seat without a connection */
};

/* Connections of one kind: the writer of SQLite, its readers, all of PostgreSQL. */
struct pool {
	bool writer;
	unsigned seats, used;
	struct conn *idle;
	struct waiter *first, *last;
};

struct db {
	const struct db_driver *driver;
	struct db_conf conf;
	char *url;
	const struct db_statements *set;
	pthread_mutex_t lock; /* of both pools */
	struct pool readers, writer;
};

struct tx {
	struct db *db;
	struct conn *conn;
	enum db_mode mode;
	int64_t time;
	bool failed; /* a statement did: nothing of it may be committed */
};

static const struct db_driver *const drivers[] = {&db_sqlite, &db_postgres};

/* --- connections ------------------------------------------------------------------- */

static struct pool *pool_of(struct db *db, enum db_mode mode)
{
	return mode == DB_WRITE && db->driver->has_one_writer ? &db->writer
							      : &db->readers;
}

static bool conn_open(struct db *db, bool writer, struct conn **out, struct err *e)
{
	struct conn *c;
	unsigned last;

	if (!db->driver->open(&c, &db->conf, writer, e))
		return false;
	if (!migrate_check(c, db->conf.may_be_old, &last, e) ||
		(!db->conf.may_be_old && !db->driver->prepare(c, db->set, e))) {
		db->driver->close(c);
		return false;
	}
	*out = c;
	return true;
}

static void deadline_in(struct timespec *t, unsigned ms)
{
	/* allow clock_gettime: how long to wait, which is no moment of any record */
	(void)clock_gettime(CLOCK_MONOTONIC, t);
	t->tv_sec += ms / 1000;
	t->tv_nsec += (long)(ms % 1000) * 1000000;
	if (t->tv_nsec >= 1000000000) {
		t->tv_sec++;
		t->tv_nsec -= 1000000000;
	}
}

static void waiter_unlink(struct pool *p, struct waiter *w)
{
	struct waiter **at = &p->first, *before = NULL;

	while (*at && *at != w) {
		before = *at;
		at = &(*at)->next;
	}
	if (!*at)
		return;
	*at = w->next;
	if (p->last == w)
		p->last = before;
}

/* Waits in line; the lock is held. True: w has a connection or a seat. */
static bool wait_in_line(struct db *db, struct pool *p, struct waiter *w)
{
	pthread_condattr_t attr;
	struct timespec until;
	bool late = false;

	(void)pthread_condattr_init(&attr);
	(void)pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	(void)pthread_cond_init(&w->wake, &attr);
	(void)pthread_condattr_destroy(&attr);
	if (p->last)
		p->last->next = w;
	else
		p->first = w;
	p->last = w;
	deadline_in(&until, db->conf.wait_ms);
	while (!w->given && !w->may_open && !late)
		late = pthread_cond_timedwait(&w->wake, &db->lock, &until) != 0;
	if (!w->given && !w->may_open)
		waiter_unlink(p, w);
	(void)pthread_cond_destroy(&w->wake);
	return w->given || w->may_open;
}

/* A seat is free: the next in line gets it, with the connection when there is one. */
static void pass_on(struct pool *p, struct conn *c)
{
	struct waiter *w = p->first;

	if (!w) {
		if (c) {
			c->next = p->idle;
			p->idle = c;
		}
		p->used--;
		return;
	}
	p->first = w->next;
	if (!p->first)
		p->last = NULL;
	w->given = c;
	w->may_open = !c;
	(void)pthread_cond_signal(&w->wake);
}

static void close_all(struct db *db, struct conn *c)
{
	while (c) {
		struct conn *next = c->next;

		db->driver->close(c);
		c = next;
	}
}

static void give_back(struct db *db, struct pool *p, struct conn *c)
{
	struct conn *dead = NULL;

	(void)pthread_mutex_lock(&db->lock);
	if (c && c->broken) {
		/* The idle ones stood to the same server: who tries again must not get
		 * the next dead one. */
		c->next = p->idle;
		dead = c;
		p->idle = c = NULL;
	}
	pass_on(p, c);
	(void)pthread_mutex_unlock(&db->lock);
	close_all(db, dead);
}

/* A seat, perhaps with a connection on it. */
static bool take_seat(struct db *db, struct pool *p, struct conn **out, struct err *e)
{
	struct waiter w = {0};
	bool good = true;

	(void)pthread_mutex_lock(&db->lock);
	/* Nobody overtakes those who wait. */
	if (!p->first && p->used < p->seats) {
		p->used++;
		w.given = p->idle;
		if (p->idle)
			p->idle = p->idle->next;
	} else {
		good = wait_in_line(db, p, &w);
	}
	(void)pthread_mutex_unlock(&db->lock);
	if (!good)
		return err_set(e, ERR_BUSY, "no connection to the database within %u ms",
			db->conf.wait_ms);
	*out = w.given;
	return true;
}

static bool take(struct db *db, struct pool *p, struct conn **out, struct err *e)
{
	struct conn *c = NULL;

	if (!take_seat(db, p, &c, e))
		return false;
	if (!c && !conn_open(db, p->writer, &c, e)) {
		give_back(db, p, NULL);
		return false;
	}
	*out = c;
	return true;
}

/* --- open and close ---------------------------------------------------------------- */

static const struct db_driver *driver_of(const char *url)
{
	for (size_t i = 0; i < sizeof drivers / sizeof *drivers; i++)
		if (bytes_starts(bytes_str(url), bytes_str(drivers[i]->scheme)))
			return drivers[i];
	return NULL;
}

static void pool_init(struct pool *p, bool writer, unsigned seats)
{
	p->writer = writer;
	p->seats = seats;
}

bool db_open(struct db **out, const struct db_conf *conf, const struct db_statements *set,
	struct err *e)
{
	const struct db_driver *driver = driver_of(conf->url);
	AUTO(db) db = NULL;
	struct conn *c;

	if (!driver)
		return err_set(e, ERR_UNSUPPORTED,
			"no database of this kind; write sqlite:FOLDER or "
			"postgresql://…");
	db = NEW(struct db);
	db->driver = driver;
	db->set = set;
	db->conf = *conf;
	db->conf.url = db->url = mem_str(conf->url);
	db->conf.connections = conf->connections ? conf->connections : CONNECTIONS;
	db->conf.wait_ms = conf->wait_ms ? conf->wait_ms : WAIT_MS;
	(void)pthread_mutex_init(&db->lock, NULL);
	pool_init(&db->readers, !driver->has_one_writer, db->conf.connections);
	pool_init(&db->writer, true, 1);
	if (!take(db, pool_of(db, DB_WRITE), &c, e))
		return false;
	give_back(db, pool_of(db, DB_WRITE), c);
	*out = db_move(&db);
	return true;
}

static void pool_fini(struct db *db, struct pool *p)
{
	ASSERT(!p->first && p->used == 0);
	close_all(db, p->idle);
}

void db_free(struct db *db)
{
	if (!db)
		return;
	pool_fini(db, &db->readers);
	pool_fini(db, &db->writer);
	(void)pthread_mutex_destroy(&db->lock);
	mem_free(db->url);
	mem_free(db);
}

/* --- transactions ------------------------------------------------------------------ */

int64_t tx_time(const struct tx *tx)
{
	return tx->time;
}

bool tx_run(struct tx *tx, size_t n, const struct db_value *in, struct arena *a,
	struct db_value **out, size_t *rows, int64_t *changed, struct err *e)
{
	const struct db_statement *s = &tx->db->set->all[n];
	int64_t touched = 0;
	size_t got = 0;

	ASSERT(n < tx->db->set->count && (tx->mode == DB_WRITE || !s->writes));
	if (tx->failed)
		return err_set(
			e, ERR_IO, "%s: the transaction has failed before", s->name);
	tx->failed = true;
	if (!tx->db->driver->run(tx->conn, n, s, in, a, out, &got, &touched, e))
		return err_in(e, "%s", s->name);
	if (s->shape != DB_MANY && got > 1)
		return err_set(
			e, ERR_IO, "%s: %zu rows where one was expected", s->name, got);
	tx->failed = false;
	if (rows)
		*rows = got;
	if (changed)
		*changed = touched;
	return true;
}

/* One try. *again: the body may be run again. */
static bool try_once(struct tx *tx, bool (*body)(struct tx *tx, void *ctx, struct err *e),
	void *ctx, bool *again, struct err *e)
{
	struct conn *c = tx->conn;

	*again = tx->failed = false;
	c->fault = FAULT_NONE;
	if (!c->driver->begin(c, tx->mode, e)) {
		*again = c->fault == FAULT_GONE || c->fault == FAULT_SERIAL;
		return false;
	}
	if (body(tx, ctx, e)) {
		/* A body that passes over a failure would commit half of its work. */
		ASSERT(!tx->failed);
		if (c->driver->commit(c, e))
			return true;
		if (c->fault == FAULT_UNKNOWN) {
			c->broken = true;
			return err_set(e, ERR_BUSY,
				"the database went away during COMMIT: whether it holds "
				"is unknown");
		}
	}
	*again = c->fault == FAULT_GONE || c->fault == FAULT_SERIAL;
	if (c->fault == FAULT_GONE)
		c->broken = true;
	else
		c->driver->rollback(c);
	return false;
}

static void pause_before(unsigned try)
{
	struct timespec t = {0, (long)try * 5000000};

	(void)nanosleep(&t, NULL);
}

bool db_tx(struct db *db, enum db_mode mode,
	bool (*body)(struct tx *tx, void *ctx, struct err *e), void *ctx, struct err *e)
{
	struct pool *p = pool_of(db, mode);
	struct tx tx = {
		.db = db, .mode = mode, .time = db->conf.world->now(db->conf.world)};
	bool good = false, again = true, gone = false;

	for (unsigned i = 0; i < TRIES_MAX && again && !good; i++) {
		if (i)
			pause_before(i);
		if (!take(db, p, &tx.conn, e))
			return false;
		good = try_once(&tx, body, ctx, &again, e);
		/* A server that went away is tried once more and not for ever. */
		if (tx.conn->broken && again) {
			again = !gone;
			gone = true;
		}
		give_back(db, p, tx.conn);
	}
	if (!good && again)
		return err_set(
			e, ERR_BUSY, "others changed the same rows at the same time");
	return good;
}

/* --- for operators ----------------------------------------------------------------- */

static bool with_conn(struct db *db, enum db_mode mode,
	bool (*act)(struct db *db, struct conn *c, void *ctx, struct err *e), void *ctx,
	struct err *e)
{
	struct pool *p = pool_of(db, mode);
	struct conn *c;
	bool good;

	if (!take(db, p, &c, e))
		return false;
	c->fault = FAULT_NONE;
	good = act(db, c, ctx, e);
	if (c->fault == FAULT_GONE)
		c->broken = true;
	give_back(db, p, c);
	return good;
}

static bool act_migrate(struct db *db, struct conn *c, void *ctx, struct err *e)
{
	return migrate_all(c, db->conf.world->now(db->conf.world), ctx, e);
}

bool db_migrate(struct db *db, unsigned *applied, struct err *e)
{
	*applied = 0;
	return with_conn(db, DB_WRITE, act_migrate, applied, e);
}

struct look {
	struct arena *a;
	bool thorough;
	struct db_health *out;
};

/* Makes a table and takes it back. */
static bool can_write(struct conn *c)
{
	struct err none;
	bool good =
		c->driver->begin(c, DB_WRITE, &none) &&
		c->driver->script(c, "CREATE TABLE doctor_was_here (x BIGINT)", &none);

	c->driver->rollback(c);
	return good;
}

static bool act_look(struct db *db, struct conn *c, void *ctx, struct err *e)
{
	struct look *l = ctx;

	*l->out = (struct db_health){.kind = db->driver->name, .octets = -1};
	l->out->writable = can_write(c);
	return migrate_check(c, true, &l->out->migration, e) &&
	       db->driver->look(c, l->a, l->thorough, l->out, e);
}

bool db_look(struct db *db, struct arena *a, bool thorough, struct db_health *out,
	struct err *e)
{
	struct look l = {a, thorough, out};

	return with_conn(db, DB_WRITE, act_look, &l, e);
}

static bool act_copy(struct db *db, struct conn *c, void *ctx, struct err *e)
{
	(void)db;
	return c->driver->copy(c, ctx, e);
}

bool db_copy(struct db *db, const char *path, struct err *e)
{
	AUTO_MEM char *to = mem_str(path);

	if (!db->driver->copy)
		return err_set(e, ERR_UNSUPPORTED,
			"%s is copied by its own tools (pg_dump)", db->driver->name);
	return with_conn(db, DB_READ, act_copy, to, e);
}

static bool act_ping(struct db *db, struct conn *c, void *ctx, struct err *e)
{
	(void)db;
	(void)ctx;
	return c->driver->ping(c, e);
}

bool db_ping(struct db *db, struct err *e)
{
	bool good = false;

	/* The first may find that its connection is dead; the second makes a new one. */
	for (unsigned i = 0; i < 2 && !good; i++)
		good = with_conn(db, DB_READ, act_ping, NULL, e);
	return good;
}
