/* picture_decode: which decoder, and the bounds of all of them.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "doc/picture_decode.h"

#include "doc/picture_decode_types.h"

bool picture_decode(struct arena *a, struct bytes octets, unsigned want_w,
	unsigned want_h, struct picture_pixels *out, struct err *e)
{
	enum picture_type type = picture_type_of(octets);

	if (octets.n > PICTURE_OCTETS_MAX)
		return err_set(e, ERR_TOO_LARGE, "picture of %zu octets", octets.n);
	switch (type) {
	case PICTURE_PNG:
		return picture_decode_png(a, octets, out, e);
	case PICTURE_JPEG:
		return picture_decode_jpeg(a, octets, out, e);
	case PICTURE_GIF:
		return picture_decode_gif(a, octets, out, e);
	case PICTURE_BMP:
		return picture_decode_bmp(a, octets, out, e);
	case PICTURE_SVG:
		return picture_decode_svg(a, octets, want_w, want_h, out, e);
	case PICTURE_OFD:
		return picture_decode_ofd(a, octets, want_w, want_h, out, e);
	case PICTURE_JBIG2:
		return picture_decode_jbig2(a, octets, out, e);
	case PICTURE_UNKNOWN:
		break;
	}
	return err_set(
		e, ERR_UNSUPPORTED, "a picture of type %s", picture_type_name(type));
}
