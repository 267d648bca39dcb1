/* Pictures of every type become the pixels they show, within bounds.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdio.h>
#include <string.h>

#include <gif_lib.h>
#include <jpeglib.h>

#include "base/reader.h"
#include "doc/picture.h"
#include "doc/picture_decode.h"
#include "unit.h"

static uint32_t at(const struct picture_pixels *p, unsigned x, unsigned y)
{
	return p->data[y * (p->stride / 4) + x];
}

static bool is_near(uint32_t got, uint32_t want)
{
	for (unsigned i = 0; i < 32; i += 8)
		if (abs((int)(got >> i & 255) - (int)(want >> i & 255)) > 6)
			return false;
	return true;
}

/* 2 × 2: red and green above, blue and white below. */
static struct bytes make_bmp(struct arena *a, unsigned bits, int32_t w, int32_t h)
{
	struct writer r = writer_in(a, 4096);

	write_str(&r, "BM");
	write_le32(&r, 0);
	write_le32(&r, 0);
	write_le32(&r, 54);
	write_le32(&r, 40);
	write_le32(&r, (uint32_t)w);
	write_le32(&r, (uint32_t)h);
	write_le16(&r, 1);
	write_le16(&r, (uint16_t)bits);
	for (int i = 0; i < 6; i++)
		write_le32(&r, 0);
	if (bits == 24)
		write_bytes(&r, BYTES("\xff\x00\x00\xff\xff\xff\x00\x00" /* below */
				      "\x00\x00\xff\x00\xff\x00\x00\x00"));
	else
		write_bytes(&r, BYTES("\xff\x00\x00\x00\xff\xff\xff\x00"
				      "\x00\x00\xff\x00\x00\xff\x00\x00"));
	return writer_bytes(&r);
}

static void expect_four(const struct picture_pixels *p)
{
	assert_int_equal(p->w, 2);
	assert_int_equal(p->h, 2);
	assert_int_equal(at(p, 0, 0), 0xffff0000);
	assert_int_equal(at(p, 1, 0), 0xff00ff00);
	assert_int_equal(at(p, 0, 1), 0xff0000ff);
	assert_int_equal(at(p, 1, 1), 0xffffffff);
}

static void reads_bitmaps_of_24_and_32_bits(void **state)
{
	AUTO(arena) a = arena_new();
	struct picture_pixels p;
	struct err e;

	(void)state;
	assert_true(picture_decode(a, make_bmp(a, 24, 2, 2), 0, 0, &p, &e));
	expect_four(&p);
	assert_true(picture_decode(a, make_bmp(a, 32, 2, 2), 0, 0, &p, &e));
	expect_four(&p);
}

static void refuses_bitmaps_that_lie_about_their_size(void **state)
{
	AUTO(arena) a = arena_new();
	struct picture_pixels p;
	struct err e;

	(void)state;
	assert_false(picture_decode(a, make_bmp(a, 24, 2000, 2000), 0, 0, &p, &e));
	assert_int_equal(e.code, ERR_MALFORMED);
	assert_false(picture_decode(a, make_bmp(a, 24, 30000, 30000), 0, 0, &p, &e));
	assert_int_equal(e.code, ERR_TOO_LARGE);
	assert_false(picture_decode(a, make_bmp(a, 24, 0, 2), 0, 0, &p, &e));
	assert_int_equal(e.code, ERR_MALFORMED);
	assert_false(picture_decode(a, make_bmp(a, 7, 2, 2), 0, 0, &p, &e));
	assert_int_equal(e.code, ERR_UNSUPPORTED);
	assert_true(arena_used(a) < 1 << 20); /* decided before memory is taken */
}

static struct bytes make_jpeg(struct arena *a)
{
	struct jpeg_compress_struct c;
	struct jpeg_error_mgr errors;
	unsigned char *out = NULL;
	unsigned long n = 0;
	uint8_t row[16 * 3];
	JSAMPROW rows[1] = {row};
	struct bytes made;

