/* picture_decode_jpeg: libjpeg behind one function.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdio.h>

#include <jpeglib.h>

#include "doc/picture_decode_types.h"

/* A progressive file of few octets can ask for the whole picture to be gone over again
 * and again. */
enum { SCANS_MAX = 64, LIBRARY_OCTETS_MAX = 256 << 20 };

struct jpeg_job {
	struct jpeg_decompress_struct d;
	struct jpeg_error_mgr errors;
	struct jpeg_progress_mgr progress;
	jmp_buf back;
	struct arena *arena;
	struct picture_pixels px;
	uint8_t *row;
	struct err *e;
};

static void jpeg_failed(j_common_ptr d)
{
	struct jpeg_job *j = d->client_data;
	char text[JMSG_LENGTH_MAX];

	d->err->format_message(d, text);
	err_set(j->e, ERR_MALFORMED, "JPEG: %s", text);
	longjmp(j->back, 1);
}

static void jpeg_silent(j_common_ptr d)
{
	(void)d;
}

static void jpeg_scanned(j_common_ptr d)
{
	struct jpeg_job *j = d->client_data;

	if (d->is_decompressor && j->d.input_scan_number > SCANS_MAX) {
		err_set(j->e, ERR_TOO_LARGE, "JPEG: more than %d scans", SCANS_MAX);
		longjmp(j->back, 1);
	}
}

static void row_take(const struct jpeg_job *j, uint32_t *to)
{
	const uint8_t *q = j->row;

	if (j->d.out_color_space != JCS_CMYK) {
		for (unsigned x = 0; x < j->px.w; x++, q += 3)
			to[x] = pixel_of(q[0], q[1], q[2], 255);
		return;
	}
	for (unsigned x = 0; x < j->px.w; x++, q += 4) {
		/* Adobe writes ink upside down: 255 is no ink. */
		unsigned flip = j->d.saw_Adobe_marker ? 0 : 255;
		unsigned c = q[0] ^ flip, m = q[1] ^ flip, y = q[2] ^ flip,
			 k = q[3] ^ flip;

		to[x] = pixel_of(c * k / 255, m * k / 255, y * k / 255, 255);
	}
}

/* The one place that is left by longjmp. */
static bool jpeg_job_run(struct jpeg_job *j, struct bytes octets)
{
	if (setjmp(j->back))
		return false;
	jpeg_create_decompress(&j->d);
	j->d.client_data = j;
	j->d.mem->max_memory_to_use = LIBRARY_OCTETS_MAX;
	j->progress.progress_monitor = jpeg_scanned;
	j->d.progress = &j->progress;
	jpeg_mem_src(&j->d, octets.p, (unsigned long)octets.n);
	if (jpeg_read_header(&j->d, TRUE) != JPEG_HEADER_OK)
		return err_set(j->e, ERR_MALFORMED, "JPEG: no picture");
	if (!pixels_make(j->arena, j->d.image_width, j->d.image_height, &j->px, j->e))
		return false;
	j->d.out_color_space = j->d.num_components == 4 ? JCS_CMYK : JCS_RGB;
	if (!jpeg_start_decompress(&j->d))
		return err_set(j->e, ERR_MALFORMED, "JPEG: ends too early");
	j->row = arena_alloc(j->arena, (size_t)j->px.w * 4);
	while (j->d.output_scanline < j->px.h) {
		uint32_t *to = pixels_row(&j->px, j->d.output_scanline);
		JSAMPROW rows[1] = {j->row};

		if (jpeg_read_scanlines(&j->d, rows, 1) != 1)
			return err_set(j->e, ERR_MALFORMED, "JPEG: ends too early");
		row_take(j, to);
	}
	return true;
}

bool picture_decode_jpeg(
	struct arena *a, struct bytes octets, struct picture_pixels *out, struct err *e)
{
	struct jpeg_job *j = ARENA_NEW(a, struct jpeg_job);
	bool good;

	j->arena = a;
	j->e = e;
	j->d.err = jpeg_std_error(&j->errors);
	j->d.client_data = j;
	j->errors.error_exit = jpeg_failed;
	j->errors.output_message = jpeg_silent;
	good = jpeg_job_run(j, octets);
	jpeg_destroy_decompress(&j->d);
	if (good)
		*out = j->px;
	return good;
}
