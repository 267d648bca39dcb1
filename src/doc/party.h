/* party: who stands behind a certificate, by the register: credit code, CA, standing.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef QY_DOC_PARTY_H
#define QY_DOC_PARTY_H

#include "pki/opinion.h"

/* What stands against it, in the order in which it is looked at. */
enum party_objection {
	PARTY_NO_OBJECTION,
	PARTY_CHAIN, /* no admitted CA, or not for this */
	PARTY_VALIDITY,
	PARTY_USAGE,
	PARTY_REVOKED,
	PARTY_LICENCE
};

struct party {
	const struct trust_anchor *anchor; /* null: no chain to one for this purpose */
	char credit_code[19]; /* empty: none in the field the register names */
	/* Chain, validity, usage and licence hold at `at`, and it is not known revoked.
	 */
	bool stands;
	bool revocation_unknown;      /* no status at hand, or one that has lapsed */
	const char *objection;        /* the first thing against it, null: none */
	enum party_objection against; /* the same for programs */
};

/* Judges cert at the moment `at`; trust and evidence may be null. Objection in `lang`,
 * in the arena. */
void party_of(struct party *out, struct arena *a, enum lang lang, const struct cert *cert,
	enum trust_purpose purpose, const struct trust *trust,
	const struct evidence *evidence, int64_t at);

/* What certificates say of themselves, for where no register is at hand: any field that
 * holds a credit code is believed, and who issued it is not asked. It finds mistakes, and
 * liars who do not forge names. */
enum party_claim { PARTY_CLAIMS_NOTHING, PARTY_CLAIMS_IT, PARTY_CLAIMS_ANOTHER };
/* Is the certificate of this credit code? */
enum party_claim party_claims(const struct cert *cert, struct bytes credit_code);
/* Are both of one legal person: the same credit code in one field, or without codes the
 * same subject? */
bool party_seems_one(const struct cert *a, const struct cert *b);

/* Are these two anchors of one CA: the same certificate, organization, or licence? */
bool party_is_one_ca(
	struct arena *a, const struct trust_anchor *x, const struct trust_anchor *y);

#endif
