/* Text stands where it is put, in the font it brings, turned as it says.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "base/text.h"
#include "doc/ofd_make_font.h"
#include "render_kit.h"

/* A font file that has just the characters of `text`. */
static struct bytes font_make(struct arena *a, struct bytes text)
{
	AUTO(make_font) f = NULL;
	AUTO_BUF out = buf_make(4 << 20);
	struct err e;
	int advance;

	if (!make_font_open(&f, NULL, 0, &e))
		SKIP("no font: %s", e.text);
	while (text.n)
		assert_true(make_font_advance(f, utf8_next(&text), 4000, &advance, &e));
	assert_true(make_font_subset(f, &out, &e));
	return arena_dup(a, buf_bytes(&out));
}

#define FONTS                                                                   \
	"<Fonts><Font ID='10' FontName='Own'><FontFile>f.ttf</FontFile></Font>" \
	"<Font ID='11' FontName='\xe5\xae\x8b\xe4\xbd\x93'/></Fonts>"

static struct picture_pixels text_shown(
	struct arena *a, const char *content, struct bytes font)
{
	return shown(a, &(struct paper){.resources = FONTS,
				.content = content,
				.parts = {{"D/R/f.ttf", font}}});
}

static bool is_same(const struct picture_pixels *p, const struct picture_pixels *q)
{
	assert_int_equal(p->w, q->w);
	return bytes_equal(bytes_make(p->data, p->stride * p->h),
		bytes_make(q->data, q->stride * q->h));
}

static void a_character_shows_where_it_is_put(void **state)
{
	AUTO(arena) a = arena_new();
	struct picture_pixels px;

	(void)state;
	px = text_shown(a,
		"<TextObject ID='5' Boundary='20 10 60 30' Font='10' Size='20'>"
		"<TextCode X='5' Y='20'>中</TextCode></TextObject>",
		font_make(a, bytes_str("中")));
	assert_true(ink(&px, 25, 11, 20, 22) > 2000);
	assert_int_equal(ink(&px, 0, 0, 25, 60), 0);
	assert_int_equal(ink(&px, 46, 0, 54, 60), 0);
	/* The stroke down its middle. */
	assert_pixel(&px, 35.0, 21, BLACK);
}

static void the_colour_of_text_is_its_fill(void **state)
{
	AUTO(arena) a = arena_new();
	struct picture_pixels px;

	(void)state;
	px = text_shown(a,
		"<TextObject ID='5' Boundary='20 10 60 30' Font='10' Size='20'>"
		"<FillColor Value='255 0 0'/>"
		"<TextCode X='5' Y='20'>中</TextCode></TextObject>",
		font_make(a, bytes_str("中")));
	assert_pixel(&px, 35.0, 21, RED);
}

static void runs_of_offsets_mean_what_they_stand_for(void **state)
{
	AUTO(arena) a = arena_new();
	struct bytes font = font_make(a, bytes_str("中一"));
	struct picture_pixels run, plain, ended;

	(void)state;
	//= GB/T 33190-2016 §11.3: "g n v" stands for n times v
	run = text_shown(a,
		"<TextObject ID='5' Boundary='0 0 100 60' Font='10' Size='8'>"
		"<TextCode X='5' Y='20' DeltaX='g 3 10 20 g 2 5' DeltaY='g 4 1 2 2'>"
		"中一中一中一中</TextCode></TextObject>",
		font);
	plain = text_shown(a,
		"<TextObject ID='5' Boundary='0 0 100 60' Font='10' Size='8'>"
		"<TextCode X='5' Y='20' DeltaX='10 10 10 20 5 5' DeltaY='1 1 1 1 2 2'>"
		"中一中一中一中</TextCode></TextObject>",
		font);
	assert_true(is_same(&run, &plain));
	ended = text_shown(a,
		"<TextObject ID='5' Boundary='0 0 100 60' Font='10' Size='8'>"
		"<TextCode X='5' Y='20' DeltaX='10 10 10 20 5' DeltaY='1 1 1 1 2'>"
		"中一中一中一中</TextCode></TextObject>",
		font);
	assert_true(is_same(&ended, &plain));
	ended = text_shown(a,
		"<TextObject ID='5' Boundary='0 0 100 60' Font='10' Size='8'>"
		"<TextCode X='5' Y='20' DeltaX='10 10 10 20 6' DeltaY='1 1 1 1 2'>"
		"中一中一中一中</TextCode></TextObject>",
		font);
	assert_false(is_same(&ended, &plain));
}

