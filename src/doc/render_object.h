/* render_object: whatever stands on a page: objects, blocks, composites, clips.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef QY_DOC_RENDER_OBJECT_H
#define QY_DOC_RENDER_OBJECT_H

#include "doc/render_state.h"

/* Draws the objects in a layer, block, appearance or content in the order they stand.
 * layer: the state they begin with, or null. One that cannot be drawn is counted and
 * noted, and the next one is drawn; false when the page has to end (ERR_TOO_LARGE). */
MUST_USE bool block_draw(struct drawing *d, const struct node *block,
	const struct state *layer, struct err *e);

/* Counts what stands in a block and is to be drawn, into counts->…present, and notes
 * elements it does not know. Independent of drawing. */
void block_count(struct drawing *d, const struct node *block);

#endif
