/* render_tile: paints that have to be drawn: meshes of colours, and cells repeated.
 * SPDX-License-Identifier: Apache-2.0
 *
 * Internal to render_shade. Each paints the present clip.
 */
#ifndef QY_DOC_RENDER_TILE_H
#define QY_DOC_RENDER_TILE_H

#include "doc/render_private.h"

MUST_USE bool pattern_cover(
	struct drawing *d, const struct node *pattern, double alpha, struct err *e);
MUST_USE bool gouraud_cover(
	struct drawing *d, const struct node *shade, double alpha, struct err *e);
MUST_USE bool lattice_cover(
	struct drawing *d, const struct node *shade, double alpha, struct err *e);

#endif
