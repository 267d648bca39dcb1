/* render_png: pages as PNG, fast rather than smallest.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <math.h>
#include <png.h>
#include <string.h>

#include "doc/picture_decode_types.h"
#include "doc/render.h"

enum { PNG_OUT_MAX = 256 << 20, LEVEL = 3 };

struct png_out {
	png_structp png;
	png_infop info;
	struct buf out;
	uint8_t *row;
	struct err *e;
};

static void out_failed(png_structp png, png_const_charp text)
{
	struct png_out *o = png_get_error_ptr(png);

	err_set(o->e, ERR_IO, "PNG: %s", text);
	png_longjmp(png, 1);
}

static void out_warned(png_structp png, png_const_charp text)
{
	(void)png;
	(void)text;
}

static void out_put(png_structp png, png_bytep p, size_t n)
{
	struct png_out *o = png_get_io_ptr(png);

	if (!buf_put(&o->out, bytes_make(p, n), o->e))
		png_longjmp(png, 1);
}

static void out_flush(png_structp png)
{
	(void)png;
}

static bool is_opaque(const struct picture_pixels *px)
{
	for (unsigned y = 0; y < px->h; y++) {
		const uint32_t *row = pixels_row(px, y);
		uint32_t all = UINT32_MAX;

		for (unsigned x = 0; x < px->w; x++)
			all &= row[x];
		if (all >> 24 != 255)
			return false;
	}
	return true;
}

static void row_fill(uint8_t *to, const uint32_t *from, unsigned w, bool alpha)
{
	for (unsigned x = 0; x < w; x++) {
		uint32_t p = from[x];
		unsigned a = p >> 24, half = a / 2;

		if (!alpha || a == 255 || a == 0) {
			*to++ = (uint8_t)(p >> 16);
			*to++ = (uint8_t)(p >> 8);
			*to++ = (uint8_t)p;
		} else {
			*to++ = (uint8_t)(((p >> 16 & 255) * 255 + half) / a);
			*to++ = (uint8_t)(((p >> 8 & 255) * 255 + half) / a);
			*to++ = (uint8_t)(((p & 255) * 255 + half) / a);
		}
		if (alpha)
			*to++ = (uint8_t)a;
	}
}

/* The one place that is left by longjmp. */
static bool out_run(
	struct png_out *o, const struct picture_pixels *px, double dpi, bool alpha)
{
	png_uint_32 per_metre = (png_uint_32)lround(dpi / 0.0254);

	if (setjmp(png_jmpbuf(o->png)))
		return false;
	png_set_write_fn(o->png, o, out_put, out_flush);
	png_set_IHDR(o->png, o->info, px->w, px->h, 8,
		alpha ? PNG_COLOR_TYPE_RGB_ALPHA : PNG_COLOR_TYPE_RGB, PNG_INTERLACE_NONE,
		PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
	png_set_pHYs(o->png, o->info, per_metre, per_metre, PNG_RESOLUTION_METER);
	png_set_compression_level(o->png, LEVEL);
	png_set_filter(o->png, 0, PNG_FILTER_UP);
	png_write_info(o->png, o->info);
	for (unsigned y = 0; y < px->h; y++) {
		row_fill(o->row, pixels_row(px, y), px->w, alpha);
		png_write_row(o->png, o->row);
	}
	png_write_end(o->png, NULL);
	return true;
}

bool pixels_png(struct arena *a, const struct picture_pixels *px, double dpi,
	struct bytes *out, struct err *e)
{
	struct png_out o = {.out = buf_make(PNG_OUT_MAX), .e = e};
	bool good = false;

	err_set(e, ERR_IO, "PNG");
	o.png = png_create_write_struct(
		PNG_LIBPNG_VER_STRING, &o, out_failed, out_warned);
	if (o.png)
		o.info = png_create_info_struct(o.png);
	if (o.info) {
		o.row = mem_alloc((size_t)px->w * 4);
		good = out_run(&o, px, dpi, !is_opaque(px));
	}
	if (good)
		*out = arena_dup(a, buf_bytes(&o.out));
	png_destroy_write_struct(&o.png, &o.info);
	buf_fini(&o.out);
	mem_free(o.row);
	return good;
}
