/* test_ledger: leaves, checkpoints, what witnesses sign, and proofs.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "log_kit.h"
#include "torture.h"

/* --- leaves */

static struct ledger_field field(const char *name, const char *value, uint8_t salt)
{
	struct ledger_field f = {.name = bytes_str(name), .value = bytes_str(value)};

	f.salt[0] = salt;
	return f;
}

//= Protocols §2: commit_f = SM3("qy/1 field" ‖ 00 ‖ salt_f ‖ DER(name, value))
static void a_commitment_is_what_the_format_says(void **state)
{
	struct ledger_field f = field("ab", "c", 0x55);
	uint8_t all[10 + 1 + 32 + 9] = "qy/1 field", want[SM3_SIZE], got[SM3_SIZE];

	(void)state;
	all[11] = 0x55;
	memcpy(all + 43,
		"\x30\x07\x0c\x02"
		"ab"
		"\x04\x01"
		"c",
		9);
	sm3_of(BYTES_OF(all), want);
	ledger_commit(got, &f);
	assert_memory_equal(got, want, SM3_SIZE);
}

static void a_leaf_opens_with_its_fields_and_no_others(void **state)
{
	struct log_desk *d = *state;
	struct ledger_field f[3] = {
		field("a", "1", 1), field("b", "2", 2), field("c", "3", 3)};
	struct ledger_leaf leaf;
	struct bytes der, value;
	struct err e;

	assert_true(ledger_leaf_make(d->a, &der, BYTES("kind"), KIT_NOW, f, 3, &e));
	assert_true(ledger_leaf_read(&leaf, d->a, der, &e));
	assert_true(leaf.time == KIT_NOW && leaf.count == 3);
	assert_true(ledger_leaf_is_opened(&leaf, f, 3));
	assert_true(ledger_field_find(f, 3, BYTES("b"), &value));
	assert_bytes(value, BYTES("2"));
	assert_false(ledger_field_find(f, 3, BYTES("d"), &value));
	assert_false(ledger_leaf_is_opened(&leaf, f, 2));
	f[1].value = BYTES("9");
	assert_false(ledger_leaf_is_opened(&leaf, f, 3));
	f[1] = field("b", "2", 7);
	assert_false(ledger_leaf_is_opened(&leaf, f, 3));
	f[1] = field("a", "2", 2);
	assert_false(ledger_leaf_make(d->a, &der, BYTES("kind"), KIT_NOW, f, 3, &e));
	assert_int_equal(e.code, ERR_USAGE);
	assert_false(ledger_leaf_make(d->a, &der, BYTES("kind"), KIT_NOW + 1, f, 1, &e));
	assert_false(ledger_leaf_make(d->a, &der, BYTES(""), KIT_NOW, f, 1, &e));
}

/* A key erased leaves no way from the leaf to the value: salts differ with each part. */
static void salts_depend_on_party_leaf_and_name(void **state)
{
	uint8_t id[2][32] = {{1}, {2}}, s[4][SM3_SIZE];

	(void)state;
	ledger_salt(s[0], BYTES("key"), id[0], BYTES("n"));
	ledger_salt(s[1], BYTES("kez"), id[0], BYTES("n"));
	ledger_salt(s[2], BYTES("key"), id[1], BYTES("n"));
	ledger_salt(s[3], BYTES("key"), id[0], BYTES("m"));
	for (size_t i = 0; i < 4; i++)
		for (size_t j = 0; j < i; j++)
			assert_memory_not_equal(s[i], s[j], SM3_SIZE);
}

/* --- checkpoints */

static void two_witnesses_fix_a_checkpoint(void **state)
{
	struct log_desk *d = *state;
	struct checkpoint_file f;
	unsigned n;

	(void)log_add(d->log, log_act_leaf(d, KIT_NOW));
	f = log_file(d, log_sign(d, 3));
	assert_true(checkpoint_is_fixed(&f, &d->view));
	assert_int_equal(checkpoint_standing_of(&f, &d->view, &n), CHECKPOINT_FIXED);
	assert_int_equal(n, 2);
	assert_string_equal(checkpoint_standing_name(CHECKPOINT_FIXED), "fixed");
	assert_true(f.checkpoint.number == 1 && f.checkpoint.size == 1);
}

