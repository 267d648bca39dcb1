/* kill_store: does what the platform does to its database and blobs, until it is killed;
 * and looks at what is left.
 * SPDX-License-Identifier: Apache-2.0
 *
 *   kill_store run DATABASE BLOBS     groups of a blob and three rows, by four threads; a
 *                                     line "ID" on standard output for each acknowledged
 *   kill_store check DATABASE BLOBS   reads such lines; says what was lost or half done,
 *                                     and exits 1 if anything was
 * kill_store.py kills the one and runs the other.
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/text.h"
#include "kill.h"
#include "kit_blob.h"
#include "store/blob.h"
#include "store/db.h"

enum { THREADS = 4, BLOB_MAX = 40000, PAGE = 500 };

static const struct id counter = {{'c', 'o', 'u', 'n', 't'}};
static struct db *db;
static struct blobs *blobs;

static void must(bool good, const char *what, const struct err *e)
{
	if (good)
		return;
	(void)fprintf(stderr, "kill_store: %s: %s\n", what, e->text);
	exit(2);
}

/* --- run --------------------------------------------------------------------------- */

struct group {
	struct id act, letter;
	struct bytes blob; /* its name in hexadecimal */
};

static bool put_group(struct tx *tx, void *ctx, struct err *e)
{
	const struct group *g = ctx;
	const struct kill_act_in act = {g->act, tx_time(tx), g->letter, g->blob};

	return kill_act(tx, &act, NULL, e) &&
	       kill_letter(tx, g->letter, g->blob, tx_time(tx), NULL, e) &&
	       kill_count(tx, counter, NULL, e);
}

static void make_group(struct arena *a, struct group *g)
{
	struct world *w = world_system();
	uint8_t *octets = arena_alloc(a, BLOB_MAX), name[BLOB_NAME];
	struct err e = {0};
	uint16_t size;

	w->random(w, &size, sizeof size);
	w->random(w, octets, BLOB_MAX);
	must(blob_store(blobs, bytes_make(octets, size % BLOB_MAX), name, &e), "blob",
		&e);
	g->act = id_new(w);
	g->letter = id_new(w);
	g->blob = bytes_str(hex_encode(a, bytes_make(name, BLOB_NAME)));
}

/* What was answered with an error may hold or not; what was acknowledged must. */
static void *run_thread(void *arg)
{
	(void)arg;
	for (;;) {
		AUTO(arena) a = arena_new();
		char line[ID_TEXT + 1];
		struct group g;
		struct err e = {0};

		make_group(a, &g);
		if (!db_tx(db, DB_WRITE, put_group, &g, &e)) {
			if (e.code != ERR_BUSY)
				must(false, "transaction", &e);
			(void)usleep(10000);
			continue;
		}
		memcpy(line, id_text(a, g.act), ID_TEXT);
		line[ID_TEXT] = '\n';
		/* In one piece: a pipe takes so few octets whole. */
		if (write(STDOUT_FILENO, line, sizeof line) != (ssize_t)sizeof line)
			exit(3);
	}
	return NULL;
}

static bool start_count(struct tx *tx, void *ctx, struct err *e)
{
	(void)ctx;
	return kill_start(tx, counter, NULL, e);
}

static int run(void)
{
	pthread_t threads[THREADS];
	struct err e = {0};

	must(db_tx(db, DB_WRITE, start_count, NULL, &e), "count", &e);
	for (size_t i = 0; i < THREADS; i++)
		if (pthread_create(&threads[i], NULL, run_thread, NULL) != 0)
			return 2;
	for (size_t i = 0; i < THREADS; i++)
		(void)pthread_join(threads[i], NULL);
	return 0;
}

/* --- check ------------------------------------------------------------------------- */

struct look {
	struct arena *a;
	struct id id; /* of a group acknowledged, or the last of a page */
	struct kill_sums_row sums;
	struct kill_blobs_row *page;
	struct kill_is_there_row there;
	size_t count;
	bool found;
};

