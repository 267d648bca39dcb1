/* ledger_closing: see ledger_closing.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "doc/ledger_closing.h"

#include "asn1/der.h"

/* --- writing */

static bool put_streams(
	struct writer *w, struct arena *a, const struct closing *c, struct err *e)
{
	size_t list = der_open(w, DER_SEQUENCE);

	for (size_t i = 0; i < c->stream_count; i++) {
		size_t one = der_open(w, DER_SEQUENCE);
		struct bytes inclusion;

		if (!ledger_inclusion_write(a, &inclusion, &c->streams[i].inclusion, e))
			return false;
		write_bytes(w, inclusion);
		ledger_put_fields(w, &c->streams[i].waiting, 1);
		der_close(w, one);
	}
	der_close(w, list);
	return true;
}

static bool put_closing(
	struct writer *w, struct arena *a, const struct closing *c, struct err *e)
{
	size_t all = ledger_open(w, OID_QY_LEDGER_CLOSING);

	der_put(w, DER_UTF8_STRING, c->tender);
	der_put_generalized_time(w, c->deadline);
	checkpoint_file_put(w, &c->checkpoint);
	if (!put_streams(w, a, c, e))
		return false;
	der_close(w, all);
	return true;
}

bool closing_write(
	struct arena *a, struct bytes *out, const struct closing *c, struct err *e)
{
	struct writer w = writer_in(a, CLOSING_MAX);
	struct closing check;

	if (!ledger_time_is_whole(c->deadline))
		return err_set(e, ERR_USAGE, "closing: deadline");
	if (!put_closing(&w, a, c, e))
		return false;
	if (!closing_read(&check, a, writer_bytes(&w), e)) {
		e->code = ERR_USAGE;
		return false;
	}
	*out = writer_bytes(&w);
	return true;
}

/* --- reading */

static bool stream_take(
	struct closing_stream *s, struct arena *a, struct bytes *list, struct err *e)
{
	const struct ledger_field *waiting;
	struct bytes one, inclusion;
	size_t count;

	if (!der_take(list, DER_SEQUENCE, &one, e) ||
		!der_take_whole(&one, DER_SEQUENCE, &inclusion, e) ||
		!ledger_inclusion_read(&s->inclusion, a, inclusion, e) ||
		!ledger_take_fields(a, &one, &waiting, &count, e) || !der_end(one, e))
		return false;
	if (count != 1 || s->inclusion.sealed)
		return err_set(e, ERR_MALFORMED, "not a leaf of the stream");
	s->waiting = waiting[0];
	return true;
}

static bool streams_take(
	struct closing *c, struct arena *a, struct bytes list, struct err *e)
{
	struct closing_stream *all = NULL, *grown;

	for (size_t cap = 0; list.n; c->stream_count++) {
		if (c->stream_count == CLOSING_STREAMS_MAX)
			return err_set(e, ERR_TOO_LARGE, "leaves of the stream");
		if (c->stream_count == cap) {
			cap = cap ? 2 * cap : 4;
			grown = ARENA_ARRAY(a, cap, struct closing_stream);
			for (size_t i = 0; i < c->stream_count; i++)
				grown[i] = all[i];
			all = grown;
		}
		if (!stream_take(&all[c->stream_count], a, &list, e))
			return err_in(e, "leaf %zu", c->stream_count + 1);
	}
	c->streams = all;
	return true;
}

/* How many acts waited, when the opening is that of the leaf. */
static bool waiting_of(const struct stream_leaf *leaf, const struct ledger_field *f,
	uint32_t *waiting, struct err *e)
{
	uint8_t commitment[SM3_SIZE];
	struct reader r = reader_of(f->value);

	ledger_commit(commitment, f);
	if (!bytes_equal(f->name, BYTES("waiting")) || f->value.n != 4 ||
		!ledger_same(commitment, leaf->waiting))
		return err_set(e, ERR_MALFORMED, "not how many waited");
	*waiting = read_be32(&r);
	return true;
}

