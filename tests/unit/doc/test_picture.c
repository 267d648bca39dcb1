/* Seal pictures: true size, clear ground, red ink, no character on another; scans become
 * ink; what cannot be drawn is refused. SPDX-License-Identifier: Apache-2.0
 */
#include "doc/picture.h"

#include <cairo.h>
#include <fontconfig/fontconfig.h>
#include <math.h>
#include <pango/pangocairo.h>
#include <png.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "doc/picture_drawing.h"
#include "unit.h"

static const char *const name_long =
	"广州市钤印示范数据科技股份有限公司天河区体育东路分公司采"
	"购部门";

/* The first n characters of name_long, all of three octets. */
static char *name_of(struct arena *a, size_t n)
{
	assert_true(n * 3 <= strlen(name_long));
	return arena_str(a, bytes_make(name_long, n * 3));
}

/* -- pixels ------------------------------------------------------------------------- */

struct pixels {
	cairo_surface_t *surface;
	const uint8_t *p;
	int w, h, stride;
};

static cairo_status_t octets_take(void *from, unsigned char *p, unsigned n)
{
	struct bytes *b = from;

	if (n > b->n)
		return CAIRO_STATUS_READ_ERROR;
	memcpy(p, b->p, n);
	*b = bytes_from(*b, n);
	return CAIRO_STATUS_SUCCESS;
}

static struct pixels pixels_open(struct bytes png)
{
	struct pixels x = {
		.surface = cairo_image_surface_create_from_png_stream(octets_take, &png)};

	assert_int_equal(cairo_surface_status(x.surface), CAIRO_STATUS_SUCCESS);
	assert_int_equal(cairo_image_surface_get_format(x.surface), CAIRO_FORMAT_ARGB32);
	x.p = cairo_image_surface_get_data(x.surface);
	x.w = cairo_image_surface_get_width(x.surface);
	x.h = cairo_image_surface_get_height(x.surface);
	x.stride = cairo_image_surface_get_stride(x.surface);
	return x;
}

static uint32_t pixel_at(const struct pixels *x, int px, int py)
{
	uint32_t v;

	memcpy(&v, x->p + (size_t)py * (size_t)x->stride + (size_t)px * 4, 4);
	return v;
}

/* Pixels more than half covered, in a rectangle given in parts of the picture. */
static unsigned ink_count(
	const struct pixels *x, double x0, double y0, double x1, double y1)
{
	unsigned n = 0;

	for (int py = (int)(y0 * x->h); py < (int)(y1 * x->h); py++)
		for (int px = (int)(x0 * x->w); px < (int)(x1 * x->w); px++)
			n += pixel_at(x, px, py) >> 24 > 127;
	return n;
}

static uint32_t u32_at(struct bytes b, size_t at)
{
	assert_true(at + 4 <= b.n);
	return (uint32_t)b.p[at] << 24 | (uint32_t)b.p[at + 1] << 16 |
	       (uint32_t)b.p[at + 2] << 8 | b.p[at + 3];
}

static double phys_mm(struct bytes png, int axis, unsigned px)
{
	size_t at = bytes_find(png, BYTES("pHYs"));

	assert_true(at != SIZE_MAX);
	assert_int_equal(png.p[at + 12], 1); /* a metre is the unit */
	return px * 1000.0 / u32_at(png, at + 4 + 4 * (size_t)axis);
}

/* -- seals -------------------------------------------------------------------------- */

static void a_seal_is_red_on_nothing(void **state)
{
	AUTO(arena) a = arena_new();
	struct picture_spec spec = {.name = name_long};
	struct bytes png;
	struct err e;

	(void)state;
	spec.name = name_of(a, 12);
	for (int kind = 0; kind < PICTURE_SQUARE; kind++) {
		struct pixels x;
		unsigned full = 0, soft = 0;

		spec.kind = (enum picture_kind)kind;
		assert_true(picture_png(a, &spec, &png, NULL, &e));
		x = pixels_open(png);
		assert_int_equal(pixel_at(&x, 0, 0), 0);
		assert_int_equal(pixel_at(&x, x.w - 1, x.h - 1), 0);
		for (int py = 0; py < x.h; py++)
			for (int px = 0; px < x.w; px++) {
				uint32_t v = pixel_at(&x, px, py);

				if (v >> 24 == 255) {
					assert_int_equal(v, 0xffd7000f);
					full++;
				} else if (v) {
					soft++;
				}
			}
		assert_true(full > 10000 && soft > 1000);
		assert_true(full < (unsigned)(x.w * x.h) / 2);
		cairo_surface_destroy(x.surface);
	}
}

