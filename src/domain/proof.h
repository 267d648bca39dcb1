/* proof: somebody just proved to have the key of a certificate: the answer to a challenge
 * of ours, judged, with every refusal told apart for the one who has to cure it.
 * SPDX-License-Identifier: Apache-2.0
 *
 * Judging needs no database: it runs before the transaction. Only proof_take_in makes an
 * answer count, and only once.
 */
#ifndef QY_DOMAIN_PROOF_H
#define QY_DOMAIN_PROOF_H

#include "domain/app.h"

struct proof {
	struct login_token token;
	struct cert cert;     /* borrows from the answer */
	char credit_code[19]; /* by the register's profile; empty: none there */
	uint8_t anchor[SM3_SIZE];
	const char *ca_name; /* as users know it; in the arena */
	bool status_unknown; /* no list or answer about it was at hand */
	int64_t at;
};

/* Judges an answer: form, signature, platform, origin, purpose, cookie, time, certificate
 * (chain to an admitted CA, dates, usage, revocation, licences; without a status by rule
 * certificate.status). ERR_DENIED (say), a sentence for each; ERR_MALFORMED: no answer of
 * an agent. */
MUST_USE bool proof_judge(struct app *app, struct arena *a,
	enum order_login_purpose purpose, struct bytes secret, struct bytes answer,
	struct proof *out, struct err *e);
/* The same standing for a certificate that signed nothing here (one for encryption, or
 * one that is looked at again). */
MUST_USE bool proof_judge_certificate(struct app *app, struct arena *a, struct bytes der,
	enum trust_purpose trust_purpose, enum order_login_purpose purpose,
	struct proof *out, struct err *e);
/* Inside the transaction: the challenge is answered now (challenge_take_in). */
MUST_USE bool proof_take_in(
	struct tx *tx, const struct proof *p, struct id *subject, struct err *e);

#endif
