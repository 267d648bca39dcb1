/* Who together opens a bid, tried for every set of trustees there is: any t of n come to
 * the same content, and what fewer have fits the ciphertext no better than a guess.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "crypto/gf256.h"
#include "crypto/shamir.h"
#include "doc/qyb_put.h"
#include "qyb_kit.h"

enum { TRUSTEES_MAX = 7, CONTENT = 300 };

/* A bid for n trustees of whom t open it. */
struct circle {
	struct box *b;
	size_t n, t;
	struct key *keys[TRUSTEES_MAX];
	struct bytes certs[TRUSTEES_MAX], roles[TRUSTEES_MAX], content;
	struct source *file;
	struct qyb *q;
	struct lockbox_value shares[TRUSTEES_MAX], owner;
	uint8_t rho[LOCKBOX_SECRET];
};

static void circle_pack(struct circle *c, enum lockbox_policy policy)
{
	struct box *b = c->b;
	AUTO(source) in = source_of_bytes(c->content);
	struct qyb_pack_part part = {BYTES("price"), in, true};
	struct qyb_pack_spec spec = box_spec(b, policy, &part, 1);
	struct bytes octets;
	struct err e;

	spec.trustees = c->certs;
	spec.roles = c->roles;
	spec.trustee_count = c->n;
	spec.context.t = (uint8_t)c->t;
	if (!box_pack(b, &spec, &e))
		fail_msg("%s", e.text);
	octets = box_octets(b);
	c->file = source_of_bytes(octets);
	assert_true(qyb_read(&c->q, b->d->a, c->file, NULL, &e));
}

static void circle_init(
	struct circle *c, struct box *b, size_t n, size_t t, enum lockbox_policy policy)
{
	uint8_t *content = arena_alloc(b->d->a, CONTENT);
	struct lockbox_value v[TRUSTEES_MAX + 1];
	size_t count = 0;
	struct qyb_finding f;
	struct err e;

	for (size_t i = 0; i < CONTENT; i++)
		content[i] = (uint8_t)(i * 31 + n);
	*c = (struct circle){.b = b, .n = n, .t = t, .content = {content, CONTENT}};
	for (size_t k = 0; k < n; k++) {
		c->keys[k] = kit_key(b->d->k, KEY_SM2);
		c->certs[k] = kit_cert(b->d->k, ISSUE_ENCRYPT, "托管人", c->keys[k]).der;
		c->roles[k] = BYTES("notary");
	}
	circle_pack(c, policy);
	for (size_t k = 0; k < n; k++)
		c->shares[k] = v[count++] = box_take(c->q, 0, k, c->keys[k]);
	c->owner = v[count++] = box_take(c->q, 0, n, b->owner_keys[0]);
	assert_true(qyb_judge_dealing(&f, c->q, 0, v, count, c->rho, &e));
	assert_int_equal(f.verdict, QYB_OPENS);
}

static void circle_fini(struct circle *c)
{
	source_free(c->file);
	for (size_t k = 0; k < c->n; k++)
		key_free(c->keys[k]);
}

/* The shares of a set of bits, and the owner's value behind them if that is asked for. */
static size_t chosen(
	const struct circle *c, unsigned set, bool owner, struct lockbox_value *v)
{
	size_t n = 0;

	for (size_t k = 0; k < c->n; k++)
		if (set >> k & 1)
			v[n++] = c->shares[k];
	if (owner)
		v[n++] = c->owner;
	return n;
}

/* Does this secret open the ciphertext: by all that is compared, and by a reader that
 * compares nothing and takes COM from the header? Both must say the same. */
