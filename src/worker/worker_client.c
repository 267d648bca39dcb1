/* worker_client: see worker_client.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "worker/worker_client.h"

#include <pthread.h>
#include <string.h>

#include "worker/messages.h"

enum {
	WORKERS = 2,
	RECYCLE = 200,
	TIMEOUT_MS = 20000,
	START_MS = 10000,
	PAUSE_MAX_MS = 2000, /* strangers' files must not keep everybody waiting */
	HEAD = 64
};

/* What each new worker is told. */
struct greeting {
	struct arena *arena;
	struct bytes store;
	struct bytes *evidence;
	size_t count;
};

struct worker_client {
	char *argv[2];
	int timeout_ms;
	bool demonstration;
	struct supervise *process;
	pthread_rwlock_t lock; /* of the greeting */
	struct greeting greeting;
};

static bool tell(
	int fd, const struct bytes *pieces, size_t count, int64_t end, struct err *e)
{
	AUTO(arena) a = arena_new();
	struct channel_room room = channel_room_arena(a, WORKER_SMALL_MAX);
	struct reader fields;
	bool broken;

	return channel_ask(fd, pieces, count, &room, end, &fields, &broken, e);
}

/* A request of one field. */
static struct bytes head_of(
	struct writer *w, enum worker_message message, struct bytes field)
{
	write_u8(w, (uint8_t)message);
	write_be32(w, (uint32_t)field.n);
	return writer_bytes(w);
}

static bool tell_trust(const struct worker_client *c, int fd, int64_t end, struct err *e)
{
	uint8_t head[HEAD], tail[HEAD];
	struct writer w = writer_over(head, sizeof head),
		      t = writer_over(tail, sizeof tail);
	struct bytes pieces[3] = {{0}, c->greeting.store, {0}};

	pieces[0] = head_of(&w, WORKER_TRUST, c->greeting.store);
	wire_put_number(&t, c->demonstration);
	pieces[2] = writer_bytes(&t);
	return tell(fd, pieces, 3, end, e);
}

static bool greet(void *ctx, int fd, int64_t end, struct err *e)
{
	struct worker_client *c = ctx;
	bool ok;

	(void)pthread_rwlock_rdlock(&c->lock);
	ok = tell_trust(c, fd, end, e);
	for (size_t i = 0; ok && i < c->greeting.count; i++) {
		uint8_t head[HEAD];
		struct writer w = writer_over(head, sizeof head);
		struct bytes pieces[2] = {{0}, c->greeting.evidence[i]};

		pieces[0] = head_of(&w, WORKER_EVIDENCE, pieces[1]);
		ok = tell(fd, pieces, 2, end, e);
	}
	(void)pthread_rwlock_unlock(&c->lock);
	return ok;
}

struct worker_client *worker_client_new(const struct worker_conf *conf)
{
	struct worker_client *c = NEW(struct worker_client);
	struct supervise_spec spec = {.name = "worker",
		.argv = c->argv,
		.children = conf->workers ? conf->workers : WORKERS,
		.channels = 1,
		.gift = -1,
		.calls_max = conf->recycle ? conf->recycle : RECYCLE,
		.pause_max_ms = PAUSE_MAX_MS,
		.greet = greet,
		.ctx = c,
		.start_ms = START_MS};

	if (spec.children > SUPERVISE_CHILDREN_MAX)
		spec.children = SUPERVISE_CHILDREN_MAX;
	c->argv[0] = mem_str(conf->program);
	c->timeout_ms = conf->timeout_ms ? conf->timeout_ms : TIMEOUT_MS;
	c->demonstration = conf->demonstration;
	c->greeting.arena = arena_new();
	(void)pthread_rwlock_init(&c->lock, NULL);
	c->process = supervise_new(&spec);
	return c;
}

void worker_client_free(struct worker_client *c)
{
	if (!c)
		return;
	supervise_free(c->process);
	(void)pthread_rwlock_destroy(&c->lock);
	arena_free(c->greeting.arena);
	mem_free(c->argv[0]);
	mem_free(c);
}

void worker_client_set_trust(struct worker_client *c, struct bytes store,
	const struct bytes *evidence, size_t count)
{
	struct greeting g = {.arena = arena_new()}, before;

	g.store = arena_dup(g.arena, store);
	g.evidence = ARENA_ARRAY(g.arena, count, struct bytes);
	for (size_t i = 0; i < count && g.count < WORKER_EVIDENCE_FILES_MAX; i++)
		if (evidence[i].n <= WORKER_EVIDENCE_MAX)
			g.evidence[g.count++] = arena_dup(g.arena, evidence[i]);
	(void)pthread_rwlock_wrlock(&c->lock);
	before = c->greeting;
	c->greeting = g;
	(void)pthread_rwlock_unlock(&c->lock);
	arena_free(before.arena);
	supervise_renew(c->process);
}

/* A file that a worker fails over is refused; that none was to be had is not its fault.
 */
static bool call(struct worker_client *c, const struct bytes *pieces, size_t count,
	const struct channel_room *room, struct reader *fields, struct err *e)
{
	bool broken;

	if (supervise_call(
		    c->process, pieces, count, room, c->timeout_ms, fields, &broken, e))
		return true;
	if (broken)
		e->code = ERR_MALFORMED;
	return false;
}

