/* closed_glyph: does an embedded font draw the character its text says?
 * SPDX-License-Identifier: Apache-2.0
 *
 * An embedded font can hold any shape under any character: a 1 that is drawn as a 9. So
 * each glyph is compared, point by point, with the glyph of the same character in the
 * font of the same PostScript name that is installed here. A font nobody here knows
 * proves nothing, and is said to be unknown.
 */
#ifndef QY_DOC_CLOSED_GLYPH_H
#define QY_DOC_CLOSED_GLYPH_H

#include "base/arena.h"
#include "base/err.h"

enum { GLYPH_FONT_MAX = 64 << 20 };

struct glyph_book; /* the fonts installed here, opened as they are asked for */

struct glyph_book *glyph_book_new(void);
void glyph_book_free(struct glyph_book *b);
AUTO_DEFINE(glyph_book);

struct glyph_font;

/* Over a font file (TrueType, OpenType, bare CFF) that outlives it; `name`: its
 * PostScript name where the document tells one, else null: the file's own. The book
 * outlives it too. ERR_MALFORMED when it is no font. */
MUST_USE bool glyph_font_open(struct glyph_font **out, struct glyph_book *b,
	struct bytes file, const char *name, struct err *e);
void glyph_font_free(struct glyph_font *f);
AUTO_DEFINE(glyph_font);

/* Its name, and whether a font of this name is installed here. */
const char *glyph_font_name(const struct glyph_font *f);
bool glyph_font_is_known(const struct glyph_font *f);

/* The glyph its own character map gives; 0 when none. */
uint32_t glyph_font_index(const struct glyph_font *f, uint32_t code);

/* The glyph of a CID (in a CID-keyed font; else the number itself), of a glyph name, and
 * of a one-octet code by the font's own symbol or Macintosh map; 0 when none. */
uint32_t glyph_font_by_cid(struct glyph_font *f, uint32_t cid);
uint32_t glyph_font_by_name(const struct glyph_font *f, const char *name);
uint32_t glyph_font_by_octet(struct glyph_font *f, uint8_t code);

enum glyph_answer { GLYPH_SAYS, GLYPH_LIES, GLYPH_MISSING };

/* Is glyph `index` of the embedded font the shape of this character? MISSING when the
 * glyph is not there, or the font known here does not have the character. */
enum glyph_answer glyph_font_says(struct glyph_font *f, uint32_t index, uint32_t code);

#endif
