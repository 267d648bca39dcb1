/* test_verdict: the worst of each check, the worst of all, and the names that never
 * change.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "pki/verdict.h"

#include <string.h>

#include "unit.h"

struct bench {
	struct arena *a;
	struct verdict v;
};

static int begin(void **state)
{
	struct bench *b = NEW(struct bench);

	b->a = arena_new();
	b->v = verdict_make(b->a, LANG_EN);
	*state = b;
	return 0;
}

static int end(void **state)
{
	struct bench *b = *state;

	arena_free(b->a);
	mem_free(b);
	return 0;
}

#define assert_verdict(v, want, want_sub)                                          \
	do {                                                                       \
		enum sub sub_;                                                     \
		assert_string_equal(indication_name(verdict_indication(v, &sub_)), \
			indication_name(want));                                    \
		assert_string_equal(sub_name(sub_), sub_name(want_sub));           \
	} while (0)

static void all_passed_is_total_passed(void **state)
{
	struct bench *b = *state;

	verdict_pass(&b->v, CHECK_FORMAT, "r", "");
	verdict_pass(&b->v, CHECK_SIGNATURE_VALUE, "r", "fine");
	assert_verdict(&b->v, INDICATION_PASSED, SUB_NONE);
}

static void one_thing_not_checked_never_passes(void **state)
{
	struct bench *b = *state;

	for (enum check_id id = 0; id < CHECK_COUNT; id++) {
		struct verdict v = verdict_make(b->a, LANG_ZH);
		bool advisory = id == CHECK_SEAL_FILING || id == CHECK_SLOTS_COMPLETE ||
				id == CHECK_PICTURE_UNSIGNED;
		enum sub sub;

		verdict_pass(&v, CHECK_FORMAT, "r", "");
		verdict_skip(&v, id, SUB_TRY_LATER, "r", "later");
		/* Nobody makes it passed again. */
		verdict_pass(&v, id, "r", "");
		assert_int_equal(v.checks[id].result, CHECK_NOT_CHECKED);
		assert_int_equal(verdict_indication(&v, &sub),
			advisory ? INDICATION_PASSED : INDICATION_INDETERMINATE);
		assert_int_equal(sub, advisory ? SUB_NONE : SUB_TRY_LATER);
	}
}

static void an_advisory_check_that_failed_counts(void **state)
{
	static const enum check_id ids[] = {
		CHECK_SEAL_FILING, CHECK_SLOTS_COMPLETE, CHECK_PICTURE_UNSIGNED};
	struct bench *b = *state;

	for (size_t i = 0; i < sizeof ids / sizeof *ids; i++) {
		struct verdict v = verdict_make(b->a, LANG_ZH);

		verdict_fail(&v, ids[i], SUB_SIG_CONSTRAINTS_FAILURE, "r", "");
		assert_verdict(&v, INDICATION_INDETERMINATE, SUB_SIG_CONSTRAINTS_FAILURE);
	}
}

//= ETSI EN 319 102-1 §5.1.3: which sub-indications make TOTAL-FAILED
static void sub_indications_of_failure_make_total_failed(void **state)
{
	static const enum sub failed[] = {SUB_FORMAT_FAILURE, SUB_HASH_FAILURE,
		SUB_SIG_CRYPTO_FAILURE, SUB_REVOKED, SUB_EXPIRED, SUB_NOT_YET_VALID};
	struct bench *b = *state;

	for (enum sub sub = SUB_NONE + 1; sub < SUB_COUNT; sub++) {
		struct verdict v = verdict_make(b->a, LANG_ZH);
		bool total = false;

		for (size_t i = 0; i < sizeof failed / sizeof *failed; i++)
			total = total || failed[i] == sub;
		verdict_fail(&v, CHECK_CERT_CHAIN, sub, "r", "");
		assert_verdict(
			&v, total ? INDICATION_FAILED : INDICATION_INDETERMINATE, sub);
	}
}

