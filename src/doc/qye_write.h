/* qye_write: making containers of evidence, adding to them, renewing their proof.
 * SPDX-License-Identifier: Apache-2.0
 *
 * Everything is checked by whoever judges what was written (qye_judge) before it counts.
 */
#ifndef QY_DOC_QYE_WRITE_H
#define QY_DOC_QYE_WRITE_H

#include "doc/ers_write.h"
#include "doc/qye.h"

/* Authorities at hand: a stamper for each digest each of them is asked about. A tree is
 * stamped by the first that has its digest and signs with one of another family (SM3,
 * SHA-2) that nobody declared broken; else by the first that has its digest. */
struct qye_stampers {
	const struct stamper *list;
	size_t count;
	const struct constraints *constraints; /* null: those of today */
};

/* A paper with what its verdict rested on. */
struct qye_spec {
	const char *name; /* of the file, UTF-8 */
	struct source *paper;
	const char *content_name; /* what it is a detached signature over, or null */
	struct source *content;
	const struct record *record; /* chains, lists, answers, stamps; and what lacks */
	const struct trust *trust;   /* null: none */
	struct bytes report;         /* JSON of the verdict; may be empty */
	int64_t made_at;
	struct qye_stampers stampers;
};

/* A first generation. ERR_USAGE when no stamper fits, ERR_TOO_LARGE beyond QYE_*_MAX;
 * otherwise the stampers' errors and the sink's. */
MUST_USE bool qye_make(
	struct sink to, struct arena *a, const struct qye_spec *spec, struct err *e);

/* Does the record have anything that the container does not hold yet? */
bool qye_lacks(const struct qye *q, const struct record *record);

/* A further generation (the second freeze, or later evidence): what of record, trust and
 * report is new, and two records over all there is. name, paper and content are not
 * looked at. ERR_TOO_LARGE beyond QYE_GENERATIONS_MAX. */
MUST_USE bool qye_extend(struct sink to, struct arena *a, struct qye *q,
	const struct qye_spec *spec, struct err *e);

/* What a record holds, as tokens keep it; in the arena. */
struct timestamp_kept qye_kept(struct arena *a, const struct record *record);

/* Renews the records of the last generation: a further stamp on each (time stamp
 * renewal), after `kept` was put into the stamps there are. With `tree`, those whose
 * digest is of the same family, or declared broken in the constraints, get a new hash
 * tree by that digest instead (hash tree renewal). All else stays octet for octet. */
MUST_USE bool qye_renew(struct sink to, struct arena *a, struct qye *q,
	const struct timestamp_kept *kept, const enum digest_alg *tree,
	const struct qye_stampers *stampers, struct err *e);

#endif
