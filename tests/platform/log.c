/* log: see log.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "log.h"

#include <string.h>

static const struct {
	const char *name, *credit_code;
} persons[LOG_WITNESSES] = {
	{"见证甲公证处", "52330000MJ8700001F"},
	{"见证乙研究院", "12330000470000002B"},
};

void log_init(struct log *l, struct arena *a, struct world *w, struct bytes platform,
	struct key *key, struct key *receipt_key,
	struct key *const witness_keys[LOG_WITNESSES])
{
	memset(l, 0, sizeof *l);
	l->a = a;
	l->w = l->placing = w;
	l->platform = platform;
	l->key = key;
	l->receipt_key = receipt_key;
	for (size_t k = 0; k < LOG_WITNESSES; k++) {
		l->witness_keys[k] = witness_keys[k];
		l->witnesses[k] =
			(struct ledger_witness){.name = bytes_str(persons[k].name),
				.credit_code = bytes_str(persons[k].credit_code),
				.key = witness_keys[k]->pub};
	}
	w->random(w, l->epoch, sizeof l->epoch);
}

struct ledger_view log_view(const struct log *l)
{
	return (struct ledger_view){.platform = l->platform,
		.log = l->key->pub,
		.witnesses = l->witnesses,
		.witness_count = LOG_WITNESSES,
		.needed = LOG_WITNESSES};
}

size_t log_add(struct log *l, struct bytes leaf)
{
	size_t at = l->count++;

	l->leaves[at] = arena_dup(l->a, leaf);
	ledger_leaf_digest(l->digests[at], leaf);
	return at;
}

size_t log_receive(struct log *l, struct bytes leaf)
{
	l->acts[l->act_count] = (struct log_act){.leaf = arena_dup(l->a, leaf)};
	return l->act_count++;
}

bool log_tick(struct log *l, int64_t time, struct err *e)
{
	struct stream *tree = ARENA_NEW(l->a, struct stream);
	struct ledger_field waiting;
	struct bytes leaf;
	uint32_t left = 0;

	if (!stream_begin(tree, l->a, l->epoch, time, e))
		return false;
	for (size_t i = 0; i < l->act_count; i++) {
		struct log_act *act = &l->acts[i];

		if (act->placed)
			continue;
		if (!stream_put(tree, l->a, l->placing, act->leaf, &act->place, e)) {
			if (e->code != ERR_BUSY)
				return false;
			left++;
			continue;
		}
		act->placed = true;
		act->index = l->count;
		act->tree = tree;
	}
	stream_waiting(l->a, &waiting, l->epoch, time, left);
	if (!stream_leaf(l->a, &leaf, tree, &waiting, e))
		return false;
	l->waiting[log_add(l, leaf)] = waiting;
	return true;
}

static bool witness_signs(struct log *l, size_t k, struct bytes checkpoint,
	struct bytes *out, struct err *e)
{
	struct ledger_view view = log_view(l);
	struct checkpoint before, now;
	struct merkle_path path = {.n = 0};
	bool again = l->last_signed[k].n > 0;

	if (again) {
		if (!checkpoint_read(&before, l->a, l->last_signed[k], e))
			return false;
		merkle_consistency(&path, l->digests[0], l->count, (size_t)before.size);
	}
	if (!checkpoint_read(&now, l->a, checkpoint, e) ||
		!cosignature_sign(l->a, out, l->w, &view, again ? &before : NULL, &now,
			&path, l->witness_keys[k], e))
		return false;
	l->last_signed[k] = checkpoint;
	return true;
}

bool log_checkpoint(struct log *l, unsigned witnessed, struct bytes *out, struct err *e)
{
	int64_t now = l->w->now(l->w);
	struct checkpoint c = {.platform = l->platform,
		.number = l->number + 1,
		.size = l->count,
		.time = now - now % TIME_SECOND};
	struct bytes der, said[LOG_WITNESSES];
	size_t n = 0;

	merkle_root(c.root, l->digests[0], l->count);
	if (!checkpoint_sign(l->a, &der, l->w, &c, l->key, e))
		return false;
	l->number++;
	l->checkpoint = der;
	for (size_t k = 0; k < LOG_WITNESSES; k++)
		if (witnessed >> k & 1 && !witness_signs(l, k, der, &said[n++], e))
			return false;
	return checkpoint_file_make(l->a, out, der, said, n, e);
}

void log_inclusion(
	const struct log *l, struct ledger_inclusion *out, size_t index, size_t size)
{
	out->index = index;
	out->size = size;
	if (!out->leaf.n)
		out->leaf = l->leaves[index];
	merkle_inclusion(&out->path, l->digests[0], size, index);
}

void log_act_inclusion(
	const struct log *l, struct ledger_inclusion *out, size_t act, size_t size)
{
	const struct log_act *one = &l->acts[act];

	stream_inclusion(out, one->tree, one->leaf, one->place, l->leaves[one->index]);
	log_inclusion(l, out, one->index, size);
}

bool log_closing(const struct log *l, struct bytes *out, struct bytes tender,
	int64_t deadline, struct bytes checkpoint_file, struct err *e)
{
	struct closing c = {.tender = tender, .deadline = deadline};
	struct closing_stream *streams =
		ARENA_ARRAY(l->a, CLOSING_STREAMS_MAX, struct closing_stream);
	int64_t wanted = stream_time_of(deadline);
	struct stream_leaf leaf;
	struct err none;

	if (!checkpoint_file_read(&c.checkpoint, l->a, checkpoint_file, e))
		return false;
	for (size_t i = 0; i < c.checkpoint.checkpoint.size; i++) {
		struct closing_stream *s = &streams[c.stream_count];
		struct reader r = reader_of(l->waiting[i].value);

		if (!stream_leaf_read(&leaf, l->a, l->leaves[i], &none) ||
			leaf.time != wanted)
			continue;
		log_inclusion(l, &s->inclusion, i, (size_t)c.checkpoint.checkpoint.size);
		s->waiting = l->waiting[i];
		c.stream_count++;
		wanted += STREAM_INTERVAL;
		if (!read_be32(&r))
			break;
	}
	c.streams = streams;
	return closing_write(l->a, out, &c, e);
}

bool log_bid_leaf(struct log *l, struct bytes *leaf,
	struct ledger_field fields[RECEIPT_BID_FIELDS], const struct receipt_bid *bid,
	int64_t time, struct err *e)
{
	uint8_t id[32];

	l->w->random(l->w, id, sizeof id);
	receipt_bid_fields(l->a, fields, bid, BYTES_OF(l->epoch), id);
	return ledger_leaf_make(
		l->a, leaf, LEAF_BID, time, fields, RECEIPT_BID_FIELDS, e);
}