static void glyph_numbers_go_before_characters(void **state)
{
	AUTO(arena) a = arena_new();
	struct bytes font = font_make(a, bytes_str("中"));
	struct picture_pixels by_number, by_character;

	(void)state;
	by_number = text_shown(a,
		"<TextObject ID='5' Boundary='20 10 60 30' Font='10' Size='20'>"
		"<CGTransform CodePosition='0' CodeCount='1' GlyphCount='1'>"
		"<Glyphs>1</Glyphs></CGTransform>"
		"<TextCode X='5' Y='20'>x</TextCode></TextObject>",
		font);
	by_character = text_shown(a,
		"<TextObject ID='5' Boundary='20 10 60 30' Font='10' Size='20'>"
		"<TextCode X='5' Y='20'>中</TextCode></TextObject>",
		font);
	assert_true(is_same(&by_number, &by_character));
}

static void glyphs_turn_about_their_own_origin(void **state)
{
	AUTO(arena) a = arena_new();
	struct bytes font = font_make(a, bytes_str("一"));
	struct picture_pixels px;

	(void)state;
	//= GB/T 33190-2016 §11.2: CharDirection turns each glyph about its own origin
	px = text_shown(a,
		"<TextObject ID='5' Boundary='0 0 100 60' Font='10' Size='20'>"
		"<TextCode X='40' Y='30'>一</TextCode></TextObject>",
		font);
	/* Lying: a bar to the right of the origin, above the baseline. */
	assert_true(ink(&px, 40, 10, 20, 20) > 500);
	assert_int_equal(ink(&px, 0, 30, 100, 30), 0);
	px = text_shown(a,
		"<TextObject ID='5' Boundary='0 0 100 60' Font='10' Size='20' "
		"CharDirection='90'><TextCode X='40' Y='30'>一</TextCode></TextObject>",
		font);
	/* A quarter clockwise: it hangs below the origin, to the right. */
	assert_true(ink(&px, 40, 30, 20, 20) > 500);
	assert_int_equal(ink(&px, 0, 0, 100, 30), 0);
	assert_int_equal(ink(&px, 0, 30, 40, 30), 0);
	px = text_shown(a,
		"<TextObject ID='5' Boundary='0 0 100 60' Font='10' Size='20' "
		"CharDirection='180'><TextCode X='40' Y='30'>一</TextCode></TextObject>",
		font);
	assert_true(ink(&px, 20, 30, 20, 20) > 500);
	assert_int_equal(ink(&px, 40, 0, 60, 60), 0);
}

static void h_scale_makes_glyphs_narrow(void **state)
{
	AUTO(arena) a = arena_new();
	struct bytes font = font_make(a, bytes_str("一"));
	struct picture_pixels px;

	(void)state;
	px = text_shown(a,
		"<TextObject ID='5' Boundary='0 0 100 60' Font='10' Size='20' "
		"HScale='0.5'><TextCode X='40' Y='30'>一</TextCode></TextObject>",
		font);
	assert_true(ink(&px, 40, 10, 10, 20) > 200);
	assert_int_equal(ink(&px, 50, 0, 50, 60), 0);
}

static void text_can_be_outlined_and_left_hollow(void **state)
{
	AUTO(arena) a = arena_new();
	struct bytes font = font_make(a, bytes_str("一"));
	struct picture_pixels px;

	(void)state;
	px = text_shown(a,
		"<TextObject ID='5' Boundary='0 0 100 60' Font='10' Size='50' "
		"Fill='false' Stroke='true' LineWidth='0.3'><StrokeColor Value='255 0 "
		"0'/>"
		"<TextCode X='20' Y='50'>一</TextCode></TextObject>",
		font);
	assert_true(ink(&px, 20, 10, 50, 40) > 500);
	/* Nothing is black: it was not filled. */
	for (unsigned y = 0; y < 600; y++)
		for (unsigned x = 0; x < 1000; x++)
			assert_true((px.data[y * 1000 + x] >> 16 & 255) > 200);
}

static void what_the_embedded_font_lacks_comes_from_another_and_is_told(void **state)
{
	AUTO(arena) a = arena_new();
	struct paper p = {.resources = FONTS,
		.content = "<TextObject ID='5' Boundary='0 0 100 60' Font='10' Size='10'>"
			   "<TextCode X='5' Y='20' DeltaX='12'>中文</TextCode>"
			   "</TextObject>",
		.parts = {{"D/R/f.ttf", font_make(a, bytes_str("中"))}}};
	struct render_counts counts;
	struct picture_pixels px;
	struct err e;

	(void)state;
	assert_true(paper_draw(a, &p, &px, &counts, &e));
	assert_int_equal(counts.glyphs, 2);
	assert_int_equal(counts.glyphs_replaced, 1);
	assert_int_equal(counts.glyphs_missing, 0);
	assert_true(ink(&px, 17, 10, 10, 12) > 300);
}

