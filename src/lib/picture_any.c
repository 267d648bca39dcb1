/* picture_any: pictures of every type.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "lib/picture.h"

bool lib_picture_decode(struct arena *a, struct bytes octets, unsigned want_w,
	unsigned want_h, struct picture_pixels *out, struct err *e)
{
	return picture_decode(a, octets, want_w, want_h, out, e);
}
