/* pdf_signature: see pdf_signature.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "doc/pdf_signature.h"

#include "asn1/der.h"
#include "base/text.h"
#include "base/time.h"
#include "crypto/keyfile_ber.h"

#include <string.h>

bool pdf_is_signature(const struct pdf_value *dict)
{
	return dict->kind == PDF_DICT && pdf_find(dict, "ByteRange") &&
	       pdf_find(dict, "Contents");
}

/* ByteRange must be two ranges that leave out exactly the hex string of Contents. */
static enum msg read_range(
	struct pdf_signature *s, const struct pdf *p, const struct pdf_value *range)
{
	if (!pdf_is(range, PDF_ARRAY) || range->count != 4)
		return MSG_PDF_RANGE_SHAPE;
	for (size_t i = 0; i < 4; i++) {
		if (range->items[i].kind != PDF_INT || range->items[i].integer < 0)
			return MSG_PDF_RANGE_SHAPE;
		s->range[i] = (uint64_t)range->items[i].integer;
	}
	//= ISO 32000-1 §12.8.1: the ranges cover the file from its first octet
	if (s->range[0] != 0)
		return MSG_PDF_RANGE_START;
	if (s->range[1] > PDF_FILE_MAX || s->range[2] > PDF_FILE_MAX ||
		s->range[3] > PDF_FILE_MAX || s->range[2] < s->range[1])
		return MSG_PDF_RANGE_ORDER;
	//= ISO 32000-1 §12.8.1: all but the value of Contents with its delimiters
	if (s->range[1] != s->gap_at || s->range[2] != s->gap_end)
		return MSG_PDF_RANGE_GAP;
	if (s->range[2] + s->range[3] > source_size(pdf_source(p)))
		return MSG_PDF_RANGE_END;
	return MSG_COUNT;
}

/* One value of DER; some makers write indefinite lengths (BER) around it, which have
 * their end in them. */
static bool take_value(struct arena *a, struct bytes *in, struct bytes *der)
{
	struct der d;
	struct err e;

	if (bytes_starts(*in, BYTES("\x30\x80")))
		return ber_take(a, in, der, &e);
	if (!der_next(in, &d, &e))
		return false;
	*der = d.whole;
	return true;
}

static bool read_contents(struct pdf_signature *s, struct arena *a,
	const struct pdf_value *v, struct err *e)
{
	struct bytes in;

	if (!pdf_is(v, PDF_STRING) || !v->is_hex)
		return err_set(e, ERR_MALFORMED,
			"PDF: a signature whose /Contents is no hexadecimal string");
	if (v->octets.n > PDF_CONTENTS_MAX)
		return err_set(
			e, ERR_TOO_LARGE, "PDF: a signature of %zu octets", v->octets.n);
	s->gap_at = v->at;
	s->gap_end = v->at + v->span;
	s->contents = in = v->octets;
	s->padding_is_zero = true;
	if (!take_value(a, &in, &s->der))
		return true;
	for (size_t i = 0; i < in.n; i++)
		s->padding_is_zero = s->padding_is_zero && in.p[i] == 0;
	return true;
}

static void read_names(struct pdf_lock *l, struct arena *a, struct pdf *p,
	const struct pdf_value *fields)
{
	struct err e;

	l->fields = ARENA_ARRAY(a, fields->count, const char *);
	for (size_t i = 0; i < fields->count && l->count < PDF_LOCKED_MAX; i++) {
		struct pdf_value v;
		const char *name;

		if (!pdf_resolve(p, a, &fields->items[i], &v, &e))
			continue;
		name = pdf_text(a, &v, 1000);
		if (name)
			l->fields[l->count++] = name;
	}
}

/* TransformParams of FieldMDP, or a Lock. */
static bool read_lock(struct pdf_lock *l, struct arena *a, struct pdf *p,
	const struct pdf_value *dict, struct err *e)
{
	struct pdf_value action, fields, permission;

	if (dict->kind != PDF_DICT)
		return true;
	if (!pdf_get(p, a, dict, "Action", &action, e) ||
		!pdf_get(p, a, dict, "Fields", &fields, e) ||
		!pdf_get(p, a, dict, "P", &permission, e))
		return false;
	if (pdf_is_name(&action, "Include"))
		l->action = PDF_LOCK_INCLUDE;
	else if (pdf_is_name(&action, "Exclude"))
		l->action = PDF_LOCK_EXCLUDE;
	else
		l->action = PDF_LOCK_ALL;
	if (fields.kind == PDF_ARRAY)
		read_names(l, a, p, &fields);
	if (permission.kind == PDF_INT && permission.integer >= 1 &&
		permission.integer <= 3)
		l->p = (int)permission.integer;
	return true;
}

