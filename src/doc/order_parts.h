/* order_parts: what writing, reading and checking orders share. For src/doc/order*.c,
 * login.c and notice*.c only. SPDX-License-Identifier: Apache-2.0
 */
#ifndef QY_DOC_ORDER_PARTS_H
#define QY_DOC_ORDER_PARTS_H

#include "doc/order.h"

/* UTF-8 of min … max octets that shows what it is: no control characters, nothing that
 * hides or turns text. */
bool order_text_is_good(struct bytes text, size_t min, size_t max);
/* "https://host[:port]" in lower case without path; http only for loopback. */
bool order_origin_is_good(struct bytes origin);

/* Is every part of it within its bounds, and is there nothing that its act does not have?
 * ERR_USAGE says what is not so. */
MUST_USE bool order_is_sane(const struct order *o, struct arena *a, struct err *e);

/* 0 … INT64_MAX as an INTEGER. */
void order_put_number(struct writer *w, int64_t n);
MUST_USE bool order_take_number(struct bytes *in, int64_t *n, struct err *e);
MUST_USE bool order_take_text(struct bytes *in, struct bytes *text, struct err *e);
/* An OCTET STRING of exactly n octets. */
MUST_USE bool order_take_octets(struct bytes *in, uint8_t *out, size_t n, struct err *e);
/* GeneralizedTime of whole seconds. */
MUST_USE bool order_take_time(struct bytes *in, int64_t *t, struct err *e);

/* A batch as it stands, count and sum as they are given. */
void batch_put(struct writer *w, const struct order_batch *b);

/* The period an order or batch may stand for. */
MUST_USE bool order_period_check(int64_t issued, int64_t expiry, struct err *e);

/* Is `cert` an order key right below root, for this origin, good at `now`? What is wrong
 * in *why. */
bool order_key_is_good(const struct cert *cert, const struct cert *root,
	struct bytes origin, int64_t now, struct err *why);

#endif
