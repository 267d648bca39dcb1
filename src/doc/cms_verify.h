/* cms_verify: judging the signers of a SignedData of GB/T 35275, PKCS#7 or CMS.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef QY_DOC_CMS_VERIFY_H
#define QY_DOC_CMS_VERIFY_H

#include "doc/cms_read.h"
#include "doc/report.h"

/* The document a signature is said to be over, when it is not (only) inside. */
struct cms_given {
	struct source *content; /* null: only what is inside */
	bool by_digest; /* content inside may be the document's SM3 (GM/T 0099 §7.2.2) */
	enum oid content_type; /* the type demanded, OID_UNKNOWN for plain data of either
				  family */
};

/* What was found on the way, for those who judge further. */
struct cms_found {
	bool has_cert;
	struct cert cert;
	struct cms_attrs attrs; /* signing_time TIME_NONE without attributes */
	enum sm2_sig_form form;
};

/* Checks one signer and enters format, digest.document and signature.value. Certificates
 * inside the message are added to the judge's evidence by cms_gather beforehand. */
void cms_check_signer(struct verdict *v, const struct judge *j, const struct cms *c,
	const struct cms_signer *s, const struct cms_given *given,
	struct cms_found *found);

/* Adds the certificates and CRLs of a message to the judge's evidence; what cannot be
 * read is left out. */
void cms_gather(const struct judge *j, const struct cms *c);

/* Judges one signer wholly (also certificate, time stamp, national reading) into s. */
void cms_judge_signer(struct report *r, struct report_signature *s, const struct judge *j,
	const struct cms *c, const struct cms_signer *signer,
	const struct cms_given *given);

/* Judges a message: a report signature for each signer. ERR_* when it is no such message;
 * EnvelopedData has no signature and adds none. */
MUST_USE bool cms_judge(struct report *r, const struct judge *j, struct bytes der,
	const struct cms_given *given, struct err *e);

/* The signature algorithm two identifiers and a kind of key mean together; false when
 * they mean none that proves anything (SHA-1, MD5, PSS, unknown). */
bool sig_of_oids(enum sig_alg *out, struct bytes digest_oid, struct bytes sig_oid,
	enum key_kind kind);
/* A digest algorithm by OID; false for those that prove nothing. */
bool digest_of_oid(enum digest_alg *out, struct bytes oid);

/* Puts the whole of a source into a digest. */
MUST_USE bool digest_put_source(struct digest *d, struct source *s, struct err *e);

#endif
