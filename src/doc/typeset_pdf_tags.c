/* typeset_pdf_tags: structure and outline of a PDF.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdlib.h>

#include "doc/typeset_pdf.h"

/* The order of reading: elements by where they first stand. */
struct place {
	size_t first; /* the first piece of it or of what is in it */
	int elem;
	size_t *pieces; /* its own, in order */
	size_t pieces_n;
};

struct tree {
	struct pdfout *p;
	struct place *places; /* of each element */
	int *kids;            /* elements ordered by parent, then by place */
	size_t *kids_at;      /* where those of each element begin; one more */
};

static int kid_compare(const void *a, const void *b, void *tree)
{
	const struct tree *t = tree;
	int x = *(const int *)a, y = *(const int *)b;
	int px = t->p->t->elems[x].parent, py = t->p->t->elems[y].parent;

	if (px != py)
		return px < py ? -1 : 1;
	if (t->places[x].first != t->places[y].first)
		return t->places[x].first < t->places[y].first ? -1 : 1;
	return x < y ? -1 : x > y;
}

static void places_find(struct tree *t)
{
	struct pdfout *p = t->p;
	size_t n = p->t->elems_n;
	size_t *own = ARENA_ARRAY(p->arena, p->pieces_n, size_t), at = 0;

	for (size_t i = 0; i < n; i++)
		t->places[i].first = SIZE_MAX;
	for (size_t i = 0; i < p->pieces_n; i++) {
		struct place *place = &t->places[p->pieces[i].elem];

		if (!place->pieces_n++)
			place->first = i;
	}
	for (size_t i = 0; i < n; i++) {
		t->places[i].pieces = own + at;
		at += t->places[i].pieces_n;
		t->places[i].pieces_n = 0;
	}
	for (size_t i = 0; i < p->pieces_n; i++) {
		struct place *place = &t->places[p->pieces[i].elem];

		place->pieces[place->pieces_n++] = i;
	}
	/* A parent comes before its children, so backwards each is done in time. An
	 * element without content stands where the one after it does. */
	for (size_t i = n; i-- > 1;) {
		struct place *up = &t->places[p->t->elems[i].parent];

		if (t->places[i].first == SIZE_MAX && i + 1 < n &&
			p->t->elems[i + 1].parent == p->t->elems[i].parent)
			t->places[i].first = t->places[i + 1].first;
		if (t->places[i].first < up->first)
			up->first = t->places[i].first;
	}
}

static void kids_find(struct tree *t)
{
	size_t n = t->p->t->elems_n, at = 0;

	for (size_t i = 1; i < n; i++)
		t->kids[i - 1] = (int)i;
	qsort_r(t->kids, n - 1, sizeof *t->kids, kid_compare, t);
	for (size_t i = 0; i < n; i++) {
		t->kids_at[i] = at;
		while (at + 1 < n && t->p->t->elems[t->kids[at]].parent == (int)i)
			at++;
	}
	t->kids_at[n] = at;
}

static const char *tag_of(struct pdfout *p, const struct page_elem *elem)
{
	static const char *const names[] = {[ELEM_DOCUMENT] = "Document",
		[ELEM_HEADING] = "H",
		[ELEM_PARAGRAPH] = "P",
		[ELEM_TABLE] = "Table",
		[ELEM_ROW] = "TR",
		[ELEM_HEAD_CELL] = "TH",
		[ELEM_CELL] = "TD",
		[ELEM_FIGURE] = "Figure"};

	return elem->kind == ELEM_HEADING ? arena_printf(p->arena, "H%u", elem->level)
					  : names[elem->kind];
}

static bool kids_put(const struct tree *t, size_t i, struct err *e)
{
	struct pdfout *p = t->p;
	const struct place *place = &t->places[i];

	for (size_t k = 0; k < place->pieces_n; k++) {
		const struct pdfout_piece *piece = &p->pieces[place->pieces[k]];

		if (!pdfout_put(p, e, " << /Type /MCR /Pg %u 0 R /MCID %u >>",
			    p->page_ids[piece->page], piece->mcid))
			return false;
	}
	for (size_t k = t->kids_at[i]; k < t->kids_at[i + 1]; k++)
		if (!pdfout_put(p, e, " %u 0 R", p->elem_ids[t->kids[k]]))
			return false;
	return true;
}

static bool elem_put(const struct tree *t, size_t i, struct err *e)
{
	struct pdfout *p = t->p;
	const struct page_elem *elem = &p->t->elems[i];

	if (!pdfout_put(p, e, "<< /Type /StructElem /S /%s /P %u 0 R", tag_of(p, elem),
		    elem->parent < 0 ? p->root : p->elem_ids[elem->parent]))
		return false;
	//= ISO 32000-1 §14.9.3: alternate descriptions of figures
	if (elem->kind == ELEM_FIGURE &&
		(!pdfout_put(p, e, " /Alt ") ||
			!pdfout_put_text(p, bytes_str(elem->label), e)))
		return false;
	//= ISO 32000-1 §14.8.5.7: the scope of head cells
	if (elem->kind == ELEM_HEAD_CELL &&
		!pdfout_put(p, e, " /A << /O /Table /Scope /Column >>"))
		return false;
	return pdfout_put(p, e, " /K [") && kids_put(t, i, e) &&
	       pdfout_put(p, e, " ] >>") && pdfout_object(p, p->elem_ids[i], e);
}

