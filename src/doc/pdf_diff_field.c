/* pdf_diff_field: see pdf_diff_field.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "doc/pdf_diff_field.h"

/* Annotation flags that keep it from being shown: invisible, hidden, no view. */
enum { FLAGS_HIDING = 1 | 2 | 32 };

bool pdf_field_is_signed(
	struct pdf_diff *d, struct pdf *p, const struct pdf_field *f, bool *out)
{
	struct pdf_value v;

	*out = false;
	if (f->value.kind != PDF_REF && f->value.kind != PDF_DICT)
		return true;
	if (!pdf_resolve(p, d->a, &f->value, &v, d->e))
		return false;
	*out = pdf_is_signature(&v);
	return true;
}

static int64_t flags_of(const struct pdf_value *widget)
{
	const struct pdf_value *f = pdf_find(widget, "F");

	return pdf_is(f, PDF_INT) ? f->integer : 0;
}

/* Does an appearance lead to this object? */
static bool leads_to(
	struct pdf_diff *d, const struct pdf_value *ap, uint32_t num, int depth)
{
	struct pdf_value v;

	if (!ap || depth > 4)
		return false;
	if (ap->kind == PDF_REF && ap->num == num)
		return true;
	if (!pdf_resolve(d->before, d->a, ap, &v, d->e))
		return true;
	for (size_t i = 0; v.kind == PDF_DICT && i < v.count; i++)
		if (leads_to(d, &v.entries[i].value, num, depth + 1))
			return true;
	return false;
}

/* Counts the annotations of a page that show this object. */
static bool count_uses(struct pdf_diff *d, size_t page, uint32_t num, size_t *uses)
{
	struct pdf_value list, annotation;
	struct pdf_page at;

	if (!pdf_page(d->before, d->a, page, &at, d->e) ||
		!pdf_get(d->before, d->a, &at.dict, "Annots", &list, d->e))
		return false;
	for (size_t i = 0; pdf_is(&list, PDF_ARRAY) && i < list.count; i++) {
		if (!pdf_resolve(d->before, d->a, &list.items[i], &annotation, d->e))
			return false;
		*uses += leads_to(d, pdf_find(&annotation, "AP"), num, 0);
	}
	return true;
}

/* What is shown in two places is not one field's to change; when in doubt it is. */
static bool is_shared(struct pdf_diff *d, uint32_t num)
{
	size_t pages, uses = 0;

	if (!pdf_pages(d->before, &pages, d->e))
		return true;
	for (size_t i = 0; i < pages && uses < 2; i++)
		if (!count_uses(d, i, num, &uses))
			return true;
	return uses > 1;
}

/* Objects of an appearance that were there before: may they change? */
static bool settle_appearance(struct pdf_diff *d, const struct pdf_value *ap,
	bool may_change, const char *name, int depth)
{
	bool ok = true;

	if (!ap || depth > 4)
		return true;
	if (ap->kind == PDF_REF) {
		struct pdf_touched *x = pdf_diff_find(d, ap->num);
		struct pdf_value v;

		if (!pdf_diff_is(d, ap->num, &v))
			return false;
		if (x && !x->done) {
			if (!may_change ||
				(pdf_diff_was_used(d, x->num) && is_shared(d, x->num)))
				pdf_diff_add(d, PDF_CHANGE_APPEARANCE, x->num, name);
			else if (pdf_diff_was_used(d, x->num) &&
				 pdf_role_of(d->roles, x->num) != PDF_ROLE_APPEARANCE)
				return true; /* left over */
			x->done = true;
			if (!pdf_diff_take_new(d, &v))
				return false;
		}
		return v.kind != PDF_DICT ||
		       settle_appearance(d, &v, may_change, name, depth + 1);
	}
	for (size_t i = 0; ok && ap->kind == PDF_DICT && i < ap->count; i++)
		ok = settle_appearance(
			d, &ap->entries[i].value, may_change, name, depth + 1);
	return ok;
}

/* --- new ------------------------------------------------------------------------------
 */

static void add_fresh(struct pdf_diff *d, uint32_t num)
{
	if (num == 0)
		return;
	if (d->fresh_n == d->fresh_cap) {
		size_t cap = d->fresh_cap ? 2 * d->fresh_cap : 16;
		uint32_t *fresh = ARENA_ARRAY(d->a, cap, uint32_t);

		for (size_t i = 0; i < d->fresh_n; i++)
			fresh[i] = d->fresh[i];
		d->fresh = fresh;
		d->fresh_cap = cap;
	}
	d->fresh[d->fresh_n++] = num;
}

static bool is_shown(const struct pdf_value *widget)
{
	const struct pdf_value *rect = pdf_find(widget, "Rect");

	return pdf_find(widget, "AP") && pdf_is(rect, PDF_ARRAY) && rect->count == 4 &&
	       !(pdf_number(&rect->items[0]) == pdf_number(&rect->items[2]) &&
		       pdf_number(&rect->items[1]) == pdf_number(&rect->items[3]));
}

