/* layout: characters placed by arc length on a curve cut into small steps; lines fitted
 * by trying. SPDX-License-Identifier: Apache-2.0
 */
#include "doc/picture_layout.h"

#include <math.h>

enum { CURVE_STEPS = 1440 };

/* The part of its pitch a character's em may fill: the rest is the gap to its neighbour.
 */
static const double PITCH_FILL = 0.94;
static const double DIGIT_FILL = 0.86;

/* Puts a glyph's em on a point: across by the middle of its ink, upright by the middle of
 * the line, so that 一 stays in the middle and brackets do not drift. w is the room. */
static void mark_add(struct layout *l, const struct glyph *g, enum glyph_face face,
	struct point at, double angle, double sx, double sy, double w)
{
	double ink_w = g->ink.x1 - g->ink.x0, ink_h = g->ink.y1 - g->ink.y0;
	double line_h = glyph_height(face) * sy, off;
	struct mark *m = &l->marks[l->count];

	if (g->is_blank || l->count == LAYOUT_MARKS_MAX)
		return;
	sx = fmin(sx, w / ink_w);
	off = sy * ((g->ink.y0 + g->ink.y1) / 2 + glyph_middle(face));
	/* Marks stacked above a letter, or a sign taller than any: fitted into the line.
	 */
	if (fabs(off) + ink_h * sy / 2 > line_h * 0.52) {
		sy = fmin(sy, line_h / ink_h);
		off = 0;
	}
	*m = (struct mark){.glyph = g, .angle = angle, .sx = sx, .sy = sy};
	m->x = at.x - off * sin(angle);
	m->y = at.y + off * cos(angle);
	m->w = ink_w * sx;
	m->h = ink_h * sy;
	l->count++;
}

static double run_share(struct run r)
{
	double sum = 0;

	for (size_t i = 0; i < r.count; i++)
		sum += r.glyphs[i].share;
	return sum;
}

struct curve_point {
	struct point p;
	double normal; /* direction outward, clockwise from straight up */
	double length; /* from the start */
};

/* The curve `depth` inside the edge, from the bottom clockwise round to the bottom. */
static double curve_inside(
	struct edge edge, double depth, struct curve_point out[CURVE_STEPS + 1])
{
	struct point last = {0};
	double length = 0;

	for (int i = 0; i <= CURVE_STEPS; i++) {
		double t = M_PI + 2 * M_PI * i / CURVE_STEPS;
		double nx = sin(t) / edge.rx, ny = -cos(t) / edge.ry, n = hypot(nx, ny);
		struct point p = {edge.centre.x + edge.rx * sin(t) - depth * nx / n,
			edge.centre.y - edge.ry * cos(t) - depth * ny / n};

		length += i ? hypot(p.x - last.x, p.y - last.y) : 0;
		out[i] = (struct curve_point){p, atan2(nx, -ny), length};
		last = p;
	}
	return length;
}

static struct curve_point curve_at(
	const struct curve_point curve[CURVE_STEPS + 1], double length)
{
	int low = 0, high = CURVE_STEPS;
	double part, turn;
	struct curve_point a, b;

	while (high - low > 1) {
		int middle = (low + high) / 2;

		if (curve[middle].length <= length)
			low = middle;
		else
			high = middle;
	}
	a = curve[low];
	b = curve[high];
	part = (length - a.length) / (b.length - a.length);
	turn = remainder(b.normal - a.normal, 2 * M_PI);
	a.p.x += part * (b.p.x - a.p.x);
	a.p.y += part * (b.p.y - a.p.y);
	a.normal += part * turn;
	return a;
}

void layout_ring(struct layout *l, struct run name, struct edge edge, double height,
	double turn, double slim)
{
	struct curve_point curve[CURVE_STEPS + 1];
	double whole = curve_inside(edge, height, curve);
	double unit = whole * turn / run_share(name);
	double at = whole * (1 - turn) / 2;
	double width = fmin(slim * height, PITCH_FILL * unit);

	for (size_t i = 0; i < name.count; i++) {
		const struct glyph *g = &name.glyphs[i];
		double room = unit * g->share;
		struct curve_point c = curve_at(curve, at + room / 2);
		struct point middle = {c.p.x + sin(c.normal) * height / 2,
			c.p.y - cos(c.normal) * height / 2};

		mark_add(l, g, name.face, middle, c.normal, width, height,
			PITCH_FILL * room);
		at += room;
	}
}

void layout_code(
	struct layout *l, struct run code, struct edge edge, double height, double pitch)
{
	double middle = edge.rx - height / 2, inner = edge.rx - height;
	double scale = height / glyph_height(code.face);
	double first = -pitch * (double)(code.count - 1) / 2;

	for (size_t i = 0; i < code.count; i++) {
		double angle = (first + (double)i * pitch) / edge.rx;
		struct point p = {edge.centre.x + middle * sin(angle),
			edge.centre.y + middle * cos(angle)};

		/* Heads point inward, so that is where neighbours come closest. */
		mark_add(l, &code.glyphs[i], code.face, p, -angle, scale, scale,
			DIGIT_FILL * pitch * inner / edge.rx);
	}
}

