/* site: a folder that a platform keeps its ledger in between runs, and its clock.
 * SPDX-License-Identifier: Apache-2.0
 *
 * In it: id, log.key, receipt.key, witness-1.key, witness-2.key, epoch, clock (a time
 * that stands still; absent: the system's), journal (what happened to the ledger, one
 * line each, replayed at every start), last, last-1, last-2 (checkpoints).
 */
#ifndef QY_TESTS_SITE_H
#define QY_TESTS_SITE_H

#include "log.h"

struct site_clock {
	struct world w;
	int64_t at; /* TIME_NONE: the system's */
};

struct site_places {
	struct world w;
	const uint8_t *key;
	uint64_t counter;
};

struct site {
	struct arena *a;
	const char *folder;
	struct site_clock clock;
	struct site_places places; /* the same in every run, so that replaying works */
	struct key *log_key, *receipt_key, *witness_keys[LOG_WITNESSES];
	struct log *log;
};

const char *site_file(const struct site *s, const char *name);
/* Makes the folder and its keys, for a platform of this id. */
MUST_USE bool site_init(struct site *s, struct bytes id, struct err *e);
MUST_USE bool site_open(struct site *s, struct err *e);
void site_close(struct site *s);
/* Stands still at this time; TIME_NONE: goes again. */
MUST_USE bool site_set_clock(struct site *s, int64_t at, struct err *e);
int64_t site_now(struct site *s);

/* What happens to the ledger, entered in the journal. */
MUST_USE bool site_receive(struct site *s, struct bytes leaf, struct err *e);
MUST_USE bool site_tick(struct site *s, int64_t time, struct err *e);
MUST_USE bool site_checkpoint(
	struct site *s, unsigned witnessed, struct bytes *out, struct err *e);

#endif
