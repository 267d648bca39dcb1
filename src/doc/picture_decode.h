/* picture_decode: a picture of a seal or a page, of whatever type, as pixels.
 * SPDX-License-Identifier: Apache-2.0
 *
 * The type is told by the octets: names and declared types in files are often wrong.
 * Pictures come from strangers, so each is bounded before it is unpacked. Vector pictures
 * (SVG, the small OFD that tax seals hold) are drawn at the size asked for. The library
 * that draws SVG brings many others with it and is therefore opened only when needed.
 *
 *	struct picture_pixels px;
 *
 *	if (!picture_decode(arena, seal->picture.data, want_w, want_h, &px, e))
 *		return false;
 */
#ifndef QY_DOC_PICTURE_DECODE_H
#define QY_DOC_PICTURE_DECODE_H

#include "base/arena.h"
#include "base/err.h"

enum {
	PICTURE_OCTETS_MAX = 16 << 20,
	PICTURE_PIXELS_MAX = 16 << 20, /* width times height */
	PICTURE_SIDE_MAX = 32767,
};

enum picture_type {
	PICTURE_UNKNOWN,
	PICTURE_PNG,
	PICTURE_JPEG,
	PICTURE_GIF,
	PICTURE_BMP,
	PICTURE_SVG,
	PICTURE_OFD,
	PICTURE_JBIG2,
};

/* Each pixel is alpha << 24 | red << 16 | green << 8 | blue in the machine's order of
 * octets, the colours multiplied by alpha: what cairo calls ARGB32. Row y begins `stride`
 * octets times y behind data. */
struct picture_pixels {
	unsigned w, h;
	size_t stride; /* a multiple of 4 */
	uint32_t *data;
};

/* What the octets look like; no promise that they can be read. */
enum picture_type picture_type_of(struct bytes octets);
/* "png", "jpeg", "gif", "bmp", "svg", "ofd", "jbig2", "unknown". */
const char *picture_type_name(enum picture_type t);
bool picture_is_vector(enum picture_type t);

/* The pixels of a picture, in the arena. want_w and want_h say how many pixels a vector
 * picture is drawn with, its proportions given up; 0 for its own size at 300 dpi. Other
 * types come as they are. Of an animation the first image. ERR_MALFORMED; ERR_TOO_LARGE:
 * beyond a limit above; ERR_UNSUPPORTED: of no known type, of a kind of it not read here,
 * or SVG or JBIG2 where the
 * library or tool for it is not installed. */
MUST_USE bool picture_decode(struct arena *a, struct bytes octets, unsigned want_w,
	unsigned want_h, struct picture_pixels *out, struct err *e);

#endif
