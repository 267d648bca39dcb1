/* Revocation: what a list says at the time of proof, and what silence is worth.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "pki/crl.h"
#include "scene.h"

#define OLD SUB_REVOCATION_OUT_OF_BOUNDS_NO_POE

struct list {
	const struct cert *issuer;
	const struct make_key *key;
	unsigned number;
	int64_t at, next;
	const struct cert *revoked; /* null: nobody */
	int64_t since, invalid;     /* invalid 0: not said */
	uint32_t reason;
	unsigned base; /* 0: a full list */
};

static void publish(struct scene *s, const struct list *l)
{
	struct issue_revoked r = {.at = l->since,
		.reason = l->reason,
		.invalid_since = l->invalid ? l->invalid : TIME_NONE};
	AUTO(key) key = NULL;
	struct bytes der;
	struct err e;

	if (l->revoked)
		r.serial = l->revoked->serial;
	if (!key_of_sm2(&key, l->key->d, &e) ||
		!issue_crl(s->a, &der, world_system(), l->issuer, key, l->number,
			l->base != 0, l->base, l->at,
			l->next ? l->next : l->at + 7 * TIME_DAY, &r, l->revoked != NULL,
			&e) ||
		!evidence_add_crl(s->ev, der, &e))
		fail_msg("%s", e.text);
}

/* An empty list of the root, so that only the leaf is in question. */
static struct scene *with_root_list(void)
{
	struct scene *s = scene_good();

	publish(s, &(struct list){.issuer = &s->root,
			   .key = &s->root_key,
			   .number = 1,
			   .at = NOW - TIME_DAY,
			   .next = NOW + 90 * TIME_DAY});
	return s;
}

static void ca_list(
	struct scene *s, unsigned number, int64_t at, uint32_t reason, int64_t since)
{
	publish(s, &(struct list){.issuer = &s->ca,
			   .key = &s->ca_key,
			   .number = number,
			   .at = at,
			   .revoked = since ? &s->leaf : NULL,
			   .since = since,
			   .reason = reason});
}

static void prove(struct scene *s, int64_t at)
{
	s->r.time.at = at;
	s->r.time.is_proven = true;
}

static void without_any_list_nothing_is_known(void **state)
{
	AUTO(scene) s = scene_good();

	(void)state;
	assert_open(scene_ask(s)->revocation, SUB_TRY_LATER);
	assert_non_null(strstr(s->o.revocation.detail, "--crl"));
	assert_non_null(strstr(s->o.revocation.detail, "甲"));
	s->r.evidence = NULL;
	s->trust.extra = &s->ca.der;
	s->trust.extra_count = 1;
	assert_open(scene_ask(s)->revocation, SUB_TRY_LATER);
}

static void every_certificate_below_the_anchor_is_asked(void **state)
{
	AUTO(scene) s = scene_good();
	AUTO(scene) t = scene_good();

	(void)state;
	ca_list(s, 1, NOW - TIME_HOUR, 0, 0);
	assert_open(scene_ask(s)->revocation, SUB_TRY_LATER);
	assert_non_null(strstr(s->o.revocation.detail, "中级"));
	publish(s, &(struct list){.issuer = &s->root,
			   .key = &s->root_key,
			   .number = 1,
			   .at = NOW - TIME_DAY});
	assert_passed(scene_ask(s)->revocation);
	publish(t, &(struct list){.issuer = &t->root,
			   .key = &t->root_key,
			   .number = 1,
			   .at = NOW - TIME_DAY,
			   .revoked = &t->ca,
			   .since = NOW - 2 * TIME_DAY});
	ca_list(t, 1, NOW - TIME_HOUR, 0, 0);
	assert_failed(scene_ask(t)->revocation, SUB_REVOKED);
}

static void a_list_answers_until_its_next_update_where_nothing_is_proven(void **state)
{
	AUTO(scene) s = with_root_list();

	(void)state;
	ca_list(s, 1, NOW - 8 * TIME_DAY, 0, 0);
	assert_open(scene_ask(s)->revocation, OLD);
	ca_list(s, 2, NOW - 6 * TIME_DAY, 0, 0);
	assert_passed(scene_ask(s)->revocation);
	s->r.time.at = s->r.now = NOW + 2 * TIME_DAY;
	assert_open(scene_ask(s)->revocation, OLD);
}

static void a_list_older_than_a_proven_time_leaves_the_status_pending(void **state)
{
	AUTO(scene) s = with_root_list();

	(void)state;
	prove(s, NOW - 2 * TIME_DAY);
	ca_list(s, 1, NOW - 3 * TIME_DAY, 0, 0);
	assert_open(scene_ask(s)->revocation, OLD);
	ca_list(s, 2, NOW - 2 * TIME_DAY, 0, 0);
	assert_passed(scene_ask(s)->revocation);
}

static void a_list_from_the_future_says_nothing(void **state)
{
	AUTO(scene) s = with_root_list();

	(void)state;
	ca_list(s, 1, NOW + TIME_DAY, 0, 0);
	assert_open(scene_ask(s)->revocation, SUB_TRY_LATER);
}

