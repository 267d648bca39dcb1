/* cms_check: the mathematics of one signer of a SignedData: form, digest, value. Who the
 * signer is and what time proves is judged above, in cms_verify and timestamp.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef QY_DOC_CMS_CHECK_H
#define QY_DOC_CMS_CHECK_H

#include "doc/cms_read.h"
#include "doc/judge.h"

/* The clause a SignedData is checked by. */
#define CMS_RULE_SIGNED "GB/T 35275-2017 §8"

/* The document a signature is said to be over, when it is not (only) inside. */
struct cms_given {
	struct source *content; /* null: only what is inside */
	bool by_digest; /* content inside may be the document's SM3 (GM/T 0099 §7.2.2) */
	int64_t claimed; /* when the document says it was signed, if the message does not
			    say; 0, TIME_NONE: nothing */
	enum oid content_type; /* the type demanded, OID_UNKNOWN for plain data of either
				  family */
};

/* What was found on the way, for those who judge further. */
struct cms_found {
	bool has_cert;
	struct cert cert;
	struct cms_attrs attrs; /* signing_time TIME_NONE without attributes */
	enum sm2_sig_form form;
	bool alg_known;   /* the value verified with … */
	enum sig_alg alg; /* whose soundness those judge who know since when it stood */
};

/* Checks one signer and enters format, digest.document and signature.value. Certificates
 * inside the message are added to the judge's evidence by cms_gather beforehand. */
void cms_check_signer(struct verdict *v, const struct judge *j, const struct cms *c,
	const struct cms_signer *s, const struct cms_given *given,
	struct cms_found *found);

/* Adds the certificates and CRLs of a message to the judge's evidence; what cannot be
 * read is left out. */
void cms_gather(const struct judge *j, const struct cms *c);

/* Puts the whole of a source into a digest. */
MUST_USE bool digest_put_source(struct digest *d, struct source *s, struct err *e);

#endif
