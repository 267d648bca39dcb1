/* timestamp_answer: is what a time stamping authority answered an answer to what we
 * asked? SPDX-License-Identifier: Apache-2.0
 *
 * This is the client's own look before it puts a token into a file. Whether the authority
 * is to be believed is judged later, by everybody who verifies (doc/timestamp.h).
 */
#ifndef QY_DOC_TIMESTAMP_ANSWER_H
#define QY_DOC_TIMESTAMP_ANSWER_H

#include "doc/timestamp.h"
#include "doc/timestamp_message.h"

enum { TIMESTAMP_CLOCK_MINUTES = 5 };

/* Checks an answer to the question q and gives its token (points into the answer):
 * granted; imprint, nonce and policy those of the question; signed with a certificate it
 * carries, for time stamps alone and in its period of validity, which the signed
 * attribute names; genTime no further from `now` than TIMESTAMP_CLOCK_MINUTES.
 * ERR_BUSY: no time or out of order just now; ERR_DENIED: refused, or an answer to
 * something else, or a signature that does not hold, or a clock that lies; ERR_SIGNER:
 * the certificate is not for time stamps; ERR_MALFORMED: not an answer. */
MUST_USE bool timestamp_answer_check(struct arena *a, struct bytes *token,
	const struct timestamp_question *q, struct bytes answer, int64_t now,
	struct err *e);

/* The nonce of a TSTInfo (content of the INTEGER); empty when it has none. */
MUST_USE bool timestamp_nonce(struct bytes tst_info, struct bytes *nonce, struct err *e);

#endif
