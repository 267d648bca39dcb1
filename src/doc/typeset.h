/* typeset: a paper of Markdown and fields becomes pages, once; PDF and OFD are two ways
 *to
 * write the same pages down. SPDX-License-Identifier: Apache-2.0
 *
 *	struct typeset_spec spec = {.world = w, .template = md, .fields = json};
 *	struct typeset *t;
 *
 *	if (!typeset(a, &spec, &t, &e) || !typeset_pdf(t, to, &e))
 *		return false;
 *
 * The template is Markdown with tables (docs/formats/paper-template.md): "# " is the
 * title, "## " to "##### " are headings, `{{name}}` and `{{name|format}}` are fields,
 * `[[slot:role.kind]]` is where a mark goes. A row of a table that names fields of an
 * array (`{{items.price|money}}`) is repeated for each of its elements. Raw HTML is
 * refused, links are shown as text, pictures are only those the caller gives.
 *
 * Pages are in the manner of GB/T 9704: A4, margins of 37, 35, 28 and 26 mm, 22 lines of
 * 28 characters. All lengths are whole micrometres from the upper left corner of the
 * page. The same spec, clock, randomness and installed fonts give the same octets.
 *
 * What is shown is proven: each value the template shows is looked for in the text of
 * the finished pages. The fields travel inside the file (docs/formats/paper-fields.md).
 */
#ifndef QY_DOC_TYPESET_H
#define QY_DOC_TYPESET_H

#include "base/world.h"
#include "doc/sink.h"

#define TYPESET_TEMPLATE_MAX (1u << 20)
#define TYPESET_FIELDS_MAX   (4u << 20)
#define TYPESET_PAGES_MAX    2000
#define TYPESET_CELLS_MAX    400000 /* of all tables, rows repeated */
#define TYPESET_COLUMNS_MAX  40
#define TYPESET_TEXT_MAX     (8u << 20) /* octets of all paragraphs, fields filled in */
#define TYPESET_SLOTS_MAX    200
#define TYPESET_IMAGES_MAX   200
#define TYPESET_IMAGE_MAX    (8u << 20)
#define TYPESET_URL_MAX      500
#define TYPESET_WARNINGS_MAX 200

/* The kinds of type of an official paper. */
enum typeset_face {
	TYPESET_BODY,  /* 仿宋, else 宋体 */
	TYPESET_TITLE, /* 小标宋: the title */
	TYPESET_HEI,   /* 黑体: first-level headings, heads of tables */
	TYPESET_KAI,   /* 楷体: second-level headings, emphasis */
	TYPESET_MONO,  /* code */
	TYPESET_FACE_COUNT
};

/* `![alt](name)` in the template shows the PNG of this name. */
struct typeset_image {
	const char *name;
	struct bytes png;
};

struct typeset_spec {
	struct world *world;
	struct bytes template;  /* Markdown, UTF-8 */
	struct bytes fields;    /* a JSON object; empty: no fields */
	const char *title;      /* of the file; null: the title in the template */
	const char *author;     /* may be null */
	const char *number;     /* of the paper, in the head of each page; may be null */
	const char *verify_url; /* as a QR code in the head of each page; may be null */
	/* Families in the order wanted, "FandolFang,Noto Serif CJK SC"; null: ours. Fonts
	 * that lack a character are helped out by every other one installed. */
	const char *families[TYPESET_FACE_COUNT];
	const char *const *font_files; /* further font files, besides installed ones */
	size_t font_files_n;
	const struct typeset_image *images;
	size_t images_n;
	bool centre_numbers; /* page numbers in the middle instead of the outer edge */
	bool plain; /* the template is plain text: paragraphs, "# " headings, no fields */
};

struct typeset;

/* Lays the pages out. The result lives in the arena; the spec need not live on.
 * ERR_MALFORMED: template or fields are not what they must be, with line or name.
 * ERR_USAGE: an unknown field or format, a value that cannot be shown or is not found on
 * the pages, raw HTML. ERR_TOO_LARGE; ERR_NOT_FOUND: no font. */
MUST_USE bool typeset(struct arena *a, const struct typeset_spec *spec,
	struct typeset **out, struct err *e);

/* The pages as PDF 1.7: tagged, searchable, fonts embedded as subsets. */
MUST_USE bool typeset_pdf(const struct typeset *t, struct sink to, struct err *e);
/* The same pages as OFD (GB/T 33190). */
MUST_USE bool typeset_ofd(const struct typeset *t, struct sink to, struct err *e);

size_t typeset_pages(const struct typeset *t);

/* Where a mark goes. */
struct typeset_slot {
	const char *name, *role, *kind; /* "supplier.seal", "supplier", "seal" */
	unsigned page;                  /* from 1 */
	int x, y, w, h; /* micrometres, x and y of the upper left corner */
};

size_t typeset_slots_n(const struct typeset *t);
const struct typeset_slot *typeset_slot(const struct typeset *t, size_t i);
/* The slot of this name, or null. */
const struct typeset_slot *typeset_slot_find(const struct typeset *t, const char *name);

enum typeset_warning_kind {
	TYPESET_NO_GLYPH, /* no installed font has `code`: 〓 stands there, the text layer
			     has the character */
	TYPESET_NOT_SHOWN, /* `field` is given and the template does not show it */
};

struct typeset_warning {
	enum typeset_warning_kind kind;
	uint32_t code;     /* of TYPESET_NO_GLYPH */
	const char *field; /* null when it stands in the template itself */
	unsigned count;    /* how often */
};

size_t typeset_warnings_n(const struct typeset *t);
const struct typeset_warning *typeset_warning(const struct typeset *t, size_t i);

/* What travels in the file: docs/formats/paper-fields.md. */
struct bytes typeset_data(const struct typeset *t);

#endif
