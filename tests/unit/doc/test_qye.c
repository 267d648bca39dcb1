/* test_qye: containers of evidence: made, added to, renewed over thirty years; and what
 * happens when anything in them is touched.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "decades_kit.h"
#include "doc/qye_private.h"
#include "doc/zip_write.h"
#include "torture.h"

static void assert_is(struct report *r, enum indication want, enum sub sub, int line)
{
	if (r->indication == want && (sub == SUB_COUNT || r->sub == sub))
		return;
	print_message("%s\n", report_text(r));
	fail_msg("line %d: %s %s, not %s %s", line, indication_name(r->indication),
		sub_name(r->sub), indication_name(want),
		sub == SUB_COUNT ? "whatever" : sub_name(sub));
}
#define assert_report(r, want, sub) assert_is(r, want, sub, __LINE__)

/* --- thirty years ---------------------------------------------------------------------
 */

/* After the first freeze: lists of the next day, and all of it frozen again. */
static struct bytes second_freeze(struct decades *d, struct arena *a)
{
	struct stampers stampers;
	struct bytes file;

	d->world.at += TIME_HOUR;
	file = decades_freeze(d, a);
	d->world.at += 2 * TIME_DAY;
	decades_list(d, d->root);
	decades_list(d, d->ca);
	decades_list(d, d->stamp_root);
	stampers_of(&stampers, d, d->tsa_sm, d->tsa_nist);
	return decades_extend(d, a, file, &stampers);
}

/* What was at hand is gone: only what the container holds is left. */
static void lose_all(struct decades *d)
{
	d->given_count = 0;
}

static int64_t to_year(struct decades *d, int years)
{
	d->world.at = KIT_NOW + years * YEAR;
	return d->world.at;
}

/* Two new authorities under a new root of their own, admitted. */
static struct authority *new_stampers(
	struct decades *d, struct stampers *out, enum key_kind kind)
{
	struct authority *root =
		authority_new(d, ISSUE_ROOT, "后来的时间根", KEY_SM2, 25, NULL);

	decades_admit(d, root, TRUST_TSA, true);
	stampers_of(out, d, authority_new(d, ISSUE_TSA, "后一", KEY_SM2, 20, root),
		authority_new(d, ISSUE_TSA, "后二", kind, 20, root));
	return root;
}

static void declare(struct decades *d, const char *what)
{
	struct err e;

	assert_true(constraints_declare(&d->constraints, bytes_str(what), &e));
}

/* 2026 signed and frozen twice; 2030 the CA compromised; 2034 stamped again; 2041 SHA-256
 * about to fall, trees anew; 2056. At hand in the end: the container, a trust store, and
 * the last list of the last authority. */
static struct bytes thirty_years(struct decades *d, struct arena *a)
{
	enum digest_alg sha512 = DIGEST_SHA512;
	struct stampers stampers;
	struct authority *last;
	struct bytes file = second_freeze(d, a);

	decades_revoke(d->root, d->ca, to_year(d, 4) - 200 * TIME_DAY);
	decades_list(d, d->root);
	to_year(d, 8);
	decades_list(d, d->stamp_root);
	last = new_stampers(d, &stampers, KEY_P256);
	file = decades_renew(d, a, file, NULL, &stampers);
	lose_all(d);
	to_year(d, 15);
	declare(d, "sha1=2030-01-01");
	declare(d, "sha256=2042-01-01");
	decades_list(d, last);
	last = new_stampers(d, &stampers, KEY_P384);
	file = decades_renew(d, a, file, &sha512, &stampers);
	lose_all(d);
	to_year(d, 30);
	decades_list(d, d->root);
	decades_list(d, last);
	return file;
}

//= Protocols §4: until a status not before the time of proof is frozen, it is pending
static void a_first_freeze_is_accepted_with_status_pending(void **state)
{
	struct decades *d = *state;
	AUTO(arena) a = arena_new();
	struct bytes file;
	struct report *r;
	AUTO(source) s = NULL;
	AUTO(qye) q = NULL;
	struct err e;

	d->world.at += TIME_HOUR;
	file = decades_freeze(d, a);
	d->world.at += TIME_HOUR;
	r = decades_verify(d, a, file);
	assert_report(r, INDICATION_INDETERMINATE, SUB_REVOCATION_OUT_OF_BOUNDS_NO_POE);
	assert_string_equal(r->format, "qye");
	assert_true(r->proven_at == d->world.at - TIME_HOUR);
	s = source_of_bytes(file);
	assert_true(qye_open(&q, a, s, &e));
	assert_int_equal(q->pending_count, 2);
	assert_string_equal(q->pending[1].subject, "采购人");
}