//= Protocols §2: a checkpoint is fixed when the configured number of witnesses co-signed it
static void too_few_witnesses_fix_nothing(void **state)
{
	struct log_desk *d = *state;
	struct checkpoint_file one, none;

	(void)log_add(d->log, log_act_leaf(d, KIT_NOW));
	none = log_file(d, log_sign(d, 0));
	one = log_file(d, log_sign(d, 1));
	assert_int_equal(
		checkpoint_standing_of(&none, &d->view, NULL), CHECKPOINT_PENDING);
	assert_int_equal(
		checkpoint_standing_of(&one, &d->view, NULL), CHECKPOINT_PENDING);
	d->view.needed = 1;
	assert_true(checkpoint_is_fixed(&one, &d->view));
	assert_false(checkpoint_is_fixed(&none, &d->view));
}

//= Protocols §2: of different legal persons, none the operator
static void two_keys_of_one_person_and_the_operator_count_once_and_never(void **state)
{
	struct log_desk *d = *state;
	struct ledger_witness own[2];
	struct checkpoint_file f;

	(void)log_add(d->log, log_act_leaf(d, KIT_NOW));
	f = log_file(d, log_sign(d, 3));
	memcpy(own, d->view.witnesses, sizeof own);
	d->view.witnesses = own;
	own[1].credit_code = own[0].credit_code;
	assert_int_equal(checkpoint_standing_of(&f, &d->view, NULL), CHECKPOINT_PENDING);
	own[0].credit_code = own[1].credit_code = (struct bytes){0};
	assert_int_equal(checkpoint_standing_of(&f, &d->view, NULL), CHECKPOINT_PENDING);
	own[0].credit_code = BYTES("A");
	assert_int_equal(checkpoint_standing_of(&f, &d->view, NULL), CHECKPOINT_FIXED);
	d->view.operator_code = BYTES("A");
	assert_int_equal(checkpoint_standing_of(&f, &d->view, NULL), CHECKPOINT_PENDING);
	/* the same key twice */
	d->view.operator_code = (struct bytes){0};
	own[1] = own[0];
	assert_int_equal(checkpoint_standing_of(&f, &d->view, NULL), CHECKPOINT_PENDING);
}

static void witnesses_of_the_platforms_choice_count_nothing(void **state)
{
	struct log_desk *d = *state;
	struct ledger_witness own[2];
	struct checkpoint_file f;

	(void)log_add(d->log, log_act_leaf(d, KIT_NOW));
	f = log_file(d, log_sign(d, 3));
	memcpy(own, d->view.witnesses, sizeof own);
	own[1].key = d->other->pub;
	d->view.witnesses = own;
	assert_int_equal(checkpoint_standing_of(&f, &d->view, NULL), CHECKPOINT_PENDING);
}

static void unwitnessed_is_told_and_never_called_fixed(void **state)
{
	struct log_desk *d = *state;
	struct ledger_view view = d->view;
	struct checkpoint_file f;

	(void)log_add(d->log, log_act_leaf(d, KIT_NOW));
	f = log_file(d, log_sign(d, 3));
	view.witness_count = view.needed = 0;
	assert_int_equal(checkpoint_standing_of(&f, &view, NULL), CHECKPOINT_UNWITNESSED);
	assert_false(checkpoint_is_fixed(&f, &view));
	/* witnesses, and nothing demanded of them: a mistake, and no way to be fixed */
	view.witness_count = 2;
	assert_int_equal(checkpoint_standing_of(&f, &view, NULL), CHECKPOINT_PENDING);
}

static void another_log_is_forged(void **state)
{
	struct log_desk *d = *state;
	struct ledger_view view = d->view;
	struct checkpoint_file f;

	(void)log_add(d->log, log_act_leaf(d, KIT_NOW));
	f = log_file(d, log_sign(d, 3));
	view.log = d->other->pub;
	assert_int_equal(checkpoint_standing_of(&f, &view, NULL), CHECKPOINT_FORGED);
	view = d->view;
	view.platform = BYTES("another-platform");
	assert_int_equal(checkpoint_standing_of(&f, &view, NULL), CHECKPOINT_FORGED);
	/* the right name of the log under another's signature */
	view = d->view;
	f.checkpoint.as.signature = f.cosignatures[0].as.signature;
	assert_int_equal(checkpoint_standing_of(&f, &view, NULL), CHECKPOINT_FORGED);
}

/* A key that signs for all: user ids keep its papers apart. */
static void one_kind_of_paper_is_never_another(void **state)
{
	struct log_desk *d = *state;
	struct checkpoint_file f;

	(void)log_add(d->log, log_act_leaf(d, KIT_NOW));
	f = log_file(d, log_sign(d, 0));
	assert_true(
		ledger_signed_holds(&f.checkpoint.as, &d->key->pub, CHECKPOINT_SM2_ID));
	assert_false(ledger_signed_holds(&f.checkpoint.as, &d->key->pub, RECEIPT_SM2_ID));
	assert_false(ledger_signed_holds(&f.checkpoint.as, &d->key->pub, SM2_DEFAULT_ID));
}