void mark_corners(const struct mark *m, struct point out[4])
{
	double c = cos(m->angle), s = sin(m->angle);
	static const double side[4][2] = {{-1, -1}, {1, -1}, {1, 1}, {-1, 1}};

	for (int i = 0; i < 4; i++) {
		double x = side[i][0] * m->w / 2, y = side[i][1] * m->h / 2;

		out[i] = (struct point){m->x + x * c - y * s, m->y + x * s + y * c};
	}
}

/* Is there a line along a side of a, with all of b at least gap beyond it? */
static bool mark_parts(const struct mark *a, const struct mark *b, double gap)
{
	struct point corners[4];
	double c = cos(a->angle), s = sin(a->angle);
	double x0 = INFINITY, x1 = -INFINITY, y0 = INFINITY, y1 = -INFINITY;

	mark_corners(b, corners);
	for (int i = 0; i < 4; i++) {
		double dx = corners[i].x - a->x, dy = corners[i].y - a->y;
		double x = dx * c + dy * s, y = dy * c - dx * s;

		x0 = fmin(x0, x);
		x1 = fmax(x1, x);
		y0 = fmin(y0, y);
		y1 = fmax(y1, y);
	}
	return x0 >= a->w / 2 + gap || x1 <= -a->w / 2 - gap || y0 >= a->h / 2 + gap ||
	       y1 <= -a->h / 2 - gap;
}

bool mark_meets(const struct mark *a, const struct mark *b, double gap)
{
	return !mark_parts(a, b, gap) && !mark_parts(b, a, gap);
}

/* Is the upright rectangle clear of all marks and inside the curve? */
static bool box_is_free(
	const struct layout *l, const struct mark *box, const struct line *line)
{
	struct point corners[4];

	mark_corners(box, corners);
	for (int i = 0; i < 4; i++)
		if (hypot((corners[i].x - line->within.centre.x) /
				    (line->within.rx - line->gap),
			    (corners[i].y - line->within.centre.y) /
				    (line->within.ry - line->gap)) > 1)
			return false;
	for (size_t i = 0; i < l->count; i++)
		if (mark_meets(box, &l->marks[i], line->gap))
			return false;
	return true;
}

/* Finds the largest height and width that fit: narrower characters before smaller ones,
 * as a seal cutter does. */
static bool line_fit(const struct layout *l, const struct line *line, double share,
	struct mark *box, double *slim)
{
	box->x = line->x;
	box->h = line->height;
	while (box->h >= line->height_min) {
		box->y = line->top + box->h / 2;
		*slim = line->slim;
		while (*slim >= line->slim_min) {
			box->w = share * *slim * box->h / PITCH_FILL;
			if ((line->width_max == 0 || box->w <= line->width_max) &&
				box_is_free(l, box, line))
				return true;
			*slim -= 0.01;
		}
		box->h *= 0.97;
	}
	return false;
}

bool layout_line(
	struct layout *l, struct run text, const struct line *line, struct err *e)
{
	bool digits = text.face == GLYPH_DIGIT;
	double share = run_share(text), slim, unit, at, em;
	struct mark box = {0};

	if (!line_fit(l, line, share, &box, &slim))
		return err_set(e, ERR_USAGE, "%zu characters do not fit into the seal",
			text.count);
	unit = box.w / share;
	at = line->x - box.w / 2;
	em = box.h / glyph_height(text.face);
	for (size_t i = 0; i < text.count; i++) {
		const struct glyph *g = &text.glyphs[i];
		double room = unit * g->share;
		struct point middle = {at + room / 2, box.y};

		/* Digits are as wide as their room allows, characters all alike. */
		mark_add(l, g, text.face, middle, 0, digits ? em : slim * box.h, em,
			(digits ? DIGIT_FILL : PITCH_FILL) * room);
		at += room;
	}
	return true;
}

void layout_square(struct layout *l, struct run text, double x0, double y0, double side)
{
	size_t columns = text.count <= 2 ? 1 : text.count <= 6 ? 2 : 3, done = 0;

	for (size_t c = 0; c < columns; c++) {
		/* The right column is read first and holds what is left over. */
		size_t rows = (text.count - done + columns - c - 1) / (columns - c);
		double w = side / (double)columns, h = side / (double)rows;
		double em_x = fmin(w, h * 1.6) * 0.98, em_y = fmin(h, w * 2.4) * 0.96;

		for (size_t r = 0; r < rows; r++, done++) {
			struct point middle = {x0 + side - ((double)c + 0.5) * w,
				y0 + ((double)r + 0.5) * h};

			mark_add(l, &text.glyphs[done], text.face, middle, 0, em_x, em_y,
				w * PITCH_FILL);
		}
	}
}

void layout_draw(const struct layout *l, struct outline *o)
{
	for (size_t i = 0; i < l->count; i++) {
		const struct mark *m = &l->marks[i];
		const struct extents *x = &m->glyph->ink;
		cairo_matrix_t at;

		cairo_matrix_init_translate(&at, m->x, m->y);
		cairo_matrix_rotate(&at, m->angle);
		cairo_matrix_scale(&at, m->sx, m->sy);
		cairo_matrix_translate(&at, -(x->x0 + x->x1) / 2, -(x->y0 + x->y1) / 2);
		outline_append(o, &m->glyph->shape, &at);
	}
}
