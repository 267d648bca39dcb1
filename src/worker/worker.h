/* worker: reads hostile files for the server: verifies and looks, and knows nothing else.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef QY_WORKER_WORKER_H
#define QY_WORKER_WORKER_H

#include "base/channel.h"
#include "pki/evidence.h"
#include "pki/trust.h"

struct worker {
	struct arena *arena;    /* what it was given at its start */
	struct trust *trust;    /* null: none */
	struct bytes *evidence; /* files */
	size_t evidence_count;
};

void worker_init(struct worker *w);
void worker_fini(struct worker *w);

/* The table, for channel_serve: ctx is a struct worker. */
extern const struct channel_message worker_messages[];
size_t worker_message_count(void);

/* The message of lab builds; in others it is not in the table (lab_none.c). */
extern const bool worker_is_lab;
MUST_USE bool worker_lab(struct channel_call *c, struct err *e);

#endif
