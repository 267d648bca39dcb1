/* png: libpng behind two functions; every pointer that must outlive a longjmp stands in a
 * job the caller holds. SPDX-License-Identifier: Apache-2.0
 */
#include "doc/picture_png.h"

#include <math.h>
#include <png.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"

enum {
	OUT_OCTETS_MAX = 64 * 1024 * 1024,
	CHUNKS_KEPT_MAX = 16,
	CHUNK_OCTETS_MAX = 64 * 1024,
};

struct job {
	png_structp png;
	png_infop info;
	struct bytes in;
	struct buf out;
	uint8_t *row;
	struct coverage image;
	char text[120];
};

static void job_failed(png_structp png, png_const_charp text)
{
	struct job *j = png_get_error_ptr(png);

	snprintf(j->text, sizeof j->text, "%s", text);
	png_longjmp(png, 1);
}

static void job_warned(png_structp png, png_const_charp text)
{
	(void)png;
	(void)text;
}

static void job_put(png_structp png, png_bytep p, size_t n)
{
	struct job *j = png_get_io_ptr(png);
	struct err e;

	if (!buf_put(&j->out, bytes_make(p, n), &e))
		png_error(png, e.text);
}

static void job_take(png_structp png, png_bytep p, size_t n)
{
	struct job *j = png_get_io_ptr(png);

	if (n > j->in.n)
		png_error(png, "ends too early");
	memcpy(p, j->in.p, n);
	j->in = bytes_from(j->in, n);
}

static void job_flush(png_structp png)
{
	(void)png;
}

/* The one place of the writer that is left by longjmp. */
static bool job_write(struct job *j, uint32_t colour, double width_mm, double height_mm)
{
	const struct coverage *c = &j->image;

	if (setjmp(png_jmpbuf(j->png)))
		return false;
	png_set_write_fn(j->png, j, job_put, job_flush);
	png_set_IHDR(j->png, j->info, c->w, c->h, 8, PNG_COLOR_TYPE_RGB_ALPHA,
		PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT,
		PNG_FILTER_TYPE_DEFAULT);
	png_set_pHYs(j->png, j->info, (png_uint_32)lround(c->w * 1000 / width_mm),
		(png_uint_32)lround(c->h * 1000 / height_mm), PNG_RESOLUTION_METER);
	png_set_compression_level(j->png, 9);
	png_write_info(j->png, j->info);
	for (unsigned y = 0; y < c->h; y++) {
		for (unsigned x = 0; x < c->w; x++) {
			uint8_t alpha = c->p[y * c->stride + x],
				*q = j->row + 4 * (size_t)x;

			/* White where there is nothing: readers that ignore alpha then
			 * show paper and not a red field. */
			q[0] = alpha ? (uint8_t)(colour >> 16) : 255;
			q[1] = alpha ? (uint8_t)(colour >> 8) : 255;
			q[2] = alpha ? (uint8_t)colour : 255;
			q[3] = alpha;
		}
		png_write_row(j->png, j->row);
	}
	png_write_end(j->png, NULL);
	return true;
}

bool png_write_ink(struct arena *a, const struct coverage *c, uint32_t colour,
	double width_mm, double height_mm, struct bytes *out, struct err *e)
{
	struct job j = {.out = buf_make(OUT_OCTETS_MAX), .image = *c};
	bool good = false;

	j.png = png_create_write_struct(
		PNG_LIBPNG_VER_STRING, &j, job_failed, job_warned);
	if (j.png)
		j.info = png_create_info_struct(j.png);
	if (j.info) {
		j.row = mem_alloc((size_t)c->w * 4);
		good = job_write(&j, colour, width_mm, height_mm);
	}
	if (good)
		*out = arena_dup(a, buf_bytes(&j.out));
	else
		err_set(e, ERR_IO, "PNG: %s", j.text);
	png_destroy_write_struct(&j.png, &j.info);
	buf_fini(&j.out);
	mem_free(j.row);
	return good;
}

