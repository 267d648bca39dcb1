/* pdf_widget_image: see pdf_widget_image.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "doc/pdf_widget_image.h"

#include <zlib.h>

/* Level 9 takes ten times as long for one part in eight. */
enum { LEVEL = 6 };

static bool deflate_into(
	struct arena *a, struct bytes *out, const uint8_t *p, size_t n, struct err *e)
{
	uLongf size = compressBound((uLong)n);
	uint8_t *packed = mem_alloc(size);
	bool good = compress2(packed, &size, p, (uLong)n, LEVEL) == Z_OK;

	if (good)
		*out = arena_dup(a, bytes_make(packed, size));
	mem_free(packed);
	return good || err_set(e, ERR_IO, "deflate");
}

/* A colour before it was multiplied by alpha. */
static uint8_t colour(uint32_t pixel, unsigned shift, uint32_t alpha)
{
	uint32_t c = ((pixel >> shift & 0xff) * 255 + alpha / 2) / alpha;

	return (uint8_t)(c > 255 ? 255 : c);
}

/* Splits pixels into colour and alpha; says whether any is not opaque. Where nothing is
 * seen the colour beside it goes on: that packs best, and a viewer that smooths the
 * picture draws no pale rim. */
static bool split(const struct picture_pixels *px, uint8_t *rgb, uint8_t *alpha)
{
	uint8_t last[3] = {255, 255, 255};
	bool clear = false;

	for (unsigned y = 0; y < px->h; y++) {
		const uint32_t *row = px->data + px->stride / 4 * y;

		for (unsigned x = 0; x < px->w; x++) {
			uint32_t al = row[x] >> 24;

			clear |= al != 255;
			*alpha++ = (uint8_t)al;
			for (unsigned i = 0; i < 3; i++) {
				if (al)
					last[i] = colour(row[x], 16 - 8 * i, al);
				*rgb++ = last[i];
			}
		}
	}
	return clear;
}

bool pdf_image_make(struct arena *a, struct pdf_image *out,
	const struct picture_pixels *px, struct err *e)
{
	struct pdf_image image = {.w = px->w, .h = px->h};
	size_t n = (size_t)px->w * px->h;
	uint8_t *rgb, *alpha;
	bool good;

	if (n == 0)
		return err_set(e, ERR_USAGE, "a picture without pixels");
	if (px->h > PICTURE_PIXELS_MAX / px->w)
		return err_set(e, ERR_TOO_LARGE, "a picture of %u × %u", px->w, px->h);
	rgb = mem_alloc(3 * n);
	alpha = mem_alloc(n);
	good = !split(px, rgb, alpha) || deflate_into(a, &image.alpha, alpha, n, e);
	good = good && deflate_into(a, &image.rgb, rgb, 3 * n, e);
	mem_free(rgb);
	mem_free(alpha);
	if (good)
		*out = image;
	return good;
}
