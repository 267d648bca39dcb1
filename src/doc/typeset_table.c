/* typeset_table: columns measured, rows made and placed.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "doc/typeset_flow.h"

enum {
	PAD_X = 1500,
	PAD_Y = 850,
	RULE = 160,
	SIGNING_SIZE = 4939, /* 14 pt */
	SIGNING_PITCH = 8600,
	SPACE_ABOVE = 2500,
	TORN_ABOVE = BODY_HEIGHT / 3, /* rows higher than this are torn */
	FREE_WORD = 5 /* what is longer than so many characters may be broken */
};

struct measure {
	int natural, least;
};

static void columns_measure(
	struct flow *f, const struct table *t, int size, struct measure *m)
{
	memset(m, 0, t->columns * sizeof *m);
	for (size_t r = 0; r < t->rows_n; r++)
		for (size_t c = 0; c < t->columns; c++) {
			const struct words *w = &t->rows[r].cells[c].words;
			int natural = 0, least = 0;

			if (w->n)
				set_measure(f->setter, w, size, &natural, &least);
			if (w->amount || natural <= FREE_WORD * size + size / 2)
				least = natural;
			else if (least > FREE_WORD * size)
				least = FREE_WORD * size;
			natural += 2 * PAD_X;
			least += 2 * PAD_X;
			if (natural > m[c].natural)
				m[c].natural = natural;
			if (least > m[c].least)
				m[c].least = least;
		}
}

/* Each column gets its least; what is left goes by what each still wants, and what is
 * left then by width. */
static void columns_divide(const struct measure *m, size_t n, int *widths)
{
	int64_t least = 0, wanted = 0, left, used = 0;

	for (size_t i = 0; i < n; i++) {
		least += m[i].least;
		wanted += m[i].natural - m[i].least;
	}
	left = BODY_WIDTH - least;
	for (size_t i = 0; i < n; i++) {
		int64_t share = m[i].natural - m[i].least;

		if (wanted > left)
			share = wanted ? share * left / wanted : 0;
		widths[i] = (int)(m[i].least + share);
		used += widths[i];
	}
	left = BODY_WIDTH - used;
	for (size_t i = 0; i < n; i++)
		widths[i] += (int)(left * m[i].natural /
				   (wanted + least ? wanted + least : 1));
	for (used = 0, least = 0; (size_t)least < n; least++)
		used += widths[least];
	widths[n - 1] += (int)(BODY_WIDTH - used);
}

static bool columns_set(struct flow *f, struct flow_table *ft, struct err *e)
{
	/* 12, 10.5, 9, 7.5 pt */
	static const int sizes[] = {4233, 3704, 3175, 2646};
	const struct table *t = ft->table;
	struct measure *m = ARENA_ARRAY(f->t->arena, t->columns, struct measure);
	int left = BODY_LEFT;
	int64_t least;

	ft->widths = ARENA_ARRAY(f->t->arena, t->columns, int);
	ft->lefts = ARENA_ARRAY(f->t->arena, t->columns, int);
	if (t->signing) {
		for (size_t i = 0; i < t->columns; i++)
			ft->widths[i] = BODY_WIDTH / (int)t->columns;
		ft->size = SIGNING_SIZE;
		ft->pitch = SIGNING_PITCH;
	} else {
		for (size_t k = 0; k < sizeof sizes / sizeof *sizes; k++) {
			ft->size = sizes[k];
			columns_measure(f, t, ft->size, m);
			least = 0;
			for (size_t i = 0; i < t->columns; i++)
				least += m[i].least;
			if (least <= BODY_WIDTH)
				break;
		}
		if (least > BODY_WIDTH)
			return err_set(e, ERR_USAGE,
				"a table whose amounts are wider than the page");
		ft->pitch = ft->size * 7 / 5;
		columns_divide(m, t->columns, ft->widths);
	}
	for (size_t i = 0; i < t->columns; i++) {
		ft->lefts[i] = left;
		left += ft->widths[i];
	}
	return true;
}

static bool cell_set(struct flow *f, struct flow_table *ft, const struct cell *cell,
	size_t column, struct flow_cell *out, struct err *e)
{
	struct set_style style = {.size = ft->size,
		.pitch = ft->pitch,
		.width = ft->widths[column] - 2 * PAD_X,
		.align = cell->right    ? SET_RIGHT
			 : cell->centre ? SET_CENTRE
					: SET_LEFT};
	struct set_line *lines;

	if (!set_words(f->setter, &cell->words, &style, &lines, &out->to, e))
		return false;
	out->lines = lines;
	for (size_t i = 0; i < out->to; i++)
		out->height += lines[i].height;
	return true;
}

static void unit_of_row(struct flow *f, struct flow_row *row, int pad)
{
	struct flow_unit *u = flow_unit_add(f);

	u->row = row;
	for (size_t i = 0; i < row->table->table->columns; i++)
		if (row->cells[i].height > u->height)
			u->height = row->cells[i].height;
	u->height += pad;
	u->keep = row->head || row->table->table->signing;
}

