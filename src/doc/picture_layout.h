/* layout: where each character of a seal stands: along the edge, in a line, in the
 * square. SPDX-License-Identifier: Apache-2.0
 *
 * Internal to doc/picture. Everything is in millimetres, y down. A character's mark is
 * the rectangle its ink fills, turned by an angle: so that no two overlap can be decided
 * by these rectangles alone, and the tests do.
 */
#ifndef QY_DOC_PICTURE_LAYOUT_H
#define QY_DOC_PICTURE_LAYOUT_H

#include "doc/picture_glyph.h"

enum { LAYOUT_MARKS_MAX = 96 };

struct mark {
	const struct glyph *glyph;
	double x, y;   /* middle of its ink */
	double w, h;   /* ink before turning */
	double angle;  /* clockwise, radians */
	double sx, sy; /* millimetres an em, across and along the upright */
};

struct layout {
	struct mark marks[LAYOUT_MARKS_MAX];
	size_t count;
};

/* A text of one face. */
struct run {
	const struct glyph *glyphs;
	size_t count;
	enum glyph_face face;
};

/* The curve the outer ends of the characters touch: an ellipse, or a circle if rx = ry.
 */
struct edge {
	struct point centre;
	double rx, ry;
};

/* The name: clockwise, heads outward, evenly along the inner ends, its middle on top.
 * `height` of a full character, `turn` the part of the way round it may take (1 = all),
 * `slim` the greatest width of a character as a part of its height. */
void layout_ring(struct layout *l, struct run name, struct edge edge, double height,
	double turn, double slim);

/* The code: along the lower part of a circle, heads inward, read from below from left to
 * right; `height` of a digit, `pitch` from one middle to the next, along the digits'
 * feet. */
void layout_code(
	struct layout *l, struct run code, struct edge edge, double height, double pitch);

/* A horizontal line. */
struct line {
	double x, top;             /* its middle, its upper end */
	double height, height_min; /* of a full character: wanted, and still legible */
	double slim, slim_min;     /* width a character to its height: wanted, least */
	double width_max;          /* of the whole line; 0: whatever there is room for */
	double gap;                /* free space kept to every mark already there */
	struct edge within;        /* and to this curve */
};

/* Puts the text on the line as large as its neighbours leave room for. ERR_USAGE when
 * even the smallest does not fit. */
MUST_USE bool layout_line(
	struct layout *l, struct run text, const struct line *line, struct err *e);

/* Columns from right to left in a square from x0,y0 with side `side`: 2 to 9 characters.
 */
void layout_square(struct layout *l, struct run text, double x0, double y0, double side);

/* Do the two rectangles come closer than gap? */
bool mark_meets(const struct mark *a, const struct mark *b, double gap);

/* The four corners of a mark. */
void mark_corners(const struct mark *m, struct point out[4]);

/* Adds the inked characters to an outline. */
void layout_draw(const struct layout *l, struct outline *o);

#endif
