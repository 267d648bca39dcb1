/* login: the token of a challenge, GB/T 15843.3 in two passes (protocols §3).
 * SPDX-License-Identifier: Apache-2.0
 *
 * The platform asks by an order of act login, which holds R_B and the digest of the
 * pre-session. The agent builds the token itself
 *
 *	"QIANYIN-LOGIN-1" 00 ‖ R_A ‖ R_B ‖ DER{platform, origin, purpose,
 *SM3(certificate), SM3(pre-session), expiry}
 *
 * and signs it. Its first octet is none that signed attributes (31) or TBS_Sign (30)
 * begin with: no login is ever a signature under a document.
 */
#ifndef QY_DOC_LOGIN_H
#define QY_DOC_LOGIN_H

#include "base/i18n.h"
#include "doc/finding.h"
#include "doc/order.h"
#include "doc/party.h"
#include "pki/evidence.h"
#include "pki/trust.h"

enum { LOGIN_RANDOM = 32, LOGIN_TOKEN_MAX = 2048, LOGIN_ANSWER_MAX = 64 * 1024 };
#define LOGIN_PREFIX BYTES("QIANYIN-LOGIN-1\0")

struct login_token {
	uint8_t r_a[LOGIN_RANDOM], r_b[LOGIN_RANDOM];
	struct bytes platform, origin;
	enum order_login_purpose purpose;
	uint8_t cert[SM3_SIZE], session[SM3_SIZE];
	int64_t expiry;
};

void login_token_write(struct writer *w, const struct login_token *t);
/* Reads exactly one, canonical. ERR_MALFORMED. */
MUST_USE bool login_token_read(struct login_token *out, struct bytes b, struct err *e);

/* Answers a login order with a key: token, certificate and signature as DER
 * {version, token, certificate, algorithm, signature} in the arena. The order must have
 * passed order_check. ERR_USAGE: no login order; ERR_KEY_MISMATCH, ERR_SIGNER. */
MUST_USE bool login_answer(struct arena *a, struct bytes *out, struct world *w,
	const struct order *o, struct key *key, struct bytes cert, struct err *e);

enum login_check_id {
	LOGIN_CHECK_FORM,
	LOGIN_CHECK_SIGNATURE,
	LOGIN_CHECK_PLATFORM,
	LOGIN_CHECK_ORIGIN,
	LOGIN_CHECK_PURPOSE,
	LOGIN_CHECK_SESSION,
	LOGIN_CHECK_TIME,
	LOGIN_CHECK_CHALLENGE, /* issued by us, for this, and not answered before */
	LOGIN_CHECK_CERTIFICATE,
	LOGIN_CHECK_COUNT
};
const char *login_check_name(enum login_check_id id);

/* The platform's memory of its challenges: `take` says whether R_B was issued for this
 * session and purpose and not answered yet, and marks it answered, in one step. */
struct login_challenges {
	bool (*take)(void *to, const struct login_token *t, bool *good, struct err *e);
	void *to;
};

struct login_conditions {
	struct arena *arena;
	enum lang lang;
	int64_t now;
	struct bytes platform, origin;
	enum order_login_purpose purpose;
	uint8_t session[SM3_SIZE]; /* of the cookie that came with the answer */
	const struct login_challenges *challenges;
	const struct trust
		*trust; /* null: the certificate is not checked, thus refused */
	struct evidence *evidence; /* lists and answers about it; null: none */
};

struct login_finding {
	bool read;
	struct login_token token;
	struct cert cert;
	char credit_code[19]; /* empty: the register names no field, or it is empty */
	/* No status of the certificate was at hand: told apart, for the platform to
	 * decide by its rule. */
	bool revocation_unknown;
	/* The anchor its chain led to: with the digest it names a certificate (protocols
	 * §5). Null: none, or not asked. Lives as long as the trust store. */
	const struct trust_anchor *anchor;
	enum party_objection against; /* of the certificate */
	struct finding checks[LOGIN_CHECK_COUNT];
};

/* The challenge is taken only when all else is right: a stranger cannot burn it. */
void login_check(
	struct login_finding *out, struct bytes der, const struct login_conditions *c);
bool login_is_refused(const struct login_finding *f);

#endif
