/* outline: shapes in the plane as move, line, curve and close, the one form a seal
 * picture has before it becomes pixels or SVG. SPDX-License-Identifier: Apache-2.0
 *
 * Internal to doc/picture. x runs right, y runs down. An outline lives in its arena and
 * is filled by the non-zero rule, so a hole is a contour that runs the other way round.
 */
#ifndef QY_DOC_PICTURE_OUTLINE_H
#define QY_DOC_PICTURE_OUTLINE_H

#include <cairo.h>

#include "base/arena.h"
#include "base/buf.h"

struct point {
	double x, y;
};

/* A rectangle parallel to the axes; x0 > x1 where there is nothing. */
struct extents {
	double x0, y0, x1, y1;
};

enum outline_op { OUTLINE_MOVE, OUTLINE_LINE, OUTLINE_CURVE, OUTLINE_CLOSE };

struct outline {
	struct arena *arena;
	uint8_t *ops; /* enum outline_op; they use 1, 1, 3 and 0 points */
	struct point *points;
	size_t op_count, op_room, point_count, point_room;
};

struct outline outline_make(struct arena *a);

void outline_move(struct outline *o, double x, double y);
void outline_line(struct outline *o, double x, double y);
void outline_curve(struct outline *o, struct point p1, struct point p2, struct point p3);
void outline_close(struct outline *o);

/* Adds every contour of `from`, each point taken through m. */
void outline_append(
	struct outline *o, const struct outline *from, const cairo_matrix_t *m);

/* Adds what stands in a cairo path. */
void outline_append_cairo(struct outline *o, const cairo_path_t *path);

/* The ring between an ellipse with half axes rx, ry and the one `width` inside it. */
void outline_ring(
	struct outline *o, struct point centre, double rx, double ry, double width);

/* The frame of the rectangle 0,0 … w,h, `width` thick, drawn inside it. */
void outline_frame(struct outline *o, double w, double h, double width);

/* A five-pointed star, one point up, whose points lie on a circle of radius r. */
void outline_star(struct outline *o, struct point centre, double r);

/* The smallest rectangle around all points; around a curve's handles too, so it is never
 * too small. */
struct extents outline_extents(const struct outline *o);

/* Adds the outline to cairo's current path. */
void outline_trace(const struct outline *o, cairo_t *cr);

/* Appends the outline as SVG path data, three decimals, the same in every locale. */
MUST_USE bool outline_svg(const struct outline *o, struct buf *out, struct err *e);

/* Appends a number with at most three decimals and a point, whatever the locale. */
MUST_USE bool outline_number(struct buf *out, double v, struct err *e);

#endif
