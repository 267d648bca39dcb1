/* cms_verify: judging the signers of a SignedData of GB/T 35275, PKCS#7 or CMS.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef QY_DOC_CMS_VERIFY_H
#define QY_DOC_CMS_VERIFY_H

#include "doc/cms_check.h"
#include "doc/report.h"

/* Judges one signer wholly (also certificate, time stamp, national reading) into s. */
void cms_judge_signer(struct report *r, struct report_signature *s, const struct judge *j,
	const struct cms *c, const struct cms_signer *signer,
	const struct cms_given *given);

/* Judges a message: a report signature for each signer. ERR_* when it is no such message;
 * EnvelopedData has no signature and adds none. */
MUST_USE bool cms_judge(struct report *r, const struct judge *j, struct bytes der,
	const struct cms_given *given, struct err *e);

#endif
