/* pdf_diff_form: the form of a later revision: further signatures, filled fields, and
 * what else was done to it. Single fields are compared in pdf_diff_field.c.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "doc/pdf_diff_field.h"

/* --- the form itself -----------------------------------------------------------------
 */

/* Everything that `was` has is in `is` unchanged; dictionaries may have more. */
static bool is_extension(struct pdf_diff *d, const struct pdf_value *was,
	const struct pdf_value *is, int depth)
{
	struct pdf_value a, b;
	struct pdf_key_change k;
	size_t at = 0;

	if (pdf_diff_same(was, is))
		return true;
	if (!was)
		return true;
	if (!is || depth > 4 || !pdf_resolve(d->before, d->a, was, &a, d->e) ||
		!pdf_resolve(d->after, d->a, is, &b, d->e) || a.kind != PDF_DICT ||
		b.kind != PDF_DICT)
		return false;
	while (pdf_diff_next(&a, &b, &at, &k))
		if (k.was && !is_extension(d, k.was, k.is, depth + 1))
			return false;
	return true;
}

/* Does a field show its value by the form's fonts and not by an appearance of its own? */
static bool is_drawn_by_form(const struct pdf_field *f)
{
	if (bytes_equal(f->type, BYTES("Sig")) || f->value.kind == PDF_NULL)
		return false;
	for (size_t i = 0; i < f->shown_count; i++)
		if (!pdf_find(&f->shown[i], "AP"))
			return true;
	return false;
}

/* Whoever signs may bring fonts along, where they show nothing that was not shown. */
static bool draws_nothing(const struct pdf_diff *d)
{
	for (size_t i = 0; i < d->fields_was_n; i++)
		if (is_drawn_by_form(&d->fields_was[i]))
			return false;
	return true;
}

static bool check_form_key(struct pdf_diff *d, const struct pdf_key_change *k)
{
	bool ok = false;

	if (pdf_key_is(k, "Fields"))
		return true; /* field by field */
	if (pdf_key_is(k, "SigFlags"))
		ok = pdf_is(k->is, PDF_INT) &&
		     (!pdf_is(k->was, PDF_INT) ||
			     (k->was->integer & ~k->is->integer) == 0);
	else if (pdf_key_is(k, "DR"))
		ok = is_extension(d, k->was, k->is, 0) && draws_nothing(d);
	else
		ok = !k->was && (pdf_key_is(k, "DA") || pdf_key_is(k, "Q")) &&
		     draws_nothing(d);
	if (!ok)
		pdf_diff_add(d, PDF_CHANGE_FORM, 0, arena_str(d->result, k->key));
	return pdf_diff_take_new(d, k->is);
}

/* The object behind a reference, when it has the one role that it may have here. */
static void own_object(struct pdf_diff *d, const struct pdf_value *v, enum pdf_role role)
{
	if (pdf_is(v, PDF_REF) &&
		(!pdf_diff_was_used(d, v->num) || pdf_role_of(d->roles, v->num) == role))
		pdf_diff_done(d, v->num);
}

static bool check_form(struct pdf_diff *d)
{
	const struct pdf_value *at_is = pdf_find(&d->root_is, "AcroForm");
	struct pdf_value was, is;
	struct pdf_key_change k;
	size_t at = 0;

	if (!pdf_get(d->before, d->a, &d->root_was, "AcroForm", &was, d->e) ||
		!pdf_get(d->after, d->a, &d->root_is, "AcroForm", &is, d->e))
		return false;
	while (pdf_diff_next(&was, &is, &at, &k))
		if (!check_form_key(d, &k))
			return false;
	own_object(d, at_is, PDF_ROLE_FORM);
	own_object(d, pdf_find(&is, "Fields"), PDF_ROLE_FIELDS);
	return true;
}

/* --- its fields ----------------------------------------------------------------------
 */

static bool is_same_field(const struct pdf_field *a, const struct pdf_field *b)
{
	if (a->num || b->num)
		return a->num == b->num;
	return bytes_equal(bytes_str(a->name), bytes_str(b->name));
}

/* The field as it was, or null; they mostly stand in the same order. */
static const struct pdf_field *find_field(
	const struct pdf_field *list, size_t n, const struct pdf_field *f, size_t *hint)
{
	for (size_t i = 0; i < n; i++) {
		size_t at = (*hint + i) % n;

		if (is_same_field(&list[at], f)) {
			*hint = at + 1;
			return &list[at];
		}
	}
	return NULL;
}

static bool check_removed(struct pdf_diff *d)
{
	size_t hint = 0;

	for (size_t i = 0; i < d->fields_was_n; i++) {
		const struct pdf_field *f = &d->fields_was[i];
		bool is_signed;

		if (find_field(d->fields_is, d->fields_is_n, f, &hint))
			continue;
		if (!pdf_field_is_signed(d, d->before, f, &is_signed))
			return false;
		pdf_diff_add(d,
			is_signed ? PDF_CHANGE_SIGNATURE_REMOVED : PDF_CHANGE_HIDE,
			f->num, f->name);
	}
	return true;
}

bool pdf_diff_form(struct pdf_diff *d)
{
	size_t hint = 0;

	if (!pdf_fields(d->before, d->a, &d->fields_was, &d->fields_was_n, d->e) ||
		!pdf_fields(d->after, d->a, &d->fields_is, &d->fields_is_n, d->e) ||
		!check_form(d))
		return false;
	for (size_t i = 0; i < d->fields_is_n; i++) {
		const struct pdf_field *f = &d->fields_is[i];
		const struct pdf_field *was =
			find_field(d->fields_was, d->fields_was_n, f, &hint);

		if (was ? !pdf_diff_field(d, was, f) : !pdf_diff_new_field(d, f))
			return false;
	}
	return check_removed(d);
}
