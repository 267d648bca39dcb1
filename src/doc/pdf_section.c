/* pdf_section: see pdf_section.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "doc/pdf_section.h"

#include <stdlib.h>

enum { ROW = 20, CHUNK_ROWS = 200, FIELD_MAX = 8, XREF_DATA_MAX = 24 << 20 };

static bool add_entry(
	struct pdf_section *s, const struct pdf_xref_entry *x, size_t max, struct err *e)
{
	if (s->count >= max)
		return err_set(
			e, ERR_TOO_LARGE, "PDF: more than %d objects", PDF_OBJECTS_MAX);
	if (s->count == s->cap) {
		size_t cap = s->cap ? s->cap + s->cap / 2 : 64;

		s->entries = mem_resize(s->entries, s->cap * sizeof *s->entries,
			cap * sizeof *s->entries);
		s->cap = cap;
	}
	s->entries[s->count++] = *x;
	return true;
}

static int compare_numbers(const void *a, const void *b)
{
	const struct pdf_xref_entry *x = a, *y = b;

	return x->num < y->num ? -1 : x->num > y->num;
}

/* By number; no number may stand twice in one section. */
static bool sort_entries(struct pdf_section *s, struct err *e)
{
	bool sorted = true;

	for (size_t i = 1; i < s->count && sorted; i++)
		sorted = s->entries[i - 1].num < s->entries[i].num;
	if (sorted)
		return true;
	qsort(s->entries, s->count, sizeof *s->entries, compare_numbers);
	for (size_t i = 1; i < s->count; i++)
		if (s->entries[i - 1].num == s->entries[i].num)
			return err_set(e, ERR_MALFORMED,
				"PDF: object %u stands twice in a cross-reference",
				s->entries[i].num);
	return true;
}

/* An object that both sections name: in one place, or in use by one of them. */
static bool join_same(struct pdf_xref_entry *out, const struct pdf_section *s,
	const struct pdf_xref_entry *x, const struct pdf_xref_entry *y, struct err *e)
{
	bool same = x->kind == y->kind && x->where == y->where && x->extra == y->extra;

	if (x->kind != PDF_ENTRY_FREE && y->kind != PDF_ENTRY_FREE && !same)
		return err_set(e, ERR_MALFORMED,
			"PDF: object %u has two places in one revision", x->num);
	*out = x->kind != PDF_ENTRY_FREE ? *x : *y;
	out->is_hidden = x->kind == PDF_ENTRY_FREE && s->stream_at;
	return true;
}

bool pdf_section_join(
	struct pdf_section *s, const struct pdf_section *second, struct err *e)
{
	struct pdf_section both = {0};
	size_t i = 0, k = 0;
	bool ok = true;

	while (ok && (i < s->count || k < second->count)) {
		const struct pdf_xref_entry *x = i < s->count ? &s->entries[i] : NULL;
		const struct pdf_xref_entry *y =
			k < second->count ? &second->entries[k] : NULL;
		struct pdf_xref_entry z = {0};

		if (x && y && x->num == y->num) {
			ok = join_same(&z, s, x, y, e);
			i++;
			k++;
		} else if (x && (!y || x->num < y->num)) {
			z = *x;
			i++;
		} else if (y) {
			z = *y;
			z.is_hidden = s->stream_at != 0;
			k++;
		} else {
			break;
		}
		ok = ok && add_entry(&both, &z, SIZE_MAX, e);
	}
	if (!ok) {
		mem_free(both.entries);
		return false;
	}
	mem_free(s->entries);
	s->entries = both.entries;
	s->count = both.count;
	s->cap = both.cap;
	return true;
}

/* --- tables ----------------------------------------------------------------------- */

static bool broken_table(const struct pdf_section *s, struct err *e)
{
	return err_set(e, ERR_MALFORMED,
		"PDF: damaged: the cross-reference table at %llu is not one",
		(unsigned long long)s->at);
}

static bool fixed_number(struct bytes in, uint64_t *out)
{
	return pdf_take_number(&in, UINT64_C(9999999999), out) && in.n == 0;
}

/* "nnnnnnnnnn ggggg n" and two octets of line end. */
static bool read_row(struct pdf *p, struct bytes row, uint32_t num,
	struct pdf_xref_entry *x, struct err *e)
{
	uint64_t where, gen;
	uint8_t kind = row.p[17];

