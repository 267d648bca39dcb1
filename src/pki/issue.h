/* issue: making certificates, CRLs and certificate requests.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef QY_PKI_ISSUE_H
#define QY_PKI_ISSUE_H

#include "base/world.h"
#include "crypto/key.h"
#include "pki/cert.h"

/* What a certificate is for; decides key usage, extended key usage and basic constraints.
 */
enum issue_profile {
	ISSUE_ROOT,
	ISSUE_SUB_CA,
	ISSUE_SIGN,    /* digitalSignature, nonRepudiation */
	ISSUE_ENCRYPT, /* keyEncipherment, dataEncipherment, keyAgreement */
	ISSUE_SEAL_MAKER,
	ISSUE_TSA,
	ISSUE_OCSP,
	ISSUE_EVENT, /* at most 8 hours */
};

struct issue_name {
	const char *country, *province, *city, *organization, *unit, *common_name;
};

struct issue_spec {
	enum issue_profile profile;
	struct issue_name subject;
	const char *credit_code; /* into 1.2.156.10260.4.1.4; null: none */
	const char *id_number;   /* into 1.2.156.10260.4.1.1; null: none */
	int64_t not_before, not_after;
	const char *crl_url, *ocsp_url; /* null: none */
	bool demonstration;             /* the critical extension of demo CAs */
};

/* Issues a certificate for a public key. issuer is null for a self-signed root
 * (issuer_key is then the key of pub). The serial is 16 random octets. DER in the arena.
 */
MUST_USE bool issue_cert(struct arena *a, struct bytes *out, struct world *w,
	const struct issue_spec *spec, const struct pubkey *pub,
	const struct cert *issuer, struct key *issuer_key, struct err *e);

struct issue_revoked {
	struct bytes serial; /* content octets */
	int64_t at;
	uint32_t reason;       /* RFC 5280 §5.3.1 */
	int64_t invalid_since; /* TIME_NONE: no invalidityDate */
};

/* A full CRL, or a delta to base_number when delta is set. */
MUST_USE bool issue_crl(struct arena *a, struct bytes *out, struct world *w,
	const struct cert *issuer, struct key *issuer_key, uint64_t number, bool delta,
	uint64_t base_number, int64_t this_update, int64_t next_update,
	const struct issue_revoked *revoked, size_t count, struct err *e);

#endif
