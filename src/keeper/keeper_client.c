/* keeper_client: see keeper_client.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "keeper/keeper_client.h"

#include <string.h>

#include "base/time.h"
#include "doc/ledger_proof.h"
#include "keeper/messages.h"

enum {
	CHANNELS = 4,
	TIMEOUT_MS = 3000,
	START_MS = 30000, /* a passphrase is made costly on purpose */
	ROTATE_MS = 10000,
	ARGS_MAX = 24,
	LIMIT_READER = 200,
	LIMIT_TOTAL = 2000,
	LIMIT_WINDOW_S = 3600
};

struct keeper_client {
	struct arena *arena;
	char *argv[ARGS_MAX];
	size_t args;
	int timeout_ms;
	struct supervise *process;
};

static void arg_add(struct keeper_client *c, const char *text)
{
	c->argv[c->args++] = arena_str(c->arena, bytes_str(text));
}

static void option_add(struct keeper_client *c, const char *name, const char *value)
{
	if (!value)
		return;
	arg_add(c, name);
	arg_add(c, value);
}

static const char *number(struct keeper_client *c, uint32_t n, uint32_t otherwise)
{
	return arena_printf(c->arena, "%u", n ? n : otherwise);
}

/* It has read its store, or says why not. */
static bool greet(void *ctx, int fd, int64_t end, struct err *e)
{
	static const uint8_t request[] = {KEEPER_STATUS};
	AUTO(arena) a = arena_new();
	struct channel_room room = channel_room_arena(a, KEEPER_ROOM);
	struct bytes piece = BYTES_OF(request);
	struct reader r;
	bool broken;

	(void)ctx;
	return channel_ask(fd, &piece, 1, &room, end, &r, &broken, e);
}

struct keeper_client *keeper_client_new(const struct keeper_conf *conf)
{
	struct keeper_client *c = NEW(struct keeper_client);
	bool given = !conf->passphrase_file && conf->passphrase_fd >= 0;
	struct supervise_spec spec = {.name = "keeper",
		.children = 1,
		.channels = CHANNELS,
		.gift = given ? conf->passphrase_fd : -1,
		.greet = greet,
		.start_ms = START_MS};

	c->arena = arena_new();
	c->timeout_ms = conf->timeout_ms ? conf->timeout_ms : TIMEOUT_MS;
	arg_add(c, conf->program);
	arg_add(c, "serve");
	option_add(c, "--store", conf->store);
	option_add(c, "--channels", number(c, CHANNELS, 0));
	option_add(c, "--passphrase-file", conf->passphrase_file);
	if (given)
		option_add(c, "--passphrase-fd", number(c, CHILD_CHANNEL + CHANNELS, 0));
	option_add(c, "--token-host", conf->token_host);
	option_add(c, "--limit-reader", number(c, conf->limit_reader, LIMIT_READER));
	option_add(c, "--limit-total", number(c, conf->limit_total, LIMIT_TOTAL));
	option_add(c, "--limit-window", number(c, conf->limit_window_s, LIMIT_WINDOW_S));
	spec.argv = c->argv;
	c->process = supervise_new(&spec);
	return c;
}

void keeper_client_free(struct keeper_client *c)
{
	if (!c)
		return;
	supervise_free(c->process);
	arena_free(c->arena);
	mem_free(c);
}

static bool call(struct keeper_client *c, const struct bytes *pieces, size_t count,
	const struct channel_room *room, int timeout_ms, struct reader *fields,
	struct err *e)
{
	bool broken;

	if (supervise_call(
		    c->process, pieces, count, room, timeout_ms, fields, &broken, e))
		return true;
	if (broken)
		e->code = ERR_BUSY;
	return false;
}

/* Everything was taken, or the answer is none. */
static bool whole(const struct reader *r, struct err *e)
{
	return (!r->short_read && !r->rest.n) ||
	       err_set(e, ERR_BUSY, "keeper: an answer that is none");
}

static struct bytes copy(struct arena *a, struct bytes b)
{
	return arena_dup(a, b);
}

/* --- orders */

static bool ask_order(struct keeper_client *c, struct arena *a,
	enum keeper_message message, struct order *o, const struct order_signer *signer,
	unsigned life_s, struct bytes *order, int64_t *expiry, struct err *e)
{
	struct channel_room room = channel_room_arena(a, KEEPER_ROOM);
	uint8_t head[16];
	struct writer w = writer_over(head, sizeof head);
	struct bytes pieces[2], draft, der;
	struct reader r;
	uint64_t until;

	if (signer)
		o->signer = *signer;
	keeper_draft_fill(o);
	if (!order_write(a, &draft, o, e))
		return false;
	write_u8(&w, (uint8_t)message);
	wire_put_number(&w, life_s);
	write_be32(&w, (uint32_t)draft.n);
	pieces[0] = writer_bytes(&w);
	pieces[1] = draft;
	if (!call(c, pieces, 2, &room, c->timeout_ms, &r, e))
		return false;
	der = wire_get(&r);
	until = wire_get_long(&r);
	if (!whole(&r, e))
		return false;
	*order = der;
	*expiry = (int64_t)until;
	return true;
}

