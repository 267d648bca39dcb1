/* render_mark: what signatures are worth, drawn by us beside the page they stand on.
 * SPDX-License-Identifier: Apache-2.0
 *
 * The strip lies outside the page, where no file can draw; on the page only small numbers
 * lead to it. Nothing in it is a picture of the file.
 */
#ifndef QY_DOC_RENDER_MARK_H
#define QY_DOC_RENDER_MARK_H

#include <cairo.h>

#include "doc/render.h"
#include "doc/report.h"

#define MARKS_WIDTH_MM 64.0

/* Draws the strip from x = w_mm on, height h_mm, and numbers at the stamps of the page
 * with this id (or number as text, for PDF). The unit of cr is mm. */
void marks_draw(cairo_t *cr, double w_mm, double h_mm, struct bytes page_id,
	const struct report *report);

#endif
