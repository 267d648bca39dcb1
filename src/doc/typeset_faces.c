/* typeset_faces: see typeset_faces.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "doc/typeset_faces.h"

#include <hb.h>
#include <pango/pangocairo.h>
#include <pango/pangofc-font.h>
#include <pango/pangofc-fontmap.h>
#include <string.h>

enum { FONTS_MAX = 200 };

struct face_used {
	PangoFont *font; /* one of possibly several of this file, a reference */
	char *path, *family;
	unsigned index;
	hb_set_t *inked, *blank; /* glyphs looked at */
};

struct faces {
	FcConfig *config;
	FcCharSet *covered;
	PangoFontMap *map;
	PangoContext *context;
	char *families[TYPESET_FACE_COUNT];
	struct face_used used[FONTS_MAX];
	size_t used_n;
	/* The font last asked for, which is mostly the one asked for again. */
	PangoFont *last;
	unsigned last_number;
};

/* What can neither be embedded as outlines nor cut down faithfully. */
static const char rejected[] =
	"<?xml version=\"1.0\"?><fontconfig><selectfont>"
	"<rejectfont><pattern><patelt name=\"scalable\"><bool>false</bool></patelt>"
	"</pattern></rejectfont>"
	"<rejectfont><pattern><patelt name=\"color\"><bool>true</bool></patelt>"
	"</pattern></rejectfont>"
	"<rejectfont><pattern><patelt name=\"variable\"><bool>true</bool></patelt>"
	"</pattern></rejectfont>"
	"</selectfont></fontconfig>";

#define SERIF "Noto Serif CJK SC,Source Han Serif SC,SimSun,serif"

/* 仿宋 where it is installed, else what Debian has. */
static const char *const defaults[TYPESET_FACE_COUNT] = {
	[TYPESET_BODY] = "FangSong_GB2312,FangSong,FandolFang R,FandolFang," SERIF,
	[TYPESET_TITLE] = "FZXiaoBiaoSong-B05S," SERIF,
	[TYPESET_HEI] = "SimHei,Noto Sans CJK SC,Source Han Sans SC,sans-serif",
	[TYPESET_KAI] = "KaiTi_GB2312,KaiTi,FandolKai,LXGW WenKai," SERIF,
	[TYPESET_MONO] = "Noto Sans Mono CJK SC,monospace",
};

static FcConfig *config_make(void)
{
	FcConfig *config = FcInitLoadConfig();

	if (config && (!FcConfigParseAndLoadFromMemory(
			       config, (const FcChar8 *)rejected, FcTrue) ||
			      !FcConfigBuildFonts(config))) {
		FcConfigDestroy(config);
		config = NULL;
	}
	return config;
}

static void cover(FcCharSet *covered, const FcFontSet *fonts)
{
	for (int i = 0; fonts && i < fonts->nfont; i++) {
		FcCharSet *has;

		if (FcPatternGetCharSet(fonts->fonts[i], FC_CHARSET, 0, &has) ==
			FcResultMatch)
			(void)FcCharSetMerge(covered, has, NULL);
	}
}

static bool fonts_load(struct faces *f, const struct typeset_spec *spec, struct err *e)
{
	f->config = config_make();
	if (!f->config)
		return err_set(e, ERR_NOT_FOUND, "fontconfig cannot be set up");
	for (size_t i = 0; i < spec->font_files_n; i++)
		if (!FcConfigAppFontAddFile(
			    f->config, (const FcChar8 *)spec->font_files[i]))
			return err_set(
				e, ERR_NOT_FOUND, "%s: no font", spec->font_files[i]);
	f->covered = FcCharSetCreate();
	cover(f->covered, FcConfigGetFonts(f->config, FcSetSystem));
	cover(f->covered, FcConfigGetFonts(f->config, FcSetApplication));
	if (FcCharSetCount(f->covered) == 0)
		return err_set(e, ERR_NOT_FOUND, "no font (install fonts-noto-cjk)");
	return true;
}

static void context_make(struct faces *f)
{
	cairo_font_options_t *options = cairo_font_options_create();

	f->map = pango_cairo_font_map_new_for_font_type(CAIRO_FONT_TYPE_FT);
	pango_fc_font_map_set_config(PANGO_FC_FONT_MAP(f->map), f->config);
	pango_cairo_font_map_set_resolution(PANGO_CAIRO_FONT_MAP(f->map), 72);
	f->context = pango_font_map_create_context(f->map);
	/* Widths must be those of the outlines, not of any grid of pixels. */
	cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE);
	cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF);
	pango_cairo_context_set_font_options(f->context, options);
	pango_context_set_round_glyph_positions(f->context, FALSE);
	/* Without the language some characters take their Japanese form. */
	pango_context_set_language(f->context, pango_language_from_string("zh-cn"));
	cairo_font_options_destroy(options);
}

