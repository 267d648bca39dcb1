/* Zips: what opens, what is refused, what is listed, and that nothing at all breaks it.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <dirent.h>
#include <string.h>

#include "doc/zip_read.h"
#include "torture.h"
#include "unit.h"
#include "zip_craft.h"

/* BYTES, as static initialisers want it. */
#define LIT(s)                                         \
	{                                              \
		(const uint8_t *)("" s), sizeof(s) - 1 \
	}
#define TEXT "钤印 seals and seals and seals"

static const struct craft plain[] = {
	{.name = LIT("OFD.xml"), .data = LIT(TEXT), .deflate = true},
	{.name = LIT("Doc_0/Document.xml"), .data = LIT("two")},
};

struct opened {
	struct arena *a;
	struct source *s;
	struct zip *z;
	struct err e;
	bool ok;
};

static struct opened open_bytes(struct bytes b)
{
	struct opened o = {.a = arena_new(), .s = source_of_bytes(b)};

	o.ok = zip_open(&o.z, o.s, &o.e);
	return o;
}

static void shut(struct opened *o)
{
	zip_free(o->z);
	source_free(o->s);
	arena_free(o->a);
}
#define AUTO_OPENED __attribute__((cleanup(shut))) struct opened

static void refused(const struct craft *files, size_t n, struct craft_end end,
	enum err_code code, const char *why)
{
	AUTO(arena) a = arena_new();
	AUTO_OPENED o = open_bytes(zip_craft(a, files, n, end));

	if (o.ok)
		fail_msg("opened, expected: %s", why);
	assert_int_equal(o.e.code, code);
	if (!strstr(o.e.text, why))
		fail_msg("said \"%s\", expected \"%s\"", o.e.text, why);
}

static void refused_one(struct craft f, enum err_code code, const char *why)
{
	struct craft files[] = {f, plain[1]};

	refused(files, 2, (struct craft_end){0}, code, why);
}

static void listed(const struct craft *files, size_t n, struct craft_end end,
	enum zip_finding_kind kind, size_t entry)
{
	AUTO(arena) a = arena_new();
	AUTO_OPENED o = open_bytes(zip_craft(a, files, n, end));
	size_t i;

	if (!o.ok)
		fail_msg("%s: %s", zip_finding_name(kind), o.e.text);
	assert_int_equal(zip_findings_all(o.z, kind), 1);
	for (i = 0; i < zip_findings_n(o.z); i++)
		if (zip_finding(o.z, i)->kind == kind) {
			assert_int_equal(zip_finding(o.z, i)->entry, entry);
			return;
		}
	fail_msg("%s is not listed", zip_finding_name(kind));
}

static void listed_one(struct craft f, enum zip_finding_kind kind)
{
	struct craft files[] = {plain[1], f};

	listed(files, 2, (struct craft_end){0}, kind, 1);
}

static struct bytes slurp(struct opened *o, size_t i)
{
	struct bytes b = {0};

	if (!zip_slurp(o->z, i, o->a, 1 << 20, &b, &o->e))
		fail_msg("%s", o->e.text);
	return b;
}

static void a_plain_zip_opens_and_gives_its_octets(void **state)
{
	AUTO(arena) a = arena_new();
	AUTO_OPENED o = open_bytes(zip_craft(a, plain, 2, (struct craft_end){0}));
	size_t i;

	(void)state;
	assert_true(o.ok);
	assert_int_equal(zip_count(o.z), 2);
	assert_int_equal(zip_findings_n(o.z), 0);
	assert_true(zip_find(o.z, BYTES("OFD.xml"), &i));
	assert_bytes(slurp(&o, i), BYTES(TEXT));
	assert_true(zip_find(o.z, BYTES("Doc_0/Document.xml"), &i));
	assert_bytes(slurp(&o, i), BYTES("two"));
	assert_false(zip_find(o.z, BYTES("OFD.xm"), &i));
	assert_false(zip_slurp(o.z, 1, o.a, 2, &(struct bytes){0}, &o.e));
	assert_int_equal(o.e.code, ERR_TOO_LARGE);
}

