/* openapi: see openapi.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "web/openapi.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "http/form.h"
#include "web/call.h"

static const char *schema_type(enum field_type type)
{
	switch (type) {
	case FIELD_INT:
		return "integer";
	case FIELD_BOOL:
		return "boolean";
	case FIELD_SET:
		return "array";
	case FIELD_TEXT:
	case FIELD_LINES:
	case FIELD_MONEY:
	case FIELD_DATE:
	case FIELD_TIME:
	case FIELD_CHOICE:
	case FIELD_SECRET:
	case FIELD_EMAIL:
	case FIELD_HEX:
	case FIELD_BASE64:
	case FIELD_ID:
		break;
	}
	return "string";
}

static json_t *schema_of(const struct field *f)
{
	json_t *o = json_pack("{s:s}", "type", schema_type(f->type)), *words;

	if (f->type == FIELD_BASE64)
		(void)json_object_set_new(o, "contentEncoding", json_string("base64"));
	if (!f->choices)
		return o;
	words = json_array();
	for (const struct field_choice *c = f->choices; c->value; c++)
		(void)json_array_append_new(words, json_string(c->value));
	if (f->type == FIELD_SET)
		(void)json_object_set_new(o, "items",
			json_pack("{s:s, s:o}", "type", "string", "enum", words));
	else
		(void)json_object_set_new(o, "enum", words);
	return o;
}

static json_t *body_of(const struct form *form)
{
	json_t *properties = json_object(), *required = json_array(), *schema;

	for (size_t i = 0; i < form->count; i++) {
		(void)json_object_set_new(
			properties, form->fields[i].name, schema_of(&form->fields[i]));
		if (form->fields[i].required)
			(void)json_array_append_new(
				required, json_string(form->fields[i].name));
	}
	schema = json_pack("{s:s, s:b, s:o}", "type", "object", "additionalProperties", 0,
		"properties", properties);
	if (json_array_size(required))
		(void)json_object_set(schema, "required", required);
	json_decref(required);
	return json_pack("{s:b, s:{s:{s:o}}}", "required", 1, "content",
		"application/json", "schema", schema);
}

static json_t *parameter(const char *name, const char *in, json_t *schema)
{
	return json_pack("{s:s, s:s, s:b, s:o}", "name", name, "in", in, "required",
		strcmp(in, "path") == 0, "schema", schema);
}

/* "/api/v1/x/:id/y" as OpenAPI writes it, and its parameters. */
static const char *path_of(struct arena *a, const char *path, json_t *parameters)
{
	char *out = arena_alloc(a, 2 * strlen(path) + 1), *to = out;

	for (const char *p = path; *p;) {
		const char *name = ++p;
		size_t n = strcspn(name, "/");
		bool is_place = *name == ':';

		*to++ = '/';
		if (is_place) {
			name++;
			n--;
			*to++ = '{';
			(void)json_array_append_new(parameters,
				parameter(arena_str(a, bytes_make(name, n)), "path",
					json_pack("{s:s}", "type", "string")));
		}
		memcpy(to, name, n);
		to += n;
		if (is_place)
			*to++ = '}';
		p = name + n;
	}
	return out;
}

static json_t *operation(const struct route *r, json_t *parameters)
{
	json_t *o = json_pack("{s:s, s:O, s:{s:{s:s}, s:{s:s, s:{s:{s:{s:s}}}}}}",
		"operationId", r->name, "parameters", parameters, "responses", "200",
		"description", "done", "default", "description",
		"problem details (RFC 9457)", "content", "application/problem+json",
		"schema", "type", "object");
	json_t *security = json_array();

	if (r->form && r->method == HTTP_POST)
		(void)json_object_set_new(o, "requestBody", body_of(r->form));
	if (r->who != ANYONE || (r->rules & R_CSRF))
		(void)json_array_append_new(security,
			r->rules & R_CSRF ? json_pack("{s:[], s:[]}", "cookie", "token")
					  : json_pack("{s:[]}", "cookie"));
	(void)json_object_set_new(o, "security", security);
	return o;
}

static void add_route(struct arena *a, json_t *paths, const struct route *r)
{
	json_t *parameters = json_array(), *item, *method;
	const char *path = path_of(a, r->path, parameters);

	if (r->form && r->method == HTTP_GET)
		for (size_t i = 0; i < r->form->count; i++)
			(void)json_array_append_new(
				parameters, parameter(r->form->fields[i].name, "query",
						    schema_of(&r->form->fields[i])));
	method = operation(r, parameters);
	json_decref(parameters);
	item = json_object_get(paths, path);
	if (!item) {
		item = json_object();
		(void)json_object_set_new(paths, path, item);
	}
	(void)json_object_set_new(item, r->method == HTTP_GET ? "get" : "post", method);
}

const char *openapi_text(struct arena *a, const char *origin, const struct route *routes)
{
	json_t *paths = json_object(), *o;
	const char *out;
	char *text;

	for (const struct route *r = routes; r->path; r++)
		if (r->name)
			add_route(a, paths, r);
	o = json_pack("{s:s, s:{s:s, s:s}, s:[{s:s}], s:o, s:{s:{s:{s:s, s:s, s:s}, "
		      "s:{s:s, s:s, "
		      "s:s}}}}",
		"openapi", "3.1.0", "info", "title", "Qianyin", "version", "1", "servers",
		"url", origin, "paths", paths, "components", "securitySchemes", "cookie",
		"type", "apiKey", "in", "cookie", "name", COOKIE_SESSION, "token", "type",
		"apiKey", "in", "header", "name", "X-CSRF-Token");
	text = o ? json_dumps(o, JSON_INDENT(1)) : NULL;
	out = text ? arena_str(a, bytes_str(text)) : "{}";
	json_decref(o);
	free(text);
	return out;
}
