/* lockbox: the construction of a sealed part (protocols §1), without any file around it.
 * SPDX-License-Identifier: Apache-2.0
 *
 * Everything random in a part follows from one secret of 32 octets, ρ: the content key,
 * its public commitment COM, the shares and every envelope. Who holds ρ recomputes all of
 * it and compares; a dealing that is not the one ρ gives is a lie of the dealer, and ρ
 * with the header is the proof of it. Secrecy of t-1 shares is computational (SM3 as a
 * random oracle).
 *
 * Recipients are numbered: trustees 1 … n in the notice's order, the owner's certificates
 * 256, 257, … in the header's.
 */
#ifndef QY_DOC_LOCKBOX_H
#define QY_DOC_LOCKBOX_H

#include "crypto/key.h"
#include "crypto/shamir.h"
#include "crypto/sm4.h"

enum {
	LOCKBOX_SECRET = 32, /* ρ, α, a share */
	LOCKBOX_ID = 32,
	LOCKBOX_NONCE = 7,
	LOCKBOX_CHUNK = 1 << 20,
	LOCKBOX_TRUSTEES_MAX = 255,
	LOCKBOX_OWNERS_MAX = 255,
	LOCKBOX_OWNER_FIRST = 256,
	LOCKBOX_PARTIES_MAX = LOCKBOX_TRUSTEES_MAX + LOCKBOX_OWNERS_MAX,
	LOCKBOX_THRESHOLD_MIN = 3,
	LOCKBOX_TEXT_MAX = 256 /* octets of tender, lot, part, role, credit code */
};

/* Both with SM2, SM3, SM4-GCM. A file has no tender: texts empty, digests zero. */
enum lockbox_suite { LOCKBOX_SUITE_BID = 1, LOCKBOX_SUITE_FILE = 2 };

enum lockbox_policy {
	LOCKBOX_OWNER = 0,
	LOCKBOX_OWNER_OR_TRUSTEES = 1,
	LOCKBOX_OWNER_AND_TRUSTEES = 2
};
/* "owner", "owner-or-trustees", "owner-and-trustees" */
const char *lockbox_policy_name(enum lockbox_policy p);

struct lockbox_party {
	uint16_t i;
	struct bytes role; /* UTF-8; "owner" for the owner's certificates */
	uint8_t cert[SM3_SIZE];
	uint8_t point[SM2_POINT]; /* of the certificate's key; not part of ctx */
};

/* What a part is bound to. Borrowed. */
struct lockbox_context {
	enum lockbox_suite suite;
	struct bytes tender;
	uint8_t notice[SM3_SIZE]; /* of the sealed tender notice as a file */
	struct bytes lot;
	uint32_t round;
	struct bytes part;
	int64_t deadline; /* whole seconds, in microseconds */
	uint8_t bid[LOCKBOX_ID];
	struct bytes credit_code;
	uint8_t signer[SM3_SIZE];
	enum lockbox_policy policy;
	uint8_t t;                           /* 0 for LOCKBOX_OWNER */
	const struct lockbox_party *parties; /* in rising i */
	size_t party_count;
};

/* Are the numbers of a context possible: parties in rising i and within their ranges,
 * trustees and t as the policy demands (3 <= t <= n), at least one owner, texts within
 * LOCKBOX_TEXT_MAX? ERR_MALFORMED says what is not. */
MUST_USE bool lockbox_context_check(const struct lockbox_context *c, struct err *e);

void lockbox_ctx(uint8_t ctx[SM3_SIZE], const struct lockbox_context *c);
/* The octets behind the prefix of ctx. */
void lockbox_context_write(struct writer *w, const struct lockbox_context *c);

/* What a recipient finds in the header. 208 octets. */
struct lockbox_envelope {
	uint8_t c1[SM2_POINT], c3[SM3_SIZE], c2[SM4_KEY]; /* E_i */
	uint8_t w[LOCKBOX_SECRET], b[LOCKBOX_SECRET], c[SM3_SIZE];
};

