/* closed_glyph: see closed_glyph.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "doc/closed_glyph.h"

#include <fontconfig/fontconfig.h>
#include <ft2build.h>
#include <hb-ot.h>
#include <string.h>

#include FT_FREETYPE_H
#include FT_CID_H
#include FT_OUTLINE_H

#include "base/mem.h"

enum { CID_COUNT = 65536, REFERENCES_MAX = 64, NAME_MAX_OCTETS = 127 };

/* A font installed here. */
struct reference {
	char *name;
	FT_Face face;      /* null: not installed */
	hb_font_t *shaper; /* the same font */
};

struct glyph_book {
	FT_Library library;
	FcConfig *config;
	struct reference references[REFERENCES_MAX];
	size_t count;
};

struct glyph_font {
	FT_Face face;
	const struct reference *reference; /* of the book; null: not installed */
	uint32_t *cids; /* glyphs by CID, CID_COUNT of them, made when first asked for */
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
		hb_font_destroy(b->references[i].shaper);
	}
	if (b->config)
		FcConfigDestroy(b->config);
	if (b->library)
		FT_Done_FreeType(b->library);
	mem_free(b);
}

static hb_font_t *shaper_open(const char *file, unsigned index)
{
	hb_blob_t *blob = hb_blob_create_from_file(file);
	hb_face_t *face = hb_face_create(blob, index);
	hb_font_t *font = hb_font_create(face);

	hb_face_destroy(face);
	hb_blob_destroy(blob);
	return font;
}

/* The installed font of exactly this PostScript name. */
static void reference_open(struct glyph_book *b, struct reference *r)
{
	FcPattern *want = FcPatternBuild(
		NULL, FC_POSTSCRIPT_NAME, FcTypeString, r->name, (char *)NULL);
	FcObjectSet *fields = FcObjectSetBuild(FC_FILE, FC_INDEX, (char *)NULL);
	FcFontSet *set = NULL;
	FcChar8 *file;
	int index = 0;

	if (b->config && b->library && want && fields)
		set = FcFontList(b->config, want, fields);
	for (int i = 0; set && i < set->nfont && !r->face; i++) {
		if (FcPatternGetString(set->fonts[i], FC_FILE, 0, &file) != FcResultMatch)
			continue;
		(void)FcPatternGetInteger(set->fonts[i], FC_INDEX, 0, &index);
		index &= 0xffff;
		if (FT_New_Face(b->library, (const char *)file, index, &r->face))
			r->face = NULL;
		else
			r->shaper = shaper_open((const char *)file, (unsigned)index);
	}
	if (set)
		FcFontSetDestroy(set);
	if (fields)
		FcObjectSetDestroy(fields);
	if (want)
		FcPatternDestroy(want);
}

static const struct reference *reference_find(struct glyph_book *b, const char *name)
{
	struct reference *r;

	for (size_t i = 0; i < b->count; i++)
		if (strcmp(b->references[i].name, name) == 0)
			return &b->references[i];
	if (b->count == REFERENCES_MAX)
		return NULL;
	r = &b->references[b->count++];
	r->name = mem_str(name);
	reference_open(b, r);
	return r;
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
	if (f->reference && !f->reference->face)
		f->reference = NULL;
	*out = glyph_font_move(&f);
	return true;
}

