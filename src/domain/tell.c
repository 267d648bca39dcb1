/* tell: see tell.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "domain/tell.h"

#include "domain/outbox.h"
#include "domain/sql.h"

/* Who looks at their desk once a month learns of a recovery too late. */
static bool mail(
	struct tx *tx, struct app *app, const struct message_new *m, struct err *e)
{
	AUTO(arena) a = arena_new();
	struct account_mails_of_row *rows;
	size_t count;

	if (!account_mails_of(tx, a, m->organisation, &rows, &count, e))
		return false;
	for (size_t i = 0; i < count; i++) {
		const char *body = arena_printf(a, "%s\n\n%s\n\n%s\n", app->platform,
			message_text(a, lang_of((const char *)rows[i].lang.p), m),
			id_text(a, id_new(app->world)));

		if (!outbox_put(
			    tx, app, OUTBOX_MAIL, (const char *)rows[i].email.p, body, e))
			return false;
	}
	return true;
}

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
	return !m->urgent || mail(tx, app, m, e);
}