/* What chunks are sealed with: CEK, N and COM. Freed with secret_free. */
struct lockbox_keys {
	uint8_t cek[SM4_KEY], nonce[LOCKBOX_NONCE], com[SM3_SIZE];
};

/* From ρ. Only COM may be shown to anyone. keys is wiped by the caller. */
void lockbox_keys_of(struct lockbox_keys *keys, const uint8_t ctx[SM3_SIZE],
	const uint8_t rho[LOCKBOX_SECRET]);

/* Deals ρ to every party of the context: party_count envelopes. ERR_CRYPTO when a
 * point is not on the curve. */
MUST_USE bool lockbox_deal(struct lockbox_envelope *out, const struct lockbox_context *c,
	const uint8_t rho[LOCKBOX_SECRET], struct err *e);

/* Takes the value v out of a recipient's envelope with that recipient's key: ρ or α for
 * an owner, a share for a trustee. Says whether c_i matches in *committed: if not, the
 * dealer lied to this recipient. ERR_DECRYPT: the key does not open it. */
MUST_USE bool lockbox_take(uint8_t v[LOCKBOX_SECRET], bool *committed,
	const uint8_t ctx[SM3_SIZE], const struct lockbox_party *party,
	const struct lockbox_envelope *in, struct key *key, struct err *e);

/* An envelope of the same form around a value, for a certificate that was not there when
 * the part was dealt: party names it, with the number it stands in for. Its key is fresh
 * and follows from nothing; c commits to v under the new name. */
MUST_USE bool lockbox_wrap(struct lockbox_envelope *out, struct world *w,
	const uint8_t ctx[SM3_SIZE], const struct lockbox_party *party,
	const uint8_t v[LOCKBOX_SECRET], struct err *e);

/* Does v stand under the recipient's commitment? */
bool lockbox_is_committed(const uint8_t ctx[SM3_SIZE], const struct lockbox_party *party,
	const struct lockbox_envelope *in, const uint8_t v[LOCKBOX_SECRET]);

/* A value that a recipient gave. */
struct lockbox_value {
	uint16_t i;
	uint8_t v[LOCKBOX_SECRET];
};

/* ρ from values: one owner's (owner, owner-or-trustees), or t trustees', or both
 * (owner-and-trustees). Of more than t shares the t lowest are used. ERR_NOT_FOUND when
 * they are too few; ERR_USAGE when one stands twice. That ρ is right, lockbox_matches
 * says. */
MUST_USE bool lockbox_secret(uint8_t rho[LOCKBOX_SECRET], const struct lockbox_context *c,
	const struct lockbox_value *values, size_t count, struct err *e);

/* Is this ρ the one COM commits to? To be asked before any chunk is touched. */
bool lockbox_matches(const uint8_t ctx[SM3_SIZE], const uint8_t rho[LOCKBOX_SECRET],
	const uint8_t com[SM3_SIZE]);

/* The first element of a dealing that ρ does not give, for people and for the proof. */
struct lockbox_difference {
	uint16_t i;
	char element; /* 'E', 'w', 'b', 'c', as protocols §1 calls them */
};

/* Recomputes the whole dealing and compares octet for octet: true in *equal, or the
 * first difference. Costs n+1 fixed-base and n+1 variable-base multiplications. */
MUST_USE bool lockbox_compare(bool *equal, struct lockbox_difference *first,
	const struct lockbox_context *c, const struct lockbox_envelope *dealt,
	const uint8_t rho[LOCKBOX_SECRET], struct err *e);

/* One chunk, ciphertext || tag in out: in.n + SM4_TAG octets; j < 2^32 - 1. */
MUST_USE bool lockbox_chunk_seal(uint8_t *out, const struct lockbox_keys *k, uint32_t j,
	bool last, struct bytes in, struct err *e);
/* in.n - SM4_TAG octets; ERR_DECRYPT unless all of it is right; out is then wiped. */
MUST_USE bool lockbox_chunk_open(uint8_t *out, const struct lockbox_keys *k, uint32_t j,
	bool last, struct bytes in, struct err *e);

#endif
