/* typeset_set: see typeset_set.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "doc/typeset_run.h"

#include <stdlib.h>

enum { DESCRIPTIONS_MAX = 32, IMAGE_DPI = 150 };

struct setter {
	struct arena *arena;
	struct paper *paper;
	struct faces *faces;
	PangoLayout *layout;
	struct description {
		enum typeset_face face;
		bool bold;
		int size;
		PangoFontDescription *font;
	} descriptions[DESCRIPTIONS_MAX];
	size_t descriptions_n;
};

struct setter *setter_new(struct arena *a, struct paper *p, struct faces *f)
{
	struct setter *s = NEW(struct setter);

	s->arena = a;
	s->paper = p;
	s->faces = f;
	s->layout = pango_layout_new(faces_context(f));
	pango_layout_set_wrap(s->layout, PANGO_WRAP_WORD_CHAR);
	return s;
}

void setter_free(struct setter *s)
{
	if (!s)
		return;
	for (size_t i = 0; i < s->descriptions_n; i++)
		pango_font_description_free(s->descriptions[i].font);
	g_object_unref(s->layout);
	mem_free(s);
}

static PangoFontDescription *describe(
	struct setter *s, enum typeset_face face, bool bold, int size)
{
	struct description *d;

	for (size_t i = 0; i < s->descriptions_n; i++) {
		d = &s->descriptions[i];
		if (d->face == face && d->bold == bold && d->size == size)
			return d->font;
	}
	if (s->descriptions_n == DESCRIPTIONS_MAX)
		pango_font_description_free(s->descriptions[--s->descriptions_n].font);
	d = &s->descriptions[s->descriptions_n++];
	*d = (struct description){
		face, bold, size, faces_describe(s->faces, face, bold, size)};
	return d->font;
}

struct page_box set_image_box(const struct page_image *image, int width)
{
	int64_t w = (int64_t)image->w * 25400 / IMAGE_DPI;
	int64_t h = (int64_t)image->h * 25400 / IMAGE_DPI;

	if (w > width) {
		h = h * width / w;
		w = width;
	}
	if (h > BODY_HEIGHT / 2) {
		w = w * (BODY_HEIGHT / 2) / h;
		h = BODY_HEIGHT / 2;
	}
	return (struct page_box){.w = w < 1 ? 1 : (int)w, .h = h < 1 ? 1 : (int)h};
}

/* How wide a place is on its line: a seal lies over what is written and takes none. */
static int mark_width(const struct setter *s, const struct mark *m, int width)
{
	const struct paper_slot *slot;

	if (m->kind == MARK_IMAGE)
		return set_image_box(&s->paper->t->images[m->index], width).w;
	slot = &s->paper->slots[m->index];
	return slot->over || slot->seal ? 0 : slot->w;
}

static int mark_height(const struct setter *s, const struct mark *m, int width)
{
	const struct paper_slot *slot;

	if (m->kind == MARK_IMAGE)
		return set_image_box(&s->paper->t->images[m->index], width).h;
	slot = &s->paper->slots[m->index];
	return slot->over ? 0 : slot->h;
}

static void attribute_put(PangoAttrList *list, PangoAttribute *a, size_t from, size_t to)
{
	a->start_index = (guint)from;
	a->end_index = (guint)to;
	pango_attr_list_insert(list, a);
}

static void layout_fill(struct setter *s, const struct words *w, int size, int width)
{
	PangoAttrList *list = pango_attr_list_new();
	const struct span *first = w->spans;

	pango_layout_set_text(s->layout, w->n ? w->text : "", (int)w->n);
	if (first)
		pango_layout_set_font_description(
			s->layout, describe(s, first->face, first->bold, size));
	for (size_t i = 0; first && i < w->spans_n; i++) {
		const struct span *span = &w->spans[i];

		if (span->face != first->face || span->bold != first->bold)
			attribute_put(list,
				pango_attr_font_desc_new(
					describe(s, span->face, span->bold, size)),
				span->from, span->to);
		if (span->whole)
			attribute_put(list, pango_attr_allow_breaks_new(FALSE),
				span->from, span->to);
	}
	/* Pango guesses a language for Latin letters from the environment; forms that go
	 * by it would differ from machine to machine, and from what the font's map says.
	 */
	attribute_put(list, pango_attr_font_features_new("locl=0"), 0, w->n);
	for (size_t i = 0; i < w->marks_n; i++) {
		const struct mark *m = &w->marks[i];
		PangoRectangle box = {0};

		if (m->kind == MARK_MISSING)
			continue;
		box.width = pango_of_um(mark_width(s, m, width));
		attribute_put(list, pango_attr_shape_new(&box, &box), m->at, m->at + 3);
	}
	pango_layout_set_attributes(s->layout, list);
	pango_attr_list_unref(list);
}

void set_measure(
	struct setter *s, const struct words *w, int size, int *natural, int *least)
{
	PangoRectangle box;
	int units;

