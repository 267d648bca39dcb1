/* pdf_dss: the evidence a PDF carries in its document security store, for the judge.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef QY_DOC_PDF_DSS_H
#define QY_DOC_PDF_DSS_H

#include "doc/judge.h"
#include "doc/pdf.h"

enum {
	PDF_DSS_OBJECTS_MAX = 4096,
	PDF_DSS_OBJECT_MAX = 4 << 20,
	PDF_DSS_MAX_ALL = 24 << 20
};

struct pdf_dss_object {
	struct bytes der;
	uint64_t at;   /* where its data lie in the file */
	bool is_state; /* a CRL or OCSP answer, not a certificate */
};

struct pdf_dss_read {
	struct pdf_dss_object *objects;
	size_t count;
	bool present;
	const char *fault; /* what could not be read, or null */
};

/* Reads the store of the file as it stands and adds what is in it to the judge's
 * evidence. What cannot be read is left out and named in `fault`. Lives in j->arena. */
MUST_USE bool pdf_dss_gather(
	struct pdf_dss_read *out, const struct judge *j, struct pdf *p, struct err *e);

#endif
