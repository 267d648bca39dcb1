/* glyph: pango finds the font and shapes one character at a time, cairo gives its
 * outline. SPDX-License-Identifier: Apache-2.0
 */
#include "doc/picture_glyph.h"

#include <math.h>
#include <pango/pangocairo.h>
#include <string.h>

#include "base/text.h"

/* The size outlines are taken at: cairo keeps paths in 1/256 units, so this is exact to
 * 1/256000 em. */
enum { EM = 1000, CHARACTER_CODES_MAX = 4 };

struct pen {
	cairo_surface_t *surface;
	cairo_t *cr;
	PangoLayout *layout;
};

double glyph_middle(enum glyph_face face)
{
	/* Chinese fonts set the em square from 0.12 em below the baseline to 0.88 above.
	 */
	return face == GLYPH_SONG ? 0.38 : 0.3665;
}

double glyph_height(enum glyph_face face)
{
	return face == GLYPH_SONG ? 1.0 : 0.733;
}

static void pen_init(struct pen *p, enum glyph_face face)
{
	/* Families after the first are for machines without it. */
	static const char *const families[] = {
		[GLYPH_SONG] = "Noto Serif CJK SC,Source Han Serif SC,SimSun,serif",
		[GLYPH_DIGIT] = "Noto Sans CJK SC,Source Han Sans SC,Arial,sans-serif"};
	PangoFontDescription *font = pango_font_description_new();
	cairo_font_options_t *options = cairo_font_options_create();

	p->surface = cairo_image_surface_create(CAIRO_FORMAT_A8, 1, 1);
	p->cr = cairo_create(p->surface);
	p->layout = pango_cairo_create_layout(p->cr);
	/* The outline is scaled later: fitting it to a pixel grid here would bend it. */
	cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE);
	cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF);
	pango_cairo_context_set_font_options(
		pango_layout_get_context(p->layout), options);
	/* Without the language some characters take their Japanese form. */
	pango_context_set_language(
		pango_layout_get_context(p->layout), pango_language_from_string("zh-cn"));
	pango_font_description_set_family_static(font, families[face]);
	pango_font_description_set_weight(
		font, face == GLYPH_SONG ? PANGO_WEIGHT_BOLD : PANGO_WEIGHT_MEDIUM);
	pango_font_description_set_absolute_size(font, EM * PANGO_SCALE);
	pango_layout_set_font_description(p->layout, font);
	cairo_font_options_destroy(options);
	pango_font_description_free(font);
}

static void pen_fini(struct pen *p)
{
	g_object_unref(p->layout);
	cairo_destroy(p->cr);
	cairo_surface_destroy(p->surface);
}

static bool code_is_han(uint32_t c)
{
	return (c >= 0x2e80 && c <= 0x2fdf) || (c >= 0x3005 && c <= 0x3007) ||
	       (c >= 0x3400 && c <= 0x9fff) || (c >= 0xf900 && c <= 0xfaff) ||
	       (c >= 0x20000 && c <= 0x3ffff);
}

/* Marks that belong to the character before them. */
static bool code_joins(uint32_t c)
{
	return (c >= 0x300 && c <= 0x36f) || (c >= 0xfe00 && c <= 0xfe0f) ||
	       (c >= 0xe0100 && c <= 0xe01ef);
}

/* Controls, and marks that draw nothing but turn or hide text around them. */
static bool code_is_hidden(uint32_t c)
{
	return c < 0x20 || (c >= 0x7f && c < 0xa0) || c == 0xad ||
	       (c >= 0x200b && c <= 0x200f) || (c >= 0x2028 && c <= 0x202e) ||
	       (c >= 0x2060 && c <= 0x206f) || c == 0xfeff ||
	       (c >= 0xfff9 && c <= 0xfffb);
}

/* Takes the octets of one character off the front of *text. */
static bool character_next(
	struct bytes *text, struct bytes *one, uint32_t *code, struct err *e)
{
	struct bytes rest = *text;
	int codes = 1;

