/* pdf_diff_catalog: trailer and catalog of a later revision: what it may set there
 * (evidence, metadata, the form, which is judged by itself), and what it may not.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "doc/pdf_diff.h"

/* Keys of a trailer that say how the file is stored, not what it is. */
static bool is_of_storage(const struct pdf_key_change *k)
{
	static const char *const keys[] = {"Size", "Prev", "XRefStm", "Type", "W",
		"Index", "Length", "Filter", "DecodeParms", "ID", "DocChecksum", "DL"};

	for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
		if (pdf_key_is(k, keys[i]))
			return true;
	return false;
}

static bool check_trailer(struct pdf_diff *d)
{
	const struct pdf_value *was = pdf_trailer(d->before), *is = pdf_trailer(d->after);
	struct pdf_key_change k;
	size_t at = 0;

	while (pdf_diff_next(was, is, &at, &k)) {
		if (is_of_storage(&k) || pdf_key_is(&k, "Info"))
			continue;
		if (!pdf_key_is(&k, "Root"))
			pdf_diff_add(
				d, PDF_CHANGE_TRAILER, 0, arena_str(d->result, k.key));
		/* Another catalog: one that was there already was put there for this. */
		else if (pdf_is(k.is, PDF_REF) && pdf_diff_was_used(d, k.is->num))
			pdf_diff_add(d, PDF_CHANGE_HIDE_AND_REPLACE, k.is->num, "");
		else
			pdf_diff_add(d, PDF_CHANGE_CATALOG, 0, "Root");
	}
	return true;
}

/* A single object that may be replaced as a whole, provided that nothing else uses it. */
static bool take_object(struct pdf_diff *d, const struct pdf_value *v, enum pdf_role role,
	enum pdf_change_kind kind)
{
	struct pdf_touched *x = pdf_is(v, PDF_REF) ? pdf_diff_find(d, v->num) : NULL;
	struct pdf_value is;

	if (!x || x->done)
		return true;
	if (pdf_diff_was_used(d, x->num) && pdf_role_of(d->roles, x->num) != role)
		return true; /* left over: named by its role */
	x->done = true;
	pdf_diff_add(d, kind, 0, "");
	return pdf_diff_is(d, x->num, &is) && pdf_diff_take_new(d, &is);
}

static bool check_metadata(struct pdf_diff *d)
{
	const struct pdf_value *info_was = pdf_find(pdf_trailer(d->before), "Info");
	const struct pdf_value *info_is = pdf_find(pdf_trailer(d->after), "Info");
	const struct pdf_value *was = pdf_find(&d->root_was, "Metadata");
	const struct pdf_value *is = pdf_find(&d->root_is, "Metadata");

	if (!pdf_diff_same(info_was, info_is) || !pdf_diff_same(was, is))
		pdf_diff_add(d, PDF_CHANGE_METADATA, 0, "");
	return take_object(d, info_is, PDF_ROLE_INFO, PDF_CHANGE_METADATA) &&
	       take_object(d, is, PDF_ROLE_METADATA, PDF_CHANGE_METADATA);
}

/* One object of the store that was there before: lists and dictionaries grow, what they
 * hold does not change. */
static bool take_dss_object(struct pdf_diff *d, const struct pdf_value *v, int depth);

static bool take_dss_value(struct pdf_diff *d, const struct pdf_value *v, int depth)
{
	bool ok = true;

	for (size_t i = 0; ok && v->kind == PDF_ARRAY && i < v->count; i++)
		ok = take_dss_object(d, &v->items[i], depth);
	for (size_t i = 0; ok && v->kind == PDF_DICT && i < v->count; i++)
		ok = take_dss_object(d, &v->entries[i].value, depth);
	return ok;
}

static bool take_dss_object(struct pdf_diff *d, const struct pdf_value *v, int depth)
{
	struct pdf_touched *x = pdf_is(v, PDF_REF) ? pdf_diff_find(d, v->num) : NULL;
	struct pdf_value is;

	if (depth > 6)
		return true;
	if (v->kind != PDF_REF)
		return take_dss_value(d, v, depth + 1);
	if (!pdf_diff_is(d, v->num, &is))
		return false;
	if (x && !x->done && pdf_diff_was_used(d, x->num) &&
		(pdf_role_of(d->roles, x->num) != PDF_ROLE_DSS || is.kind == PDF_STREAM))
		return true; /* left over */
	if (x)
		x->done = true;
	return take_dss_value(d, &is, depth + 1);
}

