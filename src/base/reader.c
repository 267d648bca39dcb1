/* reader, writer: see reader.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "base/reader.h"

#include <string.h>

struct reader reader_of(struct bytes b)
{
	return (struct reader){.rest = b};
}

struct bytes read_bytes(struct reader *r, size_t n)
{
	struct bytes b = {r->rest.p, n};

	if (n > r->rest.n) {
		r->short_read = true;
		return (struct bytes){NULL, 0};
	}
	r->rest = bytes_from(r->rest, n);
	return b;
}

/* n octets as a number, the least significant first. */
static uint64_t read_le(struct reader *r, size_t n)
{
	struct bytes b = read_bytes(r, n);
	uint64_t v = 0;

	for (size_t i = b.n; i-- > 0;)
		v = v << 8 | b.p[i];
	return v;
}

static uint64_t read_be(struct reader *r, size_t n)
{
	struct bytes b = read_bytes(r, n);
	uint64_t v = 0;

	for (size_t i = 0; i < b.n; i++)
		v = v << 8 | b.p[i];
	return v;
}

uint8_t read_u8(struct reader *r)
{
	return (uint8_t)read_le(r, 1);
}

uint16_t read_le16(struct reader *r)
{
	return (uint16_t)read_le(r, 2);
}

uint32_t read_le32(struct reader *r)
{
	return (uint32_t)read_le(r, 4);
}

uint64_t read_le64(struct reader *r)
{
	return read_le(r, 8);
}

uint16_t read_be16(struct reader *r)
{
	return (uint16_t)read_be(r, 2);
}

uint32_t read_be32(struct reader *r)
{
	return (uint32_t)read_be(r, 4);
}

struct writer writer_over(void *p, size_t cap)
{
	return (struct writer){.p = p, .cap = cap};
}

struct writer writer_in(struct arena *a, size_t cap)
{
	return writer_over(arena_alloc(a, cap), cap);
}

struct bytes writer_bytes(const struct writer *w)
{
	if (w->full || !w->p)
		return (struct bytes){NULL, 0};
	return bytes_make(w->p, w->n);
}

void write_bytes(struct writer *w, struct bytes b)
{
	if (w->n > w->cap || b.n > w->cap - w->n)
		w->full = true;
	else if (w->p && b.n)
		memcpy(w->p + w->n, b.p, b.n);
	w->n += b.n;
}

void write_gap(struct writer *w, size_t at, size_t n)
{
	size_t tail = w->n - at;

	if (w->n > w->cap || n > w->cap - w->n) {
		w->full = true;
	} else if (w->p) {
		memmove(w->p + at + n, w->p + at, tail);
		memset(w->p + at, 0, n);
	}
	w->n += n;
}

static void write_le(struct writer *w, uint64_t v, size_t n)
{
	uint8_t b[8];

	for (size_t i = 0; i < n; i++, v >>= 8)
		b[i] = (uint8_t)v;
	write_bytes(w, bytes_make(b, n));
}

static void write_be(struct writer *w, uint64_t v, size_t n)
{
	uint8_t b[8];

	for (size_t i = n; i-- > 0; v >>= 8)
		b[i] = (uint8_t)v;
	write_bytes(w, bytes_make(b, n));
}

void write_u8(struct writer *w, uint8_t v)
{
	write_bytes(w, bytes_make(&v, 1));
}

void write_le16(struct writer *w, uint16_t v)
{
	write_le(w, v, 2);
}

void write_le32(struct writer *w, uint32_t v)
{
	write_le(w, v, 4);
}

void write_le64(struct writer *w, uint64_t v)
{
	write_le(w, v, 8);
}

void write_be32(struct writer *w, uint32_t v)
{
	write_be(w, v, 4);
}

void write_be64(struct writer *w, uint64_t v)
{
	write_be(w, v, 8);
}

void write_str(struct writer *w, const char *s)
{
	write_bytes(w, bytes_str(s));
}
