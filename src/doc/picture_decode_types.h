/* picture_decode_types: the decoders behind picture_decode, one a file.
 * SPDX-License-Identifier: Apache-2.0
 *
 * Internal to doc/picture_decode. Octets are at most PICTURE_OCTETS_MAX; pixels are made
 * by pixels_make, which holds the bounds.
 */
#ifndef QY_DOC_PICTURE_DECODE_TYPES_H
#define QY_DOC_PICTURE_DECODE_TYPES_H

#include "doc/picture_decode.h"

/* w × h transparent pixels in the arena; ERR_MALFORMED for no pixels, ERR_TOO_LARGE. */
MUST_USE bool pixels_make(struct arena *a, uint64_t w, uint64_t h,
	struct picture_pixels *out, struct err *e);

static inline uint32_t *pixels_row(const struct picture_pixels *p, unsigned y)
{
	return p->data + (size_t)y * (p->stride / sizeof *p->data);
}

/* One pixel of colours not yet multiplied by alpha. */
static inline uint32_t pixel_of(unsigned r, unsigned g, unsigned b, unsigned alpha)
{
	r = (r * alpha + 127) / 255;
	g = (g * alpha + 127) / 255;
	b = (b * alpha + 127) / 255;
	return (uint32_t)alpha << 24 | (uint32_t)r << 16 | (uint32_t)g << 8 | (uint32_t)b;
}

typedef bool picture_decoder(
	struct arena *a, struct bytes octets, struct picture_pixels *out, struct err *e);
picture_decoder picture_decode_png, picture_decode_jpeg, picture_decode_gif,
	picture_decode_bmp, picture_decode_jbig2;

/* want_w and want_h as for picture_decode. */
MUST_USE bool picture_decode_svg(struct arena *a, struct bytes octets, unsigned want_w,
	unsigned want_h, struct picture_pixels *out, struct err *e);
MUST_USE bool picture_decode_ofd(struct arena *a, struct bytes octets, unsigned want_w,
	unsigned want_h, struct picture_pixels *out, struct err *e);

#endif
