/* render: the pages of an OFD file as pictures and as PDF (GB/T 33190-2016).
 * SPDX-License-Identifier: Apache-2.0
 *
 * Draws what the file shows: templates, layers, text, paths, images, annotations, and the
 * seals of its signatures where they were put. A seal drawn so says nothing about its
 * worth: marks that do are drawn by us, beside the page and never from the file, when a
 * report is given. What cannot be drawn does not stop the page: it is counted and named,
 * so that a caller can tell that everything there was is to be seen.
 *
 * Files come from strangers: pages, pixels, depth, objects and the area inked are
 *bounded; the wall clock is the caller's.
 *
 *	AUTO(render) r = NULL;
 *	struct render_options options = {.dpi = 150};
 *	struct render_counts counts;
 *
 *	if (!render_open(&r, ofd, e) || !render_png(r, 0, &options, arena, &png, &counts,
 *e)) return false;
 */
#ifndef QY_DOC_RENDER_H
#define QY_DOC_RENDER_H

#include "doc/ofd_package.h"
#include "doc/picture_decode.h"

#define RENDER_PAGE_MM_MIN 1.0
#define RENDER_PAGE_MM_MAX 5000.0

enum {
	RENDER_DPI_MIN = 10,
	RENDER_DPI_MAX = 1200,
	RENDER_DPI_DEFAULT = 150,
	RENDER_PIXELS_MAX = 64 << 20, /* of one page */
	RENDER_OBJECTS_MAX = 300000,  /* drawn on one page, those in composites too */
	RENDER_DEPTH_MAX = 32, /* blocks, composites and patterns inside each other */
	RENDER_NOTES_MAX = 100,
};

struct render;
struct report;

/* One kind of thing: how many there are, and what became of them. present is counted on
 * the file before anything is drawn; present == drawn + hidden + failed. */
struct render_tally {
	size_t present, drawn;
	size_t hidden; /* the file says it is not to be seen */
	size_t failed;
};

/* Of one page, or of all that were drawn into it (counts are added up). What stands in
 * composite objects, patterns and clips counts with the object that uses it. */
struct render_counts {
	struct render_tally text, path, image, composite, annotation, stamp;
	size_t glyphs;
	size_t glyphs_missing;  /* no font has the character: an empty box is drawn */
	size_t glyphs_replaced; /* drawn by another font than the one embedded */
	/* What went wrong or is not known, in technical English, each once: in the arena
	 * of the call. */
	const char *notes[RENDER_NOTES_MAX];
	size_t note_count;
};

/* Is everything present drawn or hidden, and every character shown? */
bool render_is_whole(const struct render_counts *c);

struct render_options {
	double dpi;          /* 0: RENDER_DPI_DEFAULT; not used for PDF */
	bool without_stamps; /* the seals of signatures are left away */
	bool without_annotations;
	bool for_print;   /* annotations that are not to be printed are left away */
	bool transparent; /* no white paper below */
	/* Draws a strip to the right of the page that says what each signature is worth,
	 * and numbers beside their stamps; null: none. Of this same file. */
	const struct report *report;
};

/* Over an open package, which must outlive it. Fonts and resources are read once. Not for
 * two threads at once. */
MUST_USE bool render_open(struct render **out, const struct ofd *o, struct err *e);
void render_free(struct render *r);
AUTO_DEFINE(render);

/* Pages of all documents of the package, one behind the other. */
size_t render_pages_n(const struct render *r);

/* Width and height of a page in mm, without the strip of marks. ERR_USAGE: no such page;
 * ERR_MALFORMED: the page cannot be read or has no sound size. */
MUST_USE bool render_page_size(
	struct render *r, size_t page, double *w_mm, double *h_mm, struct err *e);

/* A page as pixels in the arena: round(mm * dpi / 25.4) each way, at least one. counts
 * may be null, otherwise zeroed by the caller. ERR_USAGE: no such page, dpi out of range.
 * ERR_MALFORMED: the page's part is missing or no XML. ERR_TOO_LARGE: beyond a limit. */
MUST_USE bool render_pixels(struct render *r, size_t page,
	const struct render_options *options, struct arena *a, struct picture_pixels *out,
	struct render_counts *counts, struct err *e);

/* The same as a PNG that knows its size in mm. */
MUST_USE bool render_png(struct render *r, size_t page,
	const struct render_options *options, struct arena *a, struct bytes *out,
	struct render_counts *counts, struct err *e);

/* Pages `first` to `last` (SIZE_MAX: the last there is) as one PDF with text that can be
 * selected. It is a picture of the file: its signatures are not carried over. Notes of
 * counts are in the arena. */
MUST_USE bool render_pdf(struct render *r, size_t first, size_t last,
	const struct render_options *options, struct arena *a, struct sink to,
	struct render_counts *counts, struct err *e);

/* A page that others drew (PNG, w_mm by h_mm, counted from 1) with the strip and numbers
 * of a report beside it, as PNG again: for PDF. */
MUST_USE bool marks_beside(struct arena *a, struct bytes png, double w_mm, double h_mm,
	size_t page, const struct report *report, struct bytes *out, struct err *e);

/* Pixels as PNG, at so many dots an inch. */
MUST_USE bool pixels_png(struct arena *a, const struct picture_pixels *px, double dpi,
	struct bytes *out, struct err *e);

#endif
