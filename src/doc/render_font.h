/* render_font: the fonts of a file, and what stands in for those it does not bring.
 * SPDX-License-Identifier: Apache-2.0
 *
 * Faces live as long as cairo keeps them, which may be longer than `fonts`.
 */
#ifndef QY_DOC_RENDER_FONT_H
#define QY_DOC_RENDER_FONT_H

#include <cairo.h>

#include "base/arena.h"
#include "base/err.h"

enum {
	FONT_FILE_MAX = 64 << 20,
	FONT_ALLOC_MAX = 256 << 20,
	FALLBACKS_MAX = 24,
	FALLBACK_SEARCHES_MAX = 400
};

struct fonts;

/* One face of a font file. */
struct face {
	cairo_font_face_t *cairo;
	bool is_bold, is_italic;
	unsigned glyph_count;
	void *ft; /* FT_Face */
};

struct font_wish {
	const char *name, *family; /* as the file says; may be empty */
	bool bold, italic, serif, fixed;
};

/* A font as text uses it: its faces in the order they are asked. */
struct font {
	struct face *first; /* embedded, or what the system has for the name */
	bool embedded;
	struct font_wish wish;
};

struct fonts *fonts_new(void);
void fonts_free(struct fonts *f);

/* A font from octets (copied), or, where these are empty or no font, from the system:
 * *broken tells that octets were given and could not be used. In the arena.
 * ERR_NOT_FOUND: the system has no font at all. */
MUST_USE bool font_open(struct font **out, struct fonts *f, struct arena *a,
	struct bytes octets, const struct font_wish *wish, bool *broken, struct err *e);

/* Lets go of what the font brought along. */
void font_close(struct font *font);

/* The glyph of a character in a face; 0 when it has none. */
unsigned face_glyph(const struct face *f, uint32_t code);
/* How far the pen moves, in em. */
double face_advance(const struct face *f, unsigned glyph);

/* A face of the system that has the character, in the manner of the font; null when there
 * is none. */
struct face *font_fallback(struct fonts *f, const struct font *font, uint32_t code);

#endif
