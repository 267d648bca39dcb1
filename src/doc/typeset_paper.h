/* typeset_paper: what a paper says, before it has lines and pages: headings, paragraphs
 * and tables of words. SPDX-License-Identifier: Apache-2.0
 *
 * Internal to doc/typeset. Lives in the arena of the typeset.
 */
#ifndef QY_DOC_TYPESET_PAPER_H
#define QY_DOC_TYPESET_PAPER_H

#include "doc/typeset_faces.h"
#include "doc/typeset_fields.h"

/* U+FFFC holds the place of a slot or a picture, U+3013 that of a character no font has.
 */
#define WORDS_OBJECT  0xfffc
#define WORDS_MISSING 0x3013

/* A stretch of words set alike; they follow each other without gaps. */
struct span {
	size_t from, to;
	enum typeset_face face;
	bool bold, whole; /* whole: never broken */
	const char *field;
};

enum mark_kind { MARK_SLOT, MARK_IMAGE, MARK_MISSING };

/* A place in the words at octet `at`. */
struct mark {
	size_t at;
	enum mark_kind kind;
	unsigned index; /* in slots or images */
	uint32_t code;  /* the missing character */
};

struct words {
	char *text; /* UTF-8, lines separated by \n */
	size_t n, room;
	struct span *spans;
	size_t spans_n, spans_room;
	struct mark *marks;
	size_t marks_n, marks_room;
	bool amount; /* nothing but one amount */
	int elem;    /* where it stands in the structure; set by the flow */
};

struct cell {
	struct words words;
	bool right, centre;
};

struct row {
	struct cell *cells; /* `columns` of them */
	bool head;
};

struct table {
	size_t columns;
	char *align; /* 'l', 'c', 'r' or 0 for each column */
	struct row *rows;
	size_t rows_n, rows_room;
	bool signing; /* holds slots: no rules, never torn apart */
};

enum block_kind {
	BLOCK_TITLE,
	BLOCK_HEADING,
	BLOCK_TEXT,
	BLOCK_TABLE,
	BLOCK_CODE,
	BLOCK_TURN /* a new page */
};

struct block {
	enum block_kind kind;
	unsigned level; /* of a heading, 2 … 5; of a text: how deep it is set in */
	bool no_indent;
	struct words words;
	struct table *table;
};

/* A value that is shown, and in which words. */
struct shown {
	const char *field, *value;
	size_t block, row, cell; /* row, cell: of a table */
};

struct paper_slot {
	const char *name;
	int w, h;
	bool seal; /* lies over the words of its line */
	bool over; /* takes no room of its own */
};

struct paper {
	struct arena *arena;
	struct typeset *t; /* for warnings and pictures */
	struct values *fields;
	const struct faces *faces;
	struct block *blocks;
	size_t blocks_n, blocks_room;
	struct shown *shown;
	size_t shown_n, shown_room;
	struct paper_slot slots[TYPESET_SLOTS_MAX];
	size_t slots_n;
	size_t cells, octets; /* so far, of all */
};

/* Markdown and fields to a paper. */
MUST_USE bool template_read(struct paper *p, struct bytes template, struct err *e);
/* Plain text: "# " begins a heading, every line is a paragraph; the title comes apart. */
MUST_USE bool plain_read(
	struct paper *p, struct bytes title, struct bytes text, struct err *e);

struct block *paper_block(struct paper *p, enum block_kind kind);

/* Appends text in a style; characters no font has become U+3013 with a mark and a
 * warning. ERR_TOO_LARGE beyond TYPESET_TEXT_MAX in all. */
MUST_USE bool words_put(struct paper *p, struct words *w, struct bytes text,
	const struct span *style, struct err *e);
/* Appends the place of a slot or picture. */
void words_mark(struct paper *p, struct words *w, enum mark_kind kind, unsigned index,
	const struct span *style);

#endif
