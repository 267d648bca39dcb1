/* typeset_set: see typeset_set.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "doc/typeset_set.h"

#include <stdlib.h>
#include <string.h>

#include "base/reader.h"
#include "base/text.h"

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
	for (size_t i = 0; i < w->spans_n; i++) {
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

/* One glyph of a line in the order it is seen. */
struct seen {
	uint32_t code; /* the first of its cluster */
	bool ends;     /* the last glyph of its cluster */
	int gap;       /* what spreading adds behind it, in pango's units */
};

static bool is_wide(uint32_t c)
{
	return (c >= 0x2e80 && c <= 0x9fff) || (c >= 0xac00 && c <= 0xd7a3) ||
	       (c >= 0xf900 && c <= 0xfaff) || (c >= 0xfe30 && c <= 0xfe4f) ||
	       (c >= 0xff00 && c <= 0xff60) || (c >= 0xffe0 && c <= 0xffe6) ||
	       (c >= 0x2018 && c <= 0x201d) || (c >= 0x20000 && c <= 0x3fffd);
}

static bool may_stretch(uint32_t before, uint32_t after)
{
	if (before == WORDS_OBJECT || after == WORDS_OBJECT)
		return false;
	/* Dashes and dots that run through are one sign. */
	if (before == after && (before == 0x2014 || before == 0x2026))
		return false;
	return before == ' ' || is_wide(before) || is_wide(after);
}

static bool item_is_rtl(const PangoGlyphItem *item)
{
	return item->item->analysis.level % 2;
}

static uint32_t code_at(const char *text)
{
	struct bytes b = bytes_make(text, 4); /* a NUL ends every layout's text */

	return utf8_next(&b);
}

static size_t line_glyphs(const PangoLayoutLine *line, int64_t *width)
{
	size_t n = 0;

	*width = 0;
	for (GSList *l = line->runs; l; l = l->next) {
		PangoGlyphItem *item = l->data;

		n += (size_t)item->glyphs->num_glyphs;
		for (int i = 0; i < item->glyphs->num_glyphs; i++)
			*width += item->glyphs->glyphs[i].geometry.width;
	}
	return n;
}

static void line_see(const PangoLayoutLine *line, const char *text, struct seen *seen)
{
	size_t n = 0;

	for (GSList *l = line->runs; l; l = l->next) {
		PangoGlyphItem *item = l->data;
		const gint *clusters = item->glyphs->log_clusters;
		int count = item->glyphs->num_glyphs;

		for (int i = 0; i < count; i++, n++) {
			seen[n].code = code_at(text + item->item->offset + clusters[i]);
			seen[n].ends = i + 1 == count || clusters[i] != clusters[i + 1];
		}
	}
}

/* Spreads what is left of the measure over the gaps; a line that would get holes of half
 * a character stays ragged. */
static void line_spread(struct seen *seen, size_t n, int64_t left, int size)
{
	int64_t gaps = 0;
	size_t i;

	for (i = 0; i + 1 < n; i++)
		gaps += seen[i].ends && may_stretch(seen[i].code, seen[i + 1].code);
	if (left <= 0 || gaps == 0 || left / 2 > gaps * (pango_of_um(size) / 4))
		return;
	for (i = 0; i + 1 < n; i++) {
		if (!seen[i].ends || !may_stretch(seen[i].code, seen[i + 1].code))
			continue;
		seen[i].gap = (int)(left / gaps);
		left -= left / gaps;
		gaps--;
	}
}

/* What takes the clusters of one run. */
struct run_to {
	struct setter *s;
	const struct words *words;
	struct set_line *line;
	struct page_run *run;
	struct page_cluster *clusters;
	struct writer text;
	int size;
};

static const struct mark *mark_find(const struct words *w, size_t at)
{
	for (size_t i = 0; i < w->marks_n; i++)
		if (w->marks[i].at == at)
			return &w->marks[i];
	return NULL;
}

/* Joins and variation marks draw nothing and belong to what is in front of them. */
static bool is_joining(uint32_t c)
{
	return c == 0x200c || c == 0x200d || (c >= 0xfe00 && c <= 0xfe0f) ||
	       (c >= 0xe0100 && c <= 0xe01ef);
}

static bool is_space(uint32_t c)
{
	return c == ' ' || c == 0xa0 || c == 0x3000 || (c >= 0x2000 && c <= 0x200a) ||
	       c == 0x202f || c == 0x205f;
}

/* The text of a cluster: the octets at `at`, with the character that stands for a
 * missing one replaced by that. */
static void cluster_text(struct run_to *to, size_t at, size_t n)
{
	const struct mark *m;
	uint8_t utf8[4];

	if (code_at(to->words->text + at) == WORDS_MISSING &&
		(m = mark_find(to->words, at))) {
		write_bytes(&to->text, bytes_make(utf8, utf8_put(utf8, m->code)));
		at += 3;
		n -= 3;
	}
	write_bytes(&to->text, bytes_make(to->words->text + at, n));
}

static bool glyph_put(struct run_to *to, const PangoGlyphInfo *g, int64_t pen,
	uint32_t code, struct err *e)
{
	struct page_run *run = to->run;

	if (g->glyph == PANGO_GLYPH_EMPTY)
		return true;
	if (g->glyph & PANGO_GLYPH_UNKNOWN_FLAG)
		return err_set(e, ERR_UNSUPPORTED, "no installed font draws U+%04X",
			(unsigned)code);
	run->glyphs[run->glyphs_n++] = (struct page_glyph){.id = g->glyph,
		.x = um_of_pango(pen + g->geometry.x_offset),
		.y = um_of_pango(g->geometry.y_offset)};
	return true;
}

