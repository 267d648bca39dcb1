/* desk: the child in which documents are looked at and signed, and never a PIN is seen.
 * SPDX-License-Identifier: Apache-2.0
 *
 * A job's documents lie in a folder of their own, in memory where the system has such a
 * place. The child (program qianyin-desk) reads them, draws their pages, compares their
 * fields with the order and builds the octets to be signed; these come back to this
 * process, which signs them when they answer the order, once for each. A document that
 * breaks the child costs its job and nothing else.
 */
#ifndef QY_AGENT_DESK_H
#define QY_AGENT_DESK_H

#include "agent/home.h"
#include "base/i18n.h"
#include "desk/protocol.h"
#include "doc/order_check.h"
#include "base/child.h"

enum {
	DESK_LOOK_MS = 20000, /* for looking at all documents of a job */
	DESK_PAGE_MS = 20000,
	DESK_MAKE_MS = 60000
};

struct desk;

/* Starts the program over a folder that holds "order" (a signed order, or with is_batch a
 * signed batch) and the documents "0", "1" … in the orders' order. */
MUST_USE bool desk_open(
	struct desk **out, const char *program, const char *folder, struct err *e);
void desk_free(struct desk *d);
AUTO_DEFINE(desk);

struct desk_look {
	bool is_batch;
	enum lang lang;
	int64_t now;
	const struct pairing *pairing;
	struct bytes page_origin;
};

/* What the child found, JSON in the arena: docs/formats/agent-api.md, "look". ERR_BUSY:
 * too slow, ERR_IO: it broke; then the job is lost. */
MUST_USE bool desk_look(struct desk *d, struct arena *a, const struct desk_look *look,
	struct bytes *json, struct err *e);

/* A page, from 1, as PNG in the arena. */
MUST_USE bool desk_page(struct desk *d, struct arena *a, size_t document, unsigned page,
	struct bytes *png, struct err *e);

struct desk_make {
	size_t row; /* of the order in the job */
	const struct order *order;
	const uint8_t *order_sm3;
	struct key *key;
	struct bytes cert; /* DER */
	struct bytes seal; /* SESeal; empty: none */
};

/* Has the signed file made and leaves it as "answer<row>" in the folder. The key signs
 * octets of one of the forms of protocols §3 that name this order, once. Errors of
 * signing, of the key, and as above. */
MUST_USE bool desk_make(
	struct desk *d, struct world *w, const struct desk_make *make, struct err *e);

#endif
