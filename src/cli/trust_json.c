/* trust_json: reading the description of a trust store; see trust_json.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "cli/trust_json.h"

#include <jansson.h>
#include <string.h>

#include "base/time.h"
#include "cli/cert_fields.h"

static const struct {
	const char *name;
	enum msg words;
} purposes[PURPOSE_COUNT] = {
	{"signer", MSG_PURPOSE_SIGNER},
	{"encryption", MSG_PURPOSE_ENCRYPTION},
	{"tsa", MSG_PURPOSE_TSA},
	{"seal-maker", MSG_PURPOSE_SEAL_MAKER},
	{"event", MSG_PURPOSE_EVENT},
};

const char *purpose_name(size_t i)
{
	return purposes[i].name;
}

const char *purpose_words(enum lang lang, size_t i)
{
	return msg_text(lang, purposes[i].words);
}

/* Reading one object, member by member; what goes wrong names where. */
struct reading {
	struct cli *c;
	const char *folder; /* of the description, with its slash */
	const char *where;
	struct err *e;
};

static bool wrong(struct reading *r, const char *member)
{
	return err_set(r->e, ERR_MALFORMED, "%s: \"%s\"", r->where, member);
}

/* Every member must be one of "a b c". */
static bool only(struct reading *r, json_t *object, const char *known)
{
	const char *key;
	json_t *value;

	if (!json_is_object(object))
		return wrong(r, "{");
	json_object_foreach(object, key, value)
	{
		const char *at = strstr(known, key);
		size_t n = strlen(key);

		if (!n || strchr(key, ' ') || !at || (at != known && at[-1] != ' ') ||
			(at[n] && at[n] != ' '))
			return wrong(r, key);
	}
	return true;
}

static bool text_of(
	struct reading *r, json_t *object, const char *key, bool needed, const char **out)
{
	json_t *value = json_object_get(object, key);

	*out = NULL;
	if (!value)
		return !needed || wrong(r, key);
	if (!json_is_string(value) || !json_string_length(value))
		return wrong(r, key);
	*out = arena_str(r->c->arena,
		bytes_make(json_string_value(value), json_string_length(value)));
	return true;
}

static bool time_of(struct reading *r, json_t *object, const char *key, int64_t *out)
{
	const char *text;

	*out = TIME_NONE;
	if (!text_of(r, object, key, false, &text))
		return false;
	return !text || time_parse_iso(bytes_str(text), out, r->e) || wrong(r, key);
}

static bool licence_of(
	struct reading *r, json_t *object, const char *key, struct trust_licence *out)
{
	json_t *value = json_object_get(object, key);

	*out = (struct trust_licence){.from = TIME_NONE, .to = TIME_NONE};
	if (!value)
		return true;
	return only(r, value, "number from to") &&
	       text_of(r, value, "number", true, &out->number) &&
	       time_of(r, value, "from", &out->from) && time_of(r, value, "to", &out->to);
}

static bool purposes_of(struct reading *r, json_t *object, uint32_t *out)
{
	json_t *list = json_object_get(object, "purposes"), *value;
	size_t i, k;

	*out = 0;
	json_array_foreach(list, i, value)
	{
		const char *name = json_is_string(value) ? json_string_value(value) : "";

		for (k = 0; k < PURPOSE_COUNT && strcmp(name, purposes[k].name) != 0; k++)
			;
		if (k == PURPOSE_COUNT)
			return wrong(r, "purposes");
		*out |= 1u << k;
	}
	return *out || wrong(r, "purposes");
}

static bool credit_of(struct reading *r, json_t *object, enum credit_code_field *out)
{
	const char *name;

	*out = CREDIT_NONE;
	if (!text_of(r, object, "credit_code", false, &name))
		return false;
	for (int i = 0; name && i < CREDIT_FIELD_COUNT; i++)
		if (strcmp(name, credit_code_field_name((enum credit_code_field)i)) ==
			0) {
			*out = (enum credit_code_field)i;
			return true;
		}
	return !name || wrong(r, "credit_code");
}

