/* typeset_page: the one layout that every writer writes down: pages of placed glyphs,
 * rules and pictures, and the structure they belong to. SPDX-License-Identifier: Apache-2.0
 *
 * Internal to doc/typeset. Lengths are whole micrometres, y runs down, the origin is the
 * upper left corner of the page. Everything lives in the arena of the typeset.
 */
#ifndef QY_DOC_TYPESET_PAGE_H
#define QY_DOC_TYPESET_PAGE_H

#include "doc/typeset.h"

enum {
	PAPER_WIDTH = 210000,
	PAPER_HEIGHT = 297000,
	//= GB/T 9704-2012 §5.2.1: 37 mm above, 28 mm to the left, 156 mm by 225 mm of text
	BODY_LEFT = 28000,
	BODY_TOP = 37000,
	BODY_WIDTH = 156000,
	BODY_HEIGHT = 225000,
	BODY_BOTTOM = BODY_TOP + BODY_HEIGHT,
	//= GB/T 9704-2012 §5.2.3: 22 lines a page, 28 characters a line
	BODY_PITCH = BODY_HEIGHT / 22,
	BODY_EM = BODY_WIDTH / 28,
	/* The base line of a Chinese font lies this share of the size below its top. */
	ASCENT_PERCENT = 88,
};

/* Where a glyph's origin stands. */
struct page_glyph {
	uint32_t id;
	int x, y;
};

/* So many octets of text are shown by so many glyphs. */
struct page_cluster {
	uint16_t text_n, glyphs_n;
};

/* Glyphs of one font and size on one line. Text, clusters and glyphs are in the order of
 * reading, also from right to left. */
struct page_run {
	unsigned font;
	int size;
	bool rightward; /* false: read from right to left */
	struct bytes text;
	const struct page_cluster *clusters;
	size_t clusters_n;
	struct page_glyph *glyphs;
	size_t glyphs_n;
	int x, width; /* from the leftmost glyph's origin to where the line goes on */
};

struct page_box {
	int x, y, w, h;
};

enum page_kind {
	PAGE_RUN,
	PAGE_RULES, /* filled boxes, black */
	PAGE_IMAGE,
};

struct page_object {
	enum page_kind kind;
	int elem;            /* in typeset.elems; PAGE_ARTIFACT: part of no content */
	struct page_run run; /* PAGE_RUN */
	struct page_box box; /* PAGE_IMAGE */
	unsigned image;      /* PAGE_IMAGE, in typeset.images */
	const struct page_box *rules; /* PAGE_RULES */
	size_t rules_n;
};

#define PAGE_ARTIFACT (-1)

struct page {
	struct page_object *objects;
	size_t n, room;
};

enum elem_kind {
	ELEM_DOCUMENT,
	ELEM_HEADING,
	ELEM_PARAGRAPH,
	ELEM_TABLE,
	ELEM_ROW,
	ELEM_HEAD_CELL,
	ELEM_CELL,
	ELEM_FIGURE,
};

struct page_elem {
	enum elem_kind kind;
	int parent;        /* index, smaller than its own; -1: the root */
	unsigned level;    /* of a heading: 1 … 5 */
	const char *label; /* words of a heading; what a figure shows */
	unsigned page;     /* where a heading stands, from 0 */
	int y;
};

/* A font file as it is installed. */
struct page_font {
	const char *path, *family;
	unsigned index;
};

struct page_image {
	const char *name, *alt;
	struct bytes png;
	int w, h; /* pixels */
};

struct typeset {
	struct arena *arena;
	struct page *pages;
	size_t pages_n, pages_room;
	struct page_elem *elems;
	size_t elems_n, elems_room;
	struct page_font *fonts;
	size_t fonts_n;
	struct page_image *images;
	size_t images_n;
	struct typeset_slot *slots;
	size_t slots_n;
	struct typeset_warning *warnings;
	size_t warnings_n;
	const char *title, *author;
	struct bytes data;
	int64_t now;
	uint8_t id[16];
};

/* A new element; returns its index. */
int sheet_elem_add(struct typeset *t, enum elem_kind kind, int parent);
/* A new object at the end of the last page, zeroed. */
struct page_object *sheet_add(struct typeset *t, enum page_kind kind, int elem);
/* ERR_TOO_LARGE beyond TYPESET_PAGES_MAX. */
MUST_USE bool sheet_begin(struct typeset *t, struct err *e);

/* array = sheet_grow(a, array, n, &room, sizeof *array): room for one more element. */
void *sheet_grow(struct arena *a, void *array, size_t n, size_t *room, size_t size);

/* One `field` or character more that did not come out; `field` may be null. */
void sheet_warn(struct typeset *t, enum typeset_warning_kind kind, uint32_t code,
	const char *field);

#endif
