/* render_paint: colours: plain, from palettes, and as shadings and patterns (GB/T
 * 33190-2016 §8.3). SPDX-License-Identifier: Apache-2.0
 */
#ifndef QY_DOC_RENDER_PAINT_H
#define QY_DOC_RENDER_PAINT_H

#include "doc/render_private.h"

struct paint {
	double r, g, b, a;
	const struct node *shade; /* Pattern, AxialShd … instead of the plain colour */
};

extern const struct paint paint_black, paint_none;

/* What a CT_Color says. Values that make no sense are black and noted. */
struct paint paint_of(struct drawing *d, const struct node *colour);

/* Makes it cairo's source, alpha being the object's; false for what is no source but has
 * to be drawn (patterns of cells, Gouraud). */
bool paint_set(struct drawing *d, const struct paint *p, double alpha);

/* Fills, or strokes with the present line, the present path, and forgets it. */
MUST_USE bool paint_fill(struct drawing *d, const struct paint *p, double alpha,
	cairo_fill_rule_t rule, struct err *e);
MUST_USE bool paint_stroke(
	struct drawing *d, const struct paint *p, double alpha, struct err *e);

#endif