static bool opens_ciphertext(const struct circle *c, const uint8_t *rho)
{
	uint8_t stored[QYB_PRICE_BLOCK + SM4_TAG], plain[QYB_PRICE_BLOCK], ctx[SM3_SIZE];
	AUTO_BUF out = buf_make(0);
	struct lockbox_keys keys;
	bool carefully, carelessly;
	struct err e;

	carefully = box_extract(c->q, 0, rho, 1, &out, &e);
	assert_true(carefully || e.code == ERR_DECRYPT);
	if (carefully)
		assert_bytes(buf_bytes(&out), c->content);
	else
		assert_int_equal(out.n, 0);
	assert_true(source_read(c->file, c->q->parts[0].at, stored, sizeof stored, &e));
	qyb_ctx(ctx, c->q, 0);
	lockbox_keys_of(&keys, ctx, rho);
	memcpy(keys.com, c->q->parts[0].com, sizeof keys.com);
	carelessly = lockbox_chunk_open(plain, &keys, 0, true, BYTES_OF(stored), &e);
	assert_int_equal(carefully, carelessly);
	return carefully;
}

/* What any number of shares interpolate to, with the owner's half on top of it where the
 * policy has one: what a reader would take that does not know t. */
static void interpolate(uint8_t rho[LOCKBOX_SECRET], const struct circle *c, unsigned set)
{
	uint8_t x[TRUSTEES_MAX], values[TRUSTEES_MAX * LOCKBOX_SECRET];
	size_t n = 0;
	struct err e;

	for (size_t k = 0; k < c->n; k++)
		if (set >> k & 1) {
			x[n] = (uint8_t)(k + 1);
			memcpy(values + n++ * LOCKBOX_SECRET, c->shares[k].v,
				LOCKBOX_SECRET);
		}
	assert_true(shamir_combine(rho, x, values, n, &e));
	if (c->q->context.policy == LOCKBOX_OWNER_AND_TRUSTEES)
		for (size_t i = 0; i < LOCKBOX_SECRET; i++)
			rho[i] ^= c->owner.v[i];
}

/* Enough of them: whatever the set, to the same content. */
static void set_opens(const struct circle *c, unsigned set, bool owner)
{
	struct lockbox_value v[TRUSTEES_MAX + 1];
	size_t n = chosen(c, set, owner, v);
	uint8_t rho[LOCKBOX_SECRET];
	struct qyb_finding f;
	struct err e;

	assert_true(qyb_judge_dealing(&f, c->q, 0, v, n, rho, &e));
	assert_int_equal(f.verdict, QYB_OPENS);
	assert_int_equal(f.party, 0);
	assert_memory_equal(rho, c->rho, sizeof rho);
	assert_true(opens_ciphertext(c, rho));
	/* All of them lie on one polynomial of degree t-1. */
	interpolate(rho, c, set);
	assert_memory_equal(rho, c->rho, sizeof rho);
}

/* Too few: no verdict, no secret, and none that the shares would suggest opens. */
static void set_gives_nothing(const struct circle *c, unsigned set, bool owner)
{
	struct lockbox_value v[TRUSTEES_MAX + 1];
	size_t n = chosen(c, set, owner, v);
	uint8_t rho[LOCKBOX_SECRET] = {0}, none[LOCKBOX_SECRET] = {0};
	struct qyb_finding f;
	struct err e;

	assert_true(qyb_judge_dealing(&f, c->q, 0, v, n, rho, &e));
	assert_int_equal(f.verdict, QYB_UNDECIDED);
	assert_int_equal(f.party, 0);
	assert_memory_equal(rho, none, sizeof rho);
	assert_false(opens_ciphertext(c, none));
	for (size_t k = 0; k < n; k++)
		assert_false(opens_ciphertext(c, v[k].v));
	if (set) {
		interpolate(rho, c, set);
		assert_false(opens_ciphertext(c, rho));
	}
}

static void trustees_alone_decide_nothing(const struct circle *c, unsigned set)
{
	struct lockbox_value v[TRUSTEES_MAX + 1];
	size_t n = chosen(c, set, false, v);
	uint8_t rho[LOCKBOX_SECRET];
	struct qyb_finding f;
	struct err e;

	assert_true(qyb_judge_dealing(&f, c->q, 0, v, n, rho, &e));
	assert_int_equal(f.verdict, QYB_UNDECIDED);
}

