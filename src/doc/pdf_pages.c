/* pdf_pages: the page tree, walked as it stands. See pdf.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "doc/pdf_private.h"

#include <stdlib.h>

enum { LEVELS_MAX = 64, NODES_MAX = 2 * PDF_PAGES_MAX };

struct walk {
	struct pdf *p;
	struct pdf_ref *pages;
	size_t n, cap, nodes;
	uint32_t path[LEVELS_MAX];
};

static bool add_page(struct walk *w, struct pdf_ref ref, struct err *e)
{
	if (w->n == PDF_PAGES_MAX)
		return err_set(
			e, ERR_TOO_LARGE, "PDF: more than %d pages", PDF_PAGES_MAX);
	if (w->n == w->cap) {
		size_t cap = w->cap ? 2 * w->cap : 64;

		w->pages = mem_resize(
			w->pages, w->cap * sizeof *w->pages, cap * sizeof *w->pages);
		w->cap = cap;
	}
	w->pages[w->n++] = ref;
	return true;
}

static bool walk_node(
	struct walk *w, const struct pdf_value *node, int level, struct err *e);

static bool walk_kids(
	struct walk *w, const struct pdf_value *kids, int level, struct err *e)
{
	for (size_t i = 0; i < kids->count; i++)
		if (!walk_node(w, &kids->items[i], level, e))
			return false;
	return true;
}

static bool walk_node(
	struct walk *w, const struct pdf_value *node, int level, struct err *e)
{
	AUTO(arena) a = arena_new();
	struct pdf_value v, kids;

	//= ISO 32000-1 §7.7.3.2: nodes and leaves are indirect objects
	if (node->kind != PDF_REF)
		return err_set(e, ERR_MALFORMED, "PDF: a page that is no object");
	if (level == LEVELS_MAX || ++w->nodes > NODES_MAX)
		return err_set(e, ERR_TOO_LARGE, "PDF: a page tree beyond all bounds");
	for (int i = 0; i < level; i++)
		if (w->path[i] == node->num)
			return err_set(
				e, ERR_MALFORMED, "PDF: a page tree that is a circle");
	w->path[level] = node->num;
	if (!pdf_resolve(w->p, a, node, &v, e) || !pdf_get(w->p, a, &v, "Kids", &kids, e))
		return err_in(e, "page tree");
	if (v.kind != PDF_DICT)
		return err_set(e, ERR_MALFORMED, "PDF: a page that is none, object %u",
			node->num);
	if (kids.kind == PDF_ARRAY && !pdf_is_name(pdf_find(&v, "Type"), "Page"))
		return walk_kids(w, &kids, level + 1, e);
	return add_page(w, (struct pdf_ref){node->num, node->gen}, e);
}

static int compare_entries(const void *a, const void *b)
{
	const struct pdf_xref_entry *x = a, *y = b;

	return x->num < y->num ? -1 : x->num > y->num;
}

static bool index_pages(struct pdf *p, struct err *e)
{
	p->pages_by_num = mem_alloc((p->page_count + 1) * sizeof *p->pages_by_num);
	for (size_t i = 0; i < p->page_count; i++)
		p->pages_by_num[i] = (struct pdf_xref_entry){
			.num = p->pages[i].num, .where = (uint32_t)i};
	qsort(p->pages_by_num, p->page_count, sizeof *p->pages_by_num, compare_entries);
	for (size_t i = 1; i < p->page_count; i++)
		if (p->pages_by_num[i].num == p->pages_by_num[i - 1].num)
			return err_set(e, ERR_MALFORMED, "PDF: a page that stands twice");
	return true;
}

bool pdf_pages(struct pdf *p, size_t *count, struct err *e)
{
	struct walk w = {.p = p};
	AUTO(arena) a = arena_new();
	struct pdf_value root;
	const struct pdf_value *top;
	bool ok;

	if (p->pages_known) {
		*count = p->page_count;
		return true;
	}
	if (!pdf_root(p, a, &root, e))
		return false;
	top = pdf_find(&root, "Pages");
	if (!top)
		return err_set(e, ERR_MALFORMED, "PDF: no pages");
	ok = walk_node(&w, top, 0, e);
	mem_free(p->pages);
	mem_free(p->pages_by_num);
	p->pages = w.pages;
	p->page_count = w.n;
	p->pages_by_num = NULL;
	if (!ok || !index_pages(p, e))
		return false;
	p->pages_known = true;
	*count = p->page_count;
	return true;
}

uint32_t pdf_page_number(const struct pdf *p, size_t index)
{
	return p->pages[index].num;
}

size_t pdf_page_index(const struct pdf *p, uint32_t num)
{
	struct pdf_xref_entry key = {.num = num};
	const struct pdf_xref_entry *x =
		p->pages_by_num ? bsearch(&key, p->pages_by_num, p->page_count,
					  sizeof key, compare_entries)
				: NULL;

	return x ? x->where : SIZE_MAX;
}

/* A page attribute: the page's own, else the nearest ancestor's. */
static bool inherited(struct pdf *p, struct arena *a, const struct pdf_value *page,
	const char *key, struct pdf_value *out, struct err *e)
{
	struct pdf_value node = *page;

	for (int i = 0; i < LEVELS_MAX; i++) {
		if (!pdf_get(p, a, &node, key, out, e))
			return false;
		if (out->kind != PDF_NULL)
			return true;
		if (!pdf_get(p, a, &node, "Parent", &node, e))
			return false;
		if (node.kind != PDF_DICT)
			return true;
	}
	return err_set(e, ERR_MALFORMED, "PDF: a page tree that is a circle");
}