/* A row that would leave a third of a page empty goes on overleaf: line by line. */
static void row_tear(struct flow *f, const struct flow_row *row)
{
	size_t columns = row->table->table->columns, lines = 0;

	for (size_t c = 0; c < columns; c++)
		if (row->cells[c].to > lines)
			lines = row->cells[c].to;
	for (size_t i = 0; i < lines; i++) {
		struct flow_row *part = ARENA_NEW(f->t->arena, struct flow_row);

		*part = *row;
		part->cells = ARENA_ARRAY(f->t->arena, columns, struct flow_cell);
		for (size_t c = 0; c < columns; c++) {
			part->cells[c] = row->cells[c];
			part->cells[c].from = i < row->cells[c].to ? i : row->cells[c].to;
			part->cells[c].to =
				i < row->cells[c].to ? i + 1 : row->cells[c].to;
			part->cells[c].height =
				i < row->cells[c].to ? row->cells[c].lines[i].height : 0;
		}
		part->opens = i == 0;
		part->closes = i + 1 == lines;
		unit_of_row(f, part, part->opens || part->closes ? PAD_Y : 0);
		f->units[f->units_n - 1].keep |= i == 0 || i + 2 == lines;
	}
}

static bool row_put(
	struct flow *f, struct flow_table *ft, const struct row *row, struct err *e)
{
	struct arena *a = f->t->arena;
	struct flow_row *made = ARENA_NEW(a, struct flow_row);
	int elem = sheet_elem_add(f->t, ELEM_ROW, ft->elem), highest = 0;

	*made = (struct flow_row){.table = ft,
		.cells = ARENA_ARRAY(a, ft->table->columns, struct flow_cell),
		.head = row->head,
		.opens = true,
		.closes = true};
	for (size_t i = 0; i < ft->table->columns; i++) {
		struct flow_cell *cell = &made->cells[i];

		if (!cell_set(f, ft, &row->cells[i], i, cell, e))
			return false;
		cell->elem = sheet_elem_add(
			f->t, row->head ? ELEM_HEAD_CELL : ELEM_CELL, elem);
		row->cells[i].words.elem = cell->elem;
		if (cell->height > highest)
			highest = cell->height;
	}
	if (highest > TORN_ABOVE && !row->head)
		row_tear(f, made);
	else
		unit_of_row(f, made, ft->table->signing ? 0 : 2 * PAD_Y);
	return true;
}

bool flow_table_put(struct flow *f, const struct table *table, struct err *e)
{
	struct flow_table *ft = ARENA_NEW(f->t->arena, struct flow_table);
	size_t first = f->units_n;

	if (!table->rows_n)
		return true;
	ft->table = table;
	ft->first_unit = first;
	ft->elem = sheet_elem_add(f->t, ELEM_TABLE, 0);
	if (!columns_set(f, ft, e))
		return false;
	for (size_t i = 0; i < table->rows_n; i++) {
		if (!row_put(f, ft, &table->rows[i], e))
			return err_in(e, "table, row %zu", i + 1);
		if (table->rows[i].head && f->units_n - first == ++ft->head_units)
			ft->head_height += f->units[f->units_n - 1].height;
	}
	/* Heads that fill the page leave no room for what they stand above. */
	if (ft->head_height > BODY_HEIGHT / 3)
		ft->head_units = 0, ft->head_height = 0;
	f->units[first].before = SPACE_ABOVE;
	f->units[f->units_n - 1].keep = false;
	return true;
}

static void rules_put(struct flow *f, const struct page_box *boxes, size_t n)
{
	struct page_object *o = sheet_add(f->t, PAGE_RULES, PAGE_ARTIFACT);
	struct page_box *kept = ARENA_ARRAY(f->t->arena, n, struct page_box);

	memcpy(kept, boxes, n * sizeof *kept);
	o->rules = kept;
	o->rules_n = n;
}

/* Rules lie in the middle of the edge between two rows or columns. */
static struct page_box across(int y)
{
	return (struct page_box){
		BODY_LEFT - RULE / 2, y - RULE / 2, BODY_WIDTH + RULE, RULE};
}

void flow_row_close(struct flow *f)
{
	struct page_box box = across(f->y);

	if (f->above && !f->above->closes && !f->above->table->table->signing)
		rules_put(f, &box, 1);
	f->above = NULL;
}

static void row_rules(struct flow *f, const struct flow_row *row, int height)
{
	const struct flow_table *ft = row->table;
	struct page_box boxes[TYPESET_COLUMNS_MAX + 3];
	size_t n = 0;

	if (!f->above || f->above->table != ft)
		boxes[n++] = across(f->y);
	for (size_t i = 0; i <= ft->table->columns; i++) {
		int x = i < ft->table->columns ? ft->lefts[i] : BODY_LEFT + BODY_WIDTH;

		boxes[n++] = (struct page_box){x - RULE / 2, f->y, RULE, height};
	}
	if (row->closes)
		boxes[n++] = across(f->y + height);
	rules_put(f, boxes, n);
}

void flow_row_place(struct flow *f, const struct flow_unit *u, bool again)
{
	const struct flow_row *row = u->row;
	const struct flow_table *ft = row->table;

	if (!ft->table->signing)
		row_rules(f, row, u->height);
	for (size_t c = 0; c < ft->table->columns; c++) {
		const struct flow_cell *cell = &row->cells[c];
		int y = f->y + (u->height - cell->height) / 2;
		struct page_box bounds = {ft->lefts[c], f->y, ft->widths[c], u->height};

		if (!row->opens || !row->closes)
			y = f->y + (row->opens ? PAD_Y : 0);
		for (size_t i = cell->from; i < cell->to; i++) {
			flow_line_place(f, &cell->lines[i], ft->lefts[c] + PAD_X, y,
				ft->size, again ? PAGE_ARTIFACT : cell->elem, bounds,
				again);
			y += cell->lines[i].height;
		}
	}
	f->above = row;
}
