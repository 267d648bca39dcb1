/* Templates: a page made from any template that compiles holds no value unescaped.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdlib.h>
#include <string.h>

#include "http/template.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

struct row {
	const char *title;
};

struct model {
	const char *text, *path;
	int64_t sum;
	bool yes, no;
	struct row inside, *one, *rows;
	size_t count;
};

static const struct view_member row_members[] = {VIEW_TEXT(struct row, title)};
static const struct view row_view = VIEW(struct row, row_members);
static const struct view_member members[] = {
	VIEW_TEXT(struct model, text),
	VIEW_PATH(struct model, path),
	VIEW_MONEY(struct model, sum),
	VIEW_BOOL(struct model, yes),
	VIEW_BOOL(struct model, no),
	VIEW_IN(struct model, inside, &row_view),
	VIEW_ONE(struct model, one, &row_view),
	VIEW_MANY(struct model, rows, count, &row_view),
};
static const struct view view = VIEW(struct model, members);

/* No template may hold these, and no page. */
static const char mark[] = "\"'<\x01MARK";

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	static struct row rows[] = {{mark}, {mark}};
	static const struct model model = {.text = mark,
		.path = mark,
		.sum = -123456,
		.yes = true,
		.inside = {mark},
		.one = rows,
		.rows = rows,
		.count = 2};
	const struct template_source sources[] = {
		{"page", bytes_make(p, n), &view},
		{"part", BYTES("<b title=\"{{text}}\">{{#rows}}{{title}}{{/rows}}</b>"),
			NULL},
	};
	AUTO(arena) a = arena_new();
	AUTO(templates) set = NULL;
	struct html out;
	struct err e;

	if (bytes_find(bytes_make(p, n), BYTES("\x01")) != SIZE_MAX ||
		!templates_new(&set, sources, 2, msg_find, &e))
		return 0;
	if (template_html(a, templates_get(set, "page"), LANG_ZH, &view, &model, 100000,
		    &out, &e) &&
		bytes_find(out.made, BYTES("\x01")) != SIZE_MAX)
		abort();
	return 0;
}
