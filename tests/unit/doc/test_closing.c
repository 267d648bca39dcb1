/* test_closing: who was in time, and what a receipt is worth.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "log_kit.h"
#include "torture.h"

/* The deadline of the tender: some way into an interval. */
#define DEADLINE (KIT_NOW + TIME_MINUTE + 3 * TIME_SECOND)

static struct bytes bid_leaf(struct log_desk *d, int64_t time)
{
	struct ledger_field fields[RECEIPT_BID_FIELDS];
	struct receipt_bid bid = {.tender = LOG_TENDER, .bid = {1}};
	struct bytes leaf = {0};
	struct err e;

	if (!log_bid_leaf(d->log, &leaf, fields, &bid, time, &e))
		fail_msg("%s", e.text);
	return leaf;
}

/* Intervals up to and with the one that ends at `last`. */
static void pass_until(struct log_desk *d, int64_t from, int64_t last)
{
	for (int64_t t = from; t <= last; t += STREAM_INTERVAL)
		log_pass(d, t);
}

static struct closing closing_of(struct log_desk *d, struct bytes checkpoint)
{
	struct closing c = {0};
	struct bytes der;
	struct err e;

	if (!log_closing(d->log, &der, LOG_TENDER, DEADLINE, checkpoint, &e) ||
		!closing_read(&c, d->a, der, &e))
		fail_msg("%s", e.text);
	return c;
}

static enum closing_answer answer(struct log_desk *d, const struct closing *c, size_t act)
{
	struct ledger_inclusion p;

	log_act_inclusion(d->log, &p, act, (size_t)c->checkpoint.checkpoint.size);
	return closing_answer_of(c, d->a, &p);
}

static void the_end_of_an_interval_is_the_time_of_its_leaf(void **state)
{
	(void)state;
	assert_true(stream_time_of(KIT_NOW) == KIT_NOW + STREAM_INTERVAL);
	assert_true(stream_time_of(KIT_NOW + 1) == KIT_NOW + STREAM_INTERVAL);
	assert_true(stream_time_of(KIT_NOW + STREAM_INTERVAL - 1) ==
		    KIT_NOW + STREAM_INTERVAL);
	assert_true(stream_time_of(KIT_NOW + STREAM_INTERVAL) ==
		    KIT_NOW + 2 * STREAM_INTERVAL);
}

//= Protocols §2: the time in its own leaf is before the deadline and it lies under
static void in_time_is_before_the_deadline_and_under_the_closing_checkpoint(void **state)
{
	struct log_desk *d = *state;
	struct closing c;
	size_t early, last, late;

	early = log_receive(d->log, bid_leaf(d, KIT_NOW));
	last = log_receive(d->log, bid_leaf(d, DEADLINE - TIME_SECOND));
	late = log_receive(d->log, bid_leaf(d, DEADLINE));
	log_pass(d, stream_time_of(DEADLINE));
	c = closing_of(d, log_sign(d, 3));
	assert_int_equal(answer(d, &c, early), CLOSING_IN_TIME);
	assert_int_equal(answer(d, &c, last), CLOSING_IN_TIME);
	assert_int_equal(answer(d, &c, late), CLOSING_LATE);
	assert_int_equal(closing_first_of(&c, &d->view), CLOSING_FIRST);
	assert_string_equal(closing_answer_name(CLOSING_LATE), "late");
}

/* The platform backdates: the leaf says before, the tree is a later one. */
static void a_leaf_with_an_earlier_time_in_a_later_tree_is_not_under(void **state)
{
	struct log_desk *d = *state;
	struct closing c;
	struct bytes wide;
	size_t backdated;

	log_pass(d, stream_time_of(DEADLINE));
	(void)log_sign(d, 3);
	backdated = log_receive(d->log, bid_leaf(d, DEADLINE - TIME_SECOND));
	log_pass(d, stream_time_of(DEADLINE) + STREAM_INTERVAL);
	wide = log_sign(d, 3);
	/* even under a checkpoint that covers more than it should */
	c = closing_of(d, wide);
	assert_int_equal(answer(d, &c, backdated), CLOSING_NOT_UNDER);
	assert_int_equal(closing_first_of(&c, &d->view), CLOSING_FIRST_UNKNOWN);
}