/* Larger than a seal or a handwritten name is: then it covers what was signed before. In
 * points; 120 mm. */
#define MARK_MAX 340.0

static double side(const struct pdf_value *rect, size_t i)
{
	double n = pdf_number(&rect->items[i + 2]) - pdf_number(&rect->items[i]);

	return n < 0 ? -n : n;
}

/* May a mark that a further signature shows be this one? */
static bool is_mark(const struct pdf_value *widget)
{
	const struct pdf_value *rect = pdf_find(widget, "Rect");

	return pdf_is_name(pdf_find(widget, "Subtype"), "Widget") &&
	       side(rect, 0) <= MARK_MAX && side(rect, 1) <= MARK_MAX;
}

/* A signature made by this revision: its value must be of this revision too, and it may
 * not do anything but be shown. */
static bool take_signature(struct pdf_diff *d, const struct pdf_field *f)
{
	bool is_visible = false;
	struct pdf_value v;
	enum pdf_change_kind kind = PDF_CHANGE_SIGNATURE;

	if (!pdf_resolve(d->after, d->a, &f->value, &v, d->e))
		return false;
	if (f->value.kind == PDF_REF && pdf_diff_was_used(d, f->value.num))
		kind = PDF_CHANGE_WRAPPED;
	for (size_t i = 0; i < f->shown_count; i++) {
		if (is_shown(&f->shown[i])) {
			is_visible = true;
			if (!is_mark(&f->shown[i]))
				pdf_diff_add(d, PDF_CHANGE_FIELD_ADDED, f->num, f->name);
		}
		if (pdf_find(&f->shown[i], "A") || pdf_find(&f->shown[i], "AA"))
			pdf_diff_add(d, PDF_CHANGE_OPEN_ACTION, 0, f->name);
		add_fresh(d, f->shown_nums[i]);
	}
	if (pdf_find(&f->dict, "AA") || pdf_find(&f->dict, "A"))
		pdf_diff_add(d, PDF_CHANGE_OPEN_ACTION, 0, f->name);
	/* A time stamp is permitted always, so it may show nothing. */
	if (kind == PDF_CHANGE_SIGNATURE &&
		pdf_is_name(pdf_find(&v, "Type"), "DocTimeStamp"))
		kind = is_visible ? PDF_CHANGE_FIELD_ADDED : PDF_CHANGE_TIMESTAMP;
	pdf_diff_add(d, kind, 0, f->name);
	return pdf_diff_take_new(d, &f->value);
}

bool pdf_diff_new_field(struct pdf_diff *d, const struct pdf_field *f)
{
	bool is_signed;

	if (!pdf_field_is_signed(d, d->after, f, &is_signed))
		return false;
	if (f->num && pdf_diff_was_used(d, f->num)) {
		/* What was something else is a field now. */
		pdf_diff_add(d, PDF_CHANGE_REPLACE, f->num, f->name);
		return true;
	}
	if (f->num)
		pdf_diff_done(d, f->num);
	if (!bytes_equal(f->type, BYTES("Sig")) || !is_signed)
		pdf_diff_add(d, PDF_CHANGE_FIELD_ADDED, f->num, f->name);
	else if (!take_signature(d, f))
		return false;
	for (size_t i = 0; i < f->shown_count; i++) {
		if (f->shown_nums[i] && pdf_diff_was_used(d, f->shown_nums[i]))
			pdf_diff_add(d, PDF_CHANGE_REPLACE, f->shown_nums[i], f->name);
		pdf_diff_done(d, f->shown_nums[i]);
		if (!pdf_diff_take_new(d, &f->shown[i]))
			return false;
	}
	return pdf_diff_take_new(d, &f->dict);
}

/* --- changed --------------------------------------------------------------------------
 */

static bool is_empty(const struct pdf_value *v)
{
	return v->kind == PDF_NULL || (v->kind == PDF_STRING && v->octets.n == 0) ||
	       pdf_is_name(v, "Off");
}

struct field_change {
	struct pdf_diff *d;
	const char *name;
	bool was_signed, is_signed; /* a signature was there; is made now */
	bool filled;                /* the value is another */
};

static bool is_filling_key(const struct pdf_key_change *k)
{
	static const char *const keys[] = {"V", "AS", "M", "RV", "I", "AP", "MK", "TI"};

	for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
		if (pdf_key_is(k, keys[i]))
			return true;
	return false;
}

/* Whoever signs a field that was prepared sets its widget's page and printing. */
static bool is_signing_key(const struct pdf_key_change *k)
{
	if (pdf_key_is(k, "F"))
		return pdf_is(k->is, PDF_INT) && (k->is->integer & FLAGS_HIDING) == 0;
	return pdf_key_is(k, "P") || pdf_key_is(k, "DA") || pdf_key_is(k, "DR") ||
	       pdf_key_is(k, "Type") || pdf_key_is(k, "Subtype");
}

