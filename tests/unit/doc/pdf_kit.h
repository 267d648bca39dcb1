/* pdf_kit: PDF files made by hand, revision by revision, right or wrong as a test wants.
 * SPDX-License-Identifier: Apache-2.0
 *
 *	struct pk k = pk_begin(a);
 *	pk_obj(&k, 1, "<</Type/Catalog/Pages 2 0 R>>");
 *	pk_table(&k, "/Root 1 0 R");   … further objects, and again pk_table: a revision
 *	file = pk_bytes(&k);
 */
#ifndef QY_TESTS_PDF_KIT_H
#define QY_TESTS_PDF_KIT_H

#include "unit.h"

#include <string.h>

#include "base/reader.h"
#include "doc/pdf.h"

enum { PK_MAX = 16 << 20, PK_ENTRIES = 600000 };

struct pk_entry {
	uint32_t num;
	int kind; /* 0 free, 1 plain, 2 packed */
	uint64_t where;
	uint32_t extra;
};

struct pk {
	struct arena *a;
	struct writer w;
	struct pk_entry *entries; /* of this revision, in order of number */
	size_t n, cap;
	uint64_t prev; /* section before; 0: none */
	uint32_t size;
};

static inline void pk_put(struct pk *k, const char *text)
{
	write_str(&k->w, text);
}

static inline struct pk pk_begin_with(struct arena *a, size_t max, size_t entries)
{
	struct pk k = {.a = a, .w = writer_in(a, max), .cap = entries};

	k.entries = ARENA_ARRAY(a, entries, struct pk_entry);
	pk_put(&k, "%PDF-1.7\n%\xe2\xe3\xcf\xd3\n");
	return k;
}

static inline struct pk pk_begin(struct arena *a)
{
	return pk_begin_with(a, 1 << 20, 1000);
}

/* Goes on behind the octets of a file whose last section is at prev. */
static inline struct pk pk_after(
	struct arena *a, struct bytes file, uint64_t prev, uint32_t size)
{
	struct pk k = {.a = a, .w = writer_in(a, file.n + (1 << 20)), .cap = 1000};

	k.entries = ARENA_ARRAY(a, k.cap, struct pk_entry);
	k.prev = prev;
	k.size = size;
	write_bytes(&k.w, file);
	return k;
}

static inline void pk_enter(
	struct pk *k, uint32_t num, int kind, uint64_t where, uint32_t extra)
{
	size_t i = k->n++;

	assert_true(k->n <= k->cap);
	for (; i > 0 && k->entries[i - 1].num > num; i--)
		k->entries[i] = k->entries[i - 1];
	k->entries[i] = (struct pk_entry){num, kind, where, extra};
	k->size = num >= k->size ? num + 1 : k->size;
}

/* The head of an object, which is entered; the rest is the test's. */
static inline void pk_open(struct pk *k, uint32_t num)
{
	pk_enter(k, num, 1, k->w.n, 0);
	pk_put(k, arena_printf(k->a, "%u 0 obj\n", num));
}