//= Protocols §4: freeze twice: at acceptance, and after the CA's next update
static void a_second_freeze_settles_it_and_changes_nothing_of_the_first(void **state)
{
	struct decades *d = *state;
	AUTO(arena) a = arena_new();
	struct bytes file = second_freeze(d, a), one, two;
	AUTO(source) s = source_of_bytes(file);
	AUTO(qye) q = NULL;
	struct report *r;
	struct err e;

	lose_all(d);
	decades_list(d, d->stamp_root);
	d->world.at += TIME_HOUR;
	r = decades_verify(d, a, file);
	assert_report(r, INDICATION_PASSED, SUB_NONE);
	assert_true(qye_open(&q, a, s, &e));
	assert_int_equal(q->generations, 2);
	assert_int_equal(q->record_count, 4);
	assert_int_equal(q->pending_count, 0);
	/* The first generation's record still judges what it did. */
	one = q->records[0].der;
	two = q->records[2].der;
	assert_false(bytes_equal(one, two));
	assert_int_equal(q->records[0].alg, DIGEST_SM3);
	assert_int_equal(q->records[1].alg, DIGEST_SHA256);
}

static void a_container_outlives_all_who_made_it(void **state)
{
	struct decades *d = *state;
	AUTO(arena) a = arena_new();
	struct bytes file = thirty_years(d, a);
	struct report *r = decades_verify(d, a, file);

	assert_report(r, INDICATION_PASSED, SUB_NONE);
	assert_true(r->proven_at < KIT_NOW + TIME_DAY);
	/* The paper alone is worth nothing any more. */
	r = decades_verify(d, a, d->paper);
	assert_report(r, INDICATION_FAILED, SUB_REVOKED);
}

static void without_its_renewals_a_container_ages(void **state)
{
	struct decades *d = *state;
	AUTO(arena) a = arena_new();
	struct bytes file = second_freeze(d, a);
	struct report *r;

	to_year(d, 9);
	decades_list(d, d->stamp_root);
	assert_report(decades_verify(d, a, file), INDICATION_PASSED, SUB_NONE);
	/* The authority's certificate has lapsed. */
	to_year(d, 12);
	decades_list(d, d->stamp_root);
	r = decades_verify(d, a, file);
	assert_report(r, INDICATION_INDETERMINATE, SUB_COUNT);
	assert_true(r->proven_at == TIME_NONE);
}

static void one_broken_digest_leaves_the_other_record(void **state)
{
	struct decades *d = *state;
	AUTO(arena) a = arena_new();
	struct bytes file = second_freeze(d, a);

	to_year(d, 5);
	decades_list(d, d->stamp_root);
	declare(d, "sha384=2027-01-01");
	assert_report(decades_verify(d, a, file), INDICATION_PASSED, SUB_NONE);
	/* The tree of SHA-256, and the signature that stamps the tree of SM3. */
	declare(d, "sha256=2028-01-01");
	assert_report(decades_verify(d, a, file), INDICATION_INDETERMINATE,
		SUB_CRYPTO_CONSTRAINTS_FAILURE_NO_POE);
}

static void a_tree_renewed_in_time_survives_its_digest(void **state)
{
	enum digest_alg sha512 = DIGEST_SHA512;
	struct decades *d = *state;
	AUTO(arena) a = arena_new();
	struct bytes file = second_freeze(d, a), late;
	struct stampers stampers;
	struct authority *last;

	to_year(d, 5);
	decades_list(d, d->stamp_root);
	last = new_stampers(d, &stampers, KEY_P384);
	declare(d, "sha256=2033-01-01");
	file = decades_renew(d, a, file, &sha512, &stampers);
	to_year(d, 8);
	decades_list(d, last);
	assert_report(decades_verify(d, a, file), INDICATION_PASSED, SUB_NONE);
	/* Too late. */
	d->constraints = constraints_today();
	declare(d, "sha256=2030-01-01");
	late = file;
	assert_report(decades_verify(d, a, late), INDICATION_INDETERMINATE, SUB_COUNT);
}

