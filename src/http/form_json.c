/* form_json: the same form as a JSON object; see form.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <jansson.h>
#include <string.h>

#include "http/form_value.h"

static bool wrong_type(const struct form_value *v, struct err *e)
{
	return err_set(e, ERR_MALFORMED, "%s: wrong type", v->field->name);
}

static struct bytes text_of(const json_t *j)
{
	return bytes_make(json_string_value(j), json_string_length(j));
}

static bool string_set(struct arena *a, struct form_values *values, struct form_value *v,
	json_t *j, size_t size, struct err *e)
{
	struct bytes text = text_of(j), kept;
	uint8_t *secret;

	if (v->field->type != FIELD_SECRET) {
		kept = arena_dup(a, text);
		return form_value_set(a, v, kept, e);
	}
	secret = form_secret(values, text.n, size);
	memcpy(secret, text.p, text.n);
	/* The library frees it as it is. */
	mem_wipe((void *)(uintptr_t)text.p, text.n);
	return form_value_set(a, v, bytes_make(secret, text.n), e);
}

static bool set_set(struct form_value *v, const json_t *array, struct err *e)
{
	if (json_array_size(array) > FORM_CHOICES_MAX)
		return err_set(e, ERR_TOO_LARGE, "%s: too many", v->field->name);
	for (size_t i = 0; i < json_array_size(array); i++) {
		const json_t *j = json_array_get(array, i);

		if (!json_is_string(j))
			return wrong_type(v, e);
		if (!form_value_choose(v, text_of(j), e))
			return false;
	}
	return true;
}

static bool value_read(struct arena *a, struct form_values *values, struct form_value *v,
	json_t *j, size_t size, struct err *e)
{
	enum field_type type = v->field->type;

	if (json_is_null(j))
		return true;
	if (type == FIELD_SET)
		return json_is_array(j) ? set_set(v, j, e) : wrong_type(v, e);
	if (type == FIELD_BOOL) {
		if (!json_is_boolean(j))
			return wrong_type(v, e);
		v->number = json_is_true(j);
		v->given = v->number != 0;
		return true;
	}
	if (json_is_integer(j) && (type == FIELD_INT || type == FIELD_MONEY)) {
		form_value_number(v, json_integer_value(j));
		return true;
	}
	if (!json_is_string(j) || type == FIELD_INT)
		return wrong_type(v, e);
	return string_set(a, values, v, j, size, e);
}

static bool object_read(struct arena *a, struct form_values *values, json_t *object,
	size_t size, struct err *e)
{
	const char *name;
	json_t *value;

	json_object_foreach(object, name, value)
	{
		size_t i = form_find(values->form, bytes_str(name));

		if (i == SIZE_MAX)
			return err_set(e, ERR_MALFORMED, "no such field: %.60s", name);
		if (!value_read(a, values, &values->v[i], value, size, e))
			return false;
	}
	form_close(values);
	return true;
}

bool form_read_json(struct arena *a, const struct form *form, struct bytes body,
	struct form_values *values, struct err *e)
{
	json_error_t error;
	json_t *object;
	bool ok;

	form_open(values, form);
	if (body.n > FORM_BODY_MAX)
		return err_set(e, ERR_TOO_LARGE, "a form of %zu octets", body.n);
	object = json_loadb((const char *)body.p, body.n, JSON_REJECT_DUPLICATES, &error);
	if (!json_is_object(object)) {
		json_decref(object);
		return err_set(e, ERR_MALFORMED, "not a JSON object");
	}
	ok = object_read(a, values, object, body.n, e);
	json_decref(object);
	return ok;
}