static void a_seal_has_its_true_size(void **state)
{
	static const struct {
		enum picture_kind kind;
		double w, h, want_w, want_h;
		int dpi;
	} rows[] = {{PICTURE_ROUND_STAR, 0, 0, 40, 40, 0},
		{PICTURE_ROUND_STAR, 42, 0, 42, 42, 600},
		{PICTURE_ROUND, 38, 38, 38, 38, 72}, {PICTURE_OVAL, 0, 0, 40, 30, 300},
		{PICTURE_SQUARE, 0, 0, 20, 20, 1200},
		{PICTURE_SQUARE, 18, 0, 18, 18, 300}};
	AUTO(arena) a = arena_new();
	struct err e;

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct picture_spec spec = {.kind = rows[i].kind,
			.name = "示范公司",
			.width_mm = rows[i].w,
			.height_mm = rows[i].h,
			.dpi = rows[i].dpi};
		struct picture_size size;
		struct bytes png, svg;
		char *head;

		assert_true(picture_png(a, &spec, &png, &size, &e));
		assert_int_equal(u32_at(png, 16), size.width_px);
		assert_int_equal(u32_at(png, 20), size.height_px);
		assert_true(fabs(size.width_mm - rows[i].want_w) < 1e-9);
		assert_true(fabs(size.height_mm - rows[i].want_h) < 1e-9);
		assert_true(fabs(phys_mm(png, 0, size.width_px) - rows[i].want_w) < 0.01);
		assert_true(
			fabs(phys_mm(png, 1, size.height_px) - rows[i].want_h) < 0.01);
		assert_true(
			fabs(size.width_px * 25.4 / (rows[i].dpi ? rows[i].dpi : 300) -
				rows[i].want_w) < 0.2);
		assert_true(picture_svg(a, &spec, &svg, &size, &e));
		head = arena_printf(a,
			"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%gmm\" "
			"height=\"%gmm\" viewBox=\"0 0 %g %g\"><path fill=\"#D7000F\" "
			"d=\"M",
			rows[i].want_w, rows[i].want_h, rows[i].want_w, rows[i].want_h);
		assert_true(bytes_starts(svg, bytes_str(head)));
		assert_true(bytes_ends(svg, BYTES("Z\"/></svg>\n")));
		assert_int_equal(bytes_find(svg, BYTES("<text")), SIZE_MAX);
	}
}

static void equal_input_gives_equal_octets(void **state)
{
	AUTO(arena) a = arena_new();
	struct picture_spec spec = {.name = "钤印示范公司", .code = "4401060012345"};
	struct bytes one, two;
	struct err e;

	(void)state;
	assert_true(picture_png(a, &spec, &one, NULL, &e));
	assert_true(picture_png(a, &spec, &two, NULL, &e));
	assert_bytes(one, two);
	assert_true(picture_svg(a, &spec, &one, NULL, &e));
	assert_true(picture_svg(a, &spec, &two, NULL, &e));
	assert_bytes(one, two);
}

/* No two characters meet, none leaves the seal, and on the arc each has at least 1.55 by
 * 3.8 mm to itself, 18 by 45 pixels at 300 dpi. */
