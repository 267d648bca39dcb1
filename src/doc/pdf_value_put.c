/* pdf_value_put: looking into PDF values, making, comparing and writing them. See
 * pdf_value.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "doc/pdf_value.h"

#include <inttypes.h>
#include <stdio.h>

bool pdf_is_dict(const struct pdf_value *v)
{
	return v && (v->kind == PDF_DICT || v->kind == PDF_STREAM);
}

const struct pdf_value *pdf_find(const struct pdf_value *v, const char *key)
{
	struct bytes k = bytes_str(key);

	if (!pdf_is_dict(v))
		return NULL;
	for (size_t i = 0; i < v->count; i++)
		if (bytes_equal(v->entries[i].key, k))
			return &v->entries[i].value;
	return NULL;
}

bool pdf_is_name(const struct pdf_value *v, const char *name)
{
	return v && v->kind == PDF_NAME && bytes_equal(v->octets, bytes_str(name));
}

double pdf_number(const struct pdf_value *v)
{
	double n = 0, unit = 1;
	bool behind = false;

	if (v && v->kind == PDF_INT)
		return (double)v->integer;
	if (!v || v->kind != PDF_REAL)
		return 0;
	for (size_t i = 0; i < v->octets.n; i++) {
		uint8_t c = v->octets.p[i];

		behind = behind || c == '.';
		if (c < '0' || c > '9')
			continue;
		n = 10 * n + (c - '0');
		unit *= behind ? 10 : 1;
	}
	return (v->octets.p[0] == '-' ? -n : n) / unit;
}

struct pdf_value pdf_make_int(int64_t n)
{
	return (struct pdf_value){.kind = PDF_INT, .integer = n};
}

struct pdf_value pdf_make_name(const char *name)
{
	return (struct pdf_value){.kind = PDF_NAME, .octets = bytes_str(name)};
}

struct pdf_value pdf_make_string(struct bytes octets)
{
	return (struct pdf_value){.kind = PDF_STRING, .octets = octets};
}

struct pdf_value pdf_make_ref(uint32_t num, uint16_t gen)
{
	return (struct pdf_value){.kind = PDF_REF, .num = num, .gen = gen};
}

struct pdf_value pdf_make_array(struct pdf_value *items, size_t count)
{
	return (struct pdf_value){
		.kind = PDF_ARRAY, .items = items, .count = (uint32_t)count};
}

struct pdf_value pdf_make_dict(struct pdf_entry *entries, size_t count)
{
	return (struct pdf_value){
		.kind = PDF_DICT, .entries = entries, .count = (uint32_t)count};
}

struct pdf_value pdf_with(struct arena *a, const struct pdf_value *dict, const char *key,
	const struct pdf_value *value)
{
	struct pdf_entry *entries = ARENA_ARRAY(a, dict->count + 1, struct pdf_entry);
	struct bytes k = bytes_str(key);
	bool done = !value || value->kind == PDF_NULL;
	size_t n = 0;

	for (size_t i = 0; i < dict->count; i++) {
		if (!bytes_equal(dict->entries[i].key, k)) {
			entries[n++] = dict->entries[i];
		} else if (!done) {
			entries[n++] = (struct pdf_entry){dict->entries[i].key, *value};
			done = true;
		}
	}
	if (!done)
		entries[n++] = (struct pdf_entry){k, *value};
	return pdf_make_dict(entries, n);
}

struct pdf_value pdf_appended(
	struct arena *a, const struct pdf_value *array, struct pdf_value item)
{
	size_t n = pdf_is(array, PDF_ARRAY) ? array->count : 0;
	struct pdf_value *items = ARENA_ARRAY(a, n + 1, struct pdf_value);

	for (size_t i = 0; i < n; i++)
		items[i] = array->items[i];
	items[n] = item;
	return pdf_make_array(items, n + 1);
}

struct pdf_value pdf_value_copy(struct arena *a, const struct pdf_value *v)
{
	struct pdf_value out = *v;

	switch ((enum pdf_kind)v->kind) {
	case PDF_NULL:
	case PDF_BOOL:
	case PDF_INT:
	case PDF_REF:
		return out;
	case PDF_REAL:
	case PDF_STRING:
	case PDF_NAME:
		out.octets = arena_dup(a, v->octets);
		return out;
	case PDF_ARRAY:
		out.items = ARENA_ARRAY(a, v->count, struct pdf_value);
		for (size_t i = 0; i < v->count; i++)
			out.items[i] = pdf_value_copy(a, &v->items[i]);
		return out;
	case PDF_STREAM:
	case PDF_DICT:
		out.entries = ARENA_ARRAY(a, v->count, struct pdf_entry);
		for (size_t i = 0; i < v->count; i++)
			out.entries[i] =
				(struct pdf_entry){arena_dup(a, v->entries[i].key),
					pdf_value_copy(a, &v->entries[i].value)};
		if (v->kind == PDF_STREAM) {
			out.data = ARENA_NEW(a, struct pdf_data);
			*out.data = *v->data;
		}
		return out;
	}
	return out;
}

/* Larger ones are only compared in their order: work stays bounded. */
enum { ANY_ORDER_MAX = 1000 };

