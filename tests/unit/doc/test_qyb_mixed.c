/* Nothing can be mixed between bids, nor within one: whatever is put together out of the
 * pieces of honest bids opens to the content of one of them, or not at all, and says so.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "crypto/merkle.h"
#include "doc/qyb_record.h"
#include "qyb_kit.h"
#include "torture.h"

enum {
	BIDS = 3,
	PARTS = 2,
	BIG = 1100000,
	STORED_CHUNK = LOCKBOX_CHUNK + SM4_TAG,
	MIXTURES = 90
};
/* The pieces of such a bid: outer part, header, two chunks, the price. */
enum { OUTER, HEADER, FIRST, SECOND, PRICE, PIECES };

/* Bids of one bidder for one tender: their lengths agree to the octet. */
struct pile {
	struct box *b;
	struct bytes octets[BIDS], content[BIDS][PARTS];
	struct source *files[BIDS];
	struct qyb *q[BIDS];
	uint64_t state;
};

static struct bytes content_of(struct pile *p, size_t n)
{
	uint8_t *out = arena_alloc(p->b->d->a, n);

	for (size_t i = 0; i < n; i++)
		out[i] = (uint8_t)torture_random(&p->state);
	return bytes_make(out, n);
}

static size_t pick(struct pile *p, size_t n)
{
	return (size_t)(torture_random(&p->state) >> 16) % n;
}

static void pile_add(struct pile *p, size_t k, enum lockbox_policy policy)
{
	struct err e;

	p->content[k][0] = content_of(p, BIG);
	p->content[k][1] = content_of(p, 40);
	{
		AUTO(source) big = source_of_bytes(p->content[k][0]);
		AUTO(source) price = source_of_bytes(p->content[k][1]);
		struct qyb_pack_part parts[PARTS] = {
			{BYTES("technical"), big, false}, {BYTES("price"), price, true}};
		struct qyb_pack_spec spec = box_spec(p->b, policy, parts, PARTS);

		if (!box_pack(p->b, &spec, &e))
			fail_msg("%s", e.text);
	}
	p->octets[k] = box_octets(p->b);
	p->files[k] = source_of_bytes(p->octets[k]);
	if (!qyb_read(&p->q[k], p->b->d->a, p->files[k], NULL, &e))
		fail_msg("%s", e.text);
}

static void pile_init(struct pile *p, struct box *b, enum lockbox_policy policy)
{
	*p = (struct pile){.b = b, .state = 20260417 + policy};
	for (size_t k = 0; k < BIDS; k++)
		pile_add(p, k, policy);
}

static void pile_fini(struct pile *p)
{
	for (size_t k = 0; k < BIDS; k++)
		source_free(p->files[k]);
}

/* The values that open a part honestly: the owner's, and three trustees' beside it. */
static size_t honest_values(
	struct pile *p, const struct qyb *q, size_t part, struct lockbox_value *v)
{
	size_t n = 0;

	if (q->context.policy == LOCKBOX_OWNER_AND_TRUSTEES)
		for (; n < BOX_NEED; n++)
			v[n] = box_take(q, part, n, p->b->trustee_keys[n]);
	v[n++] = box_take(
		q, part, q->context.party_count - 1, p->b->owner_keys[BOX_OWNERS - 1]);
	return n;
}

/* Does a part come out, and as this content? Anything but that or nothing fails. */
static bool comes_out(struct pile *p, const struct qyb *q, size_t part, struct bytes want)
{
	struct lockbox_value v[BOX_NEED + 1];
	size_t n = honest_values(p, q, part, v);
	uint8_t rho[LOCKBOX_SECRET];
	struct qyb_finding f;
	AUTO_BUF out = buf_make(0);
	struct err e;
	bool ok;

	assert_true(qyb_judge_dealing(&f, q, part, v, n, rho, &e));
	assert_int_equal(f.verdict, QYB_OPENS);
	ok = box_extract(q, part, rho, 1, &out, &e);
	if (ok)
		assert_bytes(buf_bytes(&out), want);
	else
		assert_int_equal(e.code, ERR_DECRYPT);
	return ok;
}