static void marks_check(const struct drawing *d, size_t on_arc)
{
	for (size_t i = 0; i < d->layout.count; i++) {
		const struct mark *m = &d->layout.marks[i];
		struct point c[4];

		for (size_t k = 0; k < i; k++)
			if (mark_meets(m, &d->layout.marks[k], 0.03))
				fail_msg(
					"kind %d, %zu on the arc: marks %zu and %zu meet",
					(int)d->spec->kind, on_arc, k, i);
		mark_corners(m, c);
		for (int k = 0; k < 4; k++)
			assert_true(hypot((c[k].x - d->w / 2) / (d->w / 2 - 0.9),
					    (c[k].y - d->h / 2) / (d->h / 2 - 0.9)) < 1);
		if (i < on_arc &&
			!(m->sx >= 1.55 && m->sy >= 3.8 && m->sy <= m->sx * 2.5))
			fail_msg("kind %d, %zu on the arc: character %zu is %.2f by %.2f "
				 "mm",
				(int)d->spec->kind, on_arc, i, m->sx, m->sy);
	}
}

static void no_character_meets_another_from_2_to_30(void **state)
{
	AUTO(arena) a = arena_new();
	struct err e;

	(void)state;
	for (int kind = 0; kind < PICTURE_SQUARE; kind++)
		for (size_t n = PICTURE_NAME_MIN; n <= PICTURE_NAME_MAX; n++)
			for (int with = 0; with < 4; with++) {
				struct picture_spec spec = {
					.kind = (enum picture_kind)kind,
					.name = name_of(a, n),
					.bottom = with & 1 ? "合同专用章" : NULL,
					.centre = with && kind == PICTURE_ROUND ? "财务章"
										: NULL,
					.code = with & 2 ? "44010600123456" : NULL};
				struct drawing d;

				if (!drawing_make(&d, a, &spec, &e))
					fail_msg("%d %zu %d: %s", kind, n, with, e.text);
				assert_true(d.layout.count >= n);
				marks_check(&d, n);
			}
}

static void a_name_runs_clockwise_with_its_middle_on_top(void **state)
{
	AUTO(arena) a = arena_new();
	struct picture_spec spec = {.name = "一二三四五六七", .code = "1234567"};
	struct drawing d;
	const struct mark *m = d.layout.marks;
	struct err e;

	(void)state;
	assert_true(drawing_make(&d, a, &spec, &e));
	assert_int_equal(d.layout.count, 14);
	for (int i = 0; i < 6; i++)
		assert_true(m[i].angle < m[i + 1].angle);
	assert_true(fabs(m[3].angle) < 0.01 && m[3].y < 6);
	assert_true(fabs(m[0].angle + m[6].angle) < 0.01);
	/* The code: below, from left to right, upright in its middle. */
	for (int i = 7; i < 13; i++)
		assert_true(m[i].x < m[i + 1].x);
	assert_true(fabs(m[10].angle) < 0.01 && m[10].y > 35);
}

static void what_a_reader_counts_as_one_is_one(void **state)
{
	static const struct {
		const char *name;
		size_t marks;
	} rows[] = {{"葛\xf3\xa0\x84\x80城\xef\xb8\x80", 2}, {"ABC（中国）公司", 9},
		{"Sino Bank", 8}, {"e\xcc\x81t", 2}, {"𠮷野家", 3}};
	AUTO(arena) a = arena_new();
	struct err e;

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct picture_spec spec = {.name = rows[i].name};
		struct drawing d;

		if (!drawing_make(&d, a, &spec, &e))
			fail_msg("%s: %s", rows[i].name, e.text);
		assert_int_equal(d.layout.count, rows[i].marks);
		marks_check(&d, 0);
	}
}

static void star_code_and_lines_are_drawn(void **state)
{
	AUTO(arena) a = arena_new();
	struct picture_spec spec = {.name = "示范公司"};
	struct bytes png;
	struct pixels x;
	struct err e;

	(void)state;
	assert_true(picture_png(a, &spec, &png, NULL, &e));
	x = pixels_open(png);
	assert_int_equal(pixel_at(&x, x.w / 2, x.h / 2), 0xffd7000f);
	assert_int_equal(ink_count(&x, 0.3, 0.7, 0.7, 0.92), 0);
	cairo_surface_destroy(x.surface);

	spec.code = "4401060012345";
	assert_true(picture_png(a, &spec, &png, NULL, &e));
	x = pixels_open(png);
	assert_true(ink_count(&x, 0.4, 0.9, 0.6, 0.955) > 300);
	assert_int_equal(ink_count(&x, 0.3, 0.7, 0.7, 0.85), 0);
	cairo_surface_destroy(x.surface);

	spec.kind = PICTURE_ROUND;
	spec.bottom = "合同专用章";
	assert_true(picture_png(a, &spec, &png, NULL, &e));
	x = pixels_open(png);
	assert_int_equal(ink_count(&x, 0.3, 0.4, 0.7, 0.6), 0);
	assert_true(ink_count(&x, 0.3, 0.65, 0.7, 0.82) > 1000);
	cairo_surface_destroy(x.surface);
}

