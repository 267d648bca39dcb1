/* channel: see channel.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "base/channel.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

enum { TEXT_MAX = 200 };

const char *channel_phase_name(enum channel_phase phase)
{
	return phase == CHANNEL_LOCKED    ? "locked"
	       : phase == CHANNEL_SERVING ? "serving"
					  : "draining";
}

static const struct channel_message *message_find(
	const struct channel_server *s, uint8_t number)
{
	for (size_t i = 0; i < s->count; i++)
		if (s->messages[i].number == number)
			return &s->messages[i];
	return NULL;
}

/* Is there such a message, and may it be so long? */
static bool message_is_fit(
	const struct channel_server *s, uint8_t number, size_t n, struct err *e)
{
	const struct channel_message *m = message_find(s, number);

	if (!m)
		return err_set(e, ERR_MALFORMED, "no message %u", number);
	if (n > m->size_max || n > s->in_size)
		return err_set(
			e, ERR_MALFORMED, "%s: a message of %zu octets", m->name, n);
	return true;
}

static bool act(struct channel_server *s, const struct channel_message *m,
	struct channel_call *call, struct err *e)
{
	if (!(m->phases & (unsigned)s->phase))
		return err_set(e, ERR_BUSY, "%s: %s", channel_phase_name(s->phase),
			s->why ? s->why : m->name);
	if (!m->act(call, e))
		return false;
	if (call->in.short_read || call->in.rest.n)
		return err_set(e, ERR_MALFORMED, "%s: its fields", m->name);
	if (call->out->full)
		return err_set(e, ERR_TOO_LARGE, "%s: the answer", m->name);
	return true;
}

bool channel_answer(struct channel_server *s, struct bytes request, struct bytes *answer,
	struct err *e)
{
	AUTO(arena) a = arena_new();
	struct writer out = writer_over(s->out + 1, s->out_size - 1);
	struct channel_call call = {a, reader_of(request), &out, s->ctx};
	uint8_t number = read_u8(&call.in);
	struct err why = {0};

	if (!message_is_fit(s, number, request.n, e))
		return false;
	s->out[0] = 0;
	if (!act(s, message_find(s, number), &call, &why)) {
		mem_wipe(s->out, out.n < s->out_size ? out.n + 1 : s->out_size);
		out = writer_over(s->out + 1, s->out_size - 1);
		s->out[0] = (uint8_t)why.code;
		wire_put(&out, bytes_head(bytes_str(why.text), TEXT_MAX));
	}
	*answer = bytes_make(s->out, out.n + 1);
	return true;
}

/* One request off a channel that has something; *closed: nobody is there any more. */
static bool serve_one(struct channel_server *s, int fd, bool *closed, struct err *e)
{
	uint8_t head[WIRE_HEAD + 1];
	struct reader r = reader_of(BYTES_OF(head));
	struct writer w = writer_over(head, WIRE_HEAD);
	struct bytes answer;
	uint32_t n;
	bool ok;

	*closed = !wire_read(fd, head, sizeof head, -1, e);
	if (*closed)
		return true;
	n = read_be32(&r);
	if (!message_is_fit(s, read_u8(&r), n, e))
		return false;
	s->in[0] = head[WIRE_HEAD];
	*closed = !wire_read(fd, s->in + 1, n - 1, -1, e);
	if (*closed)
		return true;
	(void)alarm(s->call_s);
	ok = channel_answer(s, bytes_make(s->in, n), &answer, e);
	(void)alarm(0);
	mem_wipe(s->in, n);
	if (!ok)
		return false;
	write_be32(&w, (uint32_t)answer.n);
	*closed = !wire_write(fd, bytes_make(head, WIRE_HEAD), -1, e) ||
		  !wire_write(fd, answer, -1, e);
	mem_wipe(s->out, answer.n);
	return true;
}

bool channel_serve(struct channel_server *s, struct err *e)
{
	struct pollfd fds[CHILD_CHANNELS_MAX];
	unsigned open = s->channels;

	for (unsigned i = 0; i < s->channels; i++)
		fds[i] = (struct pollfd){CHILD_CHANNEL + (int)i, POLLIN, 0};
	while (open) {
		if (poll(fds, s->channels, -1) < 0 && errno != EINTR)
			return err_system(e, ERR_IO, "poll");
		for (unsigned i = 0; i < s->channels; i++) {
			bool closed = false;

			if (fds[i].fd < 0 || !fds[i].revents)
				continue;
			if (!serve_one(s, fds[i].fd, &closed, e))
				return false;
			if (closed) {
				fds[i].fd = -1;
				open--;
			}
		}
	}
	return true;
}

static uint8_t *take_of_arena(void *ctx, size_t n)
{
	return arena_alloc(ctx, n);
}

struct channel_room channel_room_arena(struct arena *a, size_t max)
{
	return (struct channel_room){take_of_arena, a, max};
}

static bool send_pieces(
	int fd, const struct bytes *pieces, size_t count, int64_t end, struct err *e)
{
	uint8_t head[WIRE_HEAD];
	struct writer w = writer_over(head, sizeof head);
	uint64_t n = 0;

	for (size_t i = 0; i < count; i++)
		n += pieces[i].n;
	if (n > INT32_MAX)
		return err_set(e, ERR_TOO_LARGE, "a request");
	write_be32(&w, (uint32_t)n);
	if (!wire_write(fd, BYTES_OF(head), end, e))
		return false;
	for (size_t i = 0; i < count; i++)
		if (!wire_write(fd, pieces[i], end, e))
			return false;
	return true;
}

static bool take_answer(int fd, const struct channel_room *room, int64_t end,
	struct bytes *answer, struct err *e)
{
	uint8_t head[WIRE_HEAD];
	struct reader r = reader_of(BYTES_OF(head));
	uint8_t *p;
	uint32_t n;

	if (!wire_read(fd, head, sizeof head, end, e))
		return false;
	n = read_be32(&r);
	if (n == 0 || n > room->max)
		return err_set(e, ERR_MALFORMED, "an answer of %u octets", n);
	p = room->take(room->ctx, n);
	if (!wire_read(fd, p, n, end, e))
		return false;
	*answer = bytes_make(p, n);
	return true;
}

bool channel_ask(int fd, const struct bytes *pieces, size_t count,
	const struct channel_room *room, int64_t end, struct reader *fields, bool *broken,
	struct err *e)
{
	struct bytes answer, text;
	uint8_t code;

	*broken = true;
	if (!send_pieces(fd, pieces, count, end, e) ||
		!take_answer(fd, room, end, &answer, e))
		return false;
	*fields = reader_of(answer);
	code = read_u8(fields);
	if (code >= ERR_COUNT)
		return err_set(e, ERR_MALFORMED, "an answer that is none");
	*broken = false;
	if (code == ERR_NONE)
		return true;
	text = bytes_head(wire_get(fields), TEXT_MAX);
	return err_set(e, (enum err_code)code, "%.*s", (int)text.n, (const char *)text.p);
}