static void loose_search_says_that_it_was_loose(void **state)
{
	AUTO(arena) a = arena_new();
	AUTO_OPENED o = open_bytes(zip_craft(a, plain, 2, (struct craft_end){0}));
	static const char *const loose[] = {"doc_0/DOCUMENT.XML", "Doc_0\\Document.xml",
		"/Doc_0/Document.xml", "Doc_0//Document.xml", "./Doc_0/./Document.xml"};
	bool was_loose;
	size_t i;

	(void)state;
	assert_true(zip_find_loose(o.z, BYTES("OFD.xml"), &i, &was_loose));
	assert_false(was_loose);
	for (size_t k = 0; k < sizeof loose / sizeof *loose; k++) {
		assert_true(zip_find_loose(o.z, bytes_str(loose[k]), &i, &was_loose));
		assert_true(was_loose);
		assert_int_equal(i, 1);
	}
	assert_false(zip_find_loose(o.z, BYTES("Doc_0/Document"), &i, &was_loose));
	assert_false(zip_find_loose(o.z, BYTES("Doc_0Document.xml"), &i, &was_loose));
}

static void what_makers_do_without_harm_opens(void **state)
{
	AUTO(arena) a = arena_new();
	struct craft files[] = {
		{.name = LIT("Doc_0/"), .deflate = true},
		{.name = LIT("OFD.xml"),
			.data = LIT(TEXT),
			.deflate = true,
			.descriptor = true},
		{.name = LIT("empty")},
		{.name = LIT("extra"),
			.data = LIT("x"),
			.extra = LIT("\x0a\x00\x01\x00z"),
			.flags = 0x0806},
		/* true sizes in the zip64 field of the local header alone */
		{.name = LIT("wide"),
			.data = LIT("y"),
			.l_size = 0xfffffffe,
			.l_packed = 0xfffffffe,
			.l_extra = LIT("\1\0\x10\0\1\0\0\0\0\0\0\0\1\0\0\0\0\0\0\0")},
	};
	AUTO_OPENED o = open_bytes(zip_craft(a, files, 5, (struct craft_end){0}));
	AUTO_OPENED o64 =
		open_bytes(zip_craft(a, files, 5, (struct craft_end){.zip64 = true}));

	(void)state;
	if (!o.ok)
		fail_msg("%s", o.e.text);
	assert_int_equal(zip_findings_n(o.z), 0);
	assert_true(zip_entry(o.z, 0)->is_folder);
	assert_int_equal(slurp(&o, 0).n, 0);
	assert_bytes(slurp(&o, 1), BYTES(TEXT));
	assert_bytes(slurp(&o, 4), BYTES("y"));
	if (!o64.ok)
		fail_msg("%s", o64.e.text);
	assert_bytes(slurp(&o64, 1), BYTES(TEXT));
}

static void headers_that_differ_are_refused(void **state)
{
	struct craft f = plain[0];

	(void)state;
	f.l_name = BYTES("OFD.xmk");
	refused_one(f, ERR_MALFORMED, "another name");
	f = plain[0];
	f.l_size = 1;
	refused_one(f, ERR_MALFORMED, "other sizes");
	f = plain[0];
	f.l_packed = 1;
	refused_one(f, ERR_MALFORMED, "other sizes");
	f = plain[0];
	f.l_crc = 1;
	refused_one(f, ERR_MALFORMED, "another CRC");
	f = plain[0];
	f.l_method = (uint16_t)-8;
	refused_one(f, ERR_MALFORMED, "another method");
	f = plain[0];
	f.l_flags = 0x0800;
	refused_one(f, ERR_MALFORMED, "other flags");
	f = plain[0];
	f.descriptor = true;
	f.l_size = 7;
	refused_one(f, ERR_MALFORMED, "other sizes");
	f = plain[0];
	f.descriptor = true;
	f.descriptor_crc = 1;
	refused_one(f, ERR_MALFORMED, "data descriptor");
	f = plain[0];
	f.l_extra = BYTES("\x75\x70\x06\0\1\0\0\0\0x");
	refused_one(f, ERR_MALFORMED, "another name");
	/* zeros that only the directory explains: an empty file, read from the front */
	f = plain[0];
	f.descriptor = true;
	f.l_flags = 0x0008;
	refused_one(f, ERR_MALFORMED, "other sizes");
	/* a field of which some readers take the first and some the last */
	f = plain[0];
	f.extra = BYTES("\x75\x70\x0c\0\1\0\0\0\0OFD.xml\x75\x70\x06\0\1\0\0\0\0x");
	refused_one(f, ERR_MALFORMED, "stands twice");
	f.l_extra = f.extra;
	f.extra = BYTES("");
	refused_one(f, ERR_MALFORMED, "stands twice");
}

