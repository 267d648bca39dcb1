/* render_state: how lines and areas are drawn: drawing parameters and what an object says
 * itself (GB/T 33190-2016 §8.2). SPDX-License-Identifier: Apache-2.0
 */
#ifndef QY_DOC_RENDER_STATE_H
#define QY_DOC_RENDER_STATE_H

#include "doc/render_paint.h"

enum { DASHES_MAX = 32, RELATIVES_MAX = 16 };

/* What holds for an object: its own attributes, else those of its DrawParam and what that
 * is relative to, else those of its layer's. */
struct state {
	double line_width, miter_limit, dash_offset;
	cairo_line_cap_t cap;
	cairo_line_join_t join;
	double dashes[DASHES_MAX];
	int dash_count;
	bool has_fill, has_stroke;
	struct paint fill, stroke;
};

extern const struct state state_initial;

/* Lays the DrawParam n names (attribute DrawParam) over s. */
void state_param(struct drawing *d, struct state *s, const struct node *n);

/* Lays an object over s: its DrawParam, line attributes and colours. */
void state_object(struct drawing *d, struct state *s, const struct node *n);

/* Gives line width, cap, join and dashes to cairo. length: of what is to be drawn, at
 * most, in present coordinates: too many dashes are drawn as a solid line. */
void state_line(struct drawing *d, const struct state *s, double length);

#endif
