/* pdf_predictor: rows stored as differences (PNG and TIFF), turned back.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef QY_DOC_PDF_PREDICTOR_H
#define QY_DOC_PDF_PREDICTOR_H

#include "doc/pdf.h"

struct pdf_predictor;

/* By /DecodeParms. ERR_MALFORMED for shapes that cannot be, ERR_UNSUPPORTED for TIFF rows
 * of other than 8 bits a component, ERR_TOO_LARGE for rows beyond 1 MB. */
MUST_USE bool pdf_predictor_make(struct pdf_predictor **out, struct pdf *p,
	struct arena *a, const struct pdf_value *parms, struct err *e);
MUST_USE bool pdf_predictor_put(
	struct pdf_predictor *x, struct bytes in, struct sink to, struct err *e);
/* Does no part of a row wait? */
bool pdf_predictor_is_whole(const struct pdf_predictor *x);

#endif
