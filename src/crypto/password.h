/* password: Argon2id (RFC 9106): what a password leaves in a database, and keys made of a
 * passphrase. SPDX-License-Identifier: Apache-2.0
 *
 * The encoded form is the common one, "$argon2id$v=19$m=19456,t=2,p=1$salt$hash": its
 * parameters stand in it, so that they can be raised later. A password is octets (UTF-8
 * as typed), at most PASSWORD_MAX of them.
 */
#ifndef QY_CRYPTO_PASSWORD_H
#define QY_CRYPTO_PASSWORD_H

#include "base/arena.h"
#include "base/err.h"
#include "base/world.h"

enum {
	PASSWORD_MAX = 1024,
	PASSWORD_ENCODED_MAX = 256,
	PASSWORD_SALT = 16,
	PASSWORD_KEY = 32
};

/* What Argon2id is to cost. Logins: 19 MiB, two passes, the figure of OWASP, about 20 ms;
 * key stores, opened once a start: 256 MiB, three passes. */
struct password_cost {
	uint32_t memory_kib, passes, lanes;
};
extern const struct password_cost password_cost_login, password_cost_store;
/* Nobody's file or database makes us work harder than this: 1 GiB, 16 passes, 4 lanes. */
extern const struct password_cost password_cost_max;

/* The encoded form with a fresh salt at the cost of logins, in the arena. ERR_USAGE for
 * an empty or overlong password. */
MUST_USE bool password_hash(struct arena *a, struct world *w, struct bytes password,
	char **encoded, struct err *e);

/* Does the password fit? *weak_parameters: it does, and cost less than new ones do:
 * hash it again. A wrong password is no error; ERR_MALFORMED: not an encoded form of
 * ours, or one beyond password_cost_max. */
MUST_USE bool password_verify(struct bytes encoded, struct bytes password, bool *good,
	bool *weak_parameters, struct err *e);

/* A key of 32 octets from a passphrase and a salt of at least 8 octets. Errors as
 * password_hash; ERR_MALFORMED: a cost beyond password_cost_max, or too small to be one.
 */
MUST_USE bool password_key(uint8_t out[PASSWORD_KEY], struct bytes passphrase,
	struct bytes salt, const struct password_cost *cost, struct err *e);

#endif
