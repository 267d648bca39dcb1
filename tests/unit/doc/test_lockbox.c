/* The construction of protocols §1: who can open, who cannot, and that a lie of the
 * dealer is found whatever it is.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "doc/lockbox.h"
#include "unit.h"

enum { TRUSTEES = 5, OWNERS = 2, PARTIES = TRUSTEES + OWNERS, NEED = 3 };

struct setting {
	struct lockbox_party parties[PARTIES];
	struct key *keys[PARTIES];
	struct lockbox_context c;
	uint8_t rho[LOCKBOX_SECRET], ctx[SM3_SIZE], com[SM3_SIZE];
	struct lockbox_envelope dealt[PARTIES];
};

static void rekey(struct setting *s)
{
	struct lockbox_keys k;

	lockbox_ctx(s->ctx, &s->c);
	lockbox_keys_of(&k, s->ctx, s->rho);
	memcpy(s->com, k.com, sizeof s->com);
}

static void setting_init(struct setting *s, enum lockbox_policy policy)
{
	struct world *w = world_system();
	size_t trustees = policy == LOCKBOX_OWNER ? 0 : TRUSTEES;
	struct err e;

	memset(s, 0, sizeof *s);
	for (size_t k = 0; k < trustees + OWNERS; k++) {
		struct lockbox_party *p = &s->parties[k];

		assert_true(key_generate(&s->keys[k], w, KEY_SM2, &e));
		p->i = (uint16_t)(k < trustees ? k + 1
					       : LOCKBOX_OWNER_FIRST + k - trustees);
		p->role = k < trustees ? BYTES("notary") : BYTES("owner");
		w->random(w, p->cert, sizeof p->cert);
		memcpy(p->point, s->keys[k]->pub.point.p, sizeof p->point);
	}
	s->c = (struct lockbox_context){
		.suite = LOCKBOX_SUITE_BID,
		.tender = BYTES("ZC-2026-001"),
		.lot = BYTES("1"),
		.round = 1,
		.part = BYTES("price"),
		.deadline = INT64_C(1795737600000000),
		.credit_code = BYTES("91999999MA00000079"),
		.policy = policy,
		.t = trustees ? NEED : 0,
		.parties = s->parties,
		.party_count = trustees + OWNERS,
	};
	w->random(w, s->c.bid, sizeof s->c.bid);
	w->random(w, s->rho, sizeof s->rho);
	rekey(s);
	assert_true(lockbox_deal(s->dealt, &s->c, s->rho, &e));
}

static void setting_fini(struct setting *s)
{
	for (size_t k = 0; k < PARTIES; k++)
		key_free(s->keys[k]);
}

/* What a recipient's key takes out of its envelope. */
static struct lockbox_value taken(const struct setting *s, size_t k)
{
	struct lockbox_value v = {.i = s->parties[k].i};
	bool committed = false;
	struct err e;

	assert_true(lockbox_take(
		v.v, &committed, s->ctx, &s->parties[k], &s->dealt[k], s->keys[k], &e));
	assert_true(committed);
	return v;
}

static bool opens(const struct setting *s, const struct lockbox_value *v, size_t n)
{
	uint8_t rho[LOCKBOX_SECRET];
	struct err e;

	return lockbox_secret(rho, &s->c, v, n, &e) &&
	       lockbox_matches(s->ctx, rho, s->com) &&
	       memcmp(rho, s->rho, sizeof rho) == 0;
}

static void every_certificate_of_the_owner_opens_alone(void **state)
{
	static const enum lockbox_policy policies[] = {
		LOCKBOX_OWNER, LOCKBOX_OWNER_OR_TRUSTEES};

	(void)state;
	for (size_t p = 0; p < 2; p++) {
		struct setting s;

		setting_init(&s, policies[p]);
		for (size_t k = s.c.party_count - OWNERS; k < s.c.party_count; k++) {
			struct lockbox_value v = taken(&s, k);

			assert_true(opens(&s, &v, 1));
			v.v[31] ^= 1;
			assert_false(opens(&s, &v, 1));
		}
		setting_fini(&s);
	}
}

/* The trustees of a set of bits, and with them the owner if that is asked for. */
static size_t chosen(const struct setting *s, unsigned set, bool owner,
	struct lockbox_value v[PARTIES])
{
	size_t n = 0;

	for (size_t k = 0; k < TRUSTEES; k++)
		if (set >> k & 1)
			v[n++] = taken(s, k);
	if (owner)
		v[n++] = taken(s, TRUSTEES + 1);
	return n;
}