static void every_set(struct box *b, size_t n, size_t t, enum lockbox_policy policy)
{
	bool both = policy == LOCKBOX_OWNER_AND_TRUSTEES;
	struct circle c;

	circle_init(&c, b, n, t, policy);
	for (unsigned set = 0; set < 1u << n; set++) {
		if ((size_t)__builtin_popcount(set) >= t)
			set_opens(&c, set, both);
		else
			set_gives_nothing(&c, set, both);
		if (both)
			trustees_alone_decide_nothing(&c, set);
	}
	circle_fini(&c);
}

static void any_three_of_five_come_to_the_same_content(void **state)
{
	every_set(*state, 5, 3, LOCKBOX_OWNER_OR_TRUSTEES);
	every_set(*state, 5, 3, LOCKBOX_OWNER_AND_TRUSTEES);
}

static void any_four_of_seven_come_to_the_same_content(void **state)
{
	every_set(*state, 7, 4, LOCKBOX_OWNER_OR_TRUSTEES);
	every_set(*state, 7, 4, LOCKBOX_OWNER_AND_TRUSTEES);
}

/* Without the owner's half all trustees together have nothing either. */
static void all_trustees_are_not_the_owner(void **state)
{
	struct lockbox_value v[TRUSTEES_MAX];
	uint8_t rho[LOCKBOX_SECRET];
	struct qyb_finding f;
	struct circle c;
	struct err e;

	circle_init(&c, *state, 7, 4, LOCKBOX_OWNER_AND_TRUSTEES);
	assert_int_equal(chosen(&c, 127, false, v), 7);
	assert_true(qyb_judge_dealing(&f, c.q, 0, v, 7, rho, &e));
	assert_int_equal(f.verdict, QYB_UNDECIDED);
	interpolate(rho, &c, 127);
	assert_true(opens_ciphertext(&c, rho));
	for (size_t i = 0; i < LOCKBOX_SECRET; i++)
		rho[i] ^= c.owner.v[i];
	assert_false(opens_ciphertext(&c, rho));
	assert_false(opens_ciphertext(&c, c.owner.v));
	circle_fini(&c);
}

/* t-1 shares fit every secret there is: to each belongs a share that makes it. What they
 * exclude is therefore nothing, so far as the polynomial goes (the rest is SM3's). */
static void too_few_shares_fit_every_secret(void **state)
{
	struct circle c;

	circle_init(&c, *state, 5, 3, LOCKBOX_OWNER_OR_TRUSTEES);
	for (uint8_t i = 1; i <= 5; i++)
		for (uint8_t j = 1; j <= 5; j++) {
			uint8_t x[3] = {i, j, 6}, all[3 * LOCKBOX_SECRET],
				want[LOCKBOX_SECRET];
			uint8_t l, got[LOCKBOX_SECRET];
			struct err e;

			if (i == j)
				continue;
			memcpy(all, c.shares[i - 1].v, LOCKBOX_SECRET);
			memcpy(all + LOCKBOX_SECRET, c.shares[j - 1].v, LOCKBOX_SECRET);
			memset(all + 2 * LOCKBOX_SECRET, 0, LOCKBOX_SECRET);
			c.b->d->w->random(c.b->d->w, want, sizeof want);
			assert_true(shamir_combine(got, x, all, 3, &e));
			/* The Lagrange coefficient of place 6 at zero. */
			l = gf256_mul(gf256_mul(i, gf256_inverse(i ^ 6)),
				gf256_mul(j, gf256_inverse(j ^ 6)));
			for (size_t k = 0; k < LOCKBOX_SECRET; k++)
				all[2 * LOCKBOX_SECRET + k] =
					gf256_mul(want[k] ^ got[k], gf256_inverse(l));
			assert_true(shamir_combine(got, x, all, 3, &e));
			assert_memory_equal(got, want, sizeof want);
			assert_false(opens_ciphertext(&c, got));
		}
	circle_fini(&c);
}

/* --- the dealing again */