//= ETSI EN 319 142-1 §5.5: the store may be added and extended after any signature
static bool check_dss(struct pdf_diff *d)
{
	const struct pdf_value *was = pdf_find(&d->root_was, "DSS");
	const struct pdf_value *is = pdf_find(&d->root_is, "DSS");
	size_t done = 0, before = 0;

	if (!is)
		return true;
	for (size_t i = 0; i < d->n; i++)
		before += d->items[i].done;
	if (!take_dss_object(d, is, 0) || !pdf_diff_take_new(d, is))
		return false;
	for (size_t i = 0; i < d->n; i++)
		done += d->items[i].done;
	if (done > before || !pdf_diff_same(was, is))
		pdf_diff_add(d, PDF_CHANGE_DSS, 0, "");
	return true;
}

/* The key of the catalog and what a change of it is called. */
static const struct catalog_key {
	const char *key;
	enum pdf_change_kind kind;
} catalog_keys[] = {
	{"OCProperties", PDF_CHANGE_OPTIONAL_CONTENT},
	{"Names", PDF_CHANGE_NAMES},
	{"Dests", PDF_CHANGE_NAMES},
	{"OpenAction", PDF_CHANGE_OPEN_ACTION},
	{"AA", PDF_CHANGE_OPEN_ACTION},
	{"AF", PDF_CHANGE_EMBEDDED_FILE},
	{"Outlines", PDF_CHANGE_OUTLINE},
	{"StructTreeRoot", PDF_CHANGE_STRUCTURE},
	{"MarkInfo", PDF_CHANGE_STRUCTURE},
	{"Perms", PDF_CHANGE_PERMISSIONS},
	{"AcroForm", PDF_CHANGE_COUNT},
	{"DSS", PDF_CHANGE_COUNT},
	{"Metadata", PDF_CHANGE_COUNT},
	{"Version", PDF_CHANGE_COUNT},
	{"Extensions", PDF_CHANGE_COUNT},
};

static enum pdf_change_kind kind_of_key(const struct pdf_key_change *k)
{
	for (size_t i = 0; i < sizeof catalog_keys / sizeof *catalog_keys; i++)
		if (pdf_key_is(k, catalog_keys[i].key))
			return catalog_keys[i].kind;
	return PDF_CHANGE_CATALOG;
}

/* Names may gain a subtree: files or scripts. */
static void name_names(struct pdf_diff *d, const struct pdf_key_change *k)
{
	struct pdf_value was = {0}, is = {0};
	struct pdf_key_change inner;
	struct err e;
	size_t at = 0;

	if ((k->was && !pdf_resolve(d->before, d->a, k->was, &was, &e)) ||
		(k->is && !pdf_resolve(d->after, d->a, k->is, &is, &e)))
		return;
	while (pdf_diff_next(&was, &is, &at, &inner)) {
		if (pdf_key_is(&inner, "EmbeddedFiles"))
			pdf_diff_add(d, PDF_CHANGE_EMBEDDED_FILE, 0, "");
		else if (pdf_key_is(&inner, "JavaScript"))
			pdf_diff_add(d, PDF_CHANGE_JAVASCRIPT, 0, "");
	}
}

/* Extensions only name makers' additions to the format, and may grow with Version. */
static bool check_key(struct pdf_diff *d, const struct pdf_key_change *k)
{
	enum pdf_change_kind kind = kind_of_key(k);

	if (kind == PDF_CHANGE_COUNT) {
		if (pdf_key_is(k, "DSS") && !k->is)
			pdf_diff_add(d, PDF_CHANGE_CATALOG, 0, "DSS");
		return !pdf_key_is(k, "Extensions") || pdf_diff_take_new(d, k->is);
	}
	if (pdf_key_is(k, "Pages")) {
		kind = pdf_is(k->is, PDF_REF) && pdf_diff_was_used(d, k->is->num)
			       ? PDF_CHANGE_HIDE_AND_REPLACE
			       : PDF_CHANGE_REPLACE;
		pdf_diff_add(d, kind, 0, "");
		return true;
	}
	pdf_diff_add(d, kind, 0,
		kind == PDF_CHANGE_CATALOG ? arena_str(d->result, k->key) : "");
	if (kind == PDF_CHANGE_NAMES)
		name_names(d, k);
	return pdf_diff_take_new(d, k->is);
}

bool pdf_diff_catalog(struct pdf_diff *d)
{
	const struct pdf_value *root = pdf_find(pdf_trailer(d->after), "Root");
	struct pdf_key_change k;
	size_t at = 0;

	if (!check_trailer(d))
		return false;
	while (pdf_diff_next(&d->root_was, &d->root_is, &at, &k))
		if (!check_key(d, &k))
			return false;
	if (pdf_is(root, PDF_REF))
		pdf_diff_done(d, root->num);
	return check_metadata(d) && check_dss(d);
}