bool keeper_client_login_order(struct keeper_client *c, struct arena *a,
	const struct order_login *login, const struct order_signer *signer,
	unsigned life_s, struct bytes *order, int64_t *expiry, struct err *e)
{
	struct order o = {.act = ORDER_LOGIN, .login = *login};

	return ask_order(c, a, KEEPER_LOGIN_ORDER, &o, signer, life_s, order, expiry, e);
}

bool keeper_client_paper_order(struct keeper_client *c, struct arena *a,
	const struct order_paper *paper, const struct order_signer *signer,
	unsigned life_s, struct bytes *order, int64_t *expiry, struct err *e)
{
	struct order o = {.act = ORDER_SIGN, .paper = *paper};

	return ask_order(c, a, KEEPER_PAPER_ORDER, &o, signer, life_s, order, expiry, e);
}

/* --- secret fields */

/* The head of a request about a field, up to the length of its value. */
static struct bytes field_head(struct writer *w, enum keeper_message message,
	uint32_t kind, const struct id *record, struct bytes value)
{
	write_u8(w, (uint8_t)message);
	wire_put_number(w, kind);
	if (record)
		wire_put(w, id_bytes(record));
	write_be32(w, (uint32_t)value.n);
	return writer_bytes(w);
}

bool keeper_client_field_seal(struct keeper_client *c, struct arena *a, uint32_t kind,
	struct id record, struct bytes plain, struct bytes *sealed, struct err *e)
{
	struct channel_room room = channel_room_arena(a, KEEPER_FIELD_MAX);
	uint8_t head[64];
	struct writer w = writer_over(head, sizeof head);
	struct bytes pieces[2] = {{0}, plain}, got;
	struct reader r;

	if (plain.n > FIELD_VALUE_MAX)
		return err_set(e, ERR_TOO_LARGE, "a secret value of %zu octets", plain.n);
	pieces[0] = field_head(&w, KEEPER_FIELD_SEAL, kind, &record, plain);
	if (!call(c, pieces, 2, &room, c->timeout_ms, &r, e))
		return false;
	got = wire_get(&r);
	if (!whole(&r, e))
		return false;
	*sealed = got;
	return true;
}

/* Room for an answer that is secret. */
static uint8_t *take_secret(void *ctx, size_t n)
{
	struct secret **s = ctx;

	*s = secret_new(n);
	return secret_data(*s);
}

bool keeper_client_field_open(struct keeper_client *c, uint32_t kind, struct id record,
	struct bytes sealed, struct id reader, struct secret **plain, struct err *e)
{
	AUTO(secret) answer = NULL;
	struct channel_room room = {take_secret, &answer, KEEPER_FIELD_MAX};
	uint8_t head[64], tail[32];
	struct writer w = writer_over(head, sizeof head),
		      t = writer_over(tail, sizeof tail);
	struct bytes pieces[3] = {{0}, sealed}, got;
	struct reader r;

	if (sealed.n > FIELD_SEALED)
		return err_set(e, ERR_MALFORMED, "a sealed value");
	pieces[0] = field_head(&w, KEEPER_FIELD_OPEN, kind, &record, sealed);
	wire_put(&t, id_bytes(&reader));
	pieces[2] = writer_bytes(&t);
	if (!call(c, pieces, 3, &room, c->timeout_ms, &r, e))
		return false;
	got = wire_get(&r);
	if (!whole(&r, e))
		return false;
	*plain = secret_of(got.p, got.n);
	return true;
}

bool keeper_client_field_renew(struct keeper_client *c, struct arena *a, uint32_t kind,
	struct id record, struct bytes sealed, struct bytes *renewed, bool *fresh,
	struct err *e)
{
	struct channel_room room = channel_room_arena(a, KEEPER_FIELD_MAX);
	uint8_t head[64];
	struct writer w = writer_over(head, sizeof head);
	struct bytes pieces[2] = {{0}, sealed}, got;
	struct reader r;
	bool is_fresh;

	if (sealed.n > FIELD_SEALED)
		return err_set(e, ERR_MALFORMED, "a sealed value");
	pieces[0] = field_head(&w, KEEPER_FIELD_RENEW, kind, &record, sealed);
	if (!call(c, pieces, 2, &room, c->timeout_ms, &r, e))
		return false;
	is_fresh = wire_get_number(&r) != 0;
	got = wire_get(&r);
	if (!whole(&r, e))
		return false;
	*fresh = is_fresh;
	if (is_fresh)
		*renewed = got;
	return true;
}

