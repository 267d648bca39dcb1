/* ocsp: reading the online certificate status protocol (RFC 6960), without allocating.
 * Writing is in ocsp_write.h. SPDX-License-Identifier: Apache-2.0
 *
 * Certificates are named by digests of their issuer's name and key, with SM3, SHA-256 or,
 * as foreign software does, SHA-1, which here only identifies and proves nothing.
 */
#ifndef QY_PKI_OCSP_H
#define QY_PKI_OCSP_H

#include "base/time.h"
#include "pki/cert.h"

enum {
	OCSP_MAX = 1 << 20,
	OCSP_REQUEST_MAX = 64 * 1024,
	OCSP_NONCE_MAX = 128,
	OCSP_ASKED_MAX = 64 /* certificates in one request */
};

/* RFC 6960 §4.2.1. */
enum ocsp_result {
	OCSP_SUCCESSFUL = 0,
	OCSP_MALFORMED_REQUEST = 1,
	OCSP_INTERNAL_ERROR = 2,
	OCSP_TRY_LATER = 3,
	OCSP_SIG_REQUIRED = 5,
	OCSP_UNAUTHORIZED = 6,
};

enum ocsp_status { OCSP_GOOD, OCSP_REVOKED, OCSP_UNKNOWN };

/* CertID: which certificate. */
struct ocsp_id {
	struct bytes whole; /* as received; answers repeat it */
	struct bytes hash;  /* OID content of the digest algorithm */
	struct bytes name_hash, key_hash;
	struct bytes serial; /* content octets */
};

/* Does it name the certificate with this serial issued by this CA? False also for
 * digests other than SM3, SHA-256 and SHA-1. */
bool ocsp_id_matches(
	const struct ocsp_id *id, const struct cert *issuer, struct bytes serial);

struct ocsp_request {
	struct bytes ids;   /* content of requestList */
	size_t count;       /* 1 … OCSP_ASKED_MAX */
	struct bytes nonce; /* empty when absent */
};

/* Reads a request of at most OCSP_REQUEST_MAX octets; a signature of the asker is passed
 * over. Unknown critical extensions are ERR_UNSUPPORTED. */
MUST_USE bool ocsp_request_parse(
	struct ocsp_request *out, struct bytes der, struct err *e);

/* Takes the next question off *rest, which starts as r->ids; false at the end. */
bool ocsp_request_next(struct bytes *rest, struct ocsp_id *out);

struct ocsp {
	struct bytes der;
	enum ocsp_result result; /* what follows is empty unless OCSP_SUCCESSFUL */
	struct bytes tbs;
	struct bytes responder_name; /* whole Name, or empty … */
	struct bytes responder_key;  /* … SHA-1 of the key bits */
	int64_t produced_at;
	struct bytes singles; /* content of responses */
	size_t single_count;
	struct bytes nonce; /* empty when absent */
	struct bytes certs; /* content of the SEQUENCE OF Certificate, may be empty */
	enum sig_alg sig_alg;
	bool sig_alg_known;
	struct bytes signature;
	uint8_t sm3[SM3_SIZE]; /* digest of der */
};

struct ocsp_single {
	struct ocsp_id id;
	enum ocsp_status status;
	int64_t revoked_at;    /* TIME_NONE unless revoked */
	uint32_t reason;       /* enum crl_reason, 0 when not said */
	int64_t invalid_since; /* TIME_NONE when not said */
	int64_t this_update;
	int64_t next_update; /* TIME_NONE: not said */
};

/* Reads a response of at most OCSP_MAX octets, every single answer included; der must
 * outlive out. Types other than id-pkix-ocsp-basic and unknown critical extensions are
 * ERR_UNSUPPORTED. */
MUST_USE bool ocsp_parse(struct ocsp *out, struct bytes der, struct err *e);

/* Takes the next answer off *rest, which starts as o->singles; false at the end. */
bool ocsp_next(struct bytes *rest, struct ocsp_single *out);

/* The answer about the certificate with this serial issued by this CA; of several the one
 * with the latest thisUpdate. */
bool ocsp_find(const struct ocsp *o, const struct cert *issuer, struct bytes serial,
	struct ocsp_single *out);

/* Who signed an answer. */
struct ocsp_signer {
	bool delegated;   /* not the CA's own key */
	struct cert cert; /* the delegate's certificate; the CA's own otherwise */
	bool no_check; /* the delegate carries ocsp-nocheck: its own state is not asked */
};

/* Did the CA, or one it delegated to, sign this? A delegate's certificate stands in the
 * answer, is issued directly by this CA, says OCSPSigning, and was valid at producedAt.
 * *checks (null: no limit) counts down with every signature looked at; at 0 the answer is
 * no. //= RFC 6960 §4.2.2.2 */
bool ocsp_verify(const struct ocsp *o, const struct cert *issuer,
	struct ocsp_signer *signer, unsigned *checks);

/* What one answer is worth at a moment. */
enum ocsp_window {
	OCSP_CURRENT,
	OCSP_NOT_YET, /* thisUpdate or producedAt lies in the future */
	OCSP_PAST,    /* nextUpdate has passed; without one: thisUpdate is older than
		       * max_age */
};
enum ocsp_window ocsp_window(
	const struct ocsp *o, const struct ocsp_single *s, int64_t at, int64_t max_age);

#endif
