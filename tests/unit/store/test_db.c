/* Databases behind one face: what comes back, what is refused, who waits for whom, on
 * SQLite and on PostgreSQL. SPDX-License-Identifier: Apache-2.0
 */
#include "store/db.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <sqlite3.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/i18n.h"
#include "kit_db.h"
#include "probe.h"

#define TABLE(blob, boolean)                                                          \
	"CREATE TABLE probe (id " blob                                                \
	" PRIMARY KEY, number BIGINT NOT NULL, truth " boolean                        \
	" NOT NULL, words TEXT NOT NULL, octets " blob ", moment BIGINT, other " blob \
	", maybe BIGINT)"

static struct id id_of(int n)
{
	struct id id = {{0}};

	id.b[0] = (uint8_t)(n >> 8);
	id.b[15] = (uint8_t)n;
	return id;
}

/* Migrated, with the table of the probe, open. */
static struct kit *opened(void **state)
{
	struct kit *k = kit_of(state);
	struct db_conf old = k->conf;
	AUTO(db) db = NULL;
	unsigned n;
	struct err e;

	old.may_be_old = true;
	if (!db_open(&db, &old, &probe_statements, &e) || !db_migrate(db, &n, &e))
		fail_msg("%s", e.text);
	kit_sql(k, k->postgres ? TABLE("BYTEA", "BOOLEAN") : TABLE("BLOB", "INTEGER"));
	if (!db_open(&k->db, &k->conf, &probe_statements, &e))
		fail_msg("%s", e.text);
	return k;
}

/* --- values ------------------------------------------------------------------------ */

struct row_try {
	struct probe_put_in in;
	struct probe_get_row out;
	bool found;
	struct arena *a;
};

static bool put(struct tx *tx, void *ctx, struct err *e)
{
	struct row_try *t = ctx;

	return probe_put(tx, &t->in, NULL, e);
}

static bool get(struct tx *tx, void *ctx, struct err *e)
{
	struct row_try *t = ctx;

	return probe_get(tx, t->a, t->in.id, &t->out, &t->found, e);
}

static void values_come_back_as_they_went(void **state)
{
	static const char odd[] = "龘𠀀é'\"\\%_;--\n\t�";
	static const uint8_t octets[] = {0, 1, 0xff, 0, '\'', 0x80};
	struct kit *k = opened(state);
	int64_t least = INT64_MIN + 1;
	struct id other = id_of(7);
	struct row_try t = {.a = k->a};
	struct err e;

	t.in = (struct probe_put_in){.id = id_of(1),
		.number = INT64_MAX,
		.truth = true,
		.words = bytes_str(odd),
		.octets = BYTES_OF(octets),
		.moment = -1,
		.other = &other,
		.maybe = &least};
	assert_true(db_tx(k->db, DB_WRITE, put, &t, &e));
	assert_true(db_tx(k->db, DB_READ, get, &t, &e));
	assert_true(t.found && t.out.truth && t.out.has_other && t.out.has_maybe);
	assert_true(id_equal(t.out.id, id_of(1)) && id_equal(t.out.other, other));
	assert_int_equal(t.out.number, INT64_MAX);
	assert_int_equal(t.out.maybe, least);
	assert_int_equal(t.out.moment, -1);
	assert_bytes(t.out.words, bytes_str(odd));
	assert_bytes(t.out.octets, BYTES_OF(octets));
}

static void nothing_and_empty_are_told_apart(void **state)
{
	struct kit *k = opened(state);
	struct row_try t = {.a = k->a};
	struct err e;

	t.in = (struct probe_put_in){
		.id = id_of(1), .words = BYTES(""), .moment = TIME_NONE};
	assert_true(db_tx(k->db, DB_WRITE, put, &t, &e));
	assert_true(db_tx(k->db, DB_READ, get, &t, &e));
	assert_true(t.found && !t.out.truth && !t.out.has_other && !t.out.has_maybe);
	assert_non_null(t.out.words.p);
	assert_int_equal(t.out.words.n, 0);
	assert_null(t.out.octets.p);
	assert_true(t.out.moment == TIME_NONE);
	t.in.id = id_of(2);
	t.in.octets = BYTES("");
	assert_true(db_tx(k->db, DB_WRITE, put, &t, &e));
	assert_true(db_tx(k->db, DB_READ, get, &t, &e));
	assert_non_null(t.out.octets.p);
	t.in.id = id_of(3);
	assert_true(db_tx(k->db, DB_READ, get, &t, &e));
	assert_false(t.found);
}

