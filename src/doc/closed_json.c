/* closed_json: what was found about a file, for programs.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <jansson.h>

#include "base/text.h"
#include "doc/closed.h"

static json_t *finding_json(
	struct arena *a, enum lang lang, const struct closed_finding *f)
{
	return json_pack("{s:s, s:s, s:s, s:I, s:s}", "kind", closed_kind_name(f->kind),
		"where", f->where, "what", f->what, "times", (json_int_t)f->times, "text",
		closed_say(a, lang, f));
}

char *closed_json(
	struct arena *a, enum lang lang, const char *file, const struct closed *closed)
{
	json_t *findings = json_array();
	json_t *root = json_pack("{s:s, s:s, s:b, s:I, s:I, s:I, s:b}", "file",
		text_printable(a, bytes_str(file), 1000), "format", closed->format,
		"closed", closed->count == 0, "pages", (json_int_t)closed->pages,
		"glyphs_compared", (json_int_t)closed->characters, "attachments",
		(json_int_t)closed->attachments, "more", closed->has_more);
	char *text, *out;

	for (size_t i = 0; i < closed->count; i++)
		(void)json_array_append_new(
			findings, finding_json(a, lang, &closed->findings[i]));
	(void)json_object_set_new(root, "findings", findings);
	text = json_dumps(root, JSON_INDENT(2));
	out = arena_printf(a, "%s\n", text ? text : "{}");
	free(text);
	json_decref(root);
	return out;
}