void glyph_font_free(struct glyph_font *f)
{
	if (!f)
		return;
	if (f->face)
		FT_Done_Face(f->face);
	mem_free(f->cids);
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

uint32_t glyph_font_by_cid(struct glyph_font *f, uint32_t cid)
{
	FT_UInt its = 0;

	if (cid >= CID_COUNT)
		return 0;
	/* FreeType takes the glyphs of a bare CFF by their CID. */
	if (FT_IS_CID_KEYED(f->face) && !FT_IS_SFNT(f->face))
		return cid;
	if (!FT_IS_CID_KEYED(f->face))
		return cid < (uint32_t)f->face->num_glyphs ? cid : 0;
	if (!f->cids) {
		f->cids = mem_alloc(sizeof *f->cids * CID_COUNT);
		for (FT_Long i = 0; i < f->face->num_glyphs && i < CID_COUNT; i++)
			if (!FT_Get_CID_From_Glyph_Index(f->face, (FT_UInt)i, &its) &&
				its < CID_COUNT)
				f->cids[its] = (uint32_t)i;
	}
	return f->cids[cid];
}

uint32_t glyph_font_by_name(const struct glyph_font *f, const char *name)
{
	return FT_Get_Name_Index(f->face, name);
}

uint32_t glyph_font_by_octet(struct glyph_font *f, uint8_t code)
{
	FT_CharMap kept = f->face->charmap;
	uint32_t index = 0;

	for (FT_Int i = 0; i < f->face->num_charmaps && !index; i++) {
		FT_CharMap map = f->face->charmaps[i];
		bool symbol = map->platform_id == 3 && map->encoding_id == 0;

		if ((!symbol && !(map->platform_id == 1 && map->encoding_id == 0)) ||
			FT_Set_Charmap(f->face, map))
			continue;
		index = FT_Get_Char_Index(f->face, symbol ? 0xf000u + code : code);
		if (!index)
			index = FT_Get_Char_Index(f->face, code);
	}
	(void)FT_Set_Charmap(f->face, kept);
	return index;
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

/* Does a glyph of the original have the outline now loaded from the embedded font? */
static bool is_drawn(const struct glyph_font *f, uint32_t known)
{
	return outline_load(f->reference->face, known) &&
	       is_same_outline(
		       &f->face->glyph->outline, &f->reference->face->glyph->outline);
}

/* The glyph the original itself gives a character among its like, in a script, a language
 * and a direction; 0 when it makes more or less of it than one glyph. */
static uint32_t form_of(const struct reference *r, uint32_t code, hb_script_t script,
	const char *language, hb_direction_t direction)
{
	const uint32_t thrice[3] = {code, code, code};
	hb_buffer_t *b = hb_buffer_create();
	hb_glyph_info_t *info;
	uint32_t glyph = 0;
	unsigned n;

	hb_buffer_add_utf32(b, thrice, 3, 0, 3);
	hb_buffer_set_script(b, script);
	hb_buffer_set_language(b, hb_language_from_string(language, -1));
	hb_buffer_set_direction(b, direction);
	hb_shape(r->shaper, b, NULL, 0);
	info = hb_buffer_get_glyph_infos(b, &n);
	if (n == 3)
		glyph = info[1].codepoint;
	hb_buffer_destroy(b);
	return glyph;
}

/* A character has forms: digits of a Chinese font in English text are others than in
 * Chinese, brackets in vertical lines too. Whatever plain shaping makes of it is it. */
static bool is_form_drawn(const struct glyph_font *f, uint32_t code)
{
	static const struct {
		hb_script_t script;
		const char *language;
		hb_direction_t direction;
	} ways[] = {
		{HB_SCRIPT_LATIN, "en", HB_DIRECTION_LTR},
		{HB_SCRIPT_LATIN, "zh-cn", HB_DIRECTION_LTR},
		{HB_SCRIPT_HAN, "zh-cn", HB_DIRECTION_LTR},
		{HB_SCRIPT_HAN, "zh-cn", HB_DIRECTION_TTB},
		{HB_SCRIPT_COMMON, "en", HB_DIRECTION_LTR},
	};
	uint32_t form;

	for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
		form = form_of(f->reference, code, ways[i].script, ways[i].language,
			ways[i].direction);
		if (form && is_drawn(f, form))
			return true;
	}
	return false;
}

enum glyph_answer glyph_font_says(struct glyph_font *f, uint32_t index, uint32_t code)
{
	FT_UInt known = f->reference ? FT_Get_Char_Index(f->reference->face, code) : 0;

	if (!known || !index)
		return GLYPH_MISSING;
	if (f->face->units_per_EM != f->reference->face->units_per_EM)
		return GLYPH_LIES;
	if (!outline_load(f->face, index))
		return GLYPH_MISSING;
	return is_drawn(f, known) || is_form_drawn(f, code) ? GLYPH_SAYS : GLYPH_LIES;
}
