/* typeset_fields: see typeset_fields.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "doc/typeset_fields.h"

#include <string.h>

#include "base/text.h"
#include "doc/typeset_words.h"

enum { FORMAT_MAX = 16 };

struct values {
	json_t *root;
	json_t *shown; /* an object with the names shown so far */
};

static bool value_check(const json_t *v, unsigned depth, struct err *e)
{
	const char *key;
	json_t *inner;
	size_t i;

	if (depth > FIELD_DEPTH_MAX)
		return err_set(e, ERR_MALFORMED, "fields nested too deep");
	if (json_is_real(v))
		return err_set(e, ERR_MALFORMED,
			"a number that is not whole (money is whole fen)");
	if (json_is_null(v))
		return err_set(e, ERR_MALFORMED, "null is no value");
	if (json_is_object(v)) {
		void *at;

		for (at = json_object_iter((json_t *)(uintptr_t)v); at;
			at = json_object_iter_next((json_t *)(uintptr_t)v, at)) {
			key = json_object_iter_key(at);
			if (!value_check(json_object_iter_value(at), depth + 1, e))
				return err_in(e, "%.60s", key);
		}
	}
	json_array_foreach(v, i, inner)
	{
		if (!value_check(inner, depth + 1, e))
			return err_in(e, "[%zu]", i);
	}
	return true;
}

bool values_open(struct values **out, struct bytes json, struct err *e)
{
	AUTO(values) f = NEW(struct values);
	json_error_t where = {.line = 0};

	f->shown = json_object();
	f->root = json.n ? json_loadb((const char *)json.p, json.n,
				   JSON_REJECT_DUPLICATES, &where)
			 : json_object();
	if (!f->root)
		return err_set(e, ERR_MALFORMED, "fields: line %d, column %d: %s",
			where.line, where.column, where.text);
	if (!json_is_object(f->root))
		return err_set(e, ERR_MALFORMED, "fields: not a JSON object");
	if (!value_check(f->root, 0, e))
		return err_in(e, "fields");
	*out = values_move(&f);
	return true;
}

void values_free(struct values *f)
{
	if (!f)
		return;
	json_decref(f->root);
	json_decref(f->shown);
	mem_free(f);
}

json_t *values_json(const struct values *f)
{
	return f->root;
}

/* Follows "a.b" from v; stops in front of an array, of which *rest tells what follows. */
static json_t *path_follow(json_t *v, const char *path, const char **rest)
{
	char key[FIELD_NAME_MAX + 1];
	const char *dot;

	*rest = path;
	while (*path && json_is_object(v)) {
		size_t n;

		dot = strchr(path, '.');
		n = dot ? (size_t)(dot - path) : strlen(path);
		if (!n || n > FIELD_NAME_MAX)
			return NULL;
		memcpy(key, path, n);
		key[n] = 0;
		v = json_object_get(v, key);
		path += n + (dot != NULL);
	}
	*rest = path;
	return v;
}

/* A column of a row: by name, or counted from 1. */
static json_t *column_get(json_t *row, const char *path)
{
	const char *rest;
	uint64_t i;
	struct err e;
	json_t *v;

	if (json_is_array(row)) {
		if (!decimal_u64(bytes_str(path), INT32_MAX, &i, &e) || !i)
			return NULL;
		return json_array_get(row, (size_t)i - 1);
	}
	v = path_follow(row, path, &rest);
	return v && !*rest ? v : NULL;
}

static const char *const formats[] = {
	"", "money", "figures", "rmb", "words", "cn", "hanzi", "tick"};

static bool format_known(const char *format)
{
	for (size_t i = 0; i < sizeof formats / sizeof *formats; i++)
		if (strcmp(format, formats[i]) == 0)
			return true;
	return false;
}

bool field_want_read(struct values *f, struct arena *a, struct bytes between,
	struct field_want *out, struct err *e)
{
	size_t bar = bytes_find(between, BYTES("|"));
	struct bytes name = text_trim(bytes_head(between, bar));
	struct bytes format =
		bar == SIZE_MAX ? BYTES("") : text_trim(bytes_from(between, bar + 1));
	const char *rest;
	json_t *v;

	if (!name.n || name.n > FIELD_NAME_MAX || format.n > FORMAT_MAX)
		return err_set(e, ERR_USAGE, "no name of a field: {{%s}}",
			text_printable(a, between, 60));
	out->name = arena_str(a, name);
	out->format = arena_str(a, format);
	out->rows = NULL;
	if (!format_known(out->format))
		return err_set(e, ERR_USAGE, "{{%s|%s}}: no such format", out->name,
			out->format);
	v = path_follow(f->root, out->name, &rest);
	if (!v)
		return err_set(
			e, ERR_USAGE, "{{%s}}: no value is given for it", out->name);
	if (!json_is_array(v)) {
		if (*rest || json_is_object(v))
			return err_set(e, ERR_USAGE, "{{%s}}: no single value is given",
				out->name);
		return true;
	}
	if (!*rest)
		return err_set(e, ERR_USAGE, "{{%s}} is a table: name one of its columns",
			out->name);
	out->rows = arena_str(a, bytes_make(out->name, (size_t)(rest - out->name) - 1));
	return true;
}