static void entries_that_overlap_are_refused(void **state)
{
	struct craft files[] = {plain[0], plain[1], plain[0]};

	(void)state;
	files[2].name = BYTES("three");
	files[2].l_name = BYTES("OFD.xml");
	files[0].packed = 4; /* reaches into the next header */
	refused(files, 2, (struct craft_end){0}, ERR_MALFORMED, "overlaps");
	files[0].packed = 0;
	files[1].packed = files[1].size = 400; /* into the directory */
	refused(files, 2, (struct craft_end){0}, ERR_MALFORMED, "overlaps");
	files[1].packed = files[1].size = 0;
	files[1].at = 1000000;
	refused(files, 2, (struct craft_end){0}, ERR_MALFORMED, "outside the file");
	files[1].at = 1;
	refused(files, 2, (struct craft_end){0}, ERR_MALFORMED, "no local header");
	/* two directory records over one local header */
	files[0] = plain[1];
	files[1] = plain[1];
	files[1].at = -(int64_t)(30 + files[0].name.n + files[0].data.n);
	refused(files, 2, (struct craft_end){0}, ERR_MALFORMED, "overlaps");
}

static void an_end_record_that_lies_is_refused(void **state)
{
	static const char end_record[] = "PK\5\6\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0";
	static const char other_end[] = "PK\5\6..............................";

	(void)state;
	refused(plain, 2, (struct craft_end){.count = 1}, ERR_MALFORMED, "directory");
	refused(plain, 2, (struct craft_end){.count = -1}, ERR_MALFORMED,
		"behind the last");
	refused(plain, 2, (struct craft_end){.at = 1}, ERR_MALFORMED, "not where");
	refused(plain, 2, (struct craft_end){.size = -1}, ERR_MALFORMED, "not where");
	refused(plain, 2, (struct craft_end){.disk = 1}, ERR_MALFORMED, "no end record");
	refused(plain, 2, (struct craft_end){.behind = BYTES("x")}, ERR_MALFORMED,
		"no end record");
	refused(plain, 2, (struct craft_end){.behind_directory = BYTES("x")},
		ERR_MALFORMED, "not where");
	refused(plain, 2, (struct craft_end){.comment = BYTES_OF(end_record)},
		ERR_MALFORMED, "two end records");
	refused(plain, 2, (struct craft_end){.comment = BYTES_OF(other_end)},
		ERR_MALFORMED, "two end records");
	refused(plain, 0, (struct craft_end){.behind = BYTES("no zip at all")},
		ERR_MALFORMED, "not a zip file");
}

static void what_is_not_read_here_is_named(void **state)
{
	struct craft f = plain[0];

	(void)state;
	f.flags = 1;
	refused_one(f, ERR_UNSUPPORTED, "encrypted");
	f.flags = 0;
	f.l_flags = 1;
	refused_one(f, ERR_MALFORMED, "other flags");
	f = plain[0];
	f.method = 4;
	refused_one(f, ERR_UNSUPPORTED, "method 12");
}

static void what_is_odd_is_listed_and_not_repaired(void **state)
{
	struct craft f = plain[0];
	struct craft two[] = {plain[1], plain[1]};
	struct craft gap[] = {plain[1], plain[0]};

	(void)state;
	listed(two, 2, (struct craft_end){0}, ZIP_DUPLICATE, 1);
	f.name = BYTES("doc_0\\document.xml");
	listed_one(f, ZIP_DUPLICATE_LOOSE);
	listed_one(f, ZIP_BACKSLASH);
	f.name = BYTES("/Doc_0//Document.xml");
	listed_one(f, ZIP_DUPLICATE_LOOSE);
	listed_one(f, ZIP_ABSOLUTE);
	f.name = BYTES("c:\\x");
	listed_one(f, ZIP_ABSOLUTE);
	f.name = BYTES("Doc_0/../OFD.xml");
	listed_one(f, ZIP_DOTDOT);
	f.name = BYTES("Doc_0\\..");
	listed_one(f, ZIP_DOTDOT);
	f.name = BYTES("OFD.xml\0.png");
	listed_one(f, ZIP_CONTROL);
	f.name = BYTES("\xb9\xab\xce\xc4.xml");
	listed_one(f, ZIP_NOT_UTF8);
	f.name = BYTES("folder/");
	listed_one(f, ZIP_FOLDER_FILLED);
	f.name = bytes_make(NULL, 0);
	listed_one(f, ZIP_NAME_EMPTY);
	f = plain[0];
	f.extra = BYTES("\x75\x70\x06\0\1\0\0\0\0x");
	listed_one(f, ZIP_NAME_OTHER);
	gap[1].before = BYTES("hidden");
	listed(gap, 2, (struct craft_end){0}, ZIP_GAP, 1);
	gap[1].before.n = 0;
	gap[0].before = BYTES("#!/bin/sh");
	listed(gap, 2, (struct craft_end){0}, ZIP_GAP, 0);
	listed(plain, 2, (struct craft_end){.comment = BYTES("hello")}, ZIP_COMMENT, 0);
}

