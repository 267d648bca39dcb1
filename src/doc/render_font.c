/* render_font: FreeType faces for cairo; fontconfig for what is not embedded.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "doc/render_font.h"

#include <cairo-ft.h>
#include <fontconfig/fontconfig.h>
#include <ft2build.h>
#include <string.h>
#include FT_FREETYPE_H
#include FT_MODULE_H
#include FT_SYSTEM_H

#include "doc/render_family.h"

/* What cairo holds on to: it may use a face after everything of ours is gone. */
struct font_file {
	FT_Library library;
	FT_Face face;
	uint8_t *octets;
};

/* A system font that is open: the same file serves every name that leads to it. */
struct system_face {
	char *path;
	int index;
	struct face face;
};

struct fonts {
	FT_Library library;
	struct arena *arena;
	struct system_face *system[FALLBACKS_MAX * 4];
	size_t system_count;
	struct face *fallbacks[FALLBACKS_MAX];
	size_t fallback_count;
	unsigned searches;
};

static const cairo_user_data_key_t file_key;

/* A font may ask for any size; what is beyond all fonts is refused rather than aborted.
 */
static void *font_alloc(FT_Memory memory, long size)
{
	(void)memory;
	return size > 0 && size <= FONT_ALLOC_MAX ? mem_alloc((size_t)size) : NULL;
}

static void font_free(FT_Memory memory, void *p)
{
	(void)memory;
	mem_free(p);
}

static void *font_resize(FT_Memory memory, long n_old, long n_new, void *p)
{
	(void)memory;
	if (n_old < 0 || n_new <= 0 || n_new > FONT_ALLOC_MAX)
		return NULL;
	return mem_resize(p, (size_t)n_old, (size_t)n_new);
}

/* FT_Init_FreeType has memory of its own that only the last user of a library may free,
 * and who is last is not known here: cairo keeps faces. */
static struct FT_MemoryRec_ font_memory = {NULL, font_alloc, font_free, font_resize};

struct fonts *fonts_new(void)
{
	struct fonts *f = NEW(struct fonts);

	f->arena = arena_new();
	if (FT_New_Library(&font_memory, &f->library) == 0)
		FT_Add_Default_Modules(f->library);
	else
		f->library = NULL;
	return f;
}

static void file_free(void *p)
{
	struct font_file *file = p;

	FT_Done_Face(file->face);
	FT_Done_Library(file->library);
	mem_free(file->octets);
	mem_free(file);
}

/* Gives an open face to cairo. octets may be null; they are owned from here on. */
static void face_make(struct face *out, struct fonts *f, FT_Face ft, uint8_t *octets)
{
	struct font_file *file = NEW(struct font_file);

	FT_Reference_Library(f->library);
	*file = (struct font_file){f->library, ft, octets};
	*out = (struct face){
		.cairo = cairo_ft_font_face_create_for_ft_face(ft, FT_LOAD_NO_HINTING),
		.is_bold = ft->style_flags & FT_STYLE_FLAG_BOLD,
		.is_italic = ft->style_flags & FT_STYLE_FLAG_ITALIC,
		.glyph_count = ft->num_glyphs > 0 ? (unsigned)ft->num_glyphs : 0,
		.ft = ft};
	if (cairo_font_face_set_user_data(out->cairo, &file_key, file, file_free) !=
		CAIRO_STATUS_SUCCESS) {
		/* Without memory for a key nothing works any more. */
		cairo_font_face_destroy(out->cairo);
		file_free(file);
		out->cairo = NULL;
	}
}

/* Prefers Unicode, takes the symbol map or whatever there is. */
static void charmap_choose(FT_Face ft)
{
	if (FT_Select_Charmap(ft, FT_ENCODING_UNICODE) == 0 ||
		FT_Select_Charmap(ft, FT_ENCODING_MS_SYMBOL) == 0)
		return;
	if (ft->num_charmaps > 0)
		FT_Set_Charmap(ft, ft->charmaps[0]);
}

static struct face *embedded_open(struct fonts *f, struct arena *a, struct bytes octets)
{
	struct face *face;
	uint8_t *copy;
	FT_Face ft;

	if (!f->library || octets.n == 0 || octets.n > FONT_FILE_MAX)
		return NULL;
	copy = mem_dup(octets);
	if (FT_New_Memory_Face(f->library, copy, (FT_Long)octets.n, 0, &ft) != 0) {
		mem_free(copy);
		return NULL;
	}
	if (!FT_IS_SCALABLE(ft) || ft->units_per_EM == 0) {
		FT_Done_Face(ft);
		mem_free(copy);
		return NULL;
	}
	charmap_choose(ft);
	face = ARENA_NEW(a, struct face);
	face_make(face, f, ft, copy);
	return face->cairo ? face : NULL;
}

static struct face *system_open(struct fonts *f, const char *path, int index)
{
	struct system_face *s;
	FT_Face ft;

