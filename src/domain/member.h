/* member: persons in organisations: role, since when, until when.
 * SPDX-License-Identifier: Apache-2.0
 *
 * Members come by registration, by invitation or by recovery. Nobody gives more than they
 * have; the last one who could run an organisation cannot leave it; the legal
 * representative is exchanged by the operator, after a look at the register.
 */
#ifndef QY_DOMAIN_MEMBER_H
#define QY_DOMAIN_MEMBER_H

#include "domain/list.h"

struct member {
	struct id id, person;
	enum member_role role;
	const char *name, *id_number_mask, *phone_mask, *email;
	const char *login;    /* "" for who has no account */
	int64_t since, until; /* until: TIME_NONE: still */
	bool is_newcomer;
};

/* In a transaction: a person belongs from now on. newcomer_until: TIME_NONE but for
 * recoveries. invited_by: null for the first. ERR_ROLLBACK with a sentence: does already,
 * or there is a legal representative. */
MUST_USE bool member_put_in(struct tx *tx, struct app *app, struct id organisation,
	struct id person, enum member_role role, int64_t newcomer_until,
	const struct id *invited_by, struct id *out, struct err *e);

/* Who belongs to an organisation, or (ended) belonged; in order of coming. */
MUST_USE bool member_page(struct app *app, const struct actor *actor, struct arena *a,
	struct id organisation, bool ended, const struct list_from *from,
	struct member **out, size_t *count, bool *more, struct err *e);

/* Another role, up to one's own, never to or from the legal representative's, never one's
 * own. ERR_DENIED, ERR_NOT_FOUND. */
MUST_USE bool member_change(struct app *app, const struct actor *actor, struct id member,
	enum member_role role, struct err *e);

/* Ends a membership: another's of no higher role, or one's own. Sessions for the
 * organisation stop, its mandates are revoked, open invitations withdrawn. ERR_DENIED
 * with a sentence: the last one who could run it, or the legal representative. */
MUST_USE bool member_end(
	struct app *app, const struct actor *actor, struct id member, struct err *e);

/* By operators and supervisors: this member is the legal representative now, and the one
 * before is an administrator. how: a line for the record. */
MUST_USE bool member_appoint_legal(struct app *app, const struct actor *actor,
	struct id member, struct bytes how, struct err *e);

#endif
