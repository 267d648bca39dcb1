/* standing: see standing.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "domain/standing.h"

#include "domain/sql.h"

static bool organisation_state_of(
	struct tx *tx, struct id organisation, int64_t *state, struct err *e)
{
	AUTO(arena) a = arena_new();
	struct organisation_row_row row;
	bool found;

	if (!organisation_row(tx, a, organisation, &row, &found, e))
		return false;
	if (!found)
		return err_refuse(e, ERR_NOT_FOUND, MSG_PARTY_NOT_FOUND, NULL,
			"no such organisation");
	*state = row.state;
	return true;
}

bool standing_active(struct tx *tx, struct id organisation, struct err *e)
{
	int64_t state;

	if (!organisation_state_of(tx, organisation, &state, e))
		return false;
	if (state == ORGANISATION_PENDING)
		return err_refuse(
			e, ERR_DENIED, MSG_PARTY_PENDING, NULL, "not checked yet");
	if (state != ORGANISATION_ACTIVE)
		return err_refuse(e, ERR_DENIED, MSG_PARTY_SUSPENDED, NULL, "suspended");
	return true;
}

/* The membership that the session speaks of still stands. */
static bool membership_stands(
	struct tx *tx, const struct actor *actor, bool *newcomer, struct err *e)
{
	AUTO(arena) a = arena_new();
	struct member_current_row row;
	int64_t state;
	bool found;

	if (!member_current(tx, a, actor->organisation, actor->person, &row, &found, e) ||
		!organisation_state_of(tx, actor->organisation, &state, e))
		return false;
	if (!found || row.role < (int64_t)actor->role)
		return err_refuse(e, ERR_DENIED, MSG_PARTY_DENIED_ROLE, NULL,
			"no member in that role any more");
	if (state == ORGANISATION_SUSPENDED)
		return err_refuse(e, ERR_DENIED, MSG_PARTY_SUSPENDED, NULL, "suspended");
	*newcomer = row.newcomer_until != TIME_NONE && row.newcomer_until > tx_time(tx);
	return true;
}

static bool administrator_stands(struct tx *tx, const struct actor *actor, struct err *e)
{
	AUTO(arena) a = arena_new();
	struct person_row_row row;
	bool found;

	if (!person_row(tx, a, actor->person, &row, &found, e))
		return false;
	if (found && (row.kinds & USER_ADMINISTRATOR))
		return true;
	return err_refuse(
		e, ERR_DENIED, MSG_PARTY_DENIED_KIND, NULL, "no administrator any more");
}

bool standing_require(struct tx *tx, const struct actor *actor, enum right right,
	struct id organisation, struct err *e)
{
	struct actor now = *actor;
	bool newcomer = false;

	if (!actor_require(actor, right, organisation, tx_time(tx), e))
		return false;
	if (actor->kinds & USER_ADMINISTRATOR && right_is_of(right, USER_ADMINISTRATOR))
		return administrator_stands(tx, actor, e);
	if (!membership_stands(tx, actor, &newcomer, e))
		return false;
	now.is_newcomer = actor->is_newcomer || newcomer;
	if (!actor_require(&now, right, organisation, tx_time(tx), e))
		return false;
	/* by its kind, for others: itself must have been checked */
	return !right_is_of(right, actor->kinds) ||
	       id_equal(actor->organisation, organisation) ||
	       standing_active(tx, actor->organisation, e);
}
