/* protocol: what the agent and its child that reads documents say to each other, in the
 * messages of base/wire.h.
 * SPDX-License-Identifier: Apache-2.0
 *
 * A request is its octet and its fields. An answer is 0, or 1 with the code of an error
 * (enum err_code) and its text. Larger things lie in files of the job's folder: "order"
 * (a signed order or batch), "0", "1" … (documents), "seal", "look" (JSON), "page" (PNG),
 * "tbs", "answer0" ….
 */
#ifndef QY_DESK_PROTOCOL_H
#define QY_DESK_PROTOCOL_H

enum desk_op {
	DESK_OP_LOOK = 1, /* is_batch, language, now (be64), platform, origin, root,
			     origin of the page; leaves "look" */
	DESK_OP_PAGE = 2, /* document, page from 1; leaves "page" */
	DESK_OP_MAKE = 3, /* row, is there a "seal", certificate, order's SM3; leaves
			     "answer<row>" */
	/* The child's while it makes, and the answer to it. */
	DESK_OP_SIGN = 100, /* sign what lies in "tbs" */
	DESK_OP_VALUE = 101 /* the value; empty: refused */
};

#endif
