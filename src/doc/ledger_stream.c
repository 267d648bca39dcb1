/* ledger_stream: see ledger_stream.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "doc/ledger_stream.h"

#include <string.h>

#include "crypto/kdf.h"

int64_t stream_time_of(int64_t t)
{
	return t - t % STREAM_INTERVAL + STREAM_INTERVAL;
}

/* What stands where no act does. The time is in it: else the same filler in two trees
 * would show beside which places nobody is. */
static void fill(uint8_t out[SM3_SIZE], const uint8_t key[STREAM_KEY], int64_t time,
	uint32_t place)
{
	uint8_t message[12];
	struct writer w = writer_over(message, sizeof message);
	struct bytes run = BYTES_OF(message);

	write_be64(&w, (uint64_t)(time / TIME_SECOND));
	write_be32(&w, place);
	//= Protocols §2: the keeper fills the rest with HMAC-SM3(epoch key, place)
	hmac_sm3(bytes_make(key, STREAM_KEY), &run, 1, out);
}

bool stream_begin(struct stream *out, struct arena *a, const uint8_t key[STREAM_KEY],
	int64_t time, struct err *e)
{
	struct stream s = {.time = time, .free = STREAM_WIDTH};

	if (time <= 0 || time % STREAM_INTERVAL)
		return err_set(e, ERR_USAGE, "not the end of an interval");
	s.places = arena_array(a, STREAM_WIDTH, SM3_SIZE);
	for (uint32_t i = 0; i < STREAM_WIDTH; i++)
		fill(s.places[i], key, time, i);
	*out = s;
	return true;
}

/* One of n, each as likely. */
static uint32_t draw(struct world *w, uint32_t n)
{
	uint32_t limit = UINT32_MAX - UINT32_MAX % n, v;

	do
		w->random(w, &v, sizeof v);
	while (v >= limit);
	return v % n;
}

static uint32_t nth_free(const struct stream *s, uint32_t n)
{
	uint32_t i = 0;

	for (;; i++)
		if (!s->taken[i] && !n--)
			return i;
}

bool stream_put(struct stream *s, struct arena *a, struct world *w, struct bytes leaf,
	uint32_t *place, struct err *e)
{
	struct ledger_leaf act;
	uint32_t at;

	if (!ledger_leaf_read(&act, a, leaf, e))
		return false;
	if (act.time >= s->time)
		return err_set(e, ERR_USAGE, "an act of a later interval");
	if (!s->free)
		return err_set(e, ERR_BUSY, "all places of the interval are taken");
	at = nth_free(s, draw(w, s->free));
	ledger_leaf_digest(s->places[at], leaf);
	s->taken[at] = true;
	s->free--;
	*place = at;
	return true;
}

void stream_waiting(struct arena *a, struct ledger_field *out,
	const uint8_t key[STREAM_KEY], int64_t time, uint32_t waiting)
{
	uint8_t id[32] = {0};
	struct writer w = writer_over(id, 8), value = writer_in(a, 4);

	write_be64(&w, (uint64_t)(time / TIME_SECOND));
	write_be32(&value, waiting);
	*out = (struct ledger_field){
		.name = BYTES("waiting"), .value = writer_bytes(&value)};
	ledger_salt(out->salt, bytes_make(key, STREAM_KEY), id, out->name);
}

bool stream_leaf(struct arena *a, struct bytes *out, const struct stream *s,
	const struct ledger_field *waiting, struct err *e)
{
	uint8_t pair[2][SM3_SIZE];
	struct ledger_leaf leaf = {.kind = LEAF_STREAM,
		.time = s->time,
		.commitments = (const uint8_t(*)[SM3_SIZE])pair,
		.count = 2};

	merkle_root(pair[0], s->places[0], STREAM_WIDTH);
	ledger_commit(pair[1], waiting);
	return ledger_leaf_write(a, out, &leaf, e);
}

void stream_inclusion(struct ledger_inclusion *out, const struct stream *s,
	struct bytes leaf, uint32_t place, struct bytes stream_leaf)
{
	*out = (struct ledger_inclusion){
		.leaf = leaf, .sealed = true, .place = place, .stream = stream_leaf};
	merkle_inclusion(&out->places, s->places[0], STREAM_WIDTH, place);
}

bool stream_leaf_read(
	struct stream_leaf *out, struct arena *a, struct bytes der, struct err *e)
{
	struct ledger_leaf leaf;

	if (!ledger_leaf_read(&leaf, a, der, e))
		return false;
	if (!bytes_equal(leaf.kind, LEAF_STREAM) || leaf.count != 2 ||
		leaf.time % STREAM_INTERVAL)
		return err_set(e, ERR_MALFORMED, "not a leaf of the sealed stream");
	out->time = leaf.time;
	memcpy(out->root, leaf.commitments[0], SM3_SIZE);
	memcpy(out->waiting, leaf.commitments[1], SM3_SIZE);
	return true;
}
