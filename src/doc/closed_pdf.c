/* closed_pdf: a PDF as a whole: what acts, switches, leads outside or was there before.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "doc/closed_pdf.h"

#include <string.h>

#include "base/text.h"

enum { FIELDS_MAX = 10000, FIELD_DEPTH = 16 };

static const char *place(struct closed_pdf *w, const char *what, uint32_t n)
{
	return arena_printf(w->c->arena, "%s %u", what, (unsigned)n);
}

static void unreadable(struct closed_pdf *w, const char *where, const struct err *e)
{
	closed_found(w->c, CLOSED_UNREADABLE, where, e->text);
}

/* --- the file -------------------------------------------------------------------------
 */

static const struct pdf_xref_entry *entry_in(const struct pdf_revision *r, uint32_t num)
{
	size_t low = 0, high = r->count;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (r->entries[mid].num < num)
			low = mid + 1;
		else
			high = mid;
	}
	return low < r->count && r->entries[low].num == num ? &r->entries[low] : NULL;
}

bool closed_pdf_is_rewritten(const struct closed_pdf *w, uint32_t num)
{
	size_t times = 0;

	for (size_t i = 0; i < pdf_revisions(w->p); i++) {
		const struct pdf_xref_entry *x = entry_in(pdf_revision(w->p, i), num);

		times += x && x->kind != PDF_ENTRY_FREE;
	}
	return times > 1;
}

static void look_at_file(struct closed_pdf *w, struct source *file)
{
	size_t n = pdf_revisions(w->p);

	if (pdf_header_at(w->p))
		closed_found(w->c, CLOSED_CONTAINER, "%PDF", "gap");
	if (n && pdf_revision(w->p, n - 1)->end != source_size(file))
		closed_found(w->c, CLOSED_CONTAINER, "%%EOF", "gap");
	//= Protocols §3: two readers must not see two documents
	for (size_t i = 0; i < n; i++)
		if (pdf_revision(w->p, i)->kind == PDF_XREF_HYBRID)
			closed_found(
				w->c, CLOSED_CONTAINER, place(w, "xref", 0), "hybrid");
}

/* --- every object ---------------------------------------------------------------------
 */

static const struct {
	const char *action;
	enum closed_kind kind;
} actions[] = {
	{"JavaScript", CLOSED_ACTIVE},
	{"Launch", CLOSED_ACTIVE},
	{"SubmitForm", CLOSED_ACTIVE},
	{"ResetForm", CLOSED_ACTIVE},
	{"ImportData", CLOSED_ACTIVE},
	{"Rendition", CLOSED_ACTIVE},
	{"Movie", CLOSED_ACTIVE},
	{"Sound", CLOSED_ACTIVE},
	{"Hide", CLOSED_ACTIVE},
	{"Named", CLOSED_ACTIVE},
	{"Trans", CLOSED_ACTIVE},
	{"GoTo3DView", CLOSED_ACTIVE},
	{"RichMediaExecute", CLOSED_ACTIVE},
	{"SetOCGState", CLOSED_OPTIONAL},
	{"GoToR", CLOSED_EXTERNAL},
	{"GoToE", CLOSED_EXTERNAL},
	{"URI", CLOSED_EXTERNAL},
};

static void look_at_dict(
	struct closed_pdf *w, const struct pdf_value *v, const char *where)
{
	const struct pdf_value *s = pdf_find(v, "S");

	//= Protocols §3: no scripted and no external content
	for (size_t i = 0; pdf_is(s, PDF_NAME) && i < sizeof actions / sizeof *actions;
		i++)
		if (pdf_is_name(s, actions[i].action))
			closed_found(w->c, actions[i].kind, where, actions[i].action);
	if (pdf_find(v, "AA"))
		closed_found(w->c, CLOSED_ACTIVE, where, "AA");
	if (pdf_find(v, "JS"))
		closed_found(w->c, CLOSED_ACTIVE, where, "JS");
	if (pdf_find(v, "ActualText"))
		closed_found(w->c, CLOSED_NO_CHARACTER, where, "ActualText");
	if (v->kind == PDF_STREAM && pdf_find(v, "F"))
		closed_found(w->c, CLOSED_EXTERNAL, where, "F");
}

/* The depth is bounded by the reader. */
static void look_into(struct closed_pdf *w, const struct pdf_value *v, const char *where)
{
	if (pdf_is(v, PDF_ARRAY))
		for (uint32_t i = 0; i < v->count; i++)
			look_into(w, &v->items[i], where);
	if (!pdf_is_dict(v))
		return;
	look_at_dict(w, v, where);
	for (uint32_t i = 0; i < v->count; i++)
		look_into(w, &v->entries[i].value, where);
}

static bool look_at_objects(struct closed_pdf *w, struct err *e)
{
	size_t count;
	const struct pdf_xref_entry *entries = pdf_entries(w->p, &count);

	for (size_t i = 0; i < count; i++) {
		AUTO(arena) a = arena_new();
		struct pdf_ref ref = {entries[i].num, 0};
		struct pdf_value v;

		if (entries[i].kind == PDF_ENTRY_FREE)
			continue;
		if (entries[i].kind == PDF_ENTRY_PLAIN)
			ref.gen = (uint16_t)entries[i].extra;
		if (!pdf_object(w->p, a, ref, &v, e))
			return false;
		look_into(w, &v, place(w, "obj", ref.num));
	}
	return true;
}

/* --- the catalog ----------------------------------------------------------------------
 */

static bool get(struct closed_pdf *w, const struct pdf_value *dict, const char *key,
	struct pdf_value *out)
{
	struct err e;

	return pdf_get(w->p, w->c->arena, dict, key, out, &e) && out->kind != PDF_NULL;
}