static void any_three_of_five_open_and_any_two_do_not(void **state)
{
	static const enum lockbox_policy policies[] = {
		LOCKBOX_OWNER_OR_TRUSTEES, LOCKBOX_OWNER_AND_TRUSTEES};

	(void)state;
	for (size_t p = 0; p < 2; p++) {
		bool both = policies[p] == LOCKBOX_OWNER_AND_TRUSTEES;
		struct setting s;

		setting_init(&s, policies[p]);
		for (unsigned set = 0; set < 1 << TRUSTEES; set++) {
			struct lockbox_value v[PARTIES];
			size_t n = chosen(&s, set, both, v), need = NEED + both;

			assert_int_equal(opens(&s, v, n), n >= need);
			/* Without the owner, where the owner is needed, never. */
			if (both)
				assert_false(opens(&s, v, n - 1));
		}
		setting_fini(&s);
	}
}

static void two_shares_and_a_guess_are_not_the_secret(void **state)
{
	struct lockbox_value v[PARTIES];
	struct setting s;
	uint8_t rho[LOCKBOX_SECRET], sealed[64 + SM4_TAG], plain[64];
	struct lockbox_keys k;
	struct err e;

	(void)state;
	setting_init(&s, LOCKBOX_OWNER_OR_TRUSTEES);
	lockbox_keys_of(&k, s.ctx, s.rho);
	assert_true(lockbox_chunk_seal(sealed, &k, 0, true, bytes_make("price", 5), &e));
	(void)chosen(&s, 3, false, v);
	v[2].i = 5;
	world_system()->random(world_system(), v[2].v, sizeof v[2].v);
	assert_true(lockbox_secret(rho, &s.c, v, NEED, &e));
	assert_false(lockbox_matches(s.ctx, rho, s.com));
	/* And what it gives opens nothing. */
	lockbox_keys_of(&k, s.ctx, rho);
	assert_false(lockbox_chunk_open(
		plain, &k, 0, true, bytes_make(sealed, 5 + SM4_TAG), &e));
	assert_int_equal(e.code, ERR_DECRYPT);
	setting_fini(&s);
}

static void an_envelope_opens_for_its_recipient_and_in_its_bid_only(void **state)
{
	struct setting s;
	uint8_t v[LOCKBOX_SECRET], ctx[SM3_SIZE];
	bool committed = true;
	struct err e;

	(void)state;
	setting_init(&s, LOCKBOX_OWNER_OR_TRUSTEES);
	assert_false(lockbox_take(
		v, &committed, s.ctx, &s.parties[0], &s.dealt[0], s.keys[1], &e));
	assert_int_equal(e.code, ERR_DECRYPT);
	/* The envelope in another tender, or another's place: noise. */
	memcpy(ctx, s.ctx, sizeof ctx);
	ctx[0] ^= 1;
	assert_true(lockbox_take(
		v, &committed, ctx, &s.parties[0], &s.dealt[0], s.keys[0], &e));
	assert_false(committed);
	assert_true(lockbox_take(
		v, &committed, s.ctx, &s.parties[1], &s.dealt[0], s.keys[0], &e));
	assert_false(committed);
	setting_fini(&s);
}

static void a_dealing_equals_itself_and_no_octet_of_it_may_differ(void **state)
{
	static const struct {
		size_t at;
		char element;
	} rows[] = {
		{offsetof(struct lockbox_envelope, c1), 'E'},
		{offsetof(struct lockbox_envelope, c3) + 31, 'E'},
		{offsetof(struct lockbox_envelope, c2) + 15, 'E'},
		{offsetof(struct lockbox_envelope, w), 'w'},
		{offsetof(struct lockbox_envelope, b) + 7, 'b'},
		{offsetof(struct lockbox_envelope, c) + 31, 'c'},
	};
	struct lockbox_difference first;
	struct setting s;
	bool equal = false;
	struct err e;

	(void)state;
	setting_init(&s, LOCKBOX_OWNER_AND_TRUSTEES);
	assert_true(lockbox_compare(&equal, &first, &s.c, s.dealt, s.rho, &e));
	assert_true(equal);
	for (size_t k = 0; k < PARTIES; k++)
		for (size_t row = 0; row < sizeof rows / sizeof *rows; row++) {
			uint8_t *octet = (uint8_t *)&s.dealt[k] + rows[row].at;

			*octet ^= 0x40;
			assert_true(lockbox_compare(
				&equal, &first, &s.c, s.dealt, s.rho, &e));
			assert_false(equal);
			assert_int_equal(first.i, s.parties[k].i);
			assert_int_equal(first.element, rows[row].element);
			*octet ^= 0x40;
		}
	s.rho[0] ^= 1;
	assert_true(lockbox_compare(&equal, &first, &s.c, s.dealt, s.rho, &e));
	assert_false(equal);
	setting_fini(&s);
}

