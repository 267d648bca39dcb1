/* actor: see actor.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "domain/actor.h"

enum need { SETTLED = 1, STEP_UP = 2 };

static const struct {
	const char *name;
	unsigned role;
	uint32_t kinds;
	unsigned needs;
} rights[RIGHT_COUNT] = {
#define RIGHT(id, role, kinds, needs) [RIGHT_##id] = {#id, (role), (kinds), (needs)},
#include "domain/rights.tbl"
#undef RIGHT
};

const char *right_name(enum right right)
{
	return (unsigned)right < RIGHT_COUNT ? rights[right].name : "";
}

bool right_is_of(enum right right, uint32_t kinds)
{
	return (rights[right].kinds & kinds) != 0;
}

static bool is_account(const struct actor *actor)
{
	return !id_is_none(actor->account);
}

static bool belongs(const struct actor *actor, struct id organisation)
{
	return actor->role != 0 && !id_is_none(organisation) &&
	       id_equal(actor->organisation, organisation);
}

bool actor_require_account(const struct actor *actor, struct err *e)
{
	if (is_account(actor))
		return true;
	return err_refuse(e, ERR_DENIED, MSG_PARTY_DENIED_ACCOUNT, NULL, "no account");
}

bool actor_require_kind(const struct actor *actor, uint32_t kinds, struct err *e)
{
	if (!actor_require_account(actor, e))
		return false;
	if (actor->kinds & kinds)
		return true;
	return err_refuse(
		e, ERR_DENIED, MSG_PARTY_DENIED_KIND, NULL, "another kind of user");
}

bool actor_require_member(const struct actor *actor, struct id organisation,
	enum member_role at_least, struct err *e)
{
	if (!actor_require_account(actor, e))
		return false;
	if (!belongs(actor, organisation))
		return err_refuse(e, ERR_NOT_FOUND, MSG_PARTY_NOT_FOUND, NULL,
			"of another organisation");
	if (actor->role >= at_least)
		return true;
	return err_refuse(
		e, ERR_DENIED, MSG_PARTY_DENIED_ROLE, NULL, "the role is too low");
}

bool actor_require_settled(const struct actor *actor, struct err *e)
{
	if (!actor->is_newcomer)
		return true;
	return err_refuse(e, ERR_DENIED, MSG_PARTY_DENIED_NEWCOMER, "recovery.cool-off",
		"a newcomer by recovery");
}

bool actor_require_step_up(const struct actor *actor, int64_t at, struct err *e)
{
	if (actor->assurance >= ASSURED_CERT_FILE && actor->step_up_until > at)
		return true;
	return err_refuse(e, ERR_DENIED, MSG_PARTY_DENIED_STEP_UP, "step-up.life",
		"no certificate was used lately");
}

static bool by_kind(const struct actor *actor, enum right right)
{
	return is_account(actor) && right_is_of(right, actor->kinds);
}

bool actor_may(const struct actor *actor, enum right right, struct id organisation)
{
	bool member = rights[right].role && belongs(actor, organisation) &&
		      actor->role >= rights[right].role;

	if ((rights[right].needs & SETTLED) && actor->is_newcomer)
		return false;
	return is_account(actor) && (member || by_kind(actor, right));
}

bool actor_require(const struct actor *actor, enum right right, struct id organisation,
	int64_t at, struct err *e)
{
	unsigned needs = rights[right].needs;

	if (!by_kind(actor, right)) {
		if (!rights[right].role) {
			if (!actor_require_kind(actor, rights[right].kinds, e))
				return false;
		} else if (!actor_require_member(actor, organisation,
				   (enum member_role)rights[right].role, e)) {
			return false;
		}
	}
	if ((needs & SETTLED) && !actor_require_settled(actor, e))
		return false;
	return !(needs & STEP_UP) || actor_require_step_up(actor, at, e);
}

static const struct {
	enum user_kind kind;
	const char *name;
	enum msg say;
	bool of_organisations;
} kinds_table[] = {
	{USER_PURCHASER, "purchaser", MSG_PARTY_KIND_PURCHASER, true},
	{USER_AGENCY, "agency", MSG_PARTY_KIND_AGENCY, true},
	{USER_SUPPLIER, "supplier", MSG_PARTY_KIND_SUPPLIER, true},
	{USER_EXPERT, "expert", MSG_PARTY_KIND_EXPERT, false},
	{USER_SUPERVISOR, "supervisor", MSG_PARTY_KIND_SUPERVISOR, true},
	{USER_FINANCIER, "financier", MSG_PARTY_KIND_FINANCIER, true},
	{USER_CA, "ca", MSG_PARTY_KIND_CA, true},
	{USER_ADMINISTRATOR, "administrator", MSG_PARTY_KIND_ADMINISTRATOR, false},
};
enum { KIND_COUNT = sizeof kinds_table / sizeof *kinds_table };

static size_t kind_row(uint32_t kind)
{
	size_t i = 0;

	while (i < KIND_COUNT && kinds_table[i].kind != kind)
		i++;
	return i;
}

bool user_kind_is(uint32_t kind)
{
	return kind_row(kind) < KIND_COUNT;
}

bool user_kind_is_of_organisations(uint32_t kinds)
{
	uint32_t all = 0;

	for (size_t i = 0; i < KIND_COUNT; i++)
		if (kinds_table[i].of_organisations)
			all |= (uint32_t)kinds_table[i].kind;
	return kinds != 0 && (kinds & ~all) == 0;
}

const char *user_kind_say(enum lang lang, enum user_kind kind)
{
	size_t row = kind_row(kind);

	return row < KIND_COUNT ? msg_text(lang, kinds_table[row].say) : "";
}

const char *user_kind_name(enum user_kind kind)
{
	size_t row = kind_row(kind);

	return row < KIND_COUNT ? kinds_table[row].name : "";
}

const char *member_role_say(enum lang lang, enum member_role role)
{
	static const enum msg says[] = {MSG_PARTY_ROLE_VIEWER, MSG_PARTY_ROLE_HANDLER,
		MSG_PARTY_ROLE_ADMINISTRATOR, MSG_PARTY_ROLE_LEGAL};

	if (role < MEMBER_VIEWER || role > MEMBER_LEGAL)
		return "";
	return msg_text(lang, says[role - MEMBER_VIEWER]);
}
