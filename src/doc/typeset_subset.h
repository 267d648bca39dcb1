/* typeset_subset: a font cut down to the glyphs that stand on the pages.
 * SPDX-License-Identifier: Apache-2.0
 *
 * Internal to doc/typeset. Both writers embed the same octets.
 */
#ifndef QY_DOC_TYPESET_SUBSET_H
#define QY_DOC_TYPESET_SUBSET_H

#include <hb.h>

#include "base/buf.h"
#include "doc/typeset_page.h"

struct subset {
	hb_blob_t *blob; /* the font file */
	struct bytes file;
	struct bytes cff;  /* its outlines when they are of that kind, else empty */
	bool is_cid;       /* the outlines are numbered by character ids */
	hb_map_t *numbers; /* glyph in the installed font → glyph in the file */
	hb_face_t *face;
	hb_font_t *font;
	unsigned upem;
	uint16_t *cids; /* of each glyph in the file, when is_cid */
	unsigned glyphs_n;
};

/* A face with these glyphs and the map of these characters, without what only shapes text
 * or hints pixels. *numbers (may be null) becomes a map from the face's glyphs to those
 * of the file. The caller destroys both. */
MUST_USE bool subset_cut(hb_face_t *whole, const hb_set_t *glyphs, const hb_set_t *codes,
	hb_blob_t **out, hb_map_t **numbers, struct err *e);

/* One for each font of the typeset that shows anything; the others stay empty. Freed with
 * subsets_free. ERR_NOT_FOUND: a font file has gone; ERR_MALFORMED. */
MUST_USE bool subsets_make(const struct typeset *t, struct subset **out, struct err *e);
void subsets_free(struct subset *list, size_t n);

/* The glyph in the file, and its advance in thousandths of the size. */
uint32_t subset_glyph(const struct subset *s, uint32_t installed);
int subset_advance(const struct subset *s, uint32_t glyph);
/* The number PDF knows it by. */
unsigned subset_cid(const struct subset *s, uint32_t glyph);

/* The glyph the file's own map gives for a character, or 0. */
uint32_t subset_nominal(const struct subset *s, uint32_t code);

#endif