static void a_forged_list_says_nothing(void **state)
{
	AUTO(scene) s = with_root_list();
	struct cert forger = scene_cert(
		s, "中级", &s->other_key, "中级", &s->other_key, scene_ca_ext(s->a));

	(void)state;
	publish(s, &(struct list){.issuer = &forger,
			   .key = &s->other_key,
			   .number = 1,
			   .at = NOW - TIME_HOUR});
	scene_know(s, &forger);
	assert_open(scene_ask(s)->revocation, SUB_TRY_LATER);
	publish(s, &(struct list){.issuer = &forger,
			   .key = &s->other_key,
			   .number = 2,
			   .at = NOW - TIME_HOUR,
			   .revoked = &s->leaf,
			   .since = NOW - TIME_DAY});
	assert_open(scene_ask(s)->revocation, SUB_TRY_LATER);
}

static void revoked_before_the_proof_undoes(void **state)
{
	AUTO(scene) s = with_root_list();

	(void)state;
	ca_list(s, 1, NOW - TIME_HOUR, CRL_SUPERSEDED, NOW - 5 * TIME_DAY);
	assert_failed(scene_ask(s)->revocation, SUB_REVOKED);
	assert_true(s->o.revoked_at_claimed);
	prove(s, NOW - 4 * TIME_DAY);
	assert_failed(scene_ask(s)->revocation, SUB_REVOKED);
	prove(s, NOW - 5 * TIME_DAY);
	assert_failed(scene_ask(s)->revocation, SUB_REVOKED);
}

static void revoked_after_the_proof_does_not(void **state)
{
	AUTO(scene) s = with_root_list();

	(void)state;
	ca_list(s, 1, NOW - TIME_HOUR, CRL_SUPERSEDED, NOW - 5 * TIME_DAY);
	prove(s, NOW - 6 * TIME_DAY);
	s->r.time.claimed = NOW - 6 * TIME_DAY;
	assert_passed(scene_ask(s)->revocation);
	assert_non_null(strstr(s->o.revocation.detail, "吊销"));
	assert_false(s->o.revoked_at_claimed);
}

static void what_is_only_claimed_does_not_save_a_revoked_certificate(void **state)
{
	AUTO(scene) s = with_root_list();

	(void)state;
	ca_list(s, 1, NOW - TIME_HOUR, CRL_SUPERSEDED, NOW - 5 * TIME_DAY);
	s->r.time.claimed = NOW - 300 * TIME_DAY;
	assert_failed(scene_ask(s)->revocation, SUB_REVOKED);
	assert_false(s->o.revoked_at_claimed);
}

static void the_invalidity_date_counts_where_it_is_earlier(void **state)
{
	AUTO(scene) s = with_root_list();

	(void)state;
	prove(s, NOW - 6 * TIME_DAY);
	publish(s, &(struct list){.issuer = &s->ca,
			   .key = &s->ca_key,
			   .number = 1,
			   .at = NOW - TIME_HOUR,
			   .revoked = &s->leaf,
			   .since = NOW - 5 * TIME_DAY,
			   .invalid = NOW - 7 * TIME_DAY,
			   .reason = CRL_KEY_COMPROMISE});
	assert_failed(scene_ask(s)->revocation, SUB_REVOKED);
	prove(s, NOW - 8 * TIME_DAY);
	assert_passed(scene_ask(s)->revocation);
}

static void an_old_list_proves_a_revocation_for_good(void **state)
{
	AUTO(scene) s = with_root_list();

	(void)state;
	ca_list(s, 1, NOW - 30 * TIME_DAY, CRL_KEY_COMPROMISE, NOW - 40 * TIME_DAY);
	assert_failed(scene_ask(s)->revocation, SUB_REVOKED);
	/* Nor does a later list that forgot it help. */
	ca_list(s, 2, NOW - TIME_DAY, 0, 0);
	assert_failed(scene_ask(s)->revocation, SUB_REVOKED);
}

static void suspended_is_revoked_while_it_lasts(void **state)
{
	AUTO(scene) s = with_root_list();

	(void)state;
	ca_list(s, 1, NOW - 3 * TIME_DAY, CRL_HOLD, NOW - 5 * TIME_DAY);
	assert_failed(scene_ask(s)->revocation, SUB_REVOKED);
	ca_list(s, 2, NOW - TIME_DAY, 0, 0); /* released */
	assert_passed(scene_ask(s)->revocation);
	prove(s, NOW - 4 * TIME_DAY); /* it was suspended then */
	assert_failed(scene_ask(s)->revocation, SUB_REVOKED);
	prove(s, NOW - 6 * TIME_DAY); /* not yet suspended */
	assert_passed(scene_ask(s)->revocation);
	prove(s, NOW - 2 * TIME_DAY); /* the next list after it shows it released */
	assert_passed(scene_ask(s)->revocation);
}

