/* person: people, whether or not they log in. Id number and phone are secret.
 * SPDX-License-Identifier: Apache-2.0
 *
 * The keeper seals both under a key of the row; lists show masks; who needs one in clear
 * reads one record at a time, and that it was read is on record before it is seen.
 */
#ifndef QY_DOMAIN_PERSON_H
#define QY_DOMAIN_PERSON_H

#include "domain/list.h"

/* As typed. */
struct person_fields {
	struct bytes name, id_number, phone, email; /* phone and email may be empty */
};

/* Checked, folded, masked and sealed: ready for a row. */
struct person_ready {
	struct id id;
	const char *name, *folded, *id_number_mask, *phone_mask, *email;
	struct bytes id_number, phone; /* sealed; p null: none */
	struct bytes id_number_index, phone_index;
};

/* Before the transaction: the keeper is asked here. ERR_MALFORMED with a sentence;
 * ERR_BUSY: the keeper. Everything in the arena. */
MUST_USE bool person_prepare(struct app *app, struct arena *a,
	const struct person_fields *fields, struct person_ready *out, struct err *e);
/* In a transaction. ERR_ROLLBACK with a sentence: the id number is here already. */
MUST_USE bool person_put_in(
	struct tx *tx, const struct person_ready *p, uint32_t kinds, struct err *e);

struct person {
	struct id id;
	const char *name, *id_number_mask, *phone_mask, *email;
	const char *folded; /* in lists: the key to go on from */
	uint32_t kinds;
	int64_t created_at;
};

/* One person, masked: oneself, a member of the organisation one is in, or for operators.
 * ERR_NOT_FOUND. */
MUST_USE bool person_see(struct app *app, const struct actor *actor, struct arena *a,
	struct id id, struct person *out, struct err *e);

/* For operators: all by name, or those whose name has `search` anywhere (empty: all). */
MUST_USE bool person_page(struct app *app, const struct actor *actor, struct arena *a,
	struct bytes search, const struct list_from *from, struct person **out,
	size_t *count, bool *more, struct err *e);

/* The secret value of one person, in clear. Recorded as act "secret.read" in a
 * transaction of its own that is committed before the value is opened; the person is told
 * when it was another who read. For oneself; for administrators of an organisation, of
 * its members; for operators. Newcomers never. ERR_DENIED beyond rule
 * secret.reads-per-hour; ERR_NOT_FOUND: no such person, or none given. */
MUST_USE bool person_reveal(struct app *app, const struct actor *actor, struct id person,
	enum field_purpose what, struct secret **out, struct err *e);

/* One's own phone and mail. */
MUST_USE bool person_edit(struct app *app, const struct actor *actor, struct bytes phone,
	struct bytes email, struct err *e);

/* By an administrator of the platform: gives or takes kinds EXPERT and ADMINISTRATOR;
 * nobody takes it from themselves. */
MUST_USE bool person_grant(struct app *app, const struct actor *actor, struct id person,
	uint32_t kinds, struct err *e);

/* One step of re-encryption: up to n persons behind *after get their secret values under
 * the current field key. *after moves on and is where to go on after a stop; *renewed
 * counts up; *done: no more. Run by the server, not by an actor. */
MUST_USE bool person_renew(struct app *app, size_t n, struct id *after, uint64_t *renewed,
	bool *done, struct err *e);

#endif
