/* picture_decode_ofd: the picture of a seal that is a small OFD of one page.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <math.h>

#include "doc/picture_decode_types.h"
#include "doc/render_private.h"

#define OWN_DPI 300.0

bool picture_decode_ofd(struct arena *a, struct bytes octets, unsigned want_w,
	unsigned want_h, struct picture_pixels *out, struct err *e)
{
	AUTO(source) s = source_of_bytes(octets);
	AUTO(ofd) o = NULL;
	AUTO(render) r = NULL;
	struct render_options options = {.without_stamps = true, .transparent = true};
	struct render_counts counts = {0};
	struct picture_pixels px;
	double w, h;

	if (!ofd_open(&o, s, e) || !render_open(&r, o, e) ||
		!render_page_size(r, 0, &w, &h, e))
		return false;
	if (!want_w || !want_h) {
		want_w = (unsigned)ceil(w * OWN_DPI / 25.4);
		want_h = (unsigned)ceil(h * OWN_DPI / 25.4);
	}
	if (!pixels_make(a, want_w, want_h, &px, e) ||
		!render_onto(r, 0, &options, &px, &counts, e))
		return false;
	if (!render_is_whole(&counts))
		return err_set(e, ERR_MALFORMED, "a picture that is not whole");
	*out = px;
	return true;
}
