/* render_stamp: the seals of a document's signatures, where they were put (GB/T
 * 33190-2016 §18.2.3). SPDX-License-Identifier: Apache-2.0
 *
 * The picture is the one inside the signed seal, never a file beside it.
 */
#ifndef QY_DOC_RENDER_STAMP_H
#define QY_DOC_RENDER_STAMP_H

#include "doc/render_page.h"

struct render_stamp {
	uint32_t page;
	struct box place, clip; /* clip relative to the place */
	bool has_clip;
	struct bytes picture; /* empty: the signature holds no seal */
	const char *why;      /* then the reason */
};

MUST_USE bool stamps_draw(struct drawing *d, const struct page *page, struct err *e);

#endif