//= Protocols §2: the first fixed one that covers the leaf and all overflow
static void the_first_is_known_by_what_witnesses_signed_last(void **state)
{
	struct log_desk *d = *state;
	struct closing c;

	pass_until(d, KIT_NOW + STREAM_INTERVAL, DEADLINE - STREAM_INTERVAL);
	(void)log_sign(d, 3);
	pass_until(
		d, stream_time_of(DEADLINE) - STREAM_INTERVAL, stream_time_of(DEADLINE));
	/* only one saw the first that covers: it was not fixed */
	(void)log_sign(d, 1);
	d->k->world.at += TIME_SECOND;
	c = closing_of(d, log_sign(d, 3));
	assert_int_equal(closing_first_of(&c, &d->view), CLOSING_FIRST);
	/* with one witness demanded, that earlier one was */
	d->view.needed = 1;
	assert_int_equal(closing_first_of(&c, &d->view), CLOSING_FIRST_UNKNOWN);
	d->view.needed = 2;
	c = closing_of(d, log_sign(d, 3));
	assert_int_equal(closing_first_of(&c, &d->view), CLOSING_FIRST_UNKNOWN);
	/* not fixed, not witnessed: not known */
	c = closing_of(d, log_sign(d, 0));
	assert_int_equal(closing_first_of(&c, &d->view), CLOSING_FIRST_UNKNOWN);
	d->view.needed = 0;
	d->view.witness_count = 0;
	assert_int_equal(closing_first_of(&c, &d->view), CLOSING_FIRST_UNKNOWN);
}

//= Protocols §2: overflow waits
static void overflow_acknowledged_before_the_deadline_is_in_time(void **state)
{
	struct log_desk *d = *state;
	struct closing c;
	struct bytes early_file;
	size_t acts[1030], waits = SIZE_MAX;
	struct bytes der;
	struct err e;

	for (size_t i = 0; i < 1030; i++)
		acts[i] = log_receive(d->log, bid_leaf(d, DEADLINE - TIME_SECOND));
	log_pass(d, stream_time_of(DEADLINE));
	for (size_t i = 0; i < 1030; i++)
		if (!d->log->acts[acts[i]].placed)
			waits = acts[i];
	assert_true(waits != SIZE_MAX);
	/* that checkpoint does not carry the overflow yet: it closes nothing */
	early_file = log_sign(d, 3);
	assert_false(log_closing(d->log, &der, LOG_TENDER, DEADLINE, early_file, &e));
	log_pass(d, stream_time_of(DEADLINE) + STREAM_INTERVAL);
	c = closing_of(d, log_sign(d, 3));
	assert_int_equal(c.stream_count, 2);
	assert_int_equal(answer(d, &c, waits), CLOSING_IN_TIME);
	assert_int_equal(closing_first_of(&c, &d->view), CLOSING_FIRST);
}

