/* Altered sealed files: whatever is done to one, it never passes unless every octet the
 * signatures cover and the tree of pages are what they were. `make test` tries some
 * thousand alterations, `make torture` more than ten thousand.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "torture.h"
#include "trial_kit.h"

static void the_file_as_it_was_passes(void **state)
{
	struct trial *t = *state;

	start(t);
	assert_int_equal(attempt(t, t->sealed, "as it was"), INDICATION_PASSED);
	assert_int_equal(attempt_work(t, "packed anew"), INDICATION_PASSED);
	finish(t);
}

/* --- octets ---------------------------------------------------------------------------
 */

static void on_octets(struct bytes altered, const struct alteration *what, void *ctx)
{
	struct trial *t = ctx;

	(void)attempt(t, altered,
		arena_printf(t->a, "octet %zu, %s", what->at,
			what->kind == TORTURE_CUT ? "cut" : "flipped"));
	renew(t);
}

static void no_altered_octet_of_the_file_passes_wrongly(void **state)
{
	struct trial *t = *state;

	start(t);
	torture_each(t->sealed, TORTURE_ALL | TORTURE_HEAVY, on_octets, t);
	finish(t);
}

//= GB/T 33190-2016 §18.2.2: what is protected cannot change unnoticed
static void no_bit_of_the_headers_and_the_directory_passes_wrongly(void **state)
{
	struct trial *t = *state;
	AUTO(source) s = source_of_bytes(t->sealed);
	AUTO(zip) z = NULL;
	const struct zip_entry *last;
	size_t directory;
	struct err e;

	start(t);
	assert_true(zip_open(&z, s, &e));
	for (size_t i = 0; i < zip_count(z); i++) {
		const struct zip_entry *entry = zip_entry(z, i);

		torture_range(t->sealed, (size_t)entry->at,
			(size_t)(entry->data_at - entry->at),
			TORTURE_FLIP | TORTURE_HEAVY, on_octets, t);
	}
	last = zip_entry(z, zip_count(z) - 1);
	directory = (size_t)(last->data_at + last->packed);
	torture_range(t->sealed, directory, t->sealed.n - directory,
		TORTURE_ALL | TORTURE_HEAVY, on_octets, t);
	finish(t);
}

/* With a right CRC, so that only the signatures can notice. */
//= GB/T 33190-2016 §18.2: Signature.xml and what it holds the digests of
static void no_altered_bit_inside_a_covered_file_passes(void **state)
{
	size_t rounds = torture_is_full() ? 3000 : 400;
	struct trial *t = *state;
	uint64_t seed = 7;

	start(t);
	for (size_t k = 0; k < rounds; k++) {
		size_t i = k % t->was.n;
		uint64_t at = torture_random(&seed) % (t->was.data[i].n * 8);
		struct bytes copy = arena_dup(t->a, t->was.data[i]);
		uint8_t *p = arena_alloc(t->a, copy.n);

		for (size_t n = 0; n < copy.n; n++)
			p[n] = copy.p[n];
		p[at / 8] ^= (uint8_t)(1u << at % 8);
		t->work.data[i] = bytes_make(p, copy.n);
		if (attempt(t, package_write(t->a, &t->work), "a bit in a file") ==
				INDICATION_PASSED &&
			!is_own(t->was.names[i]))
			fail_msg("bit %llu of %.*s", (unsigned long long)at,
				(int)t->was.names[i].n, (const char *)t->was.names[i].p);
		renew(t);
	}
	finish(t);
}

/* --- files ----------------------------------------------------------------------------
 */

static void a_file_more_never_passes(void **state)
{
	static const char *const names[] = {"x", "Doc_0/x.txt", "META-INF/x",
		"Doc_0/Pages/Page_2/Content.xml", "Doc_0/Signs/x", "Doc_0/Signs/Sign_0/x",
		"Doc_0/Signs/Sign_1/x", "Doc_0/Signs/Sign_2/Signature.xml",
		"Doc_0/Signs/Sign_0/SignedValue.dat.bak", "Doc_1/Document.xml",
		"OFD.xml.bak", "Doc_0/Annots/Annotations.xml"};
	struct trial *t = *state;

	start(t);
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		package_add(&t->work, bytes_str(names[i]), BYTES("text"));
		must_not_pass(t, names[i]);
		package_add(&t->work, bytes_str(names[i]), BYTES(""));
		must_not_pass(t, names[i]);
	}
	package_add(&t->work, BYTES("Doc_0/folder/"), BYTES("filled"));
	must_not_pass(t, "a filled folder");
	finish(t);
}

static void a_file_less_never_passes(void **state)
{
	struct trial *t = *state;

	start(t);
	for (size_t i = 0; i < t->was.n; i++) {
		package_remove(&t->work, i);
		must_not_pass(
			t, arena_printf(t->d->a, "without %.*s", (int)t->was.names[i].n,
				   (const char *)t->was.names[i].p));
		t->work.data[i] = BYTES("");
		must_not_pass(t, "emptied");
	}
	finish(t);
}

