/* nonces: the agent's memory of orders it has answered, kept until they expire.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef QY_AGENT_NONCES_H
#define QY_AGENT_NONCES_H

#include "doc/order_check.h"

enum { NONCES_MAX = 200000 };

struct nonces;

/* Opens or makes the file; forgets what expired before `now` (with a day to spare). */
MUST_USE bool nonces_open(
	struct nonces **out, const char *path, int64_t now, struct err *e);
void nonces_free(struct nonces *n);
AUTO_DEFINE(nonces);

/* What order_check asks. A nonce taken is on disk before the answer. Valid while n lives.
 */
struct order_nonces nonces_memory(struct nonces *n);

#endif
