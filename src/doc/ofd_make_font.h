/* ofd_make_font: the one font of a generated document, cut down to what it shows.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef QY_DOC_OFD_MAKE_FONT_H
#define QY_DOC_OFD_MAKE_FONT_H

#include "base/buf.h"

struct make_font;

/* The face `index` of a font file; with a null path what fontconfig gives for Noto Serif
 * CJK SC. ERR_NOT_FOUND when there is none. */
MUST_USE bool make_font_open(
	struct make_font **out, const char *path, unsigned index, struct err *e);
void make_font_free(struct make_font *f);
AUTO_DEFINE(make_font);

/* How far the pen moves for a character at a size, both in micrometres; remembers that
 * the character is used. ERR_UNSUPPORTED when the font has no glyph for it. */
MUST_USE bool make_font_advance(
	struct make_font *f, uint32_t code, int size, int *advance, struct err *e);

/* Family name, NUL-terminated, owned by the font. */
const char *make_font_family(const struct make_font *f);

/* A font file with the characters used so far and their map, without the rest. */
MUST_USE bool make_font_subset(struct make_font *f, struct buf *out, struct err *e);

#endif
