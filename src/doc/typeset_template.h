/* typeset_template: the places of fields and slots in a Markdown text.
 * SPDX-License-Identifier: Apache-2.0
 *
 * Internal to doc/typeset. Before the Markdown is read, each `{{…}}` and `[[slot:…]]` is
 * replaced by one private character: so no value can be mistaken for markup, and a `|`
 * between braces splits no cell.
 */
#ifndef QY_DOC_TYPESET_TEMPLATE_H
#define QY_DOC_TYPESET_TEMPLATE_H

#include "base/buf.h"
#include "doc/typeset_paper.h"

#define HOLE_FIRST 0xf0000
#define HOLES_MAX  20000

struct hole {
	struct field_want want; /* a field, or: */
	struct paper_slot slot; /* a slot, when it has a name */
	bool used;
};

struct holes {
	struct hole *list;
	size_t n, room;
};

/* Checks the template against the limits that keep the reader of Markdown quick, and
 * writes it to *out with its places replaced. ERR_MALFORMED with the line; ERR_USAGE. */
MUST_USE bool holes_read(struct paper *p, struct bytes template, struct holes *holes,
	struct buf *out, struct err *e);

#endif