static bool job_read_head(struct job *j)
{
	if (setjmp(png_jmpbuf(j->png)))
		return false;
	png_set_read_fn(j->png, j, job_take);
	png_set_chunk_cache_max(j->png, CHUNKS_KEPT_MAX);
	png_set_chunk_malloc_max(j->png, CHUNK_OCTETS_MAX);
	png_read_info(j->png, j->info);
	/* Whatever it is, two octets a pixel: brightness and alpha. */
	png_set_expand(j->png);
	png_set_scale_16(j->png);
	if (png_get_color_type(j->png, j->info) & PNG_COLOR_MASK_COLOR)
		png_set_rgb_to_gray_fixed(j->png, PNG_ERROR_ACTION_NONE,
			PNG_RGB_TO_GRAY_DEFAULT, PNG_RGB_TO_GRAY_DEFAULT);
	png_set_add_alpha(j->png, 0xff, PNG_FILLER_AFTER);
	return true;
}

/* A row of brightness and alpha becomes darkness, in place. */
static void row_darken(uint8_t *row, unsigned w)
{
	for (unsigned x = 0; x < w; x++) {
		unsigned light = row[2 * (size_t)x], alpha = row[2 * (size_t)x + 1];

		row[x] = (uint8_t)((alpha * (255 - light) + 127) / 255);
	}
}

static bool job_read_rows(struct job *j)
{
	int passes;

	if (setjmp(png_jmpbuf(j->png)))
		return false;
	passes = png_set_interlace_handling(j->png);
	png_read_update_info(j->png, j->info);
	if (png_get_rowbytes(j->png, j->info) != (size_t)j->image.w * 2)
		png_error(j->png, "unexpected form of pixels");
	/* Interlaced rows are finished only by the last pass and need the whole picture;
	 * the others share one row. */
	j->row = mem_alloc((size_t)j->image.w * 2 * (passes > 1 ? j->image.h : 1));
	j->image.stride = j->image.w;
	j->image.p = mem_alloc(j->image.stride * j->image.h);
	for (int pass = 0; pass < passes; pass++)
		for (unsigned y = 0; y < j->image.h; y++) {
			size_t at = passes > 1 ? (size_t)y * j->image.w * 2 : 0;

			png_read_row(j->png, j->row + at, NULL);
			if (pass < passes - 1)
				continue;
			row_darken(j->row + at, j->image.w);
			memcpy(j->image.p + y * j->image.stride, j->row + at, j->image.w);
		}
	return true;
}

bool png_read_dark(struct bytes png, size_t octets_max, unsigned side_max,
	struct coverage *out, struct err *e)
{
	struct job j = {.in = png};
	bool good = false;

	if (png.n > octets_max)
		return err_set(e, ERR_TOO_LARGE, "PNG: more than %zu octets", octets_max);
	j.png = png_create_read_struct(PNG_LIBPNG_VER_STRING, &j, job_failed, job_warned);
	if (j.png)
		j.info = png_create_info_struct(j.png);
	if (j.info && job_read_head(&j)) {
		j.image.w = png_get_image_width(j.png, j.info);
		j.image.h = png_get_image_height(j.png, j.info);
		if (j.image.w > side_max || j.image.h > side_max)
			err_set(e, ERR_TOO_LARGE, "PNG: %u × %u, a side over %u pixels",
				j.image.w, j.image.h, side_max);
		else if (job_read_rows(&j))
			good = true;
		else
			err_set(e, ERR_MALFORMED, "PNG: %s", j.text);
	} else {
		err_set(e, ERR_MALFORMED, "PNG: %s", j.text);
	}
	png_destroy_read_struct(&j.png, &j.info, NULL);
	mem_free(j.row);
	if (good)
		*out = j.image;
	else
		mem_free(j.image.p);
	return good;
}
