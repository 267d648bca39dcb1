/* render_shade: axial and radial shadings; the others are in render_mesh.c and
 * render_pattern.c. SPDX-License-Identifier: Apache-2.0
 */
#include "doc/render_shade.h"

#include <math.h>

#include "base/text.h"
#include "doc/render_paint.h"
#include "doc/render_tile.h"

enum { EXTEND_BEFORE = 1, EXTEND_BEHIND = 2, PERIODS_MAX = 64 };

struct stop {
	double at;
	struct paint colour;
};

struct stops {
	struct stop list[SHADE_STOPS_MAX];
	size_t count;
};

static struct stops *stops_read(struct drawing *d, const struct node *shade)
{
	struct stops *s = ARENA_NEW(d->arena, struct stops);
	size_t all = 0;

	for (const struct node *n = node_child(shade, "Segment"); n;
		n = node_next(n, "Segment"))
		all++;
	for (const struct node *n = node_child(shade, "Segment");
		n && s->count < SHADE_STOPS_MAX; n = node_next(n, "Segment")) {
		const struct node *colour = node_child(n, "Color");
		struct stop *stop = &s->list[s->count];
		//= GB/T 33190-2016 §8.3.3: without positions the segments are equally long
		double usual = all > 1 ? (double)s->count / (double)(all - 1) : 0;

		if (!colour)
			continue;
		stop->at = node_number(n, "Position", usual);
		stop->at = stop->at < 0 ? 0 : stop->at > 1 ? 1 : stop->at;
		stop->colour = paint_of(d, colour);
		s->count++;
	}
	return s;
}

/* The stops once, squeezed between `from` and `to`, forwards or backwards. */
static void stops_put(cairo_pattern_t *p, const struct stops *s, double alpha,
	double from, double to, bool backwards)
{
	for (size_t i = 0; i < s->count; i++) {
		const struct stop *stop = &s->list[backwards ? s->count - 1 - i : i];
		double at = backwards ? 1 - stop->at : stop->at;

		cairo_pattern_add_color_stop_rgba(p, from + at * (to - from),
			stop->colour.r, stop->colour.g, stop->colour.b,
			stop->colour.a * alpha);
	}
}

/* Direct: once; Repeat and Reflect: every `period` of the whole length. */
static void stops_map(cairo_pattern_t *p, const struct node *shade, const struct stops *s,
	double alpha, double length)
{
	struct bytes type = node_value(shade, "MapType");
	bool reflect = bytes_equal(type, BYTES("Reflect"));
	double unit = node_number(shade, "MapUnit", length), periods;

	if (!reflect && !bytes_equal(type, BYTES("Repeat")))
		unit = length;
	periods = unit > 0 ? length / unit : 1;
	if (!(periods > 1) || periods > PERIODS_MAX) {
		stops_put(p, s, alpha, 0, 1, false);
		return;
	}
	for (int i = 0; i < (int)ceil(periods); i++)
		stops_put(p, s, alpha, i / periods, (i + 1) / periods,
			reflect && i % 2 == 1);
}

/* cairo extends on both sides or on neither: the side that is not wanted gets a stop of
 * nothing at its very end. */
static void extend_set(
	cairo_pattern_t *p, const struct node *shade, const struct stops *s)
{
	int extend = node_int(shade, "Extend", 0);
	const struct stop *last = &s->list[s->count - 1];

	cairo_pattern_set_extend(p, extend & 3 ? CAIRO_EXTEND_PAD : CAIRO_EXTEND_NONE);
	if ((extend & 3) == EXTEND_BEFORE)
		cairo_pattern_add_color_stop_rgba(
			p, 1, last->colour.r, last->colour.g, last->colour.b, 0);
}

static bool place_read(const struct node *shade, const char *name, double v[2])
{
	return value_numbers(node_value(shade, name), v, 2) == 2;
}

