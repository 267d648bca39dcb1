/* register: see register.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "server/register.h"

#include <dirent.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/mem.h"
#include "base/source.h"
#include "base/time.h"
#include "pki/crl.h"

/* One state of the files; app_trust is its head, so that the domain gets nothing else. */
struct edition {
	struct app_trust face;
	struct arena *arena;
	struct trust *trust;
	struct bytes lists[REGISTER_LISTS_MAX];
	size_t count;
	unsigned users; /* the register itself is one */
};

struct trust_register {
	struct register_conf conf;
	pthread_mutex_t lock;
	struct edition *now;
	uint64_t seen; /* what the files looked like */
	char problem[240];
};

/* --- what the files look like ------------------------------------------------------ */

static uint64_t mix(uint64_t sum, uint64_t n)
{
	return (sum ^ n) * UINT64_C(0x100000001b3);
}

static uint64_t look_at(uint64_t sum, const char *path)
{
	struct stat st;

	if (stat(path, &st) != 0)
		return mix(sum, 1);
	sum = mix(sum, (uint64_t)st.st_ino);
	sum = mix(sum, (uint64_t)st.st_size);
	sum = mix(sum, (uint64_t)st.st_mtim.tv_sec);
	return mix(sum, (uint64_t)st.st_mtim.tv_nsec);
}

static bool is_list(const struct dirent *d)
{
	struct bytes name = bytes_str(d->d_name);

	return d->d_name[0] != '.' &&
	       (bytes_ends(name, BYTES(".crl")) || bytes_ends(name, BYTES(".ocsp")));
}

/* Calls each list of the folder; a folder that is not there has none. */
static void each_list(
	const char *folder, void (*each)(void *ctx, const char *path), void *ctx)
{
	DIR *dir = opendir(folder);
	char path[1200];
	struct dirent *d;

	if (!dir)
		return;
	while ((d = readdir(dir)) != NULL)
		if (is_list(d) && snprintf(path, sizeof path, "%s/%s", folder,
					  d->d_name) < (int)sizeof path)
			each(ctx, path);
	(void)closedir(dir);
}

static void look_at_list(void *ctx, const char *path)
{
	uint64_t *sum = ctx;

	/* Folders have no order: the sum of all, whatever comes first. */
	*sum += look_at(UINT64_C(0xcbf29ce484222325), path);
}

static uint64_t look_at_files(const struct register_conf *c)
{
	uint64_t sum = look_at(UINT64_C(0xcbf29ce484222325), c->trust);

	each_list(c->evidence, look_at_list, &sum);
	return sum;
}

/* --- reading them ------------------------------------------------------------------ */

static void edition_free(struct edition *n)
{
	if (!n)
		return;
	arena_free(n->arena);
	mem_free(n);
}

struct reading {
	struct edition *edition;
	bool good;
	struct err *e;
};

static void read_list(void *ctx, const char *path)
{
	struct reading *r = ctx;
	struct edition *n = r->edition;
	struct bytes file;

	if (!r->good)
		return;
	if (n->count == REGISTER_LISTS_MAX) {
		r->good = err_set(
			r->e, ERR_TOO_LARGE, "more than %d lists", REGISTER_LISTS_MAX);
		return;
	}
	/* A list that does not read is left out: others are not worth less for it. */
	if (!file_slurp(n->arena, path, REGISTER_LIST_OCTETS, &file, r->e) ||
		!evidence_add_file(n->face.evidence, file, r->e)) {
		(void)err_in(r->e, "%s", path);
		r->good = false;
		return;
	}
	n->lists[n->count++] = file;
}

static struct edition *edition_read(const struct register_conf *c, struct err *e)
{
	struct edition *n = NEW(struct edition);
	struct reading r = {n, true, e};
	struct bytes file;

	n->arena = arena_new();
	n->users = 1;
	n->face.evidence = evidence_new(n->arena);
	r.good = file_slurp(n->arena, c->trust, TRUST_MAX, &file, e) &&
		 trust_read(&n->trust, n->arena, file, e);
	if (r.good) {
		n->trust->allow_demonstration = c->demonstration;
		n->face.trust = n->trust;
		each_list(c->evidence, read_list, &r);
	}
	if (r.good)
		return n;
	edition_free(n);
	return NULL;
}

