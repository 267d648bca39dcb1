/* qyb_withdrawal: a bidder takes a bid back, or puts another in its place (protocols §1).
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef QY_DOC_QYB_WITHDRAWAL_H
#define QY_DOC_QYB_WITHDRAWAL_H

#include "doc/qyb_record.h"

enum { QYB_WITHDRAWAL_MAX = 64 * 1024 };

struct qyb_withdrawal {
	uint8_t header[SM3_SIZE]; /* of the bid that is taken back */
	struct bytes tender;
	uint8_t bid[LOCKBOX_ID];
	bool is_replaced;
	uint8_t by[LOCKBOX_ID]; /* the bid that takes its place */
	int64_t time;           /* whole seconds */
	struct cert signer;     /* reading: the mathematics held */
};

MUST_USE bool qyb_withdrawal_write(struct bytes *out, struct arena *a, struct world *w,
	const struct qyb_withdrawal *v, const struct qyb_signer *signer, struct err *e);
/* ERR_SIGNER unless it is signed; whether that signer speaks for the bidder, and whether
 * it lies under the closing checkpoint, is the caller's question. */
MUST_USE bool qyb_withdrawal_read(
	struct qyb_withdrawal *out, struct arena *a, struct bytes file, struct err *e);

#endif
