/* A connection to PostgreSQL that breaks at the worst moment: a proxy cuts it when
 * certain
 * words pass. SPDX-License-Identifier: Apache-2.0
 */
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/bytes.h"
#include "kit_db.h"
#include "probe.h"
#include "store/db.h"

#define TABLE                                                                        \
	"CREATE TABLE probe (id BYTEA PRIMARY KEY, number BIGINT NOT NULL, truth "   \
	"BOOLEAN NOT NULL, words TEXT NOT NULL, octets BYTEA, moment BIGINT, other " \
	"BYTEA, maybe BIGINT)"

/* Stands between the db and the server, on a socket of its own. */
struct proxy {
	char *folder, *server; /* of its socket; the path of the server's */
	int listener;
	pthread_t thread;
	pthread_mutex_t lock;
	struct bytes cut_at; /* cuts the connection on which these octets pass, once */
	bool after;          /* when they have been passed on, and before the answer */
	_Atomic unsigned cuts;
};

/* Its threads may outlive a test by a moment. */
static struct proxy proxy = {.listener = -1, .lock = PTHREAD_MUTEX_INITIALIZER};

static bool connect_to(int *out, const char *path)
{
	struct sockaddr_un at = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	assert_true(strlen(path) < sizeof at.sun_path);
	memcpy(at.sun_path, path, strlen(path));
	*out = fd;
	return connect(fd, (struct sockaddr *)&at, sizeof at) == 0;
}

/* Do these octets end the connection, and are they to be passed on before? */
static bool is_cut(struct proxy *p, struct bytes run, bool *after)
{
	bool cut;

	(void)pthread_mutex_lock(&p->lock);
	cut = p->cut_at.n && bytes_find(run, p->cut_at) != SIZE_MAX;
	*after = p->after;
	if (cut) {
		p->cut_at.n = 0;
		p->cuts++;
	}
	(void)pthread_mutex_unlock(&p->lock);
	return cut;
}

static bool pass(int from, int to, struct proxy *p)
{
	uint8_t run[16384];
	ssize_t n = read(from, run, sizeof run);
	bool cut, after = false;

	if (n <= 0)
		return false;
	cut = p && is_cut(p, bytes_make(run, (size_t)n), &after);
	if (cut && !after)
		return false;
	if (write(to, run, (size_t)n) != n)
		return false;
	if (cut)
		(void)usleep(300000); /* the server works on it */
	return !cut;
}

struct line {
	struct proxy *proxy;
	int client;
};

static void *serve_line(void *arg)
{
	struct line *l = arg;
	int server;

	if (connect_to(&server, l->proxy->server)) {
		struct pollfd fds[] = {{l->client, POLLIN, 0}, {server, POLLIN, 0}};
		bool open = true;

		while (open && poll(fds, 2, -1) > 0) {
			if (fds[0].revents)
				open = pass(l->client, server, l->proxy);
			if (open && fds[1].revents)
				open = pass(server, l->client, NULL);
		}
	}
	(void)close(server);
	(void)close(l->client);
	free(l);
	return NULL;
}

static void *serve(void *arg)
{
	struct proxy *p = arg;
	int client;

	while ((client = accept4(p->listener, NULL, NULL, SOCK_CLOEXEC)) >= 0) {
		struct line *l = calloc(1, sizeof *l);
		pthread_t thread;

		*l = (struct line){p, client};
		assert_int_equal(pthread_create(&thread, NULL, serve_line, l), 0);
		(void)pthread_detach(thread);
	}
	return NULL;
}

/* The url of the kit, by way of the proxy. */
static char *by_proxy(struct kit *k, struct proxy *p)
{
	struct sockaddr_un at = {.sun_family = AF_UNIX};
	const char *host = strstr(k->conf.url, "host="), *behind;
	char *path;

	assert_non_null(host);
	host += 5;
	behind = strchr(host, '&');
	p->folder = arena_printf(k->a, "/tmp/qyproxy-XXXXXX");
	assert_non_null(mkdtemp(p->folder));
	p->server = arena_printf(k->a, "%.*s/.s.PGSQL.5432", (int)(behind - host), host);
	path = arena_printf(k->a, "%s/.s.PGSQL.5432", p->folder);
	memcpy(at.sun_path, path, strlen(path));
	p->listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_int_equal(bind(p->listener, (struct sockaddr *)&at, sizeof at), 0);
	assert_int_equal(listen(p->listener, 8), 0);
	assert_int_equal(pthread_create(&p->thread, NULL, serve, p), 0);
	return arena_printf(k->a, "%.*s%s%s", (int)(host - k->conf.url), k->conf.url,
		p->folder, behind);
}

static void stop(struct kit *k)
{
	struct proxy *p = &proxy;

	db_free(k->db);
	k->db = NULL;
	(void)shutdown(p->listener, SHUT_RDWR);
	(void)pthread_join(p->thread, NULL);
	(void)close(p->listener);
	(void)unlink(arena_printf(k->a, "%s/.s.PGSQL.5432", p->folder));
	(void)rmdir(p->folder);
}

static void cut_at(struct bytes words, bool after)
{
	struct proxy *p = &proxy;

	(void)pthread_mutex_lock(&p->lock);
	p->cut_at = words;
	p->after = after;
	p->cuts = 0;
	(void)pthread_mutex_unlock(&p->lock);
}

