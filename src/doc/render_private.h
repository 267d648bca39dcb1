/* render_private: what the files of the OFD renderer share.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef QY_DOC_RENDER_PRIVATE_H
#define QY_DOC_RENDER_PRIVATE_H

#include <cairo.h>

#include "doc/render.h"
#include "doc/render_node.h"
#include "doc/render_res.h"
#include "doc/render_value.h"

/* Pixels inked on one page at most, overlaps counted again. */
#define RENDER_INK_MAX 3e10

enum { RENDER_NEST_MAX = 2 }; /* an OFD in a seal in an OFD */

struct fonts;

struct render_doc {
	const struct ofd_doc *d;
	struct res_table res;
	bool loaded;
	struct render_stamp *stamps; /* of all signatures, with pictures */
	size_t stamp_count;
	bool stamps_loaded;
	const struct node *annotations; /* Annotations.xml, or null */
};

struct render {
	const struct ofd *o;
	struct arena *arena;
	struct render_doc *docs;
	struct fonts *fonts;
	unsigned nest;      /* how many OFD files this one stands in */
	size_t images_left; /* octets of unpacked pictures still allowed */
};

/* One page being drawn. */
struct drawing {
	struct render *r;
	struct render_doc *doc;
	const struct res_table *page_res; /* may be null; asked first */
	cairo_t *cr;
	struct arena *arena; /* of this page */
	struct render_counts *counts;
	const struct render_options *options;
	double dpi;          /* pixels are made for that; vector surfaces too */
	unsigned depth;      /* of blocks, composites, patterns */
	unsigned inner;      /* inside a composite or pattern: nothing is counted */
	size_t inner_failed; /* objects inside composites and patterns */
	size_t objects;
	double ink, page_px;
	bool stop; /* a limit of the whole page was reached */
};

/* Draws a page over given pixels, stretched to them; notes in the arena of nobody: only
 * the numbers of counts are for use. */
MUST_USE bool render_onto(struct render *r, size_t page,
	const struct render_options *options, const struct picture_pixels *px,
	struct render_counts *counts, struct err *e);

/* Remembers what is odd, once. */
void draw_note(struct drawing *d, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/* Sets the error of a limit that ends the page. Returns false. */
bool draw_stop(struct drawing *d, struct err *e, const char *what);

/* Counts w × h pixels as inked; false (ERR_TOO_LARGE, the page is over) beyond the limit.
 */
MUST_USE bool draw_ink(struct drawing *d, double w_mm, double h_mm, struct err *e);

/* Is m one that cairo can work with after the present matrix, and if so, is applied. */
bool draw_transform(struct drawing *d, const struct matrix *m);

/* One level deeper; false beyond RENDER_DEPTH_MAX. */
MUST_USE bool draw_enter(struct drawing *d, struct err *e);
void draw_leave(struct drawing *d);

/* A resource of the page or the document, or null. */
struct res_item *draw_res(const struct drawing *d, enum res_kind kind, uint32_t id);

#endif