	for (size_t i = 0; i < f->system_count; i++)
		if (f->system[i]->index == index &&
			bytes_equal(bytes_str(f->system[i]->path), bytes_str(path)))
			return &f->system[i]->face;
	if (f->system_count == sizeof f->system / sizeof *f->system ||
		FT_New_Face(f->library, path, index, &ft) != 0)
		return NULL;
	if (!FT_IS_SCALABLE(ft) || ft->units_per_EM == 0) {
		FT_Done_Face(ft);
		return NULL;
	}
	charmap_choose(ft);
	s = ARENA_NEW(f->arena, struct system_face);
	s->path = arena_str(f->arena, bytes_str(path));
	s->index = index;
	face_make(&s->face, f, ft, NULL);
	if (!s->face.cairo)
		return NULL;
	f->system[f->system_count++] = s;
	return &s->face;
}

void fonts_free(struct fonts *f)
{
	if (!f)
		return;
	for (size_t i = 0; i < f->system_count; i++)
		cairo_font_face_destroy(f->system[i]->face.cairo);
	if (f->library)
		FT_Done_Library(f->library);
	arena_free(f->arena);
	mem_free(f);
}

static void families_add(FcPattern *p, const struct font_wish *w)
{
	const char *const *names = family_stand_ins(w->name, w->family, w->serif);

	if (w->name && w->name[0])
		FcPatternAddString(p, FC_FAMILY, (const FcChar8 *)w->name);
	if (w->family && w->family[0])
		FcPatternAddString(p, FC_FAMILY, (const FcChar8 *)w->family);
	for (; *names; names++)
		FcPatternAddString(p, FC_FAMILY, (const FcChar8 *)*names);
}

/* What the system has for a wish, with a certain character when code is not 0. */
static struct face *system_match(
	struct fonts *f, const struct font_wish *w, uint32_t code)
{
	FcPattern *p = FcPatternCreate(), *found;
	FcCharSet *set = NULL;
	FcResult result;
	FcChar8 *path;
	struct face *face = NULL;
	int index = 0;

	if (!p || !f->library)
		return NULL;
	families_add(p, w);
	FcPatternAddString(p, FC_LANG, (const FcChar8 *)"zh-cn");
	FcPatternAddBool(p, FC_SCALABLE, FcTrue);
	FcPatternAddInteger(p, FC_WEIGHT, w->bold ? FC_WEIGHT_BOLD : FC_WEIGHT_REGULAR);
	FcPatternAddInteger(p, FC_SLANT, w->italic ? FC_SLANT_ITALIC : FC_SLANT_ROMAN);
	if (w->fixed)
		FcPatternAddInteger(p, FC_SPACING, FC_MONO);
	if (code) {
		set = FcCharSetCreate();
		FcCharSetAddChar(set, code);
		FcPatternAddCharSet(p, FC_CHARSET, set);
	}
	FcConfigSubstitute(NULL, p, FcMatchPattern);
	FcDefaultSubstitute(p);
	found = FcFontMatch(NULL, p, &result);
	if (found && FcPatternGetString(found, FC_FILE, 0, &path) == FcResultMatch) {
		FcPatternGetInteger(found, FC_INDEX, 0, &index);
		face = system_open(f, (const char *)path, index);
	}
	if (found)
		FcPatternDestroy(found);
	if (set)
		FcCharSetDestroy(set);
	FcPatternDestroy(p);
	return face;
}

bool font_open(struct font **out, struct fonts *f, struct arena *a, struct bytes octets,
	const struct font_wish *wish, bool *broken, struct err *e)
{
	struct font *font = ARENA_NEW(a, struct font);

	font->wish = *wish;
	font->first = embedded_open(f, a, octets);
	font->embedded = font->first != NULL;
	*broken = octets.n && !font->embedded;
	if (!font->first)
		font->first = system_match(f, wish, 0);
	if (!font->first)
		return err_set(e, ERR_NOT_FOUND, "no font is installed");
	*out = font;
	return true;
}

void font_close(struct font *font)
{
	if (font->embedded && font->first->cairo)
		cairo_font_face_destroy(font->first->cairo);
	font->embedded = false;
}

unsigned face_glyph(const struct face *f, uint32_t code)
{
	FT_Face ft = f->ft;
	unsigned glyph = FT_Get_Char_Index(ft, code);

	/* Symbol fonts hold their characters at U+F000. */
	if (!glyph && ft->charmap && ft->charmap->encoding == FT_ENCODING_MS_SYMBOL &&
		code < 0x100)
		glyph = FT_Get_Char_Index(ft, 0xf000 + code);
	return glyph;
}

double face_advance(const struct face *f, unsigned glyph)
{
	FT_Face ft = f->ft;

	if (FT_Load_Glyph(ft, glyph, FT_LOAD_NO_SCALE) != 0)
		return 1;
	return (double)ft->glyph->metrics.horiAdvance / ft->units_per_EM;
}

struct face *font_fallback(struct fonts *f, const struct font *font, uint32_t code)
{
	struct face *face;

	for (size_t i = 0; i < f->fallback_count; i++)
		if (face_glyph(f->fallbacks[i], code))
			return f->fallbacks[i];
	if (f->searches == FALLBACK_SEARCHES_MAX || f->fallback_count == FALLBACKS_MAX)
		return NULL;
	f->searches++;
	face = system_match(f, &font->wish, code);
	if (!face || !face_glyph(face, code))
		return NULL;
	f->fallbacks[f->fallback_count++] = face;
	return face;
}
