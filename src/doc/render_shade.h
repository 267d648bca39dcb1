/* render_shade: axial, radial and Gouraud shadings, and patterns of cells (GB/T
 * 33190-2016
 * §8.3.2 - §8.3.4). SPDX-License-Identifier: Apache-2.0
 */
#ifndef QY_DOC_RENDER_SHADE_H
#define QY_DOC_RENDER_SHADE_H

#include "doc/render_private.h"

enum { SHADE_STOPS_MAX = 256, SHADE_POINTS_MAX = 4096, SHADE_TILES_MAX = 20000 };

/* An axial or radial shading as a source of cairo's, in the present coordinates; null for
 * anything else. The caller destroys it. */
cairo_pattern_t *shade_gradient(
	struct drawing *d, const struct node *shade, double alpha);

/* Paints the present clip with a Gouraud shading or a pattern. */
MUST_USE bool shade_cover(
	struct drawing *d, const struct node *shade, double alpha, struct err *e);

#endif