	for (int i = 0; i < 16; i++) {
		row[3 * i] = 200;
		row[3 * i + 1] = 30;
		row[3 * i + 2] = 60;
	}
	c.err = jpeg_std_error(&errors);
	jpeg_create_compress(&c);
	jpeg_mem_dest(&c, &out, &n);
	c.image_width = c.image_height = 16;
	c.input_components = 3;
	c.in_color_space = JCS_RGB;
	jpeg_set_defaults(&c);
	jpeg_start_compress(&c, TRUE);
	while (c.next_scanline < 16)
		jpeg_write_scanlines(&c, rows, 1);
	jpeg_finish_compress(&c);
	jpeg_destroy_compress(&c);
	made = arena_dup(a, bytes_make(out, n));
	free(out);
	return made;
}

static void reads_jpeg(void **state)
{
	AUTO(arena) a = arena_new();
	struct picture_pixels p;
	struct err e;

	(void)state;
	assert_true(picture_decode(a, make_jpeg(a), 0, 0, &p, &e));
	assert_int_equal(p.w, 16);
	assert_true(is_near(at(&p, 8, 8), 0xffc81e3c));
}

static int gif_put(GifFileType *g, const GifByteType *p, int n)
{
	write_bytes(g->UserData, bytes_make(p, (size_t)n));
	return n;
}

/* 4 × 4, its middle 2 × 2 drawn: one pixel transparent, three green. */
static struct bytes make_gif(struct arena *a, int side)
{
	static const GifColorType colours[] = {{9, 9, 9}, {0, 255, 0}};
	static GifPixelType lines[2][2] = {{0, 1}, {1, 1}};
	struct writer *w = ARENA_NEW(a, struct writer);
	GraphicsControlBlock gcb = {.TransparentColor = 0};
	GifByteType ext[4];
	int error;
	GifFileType *g;

	*w = writer_in(a, 4096);
	g = EGifOpen(w, gif_put, &error);
	EGifPutScreenDesc(g, side, side, 8, 0, GifMakeMapObject(2, colours));
	EGifGCBToExtension(&gcb, ext);
	EGifPutExtension(g, GRAPHICS_EXT_FUNC_CODE, 4, ext);
	EGifPutImageDesc(g, 1, 1, 2, 2, false, NULL);
	EGifPutLine(g, lines[0], 2);
	EGifPutLine(g, lines[1], 2);
	EGifCloseFile(g, &error);
	return writer_bytes(w);
}

static void reads_gif_with_its_transparent_colour(void **state)
{
	AUTO(arena) a = arena_new();
	struct picture_pixels p;
	struct err e;

	(void)state;
	assert_true(picture_decode(a, make_gif(a, 4), 0, 0, &p, &e));
	assert_int_equal(p.w, 4);
	assert_int_equal(at(&p, 0, 0), 0);
	assert_int_equal(at(&p, 1, 1), 0);
	assert_int_equal(at(&p, 2, 1), 0xff00ff00);
	assert_int_equal(at(&p, 2, 2), 0xff00ff00);
	assert_int_equal(at(&p, 3, 3), 0);
}

static void refuses_a_gif_screen_beyond_the_limit(void **state)
{
	AUTO(arena) a = arena_new();
	struct picture_pixels p;
	struct err e;

	(void)state;
	assert_false(picture_decode(a, make_gif(a, 60000), 0, 0, &p, &e));
	assert_int_equal(e.code, ERR_TOO_LARGE);
}

