/* pdf_dss_write: evidence into a PDF: the document security store of EN 319 142-1 §5.4.
 * SPDX-License-Identifier: Apache-2.0
 *
 * Certificates, CRLs and OCSP answers go in by a revision of its own. What a store that
 * stands there already holds is kept; what is in it is not written a second time.
 */
#ifndef QY_DOC_PDF_DSS_WRITE_H
#define QY_DOC_PDF_DSS_WRITE_H

#include "base/source.h"
#include "base/world.h"

struct pdf;

enum { PDF_DSS_MAX = 4096 }; /* objects of each kind */

struct pdf_evidence {
	const struct bytes *certs; /* DER */
	size_t cert_count;
	const struct bytes *crls; /* CertificateList, DER */
	size_t crl_count;
	const struct bytes *ocsps; /* OCSPResponse, DER */
	size_t ocsp_count;
};

/* The evidence of one signature, a further grouping of what the store holds. */
struct pdf_vri {
	/* The value of the signature's /Contents, decoded, with its padding of zeros. */
	struct bytes contents;
	struct pdf_evidence evidence;
	int64_t time; /* when it was gathered (/TU); TIME_NONE: without */
};

struct pdf_dss {
	struct pdf_evidence all; /* of the whole file; what the VRIs name is added */
	const struct pdf_vri *vris;
	size_t vri_count;
};

/* Adds the evidence; in, to and the arena as pdf_sign. When everything is there already,
 * no revision is added, `to` holds what `in` does, and *added is false. ERR_TOO_LARGE
 * beyond PDF_DSS_MAX. */
MUST_USE bool pdf_add_dss(struct pdf *in, struct outfile *to, struct arena *a,
	struct world *w, const struct pdf_dss *dss, bool *added, struct err *e);

#endif
