/* ofd_make_layout: plain text broken into lines and pages.
 * SPDX-License-Identifier: Apache-2.0
 *
 * Lengths are whole micrometres: nothing is a float, and the same text gives the same
 * octets everywhere.
 */
#ifndef QY_DOC_OFD_MAKE_LAYOUT_H
#define QY_DOC_OFD_MAKE_LAYOUT_H

#include "doc/ofd_make_font.h"

//= GB/T 9704-2012 §5.2: A4, 37 mm above, 28 mm to the left, 156 mm by 225 mm of text
enum {
	PAGE_WIDTH = 210000,
	PAGE_HEIGHT = 297000,
	TEXT_LEFT = 28000,
	TEXT_TOP = 37000,
	TEXT_WIDTH = 156000,
	TEXT_HEIGHT = 225000,
	//= GB/T 9704-2012 §5.2.3: 22 lines a page, 28 characters a line
	LINE_PITCH = TEXT_HEIGHT / 22,
	BODY_SIZE = TEXT_WIDTH / 28,
	HEADING_SIZE = 6200,
	TITLE_SIZE = 7760,
	NUMBER_SIZE = 4940
};

struct glyph {
	uint32_t code;
	int advance; /* to the next one, justified */
};

/* One line where it stands; valid during the call. */
struct line {
	int x, top, size; /* top of its box */
	const struct glyph *glyphs;
	size_t n;
};

/* What takes the pages. */
struct layout_to {
	bool (*page_begin)(void *to, struct err *e);
	bool (*line)(void *to, const struct line *line, struct err *e);
	bool (*page_end)(void *to, struct err *e);
	void *to;
};

/* Title and text must be valid UTF-8. */
MUST_USE bool layout_run(struct make_font *f, struct bytes title, struct bytes text,
	struct layout_to to, struct err *e);

#endif
