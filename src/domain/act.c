/* act: see act.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "domain/act.h"

#include <string.h>

#include "base/assert.h"
#include "domain/sql.h"

static const struct id *or_null(const struct id *id)
{
	return id_is_none(*id) ? NULL : id;
}

bool act_put(struct tx *tx, struct app *app, const struct actor *actor, const char *kind,
	struct id object, const char *detail, struct err *e)
{
	static const struct actor platform = {.address = ""};
	const struct actor *who = actor ? actor : &platform;
	const struct act_insert_in in = {
		.id = id_new(app->world),
		.at = tx_time(tx),
		.kind = bytes_str(kind),
		.account = or_null(&who->account),
		.organisation = or_null(&who->organisation),
		.object = or_null(&object),
		.session = or_null(&who->session),
		.address = bytes_str(who->address),
		.detail = bytes_str(detail ? detail : "{}"),
	};

	ASSERT(in.detail.n <= ACT_DETAIL_MAX);
	return act_insert(tx, &in, NULL, e);
}
