/* typeset_template: Markdown becomes headings, paragraphs and tables.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "doc/typeset_template.h"

#include <cmark-gfm-core-extensions.h>
#include <cmark-gfm-extension_api.h>
#include <cmark-gfm.h>
#include <pthread.h>
#include <string.h>

#include "base/text.h"

enum { DEPTH_MAX = 40, INDENT_MAX = 4, MARKED_MAX = 2 << 20 };

/* Is there a child of this kind anywhere below? Iterates, so depth is no matter. */
static bool literal_visit(cmark_node *top,
	bool (*see)(struct walk *w, struct bytes literal, void *to), struct walk *w,
	void *to)
{
	cmark_iter *iter = cmark_iter_new(top);
	cmark_event_type event;
	bool seen = false;

	while (!seen && (event = cmark_iter_next(iter)) != CMARK_EVENT_DONE) {
		const char *literal = cmark_node_get_literal(cmark_iter_get_node(iter));

		if (event == CMARK_EVENT_ENTER && literal)
			seen = see(w, bytes_str(literal), to);
	}
	cmark_iter_free(iter);
	return seen;
}

static bool see_rows(struct walk *w, struct bytes literal, void *to)
{
	while (literal.n) {
		const struct hole *hole = walk_hole(w, utf8_next(&literal));

		if (!hole || !hole->want.rows)
			continue;
		*(const char **)to = hole->want.rows;
		return true;
	}
	return false;
}

static bool see_slot(struct walk *w, struct bytes literal, void *to)
{
	(void)to;
	while (literal.n) {
		const struct hole *hole = walk_hole(w, utf8_next(&literal));

		if (hole && hole->slot.name)
			return true;
	}
	return false;
}

static void holes_use(struct walk *w)
{
	for (size_t i = 0; i < w->holes.n; i++)
		if (w->holes.list[i].want.rows && w->rows &&
			strcmp(w->holes.list[i].want.rows, w->rows) == 0)
			w->holes.list[i].used = true;
}

static bool row_put(struct walk *w, struct table *t, cmark_node *node, struct err *e)
{
	struct paper *p = w->p;
	bool head = cmark_gfm_extensions_get_table_row_is_header(node) != 0;
	struct row *row;
	size_t i = 0;

	p->cells += t->columns;
	if (p->cells > TYPESET_CELLS_MAX)
		return err_set(e, ERR_TOO_LARGE, "more than %d cells", TYPESET_CELLS_MAX);
	t->rows =
		sheet_grow(p->arena, t->rows, t->rows_n, &t->rows_room, sizeof *t->rows);
	row = &t->rows[t->rows_n++];
	*row = (struct row){
		.cells = ARENA_ARRAY(p->arena, t->columns, struct cell), .head = head};
	w->table_row = t->rows_n - 1;
	for (cmark_node *cell = cmark_node_first_child(node); cell && i < t->columns;
		cell = cmark_node_next(cell), i++) {
		struct cell *c = &row->cells[i];

		w->cell = i;
		if (!walk_words(w, &c->words, head ? TYPESET_HEI : TYPESET_BODY, false,
			    cell, e))
			return false;
		c->right = !head && (t->align[i] == 'r' || c->words.amount);
		c->centre = !c->right && (t->align[i] == 'c' || (head && !t->signing));
	}
	return true;
}

/* A row that names columns of an array stands there once for each of its rows. */
static bool row_repeat(struct walk *w, struct table *t, cmark_node *node, struct err *e)
{
	size_t n;

	w->rows = NULL;
	if (!literal_visit(node, see_rows, w, &w->rows))
		return row_put(w, t, node, e);
	n = values_rows(w->p->fields, w->rows);
	holes_use(w);
	for (w->row = 0; w->row < n; w->row++)
		if (!row_put(w, t, node, e))
			return false;
	w->rows = NULL;
	w->row = 0;
	return true;
}

static bool row_is_empty(const struct table *t, const struct row *row)
{
	for (size_t i = 0; i < t->columns; i++)
		if (row->cells[i].words.n)
			return false;
	return true;
}

static bool table_put(struct walk *w, cmark_node *node, struct err *e)
{
	struct paper *p = w->p;
	struct table *t = ARENA_NEW(p->arena, struct table);
	uint8_t *align = cmark_gfm_extensions_get_table_alignments(node);

	t->columns = cmark_gfm_extensions_get_table_columns(node);
	if (t->columns > TYPESET_COLUMNS_MAX)
		return err_set(
			e, ERR_TOO_LARGE, "more than %d columns", TYPESET_COLUMNS_MAX);
	t->align = arena_str(p->arena, bytes_make(align, t->columns));
	t->signing = literal_visit(node, see_slot, w, NULL);
	paper_block(p, BLOCK_TABLE)->table = t;
	for (cmark_node *row = cmark_node_first_child(node); row;
		row = cmark_node_next(row)) {
		if (!row_repeat(w, t, row, e))
			return err_in(e, "line %d", cmark_node_get_start_line(row));
		/* Markdown wants a head; an empty one is none. */
		if (t->rows_n == 1 && t->rows[0].head && row_is_empty(t, &t->rows[0]))
			t->rows_n = 0;
	}
	return true;
}

static bool heading_put(struct walk *w, cmark_node *node, struct err *e)
{
	static const enum typeset_face faces[] = {TYPESET_TITLE, TYPESET_TITLE,
		TYPESET_HEI, TYPESET_KAI, TYPESET_BODY, TYPESET_BODY, TYPESET_BODY};
	int level = cmark_node_get_heading_level(node);
	struct block *b = paper_block(w->p, level == 1 ? BLOCK_TITLE : BLOCK_HEADING);

	b->level = (unsigned)(level > 5 ? 5 : level);
	return walk_words(w, &b->words, faces[level], level == 1 || level == 4, node, e);
}

