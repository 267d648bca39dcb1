/* challenge: see challenge.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "domain/challenge.h"

#include <string.h>

#include "base/time.h"
#include "domain/rule.h"
#include "domain/sql.h"

struct issuing {
	struct order_login login;
	struct id subject;
	bool has_subject;
	int64_t expiry;
};

static bool remember(struct tx *tx, void *ctx, struct err *e)
{
	struct issuing *i = ctx;

	return challenge_insert(tx,
		&(struct challenge_insert_in){.challenge = BYTES_OF(i->login.challenge),
			.purpose = i->login.purpose,
			.session_sm3 = BYTES_OF(i->login.session),
			.subject = i->has_subject ? &i->subject : NULL,
			.at = tx_time(tx),
			.expires_at = i->expiry},
		NULL, e);
}

bool challenge_issue(struct app *app, struct arena *a, const struct challenge_ask *ask,
	struct bytes *order, struct err *e)
{
	struct issuing i = {
		.login = {.purpose = ask->purpose, .text = bytes_str(ask->text)},
		.has_subject = ask->subject != NULL};
	struct order_signer signer = {.credit_code = bytes_str(ask->credit_code),
		.purposes = ORDER_FOR_SIGNING};
	int64_t life;
	struct bytes der;

	if (!rule_span(app->rules, RULE_CHALLENGE_LIFE, RULE_NATIONWIDE,
		    app->world->now(app->world), &life, e))
		return false;
	if (ask->subject)
		i.subject = *ask->subject;
	app->world->random(app->world, i.login.challenge, sizeof i.login.challenge);
	sm3_of(ask->secret, i.login.session);
	if (!app->keeper->login_order(app->keeper->ctx, a, &i.login, &signer,
		    (unsigned)(life / TIME_SECOND), &der, &i.expiry, e) ||
		!db_tx(app->db, DB_WRITE, remember, &i, e))
		return false;
	*order = der;
	return true;
}

bool challenge_take_in(
	struct tx *tx, const struct login_token *t, struct id *subject, struct err *e)
{
	AUTO(arena) a = arena_new();
	struct challenge_mark_in in = {.challenge = BYTES_OF(t->r_b),
		.purpose = t->purpose,
		.session_sm3 = BYTES_OF(t->session),
		.expires_at = t->expiry,
		.at = tx_time(tx)};
	struct challenge_mark_row row = {0};
	bool good;

	if (!challenge_mark(tx, a, &in, &row, &good, e))
		return false;
	if (!good)
		return err_refuse(e, ERR_DENIED, MSG_SIGNIN_CHALLENGE_GONE,
			RULE_CHALLENGE_LIFE, "no such challenge, or answered before");
	*subject = row.has_subject ? row.subject : (struct id){{0}};
	return true;
}

static bool tidy(struct tx *tx, void *ctx, struct err *e)
{
	(void)ctx;
	return challenge_sweep(tx, tx_time(tx) - TIME_HOUR, NULL, e);
}

bool challenge_tidy(struct app *app, struct err *e)
{
	return db_tx(app->db, DB_WRITE, tidy, NULL, e);
}