static void a_square_seal_completes_short_names(void **state)
{
	static const struct {
		const char *name;
		bool exact;
		size_t marks;
	} rows[] = {{"张三", false, 4}, {"张三", true, 2}, {"李小明", false, 4},
		{"李小明", true, 3}, {"张三印", false, 3}, {"欧阳修文", false, 4},
		{"阿卜杜拉印", false, 5}, {"一二三四五六七八九", false, 9}};
	AUTO(arena) a = arena_new();
	struct err e;

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct picture_spec spec = {.kind = PICTURE_SQUARE,
			.name = rows[i].name,
			.exact = rows[i].exact};
		struct drawing d;

		assert_true(drawing_make(&d, a, &spec, &e));
		assert_int_equal(d.layout.count, rows[i].marks);
		/* Read from the top right corner, downwards. */
		assert_true(d.layout.marks[0].y < d.layout.marks[1].y);
		assert_true(d.layout.marks[0].x >
				    d.layout.marks[d.layout.count - 1].x - 1e-9 ||
			    rows[i].marks == 2);
		for (size_t k = 0; k < d.layout.count; k++)
			for (size_t j = 0; j < k; j++)
				assert_false(mark_meets(
					&d.layout.marks[k], &d.layout.marks[j], 0.03));
	}
}

static void what_cannot_be_a_seal_is_refused(void **state)
{
	static const struct {
		struct picture_spec spec;
		enum err_code code;
	} rows[] = {
		{{.name = NULL}, ERR_USAGE},
		{{.name = ""}, ERR_USAGE},
		{{.name = "张"}, ERR_USAGE},
		{{.name = "张\n三"}, ERR_USAGE},
		{{.name = "张\xe2\x80\xae三"}, ERR_USAGE},
		{{.name = "张\xff三"}, ERR_USAGE},
		{{.name = " 张三"}, ERR_USAGE},
		{{.name = "张  三"}, ERR_USAGE},
		{{.name = "张\xee\x80\x80三"}, ERR_UNSUPPORTED}, /* private use */
		{{.name = "张\xe3\x80\x80三"}, ERR_UNSUPPORTED}, /* wide blank: no ink */
		{{.name = "张\xf4\x8f\xbf\xbd三"},
			ERR_UNSUPPORTED}, /* no such character */
		{{.name = "公司", .code = "44-01"}, ERR_USAGE},
		{{.name = "公司", .code = ""}, ERR_USAGE},
		{{.name = "公司", .code = "123456789012345678901"}, ERR_USAGE},
		{{.name = "公司", .centre = "章"}, ERR_USAGE},
		{{.name = "公司", .bottom = "一二三四五六七八九十一二三"}, ERR_USAGE},
		{{.name = "公司", .width_mm = 14}, ERR_USAGE},
		{{.name = "公司", .width_mm = 81}, ERR_USAGE},
		{{.name = "公司", .width_mm = NAN}, ERR_USAGE},
		{{.name = "公司", .width_mm = 40, .height_mm = 30}, ERR_USAGE},
		{{.kind = PICTURE_OVAL, .name = "公司", .height_mm = 40}, ERR_USAGE},
		{{.name = "公司", .dpi = 71}, ERR_USAGE},
		{{.name = "公司", .dpi = 1201}, ERR_USAGE},
		{{.name = "公司", .colour = 0x1000000}, ERR_USAGE},
		{{.kind = PICTURE_KIND_COUNT, .name = "公司"}, ERR_USAGE},
		{{.kind = PICTURE_SQUARE, .name = "张三", .code = "1"}, ERR_USAGE},
		{{.kind = PICTURE_SQUARE, .name = "一二三四五六七八九十"}, ERR_USAGE},
	};
	AUTO(arena) a = arena_new();
	struct picture_spec spec = {.name = name_of(a, 31)};
	struct bytes out = BYTES("untouched");
	struct err e;

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		if (picture_png(a, &rows[i].spec, &out, NULL, &e))
			fail_msg("row %zu passed", i);
		assert_int_equal(e.code, rows[i].code);
		assert_false(picture_svg(a, &rows[i].spec, &out, NULL, &e));
	}
	assert_false(picture_png(a, &spec, &out, NULL, &e));
	assert_int_equal(e.code, ERR_USAGE);
	assert_bytes(out, BYTES("untouched"));
}

