/* pdf_diff_rest: objects of a later revision that nothing permitted accounts for: what
 * they are called goes by what they were for; and octets that are no objects at all.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "doc/pdf_diff.h"

#include <stdlib.h>

/* Annotation flags that keep it from being shown: invisible, hidden, no view. */
enum { FLAGS_HIDING = 1 | 2 | 32 };

enum {
	COMPARED_MAX = 64 << 20,
	PIECE = 32 << 10,
	GAP_MAX = 64 << 10,
	COMMENT_MAX = 1024
};

/* --- left over ------------------------------------------------------------------------
 */

static enum pdf_change_kind kind_of_role(enum pdf_role role)
{
	switch (role) {
	case PDF_ROLE_NONE:
		return PDF_CHANGE_UNREFERENCED;
	case PDF_ROLE_PAGE_TREE:
	case PDF_ROLE_PAGE:
		return PDF_CHANGE_PAGE;
	case PDF_ROLE_CONTENT:
		return PDF_CHANGE_PAGE_CONTENT;
	case PDF_ROLE_RESOURCES:
		return PDF_CHANGE_RESOURCES;
	case PDF_ROLE_FONT:
		return PDF_CHANGE_FONT;
	case PDF_ROLE_ANNOTS:
	case PDF_ROLE_ANNOTATION:
		return PDF_CHANGE_ANNOTATION_CHANGED;
	case PDF_ROLE_APPEARANCE:
		return PDF_CHANGE_APPEARANCE;
	case PDF_ROLE_FIELD:
	case PDF_ROLE_FIELDS:
		return PDF_CHANGE_FIELD_CHANGED;
	case PDF_ROLE_FORM:
		return PDF_CHANGE_FORM;
	case PDF_ROLE_VALUE:
		return PDF_CHANGE_WRAPPED;
	case PDF_ROLE_CATALOG:
	case PDF_ROLE_CATALOG_PART:
		return PDF_CHANGE_CATALOG;
	case PDF_ROLE_PERMISSIONS:
		return PDF_CHANGE_PERMISSIONS;
	case PDF_ROLE_OPTIONAL_CONTENT:
		return PDF_CHANGE_OPTIONAL_CONTENT;
	case PDF_ROLE_NAMES:
		return PDF_CHANGE_NAMES;
	case PDF_ROLE_EMBEDDED:
		return PDF_CHANGE_EMBEDDED_FILE;
	case PDF_ROLE_ACTION:
		return PDF_CHANGE_OPEN_ACTION;
	case PDF_ROLE_OUTLINE:
		return PDF_CHANGE_OUTLINE;
	case PDF_ROLE_STRUCTURE:
		return PDF_CHANGE_STRUCTURE;
	case PDF_ROLE_METADATA:
	case PDF_ROLE_INFO:
	case PDF_ROLE_DSS:
	case PDF_ROLE_TRAILER:
	case PDF_ROLE_COUNT:
		return PDF_CHANGE_REPLACE;
	}
	return PDF_CHANGE_REPLACE;
}

static bool same_data(
	struct pdf_diff *d, const struct pdf_data *a, const struct pdf_data *b, bool *out)
{
	uint8_t x[PIECE], y[PIECE];

	*out = a->n == b->n && a->n <= COMPARED_MAX;
	for (uint64_t at = 0; *out && at < a->n; at += PIECE) {
		size_t n = a->n - at < PIECE ? (size_t)(a->n - at) : PIECE;

		if (!source_read(pdf_source(d->before), a->at + at, x, n, d->e) ||
			!source_read(pdf_source(d->after), b->at + at, y, n, d->e))
			return false;
		*out = bytes_equal(bytes_make(x, n), bytes_make(y, n));
	}
	return true;
}

/* Written once more as it was. */
static bool is_rewritten(struct pdf_diff *d, const struct pdf_touched *x, bool *out)
{
	struct pdf_value was, is;

	*out = false;
	if (!pdf_diff_was_used(d, x->num))
		return true;
	if (!pdf_diff_was(d, x->num, &was) || !pdf_diff_is(d, x->num, &is))
		return false;
	if (was.kind == PDF_STREAM && is.kind == PDF_STREAM) {
		if (!same_data(d, was.data, is.data, out))
			return false;
		was.kind = is.kind = PDF_DICT;
		*out = *out && pdf_diff_same(&was, &is);
		return true;
	}
	*out = pdf_diff_same(&was, &is);
	return true;
}

