/* pdf_diff_pages: the pages of a later revision: which there are, what they hold, which
 * annotations lie on them.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "doc/pdf_diff.h"

#include <string.h>

static bool is_fresh(const struct pdf_diff *d, uint32_t num)
{
	for (size_t i = 0; i < d->fresh_n; i++)
		if (d->fresh[i] == num)
			return true;
	return false;
}

/* --- annotations ----------------------------------------------------------------------
 */

static bool holds(const struct pdf_value *array, const struct pdf_value *item)
{
	for (size_t i = 0; pdf_is(array, PDF_ARRAY) && i < array->count; i++)
		if (pdf_diff_same(&array->items[i], item))
			return true;
	return false;
}

/* Later ones lie on top: is one that stayed behind those before it, as it was? */
static bool keeps_order(
	const struct pdf_value *was, size_t n, const struct pdf_value *x, size_t *next)
{
	while (*next < n && !pdf_diff_same(&was->items[*next], x))
		++*next;
	return (*next)++ < n;
}

/* Those that were there stand first and in the same order, as a rule; whatever else. */
static bool compare_annots(struct pdf_diff *d, const struct pdf_value *was,
	const struct pdf_value *is, const char *page)
{
	size_t na = pdf_is(was, PDF_ARRAY) ? was->count : 0;
	size_t nb = pdf_is(is, PDF_ARRAY) ? is->count : 0, same = 0, next;

	while (same < na && same < nb &&
		pdf_diff_same(&was->items[same], &is->items[same]))
		same++;
	if (na - same > 10000 || nb - same > 10000) {
		pdf_diff_add(d, PDF_CHANGE_PAGE, 0, page);
		return true;
	}
	for (size_t i = same; i < na; i++)
		if (!holds(is, &was->items[i]))
			pdf_diff_add(d, PDF_CHANGE_ANNOTATION_REMOVED, 0, page);
	next = same;
	for (size_t i = same; i < nb; i++) {
		const struct pdf_value *x = &is->items[i];

		if (holds(was, x)) {
			if (!keeps_order(was, na, x, &next))
				pdf_diff_add(d, PDF_CHANGE_ANNOTATION_CHANGED, 0, page);
			continue;
		}
		if (x->kind == PDF_REF && is_fresh(d, x->num))
			continue;
		pdf_diff_add(d, PDF_CHANGE_ANNOTATION_ADDED,
			x->kind == PDF_REF ? x->num : 0, page);
		if (!pdf_diff_take_new(d, x))
			return false;
	}
	return true;
}

static bool check_annots(struct pdf_diff *d, const struct pdf_value *was,
	const struct pdf_value *is, const char *page)
{
	const struct pdf_value *at = pdf_find(is, "Annots");
	struct pdf_value a, b;

	if (!pdf_get(d->before, d->a, was, "Annots", &a, d->e) ||
		!pdf_get(d->after, d->a, is, "Annots", &b, d->e) ||
		!compare_annots(d, &a, &b, page))
		return false;
	if (pdf_is(at, PDF_REF) &&
		(!pdf_diff_was_used(d, at->num) ||
			pdf_role_of(d->roles, at->num) == PDF_ROLE_ANNOTS))
		pdf_diff_done(d, at->num);
	return true;
}

/* --- one page -------------------------------------------------------------------------
 */

/* Does the value lead to an object that was there before and is new to the page? */
static bool leads_to_old(struct pdf_diff *d, const struct pdf_key_change *k)
{
	const struct pdf_value *is = k->is;

	if (pdf_is(is, PDF_REF))
		return pdf_diff_was_used(d, is->num) && !pdf_diff_is_touched(d, is->num);
	for (size_t i = 0; pdf_is(is, PDF_ARRAY) && i < is->count; i++)
		if (is->items[i].kind == PDF_REF && !holds(k->was, &is->items[i]) &&
			!pdf_diff_same(k->was, &is->items[i]) &&
			pdf_diff_was_used(d, is->items[i].num))
			return true;
	return false;
}

static bool is_shorter(const struct pdf_key_change *k)
{
	if (!k->is || k->is->kind == PDF_NULL)
		return true;
	if (!pdf_is(k->was, PDF_ARRAY))
		return false;
	if (k->is->kind == PDF_ARRAY) {
		for (size_t i = 0; i < k->is->count; i++)
			if (!holds(k->was, &k->is->items[i]))
				return false;
		return k->is->count < k->was->count;
	}
	return holds(k->was, k->is);
}

static enum pdf_change_kind kind_of_key(
	struct pdf_diff *d, const struct pdf_key_change *k)
{
	static const char *const sizes[] = {"MediaBox", "CropBox", "Rotate", "UserUnit",
		"BleedBox", "TrimBox", "ArtBox"};

	for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
		if (pdf_key_is(k, sizes[i]))
			return PDF_CHANGE_PAGE_ATTRIBUTES;
	if (pdf_key_is(k, "Contents")) {
		if (is_shorter(k))
			return PDF_CHANGE_HIDE;
		return leads_to_old(d, k) ? PDF_CHANGE_HIDE_AND_REPLACE
					  : PDF_CHANGE_PAGE_CONTENT;
	}
	if (pdf_key_is(k, "Resources"))
		return PDF_CHANGE_RESOURCES;
	if (pdf_key_is(k, "AA"))
		return PDF_CHANGE_OPEN_ACTION;
	if (pdf_key_is(k, "LastModified") || pdf_key_is(k, "PieceInfo"))
		return PDF_CHANGE_METADATA;
	return PDF_CHANGE_PAGE;
}