static bool look_at_sums(struct tx *tx, void *ctx, struct err *e)
{
	struct look *l = ctx;

	return kill_sums(tx, l->a, counter, &l->sums, &l->found, e);
}

static bool look_at_page(struct tx *tx, void *ctx, struct err *e)
{
	struct look *l = ctx;

	return kill_blobs(tx, l->a, l->id, PAGE, &l->page, &l->count, e);
}

static bool look_at_one(struct tx *tx, void *ctx, struct err *e)
{
	struct look *l = ctx;

	return kill_is_there(tx, l->a, l->id, &l->there, &l->found, e);
}

static bool take_nothing(void *ctx, struct bytes run_, struct err *e)
{
	(void)ctx;
	(void)run_;
	(void)e;
	return true;
}

/* Blobs that rows name and that are missing or not whole. */
static unsigned blobs_lost(void)
{
	struct look l = {.count = PAGE};
	unsigned lost = 0;

	while (l.count == PAGE) {
		AUTO(arena) a = arena_new();
		struct err e = {0};

		l.a = a;
		must(db_tx(db, DB_READ, look_at_page, &l, &e), "blobs", &e);
		for (size_t i = 0; i < l.count; i++) {
			struct bytes name;

			must(hex_decode(a, l.page[i].body, &name, &e), "name", &e);
			if (name.n != BLOB_NAME ||
				!blob_read(blobs, name.p, take_nothing, NULL, &e))
				lost++;
			l.id = l.page[i].id;
		}
	}
	return lost;
}

/* Acknowledged on standard input, and not there. */
static unsigned acts_lost(unsigned *acknowledged)
{
	char line[ID_TEXT + 2];
	unsigned lost = 0;

	while (fgets(line, sizeof line, stdin)) {
		AUTO(arena) a = arena_new();
		struct look l = {.a = a};
		struct err e = {0};

		/* The last line of one that was killed may be cut. */
		if (!id_parse(&l.id, bytes_head(bytes_str(line), ID_TEXT), &e))
			continue;
		must(db_tx(db, DB_READ, look_at_one, &l, &e), "act", &e);
		lost += !l.found;
		++*acknowledged;
	}
	return lost;
}

static int check(void)
{
	AUTO(arena) a = arena_new();
	struct look l = {.a = a};
	struct db_health health;
	unsigned acknowledged = 0, lost, missing, left = 0;
	int64_t half;
	struct err e = {0};

	must(blob_tidy(blobs, &left, &e), "tidy", &e);
	must(db_tx(db, DB_READ, look_at_sums, &l, &e), "sums", &e);
	must(db_look(db, a, true, &health, &e), "look", &e);
	half = llabs(l.sums.acts - l.sums.both) + llabs(l.sums.letters - l.sums.both) +
	       llabs(l.sums.counted - l.sums.both);
	lost = acts_lost(&acknowledged);
	missing = blobs_lost();
	(void)printf("acknowledged=%u there=%lld lost=%u half=%lld blobs_missing=%u "
		     "temporary=%u problem=%s\n",
		acknowledged, (long long)l.sums.both, lost, (long long)half, missing,
		left, health.problem ? health.problem : "none");
	return lost || half || missing || health.problem ? 1 : 0;
}

int main(int argc, char **argv)
{
	struct db_conf conf = {.world = world_system(), .may_be_old = true};
	struct blob_conf place = {.world = world_system()};
	struct db *old = NULL;
	unsigned applied;
	struct err e = {0};
	int status;

	if (argc != 4)
		return 64;
	conf.url = argv[2];
	place.url = argv[3];
	kit_blob_digests(&place);
	must(db_open(&old, &conf, &kill_statements, &e), "open", &e);
	must(db_migrate(old, &applied, &e), "migrate", &e);
	db_free(old);
	conf.may_be_old = false;
	must(db_open(&db, &conf, &kill_statements, &e), "open", &e);
	must(blobs_open(&blobs, &place, &e), "blobs", &e);
	status = strcmp(argv[1], "run") == 0 ? run() : check();
	db_free(db);
	blobs_free(blobs);
	return status;
}