static bool is_hiding(struct pdf_diff *d, const struct pdf_touched *x)
{
	const struct pdf_value *f;
	struct pdf_value is;

	if (!pdf_diff_is(d, x->num, &is))
		return false;
	f = pdf_find(&is, "F");
	return pdf_is(f, PDF_INT) && (f->integer & FLAGS_HIDING);
}

static bool name_left_over(struct pdf_diff *d, struct pdf_touched *x)
{
	enum pdf_role role = pdf_role_of(d->roles, x->num);
	enum pdf_change_kind kind = kind_of_role(role);
	struct pdf_value is, only;
	bool same;

	if (!is_rewritten(d, x, &same))
		return false;
	if (same) {
		pdf_diff_add(d, PDF_CHANGE_REWRITTEN, 0, "");
		return true;
	}
	/* What nothing leads to may be what everything lives in: an object stream, or the
	 * length of one. Nobody has reason to write such a thing anew. */
	if (role == PDF_ROLE_NONE && pdf_diff_was_used(d, x->num))
		kind = PDF_CHANGE_SHADOW;
	if (role == PDF_ROLE_ANNOTATION && is_hiding(d, x))
		kind = PDF_CHANGE_HIDE;
	pdf_diff_add(d, kind, x->num, "");
	only = pdf_make_ref(x->num, 0);
	return pdf_diff_is(d, x->num, &is) && pdf_diff_take_new(d, &is) &&
	       pdf_diff_take_new(d, &only);
}

/* What was in use first: new objects may belong to it. */
bool pdf_diff_rest(struct pdf_diff *d)
{
	for (int new = 0; new < 2; new ++)
		for (size_t i = 0; i < d->n; i++) {
			struct pdf_touched *x = &d->items[i];

			if (x->done || pdf_diff_was_used(d, x->num) == (new == 1))
				continue;
			x->done = true;
			if (!name_left_over(d, x))
				return false;
		}
	return true;
}

/* --- octets ---------------------------------------------------------------------------
 */

struct extent {
	uint64_t at, end;
};

static int compare_extents(const void *a, const void *b)
{
	const struct extent *x = a, *y = b;

	if (x->at != y->at)
		return x->at < y->at ? -1 : 1;
	return x->end < y->end ? -1 : x->end > y->end;
}

/* White space, and comments of makers. */
static bool is_blank(struct pdf_diff *d, uint64_t at, uint64_t end, bool *out)
{
	size_t n = (size_t)(end - at), comment = 0;
	bool within = false;
	uint8_t *p;

	*out = end - at <= GAP_MAX;
	if (!*out || n == 0)
		return true;
	p = arena_alloc(d->a, n);
	if (!source_read(pdf_source(d->after), at, p, n, d->e))
		return false;
	for (size_t i = 0; i < n && *out; i++) {
		within = within ? p[i] != '\n' && p[i] != '\r' : p[i] == '%';
		comment += within;
		*out = (within || pdf_is_space(p[i])) && comment <= COMMENT_MAX;
	}
	return true;
}

/* Every octet of the revision belongs to an object of it, to its cross-reference or to
 * its end; and none to two. */
bool pdf_diff_octets(struct pdf_diff *d)
{
	const struct pdf_revision *r = d->revision;
	struct extent *list = ARENA_ARRAY(d->a, r->count + 3, struct extent);
	uint64_t at = r->begin;
	size_t n = 0;
	bool blank = true;

	for (size_t i = 0; i < r->count; i++) {
		bool found;

		if (r->entries[i].kind != PDF_ENTRY_PLAIN ||
			r->entries[i].where < r->begin)
			continue;
		if (!pdf_extent(d->after, r->entries[i].num, &list[n].at, &list[n].end,
			    &found, d->e))
			return false;
		n += found && list[n].at != r->xref_at && list[n].at != r->stream_at;
	}
	list[n++] = (struct extent){r->xref_at, r->xref_end};
	if (r->stream_at)
		list[n++] = (struct extent){r->stream_at, r->stream_end};
	qsort(list, n, sizeof *list, compare_extents);
	for (size_t i = 0; i < n && blank; i++) {
		if (list[i].at < at) {
			blank = false;
			break;
		}
		if (!is_blank(d, at, list[i].at, &blank))
			return false;
		at = list[i].end;
	}
	if (!blank || at != r->xref_end)
		pdf_diff_add(d, PDF_CHANGE_HIDDEN_OCTETS, 0, "");
	return true;
}