/* Every field that is there to be filled in; fields of signatures are not. */
static void look_at_fields(struct closed_pdf *w, const struct pdf_value *list,
	bool is_signature, size_t depth, size_t *left)
{
	struct pdf_value field, type, kids;
	struct err e;

	for (uint32_t i = 0; pdf_is(list, PDF_ARRAY) && i < list->count; i++) {
		bool here = is_signature;

		if (!*left || depth == FIELD_DEPTH) {
			closed_found(w->c, CLOSED_FORM, "AcroForm", "Fields");
			return;
		}
		--*left;
		if (!pdf_resolve(w->p, w->c->arena, &list->items[i], &field, &e))
			continue;
		if (get(w, &field, "FT", &type))
			here = pdf_is_name(&type, "Sig");
		if (get(w, &field, "Kids", &kids))
			look_at_fields(w, &kids, here, depth + 1, left);
		else if (!here)
			closed_found(
				w->c, CLOSED_FORM, "AcroForm", place(w, "field", i + 1));
	}
}

/* Files that a name tree of the catalog lists; a page shows none of them. */
static void count_attachments(
	struct closed_pdf *w, const struct pdf_value *node, size_t depth)
{
	struct pdf_value list, kid;
	struct err e;

	if (depth == FIELD_DEPTH)
		return;
	if (get(w, node, "Names", &list) && pdf_is(&list, PDF_ARRAY))
		w->c->attachments += list.count / 2;
	if (!get(w, node, "Kids", &list) || !pdf_is(&list, PDF_ARRAY))
		return;
	for (uint32_t i = 0; i < list.count && i < 1000; i++)
		if (pdf_resolve(w->p, w->c->arena, &list.items[i], &kid, &e))
			count_attachments(w, &kid, depth + 1);
}

static bool look_at_catalog(struct closed_pdf *w, struct err *e)
{
	struct pdf_value root, v, inner;
	size_t left = FIELDS_MAX;

	if (!pdf_root(w->p, w->c->arena, &root, e))
		return false;
	//= Protocols §3: no optional and no form content
	if (get(w, &root, "OCProperties", &v))
		closed_found(w->c, CLOSED_OPTIONAL, "OCProperties", "");
	if (get(w, &root, "Collection", &v))
		closed_found(w->c, CLOSED_SEVERAL_DOCUMENTS, "Collection", "");
	if (get(w, &root, "Requirements", &v))
		closed_found(w->c, CLOSED_ACTIVE, "Requirements", "");
	if (get(w, &root, "NeedsRendering", &v))
		closed_found(w->c, CLOSED_FORM, "NeedsRendering", "");
	if (get(w, &root, "AcroForm", &v)) {
		if (get(w, &v, "XFA", &inner))
			closed_found(w->c, CLOSED_FORM, "AcroForm", "XFA");
		if (get(w, &v, "Fields", &inner))
			look_at_fields(w, &inner, false, 0, &left);
	}
	if (get(w, &root, "Names", &v)) {
		if (get(w, &v, "JavaScript", &inner))
			closed_found(w->c, CLOSED_ACTIVE, "Names", "JavaScript");
		if (get(w, &v, "EmbeddedFiles", &inner))
			count_attachments(w, &inner, 0);
	}
	return true;
}

/* --- pages ----------------------------------------------------------------------------
 */

static bool look_at_annotations(struct closed_pdf *w, size_t index, struct err *e)
{
	AUTO(arena) a = arena_new();
	struct pdf_value list, annotation, type, parent;
	const char *where = arena_printf(w->c->arena, "%zu", index + 1);
	struct pdf_page page;

	if (!pdf_page(w->p, a, index, &page, e) ||
		!pdf_get(w->p, a, &page.dict, "Annots", &list, e))
		return false;
	for (uint32_t i = 0; pdf_is(&list, PDF_ARRAY) && i < list.count; i++) {
		if (!pdf_resolve(w->p, a, &list.items[i], &annotation, e) ||
			!pdf_get(w->p, a, &annotation, "FT", &type, e))
			return false;
		/* A field with several places keeps its type with the parent. */
		if (type.kind == PDF_NULL &&
			pdf_get(w->p, a, &annotation, "Parent", &parent, e) &&
			!pdf_get(w->p, a, &parent, "FT", &type, e))
			return false;
		if (!pdf_is_name(&type, "Sig"))
			closed_found(w->c, CLOSED_ANNOTATION, where, "");
	}
	return true;
}

static bool look_at_pages(struct closed_pdf *w, struct err *e)
{
	uint64_t characters;

	if (!pdf_pages(w->p, &w->c->pages, e))
		return false;
	for (size_t i = 0; i < w->c->pages; i++) {
		if (!look_at_annotations(w, i, e) ||
			!closed_pdf_page(w, i, &characters, e))
			return err_in(e, "page %zu", i + 1);
		if (!characters)
			closed_found(w->c, CLOSED_NO_TEXT, "",
				arena_printf(w->c->arena, "%zu", i + 1));
	}
	return true;
}

bool closed_pdf(struct closed *c, struct source *file, struct err *e)
{
	AUTO(glyph_book) book = NULL;
	AUTO(pdf) p = NULL;
	struct closed_pdf w = {.c = c};

	if (!pdf_open(&p, file, 0, e)) {
		closed_found(c, CLOSED_UNREADABLE, "", e->text);
		return e->code != ERR_IO;
	}
	book = glyph_book_new();
	w.book = book;
	w.p = p;
	look_at_file(&w, file);
	if (!look_at_catalog(&w, e) || !look_at_objects(&w, e) || !look_at_pages(&w, e))
		unreadable(&w, "", e);
	closed_pdf_fonts_free(&w);
	return true;
}
