/* pdf_sign_hole: the place in a file where its own signature will stand.
 * SPDX-License-Identifier: Apache-2.0
 *
 * A signature dictionary is written with /ByteRange blank and /Contents full of zeros.
 * When the file is complete the range is entered, what stands around the hole is digested
 * and signed, and the value goes into the hole.
 */
#ifndef QY_DOC_PDF_SIGN_HOLE_H
#define QY_DOC_PDF_SIGN_HOLE_H

#include "doc/pdf_write_text.h"

#include "base/source.h"

struct pdf_hole {
	/* While the dictionary is put together: offsets in it; afterwards in the file. */
	uint64_t range_at; /* between the brackets */
	uint64_t open_at;  /* of '<' */
	uint64_t close_at; /* behind '>' */
	size_t reserve;    /* octets that fit */
	/* The octets covered, once the range is entered. */
	struct source_range covered[2];
};

/* Puts /ByteRange and /Contents into a signature dictionary. */
void pdf_hole_put(struct pdf_text *t, struct pdf_hole *h, size_t reserve);

/* The file is complete and the dictionary's text began at body_at: enters the range. */
MUST_USE bool pdf_hole_cover(
	struct pdf_hole *h, struct outfile *f, uint64_t body_at, struct err *e);

/* "[0 a b c]", as it stands in the file. */
char *pdf_hole_range(const struct pdf_hole *h, struct arena *a);

/* Puts the value in. ERR_TOO_LARGE when it does not fit. */
MUST_USE bool pdf_hole_fill(
	const struct pdf_hole *h, struct outfile *f, struct bytes value, struct err *e);

#endif
