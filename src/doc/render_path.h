/* render_path: lines and areas (GB/T 33190-2016 §9).
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef QY_DOC_RENDER_PATH_H
#define QY_DOC_RENDER_PATH_H

#include "doc/render_state.h"

enum { PATH_OPS_MAX = 500000 };

/* Adds the AbbreviatedData text to cairo's path. *length: of its parts as the crow flies,
 * roughly. What makes no sense ends the path there and is noted. ERR_TOO_LARGE. */
MUST_USE bool path_trace(
	struct drawing *d, struct bytes text, double *length, struct err *e);

/* Draws a PathObject in its own coordinates. */
MUST_USE bool path_draw(struct drawing *d, const struct node *n, const struct state *s,
	double alpha, struct err *e);

cairo_fill_rule_t path_rule(const struct node *n);

#endif
