/* notice_trustees: the rules about who may open bids (protocols §1). Internal to
 * notice_check.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef QY_DOC_NOTICE_TRUSTEES_H
#define QY_DOC_NOTICE_TRUSTEES_H

#include "doc/notice.h"

/* Enters threshold, trustees, buyers, operator, one_ca, chains, acceptances, where the
 * policy has trustees; and whether a key could be recovered by a CA. */
void notice_check_trustees(struct notice_finding *out, const struct notice_conditions *c);

#endif
