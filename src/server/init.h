/* init: the first start in an empty place, and the operator's first officer.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef QY_SERVER_INIT_H
#define QY_SERVER_INIT_H

#include "server/host.h"

/* Makes home, a passphrase and a key store where there are none, and brings the database
 * up to date. Does nothing to what is there: may be run again. *made says whether keys
 * were made. */
MUST_USE bool init_platform(
	struct world *world, const char *conf_path, bool *made, struct err *e);

/* Prepares PostgreSQL or SQLite alone. *applied: migrations. */
MUST_USE bool init_migrate(
	struct world *world, const char *conf_path, unsigned *applied, struct err *e);

struct init_officer {
	struct bytes name, id_number, phone, login; /* as typed */
};
/* An officer of the operator, with a password that is shown this once. In the arena of h.
 */
MUST_USE bool init_officer(struct host *h, const struct init_officer *who, enum lang lang,
	const char **password, struct err *e);

#endif
