/* pdf_diff_field: one form field of a later revision. For src/doc/pdf_diff*.c only.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef QY_DOC_PDF_DIFF_FIELD_H
#define QY_DOC_PDF_DIFF_FIELD_H

#include "doc/pdf_diff.h"

/* Is it a signature field with a signature in it? */
MUST_USE bool pdf_field_is_signed(
	struct pdf_diff *d, struct pdf *p, const struct pdf_field *f, bool *out);

/* Names what was done to a field that was there before. */
MUST_USE bool pdf_diff_field(
	struct pdf_diff *d, const struct pdf_field *was, const struct pdf_field *is);

/* Names what a field is that was not there before. */
MUST_USE bool pdf_diff_new_field(struct pdf_diff *d, const struct pdf_field *f);

#endif
