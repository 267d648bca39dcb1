/* keeper_order: orders built from drafts; see keeper.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "base/time.h"
#include "keeper/keeper.h"
#include "keeper/messages.h"

void keeper_draft_fill(struct order *o)
{
	o->platform = BYTES("-");
	o->origin = BYTES("https://keeper.invalid");
	o->issued = 0;
	o->expiry = TIME_SECOND;
	memset(o->nonce, 1, sizeof o->nonce);
}

/* Protocols §6: order keys verify their own signature before release. */
static bool holds(struct arena *a, struct bytes der, const struct order *o, struct err *e)
{
	struct order_signed read;

	if (!order_open(&read, a, der, e))
		return err_in(e, "the order as signed");
	if (!read.statement.holds || read.order.act != o->act ||
		!bytes_equal(read.order.origin, o->origin))
		return err_set(e, ERR_CRYPTO, "the order does not verify");
	return true;
}

static bool order_key(struct keeper *k, struct key **key, struct bytes *cert, int64_t now,
	struct err *e)
{
	struct cert parsed;
	struct err none;

	for (int i = 0; i < 2; i++) {
		if (!keystore_key(key, k->store, KEYSTORE_ORDER, &k->unlock, cert, e) ||
			!cert_parse(&parsed, *cert, e))
			return false;
		if (now <= parsed.not_after)
			return true;
		/* Another keeper of the same store may have renewed it. */
		if (!keeper_reload(k, &none))
			break;
	}
	return err_set(e, ERR_DENIED, "the certificate for orders has lapsed: renew it");
}

bool keeper_order(struct keeper *k, struct arena *a, enum order_act act,
	struct bytes draft, uint32_t life_s, struct bytes *order, int64_t *expiry,
	struct err *e)
{
	uint32_t most =
		act == ORDER_LOGIN ? KEEPER_LOGIN_LIFE_MAX_S : KEEPER_PAPER_LIFE_MAX_S;
	int64_t now = k->world->now(k->world) / TIME_SECOND * TIME_SECOND;
	struct bytes cert, der;
	struct order o;
	struct key *key;

	if (!order_read(&o, a, draft, e))
		return err_in(e, "draft");
	if (o.act != act)
		return err_set(e, ERR_USAGE, "an order of another act");
	if (life_s == 0 || life_s > most)
		return err_set(e, ERR_USAGE, "an order stands for 1 to %u s", most);
	if (!order_key(k, &key, &cert, now, e))
		return false;
	o.platform = k->store->platform;
	o.origin = k->store->origin;
	o.issued = now;
	o.expiry = now + (int64_t)life_s * TIME_SECOND;
	memset(o.nonce, 0, sizeof o.nonce); /* order_sign draws one */
	if (!order_sign(a, &der, k->world, &o, key, cert, e) || !holds(a, der, &o, e))
		return false;
	k->orders++;
	*order = der;
	*expiry = o.expiry;
	return true;
}
