/* picture_decode_pixels: room for pixels, within bounds.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "doc/picture_decode_types.h"

bool pixels_make(struct arena *a, uint64_t w, uint64_t h, struct picture_pixels *out,
	struct err *e)
{
	if (w == 0 || h == 0)
		return err_set(e, ERR_MALFORMED, "picture without pixels");
	if (w > PICTURE_SIDE_MAX || h > PICTURE_SIDE_MAX || w * h > PICTURE_PIXELS_MAX)
		return err_set(e, ERR_TOO_LARGE, "picture of %llu by %llu pixels",
			(unsigned long long)w, (unsigned long long)h);
	out->w = (unsigned)w;
	out->h = (unsigned)h;
	out->stride = (size_t)w * sizeof *out->data;
	out->data = ARENA_ARRAY(a, (size_t)(w * h), uint32_t);
	return true;
}