	*code = utf8_next(&rest);
	if (code_is_hidden(*code) || code_joins(*code))
		return err_set(e, ERR_USAGE, "U+%04X cannot stand in a seal", *code);
	while (rest.n) {
		struct bytes after = rest;

		if (!code_joins(utf8_next(&after)))
			break;
		if (++codes > CHARACTER_CODES_MAX)
			return err_set(e, ERR_USAGE, "too many marks on U+%04X", *code);
		rest = after;
	}
	*one = bytes_make(text->p, text->n - rest.n);
	*text = rest;
	return true;
}

static bool glyph_draw(struct arena *a, const struct pen *pen, struct bytes one,
	uint32_t code, struct glyph *g, struct err *e)
{
	const cairo_matrix_t to_em = {1.0 / EM, 0, 0, 1.0 / EM, 0, 0};
	struct outline big = outline_make(a);
	cairo_path_t *path;
	double baseline;

	*g = (struct glyph){.code = code, .shape = outline_make(a), .share = 0.4};
	if (code == ' ') {
		g->is_blank = true;
		return true;
	}
	pango_layout_set_text(pen->layout, (const char *)one.p, (int)one.n);
	baseline = pango_layout_get_baseline(pen->layout) / (double)PANGO_SCALE;
	cairo_new_path(pen->cr);
	cairo_move_to(pen->cr, 0, -baseline);
	pango_cairo_layout_path(pen->cr, pen->layout);
	path = cairo_copy_path(pen->cr);
	if (path->status == CAIRO_STATUS_SUCCESS &&
		pango_layout_get_unknown_glyphs_count(pen->layout) == 0)
		outline_append_cairo(&big, path);
	cairo_path_destroy(path);
	outline_append(&g->shape, &big, &to_em);
	g->ink = outline_extents(&g->shape);
	if (!(g->ink.x1 > g->ink.x0 && g->ink.y1 > g->ink.y0))
		return err_set(e, ERR_UNSUPPORTED,
			"no installed font can draw U+%04X (%.*s)", code, (int)one.n,
			(const char *)one.p);
	g->share = code_is_han(code)
			   ? 1.0
			   : fmin(1.0, fmax(0.45, g->ink.x1 - g->ink.x0 + 0.12));
	return true;
}

static bool text_check(const char *what, struct bytes text, struct err *e)
{
	if (text.n > 1024)
		return err_set(e, ERR_USAGE, "%s: too long", what);
	if (!utf8_is_valid(text))
		return err_set(e, ERR_USAGE, "%s: not UTF-8", what);
	if (bytes_starts(text, BYTES(" ")) || bytes_ends(text, BYTES(" ")) ||
		bytes_find(text, BYTES("  ")) != SIZE_MAX)
		return err_set(e, ERR_USAGE,
			"%s: begins or ends with a space, or has two in a row", what);
	return true;
}

bool glyph_list(struct arena *a, const char *what, const char *text, size_t min,
	size_t max, enum glyph_face face, struct glyph **out, size_t *count,
	struct err *e)
{
	struct bytes rest = bytes_str(text);
	struct glyph *list = ARENA_ARRAY(a, max, struct glyph);
	struct pen pen;
	size_t n = 0;
	bool good = true;

	if (!text_check(what, rest, e))
		return false;
	pen_init(&pen, face);
	while (good && rest.n) {
		struct bytes one = {0};
		uint32_t code = 0;

		if (n == max)
			good = err_set(e, ERR_USAGE, "more than %zu characters", max);
		else if (!character_next(&rest, &one, &code, e))
			good = false;
		else
			good = glyph_draw(a, &pen, one, code, &list[n++], e);
	}
	pen_fini(&pen);
	if (good && n < min)
		good = err_set(e, ERR_USAGE, "fewer than %zu characters", min);
	if (!good)
		return err_in(e, "%s", what);
	*out = list;
	*count = n;
	return true;
}