static bool cert_at(struct reading *r, const char *file, struct cert *out)
{
	const char *path = file[0] == '/'
				   ? file
				   : arena_printf(r->c->arena, "%s%s", r->folder, file);

	return cli_cert(r->c, path, out, r->e);
}

static bool anchor_of(struct reading *r, json_t *object, struct trust_anchor *out)
{
	json_t *independent, *licences;
	const char *file;

	if (!only(r, object,
		    "cert name purposes credit_code independent licences "
		    "admitted_from admitted_to") ||
		!text_of(r, object, "cert", true, &file) ||
		!text_of(r, object, "name", true, &out->name) ||
		!purposes_of(r, object, &out->purposes) ||
		!credit_of(r, object, &out->credit_code) ||
		!time_of(r, object, "admitted_from", &out->admitted_from) ||
		!time_of(r, object, "admitted_to", &out->admitted_to))
		return false;
	independent = json_object_get(object, "independent");
	if (independent && !json_is_boolean(independent))
		return wrong(r, "independent");
	out->independent = json_is_true(independent);
	licences = json_object_get(object, "licences");
	if (licences && !only(r, licences, "service cipher"))
		return false;
	return licence_of(r, licences, "service", &out->service) &&
	       licence_of(r, licences, "cipher", &out->cipher) &&
	       cert_at(r, file, &out->cert);
}

static bool anchors_of(struct reading *r, json_t *list, struct trust *out)
{
	size_t count = json_array_size(list);

	if (!count || count > TRUST_ANCHORS_MAX)
		return wrong(r, "anchors");
	out->anchors = ARENA_ARRAY(r->c->arena, count, struct trust_anchor);
	for (size_t i = 0; i < count; i++) {
		r->where = arena_printf(r->c->arena, "anchors[%zu]", i);
		if (!anchor_of(r, json_array_get(list, i), &out->anchors[i]))
			return false;
	}
	out->count = count;
	return true;
}

static bool extra_of(struct reading *r, json_t *list, struct trust *out)
{
	size_t count = json_array_size(list);

	if (!list)
		return true;
	if (!json_is_array(list) || count > TRUST_ANCHORS_MAX)
		return wrong(r, "extra");
	out->extra = ARENA_ARRAY(r->c->arena, count, struct bytes);
	for (size_t i = 0; i < count; i++) {
		json_t *file = json_array_get(list, i);
		struct cert cert;

		if (!json_is_string(file))
			return wrong(r, "extra");
		if (!cert_at(r,
			    arena_str(r->c->arena, bytes_str(json_string_value(file))),
			    &cert))
			return false;
		out->extra[i] = cert.der;
	}
	out->extra_count = count;
	return true;
}

static bool store_of(struct reading *r, json_t *object, struct trust *out)
{
	json_t *serial = json_object_get(object, "serial");

	if (!only(r, object, "title serial anchors extra") ||
		!text_of(r, object, "title", true, &out->title))
		return false;
	if (!json_is_integer(serial) || json_integer_value(serial) < 1)
		return wrong(r, "serial");
	out->serial = (uint64_t)json_integer_value(serial);
	return anchors_of(r, json_object_get(object, "anchors"), out) &&
	       extra_of(r, json_object_get(object, "extra"), out);
}

bool trust_of_json(struct trust *out, struct cli *c, const char *path, struct err *e)
{
	const char *slash = strrchr(path, '/');
	struct reading r = {.c = c, .where = path, .e = e};
	json_error_t why;
	struct bytes file;
	json_t *object;
	bool good;

	r.folder =
		slash ? arena_str(c->arena, bytes_make(path, (size_t)(slash + 1 - path)))
		      : "";
	if (!cli_read(c, path, TRUST_JSON_MAX, &file, e))
		return false;
	object = json_loadb((const char *)file.p, file.n, JSON_REJECT_DUPLICATES, &why);
	if (!object)
		return err_set(e, ERR_MALFORMED, "%s:%d:%d: %s", path, why.line,
			why.column, why.text);
	*out = (struct trust){0};
	good = store_of(&r, object, out);
	json_decref(object);
	out->made_at = c->world->now(c->world);
	return good;
}
