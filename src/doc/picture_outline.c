/* outline: arrays in an arena that double; shapes made of arcs a quarter turn each.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "doc/picture_outline.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const uint8_t op_points[] = {
	[OUTLINE_MOVE] = 1, [OUTLINE_LINE] = 1, [OUTLINE_CURVE] = 3, [OUTLINE_CLOSE] = 0};

struct outline outline_make(struct arena *a)
{
	return (struct outline){.arena = a};
}

static void *room_double(struct arena *a, const void *old, size_t *room, size_t size)
{
	size_t more = *room ? *room * 2 : 32;
	void *p = arena_array(a, more, size);

	if (*room)
		memcpy(p, old, *room * size);
	*room = more;
	return p;
}

static void op_add(struct outline *o, enum outline_op op)
{
	if (o->op_count == o->op_room)
		o->ops = room_double(o->arena, o->ops, &o->op_room, sizeof *o->ops);
	o->ops[o->op_count++] = (uint8_t)op;
}

static void point_add(struct outline *o, double x, double y)
{
	if (o->point_count == o->point_room)
		o->points = room_double(
			o->arena, o->points, &o->point_room, sizeof *o->points);
	o->points[o->point_count++] = (struct point){x, y};
}

void outline_move(struct outline *o, double x, double y)
{
	op_add(o, OUTLINE_MOVE);
	point_add(o, x, y);
}

void outline_line(struct outline *o, double x, double y)
{
	op_add(o, OUTLINE_LINE);
	point_add(o, x, y);
}

void outline_curve(struct outline *o, struct point p1, struct point p2, struct point p3)
{
	op_add(o, OUTLINE_CURVE);
	point_add(o, p1.x, p1.y);
	point_add(o, p2.x, p2.y);
	point_add(o, p3.x, p3.y);
}

void outline_close(struct outline *o)
{
	op_add(o, OUTLINE_CLOSE);
}

void outline_append(
	struct outline *o, const struct outline *from, const cairo_matrix_t *m)
{
	for (size_t i = 0; i < from->op_count; i++)
		op_add(o, (enum outline_op)from->ops[i]);
	for (size_t i = 0; i < from->point_count; i++) {
		struct point p = from->points[i];

		cairo_matrix_transform_point(m, &p.x, &p.y);
		point_add(o, p.x, p.y);
	}
}

static struct point cairo_point(const cairo_path_data_t *d)
{
	return (struct point){d->point.x, d->point.y};
}

void outline_append_cairo(struct outline *o, const cairo_path_t *path)
{
	for (int i = 0; i < path->num_data; i += path->data[i].header.length) {
		const cairo_path_data_t *d = &path->data[i];

		switch (d->header.type) {
		case CAIRO_PATH_MOVE_TO:
			/* Cairo ends every closed contour with a move that leads nowhere.
			 */
			if (i + d->header.length < path->num_data &&
				d[d->header.length].header.type != CAIRO_PATH_MOVE_TO)
				outline_move(o, d[1].point.x, d[1].point.y);
			break;
		case CAIRO_PATH_LINE_TO:
			outline_line(o, d[1].point.x, d[1].point.y);
			break;
		case CAIRO_PATH_CURVE_TO:
			outline_curve(o, cairo_point(d + 1), cairo_point(d + 2),
				cairo_point(d + 3));
			break;
		case CAIRO_PATH_CLOSE_PATH:
			outline_close(o);
			break;
		}
	}
}

/* An ellipse of four curves; turn is 1 for clockwise on the page, -1 for the other way.
 */
static void ellipse_add(
	struct outline *o, struct point c, double rx, double ry, double turn)
{
	/* Handle length of a quarter circle whose middle lies on the circle. */
	const double k = 4.0 / 3.0 * (sqrt(2.0) - 1.0);