/* --- taking and giving ------------------------------------------------------------- */

static void release(struct trust_register *r, struct edition *n)
{
	bool last;

	(void)pthread_mutex_lock(&r->lock);
	last = --n->users == 0;
	(void)pthread_mutex_unlock(&r->lock);
	if (last)
		edition_free(n);
}

static struct app_trust *take(struct app *app)
{
	struct trust_register *r = app->trust_ctx;
	struct edition *n;

	(void)pthread_mutex_lock(&r->lock);
	n = r->now;
	n->users++;
	(void)pthread_mutex_unlock(&r->lock);
	return &n->face;
}

static void give(struct app *app, struct app_trust *t)
{
	release(app->trust_ctx, (struct edition *)t);
}

void register_serve(struct trust_register *r, struct app *app)
{
	app->trust_ctx = r;
	app->trust_take = take;
	app->trust_give = give;
}

/* --- the register ------------------------------------------------------------------ */

/* Nobody is admitted: what there is before the first trust store. */
static struct edition *edition_empty(void)
{
	struct edition *n = NEW(struct edition);

	n->arena = arena_new();
	n->users = 1;
	n->trust = ARENA_NEW(n->arena, struct trust);
	n->trust->title = "";
	n->face.trust = n->trust;
	n->face.evidence = evidence_new(n->arena);
	return n;
}

struct trust_register *register_new(const struct register_conf *conf)
{
	struct trust_register *r = NEW(struct trust_register);
	struct err e;

	r->conf = *conf;
	(void)pthread_mutex_init(&r->lock, NULL);
	r->now = edition_empty();
	if (!register_refresh(r, &e))
		(void)snprintf(r->problem, sizeof r->problem, "%s", e.text);
	return r;
}

void register_free(struct trust_register *r)
{
	if (!r)
		return;
	edition_free(r->now);
	(void)pthread_mutex_destroy(&r->lock);
	mem_free(r);
}

static void note(struct trust_register *r, const char *problem)
{
	(void)pthread_mutex_lock(&r->lock);
	(void)snprintf(r->problem, sizeof r->problem, "%s", problem);
	(void)pthread_mutex_unlock(&r->lock);
}

static bool is_older(const struct edition *is, const struct edition *was)
{
	return was->trust->serial > is->trust->serial;
}

bool register_refresh(struct trust_register *r, struct err *e)
{
	uint64_t seen = look_at_files(&r->conf);
	struct edition *fresh, *was;

	if (seen == r->seen)
		return true;
	r->seen = seen;
	fresh = edition_read(&r->conf, e);
	if (fresh && is_older(fresh, r->now)) {
		edition_free(fresh);
		fresh = NULL;
		(void)err_set(e, ERR_ROLLBACK,
			"the trust store is older than the one in force");
	}
	if (!fresh) {
		note(r, e->text);
		return false;
	}
	if (r->conf.workers)
		worker_client_set_trust(
			r->conf.workers, fresh->trust->whole, fresh->lists, fresh->count);
	(void)pthread_mutex_lock(&r->lock);
	was = r->now;
	r->now = fresh;
	r->problem[0] = 0;
	(void)pthread_mutex_unlock(&r->lock);
	release(r, was);
	return true;
}

/* The earliest nextUpdate of those in DER. */
static int64_t oldest_next(const struct edition *n)
{
	int64_t first = TIME_NONE;

	for (size_t i = 0; i < n->count; i++) {
		struct crl crl;
		struct err none;

		if (crl_parse(&crl, n->lists[i], &none) && crl.next_update != TIME_NONE &&
			(first == TIME_NONE || crl.next_update < first))
			first = crl.next_update;
	}
	return first;
}

void register_look(struct trust_register *r, struct register_state *out)
{
	struct edition *n;

	*out = (struct register_state){0};
	(void)pthread_mutex_lock(&r->lock);
	n = r->now;
	n->users++;
	memcpy(out->problem, r->problem, sizeof out->problem);
	(void)pthread_mutex_unlock(&r->lock);
	out->loaded = n->trust->whole.n > 0;
	out->serial = n->trust->serial;
	out->made_at = n->trust->made_at;
	out->anchors = n->trust->count;
	out->lists = n->count;
	out->oldest_next = oldest_next(n);
	release(r, n);
}
