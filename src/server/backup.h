/* backup: everything a platform is, in one folder, and back.
 * SPDX-License-Identifier: Apache-2.0
 *
 * FOLDER/database (a copy of the SQLite file, or pg_dump's custom format), FOLDER/blobs/,
 * FOLDER/keystore (encrypted as it is; its passphrase is not in the backup: keep it
 * elsewhere), FOLDER/conf, and FOLDER/manifest: a line "SM3 size name" each, and last
 * "SM3 of the lines above". Made while the platform serves: blobs are copied after the
 * database, so that each row's blob is there.
 */
#ifndef QY_SERVER_BACKUP_H
#define QY_SERVER_BACKUP_H

#include "server/host.h"

/* Makes it in a folder that is not there yet; it appears whole or not at all. */
MUST_USE bool backup_make(
	struct world *world, const char *conf_path, const char *folder, struct err *e);

/* Puts it back into an empty place: no database, no key store. The whole manifest is
 * checked before anything is written. ERR_MALFORMED: the backup was altered or is not
 * whole; ERR_DENIED: the place is not empty. */
MUST_USE bool backup_restore(
	struct world *world, const char *conf_path, const char *folder, struct err *e);

/* Re-encryption: all secret fields under the current field key. Here because an operator
 * does it by the same kind of command. *renewed: how many values. */
MUST_USE bool reencrypt(struct host *h, uint64_t *renewed, struct err *e);

#endif