static void a_closing_of_another_deadline_or_with_gaps_does_not_read(void **state)
{
	struct log_desk *d = *state;
	struct closing c, other;
	struct closing_stream streams[2];
	struct bytes der;
	struct err e;

	pass_until(d, KIT_NOW + STREAM_INTERVAL,
		stream_time_of(DEADLINE) + 2 * STREAM_INTERVAL);
	c = closing_of(d, log_sign(d, 3));
	other = c;
	other.deadline += STREAM_INTERVAL;
	assert_false(closing_write(d->a, &der, &other, &e));
	other.deadline = c.deadline - STREAM_INTERVAL;
	assert_false(closing_write(d->a, &der, &other, &e));
	other = c;
	other.stream_count = 0;
	assert_false(closing_write(d->a, &der, &other, &e));
	/* one leaf more than the rule names */
	streams[0] = c.streams[0];
	log_inclusion(d->log, &streams[0].inclusion, (size_t)closing_covered(&c) - 1,
		d->log->count);
	streams[1] = streams[0];
	streams[1].inclusion.leaf = (struct bytes){0};
	log_inclusion(d->log, &streams[1].inclusion, (size_t)closing_covered(&c),
		d->log->count);
	streams[1].waiting = d->log->waiting[closing_covered(&c)];
	other = c;
	other.streams = streams;
	other.stream_count = 2;
	assert_false(closing_write(d->a, &der, &other, &e));
	other.stream_count = 1;
	assert_true(closing_write(d->a, &der, &other, &e));
	/* the number that waited is not the platform's to choose */
	streams[0].waiting.value = BYTES("\0\0\0\1");
	assert_false(closing_write(d->a, &der, &other, &e));
}

/* --- receipts */

struct filed {
	struct receipt_bid bid;
	struct ledger_field fields[RECEIPT_BID_FIELDS];
	struct bytes leaf, receipt;
	size_t act;
};

static struct filed file_bid(struct log_desk *d)
{
	struct filed f = {
		.bid = {.tender = LOG_TENDER, .bid = {7}, .root = {8}, .header = {9}}};
	struct receipt r = {.platform = d->log->platform};
	struct err e;

	if (!log_bid_leaf(d->log, &f.leaf, f.fields, &f.bid, KIT_NOW, &e))
		fail_msg("%s", e.text);
	r.leaf = f.leaf;
	r.fields = f.fields;
	r.field_count = RECEIPT_BID_FIELDS;
	if (!receipt_sign(d->a, &f.receipt, d->k->w, &r, d->receipt_key, &e))
		fail_msg("%s", e.text);
	f.act = log_receive(d->log, f.leaf);
	return f;
}

static void a_receipt_says_what_was_received(void **state)
{
	struct log_desk *d = *state;
	struct filed f = file_bid(d);
	struct receipt_bid bid;
	struct receipt r;
	struct err e;

	assert_true(receipt_read(&r, d->a, f.receipt, &e));
	assert_true(receipt_holds(&r, d->log->platform, &d->receipt_key->pub));
	assert_true(receipt_bid_of(&bid, r.as_leaf.kind, r.fields, r.field_count, &e));
	assert_bytes(bid.tender, LOG_TENDER);
	assert_memory_equal(bid.bid, f.bid.bid, 32);
	assert_memory_equal(bid.root, f.bid.root, SM3_SIZE);
	assert_memory_equal(bid.header, f.bid.header, SM3_SIZE);
	assert_true(r.as_leaf.time == KIT_NOW);
	assert_false(receipt_holds(&r, BYTES("another"), &d->receipt_key->pub));
	assert_false(receipt_holds(&r, d->log->platform, &d->key->pub));
	assert_true(receipt_meaning(LANG_ZH)[0] && receipt_meaning(LANG_EN)[0]);
	assert_false(receipt_bid_of(&bid, BYTES("other"), r.fields, r.field_count, &e));
	assert_false(receipt_bid_of(&bid, LEAF_BID, r.fields, 3, &e));
}

static void a_promise_is_kept_by_its_own_leaf_only(void **state)
{
	struct log_desk *d = *state;
	struct filed f = file_bid(d), g = file_bid(d);
	struct ledger_inclusion p;
	struct ledger_proof proof;
	struct bytes file, der;
	struct receipt r, s;
	struct err e;

	log_pass(d, KIT_NOW + STREAM_INTERVAL);
	file = log_sign(d, 3);
	log_act_inclusion(d->log, &p, f.act, d->log->count);
	assert_true(ledger_proof_write(
		d->a, &der, &p, file, f.fields, RECEIPT_BID_FIELDS, &e));
	assert_true(ledger_proof_read(&proof, d->a, der, &e));
	assert_true(receipt_read(&r, d->a, f.receipt, &e));
	assert_true(receipt_read(&s, d->a, g.receipt, &e));
	assert_true(receipt_is_kept(&r, &proof));
	assert_false(receipt_is_kept(&s, &proof));
	assert_true(checkpoint_is_fixed(&proof.checkpoint, &d->view));
	/* the openings of another bid */
	assert_false(ledger_proof_write(
		d->a, &der, &p, file, g.fields, RECEIPT_BID_FIELDS, &e));
	proof.inclusion.path.n = 0;
	proof.inclusion.place ^= 4;
	assert_false(receipt_is_kept(&r, &proof));
}