/* --- what a witness signs */

struct said {
	struct checkpoint before, now;
	struct merkle_path path;
};

static struct checkpoint checkpoint_of(struct log_desk *d, const struct checkpoint *c)
{
	struct checkpoint out = {0};
	struct bytes der;
	struct err e;

	if (!checkpoint_sign(d->a, &der, d->k->w, c, d->key, &e) ||
		!checkpoint_read(&out, d->a, der, &e))
		fail_msg("%s", e.text);
	return out;
}

static struct said said_after(struct log_desk *d, size_t first, size_t second)
{
	struct said s;
	struct checkpoint c = {.platform = d->log->platform, .time = KIT_NOW};

	while (d->log->count < second)
		(void)log_add(d->log, log_act_leaf(d, KIT_NOW));
	merkle_root(c.root, d->log->digests[0], first);
	c.number = 1;
	c.size = first;
	s.before = checkpoint_of(d, &c);
	merkle_root(c.root, d->log->digests[0], second);
	c.number = 2;
	c.size = second;
	s.now = checkpoint_of(d, &c);
	merkle_consistency(&s.path, d->log->digests[0], second, first);
	return s;
}

static enum err_code witness(struct log_desk *d, const struct said *s)
{
	struct bytes out;
	struct err e = {0};

	return cosignature_sign(d->a, &out, d->k->w, &d->view, &s->before, &s->now,
		       &s->path, d->witness_keys[0], &e)
		       ? ERR_NONE
		       : e.code;
}

//= Protocols §2: each having checked consistency with the last it signed
static void a_witness_signs_only_what_continues_the_last(void **state)
{
	struct log_desk *d = *state;
	struct said s = said_after(d, 5, 9), other;

	assert_int_equal(witness(d, &s), ERR_NONE);
	other = s;
	other.path.nodes[0][0] ^= 1;
	assert_int_equal(witness(d, &other), ERR_MALFORMED);
	/* the log forgets its past */
	d->log->digests[2][0] ^= 1;
	other = said_after(d, 5, 9);
	other.before = s.before;
	assert_int_equal(witness(d, &other), ERR_MALFORMED);
	d->log->digests[2][0] ^= 1;
	/* backwards, in size, in time, in number */
	other = s;
	other.before = s.now;
	other.now = s.before;
	assert_int_equal(witness(d, &other), ERR_ROLLBACK);
	other = s;
	other.now = s.now;
	other.now.number = 1;
	other.now = checkpoint_of(d, &other.now);
	assert_int_equal(witness(d, &other), ERR_ROLLBACK);
	other = s;
	other.now.time -= TIME_SECOND;
	other.now = checkpoint_of(d, &other.now);
	assert_int_equal(witness(d, &other), ERR_ROLLBACK);
}

//= Protocols §2: a time within 5 s of its own clock
static void a_witness_whose_clock_disagrees_does_not_sign(void **state)
{
	struct log_desk *d = *state;
	struct said s = said_after(d, 5, 9);

	d->k->world.at = KIT_NOW + 5 * TIME_SECOND;
	assert_int_equal(witness(d, &s), ERR_NONE);
	d->k->world.at = KIT_NOW + 6 * TIME_SECOND;
	assert_int_equal(witness(d, &s), ERR_DENIED);
	d->k->world.at = KIT_NOW - 6 * TIME_SECOND;
	assert_int_equal(witness(d, &s), ERR_DENIED);
}

static void a_witness_signs_no_other_log(void **state)
{
	struct log_desk *d = *state;
	struct said s = said_after(d, 5, 9);

	d->view.log = d->other->pub;
	assert_int_equal(witness(d, &s), ERR_SIGNER);
}

/* A witness that signed with a false clock signed nothing for us. */
static void a_cosignature_of_another_time_or_checkpoint_counts_nothing(void **state)
{
	struct log_desk *d = *state;
	struct checkpoint_file f, g;
	struct cosignature s;

	(void)log_add(d->log, log_act_leaf(d, KIT_NOW));
	f = log_file(d, log_sign(d, 3));
	(void)log_add(d->log, log_act_leaf(d, KIT_NOW));
	g = log_file(d, log_sign(d, 3));
	s = f.cosignatures[0];
	assert_true(cosignature_holds(&s, &f.checkpoint, &d->witness_keys[0]->pub) !=
		    cosignature_holds(&s, &f.checkpoint, &d->witness_keys[1]->pub));
	assert_false(cosignature_holds(&s, &g.checkpoint, &d->witness_keys[0]->pub));
	assert_false(cosignature_holds(&s, &g.checkpoint, &d->witness_keys[1]->pub));
	assert_false(cosignature_holds(&s, &f.checkpoint, &d->other->pub));
	f.checkpoint.time += 6 * TIME_SECOND;
	assert_false(checkpoint_is_fixed(&f, &d->view));
}

