/* drawing: a seal as marks and outline, before it becomes a file.
 * SPDX-License-Identifier: Apache-2.0
 *
 * Internal to doc/picture and its tests.
 */
#ifndef QY_DOC_PICTURE_DRAWING_H
#define QY_DOC_PICTURE_DRAWING_H

#include "doc/picture.h"
#include "doc/picture_layout.h"

/* A seal on its way: all lengths in mm, `unit` = 1/40 of its width. */
struct drawing {
	struct arena *arena;
	const struct picture_spec *spec;
	double w, h, unit;
	struct layout layout;
	struct outline shape;
};

/* Checks the spec and draws it; errors as picture_png. The arena keeps what d points to.
 */
MUST_USE bool drawing_make(struct drawing *d, struct arena *a,
	const struct picture_spec *spec, struct err *e);

#endif
