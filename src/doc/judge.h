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
	/* Since when the octets judged (and the content) are proven to exist: a stamp
	 * over all of them, outside of them, by an independent authority. 0: nothing
	 * proves it. */
	int64_t file_at;
	const struct constraints *constraints; /* null: those of today */
	struct record *record; /* where to enter what verdicts rest on, or null */
};

/* Since when the file, or an object out of it, is proven to exist; else j->now. */
int64_t judge_file_time(const struct judge *j);
int64_t judge_object_time(const struct judge *j, struct bytes object);
/* The time of proof of a signature with this value as far as it is known without its own
 * stamps: timestamp_judge moves it. */
struct proof_time judge_proof(const struct judge *j, struct bytes value, int64_t claimed);
/* Enters that an object existed at a time; for later questions to the same judge. */
void judge_prove(const struct judge *j, struct bytes object, int64_t at);

/* The question about a certificate, with all that this judge knows. */
struct opinion_request judge_question(const struct judge *j, const struct cert *cert,
	enum trust_purpose purpose, const struct proof_time *time);

/* Is the digest, or the signature by this key, sound as of `at`, since when what it
 * protects is proven to exist? If not, the check fails and they answer false. */
bool judge_digest_sound(struct verdict *v, const struct judge *j, enum check_id id,
	enum digest_alg alg, int64_t at);
bool judge_signature_sound(struct verdict *v, const struct judge *j, enum check_id id,
	enum sig_alg alg, const struct pubkey *key, int64_t at);

/* Adds a certificate, CRL or OCSP answer that a file carries to the evidence; one that
 * cannot be read, or is one too many, is left out. Nothing becomes trusted by this. */
void judge_learn_cert(const struct judge *j, struct bytes der);
void judge_learn_crl(const struct judge *j, struct bytes der);
void judge_learn_ocsp(const struct judge *j, struct bytes der);

#endif
