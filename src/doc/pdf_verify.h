/* pdf_verify: the verdict on the signatures, seals and time stamps of a PDF file.
 * SPDX-License-Identifier: Apache-2.0
 *
 * What a signature holds is decided by looking into /Contents, not by what it calls
 * itself: SignedData of PKCS#7, CMS or GB/T 35275, a seal signature of GB/T 38540, a time
 * stamp token. Every signature that ever stood in the file is reported, also one that a
 * later revision took away, and every later revision is judged (pdf_changes.h).
 */
#ifndef QY_DOC_PDF_VERIFY_H
#define QY_DOC_PDF_VERIFY_H

#include "doc/ofd_verify.h"
#include "doc/report.h"

/* "%PDF-" stands within so many octets. */
enum { PDF_HEADER_WITHIN = 1024 };

/* Judges all signatures of the file into r. Errors as pdf_open: for a file that cannot be
 * read at all. */
MUST_USE bool pdf_judge(struct report *r, const struct judge *j, struct source *file,
	ofd_progress *progress, void *ctx, struct err *e);

#endif
