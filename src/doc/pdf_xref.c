/* pdf_xref: cross-reference sections, one after the other from the newest, and what
 * revisions they make. See pdf.h. One section's entries are read in pdf_section.c.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "doc/pdf_section.h"

#include <stdlib.h>

enum { SECTIONS_MAX = PDF_REVISIONS_MAX + 1, TAIL_WITHIN = 2048 };

struct chain {
	struct pdf *p;
	struct pdf_section *sections; /* newest first */
	size_t n;
	size_t entries; /* of all */
};

static bool is_known(const struct chain *c, uint64_t at)
{
	for (size_t i = 0; i < c->n; i++)
		if (c->sections[i].at == at ||
			(c->sections[i].stream_at && c->sections[i].stream_at == at))
			return true;
	return false;
}

/* White space only: other readers pass over no comment here, and would read the file in
 * another way. */
static void skip_blanks(struct bytes *in)
{
	while (in->n && pdf_is_space(in->p[0]))
		*in = bytes_from(*in, 1);
}

/* "startxref N %%EOF" behind a section: N, and where it ends. */
static bool read_tail(struct pdf *p, struct pdf_section *s, struct err *e)
{
	struct bytes in, all;

	if (!pdf_look(p, s->end, TAIL_WITHIN, &all, e))
		return false;
	in = all;
	/* Before it makers leave their name in a comment. */
	pdf_skip_space(&in);
	if (!pdf_take_word(&in, "startxref"))
		return true;
	skip_blanks(&in);
	if (!pdf_take_number(&in, PDF_FILE_MAX, &s->startxref))
		return true;
	skip_blanks(&in);
	if (!bytes_starts(in, BYTES("%%EOF")))
		return true;
	in = bytes_from(in, 5);
	s->eof_at = s->end + (all.n - in.n);
	if (bytes_starts(in, BYTES("\r\n")))
		in = bytes_from(in, 2);
	else if (in.n && (in.p[0] == '\n' || in.p[0] == '\r'))
		in = bytes_from(in, 1);
	s->eof_end = s->end + (all.n - in.n);
	return true;
}

/* Where a trailer's offset leads; 0: it has none. */
static bool offset_of(const struct pdf *p, const struct pdf_value *trailer,
	const char *key, uint64_t *out, struct err *e)
{
	const struct pdf_value *v = pdf_find(trailer, key);

	*out = 0;
	if (!v || (v->kind == PDF_INT && v->integer == 0))
		return true;
	if (v->kind != PDF_INT || v->integer < 0 ||
		(uint64_t)v->integer >= p->end - p->base)
		return err_set(e, ERR_MALFORMED,
			"PDF: damaged: /%s of a trailer leads nowhere", key);
	*out = p->base + (uint64_t)v->integer;
	return true;
}

static bool read_hidden(struct chain *c, struct pdf_section *s, struct err *e)
{
	struct pdf_section hidden = {0};
	bool ok;

	if (!offset_of(c->p, &s->trailer, "XRefStm", &hidden.at, e))
		return false;
	if (hidden.at == 0 || s->kind != PDF_XREF_TABLE)
		return true;
	if (is_known(c, hidden.at))
		return err_set(e, ERR_MALFORMED,
			"PDF: damaged: cross-reference sections lead in a circle");
	ok = pdf_section_read(c->p, &hidden, PDF_OBJECTS_MAX - c->entries, e);
	if (ok && hidden.kind != PDF_XREF_STREAM)
		ok = err_set(e, ERR_MALFORMED, "PDF: /XRefStm leads to a table");
	if (ok) {
		c->entries += hidden.count;
		s->kind = PDF_XREF_HYBRID;
		s->stream_at = hidden.at;
		s->stream_end = hidden.end;
		ok = pdf_section_join(s, &hidden, e);
	}
	mem_free(hidden.entries);
	return ok;
}

static bool read_chain(struct chain *c, uint64_t at, struct err *e)
{
	while (at) {
		struct pdf_section *s = &c->sections[c->n];

		if (c->n == SECTIONS_MAX)
			return err_set(e, ERR_TOO_LARGE, "PDF: more than %d revisions",
				PDF_REVISIONS_MAX);
		if (is_known(c, at))
			return err_set(e, ERR_MALFORMED,
				"PDF: damaged: cross-reference sections lead in a "
				"circle");
		s->at = at;
		c->n++;
		if (!pdf_section_read(c->p, s, PDF_OBJECTS_MAX - c->entries, e))
			return false;
		c->entries += s->count;
		if (!read_hidden(c, s, e) || !read_tail(c->p, s, e) ||
			!offset_of(c->p, &s->trailer, "Prev", &at, e))
			return false;
	}
	return true;
}

/* A section whose startxref is 0 begins a linearised file; the one it leads back to ends
 * it, and its startxref leads to the first. Behind a cross-reference stream some makers
 * leave that startxref out. */