size_t values_rows(const struct values *f, const char *rows)
{
	const char *rest;

	return json_array_size(path_follow(f->root, rows, &rest));
}

bool field_is_hiding(uint32_t c)
{
	return (c < 0x20 && c != '\n') || (c >= 0x7f && c < 0xa0) || c == 0xad ||
	       c == 0x34f || c == 0x61c || c == 0x115f || c == 0x1160 || c == 0x180e ||
	       c == 0x200b || c == 0x200e || c == 0x200f ||
	       (c >= 0x2028 && c <= 0x202e) || (c >= 0x2060 && c <= 0x206f) ||
	       c == 0x3164 || c == 0xfeff || c == 0xffa0 ||
	       (c >= 0xfff9 && c <= 0xfffc) || (c >= 0xe0000 && c <= 0xe007f) ||
	       (c & 0xfffe) == 0xfffe;
}

static bool text_check(struct bytes text, struct err *e)
{
	while (text.n) {
		uint32_t c = utf8_next(&text);

		if (field_is_hiding(c))
			return err_set(e, ERR_USAGE,
				"U+%04X cannot be shown: it hides or turns text",
				(unsigned)c);
	}
	return true;
}

static bool show_number(
	struct arena *a, int64_t v, const char *format, char **out, struct err *e)
{
	char *text;

	if (!*format) {
		*out = arena_printf(a, "%lld", (long long)v);
		return true;
	}
	if (strcmp(format, "figures") == 0)
		return money_figures(a, v, out, e);
	if (strcmp(format, "words") == 0)
		return money_words(a, v, out, e);
	if (strcmp(format, "money") == 0) {
		if (!money_figures(a, v, &text, e))
			return false;
		*out = arena_printf(a, v < 0 ? "-￥%s" : "￥%s", text + (v < 0));
		return true;
	}
	if (strcmp(format, "rmb") == 0) {
		if (!money_words(a, v, &text, e))
			return false;
		*out = arena_printf(a, "人民币%s", text);
		return true;
	}
	return err_set(e, ERR_USAGE, "a number has no format %s", format);
}

static bool show_text(
	struct arena *a, const json_t *v, const char *format, char **out, struct err *e)
{
	struct bytes text = bytes_make(json_string_value(v), json_string_length(v));

	if (strcmp(format, "cn") == 0)
		return date_figures(a, text, out, e);
	if (strcmp(format, "hanzi") == 0)
		return date_words(a, text, out, e);
	if (*format)
		return err_set(e, ERR_USAGE, "a text has no format %s", format);
	*out = arena_str(a, text);
	return text_check(text, e);
}

static bool value_show(
	struct arena *a, const json_t *v, const char *format, char **out, struct err *e)
{
	if (json_is_integer(v))
		return show_number(a, json_integer_value(v), format, out, e);
	if (json_is_string(v))
		return show_text(a, v, format, out, e);
	if (json_is_boolean(v) && (!*format || strcmp(format, "tick") == 0)) {
		const char *text = *format ? (json_is_true(v) ? "☑" : "☐")
					   : (json_is_true(v) ? "是" : "否");

		*out = arena_str(a, bytes_str(text));
		return true;
	}
	return err_set(e, ERR_USAGE, "no value that can be shown in this way");
}

static void shown_note(struct values *f, const char *name)
{
	char key[FIELD_NAME_MAX + 1];
	size_t n = strcspn(name, ".");

	memcpy(key, name, n);
	key[n] = 0;
	(void)json_object_set_new(f->shown, key, json_true());
}

bool field_show(struct values *f, struct arena *a, const struct field_want *want,
	size_t row, char **out, struct err *e)
{
	const char *rest, *column;
	json_t *v = path_follow(f->root, want->name, &rest);

	shown_note(f, want->name);
	if (want->rows) {
		column = want->name + strlen(want->rows) + 1;
		if (strcmp(column, "#") == 0) {
			*out = arena_printf(a, "%zu", row + 1);
			return true;
		}
		v = column_get(json_array_get(v, row), column);
		if (!v)
			return err_set(e, ERR_USAGE, "{{%s}}: row %zu has no such value",
				want->name, row + 1);
	}
	if (!value_show(a, v, want->format, out, e))
		return err_in(e, "{{%s}}", want->name);
	return true;
}

bool field_is_amount(const struct field_want *want)
{
	return strcmp(want->format, "money") == 0 || strcmp(want->format, "figures") == 0;
}

void values_unshown(
	const struct values *f, void (*each)(void *to, const char *name), void *to)
{
	json_t *shown = f->shown;

	for (void *at = json_object_iter(f->root); at;
		at = json_object_iter_next(f->root, at))
		if (!json_object_get(shown, json_object_iter_key(at)))
			each(to, json_object_iter_key(at));
}