/* --- one link removed -----------------------------------------------------------------
 */

/* The container without entry i, or with other octets in it. */
static struct bytes rebuilt(struct arena *a, struct bytes file, size_t without,
	size_t altered, const char *added)
{
	AUTO(source) s = source_of_bytes(file);
	AUTO_BUF b = buf_make(64 << 20);
	AUTO(zip_writer) w = zip_writer_new(sink_to_buf(&b));
	AUTO(zip) z = NULL;
	struct err e = {0};

	assert_true(zip_open(&z, s, &e));
	for (size_t i = 0; i < zip_count(z); i++) {
		struct bytes octets;

		if (i == without)
			continue;
		if (i != altered) {
			assert_true(zip_copy(w, z, i, &e));
			continue;
		}
		assert_true(zip_slurp(z, i, a, 64 << 20, &octets, &e));
		octets = arena_dup(a, octets);
		((uint8_t *)(uintptr_t)octets.p)[octets.n / 2] ^= 1;
		assert_true(zip_add(w, zip_entry(z, i)->name, octets, false, &e));
	}
	if (added)
		assert_true(zip_add(w, bytes_str(added), BYTES("x"), false, &e));
	assert_true(zip_finish(w, &e));
	return arena_dup(a, buf_bytes(&b));
}

static size_t entries_of(struct bytes file)
{
	AUTO(source) s = source_of_bytes(file);
	AUTO(zip) z = NULL;
	struct err e;

	assert_true(zip_open(&z, s, &e));
	return zip_count(z);
}

/* Is it refused, failed or indeterminate? */
static bool is_no_proof(struct decades *d, struct bytes file)
{
	AUTO(arena) a = arena_new();
	AUTO(source) s = source_of_bytes(file);
	struct judge j = decades_judge(d, a);
	struct report *r = NULL;
	struct err e;

	return !verify_file(&r, &j, "x", s, NULL, NULL, &e) ||
	       r->indication != INDICATION_PASSED;
}

static void nothing_can_be_taken_out_changed_or_added(void **state)
{
	struct decades *d = *state;
	AUTO(arena) a = arena_new();
	struct bytes file = thirty_years(d, a);
	size_t count = entries_of(file);

	assert_false(is_no_proof(d, rebuilt(a, file, SIZE_MAX, SIZE_MAX, NULL)));
	for (size_t i = 0; i < count; i++) {
		if (!is_no_proof(d, rebuilt(a, file, i, SIZE_MAX, NULL)))
			fail_msg("without entry %zu it still passes", i);
		if (!is_no_proof(d, rebuilt(a, file, SIZE_MAX, i, NULL)))
			fail_msg("with entry %zu changed it still passes", i);
	}
	assert_true(is_no_proof(d, rebuilt(a, file, SIZE_MAX, SIZE_MAX, "more.txt")));
	assert_true(is_no_proof(d,
		rebuilt(a, file, SIZE_MAX, SIZE_MAX, "META-INF/evidencerecord009.ers")));
}

static void what_is_missing_is_named(void **state)
{
	struct decades *d = *state;
	AUTO(arena) a = arena_new();
	struct bytes file = thirty_years(d, a);
	AUTO(source) s = source_of_bytes(file);
	AUTO(qye) q = NULL;
	struct report *r;
	struct err e;

	assert_true(qye_open(&q, a, s, &e));
	r = decades_verify(d, a, rebuilt(a, file, q->records[0].zip_der, SIZE_MAX, NULL));
	assert_report(r, INDICATION_FAILED, SUB_HASH_FAILURE);
	assert_non_null(strstr(report_text(r), "evidencerecord001.ers"));
	r = decades_verify(d, a, rebuilt(a, file, q->records[3].zip_der, SIZE_MAX, NULL));
	assert_report(r, INDICATION_FAILED, SUB_NO_POE);
	r = decades_verify(d, a, rebuilt(a, file, SIZE_MAX, q->entries[0].zip, NULL));
	assert_report(r, INDICATION_FAILED, SUB_HASH_FAILURE);
}

