/* registration: how organisations and persons come here.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef QY_DOMAIN_REGISTRATION_H
#define QY_DOMAIN_REGISTRATION_H

#include "domain/organisation.h"
#include "domain/person.h"

/* A person who has no account yet, as typed. */
struct newcomer {
	struct person_fields person;
	struct bytes login, password;
	enum lang lang;
};

struct registered {
	struct id organisation, person, account, member;
};

struct registration {
	struct organisation_fields organisation;
	bool is_legal;            /* the person is its legal representative */
	struct newcomer newcomer; /* not read when somebody is logged in */
};

/* An organisation, pending, with its first member: legal representative or administrator.
 * actor: nobody (person and account are made too), or the account that registers it.
 * ERR_ROLLBACK with a sentence: credit code or id number are here already; ERR_USAGE: the
 * login name is taken; ERR_MALFORMED: the first field that is wrong. */
MUST_USE bool party_register(struct app *app, const struct actor *actor,
	const struct registration *r, struct registered *out, struct err *e);

/* A person on their own, in no organisation: an expert, whom an administrator of the
 * platform then makes one (person_grant), or somebody who is invited later. actor:
 * nobody; for where they are. Errors as above. */
MUST_USE bool person_register(struct app *app, const struct actor *actor,
	const struct newcomer *newcomer, struct registered *out, struct err *e);

/* An officer of the operator, with an account: by the operator's own command on the
 * server, never from a page. */
MUST_USE bool operator_create(struct app *app, const struct newcomer *newcomer,
	struct registered *out, struct err *e);

/* --- for invitations -------------------------------------------------------------- */

/* A newcomer, ready for a transaction: checked, sealed, the password hashed. */
struct newcomer_ready {
	struct person_ready person;
	struct bytes login;
	char *password;
	enum lang lang;
};
MUST_USE bool newcomer_prepare(struct app *app, struct arena *a,
	const struct newcomer *newcomer, struct newcomer_ready *out, struct err *e);
/* Person and account in a transaction. */
MUST_USE bool newcomer_put_in(struct tx *tx, struct app *app,
	const struct newcomer_ready *ready, uint32_t kinds, struct id *account,
	struct err *e);

#endif
