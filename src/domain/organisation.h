/* organisation: 机构, named by its 统一社会信用代码.
 * SPDX-License-Identifier: Apache-2.0
 *
 * It registers itself (registration.h) and is pending; an officer of the operator, or a
 * supervisor, records a check that rests on no certificate (protocols §5), and it is
 * active. Until then it has members and certificates, and may do nothing towards others.
 */
#ifndef QY_DOMAIN_ORGANISATION_H
#define QY_DOMAIN_ORGANISATION_H

#include "domain/list.h"
#include "domain/standing.h"

enum { ORGANISATION_WHY_POINTS = 200 };

/* As typed. */
struct organisation_fields {
	struct bytes credit_code, name, region, address, legal_name;
	uint32_t kinds; /* of organisations */
};

/* Checked and folded. */
struct organisation_ready {
	struct id id;
	const char *credit_code, *name, *folded, *region, *address, *legal_name;
	uint32_t kinds;
};

/* ERR_MALFORMED with a sentence for the first field that is wrong. */
MUST_USE bool organisation_prepare(struct app *app, struct arena *a,
	const struct organisation_fields *fields, struct organisation_ready *out,
	struct err *e);
/* In a transaction, as pending. ERR_ROLLBACK with a sentence: its credit code is here
 * already; ERR_DENIED: too many of this account wait (organisation.pending-max). */
MUST_USE bool organisation_put_in(struct tx *tx, struct app *app,
	const struct organisation_ready *o, struct id registered_by, struct err *e);

struct organisation {
	struct id id;
	const char *credit_code, *name, *region, *address, *legal_name;
	const char *folded; /* in lists: the key to go on from */
	uint32_t kinds;
	enum organisation_state state;
	const char *state_why, *checked_how, *webhook;
	int64_t checked_at; /* TIME_NONE: not yet */
	int64_t created_at;
};

/* One, for its members, operators and supervisors. ERR_NOT_FOUND. */
MUST_USE bool organisation_see(struct app *app, const struct actor *actor,
	struct arena *a, struct id id, struct organisation *out, struct err *e);

/* For operators and supervisors. By name, all or those whose name or credit code has
 * `search` anywhere; or, with a state, those in it by the time of registration (search
 * must be empty then). Rows have no address, legal_name, state_why, checked_*, webhook.
 */
MUST_USE bool organisation_page(struct app *app, const struct actor *actor,
	struct arena *a, struct bytes search, enum organisation_state state,
	const struct list_from *from, struct organisation **out, size_t *count,
	bool *more, struct err *e);

/* The check was made: how (register and bank micro-payment, in person, …) is a line for
 * the record. Not by who registered it or belongs to it; supervisors and CAs are checked
 * by administrators of the platform alone. ERR_DENIED; ERR_ROLLBACK: it is not pending.
 */
MUST_USE bool organisation_check(struct app *app, const struct actor *actor, struct id id,
	struct bytes how, struct err *e);

/* why: a line its members read. ERR_ROLLBACK: it is not in a state for that. */
MUST_USE bool organisation_suspend(struct app *app, const struct actor *actor,
	struct id id, struct bytes why, struct err *e);
MUST_USE bool organisation_reinstate(
	struct app *app, const struct actor *actor, struct id id, struct err *e);

/* By its administrators: where it is. */
MUST_USE bool organisation_edit(struct app *app, const struct actor *actor, struct id id,
	struct bytes region, struct bytes address, struct err *e);

/* By an administrator of the platform: name, kinds, legal representative's name and the
 * webhook of a CA ("" or https://…), after a look at the register; how as in check. */
struct organisation_facts {
	struct bytes name, legal_name, webhook, how;
	uint32_t kinds;
};
MUST_USE bool organisation_correct(struct app *app, const struct actor *actor,
	struct id id, const struct organisation_facts *facts, struct err *e);

#endif
