/* tell: see tell.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "domain/tell.h"

#include "domain/sql.h"

bool tell_organisation(
	struct tx *tx, struct app *app, const struct message_new *m, struct err *e)
{
	AUTO(arena) a = arena_new();
	struct credential_holders_row *rows;
	size_t count;

	if (!message_put_members(
		    tx, app, m->organisation, MEMBER_VIEWER, (struct id){{0}}, m, e) ||
		!credential_holders(tx, a, m->organisation, &rows, &count, e))
		return false;
	for (size_t i = 0; i < count; i++)
		if (!message_put(tx, app, rows[i].holder, m, e))
			return false;
	return true;
}
