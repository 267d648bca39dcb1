/* keeper_table: what the keeper can be asked, and nothing else; see messages.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "base/sandbox.h"
#include "keeper/keeper.h"
#include "keeper/messages.h"

static struct keeper *keeper_of(const struct channel_call *c)
{
	return c->ctx;
}

static bool fields_missing(const struct channel_call *c, struct err *e)
{
	return c->in.short_read || c->in.rest.n
		       ? !err_set(e, ERR_MALFORMED, "fields of a request")
		       : false;
}

/* --- orders */

static bool make_order(struct channel_call *c, enum order_act act, struct err *e)
{
	uint32_t life_s = wire_get_number(&c->in);
	struct bytes draft = wire_get(&c->in), order;
	int64_t expiry;

	if (fields_missing(c, e) || !keeper_order(keeper_of(c), c->arena, act, draft,
					    life_s, &order, &expiry, e))
		return false;
	wire_put(c->out, order);
	wire_put_long(c->out, (uint64_t)expiry);
	return true;
}

static bool login_order(struct channel_call *c, struct err *e)
{
	return make_order(c, ORDER_LOGIN, e);
}

static bool paper_order(struct channel_call *c, struct err *e)
{
	return make_order(c, ORDER_SIGN, e);
}

/* --- secret fields */

static struct field_place place_get(struct channel_call *c)
{
	struct field_place place = {.kind = wire_get_number(&c->in)};

	wire_get_into(&c->in, place.record.b, ID_SIZE);
	return place;
}

static bool seal_into(struct channel_call *c, const struct field_place *place,
	struct bytes plain, struct err *e)
{
	uint8_t sealed[FIELD_SEALED];
	size_t n;

	if (!field_value_seal(sealed, &n, keeper_of(c)->store, keeper_of(c)->world, place,
		    plain, e))
		return false;
	wire_put(c->out, bytes_make(sealed, n));
	return true;
}

static bool field_seal(struct channel_call *c, struct err *e)
{
	struct field_place place = place_get(c);
	struct bytes plain = wire_get(&c->in);

	if (fields_missing(c, e) || !seal_into(c, &place, plain, e))
		return false;
	keeper_of(c)->seals++;
	return true;
}

/* Another keeper of the same store may have a newer field key. */
static bool open_value(struct keeper *k, struct secret **out,
	const struct field_place *place, struct bytes sealed, struct err *e)
{
	if (field_value_open(out, k->store, place, sealed, e))
		return true;
	return e->code == ERR_NOT_FOUND && keeper_reload(k, e) &&
	       field_value_open(out, k->store, place, sealed, e);
}

static bool field_open(struct channel_call *c, struct err *e)
{
	struct keeper *k = keeper_of(c);
	struct field_place place = place_get(c);
	struct bytes sealed = wire_get(&c->in);
	AUTO(secret) plain = NULL;
	struct id reader;

	wire_get_into(&c->in, reader.b, ID_SIZE);
	if (fields_missing(c, e))
		return false;
	if (id_is_none(reader))
		return err_set(e, ERR_USAGE, "nobody reads");
	/* Counted before it is tried: guessing counts too. */
	if (!limit_take(k->limit, &reader, k->world->now(k->world), e)) {
		k->denied++;
		return false;
	}
	if (!open_value(k, &plain, &place, sealed, e))
		return false;
	k->opens++;
	wire_put(c->out, bytes_make(secret_view(plain), secret_size(plain)));
	return true;
}

static bool field_renew(struct channel_call *c, struct err *e)
{
	struct keeper *k = keeper_of(c);
	struct field_place place = place_get(c);
	struct bytes sealed = wire_get(&c->in);
	AUTO(secret) plain = NULL;
	uint32_t version;

	if (fields_missing(c, e) || !field_value_version(&version, sealed, e) ||
		!open_value(k, &plain, &place, sealed, e))
		return false;
	if (version == keystore_current(k->store, KEYSTORE_FIELD)->version) {
		wire_put_number(c->out, 0);
		wire_put(c->out, BYTES(""));
		return true;
	}
	wire_put_number(c->out, 1);
	return seal_into(
		c, &place, bytes_make(secret_view(plain), secret_size(plain)), e);
}

