/* ofd_coverage: which files of a package a signature answers for, and which it does not.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef QY_DOC_OFD_COVERAGE_H
#define QY_DOC_OFD_COVERAGE_H

#include "doc/ofd_signature.h"
#include "doc/report.h"

/* One signature of a document after its own checks. */
struct ofd_judged {
	const struct ofd_signature_entry *entry;
	struct report_signature *report;
	bool is_read; /* Signature.xml could be read */
	struct ofd_signature signature;
};

/* Enters `coverage` for each signature that was read. judged[] is in the order of
 * Signatures.xml; what stands behind a signature there is later. */
void ofd_check_coverage(const struct judge *j, const struct ofd *o,
	const struct ofd_doc *doc, const struct ofd_judged *judged, size_t count);

#endif