static void a_character_no_font_has_is_never_silent(void **state)
{
	AUTO(arena) a = arena_new();
	struct paper p = {.resources = FONTS,
		.content = "<TextObject ID='5' Boundary='0 0 100 60' Font='11' Size='10'>"
			   "<TextCode X='5' Y='20'>\xf3\xb0\x84\x80</TextCode>"
			   "</TextObject>"};
	struct render_counts counts;
	struct picture_pixels px;
	struct err e;

	(void)state;
	assert_true(paper_draw(a, &p, &px, &counts, &e));
	assert_int_equal(counts.glyphs_missing, 1);
	assert_false(render_is_whole(&counts));
	assert_non_null(strstr(counts.notes[0], "U+F0100"));
}

static void broken_fonts_are_told_and_replaced(void **state)
{
	AUTO(arena) a = arena_new();
	struct bytes good = font_make(a, bytes_str("中"));
	struct paper p = {.resources = FONTS,
		.content = "<TextObject ID='5' Boundary='0 0 100 60' Font='10' Size='10'>"
			   "<TextCode X='5' Y='20'>中</TextCode></TextObject>",
		.parts = {{"D/R/f.ttf", bytes_head(good, 40)}}};
	struct render_counts counts;
	struct picture_pixels px;
	struct err e;

	(void)state;
	assert_true(paper_draw(a, &p, &px, &counts, &e));
	assert_int_equal(counts.note_count, 1);
	assert_true(ink(&px, 5, 10, 12, 12) > 300);
	p.parts[0].name = NULL;
	assert_true(paper_draw(a, &p, &px, &counts, &e));
	assert_non_null(strstr(counts.notes[0], "missing"));
}

static void fonts_with_any_octet_changed_do_no_harm(void **state)
{
	AUTO(arena) whole = arena_new();
	struct bytes font = font_make(whole, bytes_str("中"));

	(void)state;
	for (size_t i = 0; i < font.n; i += font.n / 200 + 1) {
		AUTO(arena) a = arena_new();
		struct bytes other = arena_dup(a, font);
		struct paper p = {.resources = FONTS,
			.content = "<TextObject ID='5' Boundary='0 0 100 60' Font='10' "
				   "Size='10'><CGTransform CodePosition='0'><Glyphs>1"
				   "</Glyphs></CGTransform><TextCode X='5' Y='20'>中"
				   "</TextCode></TextObject>",
			.parts = {{"D/R/f.ttf", other}}};
		struct render_counts counts;
		struct picture_pixels px;
		struct err e;

		((uint8_t *)(uintptr_t)other.p)[i] ^= 0x55;
		assert_true(paper_draw(a, &p, &px, &counts, &e));
	}
}

static void texts_without_sense_fail_alone(void **state)
{
	static const char *const broken[] = {"Size='0'", "Size='-3'", "Size='nan'", ""};
	AUTO(arena) a = arena_new();

	(void)state;
	for (size_t i = 0; i < sizeof broken / sizeof *broken; i++) {
		struct paper p = {.resources = FONTS,
			.content = arena_printf(a,
				"<TextObject ID='5' Boundary='0 0 100 60' Font='11' %s>"
				"<TextCode X='5' Y='20'>a</TextCode></TextObject>%s",
				broken[i], SQUARE("20 30 10 10", "", "255 0 0"))};
		struct render_counts counts;
		struct picture_pixels px;
		struct err e;

		assert_true(paper_draw(a, &p, &px, &counts, &e));
		assert_int_equal(counts.text.failed, 1);
		assert_int_equal(counts.path.drawn, 1);
		assert_false(render_is_whole(&counts));
		assert_pixel(&px, 25, 35, RED);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_character_shows_where_it_is_put),
		cmocka_unit_test(the_colour_of_text_is_its_fill),
		cmocka_unit_test(runs_of_offsets_mean_what_they_stand_for),
		cmocka_unit_test(glyph_numbers_go_before_characters),
		cmocka_unit_test(glyphs_turn_about_their_own_origin),
		cmocka_unit_test(h_scale_makes_glyphs_narrow),
		cmocka_unit_test(text_can_be_outlined_and_left_hollow),
		cmocka_unit_test(
			what_the_embedded_font_lacks_comes_from_another_and_is_told),
		cmocka_unit_test(a_character_no_font_has_is_never_silent),
		cmocka_unit_test(broken_fonts_are_told_and_replaced),
		cmocka_unit_test(fonts_with_any_octet_changed_do_no_harm),
		cmocka_unit_test(texts_without_sense_fail_alone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