/* --- files put together from the pieces of several */

static size_t piece_at(const struct qyb *q, size_t piece)
{
	switch (piece) {
	case OUTER:
		return 0;
	case HEADER:
		return (size_t)q->outer.size;
	case FIRST:
		return (size_t)q->parts[0].at;
	case SECOND:
		return (size_t)q->parts[0].at + STORED_CHUNK;
	case PRICE:
		return (size_t)q->parts[1].at;
	default:
		return (size_t)(q->outer.size + q->outer.header_size +
				q->outer.parts_size);
	}
}

/* What must come of a file whose pieces are of these bids. */
static void try_mixture(struct pile *p, uint8_t *room, const size_t *from, size_t *opened)
{
	AUTO(arena) a = arena_new();
	AUTO(source) file = source_of_bytes(bytes_make(room, p->octets[0].n));
	const struct qyb *one = p->q[0];
	size_t x = from[HEADER];
	bool whole[PARTS] = {from[FIRST] == x && from[SECOND] == x, from[PRICE] == x};
	struct qyb *q;
	struct cert c;
	struct err e;

	for (size_t k = 0; k < PIECES; k++) {
		size_t at = piece_at(one, k);

		memcpy(room + at, p->octets[from[k]].p + at, piece_at(one, k + 1) - at);
	}
	if (!qyb_read(&q, a, file, NULL, &e)) {
		assert_int_not_equal(from[OUTER], x);
		return;
	}
	assert_int_equal(from[OUTER], x);
	assert_true(qyb_check_signature(q, a, &c, &e));
	assert_int_equal(qyb_check_stored(q, &e), whole[0] && whole[1]);
	for (size_t part = 0; part < PARTS; part++) {
		assert_int_equal(comes_out(p, q, part, p->content[x][part]), whole[part]);
		*opened += whole[part];
	}
}

static void nothing_can_be_mixed_between_files(void **state)
{
	for (unsigned policy = 0; policy < 3; policy++) {
		struct pile p;
		size_t opened = 0;

		pile_init(&p, *state, (enum lockbox_policy)policy);
		{
			AUTO_MEM uint8_t *room = mem_alloc(p.octets[0].n);

			for (size_t k = 1; k < BIDS; k++)
				assert_int_equal(p.octets[k].n, p.octets[0].n);
			for (size_t k = 0; k < MIXTURES; k++) {
				size_t from[PIECES], x = pick(&p, BIDS);

				/* Half of the pieces are of one bid, and mostly its
				 * outer part: what is refused at once shows little.
				 */
				for (size_t i = 0; i < PIECES; i++)
					from[i] = pick(&p, 2) ? x : pick(&p, BIDS);
				from[OUTER] = pick(&p, 4) ? from[HEADER] : from[OUTER];
				try_mixture(&p, room, from, &opened);
			}
		}
		assert_true(opened > 0);
		pile_fini(&p);
	}
}

/* --- values given for one bid, used for another */

/* Values of which some are another bid's or another part's: they open when enough are
 * right, and the first wrong one is named. */
static void nothing_can_be_mixed_between_values(void **state)
{
	size_t opened = 0, named = 0;
	struct pile p;

	pile_init(&p, *state, LOCKBOX_OWNER_OR_TRUSTEES);
	for (size_t k = 0; k < 300; k++) {
		struct lockbox_value v[BOX_TRUSTEES];
		size_t x = pick(&p, BIDS), part = pick(&p, PARTS), right = 0;
		uint16_t wrong = 0;
		uint8_t rho[LOCKBOX_SECRET] = {0}, none[LOCKBOX_SECRET] = {0};
		struct qyb_finding f;
		struct err e;

		for (size_t i = 0; i < BOX_TRUSTEES; i++) {
			size_t y = pick(&p, 2) ? x : pick(&p, BIDS);
			size_t other = pick(&p, 3) ? part : pick(&p, PARTS);

			v[i] = box_take(p.q[y], other, i, p.b->trustee_keys[i]);
			if (y == x && other == part)
				right++;
			else if (!wrong)
				wrong = v[i].i;
		}
		assert_true(
			qyb_judge_dealing(&f, p.q[x], part, v, BOX_TRUSTEES, rho, &e));
		assert_int_equal(
			f.verdict, right >= BOX_NEED ? QYB_OPENS : QYB_PARTY_LIED);
		assert_int_equal(f.party, wrong);
		assert_int_equal(memcmp(rho, none, sizeof rho) != 0, right >= BOX_NEED);
		opened += right >= BOX_NEED;
		named += wrong != 0;
	}
	assert_true(opened > 50 && named > 50);
	pile_fini(&p);
}

