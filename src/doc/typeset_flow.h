/* typeset_flow: lines and rows placed on pages.
 * SPDX-License-Identifier: Apache-2.0
 *
 * Internal to doc/typeset. A unit is what is never torn apart: a line, or a row of a
 * table (a row too high for that is one unit a line). Units that keep together form a
 * group, and a group that fits on a page stands on one page.
 */
#ifndef QY_DOC_TYPESET_FLOW_H
#define QY_DOC_TYPESET_FLOW_H

#include "doc/typeset_set.h"

/* A table with its columns measured. */
struct flow_table {
	const struct table *table;
	int *widths, *lefts; /* of columns; lefts from the page's edge */
	int size, pitch;
	int head_height; /* of the rows to repeat, 0: none */
	size_t head_units, first_unit;
	int elem;
};

/* A row, or one line of a row that is torn apart. */
struct flow_row {
	struct flow_table *table;
	struct flow_cell {
		const struct set_line *lines;
		size_t from, to;
		int height; /* of those lines */
		int elem;
	} * cells;
	bool head, opens, closes; /* first or last part of its row */
};

struct flow_unit {
	int height, before; /* before: room above it, none at the top of a page */
	bool keep;          /* with the next one */
	bool turn;          /* begins a page */
	int x, size, elem;
	const struct set_line *line; /* a line, or: */
	const struct flow_row *row;
};

struct flow {
	struct typeset *t;
	struct paper *paper;
	struct setter *setter;
	struct flow_unit *units;
	size_t units_n, units_room;
	int y;                        /* where the page is filled to */
	const struct flow_row *above; /* the row placed last on this page */
};

struct flow_unit *flow_unit_add(struct flow *f);

/* The units of a table. ERR_USAGE when its amounts are wider than the page. */
MUST_USE bool flow_table_put(struct flow *f, const struct table *table, struct err *e);
/* A row at the flow's y. `again`: a head repeated on a new page. */
void flow_row_place(struct flow *f, const struct flow_unit *u, bool again);
/* Closes the row that goes on overleaf with a rule. */
void flow_row_close(struct flow *f);

/* One line with its marks; `left` and `right` bound where a seal may lie. */
void flow_line_place(struct flow *f, const struct set_line *line, int x, int top,
	int size, int elem, struct page_box bounds, bool again);

/* Every block of the paper onto pages. */
MUST_USE bool flow_paper(
	struct typeset *t, struct paper *p, struct faces *faces, struct err *e);

/* Number, verification code and page numbers, on every page. */
MUST_USE bool flow_furniture(struct typeset *t, struct paper *p, struct setter *s,
	const struct typeset_spec *spec, struct err *e);

#endif
