/* pdf_section: one cross-reference section, table or stream. For src/doc/pdf_xref.c.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef QY_DOC_PDF_SECTION_H
#define QY_DOC_PDF_SECTION_H

#include "doc/pdf_private.h"

struct pdf_section {
	uint64_t at, end; /* of the section, trailer included */
	uint64_t stream_at, stream_end;
	uint64_t startxref;       /* what stands behind it, as written */
	uint64_t eof_at, eof_end; /* octet after the %%EOF behind it, and after its line
				     end; 0: there is none */
	enum pdf_xref_kind kind;
	struct pdf_value trailer;       /* in p->arena */
	struct pdf_xref_entry *entries; /* by number; freed by the caller */
	size_t count, cap;
};

/* Reads the section at s->at: kind, entries (at most max), trailer, end. */
MUST_USE bool pdf_section_read(
	struct pdf *p, struct pdf_section *s, size_t max, struct err *e);

/* Adds the entries of a second section that counts after the first: the hidden part of a
 * hybrid one (what the table calls free may be in use there), the rest of a linearised
 * one. What both call in use, at different places, is ERR_MALFORMED. */
MUST_USE bool pdf_section_join(
	struct pdf_section *s, const struct pdf_section *second, struct err *e);

#endif