bool faces_open(struct faces **out, const struct typeset_spec *spec, struct err *e)
{
	AUTO(faces) f = NEW(struct faces);

	if (!fonts_load(f, spec, e))
		return false;
	for (size_t i = 0; i < TYPESET_FACE_COUNT; i++)
		f->families[i] =
			mem_str(spec->families[i] ? spec->families[i] : defaults[i]);
	context_make(f);
	*out = faces_move(&f);
	return true;
}

void faces_free(struct faces *f)
{
	if (!f)
		return;
	for (size_t i = 0; i < f->used_n; i++) {
		g_object_unref(f->used[i].font);
		mem_free(f->used[i].path);
		mem_free(f->used[i].family);
		hb_set_destroy(f->used[i].inked);
		hb_set_destroy(f->used[i].blank);
	}
	for (size_t i = 0; i < TYPESET_FACE_COUNT; i++)
		mem_free(f->families[i]);
	if (f->last)
		g_object_unref(f->last);
	if (f->context)
		g_object_unref(f->context);
	if (f->map)
		g_object_unref(f->map);
	if (f->covered)
		FcCharSetDestroy(f->covered);
	if (f->config)
		FcConfigDestroy(f->config);
	mem_free(f);
}

bool faces_has(const struct faces *f, uint32_t code)
{
	return FcCharSetHasChar(f->covered, code);
}

PangoContext *faces_context(struct faces *f)
{
	return f->context;
}

PangoFontDescription *faces_describe(
	const struct faces *f, enum typeset_face face, bool bold, int size)
{
	PangoFontDescription *d = pango_font_description_new();

	pango_font_description_set_family(d, f->families[face]);
	pango_font_description_set_weight(
		d, bold ? PANGO_WEIGHT_BOLD : PANGO_WEIGHT_NORMAL);
	pango_font_description_set_absolute_size(d, pango_of_um(size));
	return d;
}

static bool same_file(const struct face_used *u, const char *path, unsigned index)
{
	return u->index == index && strcmp(u->path, path) == 0;
}

bool faces_number(struct faces *f, PangoFont *font, unsigned *out, struct err *e)
{
	FcPattern *pattern;
	FcChar8 *path, *family;
	struct face_used *u;
	int index = 0;
	size_t i;

	if (font == f->last) {
		*out = f->last_number;
		return true;
	}
	pattern = PANGO_IS_FC_FONT(font) ? pango_fc_font_get_pattern(PANGO_FC_FONT(font))
					 : NULL;
	if (!pattern || FcPatternGetString(pattern, FC_FILE, 0, &path) != FcResultMatch ||
		FcPatternGetString(pattern, FC_FAMILY, 0, &family) != FcResultMatch)
		return err_set(e, ERR_UNSUPPORTED, "a font that is no file");
	(void)FcPatternGetInteger(pattern, FC_INDEX, 0, &index);
	for (i = 0; i < f->used_n; i++)
		if (same_file(&f->used[i], (const char *)path, (unsigned)index))
			break;
	if (i == FONTS_MAX)
		return err_set(e, ERR_TOO_LARGE, "more than %d fonts", FONTS_MAX);
	if (i == f->used_n) {
		u = &f->used[f->used_n++];
		u->font = g_object_ref(font);
		u->path = mem_str((const char *)path);
		u->family = mem_str((const char *)family);
		u->index = (unsigned)index;
		u->inked = hb_set_create();
		u->blank = hb_set_create();
	}
	g_object_ref(font);
	if (f->last)
		g_object_unref(f->last);
	f->last = font;
	f->last_number = (unsigned)i;
	*out = (unsigned)i;
	return true;
}

bool faces_is_blank(struct faces *f, unsigned font, uint32_t glyph)
{
	struct face_used *u = &f->used[font];
	hb_glyph_extents_t extents;

	if (hb_set_has(u->inked, glyph))
		return false;
	if (hb_set_has(u->blank, glyph))
		return true;
	if (hb_font_get_glyph_extents(pango_font_get_hb_font(u->font), glyph, &extents) &&
		extents.width && extents.height) {
		hb_set_add(u->inked, glyph);
		return false;
	}
	hb_set_add(u->blank, glyph);
	return true;
}

struct page_font *faces_list(const struct faces *f, struct arena *a, size_t *n)
{
	struct page_font *list = ARENA_ARRAY(a, f->used_n, struct page_font);

	for (size_t i = 0; i < f->used_n; i++)
		list[i] = (struct page_font){
			.path = arena_str(a, bytes_str(f->used[i].path)),
			.family = arena_str(a, bytes_str(f->used[i].family)),
			.index = f->used[i].index};
	*n = f->used_n;
	return list;
}
