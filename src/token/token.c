/* token: listing and the PIN; see token.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "token/token.h"

#include "base/text.h"
#include "token/ring.h"

static struct writer request_of(struct token_ring *r, enum wire_op op)
{
	struct writer w = writer_over(secret_data(r->sent), WIRE_MAX);

	write_u8(&w, (uint8_t)op);
	return w;
}

/* Text of a library: what is not UTF-8, or would confuse a terminal, is left out. */
static const char *clean(struct arena *a, struct bytes b)
{
	char *out = arena_alloc(a, b.n + 1);
	size_t n = 0;

	if (!utf8_is_valid(b))
		return "?";
	for (size_t i = 0; i < b.n; i++)
		if (b.p[i] >= 0x20 && b.p[i] != 0x7f)
			out[n++] = (char)b.p[i];
	return out;
}

static void keys_read(struct token_info *t, struct arena *a, struct reader *r)
{
	while (wire_get_number(r) == 1 && !r->short_read) {
		struct bytes id = wire_get(r), sign = wire_get(r), enc = wire_get(r);

		if (r->short_read || t->key_count == TOKEN_KEYS_MAX)
			continue;
		t->keys[t->key_count++] = (struct token_key_info){
			arena_str(a, id), arena_dup(a, sign), arena_dup(a, enc)};
	}
	t->tries_max = (int)(wire_get_number(r) & 0xFF) - 1;
	t->tries_left = (int)(wire_get_number(r) & 0xFF) - 1;
	if (t->tries_left == 0)
		t->state = TOKEN_LOCKED;
}

static void faulty(struct token_list *out, struct arena *a, const struct ring_library *l,
	const char *text)
{
	if (out->count == TOKEN_TOKENS_MAX)
		return;
	out->tokens[out->count++] =
		(struct token_info){.id = arena_str(a, bytes_str(l->path)),
			.label = "",
			.maker = "",
			.serial = "",
			.state = TOKEN_FAULTY,
			.text = arena_str(a, bytes_str(text)),
			.tries_left = -1,
			.tries_max = -1};
}

static bool library_list(struct token_list *out, struct token_ring *r, size_t at,
	struct arena *a, struct err *e)
{
	struct writer w = request_of(r, WIRE_LIST);
	enum wire_answer answer;
	size_t before = out->count;
	struct reader in;

	if (!ring_call(r, &r->libraries[at], writer_bytes(&w), &answer, &in, e))
		return false;
	if (answer != WIRE_OK)
		return ring_refused(answer, &in, e);
	while (wire_get_number(&in) == 1 && !in.short_read &&
		out->count < TOKEN_TOKENS_MAX) {
		struct token_info *t = &out->tokens[out->count++];
		struct bytes device = wire_get(&in);

		*t = (struct token_info){.text = ""};
		t->id = arena_printf(a, "%zu:%s", at, arena_str(a, device));
		t->label = clean(a, wire_get(&in));
		t->maker = clean(a, wire_get(&in));
		t->serial = clean(a, wire_get(&in));
		keys_read(t, a, &in);
	}
	if (!in.short_read)
		return true;
	out->count = before;
	ring_stop(&r->libraries[at]);
	return err_set(e, ERR_MALFORMED, "an answer cut short");
}

void token_list(struct token_list *out, struct token_ring *r, struct arena *a)
{
	struct err e;

	*out = (struct token_list){
		ARENA_ARRAY(a, TOKEN_TOKENS_MAX, struct token_info), 0};
	(void)pthread_mutex_lock(&r->lock);
	for (size_t i = 0; i < r->count; i++)
		if (!library_list(out, r, i, a, &e))
			faulty(out, a, &r->libraries[i], e.text);
	(void)pthread_mutex_unlock(&r->lock);
}

static bool login(struct token_ring *r, const char *id, const char *key_id,
	const struct secret *pin, struct token_pin *state, struct err *e)
{
	struct writer w = request_of(r, WIRE_LOGIN);
	struct ring_library *l;
	enum wire_answer answer;
	struct bytes device;
	struct reader in;

	if (secret_size(pin) > TOKEN_PIN_MAX)
		return err_set(e, ERR_USAGE, "a PIN of at most %d octets", TOKEN_PIN_MAX);
	if (!ring_find(&l, &device, r, id, e))
		return false;
	wire_put(&w, device);
	wire_put(&w, bytes_str(key_id));
	wire_put(&w, bytes_make(secret_view(pin), secret_size(pin)));
	if (!ring_call(r, l, writer_bytes(&w), &answer, &in, e))
		return false;
	if (answer > WIRE_PIN_LOCKED)
		return ring_refused(answer, &in, e);
	state->locked = answer == WIRE_PIN_LOCKED;
	state->tries_left = state->locked ? 0 : (int)(wire_get_number(&in) & 0xFF) - 1;
	return answer == WIRE_OK || ring_refused(answer, &in, e);
}

bool token_login(struct token_ring *r, const char *id, const char *key_id,
	const struct secret *pin, struct token_pin *state, struct err *e)
{
	bool ok;

	(void)pthread_mutex_lock(&r->lock);
	ok = login(r, id, key_id, pin, state, e);
	mem_wipe(secret_data(r->sent), WIRE_MAX);
	(void)pthread_mutex_unlock(&r->lock);
	return ok;
}

void token_logout(struct token_ring *r, const char *id)
{
	struct writer w;
	struct ring_library *l;
	enum wire_answer answer;
	struct bytes device;
	struct reader in;
	struct err e;

	(void)pthread_mutex_lock(&r->lock);
	w = request_of(r, WIRE_LOGOUT);
	/* One that does not answer is killed, which forgets the PIN as well. */
	if (ring_find(&l, &device, r, id, &e) && l->child.pid &&
		!ring_call(r, l, writer_bytes(&w), &answer, &in, &e))
		ring_stop(l);
	(void)pthread_mutex_unlock(&r->lock);
}
