/* closed_glyph: see closed_glyph.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "doc/closed_glyph.h"

#include <fontconfig/fontconfig.h>
#include <ft2build.h>
#include <string.h>

#include FT_FREETYPE_H
#include FT_OUTLINE_H

#include "base/mem.h"

enum { REFERENCES_MAX = 64, NAME_MAX_OCTETS = 127 };

struct reference {
	char *name;
	FT_Face face; /* null: not installed */
};

struct glyph_book {
	FT_Library library;
	FcConfig *config;
	struct reference references[REFERENCES_MAX];
	size_t count;
};

struct glyph_font {
	FT_Face face;
	FT_Face reference; /* of the book */
	char name[NAME_MAX_OCTETS + 1];
};

struct glyph_book *glyph_book_new(void)
{
	struct glyph_book *b = NEW(struct glyph_book);

	if (FT_Init_FreeType(&b->library))
		b->library = NULL;
	b->config = FcInitLoadConfigAndFonts();
	return b;
}

void glyph_book_free(struct glyph_book *b)
{
	if (!b)
		return;
	for (size_t i = 0; i < b->count; i++) {
		mem_free(b->references[i].name);
		if (b->references[i].face)
			FT_Done_Face(b->references[i].face);
	}
	if (b->config)
		FcConfigDestroy(b->config);
	if (b->library)
		FT_Done_FreeType(b->library);
	mem_free(b);
}

/* The installed font of exactly this PostScript name. */
static FT_Face reference_open(struct glyph_book *b, const char *name)
{
	FcPattern *want = FcPatternBuild(
		NULL, FC_POSTSCRIPT_NAME, FcTypeString, name, (char *)NULL);
	FcObjectSet *fields = FcObjectSetBuild(FC_FILE, FC_INDEX, (char *)NULL);
	FcFontSet *set = NULL;
	FT_Face face = NULL;
	FcChar8 *file;
	int index = 0;

	if (b->config && b->library && want && fields)
		set = FcFontList(b->config, want, fields);
	for (int i = 0; set && i < set->nfont && !face; i++) {
		if (FcPatternGetString(set->fonts[i], FC_FILE, 0, &file) != FcResultMatch)
			continue;
		(void)FcPatternGetInteger(set->fonts[i], FC_INDEX, 0, &index);
		if (FT_New_Face(b->library, (const char *)file, index & 0xffff, &face))
			face = NULL;
	}
	if (set)
		FcFontSetDestroy(set);
	if (fields)
		FcObjectSetDestroy(fields);
	if (want)
		FcPatternDestroy(want);
	return face;
}

static FT_Face reference_find(struct glyph_book *b, const char *name)
{
	struct reference *r;

	for (size_t i = 0; i < b->count; i++)
		if (strcmp(b->references[i].name, name) == 0)
			return b->references[i].face;
	if (b->count == REFERENCES_MAX)
		return NULL;
	r = &b->references[b->count++];
	r->name = mem_str(name);
	r->face = reference_open(b, name);
	return r->face;
}

bool glyph_font_open(struct glyph_font **out, struct glyph_book *b, struct bytes file,
	const char *name, struct err *e)
{
	AUTO(glyph_font) f = NEW(struct glyph_font);

	if (!b->library)
		return err_set(e, ERR_IO, "FreeType does not start");
	if (file.n > GLYPH_FONT_MAX)
		return err_set(e, ERR_TOO_LARGE, "a font of more than %d octets",
			GLYPH_FONT_MAX);
	if (FT_New_Memory_Face(b->library, file.p, (FT_Long)file.n, 0, &f->face)) {
		f->face = NULL;
		return err_set(e, ERR_MALFORMED, "no font that can be read");
	}
	if (!name)
		name = FT_Get_Postscript_Name(f->face);
	if (name && strlen(name) <= NAME_MAX_OCTETS)
		memcpy(f->name, name, strlen(name) + 1);
	f->reference = *f->name ? reference_find(b, f->name) : NULL;
	*out = glyph_font_move(&f);
	return true;
}

void glyph_font_free(struct glyph_font *f)
{
	if (!f)
		return;
	if (f->face)
		FT_Done_Face(f->face);
	mem_free(f);
}

const char *glyph_font_name(const struct glyph_font *f)
{
	return f->name;
}

bool glyph_font_is_known(const struct glyph_font *f)
{
	return f->reference;
}

uint32_t glyph_font_index(const struct glyph_font *f, uint32_t code)
{
	return FT_Get_Char_Index(f->face, code);
}

/* The outline in the font's own units: nothing is hinted, scaled or rounded. */
static bool outline_load(FT_Face face, uint32_t index)
{
	return !FT_Load_Glyph(face, index,
		       FT_LOAD_NO_SCALE | FT_LOAD_NO_HINTING | FT_LOAD_NO_BITMAP) &&
	       face->glyph->format == FT_GLYPH_FORMAT_OUTLINE;
}

static bool is_same_outline(const FT_Outline *a, const FT_Outline *b)
{
	if (a->n_points != b->n_points || a->n_contours != b->n_contours)
		return false;
	for (int i = 0; i < a->n_contours; i++)
		if (a->contours[i] != b->contours[i])
			return false;
	for (int i = 0; i < a->n_points; i++)
		if (a->points[i].x != b->points[i].x ||
			a->points[i].y != b->points[i].y ||
			FT_CURVE_TAG(a->tags[i]) != FT_CURVE_TAG(b->tags[i]))
			return false;
	return true;
}

enum glyph_answer glyph_font_says(struct glyph_font *f, uint32_t index, uint32_t code)
{
	FT_UInt known = f->reference ? FT_Get_Char_Index(f->reference, code) : 0;

	if (!known || !index)
		return GLYPH_MISSING;
	if (f->face->units_per_EM != f->reference->units_per_EM ||
		!outline_load(f->reference, known))
		return GLYPH_LIES;
	if (!outline_load(f->face, index))
		return GLYPH_MISSING;
	return is_same_outline(&f->face->glyph->outline, &f->reference->glyph->outline)
		       ? GLYPH_SAYS
		       : GLYPH_LIES;
}
