/* Bids of dishonest bidders: found before any plaintext, with the guilty named and a
 * proof that others replay.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "crypto/sm4.h"
#include "doc/qyb_record.h"
#include "hostile_bid.h"
#include "qyb_kit.h"

struct hostile_case {
	enum hostile how;
	const char *givers; /* trustees 1 … 5, or 'o' for the owner */
	enum qyb_verdict verdict;
	uint16_t party; /* difference, or liar */
	char element;
};

static struct qyb *hostile_read(struct box *b, enum hostile how, struct source **file)
{
	AUTO(source) in = source_of_bytes(BYTES("PRICE 1 000 000 fen"));
	struct qyb_pack_part part = {BYTES("price"), in, true};
	struct qyb_pack_spec spec = box_spec(b, LOCKBOX_OWNER_OR_TRUSTEES, &part, 1);
	struct bytes octets;
	struct qyb *q = NULL;
	struct cert signer;
	struct err e;

	if (!hostile_pack(&octets, b->d->a, b->d->w, &spec, how,
		    BYTES("PRICE 9 999 999 fen"), &e))
		fail_msg("%s", e.text);
	*file = source_of_bytes(octets);
	/* It is whole, signed and well formed: only the opening can tell. */
	if (!qyb_read(&q, b->d->a, *file, NULL, &e))
		fail_msg("%s", e.text);
	assert_true(qyb_check_stored(q, &e));
	assert_true(qyb_check_signature(q, b->d->a, &signer, &e));
	return q;
}

/* The values these givers can take out; one whose envelope does not open gives none. */
static size_t given(struct box *b, const struct qyb *q, const char *who,
	struct lockbox_value v[BOX_TRUSTEES + 1])
{
	size_t n = 0;

	for (; *who; who++) {
		bool owner = *who == 'o', committed;
		size_t k = owner ? BOX_TRUSTEES : (size_t)(*who - '1');
		struct err e;

		if (qyb_take(&v[n], &committed, q, 0, k,
			    owner ? b->owner_keys[0] : b->trustee_keys[k], &e))
			n++;
	}
	return n;
}

static void a_dishonest_dealing_is_found_and_its_dealer_named(void **state)
{
	static const struct hostile_case rows[] = {
		{HOSTILE_TWO_SECRETS, "123", QYB_DEALER_LIED, 1, 'E'},
		{HOSTILE_TWO_SECRETS, "345", QYB_DEALER_LIED, 0, 'C'},
		{HOSTILE_TWO_SECRETS, "124", QYB_DEALER_LIED, 0, 'C'},
		{HOSTILE_TWO_SECRETS, "o", QYB_DEALER_LIED, 1, 'E'},
		{HOSTILE_TWO_PRICES, "123", QYB_DEALER_LIED, 1, 'E'},
		{HOSTILE_TWO_PRICES, "345", QYB_DEALER_LIED, 0, 'C'},
		{HOSTILE_TWO_PRICES, "o", QYB_DEALER_LIED, 1, 'E'},
		{HOSTILE_NO_POLYNOMIAL, "123", QYB_DEALER_LIED, 0, 'C'},
		{HOSTILE_NO_POLYNOMIAL, "134", QYB_DEALER_LIED, 2, 'E'},
		{HOSTILE_NO_POLYNOMIAL, "o", QYB_DEALER_LIED, 2, 'E'},
		{HOSTILE_FALSE_ENVELOPE, "123", QYB_PARTY_LIED, 2, 0},
		{HOSTILE_FALSE_ENVELOPE, "134", QYB_DEALER_LIED, 2, 'E'},
		{HOSTILE_FALSE_COMMITMENT, "134", QYB_DEALER_LIED, 2, 'c'},
		{HOSTILE_FALSE_COMMITMENT, "o", QYB_DEALER_LIED, 2, 'c'},
		{HOSTILE_NOISE, "123", QYB_UNDECIDED, 0, 0},
		{HOSTILE_NOISE, "1234", QYB_DEALER_LIED, 2, 'E'},
		{HOSTILE_OTHER_COM, "123", QYB_DEALER_LIED, 0, 'C'},
		{HOSTILE_OTHER_COM, "o", QYB_DEALER_LIED, 0, 'C'},
	};
	struct box *b = *state;

	for (size_t k = 0; k < sizeof rows / sizeof *rows; k++) {
		AUTO(source) file = NULL;
		struct qyb *q = hostile_read(b, rows[k].how, &file);
		struct lockbox_value v[BOX_TRUSTEES + 1];
		size_t n = given(b, q, rows[k].givers, v);
		uint8_t rho[LOCKBOX_SECRET] = {0}, none[LOCKBOX_SECRET] = {0};
		struct qyb_opened_part told = {.id = BYTES("price")};
		struct qyb_finding f;
		bool holds = false;
		struct err e;

		assert_true(qyb_judge_dealing(&f, q, 0, v, n, rho, &e));
		assert_int_equal(f.verdict, rows[k].verdict);
		assert_int_equal(f.verdict == QYB_PARTY_LIED ? f.party : f.difference.i,
			rows[k].party);
		assert_int_equal(f.difference.element, rows[k].element);
		if (f.verdict == QYB_DEALER_LIED && f.difference.element != 'C') {
			/* The proof needs nobody's key. */
			memcpy(told.rho, rho, sizeof rho);
			assert_true(qyb_opening_replay(&holds, q, &told, &e));
			assert_true(holds);
			told.rho[0] ^= 1;
			assert_true(qyb_opening_replay(&holds, q, &told, &e));
			assert_false(holds);
		} else {
			assert_memory_equal(rho, none, sizeof rho);
		}
	}
}

