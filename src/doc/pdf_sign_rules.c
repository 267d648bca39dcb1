/* pdf_sign_rules: see pdf_sign_rules.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "doc/pdf_sign_rules.h"

enum { FIELDS_MAX = 100000, LEVELS_MAX = 32 };

/* The permission of a signature's DocMDP reference; 0: it has none. */
static bool docmdp_of(int *out, struct pdf *p, struct arena *a,
	const struct pdf_value *sig, struct err *e)
{
	struct pdf_value refs, ref, method, params, level;

	*out = 0;
	if (!pdf_get(p, a, sig, "Reference", &refs, e))
		return false;
	for (uint32_t i = 0; refs.kind == PDF_ARRAY && i < refs.count; i++) {
		if (!pdf_resolve(p, a, &refs.items[i], &ref, e) ||
			!pdf_get(p, a, &ref, "TransformMethod", &method, e) ||
			!pdf_get(p, a, &ref, "TransformParams", &params, e) ||
			!pdf_get(p, a, &params, "P", &level, e))
			return false;
		if (!pdf_is_name(&method, "DocMDP"))
			continue;
		//= ISO 32000-1 §12.8.2.2: P is 2 when it is left out
		*out = level.kind == PDF_INT && level.integer >= 1 && level.integer <= 3
			       ? (int)level.integer
			       : 2;
	}
	return true;
}

static bool check_certification(struct pdf *p, struct err *e)
{
	struct pdf_value root, perms, sig;
	AUTO(arena) a = arena_new();
	int level;

	if (!pdf_root(p, a, &root, e) || !pdf_get(p, a, &root, "Perms", &perms, e) ||
		!pdf_get(p, a, &perms, "DocMDP", &sig, e) ||
		!docmdp_of(&level, p, a, &sig, e))
		return false;
	//= ISO 32000-1 §12.8.2.2: P 1 permits no changes; signing is one
	return level != 1 || err_set(e, ERR_DENIED, "certified against any change");
}

struct walk {
	struct pdf *p;
	bool certify;
	size_t seen;
};

/* A field with a value that is a signature: does it stand in the way? */
static bool check_signed(struct walk *w, struct arena *a, const struct pdf_value *field,
	const struct pdf_value *value, struct err *e)
{
	struct pdf_value lock, level;

	if (!pdf_find(value, "Contents"))
		return true;
	//= ISO 32000-1 §12.8.1: only the first signature may certify
	if (w->certify)
		return err_set(e, ERR_DENIED, "it has signatures already");
	if (!pdf_get(w->p, a, field, "Lock", &lock, e) ||
		!pdf_get(w->p, a, &lock, "P", &level, e))
		return false;
	//= ISO 32000-2 §12.7.5.5: a lock's P permits as DocMDP does
	return level.kind != PDF_INT || level.integer != 1 ||
	       err_set(e, ERR_DENIED, "an earlier signer locked it");
}

/* The fields of an array, and theirs below; recursion ends with LEVELS_MAX. */
static bool walk_fields(
	struct walk *w, const struct pdf_value *fields, unsigned level, struct err *e)
{
	for (uint32_t i = 0; pdf_is(fields, PDF_ARRAY) && i < fields->count; i++) {
		AUTO(arena) a = arena_new();
		struct pdf_value field, value, kids;

		if (w->seen++ == FIELDS_MAX || level == LEVELS_MAX)
			return err_set(e, ERR_TOO_LARGE, "too many fields");
		if (!pdf_resolve(w->p, a, &fields->items[i], &field, e) ||
			!pdf_get(w->p, a, &field, "V", &value, e) ||
			!pdf_get(w->p, a, &field, "Kids", &kids, e) ||
			!check_signed(w, a, &field, &value, e) ||
			!walk_fields(w, &kids, level + 1, e))
			return false;
	}
	return true;
}

bool pdf_sign_allowed(struct pdf *p, bool certify, struct err *e)
{
	struct walk w = {.p = p, .certify = certify};
	struct pdf_value root, form, fields;
	AUTO(arena) a = arena_new();

	return check_certification(p, e) && pdf_root(p, a, &root, e) &&
	       pdf_get(p, a, &root, "AcroForm", &form, e) &&
	       pdf_get(p, a, &form, "Fields", &fields, e) &&
	       walk_fields(&w, &fields, 0, e);
}
