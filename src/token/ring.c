/* ring: starting children, asking them, ending them; see ring.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "token/ring.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"

const char *token_kind_name(enum token_kind kind)
{
	static const char *const names[] = {"skf", "sdf", "pkcs11"};

	return names[kind];
}

struct token_ring *token_ring_new(const char *host, int timeout_ms)
{
	struct token_ring *r = NEW(struct token_ring);

	r->host = mem_str(host);
	r->timeout_ms = timeout_ms ? timeout_ms : TOKEN_TIMEOUT_MS;
	(void)pthread_mutex_init(&r->lock, NULL);
	r->room = secret_new(WIRE_MAX);
	r->sent = secret_new(WIRE_MAX);
	return r;
}

bool token_ring_add(
	struct token_ring *r, const struct token_library *library, struct err *e)
{
	if (r->count == TOKEN_LIBRARIES_MAX)
		return err_set(e, ERR_TOO_LARGE, "%d libraries", TOKEN_LIBRARIES_MAX);
	r->libraries[r->count++] = (struct ring_library){.kind = library->kind,
		.path = mem_str(library->path),
		.child = {.fd = -1}};
	return true;
}

void ring_stop(struct ring_library *l)
{
	child_stop(&l->child);
}

void token_ring_free(struct token_ring *r)
{
	if (!r)
		return;
	for (size_t i = 0; i < r->count; i++) {
		ring_stop(&r->libraries[i]);
		mem_free(r->libraries[i].path);
	}
	(void)pthread_mutex_destroy(&r->lock);
	secret_free(r->room);
	secret_free(r->sent);
	mem_free(r->host);
	mem_free(r);
}

static bool start(struct token_ring *r, struct ring_library *l, struct err *e)
{
	char kind[16];
	char *args[] = {r->host, kind, l->path, NULL};

	(void)snprintf(kind, sizeof kind, "%s", token_kind_name(l->kind));

	return child_start(&l->child, args, e);
}

bool ring_call(struct token_ring *r, struct ring_library *l, struct bytes request,
	enum wire_answer *answer, struct reader *fields, struct err *e)
{
	struct bytes message;

	if (!l->child.pid && !start(r, l, e))
		return false;
	if (!wire_send(l->child.fd, request, e) ||
		!wire_receive(
			l->child.fd, secret_data(r->room), r->timeout_ms, &message, e)) {
		ring_stop(l);
		return false;
	}
	*fields = reader_of(message);
	*answer = (enum wire_answer)read_u8(fields);
	if (*answer > WIRE_FAILED || fields->short_read) {
		ring_stop(l);
		return err_set(e, ERR_MALFORMED, "an answer that is none");
	}
	return true;
}

bool ring_find(struct ring_library **out, struct bytes *device, struct token_ring *r,
	const char *id, struct err *e)
{
	struct bytes text = bytes_str(id);
	size_t colon = bytes_find(text, BYTES(":"));
	struct err why;
	uint64_t at;

	if (colon == SIZE_MAX ||
		!decimal_u64(bytes_head(text, colon), TOKEN_LIBRARIES_MAX, &at, &why) ||
		at >= r->count)
		return err_set(e, ERR_NOT_FOUND, "no such token");
	*out = &r->libraries[at];
	*device = bytes_from(text, colon + 1);
	return true;
}

bool ring_refused(enum wire_answer answer, struct reader *fields, struct err *e)
{
	struct bytes text = wire_get(fields);
	int n = text.n > 100 ? 100 : (int)text.n;
	const char *p = (const char *)text.p;

	switch (answer) {
	case WIRE_ABSENT:
		return err_set(e, ERR_NOT_FOUND, "%.*s", n, p);
	case WIRE_UNSUPPORTED:
		return err_set(e, ERR_UNSUPPORTED, "%.*s", n, p);
	case WIRE_PIN_WRONG:
		return err_set(e, ERR_PASSWORD, "wrong PIN");
	case WIRE_PIN_LOCKED:
		return err_set(e, ERR_DENIED, "the PIN is locked");
	case WIRE_OK:
	case WIRE_FAILED:
		break;
	}
	return err_set(e, ERR_CRYPTO, "%.*s", n, p);
}