static void a_receipt_whose_fields_are_not_those_of_its_leaf_is_refused(void **state)
{
	struct log_desk *d = *state;
	struct filed f = file_bid(d);
	struct receipt r = {.platform = d->log->platform,
		.leaf = f.leaf,
		.fields = f.fields,
		.field_count = RECEIPT_BID_FIELDS};
	struct bytes der;
	struct err e;

	f.fields[0].salt[0] ^= 1;
	assert_false(receipt_sign(d->a, &der, d->k->w, &r, d->receipt_key, &e));
	assert_int_equal(e.code, ERR_USAGE);
	r.field_count = 2;
	assert_false(receipt_sign(d->a, &der, d->k->w, &r, d->receipt_key, &e));
}

/* --- octets of strangers */

static void one_altered(struct bytes der, const struct alteration *what, void *ctx)
{
	struct log_desk *d = ctx;
	AUTO(arena) a = arena_new();
	struct closing c;
	struct err e = {0};

	(void)what;
	if (!closing_read(&c, a, der, &e))
		assert_true(e.code != ERR_NONE);
	else
		assert_true(!checkpoint_is_fixed(&c.checkpoint, &d->view) ||
			    !bytes_equal(c.tender, LOG_TENDER) || c.deadline != DEADLINE);
}

static void an_altered_closing_does_not_close(void **state)
{
	struct log_desk *d = *state;
	struct bytes der;
	struct err e;

	log_pass(d, stream_time_of(DEADLINE));
	assert_true(log_closing(d->log, &der, LOG_TENDER, DEADLINE, log_sign(d, 3), &e));
	assert_true(torture_each(der, TORTURE_ALL | TORTURE_HEAVY, one_altered, d) > 100);
}

static void one_altered_receipt(
	struct bytes der, const struct alteration *what, void *ctx)
{
	struct log_desk *d = ctx;
	AUTO(arena) a = arena_new();
	struct receipt r;
	struct err e = {0};

	(void)what;
	if (!receipt_read(&r, a, der, &e))
		assert_true(e.code != ERR_NONE);
	else
		assert_false(receipt_holds(&r, d->log->platform, &d->receipt_key->pub));
}

static void an_altered_receipt_promises_nothing(void **state)
{
	struct log_desk *d = *state;
	struct filed f = file_bid(d);

	assert_true(torture_each(f.receipt, TORTURE_ALL | TORTURE_HEAVY,
			    one_altered_receipt, d) > 100);
}

#define T(name) cmocka_unit_test_setup_teardown(name, log_desk_begin, log_desk_end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(the_end_of_an_interval_is_the_time_of_its_leaf),
		T(in_time_is_before_the_deadline_and_under_the_closing_checkpoint),
		T(a_leaf_with_an_earlier_time_in_a_later_tree_is_not_under),
		T(the_first_is_known_by_what_witnesses_signed_last),
		T(overflow_acknowledged_before_the_deadline_is_in_time),
		T(a_closing_of_another_deadline_or_with_gaps_does_not_read),
		T(a_receipt_says_what_was_received),
		T(a_promise_is_kept_by_its_own_leaf_only),
		T(a_receipt_whose_fields_are_not_those_of_its_leaf_is_refused),
		T(an_altered_closing_does_not_close),
		T(an_altered_receipt_promises_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
