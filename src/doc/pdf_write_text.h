/* pdf_write_text: the syntax of PDF objects, put together piece by piece.
 * SPDX-License-Identifier: Apache-2.0
 *
 * Putting never fails at once: when the text becomes too long, `full` is set, nothing
 * more is added, and pdf_text_end says so.
 */
#ifndef QY_DOC_PDF_WRITE_TEXT_H
#define QY_DOC_PDF_WRITE_TEXT_H

#include "doc/pdf_value.h"

struct pdf_text {
	struct buf buf;
	bool full;
};

/* An empty text; memory is the text's own, given back by pdf_text_fini. */
struct pdf_text pdf_text_make(void);
void pdf_text_fini(struct pdf_text *t);
#define AUTO_PDF_TEXT __attribute__((cleanup(pdf_text_fini))) struct pdf_text

/* What was put together, or ERR_TOO_LARGE. Valid until more is put. */
MUST_USE bool pdf_text_end(const struct pdf_text *t, struct bytes *out, struct err *e);

void pdf_put(struct pdf_text *t, const char *s);
void pdf_put_bytes(struct pdf_text *t, struct bytes b);
void pdf_put_u64(struct pdf_text *t, uint64_t v);
/* A number with at most four decimals, never in exponents. Beyond ±10^9: that limit. */
void pdf_put_number(struct pdf_text *t, double v);
/* Numbers with blanks between them. */
void pdf_put_numbers(struct pdf_text *t, const double *v, size_t n);
/* "12 0 R". */
void pdf_put_ref(struct pdf_text *t, struct pdf_ref ref);
/* /Name with #xx where that is needed. */
void pdf_put_name(struct pdf_text *t, struct bytes name);
/* "<…>", upper-case digits. */
void pdf_put_hex(struct pdf_text *t, struct bytes b);
/* A text string: "(…)" for ASCII, UTF-16BE with its mark for others. utf8 must be valid
 * UTF-8; what is not is put as ASCII question marks. */
void pdf_put_string(struct pdf_text *t, struct bytes utf8);
/* A value as it stood (of a stream the dictionary). */
void pdf_put_value(struct pdf_text *t, const struct pdf_value *v);
/* (D:YYYYMMDDHHMMSSZ), UTC. */
void pdf_put_date(struct pdf_text *t, int64_t time);

#endif