/* Four numbers, sorted; false when it is no rectangle with an inside. */
static bool rectangle(struct pdf *p, struct arena *a, const struct pdf_value *v,
	double out[4], struct err *e)
{
	double n[4];

	if (v->kind != PDF_ARRAY || v->count != 4)
		return false;
	for (size_t i = 0; i < 4; i++) {
		struct pdf_value x;

		if (!pdf_resolve(p, a, &v->items[i], &x, e) ||
			(x.kind != PDF_INT && x.kind != PDF_REAL))
			return false;
		n[i] = pdf_number(&x);
		if (n[i] < -1e7 || n[i] > 1e7)
			return false;
	}
	out[0] = n[0] < n[2] ? n[0] : n[2];
	out[1] = n[1] < n[3] ? n[1] : n[3];
	out[2] = n[0] < n[2] ? n[2] : n[0];
	out[3] = n[1] < n[3] ? n[3] : n[1];
	return out[2] > out[0] && out[3] > out[1];
}

static bool read_boxes(
	struct pdf *p, struct arena *a, struct pdf_page *page, struct err *e)
{
	struct pdf_value media, crop;
	double box[4];

	if (!inherited(p, a, &page->dict, "MediaBox", &media, e) ||
		!inherited(p, a, &page->dict, "CropBox", &crop, e))
		return false;
	//= ISO 32000-1 §7.7.3.3: MediaBox is required; without a CropBox all of it is shown
	if (!rectangle(p, a, &media, page->media, e))
		return err_set(e, ERR_MALFORMED, "PDF: a page without a size");
	for (int i = 0; i < 4; i++)
		page->crop[i] = page->media[i];
	if (crop.kind == PDF_NULL)
		return true;
	if (!rectangle(p, a, &crop, box, e))
		return err_set(e, ERR_MALFORMED, "PDF: a page with a wrong CropBox");
	for (int i = 0; i < 2; i++) {
		double low = box[i] > page->media[i] ? box[i] : page->media[i];
		double high =
			box[i + 2] < page->media[i + 2] ? box[i + 2] : page->media[i + 2];

		/* One that misses the page altogether is ignored by viewers. */
		if (low < high) {
			page->crop[i] = low;
			page->crop[i + 2] = high;
		}
	}
	return true;
}

bool pdf_page(
	struct pdf *p, struct arena *a, size_t index, struct pdf_page *out, struct err *e)
{
	struct pdf_page page = {.unit = 1};
	struct pdf_value rotate, unit;
	size_t count;

	if (!pdf_pages(p, &count, e))
		return false;
	if (index >= count)
		return err_set(e, ERR_NOT_FOUND, "PDF: no page %zu, there are %zu",
			index + 1, count);
	page.ref = p->pages[index];
	if (!pdf_object(p, a, page.ref, &page.dict, e) ||
		!inherited(p, a, &page.dict, "Resources", &page.resources, e) ||
		!inherited(p, a, &page.dict, "Rotate", &rotate, e) ||
		!pdf_get(p, a, &page.dict, "UserUnit", &unit, e) ||
		!read_boxes(p, a, &page, e))
		return err_in(e, "page %zu", index + 1);
	//= ISO 32000-1 §7.7.3.3: Rotate is a multiple of 90, clockwise
	if (rotate.kind == PDF_INT && rotate.integer % 90 == 0)
		page.rotate = (int)((rotate.integer % 360 + 360) % 360);
	else if (rotate.kind != PDF_NULL)
		return err_set(e, ERR_MALFORMED, "PDF: a page turned by a crooked angle");
	if ((unit.kind == PDF_INT || unit.kind == PDF_REAL) && pdf_number(&unit) > 0)
		page.unit = pdf_number(&unit);
	*out = page;
	return true;
}

void pdf_page_mm(const struct pdf_page *page, const double rect[4], double out[4])
{
	const double mm = 25.4 / 72 * page->unit;
	double left = rect[0] < rect[2] ? rect[0] : rect[2];
	double right = rect[0] < rect[2] ? rect[2] : rect[0];
	double bottom = rect[1] < rect[3] ? rect[1] : rect[3];
	double top = rect[1] < rect[3] ? rect[3] : rect[1];
	double w = right - left, h = top - bottom;
	double x = left - page->crop[0], y = page->crop[3] - top;
	double from_right = page->crop[2] - right, from_below = bottom - page->crop[1];
	bool is_turned = page->rotate == 90 || page->rotate == 270;

	if (page->rotate == 90) {
		out[0] = from_below * mm;
		out[1] = x * mm;
	} else if (page->rotate == 180) {
		out[0] = from_right * mm;
		out[1] = from_below * mm;
	} else if (page->rotate == 270) {
		out[0] = y * mm;
		out[1] = from_right * mm;
	} else {
		out[0] = x * mm;
		out[1] = y * mm;
	}
	out[2] = (is_turned ? h : w) * mm;
	out[3] = (is_turned ? w : h) * mm;
}