/* -- scans -------------------------------------------------------------------------- */

static cairo_status_t octets_put(void *to, const unsigned char *p, unsigned n)
{
	struct err e;

	return buf_put(to, bytes_make(p, n), &e) ? CAIRO_STATUS_SUCCESS
						 : CAIRO_STATUS_WRITE_ERROR;
}

/* A stroke of 200 × 100 pixels somewhere on a sheet, paper and ink as given, and one
 * speck of dust. */
static struct bytes scan_make(struct arena *a, bool has_paper, double paper, double ink)
{
	AUTO_BUF b = buf_make(4 << 20);
	cairo_surface_t *s = cairo_image_surface_create(CAIRO_FORMAT_ARGB32, 600, 400);
	cairo_t *cr = cairo_create(s);
	struct bytes out;

	if (has_paper) {
		cairo_set_source_rgb(cr, paper, paper, paper);
		cairo_paint(cr);
	}
	cairo_set_source_rgb(cr, ink, ink, ink);
	cairo_rectangle(cr, 5, 5, 1, 1);
	cairo_fill(cr);
	cairo_set_line_width(cr, 10);
	cairo_move_to(cr, 205, 155);
	cairo_line_to(cr, 395, 245);
	cairo_move_to(cr, 205, 245);
	cairo_line_to(cr, 395, 155);
	cairo_stroke(cr);
	assert_int_equal(cairo_surface_write_to_png_stream(s, octets_put, &b),
		CAIRO_STATUS_SUCCESS);
	cairo_destroy(cr);
	cairo_surface_destroy(s);
	out = arena_dup(a, buf_bytes(&b));
	return out;
}

static void a_scan_becomes_ink_without_paper(void **state)
{
	AUTO(arena) a = arena_new();
	struct picture_scan_spec spec = {.width_mm = 30, .height_mm = 30};
	struct err e;

	(void)state;
	for (int kind = 0; kind < 3; kind++) {
		struct bytes in = scan_make(a, kind != 0, kind == 1 ? 1 : 0.8,
				     kind == 2 ? 0.3 : 0),
			     png;
		struct picture_size size;
		struct pixels x;

		assert_true(picture_handwritten(a, in, &spec, &png, &size, &e));
		assert_true(fabs(size.width_mm - 30) < 0.01);
		assert_true(size.height_mm > 14 && size.height_mm < 17);
		assert_true(fabs(phys_mm(png, 0, size.width_px) - 30) < 0.02);
		x = pixels_open(png);
		assert_int_equal(x.w, size.width_px);
		assert_int_equal(pixel_at(&x, x.w / 2, 2) >> 24, 0);
		assert_int_equal(pixel_at(&x, x.w / 2, x.h - 3) >> 24, 0);
		assert_int_equal(pixel_at(&x, x.w / 2, x.h / 2), 0xff000000);
		assert_true(ink_count(&x, 0, 0, 1, 1) < (unsigned)(x.w * x.h) / 3);
		cairo_surface_destroy(x.surface);
	}
}

static void png_put(png_structp png, png_bytep p, size_t n)
{
	struct err e;

	assert_true(buf_put(png_get_io_ptr(png), bytes_make(p, n), &e));
}

static void png_flush(png_structp png)
{
	(void)png;
}

