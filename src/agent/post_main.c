/* qianyin-post: posts an answer for the agent, which itself never speaks to a network.
 * SPDX-License-Identifier: Apache-2.0
 *
 * usage: qianyin-post URL (nobody types it). On descriptor 3: be64 length and that many
 * octets come in; one message of base/wire.h goes back: 0, or 1 and a text.
 */
#include <unistd.h>

#include "base/buf.h"
#include "net/http_client.h"
#include "base/child.h"
#include "base/wire.h"

enum { BODY_MAX = 256 << 20, DEADLINE_MS = 100000, ANSWER_MAX = 4096 };

static bool read_exactly(uint8_t *p, size_t n)
{
	while (n) {
		ssize_t got = read(CHILD_CHANNEL, p, n);

		if (got <= 0)
			return false;
		p += got;
		n -= (size_t)got;
	}
	return true;
}

static bool body_read(struct bytes *out, struct arena *a, struct err *e)
{
	uint8_t head[8];
	struct reader r = reader_of(BYTES_OF(head));
	uint64_t n;
	uint8_t *p;

	if (!read_exactly(head, sizeof head))
		return err_set(e, ERR_IO, "no answer to post");
	n = read_be32(&r);
	n = n << 32 | read_be32(&r);
	if (n > BODY_MAX)
		return err_set(e, ERR_TOO_LARGE, "an answer of that size");
	p = arena_alloc(a, (size_t)n + 1);
	*out = bytes_make(p, (size_t)n);
	return read_exactly(p, (size_t)n) || err_set(e, ERR_IO, "half an answer");
}

static bool post(const char *url, struct err *e)
{
	AUTO(arena) a = arena_new();
	AUTO(http_client) client = NULL;
	struct http_client_conf conf = {.deadline_ms = DEADLINE_MS};
	struct fetch_request request = {.url = url,
		.content_type = "application/vnd.qianyin.answer",
		.answer_max = ANSWER_MAX};
	struct fetch_answer answer;
	struct fetch fetch;

	if (!body_read(&request.body, a, e) || !http_client_new(&client, &conf, e))
		return false;
	fetch = http_client_fetch(client);
	if (!fetch.run(fetch.ctx, a, &request, &answer, e))
		return false;
	return answer.status / 100 == 2 ||
	       err_set(e, ERR_DENIED, "the platform answers with status %u",
		       answer.status);
}

int main(int argc, char **argv)
{
	uint8_t out[512];
	struct writer w = writer_over(out, sizeof out);
	struct err e = {0};
	bool ok;

	if (argc != 2)
		return 64;
	child_confine();
	ok = post(argv[1], &e);
	write_u8(&w, !ok);
	if (!ok)
		wire_put(&w, bytes_str(e.text));
	return wire_send(CHILD_CHANNEL, writer_bytes(&w), &e) ? 0 : 74;
}
