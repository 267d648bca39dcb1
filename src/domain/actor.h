/* actor: who acts (struct actor, app.h), and whether they may.
 * SPDX-License-Identifier: Apache-2.0
 *
 * What a use case asks stands in rights.tbl, one line a right. Refusals carry a sentence.
 * An object of another organisation is ERR_NOT_FOUND, as if there were none: who may not
 * see it learns nothing. A role that is too low, a newcomer and a missing certificate are
 * ERR_DENIED.
 */
#ifndef QY_DOMAIN_ACTOR_H
#define QY_DOMAIN_ACTOR_H

#include "domain/app.h"

enum right {
#define RIGHT(id, role, kinds, needs) RIGHT_##id,
#include "domain/rights.tbl"
#undef RIGHT
	RIGHT_COUNT
};

/* "ORGANISATION_CHECK"; for logs, tests and the table in the docs. */
const char *right_name(enum right right);

/* May one of these kinds do it without belonging to the organisation? */
bool right_is_of(enum right right, uint32_t kinds);

/* May the actor, where the object belongs to that organisation (none: to nobody)? Leaves
 * the certificate aside: a page asks this to show a button, and the step-up comes when it
 * is pressed. */
bool actor_may(const struct actor *actor, enum right right, struct id organisation);

/* The same as a refusal, certificate included; at: tx_time. */
MUST_USE bool actor_require(const struct actor *actor, enum right right,
	struct id organisation, int64_t at, struct err *e);

/* --- the stones it is made of, for use cases that are not of one organisation ------ */

/* Somebody is logged in. */
MUST_USE bool actor_require_account(const struct actor *actor, struct err *e);
/* One of these kinds (bits of user_kind). */
MUST_USE bool actor_require_kind(
	const struct actor *actor, uint32_t kinds, struct err *e);
/* Acts for this organisation, with at least this role. */
MUST_USE bool actor_require_member(const struct actor *actor, struct id organisation,
	enum member_role at_least, struct err *e);
/* Not a newcomer by recovery (rule recovery.cool-off). */
MUST_USE bool actor_require_settled(const struct actor *actor, struct err *e);
/* A certificate was used, and its minutes are not over (rule step-up.life). */
MUST_USE bool actor_require_step_up(const struct actor *actor, int64_t at, struct err *e);

/* Is this one bit of user_kind? And one that an organisation can have? */
bool user_kind_is(uint32_t kind);
bool user_kind_is_of_organisations(uint32_t kinds);
/* 采购人 / purchaser; "purchaser" as in addresses. Of one bit. */
const char *user_kind_say(enum lang lang, enum user_kind kind);
const char *user_kind_name(enum user_kind kind);
const char *member_role_say(enum lang lang, enum member_role role);

#endif
