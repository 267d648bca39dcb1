/* issue_write: the pieces that certificates, CRLs, requests and answers are made of.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef QY_PKI_ISSUE_WRITE_H
#define QY_PKI_ISSUE_WRITE_H

#include "pki/issue.h"

/* Room for a signature, its algorithm and the headers around. */
enum { SIGNED_OVERHEAD = SIG_VALUE_MAX + 64 };

/* Writes a Name; ERR_USAGE for one that is empty, too long or no UTF-8. */
MUST_USE bool issue_name_write(
	struct writer *w, const struct issue_name *name, struct err *e);

/* Opens Extension { extnID, critical, OCTET STRING {; extension_close ends both. */
struct extension_mark {
	size_t sequence, octets;
};
struct extension_mark extension_open(struct writer *w, enum oid oid, bool critical);
void extension_close(struct writer *w, struct extension_mark mark);

/* Writes authorityKeyIdentifier of an issuer: its own SKI, else the one we would give. */
void extension_aki(struct writer *w, struct bytes issuer_ski, struct bytes issuer_spki);

/* Writes what stands between [3] { and }: all extensions of a certificate. */
MUST_USE bool issue_extensions_write(struct writer *w, const struct issue_spec *spec,
	const struct pubkey *pub, const struct cert *issuer, struct err *e);

/* SEQUENCE { tbs, algorithm, BIT STRING signature } signed by key with its default
 * algorithm (which tbs must name inside). In the arena. */
MUST_USE bool signed_write(struct arena *a, struct bytes *out, struct world *w,
	struct key *key, struct bytes tbs, struct err *e);

#endif
