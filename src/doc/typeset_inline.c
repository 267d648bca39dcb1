/* typeset_inline: what stands inside a paragraph: text, emphasis, places, pictures.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "base/text.h"
#include "doc/typeset_template.h"

enum { INLINE_DEPTH_MAX = 40 };

/* Words being made and the style they are in. */
struct inline_to {
	struct words *words;
	struct span style;
	unsigned depth;
	bool one_amount, other; /* an amount was put; something else was */
};

struct hole *walk_hole(const struct walk *w, uint32_t c)
{
	return code_is_hole(c) && c - HOLE_FIRST < w->holes.n
		       ? &w->holes.list[c - HOLE_FIRST]
		       : NULL;
}

static bool slot_put(
	struct walk *w, struct inline_to *to, struct hole *hole, struct err *e)
{
	struct paper *p = w->p;

	for (size_t i = 0; i < p->slots_n; i++)
		if (strcmp(p->slots[i].name, hole->slot.name) == 0)
			return err_set(e, ERR_USAGE, "two slots of the name %s",
				hole->slot.name);
	if (p->slots_n == TYPESET_SLOTS_MAX)
		return err_set(e, ERR_TOO_LARGE, "more than %d slots", TYPESET_SLOTS_MAX);
	p->slots[p->slots_n] = hole->slot;
	words_mark(p, to->words, MARK_SLOT, (unsigned)p->slots_n++, &to->style);
	return true;
}

static bool value_put(
	struct walk *w, struct inline_to *to, struct hole *hole, struct err *e)
{
	struct paper *p = w->p;
	struct span style = to->style;
	char *value;

	if (hole->want.rows && (!w->rows || strcmp(w->rows, hole->want.rows) != 0))
		return err_set(e, ERR_USAGE,
			"{{%s}}: a column of %s stands outside a row of it",
			hole->want.name, hole->want.rows);
	if (!field_show(p->fields, p->arena, &hole->want, w->row, &value, e))
		return false;
	style.field = hole->want.name;
	style.whole = field_is_amount(&hole->want);
	to->one_amount |= style.whole;
	to->other |= !style.whole;
	p->shown = sheet_grow(
		p->arena, p->shown, p->shown_n, &p->shown_room, sizeof *p->shown);
	p->shown[p->shown_n++] = (struct shown){.field = hole->want.name,
		.value = value,
		.block = w->block,
		.row = w->table_row,
		.cell = w->cell};
	return words_put(p, to->words, bytes_str(value), &style, e);
}

static bool text_put(
	struct walk *w, struct inline_to *to, struct bytes text, struct err *e)
{
	while (text.n) {
		struct bytes rest = text;
		struct hole *hole = NULL;
		size_t n = 0;

		while (rest.n && !(hole = walk_hole(w, utf8_next(&rest))))
			n = text.n - rest.n;
		to->other |= n > 0;
		if (n && !words_put(w->p, to->words, bytes_head(text, n), &to->style, e))
			return false;
		if (!hole)
			return true;
		hole->used = true;
		if (!(hole->slot.name ? slot_put(w, to, hole, e)
				      : value_put(w, to, hole, e)))
			return false;
		text = rest;
	}
	return true;
}

static bool image_put(
	struct walk *w, struct inline_to *to, cmark_node *node, struct err *e)
{
	struct typeset *t = w->p->t;
	const char *url = cmark_node_get_url(node);
	cmark_node *alt = cmark_node_first_child(node);

	for (size_t i = 0; i < t->images_n; i++) {
		if (strcmp(t->images[i].name, url) != 0)
			continue;
		if (alt && cmark_node_get_type(alt) == CMARK_NODE_TEXT)
			t->images[i].alt = arena_str(
				t->arena, bytes_str(cmark_node_get_literal(alt)));
		words_mark(w->p, to->words, MARK_IMAGE, (unsigned)i, &to->style);
		return true;
	}
	return err_set(e, ERR_USAGE, "no picture is given under the name %.80s", url);
}

/* A break inside a paragraph is a space between Latin words and nothing between Chinese.
 */
