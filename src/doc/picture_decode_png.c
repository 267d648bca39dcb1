/* picture_decode_png: libpng behind one function; what must outlive its longjmp stands in
 * a job the caller holds. SPDX-License-Identifier: Apache-2.0
 */
#include <png.h>
#include <stdio.h>
#include <string.h>

#include "doc/picture_decode_types.h"

enum { CHUNKS_KEPT_MAX = 16, CHUNK_OCTETS_MAX = 4 << 20 };

struct png_job {
	png_structp png;
	png_infop info;
	struct bytes in;
	struct arena *arena;
	struct picture_pixels px;
	struct err *e;
};

static void png_failed(png_structp png, png_const_charp text)
{
	struct png_job *j = png_get_error_ptr(png);

	err_set(j->e, ERR_MALFORMED, "PNG: %s", text);
	png_longjmp(png, 1);
}

static void png_warned(png_structp png, png_const_charp text)
{
	(void)png;
	(void)text;
}

static void png_take(png_structp png, png_bytep p, size_t n)
{
	struct png_job *j = png_get_io_ptr(png);

	if (n > j->in.n)
		png_error(png, "ends too early");
	memcpy(p, j->in.p, n);
	j->in = bytes_from(j->in, n);
}

/* Whatever it is, four octets a pixel: red, green, blue, alpha. */
static void png_make_rgba(struct png_job *j)
{
	png_set_expand(j->png);
	png_set_scale_16(j->png);
	png_set_gray_to_rgb(j->png);
	png_set_add_alpha(j->png, 0xff, PNG_FILLER_AFTER);
}

/* The one place that is left by longjmp. */
static bool png_job_run(struct png_job *j)
{
	int passes;

	if (setjmp(png_jmpbuf(j->png)))
		return false;
	png_set_read_fn(j->png, j, png_take);
	png_set_chunk_cache_max(j->png, CHUNKS_KEPT_MAX);
	png_set_chunk_malloc_max(j->png, CHUNK_OCTETS_MAX);
	png_set_user_limits(j->png, PICTURE_SIDE_MAX, PICTURE_SIDE_MAX);
	png_read_info(j->png, j->info);
	if (!pixels_make(j->arena, png_get_image_width(j->png, j->info),
		    png_get_image_height(j->png, j->info), &j->px, j->e))
		return false;
	png_make_rgba(j);
	passes = png_set_interlace_handling(j->png);
	png_read_update_info(j->png, j->info);
	if (png_get_rowbytes(j->png, j->info) != j->px.stride)
		png_error(j->png, "unexpected form of pixels");
	for (int pass = 0; pass < passes; pass++)
		for (unsigned y = 0; y < j->px.h; y++)
			png_read_row(j->png, (png_bytep)pixels_row(&j->px, y), NULL);
	return true;
}

static void rgba_convert(const struct picture_pixels *px)
{
	for (unsigned y = 0; y < px->h; y++) {
		uint32_t *row = pixels_row(px, y);

		for (unsigned x = 0; x < px->w; x++) {
			const uint8_t *q = (const uint8_t *)&row[x];

			row[x] = pixel_of(q[0], q[1], q[2], q[3]);
		}
	}
}

bool picture_decode_png(
	struct arena *a, struct bytes octets, struct picture_pixels *out, struct err *e)
{
	struct png_job j = {.in = octets, .arena = a, .e = e};
	bool good = false;

	err_set(e, ERR_MALFORMED, "PNG");
	j.png = png_create_read_struct(PNG_LIBPNG_VER_STRING, &j, png_failed, png_warned);
	if (j.png)
		j.info = png_create_info_struct(j.png);
	if (j.info)
		good = png_job_run(&j);
	png_destroy_read_struct(&j.png, &j.info, NULL);
	if (!good)
		return false;
	rgba_convert(&j.px);
	*out = j.px;
	return true;
}
