/* Pictures made to look like seals are found and told; they never change an indication.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "doc/render_unsigned.h"

#include <string.h>

#include "doc/picture.h"
#include "doc/picture_decode_types.h"
#include "render_kit.h"

static struct bytes seal_png(struct arena *a, enum picture_kind kind)
{
	struct picture_spec spec = {
		.kind = kind, .name = "钤印示范科技有限公司", .dpi = 150};
	struct bytes png;
	struct err e;

	if (kind == PICTURE_SQUARE)
		spec.name = "李小明";
	if (kind == PICTURE_OVAL)
		spec.code = "91440101MA5CY0XW3K";
	if (!picture_png(a, &spec, &png, NULL, &e))
		SKIP("%s", e.text);
	return png;
}

static struct picture_pixels decoded(struct arena *a, struct bytes png)
{
	struct picture_pixels px;
	struct err e;

	assert_true(picture_decode(a, png, 0, 0, &px, &e));
	return px;
}

static void seals_of_every_form_look_like_seals(void **state)
{
	static const enum picture_kind kinds[] = {
		PICTURE_ROUND_STAR, PICTURE_ROUND, PICTURE_OVAL, PICTURE_SQUARE};
	AUTO(arena) a = arena_new();

	(void)state;
	//= Protocols §4: an image like a seal that no signature draws
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
		struct picture_pixels px = decoded(a, seal_png(a, kinds[i]));

		assert_int_equal(seal_look_at(&px, 40, 40), SEAL_LOOK_YES);
		/* The same as a stamp on a letter, or as a poster. */
		assert_int_equal(seal_look_at(&px, 8, 8), SEAL_LOOK_NO);
		assert_int_equal(seal_look_at(&px, 150, 150), SEAL_LOOK_NO);
	}
}

static void the_same_in_black_or_blue_does_not(void **state)
{
	AUTO(arena) a = arena_new();
	struct picture_pixels px = decoded(a, seal_png(a, PICTURE_ROUND_STAR));

	(void)state;
	for (size_t i = 0; i < (size_t)px.w * px.h; i++) {
		uint32_t alpha = px.data[i] & 0xff000000;

		px.data[i] = alpha;
	}
	assert_int_equal(seal_look_at(&px, 40, 40), SEAL_LOOK_NO);
	for (size_t i = 0; i < (size_t)px.w * px.h; i++)
		px.data[i] |= px.data[i] >> 24;
	assert_int_equal(seal_look_at(&px, 40, 40), SEAL_LOOK_NO);
}

static void red_areas_and_red_words_do_not(void **state)
{
	AUTO(arena) a = arena_new();
	struct picture_pixels px;
	struct err e;

	(void)state;
	assert_true(pixels_make(a, 300, 300, &px, &e));
	for (size_t i = 0; i < (size_t)300 * 300; i++)
		px.data[i] = RED;
	assert_int_equal(seal_look_at(&px, 40, 40), SEAL_LOOK_NO);
	/* A line across the middle. */
	for (unsigned y = 0; y < 300; y++)
		for (unsigned x = 0; x < 300; x++)
			px.data[y * 300 + x] = y > 130 && y < 170 ? RED : WHITE;
	assert_int_equal(seal_look_at(&px, 40, 40), SEAL_LOOK_NO);
}

/* The check as the one signature of a report has it after looking at the paper. */
static struct check check_of(struct arena *a, const struct paper *p, size_t *notes)
{
	AUTO_BUF file = buf_make(FILE_MAX);
	AUTO(source) s = NULL;
	AUTO(ofd) o = NULL;
	struct judge j = {.arena = a, .lang = LANG_EN};
	struct report *r = report_new(&j, "x.ofd", "ofd");
	struct report_signature *sig = report_add(r, REPORT_SEAL, "ses-4");
	enum sub sub;
	struct err e;

	paper_make(a, &file, p);
	s = source_of_bytes(buf_bytes(&file));
	if (!ofd_open(&o, s, &e))
		fail_msg("%s", e.text);
	verdict_pass(&sig->verdict, CHECK_FORMAT, NULL, "");
	ofd_check_pictures(r, &j, o);
	/* Whatever is found, what the signature is worth stays. */
	assert_int_equal(verdict_indication(&sig->verdict, &sub), INDICATION_PASSED);
	*notes = r->note_count;
	return sig->verdict.checks[CHECK_PICTURE_UNSIGNED];
}

#define MEDIA                                                                        \
	"<MultiMedias><MultiMedia ID='50' Type='Image'><MediaFile>i.png</MediaFile>" \
	"</MultiMedia></MultiMedias>"
#define IMAGE "<ImageObject ID='5' Boundary='30 10 40 40' ResourceID='50'/>"