static bool softbreak_put(
	struct walk *w, struct inline_to *to, cmark_node *node, struct err *e)
{
	cmark_node *next = cmark_node_next(node);
	const char *text = next && cmark_node_get_type(next) == CMARK_NODE_TEXT
				   ? cmark_node_get_literal(next)
				   : "";
	bool before = to->words->n && !(to->words->text[to->words->n - 1] & 0x80);

	if (!before || (text[0] & 0x80))
		return true;
	return words_put(w->p, to->words, BYTES(" "), &to->style, e);
}

static bool inlines_put(
	struct walk *w, struct inline_to *to, cmark_node *parent, struct err *e);

static bool styled_put(
	struct walk *w, struct inline_to *to, cmark_node *node, struct err *e)
{
	struct span before = to->style;
	bool good;

	if (cmark_node_get_type(node) == CMARK_NODE_STRONG)
		to->style.bold = true;
	else
		to->style.face = TYPESET_KAI;
	good = inlines_put(w, to, node, e);
	to->style = before;
	return good;
}

/* A link is shown as its text, and its address behind it when that is another. */
static bool link_put(
	struct walk *w, struct inline_to *to, cmark_node *node, struct err *e)
{
	struct bytes url = bytes_str(cmark_node_get_url(node));
	size_t from = to->words->n;

	if (!inlines_put(w, to, node, e))
		return false;
	if (!url.n ||
		bytes_equal(url, bytes_make(to->words->text + from, to->words->n - from)))
		return true;
	return words_put(w->p, to->words, BYTES("（"), &to->style, e) &&
	       text_put(w, to, url, e) &&
	       words_put(w->p, to->words, BYTES("）"), &to->style, e);
}

static bool inline_put(
	struct walk *w, struct inline_to *to, cmark_node *node, struct err *e)
{
	cmark_node_type type = cmark_node_get_type(node);
	struct span before = to->style;
	bool good;

	if (type == CMARK_NODE_TEXT)
		return text_put(w, to, bytes_str(cmark_node_get_literal(node)), e);
	if (type == CMARK_NODE_SOFTBREAK)
		return softbreak_put(w, to, node, e);
	if (type == CMARK_NODE_LINEBREAK)
		return words_put(w->p, to->words, BYTES("\n"), &to->style, e);
	if (type == CMARK_NODE_STRONG || type == CMARK_NODE_EMPH)
		return styled_put(w, to, node, e);
	if (type == CMARK_NODE_LINK)
		return link_put(w, to, node, e);
	if (type == CMARK_NODE_IMAGE)
		return image_put(w, to, node, e);
	if (type == CMARK_NODE_CODE) {
		to->style.face = TYPESET_MONO;
		good = text_put(w, to, bytes_str(cmark_node_get_literal(node)), e);
		to->style = before;
		return good;
	}
	return err_set(
		e, ERR_USAGE, "%s cannot be typeset", cmark_node_get_type_string(node));
}

static bool inlines_put(
	struct walk *w, struct inline_to *to, cmark_node *parent, struct err *e)
{
	cmark_node *node;

	if (++to->depth > INLINE_DEPTH_MAX)
		return err_set(e, ERR_MALFORMED, "nested too deep");
	for (node = cmark_node_first_child(parent); node; node = cmark_node_next(node))
		if (!inline_put(w, to, node, e))
			return false;
	to->depth--;
	return true;
}

/* The words of a node in a style. */
bool walk_words(struct walk *w, struct words *words, enum typeset_face face, bool bold,
	cmark_node *node, struct err *e)
{
	struct inline_to to = {.words = words, .style = {.face = face, .bold = bold}};

	if (!inlines_put(w, &to, node, e))
		return err_in(e, "line %d", cmark_node_get_start_line(node));
	words->amount = to.one_amount && !to.other;
	return true;
}

bool walk_text(struct walk *w, struct words *words, enum typeset_face face,
	struct bytes text, struct err *e)
{
	struct inline_to to = {.words = words, .style = {.face = face}};

	return text_put(w, &to, text, e);
}