/* A black bar on white, 240 × 60 of 400 × 200 pixels, in any form PNG has. */
static struct bytes bar_make(struct arena *a, int colour_type, int depth, int interlace)
{
	AUTO_BUF b = buf_make(1 << 20);
	png_structp png =
		png_create_write_struct(PNG_LIBPNG_VER_STRING, NULL, NULL, NULL);
	png_infop info = png_create_info_struct(png);
	const png_color palette[2] = {{0, 0, 0}, {255, 255, 255}};
	uint8_t row[400 * 8];
	size_t n, samples;
	int passes;

	png_set_write_fn(png, &b, png_put, png_flush);
	png_set_IHDR(png, info, 400, 200, depth, colour_type, interlace, 0, 0);
	if (colour_type == PNG_COLOR_TYPE_PALETTE)
		png_set_PLTE(png, info, palette, 2);
	png_write_info(png, info);
	passes = png_set_interlace_handling(png);
	n = png_get_rowbytes(png, info);
	samples = png_get_channels(png, info);
	for (int y = 0; y < 200 * passes; y++) {
		memset(row, colour_type == PNG_COLOR_TYPE_PALETTE ? 1 : 255, n);
		for (size_t i = n / 5; i < n * 4 / 5 && y % 200 >= 70 && y % 200 < 130;
			i++) {
			size_t sample = i * 8 / (size_t)depth % samples;

			/* Alpha, the last one, stays full. */
			if (!(colour_type & PNG_COLOR_MASK_ALPHA) ||
				sample != samples - 1)
				row[i] = 0;
		}
		png_write_row(png, row);
	}
	png_write_end(png, NULL);
	png_destroy_write_struct(&png, &info);
	return arena_dup(a, buf_bytes(&b));
}

static void every_form_of_png_gives_the_same_ink(void **state)
{
	static const struct {
		int colour_type, depth;
	} rows[] = {{PNG_COLOR_TYPE_GRAY, 1}, {PNG_COLOR_TYPE_GRAY, 8},
		{PNG_COLOR_TYPE_GRAY, 16}, {PNG_COLOR_TYPE_GRAY_ALPHA, 8},
		{PNG_COLOR_TYPE_RGB, 8}, {PNG_COLOR_TYPE_RGB, 16},
		{PNG_COLOR_TYPE_RGBA, 8}, {PNG_COLOR_TYPE_RGBA, 16},
		{PNG_COLOR_TYPE_PALETTE, 8}};
	AUTO(arena) a = arena_new();
	struct picture_scan_spec spec = {
		.width_mm = 24, .height_mm = 24, .colour = 0x102030};
	struct err e;

	(void)state;
	for (size_t i = 0; i < 2 * (sizeof rows / sizeof *rows); i++) {
		struct bytes in = bar_make(a, rows[i / 2].colour_type, rows[i / 2].depth,
				     i % 2 ? PNG_INTERLACE_ADAM7 : PNG_INTERLACE_NONE),
			     png;
		struct picture_size size;
		struct pixels x;

		if (!picture_handwritten(a, in, &spec, &png, &size, &e))
			fail_msg("form %zu: %s", i, e.text);
		assert_true(fabs(size.width_mm - 24) < 0.01);
		/* One pixel of margin on each side: 242 × 62. */
		assert_true(fabs(size.height_mm - 24 * 62 / 242.0) < 0.01);
		x = pixels_open(png);
		assert_int_equal(pixel_at(&x, x.w / 2, x.h / 2), 0xff102030);
		assert_true(ink_count(&x, 0, 0, 1, 1) > (unsigned)(x.w * x.h) * 9 / 10);
		cairo_surface_destroy(x.surface);
	}
}