static void a_name_twice_or_spelt_otherwise_never_passes(void **state)
{
	struct trial *t = *state;

	start(t);
	for (size_t i = 0; i < t->was.n; i++) {
		struct bytes name = t->was.names[i], data = t->was.data[i];
		const char *text = arena_str(t->d->a, name);
		char *upper = arena_str(t->d->a, name);
		const char *others[] = {upper, arena_printf(t->d->a, "/%s", text),
			arena_printf(t->d->a, "./%s", text),
			arena_printf(t->d->a, "%s ", text),
			arena_printf(t->d->a, "../%s", text),
			arena_printf(t->d->a, "a/../%s", text)};

		for (size_t n = 0; n < name.n; n++)
			upper[n] =
				(char)(upper[n] >= 'a' && upper[n] <= 'z' ? upper[n] - 32
									  : upper[n]);
		for (size_t k = 0; k < sizeof others / sizeof *others; k++) {
			package_add(&t->work, bytes_str(others[k]), BYTES("other"));
			must_not_pass(t, others[k]);
			/* In front, where the first one found wins. */
			t->work.names[0] = bytes_str(others[k]);
			t->work.data[0] = BYTES("other");
			package_add(&t->work, t->was.names[0], t->was.data[0]);
			must_not_pass(t, others[k]);
		}
		package_add(&t->work, name, BYTES("other"));
		must_not_pass(t, "twice, other");
		package_add(&t->work, name, data);
		must_not_pass(t, "twice, same");
		t->work.data[i] = BYTES("other");
		package_add(&t->work, name, data);
		must_not_pass(t, "twice, the first one other");
	}
	finish(t);
}

static void contents_that_change_places_never_pass(void **state)
{
	struct trial *t = *state;

	start(t);
	for (size_t i = 0; i < t->was.n; i++)
		for (size_t k = i + 1; k < t->was.n; k++) {
			if (bytes_equal(t->was.data[i], t->was.data[k]))
				continue;
			t->work.data[i] = t->was.data[k];
			t->work.data[k] = t->was.data[i];
			must_not_pass(t, "two files exchanged");
			t->work.data[i] = t->was.data[k];
			must_not_pass(t, "one file over another");
		}
	finish(t);
}

static void parts_of_another_sealed_document_never_pass(void **state)
{
	struct trial *t = *state;
	struct package other;

	start(t);
	package_read(&other, t->d->a, package_sealed(t->d, "另一份合同"));
	assert_int_equal(other.n, t->was.n);
	for (unsigned set = 1; set < 1u << 6; set++) {
		static const char *const names[] = {FOLDER "0/SignedValue.dat",
			FOLDER "1/SignedValue.dat", FOLDER "0/Seal.esl",
			FOLDER "1/Seal.esl", FOLDER "0/Signature.xml",
			FOLDER "1/Signature.xml"};

		for (unsigned i = 0; i < 6; i++)
			if (set >> i & 1)
				t->work.data[package_at(&t->work, names[i])] =
					other.data[package_at(&other, names[i])];
		must_not_pass(t, arena_printf(t->d->a, "parts %x of another", set));
	}
	/* All signatures of the other document over this one's pages. */
	for (size_t i = 0; i < t->was.n; i++)
		if (bytes_starts(t->was.names[i], BYTES("Doc_0/Signs/")))
			t->work.data[i] = other.data[package_at(
				&other, arena_str(t->a, t->was.names[i]))];
	must_not_pass(t, "every signature of another");
	finish(t);
}

/* --- the zip around it ----------------------------------------------------------------
 */

static void junk_around_and_between_never_passes_wrongly(void **state)
{
	struct trial *t = *state;
	struct craft files[PACKAGE_MAX];
	struct bytes other;

	start(t);
	other = package_plain(t->d->a, "另一份");
	for (size_t i = 0; i <= t->was.n; i++) {
		for (size_t k = 0; k < t->was.n; k++)
			files[k] = (struct craft){
				.name = t->was.names[k], .data = t->was.data[k]};
		if (i < t->was.n)
			files[i].before = i % 2 ? BYTES("junk") : other;
		(void)attempt(t,
			zip_craft(t->a, files, t->was.n,
				(struct craft_end){
					.comment = i == t->was.n ? other : BYTES("")}),
			"junk between");
		renew(t);
	}
	for (int i = 0; i < 4; i++) {
		struct bytes parts[] = {other, t->sealed, BYTES("junk"), BYTES("PK\5\6")};
		struct bytes junk = parts[i];

		(void)attempt(t, joined(t->a, t->sealed, junk), "behind");
		renew(t);
		(void)attempt(t, joined(t->a, junk, t->sealed), "in front");
		renew(t);
	}
	finish(t);
}

static void enough_was_tried(void **state)
{
	struct trial *t = *state;

	assert_true(t->tried >= (torture_is_full() ? 10000u : 3000u));
	/* Much of it has to come as far as a verdict, or little was proved. */
	assert_true(t->failed + t->unsure > t->tried / 10);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_file_as_it_was_passes),
		cmocka_unit_test(no_altered_octet_of_the_file_passes_wrongly),
		cmocka_unit_test(no_bit_of_the_headers_and_the_directory_passes_wrongly),
		cmocka_unit_test(no_altered_bit_inside_a_covered_file_passes),
		cmocka_unit_test(a_file_more_never_passes),
		cmocka_unit_test(a_file_less_never_passes),
		cmocka_unit_test(a_name_twice_or_spelt_otherwise_never_passes),
		cmocka_unit_test(contents_that_change_places_never_pass),
		cmocka_unit_test(parts_of_another_sealed_document_never_pass),
		cmocka_unit_test(junk_around_and_between_never_passes_wrongly),
		cmocka_unit_test(enough_was_tried),
	};

	return cmocka_run_group_tests_name("altered", tests, trial_begin, trial_end);
}
