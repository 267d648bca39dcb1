/* issue: making certificates, CRLs and certificate requests.
 * SPDX-License-Identifier: Apache-2.0
 *
 * What is written here is the narrow form: version 3 or 2, DER, UTF8String names, SM2
 * without parameters in the AlgorithmIdentifier. Whether the asker may have it is the
 * caller's question.
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
	ISSUE_ORDER, /* a platform's order key: at most 90 days, one origin */
};

/* At most 64 characters each, 128 for province and city; country two letters. */
struct issue_name {
	const char *country, *province, *city, *organization, *unit, *common_name;
};

struct issue_spec {
	enum issue_profile profile;
	struct issue_name subject;
	const char *credit_code; /* into 1.2.156.10260.4.1.4; null: none */
	const char *id_number;   /* into 1.2.156.10260.4.1.1; null: none */
	int64_t not_before, not_after;
	const char *origin;             /* ISSUE_ORDER: "https://host"; else null */
	const char *crl_url, *ocsp_url; /* null: none */
	bool demonstration;             /* the critical extension of demo CAs */
	uint32_t path_len; /* ISSUE_SUB_CA: CAs that may stand below it, usually 0 */
};

/* Issues a certificate for a public key. issuer is null for a self-signed root
 * (issuer_key is then the key of pub). The serial is 16 random octets. DER in the arena.
 * ERR_USAGE for a specification that makes no certificate (no name, a wrong credit code,
 * dates the wrong way round …), ERR_KEY_MISMATCH when issuer_key is not the issuer's,
 * ERR_SIGNER when the issuer may not issue this. */
MUST_USE bool issue_cert(struct arena *a, struct bytes *out, struct world *w,
	const struct issue_spec *spec, const struct pubkey *pub,
	const struct cert *issuer, struct key *issuer_key, struct err *e);

struct issue_revoked {
	struct bytes serial; /* content octets */
	int64_t at;
	uint32_t reason;       /* RFC 5280 §5.3.1 */
	int64_t invalid_since; /* TIME_NONE: no invalidityDate */
};

/* A full CRL, or a delta to base_number when delta is set. Errors as issue_cert. */
MUST_USE bool issue_crl(struct arena *a, struct bytes *out, struct world *w,
	const struct cert *issuer, struct key *issuer_key, uint64_t number, bool delta,
	uint64_t base_number, int64_t this_update, int64_t next_update,
	const struct issue_revoked *revoked, size_t count, struct err *e);

/* --- certificate requests, PKCS#10 (RFC 2986) ----------------------------------------
 */

enum { REQUEST_MAX = 64 * 1024 };

struct request {
	struct bytes der, tbs; /* as received */
	struct bytes subject;  /* whole Name, DER */
	struct pubkey key;
	struct bytes attributes; /* content of [0], may be empty */
	enum sig_alg sig_alg;
	bool sig_alg_known;
	struct bytes signature;
};

/* Reads a request of at most REQUEST_MAX octets with a key we know; der must outlive out.
 */
MUST_USE bool request_parse(struct request *out, struct bytes der, struct err *e);

/* Did the holder of the key sign it? */
bool request_verify(const struct request *r);

/* A request for `subject`, signed by the key it asks a certificate for. */
MUST_USE bool request_write(struct arena *a, struct bytes *out, struct world *w,
	const struct issue_name *subject, struct key *key, struct err *e);

#endif
