/* typeset_json: see typeset_json.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "doc/typeset_json.h"

#include "base/text.h"

json_t *typeset_slots_json(const struct typeset *t)
{
	json_t *list = json_array();

	for (size_t i = 0; i < typeset_slots_n(t); i++) {
		const struct typeset_slot *s = typeset_slot(t, i);

		/* millimetres; whole micrometres are exact in a double */
		(void)json_array_append_new(list,
			json_pack("{s:s, s:s, s:s, s:i, s:f, s:f, s:f, s:f}", "name",
				s->name, "role", s->role, "kind", s->kind, "page",
				(int)s->page, "x", s->x / 1000.0, "y", s->y / 1000.0, "w",
				s->w / 1000.0, "h", s->h / 1000.0));
	}
	return list;
}

const char *typeset_warning_say(
	struct arena *a, enum lang lang, const struct typeset_warning *w)
{
	uint8_t utf8[4];
	const char *times = arena_printf(a, "%u", w->count), *shown, *code;

	if (w->kind == TYPESET_NOT_SHOWN)
		return say(a, lang, MSG_TYPESET_NOT_SHOWN, w->field);
	shown = text_printable(a, bytes_make(utf8, utf8_put(utf8, w->code)), sizeof utf8);
	code = arena_printf(a, "U+%04X", (unsigned)w->code);
	if (w->field)
		return say(
			a, lang, MSG_TYPESET_NO_GLYPH_IN, shown, code, times, w->field);
	return say(a, lang, MSG_TYPESET_NO_GLYPH, shown, code, times);
}

static json_t *warnings_json(struct arena *a, enum lang lang, const struct typeset *t)
{
	static const char *const kinds[] = {
		[TYPESET_NO_GLYPH] = "no-glyph", [TYPESET_NOT_SHOWN] = "not-shown"};
	json_t *list = json_array();

	for (size_t i = 0; i < typeset_warnings_n(t); i++) {
		const struct typeset_warning *w = typeset_warning(t, i);
		json_t *one = json_pack("{s:s, s:s, s:i}", "kind", kinds[w->kind], "text",
			typeset_warning_say(a, lang, w), "count", (int)w->count);

		if (w->field)
			(void)json_object_set_new(one, "field", json_string(w->field));
		if (w->code)
			(void)json_object_set_new(
				one, "code", json_integer((json_int_t)w->code));
		(void)json_array_append_new(list, one);
	}
	return list;
}

json_t *typeset_json(struct arena *a, enum lang lang, const struct typeset *t)
{
	return json_pack("{s:i, s:o, s:o}", "pages", (int)typeset_pages(t), "slots",
		typeset_slots_json(t), "warnings", warnings_json(a, lang, t));
}

char *typeset_json_text(struct arena *a, const json_t *json)
{
	char *text = json_dumps(json, JSON_INDENT(2) | JSON_REAL_PRECISION(9));
	char *out = arena_str(a, bytes_str(text ? text : "{}"));

	free(text);
	return out;
}