static bool read_reference(struct pdf_signature *s, struct arena *a, struct pdf *p,
	const struct pdf_value *ref, struct err *e)
{
	struct pdf_value method, params, permission;

	if (!pdf_get(p, a, ref, "TransformMethod", &method, e) ||
		!pdf_get(p, a, ref, "TransformParams", &params, e) ||
		!pdf_get(p, a, &params, "P", &permission, e))
		return false;
	if (pdf_is_name(&method, "FieldMDP"))
		return read_lock(&s->fieldmdp, a, p, &params, e);
	//= ISO 32000-1 §12.8.2.2: P of DocMDP is 1, 2 or 3; 2 when it is not said
	if (pdf_is_name(&method, "DocMDP"))
		s->docmdp = permission.kind == PDF_INT && permission.integer >= 1 &&
					    permission.integer <= 3
				    ? (int)permission.integer
				    : 2;
	return true;
}

static bool read_references(
	struct pdf_signature *s, struct arena *a, struct pdf *p, struct err *e)
{
	struct pdf_value list, one;

	if (!pdf_get(p, a, &s->dict, "Reference", &list, e))
		return false;
	for (size_t i = 0; list.kind == PDF_ARRAY && i < list.count; i++)
		if (!pdf_resolve(p, a, &list.items[i], &one, e) ||
			!read_reference(s, a, p, &one, e))
			return false;
	return true;
}

static const char *name_text(struct arena *a, const struct pdf_value *v)
{
	return pdf_is(v, PDF_NAME) ? text_printable(a, v->octets, 100) : "";
}

/* The software, as Prop_Build names it: "App", else "Filter". */
static bool read_provider(
	struct pdf_signature *s, struct arena *a, struct pdf *p, struct err *e)
{
	struct pdf_value build, app, name;

	if (!pdf_get(p, a, &s->dict, "Prop_Build", &build, e) ||
		!pdf_get(p, a, &build, "App", &app, e) ||
		!pdf_get(p, a, &app, "Name", &name, e))
		return false;
	if (name.kind == PDF_NAME)
		s->provider = name_text(a, &name);
	return true;
}

bool pdf_signature_read(struct pdf_signature *out, struct pdf *p, struct arena *a,
	uint32_t num, const struct pdf_value *dict, const struct pdf_field *field,
	struct err *e)
{
	const struct pdf_xref_entry *x = pdf_entry(p, num);
	struct pdf_signature s = {.num = num, .dict = *dict};
	struct pdf_value v;

	//= ISO 32000-1 §7.5.7: what ByteRange points into must not be packed in a stream
	if (!x || x->kind != PDF_ENTRY_PLAIN)
		return err_set(e, ERR_MALFORMED, "PDF: a signature in an object stream");
	if (!read_contents(&s, a, pdf_find(dict, "Contents"), e) ||
		!read_references(&s, a, p, e) || !read_provider(&s, a, p, e))
		return false;
	s.range_fault = read_range(&s, p, pdf_find(dict, "ByteRange"));
	s.sub_filter = name_text(a, pdf_find(dict, "SubFilter"));
	s.is_timestamp = pdf_is_name(pdf_find(dict, "Type"), "DocTimeStamp") ||
			 strcmp(s.sub_filter, "ETSI.RFC3161") == 0;
	if (!pdf_get(p, a, dict, "M", &v, e))
		return false;
	s.time = pdf_date(&v);
	if (!pdf_get(p, a, dict, "Reason", &v, e))
		return false;
	s.reason = pdf_text(a, &v, 500);
	if (field) {
		s.field = field->name;
		s.field_num = field->num;
		if (!read_lock(&s.lock, a, p, &field->lock, e))
			return false;
	}
	*out = s;
	return true;
}

bool pdf_lock_closes(const struct pdf_lock *l, const char *field)
{
	bool named = false;

	for (size_t i = 0; i < l->count && !named; i++) {
		size_t n = strlen(l->fields[i]);

		/* A name stands for what is below it, too. */
		named = strncmp(l->fields[i], field, n) == 0 &&
			(field[n] == 0 || field[n] == '.');
	}
	switch (l->action) {
	case PDF_LOCK_NONE:
		return false;
	case PDF_LOCK_ALL:
		return true;
	case PDF_LOCK_INCLUDE:
		return named;
	case PDF_LOCK_EXCLUDE:
		return !named;
	}
	return true;
}
