/* journal: what the agent signed, gave out and refused, in lines that are only ever
 * added.
 * SPDX-License-Identifier: Apache-2.0
 *
 * A line is a JSON object that holds the SM3 of the line before it, so that none can be
 * taken out or altered unseen. It names digests and titles, never contents and never a
 * PIN.
 */
#ifndef QY_AGENT_JOURNAL_H
#define QY_AGENT_JOURNAL_H

#include "base/world.h"
#include "crypto/digest.h"

enum { JOURNAL_LINE_MAX = 16 * 1024, JOURNAL_MAX = 256 << 20 };

struct journal;

/* Opens or makes the file. A last line that is not whole (the machine died) is ended as
 * it stands, and journal_read will name it. ERR_WRITE, ERR_IO. */
MUST_USE bool journal_open(struct journal **out, const char *path, struct err *e);
void journal_free(struct journal *j);
AUTO_DEFINE(journal);

struct journal_line {
	const char *act;     /* "sign", "login", "unwrap-bid" … */
	const char *outcome; /* "done", "refused", "failed" */
	const char *platform, *origin, *title, *detail; /* null: left out */
	const uint8_t *order, *document, *cert;         /* SM3; null: left out */
};

/* Adds a line and makes it durable. What it tells of must not leave before this returns
 * true. */
MUST_USE bool journal_put(struct journal *j, struct world *w,
	const struct journal_line *line, struct err *e);

/* Walks a journal and calls back with each line as it stands. *broken: number of the
 * first line that does not follow from the one before; 0: none. */
MUST_USE bool journal_read(const char *path, void (*each)(void *to, struct bytes line),
	void *to, size_t *broken, struct err *e);

#endif