/* What the attack gains against GCM and Shamir alone: one ciphertext and tag, two keys,
 * two prices. That it does is what makes the test above mean something. */
static void the_two_prices_do_open_where_nobody_compares(void **state)
{
	struct box *b = *state;
	AUTO(source) file = NULL;
	struct qyb *q = hostile_read(b, HOSTILE_TWO_PRICES, &file);
	static const char *const sets[] = {"123", "345"};
	static const char *const texts[] = {"PRICE 1 000 000 fen", "PRICE 9 999 999 fen"};
	uint8_t stored[QYB_PRICE_BLOCK + SM4_TAG], plain[QYB_PRICE_BLOCK], ctx[SM3_SIZE];
	struct err e;

	assert_true(source_read(file, q->parts[0].at, stored, sizeof stored, &e));
	qyb_ctx(ctx, q, 0);
	for (size_t k = 0; k < 2; k++) {
		struct lockbox_context c = qyb_context_of(q, 0);
		struct lockbox_value v[BOX_TRUSTEES + 1];
		size_t n = given(b, q, sets[k], v);
		uint8_t rho[LOCKBOX_SECRET];
		struct lockbox_keys keys;

		assert_true(lockbox_secret(rho, &c, v, n, &e));
		lockbox_keys_of(&keys, ctx, rho);
		/* A reader that takes COM from the header and does not compare it. */
		memcpy(keys.com, q->parts[0].com, sizeof keys.com);
		assert_true(
			lockbox_chunk_open(plain, &keys, 0, true, BYTES_OF(stored), &e));
		assert_memory_equal(
			plain + (k ? 64 : QYB_LENGTH), texts[k], strlen(texts[k]));
	}
}

static void records_come_back_as_they_were_written(void **state)
{
	struct box *b = *state;
	AUTO(source) file = NULL;
	struct qyb *q = hostile_read(b, HOSTILE_NO_POLYNOMIAL, &file);
	struct qyb_signer signer = {b->d->k->key, b->d->signer.der, KIT_NOW};
	struct qyb_opening *o = ARENA_NEW(b->d->a, struct qyb_opening),
			   *back = ARENA_NEW(b->d->a, struct qyb_opening);
	struct qyb_share share = {.part = BYTES("price"), .value = {3, {7}}}, got;
	struct cert to = kit_cert(b->d->k, ISSUE_ENCRYPT, "开标", b->intake_key);
	struct bytes der;
	struct err e;

	memcpy(o->header, q->header_sm3, SM3_SIZE);
	o->time = KIT_NOW;
	o->count = 1;
	o->parts[0] = (struct qyb_opened_part){.id = BYTES("price"),
		.finding = {QYB_DEALER_LIED, 0, {2, 'E'}},
		.path = QYB_PATH_TRUSTEES,
		.givers = {1, 3, 4},
		.giver_count = 3,
		.rho = {9}};
	assert_true(qyb_opening_write(&der, b->d->a, b->d->w, o, &signer, &e));
	assert_true(qyb_opening_read(back, b->d->a, der, &e));
	assert_int_equal(back->count, 1);
	assert_int_equal(back->parts[0].finding.verdict, QYB_DEALER_LIED);
	assert_int_equal(back->parts[0].finding.difference.element, 'E');
	assert_int_equal(back->parts[0].givers[2], 4);
	assert_int_equal(back->parts[0].rho[0], 9);
	assert_bytes(back->signer.der, b->d->signer.der);
	/* A record is not another kind of record. */
	assert_false(
		qyb_rewrap_read(ARENA_NEW(b->d->a, struct qyb_rewrap), b->d->a, der, &e));
	assert_int_equal(e.code, ERR_SIGNER);
	memcpy(share.header, q->header_sm3, SM3_SIZE);
	assert_true(qyb_share_write(&der, b->d->a, b->d->w, &share, &signer, &to, &e));
	assert_int_equal(bytes_find(der, BYTES("price")), SIZE_MAX);
	assert_true(qyb_share_read(&got, b->d->a, der, b->intake_key, &e));
	assert_int_equal(got.value.i, 3);
	assert_int_equal(got.value.v[0], 7);
	assert_false(qyb_share_read(&got, b->d->a, der, b->owner_keys[0], &e));
	assert_int_equal(e.code, ERR_DECRYPT);
}

int main(void)
{
#define with_box(test) cmocka_unit_test_setup_teardown(test, box_begin, box_end)
	const struct CMUnitTest tests[] = {
		with_box(a_dishonest_dealing_is_found_and_its_dealer_named),
		with_box(the_two_prices_do_open_where_nobody_compares),
		with_box(records_come_back_as_they_were_written),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
