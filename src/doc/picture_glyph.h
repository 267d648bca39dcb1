/* glyph: the outlines of a text's characters, one by one, in units of one em.
 * SPDX-License-Identifier: Apache-2.0
 *
 * Internal to doc/picture. A character here is what a reader counts as one: a code point
 * with the variation selectors and combining marks behind it.
 */
#ifndef QY_DOC_PICTURE_GLYPH_H
#define QY_DOC_PICTURE_GLYPH_H

#include "doc/picture_outline.h"

enum glyph_face {
	GLYPH_SONG,  /* the bold serif of names, mainland forms */
	GLYPH_DIGIT, /* the sans serif of codes and tax numbers */
};

struct glyph {
	uint32_t code; /* the first code point */
	bool is_blank; /* the ordinary space: no ink */
	double share; /* width it asks for: 1 for a Han character, less for narrow ones */
	struct outline shape; /* baseline at y = 0, 1.0 = one em */
	struct extents ink;
};

/* The glyphs of a UTF-8 text of min … max characters, in the arena. `what` names the text
 * in errors. ERR_USAGE: too few or too many, not UTF-8, control or formatting characters,
 * a space first, last or doubled. ERR_UNSUPPORTED: no installed font draws the character.
 */
MUST_USE bool glyph_list(struct arena *a, const char *what, const char *text, size_t min,
	size_t max, enum glyph_face face, struct glyph **out, size_t *count,
	struct err *e);

/* How far above the baseline the middle of a line of this face lies, in em. */
double glyph_middle(enum glyph_face face);

/* Height of a full character of this face, in em: the em itself, or the digits' height.
 */
double glyph_height(enum glyph_face face);

#endif
