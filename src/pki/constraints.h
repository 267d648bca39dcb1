/* constraints: until when each cryptographic algorithm counts as sound.
 * SPDX-License-Identifier: Apache-2.0
 *
 * What an algorithm protects counts while the algorithm is sound, and afterwards only if
 * it is proven (pki/poe.h) to have been there before that day. The table of today is
 * constraints.tbl; operators and those who verify add to it what has happened since.
 */
#ifndef QY_PKI_CONSTRAINTS_H
#define QY_PKI_CONSTRAINTS_H

#include "base/time.h"
#include "crypto/pubkey.h"

enum constraint {
#define SOUND(id, name, until) CONSTRAINT_##id,
#include "pki/constraints.tbl"
#undef SOUND
	CONSTRAINT_COUNT
};

/* "Sound as far as anybody knows": later than every moment. */
#define CONSTRAINTS_OPEN INT64_MAX

enum { CONSTRAINTS_SIZES_MAX = 16 };

/* Passed by pointer; null means the table of today. */
struct constraints {
	int64_t until[CONSTRAINT_COUNT];
	struct {
		uint32_t bits; /* moduli of at most so many bits */
		int64_t until;
	} rsa[CONSTRAINTS_SIZES_MAX];
	size_t rsa_count;
};

struct constraints constraints_today(void);

/* Enters "sha256=2040-01-01", "sm2=…" or, for moduli of up to that many bits,
 * "rsa3072=…". The earlier of two dates stays: what is broken is not mended. ERR_USAGE
 * for another name or no date, ERR_TOO_LARGE beyond CONSTRAINTS_SIZES_MAX sizes. */
MUST_USE bool constraints_declare(
	struct constraints *c, struct bytes text, struct err *e);

/* Until when (not included) a digest is sound; a signature, which is its digest and its
 * key together, RSA by the size of the modulus. A null key: of unknown size. */
int64_t constraints_digest(const struct constraints *c, enum digest_alg alg);
int64_t constraints_signature(
	const struct constraints *c, enum sig_alg alg, const struct pubkey *key);

/* "sha256" …, as constraints_declare takes it. */
const char *constraint_name(enum constraint which);

#endif
