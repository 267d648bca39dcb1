/* qyb_open: see qyb_open.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "doc/qyb_open.h"

#include <string.h>

#include "crypto/merkle.h"
#include "doc/qyb_pipe.h"

bool qyb_take(struct lockbox_value *out, bool *committed, const struct qyb *q,
	size_t part, size_t party, struct key *key, struct err *e)
{
	const struct lockbox_party *p = &q->context.parties[party];
	uint8_t ctx[SM3_SIZE];

	qyb_ctx(ctx, q, part);
	if (!lockbox_take(
		    out->v, committed, ctx, p, &q->parts[part].envelopes[party], key, e))
		return false;
	out->i = p->i;
	return true;
}

/* --- whose fault */

static size_t party_of(const struct qyb *q, uint16_t i)
{
	for (size_t k = 0; k < q->context.party_count; k++)
		if (q->context.parties[k].i == i)
			return k;
	return SIZE_MAX;
}

/* Keeps the values that stand under their commitments; names the first that does not. */
static bool values_sift(struct qyb_finding *f, struct lockbox_value *good, size_t *n,
	const struct qyb *q, size_t part, const struct lockbox_value *values,
	size_t count, struct err *e)
{
	uint8_t ctx[SM3_SIZE];

	qyb_ctx(ctx, q, part);
	*n = 0;
	for (size_t k = 0; k < count; k++) {
		size_t at = party_of(q, values[k].i);

		if (at == SIZE_MAX)
			return err_set(e, ERR_USAGE, "no recipient %u", values[k].i);
		if (lockbox_is_committed(ctx, &q->context.parties[at],
			    &q->parts[part].envelopes[at], values[k].v))
			good[(*n)++] = values[k];
		else if (!f->party)
			f->party = values[k].i;
	}
	return true;
}

bool qyb_judge_dealing(struct qyb_finding *f, const struct qyb *q, size_t part,
	const struct lockbox_value *values, size_t count, uint8_t rho[LOCKBOX_SECRET],
	struct err *e)
{
	AUTO(secret) room = secret_new(
		LOCKBOX_PARTIES_MAX * sizeof(struct lockbox_value) + LOCKBOX_SECRET);
	struct lockbox_value *good = (struct lockbox_value *)(void *)secret_data(room);
	uint8_t *found = (uint8_t *)&good[LOCKBOX_PARTIES_MAX], ctx[SM3_SIZE];
	struct lockbox_context c = qyb_context_of(q, part);
	struct qyb_finding r = {.verdict = QYB_OPENS};
	bool equal = false;
	size_t n;

	if (count > LOCKBOX_PARTIES_MAX)
		return err_set(e, ERR_USAGE, "too many values");
	if (!values_sift(&r, good, &n, q, part, values, count, e))
		return false;
	if (!lockbox_secret(found, &c, good, n, e)) {
		if (e->code != ERR_NOT_FOUND)
			return false;
		r.verdict = r.party ? QYB_PARTY_LIED : QYB_UNDECIDED;
		*f = r;
		return true;
	}
	lockbox_ctx(ctx, &c);
	//= protocols §1: COM is compared before any chunk is touched
	if (!lockbox_matches(ctx, found, q->parts[part].com)) {
		r.verdict = QYB_DEALER_LIED;
		r.difference.element = 'C';
		*f = r;
		return true;
	}
	//= protocols §1: every a_k, s_i, E_i, w_i, b_i, c_i is recomputed and compared
	if (!lockbox_compare(
		    &equal, &r.difference, &c, q->parts[part].envelopes, found, e))
		return false;
	if (equal)
		r.difference = (struct lockbox_difference){0};
	else
		r.verdict = QYB_DEALER_LIED;
	memcpy(rho, found, LOCKBOX_SECRET);
	*f = r;
	return true;
}

/* --- the content */

struct extraction {
	const struct qyb *q;
	const struct qyb_part *part;
	const struct lockbox_keys *keys;
	struct sink to;
	uint8_t leaves[QYB_PIPE_THREADS_MAX][SM3_SIZE];
	struct merkle tree;
	uint64_t length; /* of the content, known from the first chunk */
};

static bool chunk_work(void *ctx, uint32_t j, uint8_t *room, size_t *n, struct err *e)
{
	struct extraction *x = ctx;
	const struct qyb_part *p = x->part;
	uint64_t at = p->at + (uint64_t)j * (LOCKBOX_CHUNK + SM4_TAG);
	struct bytes stored = bytes_make(room, qyb_chunk_size(p, j));

	if (!source_read(x->q->file, at, room, stored.n, e))
		return false;
	merkle_leaf(x->leaves[j % QYB_PIPE_THREADS_MAX], stored);
	if (!lockbox_chunk_open(room, x->keys, j, j + 1 == p->count, stored, e))
		return false;
	*n = stored.n - SM4_TAG;
	return true;
}

/* The length before the content, which must be one that is padded to this size. */
static bool length_read(struct extraction *x, struct bytes b, struct err *e)
{
	uint64_t n = 0;

	for (size_t i = 0; i < QYB_LENGTH; i++)
		n = n << 8 | b.p[i];
	if (n > x->part->size || (qyb_padded(n, true) != x->part->size &&
					 qyb_padded(n, false) != x->part->size))
		return err_set(e, ERR_MALFORMED, "length of the content");
	x->length = n;
	return true;
}

static bool chunk_put(void *ctx, uint32_t j, struct bytes b, struct err *e)
{
	struct extraction *x = ctx;
	uint64_t at = (uint64_t)j * LOCKBOX_CHUNK, left;
	struct bytes content;

	merkle_add(&x->tree, x->leaves[j % QYB_PIPE_THREADS_MAX]);
	if (j == 0 && b.n) {
		if (!length_read(x, b, e))
			return false;
		b = bytes_from(b, QYB_LENGTH);
	}
	at = j ? at - QYB_LENGTH : 0;
	left = x->length > at ? x->length - at : 0;
	content = bytes_head(b, left < b.n ? (size_t)left : b.n);
	for (size_t i = content.n; i < b.n; i++)
		if (b.p[i])
			return err_set(e, ERR_MALFORMED, "padding");
	return !content.n || x->to.put(x->to.to, content, e);
}

bool qyb_extract(const struct qyb *q, size_t part, const uint8_t rho[LOCKBOX_SECRET],
	unsigned threads, struct sink to, struct err *e)
{
	AUTO(secret) room = secret_new(sizeof(struct lockbox_keys));
	struct lockbox_keys *keys = (struct lockbox_keys *)(void *)secret_data(room);
	struct extraction x = {.q = q, .part = &q->parts[part], .keys = keys, .to = to};
	struct qyb_pipe pipe = {.count = x.part->count,
		.threads = threads,
		.ctx = &x,
		.work = chunk_work,
		.put = chunk_put};
	uint8_t ctx[SM3_SIZE], root[SM3_SIZE];

	qyb_ctx(ctx, q, part);
	lockbox_keys_of(keys, ctx, rho);
	if (!secret_equal(keys->com, x.part->com, SM3_SIZE))
		return err_set(e, ERR_DECRYPT, "this secret is not the part's");
	if (!qyb_pipe_run(&pipe, e))
		return false;
	/* Under one key there may be two ciphertexts; one was signed. */
	merkle_finish(root, &x.tree);
	if (!bytes_equal(bytes_make(root, SM3_SIZE), BYTES_OF(x.part->root)))
		return err_set(e, ERR_DECRYPT, "the part is not what was signed");
	return true;
}