/* --- all or nothing ---------------------------------------------------------------- */

static bool put_twice(struct tx *tx, void *ctx, struct err *e)
{
	struct row_try *t = ctx;

	t->in.id = id_of(5);
	if (!probe_put(tx, &t->in, NULL, e))
		return false;
	t->in.id = id_of(1);
	return probe_put(tx, &t->in, NULL, e);
}

static bool put_and_regret(struct tx *tx, void *ctx, struct err *e)
{
	struct row_try *t = ctx;

	return probe_put(tx, &t->in, NULL, e) && err_set(e, ERR_DENIED, "regretted");
}

static void a_conflict_is_told_and_nothing_of_it_stays(void **state)
{
	struct kit *k = opened(state);
	struct row_try t = {.a = k->a};
	struct err e;

	t.in = (struct probe_put_in){.id = id_of(1), .words = BYTES("x")};
	assert_true(db_tx(k->db, DB_WRITE, put, &t, &e));
	assert_false(db_tx(k->db, DB_WRITE, put_twice, &t, &e));
	assert_int_equal(e.code, ERR_ROLLBACK);
	t.in.id = id_of(5);
	assert_true(db_tx(k->db, DB_READ, get, &t, &e));
	assert_false(t.found);
}

static void a_body_that_fails_leaves_nothing(void **state)
{
	struct kit *k = opened(state);
	struct row_try t = {.a = k->a};
	struct err e;

	t.in = (struct probe_put_in){.id = id_of(1), .words = BYTES("x")};
	assert_false(db_tx(k->db, DB_WRITE, put_and_regret, &t, &e));
	assert_int_equal(e.code, ERR_DENIED);
	assert_true(db_tx(k->db, DB_READ, get, &t, &e));
	assert_false(t.found);
	assert_true(db_tx(k->db, DB_WRITE, put, &t, &e));
}

