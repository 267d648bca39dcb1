/* credential_row: a row of the table as a struct credential; between the files of
 * credential. SPDX-License-Identifier: Apache-2.0
 */
#ifndef QY_DOMAIN_CREDENTIAL_ROW_H
#define QY_DOMAIN_CREDENTIAL_ROW_H

#include "domain/credential.h"

struct credential_row_row; /* domain/sql.h */

/* Texts are borrowed from the row. */
struct credential credential_of(const struct credential_row_row *r);

/* Did this account, or this certificate, come in by a recovery of late, or make one? Then
 * what they add counts as added by it. */
MUST_USE bool credential_is_by_recovery(struct tx *tx, struct app *app,
	struct id organisation, struct id account, struct id credential, bool *is,
	struct err *e);

/* A message about one, to its organisation or its person. */
struct message_new;
MUST_USE bool credential_tell(struct tx *tx, struct app *app, const struct credential *c,
	const struct message_new *m, struct err *e);

/* May the actor bind certificates to the party it acts for? */
MUST_USE bool credential_may_bind(const struct actor *actor, int64_t at, struct err *e);
/* The certificate that answered: bound to the actor's party, and working. */
MUST_USE bool credential_find_voucher(struct tx *tx, struct arena *a,
	const struct actor *actor, const struct proof *p, struct credential *v,
	struct err *e);
/* Another one takes its place. */
MUST_USE bool credential_replace(
	struct tx *tx, const struct credential *old, struct err *e);

#endif