	//= ISO 32000-1 §7.5.4: each entry is exactly 20 octets: offset, generation, n or f
	if (!fixed_number(bytes_head(row, 10), &where) || row.p[10] != ' ' ||
		!fixed_number(bytes_head(bytes_from(row, 11), 5), &gen) ||
		row.p[16] != ' ' || (kind != 'n' && kind != 'f') ||
		!pdf_is_space(row.p[18]) || !pdf_is_space(row.p[19]) || gen > 65535)
		return err_set(e, ERR_MALFORMED,
			"PDF: damaged: the cross-reference entry of object %u", num);
	*x = (struct pdf_xref_entry){.num = num, .extra = (uint32_t)gen};
	//= ISO 32000-1 §7.3.10: object 0 is always free; an offset of 0 leads to no object
	if (kind == 'f' || where == 0 || num == 0)
		return true;
	if (where >= p->end - p->base)
		return err_set(e, ERR_MALFORMED,
			"PDF: damaged: the offset of object %u leads beyond the end",
			num);
	x->kind = PDF_ENTRY_PLAIN;
	x->where = (uint32_t)(p->base + where);
	return true;
}

static bool read_rows(struct pdf *p, struct pdf_section *s, uint64_t *at, uint64_t first,
	uint64_t count, size_t max, struct err *e)
{
	if (count > (p->end - *at) / ROW || first + count > PDF_NUMBER_MAX + 1u)
		return broken_table(s, e);
	while (count) {
		size_t n = count < CHUNK_ROWS ? (size_t)count : CHUNK_ROWS;
		struct pdf_xref_entry x;
		struct bytes in;

		if (!pdf_look(p, *at, n * ROW, &in, e))
			return false;
		for (size_t i = 0; i < n; i++, in = bytes_from(in, ROW))
			if (!read_row(p, bytes_head(in, ROW), (uint32_t)(first + i), &x,
				    e) ||
				!add_entry(s, &x, max, e))
				return false;
		*at += n * ROW;
		first += n;
		count -= n;
	}
	return true;
}

static bool read_table(struct pdf *p, struct pdf_section *s, size_t max, struct err *e)
{
	uint64_t at = s->at + 4, first, count;
	struct bytes all, in;

	s->kind = PDF_XREF_TABLE;
	for (;;) {
		if (!pdf_look(p, at, 128, &all, e))
			return false;
		in = all;
		while (in.n && pdf_is_space(in.p[0]))
			in = bytes_from(in, 1);
		if (pdf_take_word(&in, "trailer"))
			break;
		if (!pdf_take_number(&in, PDF_NUMBER_MAX, &first) || in.n == 0 ||
			in.p[0] != ' ')
			return broken_table(s, e);
		in = bytes_from(in, 1);
		if (!pdf_take_number(&in, PDF_NUMBER_MAX + 1u, &count))
			return broken_table(s, e);
		if (bytes_starts(in, BYTES(" ")))
			in = bytes_from(in, 1);
		if (bytes_starts(in, BYTES("\r\n")))
			in = bytes_from(in, 2);
		else if (in.n && (in.p[0] == '\n' || in.p[0] == '\r'))
			in = bytes_from(in, 1);
		else
			return broken_table(s, e);
		at += all.n - in.n;
		if (!read_rows(p, s, &at, first, count, max, e))
			return false;
	}
	at += all.n - in.n;
	if (!pdf_read_value(p, p->arena, at, &s->trailer, &s->end, e))
		return err_in(e, "trailer");
	if (s->trailer.kind != PDF_DICT)
		return err_set(e, ERR_MALFORMED, "PDF: damaged: no trailer");
	return true;
}

/* --- streams ---------------------------------------------------------------------- */

struct rows {
	struct pdf *p;
	struct pdf_section *s;
	size_t max;
	size_t width[3], total;
	uint8_t row[3 * FIELD_MAX];
	size_t have;
	const struct pdf_value *index; /* null: from 0 */
	size_t range;
	uint64_t next, left; /* in the range */
};

static uint64_t field(const struct rows *r, size_t which, uint64_t absent)
{
	size_t at = 0;
	uint64_t v = 0;

	for (size_t i = 0; i < which; i++)
		at += r->width[i];
	if (r->width[which] == 0)
		return absent;
	for (size_t i = 0; i < r->width[which]; i++)
		v = v << 8 | r->row[at + i];
	return v;
}

