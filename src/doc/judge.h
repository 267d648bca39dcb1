/* judge: what every verification is given to judge with.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef QY_DOC_JUDGE_H
#define QY_DOC_JUDGE_H

#include "base/source.h"
#include "pki/opinion.h"
#include "pki/poe.h"

struct judge {
	struct arena *arena; /* reports live here */
	enum lang lang;
	const struct trust *trust; /* null: no trust store */
	struct evidence *evidence; /* never null; what files carry is added to it */
	struct poe *poe;           /* what later stamps prove, or null: nothing */
	int64_t now;
	struct source *content; /* the document of a detached signature, or null */
};

/* Adds a certificate or CRL that a file carries to the evidence; one that cannot be read,
 * or is one too many, is left out. Nothing becomes trusted by this. */
void judge_learn_cert(const struct judge *j, struct bytes der);
void judge_learn_crl(const struct judge *j, struct bytes der);

#endif