static void a_failure_wins_over_what_was_not_checked(void **state)
{
	struct bench *b = *state;

	verdict_skip(&b->v, CHECK_CERT_CHAIN, SUB_NO_CERTIFICATE_CHAIN_FOUND, "r", "");
	assert_verdict(&b->v, INDICATION_INDETERMINATE, SUB_NO_CERTIFICATE_CHAIN_FOUND);
	verdict_fail(&b->v, CHECK_DIGEST_FILES, SUB_HASH_FAILURE, "r", "");
	assert_verdict(&b->v, INDICATION_FAILED, SUB_HASH_FAILURE);
	/* Not the other way round, whatever comes later. */
	verdict_skip(&b->v, CHECK_CERT_REVOCATION, SUB_TRY_LATER, "r", "");
	assert_verdict(&b->v, INDICATION_FAILED, SUB_HASH_FAILURE);
}

static void the_first_sub_indication_of_the_table_names_the_verdict(void **state)
{
	struct bench *b = *state;

	verdict_fail(&b->v, CHECK_CERT_REVOCATION, SUB_REVOKED, "r", "");
	verdict_fail(&b->v, CHECK_SIGNATURE_VALUE, SUB_SIG_CRYPTO_FAILURE, "r", "");
	verdict_fail(&b->v, CHECK_DIGEST_DOCUMENT, SUB_HASH_FAILURE, "r", "");
	assert_verdict(&b->v, INDICATION_FAILED, SUB_HASH_FAILURE);
	verdict_fail(&b->v, CHECK_COVERAGE, SUB_FORMAT_FAILURE, "r", "");
	assert_verdict(&b->v, INDICATION_FAILED, SUB_FORMAT_FAILURE);
}

static void a_fatal_failure_is_total_whatever_its_class(void **state)
{
	struct bench *b = *state;

	verdict_fail_total(&b->v, CHECK_SEAL_LISTS_SIGNER, SUB_SIG_CONSTRAINTS_FAILURE,
		"r", "not listed");
	verdict_skip(&b->v, CHECK_CERT_CHAIN, SUB_NO_CERTIFICATE_CHAIN_FOUND, "r", "");
	assert_verdict(&b->v, INDICATION_FAILED, SUB_SIG_CONSTRAINTS_FAILURE);
	/* It stays fatal when the same check fails again, less badly. */
	verdict_fail(&b->v, CHECK_SEAL_LISTS_SIGNER, SUB_POLICY_PROCESSING_ERROR, "r",
		"and this");
	assert_verdict(&b->v, INDICATION_FAILED, SUB_SIG_CONSTRAINTS_FAILURE);
}

static void of_two_failures_of_one_check_the_worse_one_counts(void **state)
{
	struct bench *b = *state;
	const struct check *c = &b->v.checks[CHECK_DIGEST_FILES];

	verdict_fail(&b->v, CHECK_DIGEST_FILES, SUB_SIGNED_DATA_NOT_FOUND, "r", "gone");
	assert_verdict(&b->v, INDICATION_INDETERMINATE, SUB_SIGNED_DATA_NOT_FOUND);
	verdict_fail(&b->v, CHECK_DIGEST_FILES, SUB_HASH_FAILURE, "r", "altered");
	assert_verdict(&b->v, INDICATION_FAILED, SUB_HASH_FAILURE);
	assert_string_equal(c->detail, "gone; altered");
	verdict_fail(&b->v, CHECK_DIGEST_FILES, SUB_SIGNED_DATA_NOT_FOUND, "r", "gone");
	assert_verdict(&b->v, INDICATION_FAILED, SUB_HASH_FAILURE);
}

static void the_worse_result_replaces_the_better(void **state)
{
	struct bench *b = *state;
	const struct check *c = &b->v.checks[CHECK_FORMAT];

	verdict_pass(&b->v, CHECK_FORMAT, "one", "good");
	verdict_skip(&b->v, CHECK_FORMAT, SUB_TRY_LATER, "two", "unknown");
	assert_int_equal(c->result, CHECK_NOT_CHECKED);
	assert_string_equal(c->detail, "unknown");
	assert_string_equal(c->rule, "two");
	verdict_fail(&b->v, CHECK_FORMAT, SUB_FORMAT_FAILURE, "three", "bad");
	verdict_skip(&b->v, CHECK_FORMAT, SUB_TRY_LATER, "two", "unknown");
	verdict_pass(&b->v, CHECK_FORMAT, "one", "good");
	assert_int_equal(c->result, CHECK_FAILED);
	assert_string_equal(c->detail, "bad");
	assert_string_equal(c->rule, "three");
}

