/* form: reading pairs, finding values, wiping secrets; see form.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "http/form.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "base/time.h"
#include "http/form_value.h"
#include "http/http.h"

void form_open(struct form_values *values, const struct form *form)
{
	if (form->count > FORM_FIELDS_MAX)
		abort();
	*values = (struct form_values){.form = form};
	for (size_t i = 0; i < form->count; i++)
		values->v[i].field = &form->fields[i];
}

void form_fini(struct form_values *values)
{
	if (!values->secrets)
		return;
	mem_wipe(values->secrets, values->secrets_size);
	mem_free(values->secrets);
	values->secrets = NULL;
}

uint8_t *form_secret(struct form_values *values, size_t n, size_t size_all)
{
	uint8_t *p;

	if (!values->secrets) {
		values->secrets = mem_alloc(size_all + 1);
		values->secrets_size = size_all + 1;
	}
	if (n > values->secrets_size - values->secrets_used)
		abort();
	p = values->secrets + values->secrets_used;
	values->secrets_used += n;
	return p;
}

size_t form_find(const struct form *form, struct bytes name)
{
	for (size_t i = 0; i < form->count; i++)
		if (bytes_equal(bytes_str(form->fields[i].name), name))
			return i;
	return SIZE_MAX;
}

/* --- pairs
 * ------------------------------------------------------------------------------ */

/* Where one form is being read from. */
struct reading {
	struct arena *a;
	struct form_values *values;
	size_t size; /* of the whole text */
	bool query;
	bool seen[FORM_FIELDS_MAX];
	size_t pairs;
};

