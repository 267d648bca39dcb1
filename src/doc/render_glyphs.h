/* render_glyphs: which glyphs a TextObject shows, and where.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef QY_DOC_RENDER_GLYPHS_H
#define QY_DOC_RENDER_GLYPHS_H

#include "doc/render_font.h"
#include "doc/render_private.h"

struct glyph_place {
	struct face *face;
	unsigned glyph;
	double x, y;
	double squeeze;     /* the width it is drawn with beside its own: 1 or less */
	bool blank;         /* takes its place and shows nothing */
	uint32_t code;      /* the character it stands for; 0: of the one before */
	struct bytes chars; /* the same as UTF-8, for selecting */
};

struct glyph_run {
	struct glyph_place *list;
	size_t count;
	double size, h_scale; /* mm; width beside height */
	int char_direction;   /* 0, 90, 180, 270 */
	bool slanted, bold;   /* to be made so, the face not being it */
	struct font *font;
};

/* Reads the texts of a TextObject. ERR_MALFORMED: no size, no font at all; ERR_TOO_LARGE.
 */
MUST_USE bool glyphs_read(
	struct drawing *d, const struct node *n, struct glyph_run *out, struct err *e);

#endif
