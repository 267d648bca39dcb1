/* poppler: what a PDF shows, by the tools of poppler in a child that can do no harm.
 * SPDX-License-Identifier: Apache-2.0
 *
 * A PDF of strangers is drawn and read outside this process: a crash, a hang or worse
 * costs one answer. The child sees the file as its standard input and nothing else of
 * ours: no environment, no network, no way to start programs, to trace, to write or
 *change files (doc/poppler_child). Nothing here judges: positions and pictures help
 *people and place marks; what is signed is decided on the octets by doc/pdf.
 *
 *	AUTO(poppler) p = NULL;
 *	struct poppler_page_size *sizes;
 *
 *	if (!poppler_open(&p, path, e) || !poppler_sizes(p, arena, &sizes, &n, e))
 *		return false;
 */
#ifndef QY_DOC_POPPLER_H
#define QY_DOC_POPPLER_H

#include "base/arena.h"
#include "base/err.h"
#include "base/source.h"

enum {
	POPPLER_PNG_MAX = 64 << 20,
	POPPLER_TEXT_MAX = 15 << 20, /* of the tool's own XML, one call */
	POPPLER_PAGES_MAX = 100000,
	POPPLER_WORDS_MAX = 1000000,
	POPPLER_DPI_MAX = 1200,
	POPPLER_SECONDS = 20, /* wall clock of one call; the CPU has the same */
};

struct poppler; /* an open PDF; not for two threads at once */

/* ERR_NO_INPUT. Whether it is a PDF shows when it is read. */
MUST_USE bool poppler_open(struct poppler **out, const char *path, struct err *e);
/* The same from a source, copied into memory that has no name; ERR_TOO_LARGE beyond
 * 512 MB. The source is not needed afterwards. */
MUST_USE bool poppler_of_source(struct poppler **out, struct source *s, struct err *e);
void poppler_free(struct poppler *p);
AUTO_DEFINE(poppler);

/* All of the following: pages count from 1. ERR_MALFORMED: the tool refuses the file (its
 * first words are in the text) or dies; ERR_BUSY: it did not end in time; ERR_TOO_LARGE:
 * more than the maxima above; ERR_UNSUPPORTED: the tools are not installed;
 * ERR_NOT_FOUND: no such page. Everything handed out is in the arena. */

struct poppler_page_size {
	double width_mm, height_mm; /* as shown, /Rotate taken into account */
};

/* The size of every page. */
MUST_USE bool poppler_sizes(struct poppler *p, struct arena *a,
	struct poppler_page_size **out, size_t *n, struct err *e);

/* One page as PNG. The picture is round(mm * dpi / 25.4) pixels, one more or less. */
MUST_USE bool poppler_page_png(struct poppler *p, struct arena *a, unsigned page,
	unsigned dpi, struct bytes *out, struct err *e);

struct poppler_word {
	unsigned page;
	double x, y, w, h; /* mm, from the top left corner of the page as shown */
	struct bytes
		text; /* UTF-8, what stands between spaces; a run of Chinese is one */
};

/* The words of pages `first` to `last` (0: to the end) in reading order. */
MUST_USE bool poppler_words(struct poppler *p, struct arena *a, unsigned first,
	unsigned last, struct poppler_word **out, size_t *n, struct err *e);

struct poppler_image {
	unsigned page;
	unsigned w, h;              /* pixels */
	double width_mm, height_mm; /* as drawn; where is not told */
	bool is_mask;               /* stencil or soft mask */
	bool is_grey;
};

/* Every picture that pages draw. */
MUST_USE bool poppler_images(struct poppler *p, struct arena *a,
	struct poppler_image **out, size_t *n, struct err *e);

#endif