static struct kit *opened(void **state, struct db **direct)
{
	struct kit *k = kit_of(state);
	struct db_conf old = k->conf;
	AUTO(db) db = NULL;
	unsigned n;
	struct err e;

	old.may_be_old = true;
	if (!db_open(&db, &old, &probe_statements, &e) || !db_migrate(db, &n, &e))
		fail_msg("%s", e.text);
	kit_sql(k, TABLE);
	if (!db_open(direct, &k->conf, &probe_statements, &e))
		fail_msg("%s", e.text);
	k->conf.url = by_proxy(k, &proxy);
	if (!db_open(&k->db, &k->conf, &probe_statements, &e))
		fail_msg("%s", e.text);
	return k;
}

/* --- ------------------------------------------------------------------------------- */

struct work {
	struct arena *a;
	struct probe_put_in in;
	struct probe_sum_row sum;
	unsigned runs;
};

static bool put(struct tx *tx, void *ctx, struct err *e)
{
	struct work *w = ctx;

	w->runs++;
	return probe_put(tx, &w->in, NULL, e);
}

static bool sum(struct tx *tx, void *ctx, struct err *e)
{
	struct work *w = ctx;
	bool found;

	return probe_sum(tx, w->a, &w->sum, &found, e);
}

static int64_t rows_of(struct db *db, struct work *w)
{
	struct err e;

	if (!db_tx(db, DB_READ, sum, w, &e))
		fail_msg("%s", e.text);
	return w->sum.rows;
}

static void cut_before_commit_the_body_runs_again(void **state)
{
	AUTO(db) direct = NULL;
	struct kit *k = opened(state, &direct);
	struct work w = {.a = k->a};
	struct err e;

	w.in.words = BYTES("words that pass");
	for (int after = 0; after < 2; after++) {
		w.runs = 0;
		w.in.id.b[0] = (uint8_t)after;
		cut_at(w.in.words, after);
		if (!db_tx(k->db, DB_WRITE, put, &w, &e))
			fail_msg("%s", e.text);
		assert_int_equal((unsigned)proxy.cuts, 1);
		assert_int_equal(w.runs, 2);
		assert_int_equal(rows_of(direct, &w), after + 1);
	}
	stop(k);
}

static void cut_in_commit_nobody_says_that_it_holds(void **state)
{
	AUTO(db) direct = NULL;
	struct kit *k = opened(state, &direct);
	struct work w = {.a = k->a};
	struct err e;

	w.in.words = BYTES("x");
	for (int after = 0; after < 2; after++) {
		w.runs = 0;
		w.in.id.b[0] = (uint8_t)after;
		cut_at(BYTES("COMMIT\0"), after);
		assert_false(db_tx(k->db, DB_WRITE, put, &w, &e));
		assert_int_equal((unsigned)proxy.cuts, 1);
		assert_int_equal(e.code, ERR_BUSY);
		assert_non_null(strstr(e.text, "unknown"));
		/* Not run again: it might be done twice. */
		assert_int_equal(w.runs, 1);
		assert_int_equal(rows_of(direct, &w), after);
	}
	/* The caller tries again, and its own key says what was. */
	assert_false(db_tx(k->db, DB_WRITE, put, &w, &e));
	assert_int_equal(e.code, ERR_ROLLBACK);
	assert_string_equal(e.text + strlen(e.text) - 8, "conflict");
	stop(k);
}

static void a_server_that_stays_away_is_busy(void **state)
{
	AUTO(db) direct = NULL;
	struct kit *k = opened(state, &direct);
	struct work w = {.a = k->a};
	struct err e;

	w.in.words = BYTES("not to be had");
	cut_at(w.in.words, false);
	(void)shutdown(proxy.listener, SHUT_RDWR);
	assert_false(db_tx(k->db, DB_WRITE, put, &w, &e));
	assert_int_equal(e.code, ERR_BUSY);
	assert_int_equal(rows_of(direct, &w), 0);
	stop(k);
}

static void a_password_is_in_no_message(void **state)
{
	static const char *const wrong[] = {"postgresql://u:secret-word@/x?nothing=1",
		"postgresql://u:secret-word@[::1/x",
		"postgresql://u:secret-word@ho:st:port/x",
		"postgresql:///x?host=/nowhere&password=secret-word",
		"postgresql://u:secret-word@/x?host=/nowhere"};
	struct db_conf conf = {.world = world_system(), .wait_ms = 1000};

	(void)state;
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
		struct db *db;
		struct err e;

		conf.url = wrong[i];
		assert_false(db_open(&db, &conf, &probe_statements, &e));
		assert_null(strstr(e.text, "secret"));
		assert_int_equal(e.code, i < 2 ? ERR_USAGE : ERR_BUSY);
	}
}

#define ON_POSTGRES(f) ON_ONE(&probe_statements, f, true, true, #f "_on_postgresql")

int main(void)
{
	const struct CMUnitTest tests[] = {
		ON_POSTGRES(cut_before_commit_the_body_runs_again),
		ON_POSTGRES(cut_in_commit_nobody_says_that_it_holds),
		ON_POSTGRES(a_server_that_stays_away_is_busy),
		cmocka_unit_test(a_password_is_in_no_message),
	};

	(void)signal(SIGPIPE, SIG_IGN);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
