/* timestamp: tokens of RFC 3161 and GB/T 20520, verified.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef QY_DOC_TIMESTAMP_H
#define QY_DOC_TIMESTAMP_H

#include "doc/report.h"

enum { TIMESTAMP_MAX = 1 << 20 };

struct timestamp {
	struct bytes imprint_oid, imprint; /* what was stamped */
	int64_t time;
	struct bytes serial, policy;
	struct bytes tst_info;
};

/* Reads TSTInfo (version 1 or 2). */
MUST_USE bool timestamp_read(struct timestamp *out, struct bytes tst_info, struct err *e);

/* Judges the token over the octets `stamped`: enters timestamp.value and
 * timestamp.imprint into s, sets s->stamped and s->time_source, and moves the time of
 * proof to the token's time when the token holds and its TSA is admitted as independent
 * (protocols §4); then the octets are proven, too. The token itself counts as of when it
 * is proven to exist (by the judge's poe or the file's): its certificates, their
 * revocation, the algorithms. */
void timestamp_judge(struct report_signature *s, const struct judge *j,
	struct bytes token, struct bytes stamped, struct proof_time *proof);

/* The same over the whole of a source (the covered part of a file), since when whose
 * octets are proven the judge's file_at says. */
void timestamp_judge_source(struct report_signature *s, const struct judge *j,
	struct bytes token, struct source *stamped, struct proof_time *proof);

/* The same where only the digest of what is stamped is at hand; `at` is since when the
 * octets behind it are proven to exist. The token must have been made with this very
 * algorithm. */
struct timestamp_imprint {
	enum digest_alg alg;
	struct bytes digest;
	int64_t at;
};
void timestamp_judge_imprint(struct report_signature *s, const struct judge *j,
	struct bytes token, const struct timestamp_imprint *imprint,
	struct proof_time *proof);

#endif
