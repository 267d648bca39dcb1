/* ses_verify: judging seals and seal signatures by the steps of GB/T 38540-2020 §8 and
 * the additions of GM/T 0031-2025 (standards §2.4), each a check that cites its clause.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef QY_DOC_SES_VERIFY_H
#define QY_DOC_SES_VERIFY_H

#include "doc/report.h"
#include "doc/ses.h"

/* What the document says of the seal signature; all optional. */
struct ses_given {
	const uint8_t *data_sm3; /* SM3 of what is protected (in OFD of Signature.xml), or
				    null */
	struct bytes seal_file;  /* Seal.esl beside it; empty: none */
	struct bytes property;   /* what propertyInfo should name; empty: not compared */
};

/* Judges a seal signature into s: format, digest.document, signature.value, seal.*,
 * cert.*, ca.licence, timestamp.*; the claimed time, the seal and the signer.
 * Certificates it carries are added to the evidence. */
void ses_judge_signature(struct report *r, struct report_signature *s,
	const struct judge *j, const struct ses_signature *ses,
	const struct ses_given *given);

/* Judges a seal by itself into s: format, seal.value, seal.validity, seal.maker. */
void ses_judge_seal(struct report *r, struct report_signature *s, const struct judge *j,
	const struct ses_seal *seal);

#endif
