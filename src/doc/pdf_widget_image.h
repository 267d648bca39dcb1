/* pdf_widget_image: the picture of a seal as PDF stores it.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef QY_DOC_PDF_WIDGET_IMAGE_H
#define QY_DOC_PDF_WIDGET_IMAGE_H

#include "base/arena.h"
#include "base/err.h"
#include "doc/picture_decode.h"

/* Deflated rows of DeviceRGB, eight bits, and of alpha; the latter empty when the picture
 * is opaque. */
struct pdf_image {
	unsigned w, h;
	struct bytes rgb, alpha;
};

/* Makes it in the arena. ERR_TOO_LARGE beyond PICTURE_PIXELS_MAX, ERR_USAGE for a picture
 * without pixels. */
MUST_USE bool pdf_image_make(struct arena *a, struct pdf_image *out,
	const struct picture_pixels *px, struct err *e);

#endif
