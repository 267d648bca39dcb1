/* closed_ofd: what the looks at the parts of an OFD share; internal to doc/closed.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef QY_DOC_CLOSED_OFD_H
#define QY_DOC_CLOSED_OFD_H

#include "doc/closed.h"
#include "doc/closed_glyph.h"
#include "doc/ofd_package.h"

enum { CLOSED_FONTS_MAX = 200, CLOSED_CODES_MAX = 20000 };

struct closed_font {
	struct bytes id;
	const char *name;
	struct glyph_font *font; /* null: not embedded, or not readable */
};

struct closed_work {
	struct closed *c;
	const struct ofd *o;
	const struct ofd_doc *d;
	uint8_t *listed, *scanned; /* by entry */
	struct glyph_book *book;
	struct closed_font fonts[CLOSED_FONTS_MAX];
	size_t font_count;
	uint32_t *codes, *glyphs; /* of the text object at hand, CLOSED_CODES_MAX each */
};

/* What a part is there for. */
enum closed_role {
	CLOSED_DOCUMENT,
	CLOSED_RESOURCES,
	CLOSED_TEMPLATE,
	CLOSED_PAGE,
	CLOSED_ANNOTATIONS,
	CLOSED_ATTACHMENTS,
};

struct closed_part {
	enum closed_role role;
	struct ofd_place place;
	const char *name;    /* of a page its number */
	struct arena *arena; /* of the scan */
	struct bytes base;   /* Res@BaseLoc resolved, as a file in that folder */
	double box[4];       /* of the page; all zero: not known */
	uint64_t characters; /* of this part */
};

const char *closed_printable(struct closed_work *w, struct bytes b);
void closed_unreadable(struct closed_work *w, struct bytes path, const struct err *e);

/* Resolves and lists a part that another names; a finding and false when that leads
 * nowhere. */
bool closed_locate(struct closed_work *w, struct bytes base, struct bytes loc,
	struct ofd_place *place);

/* Scans a part once. */
void closed_scan(struct closed_work *w, enum closed_role role,
	const struct ofd_place *place, const char *name);

/* Reads the octets of a part. */
MUST_USE bool closed_part_scan(struct closed_work *w, struct closed_part *part,
	struct bytes octets, struct err *e);

/* --- closed_ofd_text ------------------------------------------------------------------
 */

/* A <Font> was opened: remembers it, embedded or not. */
MUST_USE bool closed_font_add(struct closed_work *w, struct closed_part *part,
	struct xml_reader *r, const struct xml_event *ev, struct err *e);

/* A <TextObject> was opened: reads it to its end and compares its glyphs. */
MUST_USE bool closed_text(struct closed_work *w, struct closed_part *part,
	struct xml_reader *r, const struct xml_event *ev, struct err *e);

#endif
