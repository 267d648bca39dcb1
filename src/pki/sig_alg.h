/* sig_alg: signature algorithms as certificates, CRLs and messages name them.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef QY_PKI_SIG_ALG_H
#define QY_PKI_SIG_ALG_H

#include "asn1/der.h"
#include "crypto/pubkey.h"

/* An AlgorithmIdentifier of a signature as it stood. */
struct sig_alg_id {
	struct bytes whole; /* the element, as received: inner and outer are compared */
	struct bytes oid;   /* its content octets */
	enum sig_alg alg;   /* means nothing unless known */
	bool known;         /* one of ours, with parameters absent or NULL */
};

/* Takes an AlgorithmIdentifier. One that we cannot verify is no error: known is false.
 * ERR_MALFORMED when it is none at all. */
MUST_USE bool sig_alg_read(struct bytes *in, struct sig_alg_id *out, struct err *e);

/* Which one does an OBJECT IDENTIFIER (content octets) name? False for others. */
bool sig_alg_of_oid(struct bytes oid, enum sig_alg *alg);
enum oid sig_alg_oid(enum sig_alg alg);

/* Writes the AlgorithmIdentifier: NULL parameters for RSA, none for the others. */
void sig_alg_write(struct writer *w, enum sig_alg alg);

/* The signature algorithm two identifiers and a kind of key mean together; false when
 * they mean none that proves anything (SHA-1, MD5, PSS, unknown). */
bool sig_of_oids(enum sig_alg *out, struct bytes digest_oid, struct bytes sig_oid,
	enum key_kind kind);
/* A digest algorithm by OID; false for those that prove nothing. */
bool digest_of_oid(enum digest_alg *out, struct bytes oid);

#endif
