/* evidence_pdf: see evidence_pdf.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "doc/evidence_pdf.h"

#include "base/time.h"
#include "doc/pdf.h"
#include "doc/pdf_dss_write.h"
#include "doc/pdf_sign.h"
#include "doc/qye_private.h"

bool evidence_is_pdf(struct source *s)
{
	uint8_t head[5];
	struct err e;

	return source_size(s) >= sizeof head &&
	       source_read(s, 0, head, sizeof head, &e) &&
	       bytes_equal(BYTES_OF(head), BYTES("%PDF-"));
}

static struct pdf_evidence evidence_of(struct arena *a, const struct record *record)
{
	struct timestamp_kept kept = qye_kept(a, record);

	return (struct pdf_evidence){.certs = kept.certs,
		.cert_count = kept.cert_count,
		.crls = kept.crls,
		.crl_count = kept.crl_count,
		.ocsps = kept.ocsps,
		.ocsp_count = kept.ocsp_count};
}

//= ETSI EN 319 142-1 §6.3: B-LTA is B-LT with a document time stamp over all of it
bool evidence_into_pdf(struct source *file, struct outfile *to, struct arena *a,
	struct world *w, const struct record *record, const struct qye_stampers *stampers,
	enum digest_alg alg, struct err *e)
{
	struct pdf_dss dss = {.all = evidence_of(a, record)};
	AUTO(source) written = NULL;
	AUTO(pdf) before = NULL;
	AUTO(pdf) with_dss = NULL;
	struct qye_chooser chooser;
	struct stamper stamper = qye_choose(&chooser, stampers, alg);
	bool added;

	if (!pdf_open(&before, file, 0, e) ||
		!pdf_add_dss(before, to, a, w, &dss, &added, e))
		return false;
	if (!added)
		return pdf_add_timestamp(before, to, a, w, &stamper, e);
	return source_open(&written, outfile_temporary(to), e) &&
	       pdf_open(&with_dss, written, 0, e) &&
	       pdf_add_timestamp(with_dss, to, a, w, &stamper, e);
}
