/* evidence_pdf: what a verdict on a PDF rested on, put into the PDF and stamped: B-LT and
 * B-LTA of EN 319 142-1.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef QY_DOC_EVIDENCE_PDF_H
#define QY_DOC_EVIDENCE_PDF_H

#include "base/world.h"
#include "doc/qye_write.h"

/* Does it begin like a PDF? */
bool evidence_is_pdf(struct source *s);

/* Writes the file with the certificates, lists and answers of the record in its document
 * security store, and a document time stamp over all of it, each by a revision of its
 * own. The stamp is by `alg` (SHA-256 is what foreign readers know best), by an authority
 * as a tree of it would choose. Errors of pdf_open, pdf_add_dss and pdf_add_timestamp. */
MUST_USE bool evidence_into_pdf(struct source *file, struct outfile *to, struct arena *a,
	struct world *w, const struct record *record, const struct qye_stampers *stampers,
	enum digest_alg alg, struct err *e);

#endif
