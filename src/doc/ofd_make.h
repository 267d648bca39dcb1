/* ofd_make: text pages as an OFD: one embedded font, selectable words, attachments.
 * SPDX-License-Identifier: Apache-2.0
 *
 * A4 with the margins of GB/T 9704, 16 pt body, justified, Chinese line breaking, page
 * numbers. The text is UTF-8: paragraphs are separated by blank lines, a line break
 * inside a paragraph breaks the line, "# " begins a heading. The same spec, world and
 * font give the same octets.
 */
#ifndef QY_DOC_OFD_MAKE_H
#define QY_DOC_OFD_MAKE_H

#include "base/world.h"
#include "doc/sink.h"

#define OFD_MAKE_TITLE_MAX       500
#define OFD_MAKE_TEXT_MAX        (1u << 20)
#define OFD_MAKE_ATTACHMENTS_MAX 1000

struct ofd_attachment {
	struct bytes name;   /* file name, UTF-8, without '/' */
	struct bytes format; /* "xml", "json"; may be empty */
	struct bytes data;   /* or: */
	struct source *file; /* when not null, instead of data */
	bool hidden;         /* Visible="false" */
};

struct ofd_make_spec {
	struct bytes title;  /* centred on the first page; required */
	struct bytes author; /* may be empty */
	struct bytes text;
	const char *font;    /* font file, or null: Noto Serif CJK SC by fontconfig */
	unsigned font_index; /* face in a collection, with `font` only */
	const struct ofd_attachment *attachments;
	size_t attachments_n;
};

/* ERR_USAGE: not UTF-8, characters XML cannot carry, a bad attachment name;
 * ERR_TOO_LARGE; ERR_NOT_FOUND: no font; ERR_UNSUPPORTED: a character the font has no
 * glyph for, named. */
MUST_USE bool ofd_make(
	struct world *w, const struct ofd_make_spec *spec, struct sink to, struct err *e);

#endif
