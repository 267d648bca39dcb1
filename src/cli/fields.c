/* fields: rows and JSON from one list; see fields.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "cli/fields.h"

#include <jansson.h>
#include <string.h>

#include "base/time.h"

struct fields fields_make(struct cli *c)
{
	return (struct fields){.c = c};
}

void fields_add_as(struct fields *f, enum msg title, const char *key, const char *text,
	json_t *value)
{
	if (f->count == FIELDS_MAX) {
		json_decref(value);
		return;
	}
	if (f->count == f->room) {
		size_t room = f->room ? 2 * f->room : 32;
		struct field *more = ARENA_ARRAY(f->c->arena, room, struct field);

		for (size_t i = 0; i < f->count; i++)
			more[i] = f->field[i];
		f->field = more;
		f->room = room;
	}
	f->field[f->count++] = (struct field){title, key, text, value};
}

void fields_add(struct fields *f, enum msg title, const char *key, const char *text)
{
	fields_add_as(f, title, key, text, NULL);
}

void fields_add_time(struct fields *f, enum msg title, const char *key, int64_t t)
{
	struct arena *a = f->c->arena;

	if (t != TIME_NONE)
		fields_add_as(
			f, title, key, time_beijing(a, t), json_string(time_iso(a, t)));
}

void fields_add_bool(struct fields *f, enum msg title, const char *key, bool value)
{
	fields_add_as(f, title, key,
		msg_text(f->c->lang, value ? MSG_CLI_YES : MSG_CLI_NO),
		json_boolean(value));
}

void fields_add_number(struct fields *f, enum msg title, const char *key, uint64_t n)
{
	fields_add_as(f, title, key,
		arena_printf(f->c->arena, "%llu", (unsigned long long)n),
		json_integer((json_int_t)n));
}

/* Puts a value at "a", "a.b" or "a[]" of an object; only one dot is understood. */
static void put(struct arena *a, json_t *object, const char *key, json_t *value)
{
	const char *dot = strchr(key, '.');
	size_t n = strlen(key);
	json_t *at;

	if (dot) {
		char *head = arena_str(a, bytes_make(key, (size_t)(dot - key)));

		at = json_object_get(object, head);
		if (!at) {
			at = json_object();
			json_object_set_new(object, head, at);
		}
		put(a, at, dot + 1, value);
		return;
	}
	if (n < 2 || strcmp(key + n - 2, "[]") != 0) {
		json_object_set_new(object, key, value);
		return;
	}
	key = arena_str(a, bytes_make(key, n - 2));
	at = json_object_get(object, key);
	if (!at) {
		at = json_array();
		json_object_set_new(object, key, at);
	}
	json_array_append_new(at, value);
}

json_t *fields_json(struct fields *f)
{
	json_t *object = json_object();

	for (size_t i = 0; i < f->count; i++) {
		struct field *at = &f->field[i];

		put(f->c->arena, object, at->key,
			at->value ? at->value : json_string(at->text));
		at->value = NULL;
	}
	return object;
}

void fields_print(struct fields *f)
{
	if (f->c->json) {
		cli_json(f->c, fields_json(f));
		return;
	}
	for (size_t i = 0; i < f->count; i++) {
		struct field *at = &f->field[i];

		if (i && at->title == at[-1].title)
			cli_continue(f->c, at->text);
		else
			cli_row(f->c, at->title, at->text);
		json_decref(at->value);
		at->value = NULL;
	}
}
