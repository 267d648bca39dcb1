/* render_state: see render_state.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "doc/render_state.h"

#include "base/text.h"

/* Lines thinner than this are drawn so: a width of 0 means as thin as can be seen. */
#define LINE_MIN_MM   0.05
#define DASHES_AT_ALL 100000.0

//= GB/T 33190-2016 §8.2: the defaults of drawing parameters
const struct state state_initial = {.line_width = 0.353,
	.miter_limit = 3.528,
	.cap = CAIRO_LINE_CAP_BUTT,
	.join = CAIRO_LINE_JOIN_MITER};

static void dashes_read(struct state *s, struct bytes text)
{
	double sum = 0;

	s->dash_count = (int)value_numbers(text, s->dashes, DASHES_MAX);
	for (int i = 0; i < s->dash_count; i++) {
		if (s->dashes[i] < 0) {
			s->dash_count = 0;
			return;
		}
		sum += s->dashes[i];
	}
	if (!(sum > 1e-3))
		s->dash_count = 0;
}

static void cap_read(struct state *s, struct bytes text)
{
	if (ascii_equal_nocase(text, BYTES("Round")))
		s->cap = CAIRO_LINE_CAP_ROUND;
	else if (ascii_equal_nocase(text, BYTES("Square")))
		s->cap = CAIRO_LINE_CAP_SQUARE;
	else
		s->cap = CAIRO_LINE_CAP_BUTT;
}

static void join_read(struct state *s, struct bytes text)
{
	if (ascii_equal_nocase(text, BYTES("Round")))
		s->join = CAIRO_LINE_JOIN_ROUND;
	else if (ascii_equal_nocase(text, BYTES("Bevel")))
		s->join = CAIRO_LINE_JOIN_BEVEL;
	else
		s->join = CAIRO_LINE_JOIN_MITER;
}

/* The attributes and colours that drawing parameters and objects have in common. */
static void attributes_lay(struct drawing *d, struct state *s, const struct node *n)
{
	const struct node *colour;
	struct bytes text;

	s->line_width = node_number(n, "LineWidth", s->line_width);
	s->miter_limit = node_number(n, "MiterLimit", s->miter_limit);
	s->dash_offset = node_number(n, "DashOffset", s->dash_offset);
	if (node_attr(n, "DashPattern", &text))
		dashes_read(s, text);
	if (node_attr(n, "Cap", &text))
		cap_read(s, text);
	if (node_attr(n, "Join", &text))
		join_read(s, text);
	colour = node_child(n, "FillColor");
	if (colour) {
		s->has_fill = true;
		s->fill = paint_of(d, colour);
	}
	colour = node_child(n, "StrokeColor");
	if (colour) {
		s->has_stroke = true;
		s->stroke = paint_of(d, colour);
	}
}

void state_param(struct drawing *d, struct state *s, const struct node *n)
{
	const struct node *chain[RELATIVES_MAX];
	size_t count = 0;
	const char *name = "DrawParam";
	uint32_t id;

	//= GB/T 33190-2016 §8.2: Relative names the parameters these are laid over
	while (node_id(n, name, &id)) {
		const struct res_item *item = draw_res(d, RES_DRAW_PARAM, id);

		if (!item) {
			draw_note(d, "drawing parameters %u are not defined", id);
			break;
		}
		if (count == RELATIVES_MAX) {
			draw_note(d, "drawing parameters %u lead in a circle", id);
			break;
		}
		n = chain[count++] = item->node;
		name = "Relative";
	}
	while (count)
		attributes_lay(d, s, chain[--count]);
}

void state_object(struct drawing *d, struct state *s, const struct node *n)
{
	state_param(d, s, n);
	attributes_lay(d, s, n);
}

void state_line(struct drawing *d, const struct state *s, double length)
{
	double width = s->line_width, sum = 0;

	if (!(width >= LINE_MIN_MM))
		width = LINE_MIN_MM;
	cairo_set_line_width(d->cr, width);
	cairo_set_line_cap(d->cr, s->cap);
	cairo_set_line_join(d->cr, s->join);
	cairo_set_miter_limit(d->cr, s->miter_limit >= 1 ? s->miter_limit : 1);
	for (int i = 0; i < s->dash_count; i++)
		sum += s->dashes[i];
	if (s->dash_count && length / sum * s->dash_count > DASHES_AT_ALL) {
		draw_note(d, "dashes too fine to be drawn");
		cairo_set_dash(d->cr, NULL, 0, 0);
		return;
	}
	cairo_set_dash(d->cr, s->dashes, s->dash_count, s->dash_offset);
}