static void who_verifies_needs_what_was_at_hand(void **state)
{
	struct decades *d = *state;
	AUTO(arena) a = arena_new();
	struct bytes file = thirty_years(d, a);
	size_t given = d->given_count, anchors = d->trust.count;

	/* The last authority's list. */
	d->given_count = 0;
	assert_report(decades_verify(d, a, file), INDICATION_INDETERMINATE, SUB_COUNT);
	d->given_count = given;
	/* An authority in the middle, or the last, not in the store. */
	for (size_t i = 0; i < anchors; i++) {
		uint32_t was = d->anchors[i].purposes;

		d->anchors[i].purposes = TRUST_ENCRYPTION;
		if (!is_no_proof(d, file))
			fail_msg("without anchor %zu it still passes", i);
		d->anchors[i].purposes = was;
	}
	/* One of our own proves nothing against us. */
	for (size_t i = 1; i < anchors; i++)
		d->anchors[i].independent = false;
	assert_true(is_no_proof(d, file));
	for (size_t i = 1; i < anchors; i++)
		d->anchors[i].independent = true;
	/* SM3 broken before the trees of SHA-512 stood. */
	declare(d, "sm3=2030-01-01");
	assert_true(is_no_proof(d, file));
}

/* --- hostile files --------------------------------------------------------------------
 */

struct altering {
	struct decades *d;
	struct bytes file;
	size_t passed;
};

/* Has the container every object of the other, octet for octet, under its name? What
 * proves and is not proven itself (the last records, dates in the zip) may differ. */
static bool same_objects(struct arena *a, struct bytes file, struct bytes other)
{
	AUTO(source) s1 = source_of_bytes(file);
	AUTO(source) s2 = source_of_bytes(other);
	AUTO(qye) q1 = NULL;
	AUTO(qye) q2 = NULL;
	const uint8_t *x, *y;
	struct err e;

	if (!qye_open(&q1, a, s1, &e) || !qye_open(&q2, a, s2, &e) ||
		q1->entry_count != q2->entry_count)
		return false;
	for (size_t i = 0; i < q1->entry_count; i++)
		if (strcmp(q1->entries[i].path, q2->entries[i].path) ||
			strcmp(q1->entries[i].type, q2->entries[i].type) ||
			!qye_digest(q1, q1->entries[i].zip, DIGEST_SM3, &x, &e) ||
			!qye_digest(q2, q2->entries[i].zip, DIGEST_SM3, &y, &e) ||
			memcmp(x, y, SM3_SIZE))
			return false;
	return true;
}

static void one_altered(struct bytes altered, const struct alteration *what, void *ctx)
{
	AUTO(arena) a = arena_new();
	struct altering *x = ctx;

	if (is_no_proof(x->d, altered))
		return;
	x->passed++;
	if (what->kind == TORTURE_CUT || !same_objects(a, x->file, altered))
		fail_msg("bit %u of octet %zu changed an object, and it passes",
			what->bit, what->at);
}

static void an_altered_container_never_passes(void **state)
{
	struct decades *d = *state;
	AUTO(arena) a = arena_new();
	struct altering x = {.d = d, .file = second_freeze(d, a)};
	size_t tried;

	assert_false(is_no_proof(d, x.file));
	tried = torture_each(x.file, TORTURE_ALL | TORTURE_HEAVY, one_altered, &x);
	/* Bits that mean nothing are few. */
	assert_true(x.passed < tried / 20);
}

#define WITH(test) cmocka_unit_test_setup_teardown(test, decades_begin, decades_end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH(a_first_freeze_is_accepted_with_status_pending),
		WITH(a_second_freeze_settles_it_and_changes_nothing_of_the_first),
		WITH(a_container_outlives_all_who_made_it),
		WITH(without_its_renewals_a_container_ages),
		WITH(one_broken_digest_leaves_the_other_record),
		WITH(a_tree_renewed_in_time_survives_its_digest),
		WITH(nothing_can_be_taken_out_changed_or_added),
		WITH(what_is_missing_is_named),
		WITH(who_verifies_needs_what_was_at_hand),
		WITH(an_altered_container_never_passes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
