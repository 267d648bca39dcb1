/* Every sample of other makers is drawn whole: what a reader of the XML counts is what
 * the
 * renderer drew. SPDX-License-Identifier: Apache-2.0
 */
#include <dirent.h>
#include <string.h>

#include "doc/poppler.h"
#include "render_kit.h"

/* Starts of an element in a text, in the form the samples use. */
static size_t count_in(struct bytes text, const char *element)
{
	struct bytes mark = bytes_str(element);
	size_t n = 0, at;

	while ((at = bytes_find(text, mark)) != SIZE_MAX) {
		n++;
		text = bytes_from(text, at + mark.n);
	}
	return n;
}

struct expected {
	size_t text, path, image, annotation;
};

static void expect_part(
	struct arena *a, const struct ofd *o, size_t entry, struct expected *want)
{
	struct bytes part;
	struct err e;

	if (!ofd_part(o, entry, a, &part, &e))
		return;
	want->text += count_in(part, "<ofd:TextObject ");
	want->path += count_in(part, "<ofd:PathObject ");
	want->image += count_in(part, "<ofd:ImageObject ");
	want->annotation += count_in(part, "<ofd:Annot ");
}

/* What the parts a page is made of hold: the page, the templates it names, annotations.
 */
static struct expected expect_page(struct arena *a, const struct ofd *o, size_t page)
{
	const struct ofd_doc *doc = ofd_doc(o, 0);
	struct expected want = {0};
	struct bytes xml, list;
	struct ofd_place place;
	struct err e;

	expect_part(a, o, doc->pages[page].content.entry, &want);
	assert_true(ofd_part(o, doc->pages[page].content.entry, a, &xml, &e));
	for (size_t i = 0; i < doc->templates_n; i++) {
		const char *use = arena_printf(a, "TemplateID=\"%.*s\"",
			(int)doc->templates[i].id.n,
			(const char *)doc->templates[i].id.p);

		for (size_t k = count_in(xml, use); k; k--)
			expect_part(a, o, doc->templates[i].content.entry, &want);
	}
	if (doc->annotations.path.n == 0 || doc->annotations.entry == OFD_NO_ENTRY)
		return want;
	assert_true(ofd_part(o, doc->annotations.entry, a, &list, &e));
	for (;;) {
		const char *mark = arena_printf(a, "PageID=\"%.*s\"",
			(int)doc->pages[page].id.n, (const char *)doc->pages[page].id.p);
		size_t at = bytes_find(list, bytes_str(mark)), from, to;

		if (at == SIZE_MAX)
			return want;
		list = bytes_from(list, at + 1);
		from = bytes_find(list, BYTES("<ofd:FileLoc>")) + 13;
		to = bytes_find(list, BYTES("</ofd:FileLoc>"));
		assert_true(ofd_locate(o, a, doc->annotations.path,
			bytes_make(list.p + from, to - from), &place, &e));
		expect_part(a, o, place.entry, &want);
	}
}

static void check_tally(const char *name, size_t page, const char *what,
	const struct render_tally *t, size_t want)
{
	if (t->present != want || t->drawn + t->hidden != want)
		fail_msg("%s, page %zu: %zu of %zu %s drawn, %zu in the XML", name, page,
			t->drawn, t->present, what, want);
}

static void check_file(const char *name, const char *path)
{
	AUTO(source) s = NULL;
	AUTO(ofd) o = NULL;
	AUTO(render) r = NULL;
	struct render_options options = {.dpi = 60};
	struct err e;

	if (!source_open(&s, path, &e) || !ofd_open(&o, s, &e) || !render_open(&r, o, &e))
		fail_msg("%s: %s", name, e.text);
	assert_true(render_pages_n(r) > 0);
	for (size_t i = 0; i < render_pages_n(r); i++) {
		AUTO(arena) a = arena_new();
		struct expected want = expect_page(a, o, i);
		struct render_counts counts = {0};
		struct picture_pixels px;

		if (!render_pixels(r, i, &options, a, &px, &counts, &e))
			fail_msg("%s, page %zu: %s", name, i, e.text);
		check_tally(name, i, "texts", &counts.text, want.text);
		check_tally(name, i, "paths", &counts.path, want.path);
		check_tally(name, i, "images", &counts.image, want.image);
		check_tally(name, i, "annotations", &counts.annotation, want.annotation);
		if (!render_is_whole(&counts))
			fail_msg("%s, page %zu: %s", name, i,
				counts.note_count ? counts.notes[0] : "not whole");
	}
}

static void every_sample_is_drawn_whole(void **state)
{
	AUTO(arena) a = arena_new();
	const char *folder = sample_path(a, "ofd");
	DIR *d = opendir(folder);
	const struct dirent *entry;
	size_t n = 0;

	(void)state;
	assert_non_null(d);
	while ((entry = readdir(d)) != NULL)
		if (bytes_ends(bytes_str(entry->d_name), BYTES(".ofd"))) {
			check_file(entry->d_name,
				arena_printf(a, "%s/%s", folder, entry->d_name));
			n++;
		}
	closedir(d);
	assert_true(n >= 17);
}

static struct picture_pixels sample_pixels(
	struct arena *a, const char *name, size_t page, bool without_stamps)
{
	AUTO(source) s = NULL;
	AUTO(ofd) o = NULL;
	AUTO(render) r = NULL;
	struct render_options options = {.dpi = DPI, .without_stamps = without_stamps};
	struct picture_pixels px;
	struct err e;

	if (!source_open(&s, sample_path(a, name), &e) || !ofd_open(&o, s, &e) ||
		!render_open(&r, o, &e) ||
		!render_pixels(r, page, &options, a, &px, NULL, &e))
		fail_msg("%s: %s", name, e.text);
	return px;
}

