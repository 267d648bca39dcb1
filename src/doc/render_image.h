/* render_image: pictures on pages (GB/T 33190-2016 §10).
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef QY_DOC_RENDER_IMAGE_H
#define QY_DOC_RENDER_IMAGE_H

#include "doc/render_state.h"

/* Draws an ImageObject whose boundary is w × h in its own coordinates, before its CTM. */
MUST_USE bool image_draw(struct drawing *d, const struct node *n, const struct state *s,
	const struct box *boundary, double alpha, struct err *e);

/* Draws pixels into the unit square. */
void pixels_draw(struct drawing *d, const struct picture_pixels *px, double alpha);

/* The pixels of a multimedia resource, unpacked once; null and noted when that cannot be
 * done. */
const struct picture_pixels *image_pixels(
	struct drawing *d, struct res_item *item, struct err *e);

#endif