static void a_detail_said_again_is_not_repeated(void **state)
{
	struct bench *b = *state;

	verdict_fail(&b->v, CHECK_FORMAT, SUB_FORMAT_FAILURE, "r", "bad");
	verdict_fail(&b->v, CHECK_FORMAT, SUB_FORMAT_FAILURE, "r", "bad");
	verdict_fail(&b->v, CHECK_FORMAT, SUB_FORMAT_FAILURE, "r", "");
	verdict_fail(&b->v, CHECK_FORMAT, SUB_FORMAT_FAILURE, "r", NULL);
	assert_string_equal(b->v.checks[CHECK_FORMAT].detail, "bad");
}

static void details_do_not_grow_without_end(void **state)
{
	struct bench *b = *state;

	for (int i = 0; i < 10000; i++)
		verdict_fail(&b->v, CHECK_DIGEST_FILES, SUB_HASH_FAILURE, "r",
			arena_printf(b->a, "file %d", i));
	assert_in_range(strlen(b->v.checks[CHECK_DIGEST_FILES].detail), 1000, 3000);
}

static void entering_under_another_id_keeps_result_and_sub(void **state)
{
	struct bench *b = *state;
	struct check c = {.present = true,
		.result = CHECK_FAILED,
		.sub = SUB_REVOKED,
		.detail = "revoked"};

	verdict_enter(&b->v, CHECK_SEAL_MAKER, &c);
	assert_false(b->v.checks[CHECK_CERT_REVOCATION].present);
	assert_verdict(&b->v, INDICATION_FAILED, SUB_REVOKED);
}

static void the_names_are_the_promised_ones(void **state)
{
	static const char *const names[] = {"format", "digest.document", "digest.files",
		"signature.value", "seal.value", "seal.validity", "seal.lists_signer",
		"seal.matches_file", "seal.maker", "seal.owner", "seal.filing",
		"cert.chain", "cert.validity", "cert.revocation", "cert.usage",
		"ca.licence", "timestamp.value", "timestamp.imprint", "coverage",
		"later_changes", "slots.complete", "picture.unsigned"};

	(void)state;
	assert_int_equal(CHECK_COUNT, sizeof names / sizeof *names);
	for (enum check_id id = 0; id < CHECK_COUNT; id++) {
		assert_string_equal(check_name(id), names[id]);
		assert_true(check_title(LANG_ZH, id)[0] && check_title(LANG_EN, id)[0]);
		assert_string_not_equal(
			check_title(LANG_ZH, id), check_title(LANG_EN, id));
	}
	assert_string_equal(indication_name(INDICATION_NO_SIGNATURE), "NO-SIGNATURE");
	assert_string_equal(check_result_name(CHECK_NOT_CHECKED), "not-checked");
	assert_string_equal(
		sub_name(SUB_NO_CERTIFICATE_CHAIN_FOUND), "NO_CERTIFICATE_CHAIN_FOUND");
	assert_string_equal(sub_name(SUB_NONE), "");
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, begin, end)
	const struct CMUnitTest tests[] = {
		T(all_passed_is_total_passed),
		T(one_thing_not_checked_never_passes),
		T(an_advisory_check_that_failed_counts),
		T(sub_indications_of_failure_make_total_failed),
		T(a_failure_wins_over_what_was_not_checked),
		T(the_first_sub_indication_of_the_table_names_the_verdict),
		T(a_fatal_failure_is_total_whatever_its_class),
		T(of_two_failures_of_one_check_the_worse_one_counts),
		T(the_worse_result_replaces_the_better),
		T(a_detail_said_again_is_not_repeated),
		T(details_do_not_grow_without_end),
		T(entering_under_another_id_keeps_result_and_sub),
		T(the_names_are_the_promised_ones),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
