/* keeper: the process that holds the platform's keys, as an object (protocols §6).
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef QY_KEEPER_KEEPER_H
#define QY_KEEPER_KEEPER_H

#include "base/channel.h"
#include "doc/ledger_proof.h"
#include "doc/order.h"
#include "keeper/keystore.h"
#include "keeper/limit.h"

struct keeper {
	struct world *world;
	const char *path;       /* of the key store */
	struct keystore *store; /* null: locked */
	struct keystore_unlock unlock;
	struct limit *limit;
	struct channel_server *server; /* its phase */
	int64_t reloaded_at;
	uint64_t orders, seals, opens, denied;
};

/* Reads the store at k->path with k->unlock; the order key is opened, so that a machine
 * is started before the door shuts. */
MUST_USE bool keeper_open(struct keeper *k, struct err *e);
/* Closes what keeper_open opened. */
void keeper_close(struct keeper *k);

/* Changes the store under a lock that keepers and commands share: reads it again, lets
 * `change` do its work, writes it; k->store is then the new one. Nothing is changed
 * unless all of it is. ERR_BUSY: somebody else changes it. */
MUST_USE bool keeper_change(struct keeper *k,
	bool (*change)(struct keystore *s, struct world *w, struct err *e),
	struct err *e);
/* A new order key, or its certificate where it stands in a machine; a new field key. */
MUST_USE bool keeper_rotate(
	struct keeper *k, enum keystore_purpose purpose, struct err *e);

/* Reads the store again, where another keeper changed it; at most once a second. */
MUST_USE bool keeper_reload(struct keeper *k, struct err *e);

/* The table, for channel_serve: ctx is a struct keeper. */
extern const struct channel_message keeper_messages[];
size_t keeper_message_count(void);

/* Builds an order from a draft, signs and verifies it; what is the keeper's own is put in
 * its place. */
MUST_USE bool keeper_order(struct keeper *k, struct arena *a, enum order_act act,
	struct bytes draft, uint32_t life_s, struct bytes *order, int64_t *expiry,
	struct err *e);

/* Signs the next checkpoint of the log: number, size and root of `asked`, the rest is the
 * keeper's own. proof: a ledger_consistency from the last one signed here, DER; empty for
 * the first, and where the size is the same. It is on disk before *out is given.
 * ERR_ROLLBACK: smaller, older, a number used before, no continuation of the last. */
MUST_USE bool keeper_checkpoint(struct keeper *k, struct arena *a,
	const struct checkpoint *asked, struct bytes proof, struct bytes *out,
	struct err *e);

/* A descriptor that holds the lock of the store while it is open; -1 with e set. */
int keeper_lock(const struct keeper *k, struct err *e);

/* A message of lab builds (lab.c): tries what a confined keeper may not do. Elsewhere
 * (lab_none.c) it is not in the table. */
extern const bool keeper_is_lab;
MUST_USE bool keeper_lab_try(struct channel_call *c, struct err *e);

#endif
