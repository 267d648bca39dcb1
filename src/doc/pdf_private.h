/* pdf_private: what the files of the PDF reader share. For src/doc/pdf*.c of it only.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef QY_DOC_PDF_PRIVATE_H
#define QY_DOC_PDF_PRIVATE_H

#include "doc/pdf.h"

enum {
	PDF_PACKED_SLOTS = 4,
	PDF_NESTING_MAX = 16, /* objects needed to read objects */
	PDF_WINDOW = 4096,
	PDF_WINDOW_AHEAD = 16 << 10,
	PDF_WINDOW_KEEP = 256 << 10
};

/* An object stream that was decoded and is kept until others are asked for. */
struct pdf_packed {
	uint32_t num;  /* 0: nothing */
	uint64_t used; /* when last, for leaving the oldest */
	struct arena *arena;
	struct bytes data; /* the objects */
	uint32_t *nums, *offsets;
	size_t count;
};

struct pdf {
	struct source *source;
	struct arena *arena; /* trailers and revisions */
	uint64_t end, header_at, base;
	int version;
	struct pdf_revision *revisions; /* oldest first */
	size_t revision_count;
	struct pdf_xref_entry *entries; /* those that count, by number */
	size_t entry_count;
	uint32_t next_number;
	uint8_t *window;
	size_t window_size;
	uint64_t window_at; /* what is in it: window_n octets of the file from there */
	size_t window_n;
	int nesting;
	struct pdf_packed packed[PDF_PACKED_SLOTS];
	uint64_t clock;
	bool pages_known;
	struct pdf_ref *pages;
	size_t page_count;
	struct pdf_xref_entry *pages_by_num; /* where: index of the page */
};

/* Reads the cross-reference at `at` (file offset, base added) and what it leads back to:
 * revisions, entries, next_number. */
MUST_USE bool pdf_xref_read(struct pdf *p, uint64_t at, struct err *e);

/* One value that is no indirect object (a trailer), at an offset. */
MUST_USE bool pdf_read_value(struct pdf *p, struct arena *a, uint64_t at,
	struct pdf_value *out, uint64_t *end, struct err *e);

/* "n g obj … endobj" at an offset. */
MUST_USE bool pdf_read_indirect(struct pdf *p, struct arena *a, uint64_t at,
	struct pdf_ref *ref, struct pdf_value *out, uint64_t *end, struct err *e);

/* An object within an object stream, which must be the entry's own. */
MUST_USE bool pdf_read_packed(struct pdf *p, struct arena *a,
	const struct pdf_xref_entry *x, struct pdf_value *out, struct err *e);

/* At most n octets from `at` into the window, less at the end of what is seen. */
MUST_USE bool pdf_look(
	struct pdf *p, uint64_t at, size_t n, struct bytes *out, struct err *e);

#endif