static bool field_index(struct channel_call *c, struct err *e)
{
	uint32_t kind = wire_get_number(&c->in);
	struct bytes plain = wire_get(&c->in);
	uint8_t out[FIELD_INDEX_SIZE];

	if (fields_missing(c, e) ||
		!field_value_index(out, keeper_of(c)->store, kind, plain, e))
		return false;
	wire_put(c->out, BYTES_OF(out));
	return true;
}

/* --- the keeper itself */

static void put_key(struct writer *out, struct keystore *s, enum keystore_purpose purpose)
{
	const struct keystore_key *k = s ? keystore_current(s, purpose) : NULL;

	wire_put_number(out, k ? k->version : 0);
	wire_put_long(out, k ? (uint64_t)k->created : 0);
	wire_put(out, k ? k->cert : (struct bytes){0});
}

static bool status(struct channel_call *c, struct err *e)
{
	struct keeper *k = keeper_of(c);

	(void)e;
	wire_put_number(c->out, k->server->phase);
	wire_put(c->out, bytes_str(k->server->why));
	wire_put_number(c->out, sandbox_has_filter());
	wire_put(c->out, k->store ? k->store->platform : (struct bytes){0});
	wire_put(c->out, k->store ? k->store->origin : (struct bytes){0});
	wire_put_long(c->out, k->store ? k->store->serial : 0);
	put_key(c->out, k->store, KEYSTORE_ROOT);
	put_key(c->out, k->store, KEYSTORE_ORDER);
	put_key(c->out, k->store, KEYSTORE_FIELD);
	wire_put_long(c->out, k->orders);
	wire_put_long(c->out, k->seals);
	wire_put_long(c->out, k->opens);
	wire_put_long(c->out, k->denied);
	wire_put_number(c->out, limit_total(k->limit, k->world->now(k->world)));
	return true;
}

static bool rotate(struct channel_call *c, struct err *e)
{
	uint32_t purpose = wire_get_number(&c->in);

	if (fields_missing(c, e))
		return false;
	return keeper_rotate(keeper_of(c), (enum keystore_purpose)purpose, e);
}

static bool checkpoint(struct channel_call *c, struct err *e)
{
	struct checkpoint asked = {.number = wire_get_long(&c->in)};
	struct bytes proof, out;

	asked.size = wire_get_long(&c->in);
	wire_get_into(&c->in, asked.root, SM3_SIZE);
	proof = wire_get(&c->in);
	if (fields_missing(c, e) ||
		!keeper_checkpoint(keeper_of(c), c->arena, &asked, proof, &out, e))
		return false;
	wire_put(c->out, out);
	return true;
}

static bool drain(struct channel_call *c, struct err *e)
{
	(void)e;
	keeper_of(c)->server->phase = CHANNEL_DRAINING;
	keeper_of(c)->server->why = "it is ending";
	return true;
}

const struct channel_message keeper_messages[] = {
	{"status", KEEPER_STATUS, 1, CHANNEL_ALWAYS, status},
	{"login_order", KEEPER_LOGIN_ORDER, KEEPER_ORDER_MAX, CHANNEL_SERVING,
		login_order},
	{"paper_order", KEEPER_PAPER_ORDER, KEEPER_ORDER_MAX, CHANNEL_SERVING,
		paper_order},
	{"field_seal", KEEPER_FIELD_SEAL, KEEPER_FIELD_MAX, CHANNEL_SERVING, field_seal},
	{"field_open", KEEPER_FIELD_OPEN, KEEPER_FIELD_MAX, CHANNEL_SERVING, field_open},
	{"field_renew", KEEPER_FIELD_RENEW, KEEPER_FIELD_MAX, CHANNEL_SERVING,
		field_renew},
	{"field_index", KEEPER_FIELD_INDEX, KEEPER_FIELD_MAX, CHANNEL_SERVING,
		field_index},
	{"rotate", KEEPER_ROTATE, KEEPER_SMALL_MAX, CHANNEL_SERVING, rotate},
	{"drain", KEEPER_DRAIN, 1, CHANNEL_SERVING, drain},
	{"checkpoint", KEEPER_CHECKPOINT, LEDGER_PROOF_MAX + KEEPER_SMALL_MAX,
		CHANNEL_SERVING, checkpoint},
	{"try", KEEPER_LAB_TRY, KEEPER_SMALL_MAX, CHANNEL_ALWAYS, keeper_lab_try},
};

size_t keeper_message_count(void)
{
	/* The last row is for lab builds. */
	return sizeof keeper_messages / sizeof *keeper_messages - !keeper_is_lab;
}