static void a_scan_without_writing_is_refused(void **state)
{
	AUTO(arena) a = arena_new();
	struct picture_scan_spec spec = {0}, wrong = {.width_mm = 300};
	struct bytes out;
	struct err e;

	(void)state;
	assert_false(picture_handwritten(
		a, scan_make(a, true, 0.9, 0.9), &spec, &out, NULL, &e)); /* blank */
	assert_int_equal(e.code, ERR_USAGE);
	assert_false(picture_handwritten(
		a, scan_make(a, true, 0.9, 0.85), &spec, &out, NULL, &e)); /* faint */
	assert_int_equal(e.code, ERR_USAGE);
	assert_false(picture_handwritten(
		a, scan_make(a, true, 0, 1), &spec, &out, NULL, &e)); /* white on black */
	assert_int_equal(e.code, ERR_USAGE);
	assert_false(
		picture_handwritten(a, scan_make(a, true, 1, 0), &wrong, &out, NULL, &e));
	assert_int_equal(e.code, ERR_USAGE);
}

static void a_broken_or_huge_scan_is_refused(void **state)
{
	AUTO(arena) a = arena_new();
	struct bytes in = scan_make(a, true, 1, 0), out;
	uint8_t *copy = arena_alloc(a, in.n);
	struct picture_scan_spec spec = {0};
	struct err e;

	(void)state;
	for (size_t n = 0; n < in.n - 12; n++) {
		assert_false(
			picture_handwritten(a, bytes_head(in, n), &spec, &out, NULL, &e));
		assert_int_equal(e.code, ERR_MALFORMED);
	}
	for (size_t i = 0; i < in.n && i < 300; i++) {
		memcpy(copy, in.p, in.n);
		copy[i] ^= (uint8_t)(1u << i % 8);
		if (!picture_handwritten(
			    a, bytes_make(copy, in.n), &spec, &out, NULL, &e))
			assert_true(e.code == ERR_MALFORMED || e.code == ERR_USAGE);
	}
	out = bytes_make(
		arena_alloc(a, PICTURE_SCAN_OCTETS_MAX + 1), PICTURE_SCAN_OCTETS_MAX + 1);
	assert_false(picture_handwritten(a, out, &spec, &out, NULL, &e));
	assert_int_equal(e.code, ERR_TOO_LARGE);
}

/* The head alone says 4097 pixels: refused before any pixel is asked for. */
static void a_wide_scan_is_refused_by_its_head(void **state)
{
	AUTO(arena) a = arena_new();
	AUTO_BUF b = buf_make(1 << 20);
	cairo_surface_t *s = cairo_image_surface_create(CAIRO_FORMAT_ARGB32, 4097, 2);
	struct picture_scan_spec spec = {0};
	struct bytes out;
	struct err e;

	(void)state;
	assert_int_equal(cairo_surface_write_to_png_stream(s, octets_put, &b),
		CAIRO_STATUS_SUCCESS);
	cairo_surface_destroy(s);
	assert_false(picture_handwritten(
		a, bytes_head(buf_bytes(&b), 60), &spec, &out, NULL, &e));
	assert_int_equal(e.code, ERR_TOO_LARGE);
}

/* The font libraries keep what they found as long as the process lives, behind pointers
 * the leak checker does not understand: given back here, so that our own leaks show. */
static int fonts_forget(void **state)
{
	(void)state;
	pango_cairo_font_map_set_default(NULL);
	cairo_debug_reset_static_data();
	FcFini();
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_seal_is_red_on_nothing),
		cmocka_unit_test(a_seal_has_its_true_size),
		cmocka_unit_test(equal_input_gives_equal_octets),
		cmocka_unit_test(no_character_meets_another_from_2_to_30),
		cmocka_unit_test(a_name_runs_clockwise_with_its_middle_on_top),
		cmocka_unit_test(what_a_reader_counts_as_one_is_one),
		cmocka_unit_test(star_code_and_lines_are_drawn),
		cmocka_unit_test(a_square_seal_completes_short_names),
		cmocka_unit_test(what_cannot_be_a_seal_is_refused),
		cmocka_unit_test(a_scan_becomes_ink_without_paper),
		cmocka_unit_test(every_form_of_png_gives_the_same_ink),
		cmocka_unit_test(a_scan_without_writing_is_refused),
		cmocka_unit_test(a_broken_or_huge_scan_is_refused),
		cmocka_unit_test(a_wide_scan_is_refused_by_its_head),
	};

	return cmocka_run_group_tests(tests, NULL, fonts_forget);
}