static cairo_pattern_t *axial(struct drawing *d, const struct node *shade, double alpha)
{
	const struct stops *s = stops_read(d, shade);
	double from[2], to[2], length;
	cairo_pattern_t *p;

	//= GB/T 33190-2016 §8.3.3: the end is spelt EndPint in the standard's schema
	if (!place_read(shade, "StartPoint", from) ||
		(!place_read(shade, "EndPoint", to) &&
			!place_read(shade, "EndPint", to)) ||
		s->count == 0)
		return NULL;
	length = hypot(to[0] - from[0], to[1] - from[1]);
	p = cairo_pattern_create_linear(from[0], from[1], to[0], to[1]);
	if ((node_int(shade, "Extend", 0) & 3) == EXTEND_BEHIND)
		cairo_pattern_add_color_stop_rgba(p, 0, s->list[0].colour.r,
			s->list[0].colour.g, s->list[0].colour.b, 0);
	stops_map(p, shade, s, alpha, length);
	extend_set(p, shade, s);
	return p;
}

/* An ellipse is a circle seen through a matrix: flattened across its long axis. */
static void ellipse_set(cairo_pattern_t *p, const struct node *shade, const double at[2])
{
	double eccentricity = node_number(shade, "Eccentricity", 0);
	double angle = node_number(shade, "Angle", 0) * M_PI / 180;
	cairo_matrix_t m;

	if (!(eccentricity > 0 && eccentricity < 0.9999))
		return;
	/* From the page to the pattern. */
	cairo_matrix_init_translate(&m, at[0], at[1]);
	cairo_matrix_scale(&m, 1, 1 / sqrt(1 - eccentricity * eccentricity));
	cairo_matrix_rotate(&m, -angle);
	cairo_matrix_translate(&m, -at[0], -at[1]);
	cairo_pattern_set_matrix(p, &m);
}

static cairo_pattern_t *radial(struct drawing *d, const struct node *shade, double alpha)
{
	const struct stops *s = stops_read(d, shade);
	double from[2], to[2], r0 = node_number(shade, "StartRadius", 0),
			       r1 = node_number(shade, "EndRadius", 0);
	cairo_pattern_t *p;

	if (!place_read(shade, "StartPoint", from) ||
		!place_read(shade, "EndPoint", to) || s->count == 0 || r0 < 0 ||
		!(r1 >= 0))
		return NULL;
	p = cairo_pattern_create_radial(from[0], from[1], r0, to[0], to[1], r1);
	if ((node_int(shade, "Extend", 0) & 3) == EXTEND_BEHIND)
		cairo_pattern_add_color_stop_rgba(p, 0, s->list[0].colour.r,
			s->list[0].colour.g, s->list[0].colour.b, 0);
	stops_map(p, shade, s, alpha,
		hypot(to[0] - from[0], to[1] - from[1]) + fabs(r1 - r0));
	extend_set(p, shade, s);
	ellipse_set(p, shade, to);
	return p;
}

cairo_pattern_t *shade_gradient(struct drawing *d, const struct node *shade, double alpha)
{
	cairo_pattern_t *p = NULL;

	if (node_is(shade, "AxialShd"))
		p = axial(d, shade, alpha);
	else if (node_is(shade, "RadialShd"))
		p = radial(d, shade, alpha);
	else
		return NULL;
	if (!p) {
		draw_note(d, "a shading without points or colors");
		/* Nothing rather than black. */
		p = cairo_pattern_create_rgba(0, 0, 0, 0);
	}
	return p;
}

bool shade_cover(struct drawing *d, const struct node *shade, double alpha, struct err *e)
{
	if (node_is(shade, "Pattern"))
		return pattern_cover(d, shade, alpha, e);
	if (node_is(shade, "GouraudShd"))
		return gouraud_cover(d, shade, alpha, e);
	if (node_is(shade, "LaGouraudShd"))
		return lattice_cover(d, shade, alpha, e);
	return err_set(e, ERR_UNSUPPORTED, "color of kind %s",
		text_printable(d->arena, shade->name, 40));
}
