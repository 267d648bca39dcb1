/* pdf_field: the interactive form: its fields, each with its widgets.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef QY_DOC_PDF_FIELD_H
#define QY_DOC_PDF_FIELD_H

#include "doc/pdf.h"

enum { PDF_FIELDS_MAX = 50000, PDF_FIELD_LEVELS = 32 };

struct pdf_field {
	const char *name;        /* partial names joined with '.', UTF-8, printable */
	uint32_t num;            /* its object; 0: written directly in its parent */
	struct pdf_value dict;   /* as it stands */
	struct bytes type;       /* FT, inherited: Sig, Tx, Btn, Ch; may be empty */
	struct pdf_value value;  /* V as it stands, inherited; may be a REF */
	struct pdf_value lock;   /* Lock, resolved; the null object: none */
	struct pdf_value *shown; /* its widgets' dictionaries: itself or its kids */
	uint32_t *shown_nums;    /* their objects; 0: direct */
	size_t shown_count;
};

/* All terminal fields of the form in the order of the tree. ERR_MALFORMED for circles and
 * what is no tree, ERR_TOO_LARGE beyond PDF_FIELDS_MAX. */
MUST_USE bool pdf_fields(struct pdf *p, struct arena *a, struct pdf_field **out,
	size_t *count, struct err *e);

/* A text string (UTF-16, UTF-8 or PDFDocEncoding) as printable UTF-8 of at most max
 * octets; null when v is no string. */
char *pdf_text(struct arena *a, const struct pdf_value *v, size_t max);

/* A date, "D:20261122083000+08'00'": microseconds UTC; TIME_NONE when it is none. */
int64_t pdf_date(const struct pdf_value *v);

#endif
