/* test_pdf_write: the syntax that is written, and where on a page a mark comes to stand.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "pdf_kit.h"

#include "base/time.h"
#include "doc/pdf_widget_image.h"
#include "doc/pdf_widget_place.h"
#include "doc/pdf_write_text.h"

#include <math.h>
#include <zlib.h>

static void assert_text(struct pdf_text *t, const char *want)
{
	struct bytes b;
	struct err e;

	assert_true(pdf_text_end(t, &b, &e));
	assert_bytes(b, bytes_str(want));
	pdf_text_fini(t);
	*t = pdf_text_make();
}

static void numbers_have_at_most_four_decimals_and_no_exponent(void **state)
{
	static const struct {
		double v;
		const char *text;
	} table[] = {{0, "0"}, {1, "1"}, {-1.5, "-1.5"}, {0.00004, "0"},
		{0.00005, "0.0001"}, {-0.00001, "0"}, {595.2756, "595.2756"},
		{1e300, "1000000000"}, {-1e300, "-1000000000"}, {12.34567, "12.3457"}};
	AUTO_PDF_TEXT t = pdf_text_make();

	(void)state;
	for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
		pdf_put_number(&t, table[i].v);
		assert_text(&t, table[i].text);
	}
}

//= ISO 32000-1 §7.9.2.2: text strings are PDFDocEncoding, or UTF-16BE behind FE FF
static void strings_and_names_are_what_every_reader_reads(void **state)
{
	AUTO_PDF_TEXT t = pdf_text_make();

	(void)state;
	pdf_put_string(&t, BYTES("a(b)\\\n"));
	assert_text(&t, "(a\\(b\\)\\\\\\n)");
	pdf_put_string(&t, BYTES("钤𠮷"));
	assert_text(&t, "<FEFF94A4D842DFB7>");
	pdf_put_string(&t, BYTES("\xff"));
	assert_text(&t, "(?)");
	pdf_put_string(&t, BYTES("tab\t"));
	assert_text(&t, "<FEFF0074006100620009>");
	//= ISO 32000-1 §7.3.5: in names, delimiters, '#' and what is not printable are written #xx
	pdf_put_name(&t, BYTES("A#/ (\x80z"));
	assert_text(&t, "/A#23#2F#20#28#80z");
	pdf_put_date(&t, time_of_civil(&(struct civil){2026, 11, 22, 8, 30, 5}));
	assert_text(&t, "(D:20261122083005Z)");
	pdf_put_hex(&t, BYTES("\x00\xab"));
	assert_text(&t, "<00AB>");
}

static struct pdf_page sheet(int rotate, double unit)
{
	return (struct pdf_page){
		.crop = {100, -50, 500, 550}, .rotate = rotate, .unit = unit};
}

/* The reader's way back: from user space to mm as seen. */
static void a_box_comes_to_stand_where_it_was_asked_to(void **state)
{
	static const struct pdf_box_mm box = {.x = 20, .y = 35, .w = 30, .h = 10};

	(void)state;
	for (int rotate = 0; rotate < 360; rotate += 90)
		for (double unit = 1; unit < 3; unit++) {
			struct pdf_page page = sheet(rotate, unit);
			struct pdf_rect r = pdf_page_rect(&page, box);
			double back[4], w, h;

			assert_true(r.v[0] < r.v[2] && r.v[1] < r.v[3]);
			pdf_page_mm(&page, r.v, back);
			assert_true(fabs(back[0] - box.x) < 1e-6);
			assert_true(fabs(back[1] - box.y) < 1e-6);
			assert_true(fabs(back[2] - box.w) < 1e-6);
			assert_true(fabs(back[3] - box.h) < 1e-6);
			pdf_page_seen(&page, &w, &h);
			assert_true(fabs(w - (rotate % 180 ? 600 : 400) * unit * 25.4 /
						     72) < 1e-6);
		}
}

//= ISO 32000-1 §7.7.3.3: Rotate turns the page clockwise when it is displayed
static void what_is_drawn_upright_is_seen_upright(void **state)
{
	(void)state;
	for (int rotate = 0; rotate < 360; rotate += 90) {
		struct pdf_page page = sheet(rotate, 1);
		struct pdf_rect at = pdf_page_rect(
			&page, (struct pdf_box_mm){.x = 50, .y = 50, .w = 1, .h = 1});
		struct pdf_rect right = pdf_page_rect(
			&page, (struct pdf_box_mm){.x = 60, .y = 50, .w = 1, .h = 1});
		double m[4], dx = right.v[0] - at.v[0], dy = right.v[1] - at.v[1],
			     n = hypot(dx, dy);

		pdf_page_upright(&page, m);
		/* The form's right is the reader's right, and it is not mirrored. */
		assert_true(fabs(m[0] - dx / n) < 1e-9 && fabs(m[1] - dy / n) < 1e-9);
		assert_true(fabs(m[0] * m[3] - m[1] * m[2] - 1) < 1e-9);
	}
}