/* From ρ alone the envelopes as they stand in the signed header, octet for octet. */
static void a_dealing_made_again_is_the_headers(void **state)
{
	for (unsigned policy = 1; policy < 3; policy++) {
		struct lockbox_envelope again[TRUSTEES_MAX + BOX_OWNERS];
		struct lockbox_context context;
		struct lockbox_keys keys;
		uint8_t ctx[SM3_SIZE];
		struct circle c;
		struct writer w;
		size_t open;
		struct err e;

		circle_init(&c, *state, 7, 4, (enum lockbox_policy)policy);
		context = qyb_context_of(c.q, 0);
		assert_true(lockbox_deal(again, &context, c.rho, &e));
		qyb_ctx(ctx, c.q, 0);
		lockbox_keys_of(&keys, ctx, c.rho);
		w = writer_in(c.b->d->a, 8192);
		der_put(&w, DER_OCTET_STRING, BYTES_OF(keys.com));
		open = der_open(&w, DER_SEQUENCE);
		for (size_t k = 0; k < context.party_count; k++)
			qyb_put_envelope(&w, &again[k]);
		der_close(&w, open);
		assert_false(w.full);
		assert_int_not_equal(bytes_find(c.q->header, writer_bytes(&w)), SIZE_MAX);
		/* And from a secret that differs by a bit, not one field of one. */
		c.rho[31] ^= 1;
		assert_true(lockbox_deal(again, &context, c.rho, &e));
		for (size_t k = 0; k < context.party_count; k++) {
			const struct lockbox_envelope *was = &c.q->parts[0].envelopes[k];

			assert_memory_not_equal(again[k].c1, was->c1, sizeof was->c1);
			assert_memory_not_equal(again[k].c2, was->c2, sizeof was->c2);
			assert_memory_not_equal(again[k].w, was->w, sizeof was->w);
			assert_memory_not_equal(again[k].b, was->b, sizeof was->b);
			assert_memory_not_equal(again[k].c, was->c, sizeof was->c);
		}
		circle_fini(&c);
	}
}

/* The same content packed twice has nothing in common but its length. */
static void every_packing_draws_new_secrets(void **state)
{
	struct circle one, two;
	uint8_t a[QYB_PRICE_BLOCK], b[QYB_PRICE_BLOCK];
	struct err e;

	circle_init(&one, *state, 5, 3, LOCKBOX_OWNER_OR_TRUSTEES);
	two = one;
	circle_pack(&two, LOCKBOX_OWNER_OR_TRUSTEES);
	assert_memory_not_equal(one.q->parts[0].com, two.q->parts[0].com, SM3_SIZE);
	for (size_t k = 0; k < one.q->context.party_count; k++) {
		const struct lockbox_envelope *x = &one.q->parts[0].envelopes[k],
					      *y = &two.q->parts[0].envelopes[k];

		assert_memory_not_equal(x->c1, y->c1, sizeof x->c1);
		assert_memory_not_equal(x->w, y->w, sizeof x->w);
		assert_memory_not_equal(x->b, y->b, sizeof x->b);
		assert_memory_not_equal(x->c, y->c, sizeof x->c);
	}
	assert_true(source_read(one.file, one.q->parts[0].at, a, sizeof a, &e));
	assert_true(source_read(two.file, two.q->parts[0].at, b, sizeof b, &e));
	for (size_t i = 0; i < sizeof a; i += SM4_KEY)
		assert_memory_not_equal(a + i, b + i, SM4_KEY);
	assert_false(opens_ciphertext(&two, one.rho));
	source_free(two.file);
	circle_fini(&one);
}

int main(void)
{
#define with_box(test) cmocka_unit_test_setup_teardown(test, box_begin, box_end)
	const struct CMUnitTest tests[] = {
		with_box(any_three_of_five_come_to_the_same_content),
		with_box(any_four_of_seven_come_to_the_same_content),
		with_box(all_trustees_are_not_the_owner),
		with_box(too_few_shares_fit_every_secret),
		with_box(a_dealing_made_again_is_the_headers),
		with_box(every_packing_draws_new_secrets),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
