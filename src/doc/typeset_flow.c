/* typeset_flow: see typeset_flow.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "doc/typeset_flow.h"

#include <string.h>

enum {
	TITLE_SIZE = 7761, /* 22 pt */
	TITLE_PITCH = 12000,
	CODE_SIZE = 3704,
	CODE_PITCH = 5600,
	AFTER_TABLE = 2500
};

struct flow_unit *flow_unit_add(struct flow *f)
{
	f->units = sheet_grow(
		f->t->arena, f->units, f->units_n, &f->units_room, sizeof *f->units);
	f->units[f->units_n] = (struct flow_unit){.x = BODY_LEFT};
	return &f->units[f->units_n++];
}

static int clamp(int v, int low, int high)
{
	return v > high ? high : v < low ? low : v;
}

static void slot_place(struct flow *f, const struct set_line *line,
	const struct set_mark *m, int x, int top, struct page_box bounds)
{
	const struct paper_slot *slot = &f->paper->slots[m->mark->index];
	struct typeset_slot *out = &f->t->slots[m->mark->index];
	int middle = top + line->height / 2;

	out->page = (unsigned)f->t->pages_n;
	out->w = slot->w;
	out->h = slot->h;
	out->x = x + m->x;
	if (slot->seal) {
		/* Over the middle of the words of its line. */
		int left = line->runs_n ? line->runs[0].x : m->x, right = left;

		for (size_t i = 0; i < line->runs_n; i++) {
			const struct page_run *r = &line->runs[i];

			left = r->x < left ? r->x : left;
			right = r->x + r->width > right ? r->x + r->width : right;
		}
		out->x = x + (left + right - slot->w) / 2;
	}
	out->x = clamp(out->x, bounds.x, bounds.x + bounds.w - slot->w);
	out->y = clamp(middle - slot->h / 2, BODY_TOP, BODY_BOTTOM - slot->h);
}

static void image_place(struct flow *f, const struct set_line *line,
	const struct set_mark *m, int x, int top)
{
	struct page_object *o =
		sheet_add(f->t, PAGE_IMAGE, sheet_elem_add(f->t, ELEM_FIGURE, 0));
	const struct page_image *image = &f->t->images[m->mark->index];

	o->image = m->mark->index;
	o->box = set_image_box(image, BODY_WIDTH);
	o->box.x = x + m->x;
	o->box.y = top + (line->height - o->box.h) / 2;
	f->t->elems[o->elem].label = image->alt;
}

void flow_line_place(struct flow *f, const struct set_line *line, int x, int top,
	int size, int elem, struct page_box bounds, bool again)
{
	int base = top + (line->height - size) / 2 + size * ASCENT_PERCENT / 100;

	for (size_t i = 0; i < line->runs_n; i++) {
		struct page_object *o = sheet_add(f->t, PAGE_RUN, elem);
		struct page_glyph *g;

		o->run = line->runs[i];
		/* A head is placed again and again: its glyphs stay as they are. */
		g = ARENA_ARRAY(f->t->arena, o->run.glyphs_n, struct page_glyph);
		memcpy(g, o->run.glyphs, o->run.glyphs_n * sizeof *g);
		for (size_t k = 0; k < o->run.glyphs_n; k++) {
			g[k].x += x;
			g[k].y += base;
		}
		o->run.glyphs = g;
		o->run.x += x;
	}
	for (size_t i = 0; i < line->marks_n && !again; i++) {
		if (line->marks[i].mark->kind == MARK_SLOT)
			slot_place(f, line, &line->marks[i], x, top, bounds);
		else
			image_place(f, line, &line->marks[i], x, top);
	}
}

static void unit_place(struct flow *f, const struct flow_unit *u)
{
	static const struct page_box body = {
		BODY_LEFT, BODY_TOP, BODY_WIDTH, BODY_HEIGHT};
	struct page_elem *elem = &f->t->elems[u->elem];

	if (f->y > BODY_TOP)
		f->y += u->before;
	if (u->row) {
		flow_row_place(f, u, false);
	} else {
		f->above = NULL;
		if (elem->kind == ELEM_HEADING && u->line->opens) {
			elem->page = (unsigned)f->t->pages_n - 1;
			elem->y = f->y;
		}
		flow_line_place(f, u->line, u->x, f->y, u->size, u->elem, body, false);
	}
	f->y += u->height;
}

static bool page_turn(struct flow *f, const struct flow_unit *next, struct err *e)
{
	const struct flow_table *ft = next->row ? next->row->table : NULL;

	if (f->t->pages_n)
		flow_row_close(f);
	if (!sheet_begin(f->t, e))
		return false;
	f->y = BODY_TOP;
	f->above = NULL;
	if (!ft || next->row->head)
		return true;
	for (size_t i = 0; i < ft->head_units; i++) {
		const struct flow_unit *u = &f->units[ft->first_unit + i];

		flow_row_place(f, u, true);
		f->y += u->height;
	}
	return true;
}

static int head_height(const struct flow_unit *u)
{
	return u->row && !u->row->head ? u->row->table->head_height : 0;
}

