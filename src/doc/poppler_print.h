/* poppler_print: reading what the tools of poppler print.
 * SPDX-License-Identifier: Apache-2.0
 *
 * Internal to doc/poppler. A PDF chooses much of what is printed: titles may hold lines
 * that look like answers, so the last line that says something is believed.
 */
#ifndef QY_DOC_POPPLER_PRINT_H
#define QY_DOC_POPPLER_PRINT_H

#include "base/buf.h"
#include "doc/poppler.h"

/* pdfinfo -f 1 -l … */
MUST_USE bool print_sizes(struct arena *a, struct bytes text,
	struct poppler_page_size **out, size_t *n, struct err *e);

/* Words gathered over several calls, zeroed at first. */
struct print_words {
	struct poppler_word *words;
	size_t count, cap;
};

/* pdftotext -bbox from page `first`; changes the text on its way. *pages: how many there
 * are in it. */
MUST_USE bool print_words(struct arena *a, struct buf *text, unsigned first,
	struct print_words *w, size_t *pages, struct err *e);

/* pdfimages -list */
MUST_USE bool print_images(struct arena *a, struct bytes text, struct poppler_image **out,
	size_t *n, struct err *e);

#endif