static int digit(uint8_t c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* Escapes and plus signs taken out; `to` has room for text.n octets. */
static bool unescape(uint8_t *to, struct bytes text, struct bytes *out, struct err *e)
{
	size_t n = 0;

	for (size_t i = 0; i < text.n; i++) {
		uint8_t c = text.p[i];

		if (c == '%') {
			int high = i + 2 < text.n ? digit(text.p[i + 1]) : -1;
			int low = i + 2 < text.n ? digit(text.p[i + 2]) : -1;

			if (high < 0 || low < 0)
				return err_set(e, ERR_MALFORMED, "percent escape");
			c = (uint8_t)(high << 4 | low);
			i += 2;
		} else if (c == '+') {
			c = ' ';
		} else if (c <= ' ' || c >= 0x7f) {
			return err_set(e, ERR_MALFORMED, "octet that must be escaped");
		}
		to[n++] = c;
	}
	*out = bytes_make(to, n);
	return true;
}

/* The names that every page's form may have; false: it is none of them. */
static bool reserved(struct reading *r, struct bytes name, struct bytes **place)
{
	struct form_values *v = r->values;

	*place = NULL;
	if (bytes_equal(name, BYTES("_back")))
		*place = &v->back;
	else if (!r->query && bytes_equal(name, BYTES("_csrf")))
		*place = &v->csrf;
	else if (!r->query && bytes_equal(name, BYTES("_once")))
		*place = &v->once;
	return *place != NULL;
}

static bool reserved_set(
	struct reading *r, struct bytes *place, struct bytes raw, struct err *e)
{
	struct bytes value;

	if (!unescape(arena_alloc(r->a, raw.n + 1), raw, &value, e))
		return false;
	if (place->p)
		return err_set(e, ERR_MALFORMED, "a field twice");
	*place = place == &r->values->back && !http_is_path(value) ? BYTES("") : value;
	return true;
}

static bool pair_read(
	struct reading *r, struct bytes raw_name, struct bytes raw, struct err *e)
{
	struct bytes name, typed, *place;
	struct form_value *v;
	uint8_t *memory;
	size_t i;

	if (++r->pairs > FORM_PAIRS_MAX)
		return err_set(e, ERR_TOO_LARGE, "more than %d fields", FORM_PAIRS_MAX);
	if (!unescape(arena_alloc(r->a, raw_name.n + 1), raw_name, &name, e))
		return false;
	if (reserved(r, name, &place))
		return reserved_set(r, place, raw, e);
	i = form_find(r->values->form, name);
	if (i == SIZE_MAX)
		return err_set(e, ERR_MALFORMED, "no such field: %s",
			text_printable(r->a, name, 60));
	v = &r->values->v[i];
	if (r->seen[i] && v->field->type != FIELD_SET)
		return err_set(e, ERR_MALFORMED, "%s: twice", v->field->name);
	r->seen[i] = true;
	if (v->field->type == FIELD_SECRET)
		memory = form_secret(r->values, raw.n, r->size);
	else
		memory = arena_alloc(r->a, raw.n + 1);
	return unescape(memory, raw, &typed, e) && form_value_set(r->a, v, typed, e);
}

static bool pairs_read(struct reading *r, struct bytes text, struct err *e)
{
	while (text.n) {
		size_t end = bytes_find(text, BYTES("&")), equals;
		struct bytes pair = bytes_head(text, end);

		text = end == SIZE_MAX ? (struct bytes){0} : bytes_from(text, end + 1);
		equals = bytes_find(pair, BYTES("="));
		if (equals == SIZE_MAX || !equals)
			return err_set(e, ERR_MALFORMED, "a field without a name or =");
		if (end != SIZE_MAX && !text.n)
			return err_set(e, ERR_MALFORMED, "an empty field at the end");
		if (!pair_read(
			    r, bytes_head(pair, equals), bytes_from(pair, equals + 1), e))
			return false;
	}
	form_close(r->values);
	return true;
}

bool form_read(struct arena *a, const struct form *form, struct bytes body,
	struct form_values *values, struct err *e)
{
	struct reading r = {.a = a, .values = values, .size = body.n};

	form_open(values, form);
	if (body.n > FORM_BODY_MAX)
		return err_set(e, ERR_TOO_LARGE, "a form of %zu octets", body.n);
	return pairs_read(&r, body, e);
}

bool form_read_query(struct arena *a, const struct form *form, const char *query,
	struct form_values *values, struct err *e)
{
	struct bytes text = bytes_str(query);
	struct reading r = {.a = a, .values = values, .size = text.n, .query = true};

	form_open(values, form);
	for (size_t i = 0; i < form->count; i++)
		if (form->fields[i].type == FIELD_SECRET)
			return err_set(e, ERR_USAGE, "a secret in an address");
	if (text.n > FORM_BODY_MAX)
		return err_set(e, ERR_TOO_LARGE, "a query of %zu octets", text.n);
	return pairs_read(&r, text, e);
}

/* --- values
 * ----------------------------------------------------------------------------- */

const struct form_value *form_get(const struct form_values *values, const char *name)
{
	size_t i = form_find(values->form, bytes_str(name));

	if (i == SIZE_MAX)
		abort();
	return &values->v[i];
}

struct bytes form_bytes(const struct form_values *values, const char *name)
{
	return form_get(values, name)->value;
}

int64_t form_number(const struct form_values *values, const char *name)
{
	return form_get(values, name)->number;
}

void form_blame(struct form_values *values, const char *name, enum msg msg)
{
	size_t i = form_find(values->form, bytes_str(name));

	if (i == SIZE_MAX)
		abort();
	if (!values->v[i].wrong)
		values->wrong++;
	values->v[i].wrong = (unsigned)msg + 1;
}

const char *form_wrong(struct arena *a, enum lang lang, const struct form_value *v)
{
	const char *bound;

	if (!v->wrong || v->wrong > MSG_COUNT)
		return NULL;
	switch (v->field->type) {
	case FIELD_MONEY:
		bound = money_text(a, v->bound);
		break;
	case FIELD_DATE:
		bound = arena_printf(a, "%.10s", time_iso(a, v->bound));
		break;
	case FIELD_TIME:
		bound = time_beijing(a, v->bound);
		break;
	case FIELD_TEXT:
	case FIELD_LINES:
	case FIELD_INT:
	case FIELD_BOOL:
	case FIELD_CHOICE:
	case FIELD_SET:
	case FIELD_SECRET:
	case FIELD_EMAIL:
	case FIELD_HEX:
	case FIELD_BASE64:
	case FIELD_ID:
	default:
		bound = arena_printf(a, "%lld", (long long)v->bound);
	}
	return say(a, lang, (enum msg)(v->wrong - 1), bound);
}

/* --- the table
 * ------------------------------------------------------------------------- */

static bool is_name(const char *name)
{
	if (name[0] < 'a' || name[0] > 'z')
		return false;
	for (const char *p = name; *p; p++)
		if (!(*p >= 'a' && *p <= 'z') && !(*p >= '0' && *p <= '9') && *p != '_')
			return false;
	return true;
}

static bool choices_check(const struct field *f, struct err *e)
{
	bool needs = f->type == FIELD_CHOICE || f->type == FIELD_SET;
	int64_t all = 0;
	size_t count = 0;

	if (needs != (f->choices != NULL))
		return err_set(e, ERR_USAGE, "choices");
	for (const struct field_choice *c = f->choices; c && c->value; c++) {
		if (++count > FORM_CHOICES_MAX)
			return err_set(e, ERR_USAGE, "too many choices");
		if (f->type == FIELD_CHOICE)
			continue;
		if (c->number <= 0 || (c->number & (c->number - 1)) || (all & c->number))
			return err_set(e, ERR_USAGE, "%s is no bit", c->value);
		all |= c->number;
	}
	return !needs || count || err_set(e, ERR_USAGE, "no choice");
}

bool form_check(const struct form *form, struct err *e)
{
	if (form->count > FORM_FIELDS_MAX)
		return err_set(e, ERR_USAGE, "%s: too many fields", form->name);
	for (size_t i = 0; i < form->count; i++) {
		const struct field *f = &form->fields[i];

		if (!is_name(f->name) || form_find(form, bytes_str(f->name)) != i)
			return err_set(e, ERR_USAGE, "%s.%s: name", form->name, f->name);
		if ((f->max && f->min > f->max) || f->label >= MSG_COUNT)
			return err_set(
				e, ERR_USAGE, "%s.%s: bounds", form->name, f->name);
		if (!choices_check(f, e))
			return err_in(e, "%s.%s", form->name, f->name);
	}
	return true;
}
