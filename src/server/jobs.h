/* jobs: what is done by the hour and not by a request: ends of cool-offs, reminders, what
 * is to be sent, what is to be forgotten.
 * SPDX-License-Identifier: Apache-2.0
 *
 * A thread of its own. Of several servers on one database the holder of the lease does
 * it; each tends its own processes and files.
 */
#ifndef QY_SERVER_JOBS_H
#define QY_SERVER_JOBS_H

#include "server/host.h"

struct jobs;

struct jobs_state {
	bool is_ours;   /* the lease */
	int64_t ran_at; /* the last round of jobs; TIME_NONE: none yet */
	uint64_t rounds, failures;
	char problem[240]; /* of the last one that failed; "" */
};

MUST_USE bool jobs_start(struct jobs **out, struct host *h, struct err *e);
/* Ends the thread after what it is at, and gives the lease back. */
void jobs_free(struct jobs *j);
void jobs_look(struct jobs *j, struct jobs_state *out);

/* One round of everything that is due, now: for tests, and the demo's test clock. */
MUST_USE bool jobs_round(struct host *h, struct err *e);

#endif
