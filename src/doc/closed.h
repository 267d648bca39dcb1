/* closed: is this a file we are willing to seal as text, and if not, why not.
 * SPDX-License-Identifier: Apache-2.0
 *
 * A seal on a file is a seal on what its reader sees. That is only one thing when nothing
 * in the file can show something else tomorrow, elsewhere or to somebody else: no script,
 * no layer to switch, no font left to the viewer, no glyph that shows another character
 * than the text says. docs/formats/closed.md is the profile; each rule has a name in
 * closed.tbl.
 *
 * A file that is not closed can still be sealed as a thing: by its digest, saying so.
 */
#ifndef QY_DOC_CLOSED_H
#define QY_DOC_CLOSED_H

#include "base/i18n.h"
#include "base/source.h"

enum closed_kind {
#define CLOSED(id, name) CLOSED_##id,
#include "doc/closed.tbl"
#undef CLOSED
	CLOSED_COUNT
};

struct closed_finding {
	enum closed_kind kind;
	const char *where; /* part, page or object; may be empty */
	const char *what;  /* printable; may be empty */
	size_t times;      /* how often this very finding was made */
};

enum { CLOSED_FINDINGS_MAX = 100 };

struct closed {
	struct arena *arena;
	const char *format; /* "ofd", "pdf" */
	struct closed_finding *findings;
	size_t count;  /* 0: the file is closed */
	bool has_more; /* further findings were dropped */
	size_t pages;
	uint64_t characters; /* shown by a glyph that was compared */
	size_t attachments;  /* listed and allowed; no page shows them */
};

/* Looks at a whole OFD or PDF file. Findings are no errors; what cannot be read is
 * CLOSED_UNREADABLE. ERR_UNSUPPORTED for a file of another format, ERR_IO. Everything in
 * the arena. Limits are those of the readers. */
//= Protocols §3: only closed files are sealed as text; anything else is attached by digest
MUST_USE bool closed_check(
	struct closed **out, struct arena *a, struct source *file, struct err *e);

/* "font-not-embedded": stable, for JSON. */
const char *closed_kind_name(enum closed_kind kind);
/* One finding as a sentence; in the arena. */
char *closed_say(struct arena *a, enum lang lang, const struct closed_finding *f);
/* All of it for programs: one JSON object (docs/formats/closed.md) and a line feed;
 * `file` is its name. In the arena. */
char *closed_json(
	struct arena *a, enum lang lang, const char *file, const struct closed *closed);

/* --- for those who look ---------------------------------------------------------------
 */

/* Enters a finding; the same kind, place and thing again only counts. */
void closed_found(
	struct closed *c, enum closed_kind kind, const char *where, const char *what);

struct glyph_font;

/* Counts a character drawn by a glyph of a font known here, and enters a finding when the
 * glyph is not its shape. */
void closed_compare(struct closed *c, struct glyph_font *f, uint32_t glyph, uint32_t code,
	const char *where);

/* The two formats. ERR_IO alone; everything else becomes a finding. */
MUST_USE bool closed_ofd(struct closed *c, struct source *file, struct err *e);
MUST_USE bool closed_pdf(struct closed *c, struct source *file, struct err *e);

#endif
