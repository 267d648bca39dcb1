/* qyb_open: from keys and shares to the content of a part, and whose fault it is when
 * that fails.
 * SPDX-License-Identifier: Apache-2.0
 *
 *     struct lockbox_value v;
 *     if (!qyb_take(&v, &committed, q, part, party, key, e)) …   the key does not open it
 *     if (!qyb_judge_dealing(&f, q, part, values, count, rho, e)) …
 *     if (f.verdict == QYB_OPENS && !qyb_extract(q, part, rho, 0, sink, e)) …
 */
#ifndef QY_DOC_QYB_OPEN_H
#define QY_DOC_QYB_OPEN_H

#include "doc/qyb.h"
#include "doc/sink.h"

/* Takes the value of a party out of its envelope for a part. committed false: the dealer
 * lied to this party. ERR_DECRYPT: this key does not open it. */
MUST_USE bool qyb_take(struct lockbox_value *out, bool *committed, const struct qyb *q,
	size_t part, size_t party, struct key *key, struct err *e);

enum qyb_verdict {
	QYB_OPENS,       /* ρ is right and the whole dealing follows from it */
	QYB_UNDECIDED,   /* too few values: nobody reached ρ */
	QYB_PARTY_LIED,  /* a value does not stand under its commitment */
	QYB_DEALER_LIED, /* all values stand, and ρ or the dealing is not what they say */
};

struct qyb_finding {
	enum qyb_verdict verdict;
	uint16_t party; /* who gave a wrong value (QYB_PARTY_LIED) */
	/* QYB_DEALER_LIED: the first element that ρ does not give; element 'C' when it is
	 * COM itself, and then no ρ is known. */
	struct lockbox_difference difference;
};

/* Judges the values given for a part: each against its commitment, then COM, then the
 * whole dealing. Touches no chunk. rho is written only for QYB_OPENS, and for
 * QYB_DEALER_LIED with an element other than 'C': then it is the proof, which anyone
 * replays by lockbox_compare. Wrong values are left out where enough others remain; the
 * finding then still names the first of them in `party`. */
MUST_USE bool qyb_judge_dealing(struct qyb_finding *f, const struct qyb *q, size_t part,
	const struct lockbox_value *values, size_t count, uint8_t rho[LOCKBOX_SECRET],
	struct err *e);

/* The content of a part, decrypted on all cores (threads 0) and given in order. Compares
 * COM first; ERR_DECRYPT at the first chunk that is not authentic. What was given before
 * counts only when it returns true: the caller writes to an outfile and commits then. */
MUST_USE bool qyb_extract(const struct qyb *q, size_t part,
	const uint8_t rho[LOCKBOX_SECRET], unsigned threads, struct sink to,
	struct err *e);

#endif
