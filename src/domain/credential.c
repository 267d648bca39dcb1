/* credential: what a bound certificate is, and what it may; see credential.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "domain/credential.h"

#include <string.h>

#include "base/time.h"
#include "domain/credential_row.h"
#include "domain/rule.h"
#include "domain/sql.h"

static const struct id none;

static void octets(uint8_t out[SM3_SIZE], struct bytes b)
{
	if (b.n == SM3_SIZE)
		memcpy(out, b.p, SM3_SIZE);
}

static const char *text(struct bytes b)
{
	return b.p ? (const char *)b.p : "";
}

struct credential credential_of(const struct credential_row_row *r)
{
	struct credential c = {.id = r->id,
		.organisation = r->has_organisation ? r->organisation : none,
		.person = r->has_person ? r->person : none,
		.holder = r->has_holder ? r->holder : none,
		.ca_name = text(r->ca_name),
		.subject = text(r->subject),
		.serial = text(r->serial),
		.use = (enum credential_use)r->use,
		.in_token = r->in_token,
		.not_before = r->not_before,
		.not_after = r->not_after,
		.state = (enum credential_state)r->state,
		.how = (enum credential_how)r->how,
		.known_since = r->known_since,
		.bound_at = r->bound_at,
		.usable_at = r->usable_at,
		.ended_at = r->ended_at};

	octets(c.sm3, r->certificate_sm3);
	octets(c.anchor, r->anchor_sm3);
	octets(c.key, r->public_key_sm3);
	return c;
}

bool credential_find_in(struct tx *tx, struct arena *a, struct id id, struct bytes sm3,
	struct credential *out, bool *found, struct err *e)
{
	struct credential_row_row row;

	if (!credential_row(tx, a, id, sm3, &row, found, e))
		return false;
	if (*found)
		*out = credential_of(&row);
	return true;
}

/* A cool-off that is over counts, whether or not the job came by. */
static bool is_bound(const struct credential *c, int64_t at)
{
	return at >= c->usable_at &&
	       (c->state == CREDENTIAL_BOUND || c->state == CREDENTIAL_COOLING);
}

bool credential_is_usable(const struct credential *c, int64_t at)
{
	return is_bound(c, at) && at >= c->not_before && at <= c->not_after;
}

bool credential_refuse_unusable(const struct credential *c, int64_t at, struct err *e)
{
	enum msg say = MSG_CREDENTIAL_EXPIRED;
	AUTO(arena) a = arena_new();

	switch (c->state) {
	case CREDENTIAL_LOST:
		say = MSG_CREDENTIAL_IS_LOST;
		break;
	case CREDENTIAL_REPLACED:
		say = MSG_CREDENTIAL_IS_REPLACED;
		break;
	case CREDENTIAL_REFUSED:
		say = MSG_CREDENTIAL_IS_REFUSED;
		break;
	case CREDENTIAL_ENDED:
		say = MSG_CREDENTIAL_IS_ENDED;
		break;
	case CREDENTIAL_COOLING:
	case CREDENTIAL_BOUND:
		if (at < c->usable_at)
			return err_refuse(e, ERR_DENIED, MSG_CREDENTIAL_IS_COOLING,
				RULE_CREDENTIAL_COOL_OFF, time_beijing(a, c->usable_at));
		if (c->use != CREDENTIAL_SIGNS)
			say = MSG_CREDENTIAL_ENCRYPTS;
		break;
	}
	return err_refuse(e, ERR_DENIED, say, NULL, c->subject);
}

bool credential_may_recover(const struct app *app, const struct credential *c, int64_t at,
	bool *may, struct err *e)
{
	int64_t age;

	//= Protocols §5: only by a credential bound ≥ 30 days and not itself added by recovery
	if (!rule_span(app->rules, RULE_RECOVERY_CREDENTIAL_AGE, RULE_NATIONWIDE, at,
		    &age, e))
		return false;
	*may = credential_is_usable(c, at) && c->use == CREDENTIAL_SIGNS &&
	       c->how != CREDENTIAL_RECOVERED && at >= c->known_since + age;
	return true;
}

bool credential_may_touch_bids(const struct app *app, const struct credential *c,
	int64_t at, bool *may, struct err *e)
{
	int64_t age;
	bool is_young = c->how == CREDENTIAL_COOLED || c->how == CREDENTIAL_RECOVERED;

	//= Protocols §5: until then it can neither recover an account nor touch a bid
	if (!rule_span(app->rules, RULE_CREDENTIAL_BID_AGE, RULE_NATIONWIDE, at, &age, e))
		return false;
	*may = credential_is_usable(c, at) && (!is_young || at >= c->bound_at + age);
	return true;
}