static bool stream_fits(const struct closing *c, struct arena *a, size_t i, struct err *e)
{
	const struct closing_stream *s = &c->streams[i];
	const struct checkpoint *under = &c->checkpoint.checkpoint;
	struct stream_leaf leaf;
	uint32_t waiting;

	if (!stream_leaf_read(&leaf, a, s->inclusion.leaf, e) ||
		!waiting_of(&leaf, &s->waiting, &waiting, e))
		return false;
	//= Protocols §2: the leaf of the interval holding the deadline, then all overflow
	if (leaf.time != stream_time_of(c->deadline) + (int64_t)i * STREAM_INTERVAL ||
		(i && s->inclusion.index <= c->streams[i - 1].inclusion.index))
		return err_set(e, ERR_MALFORMED, "not the interval that follows");
	if (!waiting != (i + 1 == c->stream_count))
		return err_set(e, ERR_MALFORMED,
			waiting ? "acts still waited" : "nothing waited any more");
	if (!ledger_inclusion_holds(&s->inclusion, under->root, under->size))
		return err_set(e, ERR_MALFORMED, "not under the checkpoint");
	return true;
}

static bool closing_fits(const struct closing *c, struct arena *a, struct err *e)
{
	if (!c->stream_count || !ledger_time_is_whole(c->deadline))
		return err_set(e, ERR_MALFORMED, "no leaf, or no deadline");
	for (size_t i = 0; i < c->stream_count; i++)
		if (!stream_fits(c, a, i, e))
			return err_in(e, "leaf %zu", i + 1);
	return true;
}

bool closing_read(struct closing *out, struct arena *a, struct bytes der, struct err *e)
{
	struct closing c = {0};
	struct bytes in, checkpoint, streams;
	struct writer again;

	if (der.n > CLOSING_MAX)
		return err_set(e, ERR_TOO_LARGE, "closing checkpoint");
	if (!ledger_take(der, OID_QY_LEDGER_CLOSING, &in, e) ||
		!ledger_take_text(&in, &c.tender, e) || !der_time(&in, &c.deadline, e) ||
		!der_take_whole(&in, DER_SEQUENCE, &checkpoint, e) ||
		!checkpoint_file_read(&c.checkpoint, a, checkpoint, e) ||
		!der_take(&in, DER_SEQUENCE, &streams, e) || !der_end(in, e) ||
		!streams_take(&c, a, streams, e) || !closing_fits(&c, a, e))
		return err_in(e, "closing checkpoint");
	again = writer_in(a, der.n);
	if (!put_closing(&again, a, &c, e) || !ledger_is_canonical(&again, der, e))
		return err_in(e, "closing checkpoint");
	*out = c;
	return true;
}

/* --- asking */

uint64_t closing_covered(const struct closing *c)
{
	return c->streams[c->stream_count - 1].inclusion.index + 1;
}

enum closing_first closing_first_of(
	const struct closing *c, const struct ledger_view *view)
{
	if (!checkpoint_is_fixed(&c->checkpoint, view) ||
		checkpoint_may_have_earlier(&c->checkpoint, view, closing_covered(c)))
		return CLOSING_FIRST_UNKNOWN;
	return CLOSING_FIRST;
}

const char *closing_answer_name(enum closing_answer answer)
{
	static const char *const names[] = {
		[CLOSING_IN_TIME] = "in-time",
		[CLOSING_NOT_UNDER] = "not-under",
		[CLOSING_LATE] = "late",
	};

	return names[answer];
}

enum closing_answer closing_answer_of(
	const struct closing *c, struct arena *a, const struct ledger_inclusion *leaf)
{
	const struct checkpoint *under = &c->checkpoint.checkpoint;
	struct ledger_leaf act;
	struct err e;

	if (leaf->index >= closing_covered(c) ||
		!ledger_inclusion_holds(leaf, under->root, under->size) ||
		!ledger_leaf_read(&act, a, leaf->leaf, &e))
		return CLOSING_NOT_UNDER;
	//= Protocols §2: in time iff the time in its own leaf is before the deadline
	return act.time < c->deadline ? CLOSING_IN_TIME : CLOSING_LATE;
}