/* From each page's marked content back to its elements. */
static bool parents_put(struct pdfout *p, struct err *e)
{
	if (!pdfout_put(p, e, "<< /Nums ["))
		return false;
	for (size_t i = 0; i < p->t->pages_n; i++) {
		if (!pdfout_put(p, e, " %zu [", i))
			return false;
		for (size_t k = p->page_pieces[i]; k < p->page_pieces[i + 1]; k++)
			if (!pdfout_put(p, e, " %u 0 R", p->elem_ids[p->pieces[k].elem]))
				return false;
		if (!pdfout_put(p, e, " ]\n"))
			return false;
	}
	return pdfout_put(p, e, " ] >>") && pdfout_object(p, p->parents, e);
}

bool pdfout_tags_put(struct pdfout *p, struct err *e)
{
	size_t n = p->t->elems_n;
	struct tree t = {.p = p,
		.places = ARENA_ARRAY(p->arena, n, struct place),
		.kids = ARENA_ARRAY(p->arena, n, int),
		.kids_at = ARENA_ARRAY(p->arena, n + 1, size_t)};

	places_find(&t);
	kids_find(&t);
	for (size_t i = 0; i < n; i++)
		if (!elem_put(&t, i, e))
			return false;
	return parents_put(p, e) &&
	       pdfout_put(p, e,
		       "<< /Type /StructTreeRoot /K %u 0 R /ParentTree %u 0 R "
		       "/ParentTreeNextKey %zu >>",
		       p->elem_ids[0], p->parents, p->t->pages_n) &&
	       pdfout_object(p, p->root, e);
}

/* One entry of the outline, while it is put together. */
struct entry {
	int elem;
	unsigned level, number;
	size_t parent, previous, next, first, last, count; /* entries, from 1; 0: none */
};

/* Each heading stands under the last one of a lower level. */
static void entries_link(struct entry *list, size_t n)
{
	for (size_t i = 1; i <= n; i++) {
		struct entry *up;
		size_t parent = i - 1;

		while (parent && list[parent].level >= list[i].level)
			parent = list[parent].parent;
		up = &list[parent];
		list[i].parent = parent;
		list[i].previous = up->last;
		if (up->last)
			list[up->last].next = i;
		else
			up->first = i;
		up->last = i;
		up->count++;
	}
}

static bool link_put(struct pdfout *p, const char *key, const struct entry *list,
	size_t i, struct err *e)
{
	return !i || pdfout_put(p, e, " /%s %u 0 R", key, list[i].number);
}

static bool entry_put(struct pdfout *p, const struct entry *list, size_t i, struct err *e)
{
	const struct entry *it = &list[i];
	const struct page_elem *elem = &p->t->elems[it->elem];
	int64_t y = pdfout_points(PAPER_HEIGHT - elem->y + 2000);

	return pdfout_put(p, e, "<< /Title ") &&
	       pdfout_put_text(p, bytes_str(elem->label), e) &&
	       pdfout_put(p, e,
		       " /Parent %u 0 R /Dest [ %u 0 R /XYZ 0 %lld null ] /SE %u 0 R",
		       list[it->parent].number, p->page_ids[elem->page],
		       (long long)y / 10000, p->elem_ids[it->elem]) &&
	       link_put(p, "Prev", list, it->previous, e) &&
	       link_put(p, "Next", list, it->next, e) &&
	       link_put(p, "First", list, it->first, e) &&
	       link_put(p, "Last", list, it->last, e) &&
	       (!it->count || pdfout_put(p, e, " /Count -%zu", it->count)) &&
	       pdfout_put(p, e, " >>") && pdfout_object(p, it->number, e);
}

bool pdfout_outline_put(struct pdfout *p, struct err *e)
{
	const struct typeset *t = p->t;
	struct entry *list = ARENA_ARRAY(p->arena, t->elems_n + 1, struct entry);
	size_t n = 0;

	for (size_t i = 0; i < t->elems_n; i++)
		if (t->elems[i].kind == ELEM_HEADING)
			list[++n] = (struct entry){
				.elem = (int)i, .level = t->elems[i].level};
	if (!n)
		return true;
	for (size_t i = 0; i <= n; i++)
		list[i].number = pdfout_number(p);
	p->outlines = list[0].number;
	entries_link(list, n);
	for (size_t i = 1; i <= n; i++)
		if (!entry_put(p, list, i, e))
			return false;
	return pdfout_put(p, e, "<< /Type /Outlines") &&
	       link_put(p, "First", list, list[0].first, e) &&
	       link_put(p, "Last", list, list[0].last, e) &&
	       pdfout_put(p, e, " /Count %zu >>", list[0].count) &&
	       pdfout_object(p, p->outlines, e);
}