static void every_field_of_the_context_is_bound(void **state)
{
	struct setting s;
	uint8_t was[SM3_SIZE], now[SM3_SIZE];
	struct lockbox_context c;

	(void)state;
	setting_init(&s, LOCKBOX_OWNER_OR_TRUSTEES);
	memcpy(was, s.ctx, sizeof was);
#define DIFFERS(change)                                        \
	do {                                                   \
		c = s.c;                                       \
		change;                                        \
		lockbox_ctx(now, &c);                          \
		assert_memory_not_equal(now, was, sizeof now); \
	} while (0)
	DIFFERS(c.suite = LOCKBOX_SUITE_FILE);
	DIFFERS(c.tender = BYTES("ZC-2026-002"));
	DIFFERS(c.notice[31] ^= 1);
	DIFFERS(c.lot = BYTES("2"));
	DIFFERS(c.round++);
	DIFFERS(c.part = BYTES("technical"));
	DIFFERS(c.deadline += 1000000);
	DIFFERS(c.bid[0] ^= 1);
	DIFFERS(c.credit_code = BYTES("91999999MA0000008X"));
	DIFFERS(c.signer[0] ^= 1);
	DIFFERS(c.policy = LOCKBOX_OWNER_AND_TRUSTEES);
	DIFFERS(c.t++);
	DIFFERS(c.party_count--);
	DIFFERS((c.tender = BYTES("ZC-2026-0011"), c.lot = BYTES("")));
	s.parties[3].role = BYTES("agency");
	DIFFERS((void)0);
	s.parties[3].role = BYTES("notary");
	s.parties[3].cert[9] ^= 1;
	DIFFERS((void)0);
#undef DIFFERS
	setting_fini(&s);
}

static void impossible_contexts_are_refused(void **state)
{
	struct setting s;
	struct lockbox_context c;
	struct err e;

	(void)state;
	setting_init(&s, LOCKBOX_OWNER_OR_TRUSTEES);
#define REFUSED(change)                                      \
	do {                                                 \
		c = s.c;                                     \
		change;                                      \
		assert_false(lockbox_context_check(&c, &e)); \
		assert_int_equal(e.code, ERR_MALFORMED);     \
	} while (0)
	assert_true(lockbox_context_check(&s.c, &e));
	REFUSED(c.t = 2);
	REFUSED(c.t = TRUSTEES + 1);
	REFUSED(c.t = 0);
	REFUSED(c.policy = LOCKBOX_OWNER);
	REFUSED(c.policy = (enum lockbox_policy)3);
	REFUSED(c.party_count = TRUSTEES);
	REFUSED((c.parties += TRUSTEES, c.party_count = OWNERS));
	REFUSED(c.deadline++);
	REFUSED(c.deadline = -1000000);
	s.parties[1].i = 3;
	REFUSED((void)0);
	s.parties[1].i = 2;
	s.parties[3].cert[0] ^= 1;
	assert_true(lockbox_context_check(&s.c, &e));
	memcpy(s.parties[3].cert, s.parties[1].cert,
		SM3_SIZE); /* one holder, two votes */
	REFUSED((void)0);
#undef REFUSED
	setting_fini(&s);
}

static void a_chunk_opens_in_its_place_only(void **state)
{
	uint8_t sealed[100 + SM4_TAG], plain[100], text[100] = "chunk";
	struct lockbox_keys k, other;
	struct setting s;
	struct err e;
	struct bytes all = BYTES_OF(sealed);

	(void)state;
	setting_init(&s, LOCKBOX_OWNER);
	lockbox_keys_of(&k, s.ctx, s.rho);
	other = k;
	other.com[0] ^= 1;
	assert_true(lockbox_chunk_seal(sealed, &k, 7, false, BYTES_OF(text), &e));
	assert_true(lockbox_chunk_open(plain, &k, 7, false, all, &e));
	assert_memory_equal(plain, text, sizeof text);
	assert_false(lockbox_chunk_open(plain, &k, 8, false, all, &e));
	assert_false(lockbox_chunk_open(plain, &k, 7, true, all, &e));
	assert_false(lockbox_chunk_open(plain, &other, 7, false, all, &e));
	assert_false(lockbox_chunk_open(plain, &k, 7, false, bytes_head(all, 99), &e));
	assert_false(lockbox_chunk_open(plain, &k, 7, false, bytes_head(all, 15), &e));
	sealed[50] ^= 1;
	assert_false(lockbox_chunk_open(plain, &k, 7, false, all, &e));
	assert_int_equal(e.code, ERR_DECRYPT);
	setting_fini(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_certificate_of_the_owner_opens_alone),
		cmocka_unit_test(any_three_of_five_open_and_any_two_do_not),
		cmocka_unit_test(two_shares_and_a_guess_are_not_the_secret),
		cmocka_unit_test(an_envelope_opens_for_its_recipient_and_in_its_bid_only),
		cmocka_unit_test(a_dealing_equals_itself_and_no_octet_of_it_may_differ),
		cmocka_unit_test(every_field_of_the_context_is_bound),
		cmocka_unit_test(impossible_contexts_are_refused),
		cmocka_unit_test(a_chunk_opens_in_its_place_only),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
