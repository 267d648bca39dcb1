/* messages: what the keeper is asked, by the numbers of its table (keeper.c).
 * SPDX-License-Identifier: Apache-2.0
 *
 * Nothing here lets the keeper sign octets of somebody's choice: orders come as typed
 * fields, and what is the keeper's own (platform, origin, times, nonce) is replaced.
 */
#ifndef QY_KEEPER_MESSAGES_H
#define QY_KEEPER_MESSAGES_H

#include "doc/order.h"
#include "keeper/field.h"

enum keeper_message {
	KEEPER_STATUS = 1, /* ; answer: see keeper_client_status */
	/* seconds of life, order (order_write; see keeper_order_draft); answer: signed
	 * order, expiry */
	KEEPER_LOGIN_ORDER,
	KEEPER_PAPER_ORDER,
	KEEPER_FIELD_SEAL,  /* kind, record, value; answer: sealed */
	KEEPER_FIELD_OPEN,  /* kind, record, sealed, reader; answer: value */
	KEEPER_FIELD_RENEW, /* kind, record, sealed; answer: is it fresh, sealed */
	KEEPER_FIELD_INDEX, /* kind, value; answer: 32 octets */
	KEEPER_ROTATE,      /* purpose: order or field */
	KEEPER_DRAIN,
	KEEPER_CHECKPOINT, /* number, size, root, proof; answer: signed checkpoint */
	/* Lab builds only: what a confined keeper may not do (lab.c); answer: errno */
	KEEPER_LAB_TRY = 200
};

enum {
	KEEPER_SMALL_MAX = 1024,
	KEEPER_ORDER_MAX = ORDER_MAX + KEEPER_SMALL_MAX,
	KEEPER_FIELD_MAX = FIELD_SEALED + KEEPER_SMALL_MAX,
	KEEPER_ROOM = KEEPER_ORDER_MAX + KEEPER_SMALL_MAX,
	KEEPER_LOGIN_LIFE_MAX_S = 900,
	KEEPER_PAPER_LIFE_MAX_S = 86400
};

/* What stands in a draft in place of what is the keeper's; order_write wants something
 * there. */
void keeper_draft_fill(struct order *o);

#endif