static void a_delta_suspends_and_releases(void **state)
{
	AUTO(scene) s = with_root_list();

	(void)state;
	ca_list(s, 1, NOW - 3 * TIME_DAY, 0, 0);
	assert_passed(scene_ask(s)->revocation);
	publish(s, &(struct list){.issuer = &s->ca,
			   .key = &s->ca_key,
			   .number = 2,
			   .base = 1,
			   .at = NOW - 2 * TIME_DAY,
			   .revoked = &s->leaf,
			   .since = NOW - 2 * TIME_DAY,
			   .reason = CRL_HOLD});
	assert_failed(scene_ask(s)->revocation, SUB_REVOKED);
	publish(s, &(struct list){.issuer = &s->ca,
			   .key = &s->ca_key,
			   .number = 3,
			   .base = 1,
			   .at = NOW - TIME_DAY,
			   .revoked = &s->leaf,
			   .since = NOW - TIME_DAY,
			   .reason = CRL_REMOVE});
	assert_passed(scene_ask(s)->revocation);
}

static void silence_after_expiry_is_no_answer(void **state)
{
	AUTO(scene) s = with_root_list();
	struct make_cert m = {.subject = "甲", .issuer = "中级", .serial = 90};

	(void)state;
	m.key = &s->leaf_key;
	m.signer = &s->ca_key;
	m.ext = scene_leaf_ext(s->a);
	m.from = NOW - 30 * TIME_DAY;
	m.to = NOW - 10 * TIME_DAY;
	s->leaf = scene_parse(make_cert(s->a, &m));
	prove(s, NOW - 20 * TIME_DAY);
	ca_list(s, 2, NOW - 5 * TIME_DAY, 0, 0);
	assert_open(scene_ask(s)->revocation, OLD);
	ca_list(s, 1, NOW - 15 * TIME_DAY, 0, 0);
	assert_passed(scene_ask(s)->revocation);
	assert_passed(s->o.validity);
}

static void lists_that_contradict_each_other_settle_nothing(void **state)
{
	AUTO(scene) s = with_root_list();

	(void)state;
	ca_list(s, 9, NOW - 2 * TIME_DAY, 0, 0);
	assert_passed(scene_ask(s)->revocation);
	ca_list(s, 8, NOW - TIME_DAY, 0, 0);
	assert_open(scene_ask(s)->revocation, SUB_TRY_LATER);
}

static void a_ca_that_changed_its_key_signs_lists_with_the_new_one(void **state)
{
	AUTO(scene) s = with_root_list();
	struct cert renewed = scene_cert(
		s, "中级", &s->other_key, "根", &s->root_key, scene_ca_ext(s->a));

	(void)state;
	publish(s, &(struct list){.issuer = &renewed,
			   .key = &s->other_key,
			   .number = 1,
			   .at = NOW - TIME_HOUR});
	assert_open(scene_ask(s)->revocation, SUB_TRY_LATER);
	scene_know(s, &renewed);
	assert_passed(scene_ask(s)->revocation);
	publish(s, &(struct list){.issuer = &renewed,
			   .key = &s->other_key,
			   .number = 2,
			   .at = NOW - TIME_MINUTE,
			   .revoked = &s->leaf,
			   .since = NOW - TIME_DAY});
	assert_failed(scene_ask(s)->revocation, SUB_REVOKED);
}

static void a_responder_marked_nocheck_is_not_asked(void **state)
{
	AUTO(scene) s = with_root_list();
	struct writer w = ext_begin(s->a);

	(void)state;
	ext_usage(&w, KU_DIGITAL_SIGNATURE);
	ext_put(&w, OID_OCSP_NO_CHECK, false, BYTES("\x05\x00"));
	s->leaf = scene_cert(s, "甲", &s->leaf_key, "中级", &s->ca_key, writer_bytes(&w));
	assert_open(scene_ask(s)->revocation, SUB_TRY_LATER); /* no responder */
	ext_eku(&w, false, OID_EKU_OCSP_SIGNING);
	s->leaf = scene_cert(s, "甲", &s->leaf_key, "中级", &s->ca_key, writer_bytes(&w));
	assert_passed(scene_ask(s)->revocation);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(without_any_list_nothing_is_known),
		cmocka_unit_test(every_certificate_below_the_anchor_is_asked),
		cmocka_unit_test(
			a_list_answers_until_its_next_update_where_nothing_is_proven),
		cmocka_unit_test(
			a_list_older_than_a_proven_time_leaves_the_status_pending),
		cmocka_unit_test(a_list_from_the_future_says_nothing),
		cmocka_unit_test(a_forged_list_says_nothing),
		cmocka_unit_test(revoked_before_the_proof_undoes),
		cmocka_unit_test(revoked_after_the_proof_does_not),
		cmocka_unit_test(
			what_is_only_claimed_does_not_save_a_revoked_certificate),
		cmocka_unit_test(the_invalidity_date_counts_where_it_is_earlier),
		cmocka_unit_test(an_old_list_proves_a_revocation_for_good),
		cmocka_unit_test(suspended_is_revoked_while_it_lasts),
		cmocka_unit_test(a_delta_suspends_and_releases),
		cmocka_unit_test(silence_after_expiry_is_no_answer),
		cmocka_unit_test(lists_that_contradict_each_other_settle_nothing),
		cmocka_unit_test(a_ca_that_changed_its_key_signs_lists_with_the_new_one),
		cmocka_unit_test(a_responder_marked_nocheck_is_not_asked),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