/* --- proofs */

static void a_leaf_is_proven_under_a_checkpoint(void **state)
{
	struct log_desk *d = *state;
	struct ledger_inclusion p = {.sealed = false}, q;
	struct checkpoint_file f;
	struct bytes der;
	struct err e;

	for (size_t i = 0; i < 13; i++)
		(void)log_add(d->log, log_act_leaf(d, KIT_NOW));
	f = log_file(d, log_sign(d, 3));
	log_inclusion(d->log, &p, 6, 13);
	assert_true(ledger_inclusion_write(d->a, &der, &p, &e));
	assert_true(ledger_inclusion_read(&q, d->a, der, &e));
	assert_true(ledger_inclusion_holds(&q, f.checkpoint.root, f.checkpoint.size));
	assert_false(ledger_inclusion_holds(&q, f.checkpoint.root, 14));
	q.leaf = d->log->leaves[7];
	assert_false(ledger_inclusion_holds(&q, f.checkpoint.root, 13));
}

static void an_act_of_the_sealed_stream_is_proven_over_its_leaf(void **state)
{
	struct log_desk *d = *state;
	struct ledger_inclusion p;
	struct checkpoint_file f;
	size_t act = log_receive(d->log, log_act_leaf(d, KIT_NOW));
	struct bytes der;
	struct err e;

	log_pass(d, KIT_NOW + STREAM_INTERVAL);
	f = log_file(d, log_sign(d, 3));
	log_act_inclusion(d->log, &p, act, d->log->count);
	assert_true(ledger_inclusion_write(d->a, &der, &p, &e));
	assert_true(ledger_inclusion_read(&p, d->a, der, &e));
	assert_true(p.sealed && p.places.n == STREAM_DEPTH);
	assert_true(ledger_inclusion_holds(&p, f.checkpoint.root, f.checkpoint.size));
	p.place ^= 1;
	assert_false(ledger_inclusion_holds(&p, f.checkpoint.root, f.checkpoint.size));
	p.place ^= 1;
	p.leaf = log_act_leaf(d, KIT_NOW);
	assert_false(ledger_inclusion_holds(&p, f.checkpoint.root, f.checkpoint.size));
}

/* An act cannot be younger than the tree it stands in. */
static void an_act_from_after_its_interval_is_refused(void **state)
{
	struct log_desk *d = *state;
	struct stream s;
	uint32_t place;
	struct err e;

	assert_true(stream_begin(&s, d->a, d->log->epoch, KIT_NOW, &e));
	assert_false(stream_put(&s, d->a, d->k->w, log_act_leaf(d, KIT_NOW), &place, &e));
	assert_int_equal(e.code, ERR_USAGE);
	assert_true(stream_put(
		&s, d->a, d->k->w, log_act_leaf(d, KIT_NOW - TIME_SECOND), &place, &e));
	assert_false(stream_begin(&s, d->a, d->log->epoch, KIT_NOW + TIME_SECOND, &e));
}

/* Proofs tell nothing of how many acts there were. */
//= Protocols §2: size, growth, proof length and neighbours tell the time and nothing else
static void the_stream_looks_the_same_whatever_happened(void **state)
{
	struct log_desk *d = *state;
	struct bytes quiet, busy;
	uint8_t fillers[2][SM3_SIZE];
	struct stream s;
	struct err e;

	log_pass(d, KIT_NOW + STREAM_INTERVAL);
	quiet = d->log->leaves[0];
	for (size_t i = 0; i < 700; i++)
		(void)log_receive(d->log, log_act_leaf(d, KIT_NOW + STREAM_INTERVAL));
	log_pass(d, KIT_NOW + 2 * STREAM_INTERVAL);
	busy = d->log->leaves[1];
	assert_int_equal(d->log->count, 2);
	assert_int_equal(quiet.n, busy.n);
	/* no filler stands in two trees */
	for (size_t i = 0; i < 2; i++) {
		assert_true(stream_begin(&s, d->a, d->log->epoch,
			KIT_NOW + (int64_t)i * STREAM_INTERVAL, &e));
		memcpy(fillers[i], s.places[5], SM3_SIZE);
		assert_memory_not_equal(s.places[5], s.places[6], SM3_SIZE);
	}
	assert_memory_not_equal(fillers[0], fillers[1], SM3_SIZE);
}