static void a_pasted_seal_is_found_with_its_place(void **state)
{
	AUTO(arena) a = arena_new();
	struct check c;
	size_t notes;

	(void)state;
	c = check_of(a,
		&(struct paper){.resources = MEDIA,
			.content = IMAGE,
			.parts = {{"D/R/i.png", seal_png(a, PICTURE_ROUND_STAR)}}},
		&notes);
	assert_true(c.present);
	assert_int_equal(c.result, CHECK_NOT_CHECKED);
	assert_int_equal(notes, 1);
	assert_non_null(
		strstr(c.detail, "Page 1 shows a picture that looks like a seal"));
	assert_non_null(strstr(c.detail, "(30 mm from the left, 10 mm from the top, 40"));
}

static void neither_names_nor_wrappings_hide_it(void **state)
{
	AUTO(arena) a = arena_new();
	static const char tpl[] =
		"<Page><Content><Layer ID='40'>" IMAGE "</Layer></Content></Page>";
	static const char annots[] =
		"<PageAnnot><Annot ID='7'><Appearance "
		"Boundary='0 0 100 60'>" IMAGE "</Appearance></Annot></PageAnnot>";
	struct bytes png = seal_png(a, PICTURE_ROUND_STAR);
	struct paper papers[] = {
		{.resources = "<MultiMedias><MultiMedia ID='50'><MediaFile>f.xml"
			      "</MediaFile></MultiMedia></MultiMedias>",
			.content = IMAGE,
			.parts = {{"D/R/f.xml", png}}},
		{.resources = MEDIA "<CompositeGraphicUnits><CompositeGraphicUnit "
				    "ID='60'><Content><ImageObject ID='1' Boundary='0 0 "
				    "1 1' ResourceID='50'/></Content>"
				    "</CompositeGraphicUnit></CompositeGraphicUnits>",
			.content = "<PageBlock><CompositeObject ID='9' Boundary='30 10 "
				   "40 40' CTM='40 0 0 40 0 0' ResourceID='60'/>"
				   "</PageBlock>",
			.parts = {{"D/R/i.png", png}}},
		{.resources = MEDIA,
			.common = "<TemplatePage ID='8' BaseLoc='T.xml'/>",
			.page = "<Template TemplateID='8'/>",
			.parts = {{"D/R/i.png", png}, {"D/T.xml", bytes_str(tpl)}}},
		{.resources = MEDIA,
			.document = "<Annotations>L.xml</Annotations>",
			.parts = {{"D/R/i.png", png},
				{"D/L.xml",
					BYTES("<Annotations><Page PageID='1'><FileLoc>"
					      "A.xml</FileLoc></Page></Annotations>")},
				{"D/A.xml", bytes_str(annots)}}},
	};
	size_t notes;

	(void)state;
	for (size_t i = 0; i < sizeof papers / sizeof *papers; i++) {
		struct check c = check_of(a, &papers[i], &notes);

		if (!c.present || c.result != CHECK_NOT_CHECKED)
			fail_msg("paper %zu: not found", i);
		assert_non_null(strstr(c.detail, "(30 mm from the left, 10 mm"));
	}
}

static void other_pictures_pass_and_no_pictures_are_no_question(void **state)
{
	AUTO(arena) a = arena_new();
	struct picture_pixels px;
	struct paper p = {.resources = MEDIA, .content = IMAGE};
	struct bytes png;
	struct check c;
	struct err e;
	size_t notes;

	(void)state;
	assert_true(pixels_make(a, 100, 100, &px, &e));
	for (size_t i = 0; i < (size_t)100 * 100; i++)
		px.data[i] = i / 10 % 2 ? BLACK : WHITE;
	assert_true(pixels_png(a, &px, 100, &png, &e));
	p.parts[0] = (struct part){"D/R/i.png", png};
	c = check_of(a, &p, &notes);
	assert_true(c.present);
	assert_int_equal(c.result, CHECK_PASSED);
	assert_int_equal(notes, 0);
	c = check_of(
		a, &(struct paper){.content = SQUARE("1 1 9 9", "", "255 0 0")}, &notes);
	assert_false(c.present);
}

static void what_cannot_be_looked_at_is_said(void **state)
{
	AUTO(arena) a = arena_new();
	struct paper p = {.resources = MEDIA,
		.content = IMAGE,
		.parts = {{"D/R/i.png",
			BYTES("\xff\xd8\xff\xe0 some picture of another kind")}}};
	struct check c;
	size_t notes;

	(void)state;
	c = check_of(a, &p, &notes);
	assert_int_equal(c.result, CHECK_NOT_CHECKED);
	assert_non_null(strstr(c.detail, "could not be looked at"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(seals_of_every_form_look_like_seals),
		cmocka_unit_test(the_same_in_black_or_blue_does_not),
		cmocka_unit_test(red_areas_and_red_words_do_not),
		cmocka_unit_test(a_pasted_seal_is_found_with_its_place),
		cmocka_unit_test(neither_names_nor_wrappings_hide_it),
		cmocka_unit_test(other_pictures_pass_and_no_pictures_are_no_question),
		cmocka_unit_test(what_cannot_be_looked_at_is_said),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