static bool compare_page(struct pdf_diff *d, uint32_t num, size_t index)
{
	const char *name = arena_printf(d->a, "%zu", index + 1);
	struct pdf_key_change k;
	struct pdf_value was, is;
	size_t at = 0;

	if (!pdf_diff_was(d, num, &was) || !pdf_diff_is(d, num, &is))
		return false;
	while (pdf_diff_next(&was, &is, &at, &k)) {
		if (pdf_key_is(&k, "Annots"))
			continue;
		pdf_diff_add(d, kind_of_key(d, &k), num, name);
		if (!pdf_diff_take_new(d, k.is))
			return false;
	}
	pdf_diff_done(d, num);
	return check_annots(d, &was, &is, name);
}

/* An array of annotations that is an object of its own may change without its page. */
static bool compare_loose_annots(struct pdf_diff *d, struct pdf_touched *x)
{
	struct pdf_value was, is;

	x->done = true;
	return pdf_diff_was(d, x->num, &was) && pdf_diff_is(d, x->num, &is) &&
	       compare_annots(d, &was, &is, "");
}

/* --- which pages ----------------------------------------------------------------------
 */

/* References of all pages, in order. */
static bool list_pages(struct pdf_diff *d, struct pdf *p, uint32_t **out, size_t *n)
{
	size_t count;

	if (!pdf_pages(p, &count, d->e))
		return false;
	*out = ARENA_ARRAY(d->a, count, uint32_t);
	for (size_t i = 0; i < count; i++)
		(*out)[i] = pdf_page_number(p, i);
	*n = count;
	return true;
}

static bool compare_lists(struct pdf_diff *d, bool *same)
{
	uint32_t *was, *is;
	size_t na, nb;
	bool added = false, removed = false;

	if (!list_pages(d, d->before, &was, &na) || !list_pages(d, d->after, &is, &nb))
		return false;
	for (size_t i = 0; i < nb; i++)
		added = added || pdf_page_index(d->before, is[i]) == SIZE_MAX;
	for (size_t i = 0; i < na; i++)
		removed = removed || pdf_page_index(d->after, was[i]) == SIZE_MAX;
	if (added && removed && na == nb)
		pdf_diff_add(d, PDF_CHANGE_HIDE_AND_REPLACE, 0, "");
	if (added)
		pdf_diff_add(d, PDF_CHANGE_PAGE_ADDED, 0, "");
	if (removed)
		pdf_diff_add(d, PDF_CHANGE_PAGE_REMOVED, 0, "");
	*same = !added && !removed;
	for (size_t i = 0; *same && i < na; i++)
		*same = was[i] == is[i];
	if (!added && !removed && !*same)
		pdf_diff_add(d, PDF_CHANGE_PAGE_ORDER, 0, "");
	return true;
}

/* A node of the page tree: attributes that pages inherit. */
static bool compare_node(struct pdf_diff *d, struct pdf_touched *x)
{
	struct pdf_value was, is;
	struct pdf_key_change k;
	size_t at = 0;

	x->done = true;
	if (!pdf_diff_was(d, x->num, &was) || !pdf_diff_is(d, x->num, &is))
		return false;
	while (pdf_diff_next(&was, &is, &at, &k)) {
		if (pdf_key_is(&k, "Kids") || pdf_key_is(&k, "Count"))
			continue;
		pdf_diff_add(d, kind_of_key(d, &k), x->num, "");
		if (!pdf_diff_take_new(d, k.is))
			return false;
	}
	return pdf_diff_take_new(d, pdf_find(&is, "Kids"));
}

static bool is_tree_touched(const struct pdf_diff *d)
{
	for (size_t i = 0; i < d->n; i++) {
		enum pdf_role role = pdf_role_of(d->roles, d->items[i].num);

		if (d->items[i].was && role == PDF_ROLE_PAGE_TREE)
			return true;
	}
	return !pdf_diff_same(
		pdf_find(&d->root_was, "Pages"), pdf_find(&d->root_is, "Pages"));
}

bool pdf_diff_pages(struct pdf_diff *d)
{
	bool same, any = false;
	size_t count;

	for (size_t i = 0; i < d->n; i++)
		any = any || pdf_role_of(d->roles, d->items[i].num) == PDF_ROLE_PAGE;
	if (is_tree_touched(d) && !compare_lists(d, &same))
		return false;
	if (any && !pdf_pages(d->before, &count, d->e))
		return false;
	for (size_t i = 0; i < d->n; i++) {
		struct pdf_touched *x = &d->items[i];
		enum pdf_role role = pdf_role_of(d->roles, x->num);
		bool ok = true;

		if (x->done || !pdf_diff_was_used(d, x->num))
			continue;
		if (role == PDF_ROLE_PAGE)
			ok = compare_page(d, x->num, pdf_page_index(d->before, x->num));
		else if (role == PDF_ROLE_PAGE_TREE)
			ok = compare_node(d, x);
		else if (role == PDF_ROLE_ANNOTS)
			ok = compare_loose_annots(d, x);
		if (!ok)
			return false;
	}
	return true;
}