/* --- envelopes and commitments of one bid in the header of another */

/* One element of an envelope from another bid, part or recipient; false where that is
 * the very same place. */
static bool element_move(struct pile *p, struct lockbox_envelope *to, size_t x,
	size_t part, size_t party, char *element)
{
	size_t y = pick(p, BIDS), other = pick(p, PARTS), of = pick(p, BOX_TRUSTEES + 1);
	const struct lockbox_envelope *from = &p->q[y]->parts[other].envelopes[of];

	*element = "Ewbc"[pick(p, 4)];
	switch (*element) {
	case 'E':
		memcpy(to->c1, from->c1, sizeof to->c1);
		memcpy(to->c3, from->c3, sizeof to->c3);
		memcpy(to->c2, from->c2, sizeof to->c2);
		break;
	case 'w':
		memcpy(to->w, from->w, sizeof to->w);
		break;
	case 'b':
		memcpy(to->b, from->b, sizeof to->b);
		break;
	default:
		memcpy(to->c, from->c, sizeof to->c);
	}
	return y != x || other != part || of != party;
}

/* Whoever opens, by whatever way reaches ρ, finds the one element that is not its own. */
static void nothing_can_be_mixed_between_headers(void **state)
{
	size_t moved = 0;
	struct pile p;

	pile_init(&p, *state, LOCKBOX_OWNER_OR_TRUSTEES);
	for (size_t k = 0; k < 200; k++) {
		size_t x = pick(&p, BIDS), part = pick(&p, PARTS),
		       party = pick(&p, BOX_TRUSTEES + 1);
		struct lockbox_envelope all[BOX_TRUSTEES + BOX_OWNERS];
		struct qyb_part parts[PARTS];
		struct qyb q = *p.q[x];
		struct lockbox_value v = box_take(
			p.q[x], part, BOX_TRUSTEES + 1, p.b->owner_keys[BOX_OWNERS - 1]);
		uint8_t rho[LOCKBOX_SECRET];
		struct qyb_finding f;
		char element;
		struct err e;

		memcpy(parts, q.parts, sizeof parts);
		memcpy(all, parts[part].envelopes, sizeof all);
		parts[part].envelopes = all;
		q.parts = parts;
		if (!element_move(&p, &all[party], x, part, party, &element))
			continue;
		assert_true(qyb_judge_dealing(&f, &q, part, &v, 1, rho, &e));
		assert_int_equal(f.verdict, QYB_DEALER_LIED);
		assert_int_equal(f.difference.i, q.context.parties[party].i);
		assert_int_equal(f.difference.element, element);
		moved++;
	}
	assert_true(moved > 150);
	pile_fini(&p);
}

static void a_commitment_of_another_bid_is_the_dealers_lie(void **state)
{
	struct pile p;

	pile_init(&p, *state, LOCKBOX_OWNER_AND_TRUSTEES);
	for (size_t x = 0; x < BIDS; x++)
		for (size_t y = 0; y < BIDS; y++)
			for (size_t k = 0; k < PARTS * PARTS; k++) {
				struct qyb_part parts[PARTS];
				struct qyb q = *p.q[x];
				struct lockbox_value v[BOX_NEED + 1];
				size_t n = honest_values(&p, &q, k / PARTS, v);
				bool same = x == y && k / PARTS == k % PARTS;
				uint8_t rho[LOCKBOX_SECRET];
				struct qyb_finding f;
				struct err e;

				memcpy(parts, q.parts, sizeof parts);
				memcpy(parts[k / PARTS].com, p.q[y]->parts[k % PARTS].com,
					SM3_SIZE);
				q.parts = parts;
				assert_true(qyb_judge_dealing(
					&f, &q, k / PARTS, v, n, rho, &e));
				assert_int_equal(
					f.verdict, same ? QYB_OPENS : QYB_DEALER_LIED);
				assert_int_equal(f.difference.element == 'C', !same);
			}
	pile_fini(&p);
}

