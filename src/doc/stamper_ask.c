/* stamper_ask: see stamper_ask.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "doc/stamper_ask.h"

#include "doc/timestamp_answer.h"

static bool stamp_by_asking(void *ctx, struct arena *a, struct bytes imprint,
	struct bytes *token, struct err *e)
{
	const struct stamper_ask *ask = ctx;
	struct timestamp_question q = {
		.alg = ask->alg, .imprint = imprint, .policy = ask->policy};
	uint8_t random[TIMESTAMP_NONCE_SIZE];
	struct bytes request, response;

	ask->world->random(ask->world, random, sizeof random);
	q.nonce = timestamp_nonce_of(random);
	if (!timestamp_request_write(a, &request, &q, e) ||
		!ask->carry(ask->ctx, a, request, &response, e))
		return false;
	return timestamp_answer_check(
		a, token, &q, response, ask->world->now(ask->world), e);
}

struct stamper stamper_that_asks(struct stamper_ask *ask)
{
	return (struct stamper){.ctx = ask, .alg = ask->alg, .stamp = stamp_by_asking};
}

static bool carry_across(void *ctx, struct arena *a, struct bytes request,
	struct bytes *response, struct err *e)
{
	const struct stamper_key *own = ctx;

	return tsa_answer(a, response, own->ask.world, &own->tsa, request, NULL, e);
}

bool stamper_of_key(struct stamper *out, struct stamper_key *own, struct world *w,
	struct key *key, struct bytes cert, enum digest_alg alg, struct err *e)
{
	*own = (struct stamper_key){.unit = {.key = key},
		.tsa = {.count = 1},
		.ask = {.world = w, .carry = carry_across, .ctx = own, .alg = alg}};
	if (!cert_parse(&own->unit.cert, cert, e))
		return false;
	own->tsa.units = &own->unit;
	*out = stamper_that_asks(&own->ask);
	return true;
}
