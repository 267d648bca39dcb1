/* picture_png: PNG alone, which most seals are.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "doc/picture_decode_types.h"
#include "lib/picture.h"

bool lib_picture_decode(struct arena *a, struct bytes octets, unsigned want_w,
	unsigned want_h, struct picture_pixels *out, struct err *e)
{
	(void)want_w;
	(void)want_h;
	if (!bytes_starts(octets, BYTES("\x89PNG")))
		return err_set(e, ERR_UNSUPPORTED, "not PNG");
	return picture_decode_png(a, octets, out, e);
}