bool keeper_client_field_index(struct keeper_client *c, uint32_t kind, struct bytes plain,
	uint8_t out[32], struct err *e)
{
	AUTO(arena) a = arena_new();
	struct channel_room room = channel_room_arena(a, KEEPER_SMALL_MAX);
	uint8_t head[64], got[FIELD_INDEX_SIZE];
	struct writer w = writer_over(head, sizeof head);
	struct bytes pieces[2] = {{0}, plain};
	struct reader r;

	if (plain.n > FIELD_VALUE_MAX)
		return err_set(e, ERR_TOO_LARGE, "a secret value of %zu octets", plain.n);
	pieces[0] = field_head(&w, KEEPER_FIELD_INDEX, kind, NULL, plain);
	if (!call(c, pieces, 2, &room, c->timeout_ms, &r, e))
		return false;
	wire_get_into(&r, got, sizeof got);
	if (!whole(&r, e))
		return false;
	memcpy(out, got, sizeof got);
	return true;
}

/* --- the ledger */

bool keeper_client_checkpoint(struct keeper_client *c, struct arena *a, uint64_t number,
	uint64_t size, const uint8_t root[32], struct bytes proof, struct bytes *out,
	struct err *e)
{
	struct channel_room room = channel_room_arena(a, KEEPER_ROOM);
	uint8_t head[96];
	struct writer w = writer_over(head, sizeof head);
	struct bytes pieces[2] = {{0}, proof}, got;
	struct reader r;

	if (proof.n > LEDGER_PROOF_MAX)
		return err_set(e, ERR_TOO_LARGE, "a proof of consistency");
	write_u8(&w, KEEPER_CHECKPOINT);
	wire_put_long(&w, number);
	wire_put_long(&w, size);
	wire_put(&w, bytes_make(root, SM3_SIZE));
	write_be32(&w, (uint32_t)proof.n);
	pieces[0] = writer_bytes(&w);
	if (!call(c, pieces, 2, &room, c->timeout_ms, &r, e))
		return false;
	got = wire_get(&r);
	if (!whole(&r, e))
		return false;
	*out = got;
	return true;
}

/* --- the keeper itself */

static struct keeper_key_status key_get(struct reader *r, struct arena *a)
{
	struct keeper_key_status k = {.version = wire_get_number(r)};

	k.created = (int64_t)wire_get_long(r);
	k.cert = copy(a, wire_get(r));
	return k;
}

static bool simple(struct keeper_client *c, struct arena *a, struct bytes request,
	int timeout_ms, struct reader *r, struct err *e)
{
	struct channel_room room = channel_room_arena(a, KEEPER_ROOM);

	return call(c, &request, 1, &room, timeout_ms, r, e);
}

bool keeper_client_status(struct keeper_client *c, struct arena *a,
	struct keeper_status *out, struct err *e)
{
	static const uint8_t request[] = {KEEPER_STATUS};
	struct keeper_status s = {.order_until = TIME_NONE};
	struct cert cert;
	struct reader r;
	struct err none;

	if (!simple(c, a, BYTES_OF(request), c->timeout_ms, &r, e))
		return false;
	s.phase = (enum channel_phase)wire_get_number(&r);
	s.why = arena_str(a, wire_get(&r));
	s.has_filter = wire_get_number(&r) != 0;
	s.platform = copy(a, wire_get(&r));
	s.origin = copy(a, wire_get(&r));
	s.serial = wire_get_long(&r);
	s.root = key_get(&r, a);
	s.order = key_get(&r, a);
	s.field = key_get(&r, a);
	s.orders = wire_get_long(&r);
	s.seals = wire_get_long(&r);
	s.opens = wire_get_long(&r);
	s.denied = wire_get_long(&r);
	s.opened = wire_get_number(&r);
	if (!whole(&r, e))
		return false;
	if (s.order.cert.n && cert_parse(&cert, s.order.cert, &none))
		s.order_until = cert.not_after;
	supervise_look(c->process, &s.process);
	*out = s;
	return true;
}

bool keeper_client_rotate(
	struct keeper_client *c, enum keystore_purpose purpose, struct err *e)
{
	AUTO(arena) a = arena_new();
	uint8_t request[] = {KEEPER_ROTATE, 0, 0, 0, 4, 0, 0, 0, (uint8_t)purpose};
	struct reader r;

	return simple(c, a, BYTES_OF(request), ROTATE_MS, &r, e);
}

bool keeper_client_drain(struct keeper_client *c, struct err *e)
{
	static const uint8_t request[] = {KEEPER_DRAIN};
	AUTO(arena) a = arena_new();
	struct reader r;

	return simple(c, a, BYTES_OF(request), c->timeout_ms, &r, e);
}

bool keeper_client_lab(
	struct keeper_client *c, struct arena *a, struct reader *fields, struct err *e)
{
	static const uint8_t request[] = {KEEPER_LAB_TRY};

	return simple(c, a, BYTES_OF(request), c->timeout_ms, fields, e);
}

void keeper_client_restart(struct keeper_client *c)
{
	supervise_renew(c->process);
}

void keeper_client_tend(struct keeper_client *c)
{
	supervise_tend(c->process, TIMEOUT_MS);
}