static void names_with_dots_that_lead_nowhere_are_not_listed(void **state)
{
	AUTO(arena) a = arena_new();
	static const char *const good[] = {"a..b", "..a/b", "a../b", "...", "a.b/.c"};

	(void)state;
	for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
		struct craft f = {.name = bytes_str(good[i])};
		AUTO_OPENED o = open_bytes(zip_craft(a, &f, 1, (struct craft_end){0}));

		assert_true(o.ok);
		assert_int_equal(zip_findings_n(o.z), 0);
	}
}

static void long_names_are_listed(void **state)
{
	AUTO(arena) a = arena_new();
	char *name = arena_alloc(a, ZIP_NAME_MAX + 2);

	(void)state;
	for (size_t i = 0; i <= ZIP_NAME_MAX; i++)
		name[i] = 'a';
	listed_one((struct craft){.name = bytes_make(name, ZIP_NAME_MAX + 1)},
		ZIP_NAME_LONG);
}

static void stream_refused(struct craft f, const char *why)
{
	AUTO(arena) a = arena_new();
	AUTO_OPENED o = open_bytes(zip_craft(a, &f, 1, (struct craft_end){0}));
	struct bytes out;

	if (!o.ok)
		fail_msg("%s", o.e.text);
	assert_false(zip_slurp(o.z, 0, o.a, 1 << 20, &out, &o.e));
	assert_int_equal(o.e.code, ERR_MALFORMED);
	if (!strstr(o.e.text, why) || !strstr(o.e.text, "OFD.xml"))
		fail_msg("said \"%s\", expected \"%s\"", o.e.text, why);
}

static void octets_that_do_not_unpack_to_what_was_declared_are_refused(void **state)
{
	struct craft f = plain[0];

	(void)state;
	f.crc = 1;
	stream_refused(f, "CRC");
	f = plain[0];
	f.size = (uint32_t)-1;
	stream_refused(f, "more than");
	f.size = 1;
	stream_refused(f, "declared");
	f = plain[0];
	f.behind = BYTES("x");
	stream_refused(f, "left over");
	f = plain[0];
	f.packed = (uint32_t)-2; /* the rest is a gap */
	stream_refused(f, "too early");
	f = plain[0];
	f.deflate = false;
	f.method = f.method + 8;
	stream_refused(f, "does not unpack");
}

static void bombs_are_refused_by_their_declaration(void **state)
{
	struct craft f = plain[0];

	(void)state;
	f.size = 100u << 20;
	refused_one(f, ERR_TOO_LARGE, "beyond 1:1000");
	f.size = 0x50000000;
	refused_one(f, ERR_TOO_LARGE, "at most");
}

/* Many entries below the bound of one are a bomb too. */
static void small_bombs_are_counted_together(void **state)
{
	AUTO(arena) a = arena_new();
	struct craft *files = ARENA_ARRAY(a, 100, struct craft);

	(void)state;
	for (size_t i = 0; i < 100; i++) {
		files[i] = plain[0];
		files[i].name = bytes_str(arena_printf(a, "%zu", i));
		files[i].size = 1000000;
	}
	refused(files, 100, (struct craft_end){0}, ERR_TOO_LARGE, "in all");
	{
		AUTO_OPENED o =
			open_bytes(zip_craft(a, files, 60, (struct craft_end){0}));

		assert_true(o.ok);
	}
}

/* A bomb that declares little must stop at what it declared. */
struct tally {
	size_t n;
};

static bool put_tally(void *to, struct bytes chunk, struct err *e)
{
	struct tally *t = to;

	(void)e;
	assert_true(chunk.n <= 65536);
	t->n += chunk.n;
	return true;
}

static void unpacking_stops_at_the_declared_size(void **state)
{
	AUTO(arena) a = arena_new();
	struct tally t = {0};
	struct craft f = {.name = BYTES("x"), .deflate = true};

	(void)state;
	f.data = bytes_make(arena_alloc(a, 900000), 900000);
	f.size = (uint32_t)-800000;
	{
		AUTO_OPENED o = open_bytes(zip_craft(a, &f, 1, (struct craft_end){0}));

		assert_true(o.ok);
		assert_false(zip_stream(o.z, 0, (struct sink){put_tally, &t}, &o.e));
		assert_true(t.n <= 100000);
	}
}