/* A font may claim a character and draw nothing for it. */
static void blank_warn(const struct run_to *to, size_t from, uint32_t code)
{
	const struct page_run *run = to->run;

	if (is_space(code) || is_joining(code))
		return;
	for (size_t i = from; i < run->glyphs_n; i++)
		if (!faces_is_blank(to->s->faces, run->font, run->glyphs[i].id))
			return;
	sheet_warn(to->s->paper->t, TYPESET_NO_GLYPH, code, NULL);
}

/* One cluster: glyphs [from, to) in the order of reading. */
static bool cluster_put(struct run_to *to, const PangoGlyphItem *item,
	const int64_t *pens, const int *order, int from, int until, size_t at, size_t n,
	struct err *e)
{
	struct page_run *run = to->run;
	size_t glyphs = run->glyphs_n, text = to->text.n;
	uint32_t code = code_at(to->words->text + at);

	for (int k = from; k < until; k++)
		if (!glyph_put(
			    to, &item->glyphs->glyphs[order[k]], pens[order[k]], code, e))
			return false;
	glyphs = run->glyphs_n - glyphs;
	if (glyphs) {
		blank_warn(to, run->glyphs_n - glyphs, code);
		cluster_text(to, at, n);
		to->clusters[run->clusters_n++] = (struct page_cluster){
			(uint16_t)(to->text.n - text), (uint16_t)glyphs};
	} else if (is_joining(code) && run->clusters_n) {
		cluster_text(to, at, n);
		to->clusters[run->clusters_n - 1].text_n =
			(uint16_t)(to->clusters[run->clusters_n - 1].text_n + n);
	}
	return true;
}

static void mark_put(struct run_to *to, size_t at, int64_t pen)
{
	struct set_line *line = to->line;

	line->marks[line->marks_n++] = (struct set_mark){
		.mark = mark_find(to->words, at), .x = um_of_pango(pen)};
}

/* Every glyph of a run, from its first character to its last. */
static bool item_put(struct run_to *to, const PangoGlyphItem *item, const int64_t *pens,
	int *order, struct err *e)
{
	const PangoGlyphString *g = item->glyphs;
	int n = g->num_glyphs;
	size_t offset = (size_t)item->item->offset, length = (size_t)item->item->length;

	for (int k = 0; k < n; k++)
		order[k] = item_is_rtl(item) ? n - 1 - k : k;
	for (int from = 0, until; from < n; from = until) {
		size_t at = (size_t)g->log_clusters[order[from]], end = length;

		for (until = from + 1; until < n; until++)
			if ((size_t)g->log_clusters[order[until]] != at)
				break;
		if (until < n)
			end = (size_t)g->log_clusters[order[until]];
		if (code_at(to->words->text + offset + at) == WORDS_OBJECT &&
			mark_find(to->words, offset + at))
			mark_put(to, offset + at, pens[order[from]]);
		else if (!cluster_put(to, item, pens, order, from, until, offset + at,
				 end - at, e))
			return false;
	}
	return true;
}

static bool run_make(struct setter *s, const struct words *w, const PangoGlyphItem *item,
	const struct seen *seen, int64_t *pen, struct set_line *line, int size,
	struct err *e)
{
	size_t n = (size_t)item->glyphs->num_glyphs;
	AUTO(arena) scratch = arena_new();
	int64_t *pens = ARENA_ARRAY(scratch, n, int64_t), begin = *pen;
	int *order = ARENA_ARRAY(scratch, n, int);
	struct page_run *run = &line->runs[line->runs_n];
	struct run_to to = {.s = s,
		.words = w,
		.line = line,
		.run = run,
		.size = size,
		.clusters = ARENA_ARRAY(s->arena, n, struct page_cluster),
		.text = writer_in(s->arena, 2 * (size_t)item->item->length + 4)};

	*run = (struct page_run){.size = size,
		.rightward = !item_is_rtl(item),
		.glyphs = ARENA_ARRAY(s->arena, n, struct page_glyph)};
	for (size_t i = 0; i < n; i++) {
		pens[i] = *pen;
		*pen += item->glyphs->glyphs[i].geometry.width + seen[i].gap;
	}
	if (!faces_number(s->faces, item->item->analysis.font, &run->font, e) ||
		!item_put(&to, item, pens, order, e))
		return false;
	run->text = writer_bytes(&to.text);
	run->clusters = to.clusters;
	run->x = um_of_pango(begin);
	run->width = um_of_pango(*pen) - run->x;
	line->runs_n += run->glyphs_n > 0;
	return true;
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
	for (GSList *l = from->runs; l; l = l->next) {
		const PangoGlyphItem *item = l->data;

		offsets[line->runs_n] = item->item->offset;
		if (!run_make(s, w, item, seen + at, &pen, line, style->size, e))
			return false;
		at += (size_t)item->glyphs->num_glyphs;
	}
	runs_order(scratch, line, offsets);
	line->height = style->pitch;
	for (size_t i = 0; i < line->marks_n; i++) {
		int height = mark_height(s, line->marks[i].mark, style->width);

		if (height > line->height)
			line->height = height;
	}
	return true;
}

bool set_words(struct setter *s, const struct words *w, const struct set_style *style,
	struct set_line **lines, size_t *n, struct err *e)
{
	size_t count, i = 0;
	struct set_line *made;

	layout_fill(s, w, style->size, style->width);
	pango_layout_set_indent(s->layout, pango_of_um(style->indent));
	pango_layout_set_width(s->layout, pango_of_um(style->width));
	count = (size_t)pango_layout_get_line_count(s->layout);
	made = ARENA_ARRAY(s->arena, count, struct set_line);
	for (GSList *l = pango_layout_get_lines_readonly(s->layout); l;
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