static bool is_linearised(const struct chain *c, size_t i)
{
	return i + 1 < c->n && c->sections[i].startxref == 0 &&
	       (c->sections[i].eof_at || c->sections[i].kind == PDF_XREF_STREAM) &&
	       c->sections[i + 1].at > c->sections[i].at &&
	       c->p->base + c->sections[i + 1].startxref == c->sections[i].at;
}

/* Takes over the entries of the section for the revision. */
static void give_entries(struct pdf_revision *r, size_t index, struct pdf_section *s)
{
	for (size_t i = 0; i < s->count; i++)
		s->entries[i].revision = (uint16_t)index;
	r->entries = s->entries;
	r->count = s->count;
	s->entries = NULL;
}

static bool make_revisions(struct chain *c, struct err *e)
{
	struct pdf *p = c->p;
	uint64_t before = 0;

	p->revisions = ARENA_ARRAY(p->arena, c->n, struct pdf_revision);
	for (size_t i = c->n; i-- > 0;) {
		struct pdf_section *s = &c->sections[i], *last = s;
		struct pdf_revision *r = &p->revisions[p->revision_count];

		if (i > 0 && is_linearised(c, i - 1)) {
			s = &c->sections[--i];
			if (!pdf_section_join(s, last, e))
				return false;
			r->is_linearised = true;
		}
		r->begin = before;
		r->xref_at = s->at;
		r->xref_end = s->end;
		r->stream_at = s->stream_at;
		r->stream_end = s->stream_end;
		r->kind = s->kind;
		r->trailer = s->trailer;
		if (r->is_linearised || p->base + s->startxref == s->at) {
			r->eof_at = last->eof_at;
			r->end = last->eof_end;
		}
		before = r->end > before ? r->end : before;
		give_entries(r, p->revision_count, s);
		p->revision_count++;
	}
	return true;
}

static int compare_entries(const void *a, const void *b)
{
	const struct pdf_xref_entry *x = a, *y = b;

	if (x->num != y->num)
		return x->num < y->num ? -1 : 1;
	return x->revision > y->revision ? -1 : x->revision < y->revision;
}

/* Entries of all revisions but the first, by number, the newest of each first: few, for
 * that is what revisions are for. */
static struct pdf_xref_entry *later_entries(const struct pdf *p, size_t *count)
{
	struct pdf_xref_entry *out;
	size_t n = 0;

	for (size_t i = 1; i < p->revision_count; i++)
		n += p->revisions[i].count;
	out = mem_alloc((n + 1) * sizeof *out);
	n = 0;
	for (size_t i = 1; i < p->revision_count; i++)
		for (size_t k = 0; k < p->revisions[i].count; k++)
			out[n++] = p->revisions[i].entries[k];
	qsort(out, n, sizeof *out, compare_entries);
	*count = n;
	return out;
}

/* Of each number the newest. The first revision, mostly by far the largest, is in order
 * already. */
static void merge(struct pdf *p)
{
	const struct pdf_revision *first = p->revisions;
	size_t first_n = p->revision_count ? first->count : 0, later_n, kept = 0;
	struct pdf_xref_entry *later = later_entries(p, &later_n);
	struct pdf_xref_entry *all = mem_alloc((first_n + later_n + 1) * sizeof *all);

	for (size_t i = 0, k = 0; i < first_n || k < later_n;) {
		bool is_later = k < later_n &&
				(i == first_n || later[k].num <= first->entries[i].num);
		const struct pdf_xref_entry *x =
			is_later ? &later[k++] : &first->entries[i++];

		if (kept == 0 || all[kept - 1].num != x->num)
			all[kept++] = *x;
	}
	mem_free(later);
	p->entries = all;
	p->entry_count = kept;
}

static void find_next_number(struct pdf *p)
{
	uint64_t next = p->entry_count ? p->entries[p->entry_count - 1].num + 1u : 1;

	for (size_t i = 0; i < p->revision_count; i++) {
		const struct pdf_value *size = pdf_find(&p->revisions[i].trailer, "Size");

		if (pdf_is(size, PDF_INT) && size->integer > (int64_t)next &&
			size->integer <= PDF_NUMBER_MAX)
			next = (uint64_t)size->integer;
	}
	p->next_number = (uint32_t)next;
}

bool pdf_xref_read(struct pdf *p, uint64_t at, struct err *e)
{
	AUTO_MEM struct pdf_section *sections =
		mem_alloc((SECTIONS_MAX + 1) * sizeof *sections);
	struct chain c = {.p = p, .sections = sections};
	bool ok;

	if (at == 0)
		return err_set(e, ERR_MALFORMED, "PDF: damaged: startxref is 0");
	ok = read_chain(&c, at, e) && make_revisions(&c, e);

	for (size_t i = 0; i < c.n; i++)
		mem_free(sections[i].entries);
	if (!ok)
		return false;
	if (p->revisions[p->revision_count - 1].eof_at == 0)
		return err_set(e, ERR_MALFORMED,
			"PDF: damaged: no startxref and %%%%EOF behind the newest "
			"cross-reference");
	merge(p);
	find_next_number(p);
	return true;
}
