/* ers_write: making evidence records and renewing them (RFC 4998 §4.2, §5.2).
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef QY_DOC_ERS_WRITE_H
#define QY_DOC_ERS_WRITE_H

#include "doc/ers.h"
#include "doc/stamper.h"
#include "doc/timestamp_keep.h"

/* A record over a group: one hash tree by `alg` with one list of all digests, stamped.
 * DER in the arena. The stamper is asked for imprints of `alg` whatever its own says.
 * Errors are the stamper's and the group's. */
MUST_USE bool ers_make(struct arena *a, struct bytes *out, enum digest_alg alg,
	const struct ers_group *group, const struct stamper *stamper, struct err *e);

/* Time stamp renewal: a further stamp over the last one, in its chain, once `kept` (the
 * chain and status of that one's authority) was put into it. For when its certificate or
 * signature algorithm ages, while the chain's digest is sound. */
MUST_USE bool ers_renew(struct arena *a, struct bytes *out, const struct ers *r,
	const struct timestamp_kept *kept, const struct stamper *stamper, struct err *e);

/* Hash tree renewal: a new chain by another digest over the objects, which must be at
 * hand, and everything before. For when a digest ages. */
MUST_USE bool ers_renew_tree(struct arena *a, struct bytes *out, const struct ers *r,
	enum digest_alg alg, const struct ers_group *group,
	const struct timestamp_kept *kept, const struct stamper *stamper, struct err *e);

#endif
