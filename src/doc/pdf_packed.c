/* pdf_packed: objects within object streams. A few streams are kept decoded, since
 * neighbours are asked for one after the other. See pdf.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "doc/pdf_private.h"

static bool broken(uint32_t num, struct err *e)
{
	return err_set(e, ERR_MALFORMED, "PDF: damaged: object stream %u", num);
}

/* The pairs of number and offset at its front. */
static bool read_index(struct pdf_packed *x, uint64_t n, uint64_t first, struct err *e)
{
	struct bytes in = bytes_head(x->data, (size_t)first);

	if (first > x->data.n || n > first / 2)
		return broken(x->num, e);
	x->count = (size_t)n;
	x->nums = ARENA_ARRAY(x->arena, x->count, uint32_t);
	x->offsets = ARENA_ARRAY(x->arena, x->count, uint32_t);
	for (size_t i = 0; i < x->count; i++) {
		uint64_t num, at;

		pdf_skip_space(&in);
		if (!pdf_take_number(&in, PDF_NUMBER_MAX, &num))
			return broken(x->num, e);
		pdf_skip_space(&in);
		if (!pdf_take_number(&in, x->data.n - first, &at))
			return broken(x->num, e);
		x->nums[i] = (uint32_t)num;
		x->offsets[i] = (uint32_t)(first + at);
	}
	return true;
}

static bool load(struct pdf *p, struct pdf_packed *x, uint32_t num, struct err *e)
{
	const struct pdf_xref_entry *entry = pdf_entry(p, num);
	struct pdf_value stream, n, first;

	//= ISO 32000-1 §7.5.7: object streams stand by themselves and have generation 0
	if (!entry || entry->kind != PDF_ENTRY_PLAIN || entry->extra)
		return broken(num, e);
	if (!pdf_object(p, x->arena, (struct pdf_ref){num, 0}, &stream, e))
		return false;
	if (stream.kind != PDF_STREAM ||
		!pdf_is_name(pdf_find(&stream, "Type"), "ObjStm"))
		return broken(num, e);
	if (!pdf_get(p, x->arena, &stream, "N", &n, e) ||
		!pdf_get(p, x->arena, &stream, "First", &first, e))
		return false;
	if (n.kind != PDF_INT || first.kind != PDF_INT || n.integer < 0 ||
		first.integer < 0)
		return broken(num, e);
	if (!pdf_slurp(p, x->arena, &stream, PDF_INFLATED_MAX, &x->data, e))
		return err_in(e, "object stream %u", num);
	return read_index(x, (uint64_t)n.integer, (uint64_t)first.integer, e);
}

/* The slot that holds this stream, decoded now if need be. */
static struct pdf_packed *fetch(struct pdf *p, uint32_t num, struct err *e)
{
	struct pdf_packed *x = &p->packed[0], fresh = {.num = num};

	for (size_t i = 0; i < PDF_PACKED_SLOTS; i++) {
		if (p->packed[i].num == num) {
			p->packed[i].used = ++p->clock;
			return &p->packed[i];
		}
		if (p->packed[i].used < x->used)
			x = &p->packed[i];
	}
	arena_free(x->arena);
	*x = (struct pdf_packed){0};
	fresh.arena = arena_new();
	/* Reading it may fill slots itself (an indirect /Length): so into a fresh one. */
	if (!load(p, &fresh, num, e)) {
		arena_free(fresh.arena);
		return NULL;
	}
	arena_free(x->arena);
	*x = fresh;
	x->used = ++p->clock;
	return x;
}

bool pdf_read_packed(struct pdf *p, struct arena *a, const struct pdf_xref_entry *entry,
	struct pdf_value *out, struct err *e)
{
	struct pdf_packed *x = fetch(p, entry->where, e);
	struct bytes in;
	uint64_t at;

	if (!x)
		return false;
	//= ISO 32000-1 §7.5.8.3: the index in the stream must be this object's
	if (entry->extra >= x->count || x->nums[entry->extra] != entry->num)
		return err_set(e, ERR_MALFORMED,
			"PDF: damaged: object %u is not in object stream %u", entry->num,
			entry->where);
	at = x->offsets[entry->extra];
	in = bytes_from(x->data, (size_t)at);
	if (!pdf_value_read(out, a, &in, at, NULL, e)) {
		return err_in(e, "object %u", entry->num);
	}
	return true;
}
