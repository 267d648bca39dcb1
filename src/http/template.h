/* template: pages without logic, whose every value is escaped for where it stands.
 * SPDX-License-Identifier: Apache-2.0
 *
 * A subset of Mustache; docs/formats/templates.md is the reference:
 *     {{name}} {{a.b}}          a value, always escaped
 *     {{#name}}…{{/name}}       once for each of a list; once when true, not empty, there
 *     {{^name}}…{{/name}}       once when false, empty, not there
 *     {{>name}}                 another template of the set, in place
 *     {{t key}} {{t key a b}}   a sentence of po/, its places filled with values
 *     {{! … }}                  nothing
 * There is no raw tag. Markup that is already safe has a type of its own, struct html.
 *
 * Everything is checked when templates are compiled, at start: names against the view
 * they are bound to, keys and number of places, and where each value stands: one in a tag
 * name, an attribute's name, an attribute without quotes, in <script>, <style>, on…=,
 * style=, or where it could choose the scheme of an address is an error with its line.
 *
 * A view is a plain struct and a table that says what lies where:
 *     struct desk_view { const char *who; struct paper_row *papers; size_t paper_count;
 * }; static const struct view_member desk_members[] = { VIEW_TEXT(struct desk_view, who),
 *             VIEW_MANY(struct desk_view, papers, paper_count, &paper_row_view),
 *     };
 *     static const struct view desk_view = VIEW(struct desk_view, desk_members);
 */
#ifndef QY_HTTP_TEMPLATE_H
#define QY_HTTP_TEMPLATE_H

#include "base/arena.h"
#include "base/err.h"
#include "base/i18n.h"
#include "base/id.h"

enum {
	TEMPLATE_SIZE_MAX = 256 * 1024, /* octets of one template */
	TEMPLATE_DEPTH_MAX = 16,        /* sections and partials inside each other */
	TEMPLATE_NODES_MAX = 65536,     /* of one template with its partials */
	TEMPLATE_NAME_MAX = 64
};

/* Markup that may stand on a page as it is. Made by html_text and template_html only: the
 * member is nobody else's to set. */
struct html {
	struct bytes made;
};

/* Text as markup. */
struct html html_text(struct arena *a, struct bytes text);

enum view_kind {
	VIEW_KIND_TEXT,  /* const char *, UTF-8; null is empty */
	VIEW_KIND_BYTES, /* struct bytes, UTF-8 */
	VIEW_KIND_INT,   /* int64_t */
	VIEW_KIND_SIZE,  /* size_t */
	VIEW_KIND_MONEY, /* int64_t fen: 1,234.56 */
	VIEW_KIND_TIME,  /* int64_t: 2026-11-22 16:30:00 in Beijing time; TIME_NONE is
			    empty */
	VIEW_KIND_DATE,  /* int64_t: 2026-11-22 in Beijing time; TIME_NONE is empty */
	VIEW_KIND_ISO,   /* int64_t: 2026-11-22T08:30:00Z, for datetime= */
	VIEW_KIND_BOOL,  /* bool: sections only */
	VIEW_KIND_MSG,   /* unsigned: enum msg + 1, said in the reader's language; 0 is
			    empty */
	VIEW_KIND_ID,    /* struct id, hexadecimal; none is empty */
	VIEW_KIND_HTML,  /* struct html; between tags only */
	VIEW_KIND_PATH, /* const char *: an address of this site, "/…"; may begin href= */
	VIEW_KIND_IN,   /* a struct inside this one */
	VIEW_KIND_ONE, /* a pointer to a struct; null is not there */
	VIEW_KIND_MANY /* a pointer to an array of structs, and a size_t */
};

struct view;

struct view_member {
	const char *name;
	enum view_kind kind;
	size_t at;       /* offset in the struct */
	size_t count_at; /* of the size_t of VIEW_KIND_MANY */
	const struct view *of;
};

struct view {
	size_t size;
	const struct view_member *members;
	size_t count;
};

#define VIEW(type, table)                                            \
	{                                                            \
		sizeof(type), table, sizeof(table) / sizeof *(table) \
	}