static bool equal_dicts(const struct pdf_value *a, const struct pdf_value *b)
{
	if (a->count != b->count)
		return false;
	for (size_t i = 0; i < a->count; i++) {
		bool found = false;

		/* Mostly in the same order: look where it stood first. */
		for (size_t k = 0; k < b->count && !found; k++) {
			if (k && b->count > ANY_ORDER_MAX)
				return false;
			const struct pdf_entry *x = &b->entries[(i + k) % b->count];

			found = bytes_equal(x->key, a->entries[i].key);
			if (found && !pdf_value_equal(&x->value, &a->entries[i].value))
				return false;
		}
		if (!found)
			return false;
	}
	return true;
}

bool pdf_value_equal(const struct pdf_value *a, const struct pdf_value *b)
{
	if (!a || !b || a->kind != b->kind)
		return a == b;
	switch ((enum pdf_kind)a->kind) {
	case PDF_NULL:
		return true;
	case PDF_BOOL:
		return a->boolean == b->boolean;
	case PDF_INT:
		return a->integer == b->integer;
	case PDF_REAL:
	case PDF_STRING:
	case PDF_NAME:
		return bytes_equal(a->octets, b->octets);
	case PDF_REF:
		return a->num == b->num && a->gen == b->gen;
	case PDF_ARRAY:
		if (a->count != b->count)
			return false;
		for (size_t i = 0; i < a->count; i++)
			if (!pdf_value_equal(&a->items[i], &b->items[i]))
				return false;
		return true;
	case PDF_DICT:
		return equal_dicts(a, b);
	case PDF_STREAM:
		return a->data->at == b->data->at && a->data->n == b->data->n &&
		       equal_dicts(a, b);
	}
	return false;
}

static bool put_name(struct buf *b, struct bytes name, struct err *e)
{
	static const char digits[] = "0123456789ABCDEF";

	if (!buf_put(b, BYTES("/"), e))
		return false;
	for (size_t i = 0; i < name.n; i++) {
		uint8_t c = name.p[i];
		uint8_t escaped[3] = {
			'#', (uint8_t)digits[c >> 4], (uint8_t)digits[c & 15]};
		//= ISO 32000-1 §7.3.5: what is no regular character between ! and ~ is escaped
		bool plain = c > ' ' && c <= '~' && c != '#' && !pdf_is_delimiter(c);

		if (!buf_put(b, plain ? bytes_make(&c, 1) : BYTES_OF(escaped), e))
			return false;
	}
	return true;
}

static bool put_hex(struct buf *b, struct bytes octets, struct err *e)
{
	static const char digits[] = "0123456789ABCDEF";
	uint8_t *to = buf_room(b, 2 * octets.n + 2, e);

	if (!to)
		return false;
	*to++ = '<';
	for (size_t i = 0; i < octets.n; i++) {
		*to++ = (uint8_t)digits[octets.p[i] >> 4];
		*to++ = (uint8_t)digits[octets.p[i] & 15];
	}
	*to = '>';
	b->n += 2 * octets.n + 2;
	return true;
}

static bool put_literal(struct buf *b, struct bytes octets, struct err *e)
{
	if (!buf_put(b, BYTES("("), e))
		return false;
	for (size_t i = 0; i < octets.n; i++) {
		uint8_t c = octets.p[i];
		char text[8];

		if (c == '(' || c == ')' || c == '\\')
			(void)snprintf(text, sizeof text, "\\%c", c);
		else if (c < ' ' || c > '~')
			(void)snprintf(text, sizeof text, "\\%03o", c);
		else
			(void)snprintf(text, sizeof text, "%c", c);
		if (!buf_put(b, bytes_str(text), e))
			return false;
	}
	return buf_put(b, BYTES(")"), e);
}

static bool put_array(struct buf *b, const struct pdf_value *v, struct err *e)
{
	if (!buf_put(b, BYTES("["), e))
		return false;
	for (size_t i = 0; i < v->count; i++)
		if ((i && !buf_put(b, BYTES(" "), e)) ||
			!pdf_value_put(b, &v->items[i], e))
			return false;
	return buf_put(b, BYTES("]"), e);
}

static bool put_dict(struct buf *b, const struct pdf_value *v, struct err *e)
{
	if (!buf_put(b, BYTES("<<"), e))
		return false;
	for (size_t i = 0; i < v->count; i++)
		if (!put_name(b, v->entries[i].key, e) || !buf_put(b, BYTES(" "), e) ||
			!pdf_value_put(b, &v->entries[i].value, e))
			return false;
	return buf_put(b, BYTES(">>"), e);
}

bool pdf_value_put(struct buf *b, const struct pdf_value *v, struct err *e)
{
	char text[48];

	switch ((enum pdf_kind)v->kind) {
	case PDF_NULL:
		return buf_put(b, BYTES("null"), e);
	case PDF_BOOL:
		return buf_put(b, v->boolean ? BYTES("true") : BYTES("false"), e);
	case PDF_INT:
		(void)snprintf(text, sizeof text, "%" PRId64, v->integer);
		return buf_put(b, bytes_str(text), e);
	case PDF_REAL:
		return buf_put(b, v->octets, e);
	case PDF_STRING:
		return v->is_hex ? put_hex(b, v->octets, e)
				 : put_literal(b, v->octets, e);
	case PDF_NAME:
		return put_name(b, v->octets, e);
	case PDF_REF:
		(void)snprintf(text, sizeof text, "%u %u R", v->num, v->gen);
		return buf_put(b, bytes_str(text), e);
	case PDF_ARRAY:
		return put_array(b, v, e);
	case PDF_DICT:
	case PDF_STREAM:
		return put_dict(b, v, e);
	}
	return true;
}
