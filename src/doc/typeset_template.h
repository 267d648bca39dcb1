/* typeset_template: the places of fields and slots in a Markdown text.
 * SPDX-License-Identifier: Apache-2.0
 *
 * Internal to doc/typeset. Before the Markdown is read, each `{{…}}` and `[[slot:…]]` is
 * replaced by one private character: so no value can be mistaken for markup, and a `|`
 * between braces splits no cell.
 */
#ifndef QY_DOC_TYPESET_TEMPLATE_H
#define QY_DOC_TYPESET_TEMPLATE_H

#include <cmark-gfm.h>

#include "base/buf.h"
#include "doc/typeset_paper.h"

#define HOLE_FIRST 0xf0000
#define HOLES_MAX  20000

static inline bool code_is_hole(uint32_t c)
{
	return c >= HOLE_FIRST && c < HOLE_FIRST + HOLES_MAX;
}

struct hole {
	struct field_want want; /* a field, or: */
	struct paper_slot slot; /* a slot, when it has a name */
	bool used;
};

struct holes {
	struct hole *list;
	size_t n, room;
};

/* A template being walked. */
struct walk {
	struct paper *p;
	struct holes holes;
	const char *rows; /* the array whose row is being repeated, or null */
	size_t row;
	/* Where the words being made stand, for the proof. */
	size_t block, table_row, cell;
};

/* The place a character stands for, or null. Markdown can name any character by its
 * number, so there need not be one. */
struct hole *walk_hole(const struct walk *w, uint32_t c);

/* What stands inside a node of Markdown, appended to words in a style. */
MUST_USE bool walk_words(struct walk *w, struct words *words, enum typeset_face face,
	bool bold, cmark_node *node, struct err *e);
/* Text with places in it. */
MUST_USE bool walk_text(struct walk *w, struct words *words, enum typeset_face face,
	struct bytes text, struct err *e);

/* Checks the template against the limits that keep the reader of Markdown quick, and
 * writes it to *out with its places replaced. ERR_MALFORMED with the line; ERR_USAGE. */
MUST_USE bool holes_read(struct paper *p, struct bytes template, struct holes *holes,
	struct buf *out, struct err *e);

#endif
