/* pdf_widget_form: see pdf_widget_form.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "doc/pdf_widget_form.h"

#include <string.h>

enum { NAMES_MAX = 100000 };

/* SigFlags: signatures exist; append only. */
enum { SIG_FLAGS = 3 };

/* The form as it stands, and what holds it: an object of its own, or the catalog. */
struct form {
	struct pdf_value dict, fields;
	struct pdf_ref ref; /* num 0: in the catalog, or absent */
	bool present;
};

static bool form_read(struct form *out, struct pdf *p, struct arena *a, struct err *e)
{
	struct pdf_value root, empty = pdf_make_array(NULL, 0);
	const struct pdf_value *at;
	struct form f = {0};

	if (!pdf_root(p, a, &root, e))
		return false;
	at = pdf_find(&root, "AcroForm");
	if (at && at->kind == PDF_REF)
		f.ref = (struct pdf_ref){at->num, at->gen};
	if (!pdf_get(p, a, &root, "AcroForm", &f.dict, e))
		return false;
	if (f.dict.kind == PDF_NULL) {
		*out = (struct form){.fields = empty};
		return true;
	}
	if (f.dict.kind != PDF_DICT)
		return err_set(e, ERR_MALFORMED, "AcroForm is no dictionary");
	if (pdf_find(&f.dict, "XFA"))
		return err_set(e, ERR_UNSUPPORTED, "XFA");
	if (!pdf_get(p, a, &f.dict, "Fields", &f.fields, e))
		return false;
	if (f.fields.kind == PDF_NULL)
		f.fields = empty;
	if (f.fields.kind != PDF_ARRAY)
		return err_set(e, ERR_MALFORMED, "Fields is no array");
	f.present = true;
	*out = f;
	return true;
}

static bool is_taken(
	bool *out, struct pdf *p, const struct form *f, struct bytes name, struct err *e)
{
	*out = false;
	for (uint32_t i = 0; i < f->fields.count && !*out; i++) {
		AUTO(arena) a = arena_new();
		struct pdf_value field, t;

		if (!pdf_resolve(p, a, &f->fields.items[i], &field, e) ||
			!pdf_get(p, a, &field, "T", &t, e))
			return false;
		*out = t.kind == PDF_STRING && bytes_equal(t.octets, name);
	}
	return true;
}

bool pdf_form_name(struct pdf_update *u, struct arena *a, const char **out, struct err *e)
{
	struct pdf *p = pdf_update_file(u);
	struct form f;

	if (!form_read(&f, p, a, e))
		return false;
	if (f.fields.count > NAMES_MAX)
		return err_set(e, ERR_TOO_LARGE, "more than %d fields", NAMES_MAX);
	for (uint32_t i = f.fields.count + 1;; i++) {
		char *name = arena_printf(a, "Qianyin%u", i);
		bool taken;

		if (!is_taken(&taken, p, &f, bytes_str(name), e))
			return false;
		if (taken)
			continue;
		*out = name;
		return true;
	}
}

bool pdf_catalog_write(struct pdf_update *u, struct arena *a,
	const struct pdf_value *with, struct err *e)
{
	const struct pdf_value *at = pdf_find(pdf_trailer(pdf_update_file(u)), "Root");
	AUTO_PDF_TEXT t = pdf_text_make();
	struct pdf_value root;

	if (!pdf_root(pdf_update_file(u), a, &root, e))
		return false;
	if (!at || at->kind != PDF_REF)
		return err_set(e, ERR_MALFORMED, "the catalog is not an object");
	for (uint32_t i = 0; i < with->count; i++) {
		const char *key = arena_str(a, with->entries[i].key);

		root = pdf_with(a, &root, key, &with->entries[i].value);
	}
	pdf_put_value(&t, &root);
	return pdf_update_put(u, (struct pdf_ref){at->num, at->gen}, &t, NULL, e);
}

/* The form with the field, its flags raised. */
static bool form_with(struct pdf *p, struct arena *a, struct form *f,
	struct pdf_ref field, struct err *e)
{
	struct pdf_value flags;

	f->fields = pdf_appended(a, &f->fields, pdf_make_ref(field.num, field.gen));
	if (!f->present)
		f->dict = pdf_make_dict(NULL, 0);
	if (!pdf_get(p, a, &f->dict, "SigFlags", &flags, e))
		return false;
	flags = pdf_make_int(
		(flags.kind == PDF_INT ? flags.integer & 0x7fffffff : 0) | SIG_FLAGS);
	//= ISO 32000-1 §12.7.2: SigFlags says that signatures exist and to append only
	f->dict = pdf_with(a, &f->dict, "SigFlags", &flags);
	f->dict = pdf_with(a, &f->dict, "Fields", &f->fields);
	return true;
}

/* Perms as it stands with DocMDP set. */
static bool perms_with(struct pdf *p, struct arena *a, struct pdf_value *out,
	struct pdf_ref certified, struct err *e)
{
	struct pdf_value root, perms, by = pdf_make_ref(certified.num, certified.gen);

	if (!pdf_root(p, a, &root, e) || !pdf_get(p, a, &root, "Perms", &perms, e))
		return false;
	if (perms.kind != PDF_DICT)
		perms = pdf_make_dict(NULL, 0);
	*out = pdf_with(a, &perms, "DocMDP", &by);
	return true;
}

bool pdf_form_add(struct pdf_update *u, struct arena *a, struct pdf_ref field,
	struct pdf_ref certified, struct err *e)
{
	struct pdf *p = pdf_update_file(u);
	struct pdf_value catalog = pdf_make_dict(NULL, 0), perms, form;
	AUTO_PDF_TEXT t = pdf_text_make();
	struct form f;

	if (!form_read(&f, p, a, e) || !form_with(p, a, &f, field, e))
		return false;
	if (certified.num) {
		if (!perms_with(p, a, &perms, certified, e))
			return false;
		catalog = pdf_with(a, &catalog, "Perms", &perms);
	}
	form = f.dict;
	if (!f.present || f.ref.num) {
		/* A new form is an object, so that the next signature need not touch the
		 * catalog again. */
		if (!f.present) {
			f.ref = (struct pdf_ref){pdf_update_number(u), 0};
			form = pdf_make_ref(f.ref.num, 0);
			catalog = pdf_with(a, &catalog, "AcroForm", &form);
		}
		pdf_put_value(&t, &f.dict);
		if (!pdf_update_put(u, f.ref, &t, NULL, e))
			return false;
	} else {
		catalog = pdf_with(a, &catalog, "AcroForm", &form);
	}
	return catalog.count == 0 || pdf_catalog_write(u, a, &catalog, e);
}
