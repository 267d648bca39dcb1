/* png: pixels in and out of PNG files, within bounds. SPDX-License-Identifier: Apache-2.0
 *
 * Internal to doc/picture. libpng reports by longjmp: that stays inside the .c file.
 */
#ifndef QY_DOC_PICTURE_PNG_H
#define QY_DOC_PICTURE_PNG_H

#include "base/arena.h"
#include "base/err.h"

/* How much of a colour each pixel holds, row by row, `stride` octets from one to the
 * next. */
struct coverage {
	uint8_t *p;
	size_t stride;
	unsigned w, h;
};

/* Writes RGBA pixels of one colour (0xRRGGBB) with c as alpha, and pHYs such that w
 * pixels are width_mm and h pixels height_mm. */
MUST_USE bool png_write_ink(struct arena *a, const struct coverage *c, uint32_t colour,
	double width_mm, double height_mm, struct bytes *out, struct err *e);

/* Reads any PNG as darkness on white: 255 = black, 0 = white or nothing. The pixels are
 * the caller's, freed with mem_free. ERR_MALFORMED; ERR_TOO_LARGE: more octets than
 * octets_max, or a side over side_max, both decided before anything is inflated. */
MUST_USE bool png_read_dark(struct bytes png, size_t octets_max, unsigned side_max,
	struct coverage *out, struct err *e);

#endif
