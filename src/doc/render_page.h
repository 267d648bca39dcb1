/* render_page: one page put together: templates, layers, annotations, stamps.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef QY_DOC_RENDER_PAGE_H
#define QY_DOC_RENDER_PAGE_H

#include "doc/render_private.h"

/* A page read from its part. Everything is in the arena it was opened with. */
struct page {
	struct render_doc *doc;
	const struct ofd_page *entry;
	const struct node *root;
	struct box area; /* the physical box, mm */
	struct res_table res;
};

MUST_USE bool page_open(struct page *out, struct render *r, size_t number,
	struct arena *a, struct err *e);

/* Lets go of the fonts embedded through a table of resources. */
void fonts_close(struct res_table *t);

/* Lets go of the fonts its own resources brought. */
void page_close(struct page *page);

/* Draws it on d->cr, whose origin is the page's top left corner in mm. */
MUST_USE bool page_draw(struct drawing *d, const struct page *page, struct err *e);

#endif