/* clang-format off */
#define VIEW_MEMBER_(type, field, want, kind) \
	{#field, _Generic(((type *)0)->field, want: kind), offsetof(type, field), 0, NULL}
#define VIEW_STR_(type, field, kind) \
	{#field, _Generic(((type *)0)->field, const char *: kind, char *: kind), \
		offsetof(type, field), 0, NULL}
#define VIEW_TEXT(type, field)  VIEW_STR_(type, field, VIEW_KIND_TEXT)
#define VIEW_BYTES(type, field) VIEW_MEMBER_(type, field, struct bytes, VIEW_KIND_BYTES)
#define VIEW_INT(type, field)   VIEW_MEMBER_(type, field, int64_t, VIEW_KIND_INT)
#define VIEW_SIZE(type, field)  VIEW_MEMBER_(type, field, size_t, VIEW_KIND_SIZE)
#define VIEW_MONEY(type, field) VIEW_MEMBER_(type, field, int64_t, VIEW_KIND_MONEY)
#define VIEW_TIME(type, field)  VIEW_MEMBER_(type, field, int64_t, VIEW_KIND_TIME)
#define VIEW_DATE(type, field)  VIEW_MEMBER_(type, field, int64_t, VIEW_KIND_DATE)
#define VIEW_ISO(type, field)   VIEW_MEMBER_(type, field, int64_t, VIEW_KIND_ISO)
#define VIEW_BOOL(type, field)  VIEW_MEMBER_(type, field, bool, VIEW_KIND_BOOL)
#define VIEW_MSG(type, field)   VIEW_MEMBER_(type, field, unsigned, VIEW_KIND_MSG)
#define VIEW_ID(type, field)    VIEW_MEMBER_(type, field, struct id, VIEW_KIND_ID)
#define VIEW_HTML(type, field)  VIEW_MEMBER_(type, field, struct html, VIEW_KIND_HTML)
#define VIEW_PATH(type, field)  VIEW_STR_(type, field, VIEW_KIND_PATH)
#define VIEW_IN(type, field, view)  {#field, VIEW_KIND_IN, offsetof(type, field), 0, view}
#define VIEW_ONE(type, field, view) {#field, VIEW_KIND_ONE, offsetof(type, field), 0, view}
#define VIEW_MANY(type, field, count, view) \
	{#field, _Generic(((type *)0)->count, size_t: VIEW_KIND_MANY), \
		offsetof(type, field), offsetof(type, count), view}
/* clang-format on */

/* One template as it is written. A partial that is only ever named by others has no view:
 * its names are those of the place where it stands. */
struct template_source {
	const char *name;
	struct bytes text;
	const struct view *view;
};

struct templates;

/* Compiles all; sources and views outlive the set, texts need not. msg_find of
 * base/i18n.h is what find_msg is for pages; tests have others. ERR_MALFORMED:
 * "name:line: what". */
MUST_USE bool templates_new(struct templates **out, const struct template_source *sources,
	size_t count, bool (*find_msg)(const char *key, enum msg *msg), struct err *e);
void templates_free(struct templates *t);
AUTO_DEFINE(templates);

/* The template of a name that has a view, or null. */
struct template;
const struct template *templates_get(const struct templates *t, const char *name);

/* Where octets go. Returns false to stop. */
struct template_sink {
	bool (*put)(void *ctx, struct bytes octets, struct err *e);
	void *ctx;
};

/* Renders model into the sink. view is compared with the template's: a model of another
 * type is a bug and aborts. ERR_TOO_LARGE beyond max octets. */
MUST_USE bool template_render(const struct template *t, enum lang lang,
	const struct view *view, const void *model, size_t max,
	const struct template_sink *sink, struct err *e);

/* The same into the arena: for a page, or for a VIEW_HTML of another. */
MUST_USE bool template_html(struct arena *a, const struct template *t, enum lang lang,
	const struct view *view, const void *model, size_t max, struct html *out,
	struct err *e);

#endif
