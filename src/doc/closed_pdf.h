/* closed_pdf: what the looks at a PDF share; internal to doc/closed.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef QY_DOC_CLOSED_PDF_H
#define QY_DOC_CLOSED_PDF_H

#include "doc/closed.h"
#include "doc/closed_glyph.h"
#include "doc/pdf.h"

struct closed_pdf_font;

struct closed_pdf {
	struct closed *c;
	struct pdf *p;
	struct glyph_book *book;
	struct closed_pdf_font *fonts; /* opened so far */
	size_t font_count;
};

/* --- closed_pdf_font ------------------------------------------------------------------
 */

/* The font of a resource, opened once; what is wrong with it is entered as a finding.
 * Null when its glyphs cannot be looked at. */
const struct closed_pdf_font *closed_pdf_font(
	struct closed_pdf *w, const struct pdf_value *resource, const char *where);
void closed_pdf_fonts_free(struct closed_pdf *w);

/* Compares every character of a shown string with its glyph; returns their number. */
size_t closed_pdf_show(struct closed_pdf *w, const struct closed_pdf_font *f,
	struct bytes string, const char *where);

/* --- closed_pdf_text ------------------------------------------------------------------
 */

/* The map from codes to text that a PDF gives with a font. */
struct closed_text_map;

/* Reads a ToUnicode CMap. Null when it is none that can be read. */
struct closed_text_map *closed_text_map_read(struct arena *a, struct bytes cmap);

/* The one character a code stands for; 0 when there is none, or more than one. */
uint32_t closed_text_of(const struct closed_text_map *m, uint32_t code);

/* Takes a word, or one odd octet, off the front of a content stream or CMap. */
struct bytes closed_pdf_word(struct bytes *in);
/* Does a value begin with this octet? */
bool closed_pdf_is_operand(uint8_t c);

/* --- closed_pdf_page ------------------------------------------------------------------
 */

/* Reads what a page draws; returns the number of characters shown. */
MUST_USE bool closed_pdf_page(
	struct closed_pdf *w, size_t index, uint64_t *characters, struct err *e);

/* Was the object of this number written again by a later revision? */
bool closed_pdf_is_rewritten(const struct closed_pdf *w, uint32_t num);

#endif