static void a_write_while_reading_ends_the_process(void **state)
{
	struct kit *k = opened(state);
	struct row_try t = {.a = k->a};
	struct err e;
	int status;
	pid_t child = fork();

	assert_true(child >= 0);
	if (child == 0) {
		(void)close(STDERR_FILENO);
		t.in = (struct probe_put_in){.id = id_of(1), .words = BYTES("x")};
		(void)!db_tx(k->db, DB_READ, put, &t, &e);
		_exit(0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
}

/* --- many at once ------------------------------------------------------------------ */

enum { THREADS = 8, ROUNDS = 25 };

struct adder {
	struct kit *k;
	pthread_t thread;
	int done;
	int64_t last;
	struct err e;
};

/* Reads, thinks, writes what it read plus one: lost updates would show. */
static bool add_by_reading(struct tx *tx, void *ctx, struct err *e)
{
	struct adder *x = ctx;
	AUTO(arena) a = arena_new();
	struct probe_get_row row;
	struct probe_add_row now;
	bool found;

	if (!probe_get(tx, a, id_of(1), &row, &found, e) ||
		!probe_add(tx, a, id_of(1), 1, &now, &found, e))
		return false;
	if (now.number != row.number + 1)
		return err_set(e, ERR_IO, "somebody came in between");
	x->last = now.number;
	return true;
}

static void *add_often(void *arg)
{
	struct adder *x = arg;

	while (x->done < ROUNDS) {
		if (db_tx(x->k->db, DB_WRITE, add_by_reading, x, &x->e))
			x->done++;
		else if (x->e.code != ERR_BUSY)
			break;
	}
	return NULL;
}

static void none_of_many_at_once_is_lost(void **state)
{
	struct kit *k = opened(state);
	struct adder x[THREADS];
	struct row_try t = {.a = k->a};
	struct err e;

	t.in = (struct probe_put_in){.id = id_of(1), .words = BYTES("")};
	assert_true(db_tx(k->db, DB_WRITE, put, &t, &e));
	for (int i = 0; i < THREADS; i++) {
		x[i] = (struct adder){.k = k};
		assert_int_equal(pthread_create(&x[i].thread, NULL, add_often, &x[i]), 0);
	}
	for (int i = 0; i < THREADS; i++) {
		(void)pthread_join(x[i].thread, NULL);
		if (x[i].done != ROUNDS)
			fail_msg("%s", x[i].e.text);
	}
	assert_true(db_tx(k->db, DB_READ, get, &t, &e));
	assert_int_equal(t.out.number, THREADS * ROUNDS);
}

/* SQLite: a writer holds the only seat; those who come are served in the order they
 * came. PostgreSQL has many writers and no line. */
struct line {
	pthread_mutex_t lock;
	int next, order[THREADS];
};

struct standing {
	struct kit *k;
	struct line *line;
	int who;
	pthread_t thread;
	bool good;
};

static bool note_turn(struct tx *tx, void *ctx, struct err *e)
{
	struct standing *s = ctx;

	(void)tx;
	(void)e;
	(void)pthread_mutex_lock(&s->line->lock);
	s->line->order[s->line->next++] = s->who;
	(void)pthread_mutex_unlock(&s->line->lock);
	return true;
}

static void *stand(void *arg)
{
	struct standing *s = arg;
	struct err e;

	s->good = db_tx(s->k->db, DB_WRITE, note_turn, s, &e);
	return NULL;
}

static bool let_others_come(struct tx *tx, void *ctx, struct err *e)
{
	struct standing *all = ctx;

	(void)tx;
	for (int i = 0; i < THREADS; i++) {
		if (pthread_create(&all[i].thread, NULL, stand, &all[i]) != 0)
			return err_set(e, ERR_IO, "no thread");
		(void)usleep(20000);
	}
	return true;
}

static void writers_are_served_in_the_order_they_came(void **state)
{
	struct kit *k = opened(state);
	struct line line = {.lock = PTHREAD_MUTEX_INITIALIZER};
	struct standing all[THREADS];
	struct err e;

	for (int i = 0; i < THREADS; i++)
		all[i] = (struct standing){.k = k, .line = &line, .who = i};
	assert_true(db_tx(k->db, DB_WRITE, let_others_come, all, &e));
	for (int i = 0; i < THREADS; i++) {
		(void)pthread_join(all[i].thread, NULL);
		assert_true(all[i].good);
	}
	for (int i = 0; i < THREADS; i++)
		assert_int_equal(line.order[i], i);
}

static bool hold(struct tx *tx, void *ctx, struct err *e)
{
	struct standing *s = ctx;

	(void)tx;
	(void)e;
	return pthread_create(&s->thread, NULL, stand, s) == 0 && usleep(400000) == 0;
}

static void who_waits_too_long_is_told_so(void **state)
{
	struct kit *k = opened(state);
	struct db_conf few = k->conf;
	struct line line = {.lock = PTHREAD_MUTEX_INITIALIZER};
	struct standing s = {.k = k, .line = &line, .good = true};
	struct err e;

	few.connections = 1;
	few.wait_ms = 100;
	db_free(k->db);
	k->db = NULL;
	assert_true(db_open(&k->db, &few, &probe_statements, &e));
	assert_true(db_tx(k->db, DB_WRITE, hold, &s, &e));
	(void)pthread_join(s.thread, NULL);
	assert_false(s.good);
	assert_int_equal(line.next, 0);
	/* and nobody is left in the line */
	assert_true(db_tx(k->db, DB_WRITE, note_turn, &s, &e));
}

/* --- pages ------------------------------------------------------------------------- */

enum { PAGE_ROWS = 300, PAGE = 7 };

static bool put_many(struct tx *tx, void *ctx, struct err *e)
{
	(void)ctx;
	for (int i = 0; i < PAGE_ROWS; i++) {
		const struct probe_put_in in = {
			.id = id_of(i), .number = i / 10, .words = BYTES("w")};

		if (!probe_put(tx, &in, NULL, e))
			return false;
	}
	return true;
}

struct turning {
	struct arena *a;
	struct probe_page_row last;
	size_t seen, pages;
};

static bool turn_pages(struct tx *tx, void *ctx, struct err *e)
{
	struct turning *t = ctx;
	struct probe_page_row *rows;
	size_t n = PAGE;

	t->last = (struct probe_page_row){.number = -1};
	for (t->seen = t->pages = 0; n == PAGE; t->pages++) {
		if (!probe_page(tx, t->a, t->last.number, t->last.id, PAGE, &rows, &n, e))
			return false;
		for (size_t i = 0; i < n; i++, t->seen++)
			if (!id_equal(rows[i].id, id_of((int)t->seen)))
				return err_set(e, ERR_IO, "a gap at %zu", t->seen);
		if (n)
			t->last = rows[n - 1];
	}
	return true;
}

static void pages_by_key_have_no_gap(void **state)
{
	struct kit *k = opened(state);
	struct turning t = {.a = k->a};
	struct err e;

	assert_true(db_tx(k->db, DB_WRITE, put_many, NULL, &e));
	if (!db_tx(k->db, DB_READ, turn_pages, &t, &e))
		fail_msg("%s", e.text);
	assert_int_equal(t.seen, PAGE_ROWS);
	assert_int_equal(t.pages, PAGE_ROWS / PAGE + 1);
}

static bool take_all(struct tx *tx, void *ctx, struct err *e)
{
	struct probe_all_row *rows;
	size_t n;

	return probe_all(tx, ctx, &rows, &n, e);
}

static void too_many_rows_are_refused(void **state)
{
	struct kit *k = opened(state);
	struct err e;

	assert_false(db_tx(k->db, DB_READ, take_all, k->a, &e));
	assert_int_equal(e.code, ERR_TOO_LARGE);
}

/* --- schema ------------------------------------------------------------------------ */

static void a_statement_that_does_not_fit_fails_at_the_start(void **state)
{
	struct kit *k = opened(state);
	struct err e;

	db_free(k->db);
	k->db = NULL;
	kit_sql(k, "ALTER TABLE probe RENAME COLUMN words TO wrods");
	assert_false(db_open(&k->db, &k->conf, &probe_statements, &e));
	assert_int_equal(e.code, ERR_IO);
	assert_non_null(strstr(e.text, "probe_"));
}

static void an_older_schema_is_refused(void **state)
{
	struct kit *k = kit_of(state);
	static const struct db_statements none = {0};
	struct err e;

	assert_false(db_open(&k->db, &k->conf, &none, &e));
	assert_int_equal(e.code, ERR_DENIED);
	assert_int_equal(e.say, MSG_STORE_OLDER_SCHEMA + 1);
}

static void a_newer_or_altered_schema_is_refused(void **state)
{
	struct kit *k = opened(state);
	struct err e;

	db_free(k->db);
	k->db = NULL;
	kit_sql(k,
		"INSERT INTO schema_migration (number, name, sum, applied_at) "
		"SELECT max(number) + 1, 'from-tomorrow', 'x', 0 FROM schema_migration");
	assert_false(db_open(&k->db, &k->conf, &probe_statements, &e));
	assert_int_equal(e.say, MSG_STORE_NEWER_SCHEMA + 1);
	kit_sql(k, "DELETE FROM schema_migration WHERE name = 'from-tomorrow'");
	kit_sql(k, "UPDATE schema_migration SET sum = 'x' WHERE number = 1");
	assert_false(db_open(&k->db, &k->conf, &probe_statements, &e));
	assert_int_equal(e.say, MSG_STORE_ALTERED_SCHEMA + 1);
}

struct migrator {
	struct kit *k;
	pthread_t thread;
	bool good;
	unsigned applied;
	struct err e;
};

static void *migrate_alone(void *arg)
{
	struct migrator *m = arg;
	static const struct db_statements none = {0};
	struct db_conf old = m->k->conf;
	AUTO(db) db = NULL;

	old.may_be_old = true;
	m->good = db_open(&db, &old, &none, &m->e) && db_migrate(db, &m->applied, &m->e);
	return NULL;
}

static void two_that_migrate_at_once_wait_for_each_other(void **state)
{
	struct kit *k = kit_of(state);
	struct migrator m[3];
	size_t all = 0, steps = 0;

	while (db_migrations[all].text)
		all++;
	for (int i = 0; i < 3; i++) {
		m[i] = (struct migrator){.k = k};
		assert_int_equal(
			pthread_create(&m[i].thread, NULL, migrate_alone, &m[i]), 0);
	}
	for (int i = 0; i < 3; i++) {
		(void)pthread_join(m[i].thread, NULL);
		if (!m[i].good)
			fail_msg("%s", m[i].e.text);
		steps += m[i].applied;
	}
	assert_int_equal(steps, all);
}

/* --- operators --------------------------------------------------------------------- */

static void a_look_tells_what_there_is(void **state)
{
	struct kit *k = opened(state);
	struct db_health h;
	struct err e;

	if (!db_look(k->db, k->a, true, &h, &e))
		fail_msg("%s", e.text);
	assert_string_equal(h.kind, k->postgres ? "postgresql" : "sqlite");
	assert_true(h.octets > 0 && h.writable && !h.problem && h.version[0]);
	assert_true(h.migration >= 3);
	assert_true(db_ping(k->db, &e));
}

static void a_row_that_refers_to_nothing_is_found(void **state)
{
	struct kit *k = opened(state);
	struct db_health h;
	struct err e;

	kit_sql(k, "PRAGMA foreign_keys = OFF; INSERT INTO known_device VALUES "
		   "(x'00', x'00', 0, 0)");
	assert_true(db_look(k->db, k->a, true, &h, &e));
	assert_non_null(h.problem);
}

static void a_copy_holds_what_was_there(void **state)
{
	struct kit *k = opened(state);
	struct row_try t = {.a = k->a};
	AUTO(db) copy = NULL;
	struct db_conf conf = k->conf;
	char *folder;
	struct err e;

	t.in = (struct probe_put_in){.id = id_of(1), .words = BYTES("kept")};
	assert_true(db_tx(k->db, DB_WRITE, put, &t, &e));
	if (k->postgres) {
		assert_false(db_copy(k->db, "/nowhere", &e));
		assert_int_equal(e.code, ERR_UNSUPPORTED);
		return;
	}
	folder = arena_printf(k->a, "%s/copy", k->folder);
	assert_int_equal(mkdir(folder, 0700), 0);
	assert_true(db_copy(k->db, arena_printf(k->a, "%s/qianyin.db", folder), &e));
	/* It does not write over anything. */
	assert_false(db_copy(k->db, arena_printf(k->a, "%s/qianyin.db", folder), &e));
	conf.url = arena_printf(k->a, "sqlite:%s", folder);
	assert_true(db_open(&copy, &conf, &probe_statements, &e));
	assert_true(db_tx(copy, DB_READ, get, &t, &e));
	assert_true(t.found);
	assert_bytes(t.out.words, BYTES("kept"));
}

static void connections_that_broke_are_replaced(void **state)
{
	struct kit *k = opened(state);
	struct row_try t = {.a = k->a};
	struct err e;

	t.in = (struct probe_put_in){.id = id_of(1), .words = BYTES("x")};
	assert_true(db_tx(k->db, DB_WRITE, put, &t, &e));
	kit_sql(k, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> "
		   "pg_backend_pid() AND application_name = 'qianyind'");
	if (!db_tx(k->db, DB_READ, get, &t, &e))
		fail_msg("%s", e.text);
	assert_true(t.found);
}

/* Runs get in a second transaction while the first holds its connection. */
static bool get_beside(struct tx *tx, void *ctx, struct err *e)
{
	struct kit *k = *(struct kit **)ctx;
	struct row_try t = {.a = k->a};

	(void)tx;
	t.in.id = id_of(1);
	return db_tx(k->db, DB_READ, get, &t, e);
}

/* All that were idle broke with the server: the first who comes is served. */
static void a_pool_of_broken_connections_is_no_hurdle(void **state)
{
	struct kit *k = opened(state);
	struct row_try t = {.a = k->a};
	struct err e;

	t.in = (struct probe_put_in){.id = id_of(1), .words = BYTES("x")};
	assert_true(db_tx(k->db, DB_READ, get_beside, &k, &e));
	kit_sql(k, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> "
		   "pg_backend_pid() AND application_name = 'qianyind'");
	if (!db_tx(k->db, DB_WRITE, put, &t, &e))
		fail_msg("%s", e.text);
	assert_true(db_tx(k->db, DB_READ, get_beside, &k, &e));
}

/* --- a full disk -------------------------------------------------------------------- */

static bool disk_is_full;
static ssize_t (*real_pwrite)(int fd, const void *p, size_t n, off_t at);

static ssize_t pwrite_when_not_full(int fd, const void *p, size_t n, off_t at)
{
	if (!disk_is_full)
		return real_pwrite(fd, p, n, at);
	errno = ENOSPC;
	return -1;
}

/* What SQLite writes by; its own door for tests. */
static void stand_between(const char *name)
{
	sqlite3_vfs *vfs = sqlite3_vfs_find(NULL);
	sqlite3_syscall_ptr old = vfs->xGetSystemCall(vfs, name);

	if (old)
		real_pwrite = (ssize_t(*)(int, const void *, size_t, off_t))old;
	(void)vfs->xSetSystemCall(vfs, name, (sqlite3_syscall_ptr)pwrite_when_not_full);
}

static void a_full_disk_leaves_nothing_half_done(void **state)
{
	struct kit *k = opened(state);
	struct row_try t = {.a = k->a};
	struct err e;

	t.in = (struct probe_put_in){.id = id_of(1), .words = BYTES("kept")};
	assert_true(db_tx(k->db, DB_WRITE, put, &t, &e));
	stand_between("pwrite");
	stand_between("pwrite64");
	disk_is_full = true;
	t.in.id = id_of(2);
	assert_false(db_tx(k->db, DB_WRITE, put, &t, &e));
	disk_is_full = false;
	assert_int_equal(e.code, ERR_WRITE);
	assert_int_equal(e.say, MSG_STORE_DISK_FULL + 1);
	assert_true(db_tx(k->db, DB_READ, get, &t, &e));
	assert_false(t.found);
	t.in.id = id_of(1);
	assert_true(db_tx(k->db, DB_READ, get, &t, &e));
	assert_true(t.found);
	/* And goes on when there is room again. */
	t.in.id = id_of(2);
	assert_true(db_tx(k->db, DB_WRITE, put, &t, &e));
}

static void columns_in_each_others_place_are_refused(void **state)
{
	struct kit *k = opened(state);
	const struct db_place out[] = {
		{"number", DB_INT, false}, {"maybe", DB_INT, true}};
	struct db_statement swapped = {.name = "swapped",
		.sqlite = "SELECT maybe, number FROM probe",
		.postgres = "SELECT maybe, number FROM probe",
		.shape = DB_MANY,
		.out = out,
		.out_count = 2};
	const struct db_statements set = {&swapped, 1};
	AUTO(db) db = NULL;
	struct err e;

	assert_false(db_open(&db, &k->conf, &set, &e));
	assert_int_equal(e.code, ERR_IO);
	assert_non_null(strstr(e.text, "swapped: column maybe"));
	swapped.sqlite = swapped.postgres = "SELECT number, maybe FROM probe";
	assert_true(db_open(&db, &k->conf, &set, &e));
}

static void what_is_no_database_is_refused(void **state)
{
	static const struct {
		const char *url;
		enum err_code code;
	} wrong[] = {{"mysql://x", ERR_UNSUPPORTED}, {"", ERR_UNSUPPORTED},
		{"sqlite:", ERR_USAGE}, {"sqlite:/proc/nothing", ERR_WRITE},
		{"postgresql:///x?host=/nowhere&connect_timeout=2", ERR_BUSY}};
	struct db_conf conf = {.world = world_system(), .wait_ms = 1000};
	struct db *db = NULL;
	struct err e;

	(void)state;
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
		conf.url = wrong[i].url;
		assert_false(db_open(&db, &conf, &probe_statements, &e));
		assert_int_equal(e.code, wrong[i].code);
		assert_null(db);
	}
}

#define BOTH(f) ON_BOTH_EMPTY(&probe_statements, f)

int main(void)
{
	const struct CMUnitTest tests[] = {
		BOTH(values_come_back_as_they_went),
		BOTH(nothing_and_empty_are_told_apart),
		BOTH(a_conflict_is_told_and_nothing_of_it_stays),
		BOTH(a_body_that_fails_leaves_nothing),
		BOTH(a_write_while_reading_ends_the_process),
		BOTH(none_of_many_at_once_is_lost),
		ON_ONE(&probe_statements, writers_are_served_in_the_order_they_came,
			false, true, "writers_are_served_in_the_order_they_came"),
		BOTH(who_waits_too_long_is_told_so),
		BOTH(pages_by_key_have_no_gap),
		BOTH(too_many_rows_are_refused),
		BOTH(a_statement_that_does_not_fit_fails_at_the_start),
		BOTH(an_older_schema_is_refused),
		BOTH(a_newer_or_altered_schema_is_refused),
		BOTH(two_that_migrate_at_once_wait_for_each_other),
		BOTH(a_look_tells_what_there_is),
		ON_ONE(&probe_statements, a_row_that_refers_to_nothing_is_found, false,
			true, "a_row_that_refers_to_nothing_is_found"),
		BOTH(a_copy_holds_what_was_there),
		ON_ONE(&probe_statements, connections_that_broke_are_replaced, true, true,
			"connections_that_broke_are_replaced"),
		BOTH(columns_in_each_others_place_are_refused),
		ON_ONE(&probe_statements, a_pool_of_broken_connections_is_no_hurdle, true,
			true, "a_pool_of_broken_connections_is_no_hurdle_on_postgresql"),
		ON_ONE(&probe_statements, a_full_disk_leaves_nothing_half_done, false,
			true, "a_full_disk_leaves_nothing_half_done_on_sqlite"),
		cmocka_unit_test(what_is_no_database_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
