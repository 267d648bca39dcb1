/* pdf_sign_rules: what a file's earlier signatures allow a new one.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef QY_DOC_PDF_SIGN_RULES_H
#define QY_DOC_PDF_SIGN_RULES_H

#include "doc/pdf.h"

/* May the file be signed; certified, if `certify`? ERR_DENIED when its certification or a
 * lock forbids it, or when it has signatures and would be certified; ERR_TOO_LARGE beyond
 * 100 000 fields. */
MUST_USE bool pdf_sign_allowed(struct pdf *p, bool certify, struct err *e);

#endif
