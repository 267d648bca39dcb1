/* render_annotation: what was laid over pages afterwards (GB/T 33190-2016 §15).
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef QY_DOC_RENDER_ANNOTATION_H
#define QY_DOC_RENDER_ANNOTATION_H

#include "doc/render_page.h"

enum { ANNOTATIONS_MAX = 20000 }; /* of one page */

/* Draws the annotations of a page in their order. */
MUST_USE bool annotations_draw(struct drawing *d, const struct page *page, struct err *e);

#endif
