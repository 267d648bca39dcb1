/* order_file: an order with its documents in one file (.qyo), for those whose browser may
 * not reach the agent.
 * SPDX-License-Identifier: Apache-2.0
 *
 *	OrderFile ::= SEQUENCE { version INTEGER (1), batch BOOLEAN, order OCTET STRING,
 *	                         documents SEQUENCE OF OCTET STRING }
 *	Answer    ::= SEQUENCE { version INTEGER (1), order OCTET STRING (SM3), code
 *	                         UTF8String, answers SEQUENCE OF OCTET STRING }
 */
#ifndef QY_AGENT_ORDER_FILE_H
#define QY_AGENT_ORDER_FILE_H

#include "agent/agent.h"

enum { ORDER_FILE_LIMIT = 256 << 20, ORDER_FILE_VERSION = 1 };

struct order_file {
	bool batch;
	struct bytes order;
	struct bytes documents; /* a run of OCTET STRING */
};

/* Borrowing. ERR_MALFORMED, ERR_UNSUPPORTED for another version. */
MUST_USE bool order_file_read(struct order_file *out, struct bytes der, struct err *e);

/* Makes the job of a file and opens its window. The pairing is that of the origin the
 * order names. ERR_NOT_FOUND: not paired with it. */
MUST_USE bool order_file_open(struct job **out, struct agent *a, struct arena *arena,
	struct bytes der, struct err *e);

/* The answers of a job that is done, with its code; in the arena. */
MUST_USE bool order_file_answer(
	struct bytes *out, struct arena *arena, const struct job *job, struct err *e);

/* Posts an answer to the address of the pairing, in a child (program qianyin-post).
 * ERR_BUSY: no connection; ERR_DENIED: the platform refuses, or there is no address. */
MUST_USE bool order_file_post(
	const char *program, const char *url, struct bytes answer, struct err *e);

#endif