/* A re-wrap record of one bid is refused at another, whatever header it names. */
static void a_rewrap_opens_its_own_bid_only(void **state)
{
	struct box *b = *state;
	AUTO(key) fresh = kit_key(b->d->k, KEY_SM2);
	struct bytes cert = kit_cert(b->d->k, ISSUE_ENCRYPT, "投标人", fresh).der;
	struct qyb_rewrap *r = ARENA_NEW(b->d->a, struct qyb_rewrap);
	struct pile p;

	pile_init(&p, b, LOCKBOX_OWNER);
	for (size_t x = 0; x < BIDS; x++)
		for (size_t y = 0; y < BIDS; y++) {
			struct lockbox_value v;
			bool committed = false;
			struct err e;

			memset(r, 0, sizeof *r);
			assert_true(qyb_rewrap_make(
				r, b->d->w, p.q[y], 0, b->owner_keys[0], cert, &e));
			assert_int_equal(
				qyb_rewrap_take(&v, &committed, p.q[x], 1, r, fresh, &e),
				x == y);
			if (x != y)
				assert_int_equal(e.code, ERR_DENIED);
			memcpy(r->header, p.q[x]->header_sm3, SM3_SIZE);
			assert_true(
				qyb_rewrap_take(&v, &committed, p.q[x], 1, r, fresh, &e));
			assert_int_equal(committed, x == y);
			/* Nor a part's envelope for another part. */
			r->parts[0] = BYTES("price");
			assert_true(
				qyb_rewrap_take(&v, &committed, p.q[x], 1, r, fresh, &e));
			assert_false(committed);
		}
	pile_fini(&p);
}

/* --- chunks */

/* One part of three whole chunks and a short one, and room to alter it in. */
struct long_part {
	struct box *b;
	struct bytes content;
	struct source *file;
	struct qyb *q;
	struct qyb_part part;
	uint8_t *octets, rho[LOCKBOX_SECRET];
	size_t n;
};

static void long_part_init(struct long_part *l, struct box *b)
{
	uint8_t *content = arena_alloc(b->d->a, 3 * LOCKBOX_CHUNK + 5000);
	struct bytes all;
	struct err e;

	for (size_t i = 0; i < 3 * LOCKBOX_CHUNK + 5000; i++)
		content[i] = (uint8_t)(i >> 12 ^ i * 7);
	*l = (struct long_part){.b = b, .content = {content, 3 * LOCKBOX_CHUNK + 5000}};
	{
		AUTO(source) in = source_of_bytes(l->content);
		struct qyb_pack_part part = {BYTES("technical"), in, false};
		struct qyb_pack_spec spec = box_spec(b, LOCKBOX_OWNER, &part, 1);

		assert_true(box_pack(b, &spec, &e));
	}
	all = box_octets(b);
	l->n = all.n;
	l->octets = mem_alloc(all.n);
	memcpy(l->octets, all.p, all.n);
	l->file = source_of_bytes(bytes_make(l->octets, l->n));
	assert_true(qyb_read(&l->q, b->d->a, l->file, NULL, &e));
	l->part = l->q->parts[0];
	assert_int_equal(l->part.count, 4);
	memcpy(l->rho, box_take(l->q, 0, 0, b->owner_keys[0]).v, LOCKBOX_SECRET);
}

static void long_part_fini(struct long_part *l)
{
	source_free(l->file);
	mem_free(l->octets);
}

static void root_of_stored(struct long_part *l, struct qyb_part *p)
{
	struct merkle tree = {.n = 0};
	uint8_t leaf[SM3_SIZE];

	for (uint32_t j = 0; j < p->count; j++) {
		merkle_leaf(leaf, bytes_make(l->octets + p->at + j * (size_t)STORED_CHUNK,
					  qyb_chunk_size(p, j)));
		merkle_add(&tree, leaf);
	}
	merkle_finish(p->root, &tree);
}