static void altered_zip(struct bytes altered, const struct alteration *what, void *ctx)
{
	AUTO_OPENED o = open_bytes(altered);

	(void)ctx;
	if (what->kind == TORTURE_CUT)
		assert_false(o.ok);
	for (size_t i = 0; o.ok && i < zip_count(o.z); i++) {
		struct bytes b;

		if (zip_slurp(o.z, i, o.a, 1 << 20, &b, &o.e) && zip_entry(o.z, i)->size)
			assert_true(bytes_equal(b, BYTES(TEXT)) ||
				    bytes_equal(b, BYTES("two")));
	}
}

static void no_cut_or_flip_gives_other_octets(void **state)
{
	AUTO(arena) a = arena_new();
	struct craft files[] = {plain[0], plain[1], plain[0]};
	struct bytes seed;

	(void)state;
	files[2].name = BYTES("third");
	files[2].descriptor = true;
	seed = zip_craft(a, files, 3, (struct craft_end){.zip64 = true});
	assert_true(torture_each(seed, TORTURE_ALL, altered_zip, NULL) > 1000);
}

static void altered_sample(struct bytes altered, const struct alteration *what, void *ctx)
{
	AUTO_OPENED o = open_bytes(altered);

	(void)ctx;
	(void)what;
	for (size_t i = 0; o.ok && i < zip_count(o.z); i++) {
		AUTO(arena) a = arena_new();
		struct bytes b;

		if (zip_slurp(o.z, i, a, 1 << 20, &b, &o.e))
			assert_int_equal(b.n, zip_entry(o.z, i)->size);
	}
}

static void samples_survive_alterations_of_their_directory(void **state)
{
	AUTO(arena) a = arena_new();
	char *path = sample_path(a, "ofd/einvoice_test_chongqing_999.ofd");
	struct bytes seed;
	struct err e;

	(void)state;
	assert_true(file_slurp(a, path, 1 << 20, &seed, &e));
	torture_range(seed, seed.n - 2048, 2048, TORTURE_ALL | TORTURE_HEAVY,
		altered_sample, NULL);
	torture_each(seed, TORTURE_ALL | TORTURE_HEAVY, altered_sample, NULL);
}

static void every_file_of_another_maker_opens_and_unpacks(void **state)
{
	AUTO(arena) a = arena_new();
	char *folder = sample_path(a, "ofd");
	DIR *d = opendir(folder);
	struct dirent *file;
	size_t count = 0;

	(void)state;
	assert_non_null(d);
	while ((file = readdir(d))) {
		AUTO(source) s = NULL;
		AUTO(zip) z = NULL;
		struct err e;

		if (!bytes_ends(bytes_str(file->d_name), BYTES(".ofd")))
			continue;
		if (!source_open(
			    &s, arena_printf(a, "%s/%s", folder, file->d_name), &e) ||
			!zip_open(&z, s, &e))
			fail_msg("%s: %s", file->d_name, e.text);
		for (size_t i = 0; i < zip_count(z); i++) {
			struct bytes b;

			if (!zip_slurp(z, i, a, 1 << 20, &b, &e))
				fail_msg("%s: %s", file->d_name, e.text);
		}
		assert_int_equal(zip_findings_n(z), 0);
		count++;
	}
	(void)closedir(d);
	assert_true(count >= 17);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_plain_zip_opens_and_gives_its_octets),
		cmocka_unit_test(loose_search_says_that_it_was_loose),
		cmocka_unit_test(what_makers_do_without_harm_opens),
		cmocka_unit_test(headers_that_differ_are_refused),
		cmocka_unit_test(entries_that_overlap_are_refused),
		cmocka_unit_test(an_end_record_that_lies_is_refused),
		cmocka_unit_test(what_is_not_read_here_is_named),
		cmocka_unit_test(what_is_odd_is_listed_and_not_repaired),
		cmocka_unit_test(names_with_dots_that_lead_nowhere_are_not_listed),
		cmocka_unit_test(long_names_are_listed),
		cmocka_unit_test(
			octets_that_do_not_unpack_to_what_was_declared_are_refused),
		cmocka_unit_test(bombs_are_refused_by_their_declaration),
		cmocka_unit_test(small_bombs_are_counted_together),
		cmocka_unit_test(unpacking_stops_at_the_declared_size),
		cmocka_unit_test(no_cut_or_flip_gives_other_octets),
		cmocka_unit_test(samples_survive_alterations_of_their_directory),
		cmocka_unit_test(every_file_of_another_maker_opens_and_unpacks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