static void a_place_may_bound_the_mark_and_must_be_on_the_page(void **state)
{
	struct pdf_page page = {.crop = {0, 0, 720, 720}, .unit = 1}; /* 254 mm */
	struct pdf_place place = {.page = 1, .x_mm = 100, .y_mm = 120};
	struct pdf_box_mm box;
	struct err e;

	(void)state;
	assert_true(pdf_place_box(&box, &page, &place, 40, 40, &e));
	assert_true(box.x == 80 && box.y == 100 && box.w == 40);
	place.box_w_mm = 100;
	place.box_h_mm = 20;
	assert_true(pdf_place_box(&box, &page, &place, 40, 40, &e));
	assert_true(box.w == 20 && box.h == 20 && box.x == 90);
	place = (struct pdf_place){
		.page = 1, .x_mm = 1, .y_mm = 253, .keep_inside = true};
	assert_true(pdf_place_box(&box, &page, &place, 40, 40, &e));
	assert_true(box.x == 0 && fabs(box.y - 214) < 1e-6);
	place.x_mm = 255;
	assert_false(pdf_place_box(&box, &page, &place, 40, 40, &e));
	assert_int_equal(e.code, ERR_USAGE);
	place.x_mm = -1;
	assert_false(pdf_place_box(&box, &page, &place, 40, 40, &e));
}

static void the_strips_of_a_straddle_seal_make_the_whole(void **state)
{
	struct pdf_page page = {.crop = {0, 0, 720, 720}, .unit = 1};
	double seen = 0;

	(void)state;
	for (size_t i = 0; i < 7; i++) {
		struct pdf_strip s =
			pdf_straddle_strip(&page, PDF_STRADDLE_RIGHT, i, 7, 0, 42, 42);

		assert_true(fabs(s.from_mm - seen) < 1e-9);
		assert_true(fabs(s.box.x + s.box.w - 254) < 1e-9);
		assert_true(fabs(s.box.y + 21 - 127) < 1e-9);
		seen += s.box.w;
		s = pdf_straddle_strip(&page, PDF_STRADDLE_LEFT, i, 7, 50, 42, 42);
		assert_true(s.box.x == 0 && s.box.y == 29);
	}
	assert_true(fabs(seen - 42) < 1e-9);
}

static struct bytes inflated(struct arena *a, struct bytes b, size_t n)
{
	uint8_t *p = arena_alloc(a, n + 1);
	uLongf size = n + 1;

	assert_int_equal(uncompress(p, &size, b.p, b.n), Z_OK);
	return bytes_make(p, size);
}

static void a_picture_keeps_its_colours_and_its_alpha_apart(void **state)
{
	AUTO(arena) a = arena_new();
	uint32_t data[] = {0x80400000, 0x00000000, 0xff102030, 0xffffffff};
	struct picture_pixels px = {2, 2, 8, data}, none = {0};
	struct pdf_image image;
	struct err e;

	(void)state;
	assert_true(pdf_image_make(a, &image, &px, &e));
	assert_bytes(inflated(a, image.alpha, 4), BYTES("\x80\x00\xff\xff"));
	/* Half of red is red; nothing takes the colour beside it. */
	assert_bytes(inflated(a, image.rgb, 12),
		BYTES("\x80\x00\x00\x80\x00\x00\x10\x20\x30\xff\xff\xff"));
	data[0] = data[1] = 0xff000000;
	assert_true(pdf_image_make(a, &image, &px, &e));
	assert_int_equal(image.alpha.n, 0);
	assert_false(pdf_image_make(a, &image, &none, &e));
	assert_int_equal(e.code, ERR_USAGE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers_have_at_most_four_decimals_and_no_exponent),
		cmocka_unit_test(strings_and_names_are_what_every_reader_reads),
		cmocka_unit_test(a_box_comes_to_stand_where_it_was_asked_to),
		cmocka_unit_test(what_is_drawn_upright_is_seen_upright),
		cmocka_unit_test(a_place_may_bound_the_mark_and_must_be_on_the_page),
		cmocka_unit_test(the_strips_of_a_straddle_seal_make_the_whole),
		cmocka_unit_test(a_picture_keeps_its_colours_and_its_alpha_apart),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
