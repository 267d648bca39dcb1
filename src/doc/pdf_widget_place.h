/* pdf_widget_place: from millimetres on the page as people see it to PDF's own space.
 * SPDX-License-Identifier: Apache-2.0
 *
 * A page may be turned, cropped, begin anywhere and count in units of its own; people
 * measure from the top left corner of what they hold.
 */
#ifndef QY_DOC_PDF_WIDGET_PLACE_H
#define QY_DOC_PDF_WIDGET_PLACE_H

#include "doc/pdf.h"
#include "doc/pdf_sign.h"

/* A box on the page as seen: its top left corner and size in mm. */
struct pdf_box_mm {
	double x, y, w, h;
};

/* A rectangle in user space, lower left and upper right. */
struct pdf_rect {
	double v[4];
};

/* Width and height of the page as seen, in mm. */
void pdf_page_seen(const struct pdf_page *s, double *w_mm, double *h_mm);

/* The rectangle in user space that a box on the page occupies. */
struct pdf_rect pdf_page_rect(const struct pdf_page *s, struct pdf_box_mm box);

/* The form matrix (a b c d) that makes upright what is drawn upright. */
void pdf_page_upright(const struct pdf_page *s, double matrix[4]);

/* Where the mark goes: at its true size, or smaller where the place gives a box.
 * ERR_USAGE when the centre is not on the page. */
MUST_USE bool pdf_place_box(struct pdf_box_mm *out, const struct pdf_page *s,
	const struct pdf_place *place, double w_mm, double h_mm, struct err *e);

/* The strip number i of n of a straddle seal: which part of the mark (from, in mm from
 * its left edge) and where it stands. */
struct pdf_strip {
	struct pdf_box_mm box;
	double from_mm;
};
struct pdf_strip pdf_straddle_strip(const struct pdf_page *s, enum pdf_straddle side,
	size_t i, size_t n, double y_mm, double w_mm, double h_mm);

#endif
