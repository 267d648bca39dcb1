/* pdf_history: see pdf_history.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "doc/pdf_history.h"

#include "base/time.h"

/* Entries of all views together that are looked at: 20 signatures in a file of a million
 * objects. */
enum { WORK_MAX = 20 * PDF_OBJECTS_MAX };

struct gather {
	struct pdf_history *h;
	struct arena *a;
	size_t cap, work;
};

static struct pdf_past *find_past(struct pdf_history *h, uint32_t num, uint64_t at)
{
	for (size_t i = 0; i < h->count; i++)
		if (h->signatures[i].sig.num == num && h->signatures[i].sig.dict.at == at)
			return &h->signatures[i];
	return NULL;
}

/* The revision at whose end the ranges end, its last line end covered or not. */
static size_t covered_revision(const struct pdf *p, const struct pdf_signature *s)
{
	uint64_t end = s->range[2] + s->range[3];

	if (s->range_fault != MSG_COUNT)
		return SIZE_MAX;
	for (size_t i = 0; i < pdf_revisions(p); i++) {
		const struct pdf_revision *r = pdf_revision(p, i);

		if (r->eof_at && end >= r->eof_at && end <= r->end)
			return i;
	}
	return SIZE_MAX;
}

static bool is_repeated(const struct pdf_history *h, const struct pdf_signature *s)
{
	for (size_t i = 0; i < h->count; i++)
		if (h->signatures[i].sig.der.n &&
			bytes_equal(h->signatures[i].sig.der, s->der))
			return true;
	return false;
}

static const struct pdf_field *copy_field(struct arena *a, const struct pdf_field *f)
{
	struct pdf_field *out = ARENA_NEW(a, struct pdf_field);

	*out = *f;
	out->name = arena_printf(a, "%s", f->name);
	out->type = arena_dup(a, f->type);
	out->dict = pdf_value_copy(a, &f->dict);
	out->value = pdf_value_copy(a, &f->value);
	out->lock = pdf_value_copy(a, &f->lock);
	out->shown = ARENA_ARRAY(a, f->shown_count, struct pdf_value);
	out->shown_nums = ARENA_ARRAY(a, f->shown_count, uint32_t);
	for (size_t i = 0; i < f->shown_count; i++) {
		out->shown[i] = pdf_value_copy(a, &f->shown[i]);
		out->shown_nums[i] = f->shown_nums[i];
	}
	return out;
}

static bool add_past(struct gather *g, struct pdf *view, size_t revision, uint32_t num,
	const struct pdf_value *dict, const struct pdf_field *field, struct err *e)
{
	struct pdf_past *old = find_past(g->h, num, dict->at), new = {0};
	struct pdf_value own;

	if (old) {
		old->is_gone = false;
		if (revision + 1 == pdf_revisions(g->h->pdf))
			old->field = copy_field(g->a, field);
		return true;
	}
	if (g->h->count == PDF_HISTORY_SIGNATURES)
		return err_set(e, ERR_TOO_LARGE, "PDF: more than %d signatures",
			PDF_HISTORY_SIGNATURES);
	new.revision = revision;
	new.field = copy_field(g->a, field);
	own = pdf_value_copy(g->a, dict);
	if (!pdf_signature_read(&new.sig, view, g->a, num, &own, new.field, &new.fault)) {
		if (new.fault.code == ERR_IO) {
			*e = new.fault;
			return false;
		}
		new.sig = (struct pdf_signature){.num = num,
			.dict = own,
			.sub_filter = "",
			.time = TIME_NONE,
			.field = new.field->name,
			.range_fault = MSG_PDF_RANGE_SHAPE};
	}
	new.covers = covered_revision(g->h->pdf, &new.sig);
	new.is_repeated = is_repeated(g->h, &new.sig);
	g->h->signatures[g->h->count++] = new;
	return true;
}

static bool gather_fields(
	struct gather *g, struct pdf *view, size_t revision, struct err *e)
{
	AUTO(arena) a = arena_new();
	struct pdf_field *fields;
	size_t n;

	if (!pdf_fields(view, a, &fields, &n, e))
		return false;
	for (size_t i = 0; i < n; i++) {
		const struct pdf_value *v = &fields[i].value;
		struct pdf_value dict;

		if (v->kind != PDF_REF && v->kind != PDF_DICT)
			continue;
		if (!pdf_resolve(view, a, v, &dict, e))
			return false;
		if (!pdf_is_signature(&dict))
			continue;
		if (!add_past(g, view, revision,
			    v->kind == PDF_REF ? v->num : fields[i].num, &dict,
			    &fields[i], e))
			return false;
	}
	return true;
}

static bool is_same_revision(const struct pdf_revision *x, const struct pdf_revision *y)
{
	return x->xref_at == y->xref_at && x->xref_end == y->xref_end &&
	       x->stream_at == y->stream_at && x->count == y->count;
}

/* Does the view have the same past as the newest? */
static bool is_same_past(const struct pdf *newest, const struct pdf *view, size_t last)
{
	if (pdf_revisions(view) != last + 1)
		return false;
	for (size_t i = 0; i <= last; i++)
		if (!is_same_revision(pdf_revision(newest, i), pdf_revision(view, i)))
			return false;
	return true;
}

bool pdf_history_view(
	struct pdf_history *h, size_t revision, struct pdf **out, struct err *e)
{
	const struct pdf_revision *r = pdf_revision(h->pdf, revision);
	AUTO(pdf) p = NULL;

	if (r->eof_at == 0)
		return err_set(e, ERR_MALFORMED, "PDF: a revision without an end");
	if (!pdf_open(&p, pdf_source(h->pdf), r->end, e))
		return false;
	if (!is_same_past(h->pdf, p, revision))
		return err_set(e, ERR_MALFORMED,
			"PDF: the file as it stood is not what its later revisions "
			"build on");
	*out = pdf_move(&p);
	return true;
}

static bool gather_view(struct gather *g, size_t revision, struct err *e)
{
	AUTO(pdf) view = NULL;
	size_t n;

	if (!pdf_history_view(g->h, revision, &view, e))
		return false;
	(void)pdf_entries(view, &n);
	g->work += n;
	if (g->work > WORK_MAX)
		return err_set(e, ERR_TOO_LARGE, "PDF: too many revisions of this size");
	return gather_fields(g, view, revision, e);
}

/* Signatures of earlier revisions first: one that was taken away is still reported. */
static bool gather_all(struct gather *g, struct err *e)
{
	struct pdf_history *h = g->h;
	size_t last = pdf_revisions(h->pdf) - 1;
	struct err why;

	for (size_t i = 0; i < last; i++) {
		if (gather_view(g, i, &why))
			continue;
		if (why.code == ERR_IO || why.code == ERR_TOO_LARGE) {
			*e = why;
			return false;
		}
		h->is_strange = true;
		h->strange = why;
	}
	for (size_t i = 0; i < h->count; i++)
		h->signatures[i].is_gone = true;
	return gather_fields(g, h->pdf, last, e);
}

bool pdf_history_open(
	struct pdf_history *out, struct arena *a, struct source *file, struct err *e)
{
	struct pdf_history h = {0};
	struct gather g = {.h = &h, .a = a};

	h.signatures = ARENA_ARRAY(a, PDF_HISTORY_SIGNATURES, struct pdf_past);
	if (!pdf_open(&h.pdf, file, 0, e))
		return false;
	if (!gather_all(&g, e)) {
		pdf_free(h.pdf);
		return false;
	}
	*out = h;
	return true;
}

void pdf_history_fini(struct pdf_history *h)
{
	pdf_free(h->pdf);
	h->pdf = NULL;
}