static inline void pk_obj(struct pk *k, uint32_t num, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
static inline void pk_obj(struct pk *k, uint32_t num, const char *fmt, ...)
{
	char text[8192];
	va_list ap;

	pk_open(k, num);
	va_start(ap, fmt);
	assert_in_range(vsnprintf(text, sizeof text, fmt, ap), 0, sizeof text - 1);
	va_end(ap);
	pk_put(k, text);
	pk_put(k, "\nendobj\n");
}

static inline void pk_stream(
	struct pk *k, uint32_t num, const char *dict, struct bytes data)
{
	pk_open(k, num);
	pk_put(k, arena_printf(k->a, "<<%s/Length %zu>>\nstream\n", dict, data.n));
	write_bytes(&k->w, data);
	pk_put(k, "\nendstream\nendobj\n");
}

static inline void pk_tail(struct pk *k, uint64_t at)
{
	pk_put(k,
		arena_printf(k->a, "startxref\n%llu\n%%%%EOF\n", (unsigned long long)at));
	k->prev = at;
	k->n = 0;
}

static inline void pk_rows(struct pk *k)
{
	for (size_t i = 0; i < k->n;) {
		size_t run = 1;

		while (i + run < k->n &&
			k->entries[i + run].num == k->entries[i].num + run)
			run++;
		pk_put(k, arena_printf(k->a, "%u %zu\n", k->entries[i].num, run));
		for (; run > 0; run--, i++)
			pk_put(k, arena_printf(k->a, "%010llu %05u %c \n",
					  (unsigned long long)k->entries[i].where,
					  k->entries[i].extra,
					  k->entries[i].kind == 1 ? 'n' : 'f'));
	}
}

/* Ends the revision with a table; returns where that is. */
static inline uint64_t pk_table(struct pk *k, const char *trailer)
{
	uint64_t at;

	if (k->prev == 0)
		pk_enter(k, 0, 0, 0, 65535);
	at = k->w.n;
	pk_put(k, "xref\n");
	pk_rows(k);
	pk_put(k, arena_printf(k->a, "trailer\n<</Size %u%s", k->size, trailer));
	if (k->prev)
		pk_put(k, arena_printf(k->a, "/Prev %llu", (unsigned long long)k->prev));
	pk_put(k, ">>\n");
	pk_tail(k, at);
	return at;
}

/* The section as a stream, object num; without startxref. */
static inline uint64_t pk_xref_stream(struct pk *k, uint32_t num, const char *trailer)
{
	uint64_t at = k->w.n;
	struct writer rows = writer_in(k->a, 7 * (k->n + 1));
	char *index = arena_printf(k->a, "%s", "");

	pk_enter(k, num, 1, at, 0);
	for (size_t i = 0; i < k->n; i++) {
		write_u8(&rows, (uint8_t)k->entries[i].kind);
		write_be32(&rows, (uint32_t)k->entries[i].where);
		write_u8(&rows, (uint8_t)(k->entries[i].extra >> 8));
		write_u8(&rows, (uint8_t)k->entries[i].extra);
		index = arena_printf(k->a, "%s%u 1 ", index, k->entries[i].num);
	}
	pk_put(k,
		arena_printf(k->a, "%u 0 obj\n<</Type/XRef/W[1 4 2]/Size %u/Index[%s]%s",
			num, k->size, index, trailer));
	if (k->prev)
		pk_put(k, arena_printf(k->a, "/Prev %llu", (unsigned long long)k->prev));
	pk_put(k, arena_printf(k->a, "/Length %zu>>\nstream\n", rows.n));
	write_bytes(&k->w, writer_bytes(&rows));
	pk_put(k, "\nendstream\nendobj\n");
	return at;
}

/* Ends the revision with a stream. */
static inline uint64_t pk_end_stream(struct pk *k, uint32_t num, const char *trailer)
{
	uint64_t at = pk_xref_stream(k, num, trailer);

	pk_tail(k, at);
	return at;
}

static inline struct bytes pk_bytes(const struct pk *k)
{
	assert_false(k->w.full);
	return bytes_make(k->w.p, k->w.n);
}

/* Catalog 1, page tree 2, `pages` pages from 10 with their contents from 10 + pages. */
static inline void pk_document(struct pk *k, unsigned pages, const char *catalog)
{
	char *kids = arena_printf(k->a, "%s", "");

	pk_obj(k, 1, "<</Type/Catalog/Pages 2 0 R%s>>", catalog);
	for (unsigned i = 0; i < pages; i++)
		kids = arena_printf(k->a, "%s%u 0 R ", kids, 10 + i);
	pk_obj(k, 2, "<</Type/Pages/Count %u/MediaBox[0 0 595 842]/Kids[%s]>>", pages,
		kids);
	for (unsigned i = 0; i < pages; i++) {
		const char *text = arena_printf(
			k->a, "BT /F1 12 Tf 72 700 Td (Seite %u) Tj ET", i + 1);

		pk_obj(k, 10 + i,
			"<</Type/Page/Parent 2 0 R/Contents %u 0 R/Resources<</Font<</F1 "
			"3 0 R>>>>>>",
			10 + pages + i);
		pk_stream(k, 10 + pages + i, "", bytes_str(text));
	}
	pk_obj(k, 3, "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>");
}

#endif