/* Red on white: the ink of a seal. */
static size_t red(
	const struct picture_pixels *px, unsigned x, unsigned y, unsigned w, unsigned h)
{
	size_t n = 0;

	for (unsigned yy = y * 10; yy < (y + h) * 10; yy++)
		for (unsigned xx = x * 10; xx < (x + w) * 10; xx++) {
			uint32_t p = px->data[(size_t)yy * (px->stride / 4) + xx];

			n += (p >> 16 & 255) > 180 && (p >> 8 & 255) < 120 &&
			     (p & 255) < 120;
		}
	return n;
}

static void a_straddle_seal_shows_one_strip_a_page(void **state)
{
	AUTO(arena) a = arena_new();
	struct picture_pixels with, without;

	(void)state;
	//= GB/T 33190-2016 §18.2.3: the seal is stretched over Boundary and cut by Clip, which is relative to it
	for (size_t page = 0; page < 5; page++) {
		with = sample_pixels(a, "ofd/ofdrw_V4RideRight.ofd", page, false);
		without = sample_pixels(a, "ofd/ofdrw_V4RideRight.ofd", page, true);
		assert_int_equal(red(&without, 195, 20, 15, 100), 0);
		assert_true(red(&with, 195, 20, 15, 100) > 1000);
		/* The strip is 8 mm of the seal's 40. */
		assert_int_equal(red(&with, 190, 20, 11, 100), 0);
	}
}

static void the_invoice_bears_its_seal_and_its_code(void **state)
{
	AUTO(arena) a = arena_new();
	struct picture_pixels px;

	(void)state;
	//= ITU-T T.88 Annex D.4: the file header
	px = sample_pixels(a, "ofd/einvoice_zhejiang_1.ofd", 0, false);
	assert_true(ink(&px, 5, 5, 25, 18) > 8000); /* its code is JBIG2 */
	px = sample_pixels(a, "ofd/einvoice_drawparam_ref.ofd", 0, false);
	/* The seal at 90 8 30 20, an OFD itself. */
	assert_true(red(&px, 90, 8, 30, 20) > 8000);
	/* The two-dimensional code at the top left. */
	assert_true(ink(&px, 8, 3, 21, 21) > 10000);
}

static void the_pdf_of_an_invoice_can_be_read(void **state)
{
	AUTO(arena) a = arena_new();
	AUTO(source) s = NULL;
	AUTO(source) pdf = NULL;
	AUTO(ofd) o = NULL;
	AUTO(render) r = NULL;
	AUTO(poppler) p = NULL;
	AUTO_BUF out = buf_make(FILE_MAX);
	struct render_options options = {0};
	struct render_counts counts = {0};
	struct poppler_word *words;
	bool found = false;
	struct err e;
	size_t n;

	(void)state;
	assert_true(source_open(&s, sample_path(a, "ofd/einvoice_zhejiang_1.ofd"), &e));
	assert_true(ofd_open(&o, s, &e) && render_open(&r, o, &e));
	assert_true(
		render_pdf(r, 0, SIZE_MAX, &options, a, sink_to_buf(&out), &counts, &e));
	pdf = source_of_bytes(buf_bytes(&out));
	assert_true(poppler_of_source(&p, pdf, &e));
	if (!poppler_words(p, a, 1, 0, &words, &n, &e)) {
		assert_int_equal(e.code, ERR_UNSUPPORTED);
		SKIP("%s", e.text);
	}
	/* TextObject 65: Boundary 36 30 …, TextCode X 0 Y 4.4875 */
	for (size_t i = 0; i < n; i++)
		if (bytes_equal(words[i].text, bytes_str("江苏京利华新材料有限公司"))) {
			found = true;
			assert_true(words[i].x > 35.8 && words[i].x < 36.4);
			assert_true(words[i].y < 33 && words[i].y + words[i].h > 34.4);
		}
	assert_true(found);
}

/* Any one octet of a package changed: an answer, whichever, and soon. */
static void samples_with_octets_changed_do_no_harm(void **state)
{
	static const char *const names[] = {
		"ofd/einvoice_drawparam_ref.ofd", "ofd/ofdrw_V4RideRight.ofd"};
	AUTO(arena) whole = arena_new();

	(void)state;
	for (size_t k = 0; k < sizeof names / sizeof *names; k++) {
		struct bytes file;
		struct err e;

		assert_true(file_slurp(
			whole, sample_path(whole, names[k]), FILE_MAX, &file, &e));
		for (size_t i = 0; i < file.n; i += file.n / 150 + 1) {
			AUTO(arena) a = arena_new();
			struct bytes other = arena_dup(a, file);
			AUTO(source) s = source_of_bytes(other);
			AUTO(ofd) o = NULL;
			AUTO(render) r = NULL;
			struct render_options options = {.dpi = 30};
			struct picture_pixels px;

			((uint8_t *)(uintptr_t)other.p)[i] ^= (uint8_t)(1 << (i % 8));
			if (ofd_open(&o, s, &e) && render_open(&r, o, &e) &&
				!render_pixels(r, 0, &options, a, &px, NULL, &e))
				assert_true(e.code != ERR_NONE && e.text[0]);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_sample_is_drawn_whole),
		cmocka_unit_test(a_straddle_seal_shows_one_strip_a_page),
		cmocka_unit_test(the_invoice_bears_its_seal_and_its_code),
		cmocka_unit_test(the_pdf_of_an_invoice_can_be_read),
		cmocka_unit_test(samples_with_octets_changed_do_no_harm),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
