/* manifest: which files a backup has, and what is in them.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef QY_SERVER_MANIFEST_H
#define QY_SERVER_MANIFEST_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"

enum { MANIFEST_MAX = 64 << 20, MANIFEST_NAME_MAX = 128 };

/* Adds the line of a file: reads it whole. name: [a-z0-9/.-], relative. */
MUST_USE bool manifest_add(
	struct buf *m, const char *folder, const char *name, struct err *e);
/* Puts the line that vouches for the others and writes the file. */
MUST_USE bool manifest_write(struct buf *m, const char *folder, struct err *e);

struct manifest {
	const char **names;
	size_t count;
};
/* Reads FOLDER/manifest and compares every file with its line. ERR_MALFORMED (say) names
 * the first that is another. */
MUST_USE bool manifest_check(
	struct manifest *out, struct arena *a, const char *folder, struct err *e);

#endif
