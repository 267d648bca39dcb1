/* typeset_run: see typeset_run.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "doc/typeset_run.h"

#include "base/reader.h"
#include "base/text.h"

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

size_t line_glyphs(const PangoLayoutLine *line, int64_t *width)
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

void line_see(const PangoLayoutLine *line, const char *text, struct seen *seen)
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

void line_spread(struct seen *seen, size_t n, int64_t left, int size)
{
	int64_t gaps = 0;
	size_t i;

	for (i = 0; i + 1 < n; i++)
		gaps += seen[i].ends && may_stretch(seen[i].code, seen[i + 1].code);
	if (left <= 0 || gaps == 0 || left / 2 > gaps * (pango_of_um(size) / 4))
		return;
	for (i = 0; gaps > 0 && i + 1 < n; i++) {
		if (!seen[i].ends || !may_stretch(seen[i].code, seen[i + 1].code))
			continue;
		seen[i].gap = (int)(left / gaps);
		left -= left / gaps;
		gaps--;
	}
}

/* What takes the clusters of one run. */
struct run_to {
	const struct run_from *from;
	const struct words *words;
	struct set_line *line;
	struct page_run *run;
	struct page_cluster *clusters;
	struct writer text;
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
		if (!faces_is_blank(to->from->faces, run->font, run->glyphs[i].id))
			return;
	sheet_warn(to->from->t, TYPESET_NO_GLYPH, code, NULL);
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

bool run_make(const struct run_from *from, const PangoGlyphItem *item,
	const struct seen *seen, int64_t *pen, struct set_line *line, struct err *e)
{
	size_t n = (size_t)item->glyphs->num_glyphs;
	AUTO(arena) scratch = arena_new();
	int64_t *pens = ARENA_ARRAY(scratch, n, int64_t), begin = *pen;
	int *order = ARENA_ARRAY(scratch, n, int);
	struct page_run *run = &line->runs[line->runs_n];
	struct run_to to = {.from = from,
		.words = from->words,
		.line = line,
		.run = run,
		.clusters = ARENA_ARRAY(from->arena, n, struct page_cluster),
		.text = writer_in(from->arena, 2 * (size_t)item->item->length + 4)};

	*run = (struct page_run){.size = from->size,
		.rightward = !item_is_rtl(item),
		.glyphs = ARENA_ARRAY(from->arena, n, struct page_glyph)};
	for (size_t i = 0; i < n; i++) {
		pens[i] = *pen;
		*pen += item->glyphs->glyphs[i].geometry.width + seen[i].gap;
	}
	if (!faces_number(from->faces, item->item->analysis.font, &run->font, e) ||
		!item_put(&to, item, pens, order, e))
		return false;
	run->text = writer_bytes(&to.text);
	run->clusters = to.clusters;
	run->x = um_of_pango(begin);
	run->width = um_of_pango(*pen) - run->x;
	line->runs_n += run->glyphs_n > 0;
	return true;
}
