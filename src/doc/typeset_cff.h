/* typeset_cff: the character ids in the outlines of an OpenType font.
 * SPDX-License-Identifier: Apache-2.0
 *
 * Internal to doc/typeset. PDF names the glyphs of a CID-keyed CFF font by character ids,
 * which a subset keeps although its glyphs are numbered anew (Adobe TN 5176).
 */
#ifndef QY_DOC_TYPESET_CFF_H
#define QY_DOC_TYPESET_CFF_H

#include "base/err.h"

/* The id of each of n glyphs; *is_cid is false, and the ids are the glyph numbers, when
 * the font is not CID-keyed. ERR_MALFORMED, ERR_UNSUPPORTED. */
MUST_USE bool cff_cids(
	struct bytes cff, uint16_t *cids, size_t n, bool *is_cid, struct err *e);

#endif
