/* trust: the register a verdict rests on: which CAs are admitted, for what, under which
 * licences. SPDX-License-Identifier: Apache-2.0
 *
 * A trust store is one signed file with a serial (docs/formats/trust-store.md). An older
 * serial than one already seen is refused by whoever keeps that memory.
 */
#ifndef QY_PKI_TRUST_H
#define QY_PKI_TRUST_H

#include "base/world.h"
#include "crypto/key.h"
#include "pki/cert.h"

enum { TRUST_MAX = 16 << 20, TRUST_ANCHORS_MAX = 4096 };

enum trust_purpose {
	TRUST_SIGNER = 1 << 0,
	TRUST_ENCRYPTION = 1 << 1,
	TRUST_TSA = 1 << 2,
	TRUST_SEAL_MAKER = 1 << 3,
	TRUST_EVENT = 1 << 4,
};

/* 电子认证服务许可证 and 电子认证服务使用密码许可证. */
struct trust_licence {
	const char *number;
	int64_t from, to; /* TIME_NONE for both: not stated */
};

struct trust_anchor {
	struct cert cert;
	const char *name;                   /* of the CA, as users know it */
	uint32_t purposes;                  /* enum trust_purpose */
	enum credit_code_field credit_code; /* subject profile */
	bool independent;                   /* TSA: not the operator's own */
	struct trust_licence service, cipher;
	int64_t admitted_from, admitted_to; /* TIME_NONE: no bound */
};

struct trust {
	uint64_t serial;
	int64_t made_at;
	const char *title;
	struct trust_anchor *anchors;
	size_t count;
	struct bytes *extra; /* further CA certificates (DER) for building chains */
	size_t extra_count;
	struct cert signer;       /* who signed the store */
	struct bytes whole;       /* the file as read */
	uint8_t sm3[SM3_SIZE];    /* digest of the whole file; verdicts cite it */
	bool allow_demonstration; /* set by the caller: accept demo CAs ("unless told") */
};

/* Reads and checks the signature of a store (max TRUST_MAX octets); everything lives in
 * the arena, the octets are copied. That its signer is the expected one is the caller's
 * check. */
MUST_USE bool trust_read(
	struct trust **out, struct arena *a, struct bytes file, struct err *e);

/* Writes a store signed by key; signer is its certificate (may be self-signed). */
MUST_USE bool trust_write(struct arena *a, struct bytes *out, struct world *w,
	const struct trust *t, struct key *key, struct bytes signer_cert, struct err *e);

/* The memory against rollback: a small file in `folder` per store signer that holds the
 * highest serial and the digest of that store. Refuses a lower serial, and the same
 * serial with another digest (ERR_ROLLBACK); otherwise remembers. */
MUST_USE bool trust_remember(const struct trust *t, const char *folder, struct err *e);

/* The same question without remembering: for a store that is used once. No folder, no
 * memory. */
MUST_USE bool trust_recall(const struct trust *t, const char *folder, struct err *e);

#endif