static bool group_place(struct flow *f, size_t from, size_t to, struct err *e)
{
	int height = 0;

	if (f->units[from].turn && !page_turn(f, &f->units[from], e))
		return false;
	for (size_t i = from; i < to; i++)
		height += f->units[i].height + f->units[i].before;
	if (f->y + height > BODY_BOTTOM && f->y > BODY_TOP &&
		height - f->units[from].before + head_height(&f->units[from]) <=
			BODY_HEIGHT &&
		!page_turn(f, &f->units[from], e))
		return false;
	for (size_t i = from; i < to; i++) {
		const struct flow_unit *u = &f->units[i];

		if (f->y + u->before + u->height > BODY_BOTTOM && f->y > BODY_TOP &&
			!page_turn(f, u, e))
			return false;
		unit_place(f, u);
	}
	return true;
}

static bool units_place(struct flow *f, struct err *e)
{
	size_t from, to;

	if (!sheet_begin(f->t, e))
		return false;
	f->y = BODY_TOP;
	for (from = 0; from < f->units_n; from = to) {
		for (to = from; to + 1 < f->units_n && f->units[to].keep;)
			to++;
		if (!group_place(f, from, ++to, e))
			return false;
	}
	return true;
}

static struct set_style style_of(const struct block *b)
{
	struct set_style style = {.size = BODY_EM,
		.pitch = BODY_PITCH,
		.width = BODY_WIDTH,
		.indent = b->no_indent ? 0 : 2 * BODY_EM,
		.align = SET_JUSTIFY};

	if (b->kind == BLOCK_TITLE) {
		style.size = TITLE_SIZE;
		style.pitch = TITLE_PITCH;
		style.indent = 0;
		style.align = SET_CENTRE;
	}
	if (b->kind == BLOCK_CODE) {
		style.size = CODE_SIZE;
		style.pitch = CODE_PITCH;
		style.indent = 0;
		style.align = SET_LEFT;
	}
	if (b->kind == BLOCK_TEXT)
		style.width -= (int)b->level * 2 * BODY_EM;
	return style;
}

static bool block_is_signing(const struct block *b)
{
	return b->kind == BLOCK_TABLE && b->table->signing;
}

static bool text_put(
	struct flow *f, struct block *b, const struct block *next, struct err *e)
{
	struct set_style style = style_of(b);
	bool heading = b->kind == BLOCK_TITLE || b->kind == BLOCK_HEADING;
	struct set_line *lines;
	size_t n;

	b->words.elem = sheet_elem_add(f->t, heading ? ELEM_HEADING : ELEM_PARAGRAPH, 0);
	f->t->elems[b->words.elem].level = b->kind == BLOCK_TITLE ? 1 : b->level;
	f->t->elems[b->words.elem].label = arena_str(
		f->t->arena, bytes_make(b->words.text, heading ? b->words.n : 0));
	if (!set_words(f->setter, &b->words, &style, &lines, &n, e))
		return false;
	for (size_t i = 0; i < n; i++) {
		struct flow_unit *u = flow_unit_add(f);

		u->line = &lines[i];
		u->x = BODY_LEFT + BODY_WIDTH - style.width;
		u->size = style.size;
		u->height = lines[i].height;
		u->elem = b->words.elem;
		/* Neither a first nor a last line of a paragraph stands alone. */
		u->keep = heading || (n > 1 && (i == 0 || i + 2 == n)) ||
			  (i + 1 == n && next && block_is_signing(next));
		if (b->kind == BLOCK_TITLE && i + 1 == n)
			u->height += BODY_PITCH * 2 / 3;
	}
	return true;
}

static bool block_put(
	struct flow *f, struct block *b, const struct block *next, struct err *e)
{
	struct flow_unit *u;

	switch (b->kind) {
	case BLOCK_TITLE:
	case BLOCK_HEADING:
	case BLOCK_TEXT:
	case BLOCK_CODE:
		return text_put(f, b, next, e);
	case BLOCK_TABLE:
		return flow_table_put(f, b->table, e);
	case BLOCK_TURN:
		u = flow_unit_add(f);
		u->turn = true;
		u->line = ARENA_NEW(f->t->arena, struct set_line);
		return true;
	}
	return true;
}

bool flow_paper(struct typeset *t, struct paper *p, struct faces *faces, struct err *e)
{
	AUTO(setter) setter = setter_new(t->arena, p, faces);
	struct flow f = {.t = t, .paper = p, .setter = setter};

	t->slots_n = p->slots_n;
	t->slots = ARENA_ARRAY(t->arena, p->slots_n, struct typeset_slot);
	for (size_t i = 0; i < p->blocks_n; i++) {
		size_t before = f.units_n;

		if (!block_put(&f, &p->blocks[i],
			    i + 1 < p->blocks_n ? &p->blocks[i + 1] : NULL, e))
			return false;
		if (i && p->blocks[i - 1].kind == BLOCK_TABLE && before < f.units_n)
			f.units[before].before = AFTER_TABLE;
	}
	return units_place(&f, e);
}
