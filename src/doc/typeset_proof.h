/* typeset_proof: what was to be shown is looked for on the finished pages.
 * SPDX-License-Identifier: Apache-2.0
 *
 * Internal to doc/typeset. Only the placed glyphs are asked, not what was given to the
 * typesetter: the text of the clusters they belong to, element by element.
 */
#ifndef QY_DOC_TYPESET_PROOF_H
#define QY_DOC_TYPESET_PROOF_H

#include "doc/typeset_paper.h"

/* Each value stands in the element it was put into, but for white space. ERR_USAGE names
 * the first field that does not. */
MUST_USE bool shown_prove(const struct typeset *t, const struct paper *p, struct err *e);
/* Each slot has a place on a page. */
MUST_USE bool slots_prove(const struct typeset *t, const struct paper *p, struct err *e);

#endif
