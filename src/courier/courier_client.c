/* courier_client: see courier_client.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "courier/courier_client.h"

#include <string.h>

#include "courier/messages.h"
#include "courier/places.h"

enum {
	COURIERS = 2,
	TIMEOUT_MS = 20000,
	MARGIN_MS = 2000, /* a courier keeps its own time; ours ends one that hangs */
	PAUSE_MAX_MS = 5000,
	RECYCLE = 1000
};

struct courier_client {
	struct arena *arena;
	char *argv[2];
	struct bytes greeting; /* the whole request */
	struct supervise *process;
};

static bool greet(void *ctx, int fd, int64_t end, struct err *e)
{
	struct courier_client *c = ctx;
	AUTO(arena) a = arena_new();
	struct channel_room room = channel_room_arena(a, COURIER_SMALL_MAX);
	struct reader fields;
	bool broken;

	return channel_ask(fd, &c->greeting, 1, &room, end, &fields, &broken, e);
}

static struct bytes greeting_of(struct arena *a, const struct courier_conf *conf)
{
	const char *texts[] = {conf->mail_url, conf->mail_from, conf->mail_user,
		conf->mail_password_file, conf->ca_file};
	struct writer w = writer_in(a, COURIER_PLACES_MAX);

	write_u8(&w, COURIER_PLACES);
	wire_put_number(&w, (uint32_t)conf->place_count);
	for (size_t i = 0; i < conf->place_count; i++)
		wire_put(&w, bytes_str(conf->places[i]));
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
		wire_put(&w, bytes_str(texts[i]));
	return writer_bytes(&w);
}

struct courier_client *courier_client_new(const struct courier_conf *conf)
{
	struct courier_client *c = NEW(struct courier_client);
	struct supervise_spec spec = {.name = "courier",
		.argv = c->argv,
		.children = conf->couriers ? conf->couriers : COURIERS,
		.channels = 1,
		.gift = -1,
		.calls_max = RECYCLE,
		.pause_max_ms = PAUSE_MAX_MS,
		.greet = greet,
		.ctx = c};

	if (spec.children > SUPERVISE_CHILDREN_MAX)
		spec.children = SUPERVISE_CHILDREN_MAX;
	c->arena = arena_new();
	c->argv[0] = arena_str(c->arena, bytes_str(conf->program));
	c->greeting = greeting_of(c->arena, conf);
	c->process = supervise_new(&spec);
	return c;
}

void courier_client_free(struct courier_client *c)
{
	if (!c)
		return;
	supervise_free(c->process);
	arena_free(c->arena);
	mem_free(c);
}

static bool call(struct courier_client *c, const struct bytes *pieces, size_t count,
	const struct channel_room *room, int timeout_ms, struct reader *fields,
	struct err *e)
{
	bool broken;

	if (supervise_call(c->process, pieces, count, room, timeout_ms + MARGIN_MS,
		    fields, &broken, e))
		return true;
	if (broken)
		e->code = ERR_BUSY;
	return false;
}

static bool answer_read(
	struct courier_answer *out, struct reader *r, struct arena *a, struct err *e)
{
	struct courier_answer answer = {.status = wire_get_number(r)};

	answer.content_type = arena_str(a, wire_get(r));
	answer.body = wire_get(r);
	if (r->short_read || r->rest.n)
		return err_set(e, ERR_BUSY, "courier: an answer that is none");
	*out = answer;
	return true;
}

bool courier_client_fetch(struct courier_client *c, struct arena *a,
	const struct courier_request *q, struct courier_answer *out, struct err *e)
{
	int ms = q->timeout_ms ? q->timeout_ms : TIMEOUT_MS;
	struct channel_room room = channel_room_arena(a, COURIER_ROOM);
	struct bytes url = bytes_str(q->url), type = bytes_str(q->content_type),
		     pieces[2] = {{0}, q->body};
	struct writer w = writer_in(a, url.n + type.n + 64);
	struct reader r;

	if (url.n > PLACE_URL_MAX || type.n > 200 || ms > COURIER_MS_MAX)
		return err_set(e, ERR_USAGE, "a fetch beyond its limits");
	if (q->body.n > COURIER_BODY_MAX)
		return err_set(e, ERR_TOO_LARGE, "the body of a request");
	write_u8(&w, q->content_type ? COURIER_POST : COURIER_GET);
	wire_put(&w, url);
	wire_put_number(&w, (uint32_t)q->answer_max);
	wire_put_number(&w, (uint32_t)ms);
	if (q->content_type) {
		wire_put(&w, type);
		write_be32(&w, (uint32_t)q->body.n);
	}
	pieces[0] = writer_bytes(&w);
	return call(c, pieces, q->content_type ? 2 : 1, &room, ms, &r, e) &&
	       answer_read(out, &r, a, e);
}

bool courier_client_mail(struct courier_client *c, const char *const *to, size_t count,
	struct bytes message, int timeout_ms, struct err *e)
{
	int ms = timeout_ms ? timeout_ms : TIMEOUT_MS;
	AUTO(arena) a = arena_new();
	struct channel_room room = channel_room_arena(a, COURIER_SMALL_MAX);
	struct writer w = writer_in(a, 64 * 1024);
	struct bytes pieces[2] = {{0}, message};
	struct reader r;

	write_u8(&w, COURIER_MAIL);
	wire_put_number(&w, (uint32_t)ms);
	wire_put_number(&w, (uint32_t)count);
	for (size_t i = 0; i < count; i++)
		wire_put(&w, bytes_str(to[i]));
	write_be32(&w, (uint32_t)message.n);
	if (w.full || message.n > 1 << 20 || ms > COURIER_MS_MAX)
		return err_set(e, ERR_TOO_LARGE, "a mail");
	pieces[0] = writer_bytes(&w);
	return call(c, pieces, 2, &room, ms, &r, e);
}

void courier_client_tend(struct courier_client *c)
{
	supervise_tend(c->process, TIMEOUT_MS);
}

void courier_client_look(struct courier_client *c, struct supervise_state *out)
{
	supervise_look(c->process, out);
}

bool courier_place_check(const char *entry, struct err *e)
{
	struct place p;

	return place_read(&p, bytes_str(entry), e);
}

bool courier_client_raw(struct courier_client *c, struct arena *a, uint8_t message,
	const struct bytes *fields, size_t count, struct reader *answer, struct err *e)
{
	struct channel_room room = channel_room_arena(a, COURIER_ROOM);
	size_t n = 1;
	struct writer w;
	struct bytes piece;

	for (size_t i = 0; i < count; i++)
		n += 4 + fields[i].n;
	w = writer_in(a, n);
	write_u8(&w, message);
	for (size_t i = 0; i < count; i++)
		wire_put(&w, fields[i]);
	piece = writer_bytes(&w);
	return call(c, &piece, 1, &room, TIMEOUT_MS, answer, e);
}
