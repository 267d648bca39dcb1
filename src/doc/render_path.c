/* render_path: see render_path.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "doc/render_path.h"

#include <math.h>

#include "base/text.h"

/* cairo counts in 24.8 fixed point: what lies further out is drawn to the edge of that.
 */
#define DEVICE_MAX 4e6

struct trace {
	struct drawing *d;
	struct bytes rest;
	double x, y, start_x, start_y, length;
	size_t ops;
	bool open; /* a point to draw from */
};

static void device_clamp(struct drawing *d, double *x, double *y)
{
	cairo_user_to_device(d->cr, x, y);
	*x = fmax(-DEVICE_MAX, fmin(DEVICE_MAX, *x));
	*y = fmax(-DEVICE_MAX, fmin(DEVICE_MAX, *y));
	cairo_device_to_user(d->cr, x, y);
}

static void go(struct trace *t, double x, double y)
{
	t->length += hypot(x - t->x, y - t->y);
	t->x = x;
	t->y = y;
}

static void trace_line(struct trace *t, double x, double y)
{
	go(t, x, y);
	device_clamp(t->d, &x, &y);
	cairo_line_to(t->d->cr, x, y);
}

static void trace_curve(
	struct trace *t, double x1, double y1, double x2, double y2, double x3, double y3)
{
	t->length += hypot(x1 - t->x, y1 - t->y) + hypot(x2 - x1, y2 - y1);
	t->x = x2;
	t->y = y2;
	go(t, x3, y3);
	device_clamp(t->d, &x1, &y1);
	device_clamp(t->d, &x2, &y2);
	device_clamp(t->d, &x3, &y3);
	cairo_curve_to(t->d->cr, x1, y1, x2, y2, x3, y3);
}

/* A circle of radius 1 about 0 from angle a0 over `sweep`, seen through m, as curves. */
static void arc_put(struct trace *t, const cairo_matrix_t *m, double a0, double sweep)
{
	int parts = (int)ceil(fabs(sweep) / (M_PI / 2));

	for (int i = 0; i < parts; i++) {
		double a = a0 + sweep * i / parts, b = a0 + sweep * (i + 1) / parts;
		double k = 4.0 / 3 * tan((b - a) / 4);
		double x1 = cos(a) - k * sin(a), y1 = sin(a) + k * cos(a);
		double x2 = cos(b) + k * sin(b), y2 = sin(b) - k * cos(b);
		double x3 = cos(b), y3 = sin(b);

		cairo_matrix_transform_point(m, &x1, &y1);
		cairo_matrix_transform_point(m, &x2, &y2);
		cairo_matrix_transform_point(m, &x3, &y3);
		trace_curve(t, x1, y1, x2, y2, x3, y3);
	}
}

/* An elliptic arc given by its ends: where on the ellipse's own circle they lie. */
static void trace_arc(struct trace *t, const double v[7])
{
	double rx = fabs(v[0]), ry = fabs(v[1]), turn = v[2] * M_PI / 180;
	bool large = v[3] != 0, clockwise = v[4] != 0;
	double dx = v[5] - t->x, dy = v[6] - t->y, c = cos(turn), s = sin(turn);
	double ux, uy, chord, far, mx, my, a0, a1;
	cairo_matrix_t m;

	if (rx < 1e-9 || ry < 1e-9 || hypot(dx, dy) < 1e-9) {
		trace_line(t, v[5], v[6]);
		return;
	}
	/* The chord with the ellipse turned and pressed into the unit circle. */
	ux = (c * dx + s * dy) / rx;
	uy = (-s * dx + c * dy) / ry;
	chord = hypot(ux, uy);
	if (chord > 2) { /* too small to reach: grown until it does */
		rx *= chord / 2;
		ry *= chord / 2;
		ux *= 2 / chord;
		uy *= 2 / chord;
		chord = 2;
	}
	far = sqrt(fmax(0, 1 - chord * chord / 4));
	if (large == clockwise)
		far = -far;
	/* The centre seen from the start, then the angles of both ends about it. */
	mx = ux / 2 - far * uy / chord;
	my = uy / 2 + far * ux / chord;
	a0 = atan2(-my, -mx);
	a1 = atan2(uy - my, ux - mx);
	if (clockwise && a1 < a0)
		a1 += 2 * M_PI;
	if (!clockwise && a1 > a0)
		a1 -= 2 * M_PI;
	cairo_matrix_init(&m, rx * c, rx * s, -ry * s, ry * c, 0, 0);
	m.x0 = t->x + mx * m.xx + my * m.xy;
	m.y0 = t->y + mx * m.yx + my * m.yy;
	arc_put(t, &m, a0, a1 - a0);
}