/* Nothing comes out, whether or not the root is over what is stored. The length in the
 * first chunk may be what gives it away. */
static void assert_shut(struct long_part *l, bool is_whole, bool lengths_agree)
{
	AUTO_BUF out = buf_make(0);
	struct err e;

	assert_int_equal(qyb_check_stored(l->q, &e), is_whole);
	assert_false(box_extract(l->q, 0, l->rho, 2, &out, &e));
	assert_true(e.code == ERR_DECRYPT || (!lengths_agree && e.code == ERR_MALFORMED));
}

static void a_file_cut_at_any_chunk_is_refused(void **state)
{
	struct long_part l;
	struct err e;

	long_part_init(&l, *state);
	for (uint32_t j = 0; j < l.part.count; j++)
		for (int off = -1; off <= 1; off++) {
			AUTO(arena) a = arena_new();
			size_t n = (size_t)l.part.at + j * (size_t)STORED_CHUNK +
				   (size_t)off;
			AUTO(source) cut = source_of_bytes(bytes_make(l.octets, n));
			struct qyb *q;

			assert_false(qyb_read(&q, a, cut, NULL, &e));
			assert_int_equal(e.code, ERR_MALFORMED);
		}
	/* A header that tells of so many chunks only, with the root over them: the chunk
	 * that is the last now was not sealed as the last. */
	for (uint32_t j = 1; j < l.part.count; j++) {
		l.q->parts[0].count = j;
		l.q->parts[0].size = (uint64_t)j * LOCKBOX_CHUNK;
		root_of_stored(&l, &l.q->parts[0]);
		assert_shut(&l, true, false);
	}
	long_part_fini(&l);
}

static void no_two_chunks_can_change_places(void **state)
{
	struct long_part l;
	size_t pairs = 0;

	long_part_init(&l, *state);
	for (uint32_t i = 0; i < l.part.count; i++)
		for (uint32_t j = 0; j < l.part.count; j++) {
			uint32_t n = qyb_chunk_size(&l.part, i), m;
			uint8_t *one = l.octets + l.part.at + i * (size_t)STORED_CHUNK,
				*other = l.octets + l.part.at + j * (size_t)STORED_CHUNK;
			AUTO_MEM uint8_t *kept = mem_alloc(2 * (size_t)STORED_CHUNK);

			/* Chunk i stands where j stood; of unequal ones, as much as has
			 * room. */
			m = qyb_chunk_size(&l.part, j);
			if (i == j)
				continue;
			memcpy(kept, one, n);
			memcpy(kept + STORED_CHUNK, other, m);
			memcpy(one, kept + STORED_CHUNK, n < m ? n : m);
			memcpy(other, kept, n < m ? n : m);
			l.q->parts[0] = l.part;
			assert_shut(&l, false, true);
			/* And signed so. */
			root_of_stored(&l, &l.q->parts[0]);
			assert_shut(&l, true, true);
			memcpy(one, kept, n);
			memcpy(other, kept + STORED_CHUNK, m);
			pairs++;
		}
	assert_int_equal(pairs, 12);
	l.q->parts[0] = l.part;
	{
		AUTO_BUF out = buf_make(0);
		struct err e;

		assert_true(box_extract(l.q, 0, l.rho, 2, &out, &e));
		assert_bytes(buf_bytes(&out), l.content);
	}
	long_part_fini(&l);
}

int main(void)
{
#define with_box(test) cmocka_unit_test_setup_teardown(test, box_begin, box_end)
	const struct CMUnitTest tests[] = {
		with_box(nothing_can_be_mixed_between_files),
		with_box(nothing_can_be_mixed_between_values),
		with_box(nothing_can_be_mixed_between_headers),
		with_box(a_commitment_of_another_bid_is_the_dealers_lie),
		with_box(a_rewrap_opens_its_own_bid_only),
		with_box(a_file_cut_at_any_chunk_is_refused),
		with_box(no_two_chunks_can_change_places),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