	outline_move(o, c.x + rx, c.y);
	for (int i = 0; i < 4; i++) {
		double c0 = cos(turn * i * M_PI_2), s0 = sin(turn * i * M_PI_2);
		double c1 = cos(turn * (i + 1) * M_PI_2),
		       s1 = sin(turn * (i + 1) * M_PI_2);
		double kt = turn * k;

		outline_curve(o,
			(struct point){
				c.x + rx * (c0 - kt * s0), c.y + ry * (s0 + kt * c0)},
			(struct point){
				c.x + rx * (c1 + kt * s1), c.y + ry * (s1 - kt * c1)},
			(struct point){c.x + rx * c1, c.y + ry * s1});
	}
	outline_close(o);
}

void outline_ring(
	struct outline *o, struct point centre, double rx, double ry, double width)
{
	ellipse_add(o, centre, rx, ry, 1);
	ellipse_add(o, centre, rx - width, ry - width, -1);
}

void outline_frame(struct outline *o, double w, double h, double width)
{
	outline_move(o, 0, 0);
	outline_line(o, w, 0);
	outline_line(o, w, h);
	outline_line(o, 0, h);
	outline_close(o);
	outline_move(o, width, width);
	outline_line(o, width, h - width);
	outline_line(o, w - width, h - width);
	outline_line(o, w - width, width);
	outline_close(o);
}

void outline_star(struct outline *o, struct point centre, double r)
{
	/* Inner corners where the lines between every second point cross. */
	const double inner = r * sin(M_PI / 10) / sin(3 * M_PI / 10);

	for (int i = 0; i < 10; i++) {
		double at = i * M_PI / 5, d = i % 2 ? inner : r;
		double x = centre.x + d * sin(at), y = centre.y - d * cos(at);

		if (i == 0)
			outline_move(o, x, y);
		else
			outline_line(o, x, y);
	}
	outline_close(o);
}

struct extents outline_extents(const struct outline *o)
{
	struct extents x = {INFINITY, INFINITY, -INFINITY, -INFINITY};

	for (size_t i = 0; i < o->point_count; i++) {
		x.x0 = fmin(x.x0, o->points[i].x);
		x.y0 = fmin(x.y0, o->points[i].y);
		x.x1 = fmax(x.x1, o->points[i].x);
		x.y1 = fmax(x.y1, o->points[i].y);
	}
	return x;
}

void outline_trace(const struct outline *o, cairo_t *cr)
{
	const struct point *p = o->points;

	for (size_t i = 0; i < o->op_count; i++) {
		switch ((enum outline_op)o->ops[i]) {
		case OUTLINE_MOVE:
			cairo_move_to(cr, p->x, p->y);
			break;
		case OUTLINE_LINE:
			cairo_line_to(cr, p->x, p->y);
			break;
		case OUTLINE_CURVE:
			cairo_curve_to(
				cr, p[0].x, p[0].y, p[1].x, p[1].y, p[2].x, p[2].y);
			break;
		case OUTLINE_CLOSE:
			cairo_close_path(cr);
			break;
		}
		p += op_points[o->ops[i]];
	}
}

bool outline_number(struct buf *out, double v, struct err *e)
{
	long n = lround(v * 1000), whole = labs(n) / 1000, part = labs(n) % 1000;
	char text[32];
	int used = snprintf(text, sizeof text, "%s%ld", n < 0 ? "-" : "", whole);

	if (part)
		used += snprintf(text + used, sizeof text - (size_t)used, ".%03ld", part);
	while (part && text[used - 1] == '0')
		used--;
	return buf_put(out, bytes_make(text, (size_t)used), e);
}

bool outline_svg(const struct outline *o, struct buf *out, struct err *e)
{
	static const char letter[] = {'M', 'L', 'C', 'Z'};
	const struct point *p = o->points;

	for (size_t i = 0; i < o->op_count; i++) {
		if (!buf_put(out, bytes_make(&letter[o->ops[i]], 1), e))
			return false;
		for (int k = 0; k < op_points[o->ops[i]]; k++, p++)
			if ((k && !buf_put(out, BYTES(" "), e)) ||
				!outline_number(out, p->x, e) ||
				!buf_put(out, BYTES(" "), e) ||
				!outline_number(out, p->y, e))
				return false;
	}
	return true;
}