static bool put_row(struct rows *r, struct err *e)
{
	uint64_t kind = field(r, 0, 1), where = field(r, 1, 0), extra = field(r, 2, 0);
	struct pdf_xref_entry x = {.num = (uint32_t)r->next};

	//= ISO 32000-1 §7.5.8.3: 0 free, 1 at an offset, 2 in an object stream, others no object
	if (kind == 1 && where && x.num) {
		if (where >= r->p->end - r->p->base || extra > 65535)
			return err_set(e, ERR_MALFORMED,
				"PDF: damaged: the offset of object %u leads beyond the "
				"end",
				x.num);
		x.kind = PDF_ENTRY_PLAIN;
		x.where = (uint32_t)(r->p->base + where);
		x.extra = (uint32_t)extra;
	} else if (kind == 2 && x.num) {
		if (where == 0 || where > PDF_NUMBER_MAX || extra > PDF_NUMBER_MAX)
			return err_set(e, ERR_MALFORMED,
				"PDF: damaged: no object stream of object %u", x.num);
		x.kind = PDF_ENTRY_PACKED;
		x.where = (uint32_t)where;
		x.extra = (uint32_t)extra;
	}
	return add_entry(r->s, &x, r->max, e);
}

/* Moves on to the next range of /Index; false when there is none. */
static bool next_range(struct rows *r)
{
	const struct pdf_value *items = r->index->items;

	while (r->left == 0) {
		if (r->range + 2 > r->index->count)
			return false;
		r->next = (uint64_t)items[r->range].integer;
		r->left = (uint64_t)items[r->range + 1].integer;
		r->range += 2;
	}
	return true;
}

static bool take_rows(void *to, struct bytes chunk, struct err *e)
{
	struct rows *r = to;

	for (size_t i = 0; i < chunk.n; i++) {
		r->row[r->have++] = chunk.p[i];
		if (r->have < r->total)
			continue;
		r->have = 0;
		if (!next_range(r))
			return err_set(e, ERR_MALFORMED,
				"PDF: a cross-reference stream with too many entries");
		if (!put_row(r, e))
			return false;
		r->next++;
		r->left--;
	}
	return true;
}

static bool is_count(const struct pdf_value *v, int64_t max)
{
	return pdf_is(v, PDF_INT) && v->integer >= 0 && v->integer <= max;
}

static bool read_shape(
	struct rows *r, const struct pdf_value *dict, struct pdf_value whole[2])
{
	const struct pdf_value *w = pdf_find(dict, "W"), *size = pdf_find(dict, "Size");

	if (!pdf_is_name(pdf_find(dict, "Type"), "XRef") || !pdf_is(w, PDF_ARRAY) ||
		w->count != 3 || !is_count(size, PDF_NUMBER_MAX + 1))
		return false;
	for (size_t i = 0; i < 3; i++) {
		if (!is_count(&w->items[i], FIELD_MAX))
			return false;
		r->width[i] = (size_t)w->items[i].integer;
		r->total += r->width[i];
	}
	r->index = pdf_find(dict, "Index");
	if (!r->index) {
		whole[0] = pdf_make_int(0);
		whole[1] = *size;
		whole[1].num = 0;
	}
	for (size_t i = 0; r->index && i < r->index->count; i++)
		if (r->index->kind != PDF_ARRAY ||
			!is_count(&r->index->items[i], PDF_NUMBER_MAX))
			return false;
	for (size_t i = 0; r->index && i + 1 < r->index->count; i += 2)
		if (r->index->items[i].integer + r->index->items[i + 1].integer >
			PDF_NUMBER_MAX + 1)
			return false;
	return r->total > 0 && (!r->index || r->index->kind == PDF_ARRAY);
}

static bool read_stream(struct pdf *p, struct pdf_section *s, size_t max, struct err *e)
{
	struct rows r = {.p = p, .s = s, .max = max};
	struct pdf_value stream, whole[2], index;
	struct pdf_ref ref;

	s->kind = PDF_XREF_STREAM;
	if (!pdf_read_indirect(p, p->arena, s->at, &ref, &stream, &s->end, e))
		return err_in(e, "cross-reference");
	if (stream.kind != PDF_STREAM || !read_shape(&r, &stream, whole))
		return err_set(e, ERR_MALFORMED,
			"PDF: damaged: no cross-reference at %llu",
			(unsigned long long)s->at);
	if (!r.index) {
		index = pdf_make_array(whole, 2);
		r.index = &index;
	}
	if (!pdf_decode(p, &stream, XREF_DATA_MAX, (struct sink){take_rows, &r}, e))
		return err_in(e, "cross-reference");
	if (r.have || next_range(&r))
		return err_set(e, ERR_MALFORMED,
			"PDF: a cross-reference stream with too few entries");
	s->trailer = stream;
	return true;
}

bool pdf_section_read(struct pdf *p, struct pdf_section *s, size_t max, struct err *e)
{
	struct bytes in;

	if (!pdf_look(p, s->at, 16, &in, e))
		return false;
	if (in.n >= 5 && pdf_take_word(&in, "xref"))
		return read_table(p, s, max, e) && sort_entries(s, e);
	return read_stream(p, s, max, e) && sort_entries(s, e);
}
