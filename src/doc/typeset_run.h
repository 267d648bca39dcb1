/* typeset_run: one line of pango as runs of placed glyphs.
 * SPDX-License-Identifier: Apache-2.0
 *
 * Internal to typeset_set.
 */
#ifndef QY_DOC_TYPESET_RUN_H
#define QY_DOC_TYPESET_RUN_H

#include "doc/typeset_set.h"

/* What setting needs at hand. */
struct run_from {
	struct arena *arena;
	struct typeset *t;
	struct faces *faces;
	const struct words *words;
	int size;
};

/* One glyph of a line in the order it is seen. */
struct seen {
	uint32_t code; /* the first of its cluster */
	bool ends;     /* the last glyph of its cluster */
	int gap;       /* what spreading adds behind it, in pango's units */
};

/* Glyphs of a line, and how wide they are in pango's units. */
size_t line_glyphs(const PangoLayoutLine *line, int64_t *width);
/* Fills seen[line_glyphs()]. */
void line_see(const PangoLayoutLine *line, const char *text, struct seen *seen);
/* Spreads what is left of the measure over the gaps; a line that would get holes of half
 * a character stays ragged. */
void line_spread(struct seen *seen, size_t n, int64_t left, int size);

/* Adds a run, or the marks that stand in it, to a line; *pen moves on. */
MUST_USE bool run_make(const struct run_from *from, const PangoGlyphItem *item,
	const struct seen *seen, int64_t *pen, struct set_line *line, struct err *e);

#endif