/* How many numbers an operator takes; -1: no operator. */
static int arity(uint8_t op)
{
	switch (op) {
	case 'S':
	case 'M':
	case 'L':
		return 2;
	case 'Q':
		return 4;
	case 'B':
		return 6;
	case 'A':
		return 7;
	case 'C':
		return 0;
	default:
		return -1;
	}
}

static void move(struct trace *t, double x, double y)
{
	t->x = t->start_x = x;
	t->y = t->start_y = y;
	t->open = true;
	device_clamp(t->d, &x, &y);
	cairo_move_to(t->d->cr, x, y);
}

//= GB/T 33190-2016 §9.1: S, M, L, Q, B, A and C
static void operate(struct trace *t, uint8_t op, const double v[7])
{
	double x = t->x, y = t->y;

	switch (op) {
	case 'L':
		trace_line(t, v[0], v[1]);
		break;
	case 'Q':
		trace_curve(t, x + (v[0] - x) * 2 / 3, y + (v[1] - y) * 2 / 3,
			v[2] + (v[0] - v[2]) * 2 / 3, v[3] + (v[1] - v[3]) * 2 / 3, v[2],
			v[3]);
		break;
	case 'B':
		trace_curve(t, v[0], v[1], v[2], v[3], v[4], v[5]);
		break;
	case 'A':
		trace_arc(t, v);
		break;
	case 'C':
		go(t, t->start_x, t->start_y);
		cairo_close_path(t->d->cr);
		break;
	default:
		move(t, v[0], v[1]);
		break;
	}
}

/* The next operator, which makers write with and without a blank behind it. */
static bool operator_next(struct trace *t, uint8_t *op)
{
	struct bytes rest = t->rest;

	while (rest.n && (rest.p[0] <= ' ' || rest.p[0] == ','))
		rest = bytes_from(rest, 1);
	if (rest.n == 0)
		return false;
	*op = rest.p[0];
	t->rest = bytes_from(rest, 1);
	return true;
}

/* A number that may end where the next operator begins. */
static bool number_next(struct trace *t, double *out)
{
	struct bytes token, rest = t->rest;
	size_t n;

	if (!value_token(&rest, &token))
		return false;
	for (n = 0; n < token.n; n++)
		if (arity(token.p[n]) >= 0)
			break;
	if (!value_number(bytes_head(token, n), out))
		return false;
	t->rest = bytes_make(token.p + n, rest.n + token.n - n);
	return true;
}

bool path_trace(struct drawing *d, struct bytes text, double *length, struct err *e)
{
	struct trace t = {.d = d, .rest = text};
	double v[7] = {0};
	uint8_t op;

	while (operator_next(&t, &op)) {
		int want = arity(op), got = 0;

		if (++t.ops > PATH_OPS_MAX)
			return err_set(e, ERR_TOO_LARGE,
				"a path of more than %d operators", PATH_OPS_MAX);
		while (got < want && number_next(&t, &v[got]))
			got++;
		if (got < want || want < 0) {
			draw_note(d, "a path with a broken operator");
			break;
		}
		/* A line from nowhere begins at the origin. */
		if (!t.open && op != 'S' && op != 'M')
			move(&t, 0, 0);
		operate(&t, op, v);
	}
	*length = t.length;
	return true;
}

cairo_fill_rule_t path_rule(const struct node *n)
{
	struct bytes rule = node_value(n, "Rule");

	return ascii_equal_nocase(rule, BYTES("Even-Odd")) ? CAIRO_FILL_RULE_EVEN_ODD
							   : CAIRO_FILL_RULE_WINDING;
}

bool path_draw(struct drawing *d, const struct node *n, const struct state *s,
	double alpha, struct err *e)
{
	const struct node *data = node_child(n, "AbbreviatedData");
	struct paint stroke = s->has_stroke ? s->stroke : paint_black;
	cairo_path_t *kept = NULL;
	double length = 0;
	bool good = true, has_stroke = node_bool(n, "Stroke", true);

	cairo_new_path(d->cr);
	if (!data || !path_trace(d, data->text, &length, e)) {
		cairo_new_path(d->cr);
		return data ? false
			    : err_set(e, ERR_MALFORMED, "a path without AbbreviatedData");
	}
	//= GB/T 33190-2016 §9.1: Fill is off and its colour transparent unless given
	if (node_bool(n, "Fill", false) && s->has_fill) {
		if (has_stroke)
			kept = cairo_copy_path(d->cr);
		good = paint_fill(d, &s->fill, alpha, path_rule(n), e);
	}
	if (good && has_stroke) {
		if (kept)
			cairo_append_path(d->cr, kept);
		state_line(d, s, length);
		good = paint_stroke(d, &stroke, alpha, e);
	}
	if (kept)
		cairo_path_destroy(kept);
	cairo_new_path(d->cr);
	return good;
}