static enum pdf_change_kind kind_of_key(
	const struct field_change *c, const struct pdf_key_change *k)
{
	if (c->filled && !c->was_signed && is_filling_key(k))
		return PDF_CHANGE_COUNT;
	if (c->is_signed && !c->was_signed && is_signing_key(k))
		return PDF_CHANGE_COUNT;
	if (pdf_key_is(k, "AP") || pdf_key_is(k, "AS") || pdf_key_is(k, "MK"))
		return PDF_CHANGE_APPEARANCE;
	if (pdf_key_is(k, "F"))
		return PDF_CHANGE_HIDE;
	if (pdf_key_is(k, "Rect"))
		return c->was_signed ? PDF_CHANGE_HIDE : PDF_CHANGE_ANNOTATION_CHANGED;
	if (pdf_key_is(k, "A") || pdf_key_is(k, "AA"))
		return PDF_CHANGE_OPEN_ACTION;
	if (pdf_key_is(k, "V"))
		return PDF_CHANGE_COUNT; /* said already */
	return PDF_CHANGE_FIELD_CHANGED;
}

/* A field or widget dictionary, and the appearance it leads to. */
static bool compare_dict(
	struct field_change *c, const struct pdf_value *was, const struct pdf_value *is)
{
	bool may_change = c->filled && !c->was_signed;
	struct pdf_key_change k;
	size_t at = 0;

	while (pdf_diff_next(was, is, &at, &k)) {
		enum pdf_change_kind kind = kind_of_key(c, &k);

		/* Kids are compared as widgets. */
		if (kind != PDF_CHANGE_COUNT && !pdf_key_is(&k, "Kids"))
			pdf_diff_add(c->d, kind, 0, c->name);
	}
	if (may_change && flags_of(was) != flags_of(is) &&
		(flags_of(is) & ~flags_of(was) & FLAGS_HIDING))
		pdf_diff_add(c->d, PDF_CHANGE_HIDE, 0, c->name);
	return settle_appearance(c->d, pdf_find(is, "AP"), may_change, c->name, 0) &&
	       (!may_change || pdf_diff_take_new(c->d, is));
}

static bool compare_shown(
	struct field_change *c, const struct pdf_field *was, const struct pdf_field *is)
{
	if (was->shown_count != is->shown_count && !(c->is_signed && !was->shown_count)) {
		pdf_diff_add(c->d, PDF_CHANGE_FIELD_CHANGED, is->num, c->name);
		return true;
	}
	for (size_t i = 0; i < was->shown_count; i++) {
		if (was->shown_nums[i] != is->shown_nums[i])
			pdf_diff_add(c->d, PDF_CHANGE_FIELD_CHANGED, is->num, c->name);
		if (is->shown_nums[i])
			pdf_diff_done(c->d, is->shown_nums[i]);
		if (!compare_dict(c, &was->shown[i], &is->shown[i]))
			return false;
	}
	return true;
}

/* What became of the value. */
static bool compare_value(
	struct field_change *c, const struct pdf_field *was, const struct pdf_field *is)
{
	struct pdf_diff *d = c->d;
	bool same = pdf_diff_same(&was->value, &is->value), had_signature;
	struct pdf_touched *x =
		is->value.kind == PDF_REF ? pdf_diff_find(d, is->value.num) : NULL;
	struct pdf_value old;

	if (!pdf_field_is_signed(d, d->before, was, &had_signature) ||
		!pdf_field_is_signed(d, d->after, is, &c->is_signed))
		return false;
	c->was_signed = had_signature;
	c->filled = !same || x;
	if (!c->filled)
		return true;
	if (had_signature) {
		pdf_diff_add(d,
			x || c->is_signed ? PDF_CHANGE_WRAPPED
					  : PDF_CHANGE_SIGNATURE_REMOVED,
			is->num, c->name);
		if (x)
			x->done = true;
		return true;
	}
	if (bytes_equal(is->type, BYTES("Sig")) && c->is_signed)
		return take_signature(d, is);
	if (!pdf_resolve(d->before, d->a, &was->value, &old, d->e))
		return false;
	pdf_diff_add(d, is_empty(&old) ? PDF_CHANGE_FIELD_FILLED : PDF_CHANGE_FIELD_VALUE,
		0, c->name);
	if (x && (!pdf_diff_was_used(d, x->num) ||
			 pdf_role_of(d->roles, x->num) == PDF_ROLE_VALUE))
		x->done = true;
	return pdf_diff_take_new(d, &is->value);
}

bool pdf_diff_field(
	struct pdf_diff *d, const struct pdf_field *was, const struct pdf_field *is)
{
	struct field_change c = {.d = d, .name = is->name};

	if (!bytes_equal(was->type, is->type) ||
		!bytes_equal(bytes_str(was->name), bytes_str(is->name)))
		pdf_diff_add(d, PDF_CHANGE_FIELD_CHANGED, is->num, is->name);
	if (!compare_value(&c, was, is) || !compare_shown(&c, was, is))
		return false;
	if (is->num)
		pdf_diff_done(d, is->num);
	return (is->shown_count == 1 && is->shown_nums[0] == is->num) ||
	       compare_dict(&c, &was->dict, &is->dict);
}