static bool code_put(struct walk *w, cmark_node *node, struct err *e)
{
	struct block *b = paper_block(w->p, BLOCK_CODE);
	struct bytes text = bytes_str(cmark_node_get_literal(node));

	if (bytes_ends(text, BYTES("\n")))
		text = bytes_head(text, text.n - 1);
	return walk_text(w, &b->words, TYPESET_MONO, text, e);
}

static bool blocks_put(struct walk *w, cmark_node *parent, unsigned depth, struct err *e);

static bool list_put(struct walk *w, cmark_node *list, unsigned depth, struct err *e)
{
	static const struct span body = {.face = TYPESET_BODY};
	bool ordered = cmark_node_get_list_type(list) == CMARK_ORDERED_LIST;
	int number = cmark_node_get_list_start(list);

	for (cmark_node *item = cmark_node_first_child(list); item;
		item = cmark_node_next(item), number++) {
		struct paper *p = w->p;
		const char *marker =
			ordered ? arena_printf(p->arena, "%d．", number) : "· ";
		cmark_node *first = cmark_node_first_child(item);
		struct block *b;

		if (!first || cmark_node_get_type(first) != CMARK_NODE_PARAGRAPH) {
			if (!blocks_put(w, item, depth + 1, e))
				return false;
			continue;
		}
		w->block = p->blocks_n;
		b = paper_block(p, BLOCK_TEXT);
		b->level = depth > INDENT_MAX ? INDENT_MAX : depth;
		if (!words_put(p, &b->words, bytes_str(marker), &body, e) ||
			!walk_words(w, &b->words, TYPESET_BODY, false, first, e))
			return false;
		cmark_node_unlink(first);
		cmark_node_free(first);
		if (!blocks_put(w, item, depth + 1, e))
			return false;
	}
	return true;
}

static bool paragraph_put(struct walk *w, cmark_node *node, unsigned depth, struct err *e)
{
	struct block *b = paper_block(w->p, BLOCK_TEXT);

	b->level = depth > INDENT_MAX ? INDENT_MAX : depth;
	if (!walk_words(w, &b->words, TYPESET_BODY, false, node, e))
		return false;
	/* Who is addressed stands at the margin: 市财政局： */
	b->no_indent = bytes_ends(bytes_make(b->words.text, b->words.n), BYTES("：")) &&
		       w->block == 1 && b->words.n;
	return true;
}

static bool block_put(struct walk *w, cmark_node *node, unsigned depth, struct err *e)
{
	cmark_node_type type = cmark_node_get_type(node);

	w->block = w->p->blocks_n;
	w->table_row = w->cell = 0;
	if (type == CMARK_NODE_PARAGRAPH)
		return paragraph_put(w, node, depth, e);
	if (type == CMARK_NODE_HEADING)
		return heading_put(w, node, e);
	if (strcmp(cmark_node_get_type_string(node), "table") == 0)
		return table_put(w, node, e);
	if (type == CMARK_NODE_LIST)
		return list_put(w, node, depth, e);
	if (type == CMARK_NODE_BLOCK_QUOTE)
		return blocks_put(w, node, depth + 1, e);
	if (type == CMARK_NODE_CODE_BLOCK)
		return code_put(w, node, e);
	if (type == CMARK_NODE_THEMATIC_BREAK) {
		(void)paper_block(w->p, BLOCK_TURN);
		return true;
	}
	return err_set(e, ERR_USAGE, "line %d: %s is not typeset",
		cmark_node_get_start_line(node),
		type == CMARK_NODE_HTML_BLOCK ? "HTML"
					      : cmark_node_get_type_string(node));
}

static bool blocks_put(struct walk *w, cmark_node *parent, unsigned depth, struct err *e)
{
	if (depth > DEPTH_MAX)
		return err_set(e, ERR_MALFORMED, "nested too deep");
	for (cmark_node *node = cmark_node_first_child(parent); node;
		node = cmark_node_next(node))
		if (!block_put(w, node, depth, e))
			return false;
	return true;
}

static bool holes_all_used(const struct holes *holes, struct err *e)
{
	for (size_t i = 0; i < holes->n; i++)
		if (!holes->list[i].used)
			return err_set(e, ERR_USAGE, "%s stands where nothing is shown",
				holes->list[i].slot.name ? holes->list[i].slot.name
							 : holes->list[i].want.name);
	return true;
}

static cmark_node *markdown_parse(struct bytes text)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	cmark_parser *parser;
	cmark_node *root;

	(void)pthread_once(&once, cmark_gfm_core_extensions_ensure_registered);
	parser = cmark_parser_new(CMARK_OPT_DEFAULT);
	(void)cmark_parser_attach_syntax_extension(
		parser, cmark_find_syntax_extension("table"));
	cmark_parser_feed(parser, (const char *)text.p, text.n);
	root = cmark_parser_finish(parser);
	cmark_parser_free(parser);
	return root;
}

bool template_read(struct paper *p, struct bytes template, struct err *e)
{
	struct walk w = {.p = p};
	AUTO_BUF marked = buf_make(MARKED_MAX);
	cmark_node *root;
	bool good;

	if (!holes_read(p, template, &w.holes, &marked, e))
		return false;
	root = markdown_parse(buf_bytes(&marked));
	good = blocks_put(&w, root, 0, e);
	cmark_node_free(root);
	if (!good)
		return err_in(e, "template");
	return holes_all_used(&w.holes, e);
}
