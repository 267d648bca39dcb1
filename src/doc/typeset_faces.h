/* typeset_faces: the installed fonts as a typesetter sees them.
 * SPDX-License-Identifier: Apache-2.0
 *
 * Internal to doc/typeset. Fontconfig objects of our own: nobody else's use of fontconfig
 * is touched. Fonts without outlines (colour pictures of emoji) are passed over: OFD
 * cannot carry them.
 */
#ifndef QY_DOC_TYPESET_FACES_H
#define QY_DOC_TYPESET_FACES_H

#include <pango/pango.h>

#include "doc/typeset_page.h"

struct faces;

/* ERR_NOT_FOUND when there is no font at all, or one of font_files is none. */
MUST_USE bool faces_open(
	struct faces **out, const struct typeset_spec *spec, struct err *e);
void faces_free(struct faces *f);
AUTO_DEFINE(faces);

/* Does any font have the character? */
bool faces_has(const struct faces *f, uint32_t code);

PangoContext *faces_context(struct faces *f);
/* A face of a kind at 1 µm a pango unit of size `size`; the caller's to free. */
PangoFontDescription *faces_describe(
	const struct faces *f, enum typeset_face face, bool bold, int size);

/* The number of the font of a shaped run. ERR_UNSUPPORTED when it is no file. */
MUST_USE bool faces_number(
	struct faces *f, PangoFont *font, unsigned *out, struct err *e);
/* The glyph draws nothing, although its character should. */
bool faces_is_blank(struct faces *f, unsigned font, uint32_t glyph);

/* The fonts numbered so far, in the arena. */
struct page_font *faces_list(const struct faces *f, struct arena *a, size_t *n);

/* Pango's units as micrometres: layouts are made at 1/72 inch a unit. */
static inline int um_of_pango(int64_t units)
{
	int64_t scaled = units * 25400, half = 72 * (int64_t)PANGO_SCALE / 2;

	return (int)((scaled + (scaled < 0 ? -half : half)) / (72 * PANGO_SCALE));
}

static inline int pango_of_um(int um)
{
	return (int)(((int64_t)um * 72 * PANGO_SCALE + 12700) / 25400);
}

#endif