static void reads_the_png_of_a_seal(void **state)
{
	AUTO(arena) a = arena_new();
	struct picture_spec spec = {
		.kind = PICTURE_ROUND_STAR, .name = "钤印示范科技有限公司", .dpi = 100};
	struct picture_size size;
	struct picture_pixels p;
	struct bytes png;
	struct err e;

	(void)state;
	assert_true(picture_png(a, &spec, &png, &size, &e));
	assert_int_equal(picture_type_of(png), PICTURE_PNG);
	assert_true(picture_decode(a, png, 0, 0, &p, &e));
	assert_int_equal(p.w, size.width_px);
	assert_int_equal(p.h, size.height_px);
	assert_int_equal(at(&p, 0, 0), 0); /* premultiplied: nothing is nothing */
	assert_true((at(&p, p.w / 2, p.h / 2) >> 16 & 255) > 150); /* the star */
}

static void draws_svg_at_the_size_asked_for(void **state)
{
	static const char svg[] =
		"<?xml version=\"1.0\"?><svg xmlns=\"http://www.w3.org/2000/svg\" "
		"viewBox=\"0 0 10 10\"><rect width=\"5\" height=\"10\" "
		"fill=\"#ff0000\"/><image width=\"10\" height=\"10\" "
		"href=\"file:///etc/hostname\"/></svg>";
	AUTO(arena) a = arena_new();
	struct picture_pixels p;
	struct err e;

	(void)state;
	assert_int_equal(picture_type_of(bytes_str(svg)), PICTURE_SVG);
	if (!picture_decode(a, bytes_str(svg), 40, 20, &p, &e)) {
		assert_int_equal(e.code, ERR_UNSUPPORTED);
		SKIP("%s", e.text);
	}
	assert_int_equal(p.w, 40);
	assert_int_equal(p.h, 20);
	assert_int_equal(at(&p, 15, 10), 0xffff0000);
	assert_int_equal(at(&p, 27, 10), 0);
	assert_false(picture_decode(a, bytes_str(svg), 30000, 30000, &p, &e));
	assert_int_equal(e.code, ERR_TOO_LARGE);
}

static void says_what_it_does_not_know(void **state)
{
	AUTO(arena) a = arena_new();
	struct picture_pixels p;
	struct err e;

	(void)state;
	assert_false(picture_decode(a, BYTES("hello"), 0, 0, &p, &e));
	assert_int_equal(e.code, ERR_UNSUPPORTED);
	assert_false(picture_decode(a, (struct bytes){NULL, 0}, 0, 0, &p, &e));
	assert_false(picture_decode(a, BYTES("<svg"), 0, 0, &p, &e));
}

/* Cut anywhere or with any octet changed: an answer, whichever. */
static void survives_every_cut_and_change(void **state)
{
	AUTO(arena) whole = arena_new();
	struct bytes list[] = {
		make_bmp(whole, 24, 2, 2), make_jpeg(whole), make_gif(whole, 4)};

	(void)state;
	for (size_t k = 0; k < sizeof list / sizeof *list; k++)
		for (size_t i = 0; i < list[k].n; i++) {
			AUTO(arena) a = arena_new();
			struct bytes b = arena_dup(a, list[k]);
			struct picture_pixels p;
			struct err e;
			/* The copy is ours to change. */
			uint8_t *octet = (uint8_t *)(uintptr_t)&b.p[i];

			if (!picture_decode(a, bytes_head(list[k], i), 0, 0, &p, &e))
				assert_true(e.code != ERR_NONE);
			*octet ^= (uint8_t)(1u << (i % 8));
			if (!picture_decode(a, b, 0, 0, &p, &e))
				assert_true(e.code != ERR_NONE && e.text[0]);
		}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_bitmaps_of_24_and_32_bits),
		cmocka_unit_test(refuses_bitmaps_that_lie_about_their_size),
		cmocka_unit_test(reads_jpeg),
		cmocka_unit_test(reads_gif_with_its_transparent_colour),
		cmocka_unit_test(refuses_a_gif_screen_beyond_the_limit),
		cmocka_unit_test(reads_the_png_of_a_seal),
		cmocka_unit_test(draws_svg_at_the_size_asked_for),
		cmocka_unit_test(says_what_it_does_not_know),
		cmocka_unit_test(survives_every_cut_and_change),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
