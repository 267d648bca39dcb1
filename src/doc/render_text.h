/* render_text: words (GB/T 33190-2016 §11).
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef QY_DOC_RENDER_TEXT_H
#define QY_DOC_RENDER_TEXT_H

#include "doc/render_state.h"

enum { TEXT_GLYPHS_MAX = 200000 }; /* of one TextObject */

/* Draws a TextObject in its own coordinates. */
MUST_USE bool text_draw(struct drawing *d, const struct node *n, const struct state *s,
	double alpha, struct err *e);

/* Adds the outlines of its glyphs to cairo's path, for clipping. */
MUST_USE bool text_trace(struct drawing *d, const struct node *n, struct err *e);

#endif
