/* typeset_pdf: pages written as PDF; what its parts share.
 * SPDX-License-Identifier: Apache-2.0
 *
 * Internal to doc/typeset. ISO 32000-1 with associated files of ISO 32000-2: one
 * revision, a classic cross-reference table, streams deflated. cairo's PDF surface cannot
 * say what is an artifact, let an element go on overleaf, name language, scope and
 * alternative text, or attach data: docs/adr/0016.
 */
#ifndef QY_DOC_TYPESET_PDF_H
#define QY_DOC_TYPESET_PDF_H

#include "doc/typeset_subset.h"

/* A stretch of content of one element on one page. */
struct pdfout_piece {
	int elem;
	unsigned page, mcid;
};

struct pdfout {
	const struct typeset *t;
	struct arena *arena;
	struct sink to;
	struct subset *fonts;
	uint64_t at;       /* octets written */
	uint64_t *offsets; /* of the objects, from 1 */
	size_t objects, offsets_room;
	struct buf work; /* the object being made */
	/* Numbers of objects spoken of before they are written. */
	unsigned catalog, pages, info, root, parents, outlines, metadata, data;
	unsigned *page_ids, *font_ids, *image_ids, *elem_ids;
	struct pdfout_piece *pieces;
	size_t pieces_n, pieces_room;
	size_t *page_pieces;  /* where each page's pieces begin; one more at the end */
	struct bytes **texts; /* what a glyph of the file stands for, for each font */
};

/* The number of an object to come. */
unsigned pdfout_number(struct pdfout *p);
/* Adds to the object being made. */
MUST_USE bool pdfout_put(struct pdfout *p, struct err *e, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
/* A text string: UTF-16 in hexadecimal. */
MUST_USE bool pdfout_put_text(struct pdfout *p, struct bytes utf8, struct err *e);
/* Writes what was made as object n. */
MUST_USE bool pdfout_object(struct pdfout *p, unsigned n, struct err *e);
/* Writes a stream: `dict` is what its dictionary has besides Length and Filter; its
 * octets are `data` deflated. */
MUST_USE bool pdfout_stream(
	struct pdfout *p, unsigned n, const char *dict, struct bytes data, struct err *e);

/* typeset_pdf_font.c */
MUST_USE bool pdfout_fonts_put(struct pdfout *p, struct err *e);
/* typeset_pdf_content.c */
MUST_USE bool pdfout_pages_put(struct pdfout *p, struct err *e);
/* typeset_pdf_tags.c: structure, outline */
MUST_USE bool pdfout_tags_put(struct pdfout *p, struct err *e);
MUST_USE bool pdfout_outline_put(struct pdfout *p, struct err *e);

/* Micrometres from above as points from below, in 1/10000. */
static inline int64_t pdfout_points(int64_t um)
{
	return um * 720000 / 25400;
}

#endif
