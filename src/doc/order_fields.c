/* order_fields: see order_fields.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "doc/order_fields.h"

#include <jansson.h>

#include "base/text.h"
#include "doc/paper_data.h"

enum { SHOWN_MAX = 200 };

/* "supplier.name" in the object of fields; null: it is not there. */
static json_t *value_find(json_t *fields, struct bytes name, struct arena *a)
{
	json_t *at = fields;

	while (at && name.n) {
		size_t dot = bytes_find(name, BYTES("."));

		at = json_object_get(at, arena_str(a, bytes_head(name, dot)));
		name = dot == SIZE_MAX ? (struct bytes){0} : bytes_from(name, dot + 1);
	}
	return at;
}

/* What the document says, as text; null: it is no single value. */
static const char *value_text(json_t *value, struct arena *a)
{
	if (json_is_string(value))
		return arena_str(a,
			bytes_make(json_string_value(value), json_string_length(value)));
	if (json_is_integer(value))
		return arena_printf(a, "%lld", (long long)json_integer_value(value));
	if (json_is_boolean(value))
		return json_is_true(value) ? "true" : "false";
	return NULL;
}

static bool agrees(const struct order_field *f, json_t *value, const char *text)
{
	if (f->has_amount)
		return json_is_integer(value) && json_integer_value(value) == f->amount;
	return text && bytes_equal(f->value, bytes_str(text));
}

static void compare(struct order_field_finding *out, const struct order_field *f,
	json_t *fields, struct arena *a)
{
	json_t *value = value_find(fields, f->name, a);
	const char *text = value_text(value, a);

	*out = (struct order_field_finding){.field = f};
	if (!value) {
		out->state =
			f->mandatory ? ORDER_FIELD_MISSING : ORDER_FIELD_PLATFORM_ONLY;
	} else if (agrees(f, value, text)) {
		out->state = ORDER_FIELD_AGREES;
	} else {
		struct err e;
		struct bytes figures;

		out->state = ORDER_FIELD_DIFFERS;
		if (f->has_amount && json_is_integer(value) &&
			order_figures(a, json_integer_value(value), &figures, &e))
			text = arena_str(a, figures);
		out->found = text ? text_printable(a, bytes_str(text), SHOWN_MAX) : "…";
	}
}

/* The object "fields" of a paper's JSON; a new reference. */
static bool fields_open(json_t **out, struct bytes json, struct err *e)
{
	json_t *root =
		json_loadb((const char *)json.p, json.n, JSON_REJECT_DUPLICATES, NULL);
	const char *format = json_string_value(json_object_get(root, "format"));
	json_t *fields = json_object_get(root, "fields");
	bool ok = format &&
		  bytes_equal(bytes_str(format), BYTES("qianyin-paper-fields")) &&
		  json_integer_value(json_object_get(root, "version")) == 1 &&
		  json_is_object(fields);

	if (ok)
		*out = json_incref(fields);
	json_decref(root);
	return ok || err_set(e, ERR_MALFORMED, "the fields inside the document");
}

bool order_fields_compare(struct arena *a, const struct order_paper *paper,
	struct source *document, struct order_field_finding **list, bool *has_fields,
	struct err *e)
{
	struct order_field_finding *out =
		ARENA_ARRAY(a, paper->field_count, struct order_field_finding);
	bool readable = paper->documents[0].format != ORDER_OTHER;
	json_t *fields = NULL;
	struct bytes json;

	*has_fields = false;
	if (readable && !paper_data_read(a, document, &json, has_fields, e))
		return false;
	if (*has_fields && !fields_open(&fields, json, e))
		return false;
	for (size_t i = 0; i < paper->field_count; i++)
		compare(&out[i], &paper->fields[i], fields, a);
	json_decref(fields);
	*list = out;
	return true;
}
