/* pdf_later: what came after each signature, entered into its verdict: coverage and
 * later_changes.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef QY_DOC_PDF_LATER_H
#define QY_DOC_PDF_LATER_H

#include "doc/pdf_changes.h"
#include "doc/report.h"

/* Compares the revisions behind the first signature, each with the one before, and
 * remembers what they did in h; notes what is odd about the whole file. */
MUST_USE bool pdf_later_judge(
	struct report *r, const struct judge *j, struct pdf_history *h, struct err *e);

/* Enters coverage, later_changes and covers of one signature. */
void pdf_later_enter(struct report_signature *s, const struct judge *j,
	const struct pdf_history *h, size_t signature);

#endif
