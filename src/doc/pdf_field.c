/* pdf_field: see pdf_field.h. Text and dates are in pdf_text.c.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "doc/pdf_field.h"

struct walk {
	struct pdf *p;
	struct arena *a;
	struct pdf_field *fields;
	size_t n, cap, nodes;
	uint32_t path[PDF_FIELD_LEVELS];
	struct err *e;
};

/* What a node hands down to its kids. */
struct inherited {
	const char *name;
	struct bytes type;
	struct pdf_value value;
};

static struct pdf_field *add_field(struct walk *w)
{
	if (w->n == PDF_FIELDS_MAX) {
		err_set(w->e, ERR_TOO_LARGE, "PDF: more than %d form fields",
			PDF_FIELDS_MAX);
		return NULL;
	}
	if (w->n == w->cap) {
		size_t cap = w->cap ? 2 * w->cap : 32;
		struct pdf_field *fields = ARENA_ARRAY(w->a, cap, struct pdf_field);

		for (size_t i = 0; i < w->n; i++)
			fields[i] = w->fields[i];
		w->fields = fields;
		w->cap = cap;
	}
	return &w->fields[w->n++];
}

static bool walk_node(struct walk *w, const struct pdf_value *node,
	const struct inherited *from, int level);

/* Does any kid bear a name of its own: is it a field rather than a widget? */
static bool has_fields(struct walk *w, const struct pdf_value *kids, bool *out)
{
	*out = false;
	for (size_t i = 0; i < kids->count && !*out; i++) {
		struct pdf_value kid;

		if (!pdf_resolve(w->p, w->a, &kids->items[i], &kid, w->e))
			return false;
		*out = pdf_find(&kid, "T") != NULL;
	}
	return true;
}

static uint32_t number_of(const struct pdf_value *node)
{
	return node->kind == PDF_REF ? node->num : 0;
}

static bool add_shown(struct walk *w, struct pdf_field *f, const struct pdf_value *kids)
{
	size_t n = kids->kind == PDF_ARRAY ? kids->count : 1;

	f->shown = ARENA_ARRAY(w->a, n, struct pdf_value);
	f->shown_nums = ARENA_ARRAY(w->a, n, uint32_t);
	w->nodes += n;
	if (kids->kind != PDF_ARRAY) {
		f->shown_count = pdf_is_name(pdf_find(&f->dict, "Subtype"), "Widget");
		f->shown[0] = f->dict;
		f->shown_nums[0] = f->num;
		return true;
	}
	f->shown_count = n;
	for (size_t i = 0; i < n; i++) {
		if (!pdf_resolve(w->p, w->a, &kids->items[i], &f->shown[i], w->e))
			return false;
		f->shown_nums[i] = number_of(&kids->items[i]);
	}
	return true;
}

static bool inherit(struct walk *w, const struct pdf_value *dict,
	const struct inherited *from, struct inherited *own)
{
	const struct pdf_value *value = pdf_find(dict, "V"), *type;
	struct pdf_value name;
	const char *part;

	*own = *from;
	if (!pdf_get(w->p, w->a, dict, "T", &name, w->e))
		return false;
	part = pdf_text(w->a, &name, 200);
	if (part)
		own->name = arena_printf(
			w->a, "%.800s%s%s", from->name, *from->name ? "." : "", part);
	type = pdf_find(dict, "FT");
	if (pdf_is(type, PDF_NAME))
		own->type = type->octets;
	if (value)
		own->value = *value;
	return true;
}

static bool enter_node(struct walk *w, const struct pdf_value *node, int level)
{
	if (level == PDF_FIELD_LEVELS || ++w->nodes > 4 * PDF_FIELDS_MAX)
		return err_set(w->e, ERR_TOO_LARGE, "PDF: a form beyond all bounds");
	for (int i = 0; node->kind == PDF_REF && i < level; i++)
		if (w->path[i] == node->num)
			return err_set(
				w->e, ERR_MALFORMED, "PDF: a form that is a circle");
	w->path[level] = number_of(node);
	return true;
}

static bool walk_node(struct walk *w, const struct pdf_value *node,
	const struct inherited *from, int level)
{
	struct inherited own;
	struct pdf_value dict, kids;
	struct pdf_field *f;
	bool deeper = false;

	if (!enter_node(w, node, level) || !pdf_resolve(w->p, w->a, node, &dict, w->e))
		return false;
	/* A field whose object is gone is none. */
	if (dict.kind != PDF_DICT)
		return dict.kind == PDF_NULL ||
		       err_set(w->e, ERR_MALFORMED, "PDF: a form field that is none");
	if (!inherit(w, &dict, from, &own) ||
		!pdf_get(w->p, w->a, &dict, "Kids", &kids, w->e))
		return false;
	if (kids.kind == PDF_ARRAY && !has_fields(w, &kids, &deeper))
		return false;
	for (size_t i = 0; deeper && i < kids.count; i++)
		if (!walk_node(w, &kids.items[i], &own, level + 1))
			return false;
	if (deeper)
		return true;
	f = add_field(w);
	if (!f)
		return false;
	*f = (struct pdf_field){.name = own.name,
		.num = number_of(node),
		.dict = dict,
		.type = own.type,
		.value = own.value};
	return pdf_get(w->p, w->a, &dict, "Lock", &f->lock, w->e) &&
	       add_shown(w, f, &kids);
}

bool pdf_fields(struct pdf *p, struct arena *a, struct pdf_field **out, size_t *count,
	struct err *e)
{
	struct walk w = {.p = p, .a = a, .e = e};
	struct inherited none = {.name = ""};
	struct pdf_value root, form, fields;

	if (!pdf_root(p, a, &root, e) || !pdf_get(p, a, &root, "AcroForm", &form, e) ||
		!pdf_get(p, a, &form, "Fields", &fields, e))
		return false;
	for (size_t i = 0; fields.kind == PDF_ARRAY && i < fields.count; i++)
		if (!walk_node(&w, &fields.items[i], &none, 0))
			return err_in(e, "form");
	*out = w.fields;
	*count = w.n;
	return true;
}
