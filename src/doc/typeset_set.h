/* typeset_set: words broken into lines of placed glyphs.
 * SPDX-License-Identifier: Apache-2.0
 *
 * Internal to doc/typeset. Pango shapes and finds the breaks; spreading a line to its
 * measure is done here, between characters as Chinese wants it.
 */
#ifndef QY_DOC_TYPESET_SET_H
#define QY_DOC_TYPESET_SET_H

#include "doc/typeset_paper.h"

enum set_align { SET_JUSTIFY, SET_LEFT, SET_CENTRE, SET_RIGHT };

struct set_style {
	int size, pitch, width;
	int indent; /* of the first line of each paragraph */
	enum set_align align;
};

/* Where a slot or picture stands in a line. */
struct set_mark {
	const struct mark *mark;
	int x;
};

/* Runs with x from the left end of the line and y from its base line. */
struct set_line {
	struct page_run *runs; /* in the order of reading */
	size_t runs_n;
	struct set_mark *marks;
	size_t marks_n;
	int height;         /* the pitch, or more for what stands in it */
	bool opens, closes; /* first or last of a paragraph */
};

struct setter;

struct setter *setter_new(struct arena *a, struct paper *p, struct faces *f);
void setter_free(struct setter *s);
AUTO_DEFINE(setter);

/* Lines in the arena. ERR_TOO_LARGE beyond some 66 000 characters (fewer of a larger
 * size); ERR_UNSUPPORTED when a character cannot be drawn after all. */
MUST_USE bool set_words(struct setter *s, const struct words *w,
	const struct set_style *style, struct set_line **lines, size_t *n, struct err *e);

/* The width the words want on one line (the widest line), and the least they can do
 * with: the widest part that is never broken. */
void set_measure(
	struct setter *s, const struct words *w, int size, int *natural, int *least);

/* How a picture of the paper is shown: at most the width of the text and half a page. */
struct page_box set_image_box(const struct page_image *image, int width);

#endif