	layout_fill(s, w, size, BODY_WIDTH);
	pango_layout_set_indent(s->layout, 0);
	pango_layout_set_width(s->layout, -1);
	pango_layout_get_extents(s->layout, NULL, &box);
	*natural = um_of_pango(box.width) + 1;
	/* Broken wherever it may be, the widest piece is what cannot be. */
	pango_layout_set_wrap(s->layout, PANGO_WRAP_WORD);
	pango_layout_set_width(s->layout, 1);
	pango_layout_get_extents(s->layout, NULL, &box);
	units = box.width;
	pango_layout_set_wrap(s->layout, PANGO_WRAP_WORD_CHAR);
	*least = um_of_pango(units) + 1;
}

struct ordered {
	int offset;
	struct page_run run;
};

static int ordered_compare(const void *a, const void *b)
{
	const struct ordered *x = a, *y = b;

	return x->offset < y->offset ? -1 : x->offset > y->offset;
}

/* Runs come as they are seen; they are kept as they are read. */
static void runs_order(struct arena *a, struct set_line *line, const int *offsets)
{
	struct ordered *list = ARENA_ARRAY(a, line->runs_n, struct ordered);

	for (size_t i = 0; i < line->runs_n; i++)
		list[i] = (struct ordered){offsets[i], line->runs[i]};
	if (line->runs_n > 1)
		qsort(list, line->runs_n, sizeof *list, ordered_compare);
	for (size_t i = 0; i < line->runs_n; i++)
		line->runs[i] = list[i].run;
}

static int64_t line_begin(
	const struct set_style *style, const struct set_line *line, int64_t width)
{
	int64_t indent = line->opens ? pango_of_um(style->indent) : 0;
	int64_t left = pango_of_um(style->width) - width;

	if (style->align == SET_CENTRE)
		return left > 0 ? left / 2 : 0;
	if (style->align == SET_RIGHT)
		return left > 0 ? left : 0;
	return indent;
}

static bool line_make(struct setter *s, const struct words *w,
	const struct set_style *style, const PangoLayoutLine *from, struct set_line *line,
	struct err *e)
{
	AUTO(arena) scratch = arena_new();
	struct run_from with = {s->arena, s->paper->t, s->faces, w, style->size};
	int64_t width, pen;
	size_t n = line_glyphs(from, &width), at = 0, runs = 0;
	struct seen *seen = ARENA_ARRAY(scratch, n, struct seen);
	int *offsets;

	line_see(from, w->text, seen);
	if (style->align == SET_JUSTIFY && !line->closes)
		line_spread(seen, n,
			pango_of_um(style->width) - width -
				(line->opens ? pango_of_um(style->indent) : 0),
			style->size);
	for (GSList *l = from->runs; l; l = l->next)
		runs++;
	line->runs = ARENA_ARRAY(s->arena, runs, struct page_run);
	line->marks =
		w->marks_n ? ARENA_ARRAY(s->arena, w->marks_n, struct set_mark) : NULL;
	offsets = ARENA_ARRAY(scratch, runs, int);
	pen = line_begin(style, line, width);
	for (GSList *l = from->runs; l && l->data; l = l->next) {
		const PangoGlyphItem *item = l->data;

		offsets[line->runs_n] = item->item->offset;
		if (!run_make(&with, item, seen + at, &pen, line, e))
			return false;
		at += (size_t)item->glyphs->num_glyphs;
	}
	runs_order(scratch, line, offsets);
	line->height = style->pitch;
	for (size_t i = 0; line->marks && i < line->marks_n; i++) {
		int height = mark_height(s, line->marks[i].mark, style->width);

		if (height > line->height)
			line->height = height;
	}
	return true;
}

/* Pango counts widths in 31 bits, and beyond them takes any line for a short one. */
static bool length_check(const struct words *w, int size, struct err *e)
{
	int64_t most = INT32_MAX / 2 / pango_of_um(size), n = 0;

	for (size_t i = 0; i < w->n; i++)
		n += (w->text[i] & 0xc0) != 0x80;
	if (n > most)
		return err_set(e, ERR_TOO_LARGE,
			"a paragraph of %lld characters, at most %lld", (long long)n,
			(long long)most);
	return true;
}

bool set_words(struct setter *s, const struct words *w, const struct set_style *style,
	struct set_line **lines, size_t *n, struct err *e)
{
	size_t count, i = 0;
	struct set_line *made;

	if (!length_check(w, style->size, e))
		return false;
	layout_fill(s, w, style->size, style->width);
	pango_layout_set_indent(s->layout, pango_of_um(style->indent));
	pango_layout_set_width(s->layout, pango_of_um(style->width));
	count = (size_t)pango_layout_get_line_count(s->layout);
	made = ARENA_ARRAY(s->arena, count, struct set_line);
	for (GSList *l = pango_layout_get_lines_readonly(s->layout); l && l->data;
		l = l->next, i++) {
		const PangoLayoutLine *line = l->data;
		const PangoLayoutLine *next = l->next ? l->next->data : NULL;

		made[i].opens = line->is_paragraph_start;
		made[i].closes = !next || next->is_paragraph_start;
		if (!line_make(s, w, style, line, &made[i], e))
			return false;
	}
	*lines = made;
	*n = count;
	return true;
}
