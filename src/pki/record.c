/* record: see record.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "pki/record.h"

struct record *record_new(struct arena *a)
{
	struct record *r = ARENA_NEW(a, struct record);

	r->arena = a;
	return r;
}

static bool same(const uint8_t a[SM3_SIZE], const uint8_t b[SM3_SIZE])
{
	return bytes_equal(bytes_make(a, SM3_SIZE), bytes_make(b, SM3_SIZE));
}

static void copy_digest(uint8_t to[SM3_SIZE], const uint8_t from[SM3_SIZE])
{
	struct writer w = writer_over(to, SM3_SIZE);

	write_bytes(&w, bytes_make(from, SM3_SIZE));
}

void record_put(struct record *r, enum record_type type, struct bytes der)
{
	uint8_t sm3[SM3_SIZE];
	struct record_item *item;

	if (!r || der.n == 0 || r->count == RECORD_MAX)
		return;
	sm3_of(der, sm3);
	for (size_t i = 0; i < r->count; i++)
		if (r->items[i].type == type && same(r->items[i].sm3, sm3))
			return;
	if (r->count == r->cap) {
		size_t cap = r->cap ? r->cap * 2 : 16;
		struct record_item *more = ARENA_ARRAY(r->arena, cap, struct record_item);

		for (size_t i = 0; i < r->count; i++)
			more[i] = r->items[i];
		r->items = more;
		r->cap = cap;
	}
	item = &r->items[r->count++];
	item->type = type;
	item->der = arena_dup(r->arena, der);
	copy_digest(item->sm3, sm3);
}

void record_miss(struct record *r, const struct cert *c, int64_t at)
{
	struct record_gap *gap;

	if (!r || r->gap_count == RECORD_MAX)
		return;
	for (size_t i = 0; i < r->gap_count; i++)
		if (same(r->gaps[i].sm3, c->sm3)) {
			if (r->gaps[i].at < at)
				r->gaps[i].at = at;
			return;
		}
	if (r->gap_count == r->gap_cap) {
		size_t cap = r->gap_cap ? r->gap_cap * 2 : 8;
		struct record_gap *more = ARENA_ARRAY(r->arena, cap, struct record_gap);

		for (size_t i = 0; i < r->gap_count; i++)
			more[i] = r->gaps[i];
		r->gaps = more;
		r->gap_cap = cap;
	}
	gap = &r->gaps[r->gap_count++];
	gap->subject = name_title(r->arena, c->subject);
	gap->issuer = name_title(r->arena, c->issuer);
	gap->at = at;
	copy_digest(gap->sm3, c->sm3);
}