static void a_checkpoint_proves_that_it_continues_another(void **state)
{
	struct log_desk *d = *state;
	struct said s = said_after(d, 6, 11);
	struct ledger_consistency p = {.old_size = 6, .size = 11, .path = s.path}, q;
	struct bytes der;
	struct err e;

	assert_true(ledger_consistency_write(d->a, &der, &p, &e));
	assert_true(ledger_consistency_read(&q, d->a, der, &e));
	assert_true(ledger_consistency_holds(&q, &s.before, &s.now));
	assert_false(ledger_consistency_holds(&q, &s.now, &s.before));
	q.old_size = 5;
	assert_false(ledger_consistency_holds(&q, &s.before, &s.now));
	p.old_size = 12;
	assert_false(ledger_consistency_write(d->a, &der, &p, &e));
}

/* --- octets of strangers */

static void one_altered(struct bytes der, const struct alteration *what, void *ctx)
{
	struct log_desk *d = ctx;
	AUTO(arena) a = arena_new();
	struct checkpoint_file f;
	struct err e = {0};

	if (!checkpoint_file_read(&f, a, der, &e)) {
		assert_true(e.code != ERR_NONE);
		return;
	}
	assert_int_equal(what->kind, TORTURE_FLIP);
	assert_false(checkpoint_is_fixed(&f, &d->view));
}

static void an_altered_checkpoint_is_never_fixed(void **state)
{
	struct log_desk *d = *state;
	struct bytes der;

	(void)log_add(d->log, log_act_leaf(d, KIT_NOW));
	der = log_sign(d, 3);
	assert_true(torture_each(der, TORTURE_ALL | TORTURE_HEAVY, one_altered, d) > 100);
}

struct altered_proof {
	const uint8_t *root;
	uint64_t size;
};

static void one_altered_proof(struct bytes der, const struct alteration *what, void *ctx)
{
	const struct altered_proof *want = ctx;
	AUTO(arena) a = arena_new();
	struct ledger_inclusion p;
	struct err e = {0};

	(void)what;
	if (!ledger_inclusion_read(&p, a, der, &e))
		assert_true(e.code != ERR_NONE);
	else
		assert_false(ledger_inclusion_holds(&p, want->root, want->size));
}

static void an_altered_proof_proves_nothing(void **state)
{
	struct log_desk *d = *state;
	struct altered_proof want;
	struct ledger_inclusion p;
	struct checkpoint_file f;
	struct bytes der;
	size_t act;
	struct err e;

	for (size_t i = 0; i < 7; i++)
		(void)log_add(d->log, log_act_leaf(d, KIT_NOW));
	act = log_receive(d->log, log_act_leaf(d, KIT_NOW));
	log_pass(d, KIT_NOW + STREAM_INTERVAL);
	f = log_file(d, log_sign(d, 3));
	log_act_inclusion(d->log, &p, act, d->log->count);
	assert_true(ledger_inclusion_write(d->a, &der, &p, &e));
	want = (struct altered_proof){f.checkpoint.root, f.checkpoint.size};
	assert_true(torture_each(der, TORTURE_ALL, one_altered_proof, &want) > 1000);
}

#define T(name) cmocka_unit_test_setup_teardown(name, log_desk_begin, log_desk_end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(a_commitment_is_what_the_format_says),
		T(a_leaf_opens_with_its_fields_and_no_others),
		T(salts_depend_on_party_leaf_and_name),
		T(two_witnesses_fix_a_checkpoint),
		T(too_few_witnesses_fix_nothing),
		T(two_keys_of_one_person_and_the_operator_count_once_and_never),
		T(witnesses_of_the_platforms_choice_count_nothing),
		T(unwitnessed_is_told_and_never_called_fixed),
		T(another_log_is_forged),
		T(one_kind_of_paper_is_never_another),
		T(a_witness_signs_only_what_continues_the_last),
		T(a_witness_whose_clock_disagrees_does_not_sign),
		T(a_witness_signs_no_other_log),
		T(a_cosignature_of_another_time_or_checkpoint_counts_nothing),
		T(a_leaf_is_proven_under_a_checkpoint),
		T(an_act_of_the_sealed_stream_is_proven_over_its_leaf),
		T(an_act_from_after_its_interval_is_refused),
		T(the_stream_looks_the_same_whatever_happened),
		T(a_checkpoint_proves_that_it_continues_another),
		T(an_altered_checkpoint_is_never_fixed),
		T(an_altered_proof_proves_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