static bool whole(const struct reader *r, struct err *e)
{
	return (!r->short_read && !r->rest.n) ||
	       err_set(e, ERR_MALFORMED, "worker: an answer that is none");
}

static bool sizes_fit(struct bytes one, struct bytes two, struct err *e)
{
	return (one.n <= WORKER_FILE_MAX && two.n <= WORKER_FILE_MAX - one.n) ||
	       err_set(e, ERR_TOO_LARGE, "a file of more than %d octets",
		       WORKER_FILE_MAX);
}

static struct bytes length_of(struct writer *w, struct bytes field)
{
	write_be32(w, (uint32_t)field.n);
	return writer_bytes(w);
}

static enum indication indication_get(struct reader *r)
{
	uint32_t n = wire_get_number(r);

	/* Never better than what a worker could have said. */
	return n <= INDICATION_FAILED ? (enum indication)n : INDICATION_FAILED;
}

bool worker_client_verify_detached(struct worker_client *c, struct arena *a,
	struct bytes content, struct bytes cms, int64_t at, enum lang lang,
	struct worker_finding *out, struct err *e)
{
	struct channel_room room = channel_room_arena(a, 2 * WORKER_SMALL_MAX);
	uint8_t head[HEAD], middle[HEAD];
	struct writer w = writer_over(head, sizeof head),
		      m = writer_over(middle, sizeof middle);
	struct bytes pieces[4] = {{0}, cms, {0}, content}, code;
	struct worker_finding f = {0};
	struct reader r;

	if (!sizes_fit(content, cms, e))
		return false;
	write_u8(&w, WORKER_DETACHED);
	wire_put_long(&w, (uint64_t)at);
	wire_put_number(&w, lang);
	pieces[0] = length_of(&w, cms);
	pieces[2] = length_of(&m, content);
	if (!call(c, pieces, 4, &room, &r, e))
		return false;
	f.indication = indication_get(&r);
	f.sub = arena_str(a, wire_get(&r));
	f.why = arena_str(a, wire_get(&r));
	wire_get_into(&r, f.signer, sizeof f.signer);
	code = wire_get(&r);
	wire_get_into(&r, f.order, sizeof f.order);
	if (!whole(&r, e))
		return false;
	if (code.n < sizeof f.credit_code && code.n)
		memcpy(f.credit_code, code.p, code.n);
	*out = f;
	return true;
}

bool worker_client_check_scan(
	struct worker_client *c, struct bytes file, const char **type, struct err *e)
{
	static const char *const types[] = {"image/png", "image/jpeg", "application/pdf"};
	AUTO(arena) a = arena_new();
	struct channel_room room = channel_room_arena(a, WORKER_SMALL_MAX);
	uint8_t head[HEAD];
	struct writer w = writer_over(head, sizeof head);
	struct bytes pieces[2] = {{0}, file}, told;
	struct reader r;

	if (file.n > WORKER_SCAN_MAX)
		return err_set(e, ERR_TOO_LARGE, "a scan of more than %d octets",
			WORKER_SCAN_MAX);
	pieces[0] = head_of(&w, WORKER_SCAN, file);
	if (!call(c, pieces, 2, &room, &r, e))
		return false;
	told = wire_get(&r);
	for (size_t i = 0; i < sizeof types / sizeof *types; i++)
		if (bytes_equal(told, bytes_str(types[i]))) {
			*type = types[i];
			return true;
		}
	return err_set(e, ERR_MALFORMED, "worker: an answer that is none");
}

bool worker_client_verify(struct worker_client *c, struct arena *a, const char *name,
	struct bytes file, struct bytes content, int64_t at, enum lang lang,
	enum indication *indication, struct bytes *json, struct err *e)
{
	struct channel_room room = channel_room_arena(a, WORKER_ANSWER_MAX);
	struct bytes title = bytes_head(bytes_str(name), WORKER_SMALL_MAX / 2);
	struct writer w = writer_in(a, HEAD + title.n), m = writer_in(a, HEAD);
	struct bytes pieces[4] = {{0}, file, {0}, content}, text;
	enum indication found;
	struct reader r;

	if (!sizes_fit(file, content, e))
		return false;
	write_u8(&w, WORKER_VERIFY);
	wire_put_long(&w, (uint64_t)at);
	wire_put_number(&w, lang);
	wire_put(&w, title);
	pieces[0] = length_of(&w, file);
	pieces[2] = length_of(&m, content);
	if (!call(c, pieces, 4, &room, &r, e))
		return false;
	found = indication_get(&r);
	text = wire_get(&r);
	if (!whole(&r, e))
		return false;
	*indication = found;
	*json = text;
	return true;
}

bool worker_client_lab(struct worker_client *c, struct arena *a, uint32_t what,
	struct reader *fields, struct err *e)
{
	struct channel_room room = channel_room_arena(a, WORKER_SMALL_MAX);
	struct writer w = writer_in(a, HEAD);
	struct bytes piece;

	write_u8(&w, WORKER_LAB);
	wire_put_number(&w, what);
	piece = writer_bytes(&w);
	return call(c, &piece, 1, &room, fields, e);
}

void worker_client_tend(struct worker_client *c)
{
	supervise_tend(c->process, c->timeout_ms);
}

void worker_client_look(struct worker_client *c, struct supervise_state *out)
{
	supervise_look(c->process, out);
}
