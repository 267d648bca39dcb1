/* crl: lists of revoked certificates (RFC 5280 §5, GB/T 20518), full and delta, read
 * without allocating. SPDX-License-Identifier: Apache-2.0
 *
 * Parsing looks at every entry once; afterwards entries can be walked without errors.
 * Only direct lists over all reasons are read: indirect ones, those over some reasons and
 * unknown critical extensions are ERR_UNSUPPORTED, because ignoring what they say would
 * make a revoked certificate look good.
 */
#ifndef QY_PKI_CRL_H
#define QY_PKI_CRL_H

#include "base/time.h"
#include "pki/cert.h"

enum { CRL_MAX = 64 << 20, CRL_NUMBER_MAX = 20 };

/* RFC 5280 §5.3.1; 7 is not used. */
enum crl_reason {
	CRL_UNSPECIFIED = 0,
	CRL_KEY_COMPROMISE = 1,
	CRL_CA_COMPROMISE = 2,
	CRL_AFFILIATION_CHANGED = 3,
	CRL_SUPERSEDED = 4,
	CRL_CESSATION = 5,
	CRL_HOLD = 6,   /* suspended */
	CRL_REMOVE = 8, /* only in deltas: taken off the list again */
	CRL_PRIVILEGE_WITHDRAWN = 9,
	CRL_AA_COMPROMISE = 10,
};

struct crl {
	struct bytes der, tbs; /* as received */
	struct bytes issuer;   /* whole Name, DER */
	struct bytes entries;  /* content of revokedCertificates, may be empty */
	size_t entry_count;
	struct bytes signature;
	enum sig_alg sig_alg;
	bool sig_alg_known; /* else nothing verifies */
	int64_t this_update;
	int64_t next_update; /* TIME_NONE: not said */
	struct bytes aki;    /* key identifier, empty when absent */
	bool has_number, is_delta;
	struct bytes number, base_number; /* minimal, without leading zeros */
	struct bytes idp; /* content of the extension, empty when absent */
	bool only_user, only_ca, only_attribute;
	struct bytes distribution_point; /* GeneralNames of the IDP, may be empty */
	uint8_t sm3[SM3_SIZE];           /* digest of der */
};

struct crl_entry {
	struct bytes serial; /* content octets of the INTEGER */
	int64_t revoked_at;
	enum crl_reason reason; /* CRL_UNSPECIFIED when absent */
	int64_t invalid_since;  /* invalidityDate, TIME_NONE when absent */
};

/* Reads one CRL of at most CRL_MAX octets, version 1 or 2; der must outlive out.
 * ERR_MALFORMED, ERR_UNSUPPORTED (see above), ERR_TOO_LARGE. */
MUST_USE bool crl_parse(struct crl *out, struct bytes der, struct err *e);

/* Did this CA sign it: names equal, cRLSign where there is a key usage, the signature
 * verifies? Dates and chain of the CA are the caller's. */
bool crl_verify(const struct crl *c, const struct cert *issuer);

/* Takes the next entry off *rest, which starts as c->entries; false at the end. */
bool crl_next(struct bytes *rest, struct crl_entry *out);

/* Is this serial (content octets) listed? */
bool crl_find(const struct crl *c, struct bytes serial, struct crl_entry *out);

/* Does the list speak of this certificate: same issuer name, its kind (user or CA) and,
 * where the list names a distribution point, the certificate points there? */
bool crl_covers(const struct crl *c, const struct cert *cert);

/* Can delta be laid over base: same issuer, scope and key identifier, base not older than
 * what the delta starts from, delta newer? //= RFC 5280 §5.2.4 */
bool crl_delta_fits(const struct crl *base, const struct crl *delta);

/* Looks a serial up in base and delta (null: none) together. */
bool crl_find_merged(const struct crl *base, const struct crl *delta, struct bytes serial,
	struct crl_entry *out);

/* Two numbers, as octets without leading zeros: <0, 0, >0. */
int crl_number_compare(struct bytes a, struct bytes b);

/* How b stands to a, both by one issuer with one scope. A list that is later by one of
 * number and thisUpdate and earlier by the other is CRL_CONFLICT: somebody turned a clock
 * or a counter back, and neither may be called the newer. */
enum crl_order { CRL_EQUAL, CRL_NEWER, CRL_OLDER, CRL_CONFLICT };
enum crl_order crl_order(const struct crl *a, const struct crl *b);

#endif
